"""Whether this node can serve readers and desk, and what its store knows of a page."""

import os
import shutil
from datetime import UTC, datetime, timedelta

from django.conf import settings
from django.db import Error
from django.utils.translation import gettext as _

from delivery import errands, log, store
from delivery.models import Heartbeat
from delivery.release import release

SILENCE = timedelta(seconds=30)
ROOM, LITTLE_ROOM = 100 * 1024 * 1024, 1024**3  # bytes
BACKUP_AGE = timedelta(hours=26)


def reasons_not_ready(now):
    """Return why this node can't serve readers and desk, as sentences in plain words; now: aware datetime."""
    return list(_not_ready(now).values())


def worries(now):
    """Return {name: sentence} of what a person has to mend, before anybody else notices where that is possible."""
    found = _not_ready(now)
    free = shutil.disk_usage(settings.DATA_DIR).free
    if free < LITTLE_ROOM:
        found.setdefault("disk", _("The disk of %s is nearly full.") % settings.DATA_DIR)
    if "database" not in found and (late := _late_backup(now)):
        found["backup"] = late
    if "database" not in found and (unheard := errands.unheard(now)):
        found["outside"] = unheard
    return found


def _late_backup(now):
    """Return a sentence where the nightly copy failed or did not come, "" where all is well or none is wanted."""
    if not settings.BACKUP_DIR:
        return ""
    times = backup_times()
    last, failed = times.get("backup"), times.get("backup failed")
    if failed and (last is None or failed > last):
        return _("The nightly backup failed; the log of the worker says why.")
    since = last or times.get("backup begun")
    if since and now - since > BACKUP_AGE:
        return _("There was no backup since %s.") % since.isoformat("T", "seconds")
    return ""


def backup_times():
    """Return {name: aware datetime} of "backup" (the last that succeeded), "backup begun" and "backup failed"."""
    rows = Heartbeat.objects.filter(name__startswith="backup")
    return dict(rows.values_list("name", "at"))


def _not_ready(now):
    try:
        worker = Heartbeat.objects.filter(name="worker").first()
    except Error as error:
        return {"database": _("The database does not answer: %s") % str(error).strip()}
    if worker is None:
        return {"worker": _("No worker was ever seen; start one with `manage.py worker`.")}
    if now - worker.at > SILENCE:
        seen = worker.at.isoformat("T", "seconds")
        return {"worker": _("The worker was last seen at %s; start one with `manage.py worker`.") % seen}
    return _wrong_with_the_store(now)


def _wrong_with_the_store(now):
    folder = store.folder()
    if not folder.exists():  # Django alone, without a store before it
        return {}
    reasons = {}
    read = followed(folder)
    if read is None or now - read > SILENCE:
        reasons["follower"] = _(
            "No worker of this machine follows the purge log; start one with `manage.py worker`."
        )
    if not os.access(folder, os.W_OK) or shutil.disk_usage(folder).free < ROOM:
        reasons["disk"] = _("Pages can't be stored: %s is full or may not be written.") % folder
    return reasons


def followed(folder):
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
