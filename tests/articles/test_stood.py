"""What stood online from when to when, as a list and as a file; and the record that it is taken from."""

import hashlib
import json
from datetime import UTC, datetime, timedelta

import pytest
from django.utils import timezone
from lxml import html

from accounts import audit
from accounts.models import AuditEntry
from articles import schedule, stood, workflow
from articles.models import Article, PublishAct, Revision
from articles.permissions import NotAllowed
from tests.factories import (
    BODY,
    figure,
    make_chief,
    make_content,
    make_image,
    make_published,
    make_revision,
    make_section,
    make_user,
)

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)
NOON = datetime(2027, 10, 31, 9, 59, 30, tzinfo=UTC)  # in the winter time that began that night in Kyiv


class Clock:
    """Django's clock, standing at ``at``."""

    def __init__(self, monkeypatch):
        self.at = NOON
        monkeypatch.setattr(timezone, "now", lambda: self.at)


@pytest.fixture
def clock(monkeypatch, settings):
    settings.TIME_ZONE = "Europe/Kyiv"
    return Clock(monkeypatch)


def change(article, by, **content):
    article = Article.objects.get(pk=article.pk)
    return workflow.save(article, make_content(**content), by=by, base=article.version)


def rows(article, at=None):
    found = stood.stood(Article.objects.get(pk=article.pk), at)
    return [(each.act.revision.number, each.since - NOON, each.until and each.until - NOON) for each in found]


# The list


def test_each_version_stood_from_its_publication_to_the_next(clock, ben):
    article = make_published(by=ben)
    clock.at = NOON + HOUR
    change(article, ben, headline="Saved and never out")
    right = change(article, ben, headline="Trams cross the bridge")
    workflow.correct(right, by=ben, kind="correction", wrong="two", right="three")
    clock.at = NOON + 3 * HOUR
    assert rows(article) == [(1, 0 * HOUR, HOUR), (3, HOUR, None)]
    workflow.withdraw(article, by=ben, kind="error")
    assert rows(article) == [(1, 0 * HOUR, HOUR), (3, HOUR, 3 * HOUR)]
    assert rows(article, NOON + 2 * HOUR) == [(1, 0 * HOUR, HOUR), (3, HOUR, None)]


def test_what_expired_by_itself_stood_until_then(clock, ben):
    article = make_published(by=ben)
    schedule.set_expiry(article, by=ben, at=NOON + HOUR)
    assert rows(article) == [(1, 0 * HOUR, None)]
    clock.at = NOON + 5 * HOUR
    assert PublishAct.objects.get().until is None  # nobody wrote the end down: it came by query
    assert rows(article) == [(1, 0 * HOUR, HOUR)]


def test_what_was_set_for_later_and_never_seen_did_not_stand(clock, ben):
    article = make_published(by=ben, at=NOON + HOUR)
    assert rows(article) == []
    schedule.publish_later(change(article, ben, headline="Another"), by=ben, at=NOON + 2 * HOUR)
    clock.at = NOON + 4 * HOUR
    assert rows(article) == [(2, 2 * HOUR, None)]


def test_a_story_that_came_back_stood_twice(clock, ben):
    article = make_published(by=ben)
    clock.at = NOON + HOUR
    workflow.withdraw(article, by=ben, kind="error")
    clock.at = NOON + 2 * HOUR
    workflow.publish(article.latest_revision, by=ben)
    assert rows(article) == [(1, 0 * HOUR, HOUR), (1, 2 * HOUR, None)]


# The file


def exported(client, article):
    answer = client.post(f"/admin/articles/article/{article.pk}/stood/")
    assert answer.status_code == 200
    return answer, html.fromstring(answer.content.decode())


def test_the_file_holds_every_version_with_times_names_captions_and_hash(clock, ben, client):
    lead, inside = make_image("Boats"), make_image("Tram", credit="Cem Yildiz")
    article = make_published(
        by=ben, lead_image={"id": lead.pk, "name": "Boats"}, lead_caption="Boats at dawn",
        body=f"{BODY}<h2>What is next</h2>{figure(inside, 'The first tram')}<p>Zyx ends.</p>",
    )  # fmt: skip
    clock.at = NOON + HOUR
    workflow.publish(change(article, ben, headline="Trams <b> & trains"), by=ben, kind="typo")
    client.force_login(ben)
    answer, page = exported(client, article)
    first, second = page.xpath("//section")
    assert answer.headers["Content-Disposition"] == (
        f'attachment; filename="story-{article.pk}-2027-10-31-1259.html"'
    )
    facts = [" ".join(fact.text_content().split()) for fact in first.xpath(".//dd")]
    content = article.revisions.get(number=1).content
    written = json.dumps(content, sort_keys=True, ensure_ascii=False, separators=(",", ":")).encode()
    assert facts == [
        "2027-10-31 11:59:30+02:00",
        "2027-10-31 12:59:30+02:00",
        "First published",
        "ben, 11:59 EET, 31 October 2027",
        hashlib.sha256(written).hexdigest(),
    ]
    assert first.xpath(".//h3/text()") == ["Harbour bridge reopens after two years"]
    assert [" ".join(line.text_content().split()) for line in first.xpath(".//div/p | .//div/h4")] == [
        "Trams cross the river in Marrow again.",
        "Ana Petrenko, text",
        "Marrow, 2026-03-02",
        "Boats · Boats at dawn · Ana Petrenko/North Wire",
        "The harbour bridge in Marrow reopens to trams, the city says. Work took two years.",
        "What is next",
        "Tram · The first tram · Cem Yildiz",
        "Zyx ends.",
    ]
    assert second.xpath(".//h3/text()") == ["Trams <b> & trains"]
    assert second.xpath("./h2/text()")[-1].strip().endswith("still online")


