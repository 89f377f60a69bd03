"""What the desk must know: the first page shows how many there are and leads to all of them, at the same cost."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from lxml import html

from articles import clearance, schedule, workflow
from desk import alarms
from tests.factories import make_chief, make_published, make_revision

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)


@pytest.fixture
def clara(client):
    user = make_chief()
    client.force_login(user)
    return user


def wait_for_legal(count, by):
    for number in range(count):
        clearance.require_legal(make_revision(by=by, headline=f"Story {number}").article, True, by=by)


def lists_on(client, address):
    """Return {heading: (headlines, help that stands below it, links of that)} of a page's alarms."""
    page = html.fromstring(client.get(address).content.decode())
    return {
        section.find("h2").text: (
            section.xpath("ul/li/a/text()"),
            [" ".join(line.text_content().split()) for line in section.xpath("p")],
            section.xpath("p/a/@href"),
        )
        for section in page.xpath("//section[contains(@class, 'alarms')]")
    }


def test_eight_stand_on_the_first_page_without_a_number(client, clara):
    wait_for_legal(8, clara)
    (found,) = lists_on(client, "/admin/").items()
    assert found == ("Waits for legal", ([f"Story {number}" for number in range(7, -1, -1)], [], []))


def test_the_ninth_is_counted_and_found_on_the_page_of_all(client, clara):
    wait_for_legal(9, clara)
    (found,) = lists_on(client, "/admin/").items()
    assert found == (
        "Waits for legal (9)",
        (
            [f"Story {number}" for number in range(8, 0, -1)],
            ["All 9: Waits for legal"],
            ["/admin/alarms/#alarms-legal"],
        ),
    )
    assert lists_on(client, "/admin/alarms/") == {
        "Waits for legal (9)": ([f"Story {number}" for number in range(8, -1, -1)], [], [])
    }


def test_the_page_of_all_ends_and_says_so(client, clara, monkeypatch):
    monkeypatch.setattr(alarms, "MOST", 10)
    wait_for_legal(11, clara)
    assert "Waits for legal (10+)" in lists_on(client, "/admin/")
    headlines, told, _links = lists_on(client, "/admin/alarms/")["Waits for legal (10+)"]
    assert (headlines[0], headlines[-1], len(headlines)) == ("Story 10", "Story 1", 10)
    assert told == ["These are the first 10; the others follow as these are settled."]


def test_a_page_without_alarms_says_that_nothing_waits(client, clara):
    make_published(by=clara)
    assert "Nothing waits to be settled." in client.get("/admin/alarms/").content.decode()


def one_of_each(by):
    """Make a change that is held, one that waits, one sent back, one due, one for legal and one published alone."""
    online = make_revision(by=by).article
    workflow.publish(online.latest_revision, by=by, alone="Night shift.")
    for kicker in ("Held", "Waits"):
        change = workflow.save(
            online, online.latest_revision.content | {"kicker": kicker}, by=by, base=online.version
        )
        plan = schedule.publish_later(change, by=by, at=timezone.now() + HOUR, alone="x")
        online.refresh_from_db()
        if kicker == "Held":
            type(plan).objects.filter(pk=plan.pk).update(
                state="held", why="Another went out.", settled_at=timezone.now()
            )
    back = make_revision(by=by).article
    workflow.send_back(workflow.set_state(back, "review", by=by), by=by, reason="Who says so?")
    workflow.assign(make_revision(by=by).article, by=by, assignee=by, due_at=timezone.now())
    wait_for_legal(1, by)


def test_the_lists_cost_as_many_queries_with_one_as_with_many(clara, settings):
    settings.FOUR_EYES = True

    def asked():
        with CaptureQueriesContext(connection) as queries:
            found = alarms.alarms(clara)
            words = [[(str(row.story), row.told) for row in each.rows] for each in found]
        return len(queries), {each.name: len(rows) for each, rows in zip(found, words, strict=True)}

    one_of_each(clara)
    alarms.alarms(clara)  # its rights are read
    # Two for what is held: changes to stories that are online, and stories that were to come out.
    names = ["held", "planned", "sent-back", "due", "legal", "alone"]
    assert asked() == (9, dict.fromkeys(names, 1))
    for _ in range(9):
        one_of_each(clara)
    assert asked() == (9, dict.fromkeys(names, 10))


# Published alone


@pytest.mark.parametrize(
    ("now", "day"),
    [
        ((23, 9), (20, 0)),  # Monday: since Friday
        ((24, 9), (23, 0)),  # Tuesday: since Monday
        ((22, 9), (20, 0)),  # Sunday: since Friday
        ((21, 9), (20, 0)),  # Saturday: since Friday
        ((22, 22), (20, 0)),  # Sunday in Greenwich, Monday in Kyiv
    ],
)
def test_what_went_out_alone_is_told_since_the_last_working_day_began(now, day):
    asked = datetime(2026, 11, now[0], now[1], 30, tzinfo=UTC)
    local = timezone.localtime(alarms.last_working_day(asked))
    assert (local.month, local.day, local.hour, local.minute) == (11, *day, 0)


def test_a_weekend_alone_is_read_on_monday(settings, monkeypatch):
    settings.FOUR_EYES = True
    chief = make_chief()
    written = [make_revision(by=chief, headline=day) for day in ("Thursday", "Friday", "Saturday")]
    for day, revision in enumerate(written, start=19):
        evening = datetime(2026, 11, day, 20, tzinfo=UTC)
        monkeypatch.setattr(timezone, "now", lambda evening=evening: evening)
        workflow.publish(revision, by=chief, alone="Nobody else is here.")
    (found,) = alarms.alarms(chief, at=datetime(2026, 11, 23, 7, tzinfo=UTC))
    assert (found.title, [str(row.story) for row in found.rows]) == (
        "Published alone since Friday, 20 November",
        ["Saturday", "Friday"],
    )
