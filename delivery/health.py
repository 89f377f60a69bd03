"""Whether this node can serve readers and desk, and what its store knows of a page."""

import os
import shutil
from datetime import UTC, datetime, timedelta

from django.db import Error
from django.utils.translation import gettext as _

from delivery import log, store
from delivery.models import Heartbeat
from delivery.release import release

SILENCE = timedelta(seconds=30)
ROOM = 100 * 1024 * 1024  # bytes


def reasons_not_ready(now):
    """Return what is wrong, as sentences in plain words; now: aware datetime."""
    try:
        worker = Heartbeat.objects.filter(name="worker").first()
    except Error as error:
        return [_("The database does not answer: %s") % str(error).strip()]
    if worker is None:
        return [_("No worker was ever seen; start one with `manage.py worker`.")]
    if now - worker.at > SILENCE:
        seen = worker.at.isoformat("T", "seconds")
        return [_("The worker was last seen at %s; start one with `manage.py worker`.") % seen]
    return _wrong_with_the_store(now)


def _wrong_with_the_store(now):
    folder = store.folder()
    if not folder.exists():  # Django alone, without a store before it
        return []
    reasons = []
    followed = _followed(folder)
    if followed is None or now - followed > SILENCE:
        reasons.append(
            _("No worker of this machine follows the purge log; start one with `manage.py worker`.")
        )
    if not os.access(folder, os.W_OK) or shutil.disk_usage(folder).free < ROOM:
        reasons.append(_("Pages can't be stored: %s is full or may not be written.") % folder)
    return reasons


def _followed(folder):
    """Return when this node last read the purge log, an aware datetime, or None."""
    try:
        return datetime.fromtimestamp((folder / "token").stat().st_mtime, UTC)
    except OSError:
        return None


def facts(address):
    """
    Return what this node's store knows of the page at ``address`` (see `addresses`), None where it knows nothing.

    {"is_stored": bool, "keys": [texts, its own left out], "stored", "until", "dropped", "used": aware datetimes or None, "why": the key
    or word for which it was dropped last, "size": bytes of all encodings}
    """
    here = store.store_at(store.place(release(), log.token().epoch))
    row = here.facts(address) if here.index.exists() else None
    if row is None:
        return None
    times = {
        name: row[name] and datetime.fromtimestamp(row[name], UTC)
        for name in ("stored", "until", "dropped", "used")
    }
    stored = here.find(store.name_of(address), "") is not None
    return {
        **times,
        "is_stored": stored,
        "keys": [key for key in row["keys"] if not key.startswith(log.ADDRESS)],
        "why": row["why"],
        "size": row["size"],
    }
