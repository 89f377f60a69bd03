"""
The copy of every night: made by one of the workers at three o'clock in the newsroom's zone, the newest fourteen kept.

Files that are as they were in the copy before are linked to it, so that fourteen copies of an archive of pictures
take the room of one. A worker that was away makes up for it; a copy that failed is tried again after an hour.
"""

import shutil
import subprocess
import sys
from datetime import datetime, time, timedelta
from pathlib import Path

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _

from delivery import health, watch
from delivery.models import Heartbeat
from delivery.worker import every, stopping

HOUR = time(3)
KEPT = 14
AGAIN = timedelta(hours=1)  # after a failure
DEAD = timedelta(hours=6)  # nobody is at it any more
NAMES = "20??-??-??T??-??"


@every(60, beside=True)
def back_up():
    """Make the copy of the night where it is due, and tell the administrators where it fails."""
    if not settings.BACKUP_DIR or not claim(timezone.now()):
        return
    why = copy_into(Path(settings.BACKUP_DIR), timezone.now())
    if why is None:  # told to stop
        _note("backup begun", last_night(timezone.now()) - AGAIN)  # the next worker begins anew
    elif why:
        _note("backup failed", timezone.now())
        watch.tell("backup failed", _("The nightly backup failed: %s") % why)
    else:
        _note("backup", timezone.now())
        prune(Path(settings.BACKUP_DIR))


def claim(now):
    """Take the copy that is due for this worker; return whether there is one. A new site's first comes at its first night."""
    begun, new = Heartbeat.objects.get_or_create(name="backup begun", defaults={"at": now})
    if new or not _is_due(now, begun.at, health.backup_times()):
        return False
    return Heartbeat.objects.filter(pk=begun.pk, at=begun.at).update(at=now) == 1


def _is_due(now, begun, times):
    if begun < last_night(now):
        return True
    ended = {name: at for name, at in times.items() if at >= begun and name != "backup begun"}
    if "backup" in ended:
        return False
    return now - ended["backup failed"] > AGAIN if ended else now - begun > DEAD


def last_night(now):
    """Return the last moment at or before ``now`` at which it was HOUR in the newsroom's zone."""
    zone = timezone.get_default_timezone()
    today = now.astimezone(zone).date()
    at = datetime.combine(today, HOUR, zone)
    return at if at <= now else datetime.combine(today - timedelta(days=1), HOUR, zone)


def copy_into(folder, now):
    """
    Make a copy below ``folder`` in a process of its own; return "", why it failed, or None where the worker stops.

    In a process of its own the copy neither holds up the other jobs nor adds to the worker's memory.
    """
    new = folder / f"{now.astimezone(timezone.get_default_timezone()):%Y-%m-%dT%H-%M}"
    command = [sys.executable, str(settings.BASE_DIR / "manage.py"), "backup", str(new)]
    if previous := newest(folder):
        command += ["--like", str(previous)]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
    while not stopping.wait(0.2):
        if process.poll() is not None:
            why = process.stderr.read().strip() or f"the process ended with {process.returncode}."
            return why if process.returncode else ""  # who is killed says nothing
    process.terminate()
    process.wait()
    return None


def newest(folder):
    return max(folder.glob(NAMES), default=None)


def prune(folder, names=NAMES, kept=KEPT):
    """Remove all but the newest copies of such ``names``, and what was never finished."""
    for old in [*sorted(folder.glob(names))[:-kept], *folder.glob(f"{names}.unfinished")]:
        shutil.rmtree(old, ignore_errors=True)


def _note(name, at):
    Heartbeat.objects.update_or_create(name=name, defaults={"at": at})
