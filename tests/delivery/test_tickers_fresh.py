"""
What of a ticker stays stored when an entry is added, and what does not: full polls and the pages of older entries show
nothing of the newest one, so that a busy ticker leaves them where they are, here and in caches outside.
"""

import json
from datetime import timedelta

import pytest
from django.utils import timezone

from articles import revisions, workflow
from articles.models import Article
from articles.naming import vocabulary
from delivery import store
from tests.delivery.conftest import ask
from tests.factories import make_author, make_chief, make_published, make_section, make_ticker
from tickers import log
from tickers.models import Entry, Ticker


@pytest.fixture
def chief(transactional_db):
    return make_chief()


@pytest.fixture
def ticker(front, chief):
    """A running ticker of 110 entries, the fifth of them pinned and the seventh deleted."""
    ticker = make_ticker("The bridge: live", section=revisions.reference(make_section("City"))).ticker
    log.set_status(ticker, "live", by=chief)
    cleo = make_author("Cleo Marsh")
    for number in range(1, 111):
        log.post(ticker, {"headline": f"Update {number}", "author": cleo if number < 9 else None}, by=chief)
    log.pin(ticker.entries.get(number=5), by=chief)
    log.delete(ticker.entries.get(number=7), by=chief)
    return Ticker.objects.select_related("article__section").get(pk=ticker.pk)


def entry_page(ticker, number):
    return f"{ticker.article.get_absolute_url()}entry/{number}/"


def poll(ticker, seq):
    return f"/live/{ticker.pk}/since/{seq}.json"


def stored(front, address):
    """What the store has at ``address``: the very file, its status and its body; None where there is none."""
    page = front.store.find(store.name_of(address), "")
    return page and (page.signature, page.status, page.body)


def fetch(front, *addresses):
    return [ask(front, address).status for address in addresses]


def is_fresh(front, address):
    """Whether readers get at ``address`` what Django would make now."""
    given, fresh = ask(front, address), ask(front.django, address)
    return (given.status, given.body) == (fresh.status, fresh.body)


def test_full_polls_and_pages_of_older_entries_are_the_same_files_after_the_next_entry(front, ticker, chief):
    older = [
        poll(ticker, 0),
        poll(ticker, 12),
        *(entry_page(ticker, number) for number in (1, 5, 7, 60, 100)),
    ]
    at_head = [poll(ticker, 13), poll(ticker, ticker.head), entry_page(ticker, 101), entry_page(ticker, 110)]
    newest = [ticker.article.get_absolute_url(), f"/feeds/ticker/{ticker.pk}.atom", "/feeds/all.json", "/"]
    assert fetch(front, *older) == [200] * 4 + [410] + [200] * 2
    assert fetch(front, *at_head, *newest) == [200] * 8
    before = {address: stored(front, address) for address in older}
    assert None not in before.values()
    log.post(ticker, {"headline": "Update 111"}, by=chief)
    assert {address: stored(front, address) for address in older} == before
    assert [stored(front, address) for address in (*at_head, *newest)] == [None] * 8
    assert [address for address in (*older, *at_head, *newest) if not is_fresh(front, address)] == []


def change(ticker, **content):
    """Publish the ticker's story with other ``content``."""
    article = Article.objects.get(pk=ticker.pk)
    now = revisions.content_of(article.live_revision)
    revision = workflow.save(article, now | content, by=make_chief(), base=article.version)
    workflow.publish(revision, by=make_chief())


def rename(ticker):
    cleo = ticker.entries.get(number=1).author
    cleo.name = "Cleo Marsh-Okafor"
    vocabulary.keep(cleo, by=make_chief(), created=False, fields=["name"])


def entry_of(ticker, number):
    return Entry.objects.get(ticker=ticker, number=number)


