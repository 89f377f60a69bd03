"""The first page of the desk: each panel holds exactly what its title says, at the same cost with few and many rows."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from articles import workflow
from articles.models import Article
from images.models import Image
from tests.factories import make_chief, make_published, make_revision, make_section, make_ticker, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk(client):
    """A function: desk(user) returns {panel: headlines} of that user's dashboard."""

    def seen(user):
        client.force_login(user)
        page = client.get("/admin/")
        return {panel.name: [str(story) for story in panel.stories] for panel in page.context["panels"]}

    return seen


def test_each_panel_holds_what_its_title_says(desk):
    chief, ana = make_chief(), make_user("ana", "reporter")
    make_revision(headline="A draft", by=ana)
    workflow.set_state(make_revision(headline="In review", by=ana).article, "review", by=ana)
    workflow.set_state(make_revision(headline="Is ready", by=ana).article, "ready", by=chief)
    make_published(headline="Online", by=chief)
    make_published(headline="In two hours", by=chief, at=timezone.now() + timedelta(hours=2))
    make_published(headline="In one hour", by=chief, at=timezone.now() + timedelta(hours=1))
    workflow.withdraw(make_published(headline="Withdrawn", by=chief), by=chief, kind="error")
    make_ticker("Live")
    assert desk(ana) == {
        "mine": ["Is ready", "In review", "A draft"],
        "review": ["In review"],
        "ready": ["Is ready"],
        "drafts": ["A draft"],
        "scheduled": ["In one hour", "In two hours"],
        "published": ["Live", "Online"],
        "tickers": ["Live"],
    }


def test_an_own_story_waits_again_once_its_working_copy_differs_from_what_readers_see(desk):
    chief = make_chief()
    article = make_published(headline="Online", by=chief)
    assert desk(chief)["mine"] == []
    workflow.save(article, article.latest_revision.content | {"headline": "Changed"}, by=chief, base=1)
    assert desk(chief)["mine"] == ["Changed"]


def test_what_was_assigned_waits_for_whom_it_was_given_to(desk):
    rita = make_user("rita", "reporter")
    article = make_revision(headline="For Rita").article
    Article.objects.filter(pk=article.pk).update(assignee=rita)
    assert desk(rita)["mine"] == ["For Rita"]


def test_a_published_story_leaves_the_line_of_those_that_are_ready(desk):
    chief = make_chief()
    revision = make_revision(headline="Is ready", by=chief)
    workflow.set_state(revision.article, "ready", by=chief)
    assert desk(chief)["ready"] == ["Is ready"]
    workflow.publish(revision, by=chief)
    assert desk(chief)["ready"] == []


def test_pictures_without_rights_are_shown_to_those_who_can_mend_them(client):
    now = timezone.now()
    whole = {"credit": "Ana Petrenko", "alt": "A bridge", "file": "x.jpg"}
    Image.objects.create(title="Whole", **whole)
    Image.objects.create(title="No credit", **whole | {"credit": ""})
    Image.objects.create(title="No alt text", **whole | {"alt": ""})
    Image.objects.create(title="Licence over", licence_until=now - timedelta(days=1), **whole)
    Image.objects.create(title="Retired", retired_at=now, **whole | {"credit": ""})

    def shown(user):
        client.force_login(user)
        return [picture.title for picture in client.get("/admin/").context["pictures"]]

    assert shown(make_user("petra", "picture desk")) == ["Licence over", "No alt text", "No credit"]
    assert shown(make_user("ana", "reporter")) == []


def test_who_has_no_role_sees_no_story(client):
    make_published(headline="Secret until read")
    client.force_login(make_user("stranger"))
    page = client.get("/admin/")
    assert page.context["panels"] == []
    assert "Secret until read" not in page.content.decode()
    assert "Your account has no role yet; ask an administrator." in page.content.decode()


def test_the_page_costs_the_same_with_one_and_with_many_stories(client):
    chief = make_chief()
    client.force_login(chief)

    def queries():
        with CaptureQueriesContext(connection) as asked:
            client.get("/admin/")
        return len(asked)

    make_published(by=chief, section={"id": make_section().pk, "name": "Politics"})
    make_revision(by=chief)
    client.get("/admin/")
    few = queries()
    for _ in range(12):
        make_published(by=chief)
        make_revision(by=chief)
        make_ticker(by=chief)
    assert queries() == few


def test_each_panel_leads_to_the_whole_of_its_list(client):
    client.force_login(make_chief())
    panels = client.get("/admin/").context["panels"]
    assert {panel.name: panel.more for panel in panels} == {
        "mine": "/admin/articles/article/?who=me",
        "review": "/admin/articles/article/?state=review",
        "ready": "/admin/articles/article/?state=ready",
        "drafts": "/admin/articles/article/?standing=never",
        "scheduled": "/admin/articles/article/?standing=scheduled",
        "published": "/admin/articles/article/?standing=online",
        "tickers": "/admin/articles/article/?kind=ticker",
    }
