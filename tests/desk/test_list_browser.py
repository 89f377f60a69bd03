"""Dashboard and list in a real browser: by keyboard, on a phone, and never wider than the window."""

import re

import pytest
from playwright.sync_api import expect

from articles import workflow
from desk import filters
from tests.browser import let_settle
from tests.factories import make_chief, make_published, make_revision, make_user

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
LIST = "/admin/articles/article/"


@pytest.fixture
def chief(sign_in):
    user = make_chief()
    sign_in(user)
    return user


def focused(page):
    return page.evaluate("document.activeElement.textContent.trim()")


def test_j_and_k_move_enter_opens_and_the_slash_searches(page, site, chief):
    stories = [make_revision(headline=f"Story {number}", by=chief).article for number in range(3)]
    page.goto(site + LIST)
    for key, number in zip("jjjjkk", (2, 1, 0, 0, 1, 2), strict=True):
        page.keyboard.press(key)
        expect(page.locator(":focus")).to_have_text(f"Story {number}")
    page.keyboard.press("/")
    page.keyboard.type("j/k")
    expect(page.locator("input[name=q]")).to_have_value("j/k")
    page.locator("h1").click()
    page.keyboard.press("j")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    expect(page).to_have_url(f"{site}{LIST}{stories[2].pk}/change/")


def test_single_letters_can_be_turned_off_for_good(page, site, chief):
    make_revision(headline="Story", by=chief)
    page.goto(site + LIST)
    page.get_by_label("Keys: j and k move, Enter opens, / searches").uncheck()
    page.goto(site + LIST)
    page.keyboard.press("j")
    let_settle(page)
    assert focused(page) != "Story"


def test_the_same_line_takes_names_and_days_everywhere(page, site, chief):
    story = make_published(headline="The bridge of Marrow reopens", by=chief)
    make_revision(headline="The bridge of Marrow, a draft", by=chief, bylines=[])
    page.goto(f"{site}/admin/password_change/")
    page.keyboard.press("Control+k")
    page.keyboard.type("marrow by:petrenko in:politics today")
    page.get_by_text("Stories found: 1", exact=True).wait_for()
    line = page.get_by_role("combobox", name="Words of the headline, an id, or the address of a page")
    expect(line).to_have_attribute("aria-expanded", "true")
    expect(line).to_have_attribute("aria-activedescendant", re.compile("."))
    chosen = page.locator(f"#{line.get_attribute('aria-activedescendant')}")
    expect(chosen).to_have_attribute("aria-selected", "true")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    expect(page).to_have_url(f"{site}{LIST}{story.pk}/change/")


@pytest.mark.parametrize("width", [360, 1280, 1300])
def test_no_page_of_lists_is_wider_than_its_window(page, site, sign_in, width):
    chief = make_user("root", is_superuser=True)
    sign_in(chief)
    long = "Donaudampfschifffahrtsgesellschaftskapitänsmützenabzeichen " * 4
    for state in ("draft", "review", "ready"):
        article = make_revision(headline=long.strip()[:250], by=chief).article
        workflow.set_state(article, state, by=chief)
    make_published(headline=f"x{long}".strip()[:250], by=chief)
    filters.save(chief, name="x" * 60, query="q=" + "y" * 60)
    page.set_viewport_size({"width": width, "height": 800})
    for path in ("/admin/", LIST, f"{LIST}?q=a&state=draft", "/admin/accounts/user/", "/admin/articles/tag/"):
        page.goto(site + path)
        assert page.evaluate("document.documentElement.scrollWidth") <= width, path


def test_on_a_phone_a_button_opens_the_search(page, site, chief):
    story = make_published(headline="The bridge of Marrow reopens", by=chief)
    page.set_viewport_size({"width": 360, "height": 740})
    page.goto(f"{site}/admin/")
    button = page.get_by_role("button", name="Find a story")
    expect(button).to_be_visible()
    assert button.bounding_box()["height"] >= 44
    button.click()
    page.keyboard.type("marrow")
    with page.expect_navigation():
        page.get_by_role("option", name="The bridge of Marrow reopens").click()
    expect(page).to_have_url(f"{site}{LIST}{story.pk}/change/")


def test_a_filter_is_saved_and_removed_by_hand(page, site, chief):
    make_revision(headline="The bridge", by=chief)
    page.goto(f"{site}{LIST}?q=bridge")
    page.get_by_text("Saved filters").click()
    page.get_by_label("Save what is shown as").fill("Bridges")
    with page.expect_navigation():
        page.get_by_role("button", name="Save", exact=True).click()
    page.get_by_role("link", name="Bridges").wait_for()
    page.goto(site + LIST)
    page.get_by_role("link", name="Bridges").click()
    expect(page).to_have_url(f"{site}{LIST}?q=bridge")
    with page.expect_navigation():
        page.get_by_role("button", name="Remove Bridges").click()
    expect(page).to_have_url(site + LIST)
    expect(page.get_by_role("link", name="Bridges")).to_have_count(0)
