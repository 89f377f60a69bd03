"""
What stands before Django: a WSGI application that answers from the page store, and fills it.

A view opts in by `delivery.stamp`; all else passes by, to Django and back, as if nothing stood here. Stored pages are
answered without the database and without Django, so they go on when those do not.
"""

import contextlib
import hashlib
import logging
import re
import sqlite3
import threading
import time
from datetime import UTC, datetime, timedelta
from urllib.parse import quote, urlsplit
from wsgiref.util import setup_testing_defaults

from django.conf import settings
from django.db import Error, connection
from django.http.request import split_domain_port, validate_host

from delivery import log, metrics, store
from delivery.addresses import address_of
from delivery.encodings import chosen, encoded
from delivery.headers import PRIVATE, cache_control, clipped
from delivery.release import release
from delivery.store import SUFFIXES, Stored, name_of
from delivery.turns import turn

logger = logging.getLogger(__name__)

KEPT = {"200", "301", "410"}
# What Django is not told when it makes a page for everyone.
ONLY_THIS_READERS = ("HTTP_ACCEPT_ENCODING", "HTTP_IF_NONE_MATCH", "HTTP_IF_MODIFIED_SINCE", "HTTP_IF_MATCH",
                     "HTTP_IF_UNMODIFIED_SINCE", "HTTP_IF_RANGE", "HTTP_RANGE")  # fmt: skip
OF_ONE_COPY = {"etag", "content-length", "content-encoding"}
# At most so many threads of a process are in Django, so many wait for one page, and nobody waits long for room.
IN_DJANGO, WAITING, PATIENCE = 4, 4, 0.5


