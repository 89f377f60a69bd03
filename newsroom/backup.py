"""
A copy of everything that can't be made again, in one folder: database, pictures and their originals, with checksums.

The database is copied first, in one snapshot: files are written before the rows that name them and removed after, so
that every file that a row names is there to be copied. `sha256sum -c SHA256SUMS` checks a copy without us.
"""

import contextlib
import hashlib
import os
import shutil
import sqlite3
import subprocess
import tempfile
from contextlib import closing
from pathlib import Path

from django.conf import settings
from django.core.management import call_command
from django.db import connection

from articles.removal import records, redaction
from delivery import log, store

SUMS = "SHA256SUMS"
PUBLIC = "media"
FOLDERS = (PUBLIC, "originals")  # of DATA_DIR
ASIDE = ".restore"  # in each of them while a copy takes the place of what is there
OF_THE_DISK = "lost+found"  # in one that is a disk of its own
INSTALLED = Path("/usr/lib/postgresql")


class Impossible(Exception):
    """The message is one sentence: the cause and the cure."""


def backup(folder, like=None):
    """
    Copy everything into ``folder``, which is made; raise Impossible. Half a copy never has that name.

    like: another copy, in the same file system. Files that did not change since are linked to it, not copied; their
    checksums are taken from there.
    """
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise Impossible(f"{folder} is there already: name a new folder.")
    unfinished = folder.with_name(f"{folder.name}.unfinished")
    shutil.rmtree(unfinished, ignore_errors=True)
    unfinished.mkdir(parents=True, mode=0o700)  # drafts and sources are in it
    _copy_database(unfinished)
    known = _sums(like) if like else {}
    sums = {}
    for name in FOLDERS:
        for path in files_in(Path(settings.DATA_DIR) / name):
            if ASIDE in path.relative_to(settings.DATA_DIR).parts:  # of a restore that was killed
                continue
            place = str(path.relative_to(settings.DATA_DIR))
            if _copy_file(path, unfinished / place, like and place in known and like / place):
                sums[place] = known[place]
    if records.folder().exists():
        shutil.copytree(records.folder(), unfinished / records.folder().name)
    lines = []
    for path in files_in(unfinished):
        place = str(path.relative_to(unfinished))
        lines.append(f"{sums.get(place) or digest_of(path)}  {place}\n")
    (unfinished / SUMS).write_text("".join(lines))
    unfinished.replace(folder)


def _copy_file(path, to, earlier):
    """
    Copy ``path``, or link to ``earlier``, a copy of the same size and time; return whether it was linked.

    What the site removed meanwhile is left out: no row of the copied database needs it, or its rights had ended.
    """
    to.parent.mkdir(parents=True, exist_ok=True)
    try:
        now = path.stat()
        if earlier:
            with contextlib.suppress(OSError):
                then = earlier.stat()
                if (then.st_size, then.st_mtime_ns) == (now.st_size, now.st_mtime_ns):
                    os.link(earlier, to)
                    return True
        shutil.copy2(path, to)
    except FileNotFoundError:
        to.unlink(missing_ok=True)
    return False


def restore(folder):
    """
    Replace everything by the copy in ``folder``; raise Impossible, before anything is touched, where it is not whole.

    Words that were taken out since are taken out again before this returns (`articles.removal.redaction`); until then no web
    server starts. Pages stored before go, on every node: the purge log begins another epoch.
    """
    refuse_broken(folder)
    try:
        later = records.gather(folder / records.folder().name)
    except records.Unreadable as error:
        raise Impossible(str(error)) from None
    with records.nobody_served(unless=Impossible):
        _put_back(folder)
        for record in later:
            redaction.carry_out_again(record)


def _put_back(folder):
    places = [Path(settings.DATA_DIR) / name for name in FOLDERS]
    try:
        for place in places:
            _lay_ready(place, folder / place.name)
        restore_database(folder)
    except Impossible:
        for place in places:
            shutil.rmtree(place / ASIDE, ignore_errors=True)
        raise
    for place in places:
        _replace(place)
    call_command("migrate", verbosity=0, interactive=False)
    log.begin_anew()
    for old in store.all_stores():
        store.remove(old)


def refuse_broken(folder):
    """Raise Impossible unless ``folder`` holds exactly the files that its checksums name, as they were."""
    wanted = _sums(folder)
    found = {str(path.relative_to(folder)): digest_of(path) for path in files_in(folder) if path.name != SUMS}
    if wrong := sorted(name for name in wanted.keys() | found.keys() if wanted.get(name) != found.get(name)):
        raise Impossible(f"The copy in {folder} is broken: {', '.join(wrong[:5])} is not as it was written.")


