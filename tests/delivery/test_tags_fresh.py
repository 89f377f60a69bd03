"""
What the tag desk does is fresh at `web`, in real processes: pages that show a tag or author that is merged, parted, renamed,
retired or given a new address, their own pages, and every address that they ever had, which leads on in one step.

TAG_ACTS says how many acts: 60, or fewer for a try.
"""

import os
import random
import statistics

import pytest

from tests.delivery.running import Desk, newsroom, stale_pages
from tests.delivery.test_freshness import LIMIT, Watch

pytestmark = pytest.mark.slow
ACTS = int(os.environ.get("TAG_ACTS", 60))
DONE = (
    "merge_authors merge_tags part_authors part_tags readdress_author readdress_tag rename_author rename_tag reprint "
    "retag retire_tag"
).split()


def leads_on(node, address):
    """Return how often a reader is sent on from ``address`` before there is a page, or none; at most three times."""
    for steps in range(3):
        status, headers, _body = node.get(address)
        if status != 301:
            return steps
        address = headers["location"].removeprefix(f"http://{node.host}")
    return 3


def test_whatever_the_tag_desk_does_is_fresh_within_a_second_and_old_addresses_lead_on_in_one_step(tmp_path):
    taken, moved, chance = [], 0, random.Random(7)
    with newsroom(tmp_path, stories=12) as [node]:
        desk = Desk(node)
        desk.furnish()
        node.manage("purge", "--all")
        for number in range(ACTS):
            name = "retag" if number < 8 else chance.choice(DONE)
            desk.say(act=name, seed=chance.randrange(10**9))
            said = desk.hear()
            watch = Watch(node, said["addresses"])
            watch.truth = {address: tuple(page) for address, page in desk.hear()["pages"].items()}
            watch.join()
            assert not watch.late, f"act {number}, {name}: still stale after {LIMIT} s: {sorted(watch.late)}"
            taken.append(max(watch.fresh_since(address)[1] for address in watch.truth) - said["committed"])
            sent_on = [address for address, page in watch.truth.items() if page[0] == 301]
            assert [leads_on(node, address) for address in sent_on] == [1] * len(sent_on), (
                number,
                name,
                sent_on,
            )
            moved += len(sent_on)
        compared, stale = stale_pages([node], desk)
        desk.close()
    taken.sort()
    p99 = taken[max(0, int(len(taken) * 0.99) - 1)]
    print(
        f"\n{ACTS} acts of the tag desk: fresh at web after {statistics.median(taken):.3f} s at the median, p99 {p99:.3f} s, "
        f"worst {taken[-1]:.3f} s; {moved} old addresses led on in one step; {compared} stored pages compared"
    )
    assert stale == {}
    assert moved >= ACTS / 6  # there were some to lead on
    assert p99 < 1