class Front:
    """
    The WSGI application. django: the application behind it. passes: beginnings of paths that are never stored.
    at_once: paths that need no database: they are asked for however many are stuck there.

    at_step(name) is called between the steps of keeping a page, for tests of what may happen there.
    """

    def __init__(self, django, passes=(), at_once=()):
        self.django, self.passes, self.at_once = django, tuple(passes), frozenset(at_once)
        site = urlsplit(settings.SITE_URL)
        self.host, self.secure = site.netloc.lower(), site.scheme == "https"
        self.locks = store.folder() / "locks"
        # Stores that this process has seen: made a second time, nobody might follow the log for them.
        self.met = set()
        self.store = self._present_store()
        self.room, self.queue = threading.Semaphore(IN_DJANGO), threading.Semaphore(WAITING)
        self.stuck = False
        self.at_step = lambda name: None

    def __call__(self, environ, start_response):
        path = environ["PATH_INFO"]
        if path in self.at_once:
            metrics.count("answers_passed")
            return self.django(self._of_ours(environ), start_response)
        if environ["REQUEST_METHOD"] not in ("GET", "HEAD") or environ.get("SCRIPT_NAME"):
            return self._ask_django(environ, start_response)
        if environ.get("HTTP_HOST", "").lower() != self.host:
            return self._elsewhere(environ, start_response)
        address = address_of(path, environ.get("QUERY_STRING"))
        if address is None or path.startswith(self.passes) or (self.secure and not _by_tls(environ)):
            return self._ask_django(environ, start_response)
        name, encoding = name_of(address), chosen(environ.get("HTTP_ACCEPT_ENCODING", ""))
        page = self._find(name, encoding)
        if page is None:
            return self._make(environ, start_response, address, encoding)
        metrics.count("answers_stored")
        return answer(page, environ, start_response)

    def _find(self, name, encoding):
        present = self.store  # another thread may leave it
        return present.find(name, encoding) if present else None

    def _elsewhere(self, environ, start_response):
        """Lead to the one public host, from hosts that are ours too. Django refuses the others, and health is asked by any."""
        path = environ["PATH_INFO"]
        if any(re.search(pattern, path.lstrip("/")) for pattern in settings.SECURE_REDIRECT_EXEMPT):
            return self._ask_django(self._of_ours(environ), start_response)
        name = split_domain_port(environ.get("HTTP_HOST", ""))[0]
        if not validate_host(name, settings.ALLOWED_HOSTS):
            return self._ask_django(environ, start_response)
        query = environ.get("QUERY_STRING")
        target = settings.SITE_URL + quote(path.encode("latin-1")) + (f"?{query}" if query else "")
        headers = [("Location", target), ("Content-Length", "0"), ("Cache-Control", cache_control())]
        start_response("301 Moved Permanently", headers)
        return [b""]

    def _of_ours(self, environ):
        """Return the environ of a request for health, asked by address from inside, as if it named the public host."""
        return environ | {"HTTP_HOST": self.host}

    # Making a page

    def make(self, address):
        """Store the page at ``address`` unless it is there, as if a reader had asked for it."""
        path, _, query = address.partition("?")
        environ = {"PATH_INFO": path, "QUERY_STRING": query, "HTTP_HOST": self.host, "SCRIPT_NAME": ""}
        environ["wsgi.url_scheme"] = "https" if self.secure else "http"
        setup_testing_defaults(environ)  # what is left to say of a request
        chunks = self(environ, lambda *said: None)
        if hasattr(chunks, "close"):
            chunks.close()

    def _make(self, environ, start_response, address, encoding):
        """Answer what is not stored: by whoever's turn it is, for all who wait."""
        with turn(self.locks, name_of(address), self.queue) as whose, self._room() as room:
            if not room:
                return _busy(start_response)
            try:
                return self._render(environ, start_response, address, encoding, may_keep=bool(whose))
            finally:
                connection.close()  # Django closes it only where it was asked

    def _render(self, environ, start_response, address, encoding, *, may_keep):
        began = datetime.now(UTC)
        token = self._token() if may_keep else None
        if page := self._find(name_of(address), encoding):  # made while we came here
            metrics.count("answers_stored")
            return answer(page, environ, start_response)
        self.at_step("token")
        said = []
        response = self.django(_for_everyone(environ, address), lambda *words: said.append(words))
        self.at_step("rendered")
        metrics.count("answers_made")
        metrics.count("made_microseconds", (datetime.now(UTC) - began) // timedelta(microseconds=1))
        page = Page.of(address, *said[-1][:2], response)
        if page is None:
            _unkept(start_response)(*said[-1])
            return response if environ["REQUEST_METHOD"] == "GET" else _without_body(response)
        with contextlib.closing(response):
            copies = self._keep(page, token, began) if token else None
        copies = copies or {encoding: page.copy(encoding, page.until, kept=False)}
        return answer(copies[encoding], environ, start_response)

    def _ask_django(self, environ, start_response):
        with self._room() as room:
            if not room:
                return _busy(start_response)
            metrics.count("answers_passed")
            return self.django(environ, _unkept(start_response))

    @contextlib.contextmanager
    def _room(self):
        """
        Yield whether there is room for one more thread with Django and the database, now or after a short wait.

        A burst is over in no time; whoever waited in vain knows that those inside are stuck, and then nobody waits
        until there is room again: the other threads are for stored pages.
        """
        room = self.room.acquire(blocking=False)
        if not room and not self.stuck:
            room = self.room.acquire(timeout=PATIENCE)
        self.stuck = not room
        try:
            yield room
        finally:
            if room:
                self.room.release()

    # Keeping it

    def _token(self):
        """
        Return a Token of the log, with the store of its epoch open; None where either is out of reach.

        A process that began before there was a store, and was not asked since, finds there what others kept.
        """
        try:
            token = log.token()
            self._open(token.epoch)
        except (Error, OSError, sqlite3.Error) as error:
            logger.warning("Pages are not stored now: %s", error)
            self.store = self.store or _store_of(log.saved_token())
            return None
        return token

    def _present_store(self):
        """Return the store that this node follows the log for, else that of the log as it is now; None where there is none."""
        self.locks.mkdir(parents=True, exist_ok=True)
        try:
            return _store_of(log.saved_token() or log.token())
        except Error:
            return None
        finally:
            connection.close()

    def _open(self, epoch):
        path = store.place(release(), epoch)
        if self.store and self.store.folder == path:
            return
        if path not in self.met and not path.exists():
            store.Store.make(path)
        self.met.add(path)
        self.store = store.another(path) if path.exists() else None

    def _keep(self, page, token, began):
        """
        Store a page for others if nothing it shows went stale since ``token``; return {encoding: Stored} of it.

        began: aware datetime before anything of it was read. None where it is not stored.
        """
        present, keys = self.store, page.keys
        if present is None:
            return None
        try:
            ticket = present.register(page.address, keys)
            self.at_step("registered")
            until = min(filter(None, [page.until, log.next_moment(keys, began)]), default=None)
            copies = {encoding: page.copy(encoding, until) for encoding in SUFFIXES}
            self.at_step("encoded")
            purged, _ = log.since(token, keys)
            self.at_step("checked")
            if not purged and (until is None or until > datetime.now(UTC)):
                kept = present.put(page.address, ticket, keys, copies)
                metrics.count("pages_kept", int(kept))
                self.at_step("put")
                return copies if kept else None
        except log.Lost:
            self.store = None
        except (Error, OSError, sqlite3.Error) as error:
            logger.warning("The page %s is not stored: %s", page.address, error)
        return None


class Page:
    """An answer of Django that may be stored. until: aware datetime or None."""

    def __init__(self, address, status, headers, body, keys, until):
        self.address, self.status, self.headers, self.body = address, status, headers, body
        self.keys, self.until = keys, until

    @classmethod
    def of(cls, address, status, headers, response):
        """Return the Page of a stamped answer, None for what is not the same for everyone for a while."""
        keys = getattr(response, "page_keys", None)
        said = {name.lower(): value for name, value in headers}
        if keys is None or status[:3] not in KEPT or response.streaming or "set-cookie" in said:
            return None
        if said.get("vary", "").lower() != "accept-encoding" or len(response.content) > store.LARGEST_BODY:
            return None
        own = log.address_key(address)
        also = {"surrogate-key": f" {own}", "cache-tag": f",{own}"}
        headers = [(n, v + also.get(n.lower(), "")) for n, v in headers if n.lower() not in OF_ONE_COPY]
        return cls(address, status, headers, response.content, [*keys, own], response.page_until)

    def copy(self, encoding, until, *, kept=True):
        """
        Return it as Stored in one encoding; until: aware datetime at which it ends, or None.

        kept: whether the store has it. What it has not may be stale already, so nobody else may keep it either.
        """
        types = [value for name, value in self.headers if name.lower() == "content-type"]
        body, used = encoded(self.body, types[0] if types else "", encoding)
        headers = [*self.headers, ("Content-Length", str(len(body))), ("X-Accel-Expires", "1")]
        if not kept:
            headers = _clipped(headers, 1)
        if used:
            headers.append(("Content-Encoding", used))
        etag = ""
        if self.status.startswith("200"):
            etag = f'"{hashlib.sha256(self.body).hexdigest()[:24]}{used and "-" + used}"'
            headers.append(("ETag", etag))
        return Stored(self.status, headers, etag, until and until.timestamp(), body)


def answer(page, environ, start_response):
    """Answer with a Stored page: whole, its head alone, or 304."""
    headers = page.headers
    if page.until is not None:
        headers = _clipped(headers, page.until - time.time())
    known = environ.get("HTTP_IF_NONE_MATCH")
    if known and page.etag and (page.etag in known or known.strip() == "*"):
        start_response("304 Not Modified", [pair for pair in headers if pair[0] not in _OF_THE_BODY])
        return [b""]
    start_response(page.status, headers)
    return [page.body] if environ["REQUEST_METHOD"] == "GET" else [b""]


_OF_THE_BODY = {"Content-Length", "Content-Encoding", "Content-Type", "Content-Language"}


def _clipped(headers, seconds):
    """Nobody may keep a page for longer than it holds, though readers ask for it up to its last second."""
    change = {"Cache-Control": lambda value: clipped(value, seconds)}
    if seconds < 1:
        change["X-Accel-Expires"] = lambda value: "0"
    return [(name, change[name](value) if name in change else value) for name, value in headers]


def _unkept(start_response):
    """Return ``start_response`` for answers past the store: nobody looks whether one that is stamped went stale meanwhile."""

    def start(status, headers, *error):
        stamped = any(name == "Surrogate-Key" for name, _ in headers)
        return start_response(status, _clipped(headers, 1) if stamped else headers, *error)

    return start


def _for_everyone(environ, address):
    """Return the environ of the request that Django answers for all: the whole page at its one address."""
    path, _, query = address.partition("?")
    asked = {name: value for name, value in environ.items() if name not in ONLY_THIS_READERS}
    return asked | {"REQUEST_METHOD": "GET", "QUERY_STRING": query}


def _store_of(token):
    """Return the Store of the epoch of ``token``, a Token or None, where there is one by now; else None."""
    path = token and store.place(release(), token.epoch)
    return store.store_at(path) if path and path.exists() else None


def _by_tls(environ):
    forwarded = environ.get("HTTP_X_FORWARDED_PROTO") == "https"
    return environ["wsgi.url_scheme"] == "https" or (
        forwarded and environ.get("REMOTE_ADDR") in settings.TRUSTED_PROXIES
    )


def _without_body(response):
    if hasattr(response, "close"):
        response.close()
    return [b""]


def _busy(start_response):
    metrics.count("answers_busy")
    body = b"Too many people are asking for new pages; please try again in a moment.\n"
    headers = [("Content-Type", "text/plain; charset=utf-8"), ("Content-Length", str(len(body)))]
    start_response("503 Service Unavailable", [*headers, ("Retry-After", "2"), ("Cache-Control", PRIVATE)])
    return [body]
