"""deploy/varnish.vcl in a real Varnish before a real newsroom: what it keeps, what takes it out, what stands in."""

import http.client
import os
import shutil
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from tests.browser import apt_install
from tests.delivery.receiving import receiver
from tests.delivery.running import ROOT, Editor, get, newsroom, wait_until
from tests.processes import free_port

pytestmark = pytest.mark.slow
MISSING = (
    "No Varnish with vmod_xkey here: deploy/varnish.vcl can't be tried. "
    "Install both (Debian: apt install varnish varnish-modules)."
)
STORY, OTHER = "/politics/story-number-0-1/", "/politics/story-number-1-2/"


def find_varnish():
    """Return the path of varnishd, where its xkey is there too; both are installed where root may."""
    known = "/usr/sbin:/usr/local/sbin:" + os.environ["PATH"]

    def there():
        has_xkey = any(Path("/usr").glob("lib/**/vmods/libvmod_xkey.so"))
        return shutil.which("varnishd", path=known) if has_xkey else None

    return there() or (apt_install("varnish", "varnish-modules") and there()) or None


class Varnish:
    """Varnish with the file of deploy/, its places changed to ours."""

    def __init__(self, program, folder, port, node):
        text = (ROOT / "deploy" / "varnish.vcl").read_text()
        for old, new in {
            '.port = "8000"': f'.port = "{node.port}"',
            '"Host: news.example"': f'"Host: {node.host}"',
        }.items():
            assert text.count(old) == 1, old
            text = text.replace(old, new)
        (folder / "newsroom.vcl").write_text(text)
        self.port = port
        self.process = subprocess.Popen(
            [program, "-F", "-j", "none", "-n", folder / "varnish", "-f", folder / "newsroom.vcl"]
            + ["-a", f"127.0.0.1:{port}", "-s", "malloc,64m", "-T", "none"],
            stdout=(folder / "varnish.log").open("wb"),
            stderr=subprocess.STDOUT,
        )

    def get(self, path, **headers):
        return get(self.port, path, **headers)

    def forward(self, request):
        """Hand a purge that came to the gate on: what the worker reaches can be down while readers are answered."""
        try:
            status, said = self.ask(request.method, request.path, xkey=request.headers["xkey"])
        except OSError:  # not up yet
            status, said = 502, "Nobody there"
        return status, {}, said.encode()

    def ask(self, method, path, source="127.0.0.1", **headers):
        connection = http.client.HTTPConnection(
            "127.0.0.1", self.port, timeout=15, source_address=(source, 0)
        )
        connection.request(method, path, headers=headers)
        answer = connection.getresponse()
        found = answer.status, answer.reason
        connection.close()
        return found


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    """(Varnish, the node behind it). SITE_URL is Varnish's address."""
    program = find_varnish()
    if not program:
        pytest.skip(MISSING)
    folder, port = tmp_path_factory.mktemp("varnish"), free_port()
    address = f"http://127.0.0.1:{port}"
    with receiver() as gate, newsroom(folder, url=address, VARNISH_URLS=gate.address) as [node]:
        varnish = Varnish(program, folder, port, node)
        varnish.gate, gate.answers = gate, varnish.forward
        wait_until(lambda: varnish.get("/healthz")[0] == 200, (folder / "varnish.log").read_text())
        wait_until(lambda: not waiting(node, twice=True), "the worker's first words")
        yield varnish, node
        varnish.process.terminate()
        varnish.process.wait(10)


@pytest.fixture(autouse=True)
def quiet(site):
    """What the test before had purged is told twice before the next begins."""
    varnish, node = site
    wait_until(lambda: not waiting(node, twice=True), "every word, twice")


def waiting(node, twice=False):
    """How many errands were not told once, or twice."""
    wanted = "Errand.objects.waiting()" if twice else "Errand.objects.waiting().filter(again=True)"
    code = f"import django; django.setup(); from delivery.models import Errand; print({wanted}.count())"
    return int(node.run(sys.executable, "-c", code))


def is_kept(varnish, node, path):
    """Whether Varnish answers ``path`` by itself, the site being stopped in its tracks."""
    process = node.running["web"]
    os.killpg(process.pid, signal.SIGSTOP)
    try:
        connection = http.client.HTTPConnection("127.0.0.1", varnish.port, timeout=2)
        connection.request("GET", path)
        return connection.getresponse().status == 200
    except TimeoutError:
        return False
    finally:
        os.killpg(process.pid, signal.SIGCONT)
        wait_until(lambda: node.get("/healthz")[0] == 200, "web going on")


def test_a_page_comes_as_the_site_made_it_without_what_is_for_caches(site):
    varnish, node = site
    for accepted in ("", "gzip"):
        status, headers, body = varnish.get(STORY, accept_encoding=accepted)
        there = node.get(STORY, accept_encoding=accepted)
        assert (status, body) == (200, there[2])
        assert headers["cache-control"] == "public, max-age=5"
        assert there[1]["cache-control"] == "public, max-age=5, s-maxage=3600, stale-if-error=86400"
        gone = {"surrogate-key", "cache-tag", "x-accel-expires", "xkey", "age", "via", "x-varnish"}
        assert gone & headers.keys() == set()
        assert headers["vary"] == "Accept-Encoding"
        assert varnish.get(STORY, accept_encoding=accepted, if_none_match=headers["etag"])[0] == 304
    assert is_kept(varnish, node, STORY)
    assert is_kept(varnish, node, f"{STORY}?utm_source=mail&fbclid=1")


