import json
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.db import connection
from django.utils import timezone

from articles import workflow
from articles.models import Article
from articles.public import archive
from articles.public.pages import SIZE
from delivery.models import Moment, Purge
from tests.factories import make_chief, make_published, make_revision
from tests.pages import shown, text

KYIV = ZoneInfo("Europe/Kyiv")
HOUR = timedelta(hours=1)


def local(*parts):
    return datetime(*parts, tzinfo=KYIV)


def headlines(answer):
    return [text(link) for link in shown(answer).xpath("//article//a")]


def neighbours(answer):
    return [
        (text(link), link.get("href")) for link in shown(answer).xpath("//nav[@aria-label='Other days']/a")
    ]


# How long a day is


@pytest.mark.parametrize(
    "zone, day, hours",
    [
        ("Europe/Kyiv", date(2026, 3, 2), 24),
        ("Europe/Kyiv", date(2026, 3, 29), 23),
        ("Europe/Kyiv", date(2026, 10, 25), 25),
        ("Asia/Beirut", date(2026, 3, 29), 23),  # its clocks skip midnight itself
        ("America/Havana", date(2026, 11, 1), 25),  # and there midnight comes twice
        ("Pacific/Apia", date(2011, 12, 30), 0),  # a day that was never
    ],
)
def test_a_day_begins_and_ends_at_midnight_of_the_sites_clock(settings, zone, day, hours):
    settings.TIME_ZONE = zone
    start, end = archive.bounds(day)
    assert (end - start) == timedelta(hours=hours)
    assert archive.bounds(day + timedelta(days=1))[0] == end
    if hours:
        assert archive.day_of(start) == archive.day_of(end - timedelta(microseconds=1)) == day
        assert archive.day_of(start - timedelta(microseconds=1)) < day < archive.day_of(end)


def test_the_bounds_are_instants():
    assert archive.bounds(date(2026, 3, 29)) == (
        datetime(2026, 3, 28, 22, tzinfo=UTC),
        datetime(2026, 3, 29, 21, tzinfo=UTC),
    )


# The page


@pytest.mark.django_db
def test_a_day_shows_what_appeared_from_its_first_moment_to_its_last_newest_first(client):
    for headline, at in {
        "The day before": local(2026, 3, 28, 23, 59, 59),
        "First": local(2026, 3, 29),
        "At noon": local(2026, 3, 29, 12),
        "Last": local(2026, 3, 29, 23, 59, 59),
        "The day after": local(2026, 3, 30),
    }.items():
        make_published(headline=headline, at=at)
    make_revision(headline="Draft")
    answer = client.get("/archive/2026/03/29/")
    assert headlines(answer) == ["Last", "At noon", "First"]
    page = shown(answer)
    assert text(page.xpath("//h1")[0]) == "Archive: 29 March 2026"
    assert page.xpath("//h1/time/@datetime") == ["2026-03-29"]
    assert text(page.find(".//title")) == "Stories of 29 March 2026 – The Test Courier"
    assert page.xpath("//link[@rel='canonical']/@href") == ["http://testserver/archive/2026/03/29/"]


@pytest.mark.django_db
def test_a_day_leads_to_the_days_before_and_after_that_have_stories(client):
    for day in (2, 9, 31):
        make_published(at=local(2026, 3, day, 12))
    hidden = make_published(at=local(2026, 3, 10, 12))
    workflow.withdraw(hidden, by=make_chief(), kind="error")
    assert neighbours(client.get("/archive/2026/03/09/")) == [
        ("← The day before: 2 March 2026", "/archive/2026/03/02/"),
        ("The day after: 31 March 2026 →", "/archive/2026/03/31/"),
    ]
    assert neighbours(client.get("/archive/2026/03/02/")) == [
        ("The day after: 9 March 2026 →", "/archive/2026/03/09/")
    ]


@pytest.mark.django_db
def test_days_without_stories_ahead_or_impossible_are_missing(client):
    now = timezone.now()
    make_published(at=local(2026, 3, 2, 12))
    make_published(at=now + timedelta(days=2))
    gone = make_published(at=local(2026, 3, 4, 12))
    workflow.withdraw(gone, by=make_chief(), kind="error")
    assert client.get("/archive/2026/03/02/").status_code == 200
    missing = client.get("/nowhere/")
    ahead = archive.day_of(now + timedelta(days=2)).isoformat().replace("-", "/")
    for day in (
        "2026/03/03",
        "2026/03/04",
        ahead,
        "2026/02/30",
        "2026/13/01",
        "2026/00/00",
        "0000/01/01",
        "0001/01/01",
        "9999/12/31",
        "26/03/02",
        "2026/003/02",
        "2026/03",
        "٢٠٢٦/03/02",
    ):
        for slash in ("/", ""):
            answer = client.get(f"/archive/{day}{slash}")
            assert (answer.status_code, answer.content, day) == (404, missing.content, day)


@pytest.mark.django_db
def test_a_day_has_one_address_and_others_lead_there_in_one_step(client):
    make_published(at=local(2026, 3, 2, 12))
    for address in ("/archive/2026/3/2/", "/archive/2026/3/2", "/archive/2026/03/2/", "/archive/2026/03/02"):
        answer = client.get(address)
        assert (answer.status_code, answer.headers["Location"]) == (301, "/archive/2026/03/02/")
        assert answer.page_keys == ["list:day:2026-03-02", "site"]


