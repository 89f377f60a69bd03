"""What all public answers have in common, health, and errors."""

import json
import re
from datetime import date, timedelta
from http import HTTPStatus

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from lxml import html

from articles import workflow
from articles.models import Article
from articles.models.article import day_of
from articles.public.channels import feed_links
from articles.revisions import reference
from delivery.models import Heartbeat
from newsroom import views
from tests.factories import make_author, make_chief, make_published, make_section, make_tag

pytestmark = pytest.mark.django_db
NEWS, SECURITY = "/news-sitemap.xml", "/.well-known/security.txt"


def sitemap_of_stories():
    return re.search(r"/sitemap-stories-\d+\.xml", Client().get("/sitemap.xml").content.decode())[0]


@pytest.fixture
def addresses(settings):
    """Every kind of public answer that is stamped, with its status."""
    article = make_published(headline="Bridge reopens", tags=[reference(make_tag("Trams"))])
    gone = make_published(headline="Gone")
    workflow.correct(
        article.latest_revision, by=make_chief(), kind="correction", wrong="", right="Two years."
    )
    workflow.withdraw(gone, by=make_chief(), kind="error")
    pages = [article, make_section(), make_tag("Trams"), make_author()]
    found = dict.fromkeys([page.get_absolute_url() for page in pages], 200)
    found |= dict.fromkeys(["/", "/corrections/", "/feeds/", "/robots.txt", "/sitemap.xml", NEWS], 200)
    settings.SECURITY_CONTACT = ["mailto:desk@courier.example"]
    found |= {SECURITY: 200, "/manifest.webmanifest": 200, "/favicon.ico": 301}
    found |= {reverse("day", args=[day_of(article.visible_from)]): 200}
    found |= {link.path: 200 for thing in (None, *pages[1:]) for link in feed_links(thing)}
    found |= {sitemap_of_stories(): 200, f"/x/y-{article.pk}/": 301, gone.get_absolute_url(): 410}
    return found


def test_public_answers_are_the_same_for_everyone(client, addresses):
    chief = Client(headers={"accept-language": "de", "user-agent": "Phone"})
    chief.force_login(make_chief())
    chief.cookies["theme"] = "dark"
    for address, status in addresses.items():
        stranger, known = client.get(address), chief.get(address)
        assert (stranger.status_code, address) == (status, address)
        assert stranger.content == known.content
        assert stranger.headers == known.headers
        assert stranger.headers["Vary"] == "Accept-Encoding"
        assert not stranger.cookies and not known.cookies


def test_public_answers_send_the_one_constant_policy_their_keys_and_a_short_life(client, addresses, settings):
    for address in addresses:
        answer = client.get(address)
        assert answer.headers["Content-Security-Policy"] == settings.CONTENT_SECURITY_POLICY
        assert "nonce" not in settings.CONTENT_SECURITY_POLICY
        assert answer.headers["Surrogate-Key"].split() == answer.page_keys
        assert "site" in answer.page_keys
        lasting = ", stale-if-error=86400" if answer.page_keys == ["site"] else ""
        ends = answer.page_until is not None
        assert answer.headers["Cache-Control"] == f"public, max-age=5, s-maxage=5{'' if ends else lasting}"
        assert answer.headers["X-Content-Type-Options"] == "nosniff"


def test_pages_carry_an_etag_and_answer_304_to_it(client, addresses):
    for address in [address for address, status in addresses.items() if status == HTTPStatus.OK]:
        answer = client.get(address)
        again = client.get(address, headers={"if-none-match": answer.headers["ETag"]})
        assert (again.status_code, again.content) == (304, b"")


def test_head_is_answered_like_get_and_nothing_else_is(client, addresses):
    for address, status in addresses.items():
        assert client.head(address).status_code == status
        assert client.post(address).status_code == 405


