"""The newsroom's clock on the two nights on which it is no good witness."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone

from articles import clock
from articles.forms.planning import TimeForm
from articles.templatetags.desk_words import desk_time
from articles.templatetags.stories import hour, moment

SPRING, AUTUMN = datetime(2026, 3, 29, 3, 30), datetime(2026, 10, 25, 3, 30)
FIRST, SECOND = datetime(2026, 10, 25, 0, 30, tzinfo=UTC), datetime(2026, 10, 25, 1, 30, tzinfo=UTC)


def form(text, which=""):
    filled = TimeForm({"at": text, "which": which})
    filled.is_valid()
    return filled


def test_a_time_on_any_other_day_is_one_moment():
    assert clock.moments(datetime(2026, 7, 1, 6, 0)) == [datetime(2026, 7, 1, 3, 0, tzinfo=UTC)]
    assert clock.complaint(datetime(2026, 7, 1, 6, 0)) == ""


def test_half_past_three_does_not_come_in_the_night_of_spring():
    assert clock.moments(SPRING) == []
    assert form("2026-03-29T03:30").errors == {
        "at": [
            "03:30 does not come on 29 March 2026: clocks are put forward then. Choose 04:30 or another time."
        ]
    }


def test_half_past_three_comes_twice_in_the_night_of_autumn_and_the_form_asks_which():
    assert clock.moments(AUTUMN) == [FIRST, SECOND]
    asked = form("2026-10-25T03:30")
    assert asked.errors == {
        "at": [
            "03:30 comes twice on 25 October 2026, when clocks are put back: choose 03:30 EEST or 03:30 EET."
        ]
    }
    assert asked.fields["which"].choices == [("", "—"), ("0", "03:30 EEST"), ("1", "03:30 EET")]


@pytest.mark.parametrize(("which", "at"), [("0", FIRST), ("1", SECOND)])
def test_either_of_the_two_can_be_chosen(which, at):
    chosen = form("2026-10-25T03:30", which)
    assert (chosen.errors, chosen.moment) == ({}, at)


def test_an_answer_about_another_night_is_refused():
    assert form("2026-07-01T06:00", "1").errors.keys() == {"which"}


def test_the_edges_of_both_hours_are_single_moments():
    for naive in (
        datetime(2026, 3, 29, 2, 59),
        datetime(2026, 3, 29, 4, 0),
        datetime(2026, 10, 25, 2, 59),
        datetime(2026, 10, 25, 4, 0),
    ):
        assert len(clock.moments(naive)) == 1


def test_each_minute_of_two_years_is_read_as_the_clock_shows_it():
    """What the clock shows at a moment is read as that moment, or, where it shows it twice, as it and another."""
    zone, at = timezone.get_default_timezone(), datetime(2026, 1, 1, tzinfo=UTC)
    while at < datetime(2028, 1, 1, tzinfo=UTC):
        assert at in clock.moments(at.astimezone(zone).replace(tzinfo=None))
        at += timedelta(minutes=17)


@pytest.mark.parametrize(
    "text", ["six", "2026-13-01T06:00", "2026-10-25T03:30+01:00", "9999-12-31T23:59:59.9Z"]
)
def test_what_is_no_time_is_told_how_to_write_one(text):
    assert form(text).errors == {"at": ["Write a day and a time, such as 2026-05-04 06:00."]}


@pytest.mark.parametrize("text", ["0001-01-01T00:00", "9999-12-31T23:59"])
def test_the_ends_of_the_calendar_break_nothing(text):
    form(text)


def test_readers_are_told_which_of_the_two_hours_it_was():
    assert str(moment(FIRST)) == (
        '<time datetime="2026-10-25T03:30+03:00">03:30 EEST, 25 October 2026</time>'
    )
    assert str(moment(SECOND)) == (
        '<time datetime="2026-10-25T03:30+02:00">03:30 EET, 25 October 2026</time>'
    )
    assert str(hour(SECOND)) == '<time datetime="2026-10-25T03:30+02:00">03:30 EET</time>'


def test_the_desk_is_told_so_too():
    assert 'title="Sunday, 25 October 2026, 03:30 EET"' in desk_time(SECOND, FIRST)
    assert 'title="Sunday, 25 October 2026, 03:30 EEST"' in desk_time(FIRST, SECOND)


def test_a_plan_names_its_day_unless_it_is_today():
    now = datetime(2026, 11, 22, 12, 0, tzinfo=ZoneInfo("Europe/Kyiv"))
    assert clock.told(now + timedelta(hours=2), now) == "14:00 EET"
    assert clock.told(now + timedelta(hours=18), now) == "06:00 EET on Monday, 23 November"
    assert clock.told(now + timedelta(days=60), now) == "12:00 EET on Thursday, 21 January 2027"
