"""deploy/nginx.conf in a real nginx before a real newsroom: what it keeps, for how long, and when the site is down."""

import http.client
import os
import re
import shutil
import signal
import statistics
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from tests.browser import apt_install
from tests.delivery.running import ROOT, Editor, get, newsroom, wait_until
from tests.postgres import CARELESS, own_server
from tests.processes import free_port

pytestmark = pytest.mark.slow
MISSING = "No nginx here: deploy/nginx.conf can't be tried. Install it (Debian: apt install nginx)."
STORY = "/politics/story-number-0-1/"


def find_nginx():
    """Return the path of nginx, installed where root may; a user's PATH often lacks the folder it is in."""
    known = "/usr/sbin:/usr/local/sbin:" + os.environ["PATH"]
    return shutil.which("nginx", path=known) or (apt_install("nginx") and shutil.which("nginx", path=known))


class Nginx:
    """nginx with the file of deploy/, its places changed to ours. data: another folder than that of the node."""

    def __init__(self, program, folder, port, node, data=None):
        text = (ROOT / "deploy" / "nginx.conf").read_text()
        for old, new in {
            "127.0.0.1:8000": f"127.0.0.1:{node.port}",
            "127.0.0.1:8001": f"127.0.0.1:{node.stream_port}",
            "/var/cache/nginx/newsroom": str(folder / "cache"),
            "listen 80;": f"listen 127.0.0.1:{port};",
            "/srv/newsroom/var": str(data or node.folder),
        }.items():
            assert text.count(old) == 1, old
            text = text.replace(old, new)
        (folder / "newsroom.conf").write_text(text)
        main = folder / "nginx.conf"
        main.write_text(
            f"daemon off; pid {folder}/pid; error_log {folder}/error.log; worker_processes 1;\n"
            + ("user root;\n" if os.geteuid() == 0 else "")
            + "events { worker_connections 768; }\n"  # as on Debian
            + f"http {{ include /etc/nginx/mime.types; access_log off; include {folder}/newsroom.conf; }}\n"
        )
        self.port = port
        self.process = subprocess.Popen([program, "-e", folder / "error.log", "-p", folder, "-c", main])

    def get(self, path, **headers):
        return get(self.port, path, **headers)


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    """(nginx, the node behind it). SITE_URL is nginx's address."""
    program = find_nginx()
    if not program:
        pytest.skip(MISSING)
    folder, port = tmp_path_factory.mktemp("nginx"), free_port()
    with newsroom(folder, url=f"http://127.0.0.1:{port}") as [node]:
        nginx = Nginx(program, folder, port, node)
        wait_until(lambda: nginx.get("/healthz")[0] == 200, "nginx")
        yield nginx, node
        nginx.process.terminate()
        nginx.process.wait(10)


def kept(headers):
    """The headers that a page has at ``web`` too; those of the connection and for nginx itself left out."""
    return {name: value for name, value in headers.items() if name not in {"server", "date", "connection", "x-accel-expires"}}  # fmt: skip


def test_a_page_comes_as_the_site_made_it(site):
    nginx, node = site
    for accepted in ("", "gzip", "gzip, br", "br;q=0, gzip"):
        asked = {"accept_encoding": accepted}
        status, headers, body = nginx.get(STORY, **asked)
        there = node.get(STORY, **asked)
        assert (status, kept(headers), body) == (200, kept(there[1]), there[2])
        assert "x-accel-expires" not in headers
        assert nginx.get(STORY, if_none_match=headers["etag"], **asked)[0] == 304
    assert nginx.get("/politics/wrong-1/")[1]["location"] == STORY
    assert nginx.get("/nowhere/")[0] == 404


MANY = """
import django
django.setup()
from articles.revisions import reference
from tests.factories import *
clara = make_chief()
for number in range(50):
    tags = [reference(make_tag(f"Subject {number} {tag}")) for tag in range(8)]
    make_published(by=clara, headline=f"Tagged story {number}", tags=tags)
"""


def test_a_feed_with_hundreds_of_keys_in_its_head_comes_through(site):
    nginx, node = site
    node.run(sys.executable, "-c", MANY)
    wait_until(lambda: b"Tagged story 49" in node.get("/feeds/all.rss")[2], "the feed")
    status, headers, body = nginx.get("/feeds/all.rss")
    assert (status, len(headers["surrogate-key"]) + len(headers["cache-tag"]) > 4096) == (200, True)
    assert kept(headers) == kept(node.get("/feeds/all.rss")[1])


