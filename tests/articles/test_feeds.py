import json
from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime

import pytest
from django.utils import timezone
from lxml import etree, html

from articles import workflow
from articles.models import Article, Byline, OldSlug, Section, Tag
from articles.public.channels import FORMS, feed_links
from articles.public.feeds import LENGTH
from articles.revisions import reference
from tests.factories import (
    byline,
    make_author,
    make_chief,
    make_published,
    make_revision,
    make_section,
    make_tag,
)

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)
LANGUAGE = "{http://www.w3.org/XML/1998/namespace}lang"
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


# In three forms


def make_signed_story(**content):
    """A story by two authors about one tag, corrected an hour after it was published."""
    article = make_published(
        headline="Trams & ferries: Kyiv’s plan",
        standfirst="Less than < half.",
        bylines=[byline(make_author("Ana Petrenko")), byline(make_author("Cem Yildiz"))],
        tags=[reference(make_tag("Trams"))],
        **content,
    )
    corrected = article.first_published + HOUR
    Article.objects.filter(pk=article.pk).update(corrected=corrected)
    return Article.objects.get(pk=article.pk)


def test_an_atom_entry_names_each_author_and_the_correction_moves_its_date(client, settings):
    settings.SITE_URL = "https://courier.example"
    article = make_signed_story(language="de")
    answer = client.get("/feeds/all.atom")
    assert answer.headers["Content-Type"] == "application/atom+xml; charset=utf-8"
    feed = etree.fromstring(answer.content)
    (entry,) = feed.findall("atom:entry", NAMES)
    assert [(link.get("rel"), link.get("href")) for link in feed.findall("atom:link", NAMES)] == [
        ("alternate", "https://courier.example/"),
        ("self", "https://courier.example/feeds/all.atom"),
    ]
    assert [
        (author.findtext("atom:name", None, NAMES), author.findtext("atom:uri", None, NAMES))
        for author in entry.findall("atom:author", NAMES)
    ] == [
        ("Ana Petrenko", "https://courier.example/authors/ana-petrenko/"),
        ("Cem Yildiz", "https://courier.example/authors/cem-yildiz/"),
    ]
    assert {name: entry.findtext(f"atom:{name}", None, NAMES) for name in ("id", "title", "summary")} == {
        "id": article.uuid.urn,
        "title": "Trams & ferries: Kyiv’s plan",
        "summary": "Less than &lt; half.",
    }
    times = [
        datetime.fromisoformat(entry.findtext(f"atom:{name}", None, NAMES))
        for name in ("published", "updated")
    ]
    assert times == [article.first_published, article.corrected]
    assert (feed.get(LANGUAGE), entry.get(LANGUAGE)) == ("en", "de")
    assert [category.get("term") for category in entry.findall("atom:category", NAMES)] == [
        "Politics",
        "Trams",
    ]


def test_an_rss_item_says_its_language_and_when_it_was_corrected(client):
    article = make_signed_story(language="de")
    feed = channel(client)
    item = feed.find("item")
    assert (feed.findtext("language"), item.findtext("dc:language", None, NAMES)) == ("en", "de")
    assert datetime.fromisoformat(item.findtext("atom:updated", None, NAMES)) == article.corrected
    assert parsedate_to_datetime(feed.findtext("lastBuildDate")) == article.corrected.replace(microsecond=0)


def test_the_json_feed_says_all_of_it(client, settings):
    settings.SITE_URL = "https://courier.example"
    article = make_signed_story()
    answer = client.get("/feeds/all.json")
    assert answer.headers["Content-Type"] == "application/feed+json; charset=utf-8"
    assert json.loads(answer.content) == {
        "version": "https://jsonfeed.org/version/1.1",
        "title": "The Test Courier",
        "description": "The newest stories from The Test Courier",
        "home_page_url": "https://courier.example/",
        "feed_url": "https://courier.example/feeds/all.json",
        "icon": "https://courier.example/static/icon-512.png",
        "authors": [{"name": "The Test Courier", "url": "https://courier.example/"}],
        "language": "en",
        "items": [
            {
                "id": article.uuid.urn,
                "url": f"https://courier.example{article.get_absolute_url()}",
                "title": "Trams & ferries: Kyiv’s plan",
                "content_text": "Less than < half.",
                "date_published": article.first_published.isoformat(),
                "date_modified": article.corrected.isoformat(),
                "authors": [
                    {"name": "Ana Petrenko", "url": "https://courier.example/authors/ana-petrenko/"},
                    {"name": "Cem Yildiz", "url": "https://courier.example/authors/cem-yildiz/"},
                ],
                "tags": ["Politics", "Trams"],
                "language": "en",
            }
        ],
    }


