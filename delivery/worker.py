"""
What runs beside the web server: small jobs, each every so many seconds.

A job is a function marked `@every(seconds)`; apps put theirs into a module that their AppConfig.ready imports.
Several workers may run at once, so a job claims what it works on. A job that fails is logged and tried again, after a
wait that grows to half a minute; it never stops the others. One that may take longer than a second is marked
`beside=True`: it has a thread of its own, one turn at a time, so that what falls due goes out on time whatever else is
done. It ends within seconds, or soon once `stopping` is set.
"""

import logging
import signal
import threading
import time
from datetime import timedelta

from django.core.handlers.wsgi import WSGIHandler
from django.db import close_old_connections, connection
from django.utils import timezone

from delivery import errands, metrics, store
from delivery import log as purge_log
from delivery.follower import Follower, Refiller
from delivery.front import Front
from delivery.models import Heartbeat, Moment
from delivery.watch import Watch

log = logging.getLogger(__name__)
JOBS = []
KEEP_PURGES = timedelta(days=7)
KEEP_MOMENTS = timedelta(hours=1)
KEEP_SCRAPS = 3600  # seconds
LONGEST_WAIT = 30.0  # seconds until what failed is tried again

stopping = threading.Event()  # set when this worker is told to stop


class Job:
    """A function without arguments that runs every ``seconds``. lag: by how many seconds it began late the last time."""

    def __init__(self, function, seconds, beside=False):
        self.function, self.seconds, self.beside = function, seconds, beside
        self.due, self.failures, self.lag = 0.0, 0, 0.0
        self.thread = None

    def run(self):
        """Run it once, whatever comes of it, and say when it is due again."""
        self.lag = time.monotonic() - self.due if self.due else 0.0
        metrics.count("job_runs")
        try:
            self.function()
            self.failures = 0
        except Exception:
            self.failures += 1
            metrics.count("job_failures")
            log.exception("The job %s failed and will be tried again.", self.function.__name__)
        finally:
            close_old_connections()
            self.due = time.monotonic() + self.wait()

    def wait(self):
        """Return the seconds until the next turn: 1, 2, 4 and so on after failures, never longer than half a minute."""
        return min(2.0 ** (self.failures - 1), LONGEST_WAIT) if self.failures else self.seconds

    def begin(self):
        """Run it here, or beside where it takes long."""
        if not self.beside:
            self.run()
        elif self.thread is None or not self.thread.is_alive():
            self.thread = threading.Thread(target=self._run_beside, name=self.function.__name__)
            self.thread.start()

    def _run_beside(self):
        try:
            self.run()
        finally:
            connection.close()


def every(seconds, *, beside=False):
    """Return a decorator that has the worker call a function without arguments every so many seconds."""

    def register(function):
        JOBS.append(Job(function, seconds, beside))
        return function

    return register


@every(5)
def beat():
    """Say that the worker is alive, and how late its jobs are."""
    metrics.note_lag(max(job.lag for job in JOBS))
    Heartbeat.objects.update_or_create(name="worker", defaults={"at": timezone.now()})


@every(3600)
def prune():
    """Drop purges older than a week and moments that passed a while ago: a page may be made across one."""
    now = timezone.now()
    purge_log.prune(now - KEEP_PURGES)
    Moment.objects.filter(at__lt=now - KEEP_MOMENTS).delete()
    errands.prune(now)
    store.sweep(time.time() - KEEP_SCRAPS)


class Worker:
    """Runs the jobs until told to stop."""

    def __init__(self):
        self.stopping = stopping

    def run(self):
        """Run jobs as they fall due; return after SIGTERM or SIGINT, once the job at hand is done."""
        for name in (signal.SIGTERM, signal.SIGINT):
            signal.signal(name, lambda *_: self.stopping.set())
        beside = [
            Follower(self.stopping),
            Refiller(self.stopping, Front(WSGIHandler())),
            Watch(self.stopping),
        ]
        beside += errands.senders(self.stopping)
        for thread in beside:
            thread.start()
        while not self.stopping.is_set():
            for job in JOBS:
                if job.due <= time.monotonic() and not self.stopping.is_set():
                    job.begin()
            waiting = [job.due for job in JOBS if not (job.thread and job.thread.is_alive())]
            self.stopping.wait(max(0.05, min(waiting) - time.monotonic()))
        for thread in [*beside, *(job.thread for job in JOBS if job.thread)]:
            thread.join()
