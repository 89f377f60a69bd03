"""
The product's main job in a real browser: copy comes in, Ben repairs and publishes it, Cem reads it, Ben takes it back.
"""

import re
from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from articles import workflow
from articles.models import Article, Author, Section, Tag
from articles.public.sitemaps import BLOCK
from tests.browser import becomes, click_times
from tests.factories import (
    make_author,
    make_chief,
    make_published,
    make_section,
    make_source,
    make_tag,
    make_ticker,
    make_user,
)

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

COPY = """\
Velland to rebuild the Sarn causeway by spring
The harbour authority promises two lanes and a tram. The old causeway fell in the January storm.
T.The Velland Harbour Authority will rebuild the causeway to Sarnn, its director Mara Quist said on Friday.
>>> Follow all news of the causeway in the live ticker
“We have the money and we have the stone, Quist told reporters in Marrow.
The causeway carried 9,000 people a day before the storm.
"""
HEADLINE = "Velland to rebuild the Sarn causeway by spring"
MENDED = (
    "Velland’s harbour authority is to rebuild the causeway to Sarn, its director Mara Quist said on Friday."
)
CLOSED = "“We have the money and we have the stone,” Quist told reporters in Marrow."


@pytest.fixture
def newsroom(site):
    """A section with its editor, a tag with a wrong form, an author, a ticker, and another story on the fronts."""
    section = make_section("Coast")
    make_tag("Sarn", kind="place", wrong=["Sarnn"])
    make_author("Ana Petrenko")
    make_source(name="North Wire")
    make_ticker("The causeway, live")
    make_published(headline="Another story of the coast")
    return make_user("ben", "editor", sections=[section])


def choose(page, field, words):
    """Choose the option that ``words`` find in an autocomplete; ``field`` is a locator of its place in the form."""
    field.locator(".select2-selection").click()
    search = page.locator(".select2-container--open .select2-search__field")
    search.fill(words)
    page.locator(".select2-results__option--highlighted", has_text=words).click()
    chosen = field.locator(".select2-selection__rendered, .select2-selection__choice", has_text=words)
    expect(chosen.first).to_be_visible()


def rewrite(page, number, words):
    """Type ``words`` over the whole paragraph of the body with this number, as a person does."""
    paragraph = page.locator(".ProseMirror[contenteditable=true] p").nth(number)
    paragraph.scroll_into_view_if_needed()
    box = paragraph.bounding_box()
    click_times(page, box["x"] + box["width"] / 2, box["y"] + box["height"] / 2, 3)
    page.keyboard.type(words)
    expect(paragraph).to_have_text(words)


def findings(page):
    return [item.get_attribute("data-code") for item in page.locator(".finding").all()]


def press(page, name):
    with page.expect_navigation():
        page.get_by_role("button", name=name, exact=True).click()


def public_pages(article):
    """Return the addresses of every page that a story shows on."""
    return [
        article.get_absolute_url(),
        "/",
        Section.objects.get(name="Coast").get_absolute_url(),
        Author.objects.get().get_absolute_url(),
        Tag.objects.get().get_absolute_url(),
        "/feeds/all.rss",
        f"/sitemap-stories-{(article.pk - 1) // BLOCK + 1}.xml",
    ]


def read(page, site, address):
    """Return (status, text) of what the server sends Cem, who has no cookie."""
    answer = page.request.get(site + address, headers={"Cookie": ""}, max_redirects=0)
    return answer.status, answer.text()


def make_draft(page, site):
    page.goto(f"{site}/admin/articles/article/")
    with page.expect_navigation():
        page.get_by_role("link", name="New from copy").click()
    page.get_by_label("Paste the text").fill(COPY)
    page.get_by_label("Section").select_option(label="Coast")
    press(page, "See what it says")
    seen = set(findings(page))
    press(page, "Make draft")
    return seen


