"""The stream server as its own process, on SQLite and on PostgreSQL, with readers on real sockets."""

import asyncio
import json
import socket
import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connections
from django.http import Http404

from articles import workflow
from tests.factories import make_chief, make_revision, make_ticker
from tests.processes import free_port, running
from tickers import log
from tickers.stream import MOST_REPLAYS, Channel, Stream

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

    def ended(self):
        """Whether the server closes the connection within ten seconds."""
        self.socket.settimeout(10)
        while line := self.file.readline():
            if line == b"0\r\n":
                return True
        return True


@pytest.fixture
def ticker():
    return log.set_status(make_ticker(by=make_chief()).ticker, "live", by=make_chief())


def server(port):
    options = ["--log-level", "warning", "--timeout-graceful-shutdown", "1"]
    return running("-m", "uvicorn", "newsroom.asgi:app", "--port", str(port), *options, port=port)


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
    stream, channel = Stream(), Channel(ticker.head)

    async def missed(*numbers):
        return [await stream._missed(ticker.pk, number, channel) for number in numbers]

    answers = ran(missed(*range(ticker.head)))
    assert [answer.count(b"data: ") for answer, _seq in answers[:9:8]] == [2, 1]
    assert {seq for _answer, seq in answers} == {ticker.head}
    assert 0 < len(stream.replays) <= MOST_REPLAYS

    stream.replays.clear()
    workflow.withdraw(ticker.article, by=make_chief(), kind="error")
    with pytest.raises(Http404):
        ran(missed(0))
    assert stream.replays == {}
    stream.database.submit(connections.close_all).result()


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
