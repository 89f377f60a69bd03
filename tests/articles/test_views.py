import json
from datetime import timedelta

import pytest
from django.utils import timezone

from articles import revisions, workflow
from articles.models import Article, Author, OldSlug, Tag
from articles.models.article import day_of
from articles.public.pages import LAST, SIZE
from articles.revisions import reference
from delivery.models import Purge
from tests.factories import (
    byline,
    make_author,
    make_chief,
    make_full_story,
    make_published,
    make_revision,
    make_section,
    make_source,
    make_tag,
    make_ticker,
    make_user,
    ticker_line,
)
from tests.pages import shown, text

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)


def headlines(answer):
    """The headlines of a list, in order, kickers left out."""
    links = shown(answer).xpath("//article[contains(@class, 'card')]//a")
    return [text(link).split(": ")[-1] for link in links]


def redirect(answer):
    return answer.status_code, answer.headers.get("Location")


def merge(thing, root):
    """As the act of merging leaves the two."""
    type(thing).objects.filter(pk=thing.pk).update(canonical=root, merged_into=root)


# What a reader may see


def test_a_story_is_found_by_the_id_in_its_address(client):
    article = make_published(headline="Harbour bridge reopens", section=reference(make_section("City")))
    answer = client.get(f"/city/harbour-bridge-reopens-{article.pk}/")
    assert answer.status_code == 200
    assert [text(h1) for h1 in shown(answer).xpath("//h1")] == ["Harbour bridge reopens"]


def test_a_wrong_slug_section_or_slash_leads_to_the_story_in_one_step(client):
    article = make_published(headline="Harbour bridge reopens", section=reference(make_section("City")))
    right = f"/city/harbour-bridge-reopens-{article.pk}/"
    wrong = [
        f"/city/other-words-{article.pk}/",
        f"/sport/harbour-bridge-reopens-{article.pk}/",
        f"/sport/other-{article.pk}",
        f"/city/harbour-bridge-reopens-{article.pk}",
        f"/city/harbour-bridge-reopens-0{article.pk}/",
        f"/Stadt/Brücke-{article.pk}/?utm_source=x",
    ]
    assert [redirect(client.get(address)) for address in wrong] == [(301, right)] * len(wrong)


def test_a_redirect_is_stamped_and_kept_for_seconds_only_since_a_story_may_move_back(client):
    article = make_published()
    answer = client.get(f"/x/y-{article.pk}/")
    assert answer.page_keys == [article.page_key, "site"]
    assert answer.headers["Cache-Control"] == "public, max-age=5, s-maxage=5"


def everything(answer):
    return answer.status_code, answer.content, sorted(answer.headers.items())


def test_draft_embargoed_held_withdrawn_unseen_and_missing_answer_the_same_bytes_and_headers(client):
    chief, ahead = make_chief(), timezone.now() + HOUR
    draft = make_revision(headline="Secret draft").article
    scheduled = make_published(headline="Secret tomorrow", at=ahead)
    unseen = make_published(headline="Secret withdrawn", at=ahead)
    workflow.withdraw(unseen, by=chief, kind="error", note="Secret note")
    articles = [draft, scheduled, unseen, Article(pk=10**9), Article(pk=10**30)]
    addresses = [f"/politics/secret-{article.pk}{slash}" for article in articles for slash in ("/", "")]
    addresses += [
        scheduled.get_absolute_url(),
        "/nowhere/",
        "/nowhere/at/all/",
        "/tags/nothing/",
        "/authors/nobody/",
    ]
    answers = [everything(client.get(address)) for address in addresses]
    assert answers[0][0] == 404
    assert [answer for answer in answers if answer != answers[0]] == []
    assert b"Secret" not in answers[0][1]


def test_signed_in_people_get_the_same_404_for_a_draft(client):
    draft = make_revision(headline="Secret draft").article
    stranger = everything(client.get(f"/politics/x-{draft.pk}/"))
    client.force_login(make_chief())
    assert everything(client.get(f"/politics/x-{draft.pk}/")) == stranger


def test_a_scheduled_story_appears_by_itself(client):
    article = make_published(at=timezone.now() + HOUR)
    assert client.get(article.get_absolute_url()).status_code == 404
    Article.objects.filter(pk=article.pk).update(visible_from=timezone.now() - HOUR)
    assert client.get(article.get_absolute_url()).status_code == 200