def test_what_the_site_does_not_mark_is_not_kept(site):
    nginx, node = site
    login = {
        re.search(rb'csrfmiddlewaretoken" value="(\w+)"', nginx.get("/admin/login/")[2])[1] for _ in range(3)
    }
    assert len(login) == 3
    files = [
        path.read_bytes() for path in (Path(nginx.process.args[4]) / "cache").rglob("*") if path.is_file()
    ]
    assert not any(b"KEY: http" in file and b"/admin/" in file for file in files)


def test_many_who_ask_for_what_is_not_there_do_not_wait_for_each_other(site):
    """nginx lets one ask first; the others would wait for a copy that never comes."""
    nginx, _node = site

    def ask(_number):
        began = time.monotonic()
        return nginx.get("/nowhere/")[0], time.monotonic() - began

    with ThreadPoolExecutor(10) as pool:
        answers = list(pool.map(ask, range(10)))
    assert {status for status, _ in answers} == {404}
    assert statistics.median(took for _, took in answers) < 1.5


def test_a_change_is_seen_within_two_seconds(site):
    nginx, node = site
    editor, taken = Editor(node), []
    try:
        for number in range(10):
            nginx.get(STORY)
            headline = f"Changed {number}"
            committed = editor.publish(1, headline)
            wait_until(lambda: headline.encode() in nginx.get(STORY)[2], headline, limit=5)  # noqa: B023
            taken.append(time.monotonic() - committed)
    finally:
        editor.close()
    assert max(taken) < 2, taken


def test_files_are_answered_from_disk(site):
    nginx, node = site
    page = nginx.get("/")[2].decode()
    style = re.search(r'href="(/static/[^"]+\.css)"', page)[1]
    node.stop("web", signal.SIGKILL)
    try:
        status, headers, body = nginx.get(style, accept_encoding="gzip")
        assert (status, headers["cache-control"], headers["content-encoding"]) == (
            200,
            "public, max-age=31536000, immutable",
            "gzip",
        )
        stem = f"renditions/ab/ab{'0' * 38}"
        folder = node.folder / "media" / "renditions" / "ab"
        folder.mkdir(parents=True)
        (node.folder / "media" / f"{stem}-320.jpg").write_bytes(b"picture")
        (node.folder / "media" / "secret.txt").write_bytes(b"secret")
        status, headers, body = nginx.get(f"/media/{stem}-320.jpg")
        assert (status, headers["content-type"], body) == (200, "image/jpeg", b"picture")
        for path in ("/media/secret.txt", "/media/../newsroom.sqlite3", "/originals/", f"/media/{stem}.ends"):
            assert nginx.get(path)[0] in {404, 502}
        (node.folder / "media" / f"{stem}.ends").write_text("2020-01-01T00:00:00+00:00")
        assert nginx.get(f"/media/{stem}-320.jpg")[0] == 502  # asked of the site, which is down
    finally:
        node.start("web")
    assert nginx.get(f"/media/{stem}-320.jpg")[0] == 404


def test_files_that_nginx_can_not_read_are_asked_of_the_site(site, tmp_path):
    """As of containers, whose volume is not for nginx on the machine around them."""
    nginx, node = site
    beside = Nginx(nginx.process.args[0], tmp_path, free_port(), node, data=tmp_path / "nothing")
    try:
        wait_until(lambda: beside.get("/healthz")[0] == 200, "nginx")
        hashed = re.search(r'href="(/static/[^"]+\.css)"', nginx.get("/")[2].decode())[1]
        plain = re.sub(r"\.[0-9a-f]{12}\.", ".", hashed)
        asked = {"host": node.host, "accept_encoding": "gzip"}
        for path in (hashed, plain):
            status, headers, body = beside.get(path, **asked)
            there = nginx.get(path, **asked)
            assert (status, headers["content-encoding"], body) == (200, "gzip", there[2])
            assert headers["content-type"].startswith("text/css")
            assert headers["x-content-type-options"] == "nosniff"
        assert "immutable" in beside.get(hashed, **asked)[1]["cache-control"]
        assert beside.get("/static/css/nothing.css", **asked)[0] == 404
    finally:
        beside.process.terminate()
        beside.process.wait(10)