def test_pages_hold_nothing_inline_and_load_nothing_from_elsewhere(client, addresses):
    for address in addresses:
        answer = client.get(address)
        if not answer.headers["Content-Type"].startswith("text/html") or not answer.content:
            continue
        page = html.fromstring(answer.content.decode())
        assert page.xpath("//style | //@style | //@*[starts-with(name(), 'on')]") == []
        assert {script.get("type") for script in page.xpath("//script")} <= {"application/ld+json"}
        loaded = page.xpath("//link[@rel='stylesheet' or @rel='icon']/@href | //img/@src | //script/@src")
        assert [link for link in loaded if not link.startswith("/static/")] == []
        assert len(page.xpath("//h1")) == 1


def test_every_page_with_an_address_of_its_own_has_a_social_card(client, addresses, settings):
    settings.SITE_URL = "https://courier.example"
    for address, status in addresses.items():
        answer = client.get(address)
        if status != HTTPStatus.OK or not answer.headers["Content-Type"].startswith("text/html"):
            continue
        page = html.fromstring(answer.content.decode())
        card = {meta.get("property"): meta.get("content") for meta in page.xpath("//meta[@property]")}
        assert card["og:url"] == page.xpath("//link[@rel='canonical']/@href")[0]
        assert card["og:type"] in {"website", "article"} and card["og:site_name"] == "The Test Courier"
        assert card["og:title"] and card["og:description"]
        assert card["og:image"].startswith("https://courier.example/")
        assert page.xpath("//meta[@name='twitter:card']/@content") == ["summary"]


def test_headings_never_skip_a_rank(client, addresses):
    for number in range(14):
        make_published(headline=f"Story {number}")
    for address in addresses:
        answer = client.get(address)
        if answer.headers["Content-Type"].startswith("text/html") and answer.content:
            page = html.fromstring(answer.content.decode())
            ranks = [int(node.tag[1]) for node in page.xpath("//h1 | //h2 | //h3 | //h4")]
            assert [pair for pair in zip(ranks, ranks[1:], strict=False) if pair[1] - pair[0] > 1] == []


def test_public_pages_print_no_time_relative_to_now(client, addresses, monkeypatch):
    for address in (NEWS, SECURITY):  # one names what is new, the other says how long it holds
        del addresses[address]
    before = {address: client.get(address).content for address in addresses}
    real = timezone.now
    monkeypatch.setattr(timezone, "now", lambda: real() + timedelta(days=400))
    assert {address: client.get(address).content for address in addresses} == before


def test_absolute_addresses_come_from_the_setting_not_from_the_request(client, addresses, settings):
    settings.SITE_URL = "https://courier.example"
    for address in addresses:
        body = client.get(address, headers={"host": "localhost"}).content
        assert b"localhost" not in body and b"testserver" not in body
    assert b"https://courier.example/feeds/all.rss" in client.get("/").content


def test_robots_names_the_sitemap_and_what_is_not_for_robots(client, settings):
    settings.SITE_URL = "https://courier.example"
    assert client.get("/robots.txt").content.decode() == (
        "User-agent: *\nDisallow: /admin/\nDisallow: /search/\n\n"
        "Sitemap: https://courier.example/sitemap.xml\nSitemap: https://courier.example/news-sitemap.xml\n"
    )


def test_the_addresses_that_other_things_build_on():
    assert [
        reverse("home"),
        reverse("section", args=["city"]),
        reverse("story", args=["city", "bridge-reopens", 7]),
        reverse("author", args=["ana"]),
        reverse("tag", args=["trams"]),
        reverse("corrections"),
        *(reverse("feed", args=[form]) for form in ("rss", "atom", "json")),
        reverse("day", args=[date(2026, 3, 9)]),
        reverse("feeds"),
        reverse("section_feed", args=["city", "rss"]),
        reverse("tag_feed", args=["trams", "atom"]),
        reverse("author_feed", args=["ana", "json"]),
        reverse("sitemap"),
        reverse("news_sitemap"),
        reverse("robots"),
        reverse("security"),
        reverse("manifest"),
        reverse("favicon"),
        reverse("healthz"),
        reverse("readyz"),
        reverse("admin:index"),
    ] == [
        "/",
        "/city/",
        "/city/bridge-reopens-7/",
        "/authors/ana/",
        "/tags/trams/",
        "/corrections/",
        "/feeds/all.rss",
        "/feeds/all.atom",
        "/feeds/all.json",
        "/archive/2026/03/09/",
        "/feeds/",
        "/feeds/section/city.rss",
        "/feeds/tag/trams.atom",
        "/feeds/author/ana.json",
        "/sitemap.xml",
        "/news-sitemap.xml",
        "/robots.txt",
        "/.well-known/security.txt",
        "/manifest.webmanifest",
        "/favicon.ico",
        "/healthz",
        "/readyz",
        "/admin/",
    ]