def test_a_withdrawn_story_answers_410_with_its_note_and_nothing_of_its_text(client):
    article = make_published(headline="Minister resigns", standfirst="He left at noon.")
    workflow.withdraw(article, by=make_chief(), kind="error", note="The letter was forged.")
    for address in (article.get_absolute_url(), f"/x/y-{article.pk}"):
        answer = client.get(address)
        assert answer.status_code == 410
        assert text(shown(answer).xpath("//main")[0]) == (
            "410: This story is no longer here The letter was forged. To the front page"
        )
        assert answer.page_keys == [article.page_key, "site"]
    assert (
        b"noindex" in answer.content
        and b"Minister" not in answer.content
        and b"minister" not in answer.content
    )


def test_a_story_withdrawn_without_a_note_says_so_in_general(client):
    article = make_published()
    workflow.withdraw(article, by=make_chief(), kind="legal")
    answer = client.get(article.get_absolute_url())
    assert "It was published here and has been withdrawn." in answer.content.decode()


def test_an_expired_story_answers_410(client):
    article = make_published()
    Article.objects.filter(pk=article.pk).update(
        visible_from=timezone.now() - 2 * HOUR, visible_until=timezone.now() - HOUR
    )
    answer = client.get(article.get_absolute_url())
    assert answer.status_code == 410
    assert "It was published here for a time that has ended." in answer.content.decode()


def test_a_page_ends_when_the_story_expires(client):
    article = make_published()
    ends = timezone.now() + HOUR
    Article.objects.filter(pk=article.pk).update(visible_until=ends)
    assert client.get(article.get_absolute_url()).page_until == ends


# What the page says


def test_the_page_shows_names_with_links_in_order(client):
    article = make_published(
        bylines=[
            byline(make_author("Ana Petrenko")),
            byline(make_author("Cem Yildiz"), affiliation="Harbour Radio", place="Kharkiv"),
            byline(make_source(name="North <Wire>")),
            byline(make_author("Ben Marsh"), role="photo"),
        ]
    )
    by = shown(client.get(article.get_absolute_url())).xpath("//div[@class='by']/p")[0]
    assert text(by) == (
        "By Ana Petrenko, Cem Yildiz (Harbour Radio) in Kharkiv and North <Wire> · Pictures: Ben Marsh"
    )
    assert by.xpath("a/@href") == [
        "/authors/ana-petrenko/",
        "/authors/cem-yildiz/",
        "/authors/ben-marsh/",
    ]


def addresses_in(page):
    """Every page of the site that ``page`` sends readers or machines to, its own and files aside."""
    links = page.xpath("//body//a/@href | //head/link[@rel='alternate']/@href")
    links += page.xpath("//meta[@property='article:author']/@content")
    for data in map(json.loads, page.xpath("//script[@type='application/ld+json']/text()")):
        people = data.get("author", [])
        links += [person["url"] for person in people if "url" in person]
    return {link.removeprefix("https://courier.example") for link in links if not link.startswith("#")}


def test_a_story_in_no_list_names_who_and_what_without_links_that_lead_nowhere(client, settings):
    settings.SITE_URL = "https://courier.example"
    article = make_published(
        bylines=[byline(make_author("Ana Petrenko"), place="Marrow"), byline(make_author("Ben Marsh"), role="photo")],
        tags=[reference(make_tag("Trams"))],
    )  # fmt: skip
    day = f"/archive/{day_of(article.visible_from):%Y/%m/%d}/"
    lists = {"/authors/ana-petrenko/", "/authors/ben-marsh/", "/tags/trams/", day}
    before = shown(client.get(article.get_absolute_url()))
    assert lists <= addresses_in(before)
    workflow.withdraw(article, by=make_chief(), kind="deindex", note="The person asked.")
    after = shown(client.get(article.get_absolute_url()))
    assert [link for link in sorted(addresses_in(after)) if client.get(link).status_code != 200] == []
    assert addresses_in(after) == addresses_in(before) - lists
    for part in ("//div[@class='by']/p[1]", "//ul[@class='tags']/li"):
        assert [text(line) for line in after.xpath(part)] == [text(line) for line in before.xpath(part)]
    assert "All stories of" in text(before.xpath("//main")[0])
    assert "All stories of" not in text(after.xpath("//main")[0])


def test_a_free_byline_replaces_the_names(client):
    article = make_published(byline_override="By our correspondents")
    by = shown(client.get(article.get_absolute_url())).xpath("//div[@class='by']/p")[0]
    assert text(by) == "By our correspondents"


