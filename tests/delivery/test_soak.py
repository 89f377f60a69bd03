"""
A site under mixed load for a long time: no process grows, nothing that is opened stays open.

Readers ask for pages that are stored and for what never is, a page of a live ticker is opened and left, stories are
published, entries are posted, and somebody at the desk looks through the list, opens stories and saves them.
SOAK_MINUTES says for how long: 20, or fewer for a try, in which a process that still warms up may look as if it grew.
"""

import contextlib
import itertools
import os
import statistics
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from http.client import HTTPConnection
from pathlib import Path
from urllib.parse import urlencode

import psycopg
import pytest
from lxml import html

from tests.delivery.running import NODES, ON_POSTGRES, ROOT, Editor, Readers, children, newsroom, story_path

pytestmark = pytest.mark.slow
MINUTES = float(os.environ.get("SOAK_MINUTES", 20))
WARM_UP = 0.3  # of the time
GROWTH = 1.05
DESCRIPTORS = 12  # a pool may open a few more connections than it had
PUBLISHED, SAVED = 6, 20  # stories that are published again and again, and others that are only saved
PATHS = [story_path(number) for number in range(PUBLISHED)]
STORED = [*PATHS, "/", "/politics/", "/feeds/all.rss"]
OTHERS = ["/feeds/all.atom", "/sitemap.xml", "/nowhere/", "/politics/?utm_source=x", "/?x=1",
          "/corrections/", "/admin/login/", "/readyz", *PATHS]  # fmt: skip
SIGN_IN = """
import django; django.setup()
from django.test import Client
from tests.factories import make_chief
client = Client()
client.force_login(make_chief())
print(client.cookies["sessionid"].value)
"""
POST = """
import sys
import django; django.setup()
from tests.factories import make_chief, make_ticker
from tickers import log
clara = make_chief()
ticker = log.set_status(make_ticker(by=clara).ticker, "live", by=clara)
print(ticker.pk, flush=True)
for line in sys.stdin:
    log.post(ticker, {"body": f"<p>{line.strip()}</p>"}, by=clara)
    print("posted", flush=True)
"""


class AtTheDesk:
    """Somebody signed in to the desk of ``node``, by HTTP, who saves stories that nobody else writes."""

    def __init__(self, node):
        self.node, self.token = node, "t" * 32
        session = node.run(sys.executable, "-c", SIGN_IN).strip()
        self.headers = {"Host": node.host, "Cookie": f"sessionid={session}; csrftoken={self.token}"}

    def work(self, number):
        """Look at the list, open a story, save it with another headline, ask for a page that is not there."""
        assert self.ask("/admin/articles/article/")[0] == 200
        address = f"/admin/articles/article/{PUBLISHED + number % SAVED + 1}/change/"
        status, _, page = self.ask(address)
        assert status == 200
        [form] = [form for form in html.document_fromstring(page).forms if "headline" in form.fields]
        typed = dict(form.form_values()) | {"headline": f"Saved as number {number}", "act": "save"}
        typed["csrfmiddlewaretoken"] = self.token
        status, headers, page = self.ask(address, urlencode(typed))
        assert (status, headers.get("location")) == (302, address), page[:2000]

    def ask(self, path, data=None):
        """Return (status, headers by lower-case name, body); by POST where there are ``data``."""
        connection = HTTPConnection("127.0.0.1", self.node.port, timeout=30)
        kind = {"Content-Type": "application/x-www-form-urlencoded"} if data else {}
        connection.request("POST" if data else "GET", path, body=data, headers=self.headers | kind)
        answer = connection.getresponse()
        said = answer.status, {name.lower(): value for name, value in answer.getheaders()}, answer.read()
        connection.close()
        return said


class Reporter:
    """A process of ``node`` that posts entries to a live ticker, number ``ticker``, and somebody who reads them."""

    def __init__(self, node):
        self.node = node
        self.process = subprocess.Popen(
            [sys.executable, "-c", POST],
            cwd=ROOT, env=node.environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
        )  # fmt: skip
        self.ticker = int(self.process.stdout.readline())

    def work(self, number):
        """Open the stream, post an entry, read it and go."""
        connection = HTTPConnection("127.0.0.1", self.node.stream_port, timeout=30)
        connection.request("GET", f"/live/{self.ticker}/stream", headers={"Host": self.node.host})
        answer = connection.getresponse()
        assert answer.status == 200
        self.process.stdin.write(f"Entry {number} of the evening\n")
        self.process.stdin.flush()
        assert self.process.stdout.readline() == "posted\n"
        wanted = b"Entry %d of the evening" % number
        while wanted not in (line := answer.readline()):
            assert line, "The stream ended."
        answer.close()
        connection.close()

    def close(self):
        self.process.stdin.close()
        self.process.wait(20)
        self.process.stdout.close()


