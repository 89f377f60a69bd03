"""
No page is ever stale: renders held up between every two steps while somebody publishes, and processes that are killed.

Node A is this process; node B is another folder of pages on the same database. What B commits, A learns by the log.
"""

import contextlib
import gc
import signal
import subprocess
import sys
import threading
import time
import weakref
from datetime import timedelta

import pytest
from django.conf import settings as present
from django.db import connection, transaction
from django.http import HttpResponse
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import delivery
from delivery import log, store
from delivery.follower import Follower
from delivery.front import Front
from delivery.models import Heartbeat, Log, Purge
from tests.delivery.conftest import ask
from tests.processes import surroundings

STEPS = ["token", "rendered", "registered", "encoded", "checked", "put"]
ENCODINGS = ("", "gzip", "br")
PATH, KEY = "/page/", "heartbeat:1"


def show(environ, start_response):
    """A small page: what stands in one row."""
    answer = delivery.stamp(HttpResponse(Heartbeat.objects.get(pk=1).name), [KEY])
    start_response("200 OK", list(answer.items()))
    return answer


def write(text):
    """Change the row and purge what shows it, as every act does: in one transaction."""
    with transaction.atomic():
        Heartbeat.objects.filter(pk=1).update(name=text)
        delivery.purge([KEY])


@contextlib.contextmanager
def on_node(folder):
    """Be a process of the node whose DATA_DIR is ``folder``."""
    before, present.DATA_DIR = present.DATA_DIR, folder
    try:
        yield
    finally:
        present.DATA_DIR = before


def elsewhere(act, *arguments):
    """Run ``act`` in a thread of its own, with a connection of its own, to its end."""

    def run():
        try:
            act(*arguments)
        finally:
            connection.close()

    thread = threading.Thread(target=run)
    thread.start()
    thread.join()


def stored(front):
    page = front.store and front.store.find(store.name_of(PATH), "")
    return page and page.body.decode()


@pytest.fixture
def row(transactional_db):
    return Heartbeat.objects.create(pk=1, name="old", at="2026-01-01T00:00Z")


@pytest.fixture
def node(row, data_dir):
    return Front(show)


@pytest.fixture
def follower(data_dir):
    follower = Follower(threading.Event())
    follower.follow()
    yield follower
    follower.stopping.set()
    if follower.is_alive():
        follower.join()
    follower.hang_up()


def test_without_a_change_it_is_stored(node):
    assert (ask(node, PATH).text, stored(node)) == ("old", "old")


@pytest.mark.parametrize("step", STEPS)
def test_a_change_on_this_node_while_a_page_is_made(node, step):
    node.at_step = lambda name: name == step and elsewhere(write, "new")
    ask(node, PATH)
    node.at_step = id
    assert stored(node) is None
    assert ask(node, PATH).text == "new"


@pytest.mark.parametrize("heard", STEPS)
@pytest.mark.parametrize("step", STEPS)
def test_a_change_on_another_node_while_a_page_is_made(node, follower, tmp_path_factory, step, heard):
    """``step``: when B commits; ``heard``: when A's worker reads the log for the first time, if it is not before that."""
    other = tmp_path_factory.mktemp("b")

    def commit():
        with on_node(other):
            write("new")

    def at_step(name):
        if name == step:
            elsewhere(commit)
        if name == heard:
            elsewhere(follower.follow)

    node.at_step = at_step
    ask(node, PATH)
    node.at_step = id
    follower.follow()
    assert stored(node) in {None, "new"}
    assert ask(node, PATH).text == "new"


@pytest.mark.parametrize("step", STEPS)
def test_a_transaction_that_took_its_number_early_and_commits_late(node, follower, tmp_path_factory, step):
    """The later one is followed first, so that "all rows after the last" would skip the earlier one."""
    other, written, may_commit = tmp_path_factory.mktemp("b"), threading.Event(), threading.Event()

    def slow():
        with contextlib.ExitStack() as node_b, transaction.atomic():
            Heartbeat.objects.filter(pk=1).update(name="new")
            delivery.purge([KEY])
            written.set()
            may_commit.wait(10)
            node_b.enter_context(on_node(other))

    def quick():
        with transaction.atomic():
            delivery.purge(["heartbeat:2"])

    def at_step(name):
        if name == step:
            may_commit.set()
            late.join()

    late = threading.Thread(target=lambda: elsewhere(slow))
    late.start()
    assert written.wait(10)
    if connection.vendor == "postgresql":  # SQLite has one writer at a time
        quick()
        follower.follow()
    node.at_step = at_step
    ask(node, PATH)
    node.at_step = id
    follower.follow()
    assert stored(node) in {None, "new"}
    assert ask(node, PATH).text == "new"