def test_the_file_needs_nothing_from_outside_and_runs_nothing(ben, client):
    article = make_published(by=ben)
    client.force_login(ben)
    answer, page = exported(client, article)
    assert page.xpath("//script | //link | //img | //iframe | //@src | //@href | //@onclick") == []
    assert b"url(" not in answer.content
    assert b"@import" not in answer.content


def test_notes_to_the_desk_are_not_in_it(ben, client):
    article = make_published(by=ben)
    noted = '<aside data-block="note"><p>Zyxnote: call him.</p></aside><p>Trams run.</p>'
    workflow.publish(change(article, ben, body=noted), by=ben)
    assert "Zyxnote" in article.revisions.get(number=2).content["body"]
    client.force_login(ben)
    answer, page = exported(client, article)
    assert ("Zyxnote" in answer.content.decode(), "Trams run." in page.text_content()) == (False, True)


def test_handing_it_out_is_an_editor_s_and_on_record(ben, client):
    article = make_published(by=ben)
    with pytest.raises(NotAllowed, match="^Only an editor of its section can hand out what stood online.$"):
        stood.export(article, by=make_user("ana", "reporter"))
    client.force_login(ben)
    exported(client, article)
    entry = AuditEntry.objects.first()
    assert (entry.verb, entry.actor, entry.target_id) == ("hand out", ben, article.pk)


def test_the_history_lists_it_newest_first_beside_who_did_what(ben, client):
    article = make_published(by=ben)
    workflow.publish(change(article, ben, headline="Trams cross the bridge"), by=ben)
    address = f"/admin/articles/article/{article.pk}/history/"
    client.force_login(ben)
    page = html.fromstring(client.get(address).content.decode())
    (online, acts) = page.xpath("//table[@class='record']")
    told = [" ".join(cell.text_content().split()) for cell in online.xpath(".//td[2]")]
    assert told == ["2 Trams cross the bridge", "1 Harbour bridge reopens after two years"]
    assert online.xpath(".//td[1]/strong/text()") == ["still online"]
    assert len(acts.xpath(".//tbody/tr")) == 4
    assert len(page.xpath("//form[contains(@action, '/stood/')]")) == 1
    client.force_login(make_user("ana", "reporter"))
    page = html.fromstring(client.get(address).content.decode())
    assert (len(page.xpath("//table")), page.xpath("//form[contains(@action, '/stood/')]")) == (2, [])


def test_a_draft_says_that_readers_never_saw_it(ben, client):
    article = make_revision(by=ben).article
    client.force_login(ben)
    page = client.get(f"/admin/articles/article/{article.pk}/history/").content.decode()
    assert "Readers never saw this story." in page


# The record


def test_the_record_of_acts_refuses_to_change_or_go(ben):
    entry = audit.record(ben, "publish", make_section())
    entry.verb = "save"
    acts = [
        entry.save,
        entry.delete,
        AuditEntry.objects.all().delete,
        lambda: AuditEntry.objects.update(verb="save"),
        lambda: AuditEntry.objects.bulk_update([entry], ["verb"]),
        lambda: AuditEntry.objects.filter(pk=entry.pk).update(verb="save"),
    ]
    for act in acts:
        with pytest.raises(TypeError, match="^What is on record"):
            act()
    assert list(AuditEntry.objects.values_list("verb", flat=True)) == ["publish"]


def test_times_on_record_are_read_out_on_the_newsroom_s_clock(ben, settings):
    settings.TIME_ZONE = "Europe/Kyiv"
    entry = audit.record(
        ben, "plan", make_section(), time="2027-10-31T01:30+00:00", revision=2, until="never"
    )
    assert entry.details == [("time", "31 Oct 2027, 03:30 EET"), ("version", 2), ("until", "never")]


def test_of_what_stood_online_only_the_end_is_ever_written(ben):
    make_published(by=ben)
    act = PublishAct.objects.get()
    before = PublishAct.objects.values().get()
    act.since, act.note = act.since - HOUR, "Earlier"
    refused = [
        act.save,
        lambda: act.save(update_fields=["since"]),
        lambda: act.save(update_fields=["until", "since"]),
        act.delete,
        PublishAct.objects.all().delete,
        lambda: PublishAct.objects.update(note="Earlier"),
    ]
    for attempt in refused:
        with pytest.raises(TypeError, match="^What is on record"):
            attempt()
    assert PublishAct.objects.values().get() == before


def test_no_version_is_ever_written_over(ben):
    revision = make_revision(by=ben)
    revision.content["headline"] = "Another"
    for attempt in (revision.save, lambda: Revision.objects.update(content=revision.content)):
        with pytest.raises(TypeError):
            attempt()
    assert Revision.objects.get().content["headline"] == "Harbour bridge reopens after two years"


def test_the_list_of_acts_is_filtered_by_act_person_and_day(client, ben):
    chief = make_chief()
    make_published(by=ben)
    audit.record(chief, "hold", Article.objects.get())
    client.force_login(chief)
    for asked, number in (
        ("", 3),
        ("?verb=hold", 1),
        (f"?actor__id__exact={ben.pk}", 2),
        ("?target_type=x", 0),
    ):
        page = html.fromstring(client.get(f"/admin/accounts/auditentry/{asked}").content.decode())
        assert (asked, len(page.xpath("//table[@id='result_list']/tbody/tr"))) == (asked, number)