def test_times_carry_their_zone_in_the_visible_text(client):
    article = make_published()
    times = [timezone.datetime.fromisoformat(f"2026-03-02T{hour}:10:00+00:00") for hour in ("07", "09", "12")]
    Article.objects.filter(pk=article.pk).update(
        visible_from=times[0], first_published=times[0], updated=times[1], corrected=times[2]
    )
    line = shown(client.get(article.get_absolute_url())).xpath("//div[@class='by']/p")[1]
    assert text(line) == (
        "Published 09:10 EET, 2 March 2026 · Updated 11:10 EET, 2 March 2026 · Corrected 14:10 EET, 2 March 2026"
    )
    assert line.xpath(".//time/@datetime")[0] == "2026-03-02T09:10+02:00"


def test_a_story_that_was_not_touched_says_only_when_it_was_published(client):
    line = shown(client.get(make_published().get_absolute_url())).xpath("//div[@class='by']/p")[1]
    assert text(line).startswith("Published ") and "·" not in text(line)


@pytest.mark.parametrize(
    "content, kicker",
    [
        ({"kicker": "Transport"}, "Transport"),
        ({"kicker": "", "genre": "news"}, None),
        ({"kicker": "Transport", "genre": "analysis"}, "Analysis · Transport"),
        ({"kicker": "", "genre": "satire"}, "Satire"),
        ({"kicker": "Transport", "genre": "opinion"}, "Opinion · Ana Petrenko"),
        ({"kicker": "Ovens", "label": "sponsored", "genre": "opinion"}, "Sponsored · Ana Petrenko"),
        ({"kicker": "Ovens", "label": "exclusive"}, "Exclusive · Ovens"),
    ],
)
def test_readers_are_told_what_they_read_inside_the_heading_and_on_the_card(client, content, kicker):
    article = make_published(headline="Bridge", **content)
    expected = f"{kicker}: Bridge" if kicker else "Bridge"
    assert text(shown(client.get(article.get_absolute_url())).xpath("//h1")[0]) == expected
    assert text(shown(client.get("/")).xpath("//main//h2")[0]) == expected


def test_a_ticker_says_that_it_is_one(client):
    ticker = make_ticker("The bridge: live", kicker="Transport")
    heading = shown(client.get(ticker.get_absolute_url())).xpath("//h1")[0]
    assert text(heading) == "Live ticker · Transport: The bridge: live"


def test_a_ticker_line_leads_to_its_ticker_and_is_silent_while_that_is_not_published(client):
    ticker = make_ticker("The bridge: live")
    article = make_published(ticker_links=[ticker_line("Read on in the ticker", article=ticker)])
    lines = "//p[@class='ticker-line']/a"
    found = shown(client.get(article.get_absolute_url())).xpath(lines)
    assert [(text(link), link.get("href")) for link in found] == [
        ("Read on in the ticker", ticker.get_absolute_url())
    ]
    workflow.withdraw(ticker, by=make_chief(), kind="error")
    answer = client.get(article.get_absolute_url())
    assert shown(answer).xpath(lines) == [] and b"Read on in the ticker" not in answer.content
    assert ticker.page_key in answer.page_keys


def test_retractions_stand_before_the_text_and_corrections_behind(client):
    article, chief = make_published(), make_chief()
    for kind, right in (("note", "Read this first."), ("correction", "It was two years.")):
        workflow.correct(article.latest_revision, by=chief, kind=kind, wrong="", right=right)
    page = shown(client.get(article.get_absolute_url()))
    order = [text(node)[:8] for node in page.xpath("//aside | //div[@class='text']")]
    assert order == ["Editor’s", "Marrow, ", "Correcti"]


def test_credit_lines_follow_the_language_of_the_story(client):
    source = make_source(
        credit_lines={"en": "With material from North Wire", "de": "Mit Material von North Wire"}
    )
    sources = [{"source": source.code, "item": "urn:x", "version": "1"}] * 2
    article = make_published(language="de", sources=sources, bylines=[byline(source)])
    page = shown(client.get(article.get_absolute_url()))
    notes = page.xpath("//p[@class='note']")
    assert [(text(note), note.get("lang")) for note in notes] == [("Mit Material von North Wire", "de")]


def test_a_story_from_right_to_left_says_so_and_the_sites_own_words_turn_back(client):
    article = make_published(headline="پل", language="fa")
    page = shown(client.get(article.get_absolute_url()))
    story, by = page.xpath("//article")[0], page.xpath("//div[@class='by']")[0]
    assert (page.get("lang"), page.get("dir")) == ("en", "ltr")
    assert (story.get("lang"), story.get("dir")) == ("fa", "rtl")
    assert (by.get("lang"), by.get("dir")) == ("en", "ltr")


