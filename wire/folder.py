"""
A folder for copy: what agencies or people put into DATA_DIR/wire/in becomes drafts.

    in       where senders write. A file is taken once it has not changed for two seconds.
    working  files that a worker has taken, each in a folder of its own so that two of one name can't meet
    done     what was read, by the day it came: <yyyy-mm-dd>/<name>
    failed   what could not be read, each beside a <name>.txt with the cause and the cure

A file belongs to the worker that moved it to `working` and holds a lock on it. A worker that is killed loses the lock
with its life, so another goes on where it stopped. Copy that had become a draft by then is known by its bytes: nothing
is lost and nothing comes twice. Folders, links, hidden and unfinished files stay where they are.
"""

import contextlib
import fcntl
import logging
import os
import stat
import time
import uuid
from itertools import chain
from pathlib import Path

from django.conf import settings
from django.db import InterfaceError, OperationalError
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.roles import WIRE
from wire.decoding import MAX_BYTES, refuse_size
from wire.ingest import ingest
from wire.story import CopyError

log = logging.getLogger(__name__)
QUIET = 2.0  # seconds without a change after which a file counts as complete
SECONDS = 10.0  # for one turn: a worker that is told to stop waits for it
UNFINISHED = ("~", ".part", ".tmp", ".partial", ".filepart", ".crdownload")
REASON = ".txt"
MOST_COUNTED = 1000


def root():
    return Path(settings.DATA_DIR) / "wire"


class Watcher:
    """One worker's eye on the folder; it remembers what each file looked like and since when."""

    def __init__(self):
        self.seen = {}  # {name: (signature, monotonic time of the first such sight)}

    def turn(self):
        """Take in what is complete, and what a killed worker left; the rest waits for the next turn."""
        by = User.objects.filter(username=WIRE).first()
        if by is None:
            log.error("The user %s is missing, so no copy is taken in; run migrate, which makes it.", WIRE)
            return
        ends = time.monotonic() + SECONDS
        for claimed in chain(left_behind(), map(claim, self.complete())):
            if claimed is not None:
                take(claimed, by)
            if time.monotonic() > ends:
                return

    def complete(self):
        """Return the files of `in` that look as they did two seconds ago, the oldest first."""
        now, folder = time.monotonic(), root() / "in"
        folder.mkdir(parents=True, exist_ok=True)
        looks = dict(waiting(folder))
        self.seen = {
            name: self.seen[name] if self.seen.get(name, ("",))[0] == look else (look, now)
            for name, look in looks.items()
        }
        quiet = [name for name, (_look, since) in self.seen.items() if now - since >= QUIET]
        return [folder / name for name in sorted(quiet, key=lambda name: (looks[name], name))]


def waiting(folder):
    """Yield (name, signature) of the files in ``folder`` that could be copy. The signature changes as the file does."""
    for entry in os.scandir(folder):
        if entry.name.startswith(".") or entry.name.lower().endswith(UNFINISHED):
            continue
        with contextlib.suppress(FileNotFoundError):  # taken by another worker meanwhile
            if entry.is_file(follow_symlinks=False):
                found = entry.stat(follow_symlinks=False)
                yield entry.name, (found.st_mtime_ns, found.st_size, found.st_ino)


def claim(path):
    """Move a file of `in` to a folder of its own below `working`; return where it is now, None if it is gone."""
    place = root() / "working" / uuid.uuid4().hex
    try:
        place.mkdir(parents=True)
        return path.rename(place / path.name)
    except FileNotFoundError:  # another worker was first, to the file or to the empty folder
        with contextlib.suppress(OSError):
            place.rmdir()
        return None


def left_behind():
    """Yield the files in `working`; whether their worker still lives, the lock says. Empty folders go."""
    for place in sorted((root() / "working").glob("*")):
        files = list(place.iterdir()) if place.is_dir() else []
        yield from files
        if not files:
            with contextlib.suppress(OSError):
                place.rmdir()


