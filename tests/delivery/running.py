"""A newsroom of real processes: web and worker of the Procfile, as many nodes as a test asks for, one database."""

import atexit
import contextlib
import functools
import hashlib
import http.client
import json
import os
import random
import secrets
import shlex
import shutil
import signal
import socket
import sqlite3
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path
from urllib.parse import urlsplit

import psycopg

from tests.processes import free_port

ROOT = Path(__file__).resolve().parent.parent.parent
ON_POSTGRES = os.environ.get("DATABASE_URL", "").startswith("postgres")
NODES = 2 if ON_POSTGRES else 1  # SQLite is one machine's
LIMIT = 60  # seconds for anything to come up
STORIES = """
import django
django.setup()
from tests.factories import *
clara = make_chief()
for number in range({count}):
    make_published(by=clara, headline=f"Story number {{number}}")
"""
PUBLISH = """
import json, sys
import django
django.setup()
from articles import workflow, revisions
from articles.models import Article
from tests.factories import make_chief
clara = make_chief()
for line in sys.stdin:
    wanted = json.loads(line)
    article = Article.objects.get(pk=wanted["id"])
    content = {**article.latest_revision.content, "headline": wanted["headline"]}
    workflow.publish(workflow.save(article, content, by=clara, base=article.version), by=clara)
    print("published", flush=True)
"""


@contextlib.contextmanager
def own_database(folder):
    """Yield the address of an empty database: on the server of DATABASE_URL where it names one, else SQLite."""
    url = os.environ.get("DATABASE_URL", "")
    if not url.startswith("postgres"):
        yield f"sqlite:///{folder}/site.sqlite3"
        return
    server, name = url[: url.rindex("/")], f"running_{secrets.token_hex(6)}"
    with psycopg.connect(f"{server}/postgres", autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}")
    yield f"{server}/{name}"
    with psycopg.connect(
        f"{server}/postgres", autocommit=True
    ) as connection:  # a test may have killed the server
        connection.execute(f"DROP DATABASE {name} WITH (FORCE)")


def wait_until(true, what, limit=LIMIT):
    """Return the first value of ``true()`` that is true; fail with ``what`` after ``limit`` seconds."""
    until = time.monotonic() + limit
    while time.monotonic() < until:
        with contextlib.suppress(OSError, http.client.HTTPException):
            if value := true():
                return value
        time.sleep(0.02)
    raise AssertionError(f"Waited {limit} s in vain: {what}")


