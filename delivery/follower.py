"""
Follows the purge log for the pages of this node: what other processes and nodes committed goes here too.

A thread of each worker. On PostgreSQL it sleeps until it is notified, on SQLite it looks twice a second. It goes on
from the token that was saved last, so that a worker that was down catches up; where the log can't tell what happened
meanwhile, all pages of the node go.
"""

import logging
import sqlite3
import threading
import time
from datetime import timedelta

import psycopg
from django.db import Error, connection, transaction
from django.utils import timezone

from delivery import errands, log, metrics, store
from delivery.models import Purge
from delivery.release import release

logger = logging.getLogger(__name__)

LOOK_SECONDS = {"sqlite": 0.5, "postgresql": 5.0}  # a notification that got lost is made up for by looking
RETRY_SECONDS = 1.0
REFILL_SECONDS = 0.25
LATE_SECONDS = 10.0  # CDNs are told a second time fifteen seconds after a purge
HOT_SECONDS, HOT_PAGES = 600.0, 20  # asked for within so many seconds; so many at a time


class Follower(threading.Thread):
    """Applies the log until ``stopping`` is set; then ends within a second."""

    def __init__(self, stopping):
        super().__init__(name="follower", daemon=True)
        self.stopping = stopping
        self.bell = None  # a connection of its own that hears notifications
        self.heard = None  # the epoch it prepared this node for

    def run(self):
        while not self.stopping.is_set():
            try:
                self.follow()
                self.wait()
            except (Error, psycopg.Error, sqlite3.Error, OSError) as error:
                logger.warning("The purge log can't be followed now: %s", error)
                self.hang_up()
                self.stopping.wait(RETRY_SECONDS)
        self.hang_up()

    def follow(self):
        """Drop what was purged since the saved token, and save the next one."""
        try:
            self.listen()
            token = log.saved_token()
            if token is None:
                raise log.Lost
            keys, reached = log.since(token)
            if keys:
                store.drop(keys)
                self.tell_again(keys)
                _count_purge()
        except log.Lost:
            reached = self.begin()
        if self.heard != reached.epoch or not store.place(release(), reached.epoch).exists():
            self.prepare(reached.epoch)
            self.tell_of_new(reached.epoch)
        log.save_token(reached)

    def begin(self):
        """Follow from now on; what was stored before, in whichever epoch, may be stale."""
        log.mend()
        token = log.token()
        for old in store.all_stores():
            store.remove(old)
        return token

    def prepare(self, epoch):
        """Make the store that web processes with our code open, and take those away that nobody follows the log for."""
        ours = store.place(release(), epoch)
        store.Store.make(ours)
        for other in store.all_stores():
            if other.folder != ours:
                store.remove(other)
        self.heard = epoch

    # Copies outside, of what this node answered while it did not know better

    def tell_again(self, keys):
        """Have CDNs told once more of ``keys``, where we come so late that they were told before we heard."""
        saved = (store.folder() / "token").stat().st_mtime
        if time.time() - saved > LATE_SECONDS:
            with transaction.atomic():
                errands.purge(sorted(keys), timezone.now())

    def tell_of_new(self, epoch):
        """Have CDNs drop all, once for each release and epoch on this node: other code makes other pages."""
        note, name = store.folder() / "told", store.place(release(), epoch).name
        if not note.exists() or note.read_text() != name:
            with transaction.atomic():
                errands.purge([store.EVERYTHING], timezone.now())
            note.write_text(name)

    # Being woken

    def listen(self):
        if self.bell is None and connection.vendor == "postgresql":
            connection.ensure_connection()  # settings of Django's own connections, the pool left out
            self.bell = psycopg.connect(**connection.get_connection_params(), autocommit=True)
            self.bell.execute(f"LISTEN {log.CHANNEL}")

    def wait(self):
        """Return when something was purged, or after some time."""
        seconds = LOOK_SECONDS[connection.vendor]
        connection.close()  # a pool's connections are for those who have something to ask
        if self.bell is None:
            self.stopping.wait(seconds)
            return
        until = time.monotonic() + seconds
        while time.monotonic() < until and not self.stopping.is_set():
            if any(self.bell.notifies(timeout=0.5, stop_after=1)):
                return

    def hang_up(self):
        if self.bell is not None:
            self.bell.close()
            self.bell = None
        connection.close()


def _count_purge():
    """Count how long the newest purge took to get here."""
    at = Purge.objects.order_by("-pk").values_list("at", flat=True).first()
    if at is not None:
        metrics.count("purges")
        metrics.count("purge_microseconds", max(0, (timezone.now() - at) // timedelta(microseconds=1)))


class Refiller(threading.Thread):
    """Makes pages again that were dropped while readers asked for them, so that the next reader need not wait."""

    def __init__(self, stopping, front):
        super().__init__(name="refiller", daemon=True)
        self.stopping, self.front = stopping, front
        self.seen = time.time()

    def run(self):
        while not self.stopping.wait(REFILL_SECONDS):
            try:
                self.refill()
            except (OSError, sqlite3.Error, Error) as error:
                logger.warning("Pages are not made ahead now: %s", error)

    def refill(self):
        """Make the hottest of what was dropped since the last time; return their addresses."""
        since, self.seen = self.seen, time.time()
        asked_since = since - HOT_SECONDS
        hot = [
            address
            for one in store.all_stores()
            for address in one.lately_dropped(since, asked_since, HOT_PAGES)
        ]
        for address in hot:
            self.front.make(address)
        return hot