def test_a_dateline_names_places_and_day_or_stands_as_written(client):
    lines = [
        {"places": ["Marrow", "Kyiv"], "date": "2026-03-02", "text": ""},
        {"places": ["Marrow"], "date": None, "text": "ABOARD THE FERRY"},
    ]
    articles = [make_published(datelines=line) for line in lines]
    pages = [shown(client.get(article.get_absolute_url())) for article in articles]
    assert [text(page.xpath("//p[@class='dateline']")[0]) for page in pages] == [
        "Marrow, Kyiv, 2 March",
        "ABOARD THE FERRY",
    ]


def test_related_stories_that_nobody_may_see_are_left_out_but_their_keys_are_kept(client):
    online = make_published(headline="Seen")
    ahead = make_published(headline="Unseen", at=timezone.now() + HOUR)
    article = make_published(related=[reference(online), reference(ahead)])
    answer = client.get(article.get_absolute_url())
    assert headlines(answer) == ["Seen"]
    assert {online.page_key, ahead.page_key} <= set(answer.page_keys)


def test_a_merged_tag_is_shown_as_what_it_became_and_once(client):
    old, new = make_tag("Tramways"), make_tag("Trams")
    article = make_published(tags=[reference(old), reference(new)])
    merge(old, new)
    links = shown(client.get(article.get_absolute_url())).xpath("//a[@rel='tag']")
    assert [(text(link), link.get("href")) for link in links] == [("Trams", "/tags/trams/")]


# What machines read


def test_the_head_carries_news_article_as_data(client, settings):
    settings.SITE_URL = "https://courier.example"
    article = make_full_story()
    page = shown(client.get(article.get_absolute_url()))
    address = f"https://courier.example{article.get_absolute_url()}"
    data = json.loads(page.xpath("//script[@type='application/ld+json']")[0].text)
    assert data == {
        "@context": "https://schema.org",
        "@type": "NewsArticle",
        "@id": address,
        "mainEntityOfPage": address,
        "url": address,
        "identifier": f"urn:uuid:{article.uuid}",
        "headline": "Harbour bridge reopens 0",
        "description": "Trams cross the river in Marrow again.",
        "datePublished": article.first_published.isoformat(),
        "dateModified": article.corrected.isoformat(),
        "author": [
            {"@type": "Person", "name": name, "url": f"https://courier.example/authors/{slug}/"}
            for name, slug in (("Ana Petrenko", "ana-petrenko"), ("Cem Yildiz", "cem-yildiz"))
        ],
        "publisher": {
            "@type": "NewsMediaOrganization",
            "name": "The Test Courier",
            "url": "https://courier.example/",
        },
        "articleSection": "Politics",
        "keywords": ["Marrow", "Trams", "Bridges", "Harbour", "Budget"],
        "inLanguage": "en",
        "isAccessibleForFree": True,
        "correction": [
            {
                "@type": "CorrectionComment",
                "text": "Work took two years.",
                "datePublished": article.corrected.isoformat(),
            }
        ],
    }


def data_of(answer):
    """What each script of a page says, as dicts."""
    return [
        json.loads(script.text) for script in shown(answer).xpath("//script[@type='application/ld+json']")
    ]


def steps(breadcrumbs):
    """(position, name, address) of each step."""
    assert (breadcrumbs["@context"], breadcrumbs["@type"]) == ("https://schema.org", "BreadcrumbList")
    found = breadcrumbs["itemListElement"]
    assert {step["@type"] for step in found} == {"ListItem"}
    return [(step["position"], step["name"], step["item"]) for step in found]


def test_the_head_says_the_way_from_the_front_page_to_the_story(client, settings):
    settings.SITE_URL = "https://courier.example"
    article = make_published(headline="Bridge", section=reference(make_section("City")))
    assert steps(data_of(client.get(article.get_absolute_url()))[1]) == [
        (1, "The Test Courier", "https://courier.example/"),
        (2, "City", "https://courier.example/city/"),
        (3, "Bridge", f"https://courier.example/city/bridge-{article.pk}/"),
    ]


def test_the_page_of_an_author_says_who_that_is(client, settings):
    settings.SITE_URL = "https://courier.example"
    author = make_author("Nora Vale", biography="Writes about </script> trams.")
    make_published(bylines=[byline(author)])
    address = "https://courier.example/authors/nora-vale/"
    page, way = data_of(client.get("/authors/nora-vale/"))
    assert page == {
        "@context": "https://schema.org",
        "@type": "ProfilePage",
        "url": address,
        "mainEntity": {
            "@type": "Person",
            "@id": address,
            "name": "Nora Vale",
            "url": address,
            "description": "Writes about </script> trams.",
            "worksFor": {
                "@type": "NewsMediaOrganization",
                "name": "The Test Courier",
                "url": "https://courier.example/",
            },
        },
    }
    assert steps(way)[1:] == [(2, "Nora Vale", address)]


