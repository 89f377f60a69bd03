"""
Processes that are killed, a worker that hangs, a disk that is full, while readers ask and count.

No reader gets an error for a page that is stored, nothing is stale afterwards, nobody does anything by hand. FAULTS
says which part of the deaths is tried: 1, or less for a try.
"""

import contextlib
import http.client
import os
import signal
import subprocess
import sys
import time

import pytest

from tests.delivery.running import (
    NODES,
    Desk,
    Editor,
    Readers,
    children,
    newsroom,
    stale_pages,
    stored_addresses,
    story_path,
    wait_until,
)
from tests.postgres import CARELESS, own_server
from tests.tickers.test_stream import Reader
from tickers.stream import DOUBT, HEARTBEAT

pytestmark = pytest.mark.slow
STORIES = 4
PATHS = [story_path(number) for number in range(STORIES)]
PAGES = [*PATHS, "/", "/politics/", "/feeds/all.rss"]
TICKER = """
import django
django.setup()
from tests.factories import make_chief, make_ticker
from tickers import log
print(log.set_status(make_ticker().ticker, "live", by=make_chief()).pk)
"""
PART = float(os.environ.get("FAULTS", 1))


def times(number):
    return max(1, round(number * PART))


def lacking(nodes, headline, paths):
    """Return which of ``paths`` does not show ``headline``, and on which node; nor does one whose answer is cut."""
    return [(node.folder.name, path) for node in nodes for path in paths if not shows(node, headline, path)]


def shows(node, headline, path):
    with contextlib.suppress(OSError, http.client.HTTPException):
        return headline.encode() in node.get(path)[2]
    return False


def wait_for(nodes, headline, paths, limit=10):
    """Wait until all nodes show ``headline`` on ``paths``; fail with those that do not."""
    until = time.monotonic() + limit
    while left := lacking(nodes, headline, paths):
        assert time.monotonic() < until, f"After {limit} s {headline!r} is not on {left}."


def write(nodes, number, editor=None):
    """Publish a story on the first node and wait until every node shows it, ten seconds at the most."""
    ours = editor or Editor(nodes[0])
    try:
        headline, path = f"Written as number {number}", PATHS[number % STORIES]
        ours.publish(number % STORIES + 1, headline)
        wait_for(nodes, headline, [path, "/"])
    finally:
        if editor is None:
            ours.close()


def store_all(nodes):
    """Have every page stored on every node."""
    for node in nodes:
        for path in PAGES:
            wait_until(lambda: node.get(path)[0] == 200, path)  # noqa: B023
        wait_until(lambda: is_all_stored(node), f"all pages stored on {node.folder.name}")  # noqa: B023


def is_all_stored(node):
    missing = set(PAGES) - stored_addresses(node)
    for path in missing:
        node.get(path)
    return not missing


def assert_nothing_is_stale(nodes):
    desk = Desk(nodes[0])
    compared, stale = stale_pages(nodes, desk)
    desk.close()
    assert stale == {}
    assert compared >= len(nodes) * len(PAGES) - 2
    return compared


@pytest.fixture
def nodes(tmp_path):
    with newsroom(tmp_path, nodes=NODES, stories=STORIES) as nodes:
        yield nodes


def all_serve(node):
    """Whether each process that was started serves by now: a site with one process left is not without any."""
    said = (node.folder / "web.log").read_text()
    return (
        said.count("Spawning worker-") == said.count("Started worker-")
        and len(children(node.running["web"])) == 2
    )


def test_web_processes_are_killed(nodes):
    store_all(nodes)
    editor, killed = Editor(nodes[0]), 0
    with Readers(nodes, PAGES) as readers:
        while killed < times(50):
            node = nodes[killed % len(nodes)]
            wait_until(lambda: all_serve(node), "two web processes that serve")  # noqa: B023
            with contextlib.suppress(ProcessLookupError):
                os.kill(children(node.running["web"])[killed % 2], signal.SIGKILL)
                killed += 1
            write(nodes, killed, editor)
    editor.close()
    compared = assert_nothing_is_stale(nodes)
    print(f"{killed} web processes killed: {readers.told()}; {compared} stored pages compared, 0 stale")
    assert readers.statuses.keys() == {200}
    assert readers.statuses[200] > 20 * killed


def test_workers_are_killed(nodes):
    store_all(nodes)
    editor = Editor(nodes[0])
    with Readers(nodes, PAGES) as readers:
        for number in range(times(20)):
            node = nodes[number % len(nodes)]
            node.stop("worker", signal.SIGKILL)
            editor.publish(number % STORIES + 1, f"Written as number {number}")
            node.start("worker")
            headline, shown = f"Written as number {number}", [PATHS[number % STORIES], "/"]
            wait_for(nodes, headline, shown, 30)
    editor.close()
    compared = assert_nothing_is_stale(nodes)
    print(f"{times(20)} workers killed: {readers.told()}; {compared} stored pages compared, 0 stale")
    assert readers.statuses.keys() == {200}
    assert readers.cut == 0