ACTS = {
    "edit": lambda t: log.edit(entry_of(t, 4), {"headline": "Mended"}, by=make_chief(), base=1),
    "delete": lambda t: log.delete(entry_of(t, 4), by=make_chief()),
    "restore": lambda t: log.restore(entry_of(t, 7), by=make_chief()),
    "pin": lambda t: log.pin(entry_of(t, 4), by=make_chief()),
    "unpin": lambda t: log.pin(entry_of(t, 5), False, by=make_chief()),
    "end": lambda t: log.set_status(t, "ended", by=make_chief()),
    "set": lambda t: log.configure(t, {"poll_seconds": 30, "time_zone": "Asia/Tokyo"}, by=make_chief()),
    "withdraw": lambda t: workflow.withdraw(t.article, by=make_chief(), kind="legal", note="Gone."),
    "move": lambda t: change(t, section=revisions.reference(make_section("Harbour"))),
    "rename its headline": lambda t: change(t, headline="The bridge as it opens"),
    "rename who signs": rename,
}


@pytest.mark.parametrize("name", ACTS)
def test_whatever_else_changes_an_entry_or_its_story_reaches_full_polls_and_pages_of_entries(
    front, ticker, name
):
    older = [poll(ticker, 0), *(entry_page(ticker, number) for number in (3, 4, 7))]
    fetch(front, *older)
    before = [ask(front.django, address).body for address in older]
    ACTS[name](ticker)
    assert [ask(front.django, address).body for address in older] != before
    assert [address for address in older if not is_fresh(front, address)] == []


def test_exactly_a_hundred_missed_events_bring_the_panel_until_there_are_more(front, ticker, chief):
    asked = poll(ticker, ticker.head - 100)
    told = json.loads(ask(front, asked).body)
    assert (len(told["events"]), told["next_seq"]) == (100, ticker.head)
    assert '<p class="state live">' in told["panel"]
    log.post(ticker, {"headline": "Update 111"}, by=chief)
    told = json.loads(ask(front, asked).body)
    assert (len(told["events"]), told["next_seq"], told["panel"]) == (100, ticker.head, "")
    before = stored(front, asked)
    assert before is not None
    log.post(ticker, {"headline": "Update 112"}, by=chief)
    assert stored(front, asked) == before


# Home


def boxed(front):
    """The headline of the running ticker that home shows, and its entries; None where it shows none."""
    text = ask(front, "/").text
    if "on-front" not in text:
        return None
    box = text.split("on-front")[1].split("</section>")[0]
    return [name for name in ("Old ticker", "New ticker") if name in box], box.count("<li>")


def test_home_keeps_the_running_ticker_until_a_newer_one_has_something_to_tell(front, chief):
    old, new = make_ticker("Old ticker").ticker, make_ticker("New ticker").ticker
    for number in range(24):  # home names neither story
        make_published(headline=f"Story {number}")
    log.set_status(old, "live", by=chief, at=timezone.now() - timedelta(hours=1))
    assert boxed(front) is None
    log.post(old, {"headline": "Old news"}, by=chief)
    assert boxed(front) == (["Old ticker"], 1)
    log.set_status(new, "live", by=chief)
    assert boxed(front) == (["Old ticker"], 1)
    first = log.post(new, {"headline": "New news"}, by=chief)
    assert boxed(front) == (["New ticker"], 1)
    log.delete(first, by=chief)
    assert boxed(front) == (["Old ticker"], 1)
    log.restore(first, by=chief)
    assert boxed(front) == (["New ticker"], 1)
    before = stored(front, "/")
    log.post(old, {"headline": "More old news"}, by=chief)
    assert stored(front, "/") == before
    log.set_status(new, "ended", by=chief)
    assert boxed(front) == (["Old ticker"], 2)


# The sitemap


def test_the_sitemap_follows_a_ticker_by_the_day(front, ticker, chief):
    part = f"/sitemap-stories-{(ticker.pk - 1) // 1000 + 1}.xml"
    yesterday = timezone.now() - timedelta(days=1)
    Article.objects.update(updated=yesterday, first_published=yesterday, visible_from=yesterday)
    day = timezone.localdate()
    assert f"<lastmod>{timezone.localdate(yesterday)}</lastmod>" in ask(front, part).text
    log.post(ticker, {"headline": "The first of the day"}, by=chief)
    assert f"<lastmod>{day}</lastmod>" in ask(front, part).text
    before = stored(front, part)
    log.post(ticker, {"headline": "The second of the day"}, by=chief)
    assert stored(front, part) == before
    assert is_fresh(front, part)
