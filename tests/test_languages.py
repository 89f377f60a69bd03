"""What readers get in each language: the site's words, a story's own words, directions, and nothing of the browser's."""

import json
import re

import pytest
from django.utils import translation
from lxml import etree, html

from articles import workflow
from tests.factories import (
    byline,
    make_author,
    make_chief,
    make_content,
    make_published,
    make_section,
    make_user,
)

pytestmark = pytest.mark.django_db
AT = "2026-05-04T06:10+00:00"  # 09:10 in Kyiv, in summer


@pytest.fixture
def site_in(settings):
    """Have the site speak another language."""

    def speak(language):
        settings.LANGUAGE_CODE = language

    return speak


def at(moment=AT):
    from datetime import datetime

    return datetime.fromisoformat(moment)


def make_story(language, *names, by=None, **content):
    """Return a story published on 4 May 2026 at 09:10 in Kyiv, signed by authors called ``names``."""
    content = {"genre": "analysis", "kicker": "", "standfirst": "", **content}
    people = [byline(make_author(name, slug=f"author-{number}")) for number, name in enumerate(names)]
    revision = workflow.create(make_content(language=language, bylines=people, **content), by=make_chief())
    workflow.publish(revision, by=by or make_chief(), at=at())
    revision.article.refresh_from_db()
    return revision.article


def page_of(client, thing):
    return html.fromstring(client.get(thing.get_absolute_url()).content.decode())


def markup(page, path):
    """Return the HTML of the one element at the XPath ``path``, blanks between elements left out."""
    (element,) = page.xpath(path)
    text = etree.tostring(element, encoding="unicode", method="html", with_tail=False)
    return re.sub(r"\s*\n\s*", "", text)


TIME = '<time datetime="2026-05-04T09:10+03:00">%s</time>'


def test_a_german_story_on_an_english_site_says_in_german_what_belongs_to_it(client):
    story = make_story(
        "de", "Ana Petrenko", "Cem Yildiz", datelines={"places": ["Kiel"], "date": "2026-05-04", "text": ""}
    )
    page = page_of(client, story)
    assert (page.get("lang"), page.get("dir")) == ("en", "ltr")
    assert markup(page, "//main//article/@lang/..").startswith('<article class="story " lang="de" dir="ltr">')
    assert markup(page, "//div[@class='by']") == (
        '<div class="by"><p>Von <a rel="author" href="/authors/author-0/">Ana Petrenko</a> und '
        '<a rel="author" href="/authors/author-1/">Cem Yildiz</a></p><p><span>Veröffentlicht am '
        + TIME % "4. Mai 2026, 09.10 Uhr OESZ"
        + "</span></p></div>"
    )
    assert page.xpath("//h1/span[@class='kicker']")[0].text == "Analyse"
    assert page.xpath("//p[@class='dateline']")[0].text == "Kiel, 4. Mai"
    # The furniture around it stays the site's.
    assert markup(page, "//footer[contains(@class, 'after')]").startswith(
        '<footer class="after" lang="en" dir="ltr">'
    )
    assert page.xpath("//p[@class='more']/a")[0].text == "All stories of 4 May 2026"


def test_a_ukrainian_story_is_dated_as_ukrainian_papers_do(client):
    page = page_of(client, make_story("uk", "Ана Петренко"))
    assert markup(page, "//div[@class='by']") == (
        '<div class="by"><p>Текст: <a rel="author" href="/authors/author-0/">Ана Петренко</a></p>'
        "<p><span>Опубліковано " + TIME % "4 травня 2026, 09:10 EEST" + "</span></p></div>"
    )
    assert page.xpath("//h1/span[@class='kicker']")[0].text == "Аналіз"


def test_an_arabic_story_runs_from_the_right_and_keeps_foreign_names_apart(client):
    story = make_story("ar", "رامي الحداد", "Ana Petrenko", headline="جسر الميناء")
    page = page_of(client, story)
    assert markup(page, "//article[@lang]").startswith('<article class="story " lang="ar" dir="rtl">')
    assert markup(page, "//div[@class='by']") == (
        '<div class="by"><p>بقلم <a rel="author" href="/authors/author-0/">رامي الحداد</a> و '
        '<bdi><a rel="author" href="/authors/author-1/">Ana Petrenko</a></bdi></p>'
        "<p><span>نُشر في " + TIME % "4 مايو 2026، 09:10 EEST" + "</span></p></div>"
    )


def test_names_that_run_the_other_way_are_kept_apart_in_a_line_from_the_left(client):
    page = page_of(client, make_story("en", "Ana Petrenko", "רונית כהן", "Cem Yildiz"))
    assert [bdi.text_content() for bdi in page.xpath("//div[@class='by']//bdi")] == ["רונית כהן"]