def test_the_page_of_a_tag_says_that_it_collects(client, settings):
    settings.SITE_URL = "https://courier.example"
    make_published(tags=[reference(make_tag("Trams"))])
    page, way = data_of(client.get("/tags/trams/"))
    assert page == {
        "@context": "https://schema.org",
        "@type": "CollectionPage",
        "name": "Trams",
        "url": "https://courier.example/tags/trams/",
        "inLanguage": "en",
        "isPartOf": {"@type": "WebSite", "name": "The Test Courier", "url": "https://courier.example/"},
    }
    assert steps(way)[1:] == [(2, "Trams", "https://courier.example/tags/trams/")]


def test_a_headline_cannot_end_the_script_that_carries_it(client):
    article = make_published(headline="Bridge </script><script>alert(1)</script> & more <!--")
    answer = client.get(article.get_absolute_url())
    scripts = shown(answer).xpath("//script")
    assert len(scripts) == 2
    assert json.loads(scripts[0].text)["headline"] == article.headline
    assert json.loads(scripts[1].text)["itemListElement"][2]["name"] == article.headline
    assert b"<script>alert" not in answer.content


def test_the_head_carries_open_graph_and_the_canonical_address(client, settings):
    settings.SITE_URL = "https://courier.example"
    article = make_published(
        headline="Bridge", social_title="Trams are back", tags=[reference(make_tag("Trams"))]
    )
    page = shown(client.get(article.get_absolute_url(), headers={"host": "localhost"}))
    address = f"https://courier.example{article.get_absolute_url()}"
    published = article.first_published.isoformat()
    assert page.xpath("//link[@rel='canonical']/@href") == [address]
    assert [(meta.get("property"), meta.get("content")) for meta in page.xpath("//meta[@property]")] == [
        ("og:type", "article"),
        ("og:site_name", "The Test Courier"),
        ("og:title", "Trams are back"),
        ("og:description", "Trams cross the river in Marrow again."),
        ("og:url", address),
        ("article:published_time", published),
        ("article:modified_time", published),
        ("article:section", "Politics"),
        ("article:author", "https://courier.example/authors/ana-petrenko/"),
        ("article:tag", "Trams"),
        ("og:image", "https://courier.example/static/icon-512.png"),
        ("og:image:alt", "The Test Courier"),
    ]
    assert page.xpath("//meta[@name='twitter:card']/@content") == ["summary"]


def test_a_story_can_name_another_canonical_address_and_hide_from_search_engines(client):
    article = make_published(canonical_url="https://partner.example/bridge", noindex=True)
    page = shown(client.get(article.get_absolute_url()))
    assert page.xpath("//link[@rel='canonical']/@href") == ["https://partner.example/bridge"]
    assert page.xpath("//meta[@name='robots']/@content") == ["noindex"]


# In other languages


def make_translation(original, language, **content):
    """A published translation of the article ``original``."""
    return make_published(language=language, translation_of=reference(original.live_revision), **content)


def alternates(answer):
    """{hreflang: address} of a page's head."""
    links = shown(answer).xpath("//head/link[@hreflang]")
    assert {link.get("rel") for link in links} <= {"alternate"}
    return {link.get("hreflang"): link.get("href") for link in links}


def test_a_story_and_its_translations_name_each_other_and_the_original_as_the_default(client, settings):
    settings.SITE_URL = "https://courier.example"
    original = make_published(headline="Bridge", language="uk")
    german, arabic = make_translation(original, "de"), make_translation(original, "ar")
    paths = {"uk": original, "de": german, "ar": arabic, "x-default": original}
    expected = {
        language: f"https://courier.example{story.get_absolute_url()}" for language, story in paths.items()
    }
    for story in (original, german, arabic):
        assert alternates(client.get(story.get_absolute_url())) == expected
    links = shown(client.get(german.get_absolute_url())).xpath("//div[@class='by']//a[@hreflang]")
    assert [(text(a), a.get("hreflang"), a.get("lang"), a.get("dir"), a.get("href")) for a in links] == [
        ("Українська", "uk", "uk", "ltr", original.get_absolute_url()),
        ("العربيّة", "ar", "ar", "rtl", arabic.get_absolute_url()),
    ]


