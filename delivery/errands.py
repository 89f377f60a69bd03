"""
What is told to addresses outside: rows written in the transaction of an act, worked off by the worker after it.

Told at least once: a row counts as sent when the other side took it, and a worker killed in between leaves it to the
next. What fails is tried again, each time after a longer wait; what was tried long enough is given up, which the desk
sees and can have sent again.

A purge is told twice. What a CDN asked for just before the purge may reach it just after, and another machine may
have answered from its store in the moment before its worker heard; the second time takes what came in between.
"""

import logging
import random
import threading
from datetime import timedelta

from django.db import Error, connection, transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from delivery import announcers, outside, purgers
from delivery.models import Errand

log = logging.getLogger(__name__)

LOOK_SECONDS, RETRY_SECONDS = 0.25, 1.0
LEASE = timedelta(seconds=60)  # a worker that took a row and is not heard of for so long is dead
AGAIN = timedelta(seconds=15)  # longer than an answer is under way
SENT_KEPT, GIVEN_UP_KEPT = timedelta(days=7), timedelta(days=90)
UNKNOWN_KEPT = timedelta(days=1)
UNHEARD = timedelta(minutes=5)


def stations():
    """Return everybody who is told something, as a list of purgers and announcers."""
    return [*purgers.configured(), *announcers.configured()]


# Writing


def purge(keys, at):
    """Have all purgers told that ``keys``, a list, are stale since ``at``; the caller holds a transaction."""
    rows = [Errand(to=one.name, what=keys, at=at, due_at=at, again=True) for one in purgers.configured()]
    if rows:
        Errand.objects.bulk_create(rows)


def announces(feeds=False):
    """Whether anybody is told of stories; of feeds that changed, where asked so."""
    told = announcers.configured()
    return any(isinstance(one, announcers.Hub) for one in told) if feeds else bool(told)


def announce(subject, events, now=None):
    """
    Have announcers told of ``events``, [(aware datetime, what)], of ``subject``, a key such as "article:7".

    what: see `announcers`. What was announced ahead of its time and has not come is forgotten: an act says anew all
    that lies ahead. An event ahead is told a second after it, when every reader can see it.
    """
    told = announcers.configured()
    if not told:
        return
    now = now or timezone.now()
    with transaction.atomic():
        Errand.objects.waiting().filter(subject=subject, at__gt=now).delete()
        Errand.objects.bulk_create(
            Errand(to=one.name, subject=subject, what=what, at=at, due_at=at + timedelta(seconds=at > now))
            for at, what in events
            for one in told
            if one.wants(what)
        )


# Working off


class Sender(threading.Thread):
    """A thread of the worker for one station, so that one that does not answer holds up no other."""

    def __init__(self, stopping, station):
        super().__init__(name=station.name, daemon=True)
        self.stopping, self.station = stopping, station

    def run(self):
        while not self.stopping.is_set():
            try:
                if not work_off(self.station):
                    self.stopping.wait(LOOK_SECONDS)
            except Error as error:
                log.warning("Nothing can be told to %s now: %s", self.station.name, error)
                self.stopping.wait(RETRY_SECONDS)
            except Exception:
                log.exception("Telling %s broke and will be tried again.", self.station.name)
                self.stopping.wait(RETRY_SECONDS)
            finally:
                connection.close()


def senders(stopping):
    """Return a Sender for each station."""
    return [Sender(stopping, station) for station in stations()]


def work_off(station, now=None):
    """Tell ``station`` what is due, as much as goes in one go; return how many errands that was."""
    now = now or timezone.now()
    errands = _claim(station, now)
    if not errands:
        return 0
    try:
        for request in station.requests(errands):
            outside.send(request)
    except outside.Failed as failure:
        _put_off(station, errands, failure)
    else:
        _done(errands)
    return len(errands)


def _claim(station, now):
    """Take what is due for ourselves, for as long as LEASE; of several workers one gets a row."""
    due = Errand.objects.waiting().filter(to=station.name, due_at__lte=now).order_by("due_at", "pk")
    if not due.exists():  # so that an idle worker writes nothing
        return []
    with transaction.atomic():
        errands = list(due.select_for_update(skip_locked=True)[: station.at_once])
        Errand.objects.filter(pk__in=[errand.pk for errand in errands]).update(due_at=now + LEASE)
    return errands


def _done(errands):
    now = timezone.now()
    rows = Errand.objects.waiting().filter(pk__in=[errand.pk for errand in errands])
    with transaction.atomic():
        rows.filter(again=False).update(sent_at=now, tries=F("tries") + 1, error="")
        rows.filter(again=True).update(again=False, due_at=now + AGAIN, error="")


def _put_off(station, errands, failure):
    """Try again later, or no more."""
    now = timezone.now()
    log.warning("%s was not told: %s", station.name, failure)
    for errand in errands:
        tries = errand.tries + 1
        wait = min(timedelta(seconds=2 ** min(errand.tries, 20)), station.longest)
        wait = max(wait * random.uniform(1, 1.1), timedelta(seconds=failure.retry_after or 0))
        over = tries >= (station.tries_refused if failure.refused else station.tries)
        Errand.objects.waiting().filter(pk=errand.pk).update(
            tries=tries, due_at=now + wait, error=str(failure)[:500], given_up_at=now if over else None
        )


def send_again(errands):
    """Try ``errands``, a queryset, anew from now on, those that were given up and those that wait; return how many."""
    rows = errands.filter(sent_at=None)
    return rows.update(given_up_at=None, tries=0, due_at=timezone.now())


def unheard(now):
    """Return a sentence where somebody outside was not told for minutes, or never, "" where all were."""
    failing = Errand.objects.waiting().exclude(error="").filter(at__lt=now - UNHEARD).order_by("at").first()
    if failing:
        told = {"to": failing.to, "at": failing.at.isoformat("T", "seconds"), "error": failing.error}
        return _("%(to)s could not be told what happened at %(at)s and since: %(error)s") % told
    if Errand.objects.given_up().filter(given_up_at__gt=now - SENT_KEPT).exists():
        return _("Messages to the outside were given up; the list of them at the desk says why.")
    return ""


def prune(now):
    """Forget what was sent a week ago, and give up what is meant for nobody we still tell anything."""
    Errand.objects.filter(sent_at__lt=now - SENT_KEPT).delete()
    Errand.objects.filter(given_up_at__lt=now - GIVEN_UP_KEPT).delete()
    known = [station.name for station in stations()]
    forgotten = Errand.objects.waiting().filter(due_at__lt=now - UNKNOWN_KEPT).exclude(to__in=known)
    forgotten.update(given_up_at=now, error="Nobody of this name is configured any more.")
