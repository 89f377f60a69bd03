"""The console in a real browser: an entry that was typed is out once, whatever the net does."""

import io

import pytest
from PIL import Image as Drawing
from playwright.sync_api import expect

from articles.models import Article
from images.models import Image
from tests.browser import HEAR, Line, becomes, cut
from tests.factories import make_chief, make_section, make_user
from tickers import log
from tickers.models import Entry, Ticker

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
FOCUSED = "document.activeElement.closest('[data-row]')?.dataset.number"


def write(page, text):
    """Post ``text``; it is in the outbox of the device when this returns, and counts down its seconds."""
    page.get_by_label("Text", exact=True).fill(text)
    page.keyboard.press("Control+Enter")
    expect(page.locator("[data-outbox]")).to_contain_text(text)


def picture():
    file = io.BytesIO()
    Drawing.effect_noise((900, 600), 40).convert("RGB").save(file, "JPEG")
    return {"name": "wave.jpg", "mimeType": "image/jpeg", "buffer": file.getvalue()}


def texts():
    return sorted(Entry.objects.live().values_list("body", flat=True))


def test_three_entries_through_ten_seconds_without_a_net_are_out_once_each(console, console_errors):
    console.context.set_offline(True)
    write(console, "The first wave.")
    write(console, "The second wave.")
    console.get_by_label("Text", exact=True).fill("The third wave, seen.")
    console.set_input_files("#new-file", picture())
    console.get_by_label("Alt text").fill("A wave breaks over the mole")
    console.get_by_label("Credit").fill("Ana Petrenko")
    console.keyboard.press("Control+Enter")
    expect(console.locator("[data-state=waiting]")).to_have_count(3)
    console.wait_for_timeout(10_000)
    assert Entry.objects.count() == 0
    console.context.set_offline(False)
    expect(console.locator("[data-outbox] [data-state]")).to_have_count(0)
    image = Image.objects.get()
    assert (image.alt, image.credit) == ("A wave breaks over the mole", "Ana Petrenko")
    figure = f'<figure data-block="image" data-image="{image.pk}" data-layout="text"><figcaption></figcaption></figure>'
    expected = ["<p>The first wave.</p>", "<p>The second wave.</p>", f"<p>The third wave, seen.</p>{figure}"]
    becomes(console, texts, expected)
    expect(console.locator("[data-rows] [data-row]")).to_have_count(3)
    console_errors[:] = [error for error in console_errors if "ERR_INTERNET_DISCONNECTED" not in error]


def test_an_answer_that_is_lost_makes_no_second_entry(console, console_errors):
    lost = []

    def lose(route):
        if len(lost) < 2:
            route.fetch()  # the server has it; the answer never arrives
            lost.append(1)
            return route.abort()
        return route.continue_()

    console.route("**/console/post/", lose)
    write(console, "Once.")
    expect(console.locator("[data-outbox] [data-state]")).to_have_count(0)
    assert (len(lost), texts()) == (2, ["<p>Once.</p>"])
    console_errors[:] = [error for error in console_errors if "ERR_FAILED" not in error]


def test_what_waits_and_what_is_half_typed_survive_a_reload(console, console_errors):
    line = Line(console, "**/console/post/", cut)
    write(console, "Kept through a reload.")
    console.get_by_label("Text", exact=True).fill("Half a sen")
    expect(console.locator("[data-state=waiting]")).to_have_count(1)
    line.mend()
    console.reload()
    expect(console.get_by_label("Text", exact=True)).to_have_value("Half a sen")
    expect(console.locator("[data-rows] [data-row]")).to_have_count(1)
    assert texts() == ["<p>Kept through a reload.</p>"]
    console_errors[:] = [error for error in console_errors if "ERR_FAILED" not in error]


