"""Withdrawn, or not to be found: every address that showed it is asked again, and one that is not clean stays open."""

import os
from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import settings
from django.test import Client
from django.utils import timezone

from articles import revisions, workflow
from articles.models import Article, OldSlug, PreviewLink, Receipt, ReceiptLine
from articles.permissions import NotAllowed
from articles.removal import receipts
from articles.writing import invitations
from delivery import store
from desk.alarms import alarms
from tests.factories import (
    byline,
    make_author,
    make_chief,
    make_image,
    make_published,
    make_section,
    make_tag,
    make_ticker,
    make_user,
    ticker_line,
)
from tickers import log


@pytest.fixture
def clara(transactional_db):
    for old in store.all_stores():
        store.remove(old)
    yield make_chief()
    for old in store.all_stores():
        store.remove(old)


def shown_everywhere(by):
    """Return (story, addresses that show it): on its own, in lists, feeds, sitemaps, and beside two other stories."""
    tag, author, section = make_tag("Harbour bridge"), make_author(), make_section()
    OldSlug.objects.create(slug="state", section=section)
    story = make_published(
        by=by, headline="The bridge is shut again", tags=[revisions.reference(tag)], bylines=[byline(author)]
    )
    beside = make_published(by=by, headline="Trams go round", related=[revisions.reference(story)])
    return story, [
        story.get_absolute_url(),
        f"/state/{story.slug}-{story.pk}/",
        "/",
        "/politics/",
        tag.get_absolute_url(),
        author.get_absolute_url(),
        f"/archive/{timezone.localtime(story.visible_from):%Y/%m/%d}/",
        "/feeds/all.rss",
        "/feeds/all.json",
        f"/feeds/tag/{tag.slug}.atom",
        f"/feeds/author/{author.slug}.json",
        "/feeds/section/politics.rss",
        f"/sitemap-stories-{(story.pk - 1) // 1000 + 1}.xml",
        "/news-sitemap.xml",
        beside.get_absolute_url(),
    ]


def names(story, address):
    """Whether what readers are answered there names the story, with the page store in between."""
    status, headers, body = receipts.ask(address)
    return f"/{story.slug}-{story.pk}/" in headers + body


def test_a_receipt_lists_every_address_that_showed_it_and_finds_each_clean(clara):
    story, addresses = shown_everywhere(clara)
    assert [address for address in addresses if not names(story, address)] == []
    stored = receipts.stored_addresses([story.page_key])
    assert len(stored) >= 14
    deep = receipts.ask("/?x=1")[0]  # passes the store by
    assert deep == 200
    workflow.withdraw(story, by=clara, kind="error")
    receipt = Receipt.objects.get()
    listed = set(receipt.lines.values_list("address", flat=True))
    assert set(addresses) | set(stored) <= listed
    receipts.check_open(seconds=60)
    receipt.refresh_from_db()
    assert receipt.closed_at is not None
    assert {(line.seen, line.clean_at is not None) for line in receipt.lines.all()} == {("", True)}
    assert set(receipt.lines.values_list("node", flat=True)) == {os.uname().nodename}
    answers = dict(receipt.lines.values_list("address", "status"))
    assert [answers[address] for address in addresses[:3]] == [410, 410, 200]
    assert (answers["/"], answers["/feeds/all.rss"], answers[addresses[-1]]) == (200, 200, 200)


def test_a_page_left_in_the_store_keeps_the_receipt_open_and_alarms_the_desk(clara):
    story, addresses = shown_everywhere(clara)
    receipts.ask("/")
    (kept,) = [
        path
        for path in (Path(settings.DATA_DIR) / "pages").rglob("*.id")
        if b"The bridge is shut again" in path.read_bytes()
    ]
    data = kept.read_bytes()
    workflow.withdraw(story, by=clara, kind="legal")
    receipts.ask("/")  # made anew: the store answers from its file again
    stale = next(path for path in (Path(settings.DATA_DIR) / "pages").rglob(kept.name))
    stale.write_bytes(data)
    receipts.check_open(seconds=60)
    receipt = Receipt.objects.get()
    assert receipt.closed_at is None
    (line,) = receipt.lines.filter(clean_at=None)
    assert (line.address, line.status, line.seen) == ("/", 200, "address")
    (alarm,) = {name: rows for name, _title, rows in alarms(clara)}["receipts"]
    assert (alarm.story, alarm.url) == (story, f"/admin/articles/receipt/{receipt.pk}/change/")
    client = Client()
    client.force_login(clara)
    page = client.get(alarm.url).content.decode()
    assert "It still leads to the story." in page
    store.drop(["list:all"])
    receipts.check_open(seconds=60)
    assert Receipt.objects.get().closed_at is None  # not so soon
    receipts.check_open(seconds=60, at=timezone.now() + timedelta(seconds=11))
    receipt.refresh_from_db()
    assert receipt.closed_at is not None
    assert "receipts" not in {name: rows for name, _title, rows in alarms(clara)}
    assert "addresses that showed it are clean since" in client.get(alarm.url).content.decode()


def test_one_that_nobody_asks_is_an_alarm_too(clara):
    workflow.withdraw(make_published(by=clara), by=clara, kind="error")
    assert list(receipts.alarming(timezone.now())) == []
    assert list(receipts.alarming(timezone.now() + timedelta(minutes=3))) == [Receipt.objects.get()]


def test_a_story_published_again_closes_its_receipt(clara):
    story = make_published(by=clara)
    workflow.withdraw(story, by=clara, kind="error")
    workflow.publish(story.latest_revision, by=clara)
    receipts.check_open(seconds=60)
    receipt = Receipt.objects.get()
    assert (receipt.overtaken, receipt.closed_at is not None) == (True, True)


