"""What may happen to an open page of a ticker: its stream restarts, falls silent, or the tab sleeps. It loses nothing."""

import socket
import threading

import pytest

from tests.factories import make_chief, make_ticker
from tests.processes import free_port
from tests.tickers.test_readers_browser import SHOWN, open_page, say, settle
from tests.tickers.test_stream import server
from tickers import log
from tickers.models import Ticker

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
HIDE = """hidden => {
  Object.defineProperty(document, "hidden", {value: hidden, configurable: true})
  Object.defineProperty(document, "visibilityState", {value: hidden ? "hidden" : "visible", configurable: true})
  document.dispatchEvent(new Event("visibilitychange"))
}"""


@pytest.fixture
def ticker():
    ticker = make_ticker(by=make_chief()).ticker
    Ticker.objects.update(poll_seconds=1)
    return log.set_status(ticker, "live", by=make_chief())


def numbers_seen(page):
    """Have ``page`` note the number of each entry as it is put there, and return a function that tells them."""
    page.evaluate(
        """() => { window.put = []; new MutationObserver((changes) => {
          for (const {addedNodes} of changes) for (const node of addedNodes)
            if (node.dataset?.entry) window.put.push(Number(node.dataset.entry)) })
          .observe(document.querySelector("[data-since]"), {childList: true, subtree: true}) }"""
    )
    return lambda: page.evaluate("window.put")


def test_a_restart_of_the_stream_loses_and_doubles_nothing(chromium, site, ticker):
    chief, port = make_chief(), free_port()
    with chromium.new_context() as context:
        with server(port):
            page = open_page(context, site + ticker.article.get_absolute_url(), port)
            seen = numbers_seen(page)
            say(ticker, "One.", chief)
            settle(page, ticker, 5)
        say(ticker, "Two.", chief)
        with server(port):
            say(ticker, "Three.", chief)
            settle(page, ticker, 5)
            say(ticker, "Four.", chief)
            settle(page, ticker, 5)
        assert seen() == [1, 2, 3, 4]


def sleep_through(page, ticker, seconds):
    """Hide the tab, let two reporters work for ``seconds``, show it again."""
    chief = make_chief()
    one = say(ticker, "One.", chief)
    settle(page, ticker, 5)
    page.evaluate(HIDE, True)
    asked = []
    page.on("request", lambda request: asked.append(request.url))
    say(ticker, "Two.", chief)
    log.edit(one, {"body": "<p>One and a half.</p>"}, by=chief, base=1)
    say(ticker, "Three.", chief)
    log.delete(ticker.entries.get(number=2), by=chief)
    page.wait_for_timeout(seconds * 1000)
    assert (asked, page.evaluate(SHOWN)) == ([], [[1, "One."]])  # a hidden tab costs nothing
    page.evaluate(HIDE, False)
    settle(page, ticker, 5)
    assert page.evaluate(SHOWN) == [[3, "Three."], [1, "One and a half."]]


@pytest.mark.parametrize("streams", [True, False])
def test_a_tab_that_slept_is_true_again_at_once(chromium, site, ticker, streams):
    port = free_port()
    with server(port), chromium.new_context() as context:
        page = open_page(context, site + ticker.article.get_absolute_url(), port if streams else None)
        sleep_through(page, ticker, 3)


@pytest.mark.slow
def test_a_tab_that_slept_for_a_minute_is_true_again_at_once(chromium, site, ticker):
    port = free_port()
    with server(port), chromium.new_context() as context:
        page = open_page(context, site + ticker.article.get_absolute_url(), port)
        sleep_through(page, ticker, 65)


def silent_stream(opened):
    """Return the port of a stream that says nothing once it is open, as one that a change of nets has cut off."""
    listening = socket.create_server(("127.0.0.1", 0))

    def answer():
        connections = []
        while True:
            connection, _address = listening.accept()
            connections.append(connection)
            connection.recv(65536)
            connection.sendall(
                b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nAccess-Control-Allow-Origin: *\r\n\r\nretry: 3000\n\n"
            )
            opened.set()

    threading.Thread(target=answer, daemon=True).start()
    return listening.getsockname()[1]


def test_a_stream_that_fell_silent_is_left(chromium, site, ticker):
    opened = threading.Event()
    port = silent_stream(opened)
    with chromium.new_context() as context:
        page = context.new_page()
        page.clock.install()
        page.route("**/stream?*", lambda route: route.continue_(url=f"http://127.0.0.1:{port}/"))
        page.goto(site + ticker.article.get_absolute_url())
        for _ in range(100):
            page.wait_for_timeout(100)  # requests are led astray meanwhile
            if opened.is_set():
                break
        assert opened.is_set()
        page.wait_for_timeout(500)  # the page hears that it is open
        say(ticker, "One.", make_chief())
        page.clock.fast_forward(30_000)
        page.wait_for_timeout(1500)
        assert page.evaluate(SHOWN) == []  # it trusts the stream
        page.clock.fast_forward(15_000)
        settle(page, ticker, 5)
