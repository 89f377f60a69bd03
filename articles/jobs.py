"""What the worker does for stories: it applies planned changes, thins out versions and drops what was left unsaved."""

import contextlib
from datetime import timedelta

from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

from articles import schedule
from articles.models import Autosave, ConflictCopy, Presence, Revision
from articles.models.article import day_of
from articles.naming import hygiene
from articles.removal import enforcement, erasing, receipts, redaction
from delivery.worker import every

KEEP_EVERY_VERSION = timedelta(days=30)  # of what is older and was never published, the last of a day stays
KEEP_UNSAVED = timedelta(days=90)
KEEP_CLOSED = timedelta(days=1)  # as long as a late request of a closed tab may still be under way
ROWS = 5000  # versions looked at in one turn
MOST = 500  # deleted in one turn

_place = {"thin": (0, 0)}  # where the next turn begins: article id and number of a version


@every(1)
def apply_planned_changes():
    """Put online what was planned for now."""
    schedule.apply_due()


@every(5, beside=True)
def enforce_restrictions():
    """Look for restricted names in what is published."""
    enforcement.enforce()


@every(1, beside=True)
def redact():
    """Go on with what is to be taken out of every text."""
    with contextlib.suppress(erasing.Unfinished):  # somebody is in the way; at the next turn again
        redaction.work_on(seconds=redaction.SECONDS)


@every(1, beside=True)
def ask_again():
    """Ask the addresses of what was taken from readers whether it is gone."""
    receipts.check_open()


@every(60)
def thin():
    """Thin out the next few thousand versions; after the last begin anew."""
    _place["thin"] = thin_after(*_place["thin"])


def thin_after(article, number, *, now=None):
    """
    Delete versions after this one that nobody needs; return the id of the article and the number of the last one seen.

    Deleted are versions older than 30 days that were never published, where the same story has a later one of that
    day. What stands on legal hold stays, and so does a version that anything refers to: a publication, a translation,
    a text that was written on it.
    """
    now = now or timezone.now()
    later = Q(article__gt=article) | Q(article=article, number__gt=number)
    found = Revision.objects.filter(later).order_by("article", "number")
    rows = list(found.values_list("article_id", "number", "created", "pk")[:ROWS])
    old = [row for row in rows if row[2] < now - KEEP_EVERY_VERSION]
    last_of_day = {(row[0], day_of(row[2])): row[3] for row in old}
    spare = {row[3] for row in old} - set(last_of_day.values())
    unneeded = _unneeded(Revision.objects.filter(pk__in=spare))[:MOST] if spare else []
    Revision.objects.filter(pk__in=list(unneeded)).delete()
    if len(unneeded) == MOST:
        return article, number
    return rows[-1][:2] if len(rows) == ROWS else (0, 0)


def _unneeded(versions):
    """Return the ids of those of ``versions`` that no row refers to, by key or as the version it was written on."""
    keys = [
        field
        for field in Revision._meta.get_fields(include_hidden=True)
        if field.one_to_many or (field.one_to_one and field.auto_created)
    ]
    referring = [key.related_model.objects.filter(**{key.field.name: OuterRef("pk")}) for key in keys]
    written_on = {"article": OuterRef("article"), "base": OuterRef("number")}
    referring += [
        Autosave.objects.filter(**written_on, closed=False),
        ConflictCopy.objects.filter(**written_on),
    ]
    for rows in referring:
        versions = versions.exclude(Exists(rows))
    return versions.filter(article__legal_hold=False).values_list("pk", flat=True)


@every(3600)
def drop_unsaved():
    """Drop what tabs left behind: closed texts after a day, texts that nobody came back to after three months."""
    now = timezone.now()
    Autosave.objects.filter(closed=True, at__lt=now - KEEP_CLOSED).delete()
    Autosave.objects.filter(at__lt=now - KEEP_UNSAVED).exclude(article__legal_hold=True).delete()
    Presence.objects.filter(seen_at__lt=now - KEEP_CLOSED).delete()


@every(1800, beside=True)
def look_after_tags():
    """Count the stories of each tag and look for likely duplicates, for the tag desk's work list."""
    hygiene.count_uses()
    hygiene.find_pairs()
