"""
What runs beside the web server: small jobs, each every so many seconds.

A job is a function marked `@every(seconds)`; apps put theirs into a module that their AppConfig.ready imports.
Several workers may run at once, so a job claims what it works on. A job that fails is logged and tried again at its
next turn; it never stops the others.
"""

import logging
import signal
import threading
import time
from datetime import timedelta

from django.core.handlers.wsgi import WSGIHandler
from django.db import close_old_connections
from django.utils import timezone

from delivery import errands
from delivery import log as purge_log
from delivery.follower import Follower, Refiller
from delivery.front import Front
from delivery.models import Heartbeat, Moment

log = logging.getLogger(__name__)
JOBS = []
KEEP_PURGES = timedelta(days=7)
KEEP_MOMENTS = timedelta(hours=1)


def every(seconds):
    """Return a decorator that has the worker call a function without arguments every so many seconds."""

    def register(job):
        JOBS.append((seconds, job))
        return job

    return register


@every(5)
def beat():
    """Say that the worker is alive."""
    Heartbeat.objects.update_or_create(name="worker", defaults={"at": timezone.now()})


@every(3600)
def prune():
    """Drop purges older than a week and moments that passed a while ago: a page may be made across one."""
    now = timezone.now()
    purge_log.prune(now - KEEP_PURGES)
    Moment.objects.filter(at__lt=now - KEEP_MOMENTS).delete()
    errands.prune(now)


class Worker:
    """Runs the jobs until told to stop."""

    def __init__(self):
        self.stopping = threading.Event()

    def run(self):
        """Run jobs as they fall due; return after SIGTERM or SIGINT, once the job at hand is done."""
        for name in (signal.SIGTERM, signal.SIGINT):
            signal.signal(name, lambda *_: self.stopping.set())
        beside = [Follower(self.stopping), Refiller(self.stopping, Front(WSGIHandler()))]
        beside += errands.senders(self.stopping)
        for thread in beside:
            thread.start()
        due = dict.fromkeys(range(len(JOBS)), 0.0)
        while not self.stopping.is_set():
            for number, at in due.items():
                if at <= time.monotonic() and not self.stopping.is_set():
                    seconds, job = JOBS[number]
                    self._run_one(job)
                    due[number] = time.monotonic() + seconds
            self.stopping.wait(max(0.05, min(due.values()) - time.monotonic()))
        for thread in beside:
            thread.join()

    def _run_one(self, job):
        try:
            job()
        except Exception:
            log.exception("The job %s failed and will be tried again.", job.__name__)
        finally:
            close_old_connections()
