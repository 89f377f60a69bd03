"""Fills the database with invented published stories, for measuring: `manage.py load_corpus 10000`."""

import time
from datetime import UTC, datetime

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone
from django.utils.translation import gettext as _

from newsroom import corpus

MOST = 10_000_000
SECONDS_BETWEEN_LINES = 10


class Command(BaseCommand):
    help = "Add invented published stories until there are N, the same ones on every machine."

    def add_arguments(self, parser):
        parser.add_argument(
            "total", metavar="N", nargs="?", help="how many there are to be, with those of earlier runs"
        )
        parser.add_argument(
            "--until",
            metavar="DATE",
            default=f"{corpus.UNTIL:%Y-%m-%d}",
            help="the day (UTC) before which all stories added were published; %(default)s unless given",
        )

    def handle(self, *, total, until, verbosity, **options):
        total, until = read_total(total), read_until(until)
        self.began = self.told = time.monotonic()
        self.before = corpus.count()
        added = corpus.load(total, until, self.tell if verbosity else lambda have: None)
        if verbosity:
            self.stdout.write(self.summary(added))

    def tell(self, have):
        now = time.monotonic()
        if now - self.told >= SECONDS_BETWEEN_LINES:
            self.told = now
            rate = (have - self.before) / (now - self.began)
            self.stdout.write(_("%(have)d stories, %(rate)d a second") % {"have": have, "rate": rate})

    def summary(self, added):
        if not added:
            return _("The corpus has %d stories already; nothing was added.") % self.before
        seconds = time.monotonic() - self.began
        facts = {"added": added, "seconds": seconds, "rate": added / seconds, "have": self.before + added}
        return (
            _("Added %(added)d stories in %(seconds).1f s, %(rate)d a second; the corpus has %(have)d.")
            % facts
        )


def read_total(text):
    """Return the number that ``text`` is; raise CommandError with one sentence."""
    if text is None:
        raise CommandError(_("Say how many stories there are to be: load_corpus 10000."))
    digits = str(text).replace("_", "")
    if not (digits.isascii() and digits.isdigit() and 0 < int(digits) <= MOST):
        raise CommandError(
            _("N is %(text)r: give a whole number from 1 to %(most)d, such as load_corpus 10000.")
            % {"text": text, "most": MOST}
        )
    return int(digits)


def read_until(text):
    """Return the beginning (UTC) of the day that ``text`` names; raise CommandError unless it is in the past."""
    try:
        until = datetime.strptime(text, "%Y-%m-%d").replace(tzinfo=UTC)
    except ValueError:
        raise CommandError(_("--until is %r: give a day such as 2026-01-01.") % text) from None
    if until > timezone.now():
        raise CommandError(_("--until is %s, which is ahead: readers would not see the stories yet.") % text)
    return until
