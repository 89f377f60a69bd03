import json
from datetime import timedelta

import pytest
from django.utils import timezone
from lxml import html

from articles import workflow
from articles.models import Article, OldSlug, Section
from articles.revisions import reference
from newsroom import corpus
from tests.factories import (
    byline,
    make_author,
    make_chief,
    make_content,
    make_image,
    make_published,
    make_revision,
    make_section,
    make_ticker,
)
from tests.pages import text
from tickers import log

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)


def front(client, address="/"):
    return html.fromstring(client.get(address).content.decode())


def headlines(page, part):
    """The headlines of the cards in the first element of a class, kickers left out."""
    found = page.xpath(f"//*[contains(concat(' ', @class, ' '), ' {part} ')]")
    return [text(link).split(": ")[-1] for link in (found[0].xpath(".//article//a") if found else [])]


def make_stories(section, *names, hours=0, **content):
    """Published stories of a section, the first the newest."""
    now = timezone.now()
    return [
        make_published(headline=name, section=reference(section), at=now - (hours + n) * HOUR, **content)
        for n, name in enumerate(names)
    ]


# Home


def test_home_says_so_when_nothing_is_published(client):
    make_revision(headline="Draft")
    page = front(client)
    assert text(page.xpath("//main")[0]) == "No story is published yet."
    assert [text(h1) for h1 in page.xpath("//h1")] == ["The Test Courier"]


def test_home_leads_with_the_newest_and_fills_itself(client):
    city = make_section("City")
    make_stories(city, *(f"Story {number:02}" for number in range(20)))
    page = front(client)
    numbers = {
        part: [int(name[-2:]) for name in headlines(page, part)]
        for part in ("lead", "beside", "under", "row", "block")
    }
    assert numbers == {
        "lead": [0],
        "beside": [1, 2, 3],
        "under": [4, 5],
        "row": [6, 7, 8, 9],
        "block": [10, 11, 12, 13],
    }


def test_the_most_urgent_of_the_newest_leads(client):
    city = make_section("City")
    make_stories(city, "Newest", "Second")
    make_stories(city, "Flood", hours=3, urgency=2)
    page = front(client)
    assert (headlines(page, "lead"), headlines(page, "beside")) == (["Flood"], ["Newest", "Second"])


def test_urgent_news_leads_for_a_day_and_the_front_knows_when_that_is_over(client):
    city = make_section("City")
    make_stories(city, "Budget passed", "Trams run", hours=1)
    (flood,) = make_pictured(city, "Flood", hours=23, urgency=1)
    addresses = ("/", "/city/")
    for address in addresses:
        answer = client.get(address)
        page = html.fromstring(answer.content.decode())
        assert page.xpath("//div[starts-with(@class, 'top')]/@class") == ["top big"]
        assert headlines(page, "lead") == ["Flood"]
        assert answer.page_until == flood.visible_from + 24 * HOUR
    later = flood.visible_from - HOUR
    Article.objects.filter(pk=flood.pk).update(visible_from=later)
    for address in addresses:
        answer = client.get(address)
        page = html.fromstring(answer.content.decode())
        assert (headlines(page, "lead"), headlines(page, "beside")) == (
            ["Budget passed"],
            ["Trams run", "Flood"],
        )
        assert answer.page_until is None
    Article.objects.exclude(pk=flood.pk).update(visible_from=later - HOUR)
    for address in addresses:
        page = front(client, address)
        assert headlines(page, "lead") == ["Flood"]
        assert page.xpath("//div[starts-with(@class, 'top')]/@class") == ["top usual"]


def test_what_is_of_little_urgency_gains_none_with_age(client):
    city = make_section("City")
    make_stories(city, "Fair on Sunday", hours=1, urgency=7)
    make_stories(city, "Flea market", hours=30, urgency=8)
    assert headlines(front(client), "lead") == ["Fair on Sunday"]


def test_what_somebody_paid_for_never_leads_nor_stands_beside_and_says_sponsored_first(client):
    city = make_section("City")
    make_stories(city, "A better oven", label="sponsored", kicker="Ovens", urgency=1)
    make_stories(city, "Budget passed", "One", "Two", "Three", hours=1)
    page = front(client)
    assert headlines(page, "lead") == ["Budget passed"]
    assert headlines(page, "beside") == ["One", "Two", "Three"]
    assert [text(link) for link in page.xpath("//article[@class='card sponsored']//a")] == [
        "Sponsored · Ovens: A better oven"
    ]


