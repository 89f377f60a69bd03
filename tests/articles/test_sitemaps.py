from datetime import timedelta

import pytest
from django.utils import timezone
from lxml import etree

from articles import sitemaps, workflow
from articles.models import Article, Tag
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


def test_the_index_names_a_part_for_every_kind_that_has_something_to_show(client, settings):
    assert places(client) == []
    settings.SITE_URL = "https://courier.example"
    make_published(tags=[reference(make_tag("Trams"))])
    assert places(client) == [
        f"https://courier.example/sitemap-{kind}-1.xml" for kind in ("stories", "sections", "tags", "authors")
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
    assert places(client, "/sitemap-stories-1.xml") == [f"https://courier.example{seen.get_absolute_url()}"]
    assert places(client, "/sitemap-sections-1.xml") == ["https://courier.example/city/"]
    assert places(client, "/sitemap-tags-1.xml") == ["https://courier.example/tags/trams/"]
    assert places(client, "/sitemap-authors-1.xml") == ["https://courier.example/authors/ana-petrenko/"]


def test_a_merged_tag_is_named_by_what_it_became(client):
    old, new = make_tag("Tramways"), make_tag("Trams")
    make_published(tags=[reference(old)])
    assert places(client, "/sitemap-tags-1.xml") == ["http://testserver/tags/tramways/"]
    Tag.objects.filter(pk=old.pk).update(canonical=new)
    assert places(client, "/sitemap-tags-1.xml") == ["http://testserver/tags/trams/"]


def test_a_story_says_when_it_last_changed(client):
    make_published()
    Article.objects.update(corrected=timezone.datetime.fromisoformat("2031-03-02T09:00:00+00:00"))
    root = etree.fromstring(client.get("/sitemap-stories-1.xml").content)
    assert root.findtext("{*}url/{*}lastmod") == "2031-03-02"


def test_a_part_holds_one_block_of_ids(client, monkeypatch):
    monkeypatch.setattr(sitemaps, "BLOCK", 2)
    articles = [make_published() for _ in range(3)]
    blocks = sorted({-(-article.pk // 2) for article in articles})
    found = [places(client, f"/sitemap-stories-{number}.xml") for number in blocks]
    assert sum(found, []) == [f"http://testserver{article.get_absolute_url()}" for article in articles]
    assert max(map(len, found)) == 2
    assert f"http://testserver/sitemap-stories-{blocks[-1]}.xml" in places(client)


@pytest.mark.parametrize("part", ["stories-0", "stories-2000000", "stories-01", "drafts-1", "stories-x"])
def test_other_parts_are_missing(client, part):
    make_published()
    assert client.get("/sitemap-stories-1.xml").status_code == 200
    assert client.get(f"/sitemap-{part}.xml").content == client.get("/nowhere/").content


def test_parts_are_stamped_and_cost_the_same_with_one_row_and_three(client, django_assert_num_queries):
    make_published(tags=[reference(make_tag("Trams"))])
    kinds = ("stories", "sections", "tags", "authors")
    for _ in range(2):
        with django_assert_num_queries(4):
            client.get("/sitemap.xml")
        for kind in kinds:
            with django_assert_num_queries(1):
                answer = client.get(f"/sitemap-{kind}-1.xml")
            assert answer.page_keys == ["list:all", f"list:{kind}", "site"]
        for name in ("Ferries", "Buses"):
            make_published(tags=[reference(make_tag(name))], section=reference(make_section(name)))
