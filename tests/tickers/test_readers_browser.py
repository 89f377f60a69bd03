"""Three readers in a real browser while two reporters work: by stream, by asking, and without JavaScript."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser import becomes
from tests.factories import make_chief, make_section, make_ticker, make_user
from tests.processes import free_port
from tests.tickers.test_stream import server
from tickers import log
from tickers.models import Entry, Ticker

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
FOCUSED = "document.activeElement.closest('[data-entry]')?.dataset.entry"
SHOWN = """() => [...document.querySelectorAll("[data-entry]")].map(
  (entry) => [Number(entry.dataset.entry), entry.querySelector(".what p:not(.mark, .note)")?.textContent ?? ""])"""


def as_it_stands(ticker):
    """[[number, words]] in the order that readers see: pinned ones first, then the newest twenty."""
    live = Entry.objects.live().filter(ticker=ticker).newest_first()
    shown = [entry for entry in live if entry.pinned] + [entry for entry in live if not entry.pinned]
    return [[entry.number, re.sub("<[^>]+>", "", entry.body)] for entry in shown]


def settle(page, ticker, seconds):
    """Wait until ``page`` shows what the log says; fail with both where it does not in time."""
    want = as_it_stands(ticker)
    try:
        page.wait_for_function(
            f"(want) => JSON.stringify(({SHOWN})()) === JSON.stringify(want)",
            arg=want,
            timeout=seconds * 1000,
        )
    except Exception:
        assert page.evaluate(SHOWN) == want
        raise


@pytest.fixture
def ticker():
    ticker = make_ticker(by=make_chief()).ticker
    Ticker.objects.update(poll_seconds=1)
    return log.set_status(ticker, "live", by=make_chief())


@pytest.fixture
def stream():
    port = free_port()
    with server(port):
        yield port


def open_page(context, address, stream=None):
    page = context.new_page()
    if stream:

        def there(route):
            route.continue_(url=re.sub("^https?://[^/]+", f"http://127.0.0.1:{stream}", route.request.url))

        page.route("**/stream?*", there)
    page.goto(address)
    return page


def say(ticker, words, by, **more):
    return log.post(ticker, {"body": f"<p>{words}</p>", **more}, by=by)


def test_three_readers_see_what_two_reporters_do(chromium, site, ticker, stream):
    ana, ben = make_user("ana", "reporter"), make_user("ben", "editor", sections=[make_section()])
    address = site + ticker.article.get_absolute_url()
    plain = chromium.new_context(java_script_enabled=False)
    with chromium.new_context() as context:
        streaming, polling = open_page(context, address, stream), open_page(context, address)
        one = say(ticker, "The first boats leave.", ana)
        two = say(ticker, "The mayor speaks.", ben)
        settle(streaming, ticker, 2)
        settle(polling, ticker, 3)
        log.edit(one, {"body": "<p>The first two boats leave.</p>"}, by=ana, base=1, correction="It was two.")
        log.pin(one, by=ben)
        three = say(ticker, "A name that must go.", ana)
        settle(streaming, ticker, 2)
        settle(polling, ticker, 3)
        log.delete(three, by=ben)
        say(ticker, "The bridge opens.", ana, kind="key")
        log.pin(one, False, by=ben)
        for reader, seconds in ((streaming, 2), (polling, 3)):
            settle(reader, ticker, seconds)
            assert "A name that must go" not in reader.content()
            expect(reader.locator(".panel ol li")).to_have_count(1)
        assert two.number == 2
    reader = open_page(plain, address)
    assert len(as_it_stands(ticker)) == 3
    assert [int(n) for n in re.findall('data-entry="([0-9]+)"', reader.content())] == [4, 2, 1]
    plain.close()


def test_what_is_being_read_stays_where_it_is_and_new_entries_wait(chromium, site, ticker):
    chief = make_chief()
    for number in range(30):
        say(ticker, f"Update {number}. " + "Words of it. " * 20, chief)
    with chromium.new_context(viewport={"width": 800, "height": 600}) as context:
        page = open_page(context, site + ticker.article.get_absolute_url())
        mark = page.locator('[data-entry="20"]')
        mark.scroll_into_view_if_needed()
        page.evaluate("document.querySelector('[data-entry=\"20\"]').scrollIntoView()")
        before = mark.bounding_box()["y"]
        for word in ("one", "two", "three"):
            say(ticker, f"New {word}.", chief)
        button = page.get_by_role("button", name="New updates: 3")
        button.wait_for()
        expect(page).to_have_title(re.compile(r"^\(3\) "))
        log.delete(ticker.entries.get(number=25), by=chief)  # above what is being read
        page.locator('[data-entry="25"]').wait_for(state="detached")
        assert abs(mark.bounding_box()["y"] - before) <= 1
        assert page.locator('[data-entry="33"]').count() == 0  # the button said that it is here
        button.click()
        expect(page.locator('[data-entry="33"]')).to_have_count(1)
        becomes(page, lambda: page.evaluate(FOCUSED), "33")
        expect(page).not_to_have_title(re.compile(r"^\("))
        expect(button).to_be_hidden()


def test_focus_is_not_lost_when_an_entry_is_deleted_and_pause_means_pause(chromium, site, ticker):
    chief = make_chief()
    one, two = say(ticker, "One.", chief), say(ticker, "Two.", chief)
    with chromium.new_context() as context:
        address = site + ticker.article.get_absolute_url()
        page = open_page(context, address)
        page.focus('[data-entry="2"] a')
        log.delete(two, by=chief)
        page.locator('[data-entry="2"]').wait_for(state="detached")
        becomes(page, lambda: page.evaluate(FOCUSED), "1")
        page.get_by_role("button", name="Pause updates").click()
        other = open_page(context, address)
        log.delete(one, by=chief)
        other.locator('[data-entry="1"]').wait_for(state="detached")
        for _time in range(2):  # who goes on has asked twice more meanwhile
            with other.expect_response(re.compile(r"/[0-9]+\.json$")):
                pass
        assert page.locator('[data-entry="1"]').count() == 1
        page.get_by_role("button", name="Go on").click()
        page.locator('[data-entry="1"]').wait_for(state="detached")


def test_a_cut_stream_loses_nothing(chromium, site, ticker):
    chief = make_chief()
    port = free_port()
    with chromium.new_context() as context:
        with server(port):
            page = open_page(context, site + ticker.article.get_absolute_url(), port)
            say(ticker, "One.", chief)
            settle(page, ticker, 3)
        say(ticker, "Two.", chief)
        log.delete(ticker.entries.get(number=1), by=chief)
        settle(page, ticker, 5)


def test_a_withdrawn_ticker_says_so_on_the_open_page(chromium, site, ticker):
    from articles import workflow

    with chromium.new_context() as context:
        page = open_page(context, site + ticker.article.get_absolute_url())
        workflow.withdraw(ticker.article, by=make_chief(), kind="legal", note="We took this down.")
        page.get_by_text("We took this down.").wait_for(timeout=5000)
    assert Ticker.objects.count() == 1
