"""
What is left of words once no row holds them: stored pages, files that copy came in, and what databases keep of old rows.
"""

import os
import time
from pathlib import Path

from django.conf import settings
from django.db import Error, OperationalError, connection, transaction

import delivery
from delivery import log, store

FOLDERS = ["wire"]  # of DATA_DIR: copy as it came in
HEAD = 512 * 1024  # bytes of a picture in which it says who is on it
SURE = 5  # letters: shorter words stand in a picture's light and shade by chance
PATIENCE = 5.0  # seconds that readers of the database have to end


class Unfinished(Exception):
    """Something is in use; to be tried again. The message is one sentence."""


def drop_pages():
    """Take all stored pages away, on every node: not one is served again, and no file of one stays."""
    with transaction.atomic():
        delivery.purge([store.EVERYTHING])  # what stands before us, too
        log.renew()
    for old in store.all_stores():
        store.remove(old)


def scrub_files(work):
    """Redact the copies of agencies as they lie in their folders, their names included."""
    for name in FOLDERS:
        for path in sorted((Path(settings.DATA_DIR) / name).rglob("*")):
            if path.is_file() and not path.is_symlink():
                _scrub_file(path, work)


def _scrub_file(path, work):
    data = path.read_bytes()
    redacted = work.redact_bytes(data)
    named = path.with_name(work.hidden.redact(path.name, work.replacement, address=True))
    if redacted != data:
        overwrite(path, redacted)
    if named != path:
        while named.exists():
            named = named.with_name(f"x-{named.name}")
        path.rename(named)


def overwrite(path, data):
    """Give a file other content; what it held is written over with zeros first, where the disk allows it."""
    with path.open("r+b") as file:
        file.write(bytes(path.stat().st_size))
        file.flush()
        os.fsync(file.fileno())
    new = path.with_name(f"{path.name}.part")
    new.write_bytes(data)
    new.replace(path)


def scrub_original(image, hidden):
    """
    Write x over the words where the head of a picture's original says them, so that nothing in it moves.

    Words of fewer than five letters stay: as likely they are light and shade.
    """
    try:
        with image.file.open("rb") as file:
            data = file.read()
    except OSError:
        return
    head = data[:HEAD].decode("utf-8", "surrogateescape")
    for start, end in reversed(hidden.spans_in(head)):
        if end - start >= SURE:
            width = len(head[start:end].encode("utf-8", "surrogateescape"))
            head = head[:start] + "x" * width + head[end:]
    redacted = head.encode("utf-8", "surrogateescape") + data[HEAD:]
    if redacted != data:
        _replace(image.file, redacted)


def _replace(file, data):
    from django.core.files.base import ContentFile

    storage, name = file.storage, file.name
    storage.delete(name)
    storage.save(name, ContentFile(data))


def rewrite_database(models):
    """
    Have the database write anew what it keeps of rows, so that no page of its files holds what they said before.

    models: those whose rows changed. SQLite rewrites its whole file and empties the one written ahead; PostgreSQL
    rewrites the tables and what it knows of their commonest values. Raise Unfinished where somebody is in the way.
    """
    try:
        if connection.vendor == "sqlite":
            _rewrite_sqlite()
        else:
            _rewrite_tables(models)
    except OperationalError as error:
        raise Unfinished(f"The database can't be written anew now: {error}".strip()) from error


def _rewrite_sqlite():
    ends = time.monotonic() + PATIENCE
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA secure_delete = ON")
        cursor.execute("VACUUM")
        while True:
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            if cursor.fetchone()[0] == 0:
                return
            if time.monotonic() > ends:
                raise Unfinished(
                    "Somebody reads an old state of the database; the file written ahead stays until they end."
                )
            time.sleep(0.1)


def _rewrite_tables(models):
    through = {model._meta.db_table for model in models}
    with connection.cursor() as cursor:
        for table in sorted(through):
            cursor.execute(f"VACUUM (FULL, ANALYZE) {connection.ops.quote_name(table)}")
    try:
        with connection.cursor() as cursor:  # the owner of the database may
            cursor.execute("VACUUM FULL pg_statistic")
    except Error:
        pass