def test_a_free_byline_stands_for_the_authors(client):
    make_published(byline_override="By our correspondents")
    (item,) = json.loads(client.get("/feeds/all.json").content)["items"]
    assert item["authors"] == [{"name": "By our correspondents"}]


def test_an_empty_feed_is_whole_and_the_same_at_every_hour(client, monkeypatch):
    make_section("City")
    addresses = [link.path for thing in (None, make_section("City")) for link in feed_links(thing)]
    before = [client.get(address).content for address in addresses]
    real = timezone.now
    monkeypatch.setattr(timezone, "now", lambda: real() + 100 * HOUR)
    assert [client.get(address).content for address in addresses] == before
    assert etree.fromstring(before[1]).findtext("atom:updated", None, NAMES) == "1970-01-01T00:00:00+00:00"


@pytest.mark.parametrize("form", FORMS)
def test_bad_characters_in_names_do_not_take_a_feed_down(client, form):
    tag, author = make_tag("Trams"), make_author("Ana Petrenko")
    make_published(tags=[reference(tag)], bylines=[byline(author)])
    Tag.objects.update(name="Tr\x01ams", description="All\x02 of it")
    Byline.objects.update(name="Ana\x03 Petrenko")
    answer = client.get(f"/feeds/tag/trams.{form}")
    text = answer.content.decode()
    assert answer.status_code == 200
    if form == "json":
        assert json.loads(text)["items"][0]["authors"][0]["name"] == "Ana\x03 Petrenko"
    else:
        etree.fromstring(answer.content)
        assert "Trams" in text and "Ana Petrenko" in text and "All of it" in text


# Of sections, tags and authors


def items(client, address):
    return [item["title"] for item in json.loads(client.get(address).content)["items"]]


@pytest.fixture(params=["section", "tag", "author"])
def subject(request):
    """A function that makes a section, tag or author by name, and one that gives the content of its stories."""
    return {
        "section": (make_section, lambda thing: {"section": reference(thing)}),
        "tag": (make_tag, lambda *tags: {"tags": [reference(tag) for tag in tags]}),
        "author": (make_author, lambda *authors: {"bylines": [byline(author) for author in authors]}),
    }[request.param]


def address_of(thing, form="json", slug=None):
    return f"/feeds/{thing._meta.model_name}/{slug or thing.slug}.{form}"


def test_a_section_tag_or_author_has_a_feed_of_its_own_newest_first(client, subject):
    make, of = subject
    thing, other = make("Nora Vale"), make("Somebody Else")
    for number in range(3):
        make_published(headline=f"Story {number}", at=timezone.now() - number * HOUR, **of(thing))
    make_published(headline="Another", **of(other))
    make_published(headline="Tomorrow", at=timezone.now() + HOUR, **of(thing))
    make_revision(headline="Draft", **of(thing))
    assert items(client, address_of(thing)) == ["Story 0", "Story 1", "Story 2"]
    feed = json.loads(client.get(address_of(thing)).content)
    assert (feed["title"], feed["home_page_url"]) == (
        "Nora Vale – The Test Courier",
        f"http://testserver{thing.get_absolute_url()}",
    )
    assert thing.list_key in client.get(address_of(thing)).page_keys


def test_its_page_names_its_feeds_and_the_sites(client, subject):
    make, of = subject
    thing = make("Nora Vale")
    make_published(**of(thing))
    page = html.fromstring(client.get(thing.get_absolute_url()).content.decode())
    assert [(link.text, link.get("href")) for link in page.xpath("//main//p[@class='more']/a")] == [
        (form.word, address_of(thing, form.ending)) for form in FORMS.values()
    ]
    assert [
        (link.get("type"), link.get("title"), link.get("href"))
        for link in page.xpath("//link[@rel='alternate'][@type]")
    ] == [
        (form.media_type, f"{title} ({form.word})", f"http://testserver{path}.{form.ending}")
        for title, path in (
            ("Nora Vale – The Test Courier", address_of(thing).removesuffix(".json")),
            ("The Test Courier", "/feeds/all"),
        )
        for form in FORMS.values()
    ]


def test_a_former_address_leads_to_the_feed_in_one_step_in_the_same_form(client, subject):
    make, of = subject
    thing = make("Nora Vale")
    make_published(**of(thing))
    OldSlug.objects.create(slug="nora", **{thing._meta.model_name: thing})
    for form in FORMS:
        answer = client.get(address_of(thing, form, "nora"))
        assert (answer.status_code, answer.headers["Location"]) == (301, address_of(thing, form))
        assert thing.list_key in answer.page_keys


