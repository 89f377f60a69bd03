"""
Live tickers: how soon an entry reaches every open page, what a page costs the stream process, and what polls cost.

Readers are real connections to one `stream` process (uvicorn), held by this one, so that both share the machine. There
are 10,000 of them where `ulimit -n` allows, 2,000 otherwise; BENCH_READERS=N says how many, BENCH_LARGE=1 insists.
"""

import asyncio
import json
import os
import resource
import socket
import statistics
import subprocess
import sys
import time
from contextlib import contextmanager
from uuid import uuid4

from benchmarks import stored
from tests.processes import free_port

ENTRIES = 20
MANY, FEW = 10_000, 2_000
SPARE_FILES = 500  # beside one a reader
AT_ONCE = 200  # connections being opened
LONG = 20_000  # entries of a long ticker
PATIENCE = 30.0  # seconds for one entry to reach everybody


def readers():
    """Return how many readers this machine lets us open."""
    if asked := os.environ.get("BENCH_READERS"):
        return int(asked)
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = MANY + SPARE_FILES
    if soft < wanted <= hard:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))
        soft = wanted
    return MANY if soft >= wanted or os.environ.get("BENCH_LARGE") == "1" else FEW


@contextmanager
def stream_server():
    """Run the stream process; give (port, pid)."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = "uvicorn newsroom.asgi:app --host 127.0.0.1 --no-access-log --log-level warning --timeout-graceful-shutdown 1 --backlog 4096"
    process = subprocess.Popen([sys.executable, "-m", *command.split(), "--port", str(port)])
    try:
        _wait_for(port)
        yield port, process.pid
    finally:
        process.terminate()
        process.wait(30)


def _wait_for(port):
    for _ in range(300):
        try:
            return socket.create_connection(("127.0.0.1", port), 1).close()
        except OSError:
            time.sleep(0.1)
    raise RuntimeError("The stream process does not answer.")


def resident(pid):
    """Return the memory that process ``pid`` holds, in KiB."""
    with open(f"/proc/{pid}/status", encoding="ascii") as file:
        return next(int(line.split()[1]) for line in file if line.startswith("VmRSS"))


def used(pid):
    """Return the CPU milliseconds that process ``pid`` has used."""
    with open(f"/proc/{pid}/stat", encoding="ascii") as file:
        facts = file.read().rpartition(")")[2].split()
    return (int(facts[11]) + int(facts[12])) * 1000 / os.sysconf("SC_CLK_TCK")


class Reader(asyncio.Protocol):
    """One open page: notes when it was told of event ``wanted``."""

    def __init__(self, crowd):
        self.crowd, self.rest = crowd, b""

    def connection_made(self, transport):
        transport.write(self.crowd.request)

    def data_received(self, data):
        data = self.rest + data
        if b"retry:" in data:
            self.crowd.ready += 1
        if self.crowd.mark in data:
            self.crowd.told += 1
            self.crowd.last = time.perf_counter()
            self.rest = b""
        else:
            self.rest = data[-32:].replace(b"retry:", b"")


class Crowd:
    """All readers of one ticker."""

    def __init__(self, ticker, size):
        path = f"/live/{ticker.pk}/stream?since={ticker.head}"
        self.request = f"GET {path} HTTP/1.1\r\nHost: testserver\r\n\r\n".encode()
        self.size, self.ready, self.told, self.last, self.mark = size, 0, 0, 0.0, b"nothing yet"

    async def come(self, port):
        gate = asyncio.Semaphore(AT_ONCE)
        loop = asyncio.get_running_loop()

        async def one():
            async with gate:
                await loop.create_connection(lambda: Reader(self), "127.0.0.1", port)

        await asyncio.gather(*(one() for _ in range(self.size)))
        await self.until(lambda: self.ready >= self.size)

    async def hear(self, post):
        """Return (seconds until the last reader was told, readers told) of what ``post()`` adds, from its commit on."""
        self.told, self.mark = 0, f"id: {post.head + 1}\n".encode()
        await asyncio.to_thread(post)
        began = time.perf_counter()
        await self.until(lambda: self.told >= self.size)
        return max(0.0, self.last - began), self.told

    @staticmethod
    async def until(done):
        ends = time.monotonic() + PATIENCE
        while not done() and time.monotonic() < ends:
            await asyncio.sleep(0.005)


def delivery_to_all(ticker, post):
    size = readers()
    with stream_server() as (port, pid):
        empty = resident(pid)

        async def run():
            crowd = Crowd(ticker, size)
            await crowd.come(port)
            full, before = resident(pid), used(pid)
            heard = [await crowd.hear(post) for _ in range(ENTRIES)]
            return heard, (full - empty) / size, (used(pid) - before) / ENTRIES

        heard, each, work = asyncio.run(run())
    last = [seconds * 1000 for seconds, _told in heard]
    crowd = f"{size:,} readers on one stream process, {ENTRIES} entries"
    return [
        row(f"{crowd}: the last reader of an entry, median", statistics.median(last), "ms"),
        row("the last reader of the slowest entry", max(last), "ms"),
        row("not delivered", sum(size - told for _seconds, told in heard), ""),
        row("CPU of the stream process for an entry", work, "ms"),
        row("memory of the stream process for a reader", each, "KiB"),
    ]


def row(name, figure, unit):
    return {"name": name, "figure": round(figure, 3), "unit": unit}


class Post:
    """Adds an entry whenever it is called; ``head`` is the number of the newest event."""

    def __init__(self, ticker, by):
        self.ticker, self.by, self.head, self.times = ticker, by, ticker.head, []

    def __call__(self):
        from django.db import connection

        from tickers import log

        began = time.process_time()
        log.post(self.ticker, {"body": f"<p>Update {self.head}. {'Words of it. ' * 20}</p>"}, by=self.by)
        self.times.append((time.process_time() - began) * 1000)
        self.head += 1
        connection.close()


def many_entries(ticker, by, number):
    """Fill ``ticker`` up to ``number`` entries, past the log's own pace."""
    from django.db import transaction
    from django.utils import timezone

    from tickers.models import Entry, Event, Ticker

    ticker.refresh_from_db()
    now, made = timezone.now(), ticker.made
    rows = [
        Entry(
            ticker=ticker,
            number=n,
            state="live",
            body=f"<p>Update {n}.</p>",
            posted=now,
            made_by=by,
            version=1,
        )
        for n in range(made + 1, number + 1)
    ]
    with transaction.atomic():
        rows = Entry.objects.bulk_create(rows, batch_size=500)
        events = [
            Event(ticker=ticker, seq=ticker.head + n, kind="add", entry=entry, version=1, at=now, by=by)
            for n, entry in enumerate(rows, 1)
        ]
        Event.objects.bulk_create(events, batch_size=500)
        Ticker.objects.filter(pk=ticker.pk).update(made=number, head=ticker.head + len(rows))