def test_a_translation_of_a_translation_is_linked_with_it_both_ways(client):
    original = make_published(language="uk")
    german = make_translation(original, "de")
    polish = make_translation(german, "pl")
    assert alternates(client.get(polish.get_absolute_url())).keys() == {"pl", "de", "x-default"}
    assert alternates(client.get(german.get_absolute_url())).keys() == {"de", "uk", "pl", "x-default"}


def test_a_story_in_one_language_names_no_other(client):
    original = make_published(language="uk")
    make_published(language="de")
    ahead = make_translation(original, "ar", at=timezone.now() + HOUR)
    make_translation(original, "uk", headline="A second version in the same language")
    gone = make_translation(original, "fr")
    workflow.withdraw(gone, by=make_chief(), kind="error")
    answer = client.get(original.get_absolute_url())
    assert alternates(answer) == {}
    assert shown(answer).xpath("//div[@class='by']//a[@hreflang]") == []
    assert {ahead.page_key, gone.page_key} <= set(answer.page_keys)


def test_a_translation_whose_original_is_gone_stands_alone_or_with_the_others(client):
    original = make_published(language="uk")
    german = make_translation(original, "de")
    workflow.withdraw(original, by=make_chief(), kind="error")
    assert alternates(client.get(german.get_absolute_url())) == {}
    arabic = make_translation(original, "ar")
    for story in (german, arabic):
        found = alternates(client.get(story.get_absolute_url()))
        assert found.keys() == {"de", "ar", "x-default"}
        assert found["x-default"] == f"http://testserver{german.get_absolute_url()}"


def test_search_engines_are_named_no_translation_that_is_kept_from_them_but_readers_are(client):
    original = make_published(language="uk")
    make_translation(original, "de", noindex=True)
    make_translation(original, "fr", canonical_url="https://partner.example/x")
    answer = client.get(original.get_absolute_url())
    assert alternates(answer) == {}
    assert len(shown(answer).xpath("//div[@class='by']//a[@hreflang]")) == 2


def test_publishing_and_withdrawing_a_translation_calls_back_the_pages_that_name_it(client):
    original = make_published(language="uk")
    german = make_translation(original, "de")
    pages = {story: client.get(story.get_absolute_url()) for story in (original, german)}
    Purge.objects.all().delete()
    arabic = make_translation(original, "ar")
    for act in (lambda: None, lambda: workflow.withdraw(arabic, by=make_chief(), kind="error")):
        act()
        stale = set(Purge.objects.values_list("key", flat=True))
        assert all(stale & set(answer.page_keys) for answer in pages.values())
        assert original.page_key in stale
        Purge.objects.all().delete()
    chief, content = make_chief(), revisions.content_of(original.live_revision) | {"headline": "Open again"}
    workflow.publish(workflow.save(original, content, by=chief, base=original.version), by=chief)
    assert original.page_key in Purge.objects.values_list("key", flat=True)
    assert original.page_key in client.get(german.get_absolute_url()).page_keys


def test_a_page_ends_when_a_translation_that_it_names_expires(client):
    original = make_published(language="uk")
    german, ends = make_translation(original, "de"), timezone.now() + HOUR
    Article.objects.filter(pk=german.pk).update(visible_until=ends)
    assert client.get(original.get_absolute_url()).page_until == ends


def test_a_story_with_one_translation_costs_as_much_as_with_three(client, django_assert_num_queries):
    original = make_published(language="uk")
    address = original.get_absolute_url()
    with django_assert_num_queries(7):
        client.get(address)
    for languages in (["de"], ["fr", "ar"]):
        translations = [make_translation(original, language) for language in languages]
        for path in (address, translations[0].get_absolute_url()):
            with django_assert_num_queries(8):
                client.get(path)


# What it costs


def test_the_full_story_with_an_agency_as_source_costs_nine_queries_however_much_there_is(
    client, django_assert_num_queries
):
    address = make_full_story().get_absolute_url()
    with django_assert_num_queries(9):
        assert client.get(address).status_code == 200
    for number in (1, 2):
        make_full_story(number)
    with django_assert_num_queries(9):
        assert client.get(address).status_code == 200