def test_five_seconds_to_undo_by_keyboard_alone(console):
    write(console, "Not this.")
    expect(console.locator("[data-state=counting]")).to_have_count(1)
    console.keyboard.press("Escape")
    expect(console.get_by_label("Text", exact=True)).to_have_value("Not this.")
    expect(console.locator("[data-outbox] [data-state]")).to_have_count(0)
    # Entries go in their order: once a later one is out, the earlier would have been.
    write(console, "But this.")
    expect(console.locator("[data-outbox] [data-state]")).to_have_count(0)
    assert list(Entry.objects.values_list("body", flat=True)) == ["<p>But this.</p>"]


def test_a_refused_entry_says_why_and_goes_back_into_the_field(console, ticker):
    log.set_status(ticker, "ended", by=make_chief())
    write(console, "Too late.")
    refused = console.locator("[data-state=refused]")
    expect(refused).to_contain_text("This ticker has ended")
    refused.get_by_role("button", name="Back into the field").click()
    expect(console.get_by_label("Text", exact=True)).to_have_value("Too late.")
    expect(console.locator("[data-outbox] [data-state]")).to_have_count(0)


def test_a_login_that_ran_out_loses_nothing(console, sign_in, ticker):
    # The first look is over; it sets the cookie.
    expect(console.locator("[data-part=duty]")).to_contain_text("ben")
    console.context.clear_cookies(name="sessionid")
    write(console, "Written signed out.")
    expect(console.locator(".net")).to_contain_text("You are signed out")
    assert Entry.objects.count() == 0
    sign_in(make_user("ben", "editor", sections=[make_section()]))
    expect(console.locator("[data-outbox] [data-state]")).to_have_count(0)
    assert texts() == ["<p>Written signed out.</p>"]


def test_the_same_words_are_said_again_to_those_who_hear_them(console):
    # Never answered: nobody else says anything meanwhile.
    console.route("**/console/news/**", lambda route: None)
    console.evaluate(HEAR, "[data-said]")
    for words in ("One.", "Two."):
        write(console, words)
        expect(console.locator("[data-outbox] [data-state]")).to_have_count(0)
        expect(console.locator("[data-said]")).to_have_text("Out.")
    becomes(console, lambda: console.evaluate("heard"), ["Out.", "", "Out."])


def test_colleagues_entries_come_and_an_editor_lets_out_what_waits(console, ticker):
    ana = make_user("ana", "reporter")
    log.post(ticker, {"body": "<p>From a colleague.</p>"}, by=ana)
    expect(console.locator("[data-rows]")).to_contain_text("From a colleague.")
    Ticker.objects.update(posting="review")
    log.post(ticker, {"body": "<p>Please look.</p>"}, by=ana)
    waiting = console.locator("[data-part=waiting]")
    expect(waiting).to_contain_text("Please look.")
    waiting.get_by_role("button", name="Let out").focus()
    console.keyboard.press("Enter")
    expect(console.locator("[data-rows] [data-row]")).to_have_count(2)
    expect(waiting).not_to_contain_text("Please look.")


def test_delete_and_bring_back_pin_and_mark_in_place(console, ticker):
    entry = log.post(ticker, {"body": "<p>A line.</p>"}, by=make_chief())
    row = console.locator(f"[data-rows] [data-row='{entry.pk}']")
    row.get_by_role("button", name="Pin").click()
    expect(row.get_by_role("button", name="Pin")).to_have_attribute("aria-pressed", "true")
    row.get_by_role("button", name="Key event").click()
    expect(row.get_by_role("button", name="Key event")).to_have_attribute("aria-pressed", "true")
    row.get_by_role("button", name="Delete").click()
    row.get_by_role("button", name="Bring back").click()
    expect(row.get_by_role("button", name="Delete")).to_be_visible()
    entry.refresh_from_db()
    assert (entry.state, entry.kind, entry.pinned) == ("live", "key", False)


