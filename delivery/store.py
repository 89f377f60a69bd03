"""
The page store: what readers were answered, kept as files on this node.

One folder holds the pages of one release and one log epoch. In it stand a file for each page and encoding (head,
then body; named by a hash of the address, so that no address reaches the file system), and an index (SQLite) that
knows which page shows which keys. The index's write lock is the node's store lock; it is held for a few renames and
unlinks, never while somebody waits for the database of the site.

No stale write. Whoever makes a page: takes a token of the log, renders, `register`s the page under its keys, looks
into the log for those keys since the token, and only if there is none `put`s it. Whoever purges: commits, then
`drop`s the keys here, registrations included. A purge that commits before that look is seen by it. One that commits
later drops after it: either before the `put`, which then finds its registration gone, or after, and takes the files.
A process killed anywhere leaves at worst a registration without files.
"""

import contextlib
import hashlib
import json
import logging
import os
import secrets
import shutil
import sqlite3
import threading
import time
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path

from django.conf import settings

log = logging.getLogger(__name__)

EVERYTHING = "site"  # the key that every page shows
LOCK_SECONDS = 2
TOUCH_SECONDS = 60  # how fine "least recently used" is told
LARGEST_BODY = 5 * 1024 * 1024  # bytes; larger answers are not kept
MOST_PAGES, MOST_BYTES = 50_000, 2 * 1024**3  # of one store; what was used longest ago goes first
MOST_OTHERS = 5_000  # of them other than 200: each story has as many wrong addresses as anybody likes
MEMORY = 32 * 1024 * 1024  # bytes of pages that one process keeps at hand
AROUND = 2500  # bytes that a page takes there beside its head and body, of which a redirect has none
SUFFIXES = {"": "id", "gzip": "gz", "br": "br"}
SCHEMA = """
CREATE TABLE IF NOT EXISTS page (
    name TEXT PRIMARY KEY, address TEXT NOT NULL, ticket TEXT, size INTEGER NOT NULL DEFAULT 0, used REAL NOT NULL,
    stored REAL, until REAL, dropped REAL, why TEXT NOT NULL DEFAULT '', status INTEGER NOT NULL DEFAULT 200);
CREATE INDEX IF NOT EXISTS page_by_use ON page (used) WHERE ticket IS NOT NULL;
CREATE INDEX IF NOT EXISTS other_by_use ON page (used) WHERE ticket IS NOT NULL AND status != 200;
CREATE INDEX IF NOT EXISTS page_by_drop ON page (dropped);
CREATE TABLE IF NOT EXISTS page_key (key TEXT, name TEXT, PRIMARY KEY (key, name)) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS page_key_by_page ON page_key (name);
"""


@dataclass(slots=True)
class Stored:
    """
    A page in one encoding as it is answered. headers: [(name, value)] complete; until: seconds since 1970 or None.

    signature: what `os.stat` must say of its file for this copy to be the present one. touched: when the file was
    last told that it is used.
    """

    status: str
    headers: list
    etag: str
    until: float | None
    body: bytes
    signature: tuple = ()
    touched: float = 0.0

    @property
    def cost(self):
        """How many bytes of memory it takes, once it is read from its file."""
        return self.signature[2] + AROUND

    def head(self):
        """Return the first line of its file."""
        facts = {"status": self.status, "headers": self.headers, "etag": self.etag, "until": self.until}
        return json.dumps(facts | {"length": len(self.body)}, separators=(",", ":")).encode()

    @classmethod
    def read(cls, file):
        """Read an open binary file; raise ValueError where it is not whole."""
        present = signature(os.fstat(file.fileno()))
        head, _, body = file.read().partition(b"\n")
        head = json.loads(head)
        if len(body) != head.pop("length"):
            raise ValueError("The page is cut off.")
        head["headers"] = [tuple(pair) for pair in head["headers"]]
        return cls(**head, body=body, signature=present)


def signature(facts):
    """Name one content of a file: `Store.put` gives each a time of its own, to the nanosecond."""
    return facts.st_mtime_ns, facts.st_ino, facts.st_size


def name_of(address):
    return hashlib.sha256(address.encode()).hexdigest()[:40]