@pytest.mark.parametrize("second", STEPS)
@pytest.mark.parametrize("first", STEPS)
def test_two_changes_while_a_page_is_made_one_here_and_one_elsewhere(
    node, follower, tmp_path_factory, first, second
):
    other, written = tmp_path_factory.mktemp("b"), ["old"]

    def change(folder, text):
        with on_node(folder):
            write(text)
        written.append(text)

    def at_step(name):  # "put" is not reached where a change before it kept the page from being stored
        if name == first:
            elsewhere(change, present.DATA_DIR, "new")
        if name == second:
            elsewhere(change, other, "newest")

    node.at_step = at_step
    ask(node, PATH)
    node.at_step = id
    follower.follow()
    assert stored(node) in {None, written[-1]}
    assert ask(node, PATH).text == written[-1] != "old"


@pytest.mark.parametrize("rolled_back", STEPS)
def test_a_change_that_is_rolled_back_stores_nothing_of_it(node, follower, rolled_back):
    def undone():
        with transaction.atomic():
            write("never")
            transaction.set_rollback(True)

    node.at_step = lambda name: name == rolled_back and elsewhere(undone)
    ask(node, PATH)
    node.at_step = id
    follower.follow()
    assert (stored(node), ask(node, PATH).text) == ("old", "old")


def test_a_moment_that_comes_while_a_page_is_made(node):
    """A story seen from six o'clock, a page begun a moment before and finished a moment after."""
    at = timezone.now() + timedelta(seconds=0.5)
    delivery.purge([KEY], at=at)
    node.at_step = lambda name: (
        name == "rendered" and time.sleep(max(0, (at - timezone.now()).total_seconds()))
    )
    ask(node, PATH)
    node.at_step = id
    assert stored(node) is None
    assert (ask(node, PATH).text, stored(node)) == ("old", "old")


# Killed

CHILD = """
import os, signal, sys
from pathlib import Path
import django
django.setup()
from django.conf import settings
settings.DATA_DIR = Path(sys.argv[1])
from tests.delivery.test_races import *
def die():
    os.kill(os.getpid(), signal.SIGKILL)
"""


def killed(code, data_dir):
    """Run ``code`` in another process of the node of ``data_dir``; it has to end by its own SIGKILL."""
    done = subprocess.run(
        [sys.executable, "-c", CHILD + code, str(data_dir)],
        env=surroundings(),
        capture_output=True,
        text=True,
    )
    assert done.returncode == -signal.SIGKILL, done.stderr


@pytest.mark.parametrize("step", STEPS)
def test_a_process_killed_while_it_makes_a_page_leaves_nothing_stale_or_locked(node, data_dir, step):
    killed(
        f"front = Front(show); front.at_step = lambda name: name == {step!r} and die(); ask(front, PATH)",
        data_dir,
    )
    assert ask(node, PATH).text == "old"
    assert stored(node) == "old"
    write("new")
    assert stored(node) is None
    assert ask(node, PATH).text == "new"


@pytest.mark.parametrize("files", [1, 2, 3])
def test_a_process_killed_while_its_files_are_put_leaves_nothing_stale(node, data_dir, follower, files):
    """A page is three files; the kill comes after so many of them."""
    killed(
        "from delivery import store\n"
        "put = []\n"
        "def rename(old, new, really=os.rename):\n"
        "    really(old, new)\n"
        "    put.append(new)\n"
        f"    len(put) == {files} and die()\n"
        "front = Front(show)\n"
        "front.at_step = lambda name: name == 'checked' and setattr(os, 'rename', rename)\n"
        "ask(front, PATH)",
        data_dir,
    )
    put = lambda: [e for one in store.all_stores() for e in ENCODINGS if one.find(store.name_of(PATH), e)]  # noqa: E731
    assert len(put()) == files
    write("new")
    follower.follow()
    assert put() == []
    assert {ask(node, PATH).text, stored(node)} == {"new"}


