"""
Where pictures are decoded and encoded: each in a process of its own, bounded in time and memory.

A decoder that hangs, eats memory or crashes on a hostile file takes that process with it and no web server. Whatever
goes wrong comes back as one sentence.
"""

import json
import subprocess
import sys
import threading
import time
from dataclasses import dataclass

from django.conf import settings
from django.utils.translation import gettext as _

from images.metadata import Facts

SECONDS = 9.0  # from the arrival of an upload to its answer, waiting for a free place included
MEMORY = 512 * 1024 * 1024  # bytes of address space
PLACES = threading.BoundedSemaphore(2)  # pictures at once in one server process


class Refused(Exception):
    """A file that can't be taken; the message is one sentence for whoever sent it."""


class Slow(Refused):
    """It took too long: a matter of the machine's load as much as of the file."""


@dataclass(frozen=True)
class Encoded:
    """One rendition before it is stored."""

    width: int
    height: int
    format: str
    data: bytes


@dataclass(frozen=True)
class Work:
    """kind: "JPEG" and so on, by content. width, height: as readers see it. renditions: list of Encoded."""

    kind: str
    width: int
    height: int
    facts: Facts
    renditions: list


def make(data, formats=("jpeg", "webp"), *, specs=None, seconds=SECONDS):
    """
    Return the Work on the picture ``data`` (bytes); raise Refused.

    formats: all widths that the picture has are made in each; specs: [(width, format)] makes these instead.
    """
    if len(data) > settings.LARGEST_PICTURE:
        raise Refused(_("The file is too large; 40 MB is the most."))
    if not data:
        raise Refused(_("The file is empty; send it again."))
    deadline = time.monotonic() + seconds
    if not PLACES.acquire(timeout=seconds / 2):
        raise Slow(_("Other pictures are being worked on; send this one again in a moment."))
    try:
        output = _run(data, {"formats": list(formats), "specs": specs}, deadline - time.monotonic())
    finally:
        PLACES.release()
    return _read(output)


def _run(data, order, seconds):
    """Return what the workbench printed; raise Refused where it came to nothing."""
    order |= {"seconds": max(1, round(seconds)), "bytes": MEMORY}
    try:
        done = subprocess.run(
            [sys.executable, "-m", "images.workbench"],
            input=json.dumps(order).encode() + b"\n" + data,
            capture_output=True,
            timeout=seconds,
            cwd=settings.BASE_DIR,
            env={},
        )
    except subprocess.TimeoutExpired:
        raise Slow(_("The picture takes too long to read; save it again in a smaller size.")) from None
    if done.returncode != 0 or b"\n" not in done.stdout:
        raise Refused(_sentence("broken", {}))
    return done.stdout


def _read(output):
    line, _newline, blobs = output.partition(b"\n")
    head = json.loads(line)
    if "refused" in head:
        raise Refused(_sentence(head["refused"], head["facts"]))
    made, start = [], 0
    for width, height, name, size in head["renditions"]:
        made.append(Encoded(width, height, name, blobs[start : start + size]))
        start += size
    return Work(head["kind"], head["width"], head["height"], Facts(**head["facts"]), made)


def _sentence(code, facts):
    sentences = {
        "unknown": _("This is no picture that we can read: send JPEG, PNG, WebP, GIF or AVIF."),
        "broken": _("The picture is damaged and can't be read; save it again and send it once more."),
        "memory": _("The picture needs too much memory; save it in a smaller size."),
        "pixels": _("The picture has too many pixels; as %(kind)s, %(most)d million is the most."),
        "slender": _("The picture is too long and narrow; one side may be %(most)d times the other."),
    }
    return sentences[code] % facts if facts else sentences[code]