def repair(page):
    """Mend what the checks found, sign, name the agency, tag, link the ticker and date the story."""
    rewrite(page, 0, MENDED)
    rewrite(page, 1, CLOSED)
    choose(page, page.locator(".field-author").first, "Ana Petrenko")
    bylines = page.locator("[data-rows=bylines]")
    bylines.get_by_role("button", name="Add a row").click()
    bylines.locator(".field-source select").last.select_option(label="North Wire")
    choose(page, page.locator(".field-tags"), "Sarn")
    choose(page, page.locator(".field-article").first, "The causeway, live")
    page.get_by_label("Dateline: date").fill("2026-03-06")


def test_copy_comes_in_is_repaired_published_read_and_withdrawn(page, site, sign_in, newsroom):
    sign_in(newsroom)
    seen = make_draft(page, site)
    assert seen == {
        "drop-cap",
        "name-form",
        "unbalanced-quotation",
        "ticker-unresolved",
        "missing-byline",
        "missing-provenance",
        "dateline-date",
    }
    becomes(page, lambda: set(findings(page)), seen)
    article = Article.objects.get(working_headline=HEADLINE)
    assert read(page, site, f"/coast/x-{article.pk}/")[0] == 404

    repair(page)
    press(page, "Save")
    becomes(page, lambda: findings(page), [])
    page.get_by_role("button", name="Publish", exact=True).click()
    press(page, "Publish now")
    expect(page.locator(".messagelist")).to_contain_text("Published: first published.")

    article = Article.objects.get(pk=article.pk)
    for address in public_pages(article):
        status, text = read(page, site, address)
        assert status == 200, address
        expected = article.get_absolute_url() if address.endswith(".xml") else HEADLINE
        assert expected in text, address
    page.goto(site + article.get_absolute_url())
    expect(page.get_by_role("heading", level=1)).to_have_text(re.compile(f"{re.escape(HEADLINE)}$"))
    expect(page.locator("article")).to_contain_text(MENDED)
    expect(page.get_by_role("link", name="Follow all news of the causeway in the live ticker")).to_have_count(
        1
    )

    before = {address: read(page, site, address) for address in public_pages(article)}
    page.goto(f"{site}/admin/articles/article/{article.pk}/change/")
    page.locator("[name=headline]").fill("Only saved, not published")
    press(page, "Save")
    assert {address: read(page, site, address) for address in public_pages(article)} == before

    with page.expect_navigation():
        page.get_by_role("link", name="Withdraw this story…").click()
    page.locator("[name=kind][value=error]").check()
    page.get_by_label("Note that readers find in its place").fill("The authority took its promise back.")
    press(page, "Withdraw it")
    story, *lists = public_pages(article)
    status, text = read(page, site, story)
    assert (status, HEADLINE in text, "The authority took its promise back." in text) == (410, False, True)
    for address in lists:
        status, text = read(page, site, address)
        assert status in {200, 404}, address
        assert HEADLINE not in text, address
        assert not re.search(rf"-{article.pk}/", text), address


def test_a_story_withdrawn_before_it_was_seen_stays_missing(page, site, newsroom):
    chief = make_chief()
    article = make_published(by=chief, headline="Never seen", at=timezone.now() + timedelta(hours=1))
    address = f"/politics/{article.slug}-{article.pk}/"
    missing = read(page, site, "/politics/nothing-999999/")
    assert read(page, site, address) == missing
    workflow.withdraw(article, by=chief, kind="error")
    assert missing[0] == 404
    assert read(page, site, address) == missing


def test_two_editors_meet_a_conflict_and_lose_no_word(page, site, sign_in, newsroom):
    clara = make_user("clara", "chief editor")
    article = make_published(by=clara, headline="Bridge reopens")
    sign_in(clara)
    page.goto(f"{site}/admin/articles/article/{article.pk}/change/")
    page.locator("[name=headline]").fill("What Clara wrote first")
    content = article.latest_revision.content | {"headline": "What another tab saved"}
    workflow.save(article, content, by=clara, base=1)
    press(page, "Save")
    expect(page).to_have_url(re.compile("/merge/"))
    expect(page.locator(".place")).to_contain_text("What another tab saved")
    page.get_by_label("Your text").check()
    press(page, "Save both as version 3")
    expect(page.locator(".messagelist")).to_be_visible()
    assert Article.objects.get(pk=article.pk).working_headline == "What Clara wrote first"
