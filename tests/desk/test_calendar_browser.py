"""The calendar in a real browser: by keyboard alone, on a phone, dragged with a mouse, in the nights when clocks change."""

from datetime import UTC, datetime, timedelta

import pytest
from django.utils import timezone

from articles import schedule, workflow
from articles.models import Article
from tests.factories import make_chief, make_content, make_published, make_revision, make_section, make_user

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture(autouse=True)
def kyiv(settings):
    settings.TIME_ZONE = "Europe/Kyiv"


@pytest.fixture
def clara(sign_in):
    clara = make_chief()
    sign_in(clara)
    return clara


def due(by, at, headline="The harbour budget"):
    article = make_revision(by=by, headline=headline).article
    return workflow.assign(article, by=by, assignee=None, due_at=at)


def tab_to(page, selector, most=80):
    """Press Tab until what ``selector`` names has the focus."""
    for _press in range(most):
        if page.evaluate("selector => document.activeElement.matches(selector)", selector):
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"Tab does not lead to {selector}.")


def type_second_of_february(page, year, clock):
    """Type that day and a time of its morning into the field that has the focus, whichever part the browser asks first."""
    page.keyboard.type(f"0202{year}")
    page.keyboard.press("Tab")
    page.keyboard.type(f"{clock}A")  # "am", where the browser asks for it


def test_an_appointment_is_moved_by_keyboard_alone(page, site, clara):
    article = due(clara, datetime(2027, 2, 4, 10, tzinfo=UTC))
    page.goto(f"{site}/admin/calendar/?from=2027-02-01")
    tab_to(page, f"#due-{article.pk} summary")
    page.keyboard.press("Enter")
    tab_to(page, f"#due-{article.pk}-at")
    type_second_of_february(page, 2027, "0930")
    tab_to(page, f"#due-{article.pk} form button")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    assert Article.objects.get().due_at == datetime(2027, 2, 2, 7, 30, tzinfo=UTC)
    assert page.locator("#day-2027-02-02 ~ h3").all_inner_texts() == ["09:00 EET"]


def test_a_planned_change_of_a_live_story_is_shown_and_moved(page, site, clara):
    article = make_published(by=clara, headline="Trams run")
    version = workflow.save(article, make_content(headline="Trams run late"), by=clara, base=1)
    at = (timezone.now() + timedelta(days=2)).replace(minute=0, second=0, microsecond=0)
    planned = schedule.publish_later(version, by=clara, at=at)
    page.goto(f"{site}/admin/calendar/")
    item = page.locator(f"#change-{article.pk}")
    assert "planned change" in item.locator(".what").inner_text()
    assert "version 2" in item.inner_text()
    item.locator("summary").click()
    later = schedule.clock.local(at + timedelta(hours=3))
    item.locator("input[name=at]").fill(f"{later:%Y-%m-%dT%H:%M}")
    with page.expect_navigation():
        item.get_by_role("button", name="Move").click()
    assert schedule.waiting().get().at == at + timedelta(hours=3)
    planned.refresh_from_db()
    assert (planned.state, planned.why) == ("cancelled", "Planned anew.")


def test_an_embargo_is_moved_by_the_chief_with_a_reason_and_by_nobody_else(page, site, sign_in, clara):
    ben = make_user("ben", "editor", sections=[make_section()])
    article = make_revision(by=ben).article
    schedule.set_embargo(article, by=ben, until=datetime(2027, 1, 6, 10, tzinfo=UTC))
    page.goto(f"{site}/admin/calendar/?from=2027-01-04")
    item = page.locator(f"#embargo-{article.pk}")
    item.locator("summary").click()
    item.locator("input[name=at]").fill("2027-01-06T15:00")
    with page.expect_navigation():
        item.get_by_role("button", name="Move").click()
    assert "Give a reason; it is kept with your name." in item.locator(".errors").inner_text()
    assert Article.objects.get().embargo_until == datetime(2027, 1, 6, 10, tzinfo=UTC)
    item.get_by_label("Reason").fill("The ministry speaks later")
    with page.expect_navigation():
        item.get_by_role("button", name="Move").click()
    assert Article.objects.get().embargo_until == datetime(2027, 1, 6, 13, tzinfo=UTC)
    sign_in(ben)
    page.goto(f"{site}/admin/calendar/?from=2027-01-04")
    assert (item.count(), item.locator("summary").count()) == (1, 0)


def test_dragged_to_another_day_it_keeps_its_time_and_waits_for_the_button(page, site, clara):
    article = due(clara, datetime(2027, 1, 6, 10, 15, tzinfo=UTC))
    page.goto(f"{site}/admin/calendar/?from=2027-01-04", wait_until="networkidle")
    item = page.locator(f"#due-{article.pk}")
    item.locator(".what").drag_to(page.locator("[data-date='2027-01-08']"))
    assert item.locator("input[name=at]").input_value() == "2027-01-08T12:15"
    assert Article.objects.get().due_at == datetime(2027, 1, 6, 10, 15, tzinfo=UTC)
    with page.expect_navigation():
        page.keyboard.press("Enter")  # the button has the focus
    assert Article.objects.get().due_at == datetime(2027, 1, 8, 10, 15, tzinfo=UTC)


def test_the_days_on_which_clocks_change_say_so_and_ask_which_hour_is_meant(page, site, clara):
    article = due(clara, datetime(2027, 10, 31, 0, 30, tzinfo=UTC), "First")
    due(clara, datetime(2027, 10, 31, 1, 30, tzinfo=UTC), "Second")
    page.goto(f"{site}/admin/calendar/?from=2027-03-28")
    assert page.locator(".clocks").all_inner_texts() == ["23 hours: clocks are put forward"]
    page.goto(f"{site}/admin/calendar/?from=2027-10-31")
    assert page.locator(".clocks").all_inner_texts() == ["25 hours: clocks are put back"]
    assert page.locator("#day-2027-10-31 ~ h3").all_inner_texts() == ["03:00 EEST", "03:00 EET"]
    item = page.locator(f"#due-{article.pk}")
    item.locator("summary").click()
    item.locator("input[name=at]").fill("2027-10-31T03:45")
    with page.expect_navigation():
        item.get_by_role("button", name="Move").click()
    item.get_by_label("Which of the two").select_option(label="03:45 EET")
    with page.expect_navigation():
        item.get_by_role("button", name="Move").click()
    assert Article.objects.get(working_headline="First").due_at == datetime(2027, 10, 31, 1, 45, tzinfo=UTC)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_on_a_phone_it_is_one_list_that_a_thumb_can_use(page, site, clara, scheme):
    long = "Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft meets"
    article = due(clara, datetime(2027, 1, 6, 10, tzinfo=UTC), long)
    page.set_viewport_size({"width": 360, "height": 740})
    page.emulate_media(color_scheme=scheme)
    page.goto(f"{site}/admin/calendar/?from=2027-01-04")
    item = page.locator(f"#due-{article.pk}")
    item.locator("summary").click()
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    for pressed in (item.locator("summary"), item.get_by_role("button", name="Move")):
        assert pressed.bounding_box()["height"] >= 44
    lefts = {round(day.bounding_box()["x"]) for day in page.locator(".day").all()}
    assert len(lefts) == 1
    item.locator("input[name=at]").fill("2027-01-07T09:30")
    with page.expect_navigation():
        item.get_by_role("button", name="Move").click()
    assert Article.objects.get().due_at == datetime(2027, 1, 7, 7, 30, tzinfo=UTC)