def _sums(folder):
    """Return {name of a file: its checksum} of a copy; raise Impossible where it is none."""
    try:
        lines = (folder / SUMS).read_text().splitlines()
    except OSError:
        raise Impossible(f"{folder} is no copy: it has no {SUMS}.") from None
    return {name: digest for digest, name in (line.split("  ", 1) for line in lines)}


def files_in(folder):
    return sorted(path for path in folder.rglob("*") if path.is_file())


def digest_of(path):
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _lay_ready(place, copy):
    """
    Have all of ``copy`` lie in the folder ``place``, ready to be what is in it; raise Impossible where it can't be.

    In it and not beside it: the folder may be a disk of its own or a link to one, and then it can't be renamed.
    """
    aside = place / ASIDE
    try:
        if aside.exists():  # left by a restore that was killed
            shutil.rmtree(aside)
        is_new = not place.exists()
        aside.mkdir(mode=0o700, parents=True)
        (aside / "old").mkdir()
        shutil.copytree(copy, aside / "new") if copy.exists() else (aside / "new").mkdir()
        if place.name == PUBLIC:
            _open_folders(place if is_new else aside / "new")
        for path in _contents(place):  # each moves, or it is said while the database is as it was
            path.rename(aside / "old" / path.name).rename(path)
    except OSError as error:
        raise Impossible(f"{place} can't be replaced, so nothing was changed: {error}") from None


def _replace(place):
    """Let what lies ready take the place of all that is in the folder ``place``; killed half-way, it is done again."""
    for path in _contents(place):
        path.rename(place / ASIDE / "old" / path.name)
    for path in list((place / ASIDE / "new").iterdir()):
        path.rename(place / path.name)
    shutil.rmtree(place / ASIDE, ignore_errors=True)


def _open_folders(top):
    """Have ``top`` and the folders below as the site makes those of public pictures; a copy's are for the site alone."""
    for folder, _names, _files in os.walk(top):
        os.chmod(folder, settings.MEDIA_MODE)


def _contents(place):
    return [path for path in place.iterdir() if path.name not in {ASIDE, OF_THE_DISK}]


def _copy_database(folder):
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("VACUUM INTO %s", [str(folder / "database.sqlite3")])
    else:
        _run("pg_dump", "--format=custom", "--no-owner", f"--file={folder / 'database.dump'}")


def restore_database(folder):
    """Replace all tables by those of the copy in ``folder``, and nothing else; raise Impossible."""
    connection.close()
    if connection.vendor == "sqlite":
        copy = folder / "database.sqlite3"
        if not copy.exists():
            raise Impossible(f"The copy in {folder} is of a PostgreSQL database; DATABASE_URL names SQLite.")
        with closing(sqlite3.connect(copy)) as source, closing(sqlite3.connect(_database())) as target:
            source.backup(target)
        return
    if not (folder / "database.dump").exists():
        raise Impossible(f"The copy in {folder} is of an SQLite database; DATABASE_URL names PostgreSQL.")
    with tempfile.NamedTemporaryFile(suffix=".sql", dir=folder.parent) as rows:
        _run("pg_restore", "--no-owner", f"--file={rows.name}", str(folder / "database.dump"), database=False)
        # Not pg_restore --clean, which leaves tables standing that the copy does not know.
        options = ["--quiet", "--no-psqlrc", "--single-transaction", "--set=ON_ERROR_STOP=1"]
        emptied = "DROP SCHEMA public CASCADE; CREATE SCHEMA public;"
        _run("psql", *options, f"--command={emptied}", f"--file={rows.name}")


def _database():
    return connection.settings_dict["NAME"]


def _run(program, *arguments, database=True):
    """Run a program of PostgreSQL, on our database or on files alone; raise Impossible with what it said."""
    found = shutil.which(program) or max(map(str, INSTALLED.glob(f"*/bin/{program}")), default=None)
    if found is None:
        raise Impossible(f"There is no {program} here: install the client programs of PostgreSQL.")
    facts = connection.settings_dict
    environment = {**os.environ, "PGPASSWORD": facts["PASSWORD"]}
    where = {
        "--host": facts["HOST"],
        "--port": str(facts["PORT"] or ""),
        "--username": facts["USER"],
        "--dbname": facts["NAME"],
    }
    options = [f"{name}={value}" for name, value in where.items() if value and database]
    done = subprocess.run([found, *options, *arguments], env=environment, capture_output=True, text=True)
    if done.returncode:
        raise Impossible(f"{program} failed: {' '.join(done.stderr.split())}")
