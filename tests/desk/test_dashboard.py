"""The first page of the desk: each panel holds exactly what its title says, at the same cost with few and many rows."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from lxml import html

from articles import schedule, workflow
from articles.models import Article
from articles.naming import proposals
from delivery.models import Heartbeat
from delivery.worker import JOBS
from desk import dashboard, jobs
from desk.models import Verdict
from images.models import Image
from tests.factories import make_chief, make_published, make_revision, make_ticker, make_user
from tests.pages import text
from tickers import log

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
    log.set_status(make_ticker("Live").ticker, "live", by=chief)
    log.set_status(make_ticker("Over").ticker, "ended", by=chief)
    jobs.read_waiting()
    assert desk(ana) == {
        "mine": ["Is ready", "In review", "A draft"],
        "review": ["In review"],
        "ready": ["Is ready"],
        "blocked": [],
        "scheduled": ["In one hour", "In two hours"],
        "tickers": ["Live"],
        "published": ["Over", "Live", "Online"],
        "drafts": ["A draft"],
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
    assert shown(make_user("ben", "editor")) == ["No alt text", "No credit"]
    for picture in client.get("/admin/").context["pictures"]:
        page = client.get(f"/admin/images/image/{picture.pk}/change/")
        assert {"credit", "alt"} <= page.context["adminform"].form.fields.keys()
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

    def one_more(number):
        make_published(by=chief)
        make_revision(by=chief)
        make_ticker(by=chief)
        make_published(by=chief, at=timezone.now() + timedelta(hours=number + 1))
        workflow.set_state(make_revision(by=chief, byline_note="x", headline="").article, "review", by=chief)

    one_more(0)
    jobs.read_waiting()
    client.get("/admin/")
    few = queries()
    for number in range(12):
        one_more(number)
    jobs.read_waiting()
    assert queries() == few


def test_each_panel_leads_to_the_whole_of_its_list(client):
    client.force_login(make_chief())
    panels = client.get("/admin/").context["panels"]
    assert {panel.name: panel.more for panel in panels} == {
        "mine": "/admin/articles/article/?who=me",
        "review": "/admin/articles/article/?state=review",
        "ready": "/admin/articles/article/?state=ready",
        "blocked": "",
        "scheduled": "/admin/articles/article/?standing=scheduled",
        "tickers": "/admin/tickers/ticker/",
        "published": "/admin/articles/article/?standing=online",
        "drafts": "/admin/articles/article/?standing=never",
    }


def scheduled_at(*moments):
    """Make a story for each moment (UTC) and return the timeline as it is read on the first of March."""
    for moment in moments:
        make_published(headline=f"{moment:%H:%M}", at=moment)
    stories = list(dashboard._scheduled(datetime(2026, 3, 1, tzinfo=UTC)))
    days = dashboard.timeline(stories, datetime(2026, 10, 24, 12, tzinfo=UTC))
    return [
        (day.label, [(hour.label, [str(story) for story in hour.stories]) for hour in day.hours])
        for day in days
    ]


def test_the_timeline_goes_by_the_newsrooms_days_and_hours_also_when_an_hour_comes_twice():
    utc = [(24, 18, 5), (24, 18, 40), (24, 20, 30), (24, 21, 30), (25, 0, 10), (25, 1, 10), (26, 22, 0)]
    assert scheduled_at(
        *(datetime(2026, 10, day, hour, minute, tzinfo=UTC) for day, hour, minute in utc)
    ) == [
        ("Today", [("21:00 EEST", ["18:05", "18:40"]), ("23:00 EEST", ["20:30"])]),
        ("Tomorrow", [("00:00 EEST", ["21:30"]), ("03:00 EEST", ["00:10"]), ("03:00 EET", ["01:10"])]),
        ("Tuesday, 27 October", [("00:00 EET", ["22:00"])]),
    ]


def test_a_scheduled_story_says_that_a_newer_version_is_not_in_it(client):
    chief = make_chief()
    article = make_published(headline="Tomorrow", by=chief, at=timezone.now() + timedelta(days=1))
    client.force_login(chief)
    assert "a newer version is not in it" not in client.get("/admin/").content.decode()
    workflow.save(article, article.latest_revision.content | {"headline": "Changed"}, by=chief, base=1)
    assert "a newer version is not in it" in client.get("/admin/").content.decode()


def test_what_is_released_by_hand_is_scheduled_at_no_time(client):
    chief = make_chief()
    client.force_login(chief)

    def shown():
        page = html.fromstring(client.get("/admin/").content.decode())
        (panel,) = page.xpath("//section[@aria-labelledby='panel-scheduled']")
        return [text(part) for part in panel.xpath(".//h3 | .//h4 | .//a | .//p")]

    kept, draft = (make_revision(by=chief, headline=name) for name in ("Held for the embassy", "A draft"))
    schedule.set_embargo(draft.article, by=chief, by_hand=True)
    assert shown() == ["Scheduled", "Nothing is scheduled."]
    tomorrow = timezone.now() + timedelta(days=1)
    workflow.publish(kept, by=chief, at=tomorrow)
    schedule.set_embargo(kept.article, by=chief, by_hand=True)
    by_hand = ["Embargoed until released by hand", "Held for the embassy", "Politics · clara"]
    assert shown() == ["Scheduled", *by_hand]
    make_published(headline="Tomorrow", by=chief, at=tomorrow)
    assert [shown()[n] for n in (0, 1, 3, -3, -2, -1)] == ["Scheduled", "Tomorrow", "Tomorrow", *by_hand]
    schedule.set_embargo(kept.article, by=chief, reason="The embassy called.")
    assert by_hand[0] not in shown()


def waiting(headline, **content):
    chief = make_chief()
    return workflow.set_state(
        make_revision(headline=headline, by=chief, **content).article, "review", by=chief
    )


def test_waiting_stories_with_findings_that_block_are_named_with_the_first_of_them(desk, client):
    waiting("Whole")
    held = waiting("Held", section=None, bylines=[])
    make_revision(headline="A draft, which nobody waits for", section=None)
    jobs.read_waiting()
    assert desk(make_chief())["blocked"] == ["Held"]
    verdict = Verdict.objects.get(article=held)
    assert (verdict.blocking, verdict.revision) == (1, held.latest_revision)
    assert verdict.first in client.get("/admin/").content.decode()


def test_a_version_saved_since_is_not_called_blocked_before_it_was_read(desk):
    chief = make_chief()
    held = waiting("Held", section=None)
    jobs.read_waiting()
    whole = make_published(by=chief).latest_revision.content
    workflow.save(held, whole, by=chief, base=1)
    assert desk(chief)["blocked"] == []
    jobs.read_waiting()
    assert (desk(chief)["blocked"], Verdict.objects.get(article=held).blocking) == ([], 0)


def test_what_waits_no_more_is_forgotten_and_what_was_read_is_left_for_five_minutes():
    chief = make_chief()
    held, other = waiting("Held", section=None), waiting("Other")
    jobs.read_waiting()
    workflow.set_state(other, "draft", by=chief)
    read = Verdict.objects.get(article=held).at
    jobs.read_waiting()
    assert list(Verdict.objects.values_list("article", "at")) == [(held.pk, read)]
    assert list(jobs.unread(read + timedelta(minutes=4))) == []
    assert list(jobs.unread(read + timedelta(minutes=6))) == [held]


def test_a_finding_that_an_editor_lets_stand_is_read_again_at_once():
    from articles.checks import check

    chief = make_chief()
    held = waiting("Held", body="<p>The bridge reopens, „she said. It is new.</p>")
    jobs.read_waiting()
    finding = next((one for one in check(held.latest_revision) if one.may_be_waived), None)
    assert finding is not None
    workflow.waive(held, finding, by=chief, reason="A quotation from a play")
    assert list(jobs.unread(timezone.now())) == [held]


def test_files_of_copy_that_could_not_be_read_are_told_to_those_who_start_stories(client, settings, tmp_path):
    settings.DATA_DIR = tmp_path
    failed = tmp_path / "wire/failed"
    failed.mkdir(parents=True)
    (failed / "<b>photo.txt").write_bytes(b"x")
    (failed / "<b>photo.txt.txt").write_text(
        "The copy is a PNG file; save it as plain text.\n", encoding="utf-8"
    )

    def seen(user):
        client.force_login(user)
        return client.get("/admin/").content.decode()

    page = seen(make_user("ana", "reporter"))
    assert "<strong>&lt;b&gt;photo.txt</strong>" in page
    assert "The copy is a PNG file; save it as plain text." in page
    assert "1 file lies in wire/failed." in page
    assert "photo.txt" not in seen(make_user("lena", "legal"))


def test_the_worker_does_the_desks_and_the_wires_work():
    assert {"read_waiting", "watch_folder"} <= {job.function.__name__ for job in JOBS}


def test_administrators_see_what_is_to_be_mended_and_the_last_backup(client, django_user_model, settings):
    now = timezone.now()
    beat = Heartbeat.objects.create(name="worker", at=now - timedelta(minutes=5))
    root = django_user_model.objects.create_superuser("root")
    for user, sees in ((make_user("ana", "reporter"), False), (root, True)):
        client.force_login(user)
        page = client.get("/admin/").content.decode()
        assert ("To be mended in the house" in page, "There is no backup yet." in page) == (sees, sees)
        assert ("The worker was last seen at" in page) is sees
    beat.at = timezone.now()
    beat.save()
    settings.BACKUP_DIR = "copies"
    Heartbeat.objects.create(name="backup", at=datetime(2026, 3, 2, 1, 30, tzinfo=UTC))
    page = client.get("/admin/").content.decode()
    assert "Last backup: 2 March, 03:30" in page  # in Kyiv
    assert "There was no backup since 2026-03-02T01:30:00+00:00." in page


def test_names_that_wait_to_become_tags_are_counted_for_those_who_decide_on_them(
    client, django_assert_num_queries
):
    ana, tom = make_user("ana", "reporter"), make_user("tom", "tag desk")
    stories = [make_revision(by=ana).article for _ in range(2)]
    client.force_login(tom)
    assert "panel-proposals" not in client.get("/admin/").content.decode()
    proposals.propose(stories[0], ["Old quay", "Ferry line 3", "Settled"], by=ana)
    proposals.propose(stories[1], ["old  quay"], by=ana)
    proposals.refuse("Settled", "It is no subject.", by=tom)
    page = client.get("/admin/").content.decode()
    assert '<a href="/admin/articles/tag/proposals/">2 names are proposed as tags</a>' in page
    tom.has_perm("")  # its rights are read
    with django_assert_num_queries(1):
        assert dashboard.proposed_tags(tom) == 2
    ana.has_perm("")
    with django_assert_num_queries(0):
        assert dashboard.proposed_tags(ana) == 0
    client.force_login(ana)
    assert "panel-proposals" not in client.get("/admin/").content.decode()
