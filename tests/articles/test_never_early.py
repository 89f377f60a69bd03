"""
Random publication times, embargoes and expiries: nothing is in public a moment before its time or from its end on.

The clock is Django's own, set by hand; the times are typed as on the newsroom's clock, half of them in the nights on
which clocks are put forward or back. Stories are planned by the dozen and the clock then goes from edge to edge: at
each, every public address is asked for once just before it and once on it, for the words of all stories.
"""

import random
import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import pytest
from django.db import transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from articles import clock, revisions, schedule, workflow
from articles.models import Article
from articles.models.article import day_of
from delivery.models import Moment
from tests.factories import make_author, make_chief, make_content, make_section, make_tag, make_user

pytestmark = pytest.mark.django_db
INSTANT = timedelta(microseconds=1)
WORD = re.compile(rb"zyxword([a-z]+)")
LETTERS = "abcdefghijklmnopqrstuvwxyz"
BATCH = 25  # stories that are planned at once, and random moments that they share
PARTS = 8
# Midnight before the nights of spring and autumn in Kyiv.
NIGHTS = [datetime(2027, 3, 28), datetime(2027, 10, 31), datetime(2028, 3, 26), datetime(2028, 10, 29)]


class Clock:
    """Django's clock, standing at ``at``."""

    def __init__(self, monkeypatch):
        self.at = datetime(2027, 1, 1, tzinfo=UTC)
        monkeypatch.setattr(timezone, "now", lambda: self.at)


@pytest.fixture
def standing_clock(monkeypatch):
    return Clock(monkeypatch)


def typed(rng, after):
    """Return a random moment after ``after``, as it is typed: one of those at which the newsroom's clock shows it."""
    while True:
        night = (
            rng.choice(NIGHTS)
            if rng.random() < 0.5
            else datetime(2027, 1, 1) + rng.random() * timedelta(days=700)
        )
        naive = (night + timedelta(minutes=rng.randrange(6 * 60))).replace(second=0, microsecond=0)
        if found := [at for at in clock.moments(naive) if at > after]:
            return rng.choice(found)


def plan(rng, moments):
    """Return (publish at or None, embargo until or None, expiry or None) of these moments, the last after the others."""
    publish_at = rng.choice(moments) if rng.random() < 0.8 else None
    embargo = rng.choice(moments) if rng.random() < 0.6 or publish_at is None else None
    later = [at for at in moments if at > max(filter(None, [publish_at, embargo]))]
    return publish_at, embargo, rng.choice(later) if later and rng.random() < 0.6 else None


def set_up(revision, times, order, ben):
    """Give the story its times, in any order; each as an act of the desk."""
    publish_at, embargo, expiry = times
    acts = {
        "publish": lambda: (
            schedule.publish_later(revision, by=ben, at=publish_at)
            if publish_at
            else workflow.publish(revision, by=ben)
        ),
        "embargo": lambda: embargo and schedule.set_embargo(revision.article, by=ben, until=embargo),
        "expiry": lambda: expiry and schedule.set_expiry(revision.article, by=ben, at=expiry),
    }
    for name in order:
        acts[name]()


@dataclass
class Planned:
    """A story that readers are to see from ``starts`` until ``ends``, None for always; ``letters`` end its word."""

    article: Article
    letters: str
    starts: datetime
    ends: datetime | None

    def is_due(self, at):
        return self.starts <= at and (self.ends is None or at < self.ends)

    def status(self, at):
        if at < self.starts:
            return 404
        return 200 if self.is_due(at) else 410


def planned(rng, letters, moments, ben, tag):
    """Plan a story at random of these moments; return it Planned."""
    headline = f"Zyxword{letters} harbour"
    standfirst = f"The zyxword{letters} is out."
    content = make_content(headline=headline, standfirst=standfirst, tags=[revisions.reference(tag)])
    revision = workflow.create(content, by=ben)
    times = plan(rng, moments)
    orders = [("embargo", "publish", "expiry"), ("embargo", "expiry", "publish")]
    orders += [("publish", "embargo", "expiry")] if times[0] else []
    set_up(revision, times, rng.choice(orders), ben)
    article = Article.objects.select_related("working_section").get(pk=revision.article_id)
    starts, ends = max(filter(None, times[:2])), times[2]
    assert (article.visible_from, article.expires_at) == (starts, ends)
    assert Moment.objects.filter(key="list:all", at=starts).exists()
    return Planned(article, letters, starts, ends)


