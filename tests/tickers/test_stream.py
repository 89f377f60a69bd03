"""The stream server as its own process, on SQLite and on PostgreSQL, with readers on real sockets."""

import asyncio
import json
import socket
import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection, connections
from django.http import Http404
from django.utils import timezone

from articles import workflow
from tests.factories import make_chief, make_revision, make_ticker
from tests.processes import free_port, running
from tickers import log, stream
from tickers.models import Event, Ticker
from tickers.stream import BEAT, END, FARTHEST, MOST_REPLAYS, Channel, Stream

pytestmark = pytest.mark.django_db(transaction=True)


class Reader:
    """One open connection. ``status`` is that of the answer; `messages` waits for so many of them."""

    def __init__(self, port, path, **headers):
        self.socket = socket.create_connection(("127.0.0.1", port), 10)
        lines = [
            f"GET {path} HTTP/1.1",
            "Host: 127.0.0.1",
            *(f"{k.replace('_', '-')}: {v}" for k, v in headers.items()),
        ]
        self.socket.sendall("\r\n".join([*lines, "", ""]).encode())
        self.file = self.socket.makefile("rb")
        self.status = int(self.file.readline().split()[1])
        self.headers = {}
        while (line := self.file.readline().strip()) != b"":
            name, _, value = line.decode().partition(": ")
            self.headers[name.lower()] = value

    def messages(self, count):
        """Return [(id, data)] of the next ``count`` messages, heartbeats left out."""
        found, number = [], None
        while len(found) < count:
            line = self.file.readline()
            assert line, "The stream ended."
            if line.startswith(b"id: "):
                number = int(line[4:])
            elif line.startswith(b"event: beat"):
                self.file.readline()
            elif line.startswith(b"data: "):
                found.append((number, json.loads(line[6:])))
        return found

    def ended(self, seconds=10):
        """Whether the server closes the connection and says nothing for so long before."""
        self.socket.settimeout(seconds)
        while line := self.file.readline():
            if line == b"0\r\n":
                return True
        return True


@pytest.fixture
def ticker():
    return log.set_status(make_ticker(by=make_chief()).ticker, "live", by=make_chief())


def server(port, **environment):
    options = ["--log-level", "warning", "--timeout-graceful-shutdown", "1"]
    return running(
        "-m", "uvicorn", "newsroom.asgi:app", "--port", str(port), *options, port=port, **environment
    )


@pytest.fixture
def port():
    port = free_port()
    with server(port):
        yield port


def post(ticker, words):
    return log.post(ticker, {"body": f"<p>{words}</p>"}, by=make_chief())


def test_readers_are_told_replayed_let_go_and_refused(ticker, port, client):
    """One server for all of it: starting one takes seconds."""
    one = Reader(port, f"/live/{ticker.pk}/stream")
    assert (one.status, one.headers["content-type"], one.headers["cache-control"]) == (
        200,
        "text/event-stream; charset=utf-8",
        "no-store",
    )
    assert "set-cookie" not in one.headers
    assert one.headers["access-control-allow-origin"] == "http://testserver"

    # told at once, with the very answer of a poll
    began = time.monotonic()
    first = post(ticker, "The bridge is open.")
    [(number, told)] = one.messages(1)
    assert time.monotonic() - began < 5
    polled = client.get(f"/live/{ticker.pk}/since/1.json").json()
    assert (number, told) == (2, polled)

    # edits and deletions as well
    log.edit(first, {"headline": "Open"}, by=make_chief(), base=1)
    log.delete(first, by=make_chief())
    kinds = []
    while "delete" not in kinds:
        [(_, told)] = one.messages(1)
        kinds += [event["kind"] for event in told["events"]]
    assert (kinds, told["html"]) == (["edit", "delete"], {})

    # who comes back is told what was missed, as it reads now: nothing of what was deleted
    again = Reader(port, f"/live/{ticker.pk}/stream", Last_Event_ID="1")
    [(number, told)] = again.messages(1)
    assert (number, [event["kind"] for event in told["events"]], told["html"]) == (
        4,
        ["add", "edit", "delete"],
        {},
    )
    since = Reader(port, f"/live/{ticker.pk}/stream?since=1")
    assert since.messages(1) == [(number, told)]

    # two readers, one gap-free line each
    for word in ("one", "two", "three"):
        post(ticker, word)
    for reader in (one, again):
        seen = []
        while len(seen) < 3:
            seen += [event["seq"] for _, told in reader.messages(1) for event in told["events"]]
        assert seen == [5, 6, 7]

    # what is no ticker for readers is missing
    draft = make_revision(by=make_chief(), kind="ticker").article
    wrong = [
        f"/live/{draft.pk}/stream",
        "/live/999999/stream",
        f"/live/{ticker.pk}/stream?since=8",
        f"/live/{ticker.pk}/stream?since=-1",
        f"/live/0{ticker.pk}/stream",
        "/",
    ]
    assert [Reader(port, path).status for path in wrong] == [404] * 6

    # a withdrawn ticker lets its readers go and lets nobody in
    workflow.withdraw(ticker.article, by=make_chief(), kind="legal", note="Gone.")
    assert one.ended()
    assert Reader(port, f"/live/{ticker.pk}/stream").status == 404


