import re
from datetime import timedelta

import pytest
from django.utils import timezone
from lxml import etree

from articles import workflow
from articles.models import Article, Tag
from articles.public import sitemaps
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


def places(client, address="/sitemap.xml"):
    answer = client.get(address)
    assert answer.headers["Content-Type"] == "application/xml"
    return [node.text for node in etree.fromstring(answer.content).iter("{*}loc")]


def part(client, kind):
    """The address of the one part of a kind; its number follows from ids, which no test chooses."""
    (found,) = [place for place in places(client) if f"/sitemap-{kind}-" in place]
    return "/" + found.rsplit("/", 1)[1]


def test_the_index_names_a_part_for_every_kind_that_has_something_to_show(client, settings):
    assert places(client) == []
    settings.SITE_URL = "https://courier.example"
    make_published(tags=[reference(make_tag("Trams"))])
    assert [re.sub(r"\d+", "N", place) for place in places(client)] == [
        f"https://courier.example/sitemap-{kind}-N.xml" for kind in ("stories", "sections", "tags", "authors")
    ]


def test_the_parts_name_what_readers_may_see_and_nothing_else(client, settings):
    settings.SITE_URL = "https://courier.example"
    now, city = timezone.now(), make_section("City")
    make_section("Empty")
    seen = make_published(
        section=reference(city),
        tags=[reference(make_tag("Trams"))],
        bylines=[byline(make_author("Ana Petrenko"))],
    )
    unseen = {
        "tags": [reference(make_tag("Secret"))],
        "bylines": [byline(make_author("Secret Writer"))],
        "section": reference(make_section("Secret")),
    }
    make_revision(**unseen)
    make_published(at=now + HOUR, **unseen)
    workflow.withdraw(make_published(**unseen), by=make_chief(), kind="error")
    make_published(section=reference(city), bylines=[], noindex=True)
    make_published(section=reference(city), bylines=[], canonical_url="https://partner.example/x")
    assert places(client, part(client, "stories")) == [f"https://courier.example{seen.get_absolute_url()}"]
    assert places(client, part(client, "sections")) == ["https://courier.example/city/"]
    assert places(client, part(client, "tags")) == ["https://courier.example/tags/trams/"]
    assert places(client, part(client, "authors")) == ["https://courier.example/authors/ana-petrenko/"]


def test_a_merged_tag_is_named_by_what_it_became(client):
    old, new = make_tag("Tramways"), make_tag("Trams")
    make_published(tags=[reference(old)])
    assert places(client, part(client, "tags")) == ["http://testserver/tags/tramways/"]
    Tag.objects.filter(pk=old.pk).update(canonical=new)
    assert places(client, part(client, "tags")) == ["http://testserver/tags/trams/"]


def test_a_story_says_when_it_last_changed(client):
    make_published()
    Article.objects.update(corrected=timezone.datetime.fromisoformat("2031-03-02T09:00:00+00:00"))
    root = etree.fromstring(client.get(part(client, "stories")).content)
    assert root.findtext("{*}url/{*}lastmod") == "2031-03-02"