@pytest.mark.parametrize("moment", ["before it drops", "before it saves its token"])
def test_a_worker_killed_while_it_follows_goes_on_where_it_was(
    node, follower, data_dir, tmp_path_factory, moment
):
    assert ask(node, PATH).text == "old"
    with on_node(tmp_path_factory.mktemp("b")):
        write("new")
    where = {"before it drops": "store.drop", "before it saves its token": "log.save_token"}[moment]
    killed(f"{where} = lambda what: die()\nFollower(threading.Event()).follow()", data_dir)
    assert (stored(node) is None) == (moment != "before it drops")
    follower.follow()
    assert stored(node) is None
    assert ask(node, PATH).text == "new"


def test_a_process_killed_between_its_commit_and_its_purge_is_made_up_for_by_the_worker(
    node, follower, data_dir
):
    assert ask(node, PATH).text == "old"
    killed("with transaction.atomic():\n    transaction.on_commit(die)\n    write('new')", data_dir)
    assert stored(node) == "old"
    follower.follow()
    assert stored(node) is None
    assert ask(node, PATH).text == "new"


def test_a_purge_killed_half_way_through_leaves_pages_missing_not_stale(node, follower, data_dir):
    assert ask(node, PATH).text == "old"
    killed(
        "os.unlink = lambda path, u=os.unlink: (u(path), die())\nask(Front(show), PATH)\nwrite('new')",
        data_dir,
    )
    follower.follow()
    for encoding in ("", "gzip", "br"):
        assert ask(node, PATH, accept_encoding=encoding).status == 200
    assert (ask(node, PATH).text, stored(node)) == ("new", "new")


# The log itself


def test_another_epoch_drops_all_pages(node, follower):
    ask(node, PATH)
    before = node.store.folder
    log.renew()
    follower.follow()
    assert not before.exists()
    assert (ask(node, PATH).text, stored(node)) == ("old", "old")
    assert node.store.folder != before


@pytest.mark.parametrize("place", ["57", "743:743:", "743:750:744,746"])
def test_a_place_in_the_log_of_another_engine_drops_all_pages(node, follower, data_dir, place):
    """The site moved between SQLite and PostgreSQL with one DATA_DIR: each knows but some of these."""
    ask(node, PATH)
    log.save_token(log.Token("of the engine before", place))
    follower.start()
    until = time.monotonic() + 20
    while log.saved_token().place == place and follower.is_alive() and time.monotonic() < until:
        time.sleep(0.05)
    saved = log.saved_token()
    assert (follower.is_alive(), stored(node), saved.epoch) == (True, None, log.token().epoch)
    assert log.since(saved)[0] == set()


def test_a_process_forgets_the_pages_of_the_epoch_before(node, follower):
    """Each redaction begins another, and a process keeps many megabytes of one store at hand."""
    ask(node, PATH)
    assert stored(node) == "old"
    before = weakref.ref(node.store)
    for _ in range(2):
        log.renew()
        follower.follow()
        ask(node, PATH)
    gc.collect()
    assert (stored(node), before()) == ("old", None)


def test_a_log_pruned_past_the_token_drops_all_pages(node, follower, tmp_path_factory):
    ask(node, PATH)
    with on_node(tmp_path_factory.mktemp("b")):
        write("new")
    log.prune(timezone.now())
    assert stored(node) == "old"
    follower.follow()
    assert ask(node, PATH).text == "new"


def test_a_database_set_back_drops_all_pages(node, follower):
    """Restored from a copy: the log is behind the token."""
    write("new")
    follower.follow()
    ask(node, PATH)
    token = log.saved_token()
    ahead = "999999999" if connection.vendor == "sqlite" else "999999999:999999999:"
    log.save_token(log.Token(token.epoch, ahead))
    follower.follow()
    assert stored(node) is None


AHEAD = 900_000_000_000  # a transaction that no server of a test comes to