def get(port, path, host=None, **headers):
    """Return (status, headers by lower-case name, body) of one request to 127.0.0.1."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=15)
    try:
        headers = {name.replace("_", "-"): value for name, value in headers.items()}
        connection.request("GET", path, headers={"Host": host or f"127.0.0.1:{port}", **headers})
        answer = connection.getresponse()
        return answer.status, {name.lower(): value for name, value in answer.getheaders()}, answer.read()
    finally:
        connection.close()


@functools.cache
def static_files():
    """Return a folder with all static files, collected once a run: compressing them takes longer than all else."""
    folder = Path(tempfile.mkdtemp(prefix="newsroom-static-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    node = Node(folder, f"sqlite:///{folder}/none.sqlite3", "http://127.0.0.1:1")
    node.manage("collectstatic", "-v0", "--noinput")
    return folder / "static"


class Node:
    """One machine: a DATA_DIR, and the processes of the Procfile on it. ``url``: SITE_URL."""

    def __init__(self, folder, database, url, port=None):
        self.folder, self.port, self.stream_port = Path(folder), port or free_port(), free_port()
        self.host = urlsplit(url).netloc
        kept = {name: value for name, value in os.environ.items() if name not in {"DEBUG", "DATABASE_URL"}}
        self.environment = {
            **kept, "DATABASE_URL": database, "DATA_DIR": str(folder), "SITE_URL": url, "SECRET_KEY": "only-for-tests",
            "ALLOWED_HOSTS": "127.0.0.1", "SITE_NAME": "The Test Courier", "DJANGO_SETTINGS_MODULE": "newsroom.settings",
            "TRUSTED_PROXIES": "", "PORT": str(self.port), "PYTHONPATH": str(ROOT),
        }  # fmt: skip
        self.running = {}

    def run(self, *command):
        """Run a command of this node to its end; return what it printed."""
        done = subprocess.run(command, cwd=ROOT, env=self.environment, capture_output=True, text=True)
        assert done.returncode == 0, done.stderr
        return done.stdout

    def manage(self, *arguments):
        return self.run(sys.executable, "manage.py", *arguments)

    def start(self, name):
        """Start the process that the Procfile calls ``name``; its output goes to a file beside the data."""
        lines = dict(line.split(": ", 1) for line in (ROOT / "Procfile").read_text().splitlines())
        line = (
            lines[name]
            .removeprefix("exec ")
            .replace("$PORT", str(self.stream_port if name == "stream" else self.port))
            .replace(".venv/bin/", f"{Path(sys.executable).parent}/")
        )
        output = (self.folder / f"{name}.log").open("ab")
        self.running[name] = subprocess.Popen(
            shlex.split(line),
            cwd=ROOT,
            env=self.environment,
            stdout=output,
            stderr=output,
            start_new_session=True,
        )
        ready = {
            "web": lambda: self.get("/healthz")[0] == 200,
            "worker": lambda: (self.folder / "pages" / "token").exists(),
            "stream": lambda: not socket.create_connection(("127.0.0.1", self.stream_port), 1).close(),
        }
        wait_until(ready[name], f"{name} of {self.folder}")

    def stop(self, name, sign=signal.SIGTERM):
        """End a process and those it started; return its exit status."""
        process = self.running.pop(name)
        os.killpg(process.pid, sign) if sign == signal.SIGKILL else process.send_signal(sign)
        return process.wait(20)

    def get(self, path, **headers):
        return get(self.port, path, self.host, **headers)


@contextlib.contextmanager
def newsroom(folder, nodes=1, stories=3, url=None, start=("web", "worker"), **settings):
    """
    Yield the Nodes of a site with ``stories`` stories, number 0 and up; everything is stopped at the end.

    settings: more of the environment of all.
    """
    with own_database(folder) as database:
        first = Node(folder / "a", database, url or "http://127.0.0.1:1")
        if url is None:  # its own address
            first = Node(folder / "a", database, f"http://127.0.0.1:{first.port}", first.port)
        all_nodes = [first]
        for name in "bcd"[: nodes - 1]:
            all_nodes.append(Node(folder / name, database, f"http://{first.host}"))
        for node in all_nodes:
            node.folder.mkdir(exist_ok=True)
            node.environment.update(settings)
        first.manage("migrate", "-v0")
        first.run(sys.executable, "-c", STORIES.format(count=stories))
        for node in all_nodes:
            shutil.copytree(static_files(), node.folder / "static")
        try:
            for node in all_nodes:
                for name in start:
                    node.start(name)
            yield all_nodes
        finally:
            for node in all_nodes:
                for name in list(node.running):
                    with contextlib.suppress(ProcessLookupError):
                        node.stop(name, signal.SIGKILL)


class Editor:
    """A process of ``node`` that publishes, one headline after the other, as any process of the site would."""

    def __init__(self, node):
        self.process = subprocess.Popen(
            [sys.executable, "-c", PUBLISH],
            cwd=ROOT, env=node.environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
        )  # fmt: skip

    def publish(self, pk, headline):
        """Return when the new headline was committed, in seconds of the monotonic clock."""
        self.process.stdin.write(json.dumps({"id": pk, "headline": headline}) + "\n")
        self.process.stdin.flush()
        assert self.process.stdout.readline() == "published\n"
        return time.monotonic()

    def close(self):
        self.process.stdin.close()
        self.process.wait(20)
        self.process.stdout.close()


class Desk:
    """The process of tests/delivery/desk_at_work.py on a node."""

    def __init__(self, node):
        self.process = subprocess.Popen(
            [sys.executable, "-m", "tests.delivery.desk_at_work"],
            cwd=ROOT, env=node.environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
        )  # fmt: skip
        self.acts = self.hear()["acts"]

    def furnish(self):
        self.say(furnish=True)
        self.hear()

    def hear(self):
        line = self.process.stdout.readline()
        assert line, "The desk's process ended; what it said is above."
        return json.loads(line)

    def say(self, **words):
        self.process.stdin.write(json.dumps(words) + "\n")
        self.process.stdin.flush()

    def show(self, addresses):
        """Return {address: (status, digest)} as Django makes the pages now."""
        self.say(show=sorted(addresses))
        return {address: tuple(page) for address, page in self.hear()["pages"].items()}

    def close(self):
        self.process.stdin.close()
        self.process.wait(20)
        self.process.stdout.close()


def story_path(number):
    """Return the address of the story that `newsroom` made as ``number``."""
    return f"/politics/story-number-{number}-{number + 1}/"


def children(process):
    """Return the process numbers of what ``process`` started."""
    with open(f"/proc/{process.pid}/task/{process.pid}/children") as file:
        return [int(number) for number in file.read().split()]


class Readers:
    """
    Threads that ask all nodes for ``addresses``, which may be changed meanwhile, until the block ends.

    statuses: {status: how often}. cut: how many connections ended without an answer. wrong: the first answers other
    than 200, as (time of day, node, address, status). pause: seconds between two requests of a thread.
    """

    def __init__(self, nodes, addresses, threads=2, pause=0.005):
        self.nodes, self.addresses, self.pause = nodes, addresses, pause
        self.over, self.lock = threading.Event(), threading.Lock()
        self.statuses, self.cut, self.wrong = {}, 0, []
        self.threads = [threading.Thread(target=self._read, args=[random.Random(n)]) for n in range(threads)]

    def __enter__(self):
        for thread in self.threads:
            thread.start()
        return self

    def __exit__(self, *error):
        self.over.set()
        for thread in self.threads:
            thread.join()

    def _read(self, chance):
        while not self.over.wait(self.pause):
            node, address = chance.choice(self.nodes), chance.choice(self.addresses)
            try:
                status = node.get(address)[0]
            except (OSError, http.client.HTTPException):
                status = None
            with self.lock:
                self._count(node, address, status)

    def _count(self, node, address, status):
        if status is None:
            self.cut += 1
            return
        self.statuses[status] = self.statuses.get(status, 0) + 1
        if status != 200 and len(self.wrong) < 9:
            self.wrong.append((time.strftime("%X"), node.folder.name, address, status))

    def told(self):
        return (
            f"{sum(self.statuses.values())} answers {self.statuses}, {self.cut} connections cut {self.wrong}"
        )


def stored_addresses(node):
    """Return the addresses of all pages that the node has stored."""
    found = set()
    for index in (node.folder / "pages").glob("*-*/index.sqlite3"):
        with contextlib.closing(sqlite3.connect(index)) as connection:
            found |= {row[0] for row in connection.execute("SELECT address FROM page WHERE stored > 0 AND ticket IS NOT NULL")}  # fmt: skip
    return found


def digest(headers, body):
    """Return what tells two answers of one status apart: the text, or where one is sent instead."""
    return hashlib.sha256(headers.get("location", "").encode() + body).hexdigest()


def stale_pages(nodes, desk):
    """Return (how many stored pages were compared, those that are not what Django makes now, by node)."""
    count, stale = 0, {}
    for name, node in zip("ab", nodes, strict=False):
        addresses = stored_addresses(node)
        answered = {}
        for address in addresses:
            status, headers, body = node.get(address)
            answered[address] = status, digest(headers, body)
        fresh = desk.show(addresses)
        count += len(addresses)
        stale |= {(name, address): page for address, page in answered.items() if page != fresh[address]}
    return count, stale