def test_where_we_lack_the_storys_language_the_sites_words_say_that_they_are_not(client):
    page = page_of(client, make_story("fr", "Ana Petrenko", kicker="Port"))
    assert markup(page, "//div[@class='by']").startswith('<div class="by" lang="en" dir="ltr"><p>By ')
    assert markup(page, "//h1/span[@class='kicker']") == (
        '<span class="kicker"><span lang="en" dir="ltr">Analysis</span> · Port<span class="hidden">: </span></span>'
    )


def test_corrections_are_called_what_the_storys_language_calls_them(client):
    story = make_story("uk", "Ана Петренко", genre="news")
    workflow.correct(story.latest_revision, by=make_chief(), kind="correction", wrong="два", right="три")
    page = page_of(client, story)
    assert page.xpath("//aside[@class='correction']")[0].get("aria-label") == "Виправлення"
    assert page.xpath("//aside[@class='correction']/h2")[0].text_content().startswith("Виправлення, ")
    listed = html.fromstring(client.get("/corrections/").content.decode())
    card = listed.xpath("//article[contains(@class, 'card')]")[0]
    assert (card.xpath("h2")[0].get("lang"), card.xpath(".//span[@class='kicker']")[0].text) == (
        "uk",
        "Виправлення",
    )
    assert {p.get("lang") for p in card.xpath("p[not(@class='when')]")} == {"uk"}


def test_a_card_in_another_language_says_so_and_the_time_beside_it_is_the_sites(client):
    make_story("ar", "رامي", headline="جسر", standfirst="نص")
    make_story("en", "Ana", headline="Bridge", standfirst="Text")
    for path in ("/", "/politics/", "/archive/2026/05/04/"):
        cards = html.fromstring(client.get(path).content.decode()).xpath(
            "//article[contains(@class, 'card')]"
        )
        said = {
            (part.text_content(), part.get("lang"), part.get("dir"))
            for card in cards
            for part in card.xpath("*[self::h2 or self::h3 or self::p[@class='standfirst']]")
        }
        assert ("تحليل: جسر", "ar", "rtl") in said and ("Analysis: Bridge", None, None) in said, path
        assert {time.text for card in cards for time in card.xpath(".//time")} <= {"09:10 EEST, 4 May 2026"}


@pytest.mark.parametrize(
    ("language", "direction", "words"),
    [
        ("de", "ltr", ["Startseite", "Korrekturen", "Feeds"]),
        ("uk", "ltr", ["Головна", "Виправлення", "Стрічки новин"]),
        ("ar", "rtl", ["الصفحة الأولى", "التصحيحات", "الخلاصات"]),
    ],
)
def test_the_site_speaks_its_own_language(client, site_in, language, direction, words):
    site_in(language)
    page = html.fromstring(client.get("/").content.decode())
    assert (page.get("lang"), page.get("dir")) == (language, direction)
    assert [link.text for link in page.xpath("//footer//a")] == words


LATIN = re.compile(r"[A-Za-z]{2,}")


def test_a_page_in_arabic_has_no_english_word_left(client, site_in):
    site_in("ar")
    section = make_section("مدينة", slug="city")
    reference = {"id": section.pk, "name": section.name}
    story = make_story(
        "ar",
        "رامي الحداد",
        headline="جسر",
        section=reference,
        ai_use="ترجمة",
        body="<p>نص.</p>",
        datelines={"places": ["مارو"], "date": "2026-05-04", "text": ""},
    )
    workflow.correct(story.latest_revision, by=make_chief(), kind="correction", wrong="اثنان", right="ثلاثة")
    for path in (
        "/",
        "/city/",
        "/corrections/",
        "/archive/2026/05/04/",
        "/authors/author-0/",
        "/feeds/",
        "/nowhere/",
        story.get_absolute_url(),
    ):
        page = html.fromstring(client.get(path).content.decode())
        text = " ".join(page.xpath("//body//text() | //@aria-label")).replace("The Test Courier", "")
        found = set(LATIN.findall(text)) - {"EET", "EEST", "RSS", "Atom", "JSON", "Feed"}
        assert found == set(), path
        assert len(re.findall(r"[\u0600-\u06ff]{2,}", text)) > 3, path


PATHS = (
    "/",
    "/politics/",
    "/corrections/",
    "/feeds/",
    "/feeds/all.rss",
    "/nowhere/",
    "/manifest.webmanifest",
)


def test_no_header_and_no_cookie_changes_a_byte_of_a_public_page(client):
    story = make_published(headline="Bridge")
    user = make_user("ben", "chief editor")
    user.language = "uk"
    user.save(update_fields=["language"])
    paths = [*PATHS, story.get_absolute_url()]
    plain = {path: client.get(path).content for path in paths}
    client.force_login(user)
    client.cookies["django_language"] = "de"
    assert "Матеріали" in client.get("/admin/").content.decode()  # at the desk it does change
    for language in ("uk", "de-DE,de;q=0.9", "ar"):
        answers = {path: client.get(path, headers={"Accept-Language": language}) for path in paths}
        assert {path: answer.content for path, answer in answers.items()} == plain
        assert {answer.headers.get("Vary", "Accept-Encoding") for answer in answers.values()} == {
            "Accept-Encoding"
        }


