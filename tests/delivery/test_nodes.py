"""
Real processes: web servers and workers, on two nodes where the database is PostgreSQL, while somebody publishes.

Readers ask all the time. What is counted: how long a change takes to be seen on every node, answers that are wrong,
pages that are stale at the end.
"""

import random
import signal
import statistics
import time
from functools import partial

import psycopg
import pytest

from tests.delivery.running import NODES, Editor, Node, Readers, newsroom, story_path, wait_until

pytestmark = pytest.mark.slow
STORIES = 4
PATHS = [story_path(number) for number in range(STORIES)]
PAGES = [*PATHS, "/", "/politics/", "/feeds/all.rss"]


@pytest.fixture(scope="module")
def nodes(tmp_path_factory):
    with newsroom(tmp_path_factory.mktemp("nodes"), nodes=NODES, stories=STORIES) as nodes:
        yield nodes


@pytest.fixture
def editor(nodes):
    editor = Editor(nodes[0])
    yield editor
    editor.close()


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
    with Readers(nodes, PAGES) as readers:
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


@pytest.mark.on_postgres
def test_stored_pages_go_on_while_the_database_refuses(nodes, editor):
    """No connection gets in for three seconds, and those that were there are cut."""
    for node in nodes:
        for page in PAGES:
            assert node.get(page)[0] == 200
    server, name = nodes[0].environment["DATABASE_URL"].rsplit("/", 1)
    with psycopg.connect(f"{server}/postgres", autocommit=True) as database:
        database.execute(f"ALTER DATABASE {name} ALLOW_CONNECTIONS false")
        database.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s", [name])
        with Readers(nodes, PAGES) as readers:
            time.sleep(3)
        database.execute(f"ALTER DATABASE {name} ALLOW_CONNECTIONS true")
    assert readers.statuses.keys() == {200} and readers.statuses[200] > 100
    wait_until(lambda: all(node.get("/readyz")[0] == 200 for node in nodes), "recovery", 20)
    again = Editor(nodes[0])
    again.publish(3, "The database is back")
    again.close()
    wait_until(lambda: seen_everywhere(nodes, "The database is back", ["/", PATHS[2]]), "recovery", 10)
    assert_nothing_is_stale(nodes)