class Store:
    """The pages of one release and epoch in ``folder``, which exists."""

    def __init__(self, folder):
        self.folder = Path(folder)
        self.pages = self.folder / "pages"
        self.index = self.folder / "index.sqlite3"
        self._thread = threading.local()
        self._memory, self._memory_bytes = {}, 0
        self._memory_lock = threading.Lock()
        self._puts = 0

    @classmethod
    def make(cls, folder):
        """Make ``folder`` ready, unless it is, and return its Store. Whole or not at all, whatever the disk does."""
        folder = Path(folder)
        if not (folder / "index.sqlite3").exists():
            new = folder.with_name(f"gone{secrets.token_hex(8)}")
            try:
                for part in (new / "pages", new / "new"):
                    part.mkdir(parents=True)
                with contextlib.closing(_connect(new / "index.sqlite3", "rwc")) as index:
                    index.executescript(f"BEGIN IMMEDIATE; {SCHEMA} COMMIT;")
                os.rename(new, folder)
            except OSError:
                if not (folder / "index.sqlite3").exists():  # nobody else made it meanwhile
                    raise
            finally:
                shutil.rmtree(new, ignore_errors=True)
        return cls(folder)

    # Answering

    def find(self, name, encoding):
        """Return the Stored page of this name (`name_of`) in ``encoding``, or None; one stat where it is at hand."""
        known = self._memory.get((name, encoding))
        path = self._path(name, encoding)
        try:
            if known is None or known.signature != signature(os.stat(path)):
                with open(path, "rb") as file:
                    known = Stored.read(file)
                self._remember((name, encoding), known)
            if time.time() - known.touched > TOUCH_SECONDS:
                self._touch(path, known)
        except (OSError, ValueError):
            self._forget((name, encoding))
            return None
        return known if known.until is None or time.time() < known.until else None

    def _path(self, name, encoding):
        return f"{self._base}/{name[:2]}/{name}.{SUFFIXES[encoding]}"

    @cached_property
    def _base(self):
        return str(self.pages)

    def _touch(self, path, known):
        """Let the file say when it was last asked for, as its time of access."""
        known.touched = time.time()
        with open(path, "rb") as file:  # this very file, not one that took its place
            if signature(os.fstat(file.fileno())) == known.signature:
                os.utime(file.fileno(), ns=(time.time_ns(), known.signature[0]))

    def _remember(self, place, known):
        with self._memory_lock:
            self._drop_from_memory(place)
            while self._memory and self._memory_bytes + known.cost > MEMORY:
                self._drop_from_memory(next(iter(self._memory)))
            self._memory[place] = known
            self._memory_bytes += known.cost

    def _forget(self, place):
        if place in self._memory:
            with self._memory_lock:
                self._drop_from_memory(place)

    def _drop_from_memory(self, place):
        known = self._memory.pop(place, None)
        self._memory_bytes -= known.cost if known else 0

    # Keeping

    def register(self, address, keys):
        """Note that a page of ``keys`` is being made; return the ticket that `put` asks for."""
        name, ticket = name_of(address), secrets.token_hex(8)
        with self._locked() as index:
            index.execute(
                "INSERT INTO page (name, address, ticket, used) VALUES (?, ?, ?, ?)"
                " ON CONFLICT (name) DO UPDATE SET ticket = excluded.ticket, used = excluded.used",
                (name, address, ticket, time.time()),
            )
            rows = [(key, name) for key in keys]
            index.executemany("INSERT OR IGNORE INTO page_key (key, name) VALUES (?, ?)", rows)
        return ticket

    def put(self, address, ticket, keys, copies):
        """
        Let readers have a page; return whether it was put, which it is not if a purge came since `register`.

        copies: {encoding: Stored}, of one rendering.
        """
        name, files = name_of(address), []
        try:
            for encoding, copy in copies.items():
                files.append((self.folder / "new" / secrets.token_hex(12), self._path(name, encoding)))
                _write(copy, files[-1][0])
            with self._locked() as index:
                if not index.execute(
                    "SELECT 1 FROM page WHERE name = ? AND ticket = ?", (name, ticket)
                ).fetchone():
                    return False
                with contextlib.suppress(FileExistsError):
                    os.mkdir(self.pages / name[:2])
                for new, path in files:
                    os.rename(new, path)
                self._note(index, name, keys, copies.values())
        finally:
            for new, _ in files:
                with contextlib.suppress(OSError):
                    os.unlink(new)
        self._puts += 1
        if self._puts % 50 == 0:
            self.prune()
        return True

    def _note(self, index, name, keys, copies):
        size = sum(len(copy.body) + len(copy.head()) for copy in copies)
        any_copy = next(iter(copies))
        index.execute(
            "UPDATE page SET size = ?, stored = ?, until = ?, status = ? WHERE name = ?",
            (size, time.time(), any_copy.until, int(any_copy.status[:3]), name),
        )
        wanted = json.dumps(sorted(keys))
        index.execute(
            "DELETE FROM page_key WHERE name = ? AND key NOT IN (SELECT value FROM json_each(?))",
            (name, wanted),
        )

    # Dropping

    def drop(self, keys):
        """Drop the pages that show one of ``keys``; return how many."""
        if EVERYTHING in keys:
            return self.clear(EVERYTHING)
        with self._locked() as index:
            found = index.execute(
                "SELECT name, min(key) FROM page_key WHERE key IN (SELECT value FROM json_each(?)) GROUP BY name",
                (json.dumps(sorted(keys)),),
            ).fetchall()
            self._drop(index, found)
        return len(found)

    def _drop(self, index, found):
        """found: [(name of a page, why)]. First the files: if we are killed here, pages are missing, not stale."""
        rows = [(self._unlink(name), time.time(), why, name) for name, why in found]
        index.executemany(
            "UPDATE page SET used = max(used, ?), ticket = NULL, size = 0, dropped = ?, why = ? WHERE name = ?",
            rows,
        )
        index.executemany("DELETE FROM page_key WHERE name = ?", [(name,) for name, _ in found])

    def _unlink(self, name):
        """Remove the files of a page; return when it was last asked for, in seconds since 1970."""
        used = self._last_use(name)
        for encoding in SUFFIXES:
            with contextlib.suppress(FileNotFoundError):
                os.unlink(self._path(name, encoding))
        return used

    def _last_use(self, name):
        used = 0.0
        for encoding in SUFFIXES:
            with contextlib.suppress(FileNotFoundError):
                used = max(used, os.stat(self._path(name, encoding)).st_atime)
        return used

    def clear(self, why):
        """Drop all pages at once, however many; return how many."""
        away = self.folder / "new" / f"gone-{secrets.token_hex(8)}"
        with self._locked() as index:
            os.rename(self.pages, away)
            self.pages.mkdir()
            count = index.execute(
                "UPDATE page SET ticket = NULL, size = 0, dropped = ?, why = ? WHERE ticket IS NOT NULL",
                (time.time(), why),
            ).rowcount
            index.execute("DELETE FROM page_key")
        with contextlib.suppress(OSError, sqlite3.Error):  # the pages are gone, whatever is known of them
            self._note_last_uses(away)
        shutil.rmtree(away, ignore_errors=True)
        return count

    def _note_last_uses(self, away):
        """
        Note when the pages that were moved ``away`` were last asked for, as of now: the hot ones are made again.

        After they are gone, for looking at each file takes a while, in which readers must not get them.
        """
        uses = {}
        for folder in os.scandir(away):
            for file in os.scandir(folder):
                name = file.name.partition(".")[0]
                uses[name] = max(uses.get(name, 0.0), file.stat().st_atime)
        now = time.time()
        with self._locked() as index:
            index.executemany(
                "UPDATE page SET used = ?, dropped = ? WHERE name = ? AND ticket IS NULL AND used < ?",
                [(used, now, name, used) for name, used in uses.items()],
            )

    def prune(self, most=MOST_PAGES, most_bytes=MOST_BYTES, most_others=MOST_OTHERS):
        """
        Drop the least recently used until there are at most ``most`` pages of together ``most_bytes``.

        most_others: as many of them may be answers other than 200; those go first, so that they take no page's place.
        """
        with self._locked() as index:
            self._prune(index, "ticket IS NOT NULL AND status != 200", most_others, most_bytes)
            self._prune(index, "ticket IS NOT NULL", most, most_bytes)
            index.execute(
                "DELETE FROM page WHERE ticket IS NULL AND dropped <="
                " (SELECT dropped FROM page WHERE ticket IS NULL ORDER BY dropped DESC LIMIT 1 OFFSET ?)",
                (most,),
            )

    def _prune(self, index, which, most, most_bytes):
        count, size = index.execute(
            f"SELECT count(*), coalesce(sum(size), 0) FROM page WHERE {which}"
        ).fetchone()
        while count > most or size > most_bytes:
            row = index.execute(
                f"SELECT name, size, used FROM page WHERE {which} ORDER BY used LIMIT 1"
            ).fetchone()
            used = self._last_use(row[0])
            if used > row[2]:  # asked for since: it goes to the end of the queue
                index.execute("UPDATE page SET used = ? WHERE name = ?", (used, row[0]))
                continue
            self._drop(index, [(row[0], "pruned")])
            count, size = count - 1, size - row[1]

    # Telling

    def size(self):
        """Return (how many pages, how many bytes)."""
        with self._locked() as index:
            return index.execute(
                "SELECT count(*), coalesce(sum(size), 0) FROM page WHERE ticket IS NOT NULL"
            ).fetchone()

    def facts(self, address):
        """Return what is known of an address as a dict (the columns of page, and "keys"), or None."""
        with self._locked() as index:
            cursor = index.execute("SELECT * FROM page WHERE name = ?", (name_of(address),))
            row = cursor.fetchone()
            if row is None:
                return None
            found = dict(zip([column[0] for column in cursor.description], row, strict=True))
            keys = index.execute("SELECT key FROM page_key WHERE name = ? ORDER BY key", (found["name"],))
            return found | {"keys": [key for (key,) in keys]}

    def addresses(self, keys):
        """Return the addresses of the pages that show one of ``keys``."""
        with self._locked() as index:
            rows = index.execute(
                "SELECT DISTINCT address FROM page JOIN page_key USING (name)"
                " WHERE key IN (SELECT value FROM json_each(?)) AND ticket IS NOT NULL",
                (json.dumps(sorted(keys)),),
            )
            return [address for (address,) in rows]

    def lately_dropped(self, since, used_since, limit):
        """
        Return the addresses dropped after ``since`` that were asked for after ``used_since``, both in seconds.

        Pages that are stored again, or being made, are left out.
        """
        with self._locked() as index:
            rows = index.execute(
                "SELECT address FROM page WHERE dropped > ? AND used > ? AND ticket IS NULL AND why != 'pruned'"
                " ORDER BY used DESC LIMIT ?",
                (since, used_since, limit),
            )
            return [address for (address,) in rows]

    @contextlib.contextmanager
    def _locked(self):
        """Yield the index with the node's store lock held; what is written stays only if nothing is raised."""
        index = self._connection()
        index.execute("BEGIN IMMEDIATE")
        try:
            yield index
        except BaseException:
            index.rollback()
            raise
        index.commit()

    def _connection(self):
        """This thread's connection to the index that lies there now: the folder may have been taken away."""
        place = os.getpid(), os.stat(self.index).st_ino
        if getattr(self._thread, "place", None) != place:
            self._thread.connection, self._thread.place = _connect(self.index, "rw"), place
        return self._thread.connection


