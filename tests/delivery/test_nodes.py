"""
Real processes: web servers and workers, on two nodes where the database is PostgreSQL, while somebody publishes.

Readers ask all the time. What is counted: how long a change takes to be seen on every node, answers that are wrong,
pages that are stale at the end.
"""

import contextlib
import http.client
import os
import random
import signal
import statistics
import threading
import time
from functools import partial

import psycopg
import pytest

from tests.delivery.running import Editor, Node, newsroom, wait_until

pytestmark = pytest.mark.slow
STORIES = 4
PATHS = [f"/politics/story-number-{number}-{number + 1}/" for number in range(STORIES)]
PAGES = [*PATHS, "/", "/politics/", "/feeds/all.rss"]
ON_POSTGRES = os.environ.get("DATABASE_URL", "").startswith("postgres")


@pytest.fixture(scope="module")
def nodes(tmp_path_factory):
    with newsroom(tmp_path_factory.mktemp("nodes"), nodes=2 if ON_POSTGRES else 1, stories=STORIES) as nodes:
        yield nodes


@pytest.fixture
def editor(nodes):
    editor = Editor(nodes[0])
    yield editor
    editor.close()


class Readers:
    """Threads that ask all nodes for pages until they are told to stop; ``statuses`` counts what they got."""

    def __init__(self, nodes, threads=2):
        self.nodes, self.over = nodes, threading.Event()
        self.statuses, self.cut, self.lock = {}, 0, threading.Lock()
        self.threads = [
            threading.Thread(target=self.read, args=[random.Random(seed)]) for seed in range(threads)
        ]

    def __enter__(self):
        for thread in self.threads:
            thread.start()
        return self

    def __exit__(self, *error):
        self.over.set()
        for thread in self.threads:
            thread.join()

    def read(self, chance):
        while not self.over.is_set():
            node, path = chance.choice(self.nodes), chance.choice(PAGES)
            try:
                status = node.get(path)[0]
            except (OSError, http.client.HTTPException):
                with self.lock:
                    self.cut += 1  # a connection cut by a kill
                time.sleep(0.02)
                continue
            with self.lock:
                self.statuses[status] = self.statuses.get(status, 0) + 1


def seen_everywhere(nodes, headline, pages):
    """Whether each of ``pages`` shows ``headline`` on every node."""
    return all(headline.encode() in node.get(path)[2] for node in nodes for path in pages)


def assert_nothing_is_stale(nodes):
    """Each page, as it is stored, is what it is after all are dropped."""
    stored = {(node.port, path): node.get(path)[2] for node in nodes for path in PAGES}
    for node in nodes:
        node.manage("purge", "--all")
    time.sleep(1)
    fresh = {(node.port, path): node.get(path)[2] for node in nodes for path in PAGES}
    assert {place for place in fresh if fresh[place] != stored[place]} == set()


def test_a_change_is_seen_on_every_node_within_a_second(nodes, editor):
    chance, taken = random.Random(1), []
    with Readers(nodes) as readers:
        for number in range(100):
            pk, headline = chance.randrange(STORIES) + 1, f"Changed {number} times"
            committed = editor.publish(pk, headline)
            shown_on = [PATHS[pk - 1], "/", "/politics/"]
            wait_until(partial(seen_everywhere, nodes, headline, shown_on), headline, 5)
            taken.append(time.monotonic() - committed)
    assert readers.statuses.keys() == {200} and readers.statuses[200] > 100
    assert readers.cut == 0
    print(
        f"seen everywhere: median {statistics.median(taken) * 1000:.0f} ms, worst {max(taken) * 1000:.0f} ms"
    )
    assert sorted(taken)[98] < 1
    assert_nothing_is_stale(nodes)


def children(process):
    """Return the process numbers of what ``process`` started."""
    with open(f"/proc/{process.pid}/task/{process.pid}/children") as file:
        return [int(number) for number in file.read().split()]


def test_killed_web_processes_come_back_and_no_reader_sees_an_error(nodes, editor):
    with Readers(nodes) as readers:
        for number in range(10):
            node = nodes[number % len(nodes)]
            for pid in children(node.running["web"])[:1]:
                with contextlib.suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGKILL)
            editor.publish(number % STORIES + 1, f"Written while {number} died")
            time.sleep(0.3)
    assert readers.statuses.keys() == {200}
    wait_until(lambda: seen_everywhere(nodes, "while 9 died", ["/", PATHS[9 % STORIES]]), "recovery", 10)
    assert_nothing_is_stale(nodes)


def test_a_worker_that_was_away_catches_up(nodes, editor):
    for node in nodes:
        for page in PAGES:
            node.get(page)
        node.stop("worker", signal.SIGKILL)
    editor.publish(1, "Nobody follows")
    assert seen_everywhere(nodes[:1], "Nobody follows", ["/", PATHS[0]])  # the node that committed
    for node in nodes:
        node.start("worker")
    wait_until(lambda: seen_everywhere(nodes, "Nobody follows", ["/", PATHS[0]]), "catching up", 10)
    assert_nothing_is_stale(nodes)


def test_a_worker_stops_cleanly_and_there_may_be_many(nodes, editor):
    second = Node.__new__(Node)
    second.__dict__ = nodes[0].__dict__ | {"running": {}}
    second.start("worker")
    editor.publish(2, "Two workers")
    wait_until(lambda: seen_everywhere(nodes, "Two workers", ["/", PATHS[1]]), "two workers", 10)
    assert second.stop("worker") == 0
    assert nodes[0].stop("worker") == 0
    nodes[0].start("worker")


if ON_POSTGRES:  # SQLite has no server that could go away

    def test_stored_pages_go_on_while_the_database_refuses(nodes, editor):
        """No connection gets in for three seconds, and those that were there are cut."""
        for node in nodes:
            for page in PAGES:
                assert node.get(page)[0] == 200
        server, name = nodes[0].environment["DATABASE_URL"].rsplit("/", 1)
        with psycopg.connect(f"{server}/postgres", autocommit=True) as database:
            database.execute(f"ALTER DATABASE {name} ALLOW_CONNECTIONS false")
            database.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s", [name]
            )
            with Readers(nodes) as readers:
                time.sleep(3)
            database.execute(f"ALTER DATABASE {name} ALLOW_CONNECTIONS true")
        assert readers.statuses.keys() == {200} and readers.statuses[200] > 100
        wait_until(lambda: all(node.get("/readyz")[0] == 200 for node in nodes), "recovery", 20)
        again = Editor(nodes[0])
        again.publish(3, "The database is back")
        again.close()
        wait_until(lambda: seen_everywhere(nodes, "The database is back", ["/", PATHS[2]]), "recovery", 10)
        assert_nothing_is_stale(nodes)
