"""
Random publication times, embargoes and expiries: nothing is in public a second before its time or from its end on.

The clock is Django's own, set by hand; the times are typed as on the newsroom's clock, half of them in the nights on
which clocks are put forward or back.
"""

import random
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
SECOND = timedelta(seconds=1)
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


def times(rng, now):
    """Return (publish at, embargo until or None, expiry or None), the last after the others."""
    publish_at = typed(rng, now) if rng.random() < 0.8 else None
    embargo = typed(rng, now) if rng.random() < 0.6 else None
    if publish_at is None and embargo is None:
        publish_at = typed(rng, now)
    starts = max(filter(None, [publish_at, embargo]))
    expiry = starts + timedelta(minutes=rng.randrange(1, 3000)) if rng.random() < 0.6 else None
    return publish_at, embargo, expiry


def set_up(revision, plan, order, ben):
    """Give the story its times, in any order; each as an act of the desk."""
    publish_at, embargo, expiry = plan
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


def public_addresses(article, tag, author):
    """Return every public address that could tell of the story: pages, lists, feeds, sitemaps; and its preview."""
    section = article.working_section
    lists = [section.get_absolute_url(), tag.get_absolute_url(), author.get_absolute_url(), "/"]
    days = {day_of(timezone.now() + timedelta(days=more)) for more in (-1, 0)}
    feeds = [reverse("feed", args=[form]) for form in ("rss", "atom", "json")] + [
        reverse("section_feed", args=[section.slug, "rss"]),
        reverse("tag_feed", args=[tag.slug, "atom"]),
        reverse("author_feed", args=[author.slug, "json"]),
    ]
    maps = [reverse("news_sitemap"), reverse("sitemap_part", args=["stories", (article.pk - 1) // 1000 + 1])]
    inside = [reverse("admin:articles_article_preview", args=[article.pk]), reverse("admin:find") + "?q=Zyx"]
    return [*lists, *[reverse("day", args=[day]) for day in sorted(days)], *feeds, *maps, *inside]


def tells(client, address):
    """Whether the answer at ``address`` has anything of the story, in its text or its headers."""
    answer = client.get(address)
    whole = answer.content + str(sorted(answer.headers.items())).encode()
    return b"zyxword" in whole.lower()


def where_told(article, tag, author):
    client = Client()
    return [address for address in public_addresses(article, tag, author) if tells(client, address)]


def page_answer(article):
    answer = Client().get(f"/politics/zyxword-harbour-{article.pk}/")
    return answer.status_code, answer.content


def try_one(rng, standing_clock, ben, tag, author):
    """Plan one story and look at every public address at the edges of the time in which it is to be seen."""
    now = standing_clock.at = datetime(2027, 1, 1, tzinfo=UTC) + rng.random() * timedelta(days=300)
    content = make_content(
        headline="Zyxword harbour", tags=[revisions.reference(tag)], standfirst="The zyxword is out."
    )
    revision = workflow.create(content, by=ben)
    plan = times(rng, now)
    order = rng.choice([("embargo", "publish", "expiry"), ("embargo", "expiry", "publish")])
    if plan[0]:
        order = rng.choice([order, ("publish", "embargo", "expiry")])
    set_up(revision, plan, order, ben)
    article = Article.objects.select_related("working_section").get(pk=revision.article_id)
    starts, ends = max(filter(None, plan[:2])), plan[2]
    assert (article.visible_from, article.expires_at) == (starts, ends)
    assert Moment.objects.filter(key="list:all", at=starts).exists()
    for at in (now, starts - SECOND, starts - timedelta(microseconds=1)):
        standing_clock.at = at
        assert where_told(article, tag, author) == [], (plan, at)
        assert page_answer(article) == (404, Client().get("/politics/nothing-999999/").content)
    standing_clock.at = starts
    shown = where_told(article, tag, author)
    assert page_answer(article)[0] == 200
    assert {"/", "/politics/", "/feeds/all.rss", "/news-sitemap.xml"} <= set(shown), (plan, shown)
    if ends:
        standing_clock.at = ends - SECOND
        assert page_answer(article)[0] == 200
        standing_clock.at = ends
        assert where_told(article, tag, author) == [], (plan, ends)
        assert page_answer(article)[0] == 410


def run(number, seed, standing_clock):
    rng = random.Random(seed)
    make_chief()
    ben, tag, author = make_user("ben", "editor", sections=[make_section()]), make_tag(), make_author()
    for _turn in range(number):
        with transaction.atomic():
            try_one(rng, standing_clock, ben, tag, author)
            transaction.set_rollback(True)


def test_random_times_are_never_early_and_never_late(standing_clock):
    run(8, random.randrange(10**9), standing_clock)


@pytest.mark.slow
def test_a_thousand_random_times_are_never_early_and_never_late(standing_clock):
    run(1000, 4, standing_clock)


def test_the_probe_would_see_a_story_that_is_early(standing_clock):
    ben, tag, author = make_user("ben", "editor", sections=[make_section()]), make_tag(), make_author()
    content = make_content(headline="Zyxword harbour", tags=[revisions.reference(tag)])
    workflow.publish(workflow.create(content, by=ben), by=ben)
    article = Article.objects.select_related("working_section").get()
    told = where_told(article, tag, author)
    inside = {reverse("admin:articles_article_preview", args=[article.pk]), reverse("admin:find") + "?q=Zyx"}
    silent = set(public_addresses(article, tag, author)) - set(told) - inside
    assert silent == {reverse("day", args=[day_of(timezone.now() - timedelta(days=1))])}