def test_a_missing_page_of_the_desk_is_the_same_as_any_other(client):
    user = make_user("ben", "chief editor", language="uk")
    missing = client.get("/nowhere/").content
    client.force_login(user)
    assert client.get("/admin/articles/nothing/").content == missing


def test_a_page_that_refuses_is_in_the_language_of_whom_it_refuses(client):
    user = make_user("ben", "reporter")
    user.language = "uk"
    user.save(update_fields=["language"])
    client.force_login(user)
    answer = client.get("/admin/articles/section/add/")
    assert answer.status_code == 403
    page = html.fromstring(answer.content.decode())
    assert page.get("lang") == "uk"
    assert page.xpath("//h1")[0].text_content() == "403: Вам цього не дозволено"


def test_feeds_and_what_machines_read_name_the_language_of_each_story(client, site_in):
    site_in("uk")
    story = make_story("de", "Ana Petrenko", headline="Brücke")
    make_story("uk", "Ана", headline="Міст", genre="news")
    rss = etree.fromstring(client.get("/feeds/all.rss").content)
    dc = "{http://purl.org/dc/elements/1.1/}language"
    assert rss.findtext("channel/language") == "uk"
    assert {item.findtext("title"): item.findtext(dc) for item in rss.iter("item")} == {
        "Analyse: Brücke": "de",
        "Міст": "uk",
    }
    feed = json.loads(client.get("/feeds/all.json").content)
    assert feed["language"] == "uk"
    assert {item["title"]: item["language"] for item in feed["items"]} == {
        "Analyse: Brücke": "de",
        "Міст": "uk",
    }
    data = [
        json.loads(script.text)
        for script in page_of(client, story).xpath("//script[@type='application/ld+json']")
    ]
    assert data[0]["inLanguage"] == "de"
    home = html.fromstring(client.get("/").content.decode())
    site = [json.loads(script.text) for script in home.xpath("//script[@type='application/ld+json']")]
    assert [thing["inLanguage"] for thing in site if "inLanguage" in thing] == ["uk"]


@pytest.mark.parametrize(
    ("language", "heading", "button"),
    [("de", "Artikel", "Neuer Artikel"), ("uk", "Матеріали", "Новий матеріал")],
)
def test_the_desk_speaks_german_and_ukrainian(client, language, heading, button):
    make_published(headline="Bridge")
    client.force_login(make_user("ben", "chief editor"))
    answer = client.get("/admin/articles/article/", headers={"Accept-Language": language})
    page = html.fromstring(answer.content.decode())
    assert page.get("lang") == language
    assert page.xpath("//h1")[0].text_content().strip() == heading
    assert button in [link.text_content() for link in page.xpath("//a[@class='start']")]


def test_what_is_kept_of_an_act_is_in_no_language(client):
    """A note in the record or a text in a version must not depend on who looked at which translation."""
    with translation.override("uk"):
        article = make_published(headline="Bridge")
        content = article.latest_revision.content
    assert re.search(r"[\u0400-\u04ff]", json.dumps(content, ensure_ascii=False)) is None


def test_fields_take_their_direction_from_what_is_typed(client):
    article = make_published(headline="جسر")
    client.force_login(make_user("ben", "chief editor"))
    page = page_of_form(client, article)
    auto = {field.get("name") for field in page.xpath("//*[@dir='auto']")}
    assert {"headline", "kicker", "standfirst", "body", "bylines-0-name", "lead_alt"} <= auto
    assert "canonical_url" not in auto


def page_of_form(client, article):
    return html.fromstring(client.get(f"/admin/articles/article/{article.pk}/change/").content.decode())


def test_the_editors_words_are_said_in_the_language_of_whom_it_serves(client):
    """Words that were translated while the site started would stay as they were then."""
    ben = make_user("ben", "chief editor")
    ben.language = "uk"
    ben.save(update_fields=["language"])
    client.force_login(ben)
    page = page_of_form(client, make_published(headline="Міст", body="<p>Текст.</p>"))
    (config,) = page.xpath("//textarea[@name='body']/@*[contains(., 'DeskNote')]")
    sentences = [text for text in _texts(json.loads(config)) if " " in text]
    assert "Нотатка, не публікується" in sentences
    assert [text for text in sentences if re.search("[а-яґєії]", text) is None] == []


def _texts(value):
    """Yield every text in ``value``, parsed JSON, but for how the editor's buttons are grouped."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for name, part in value.items():
            yield from () if name == "group" else _texts(part)
    elif isinstance(value, list):
        for part in value:
            yield from _texts(part)