@pytest.mark.parametrize("make, of", [(make_tag, "tags"), (make_author, "bylines")])
def test_a_merged_pair_is_one_feed_at_one_address(client, make, of, django_assert_num_queries):
    root, merged = make("Nora Vale"), make("Nora V")
    as_content = reference if of == "tags" else byline
    now = timezone.now()
    make_published(headline="Of the root", at=now - 3 * HOUR, **{of: [as_content(root)]})
    with django_assert_num_queries(6):
        client.get(address_of(root))
    make_published(headline="Of both", at=now - 2 * HOUR, **{of: [as_content(root), as_content(merged)]})
    make_published(headline="Of the merged", at=now - HOUR, **{of: [as_content(merged)]})
    type(root).objects.filter(pk=merged.pk).update(canonical=root, merged_into=root)
    with django_assert_num_queries(6):
        assert items(client, address_of(root)) == ["Of the merged", "Of both", "Of the root"]
    answer = client.get(address_of(merged, "rss"))
    assert (answer.status_code, answer.headers["Location"]) == (301, address_of(root, "rss"))


def test_the_feed_of_a_section_costs_the_same_with_one_story_and_three(client, django_assert_num_queries):
    city = make_section("City")
    for number in range(3):
        make_published(section=reference(city), tags=[reference(make_tag(f"Tag {number}"))])
        if number != 1:
            with django_assert_num_queries(4):
                assert len(items(client, "/feeds/section/city.json")) == number + 1


def test_without_a_visible_story_there_is_no_feed_of_a_tag_an_author_or_a_retired_section(client):
    city, trams, nora = make_section("City"), make_tag("Trams"), make_author("Nora Vale")
    make_published(
        section=reference(city), tags=[reference(trams)], bylines=[byline(nora)], at=timezone.now() + HOUR
    )
    missing = client.get("/nowhere/")
    assert items(client, address_of(city)) == []
    Section.objects.update(retired_at=timezone.now())
    for thing in (city, trams, nora):
        for form in FORMS:
            answer = client.get(address_of(thing, form))
            assert (answer.status_code, answer.content) == (404, missing.content)
    for address in (
        "/feeds/tag/nothing.rss",
        "/feeds/all.xml",
        "/feeds/all.rss/",
        "/feeds/section/city.html",
    ):
        assert client.get(address).content == missing.content
    Article.objects.update(visible_from=timezone.now() - HOUR)
    assert len(items(client, address_of(city))) == 1


def test_a_feed_ends_when_the_first_of_its_stories_expires(client, subject):
    make, of = subject
    thing = make("Nora Vale")
    make_published(**of(thing))
    ends = timezone.now() + HOUR
    Article.objects.update(visible_until=ends)
    assert client.get(address_of(thing)).page_until == ends


# The list of feeds


def test_the_list_names_the_feeds_of_the_site_its_sections_and_the_newest_stories(client):
    make_section("City", position=1)
    make_published(
        section=reference(make_section("Economy", position=2)),
        tags=[reference(make_tag("Trams")), reference(make_tag("Bridges"))],
        bylines=[byline(make_author("Nora Vale", sort_name="Vale, Nora")), byline(make_author("Cem Yildiz"))],
    )
    make_published(at=timezone.now() + HOUR, tags=[reference(make_tag("Secret"))])
    page = html.fromstring(client.get("/feeds/").content.decode())
    groups = {
        section.findtext("h2"): [li.findtext("span") for li in section.xpath(".//li")]
        for section in page.xpath("//main//section")
    }
    assert groups == {
        "All stories": ["The Test Courier"],
        "Sections": ["Politics", "City", "Economy"],
        "Authors": ["Cem Yildiz", "Nora Vale"],
        "Subjects": ["Bridges", "Trams"],
    }
    links = page.xpath("//main//li//a/@href")
    assert links[-3:] == ["/feeds/tag/trams.rss", "/feeds/tag/trams.atom", "/feeds/tag/trams.json"]
    assert {client.get(link).status_code for link in links} == {200}


def test_the_list_is_stamped_and_costs_the_same_with_one_story_and_three(client, django_assert_num_queries):
    for number in range(3):
        author = make_author(f"Author {number}")
        article = make_published(tags=[reference(make_tag(f"Tag {number}"))], bylines=[byline(author)])
        if number != 1:
            with django_assert_num_queries(4):
                answer = client.get("/feeds/")
            assert {"list:all", article.page_key, author.page_key} <= set(answer.page_keys)
    assert client.get("/feeds").headers["Location"] == "/feeds/"