def test_a_part_holds_one_block_of_ids(client, monkeypatch):
    monkeypatch.setattr(sitemaps, "BLOCK", 2)
    articles = [make_published() for _ in range(3)]
    blocks = sorted({-(-article.pk // 2) for article in articles})
    found = [places(client, f"/sitemap-stories-{number}.xml") for number in blocks]
    assert sum(found, []) == [f"http://testserver{article.get_absolute_url()}" for article in articles]
    assert max(map(len, found)) == 2
    assert f"http://testserver/sitemap-stories-{blocks[-1]}.xml" in places(client)


@pytest.mark.parametrize("other", ["stories-0", "stories-2000000", "stories-01", "drafts-1", "stories-x"])
def test_other_parts_are_missing(client, other):
    make_published()
    assert client.get(part(client, "stories")).status_code == 200
    assert client.get(f"/sitemap-{other}.xml").content == client.get("/nowhere/").content


def test_parts_are_stamped_and_cost_the_same_with_one_row_and_three(client, django_assert_num_queries):
    make_published(tags=[reference(make_tag("Trams"))])
    kinds = ("stories", "sections", "tags", "authors")
    for _ in range(2):
        with django_assert_num_queries(8):
            client.get("/sitemap.xml")
        for kind in kinds:
            address = part(client, kind)
            with django_assert_num_queries(1):
                answer = client.get(address)
            assert answer.page_keys == ["list:all", f"list:{kind}", "site"]
        for name in ("Ferries", "Buses"):
            make_published(tags=[reference(make_tag(name))], section=reference(make_section(name)))


@pytest.mark.parametrize("walk", [1, 2, 200])
def test_the_index_names_no_part_that_is_empty(client, monkeypatch, walk):
    monkeypatch.setattr(sitemaps, "BLOCK", 1)
    monkeypatch.setattr(sitemaps, "WALK", walk)
    seen = [make_published(), make_revision().article, make_published()]
    named = [place for place in places(client) if "stories" in place]
    assert named == [f"http://testserver/sitemap-stories-{seen[n].pk}.xml" for n in (0, 2)]
    assert [client.get(place).status_code for place in named] == [200, 200]


# News


NEWS = "/news-sitemap.xml"
SPACES = {
    "s": "http://www.sitemaps.org/schemas/sitemap/0.9",
    "n": "http://www.google.com/schemas/sitemap-news/0.9",
}


def news_titles(client):
    return [node.text for node in etree.fromstring(client.get(NEWS).content).iter("{*}title")]


def test_the_news_sitemap_says_what_the_format_asks_for(client, settings):
    settings.SITE_URL, settings.SITE_NAME = "https://courier.example", "Harbour & Town"
    article = make_published(headline="Trams < buses & ferries", language="pt-br")
    answer = client.get(NEWS)
    assert answer.headers["Content-Type"] == "application/xml"
    (url,) = etree.fromstring(answer.content).findall("s:url", SPACES)
    assert [(etree.QName(node).localname, (node.text or "").strip()) for node in url.iter()] == [
        ("url", ""),
        ("loc", f"https://courier.example{article.get_absolute_url()}"),
        ("news", ""),
        ("publication", ""),
        ("name", "Harbour & Town"),
        ("language", "pt"),
        ("publication_date", article.first_published.isoformat()),
        ("title", "Trams < buses & ferries"),
    ]
    assert {etree.QName(node).namespace for node in url.iter("{*}news", "{*}name", "{*}title")} == {
        SPACES["n"]
    }


def test_the_news_are_the_stories_first_published_within_two_days_newest_first(client):
    now = timezone.now()
    make_published(headline="Newer", at=now)
    make_published(headline="Older", at=now - 47 * HOUR)
    make_published(headline="Too old", at=now - 49 * HOUR)
    back = make_published(headline="Old and back", at=now - 90 * HOUR)
    Article.objects.filter(pk=back.pk).update(visible_from=now - HOUR)
    make_published(headline="Tomorrow", at=now + HOUR)
    make_published(headline="Paid for", label="sponsored")
    make_published(headline="Hidden", noindex=True)
    make_published(headline="A partner’s", canonical_url="https://partner.example/x")
    make_revision(headline="Draft")
    withdrawn = make_published(headline="Withdrawn")
    assert news_titles(client) == ["Withdrawn", "Newer", "Older"]
    workflow.withdraw(withdrawn, by=make_chief(), kind="error")
    assert news_titles(client) == ["Newer", "Older"]


def test_the_news_sitemap_ends_when_its_oldest_story_leaves_the_window(client):
    assert client.get(NEWS).page_until is None
    now = timezone.now()
    oldest, newer = make_published(at=now - 40 * HOUR), make_published(at=now)
    answer = client.get(NEWS)
    assert answer.page_until == now + 8 * HOUR
    assert answer.page_keys == sorted([oldest.page_key, newer.page_key, "list:all", "site"])
    Article.objects.filter(pk=newer.pk).update(visible_until=now + HOUR)
    assert client.get(NEWS).page_until == now + HOUR


def test_the_news_sitemap_is_bounded_and_costs_one_query(client, monkeypatch, django_assert_num_queries):
    assert sitemaps.NEWS_LIMIT == 1000
    monkeypatch.setattr(sitemaps, "NEWS_LIMIT", 2)
    for number in range(3):
        make_published(headline=f"Story {number}", at=timezone.now() - number * HOUR)
        with django_assert_num_queries(1):
            client.get(NEWS)
    assert news_titles(client) == ["Story 0", "Story 1"]


def test_a_character_that_xml_cannot_hold_does_not_take_the_news_down(client):
    make_published(headline="Good")
    Article.objects.update(headline="Go\x0bod")
    assert news_titles(client) == ["Good"]


def test_an_empty_news_sitemap_is_a_whole_one(client):
    root = etree.fromstring(client.get(NEWS).content)
    assert (etree.QName(root).localname, len(root)) == ("urlset", 0)