def test_every_section_with_more_stories_has_a_block_in_the_order_of_the_navigation(client):
    second, first = make_section("City", position=2), make_section("Economy", position=1)
    make_section("Empty", position=3)
    retired = make_section("Retired", position=4)
    make_stories(second, *(f"City {number}" for number in range(12)))
    make_stories(first, *(f"Economy {number}" for number in range(6)), hours=20)
    make_stories(retired, "Old", hours=90)
    Section.objects.filter(pk=retired.pk).update(retired_at=timezone.now())
    page = front(client)
    blocks = page.xpath("//section[contains(@class, 'block')]")
    assert [text(block.xpath("h2")[0]) for block in blocks] == ["Economy", "City"]
    assert [text(link) for link in blocks[0].xpath(".//article//a")] == [f"Economy {n}" for n in range(4)]
    assert [text(link) for link in blocks[1].xpath(".//article//a")] == ["City 10", "City 11"]
    assert [text(link) for link in page.xpath("//header//nav//a")] == ["Economy", "City", "Empty"]


def test_home_prints_the_short_headline_where_there_is_one(client):
    make_stories(make_section("City"), "A very long headline", home_headline="Short")
    assert headlines(front(client), "lead") == ["Short"]


def test_home_shows_no_draft_no_embargo_and_nothing_withdrawn(client):
    make_published(headline="Seen")
    make_revision(headline="Draft")
    make_published(headline="Tomorrow", at=timezone.now() + HOUR)
    withdrawn = make_published(headline="Withdrawn")
    assert sorted(text(link) for link in front(client).xpath("//article//a")) == ["Seen", "Withdrawn"]
    workflow.withdraw(withdrawn, by=make_chief(), kind="error")
    assert [text(link) for link in front(client).xpath("//article//a")] == ["Seen"]


def test_home_is_stamped_with_what_it_shows_and_draws_from(client):
    city, empty = make_section("City"), make_section("Empty")
    article = make_stories(city, "Story")[0]
    ends = timezone.now() + HOUR
    Article.objects.filter(pk=article.pk).update(visible_until=ends)
    answer = client.get("/")
    assert answer.page_keys == sorted(
        [article.page_key, city.list_key, empty.list_key, "list:all", "list:tickers", "site"]
    )
    assert answer.page_until == ends


def make_pictured(section, *names, **content):
    image = make_image(names[0])
    return make_stories(section, *names, lead_image=reference(image), **content)


def test_a_lead_with_a_picture_has_a_row_beneath_it_and_no_second_pair(client):
    make_pictured(make_section("City"), *(f"Story {number:02}" for number in range(12)))
    page = front(client)
    parts = {
        part: len(headlines(page, part)) for part in ("usual", "lead", "beside", "under", "row", "block")
    }
    assert parts == {"usual": 4, "lead": 1, "beside": 3, "under": 0, "row": 4, "block": 4}
    pictured = page.xpath("//article[.//img]")
    assert [text(card) for card in pictured] == [
        f"Story {number:02} Trams cross the river in Marrow again." for number in (0, 4, 5, 6, 7, 8)
    ]


@pytest.mark.parametrize(("urgency", "form"), [(1, "big"), (2, "big"), (3, "usual"), (None, "usual")])
def test_urgent_news_with_a_picture_makes_a_big_day(client, urgency, form):
    make_pictured(make_section("City"), "Flood", urgency=urgency)
    assert front(client).xpath("//div[starts-with(@class, 'top')]/@class") == [f"top {form}"]


def test_three_stories_below_the_top_make_no_row_with_a_hole(client):
    make_pictured(make_section("City"), *(f"Story {number}" for number in range(7)))
    page = front(client)
    assert (headlines(page, "row"), headlines(page, "block")) == ([], ["Story 4", "Story 5", "Story 6"])


def test_opinion_stands_on_its_own_ground_under_its_authors_name(client):
    city, ana = make_section("City"), make_author("Ana Petrenko", portrait=make_image("Ana"))
    make_stories(city, "Argued first", genre="opinion", bylines=[byline(ana)])
    make_stories(city, "Argued later", hours=1, genre="opinion", bylines=[byline(make_author("Ben Ro"))])
    make_stories(
        city, "Argued by two", hours=2, genre="opinion", bylines=[byline(ana), byline(make_author("Ben Ro"))]
    )
    make_stories(city, "News", hours=3)
    answer = client.get("/")
    page = html.fromstring(answer.content.decode())
    (ground,) = page.xpath("//section[@class='opinions']")
    assert [text(card) for card in ground.xpath(".//article")] == [
        "Ana Petrenko: Argued first",
        "Ben Ro: Argued later",
        "Ana Petrenko, Ben Ro: Argued by two",
    ]
    assert [len(card.xpath(".//img[@alt='']")) for card in ground.xpath(".//article")] == [1, 0, 0]
    assert headlines(page, "lead") == ["News"]
    assert {ana.page_key, ana.portrait.page_key} <= set(answer.page_keys)
    assert len(page.xpath("//article")) == 4