def test_while_the_site_is_down_readers_get_what_was_asked_for_before(site):
    nginx, node = site
    visited = ["/", "/politics/", STORY, "/feeds/all.rss"]
    before = {path: nginx.get(path)[::2] for path in visited}
    node.stop("web", signal.SIGKILL)
    time.sleep(1.5)  # longer than anything is fresh
    try:
        assert {path: nginx.get(path)[::2] for path in visited} == before
        assert nginx.get("/politics/story-number-2-3/")[0] == 502  # nobody visited it
    finally:
        node.start("web")
    editor = Editor(node)
    try:
        committed = editor.publish(1, "Back again")
        wait_until(lambda: b"Back again" in nginx.get(STORY)[2], "freshness", limit=5)
        assert time.monotonic() - committed < 2
    finally:
        editor.close()


def test_whoever_tries_passwords_is_slowed_down(site):
    nginx, node = site
    connection = [get_by_post(nginx.port, "/admin/login/") for _ in range(14)]
    assert connection[:5] == [403] * 5 and connection[-1] == 429
    assert nginx.get("/admin/login/")[0] == 200


LIVE = """
import django
django.setup()
from tests.factories import make_ticker
print(make_ticker().pk)
"""


def test_streams_leave_connections_for_pages(site):
    """Somebody opens as many as he gets, first from one address, then from many."""
    nginx, node = site
    live = f"/live/{node.run(sys.executable, '-c', LIVE).strip()}/stream?since=0"
    node.start("stream")
    opened = []

    def open_stream(address):
        connection = http.client.HTTPConnection("127.0.0.1", nginx.port, 15, (address, 0))
        connection.request("GET", live, headers={"Host": node.host})
        opened.append(connection)
        return connection.getresponse().status

    try:
        assert [open_stream("127.0.0.1") for _ in range(22)] == [200] * 20 + [503] * 2
        assert nginx.get(STORY)[0] == 200
        others = [open_stream(f"127.0.0.{number}") for number in range(2, 20) for _ in range(19)]
        assert others == [200] * 230 + [503] * 112
        assert {path: nginx.get(path)[0] for path in (STORY, "/", "/healthz")} == dict.fromkeys(
            (STORY, "/", "/healthz"), 200
        )
        for connection in opened:
            connection.close()
        wait_until(lambda: open_stream("127.0.0.1") == 200, "room for a stream again", 10)
    finally:
        for connection in opened:
            connection.close()
        node.stop("stream")


def get_by_post(port, path):
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=15)
    connection.request("POST", path, body=b"", headers={"Host": f"127.0.0.1:{port}"})
    status = connection.getresponse().status
    connection.close()
    return status


@pytest.mark.on_postgres
def test_readers_are_served_though_site_and_database_are_stopped(tmp_path, monkeypatch):
    """And by a web server that is started while the database is still away; then all is fresh again by itself."""
    program = find_nginx()
    if not program:
        pytest.skip(MISSING)
    port, visited = free_port(), ["/", "/politics/", STORY, "/feeds/all.rss"]
    with own_server([option for option in CARELESS if not option.startswith("synchronous")]) as database:
        monkeypatch.setenv("DATABASE_URL", f"{database.url}/postgres")
        with newsroom(tmp_path, url=f"http://127.0.0.1:{port}") as [node]:
            nginx = Nginx(program, tmp_path, port, node)
            try:
                wait_until(lambda: nginx.get("/healthz")[0] == 200, "nginx")
                before = {path: nginx.get(path)[::2] for path in visited}
                assert {status for status, _ in before.values()} == {200}
                database.kill()
                node.stop("web", signal.SIGKILL)
                node.stop("worker", signal.SIGKILL)
                time.sleep(1.5)  # longer than anything is fresh
                assert {path: nginx.get(path)[::2] for path in visited} == before
                node.start("web")
                time.sleep(1.5)
                assert {
                    path: node.get(path)[::2] for path in visited
                } == before  # from the store, without a database
                assert {path: nginx.get(path)[::2] for path in visited} == before
                assert node.get("/politics/story-number-2-3/")[0] in {500, 503}  # nobody visited it
                database.start()
                node.start("worker")
                wait_until(lambda: node.get("/readyz")[0] == 200, "readiness")
                editor = Editor(node)
                committed = editor.publish(1, "Back again")
                wait_until(lambda: b"Back again" in nginx.get(STORY)[2], "freshness", limit=5)
                took = time.monotonic() - committed
                editor.close()
            finally:
                nginx.process.terminate()
                nginx.process.wait(10)
    print(f"fresh through nginx {took:.2f} s after it was published again")
    assert took < 2
