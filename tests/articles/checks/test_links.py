"""Links to our own pages: dead ones, those into the desk, and stories that readers can't see."""

from datetime import timedelta

import pytest
from django.utils import timezone

from articles import workflow
from articles.body import plain
from articles.checks import links
from articles.checks.reading import Reading
from articles.models import OldSlug
from tests.articles.checks.desk import story
from tests.factories import (
    make_author,
    make_chief,
    make_published,
    make_revision,
    make_section,
    make_tag,
    make_ticker,
    ticker_line,
)

pytestmark = pytest.mark.django_db


def found(*addresses, **content):
    """Return [(code, text)] of the findings on a body with one link, "link N", for each address."""
    body = "".join(f'<p>See <a href="{url}">link {n}</a>.</p>' for n, url in enumerate(addresses, 1))
    content = {"body": body} | content
    return [(each.code, each.quote) for each in links.internal(Reading(story(**content), timezone.now()))]


def test_a_story_that_is_online_may_be_linked_to_in_any_spelling(settings):
    path = make_published().get_absolute_url()
    wrong_slug = path.replace("harbour", "harbor")
    spellings = [path, path.rstrip("/"), wrong_slug, settings.SITE_URL + path, f"{path}?a=1#part"]
    assert found(*spellings) == []


def test_a_story_that_readers_cannot_see_is_found_with_its_standing():
    chief = make_chief()
    draft = make_revision().article
    ahead = make_published(at=timezone.now() + timedelta(hours=1))
    withdrawn = make_published(headline="Gone")
    workflow.withdraw(withdrawn, by=chief, kind="error", note="")
    paths = [f"/politics/x-{article.pk}/" for article in (draft, ahead, withdrawn)]
    body = "".join(f'<p>See <a href="{path}">it</a>.</p>' for path in paths)
    hits = list(links.internal(Reading(story(body=body), timezone.now())))
    assert [(hit.code, hit.severity, hit.field, hit.start, hit.end, hit.quote) for hit in hits] == [
        ("hidden-link", "warn", "body", 4, 6, "it"),
        ("hidden-link", "warn", "body", 13, 15, "it"),
        ("hidden-link", "warn", "body", 22, 24, "it"),
    ]
    assert [hit.message for hit in hits] == [
        f"“it” leads to a story that is not online ({standing}); link to another or take the link off."
        for standing in ("never published", "scheduled", "withdrawn")
    ]


def test_what_we_have_not_is_dead(settings):
    make_section("Politics")
    dead = [
        "/politics/x-999999/",
        f"{settings.SITE_URL}/politics/x-{'9' * 40}/",
        "/nothing/",
        "/tags/nothing/",
        "/authors/nothing",
        "/politics/nothing/at/all/",
        "/admin/articles/article/7/change/",
    ]
    assert found(*dead) == [("dead-link", f"link {n}") for n in range(1, 8)]
    messages = [
        each.message
        for each in links.internal(
            Reading(
                story(
                    body='<p><a href="/nothing/">A</a> <a href="/admin/">B</a> <a href="/a/b-9/">C</a></p>'
                ),
                timezone.now(),
            )
        )
    ]
    assert messages == [
        "“A” leads to no page of ours; correct the address or take the link off.",
        "“B” leads to the desk, which readers can't enter; link to the public page.",
        "“C” leads to a story that does not exist; correct the address or take the link off.",
    ]


def test_our_pages_former_addresses_files_and_other_sites_are_left_alone(settings):
    section, tag, author = make_section("Politics"), make_tag("Rain"), make_author()
    OldSlug.objects.create(slug="state", section=section)
    OldSlug.objects.create(slug="drizzle", tag=tag)
    fine = [
        "/", settings.SITE_URL, "/politics/", "/politics", "/state/", tag.get_absolute_url(), "/tags/drizzle/",
        author.get_absolute_url(), "/corrections/", "/feeds/all.rss", "/robots.txt", "/media/map.jpg", "/static/x.css",
        "https://elsewhere.example/politics/x-999999/", "mailto:ana@example.org", "tel:+3801234567",
    ]  # fmt: skip
    assert found(*fine) == []
    assert found("/tags/state/", "/drizzle/") == [("dead-link", "link 1"), ("dead-link", "link 2")]


def test_the_place_is_right_in_lists_quotations_and_after_equal_words():
    body = (
        '<p>here &amp; <strong>there</strong></p><ul><li>here</li><li>or<br>so <a href="/no/"><em>he</em>re</a></li></ul>'
        '<aside data-block="note"><p><a href="/no/">note</a></p></aside>'
        '<blockquote><p>A</p><p>B <a href="/no/">here</a></p></blockquote>'
    )
    content = story(body=body)
    hits = list(links.internal(Reading(content, timezone.now())))
    assert [(hit.start, hit.quote) for hit in hits] == [(25, "here"), (35, "here")]
    assert all(plain(content["body"])[hit.start : hit.end] == hit.quote for hit in hits)


def test_ticker_lines_lead_to_tickers_that_are_online():
    ticker, draft = make_ticker(), make_revision(kind="ticker").article
    lines = [
        ticker_line(article=ticker),
        ticker_line("Line 2", article=draft),
        ticker_line("Line 3", url="/no/"),
    ]
    lines += [ticker_line("Line 4"), ticker_line("Line 5", url="https://elsewhere.example/")]
    assert found(ticker_links=lines) == [("hidden-link", "Line 2"), ("dead-link", "Line 3")]


def test_two_queries_at_most_and_none_without_links(django_assert_num_queries):
    path = make_published().get_absolute_url()
    with django_assert_num_queries(0):
        found("https://elsewhere.example/", "/corrections/")
    with django_assert_num_queries(1):
        found(path, "/politics/x-1/", "/politics/x-2/")
    with django_assert_num_queries(2):
        found(path, "/politics/x-1/", "/politics/", "/tags/a/", "/tags/b/", "/authors/c/", "/d/", "/e/")