def test_a_story_is_stamped_with_all_that_it_shows(client):
    article = make_full_story()
    pk = {thing.slug: thing.pk for model in (Author, Tag) for thing in model.objects.all()}
    answer = client.get(article.get_absolute_url())
    shown_stories = Article.objects.exclude(pk=article.pk).values_list("pk", flat=True)
    assert len(shown_stories) == 5
    assert set(answer.page_keys) == {
        "site",
        article.page_key,
        *(f"article:{number}" for number in shown_stories),
        Article.objects.get(kind="ticker").head_key,
        *(f"author:{pk[slug]}" for slug in ("ana-petrenko", "cem-yildiz")),
        *(f"tag:{pk[slug]}" for slug in ("marrow", "trams", "bridges", "harbour", "budget")),
        f"source:{make_source().pk}",
    }
    assert answer.page_until is None


# Authors and tags


@pytest.fixture(params=["tag", "author"])
def subject(request):
    """A tag or an author, and how a story carries one: (make one of that name, content that names some of them)."""
    if request.param == "tag":
        return make_tag, lambda *tags: {"tags": [reference(tag) for tag in tags]}
    return make_author, lambda *authors: {"bylines": [byline(author) for author in authors]}


def test_a_tag_or_author_lists_its_stories_newest_first(client, subject):
    make, carried = subject
    thing, other = make("Nora Vale"), make("Somebody Else")
    for number in range(3):
        make_published(headline=f"Story {number}", at=timezone.now() - number * HOUR, **carried(thing))
    make_published(headline="Another", **carried(other))
    answer = client.get(thing.get_absolute_url())
    assert headlines(answer) == ["Story 0", "Story 1", "Story 2"]
    assert {thing.page_key, thing.list_key} <= set(answer.page_keys)


def test_a_tag_or_author_without_a_visible_story_is_missing_under_any_address(client, subject):
    make, carried = subject
    thing, merged = make("Nora Vale"), make("Nora V")
    merge(merged, thing)
    kind = type(thing)._meta.model_name
    OldSlug.objects.create(slug="nora", **{kind: thing})
    make_published(headline="Secret", at=timezone.now() + HOUR, **carried(thing))
    missing = everything(client.get("/nowhere/"))
    for address in ("nora-vale/", "nora-vale", "nora-v/", "nora/"):
        assert everything(client.get(f"/{kind}s/{address}")) == missing


def test_former_and_merged_addresses_lead_to_the_present_one_in_one_step(client, subject):
    make, carried = subject
    root, merged = make("Nora Vale"), make("Nora V")
    kind = type(root)._meta.model_name
    OldSlug.objects.create(slug="nora", **{kind: merged})
    merge(merged, root)
    make_published(**carried(merged))
    right = f"/{kind}s/nora-vale/"
    for address in ("nora/", "nora", "nora-v/", "nora-v", "nora-vale"):
        answer = client.get(f"/{kind}s/{address}")
        assert redirect(answer) == (301, right)
        assert root.page_key in answer.page_keys
    assert client.get(right).status_code == 200


def test_a_merged_pair_is_one_list_and_a_story_of_both_stands_once(client, subject):
    make, carried = subject
    root, merged = make("Nora Vale"), make("Nora V")
    now = timezone.now()
    make_published(headline="Of both", at=now - 2 * HOUR, **carried(root, merged))
    make_published(headline="Of the merged", at=now - HOUR, **carried(merged))
    make_published(headline="Of the root", at=now - 3 * HOUR, **carried(root))
    merge(merged, root)
    assert headlines(client.get(root.get_absolute_url())) == ["Of the merged", "Of both", "Of the root"]


def test_withdrawn_and_expired_stories_leave_the_lists(client, subject):
    make, carried = subject
    thing = make("Nora Vale")
    make_published(headline="Stays", **carried(thing))
    withdrawn = make_published(headline="Withdrawn", **carried(thing))
    expired = make_published(headline="Expired", **carried(thing))
    assert sorted(headlines(client.get(thing.get_absolute_url()))) == ["Expired", "Stays", "Withdrawn"]
    workflow.withdraw(withdrawn, by=make_chief(), kind="error")
    Article.objects.filter(pk=expired.pk).update(visible_until=timezone.now())
    assert headlines(client.get(thing.get_absolute_url())) == ["Stays"]


def test_a_retired_tag_or_author_keeps_its_page(client, subject):
    make, carried = subject
    thing = make("Nora Vale")
    make_published(headline="Stays", **carried(thing))
    type(thing).objects.filter(pk=thing.pk).update(retired_at=timezone.now())
    assert headlines(client.get(thing.get_absolute_url())) == ["Stays"]


