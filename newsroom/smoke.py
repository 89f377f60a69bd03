"""
Whether this code runs on this database at all: asks for a handful of pages as readers and the desk do.

Each page is made anew; nothing is stored and nothing is written.
"""

import contextlib
import socket
import subprocess
import sys
import time
from http.client import HTTPConnection
from urllib.parse import urlsplit

from django.conf import settings
from django.test import Client
from django.urls import reverse

from articles.models import Article

SECONDS = 60.0  # until the server answers


def wrong():
    """Return what does not work, as sentences; [] where all does."""
    return [*filter(None, map(_wrong_with_page, addresses())), *_wrong_with_server()]


def addresses():
    """Return what is asked for: the pages everybody opens, and the newest story with what it belongs to."""
    found = [
        "/",
        reverse("corrections"),
        reverse("feeds"),
        reverse("sitemap"),
        reverse("robots"),
        reverse("admin:login"),
    ]
    story = Article.objects.published().newest_first().first()
    if story:
        found += [story.get_absolute_url(), story.section.get_absolute_url()]
    return found


def _wrong_with_page(address):
    site = urlsplit(settings.SITE_URL)
    client = Client(raise_request_exception=False, HTTP_HOST=site.netloc)
    try:
        status = client.get(address, secure=site.scheme == "https").status_code
    except Exception as error:  # the page for errors breaks as well
        return f"{address} breaks: {error}."
    return "" if status == 200 else f"{address} answers {status}."


def _wrong_with_server():
    """Start the web server on a free port and ask whether it lives."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-m", "newsroom.web", "--port", str(port), "--processes", "1"]
    server = subprocess.Popen(
        command, cwd=settings.BASE_DIR, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        until = time.monotonic() + SECONDS
        while time.monotonic() < until and server.poll() is None:
            with contextlib.suppress(OSError):
                connection = HTTPConnection("127.0.0.1", port, timeout=5)
                connection.request("GET", "/healthz", headers={"Host": urlsplit(settings.SITE_URL).netloc})
                if connection.getresponse().status == 200:
                    return []
            time.sleep(0.1)
        return ["The web server does not start; `.venv/bin/python -m newsroom.web` says why."]
    finally:
        server.terminate()
        with contextlib.suppress(subprocess.TimeoutExpired):
            server.wait(20)
        server.kill()
