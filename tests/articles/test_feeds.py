from datetime import timedelta
from email.utils import parsedate_to_datetime

import pytest
from django.utils import timezone
from lxml import etree

from articles import workflow
from articles.feeds import LENGTH
from articles.models import Article
from articles.revisions import reference
from tests.factories import byline, make_author, make_chief, make_published, make_revision, make_tag

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)
NAMES = {"atom": "http://www.w3.org/2005/Atom", "dc": "http://purl.org/dc/elements/1.1/"}


def channel(client):
    return etree.fromstring(client.get("/feeds/all.rss").content).find("channel")


def titles(client):
    return [item.findtext("title") for item in channel(client).iter("item")]


def test_an_item_says_what_where_when_and_who(client, settings):
    settings.SITE_URL = "https://courier.example"
    article = make_published(
        headline="Trams & ferries: Kyiv’s plan",
        standfirst="Less than < half.",
        bylines=[byline(make_author("Ana Petrenko")), byline(make_author("Cem Yildiz"))],
        tags=[reference(make_tag("Trams"))],
    )
    feed = channel(client)
    item = feed.find("item")
    assert feed.find("atom:link", NAMES).attrib == {
        "rel": "self",
        "href": "https://courier.example/feeds/all.rss",
    }
    assert (feed.findtext("title"), feed.findtext("link")) == ("The Test Courier", "https://courier.example/")
    assert item.findtext("title") == "Trams & ferries: Kyiv’s plan"
    assert item.findtext("link") == f"https://courier.example{article.get_absolute_url()}"
    assert item.findtext("description") == "Less than &lt; half."
    assert item.findtext("dc:creator", namespaces=NAMES) == "Ana Petrenko, Cem Yildiz"
    assert parsedate_to_datetime(item.findtext("pubDate")) == article.first_published.replace(microsecond=0)
    assert (item.findtext("guid"), item.find("guid").get("isPermaLink")) == (
        f"urn:uuid:{article.uuid}",
        "false",
    )
    assert [category.text for category in item.iter("category")] == ["Politics", "Trams"]


def test_only_what_readers_may_see_is_in_it_newest_first(client):
    now = timezone.now()
    make_revision(headline="Draft")
    make_published(headline="Tomorrow", at=now + HOUR)
    make_published(headline="Older", at=now - HOUR)
    make_published(headline="Newer", at=now)
    withdrawn = make_published(headline="Withdrawn", at=now - 2 * HOUR)
    assert titles(client) == ["Newer", "Older", "Withdrawn"]
    workflow.withdraw(withdrawn, by=make_chief(), kind="error")
    assert titles(client) == ["Newer", "Older"]


def test_the_feed_is_bounded(client):
    for _ in range(LENGTH + 1):
        make_published()
    assert len(titles(client)) == LENGTH == 50


def test_a_label_goes_before_the_headline(client):
    make_published(headline="A better oven", label="sponsored")
    assert titles(client) == ["Sponsored: A better oven"]


def test_one_bad_character_does_not_take_the_feed_down(client):
    make_published(headline="Good")
    Article.objects.update(headline="Go\x0bod\x01")
    assert titles(client) == ["Good"]


def test_a_feed_reader_that_has_it_gets_304_until_something_changes(client):
    make_published(headline="First")
    answer = client.get("/feeds/all.rss")
    assert "Last-Modified" not in answer.headers
    etag = answer.headers["ETag"]
    assert client.get("/feeds/all.rss", headers={"if-none-match": etag}).status_code == 304
    Article.objects.update(headline="First, mended")
    assert client.get("/feeds/all.rss", headers={"if-none-match": etag}).status_code == 200


def test_the_feed_is_stamped_and_costs_the_same_with_one_story_and_three(client, django_assert_num_queries):
    first = make_published(tags=[reference(make_tag("Trams"))])
    with django_assert_num_queries(3):
        client.get("/feeds/all.rss")
    for name in ("Trams", "Ferries"):
        make_published(tags=[reference(make_tag(name))])
    with django_assert_num_queries(3):
        answer = client.get("/feeds/all.rss")
    assert {first.page_key, "list:all", make_tag("Ferries").page_key, "site"} <= set(answer.page_keys)
    assert answer.headers["Vary"] == "Accept-Encoding"
