"""Breaking news: live from one short form, in the strip for a while, and a story like any other once it is written."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.utils import timezone
from lxml import html

from accounts.models import AuditEntry
from articles import revisions, workflow
from articles.checks import check
from articles.models import Article, PublishAct, Section
from articles.permissions import NotAllowed
from delivery.models import Moment, Purge
from tests.factories import make_chief, make_content, make_published, make_revision, make_section, make_user

pytestmark = pytest.mark.django_db

FLASH = {"headline": "Harbour bridge closed", "sentence": "A crane leans over the tracks,\nthe police say."}


@pytest.fixture
def ben(client):
    ben = make_user("ben", "editor", sections=[make_section()])
    client.force_login(ben)
    return ben


def form_of(client, address="/admin/"):
    """The flash form of a desk page as what a browser would send, and what is asked there."""
    page = html.fromstring(client.get(address).content.decode())
    (form,) = page.xpath("//form[@action='/admin/flash/']")
    return dict(form.form_values())


def send(client, **typed):
    return client.post("/admin/flash/", form_of(client) | FLASH | typed)


def strip(client, address="/"):
    page = html.fromstring(client.get(address).content.decode())
    return [link.text_content().strip() for link in page.xpath("//*[@class='breaking']//a")]


def test_a_flash_is_live_in_the_strip_of_home_and_of_its_section(client, ben):
    make_section("Sport")
    answer = send(client)
    article = Article.objects.get()
    assert (answer.status_code, answer.headers["Location"]) == (
        302,
        f"/admin/articles/article/{article.pk}/change/",
    )
    assert [strip(client, address) for address in ("/", "/politics/", "/sport/")] == [
        ["Harbour bridge closed"],
        ["Harbour bridge closed"],
        [],
    ]
    page = html.fromstring(client.get(article.get_absolute_url()).content.decode())
    assert page.xpath("//p[@class='standfirst']/text()") == ["A crane leans over the tracks, the police say."]
    assert page.xpath("//p[@class='flag']/text()") == ["Breaking"]
    assert page.xpath("//div[@class='text']/p/text()") == ["More follows here."]
    assert (article.urgency, article.body, article.bylines.count()) == (1, "", 0)
    assert [act.kind for act in PublishAct.objects.all()] == ["first"]
    assert {"create", "publish", "breaking"} <= set(AuditEntry.objects.values_list("verb", flat=True))


def test_the_only_section_is_chosen_already(client, ben):
    assert form_of(client)["section"] == str(make_section().pk)
    ben.sections.add(make_section("Sport"))
    assert form_of(client)["section"] == ""


def test_a_flash_has_no_findings_though_nobody_signs_it(client, ben):
    send(client)
    assert check(Article.objects.get().live_revision) == []


def test_its_headline_can_be_mended_while_it_has_no_text(client, ben):
    send(client)
    article = Article.objects.get()
    content = article.live_revision.content | {"headline": "Harbour bridge closed to trams"}
    revision = workflow.save(article, content, by=ben, base=1)
    assert check(revision) == []
    workflow.publish(revision, by=ben, kind="typo")
    assert strip(client) == ["Harbour bridge closed to trams"]


def test_once_it_is_written_it_is_checked_like_any_story_at_the_same_address(client, ben):
    send(client)
    article = Article.objects.get()
    address = article.get_absolute_url()
    content = article.live_revision.content | {"body": "<p>The crane stood there for two years.</p>"}
    revision = workflow.save(article, content, by=ben, base=1)
    assert [finding.code for finding in check(revision)] == ["missing-byline"]
    workflow.publish(revision, by=ben)
    page = client.get(address).content
    assert b"stood there for two years" in page and b"More follows here." not in page


def test_a_story_that_is_no_flash_is_not_published_without_a_text(ben):
    revision = make_revision(body="", by=make_chief())
    with pytest.raises(workflow.Blocked) as blocked:
        workflow.publish(revision, by=ben)
    assert [finding.code for finding in blocked.value.findings] == ["missing-text"]


def test_a_live_ticker_needs_no_text_for_its_entries_are_the_text():
    assert check(make_revision(body="", kind=Article.Kind.TICKER)) == []


def test_the_strip_ends_by_itself_and_pages_know_when(client, ben):
    send(client)
    article = Article.objects.get()
    ends = article.breaking_until
    assert timedelta(hours=2.9) < ends - timezone.now() <= timedelta(hours=3)
    moments = set(Moment.objects.filter(at=ends).values_list("key", flat=True))
    assert moments == {article.page_key, "list:all", article.section.list_key, *_day(article)}
    assert client.get("/").page_until == client.get("/politics/").page_until == ends
    assert client.get(article.get_absolute_url()).page_until == ends
    Article.objects.update(breaking_until=timezone.now())
    assert strip(client) == strip(client, "/politics/") == []
    assert b'class="flag"' not in client.get(article.get_absolute_url()).content
    assert b"Harbour bridge closed" in client.get("/").content


def _day(article):
    return {key for key in article.stale_keys() if key.startswith("list:day:")}


def test_an_editor_takes_it_out_of_the_strip_and_pages_are_called_back(client, ben):
    send(client)
    article = Article.objects.get()
    before = Purge.objects.count()
    page = html.fromstring(client.get("/admin/").content.decode())
    (form,) = page.xpath(f"//form[@action='/admin/flash/{article.pk}/end/']")
    answer = client.post(form.action, dict(form.form_values()))
    assert (answer.status_code, answer.headers["Location"]) == (302, "/admin/")
    assert strip(client) == []
    assert set(Purge.objects.order_by("pk")[before:].values_list("key", flat=True)) == article.stale_keys()
    assert b"/end/" not in client.get("/admin/").content


def test_a_withdrawn_flash_leaves_the_strip_for_good(client, ben):
    send(client)
    article = Article.objects.get()
    workflow.withdraw(article, by=ben, kind="error")
    assert strip(client) == []
    workflow.publish(article.live_revision, by=ben)
    assert strip(client) == []


def test_a_form_sent_twice_makes_one_story(client, ben):
    data = form_of(client) | FLASH
    first, second = client.post("/admin/flash/", data), client.post("/admin/flash/", data)
    assert first.headers["Location"] == second.headers["Location"]
    assert Article.objects.count() == PublishAct.objects.count() == 1


def test_other_words_in_a_form_that_was_sent_are_kept_and_make_a_story_only_when_sent_again(client, ben):
    data = form_of(client) | FLASH
    client.post("/admin/flash/", data)
    page = client.post("/admin/flash/", data | {"headline": "Fire at the <mill>"})
    assert [str(message) for message in page.context["messages"]][-1] == (
        "“Harbour bridge closed” went out by this form already. Change that story, or send this as another one."
    )
    assert Article.objects.count() == 1
    again = dict(
        html.fromstring(page.content.decode()).xpath("//form[@action='/admin/flash/']")[0].form_values()
    )
    assert (again["headline"], again["uuid"] == data["uuid"]) == ("Fire at the <mill>", False)
    client.post("/admin/flash/", again)
    assert sorted(article.headline for article in Article.objects.all()) == [
        "Fire at the <mill>",
        "Harbour bridge closed",
    ]


def test_what_is_missing_is_said_and_nothing_is_made(client, ben):
    page = client.post("/admin/flash/", form_of(client) | FLASH | {"headline": " ", "section": ""})
    assert page.context["form"].errors == {
        "headline": ["This field is required."],
        "section": ["This field is required."],
    }
    refused = send(client, headline="...")
    assert refused.context["form"].non_field_errors() == [
        "This can't be published yet: There is no headline; write one."
    ]
    assert Article.objects.count() == 0


def test_who_may_not_publish_sees_no_form_and_can_send_none(client):
    section = make_section()
    for user in (make_user("ana", "reporter"), make_user("eva", "editor")):
        client.force_login(user)
        assert b"flash" not in client.get("/admin/").content
        data = FLASH | {"section": section.pk, "uuid": str(uuid4())}
        assert client.post("/admin/flash/", data).status_code == 403
    assert Article.objects.count() == 0


def test_only_own_sections_are_offered_and_taken(client, ben):
    sport = make_section("Sport")
    page = send(client, section=sport.pk)
    assert list(page.context["form"].errors) == ["section"]
    Section.objects.filter(slug="politics").update(retired_at=timezone.now())
    assert client.get("/admin/flash/").status_code == 403
    assert Article.objects.count() == 0


def test_the_strip_is_the_desks_to_end_only_by_an_editor_of_the_section(client, ben):
    article = make_published(section=revisions.reference(make_section("Sport")))
    workflow.set_breaking(article, timezone.now() + timedelta(hours=1), by=make_chief())
    assert b"/end/" not in client.get("/admin/").content
    assert client.post(f"/admin/flash/{article.pk}/end/").status_code == 403
    with pytest.raises(NotAllowed, match="Only an editor of its section can say"):
        workflow.set_breaking(article, None, by=ben)
    article.refresh_from_db()
    assert article.breaking_until > timezone.now()


def test_two_who_send_one_form_at_once_get_one_story(ben):
    uuid = uuid4()
    article = workflow.flash(make_content(body="", bylines=[]), by=ben, uuid=uuid)
    with pytest.raises(workflow.SentBefore) as before:
        workflow.flash(make_content(body="", bylines=[]), by=ben, uuid=uuid)
    assert before.value.article == article
    assert Article.objects.count() == 1
