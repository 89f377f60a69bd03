"""The preview on two screens in a browser: each as wide as what it stands for, one at a time where there is no room."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from articles import schedule
from tests.factories import make_published, make_revision

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def open_screens(page, site):
    def opened(article):
        page.goto(f"{site}/admin/articles/article/{article.pk}/screens/")
        for name in ("phone", "desktop"):
            page.frame_locator(f"iframe[name={name}]").locator("h1").wait_for(state="attached")

    return opened


def width_inside(page, name):
    return page.frame(name).evaluate("innerWidth")


def test_a_phone_and_a_desktop_stand_side_by_side(page, open_screens, clara):
    open_screens(make_published(by=clara, headline="Bridge reopens"))
    phone, desktop = (page.get_by_title(f"Preview on a {name}") for name in ("phone", "desktop"))
    left, right = phone.bounding_box(), desktop.bounding_box()
    assert (width_inside(page, "phone"), width_inside(page, "desktop")) == (375, 1200)
    assert left["x"] + left["width"] < right["x"]
    assert right["x"] + right["width"] <= 1280
    assert abs(left["y"] - right["y"]) < 2
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert not page.get_by_role("radio", name="Desktop").is_visible()
    found = Axe().run(page)
    assert found.violations_count == 0, found.generate_report()


def test_on_a_narrow_screen_the_keyboard_switches_between_them(page, open_screens, clara):
    page.set_viewport_size({"width": 400, "height": 800})
    open_screens(make_published(by=clara))
    phone, desktop = (page.get_by_title(f"Preview on a {name}") for name in ("phone", "desktop"))
    expect(phone).to_be_visible()
    expect(desktop).to_be_hidden()
    page.get_by_role("radio", name="Phone").focus()
    page.keyboard.press("ArrowRight")
    expect(desktop).to_be_visible()
    expect(phone).to_be_hidden()
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_a_link_of_the_page_opens_beside(page, site, open_screens, clara):
    open_screens(make_published(by=clara))
    home = page.frame_locator("iframe[name=phone]").locator("header a[href='/']").first
    with page.context.expect_page() as opened:
        home.click()
    opened.value.wait_for_load_state()
    assert opened.value.url == f"{site}/"


def test_both_screens_of_an_embargoed_story_carry_the_name(page, open_screens, clara):
    article = make_revision(by=clara).article
    schedule.set_embargo(article, by=clara, by_hand=True)
    open_screens(article)
    for name in ("phone", "desktop"):
        bar = page.frame_locator(f"iframe[name={name}]").locator(".preview-for")
        expect(bar).to_contain_text(f"Embargoed. Shown to {clara}")
