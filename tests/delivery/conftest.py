"""A node of its own for each test: a folder of pages, and the front that a web process runs."""

import io
from dataclasses import dataclass

import pytest
from django.core.handlers.wsgi import WSGIHandler

from delivery import store
from delivery.front import Front

HOST = "testserver"  # as SITE_URL has it


@dataclass
class Answer:
    """What a server sent: status (a number), headers by lower-case name, body."""

    status: int
    headers: dict
    body: bytes

    @property
    def text(self):
        return self.body.decode()


def ask(application, path, query="", method="GET", host=HOST, **headers):
    """Ask a WSGI application for ``path``, decoded; headers: Accept_Encoding="br" and so on. Return the Answer."""
    environ = {
        "REQUEST_METHOD": method,
        "SCRIPT_NAME": "",
        "PATH_INFO": path,
        "QUERY_STRING": query,
        "SERVER_NAME": host,
        "SERVER_PORT": "80",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "REMOTE_ADDR": "127.0.0.1",
        "HTTP_HOST": host,
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": "http",
        "wsgi.input": io.BytesIO(),
        "wsgi.errors": io.StringIO(),
        "wsgi.multithread": True,
        "wsgi.multiprocess": True,
        "wsgi.run_once": False,
    } | {f"HTTP_{name.upper()}": value for name, value in headers.items()}
    said = []
    chunks = application(environ, lambda status, pairs, error=None: said.append((status, pairs)))
    try:
        body = b"".join(chunks)
    finally:
        if hasattr(chunks, "close"):
            chunks.close()
    status, pairs = said[-1]
    return Answer(int(status[:3]), {name.lower(): value for name, value in pairs}, body)


class Counting:
    """Django, and the addresses that it was asked for."""

    def __init__(self):
        self.django = WSGIHandler()
        self.asked = []

    def __call__(self, environ, start_response):
        query = environ["QUERY_STRING"]
        self.asked.append(environ["PATH_INFO"] + (f"?{query}" if query else ""))
        return self.django(environ, start_response)


@pytest.fixture
def data_dir(settings, tmp_path):
    """A DATA_DIR of this test's own."""
    settings.DATA_DIR = tmp_path
    yield tmp_path
    store.store_at.cache_clear()


@pytest.fixture
def django():
    return Counting()


@pytest.fixture
def front(transactional_db, data_dir, django):
    """The web process of a node, called as a server would call it; ``django.asked`` says what it did not know."""
    return Front(django, passes=["/admin/", "/readyz"], at_once=["/healthz"])
