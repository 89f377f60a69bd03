"""
Looks after the machine: tells the administrators, by mail and in the log, what a person has to mend.

Each process of web and worker looks once a minute, so that a dead worker is noticed by web and a stuck web by the
worker. What is wrong twice in a row is told, then not again for hours; that is noted in files, for the database may
be what is wrong.
"""

import fcntl
import hashlib
import logging
import os
import smtplib
import threading
import time
from pathlib import Path

from django.conf import settings
from django.core.mail import send_mail
from django.db import connection
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from delivery import health

log = logging.getLogger(__name__)

LOOK_SECONDS = 60.0
AGAIN_SECONDS = 6 * 3600  # nobody is told the same more often, by one machine


class Watch(threading.Thread):
    """Looks until ``stopping`` is set, if ever."""

    def __init__(self, stopping=None):
        super().__init__(name="watch", daemon=True)
        self.stopping = stopping or threading.Event()
        self.seen = set()

    def run(self):
        while not self.stopping.wait(LOOK_SECONDS):
            try:
                self.look()
            except Exception:
                log.exception("The watch broke and goes on.")
            finally:
                connection.close()

    def look(self, now=None):
        """Tell what is wrong and was so the last time; return its names."""
        wrong = health.worries(now or timezone.now())
        lasting = [name for name in wrong if name in self.seen]
        self.seen = set(wrong)
        for name in lasting:
            tell(name, wrong[name])
        return lasting


def tell(name, sentence):
    """
    Mail ``sentence`` to the administrators and log it, unless this machine did lately; return whether it did now.

    name: short, the same for the same trouble.
    """
    if not _is_new(name):
        return False
    log.error("%s", sentence)
    if settings.ADMIN_MAIL:
        _mail(sentence)
    return True


def _mail(sentence):
    with override(settings.LANGUAGE_CODE):
        told = _("This is %(site)s, on the machine %(machine)s.")
    subject = f"[{settings.SITE_NAME}] {sentence.splitlines()[0][:120]}"
    where = told % {"site": settings.SITE_URL, "machine": os.uname().nodename}
    try:
        send_mail(subject, f"{sentence}\n\n{where}", None, settings.ADMIN_MAIL)
    except (OSError, smtplib.SMTPException) as error:
        log.error("The administrators could not be mailed: %s", error)


_told = {}  # {name: when}, for where no file can be written


def _is_new(name):
    """Note that ``name`` is told now and return True; False where it was told in the last hours. One process gets True."""
    now = time.time()
    try:
        folder = Path(settings.DATA_DIR) / "told"
        folder.mkdir(exist_ok=True)
        with (folder / hashlib.sha256(name.encode()).hexdigest()[:16]).open("a+") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            file.seek(0)
            if now - float(file.read() or 0) < AGAIN_SECONDS:
                return False
            file.truncate(0)
            file.write(str(now))
    except (OSError, ValueError):
        if now - _told.get(name, 0) < AGAIN_SECONDS:
            return False
        _told[name] = now
    return True
