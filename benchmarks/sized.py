"""
What pages and acts of the desk cost with N stories: `python -m benchmarks.sized N` measures in this one process and
prints a JSON list of rows. The database is that of DATABASE_URL, which has to be empty; without one, a new SQLite.

CPU milliseconds of this process and, on PostgreSQL, of the one that answers it; the test client's own included.
"""

import json
import os
import statistics
import sys
import tempfile
import time
from dataclasses import asdict, dataclass
from pathlib import Path

ROUNDS = 30
TICK = 1000 / os.sysconf("SC_CLK_TCK")  # milliseconds


@dataclass
class Row:
    """One measurement. part: what it is compared in; ms: CPU milliseconds; queries: None where they do not matter."""

    part: str
    name: str
    stories: int
    ms: float
    queries: int | None = None


def prepare(stories):
    """
    Set up Django on an empty database filled with the demo and invented stories.

    Return how many milliseconds went by for each invented story.
    """
    os.environ |= {
        "DATA_DIR": tempfile.mkdtemp(prefix="newsroom-bench-"),
        "SECRET_KEY": "only-for-measuring",
        "ALLOWED_HOSTS": "testserver",
        "SITE_URL": "http://testserver",
        "DJANGO_SETTINGS_MODULE": "newsroom.settings",
    }
    import django

    django.setup()
    from django.core.management import call_command

    call_command("migrate", verbosity=0)
    call_command("collectstatic", verbosity=0, interactive=False)
    call_command("load_demo", verbosity=0)
    began = time.monotonic()
    call_command("load_corpus", stories, verbosity=0)
    return (time.monotonic() - began) * 1000 / stories


def database_ms():
    """Return the CPU milliseconds of the process that answers our queries, 0 where that is this one (SQLite)."""
    from django.db import connection

    if connection.vendor != "postgresql":
        return 0
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        facts = Path(f"/proc/{cursor.fetchone()[0]}/stat").read_text().rpartition(")")[2].split()
    return (int(facts[11]) + int(facts[12])) * TICK


def cost(work, rounds=ROUNDS):
    """Return the CPU milliseconds of ``work()``: the median of ours, the mean of the database's, the first left out."""
    for _ in range(3):
        work()
    taken, before = [], database_ms()
    for _ in range(rounds):
        began = time.process_time()
        work()
        taken.append((time.process_time() - began) * 1000)
    return statistics.median(taken) + (database_ms() - before) / rounds


def queries_of(work):
    """Return how many queries ``work()`` takes."""
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    with CaptureQueriesContext(connection) as asked:
        work()
    return len(asked)


def full_story():
    """Return the fullest story: a lead and three pictures, 2 bylines, 5 tags, a ticker box, 4 related, a correction."""
    from tests.factories import make_full_story, make_image

    return make_full_story(pictures=[make_image(f"Picture {number}") for number in range(4)])


def pages():
    """Return {name: function} of readers' pages that no store holds."""
    from django.test import Client

    from articles.models import Section, Tag
    from newsroom import corpus_text

    client = Client()
    story = full_story()
    # On a full page at any size.
    tag = Tag.objects.get(name=corpus_text.upper_first(corpus_text.topic_name(0)))
    addresses = {
        "constant text": "/robots.txt",
        "story, all there can be": story.get_absolute_url(),
        "home": "/",
        "section": Section.objects.first().get_absolute_url(),
        "tag": tag.get_absolute_url(),
        "feed": "/feeds/all.rss",
        "sitemap": "/sitemap.xml",
    }
    return {name: lambda address=address: _shown(client.get(address)) for name, address in addresses.items()}


def _shown(answer):
    assert answer.status_code == 200, answer
    return answer


class Desk:
    """An administrator at work on one published story."""

    def __init__(self):
        from django.test import Client

        from accounts.models import User
        from articles.models import Article
        from newsroom import corpus

        self.client = Client()
        self.client.force_login(User.objects.create_superuser("bench"))
        self.story = Article.objects.get(uuid=corpus.story_uuid(7))  # the same, however many there are
        self.address = f"/admin/articles/article/{self.story.pk}/change/"
        self.typed = 0

    def acts(self):
        get = self.client.get
        return {
            "password page": lambda: _shown(get("/admin/password_change/")),
            "dashboard": lambda: _shown(get("/admin/")),
            "list of stories": lambda: _shown(get("/admin/articles/article/")),
            "search in the list": lambda: _shown(get("/admin/articles/article/?q=harbour")),
            "story form": lambda: _shown(get(self.address)),
            "save": lambda: self.send("save"),
            "publish": lambda: self.send("publish"),
        }

    def send(self, act):
        """Change one word and press the button, as a browser would. What it needs to know is not asked of the form."""
        from lxml import html

        if not self.typed:
            form = html.fromstring(self.client.get(self.address).content).xpath(
                "//form[contains(@class, 'story')]"
            )[0]
            self.data = dict(form.form_values())
        self.typed += 1
        latest = self.story.revisions.order_by("-number").values_list("number", flat=True)[0]
        self.data |= {"base": latest, "headline": f"The harbour office moves, part {self.typed}"}
        answer = self.client.post(self.address, {**self.data, "act": act})
        assert answer.status_code == 302, answer.content.decode()


def text():
    """Return {name: function} of what is done with a long text."""
    import nh3

    from articles import body
    from articles.checks import check
    from articles.models import Article

    story = Article.objects.filter(live_revision__isnull=False).order_by("-id").first()
    html = story.body * (19_000 // len(story.body) + 1)
    return {
        "nh3 alone, 19 kB": lambda: nh3.clean(html),
        "clean, 19 kB": lambda: body.clean(html),
        "render, 19 kB": lambda: body.render(html),
        "all checks of one story": lambda: check(story.live_revision),
    }


def measure(stories):
    """Return the Rows of everything with so many ``stories``; the first of each part is its yardstick."""
    parts = [("Readers' pages, not stored", pages()), ("Desk", Desk().acts()), ("Text", text())]
    return [
        Row(part, name, stories, round(cost(work), 3), queries_of(work))
        for part, works in parts
        for name, work in works.items()
    ]


if __name__ == "__main__":
    count = int(sys.argv[1])
    filling = Row(
        "Filling the database", "one story of load_corpus, time on the clock", count, round(prepare(count), 3)
    )
    print(json.dumps([asdict(row) for row in [*measure(count), filling]]))