@pytest.mark.django_db
def test_a_long_day_goes_on_page_by_page(client):
    for number in range(SIZE + 1):
        make_published(
            headline=f"Story {number:02}", at=local(2026, 3, 2, 12) - number * timedelta(minutes=1)
        )
    assert headlines(client.get("/archive/2026/03/02/?page=2")) == [f"Story {SIZE}"]
    assert client.get("/archive/2026/03/02/?page=3").status_code == 404


@pytest.mark.django_db
def test_a_story_leads_to_its_day(client):
    article = make_published(at=local(2026, 3, 2, 0, 30))
    page = shown(client.get(article.get_absolute_url()))
    (link,) = page.xpath("//footer//a[starts-with(@href, '/archive/')]")
    assert (text(link), link.get("href")) == ("All stories of 2 March 2026", "/archive/2026/03/02/")
    assert headlines(client.get(link.get("href"))) == [article.headline]


@pytest.mark.django_db
def test_a_day_says_to_machines_what_it_is_and_the_way_to_it(client):
    make_published(at=local(2026, 3, 2, 12))
    scripts = shown(client.get("/archive/2026/03/02/")).xpath("//script")
    page, way = (json.loads(script.text) for script in scripts)
    address = "http://testserver/archive/2026/03/02/"
    assert (page["@type"], page["name"], page["url"]) == ("CollectionPage", "2 March 2026", address)
    assert [(step["name"], step["item"]) for step in way["itemListElement"]] == [
        ("The Test Courier", "http://testserver/"),
        ("2 March 2026", address),
    ]


# When it goes stale


@pytest.mark.django_db
def test_a_day_is_stamped_with_its_stories_and_every_day_up_to_its_neighbours(client):
    for day in (2, 4, 6):
        make_published(at=local(2026, 3, day, 12))
    article = Article.objects.get(visible_from=local(2026, 3, 4, 12))
    ends = timezone.now() + HOUR
    Article.objects.filter(pk=article.pk).update(visible_until=ends)
    answer = client.get("/archive/2026/03/04/")
    days = [f"list:day:2026-03-{day:02}" for day in range(2, 7)]
    assert answer.page_keys == sorted([article.page_key, *days, "site"])
    assert answer.page_until == ends


@pytest.mark.django_db
def test_the_first_day_the_last_and_one_beside_a_long_gap_hang_on_every_story(client):
    make_published(at=local(2026, 3, 2, 12))
    make_published(at=local(2026, 3, 3, 12))
    make_published(at=local(2026, 6, 1, 12))
    for day in ("2026-03-02", "2026-03-03", "2026-06-01"):
        answer = client.get(f"/archive/{day.replace('-', '/')}/")
        assert {key for key in answer.page_keys if key.startswith("list:")} == {"list:all", f"list:day:{day}"}


def purged():
    """The days purged since it was asked last."""
    keys = {key for key in Purge.objects.values_list("key", flat=True) if key.startswith("list:day:")}
    Purge.objects.all().delete()
    return keys


@pytest.mark.django_db
def test_publishing_and_withdrawing_purge_the_day_in_the_sites_time():
    article = make_published(at=datetime(2026, 3, 1, 22, 30, tzinfo=UTC))
    assert purged() == {"list:day:2026-03-02"}
    workflow.withdraw(article, by=make_chief(), kind="error")
    assert purged() == {"list:day:2026-03-02"}


@pytest.mark.django_db
def test_a_story_that_moves_to_another_day_purges_both():
    now = timezone.now()
    article, chief = make_published(at=now + timedelta(days=3)), make_chief()
    old, new = (f"list:day:{archive.day_of(now + timedelta(days=days))}" for days in (3, 5))
    assert purged() == {old}
    workflow.publish(article.latest_revision, by=chief, at=now + timedelta(days=5))
    assert purged() == {old, new}
    moments = Moment.objects.filter(at=now + timedelta(days=5))
    assert new in moments.values_list("key", flat=True)
    workflow.withdraw(article, by=chief, kind="error")
    assert purged() == {new}


# What it costs


@pytest.mark.django_db
def test_a_day_costs_the_same_with_one_story_and_three(client, django_assert_num_queries):
    make_published(genre="opinion", at=local(2026, 3, 2, 9))
    with django_assert_num_queries(5):
        client.get("/archive/2026/03/02/")
    for day in (1, 2, 2, 3):
        make_published(genre="opinion", at=local(2026, 3, day, 10))
    with django_assert_num_queries(5):
        assert len(headlines(client.get("/archive/2026/03/02/"))) == 3


@pytest.mark.django_db
def test_a_day_is_found_by_the_index_of_the_newest(client, django_assert_num_queries):
    make_published(at=local(2026, 3, 2, 9))
    with django_assert_num_queries(4) as asked:
        client.get("/archive/2026/03/02/")
    lists = [query["sql"] for query in asked.captured_queries if 'FROM "articles_article"' in query["sql"]]
    assert len(lists) == 3
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SET LOCAL enable_seqscan = off")  # a table of one row is read whole otherwise
        for sql in lists:
            cursor.execute(("EXPLAIN " if connection.vendor == "postgresql" else "EXPLAIN QUERY PLAN ") + sql)
            assert "article_newest" in str(cursor.fetchall())
