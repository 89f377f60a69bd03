"""The calendar: weeks of the newsroom's clock, what stands in them, and moving it by the functions that set it."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.utils import timezone
from lxml import html

from articles import clearance, schedule, workflow
from articles.models import Article, PlannedChange
from articles.permissions import NotAllowed
from desk import calendar
from desk.calendar import Kind
from tests.factories import make_chief, make_content, make_published, make_revision, make_section, make_user

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)


@pytest.fixture(autouse=True)
def kyiv(settings):
    settings.TIME_ZONE = "Europe/Kyiv"


@pytest.fixture
def clara(client):
    clara = make_chief()
    client.force_login(clara)
    return clara


def soon(hours):
    """A time ahead, on the hour."""
    return (timezone.now() + timedelta(hours=hours)).replace(minute=0, second=0, microsecond=0)


def fresh(article):
    return Article.objects.get(pk=article.pk)


def found(first, **options):
    days, _cut = calendar.week(first, **options)
    return [
        (day.date.isoformat(), hour.label, each.kind.value, str(each.story))
        for day in days
        for hour in day.hours
        for each in hour.appointments
    ]


def one_of_each(by):
    """Return {kind: (story, its time)} of stories that stand in the calendar, each at another hour."""
    times = {kind: soon(24 * 7 + number) for number, kind in enumerate(Kind, start=1)}
    due = make_revision(by=by, headline="Due").article
    workflow.assign(due, by=by, assignee=by, due_at=times[Kind.DUE])
    out = make_published(by=by, headline="Out", at=times[Kind.OUT])
    change = make_published(by=by, headline="Change")
    version = workflow.save(change, make_content(headline="Change", standfirst="New."), by=by, base=1)
    schedule.publish_later(version, by=by, at=times[Kind.CHANGE])
    embargo = make_revision(by=by, headline="Embargo").article
    schedule.set_embargo(embargo, by=by, until=times[Kind.EMBARGO])
    expiry = make_published(by=by, headline="Expiry")
    schedule.set_expiry(expiry, by=by, at=times[Kind.EXPIRY])
    stories = dict(zip(Kind, (due, out, change, embargo, expiry), strict=True))
    return {kind: (fresh(story), times[kind]) for kind, story in stories.items()}


def test_a_day_of_summer_time_has_23_hours_and_one_of_winter_time_25():
    spring, _cut = calendar.week(date(2027, 3, 22))
    autumn, _cut = calendar.week(date(2026, 10, 19))
    assert [day.length for day in spring] == [24, 24, 24, 24, 24, 24, 23]
    assert [day.length for day in autumn] == [24, 24, 24, 24, 24, 24, 25]


def test_the_two_hours_of_one_name_stand_apart_and_each_on_their_day(clara):
    first, second = datetime(2026, 10, 25, 0, 30, tzinfo=UTC), datetime(2026, 10, 25, 1, 30, tzinfo=UTC)
    for name, at in (
        ("Midnight", datetime(2026, 10, 25, 21, 59, tzinfo=UTC)),
        ("Second", second),
        ("First", first),
    ):
        workflow.assign(make_revision(by=clara, headline=name).article, by=clara, assignee=None, due_at=at)
    assert found(date(2026, 10, 19)) == [
        ("2026-10-25", "03:00 EEST", "due", "First"),
        ("2026-10-25", "03:00 EET", "due", "Second"),
        ("2026-10-25", "23:00 EET", "due", "Midnight"),
    ]
    assert found(date(2026, 10, 26)) == []


def test_a_week_begins_with_a_day_whose_midnight_does_not_come(settings):
    settings.TIME_ZONE = "Africa/Cairo"  # clocks go forward at midnight, on Friday 30 April 2027
    days, _cut = calendar.week(date(2027, 4, 26))
    assert [day.length for day in days] == [24, 24, 24, 24, 23, 24, 24]
    assert calendar.begins(date(2027, 4, 30)) == datetime(2027, 4, 29, 22, tzinfo=UTC)


def test_everything_with_a_time_stands_at_it_once(clara):
    things = one_of_each(clara)
    first = calendar.clock.local(min(at for _story, at in things.values())).date()
    assert sorted(row[2:] for row in found(first)) == sorted(
        (kind.value, str(story)) for kind, (story, _at) in things.items()
    )


def test_the_page_costs_the_same_with_five_stories_and_with_fifteen(client, clara, django_assert_num_queries):
    one_of_each(clara)
    address = f"/admin/calendar/?from={calendar.clock.local(soon(24 * 7 + 1)).date()}"
    with django_assert_num_queries(12):
        client.get(address)
    one_of_each(clara), one_of_each(clara)
    with django_assert_num_queries(12):
        client.get(address)


def test_a_section_shows_its_own(clara):
    sport = make_section("Sport")
    section = {"id": sport.pk, "name": "Sport"}
    for headline, content in (("Match", {"section": section}), ("Vote", {})):
        story = make_revision(by=clara, headline=headline, **content).article
        workflow.assign(story, by=clara, assignee=None, due_at=datetime(2027, 1, 6, 10, tzinfo=UTC))
    assert [row[3] for row in found(date(2027, 1, 4), section=sport)] == ["Match"]


def test_an_embargo_that_outlasts_the_time_of_publication_is_told_once(clara):
    story = make_revision(by=clara, headline="Kept").article
    schedule.set_embargo(story, by=clara, until=soon(200))
    workflow.publish(fresh(story).latest_revision, by=clara, at=soon(190))
    first = calendar.clock.local(soon(200)).date()
    assert [row[2:] for row in found(first)] == [("embargo", "Kept")]


def test_what_legal_holds_stands_held_at_its_time_and_is_moved_once_it_is_late_and_cleared(client, clara):
    at = soon(24)
    story = make_published(by=clara, headline="Inquiry", at=at)
    clearance.require_legal(story, True, by=clara)
    first = calendar.clock.local(at).date()
    assert [(kind, name) for _day, _hour, kind, name in found(first)] == [("out", "Inquiry")]
    page = html.fromstring(client.get("/admin/calendar/", {"from": first.isoformat()}).content.decode())
    assert page.xpath("//strong[@class='newer']/text()") == ["held"]
    with pytest.raises(NotAllowed, match="Legal has to clear this version before it goes out."):
        calendar.move(story, Kind.OUT, by=clara, was=at, to=at + HOUR)
    late = soon(0)
    Article.objects.update(publish_at=late)
    clearance.clear(story.latest_revision, by=make_user("lena", "legal"))
    assert found(calendar.clock.local(late).date())[0][2:] == ("out", "Inquiry")
    calendar.move(story, Kind.OUT, by=clara, was=late, to=at + HOUR)
    assert (fresh(story).visible_from, fresh(story).held_since) == (at + HOUR, None)


@pytest.mark.parametrize("kind", Kind)
def test_moving_gives_it_the_new_time_and_keeps_its_version(clara, kind):
    story, was = one_of_each(clara)[kind]
    to = was + 3 * HOUR
    calendar.move(story, kind, by=clara, was=was, to=to, reason="The press conference is later")
    story = fresh(story)
    times = {
        Kind.DUE: story.due_at,
        Kind.OUT: story.visible_from,
        Kind.EMBARGO: story.embargo_until,
        Kind.EXPIRY: story.visible_until,
    }
    waiting = PlannedChange.objects.filter(state="waiting")
    times[Kind.CHANGE] = waiting.get().at if kind == Kind.CHANGE else None
    assert times[kind] == to
    assert kind != Kind.CHANGE or waiting.get().revision.number == 2
    assert kind != Kind.DUE or story.assignee == clara


@pytest.mark.parametrize("kind", Kind)
def test_what_was_moved_meanwhile_is_not_moved_again(clara, kind):
    story, was = one_of_each(clara)[kind]
    with pytest.raises(NotAllowed, match="^Its time was changed in the meantime; look at it first.$"):
        calendar.move(story, kind, by=clara, was=was - HOUR, to=was + HOUR, reason="x")


@pytest.mark.parametrize("kind", Kind)
def test_who_may_not_set_the_time_may_not_move_it_and_is_offered_no_form(client, clara, kind):
    story, was = one_of_each(clara)[kind]
    rita = make_user("rita", "reporter")
    with pytest.raises(NotAllowed):
        calendar.move(story, kind, by=rita, was=was, to=was + HOUR, reason="x")
    client.force_login(rita)
    page = client.get(f"/admin/calendar/?from={calendar.clock.local(was).date()}").content.decode()
    assert (f'id="{kind.value}-{story.pk}"' in page, 'name="was"' in page) == (True, False)


def test_a_time_moves_the_version_that_was_set_for_it_and_not_a_newer_one(clara):
    story, was = one_of_each(clara)[Kind.OUT]
    workflow.save(story, make_content(headline="Out", standfirst="Not yet."), by=clara, base=1)
    calendar.move(story, Kind.OUT, by=clara, was=was, to=was + HOUR)
    assert (fresh(story).live_revision.number, fresh(story).visible_from) == (1, was + HOUR)


def test_a_planned_change_over_another_version_is_not_moved_unseen(clara):
    story, was = one_of_each(clara)[Kind.CHANGE]
    version = workflow.save(story, make_content(headline="Change", standfirst="Corrected."), by=clara, base=2)
    workflow.publish(version, by=clara)
    refusal = "^Another version went online since this was planned; look at the story first.$"
    with pytest.raises(NotAllowed, match=refusal):
        calendar.move(story, Kind.CHANGE, by=clara, was=was, to=was + HOUR)


def form_of(client, address, name):
    page = html.fromstring(client.get(address).content.decode())
    (form,) = page.xpath(f"//li[@id='{name}']//form")
    return form.get("action"), dict(form.form_values())


def test_the_form_of_the_page_moves_without_a_script(client, clara):
    story = make_revision(by=clara, headline="Due").article
    workflow.assign(story, by=clara, assignee=None, due_at=datetime(2027, 1, 6, 10, tzinfo=UTC))
    address, sent = form_of(client, "/admin/calendar/?from=2027-01-06", f"due-{story.pk}")
    answer = client.post(address, sent | {"at": "2027-01-07T09:30"})
    assert (answer.status_code, answer.headers["Location"]) == (302, "/admin/calendar/?from=2027-01-06")
    assert fresh(story).due_at == datetime(2027, 1, 7, 7, 30, tzinfo=UTC)


def test_an_hour_that_comes_twice_is_asked_about_in_the_form_that_was_sent(client, clara):
    story = make_revision(by=clara, headline="Due").article
    workflow.assign(story, by=clara, assignee=None, due_at=datetime(2027, 10, 30, 10, tzinfo=UTC))
    address, sent = form_of(client, "/admin/calendar/?from=2027-10-30", f"due-{story.pk}")
    answer = client.post(address, sent | {"at": "2027-10-31T03:30"})
    page = html.fromstring(answer.content.decode())
    (form,) = page.xpath(f"//li[@id='due-{story.pk}']/details[@open]/form")
    assert form.xpath(".//select/option/text()") == ["—", "03:30 EEST", "03:30 EET"]
    again = dict(form.form_values()) | {"which": "1"}
    assert client.post(address, again).status_code == 302
    assert fresh(story).due_at == datetime(2027, 10, 31, 1, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    "asked", ["from=x", "from=2026-13-45", "from=0001-01-01", "from=9999-12-31", "section=9&from="]
)
def test_an_address_that_makes_no_sense_shows_the_week_from_today(client, clara, asked):
    page = html.fromstring(client.get(f"/admin/calendar/?{asked}").content.decode())
    assert len(page.xpath("//section[contains(@class, 'today')]")) == 1


def test_an_embargo_by_hand_stands_above_the_week(client, clara):
    story = make_revision(by=clara, headline="Until the call").article
    schedule.set_embargo(story, by=clara, by_hand=True)
    page = html.fromstring(client.get("/admin/calendar/").content.decode())
    assert page.xpath("//section[@class='by-hand']//a/text()") == ["Until the call"]
