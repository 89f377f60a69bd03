"""What waits in the console's outbox can be taken back, whatever holds it; pictures are fit to be sent."""

import hashlib
import io

import pytest
from PIL import Image as Drawing
from playwright.sync_api import expect

from images.models import Image
from tests.browser import Line, becomes, cut
from tests.tickers.test_console_browser import picture, texts, write
from tickers.models import Entry

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
WAITING, REFUSED = "[data-outbox] [data-state=waiting]", "[data-outbox] [data-state=refused]"
TOO_LARGE = "<html><head><title>413 Request Entity Too Large</title></head></html>"
ORIENTATION, ARTIST = 274, 315


@pytest.fixture
def forgiven(console_errors):
    """What the browser says itself of requests that a test lets fail."""
    yield
    ours = ("ERR_FAILED", "ERR_ABORTED", "status of 413", "status of 405", "status of 409")
    console_errors[:] = [error for error in console_errors if not any(words in error for words in ours)]


def refuse(status):
    """Answer as a proxy in front of us does."""
    return lambda route: route.fulfill(status=status, content_type="text/html", body=TOO_LARGE)


def text_field(console):
    return console.get_by_label("Text", exact=True)


def test_what_a_proxy_refuses_for_good_is_said_and_lets_later_entries_pass(console, forgiven):
    line = Line(console, "**/console/post/", refuse(413))
    write(console, "With a huge picture.")
    refused = console.locator(REFUSED)
    expect(refused).to_contain_text("The server takes nothing as large as this; choose a smaller picture.")
    line.mend()
    write(console, "A later one.")
    becomes(console, texts, ["<p>A later one.</p>"])
    refused.get_by_role("button", name="Back into the field").click()
    expect(text_field(console)).to_have_value("With a huge picture.")
    console.keyboard.press("Control+Enter")
    becomes(console, texts, ["<p>A later one.</p>", "<p>With a huge picture.</p>"])
    line.answer = refuse(405)
    write(console, "A third.")
    expect(refused).to_contain_text("The server could not take it (405).")


@pytest.mark.parametrize("status", [408, 429, 502])
def test_what_passes_by_itself_is_sent_again(console, console_errors, status):
    tries = []

    def pass_at_last(route):
        tries.append(status)
        return refuse(status)(route) if len(tries) < 3 else route.continue_()

    console.route("**/console/post/", pass_at_last)
    write(console, "At last.")
    becomes(console, texts, ["<p>At last.</p>"])
    assert tries == [status] * 3
    console_errors[:] = [error for error in console_errors if f"status of {status}" not in error]


def test_what_waits_goes_back_into_the_field_and_lets_the_next_one_pass(console, forgiven):
    line = Line(console, "**/console/post/", cut)
    write(console, "The first.")
    write(console, "The second.")
    expect(console.locator(WAITING)).to_have_count(2)
    text_field(console).fill("Half a thought")
    row = console.locator(WAITING).filter(has_text="The first.")
    row.get_by_role("button", name="Back into the field").click()
    expect(text_field(console)).to_have_value("The first.")
    aside = console.locator("[data-outbox] [data-state=held]")
    expect(aside.locator(".what")).to_have_text(["Half a thought"])
    line.mend()
    becomes(console, texts, ["<p>The second.</p>"])
    console.on("dialog", lambda dialog: dialog.accept())
    aside.get_by_role("button", name="Throw away").click()
    expect(console.locator("[data-outbox] [data-state]")).to_have_count(0)
    console.reload()
    expect(text_field(console)).to_have_value("The first.")
    console.keyboard.press("Control+Enter")
    becomes(console, texts, ["<p>The first.</p>", "<p>The second.</p>"])


def test_what_goes_back_into_the_field_has_the_cursor_there_with_it(console, forgiven):
    """Who presses Ctrl+Enter at once sends it; the device may need a while to take it out of the outbox."""
    console.route("**/console/post/", refuse(413))
    write(console, "With a huge picture.")
    back = console.locator(REFUSED).get_by_role("button", name="Back into the field")
    at_once = "(button) => (button.focus(), button.click(), [document.activeElement.name, document.activeElement.value])"
    assert back.evaluate(at_once) == ["text", "With a huge picture."]


def test_a_button_that_is_pressed_stays_in_its_place_while_the_next_try_begins(console, forgiven):
    """One that leaves the page between press and release, if only for a moment, is not clicked."""
    line = Line(console, "**/console/post/", cut)
    write(console, "Two boats.")
    expect(console.locator(".net")).to_be_visible()  # the first try is over
    button = console.locator(WAITING).get_by_role("button", name="Back into the field").element_handle()
    console.evaluate("""() => {
      window.moved = 0
      const count = (changes) => (moved += changes.length)
      new MutationObserver(count).observe(document.querySelector("[data-outbox]"), { childList: true })
    }""")
    line.answer = [].append  # has no answer, ever
    expect(console.locator(f"{WAITING}[data-sent=true]")).to_have_count(1)
    assert (console.evaluate("moved"), button.evaluate("(button) => button.isConnected")) == (0, True)


