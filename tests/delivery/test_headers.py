"""What readers' browsers and the caches on the way are told: for how long, by which keys, and when not at all."""

import time
from datetime import timedelta

import pytest
from django.http import HttpResponse
from django.test import Client
from django.utils import timezone

import delivery
from articles import revisions, workflow
from articles.models import Article
from delivery import log
from delivery.front import Front
from delivery.headers import HEADER_BYTES, PRIVATE, clipped
from tests.delivery.conftest import ask
from tests.factories import byline as signed
from tests.factories import make_author, make_chief, make_published, make_section, make_tag, make_ticker
from tickers import log as entries

SHORT = "public, max-age=5, s-maxage=5"
LONG = "public, max-age=5, s-maxage=3600, stale-if-error=86400"
ENDS = "public, max-age=5, s-maxage=3600"


@pytest.fixture
def cdn(settings):
    settings.VARNISH_URLS = ["http://127.0.0.1:1"]


def told(answer):
    """What an Answer or a response of Django says to caches."""
    return answer.headers["cache-control" if "cache-control" in answer.headers else "Cache-Control"]


# A stamp


def test_a_stamp_names_keys_and_end_and_what_browsers_may_do():
    response = delivery.stamp(HttpResponse("text"), ["article:7", "list:all"])
    assert dict(response.headers) == {
        "Content-Type": "text/html; charset=utf-8",
        "Surrogate-Key": "article:7 list:all site",
        "Cache-Tag": "article:7,list:all,site",
        "Cache-Control": SHORT,
        "Vary": "Accept-Encoding",
        "Content-Language": "en",
    }
    assert (response.page_keys, response.page_until) == (["article:7", "list:all", "site"], None)


def test_a_cdn_that_is_told_of_changes_keeps_a_page_for_an_hour_and_longer_while_we_are_down(cdn, settings):
    assert told(delivery.stamp(HttpResponse(), ["article:7"])) == LONG
    settings.CDN_SECONDS = 600
    assert told(delivery.stamp(HttpResponse(), [])) == "public, max-age=5, s-maxage=600, stale-if-error=86400"


@pytest.mark.parametrize("purger", ["FASTLY_SERVICE", "CLOUDFLARE_ZONE"])
def test_any_purger_will_do(settings, purger):
    setattr(settings, purger, "abc")
    assert told(delivery.stamp(HttpResponse(), ["article:7"])) == LONG


def test_without_a_cdn_only_what_nobody_can_take_back_stands_in_while_we_are_down():
    assert told(delivery.stamp(HttpResponse(), ["article:7"])) == SHORT
    assert told(delivery.stamp(HttpResponse(), ["site"])) == f"{SHORT}, stale-if-error=86400"


@pytest.mark.parametrize(
    ("seconds", "expected"),
    [
        (100_000.5, ENDS),
        (1800.5, "public, max-age=5, s-maxage=1800"),
        (2.5, "public, max-age=2, s-maxage=2"),
        (-1, "public, max-age=0, s-maxage=0"),
    ],
)
def test_nobody_is_told_past_the_end_and_nothing_that_ends_stands_in(cdn, seconds, expected):
    until = timezone.now() + timedelta(seconds=seconds)
    assert told(delivery.stamp(HttpResponse(), ["article:7"], until=until)) == expected