def test_a_translation_of_what_stands_here_waits_in_its_section_and_under_the_story(client):
    city = make_section("City")
    (story,) = make_stories(city, "Barrier holds", hours=1)
    told = reference(story.live_revision)
    make_stories(city, "Das Sperrwerk hält", language="de", translation_of=told)
    make_stories(city, "Eigene Geschichte", hours=2, language="de")
    links = [text(link) for link in front(client).xpath("//main//article//a")]
    assert links == ["Barrier holds", "Eigene Geschichte"]
    page = front(client, "/city/")
    assert headlines(page, "lead") == ["Barrier holds"]
    assert headlines(page, "list") == ["Das Sperrwerk hält"]


def test_where_all_is_opinion_one_leads(client):
    make_stories(make_section("City"), "One", "Two", genre="opinion")
    page = front(client)
    assert (headlines(page, "lead"), headlines(page, "beside")) == (["One"], ["Two"])
    assert page.xpath("//section[@class='opinions']") == []


def test_breaking_news_that_is_written_up_leads_and_leaves_the_strip(client):
    city = make_section("City")
    story, other = make_stories(city, "Bridge closed", "Fire at the mill", urgency=1)
    make_stories(city, "Newest")
    for article in (story, other):
        workflow.set_breaking(article, timezone.now() + HOUR, by=make_chief())
    for address in ("/", "/city/"):
        page = front(client, address)
        assert headlines(page, "lead") == ["Bridge closed"]
        assert [text(flag) for flag in page.xpath("//p[@class='flag']")] == ["Breaking"]
        assert [text(link) for link in page.xpath("//aside[@class='breaking']//a")] == ["Fire at the mill"]


def test_a_flash_that_nobody_wrote_up_does_not_lead_once_it_left_the_strip(client):
    city = make_section("City")
    make_stories(city, "Budget passed", hours=1)
    content = make_content(headline="Bridge closed", body="", section=reference(city))
    workflow.set_breaking(workflow.flash(content, by=make_chief()), None, by=make_chief())
    page = front(client)
    assert (headlines(page, "lead"), headlines(page, "beside")) == (["Budget passed"], ["Bridge closed"])


def test_a_flash_alone_stands_in_the_strip_and_nowhere_else(client):
    city = make_section("City")
    workflow.flash(make_content(headline="Bridge closed", body="", section=reference(city)), by=make_chief())
    for address in ("/", "/city/"):
        page = front(client, address)
        assert [text(link) for link in page.xpath("//aside[@class='breaking']//a")] == ["Bridge closed"]
        assert page.xpath("//article") == []
        assert "No story is published yet." not in text(page)


# Section


def test_a_section_shows_its_own_stories_newest_first(client):
    city = make_section("City", description="The town and the harbour.")
    make_stories(city, *(f"City {number}" for number in range(6)))
    make_stories(make_section("Economy"), "Rates")
    page = front(client, "/city/")
    assert text(page.xpath("//main//header")[0]) == "City The town and the harbour."
    parts = [headlines(page, part) for part in ("lead", "beside", "under", "list")]
    assert parts == [["City 0"], ["City 1", "City 2", "City 3"], ["City 4", "City 5"], []]
    assert [(text(a), a.get("aria-current")) for a in page.xpath("//header//nav//a")] == [
        ("City", "page"),
        ("Economy", None),
    ]


def test_an_empty_section_has_a_front_and_an_unknown_one_has_none(client):
    make_section("City")
    assert "No story is published yet." in client.get("/city/").content.decode()
    assert client.get("/nowhere/").status_code == 404


def test_a_retired_section_stays_for_as_long_as_it_has_stories(client):
    for name in ("City", "Empty"):
        make_section(name)
    make_stories(make_section("City"), "Old story")
    Section.objects.update(retired_at=timezone.now())
    assert headlines(front(client, "/city/"), "lead") == ["Old story"]
    assert client.get("/empty/").content == client.get("/nowhere/").content


def test_former_addresses_and_a_missing_slash_lead_to_the_section_in_one_step(client):
    city = make_section("City")
    OldSlug.objects.create(slug="town", section=city)
    for address in ("/city", "/town/", "/town", "/town?utm_source=x"):
        answer = client.get(address)
        assert (answer.status_code, answer.headers["Location"]) == (301, "/city/")
        assert answer.page_keys == [city.list_key, "site"]


def test_a_section_that_took_over_an_old_address_owns_it(client):
    OldSlug.objects.create(slug="town", section=make_section("City"))
    make_section("Town")
    assert client.get("/town/").status_code == 200


# What machines read


def data_of(client, address):
    scripts = front(client, address).xpath("//script[@type='application/ld+json']")
    return [json.loads(script.text) for script in scripts]