def test_an_upload_that_hangs_is_taken_back_and_thrown_away(console, forgiven):
    hanging = []  # has no answer, ever
    console.route("**/console/post/", lambda route: route.continue_() if hanging else hanging.append(route))
    write(console, "It hangs.")
    sending = console.locator("[data-outbox] [data-sent=true]")
    expect(sending).to_contain_text("Is being sent")
    write(console, "It passes.")
    console.on("dialog", lambda dialog: dialog.accept())
    sending.get_by_role("button", name="Throw away").click()
    becomes(console, texts, ["<p>It passes.</p>"])
    expect(console.locator("[data-outbox] [data-state]")).to_have_count(0)
    expect(console.locator(".net")).to_be_hidden()


def test_what_is_taken_back_after_it_came_in_unheard_makes_no_second_entry(console, forgiven):
    def lose(route):
        route.fetch()  # the server has it; the answer never arrives
        return route.abort()

    line = Line(console, "**/console/post/", lose)
    write(console, "Two boats.")
    expect(console.locator(WAITING)).to_have_count(1)
    becomes(console, texts, ["<p>Two boats.</p>"])
    console.locator(WAITING).get_by_role("button", name="Back into the field").click()
    expect(text_field(console)).to_have_value("Two boats.")
    line.mend()
    text_field(console).fill("Three boats.")
    console.keyboard.press("Control+Enter")
    refused = console.locator(REFUSED)
    expect(refused).to_contain_text("What you sent before is here already")
    assert texts() == ["<p>Two boats.</p>"]
    refused.get_by_role("button", name="Send").click()  # as another entry
    becomes(console, texts, ["<p>Three boats.</p>", "<p>Two boats.</p>"])
    # unchanged, it is the one that is here
    line.answer = lose
    write(console, "Four boats.")
    expect(console.locator(WAITING)).to_have_count(1)
    console.locator(WAITING).get_by_role("button", name="Back into the field").click()
    line.mend()
    console.keyboard.press("Control+Enter")
    expect(console.locator("[data-outbox] [data-state]")).to_have_count(0)
    assert Entry.objects.count() == 3


# Pictures


def photo(width, height):
    """A heavy photograph as a camera held on its side writes it: ``width`` by ``height`` before it is turned."""
    exif = Drawing.Exif()
    exif[ORIENTATION], exif[ARTIST] = 6, "Ana Petrenko"
    file = io.BytesIO()
    Drawing.linear_gradient("L").convert("RGB").resize((width, height)).save(file, "JPEG", exif=exif)
    data, comment = file.getvalue(), b"\xff\xfe\xff\xff" + bytes(0xFFFD)
    return data[:2] + 80 * comment + data[2:]


def choose(console, name, kind, data):
    console.set_input_files("#new-file", {"name": name, "mimeType": kind, "buffer": data})


def test_a_heavy_picture_is_sent_smaller_upright_and_with_what_it_says_of_itself(console):
    data = photo(4800, 640)
    assert len(data) > 5_000_000
    choose(console, "wave.jpg", "image/jpeg", data)
    console.get_by_label("Alt text").fill("A wave breaks over the mole")
    write(console, "The wave.")
    becomes(console, Image.objects.count, 1)
    becomes(console, Entry.objects.count, 1)
    image = Image.objects.get()
    assert (image.width, image.height, image.credit) == (533, 4000, "Ana Petrenko")
    assert image.file.size < len(data)
    with image.file.open() as file:
        assert Drawing.open(file).getexif()[ORIENTATION] == 1


def test_a_light_picture_is_sent_as_it_is(console):
    light = picture()["buffer"]
    choose(console, "wave.jpg", "image/jpeg", light)
    console.get_by_label("Alt text").fill("A wave")
    console.get_by_label("Credit").fill("Ana Petrenko")
    write(console, "The wave.")
    becomes(console, Image.objects.count, 1)
    assert Image.objects.get().sha256 == hashlib.sha256(light).hexdigest()


def test_a_file_that_is_no_picture_is_said_at_once_and_keeps_nothing_back(console):
    choose(console, "wave.jpg", "image/jpeg", b"not a picture at all")
    expect(
        console.get_by_role("alert").filter(has_text="This file can’t be read as a picture")
    ).to_be_visible()
    expect(console.get_by_label("Alt text")).to_be_hidden()
    write(console, "Without it.")
    becomes(console, texts, ["<p>Without it.</p>"])
    expect(console.locator("[data-wrong]")).to_be_hidden()


def test_a_file_that_is_too_large_and_can_not_be_made_smaller_is_said_at_once(console):
    console.evaluate("document.querySelector('[data-console]').dataset.largest = 1000")
    choose(console, "wave.heic", "image/heic", b"x" * 2000)
    expect(console.locator("[data-wrong]")).to_contain_text("this device can’t make it smaller")
    choose(console, "wave.heic", "image/heic", b"x" * 900)  # the server may know it
    expect(console.get_by_label("Alt text")).to_be_visible()
    expect(console.locator("[data-wrong]")).to_be_hidden()
