"""The server killed without a word, again and again, while an editor saves and publishes: what was answered is there."""

import contextlib
import http.client
import json
import os
import random
import re
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path
from urllib.parse import urlencode

import psycopg
import pytest
from django.db import connection

from tests.processes import free_port

ROOT = Path(__file__).resolve().parent.parent
ACTS, DEATHS = 200, 20  # at least; a fast machine acts on until the server died as often
TOKEN = "k" * 32

PREPARE = """
from django.contrib.auth import get_user_model
from django.test import Client
from tests.factories import make_content, make_revision
root = get_user_model().objects.create_superuser("root")
article = make_revision(by=root).article
client = Client(); client.force_login(root)
content = article.latest_revision.content
print(json.dumps({"pk": article.pk, "session": client.cookies["sessionid"].value,
    "section": content["section"]["id"], "author": content["bylines"][0]["author"]["id"]}))
"""
LOOK = """
from accounts.models import AuditEntry
from articles.models import Article, PublishAct, Revision
from delivery.models import Purge
from tests.articles.test_interleavings import half_published
article = Article.objects.select_related("live_revision").get()
acts = list(PublishAct.objects.order_by("id").values_list("revision__number", flat=True))
told = AuditEntry.objects.filter(verb="publish").order_by("id")
print(json.dumps({
    "headlines": dict(Revision.objects.values_list("number", "content__headline")),
    "version": article.version, "half": half_published(article), "acts": acts,
    "audited": [entry.detail["revision"] for entry in told],
    "purges": Purge.objects.filter(key=article.page_key).count(),
    "lists": Purge.objects.filter(key="list:all").count(),
}))
"""