def test_lists_cost_the_same_with_one_story_and_three_and_merged(client, subject, django_assert_num_queries):
    make, carried = subject
    thing = make("Nora Vale")
    make_published(genre="opinion", **carried(thing))
    queries = 7 if make is make_tag else 6  # a tag's page names its neighbours
    with django_assert_num_queries(queries):
        client.get(thing.get_absolute_url())
    merged = make("Nora V")
    merge(merged, thing)
    make_published(**carried(merged))
    make_published(genre="opinion", **carried(thing))
    with django_assert_num_queries(queries):
        assert len(headlines(client.get(thing.get_absolute_url()))) == 3


# Pages of a list


def test_a_list_goes_on_page_by_page(client):
    tag = make_tag("Trams")
    for number in range(2 * SIZE + 1):
        make_published(
            headline=f"Story {number:02}", at=timezone.now() - number * HOUR, tags=[reference(tag)]
        )
    pages = [client.get(f"/tags/trams/{query}") for query in ("", "?page=2", "?page=3")]
    found = [headlines(page) for page in pages]
    assert [len(page) for page in found] == [SIZE, SIZE, 1]
    assert sum(found, []) == [f"Story {number:02}" for number in range(2 * SIZE + 1)]
    links = [
        (shown(page).xpath("//a[@rel='prev']/@href"), shown(page).xpath("//a[@rel='next']/@href"))
        for page in pages
    ]
    assert links == [([], ["?page=2"]), (["./"], ["?page=3"]), (["?page=2"], [])]
    canonical = [shown(page).xpath("//link[@rel='canonical']/@href")[0] for page in pages]
    assert canonical == [f"http://testserver/tags/trams/{query}" for query in ("", "?page=2", "?page=3")]
    assert everything(client.get("/tags/trams/?page=4")) == everything(client.get("/nowhere/"))


def test_a_page_has_one_address_and_any_other_is_missing(client):
    section = make_section("City")
    for _ in range(SIZE + 1):
        make_published(section=reference(section))
    missing = everything(client.get("/nowhere/"))
    numbers = ["1", "0", "01", "02", "", "-1", "x", "2.0", "٢", "+2", f"{LAST + 1}", "9" * 5000, "2&page=3"]
    wrong = [number for number in numbers if everything(client.get(f"/city/?page={number}")) != missing]
    assert wrong == []
    assert client.get("/city/?page=2").status_code == 200


def test_an_unknown_query_changes_nothing(client):
    make_published(section=reference(make_section("City")))
    assert client.get("/city/?utm_source=x").content == client.get("/city/").content


# Corrections


def test_corrections_are_listed_newest_first_with_what_was_wrong_and_right(client, django_assert_num_queries):
    chief = make_chief()
    articles = [make_published(headline=f"Story {number}") for number in range(3)]
    workflow.correct(
        articles[0].latest_revision, by=chief, kind="correction", wrong="Three years.", right="Two years."
    )
    with django_assert_num_queries(2):
        client.get("/corrections/")
    workflow.correct(
        articles[1].latest_revision, by=chief, kind="reply", wrong="", right="The mayor replies."
    )
    workflow.correct(
        articles[2].latest_revision,
        by=chief,
        kind="correction",
        wrong="A name.",
        right="Taken out.",
        in_list=False,
    )
    with django_assert_num_queries(2):
        answer = client.get("/corrections/")
    cards = shown(answer).xpath("//article")
    assert [[text(node) for node in card.xpath("h2 | p[not(@class='when')] | div/p")] for card in cards] == [
        [
            "Right of reply: Story 1",
            "We are obliged to publish this reply whether or not what it says is true.",
            "The mayor replies.",
        ],
        ["Correction: Story 0", "Three years.", "Two years."],
    ]
    assert answer.page_keys == [
        *sorted([article.page_key for article in articles[:2]]),
        "list:all",
        "list:corrections",
        "site",
    ]


def test_corrections_of_stories_that_are_gone_are_gone_with_them(client):
    chief, article = make_chief(), make_published(headline="Gone soon")
    workflow.correct(article.latest_revision, by=chief, kind="correction", wrong="", right="Two years.")
    assert headlines(client.get("/corrections/")) == ["Gone soon"]
    workflow.withdraw(Article.objects.get(pk=article.pk), by=chief, kind="error")
    answer = client.get("/corrections/")
    assert headlines(answer) == []
    assert "Nothing had to be corrected so far." in answer.content.decode()


def test_cem_who_only_reads_sees_what_a_stranger_sees(client):
    article = make_published()
    stranger = everything(client.get(article.get_absolute_url()))
    client.force_login(make_user("cem"))
    assert everything(client.get(article.get_absolute_url())) == stranger
