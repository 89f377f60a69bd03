"""The log as people and as machines read it, ids of requests, and what goes to Sentry and what does not."""

import gzip
import http.server
import json
import logging
import os
import subprocess
import sys
import threading
import zlib

import brotli
import pytest
from django.core.handlers.wsgi import WSGIHandler

import delivery
from articles import workflow
from delivery import store
from delivery.follower import Refiller
from delivery.front import Front
from newsroom import logs
from tests.delivery.conftest import ask
from tests.delivery.running import ROOT
from tests.factories import make_chief, make_published
from tests.test_settings import PRODUCTION, manage


def json_line(**more):
    record = logging.makeLogRecord({"name": "delivery.front", "levelname": "WARNING", "msg": "Page %s", "args": ("/ї/",), **more})  # fmt: skip
    return json.loads(logs.JSON().format(record))


def test_a_line_for_machines_is_one_object():
    told = json_line()
    assert told.keys() == {"time", "level", "logger", "message", "process"}
    assert (told["level"], told["logger"], told["message"]) == ("WARNING", "delivery.front", "Page /ї/")
    token = logs.request_id.set("abc12345")
    try:
        raise ValueError("broken\nin two lines")
    except ValueError:
        told = json_line(exc_info=sys.exc_info(), facts={"status": 500})
    finally:
        logs.request_id.reset(token)
    assert (told["request"], told["status"]) == ("abc12345", 500)
    assert told["traceback"].endswith("ValueError: broken\nin two lines")
    assert logs.Line("%(message)s").format(logging.makeLogRecord({"msg": "plain"})) == "plain"


@pytest.fixture
def lines():
    """The lines for machines that the requests of a test leave."""
    said = []
    handler = logging.Handler()
    handler.setFormatter(logs.JSON())
    handler.emit = lambda record: said.append(json.loads(handler.format(record)))
    logs.log.addHandler(handler)
    level, logs.log.level = logs.log.level, logging.INFO
    logs.log.manager._clear_cache()
    yield said
    logs.log.removeHandler(handler)
    logs.log.level = level
    logs.log.manager._clear_cache()


def test_each_request_has_an_id_that_the_desk_sees_and_readers_do_not(client, db, settings, lines):
    story = make_published().get_absolute_url()
    assert (
        logs.HEADER
        not in client.get(story, {"q": "secret words"}, HTTP_X_REQUEST_ID="said-by-a-stranger").headers
    )
    desk = client.get("/admin/login/", HTTP_X_REQUEST_ID="said-by-a-stranger").headers[logs.HEADER]
    settings.TRUSTED_PROXIES = ["127.0.0.1"]
    proxied = client.get("/admin/login/", HTTP_X_REQUEST_ID="0123456789abcdef").headers[logs.HEADER]
    client.get("/admin/login/", HTTP_X_REQUEST_ID="bad\nid")
    assert proxied == "0123456789abcdef" and desk != "said-by-a-stranger"
    assert [(line["method"], line["path"], line["status"]) for line in lines] == [
        ("GET", story, 200), *[("GET", "/admin/login/", 200)] * 3,
    ]  # fmt: skip
    assert [line["request"] for line in lines][1:3] == [desk, proxied]
    assert len({line["request"] for line in lines}) == 4
    assert "secret" not in json.dumps(lines) and "bad" not in json.dumps(lines)
    assert all(0 < line["milliseconds"] < 60_000 for line in lines)


@pytest.fixture
def own_pages(settings, tmp_path):
    settings.DATA_DIR = tmp_path
    yield
    store.store_at.cache_clear()


def test_what_is_gone_is_no_warning_and_what_is_missing_is(transactional_db, own_pages, client, caplog):
    """Neither where a reader asks nor where the worker makes the note ahead, as it does after each change of the site."""
    clara = make_chief()
    article = make_published(by=clara)
    address = article.get_absolute_url()
    workflow.withdraw(article, by=clara, kind="error", note="We were wrong.")
    front = Front(WSGIHandler())
    refiller = Refiller(threading.Event(), front)
    assert ask(front, address).status == client.get(address).status_code == 410
    delivery.purge([article.page_key])
    assert refiller.refill() == [address]
    assert client.get("/nowhere/").status_code == 404
    assert [record.getMessage() for record in caplog.records] == ["Not Found: /nowhere/"]


def test_the_whole_log_is_written_as_the_setting_says(tmp_path):
    code = "import logging; logging.getLogger('x').warning('told')"
    done = manage("shell", "-v0", "-c", code, data_dir=tmp_path, **PRODUCTION, LOG_FORMAT="json")
    assert [json.loads(line)["message"] for line in done.stderr.splitlines()] == ["told"], done.stderr
    done = manage("shell", "-v0", "-c", code, data_dir=tmp_path, **PRODUCTION)
    assert done.stderr.endswith(" WARNING x told\n")
    done = manage("check", data_dir=tmp_path, **PRODUCTION, LOG_FORMAT="xml")
    assert "LOG_FORMAT is 'xml': write line or json." in done.stderr


class Sentry(http.server.BaseHTTPRequestHandler):
    """Takes what is sent, as Sentry does."""

    received = []

    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        read = {"gzip": gzip.decompress, "deflate": zlib.decompress, "br": brotli.decompress}
        self.received.append(read.get(self.headers.get("Content-Encoding"), bytes)(body))
        self.send_response(200)
        self.end_headers()
        self.wfile.write(b"{}")

    def log_message(self, *words):
        pass


BREAK = """
import django; django.setup()
from django.test import Client
from django.urls import path
from newsroom import urls
def broken(request):
    password = "never told"
    raise ValueError("It broke.")
urls.urlpatterns.insert(0, path("broken", broken))
try:
    Client(HTTP_HOST="news.example").post("/broken", {"typed": "never sent"}, secure=True)
except ValueError:
    pass
import sentry_sdk; sentry_sdk.flush(5)
"""


def test_an_error_goes_to_sentry_without_what_was_typed_and_nothing_goes_where_none_is_named(tmp_path):
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Sentry)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    kept = {
        "PATH": os.environ["PATH"],
        "DATA_DIR": str(tmp_path),
        "DJANGO_SETTINGS_MODULE": "newsroom.settings",
    }
    try:
        for dsn in ("", f"http://key@127.0.0.1:{server.server_port}/1"):
            assert Sentry.received == []
            subprocess.run(
                [sys.executable, "-c", BREAK], cwd=ROOT, env={**kept, **PRODUCTION, "SENTRY_DSN": dsn},
                check=True, capture_output=True, timeout=60,
            )  # fmt: skip
    finally:
        server.shutdown()
    sent = b"\n".join(Sentry.received)
    assert b"ValueError" in sent and b"It broke." in sent
    assert b"never" not in sent
