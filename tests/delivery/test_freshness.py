"""
A desk that works at random on two nodes of two web processes each, while readers ask: how long is anything stale?

On SQLite it is one node. After each act Django itself, past every store, says what the pages concerned are now, and
every node has to say the same, byte for byte. In the end every page that any node has stored is compared like that.
FRESH_ACTS says how many acts: 2,000, or fewer for a try.
"""

import math
import os
import random
import statistics
import threading
import time

import pytest

from tests.delivery.running import NODES, Desk, Readers, digest, newsroom, stale_pages

pytestmark = pytest.mark.slow
ACTS = int(os.environ.get("FRESH_ACTS", 2000))
LIMIT = 20.0  # seconds after which a page counts as stale for ever


class Watch(threading.Thread):
    """Asks one node for the addresses of one act, again and again, and notes every answer until all are as they should be."""

    def __init__(self, node, addresses):
        super().__init__()
        self.node, self.addresses = node, addresses
        self.answers = {address: [] for address in addresses}  # [(when it came, (status, digest))]
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
        """
        Return (when the last old answer came, when the first fresh one did); inf where none did.

        Between the two nobody was told anything: that is how long this machine took to make the pages.
        """
        last, first = 0.0, float("inf")
        for at, page in self.answers[address] if address not in self.late else []:
            last, first = (last, min(first, at)) if page == self.truth[address] else (at, float("inf"))
        return last, first


def p99(taken, part=0.99):
    """Return the 99th of a hundred of {act: [seconds]}, or another ``part``."""
    everything = sorted(second for seconds in taken.values() for second in seconds)
    return everything[max(0, math.ceil(len(everything) * part) - 1)]


def in_words(taken):
    everything = [second for seconds in taken.values() for second in seconds]
    return f"fresh everywhere after {statistics.median(everything):.3f} s, p99 {p99(taken):.3f} s, worst {max(everything):.3f} s"


def test_whatever_the_desk_does_every_page_on_every_node_is_fresh_within_a_second(tmp_path):
    taken, old, changed, chance = {}, {}, set(), random.Random(20260302)
    with newsroom(tmp_path, nodes=NODES, stories=12) as nodes, Readers(nodes, ["/"], pause=0.01) as readers:
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
            fresh = [watch.fresh_since(address) for watch in watches for address in truth]
            taken.setdefault(name, []).append(max(first for _, first in fresh) - said["committed"])
            old.setdefault(name, []).append(max(0.0, max(last for last, _ in fresh) - said["committed"]))
            changed |= {name for address, page in truth.items() if before.get(address, page) != page}
            before |= truth
            readers.addresses = said["addresses"]
            if number % 100 == 99:
                print(f"{number + 1} acts: {in_words(taken)}", flush=True)
        compared, stale = stale_pages(nodes, desks[0])
        acts = desks[0].acts
        for desk in desks:
            desk.close()
    for name, seconds in sorted(taken.items()):
        print(
            f"{name:16} {len(seconds):5} median {statistics.median(seconds):.3f} s, worst {max(seconds):.3f} s"
        )
    print(
        f"{ACTS} acts on {len(nodes)} nodes: {in_words(taken)}; the last old page came after "
        f"{p99(old):.3f} s at p99, {p99(old, 1):.3f} s at worst; readers got {readers.told()}; "
        f"{compared} stored pages compared, {len(stale)} stale"
    )
    assert stale == {}
    assert compared > 20
    assert readers.statuses.keys() <= {200, 301, 404, 410} and readers.statuses[200] > ACTS / 2
    assert readers.cut == 0
    assert p99(taken) < 1
    assert ACTS < 200 or changed == set(acts)  # none of them did nothing
