"""
A desk of its own process: does what it is told, line by line of JSON, and says what readers have to be shown since.

`python -m tests.delivery.desk_at_work` in the environment of a node. {"furnish": true} first, where it is to act. {"act": name, "seed": number} is answered by
{"act", "committed": seconds of the monotonic clock, "pages": {address: [status, digest of the body]}}, the pages as
Django makes them now, past every store. {"show": [addresses]} is answered by the pages alone.
"""

import json
import os
import random
import sys
import time
from datetime import timedelta
from urllib.parse import urlsplit

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "newsroom.settings")
django.setup()

from django.conf import settings  # noqa: E402
from django.core.handlers.wsgi import WSGIHandler  # noqa: E402
from django.db import connection  # noqa: E402
from django.db.models import F  # noqa: E402
from django.utils import timezone  # noqa: E402

from articles import revisions, workflow  # noqa: E402
from articles import schedule as schedules  # noqa: E402
from articles.models import Article, Author, Section, Tag  # noqa: E402
from articles.naming import merging, retagging, vocabulary  # noqa: E402
from tests.delivery.conftest import ask  # noqa: E402
from tests.delivery.running import digest  # noqa: E402
from tests.factories import (  # noqa: E402
    byline,
    make_author,
    make_chief,
    make_published,
    make_section,
    make_tag,
)

SOON = timedelta(seconds=1)
FORMER = 3  # addresses of a thing that are looked at beside its present one; a long try gives it dozens
EVERYWHERE = ["/", "/feeds/all.rss", "/corrections/"]
SECTIONS = ["Politics", "City", "Sport"]
AUTHORS = ["Ana Petrenko", "Ben Okafor", "Cem Aydin"]
TAGS = ["Harbour bridge", "Trams", "Marrow council", "River"]
ACTS = {}


def act(function):
    ACTS[function.__name__] = function
    return function


class Desk:
    """Somebody who may do everything, with a chance of her own for each act."""

    def __init__(self):
        self.chief, self.application = make_chief(), WSGIHandler()
        self.host = urlsplit(settings.SITE_URL).netloc
        self.chance = random.Random(0)

    def furnish(self):
        """Add what is worked with, past the purge log: before anything is stored."""
        for names, make in ((SECTIONS, make_section), (AUTHORS, make_author), (TAGS, make_tag)):
            for name in names:
                make(name)

    def do(self, name, seed):
        """Do it; return (when it was committed, the stories and things that it touched)."""
        self.chance = random.Random(seed)
        touched = ACTS[name](self)
        committed = time.monotonic()
        return committed, touched

    def any(self, model):
        return self.chance.choice(list(model._base_manager.order_by("pk")))

    def content(self):
        name = revisions.reference
        tags = self.chance.sample(list(Tag.objects.order_by("pk")), 2)
        return {
            "headline": f"The bridge at Marrow, part {self.chance.randrange(10**9)}",
            "section": name(self.any(Section)),
            "bylines": [byline(self.any(Author))],
            "tags": [name(tag) for tag in tags],
        }

    def online(self):
        """Return a story that readers see, one of the newest."""
        return self.chance.choice(list(Article.objects.published().order_by("-pk")[:12]))

    def version(self, story, **changed):
        story.refresh_from_db()
        content = {**story.latest_revision.content, **changed}
        return workflow.save(story, revisions.blank(**content), by=self.chief, base=story.version)

    def show(self, address):
        """Return [status, digest of the body] of the page as Django makes it now."""
        path, _, query = address.partition("?")
        answer = ask(self.application, path, query, host=self.host)
        connection.close()
        return [answer.status, digest(answer.headers, answer.body)]

    def pages(self, touched):
        """Return the addresses that may show one of ``touched``; a story stands for all that it carries."""
        found = list(EVERYWHERE)
        for thing in touched:
            found.append(thing.get_absolute_url())
            if isinstance(thing, Tag | Author):
                found += [
                    type(thing)(slug=old.slug).get_absolute_url()
                    for old in thing.old_slugs.order_by("-pk")[:FORMER]
                ]
            if isinstance(thing, Article):
                carried = [thing.section, *Tag.objects.filter(items__content_object=thing)]
                carried += Author.objects.filter(bylines__article=thing)
                found += [one.get_absolute_url() for one in carried]
        return sorted(set(found))


@act
def publish(desk):
    return [make_published(by=desk.chief, **desk.content())]


@act
def update(desk):
    story = desk.online()
    workflow.publish(desk.version(story, headline=desk.content()["headline"]), by=desk.chief)
    return [story]


@act
def correct(desk):
    story = desk.online()
    right = f"It was {desk.chance.randrange(10**6)}."
    revision = desk.version(story, standfirst=right)
    workflow.correct(revision, by=desk.chief, kind="correction", wrong="It was one.", right=right)
    return [story]


