"""
A desk that works at random on two nodes of two web processes each, while readers ask: how long is anything stale?

On SQLite it is one node. After each act Django itself, past every store, says what the pages concerned are now, and
every node has to say the same, byte for byte. In the end every page that any node has stored is compared like that.
FRESH_ACTS says how many acts: 2,000, or fewer for a try.
"""

import os
import random
import statistics
import threading
import time

import pytest

from tests.delivery.running import Desk, digest, newsroom, stale_pages

pytestmark = pytest.mark.slow
ON_POSTGRES = os.environ.get("DATABASE_URL", "").startswith("postgres")
ACTS = int(os.environ.get("FRESH_ACTS", 2000))
LIMIT = 20.0  # seconds after which a page counts as stale for ever


class Watch(threading.Thread):
    """Asks one node for the addresses of one act, again and again, and notes every answer until all are as they should be."""

    def __init__(self, node, addresses):
        super().__init__()
        self.node, self.addresses = node, addresses
        self.answers = {address: [] for address in addresses}  # [(when it was there, (status, digest))]
        self.truth, self.late = None, []
        self.start()

    def run(self):
        until = time.monotonic() + LIMIT
        waiting = list(self.addresses)
        while waiting and time.monotonic() < until:
            for address in waiting:
                status, headers, body = self.node.get(address)
                page = status, digest(headers, body)
                self.answers[address].append((time.monotonic(), page))
            if self.truth is None:
                time.sleep(0.01)
                continue
            waiting = [address for address in waiting if self.answers[address][-1][1] != self.truth[address]]
        self.late = waiting

    def fresh_since(self, address):
        """Return when the page was answered fresh, never to be answered otherwise after; inf where it never was."""
        if address in self.late:
            return float("inf")
        since = float("inf")
        for at, page in reversed(self.answers[address]):
            if page != self.truth[address]:
                break
            since = at
        return since


class Readers:
    """Threads that ask all nodes for what the desk named last. ``statuses`` counts what they got."""

    def __init__(self, nodes, threads=2):
        self.nodes, self.over, self.addresses = nodes, threading.Event(), ["/"]
        self.statuses, self.lock = {}, threading.Lock()
        self.threads = [threading.Thread(target=self.read, args=[random.Random(n)]) for n in range(threads)]

    def __enter__(self):
        for thread in self.threads:
            thread.start()
        return self

    def __exit__(self, *error):
        self.over.set()
        for thread in self.threads:
            thread.join()

    def read(self, chance):
        while not self.over.wait(0.01):
            node, address = chance.choice(self.nodes), chance.choice(self.addresses)
            status = node.get(address)[0]
            with self.lock:
                self.statuses[status] = self.statuses.get(status, 0) + 1


def test_whatever_the_desk_does_every_page_on_every_node_is_fresh_within_a_second(tmp_path):
    taken, changed, chance = {}, set(), random.Random(20260302)
    with newsroom(tmp_path, nodes=2 if ON_POSTGRES else 1, stories=12) as nodes, Readers(nodes) as readers:
        desks = [Desk(node) for node in nodes]
        desks[0].furnish()
        nodes[0].manage("purge", "--all")
        before = {}
        for number in range(ACTS):
            desk, name = chance.choice(desks), chance.choice(desks[0].acts)
            desk.say(act=name, seed=chance.randrange(10**9))
            said = desk.hear()
            watches = [Watch(node, said["addresses"]) for node in nodes]
            truth = {address: tuple(page) for address, page in desk.hear()["pages"].items()}
            for watch in watches:
                watch.truth = truth
            for watch in watches:
                watch.join()
            late = {address for watch in watches for address in watch.late}
            assert not late, f"act {number}, {name}: still stale after {LIMIT} s: {sorted(late)}"
            seen = max(watch.fresh_since(address) for watch in watches for address in truth)
            taken.setdefault(name, []).append(seen - said["committed"])
            changed |= {name for address, page in truth.items() if before.get(address, page) != page}
            before |= truth
            readers.addresses = said["addresses"]
        compared, stale = stale_pages(nodes, desks[0])
        acts = desks[0].acts
        for desk in desks:
            desk.close()
    for name, seconds in sorted(taken.items()):
        print(
            f"{name:16} {len(seconds):5} median {statistics.median(seconds):.3f} s, worst {max(seconds):.3f} s"
        )
    all_taken = sorted(second for seconds in taken.values() for second in seconds)
    p99 = all_taken[int(len(all_taken) * 0.99) - 1] if len(all_taken) > 1 else all_taken[0]
    print(
        f"{ACTS} acts on {len(nodes)} nodes, fresh everywhere: median {statistics.median(all_taken):.3f} s, p99 {p99:.3f} s, "
        f"worst {all_taken[-1]:.3f} s; readers got {readers.statuses}; {compared} stored pages compared, {len(stale)} stale"
    )
    assert stale == {}
    assert compared > 20
    assert readers.statuses.keys() <= {200, 301, 404, 410} and readers.statuses[200] > ACTS / 2
    assert p99 < 1
    assert ACTS < 200 or changed == set(acts)  # none of them did nothing
