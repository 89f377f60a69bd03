"""
A site under mixed load for a long time: no process grows, nothing that is opened stays open.

SOAK_MINUTES says for how long: 20, or fewer for a try, in which a process that still warms up may look as if it grew.
"""

import contextlib
import itertools
import os
import statistics
import threading
import time
from pathlib import Path

import psycopg
import pytest

from tests.delivery.running import Editor, newsroom
from tests.delivery.test_faults import ON_POSTGRES, PATHS, STORIES, Readers, children

pytestmark = pytest.mark.slow
MINUTES = float(os.environ.get("SOAK_MINUTES", 20))
WARM_UP = 0.3  # of the time
GROWTH = 1.05
DESCRIPTORS = 12  # a pool may open a few more connections than it had
OTHERS = ["/feeds/all.atom", "/sitemap.xml", "/nowhere/", "/politics/?utm_source=x", "/corrections/", "/admin/login/", "/readyz"]  # fmt: skip


def processes(nodes):
    """Return {name: process number} of what answers and works."""
    found = {}
    for node in nodes:
        found[f"{node.folder.name} worker"] = node.running["worker"].pid
        for number, pid in enumerate(children(node.running["web"])):
            found[f"{node.folder.name} web {number}"] = pid
    return found


def memory(pid):
    """Return the bytes that a process alone is to blame for, in MiB."""
    lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    return (
        sum(int(line.split()[1]) for line in lines if line.startswith(("Private_Dirty", "Private_Clean")))
        / 1024
    )


def descriptors(pid):
    return len(list(Path(f"/proc/{pid}/fd").iterdir()))


def connections(nodes):
    """Return how many connections the site has to its database; None on SQLite."""
    if not ON_POSTGRES:
        return None
    url = nodes[0].environment["DATABASE_URL"]
    server, name = url.rsplit("/", 1)
    with psycopg.connect(f"{server}/postgres") as connection:
        return connection.execute(
            "SELECT count(*) FROM pg_stat_activity WHERE datname = %s", [name]
        ).fetchone()[0]


class Wanderers(Readers):
    """Readers who also ask for what is never stored."""

    def read(self, chance):
        while not self.over.wait(0.01):
            path = chance.choice(OTHERS + PATHS)
            with contextlib.suppress(OSError):
                status = chance.choice(self.nodes).get(path)[0]
                with self.lock:
                    self.statuses[status] = self.statuses.get(status, 0) + 1


def test_nothing_grows_and_nothing_stays_open(tmp_path):
    with newsroom(tmp_path, nodes=2 if ON_POSTGRES else 1, stories=STORIES) as nodes:
        editor, over = Editor(nodes[0]), threading.Event()

        def write():
            for number in itertools.count():
                if over.wait(0.5):
                    return
                editor.publish(number % STORIES + 1, f"Written as number {number}")

        writer = threading.Thread(target=write)
        with Readers(nodes) as readers, Wanderers(nodes, threads=1) as others:
            writer.start()
            began, grown = time.monotonic(), {}
            at_work = processes(nodes)
            opened = {}
            while (part := (time.monotonic() - began) / (60 * MINUTES)) < 1:
                for name, pid in at_work.items():
                    grown.setdefault(name, []).append((part, memory(pid), descriptors(pid)))
                opened[part] = connections(nodes)
                time.sleep(MINUTES)  # sixty times in all
            over.set()
            writer.join()
        editor.close()
        assert processes(nodes) == at_work  # nobody died meanwhile
    told, leaks = {}, {}
    for name, rows in grown.items():
        early = [row for row in rows if WARM_UP <= row[0] < WARM_UP + 0.2]
        late = [row for row in rows if row[0] >= 0.8]
        before, after = (statistics.median(row[1] for row in some) for some in (early, late))
        told[name] = f"{before:.1f} to {after:.1f} MiB"
        if after > before * GROWTH or max(r[2] for r in late) > max(r[2] for r in early) + DESCRIPTORS:
            leaks[name] = (told[name], max(r[2] for r in early), max(r[2] for r in late))
    counts = list(opened.values())
    print(f"{MINUTES} minutes: {told}; connections {counts[len(counts) // 3]} to {counts[-1]}")
    print(f"readers {readers.told()}; others {others.statuses}")
    assert leaks == {}
    if ON_POSTGRES:
        assert counts[-1] <= max(counts[: len(counts) // 2]) + 2
    assert readers.statuses.keys() == {200} and readers.cut == 0
    assert others.statuses.keys() <= {200, 404, 429}
