"""
What Prometheus reads: how readers were answered, what was made anew, how far the worker is behind.

Each process of a node counts in a small file of its own below DATA_DIR/metrics, mapped into memory, so that counting
costs next to nothing. A file is locked by who counts in it; when that process ends, however it ends, the next one
takes the file over and counts on, so that sums never go back and files never pile up. Threads may lose a count to
each other once in a while, which no rate can tell.
"""

import fcntl
import mmap
import os
from contextlib import suppress
from pathlib import Path

from django.conf import settings
from django.db import Error

from delivery import health, store
from delivery.release import release

# Counters, each at its place in the file: new ones are added at the end. Times are in microseconds.
NAMES = [
    "answers_stored",
    "answers_made",
    "answers_passed",
    "answers_busy",
    "made_microseconds",
    "pages_kept",
    "purges",
    "purge_microseconds",
    "job_runs",
    "job_failures",
]
SIZE = 1024  # bytes of a file
ANSWERS = {
    "stored": "from the page store",
    "made": "made for the store",
    "passed": "by Django past the store",
    "busy": "503, too many were waiting",
}


class Counters:
    """The file of this process. ``counts`` is a memory view of integers, by the places of NAMES."""

    def __init__(self):
        self.process = os.getpid()
        self.counts = memoryview(bytearray(SIZE)).cast("q")  # counted for nobody where no file can be had
        with suppress(OSError):
            self._open()

    def _open(self):
        folder().mkdir(parents=True, exist_ok=True)
        for number in range(1000):
            file = open(folder() / str(number), "a+b")
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                file.close()
                continue
            file.truncate(SIZE)
            self.file, self.counts = file, memoryview(mmap.mmap(file.fileno(), SIZE)).cast("q")
            return


_own = None


def counts():
    """Return what this process counts in."""
    global _own
    if _own is None or _own.process != os.getpid():
        _own = Counters()
    return _own.counts


def count(name, by=1):
    counts()[PLACES[name]] += by


PLACES = {name: place for place, name in enumerate(NAMES)}


def folder():
    return Path(settings.DATA_DIR) / "metrics"


def totals():
    """Return {name: sum over all processes this node ever had}."""
    sums = dict.fromkeys(NAMES, 0)
    for path in folder().glob("[0-9]*"):
        values = memoryview(path.read_bytes()[:SIZE].ljust(SIZE, b"\0")).cast("q")
        for name, place in PLACES.items():
            sums[name] += values[place]
    return sums


def report(now):
    """
    Return everything as text in the format of Prometheus; now: aware datetime.

    Source: prometheus.io, exposition formats, text-based format 0.0.4.
    """
    sums = totals()
    lines = _metric("newsroom_answers_total", "counter", "Answers to readers and desk, by where they came from.", [
        (f'{{from="{word}"}}', sums[f"answers_{word}"]) for word in ANSWERS
    ])  # fmt: skip
    lines += _metric(
        "newsroom_pages_kept_total", "counter", "Pages put into the store.", [("", sums["pages_kept"])]
    )
    lines += _summary(
        "newsroom_make_seconds", "Making a page.", sums["answers_made"], sums["made_microseconds"]
    )
    about = "From a purge to the pages of this node being dropped by its worker."
    lines += _summary("newsroom_purge_delay_seconds", about, sums["purges"], sums["purge_microseconds"])
    lines += _metric("newsroom_jobs_total", "counter", "Turns of the worker's jobs.", [
        ('{outcome="done"}', sums["job_runs"] - sums["job_failures"]), ('{outcome="failed"}', sums["job_failures"])
    ])  # fmt: skip
    for name, about, value in _gauges(now):
        if value is not None:
            lines += _metric(name, "gauge", about, [("", value)])
    return "\n".join([*lines, ""])


def _gauges(now):
    """Yield (name, what it is, a number or None where it is not known)."""
    yield "newsroom_worker_age_seconds", "Since a worker last said that it is alive.", _since(now, "worker")
    yield "newsroom_backup_age_seconds", "Since the last nightly backup.", _since(now, "backup")
    followed = health.followed(store.folder())
    age = followed and (now - followed).total_seconds()
    yield "newsroom_follower_age_seconds", "Since the worker of this node last read the purge log.", age
    yield "newsroom_worker_lag_seconds", "How late the job that was latest began, of late.", _lag()
    pages, size = _stored()
    yield "newsroom_store_pages", "Pages in the store.", pages
    yield "newsroom_store_bytes", "Bytes of them.", size
    disk = os.statvfs(settings.DATA_DIR)
    yield "newsroom_disk_free_bytes", "Room on the disk of DATA_DIR.", disk.f_bavail * disk.f_frsize
    waiting, given_up = _errands(now)
    yield "newsroom_errands_due", "Messages to the outside that wait although they are due.", waiting
    yield "newsroom_errands_given_up", "Messages to the outside that were given up.", given_up
    yield "newsroom_ready", "1 where /readyz says so.", int(not health.reasons_not_ready(now))


def _since(now, name):
    from delivery.models import Heartbeat

    try:
        at = Heartbeat.objects.filter(name=name).values_list("at", flat=True).first()
    except Error:
        return None
    return at and (now - at).total_seconds()


def _errands(now):
    """Return (those due, those given up), (None, None) where the database does not say."""
    from delivery.models import Errand

    try:
        return Errand.objects.waiting().filter(due_at__lte=now).count(), Errand.objects.given_up().count()
    except Error:
        return None, None


def note_lag(seconds):
    """The worker says how late its latest job began."""
    with suppress(OSError):
        folder().mkdir(parents=True, exist_ok=True)
        new = folder() / f"lag.{os.getpid()}"
        new.write_text(f"{seconds:.3f}")
        new.replace(folder() / "lag")


def _lag():
    try:
        return float((folder() / "lag").read_text())
    except (OSError, ValueError):
        return None


def _stored():
    """Return (pages, bytes) of the stores with our release, (None, None) where there is none."""
    found = [one.size() for one in store.all_stores() if one.folder.name.startswith(release())]
    return (sum(n for n, _ in found), sum(size for _, size in found)) if found else (None, None)


def _metric(name, kind, about, values):
    return [
        f"# HELP {name} {about}",
        f"# TYPE {name} {kind}",
        *(f"{name}{labels} {value}" for labels, value in values),
    ]


def _summary(name, about, number, microseconds):
    return [
        f"# HELP {name} {about}",
        f"# TYPE {name} summary",
        f"{name}_sum {microseconds / 1e6}",
        f"{name}_count {number}",
    ]