def test_a_worker_hangs(nodes):
    """The node is not ready meanwhile, which is what a load balancer asks; afterwards it is right by itself."""
    store_all(nodes)
    node, seconds = nodes[-1], max(35, 60 * PART)
    worker, editor = node.running["worker"], Editor(nodes[0])
    wait_until(lambda: node.get("/readyz")[0] == 200, "readiness")
    with Readers(nodes, PAGES) as readers:
        worker.send_signal(signal.SIGSTOP)
        began = time.monotonic()
        number = 0
        while time.monotonic() - began < seconds:
            number += 1
            editor.publish(number % STORIES + 1, f"Written as number {number}")
            time.sleep(1)
        ready = node.get("/readyz")
        worker.send_signal(signal.SIGCONT)
        headline, shown = f"Written as number {number}", [PATHS[number % STORIES], "/"]
        wait_for(nodes, headline, shown)
    editor.close()
    compared = assert_nothing_is_stale(nodes)
    print(
        f"a worker that hung for {seconds:.0f} s: {readers.told()}; {compared} stored pages compared, 0 stale"
    )
    assert (ready[0], b"orker" in ready[2]) == (503, True)
    assert readers.statuses.keys() == {200} and readers.cut == 0


@pytest.mark.on_postgres
def test_postgresql_is_killed(tmp_path, monkeypatch):
    """With all its processes, as in a power cut. What it had answered is kept, so it has to write before it answers."""
    kept = [option for option in CARELESS if not option.startswith("synchronous_commit")]
    with own_server(kept) as server:
        monkeypatch.setenv("DATABASE_URL", f"{server.url}/postgres")
        with newsroom(tmp_path, nodes=2, stories=STORIES) as nodes:
            away = 0.0
            with Readers(nodes, PAGES) as readers:
                for number in range(times(10)):
                    wait_until(lambda: all(node.get("/readyz")[0] == 200 for node in nodes), "readiness")
                    store_all(nodes)
                    server.kill()
                    began = time.monotonic()
                    time.sleep(2)
                    server.start()
                    away += time.monotonic() - began
                    print(f"away until {time.strftime('%X')}")
                    write(nodes, number)
            compared = assert_nothing_is_stale(nodes)
    print(
        f"PostgreSQL killed {times(10)} times, away {away:.0f} s: {readers.told()}; {compared} pages compared, 0 stale"
    )
    assert readers.statuses.keys() == {200}
    assert readers.cut == 0


@pytest.mark.on_postgres
def test_pages_that_hear_of_a_ticker_poll_while_postgresql_is_away(tmp_path, monkeypatch):
    with own_server() as server:
        monkeypatch.setenv("DATABASE_URL", f"{server.url}/postgres")
        with newsroom(tmp_path, stories=1, start=("web", "worker", "stream")) as [node]:
            ticker = int(node.run(sys.executable, "-c", TICKER))
            poll, stream = f"/live/{ticker}/since/1.json", f"/live/{ticker}/stream"
            page = Reader(node.stream_port, stream)
            assert page.status == 200
            wait_until(lambda: node.get("/readyz")[0] == 200, "readiness")
            time.sleep(2)  # the worker has followed the log up to the ticker
            assert {node.get(poll)[0] for _time in range(40)} == {200}  # of every process of web
            assert poll in stored_addresses(node)
            server.kill()
            began = time.monotonic()
            assert page.ended(HEARTBEAT + 5)
            away = time.monotonic() - began
            assert (Reader(node.stream_port, stream).status, node.get(poll)[0]) == (503, 200)
            server.start()
            wait_until(lambda: Reader(node.stream_port, stream).status == 200, "the stream")
    print(f"let go after {away:.1f} s")
    assert away < DOUBT + HEARTBEAT + 5


def test_the_disk_of_the_pages_is_full(tmp_path):
    """Readers get pages that can't be stored; what was stored and went stale goes; with room again all is as before."""
    place = tmp_path / "a" / "pages"
    place.mkdir(parents=True)
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=3m", "none", place], capture_output=True)
    if mounted.returncode:
        pytest.skip("No small file system can be mounted here (that takes root): a full disk can't be tried.")
    try:
        with newsroom(tmp_path, stories=STORIES) as [node]:
            store_all([node])
            editor = Editor(node)
            with Readers([node], PAGES) as readers:
                for number in range(3):
                    fill(place)
                    assert b"is full or may not be written" in node.get("/readyz")[2]
                    for step in range(5):
                        write([node], 10 * number + step, editor)
                    (place / "filler").unlink()
                    write([node], 10 * number + 9, editor)
            wait_until(lambda: stored_again(node), "pages are stored again", 20)
            editor.close()
            compared = assert_nothing_is_stale([node])
            left = [path.name for path in place.iterdir() if path.name.startswith(("token.", "gone"))]
            left += [path.name for path in place.glob("*-*/new/*")]
    finally:
        subprocess.run(["umount", "-l", place], check=True)
    print(f"a full disk, 3 times: {readers.told()}; {compared} stored pages compared, 0 stale")
    assert readers.statuses.keys() == {200} and readers.cut == 0
    assert left == []


def fill(place):
    """Leave no byte free in the file system of ``place``."""
    with contextlib.suppress(OSError), (place / "filler").open("wb", buffering=0) as file:
        while True:
            file.write(bytes(4096))


def stored_again(node):
    desk = Desk(node)
    store_all([node])
    compared, stale = stale_pages([node], desk)
    desk.close()
    return compared >= len(PAGES) and not stale