def test_two_who_change_one_entry_keep_both_texts(console, ticker):
    entry = log.post(ticker, {"body": "<p>Two boats.</p>"}, by=make_chief())
    row = console.locator(f"[data-rows] [data-row='{entry.pk}']")
    row.get_by_role("button", name="Edit").click()
    row.get_by_label("Text", exact=True).fill("Three boats.")
    log.edit(entry, {"body": "<p>Four boats.</p>"}, by=make_chief(), base=1)
    console.keyboard.press("Control+Enter")
    expect(row.locator(".theirs")).to_contain_text("Four boats.")
    expect(row.get_by_label("Text", exact=True)).to_have_value("Three boats.")
    row.get_by_role("button", name="Save mine in its place").click()
    expect(row.locator(".text")).to_have_text("Three boats.")
    entry.refresh_from_db()
    assert (entry.body, entry.version) == ("<p>Three boats.</p>", 3)


def numbers(console):
    rows = console.locator("[data-rows] [data-row]")
    return rows.evaluate_all("(rows) => rows.map((row) => Number(row.dataset.number))")


@pytest.fixture
def many(ticker):
    """A hundred and four entries, the oldest first."""
    chief = make_chief()
    return [log.post(ticker, {"body": f"<p>Update {number}.</p>"}, by=chief) for number in range(1, 105)]


def test_the_oldest_entry_is_reached_by_keyboard_and_what_was_chosen_stays_chosen(many, console, ticker):
    console.get_by_label("Choose: Update 104.").check()
    for first in (54, 4):
        console.get_by_role("link", name="Earlier entries").focus()
        console.keyboard.press("Enter")
        becomes(console, lambda: numbers(console), [*range(104, max(first - 50, 0), -1)])
        becomes(console, lambda: console.evaluate(FOCUSED), str(first))
    expect(console.get_by_role("link", name="Earlier entries")).to_have_count(0)
    console.get_by_label("Choose: Update 1.", exact=True).check()
    console.get_by_role("button", name="Make a story of the chosen").click()
    console.wait_for_url("**/admin/articles/article/*/change/")
    body = Article.objects.get(kind=Article.Kind.STORY).latest_revision.content["body"]
    assert [f"<p>{words}.</p>" in body for words in ("Update 1", "Update 104", "Update 50")] == [
        True,
        True,
        False,
    ]


def test_a_change_far_down_does_not_bring_its_row_up_beside_newer_ones(many, console, ticker):
    log.edit(many[2], {"body": "<p>Mended far down.</p>"}, by=make_chief(), base=1)
    log.edit(many[60], {"body": "<p>Mended in sight.</p>"}, by=make_chief(), base=1)
    expect(console.locator("[data-rows]")).to_contain_text("Mended in sight.")
    assert numbers(console) == [*range(104, 54, -1)]


def test_a_page_of_earlier_entries_stays_one_while_others_come(many, console, ticker):
    console.goto(f"{console.url}?before=55")
    log.post(ticker, {"body": "<p>The newest.</p>"}, by=make_chief())
    log.edit(many[10], {"body": "<p>Mended in sight.</p>"}, by=make_chief(), base=1)
    expect(console.locator("[data-rows]")).to_contain_text("Mended in sight.")
    assert numbers(console) == [*range(54, 4, -1)]
    console.get_by_role("link", name="Newest entries").click()
    expect(console.locator("[data-rows]")).to_contain_text("The newest.")
    assert numbers(console) == [*range(105, 55, -1)]


def test_without_a_net_earlier_entries_are_asked_for_again(many, console, console_errors):
    console.context.set_offline(True)
    console.get_by_role("link", name="Earlier entries").click()
    expect(console.locator(".net")).to_contain_text("No connection.")
    assert numbers(console) == [*range(104, 54, -1)]
    console.context.set_offline(False)
    console.get_by_role("link", name="Earlier entries").click()
    becomes(console, lambda: numbers(console), [*range(104, 4, -1)])
    console_errors[:] = [error for error in console_errors if "ERR_INTERNET_DISCONNECTED" not in error]