def take(path, by):
    """Make a draft of a claimed file and move it to `done` or `failed`, unless another worker is at it."""
    try:
        handle = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    except FileNotFoundError:
        return
    except OSError as error:
        fail(path, _("It can't be read (%s); give the worker the right to read it.") % error.strerror)
        return
    with os.fdopen(handle, "rb") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return
        if not path.exists():  # its worker finished between our look and our lock
            return
        if error := error_of(file, path.name, by):
            fail(path, error)
        else:
            put(path, root() / "done" / f"{timezone.localdate():%Y-%m-%d}")
    with contextlib.suppress(OSError):
        path.parent.rmdir()


def error_of(file, name, by):
    """
    Read an open file and make its draft; return why that can't be done in one sentence, "" where it is done.

    A database that does not answer is no fault of the copy: the error is raised, and the file waits for the next turn.
    """
    try:
        return ingest(read(file), name=printable(name), by=by).error
    except CopyError as refused:
        return str(refused)
    except (OperationalError, InterfaceError):
        raise
    except OSError as error:
        return _("It can't be read (%s); send it again.") % error.strerror
    except Exception as error:
        log.exception("Copy %s broke the reader.", name)
        return _("Reading it failed here (%s); whoever runs this site finds more in the worker's log.") % type(error).__name__  # fmt: skip


def read(file):
    """Return what an open file holds; raise CopyError for what is no file any more, or larger than copy may be."""
    found = os.fstat(file.fileno())
    if not stat.S_ISREG(found.st_mode):
        raise CopyError(_("This is no file; send the copy as plain text."))
    refuse_size(found.st_size)
    data = file.read(MAX_BYTES + 1)
    refuse_size(len(data), more=True)
    return data


def printable(name):
    """Return a file name as text that can be stored, whatever bytes the file system holds."""
    return os.fsencode(name).decode("utf-8", "replace")


def fail(path, reason):
    """Move a file to `failed`, its reason beside it. The reason comes first: a file there is never without one."""
    folder = root() / "failed"
    folder.mkdir(parents=True, exist_ok=True)
    for name in names_like(path.name):
        if not (folder / name).exists():
            with (
                contextlib.suppress(FileExistsError),
                (folder / f"{name}{REASON}").open("x", encoding="utf-8") as file,
            ):
                file.write(f"{reason}\n")
                break
    log.warning("Copy %s: %s", printable(name), reason)
    put(path, folder, name)


def put(path, folder, name=None):
    """Move a file into ``folder`` under its own or a free name; what lies there already is never written over."""
    folder.mkdir(parents=True, exist_ok=True)
    for free in names_like(name or path.name):
        try:
            os.link(path, folder / free)
        except FileExistsError:
            continue
        except FileNotFoundError:  # another worker moved it
            return
        except OSError:  # a file system without links, or somebody else's file
            if (folder / free).exists():
                continue
            path.rename(folder / free)
            return
        path.unlink()
        return


def names_like(name):
    """Yield ``name``, then the same with -2, -3, … before its ending, none longer than a file system takes."""
    stem, ending = os.path.splitext(name)
    number, extra = 1, ""
    while True:
        room = 240 - len(os.fsencode(ending + extra))
        yield os.fsdecode(os.fsencode(stem)[:room]) + extra + ending if room > 0 else f"copy{extra}"
        number += 1
        extra = f"-{number}"


def failed():
    """
    Return (how many files lie in `failed`, [(name, reason)] of the three newest) for the dashboard.

    No more than a thousand are looked at.
    """
    folder = root() / "failed"
    if not folder.is_dir():
        return 0, []
    names = {entry.name for _number, entry in zip(range(MOST_COUNTED), os.scandir(folder), strict=False)}
    files = [name for name in names if f"{name}{REASON}" in names]
    newest = sorted(files, key=lambda name: -(folder / f"{name}{REASON}").stat().st_mtime)[:3]
    return len(files), [(printable(name), reason_of(folder / f"{name}{REASON}")) for name in newest]


def reason_of(path):
    with contextlib.suppress(OSError), path.open(encoding="utf-8", errors="replace") as file:
        return file.read(500).strip()
    return ""