def test_a_page_with_more_keys_than_a_header_holds_is_kept_by_nobody_who_could_not_be_told(cdn):
    key = "article:000000"  # fourteen letters, and a space
    full = [f"article:{number:06}" for number in range((HEADER_BYTES - len("site")) // (len(key) + 1))]
    fits = delivery.stamp(HttpResponse(), full)
    assert (told(fits), len(fits.headers["Surrogate-Key"])) == (LONG, 7489)
    response = delivery.stamp(HttpResponse(), [*full, key.replace("0", "1")])
    assert (response.headers["Surrogate-Key"], response.headers["Cache-Tag"]) == ("site", "site")
    assert (told(response), len(response.page_keys)) == (SHORT, len(full) + 2)


def test_a_shorter_life_is_read_from_any_header():
    assert clipped("public, max-age=0, s-maxage=2", 1) == "public, max-age=0, s-maxage=1"
    assert clipped(LONG, 1.9) == "public, max-age=1, s-maxage=1"
    assert clipped("private, no-store", 1) == "private, no-store"


# Every kind of page, through the store


@pytest.fixture
def paper(transactional_db):
    """A story with all that a story shows, one that expires in half an hour, one that is gone, and a ticker."""
    city, ana, bridge = make_section("City"), make_author("Ana Petrenko"), make_tag("Harbour bridge")
    name = revisions.reference
    content = {"section": name(city), "bylines": [signed(ana)], "tags": [name(bridge)]}
    story = make_published(headline="Harbour bridge reopens", **content)
    gone = make_published(headline="Gone", section=name(city))
    workflow.withdraw(gone, by=make_chief(), kind="error", note="It was wrong.")
    ticker = make_ticker(section=name(make_section("Sport")))
    entries.set_status(ticker.ticker, "live", by=make_chief())
    return {"story": story, "gone": gone, "ticker": ticker, "city": city, "ana": ana, "bridge": bridge}


def pages_of(paper):
    """{kind: (address, status, keys, Cache-Control)} of one page of every kind that is stored."""
    story, gone, ticker = paper["story"], paper["gone"], paper["ticker"]
    article, live = f"article:{story.pk}", f"article:{ticker.pk}"
    city, sport = f"list:section:{paper['city'].pk}", f"list:section:{ticker.section_id}"
    author, tag = f"author:{paper['ana'].pk}", f"tag:{paper['bridge'].pk}"
    head, whole = ticker.ticker.head_key, ticker.ticker.key
    every = {"site", "list:all"}
    return {
        "story": (story.get_absolute_url(), 200, {"site", article, author, tag}, LONG),
        "section": ("/city/", 200, {"site", city, article}, LONG),
        "author": (paper["ana"].get_absolute_url(), 200, {"site", author, f"list:{author}", article}, LONG),
        "tag": (paper["bridge"].get_absolute_url(), 200, {"site", tag, f"list:{tag}", article}, LONG),
        "feed": ("/feeds/all.rss", 200, every | {article, author, tag, live}, LONG),
        "section feed": ("/feeds/section/city.atom", 200, {"site", city, article, author, tag}, LONG),
        "corrections": ("/corrections/", 200, every | {"list:corrections"}, LONG),
        "sitemap": ("/sitemap.xml", 200, None, None),
        "robots": ("/robots.txt", 200, {"site"}, LONG),
        "poll": (f"/live/{ticker.ticker.pk}/since/0.json", 200, {"site", whole, head, live}, None),
        "redirect": (f"/wrong/way-{story.pk}/", 301, {"site", article}, LONG),
        "gone": (gone.get_absolute_url(), 410, {"site", f"article:{gone.pk}"}, LONG),
        "section of a ticker": ("/sport/", 200, {"site", sport, live}, LONG),
    }


def test_every_kind_of_stored_page_says_how_long_and_by_which_keys(cdn, front, django, paper):
    wanted = pages_of(paper)
    for kind, (address, status, keys, control) in wanted.items():
        first, again = ask(front, address), ask(front, address)
        assert (kind, first.status, again) == (kind, status, first)
        own = log.address_key(address)
        sent = again.headers["surrogate-key"].split()
        assert again.headers["cache-tag"].split(",") == sent
        assert sent[-1] == own, kind
        if keys is not None:
            assert (kind, keys - set(sent)) == (kind, set())
        if control is not None:
            assert (kind, told(again)) == (kind, control)
    poll = ask(front, wanted["poll"][0])
    assert told(poll) == "public, max-age=0, s-maxage=2"
    assert len(django.asked) == len(wanted)  # each was stored


def test_a_story_that_expires_is_told_nowhere_past_its_end(cdn, front, paper):
    ends = timezone.now() + timedelta(minutes=30)
    Article.objects.filter(pk=paper["story"].pk).update(expires_at=ends, visible_until=ends)
    for address in (paper["story"].get_absolute_url(), "/city/", "/feeds/all.json"):
        control = told(ask(front, address))
        left = int(control.removeprefix("public, max-age=5, s-maxage="))
        assert 1790 <= left <= 1800


def test_what_is_told_shrinks_as_the_end_comes_nearer(cdn, transactional_db, data_dir):
    """A moment that the view knew nothing of: the store's copy is asked for late, and says less than at first."""
    delivery.purge(["a"], at=timezone.now() + timedelta(seconds=60))

    def django(environ, start_response):
        answer = delivery.stamp(HttpResponse("text"), ["a"])
        start_response("200 OK", list(answer.items()))
        return answer

    front = Front(django)
    first = told(ask(front, "/page/"))
    time.sleep(1.1)
    assert first in {f"public, max-age=5, s-maxage={left}" for left in (58, 59)}
    seconds = [int(control.rsplit("=")[-1]) for control in (first, told(ask(front, "/page/")))]
    assert seconds[1] < seconds[0]


# Not to be kept


def test_what_went_stale_while_it_was_made_is_kept_by_nobody(cdn, transactional_db, data_dir):
    def django(environ, start_response):
        answer = delivery.stamp(HttpResponse("text"), ["a"])
        start_response("200 OK", list(answer.items()))
        return answer

    front = Front(django)
    front.at_step = lambda name: name == "rendered" and delivery.purge(["a"])
    assert told(ask(front, "/page/")) == "public, max-age=1, s-maxage=1"
    front.at_step = id
    assert told(ask(front, "/page/")) == LONG


def test_what_passes_by_the_store_is_kept_by_nobody(cdn, front, paper):
    address = paper["story"].get_absolute_url()
    passed = ask(front, address, "q=1")
    assert (passed.status, told(passed)) == (200, "public, max-age=1, s-maxage=1")
    assert told(ask(front, address)) == LONG


def test_another_host_leads_to_ours_for_a_moment_only(cdn, front):
    assert told(ask(front, "/", host="localhost")) == SHORT


def test_missing_pages_errors_and_health_are_their_readers_alone(cdn, front, paper):
    answers = {
        "missing": ask(front, "/nowhere/"),
        "missing story": ask(front, "/city/nothing-99999/"),
        "a form without its token": ask(front, paper["story"].get_absolute_url(), method="POST"),
        "refused host": ask(front, "/", host="evil.example"),
        "health": ask(front, "/healthz"),
        "desk without an account": ask(front, "/admin/"),
    }
    assert [answer.status for answer in answers.values()] == [404, 404, 403, 400, 200, 302]
    for name in ("missing", "missing story", "refused host", "health"):
        assert (name, told(answers[name])) == (name, PRIVATE)
    for answer in answers.values():
        assert {"private", "no-store"} <= set(told(answer).split(", "))
        assert "surrogate-key" not in answer.headers and "cache-tag" not in answer.headers


@pytest.mark.django_db
def test_no_page_of_the_desk_may_be_kept():
    client, story = Client(), make_published()
    client.force_login(make_chief())
    for path in (
        "/admin/",
        "/admin/articles/article/",
        f"/admin/articles/article/{story.pk}/change/",
        "/admin/delivery/purge/",
        "/admin/jsi18n/",
        "/admin/password_change/",
    ):
        answer = client.get(path)
        assert (path, answer.status_code) == (path, 200)
        assert {"private", "no-store"} <= set(told(answer).split(", ")), path
