"""
What is kept of each redaction beside the database, so that a restore of an older one brings no word back.

A record is a file below DATA_DIR/redactions, for nobody but us to read; it holds keyed hashes instead of the words.
"""

import contextlib
import json
import os
from pathlib import Path

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.db import Error

from articles.models import Redaction
from articles.removal.hidden import key_check

UNFINISHED = "unfinished"  # lies beside the records while a restore is under way


class Unreadable(Exception):
    """A record was made under another SECRET_KEY; the message is one sentence: the cause and the cure."""


def of(redaction):
    """Return everything that a restored database needs to carry it out again, as JSON holds it."""
    kept = {
        name: getattr(redaction, name) for name in ("hidden", "replacement", "scope", "vocabulary", "reason")
    }
    return kept | {
        "uuid": str(redaction.uuid),
        "by": redaction.by_name,
        "at": redaction.at.isoformat(),
        "key": key_check(),
    }


def keep(redaction):
    """Write the record beside the database, for nobody but us to read."""
    folder().mkdir(mode=0o700, parents=True, exist_ok=True)
    path = folder() / f"{redaction.uuid}.json"
    with open(path.with_suffix(".new"), "w", opener=_for_us_alone, encoding="utf-8") as file:
        json.dump(of(redaction), file)
        file.flush()
        os.fsync(file.fileno())
    path.with_suffix(".new").replace(path)


def folder():
    return Path(settings.DATA_DIR) / "redactions"


def _for_us_alone(path, flags):
    return os.open(path, flags, 0o600)


def lying_in(place=None):
    """Return the records in the folder ``place``, ours if None, the first made first."""
    found = [json.loads(path.read_text()) for path in (place or folder()).glob("*.json")]
    return sorted(found, key=lambda record: record["at"])


def gather(copied):
    """
    Return all records there are, the first made first: of the present database, beside it, and in the folder ``copied``.

    Raise Unreadable where one was made under another SECRET_KEY.
    """
    with contextlib.suppress(Error):  # a database that is gone, or knows no redactions yet
        for redaction in Redaction.objects.all():
            keep(redaction)
    found = {record["uuid"]: record for record in [*lying_in(copied), *lying_in()]}
    for record in found.values():
        if record["key"] != key_check():
            raise Unreadable(
                f"The redaction {record['uuid']} was made under another SECRET_KEY: restore with that one, or the words"
                " it took out would come back."
            )
    return sorted(found.values(), key=lambda record: record["at"])


@contextlib.contextmanager
def nobody_served(unless):
    """
    Let no web server start as long as a restored database may hold words that were taken out, killed half-way or not.

    unless: the exception that says that nothing was changed.
    """
    mark = folder() / UNFINISHED
    mark.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    mark.touch(mode=0o600)
    try:
        yield
    except unless:
        mark.unlink()
        raise
    mark.unlink()


def refuse_unfinished_restore():
    """Raise ImproperlyConfigured where a restore was begun and did not come to its end."""
    if (folder() / UNFINISHED).exists():
        raise ImproperlyConfigured(
            "A restore did not come to its end, and words that were taken out may be back: run manage.py restore again."
        )