def public_addresses(articles, tag, author):
    """Return every public address that could tell of the stories: pages, lists, feeds, sitemaps; and their previews."""
    section = articles[0].working_section
    lists = [section.get_absolute_url(), tag.get_absolute_url(), author.get_absolute_url(), "/"]
    days = {day_of(timezone.now() + timedelta(days=more)) for more in (-1, 0)}
    feeds = [reverse("feed", args=[form]) for form in ("rss", "atom", "json")] + [
        reverse("section_feed", args=[section.slug, "rss"]),
        reverse("tag_feed", args=[tag.slug, "atom"]),
        reverse("author_feed", args=[author.slug, "json"]),
    ]
    parts = sorted({(article.pk - 1) // 1000 + 1 for article in articles})
    maps = [reverse("news_sitemap"), *(reverse("sitemap_part", args=["stories", part]) for part in parts)]
    inside = [reverse("admin:find") + "?q=Zyx", reverse("admin:articles_article_changelist")]
    inside.append(reverse("admin:articles_article_preview", args=[articles[0].pk]))
    return [*lists, *[reverse("day", args=[day]) for day in sorted(days)], *feeds, *maps, *inside]


def told_at(client, address):
    """Return the letters of all words of stories that the answer at ``address`` has in its text or its headers."""
    answer = client.get(address)
    whole = answer.content + str(sorted(answer.headers.items())).encode()
    return {found.decode() for found in WORD.findall(whole.lower())}


def where_told(articles, tag, author):
    """Return {address: letters of the words of stories that it tells}."""
    client = Client()
    return {address: told_at(client, address) for address in public_addresses(articles, tag, author)}


def page_answer(article, letters):
    answer = Client().get(f"/politics/zyxword{letters}-harbour-{article.pk}/")
    return answer.status_code, answer.content


def look(at, standing_clock, stories, draft, tag, author):
    """Ask for everything at ``at``: what is told is due, what begins now is told, and each page answers as it should."""
    standing_clock.at = at
    told = where_told([story.article for story in stories] + [draft], tag, author)
    due = {story.letters for story in stories if story.is_due(at)}
    assert {address: letters - due for address, letters in told.items() if letters - due} == {}, at
    new = {story.letters for story in stories if story.starts == at and story.is_due(at)}
    for address in ("/", "/politics/", "/feeds/all.rss", "/news-sitemap.xml"):
        assert new <= told[address], (address, at)
    missing = Client().get("/politics/nothing-999999/").content
    for story in stories:
        if at in {story.starts - INSTANT, story.starts, story.ends and story.ends - INSTANT, story.ends}:
            status, page = page_answer(story.article, story.letters)
            assert status == story.status(at), (story, at)
            assert status != 404 or page == missing
    assert page_answer(draft, "draft") == (404, missing)


def try_batch(rng, number, standing_clock, ben, tag, author):
    """Plan ``number`` stories beside a draft, and look just before and on each edge of their times."""
    now = standing_clock.at = datetime(2027, 1, 1, tzinfo=UTC) + rng.random() * timedelta(days=300)
    moments = [typed(rng, now) for _number in range(number)]
    draft = workflow.create(make_content(headline="Zyxworddraft harbour"), by=ben).article
    stories = [planned(rng, LETTERS[place] * 2, moments, ben, tag) for place, _moment in enumerate(moments)]
    looks = [now] + [at - before for at in sorted(set(moments)) for before in (INSTANT, timedelta(0))]
    for at in looks:
        look(at, standing_clock, stories, draft, tag, author)
    return len(set(moments))


def run(number, seed, standing_clock):
    """Plan ``number`` stories; return how many different random moments they had."""
    rng = random.Random(seed)
    make_chief()
    ben, tag, author = make_user("ben", "editor", sections=[make_section()]), make_tag(), make_author()
    edges = 0
    for left in range(number, 0, -BATCH):
        with transaction.atomic():
            edges += try_batch(rng, min(left, BATCH), standing_clock, ben, tag, author)
            transaction.set_rollback(True)
    return edges


def test_random_times_are_never_early_and_never_late(standing_clock):
    run(8, random.randrange(10**9), standing_clock)


@pytest.mark.slow
@pytest.mark.parametrize("part", range(PARTS))
def test_a_thousand_random_times_are_never_early_and_never_late(standing_clock, part):
    # In parts, so that the processes of a run share them. A few moments are drawn twice in one batch.
    assert run(1000 // PARTS, part, standing_clock) > 950 // PARTS


def test_the_probe_would_see_a_story_that_is_early(standing_clock):
    ben, tag, author = make_user("ben", "editor", sections=[make_section()]), make_tag(), make_author()
    content = make_content(headline="Zyxworda harbour", tags=[revisions.reference(tag)])
    workflow.publish(workflow.create(content, by=ben), by=ben)
    article = Article.objects.select_related("working_section").get()
    told = where_told([article], tag, author)
    inside = {address for address in told if address.startswith("/admin/")}
    silent = {address for address, letters in told.items() if letters != {"a"}} - inside
    assert silent == {reverse("day", args=[day_of(timezone.now() - timedelta(days=1))])}