def processes(nodes):
    """Return {name: process number} of all that answer and work."""
    found = {}
    for node in nodes:
        for name, process in node.running.items():
            found[f"{node.folder.name} {name}"] = process.pid
        for number, pid in enumerate(children(node.running["web"])):
            found[f"{node.folder.name} web {number}"] = pid
    return found


def memory(pid):
    """Return the MiB that a process alone is to blame for."""
    lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    private = [line for line in lines if line.startswith(("Private_Dirty", "Private_Clean"))]
    return sum(int(line.split()[1]) for line in private) / 1024


def descriptors(pid):
    return len(list(Path(f"/proc/{pid}/fd").iterdir()))


def connections(nodes):
    """Return how many connections the site has to its database; 0 on SQLite."""
    if not ON_POSTGRES:
        return 0
    server, name = nodes[0].environment["DATABASE_URL"].rsplit("/", 1)
    with psycopg.connect(f"{server}/postgres") as connection:
        count = connection.execute("SELECT count(*) FROM pg_stat_activity WHERE datname = %s", [name])
        return count.fetchone()[0]


def watched(nodes):
    """
    Watch for MINUTES; return ({name of a process: [(part of the time, MiB, open files)]}, [connections]).

    Fails where a process ended meanwhile.
    """
    began, rows, opened = time.monotonic(), {}, []
    at_work = processes(nodes)
    while (part := (time.monotonic() - began) / (60 * MINUTES)) < 1:
        for name, pid in at_work.items():
            rows.setdefault(name, []).append((part, memory(pid), descriptors(pid)))
        opened.append(connections(nodes))
        time.sleep(MINUTES)  # sixty times in all
    assert processes(nodes) == at_work
    return rows, opened


def growth(rows):
    """Return ((MiB after warming up, MiB in the end), (most open files then, and in the end))."""
    early = [row for row in rows if WARM_UP <= row[0] < WARM_UP + 0.2]
    late = [row for row in rows if row[0] >= 0.8]
    sizes = tuple(round(statistics.median(row[1] for row in some), 1) for some in (early, late))
    return sizes, tuple(max(row[2] for row in some) for some in (early, late))


@contextlib.contextmanager
def at_work(**acts):
    """Do each of ``acts`` twice a second at the most, with its number; yield {name: its Future of how often}."""
    over = threading.Event()

    def repeat(act):
        for number in itertools.count():
            if over.wait(0.5):
                return number
            act(number)

    with ThreadPoolExecutor(len(acts)) as pool:
        try:
            yield {name: pool.submit(repeat, act) for name, act in acts.items()}
        finally:
            over.set()


def test_nothing_grows_and_nothing_stays_open(tmp_path):
    with newsroom(tmp_path, nodes=NODES, stories=PUBLISHED + SAVED) as nodes:
        nodes[0].start("stream")
        editor, desk, reporter = Editor(nodes[0]), AtTheDesk(nodes[-1]), Reporter(nodes[0])

        def publish(number):
            editor.publish(number % PUBLISHED + 1, f"Written as number {number}")

        with (
            Readers(nodes, STORED) as readers,
            Readers(nodes, OTHERS, threads=1, pause=0.01) as others,
            at_work(published=publish, saved=desk.work, posted=reporter.work) as acts,
        ):
            rows, opened = watched(nodes)
        editor.close()
        reporter.close()
    done = {name: count.result() for name, count in acts.items()}
    found = {name: growth(of_one) for name, of_one in rows.items()}
    print(f"{MINUTES} minutes, {done}; readers {readers.told()}; others {others.told()}")
    for name, ((before, after), files) in found.items():
        print(f"{name:12} {before:.1f} to {after:.1f} MiB, {files[0]} to {files[1]} files")
    print(f"connections {max(opened[: len(opened) // 2])} to {opened[-1]}")
    assert {name: sizes for name, (sizes, _) in found.items() if sizes[1] > sizes[0] * GROWTH} == {}
    assert {name: files for name, (_, files) in found.items() if files[1] > files[0] + DESCRIPTORS} == {}
    assert opened[-1] <= max(opened[: len(opened) // 2]) + 2
    assert readers.statuses.keys() == {200} and readers.cut == 0
    assert others.statuses.keys() <= {200, 404, 429} and others.cut == 0
    assert readers.statuses[200] > 600 * MINUTES and min(done.values()) > 20 * MINUTES  # or nothing was tried