def queries_of(address):
    from django.db import connection
    from django.test import Client
    from django.test.utils import CaptureQueriesContext

    with CaptureQueriesContext(connection) as queries:
        assert Client().get(address).status_code == 200
    return len(queries)


def asked_of_the_web(page, poll):
    """Return [(CPU ms of an answer, answers a second)] of the addresses, asked in turn of one granian with its store."""
    port = free_port()
    host = f"127.0.0.1:{port}"
    os.environ |= {"SITE_URL": f"http://{host}", "ALLOWED_HOSTS": "127.0.0.1"}
    web = stored.granian("page store", "newsroom.wsgi:application", page, port, host, 16)
    asking = object.__new__(stored.Server)
    asking.__dict__ = web.__dict__ | {
        "path": poll,
        "request": web.request.replace(page.encode(), poll.encode()),
    }
    try:
        asking.ask(0.2)  # stored from now on
        rounds = [(web.round()[:2], asking.round()[:2]) for _ in range(stored.ROUNDS)]
    finally:
        web.stop()
    return [[statistics.median(each[n][part] for each in rounds) for part in (0, 1)] for n in (0, 1)]


def console_of(ticker, by):
    """Return a function that posts an entry from the console, as a signed-in browser does."""
    from django.test import Client
    from django.urls import reverse

    client = Client()
    client.force_login(by)
    address = reverse("admin:tickers_ticker_post", args=[ticker.pk])

    def send():
        data = {"key": str(uuid4()), "text": "Words of it. " * 20}
        assert client.post(address, data, content_type="application/json").status_code == 201

    return send


def measure(cost):
    """Return the rows of all of it, {"name", "figure", "unit"}; ``cost``(function) returns CPU milliseconds."""
    from django.test import Client

    from accounts.models import User
    from tickers import starting
    from tickers.models import Ticker

    by = User.objects.filter(is_superuser=True).first() or User.objects.create_superuser("live")
    ticker = starting.start(_content(), by=by)
    post = Post(Ticker.objects.get(pk=ticker.pk), by)
    for _ in range(20):
        post()
    ticker = Ticker.objects.get(pk=ticker.pk)
    rows = delivery_to_all(ticker, post)
    rows.append(row("posting an entry, CPU without the database", statistics.median(post.times), "ms"))
    rows.append(row("a post of the console", cost(console_of(ticker, by)), "ms"))
    address, reader = ticker.article.get_absolute_url(), Client()
    for number in (Ticker.objects.get(pk=ticker.pk).made, LONG):
        many_entries(ticker, by, number)
        page = f"a ticker of {number:,} entries, not stored"
        rows.append(row(page, cost(lambda: reader.get(address)), "ms"))
        rows.append(row(page, queries_of(address), "queries"))
    poll = f"/live/{ticker.pk}/since/{Ticker.objects.get(pk=ticker.pk).head}.json"
    for name, (each, rate) in zip(("page", "poll"), asked_of_the_web(address, poll), strict=True):
        rows.append(row(f"a ticker's {name}, stored, on granian", each, "ms"))
        rows.append(row(f"a ticker's {name}, stored, on granian", rate, "a second"))
    return rows


def _content():
    from articles import revisions
    from articles.models import Section

    section = revisions.reference(Section.objects.first())
    return revisions.blank(headline="A storm, live", standfirst="It blows.", section=section)


if __name__ == "__main__":
    from benchmarks import sized

    sized.prepare(100)
    print(json.dumps(measure(sized.cost)))