@act
def retag(desk):
    story, tag = desk.online(), desk.any(Tag)
    has = Tag.objects.filter(items__content_object=story).order_by("pk").first()
    [outcome] = retagging.retag([story], add=tag, remove=None if has == tag else has, by=desk.chief)
    return [story, tag, *([has] if has else [])]


def rename(desk, model):
    thing = desk.any(model)
    thing.name = f"{thing.name.split(' no. ')[0]} no. {desk.chance.randrange(10**6)}"
    vocabulary.keep(thing, by=desk.chief, created=False, fields=["name"])
    return [thing, desk.online()]


@act
def rename_author(desk):
    return rename(desk, Author)


@act
def rename_section(desk):
    return rename(desk, Section)


@act
def rename_tag(desk):
    return rename(desk, Tag)


def readdress(desk, model):
    thing = desk.any(model)
    thing.slug = f"{thing.slug.split('-no-')[0]}-no-{desk.chance.randrange(10**6)}"
    vocabulary.keep(thing, by=desk.chief, created=False, fields=["slug"])
    return [thing, thing.canonical, desk.online()]


@act
def readdress_tag(desk):
    return readdress(desk, Tag)


@act
def readdress_author(desk):
    return readdress(desk, Author)


@act
def reprint(desk):
    """Somebody takes a new name, and old stories print it."""
    author = desk.any(Author)
    former = author.name
    author.name = f"{former.split(' no. ')[0]} no. {desk.chance.randrange(10**6)}"
    vocabulary.keep(author, by=desk.chief, created=False, fields=["name"])
    vocabulary.reprint(author, former, by=desk.chief)
    return [author, *Article.objects.published().filter(bylines__author=author)[:3]]


def merge(desk, model):
    """Merge two; where only two are left, part again what was merged."""
    roots = list(model._base_manager.filter(canonical=F("pk"), retired_at=None).order_by("pk"))
    if len(roots) < 3:
        return part(desk, model)
    kept, other = desk.chance.sample(roots, 2)
    merging.merge([other], into=kept, by=desk.chief)
    return [kept, other, desk.online()]


def part(desk, model):
    merged = list(model._base_manager.filter(merged_into__isnull=False).order_by("pk"))
    if not merged:
        return merge(desk, model)
    thing = desk.chance.choice(merged)
    root = thing.canonical
    merging.undo([thing], by=desk.chief)
    return [root, thing, desk.online()]


@act
def merge_tags(desk):
    return merge(desk, Tag)


@act
def part_tags(desk):
    return part(desk, Tag)


@act
def merge_authors(desk):
    return merge(desk, Author)


@act
def part_authors(desk):
    return part(desk, Author)


@act
def retire_tag(desk):
    """Retire one; where one is retired, take it back."""
    retired = list(Tag.objects.exclude(retired_at=None))
    if retired:
        vocabulary.restore(retired, by=desk.chief)
        return [*retired, desk.online()]
    roots = [tag for tag in Tag.objects.order_by("pk") if tag.is_canonical]
    thing = desk.chance.choice(roots)
    vocabulary.retire([thing], by=desk.chief)
    return [thing, desk.online()]


@act
def withdraw(desk):
    story = desk.online()
    workflow.withdraw(story, by=desk.chief, kind="legal", note="It was wrong.")
    return [story]


@act
def put_back(desk):
    gone = list(Article.objects.filter(withdrawn_at__isnull=False).order_by("pk"))
    if not gone:
        return publish(desk)
    story = desk.chance.choice(gone)
    story.refresh_from_db()
    workflow.publish(story.latest_revision, by=desk.chief)
    return [story]


@act
def schedule(desk):
    """A first publication: it comes by the clock, no process does anything."""
    at = timezone.now() + SOON
    story = make_published(by=desk.chief, at=at, **desk.content())
    time.sleep(max(0, (at - timezone.now()).total_seconds()))
    return [story]


@act
def schedule_change(desk):
    """A change to what is online: the worker of some node applies it."""
    story = desk.online()
    revision = desk.version(story, headline=desk.content()["headline"])
    schedules.publish_later(revision, by=desk.chief, at=timezone.now() + SOON)
    until = time.monotonic() + 120
    while not Article.objects.filter(pk=story.pk, live_revision=revision).exists():
        assert time.monotonic() < until, "No worker applied a planned change."
        time.sleep(0.01)
    return [story]


def main():
    desk = Desk()
    print(json.dumps({"acts": sorted(ACTS)}), flush=True)
    for line in sys.stdin:
        asked = json.loads(line)
        said, addresses = {}, asked.get("show", [])
        if "furnish" in asked:
            desk.furnish()
        if "act" in asked:
            said["committed"], touched = desk.do(asked["act"], asked["seed"])
            addresses = desk.pages([type(thing)._base_manager.get(pk=thing.pk) for thing in touched])
            print(json.dumps(said | {"addresses": addresses}), flush=True)
        print(json.dumps({"pages": {address: desk.show(address) for address in addresses}}), flush=True)
        connection.close()


if __name__ == "__main__":
    main()