def _write(copy, path):
    """Write a file that nobody reads yet."""
    with open(path, "xb") as file:
        file.write(copy.head() + b"\n" + copy.body)
    now = time.time_ns()
    os.utime(path, ns=(now, now))


def _connect(path, mode):
    """Open an index. It need not reach the disk: after a crash of the machine no page is used again."""
    connection = sqlite3.connect(
        f"{path.absolute().as_uri()}?mode={mode}", uri=True, timeout=LOCK_SECONDS, isolation_level=None
    )
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = OFF")
    return connection


# All stores of this node: one, but while a new release takes over.


def folder():
    return Path(settings.DATA_DIR) / "pages"


def place(release, epoch):
    """Return the folder of a release's pages in a log's epoch."""
    return folder() / f"{release}-{epoch[:16]}"


@cache
def store_at(path):
    """Return the one Store of a folder that this process has."""
    return Store(path)


def another(path):
    """Return the Store of a folder that this process turns to; others are forgotten, and what they keep at hand."""
    store_at.cache_clear()
    return store_at(path)


def all_stores():
    """Return the Store of every release and epoch that has pages here."""
    return [store_at(index.parent) for index in sorted(folder().glob("*-*/index.sqlite3"))]


def drop(keys):
    """Drop the pages that show one of ``keys`` from every store of this node. Never fails: what can't be mended goes."""
    for store in all_stores():
        try:
            store.drop(keys)
        except (OSError, sqlite3.Error):
            log.exception("The page store %s can't be purged, so it goes.", store.folder)
            remove(store)


def remove(store):
    """Take a store away, whatever its state: whoever has it open finds no page in it and can put none."""
    away = folder() / f"gone{secrets.token_hex(8)}"
    with contextlib.suppress(OSError):
        os.rename(store.folder, away)
    shutil.rmtree(away, ignore_errors=True)


def sweep(before):
    """Remove what processes left that were killed at work: ``before`` (seconds since 1970) it was last touched."""
    left = [*folder().glob("gone*"), *folder().glob("token.*"), *folder().glob("*-*/new/*")]
    for path in left:
        with contextlib.suppress(OSError):
            if path.stat().st_mtime < before:
                shutil.rmtree(path) if path.is_dir() else path.unlink()
