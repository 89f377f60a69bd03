"""What is changed, deleted, pinned or handed over on the console goes through the outbox too: done once, whatever the net does."""

import pytest
from playwright.sync_api import expect

from tests.browser import Line, cut
from tests.factories import make_chief
from tickers import log
from tickers.models import Handover

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
WAITING = "[data-outbox] [data-state=waiting]"


@pytest.fixture
def entries(ticker):
    return [
        log.post(ticker, {"body": f"<p>{word} boats.</p>"}, by=make_chief()) for word in ("Two", "Six", "Ten")
    ]


@pytest.fixture
def console(entries, console):
    """The console of a ticker with entries, once it has looked for the first time."""
    expect(console.locator("[data-part=duty]")).to_contain_text("ben")
    return console


def row_of(console, entry):
    return console.locator(f"[data-row='{entry.pk}']")


def change(console, entry, text):
    row = row_of(console, entry)
    row.get_by_role("button", name="Edit").click()
    row.get_by_label("Text", exact=True).fill(text)
    console.keyboard.press("Control+Enter")


def events(ticker, after):
    return list(ticker.events.filter(seq__gt=after).values_list("kind", "entry__number"))


def test_a_change_a_deletion_and_a_pin_survive_a_dead_zone_and_a_reload(
    console, site, ticker, entries, console_errors
):
    one, two, three = entries
    line = Line(console, "**/console/act/", cut)
    change(console, one, "Three boats.")
    row_of(console, two).get_by_role("button", name="Delete").click()
    row_of(console, three).get_by_role("button", name="Pin").click()
    note = console.get_by_label("Note to whoever comes next")
    note.fill("The mayor calls at eight.")
    console.get_by_role("button", name="Leave the note").click()
    lines = [
        "Edit: Three boats.",
        "Delete: Six boats.",
        "Pin: Ten boats.",
        "Handover: The mayor calls at eight.",
    ]
    expect(console.locator(f"{WAITING} .what")).to_have_text(lines)
    expect(note).to_have_value("")
    assert events(ticker, 4) == []
    console.reload()
    expect(console.locator(f"{WAITING} .what")).to_have_text(lines)
    line.mend()
    expect(console.locator("[data-outbox] [data-state]")).to_have_count(0)
    assert events(ticker, 4) == [("edit", 1), ("delete", 2), ("pin", 3)]
    one.refresh_from_db()
    assert (one.body, Handover.objects.get().text) == ("<p>Three boats.</p>", "The mayor calls at eight.")
    expect(row_of(console, one).locator(".text")).to_have_text("Three boats.")
    expect(row_of(console, two)).to_contain_text("deleted")
    console_errors[:] = [error for error in console_errors if "ERR_FAILED" not in error]


def test_an_act_whose_answer_is_lost_is_not_done_again(console, ticker, entries, console_errors):
    one = entries[0]
    lost = []

    def lose(route):
        if lost:
            return route.continue_()
        # The server has done it; a colleague brings the entry back before it is sent again.
        lost.append(route.fetch())
        log.restore(one, by=make_chief())
        return route.abort()

    console.route("**/console/act/", lose)
    row_of(console, one).get_by_role("button", name="Delete").click()
    expect(console.locator(WAITING)).to_have_count(1)
    expect(console.locator("[data-outbox] [data-state]")).to_have_count(0)
    assert events(ticker, 4) == [("delete", 1), ("add", 1)]
    one.refresh_from_db()
    assert one.state == "live"
    console_errors[:] = [error for error in console_errors if "ERR_FAILED" not in error]


def test_a_change_that_came_too_late_is_refused_and_goes_back_into_its_place(
    console, ticker, entries, console_errors
):
    one = entries[0]
    line = Line(console, "**/console/act/", cut)
    change(console, one, "Three boats.")
    expect(console.locator(WAITING)).to_have_count(1)
    expect(console.locator(".net")).to_be_visible()  # the first try is over: what it left waits for the next
    log.edit(one, {"body": "<p>Four boats.</p>"}, by=make_chief(), base=1)
    line.mend()
    refused = console.locator("[data-outbox] [data-state=refused]")
    expect(refused).to_contain_text("Somebody changed this entry while you were writing")
    refused.get_by_role("button", name="Back into the field").click()
    row = row_of(console, one)
    expect(row.get_by_label("Text", exact=True)).to_have_value("Three boats.")
    expect(row.locator(".theirs")).to_contain_text("Four boats.")
    row.get_by_role("button", name="Save mine in its place").click()
    expect(row.locator(".text")).to_have_text("Three boats.")
    expect(console.locator("[data-outbox] [data-state]")).to_have_count(0)
    console_errors[:] = [
        error for error in console_errors if "ERR_FAILED" not in error and "409" not in error
    ]


def test_what_waits_can_be_changed_again_and_thrown_away(console, ticker, entries, console_errors):
    one, two, _three = entries
    line = Line(console, "**/console/act/", cut)
    change(console, one, "Three boats.")
    row_of(console, two).get_by_role("button", name="Delete").click()
    expect(console.locator(WAITING)).to_have_count(2)
    change(console, one, "Three white boats.")
    expect(console.locator(f"{WAITING} .what")).to_have_text(
        ["Delete: Six boats.", "Edit: Three white boats."]
    )
    console.on("dialog", lambda dialog: dialog.accept())
    console.locator(WAITING).filter(has_text="Delete").get_by_role("button", name="Throw away").click()
    line.mend()
    expect(console.locator("[data-outbox] [data-state]")).to_have_count(0)
    assert events(ticker, 4) == [("edit", 1)]
    one.refresh_from_db()
    assert (one.body, one.version) == ("<p>Three white boats.</p>", 2)
    console_errors[:] = [error for error in console_errors if "ERR_FAILED" not in error]