def ran(coroutine):
    """Run it in a thread of its own: a browser that ran before has left an event loop in this one."""
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(asyncio.run, coroutine).result()


def test_what_was_replayed_is_kept_in_bounds_and_no_failure_is(ticker):
    for number in range(MOST_REPLAYS + 5):
        post(ticker, f"Update {number}.")
    ticker.refresh_from_db()
    app, channel = Stream(), Channel(ticker.head)

    async def told(*numbers):
        return [await app._missed(ticker.pk, number, channel) for number in numbers]

    answers = ran(told(*range(ticker.head)))
    assert [answer.count(b"data: ") for answer, _seq in answers[:9:8]] == [2, 1]
    assert {seq for _answer, seq in answers} == {ticker.head}
    assert 0 < len(app.replays) <= MOST_REPLAYS

    app.replays.clear()
    workflow.withdraw(ticker.article, by=make_chief(), kind="error")
    with pytest.raises(Http404):
        ran(told(0))
    assert app.replays == {}
    app.database.submit(connections.close_all).result()


def missed(ticker, number):
    """Let ``number`` more things have happened in ``ticker``; return its newest sequence."""
    ticker.refresh_from_db()
    last, now, by = ticker.head + number, timezone.now(), make_chief()
    events = [
        Event(ticker=ticker, seq=seq, kind="status", at=now, by=by)
        for seq in range(ticker.head + 1, last + 1)
    ]
    Event.objects.bulk_create(events)
    Ticker.objects.filter(pk=ticker.pk).update(head=last)
    return last


def test_who_missed_more_than_a_little_is_sent_to_polls(ticker, port, client):
    last = missed(ticker, FARTHEST + 20)
    far, near = (
        Reader(port, f"/live/{ticker.pk}/stream?since={last - back}") for back in (FARTHEST + 1, FARTHEST)
    )
    assert (far.status, far.file.read()) == (204, b"")
    assert near.status == 200
    assert [number for number, _told in near.messages(3)] == [last - 200, last - 100, last]
    assert client.get(f"/live/{ticker.pk}/since/{last - FARTHEST - 1}.json").status_code == 200


class Page:
    """An open page as the app sees it: ``sent`` is what it was sent, and ``task`` serves it."""

    def __init__(self, app, path):
        self.sent = []
        scope = {"type": "http", "method": "GET", "path": path, "query_string": b"", "headers": []}
        self.task = asyncio.ensure_future(app(scope, self.receive, self.send))

    async def receive(self):
        await asyncio.Event().wait()  # it never leaves

    async def send(self, message):
        self.sent.append(message)

    @property
    def status(self):
        return self.sent[0]["status"]

    async def has_beat(self):
        while BEAT not in self.sent:
            await asyncio.sleep(0.05)
        return True


def call_heads(old, new):
    """Give a column that every look at the log reads another name, as if the database were away."""
    with connection.cursor() as cursor:
        cursor.execute(f"ALTER TABLE tickers_ticker RENAME COLUMN {old} TO {new}")


def test_readers_are_let_go_while_the_log_can_not_be_read_and_let_in_again(ticker, monkeypatch):
    monkeypatch.setattr(stream, "HEARTBEAT", 0.2)
    monkeypatch.setattr(stream, "DOUBT", 0.6)
    path = f"/live/{ticker.pk}/stream"

    async def story():
        app = Stream()
        app.watching = asyncio.ensure_future(app._watch())
        page = Page(app, path)
        assert await asyncio.wait_for(page.has_beat(), 10)
        await app._ask(call_heads, "head", "away")
        try:
            await asyncio.wait_for(page.task, 10)
            late = Page(app, path)
            await asyncio.wait_for(late.task, 10)
        finally:
            await app._ask(call_heads, "away", "head")
        again = Page(app, path)
        assert await asyncio.wait_for(again.has_beat(), 10)
        app.watching.cancel()
        again.task.cancel()
        app.database.submit(connections.close_all).result()
        return (page.status, page.sent[-1]), late.sent, again.status

    let_go, refused, status = ran(story())
    assert let_go == (200, END)
    assert (refused[0]["status"], refused[0]["headers"]) == (
        503,
        [(b"cache-control", b"no-store"), (b"retry-after", b"60")],
    )
    assert status == 200


def test_a_restart_loses_nothing(ticker):
    port = free_port()
    with server(port):
        reader = Reader(port, f"/live/{ticker.pk}/stream")
        post(ticker, "one")
        [(last, _)] = reader.messages(1)
    post(ticker, "two")
    with server(port):
        reader = Reader(port, f"/live/{ticker.pk}/stream", Last_Event_ID=str(last))
        post(ticker, "three")
        seen = []
        while len(seen) < 2:
            seen += [event["seq"] for _, told in reader.messages(1) for event in told["events"]]
    assert seen == [3, 4]


def test_more_readers_than_the_setting_allows_are_sent_to_poll(ticker):
    port, address = free_port(), f"/live/{ticker.pk}/stream"
    with server(port, STREAM_READERS="1"):
        first, second = Reader(port, address), Reader(port, address)
        assert (first.status, second.status, second.headers["retry-after"]) == (200, 503, "60")
        post(ticker, "one")
        assert len(first.messages(1)) == 1