def test_a_slash_is_forgiven_where_a_page_has_one(client):
    assert client.get("/corrections").headers["Location"] == "/corrections/"
    assert client.get("/admin").headers["Location"] == "/admin/"
    assert client.get("/healthz/").status_code == 404


# Health


def test_healthz_asks_no_database(client, django_assert_num_queries):
    with django_assert_num_queries(0):
        answer = client.get("/healthz")
    assert (answer.status_code, answer.content) == (200, b"ok\n")
    assert answer.headers["Cache-Control"] == "private, no-store"


def ready(client):
    answer = client.get("/readyz")
    assert answer.headers["Cache-Control"] == "private, no-store"
    return answer.status_code, json.loads(answer.content)


def test_readyz_names_a_worker_that_is_missing_or_silent(client, settings, tmp_path):
    settings.DATA_DIR = tmp_path  # Django alone: other tests had pages stored
    assert ready(client) == (
        503,
        {"ready": False, "reasons": ["No worker was ever seen; start one with `manage.py worker`."]},
    )
    seen = timezone.now().replace(microsecond=0)
    beat = Heartbeat.objects.create(name="worker", at=seen)
    assert ready(client) == (200, {"ready": True, "reasons": []})
    beat.at = seen - timedelta(minutes=1)
    beat.save()
    status, said = ready(client)
    assert status == 503
    assert said["reasons"] == [
        f"The worker was last seen at {beat.at.isoformat()}; start one with `manage.py worker`."
    ]


@pytest.fixture
def no_database(monkeypatch):
    """Every query fails as it does when the database is away."""
    from django.db import OperationalError

    def refuse(execute, sql, params, many, context):
        raise OperationalError("connection refused")

    with connection.execute_wrapper(refuse):
        yield


def test_readyz_says_that_the_database_is_away(client, no_database):
    assert ready(client) == (
        503,
        {"ready": False, "reasons": ["The database does not answer: connection refused"]},
    )


# Errors


def test_404_is_answered_without_a_database(client, no_database):
    answer = client.get("/no/such/page")
    assert answer.status_code == 404
    page = html.fromstring(answer.content.decode())
    assert re.sub(r"\s+", " ", page.xpath("//h1")[0].text_content()) == "404: There is no such page"
    assert answer.headers["Cache-Control"] == "private, no-store"


def test_500_is_a_whole_page_without_a_database(no_database, settings):
    client = Client(raise_request_exception=False)
    answer = client.get("/")
    assert answer.status_code == 500
    page = html.fromstring(answer.content.decode())
    assert re.sub(r"\s+", " ", page.xpath("//h1")[0].text_content()) == "500: Something broke on our side"
    assert answer.headers["Content-Security-Policy"] == settings.CONTENT_SECURITY_POLICY


def test_403_says_what_the_error_says(rf):
    answer = views.forbidden(rf.get("/"), PermissionError("Only an editor can <publish>."))
    assert answer.status_code == 403
    assert "Only an editor can &lt;publish&gt;." in answer.content.decode()


def test_one_act_changes_every_page_that_shows_the_story(client, addresses):
    """What is withdrawn is on no page, in no list, in no feed, and in no sitemap."""
    article = Article.objects.published().get()
    holds = [address for address in addresses if b"Bridge reopens" in client.get(address).content]
    assert len(holds) == 20
    workflow.withdraw(article, by=make_chief(), kind="error")
    answers = [client.get(address) for address in addresses]
    assert [answer.request["PATH_INFO"] for answer in answers if b"Bridge reopens" in answer.content] == []
    assert [answer for answer in answers if answer.content.count(article.get_absolute_url().encode())] == []