def test_a_story_that_nobody_saw_needs_no_receipt(clara):
    later = make_published(by=clara, at=timezone.now() + timedelta(hours=1))
    workflow.withdraw(later, by=clara, kind="error")
    assert Receipt.objects.count() == 0


def test_a_ticker_is_asked_for_at_its_entries_its_feed_and_its_boxes(clara):
    article = make_ticker(by=clara)
    ticker = log.set_status(article.ticker, "live", by=clara)
    entry = log.post(ticker, {"headline": "The bridge is open"}, by=clara)
    linking = make_published(by=clara, ticker_links=[ticker_line(article=article)])
    since = f"/live/{article.pk}/since/{Article.objects.get(pk=article.pk).ticker.head}.json"
    addresses = [
        entry.get_absolute_url(),
        f"/feeds/ticker/{article.pk}.atom",
        since,
        linking.get_absolute_url(),
    ]
    assert [receipts.ask(address)[0] for address in addresses] == [200, 200, 200, 200]
    workflow.withdraw(article, by=clara, kind="error")
    receipts.check_open(seconds=60)
    receipt = Receipt.objects.get()
    answers = dict(receipt.lines.values_list("address", "status"))
    assert [answers[address] for address in addresses] == [410, 404, 404, 200]
    assert receipt.closed_at is not None


# Not to be found


def test_a_receipt_lists_the_addresses_of_previews_that_it_ended_and_sees_one_that_still_shows_it(clara):
    story = make_published(by=clara)
    link = invitations.invite(story, by=clara, person="Mara", until=timezone.now() + timedelta(days=1))
    workflow.withdraw(story, by=clara, kind="legal")
    line = ReceiptLine.objects.get(address=link.get_absolute_url())
    receipts.check(line.receipt, line)
    line.refresh_from_db()
    assert (line.status, line.seen, line.clean_at is None) == (404, "", False)
    PreviewLink.objects.update(revoked_at=None)
    receipts.check(line.receipt, line)
    line.refresh_from_db()
    assert (line.status, line.seen, line.clean_at is None) == (200, "address", True)


def test_a_story_that_is_not_to_be_found_stays_at_its_address_alone(clara):
    story, addresses = shown_everywhere(clara)
    assert [address for address in addresses if not names(story, address)] == []
    workflow.withdraw(story, by=clara, kind="deindex", note="The person asked.")
    story.refresh_from_db()
    assert (story.standing(), story.withdrawn_at, story.is_kept_out) == ("online", None, True)
    status, _headers, body = receipts.ask(addresses[0])
    assert (status, '<meta name="robots" content="noindex">' in body) == (200, True)
    own = addresses[:2]
    assert [address for address in addresses if address not in own and names(story, address)] == []
    receipts.check_open(seconds=60)
    receipt = Receipt.objects.get()
    assert (receipt.kind, receipt.closed_at is not None) == ("deindexed", True)
    # A later version changes nothing of that.
    later = workflow.save(story, {**story.latest_revision.content, "kicker": "Harbour"}, by=clara, base=1)
    workflow.publish(later, by=clara)
    assert [address for address in addresses if address not in own and names(story, address)] == []
    workflow.relist(story, by=clara, reason="Settled.")
    assert [address for address in addresses if not names(story, address)] == []


def test_only_who_may_withdraw_may_hide_a_story_or_let_it_be_found(clara):
    story, ana = make_published(by=clara), make_user("ana", "reporter")
    with pytest.raises(NotAllowed, match="Only an editor of its section can withdraw a story"):
        workflow.withdraw(story, by=ana, kind="deindex")
    workflow.withdraw(story, by=clara, kind="deindex")
    with pytest.raises(NotAllowed, match="Only an editor of its section can let a story be found again"):
        workflow.relist(story, by=ana, reason="x")
    with pytest.raises(NotAllowed, match="Give a reason"):
        workflow.relist(story, by=clara, reason=" ")


def test_who_asks_to_be_anonymous_is_taken_out_of_the_story_by_another_page(clara):
    story = make_published(by=clara)
    with pytest.raises(NotAllowed, match="have the name taken out of it instead"):
        workflow.withdraw(story, by=clara, kind="anonymise")
    client = Client()
    client.force_login(clara)
    page = f"/admin/articles/article/{story.pk}/withdraw/"
    answer = client.post(page, {"kind": "anonymise", "note": ""})
    assert answer.headers["Location"] == f"/admin/articles/redaction/add/?story={story.pk}"
    assert f'value="{story.pk}"' in client.get(answer.headers["Location"]).content.decode()


@pytest.mark.parametrize(
    ("kind", "note", "told"),
    [
        ("error", "We had it wrong.", "We had it wrong."),
        ("error", "", "It was published here and has been withdrawn."),
        ("legal", "", "It was published here and has been withdrawn."),
        ("agency_kill", "", "The agency that it came from has withdrawn it."),
    ],
)
def test_the_page_in_its_place_says_the_note_or_one_sentence_and_nothing_of_the_story(
    clara, kind, note, told
):
    image = make_image(caption="Cranes")
    story = make_published(by=clara, headline="Cranes fell", lead_image=revisions.reference(image))
    workflow.withdraw(story, by=clara, kind=kind, note=note)
    status, _headers, body = receipts.ask(story.get_absolute_url())
    assert (status, f"<p>{told}</p>" in body, "Cranes" in body, "legal" in body) == (410, True, False, False)