def test_a_change_takes_out_the_pages_that_show_it_and_no_other(site):
    varnish, node = site
    editor, taken = Editor(node), []
    try:
        for number in range(10):
            varnish.get(STORY), varnish.get("/"), varnish.get(OTHER)
            headline = f"Changed {number}"
            committed = editor.publish(1, headline)
            for path in (STORY, "/"):
                wait_until(lambda: headline.encode() in varnish.get(path)[2], headline, limit=5)  # noqa: B023
            taken.append(time.monotonic() - committed)
            assert is_kept(varnish, node, OTHER)
    finally:
        editor.close()
    print("seconds from commit to Varnish:", sorted(round(each, 2) for each in taken))
    assert max(taken) < 2, taken


def test_only_our_own_machines_purge_and_only_by_key(site):
    varnish, node = site
    assert varnish.ask("PURGE", "/") == (403, "Forbidden")
    varnish.get(OTHER)
    status, said = varnish.ask("PURGE", "/", xkey="article:2")
    assert (status, said.split()[0], int(said.split()[1]) >= 1) == (200, "Purged", True)
    assert not is_kept(varnish, node, OTHER)
    assert varnish.ask("PURGE", "/", xkey="article:999") == (200, "Purged 0")
    assert varnish.ask("PURGE", "/", source="127.0.0.9", xkey="article:999") == (403, "Forbidden")


def test_the_command_takes_out_one_page_by_its_address(site):
    varnish, node = site
    varnish.get(STORY), varnish.get(OTHER)
    assert is_kept(varnish, node, STORY)
    node.manage("purge", STORY)
    wait_until(lambda: not waiting(node), "the worker")
    assert (is_kept(varnish, node, STORY), is_kept(varnish, node, OTHER)) == (False, True)
    node.manage("purge", "--all")
    wait_until(lambda: not waiting(node), "the worker")
    assert not is_kept(varnish, node, OTHER)


def test_missing_pages_the_desk_and_cookies_pass(site):
    varnish, node = site
    for path, status in (("/nowhere/", 404), ("/admin/login/", 200)):
        answers = [varnish.get(path) for _ in range(2)]
        assert [answer[0] for answer in answers] == [status] * 2
        assert {"private", "no-store"} <= set(answers[0][1]["cache-control"].split(", "))
        assert not is_kept(varnish, node, path)
    varnish.get(OTHER)
    assert varnish.get(OTHER, cookie="sessionid=abc")[2] == varnish.get(OTHER)[2]


def test_while_the_site_is_down_readers_get_the_last_copy_and_never_what_was_taken_out(site):
    varnish, node = site
    before = {path: varnish.get(path)[2] for path in (STORY, OTHER, "/")}
    varnish.ask("PURGE", "/", xkey="article:2")
    for path in (STORY, "/"):
        varnish.get(path)
    node.stop("web", signal.SIGKILL)
    try:
        assert varnish.get(STORY)[::2] == (200, before[STORY])
        assert varnish.get(OTHER)[0] == 503
    finally:
        node.start("web")
    wait_until(lambda: varnish.get(OTHER)[0] == 200, "the site back again", limit=10)


def test_a_purge_address_that_is_down_for_a_minute_leaves_nothing_stale_once_it_is_back(site):
    varnish, node = site
    editor, statuses, over = Editor(node), [], threading.Event()
    pages = ["/", "/politics/", STORY, OTHER, "/feeds/all.rss"]

    def read():
        while not over.wait(0.05):
            statuses.extend(varnish.get(path)[0] for path in pages)

    reader = threading.Thread(target=read)
    reader.start()
    try:
        varnish.gate.answers = lambda request: (503, {}, b"down")
        until = time.monotonic() + 60
        for number in range(12):
            editor.publish(1 + number % 2, f"Written while it is down, {number}")
            time.sleep(5)
        assert time.monotonic() >= until
        assert b"Written while it is down, 11" not in varnish.get(OTHER)[2]  # or nothing was tried here
        varnish.gate.answers = varnish.forward
        back = time.monotonic()
        for path in pages:
            wait_until(lambda: varnish.get(path)[2] == node.get(path)[2], path, limit=40)  # noqa: B023
        print(f"seconds until all is fresh: {time.monotonic() - back:.1f}; {len(statuses)} answers meanwhile")
        wait_until(lambda: not waiting(node, twice=True), "every word, twice", limit=60)
        assert [path for path in pages if varnish.get(path)[2] != node.get(path)[2]] == []
    finally:
        over.set()
        reader.join()
        editor.close()
    assert set(statuses) == {200} and len(statuses) > 500


def test_a_varnish_that_was_down_is_told_when_it_is_back(site, tmp_path):
    """Its copies outlive the break: it only can't be reached for a while."""
    varnish, node = site
    editor = Editor(node)
    try:
        varnish.get(STORY)
        varnish.process.send_signal(signal.SIGSTOP)
        children = subprocess.run(
            ["pgrep", "-P", str(varnish.process.pid)], capture_output=True, text=True
        ).stdout
        for child in children.split():
            os.kill(int(child), signal.SIGSTOP)
        editor.publish(1, "Told too late")
        time.sleep(4)
        for child in children.split():
            os.kill(int(child), signal.SIGCONT)
        varnish.process.send_signal(signal.SIGCONT)
        wait_until(lambda: b"Told too late" in varnish.get(STORY)[2], "the change", limit=20)
    finally:
        editor.close()