@pytest.fixture
def database_url(tmp_path):
    """The address of an empty database of its own, of the engine that the run is on."""
    if connection.vendor == "sqlite":
        yield f"sqlite:///{tmp_path}/killed.sqlite3"
        return
    server, name = os.environ["DATABASE_URL"].rpartition("/")[0], f"killed_{os.getpid()}"
    with psycopg.connect(f"{server}/postgres", autocommit=True) as asking:
        asking.execute(f"CREATE DATABASE {name}")
        yield f"{server}/{name}"
        asking.execute(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture
def environment(tmp_path, database_url):
    names = {"DATABASE_URL": database_url, "DATA_DIR": str(tmp_path), "DEBUG": "1"}
    names |= {
        "SECRET_KEY": "killed",
        "ALLOWED_HOSTS": "127.0.0.1",
        "SITE_URL": "http://127.0.0.1",
        "LANGUAGE_CODE": "en",
    }
    return {**os.environ, **names, "DJANGO_SETTINGS_MODULE": "newsroom.settings"}


def python(script, environment):
    """Run ``script`` with Django set up, in a process of its own, and return what it prints as JSON."""
    start = "import json, django\ndjango.setup()\n"
    done = subprocess.run(
        [sys.executable, "-c", start + script],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout.splitlines()[-1])


class Server:
    """The web server of the Procfile, which dies as often as it is told to."""

    def __init__(self, environment):
        self.environment, self.port, self.deaths = environment, free_port(), 0
        self.start()

    def start(self):
        command = [
            Path(sys.executable).with_name("granian"),
            "--interface",
            "wsgi",
            "--no-ws",
            "--port",
            str(self.port),
        ]
        command += [
            "--host",
            "127.0.0.1",
            "--workers",
            "1",
            "--blocking-threads",
            "4",
            "newsroom.wsgi:application",
        ]
        quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
        self.process = subprocess.Popen(
            command, cwd=ROOT, env=self.environment, start_new_session=True, **quiet
        )
        limit = time.monotonic() + 60
        while time.monotonic() < limit:
            with contextlib.suppress(OSError, http.client.HTTPException):
                if self.ask("GET", "/healthz").status == 200:
                    return
            time.sleep(0.05)
        raise AssertionError("The server does not start.")

    def kill(self):
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()

    def ask(self, method, path, body=None, headers=None):
        asking = http.client.HTTPConnection("127.0.0.1", self.port, timeout=20)
        try:
            asking.request(method, path, body, {"Accept-Encoding": "identity", **(headers or {})})
            answer = asking.getresponse()
            answer.text = answer.read().decode()
            return answer
        finally:
            asking.close()


def told(answer):
    """Return what an answer says is wrong: its status, and the last lines of a traceback for pasting."""
    return answer.status, re.sub(r"<[^>]+>", "", answer.text.split("Traceback", 2)[-1])[:3000][-1500:]


class Writer:
    """An editor who goes on whatever happens: what was answered is noted, what was not is looked up."""

    def __init__(self, server, story):
        self.server, self.story, self.acknowledged, self.published = server, story, {}, 0
        self.page = f"/admin/articles/article/{story['pk']}/change/"
        self.headers = {"Cookie": f"sessionid={story['session']}; csrftoken={TOKEN}"}
        self.base = 1

    def form(self, headline, act):
        rows = {
            "bylines-TOTAL_FORMS": 1,
            "bylines-INITIAL_FORMS": 0,
            "bylines-0-author": self.story["author"],
        }
        rows |= {"bylines-0-role": "text", "ticker_links-TOTAL_FORMS": 0, "ticker_links-INITIAL_FORMS": 0}
        return rows | {
            "csrfmiddlewaretoken": TOKEN, "base": self.base, "headline": headline, "section": self.story["section"],
            "standfirst": "Trams cross the river.", "body": f"<p>The bridge reopens, the city says. {headline}.</p>",
            "genre": "news", "language": "en", "dateline_places": "Marrow", "dateline_date": "2026-03-02", "act": act,
        }  # fmt: skip

    def write(self, number, act):
        headline = f"Bridge reopens {number}"
        kind = {"Content-Type": "application/x-www-form-urlencoded"}
        try:
            answer = self.server.ask(
                "POST", self.page, urlencode(self.form(headline, act)), self.headers | kind
            )
        except (OSError, http.client.HTTPException):
            return self.look()
        assert answer.status == 302, told(answer)
        assert answer.headers["Location"] == self.page
        self.base += 1
        self.acknowledged[self.base] = headline
        self.published += act == "publish"
        return None

    def look(self):
        """Nobody answered: see which version stands, as an editor would who opens the story again."""
        limit = time.monotonic() + 90
        while time.monotonic() < limit:
            with contextlib.suppress(OSError, http.client.HTTPException):
                page = self.server.ask("GET", self.page, headers=self.headers)
                assert page.status == 200, told(page)
                self.base = int(re.search(r'name="base" value="(\d+)"', page.text)[1])
                return
            time.sleep(0.05)
        raise AssertionError("The server does not come back.")


@pytest.mark.slow
def test_every_answered_save_survives_kill_9_and_no_story_is_half_published(environment):
    subprocess.run([sys.executable, "manage.py", "migrate", "-v0"], cwd=ROOT, env=environment, check=True)
    server = Server(environment)
    writer, chance, done = Writer(server, python(PREPARE, environment)), random.Random(), threading.Event()

    def murder():
        while not done.wait(chance.uniform(0.1, 2)):
            server.kill()
            server.deaths += 1
            server.start()

    murderer = threading.Thread(target=murder)
    murderer.start()
    number = 0
    try:
        while number < ACTS or (server.deaths < DEATHS and murderer.is_alive()):
            writer.write(number, "publish" if number % 2 else "save")
            number += 1
    finally:
        done.set()
        murderer.join(120)
        server.kill()
    there = python(LOOK, environment)
    missing = {
        number: headline
        for number, headline in writer.acknowledged.items()
        if there["headlines"].get(str(number)) != headline
    }
    print(
        f"{len(writer.acknowledged)} answered of {number}, {writer.published} published, {server.deaths} times killed"
    )
    assert missing == {}
    assert server.deaths >= DEATHS
    assert len(there["headlines"]) == there["version"]
    assert there["half"] == []
    assert there["acts"] == there["audited"]
    assert len(there["acts"]) >= writer.published
    assert there["purges"] >= len(there["acts"])
    assert there["lists"] >= len(there["acts"])
