"""Three readers in a real browser while two reporters work: by stream, by asking, and without JavaScript."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser import HEAR, becomes
from tests.factories import make_chief, make_section, make_ticker, make_user
from tests.processes import free_port
from tests.tickers.test_stream import missed, server
from tickers import log
from tickers.models import Entry, Ticker
from tickers.stream import FARTHEST

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
FOCUSED = "document.activeElement.closest('[data-entry]')?.dataset.entry"
NAME = "document.activeElement.ariaLabel ?? document.activeElement.textContent"
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


def test_whoever_reads_key_events_by_keyboard_stays_there_while_others_come(chromium, site, ticker):
    chief = make_chief()
    one, two = (say(ticker, words, chief, kind="key") for words in ("One.", "Two."))
    focused = "document.activeElement.textContent"
    with chromium.new_context() as context:
        page = open_page(context, site + ticker.article.get_absolute_url())
        links = page.locator(".panel a")
        links.nth(1).focus()
        links.nth(1).evaluate("(link) => (link.stood = true)")
        say(ticker, "Three.", chief)
        page.locator('[data-entry="3"]').wait_for()
        # Nothing of the panel changed: it is the same link.
        assert page.evaluate("document.activeElement.stood")
        say(ticker, "Four.", chief, kind="key")
        expect(links).to_have_count(3)
        becomes(page, lambda: page.evaluate(focused)[-4:], "One.")
        log.edit(one, {"kind": "update"}, by=chief, base=1)
        expect(links).to_have_count(2)
        becomes(page, lambda: page.evaluate(focused), "Pause updates")
        links.nth(0).focus()
        log.set_status(ticker, "ended", by=chief)
        page.get_by_text("Ended").wait_for()
        becomes(page, lambda: page.evaluate(focused)[-5:], "Four.")
    assert two.number == 2


def test_focus_has_a_place_to_go_when_the_last_entry_is_deleted(chromium, site, ticker):
    chief = make_chief()
    with chromium.new_context() as context:
        page = open_page(context, site + ticker.article.get_absolute_url())
        for status, place in (("live", "Pause updates"), ("ended", "Updates")):
            entry = say(ticker, "Alone.", chief)
            page.focus(f'[data-entry="{entry.number}"] a')
            log.set_status(ticker, status, by=chief)
            log.delete(entry, by=chief)
            page.locator(f'[data-entry="{entry.number}"]').wait_for(state="detached")
            becomes(page, lambda: page.evaluate(NAME), place)


def in_order(page):
    """The numbers of the entries in the order that ``page`` shows them."""
    return [number for number, _words in page.evaluate(SHOWN)]


def test_an_old_entry_that_is_pinned_no_longer_leaves_the_page_and_a_newer_one_goes_to_its_place(
    chromium, site, ticker
):
    chief = make_chief()
    entries = [None, *(say(ticker, f"Update {number}.", chief) for number in range(1, 81))]
    for number in (5, 61, 62):
        log.pin(entries[number], by=chief)
    log.delete(entries[63], by=chief)
    with chromium.new_context() as context:
        address = site + ticker.article.get_absolute_url()
        page = open_page(context, address)
        down = [*range(80, 63, -1)]
        assert in_order(page) == [62, 61, 5, *down, 60]
        page.focus('[data-entry="5"] a')
        for number in (5, 61):
            log.pin(entries[number], False, by=chief)
        log.restore(entries[63], by=chief)
        say(ticker, "Update 81.", chief)
        becomes(page, lambda: in_order(page), [62, 81, *down, 63, 61, 60])
        # Beside the one that went, and then where that one went.
        becomes(page, lambda: page.evaluate(FOCUSED), "61")
        page.get_by_role("link", name="Earlier updates").click()
        page.wait_for_url("**/entry/59/")
        assert in_order(page)[-11:] == [*range(59, 48, -1)]


def test_the_first_entry_comes_back_to_a_ticker_that_continues_another(chromium, site, ticker):
    chief = make_chief()
    before = make_ticker("The day before: live", by=chief)
    log.configure(ticker, {"continues": before.ticker}, by=chief)
    one, _two = say(ticker, "One.", chief), say(ticker, "Two.", chief)
    log.delete(one, by=chief)
    with chromium.new_context() as context:
        page = open_page(context, site + ticker.article.get_absolute_url())
        expect(page.get_by_role("link", name="The day before: live")).to_have_count(1)
        log.restore(one, by=chief)
        settle(page, ticker, 5)


@pytest.mark.parametrize(("seconds", "waits"), [(90, [90, 90, 90]), (20, [20, 40, 60])])
def test_a_page_asks_no_more_often_than_the_server_wants_it_also_after_failures(
    chromium, site, ticker, seconds, waits, settings
):
    settings.STREAM_URL = "none"
    Ticker.objects.update(poll_seconds=seconds)
    with chromium.new_context() as context:
        asked = []
        context.route("**/since/*.json", lambda route: (asked.append(1), route.abort()))
        page = context.new_page()
        page.clock.install(time=0)
        page.clock.pause_at(1)
        page.goto(site + ticker.article.get_absolute_url())
        for number, wait in enumerate(waits):
            page.clock.run_for(wait * 1000 - 1)
            assert len(asked) == number
            with page.expect_event("requestfailed"):
                page.clock.run_for(1)
            # By then it has heard of that.
            page.evaluate("fetch('/robots.txt').then((answer) => answer.text())")
        page.clock.run_for(1000)
        assert len(asked) == len(waits)


def test_the_same_number_of_updates_is_said_again_but_not_within_a_minute(chromium, site, ticker):
    chief = make_chief()
    for number in range(30):
        say(ticker, f"Update {number}. " + "Words of it. " * 20, chief)
    with chromium.new_context(viewport={"width": 800, "height": 600}) as context:
        page = context.new_page()
        page.clock.install()
        page.goto(site + ticker.article.get_absolute_url())
        page.evaluate(HEAR, "[data-since] > [role=status]")
        button = page.get_by_role("button", name="New updates: 1")
        for seconds, heard in ((0, 1), (10, 1), (70, 3)):
            page.clock.fast_forward(seconds * 1000)
            page.evaluate("document.querySelector('[data-entry=\"20\"]').scrollIntoView()")
            say(ticker, "New.", chief)
            button.wait_for()
            page.clock.run_for(1000)
            assert page.evaluate("heard") == ["New updates: 1", "", "New updates: 1"][:heard]
            button.click()
            expect(button).to_be_hidden()


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


def test_a_page_that_missed_more_than_a_stream_tells_polls_it(chromium, site, ticker, stream):
    chief = make_chief()
    last = missed(ticker, FARTHEST + 20)
    say(ticker, "One.", chief)
    asked = []

    def as_of_long_ago(route):
        page = route.fetch()
        route.fulfill(response=page, body=page.text().replace(f'data-seq="{last + 1}"', 'data-seq="1"'))

    with chromium.new_context() as context:
        address = site + ticker.article.get_absolute_url()
        context.route(address, as_of_long_ago)
        context.on("response", lambda answer: asked.append(answer.url.rpartition("/")[2]))
        page = open_page(context, address, stream)
        say(ticker, "Two.", chief)
        settle(page, ticker, 10)
    assert [name for name in asked if name.endswith(".json")][:4] == [
        "1.json",
        "101.json",
        "201.json",
        "301.json",
    ]


def test_a_withdrawn_ticker_says_so_on_the_open_page(chromium, site, ticker):
    from articles import workflow

    with chromium.new_context() as context:
        page = open_page(context, site + ticker.article.get_absolute_url())
        workflow.withdraw(ticker.article, by=make_chief(), kind="legal", note="We took this down.")
        page.get_by_text("We took this down.").wait_for(timeout=5000)
    assert Ticker.objects.count() == 1