@pytest.mark.on_postgres
@pytest.mark.parametrize("which", ["rows", "pruned"])
def test_a_dump_of_a_server_that_had_written_more_makes_the_log_begin_anew(node, follower, which):
    """It was loaded by hand. Its purges would be new to everybody until this server has written as much."""
    write("before")
    if which == "rows":
        Purge.objects.filter(pk=Purge.objects.latest("pk").pk).update(xact=AHEAD)
    else:
        Log.objects.update(pruned=AHEAD)
    with pytest.raises(log.Lost):
        log.since(log.token())
    before = log.token().epoch
    follower.follow()
    assert (Purge.objects.count(), Log.objects.get().pruned, log.token().epoch == before) == (0, 0, False)
    assert (ask(node, PATH).text, stored(node)) == ("before", "before")
    after = log.token().epoch
    follower.follow()
    assert (stored(node), log.token().epoch) == ("before", after)
    write("after")
    assert (stored(node), ask(node, PATH).text, stored(node)) == (None, "after", "after")


@pytest.mark.on_postgres
def test_nodes_that_come_to_a_strange_log_together_begin_one_new_one(node, follower):
    write("new")
    Purge.objects.update(xact=AHEAD)
    at_once = threading.Barrier(4)

    def mend(epochs):
        at_once.wait()
        log.mend()
        epochs.append(log.token().epoch)
        connection.close()

    epochs = []
    threads = [threading.Thread(target=mend, args=[epochs]) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert epochs == [log.token().epoch] * 4


@pytest.mark.on_postgres
def test_the_log_of_an_open_transaction_is_not_taken_for_a_strange_one(node, follower):
    """Its own number is ahead of what it sees, and so are those of others that commit meanwhile, unseen."""
    before = log.token()
    with transaction.atomic():
        delivery.purge(["a"])
        assert log.since(log.token())[0] == {"a"}
        elsewhere(delivery.purge, ["b"])
        assert log.since(before)[0] == {"a", "b"}
        log.mend()
    assert log.since(before)[0] == {"a", "b"}
    assert log.token().epoch == before.epoch


def test_nobody_makes_a_store_again_that_was_taken_away(node, follower):
    """Its pages would be followed by nobody. The worker makes it, in its own time."""
    ask(node, PATH)
    store.remove(node.store)
    assert (ask(node, PATH).text, stored(node)) == ("old", None)
    follower.follow()
    assert (ask(node, PATH).text, stored(node)) == ("old", "old")


def test_a_page_on_its_way_into_a_store_that_was_taken_away_is_not_put_into_the_next(node, follower):
    def at_step(name):
        if name == "checked":
            store.remove(node.store)
            store.Store.make(node.store.folder)

    node.at_step = at_step
    assert ask(node, PATH).text == "old"
    node.at_step = id
    assert stored(node) is None


# Everything at once


class Render(threading.Thread):
    """A reader's request that goes on by one step at a time."""

    def __init__(self, node):
        super().__init__(daemon=True)
        self.node, self.go, self.arrived, self.over = (
            node,
            threading.Semaphore(0),
            threading.Semaphore(0),
            False,
        )
        self.start()
        self.arrived.acquire()

    def run(self):
        front = Front(show)
        front.store = self.node.store
        front.at_step = self.at_step
        with contextlib.suppress(SystemExit):
            ask(front, PATH)
        connection.close()
        self.over = True
        self.arrived.release()

    def at_step(self, name):
        self.arrived.release()
        self.go.acquire()

    def advance(self):
        if not self.over:
            self.go.release()
            self.arrived.acquire()


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    moves=st.lists(
        st.sampled_from(["ask", "go 0", "go 1", "write here", "write there", "follow"]), max_size=25
    )
)
def test_whatever_the_order_nothing_stored_is_stale(node, follower, tmp_path_factory, moves):
    other = tmp_path_factory.mktemp("b")
    renders, number = [], 0
    node.store = node.store or ask(node, PATH) and node.store
    write("0")
    heard = True
    for move in [*moves, "follow"]:
        if move == "ask" and len(renders) < 2:
            renders.append(Render(node))
        elif move.startswith("go") and len(renders) > int(move[-1]):
            renders[int(move[-1])].advance()
        elif move.startswith("write"):
            number += 1
            heard = move == "write here"
            with on_node(present.DATA_DIR if heard else other):
                write(str(number))
        elif move == "follow":
            follower.follow()
            heard = True
        if heard:
            assert stored(node) in {None, str(number)}
    for render in renders:
        while not render.over:
            render.advance()
            assert stored(node) in {None, str(number)}
        render.join()
    assert ask(node, PATH).text == str(number)