def test_home_says_who_publishes_it_and_what_it_is(client, settings):
    settings.SITE_URL = "https://courier.example"
    publisher = {
        "@type": "NewsMediaOrganization",
        "name": "The Test Courier",
        "url": "https://courier.example/",
    }
    logo = {
        "@type": "ImageObject",
        "url": "https://courier.example/static/icon-512.png",
        "width": 512,
        "height": 512,
    }
    assert data_of(client, "/") == [
        {"@context": "https://schema.org", **publisher, "logo": logo},
        {
            "@context": "https://schema.org",
            "@type": "WebSite",
            "name": "The Test Courier",
            "url": "https://courier.example/",
            "inLanguage": "en",
            "publisher": publisher,
        },
    ]


def test_a_section_says_that_it_collects_and_the_way_to_it(client, settings):
    settings.SITE_URL = "https://courier.example"
    make_stories(make_section("City", description="The town and the harbour."), "Story")
    page, way = data_of(client, "/city/")
    assert page == {
        "@context": "https://schema.org",
        "@type": "CollectionPage",
        "name": "City",
        "description": "The town and the harbour.",
        "url": "https://courier.example/city/",
        "inLanguage": "en",
        "isPartOf": {"@type": "WebSite", "name": "The Test Courier", "url": "https://courier.example/"},
    }
    assert [(step["position"], step["name"], step["item"]) for step in way["itemListElement"]] == [
        (1, "The Test Courier", "https://courier.example/"),
        (2, "City", "https://courier.example/city/"),
    ]


# A live ticker that runs


def test_home_shows_a_running_ticker_with_its_last_three_entries(client, django_assert_num_queries):
    chief = make_chief()
    ticker = make_ticker("The bridge: live").ticker
    assert front(client).xpath("//section[contains(@class, 'on-front')]") == []
    log.set_status(ticker, "live", by=chief)
    for number in range(1, 5):
        log.post(ticker, {"headline": f"Update {number}"}, by=chief)
    with django_assert_num_queries(7):
        answer = client.get("/")
    assert {ticker.head_key, ticker.article.page_key} <= set(answer.page_keys)
    [box] = html.fromstring(answer.content.decode()).xpath("//section[contains(@class, 'on-front')]")
    assert box.xpath("./h2/b/text() | ./h2/a/text()") == ["Live", "The bridge: live"]
    assert box.xpath(".//li//span[@dir]/text()") == ["Update 4", "Update 3", "Update 2"]
    log.delete(ticker.entries.get(number=4), by=chief)
    assert "Update 4" not in client.get("/").content.decode()
    log.set_status(ticker, "ended", by=chief)
    assert front(client).xpath("//section[contains(@class, 'on-front')]") == []


def test_a_ticker_in_its_box_stands_nowhere_else_unless_it_leads(client):
    city, chief = make_section("City"), make_chief()
    make_stories(city, *(f"Story {number}" for number in range(4)))
    ticker = make_ticker("The bridge as it opens", section=reference(city), urgency=6).ticker
    log.set_status(ticker, "live", by=chief)
    log.post(ticker, {"headline": "Update"}, by=chief)
    page = front(client)
    assert headlines(page, "lead") == ["Story 0"]
    assert [text(h2) for h2 in page.xpath("//section[contains(@class, 'on-front')]/h2")] == [
        "Live The bridge as it opens"
    ]
    assert sorted(headlines(page, "beside") + headlines(page, "blocks")) == ["Story 1", "Story 2", "Story 3"]
    Article.objects.filter(pk=ticker.pk).update(urgency=1)
    assert headlines(front(client), "lead") == ["The bridge as it opens"]


# What fronts cost


def test_fronts_cost_the_same_with_one_story_and_three(client, django_assert_num_queries):
    city = make_section("City")
    for number in range(3):
        make_stories(city, f"Story {number}", hours=number, genre="opinion")
        if number != 1:
            with django_assert_num_queries(5):
                client.get("/city/")
            with django_assert_num_queries(7):
                client.get("/")


def test_fronts_cost_the_same_with_30_and_3000_stories(client, django_assert_num_queries):
    corpus.load(30)
    addresses = ["/", *(section.get_absolute_url() for section in Section.objects.all())]
    for total in (30, 3000):
        corpus.load(total)
        assert Article.objects.published().count() == total
        with django_assert_num_queries(7):
            client.get("/")
        for address in addresses[1:]:
            with django_assert_num_queries(4):
                client.get(address)


def test_the_strip_and_the_opinions_are_found_along_indexes_of_their_own():
    at = timezone.now()
    walks = {
        "article_breaking": Article.objects.breaking(at),
        "article_opinion_newest": Article.objects.published(at).filter(genre="opinion").newest_first(),
    }
    for index, walk in walks.items():
        assert index in walk.values("pk")[:4].explain()
