"""Shortcuts on keyboards that write Cyrillic or Arabic, and on those where Ctrl and Alt type a sign."""

import pytest
from playwright.sync_api import expect

from articles.models import Article
from tests.browser import let_settle
from tests.factories import make_revision, make_ticker

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

# A press as a browser tells of it. Returns whether a script took it, so that the browser does nothing by itself.
PRESS = """([key, code, keyCode, held]) => {
  const modifiers = Object.fromEntries(held.map((name) => [name, true]))
  const init = { key, code, keyCode, bubbles: true, cancelable: true, ...modifiers }
  return !(document.activeElement ?? document.body).dispatchEvent(new KeyboardEvent("keydown", init))
}"""


def press(page, key, code, *held):
    """Press the key at the place ``code``, which writes ``key``; return whether it did something."""
    place = code.removeprefix("Key").removeprefix("Digit")
    return page.evaluate(PRESS, [key, code, ord(place) if len(place) == 1 else 191, held])


@pytest.fixture
def writing(page, site, clara):
    """A function: writing() opens a story on a machine with Windows and returns the locator of its body."""

    def opened():
        page.add_init_script("Object.defineProperty(navigator, 'platform', { get: () => 'Win32' })")
        article = make_revision(by=clara, headline="Bridge", body="<p>Trams run.</p>").article
        page.goto(f"{site}/admin/articles/article/{article.pk}/change/")
        body = page.locator(".ProseMirror[contenteditable=true]")
        body.locator("> p").first.wait_for()
        return body

    return opened


@pytest.mark.parametrize("letter", ["і", "ы", "س", "S"])
def test_ctrl_s_saves_whatever_the_key_of_s_writes(page, writing, letter):
    writing()
    page.locator("[name=headline]").fill("Typed and saved")
    with page.expect_navigation():
        assert press(page, letter, "KeyS", "ctrlKey")
    assert Article.objects.get().working_headline == "Typed and saved"


@pytest.mark.parametrize(
    ("key", "code", "held"),
    [("?", "Digit7", ["shiftKey"]), ("؟", "Slash", ["shiftKey"]), ("ظ", "Slash", ["ctrlKey"])],
)
def test_the_sheet_opens_by_the_question_mark_of_the_keyboard(page, writing, key, code, held):
    writing()
    assert press(page, key, code, *held)
    expect(page.get_by_role("dialog", name="Keyboard shortcuts")).to_be_visible()


def test_a_comma_where_others_have_the_question_mark_is_a_comma(page, writing):
    writing()
    assert not press(page, ",", "Slash", "shiftKey")
    expect(page.locator("dialog[open]")).to_have_count(0)


@pytest.mark.parametrize("letter", ["л", "ن"])
def test_ctrl_k_finds_a_story_whatever_the_key_of_k_writes(page, writing, letter):
    writing()
    assert press(page, letter, "KeyK", "ctrlKey")
    expect(page.get_by_role("dialog", name="Find a story")).to_be_visible()


def test_the_list_is_walked_by_the_places_of_j_and_k(page, site, clara):
    for number in range(3):
        make_revision(headline=f"Story {number}", by=clara)
    page.goto(f"{site}/admin/articles/article/")
    for letter, code, number in (("о", "KeyJ", 2), ("о", "KeyJ", 1), ("л", "KeyK", 2)):
        assert press(page, letter, code)
        expect(page.locator(":focus")).to_have_text(f"Story {number}")
    assert not press(page, "ö", "Semicolon")
    assert press(page, "ظ", "Slash")
    expect(page.locator("input[name=q]")).to_be_focused()


@pytest.mark.parametrize(
    ("letter", "code", "block"),
    [("и", "KeyB", ".desk-infobox"), ("ض", "KeyQ", ".desk-pull"), ("2", "Digit2", "h2")],
)
def test_ctrl_alt_makes_a_block_whatever_the_key_writes(page, writing, letter, code, block):
    body = writing()
    body.locator("p").click()
    let_settle(page)
    assert press(page, letter, code, "ctrlKey", "altKey")
    expect(body.locator(block)).to_have_count(1)


# On Windows, German and Polish keyboards tell AltGr as Ctrl and Alt.
@pytest.mark.parametrize("held", [["ctrlKey", "altKey", "modifierAltGraph"], ["ctrlKey", "altKey"]])
@pytest.mark.parametrize(
    ("key", "code"), [("@", "KeyQ"), ("€", "KeyE"), ("²", "Digit2"), ("ń", "KeyN"), ("ß", "KeyB")]
)
def test_a_sign_that_is_typed_with_altgr_stays_a_sign(page, writing, key, code, held):
    body = writing()
    body.locator("p").click()
    let_settle(page)
    assert not press(page, key, code, *held)
    expect(page.locator("dialog[open]")).to_have_count(0)
    expect(body.locator("> *")).to_have_count(1)


@pytest.mark.parametrize(
    ("key", "code", "typed"), [("ń", "KeyN", True), ("Dead", "KeyN", True), ("т", "KeyN", False)]
)
def test_what_option_types_on_a_mac_moves_nobody_out_of_a_line_of_the_console(
    page, site, clara, key, code, typed
):
    ticker = make_ticker(by=clara)
    page.goto(f"{site}/admin/tickers/ticker/{ticker.pk}/console/")
    line = page.locator("[data-compose] [name=headline]")
    line.focus()
    assert press(page, key, code, "altKey") is not typed
    expect(line if typed else page.locator("[data-compose] [name=text]")).to_be_focused()


def test_a_letter_of_altgr_that_is_a_shortcut_elsewhere_is_typed(page, writing):
    body = writing()
    body.locator("p").click()
    let_settle(page)
    assert not press(page, "b", "KeyN", "ctrlKey", "altKey", "modifierAltGraph")
    expect(body.locator(".desk-infobox")).to_have_count(0)
    assert press(page, "b", "KeyB", "ctrlKey", "altKey")
    expect(body.locator(".desk-infobox")).to_have_count(1)


def test_where_the_slash_is_shift_and_seven_a_list_in_the_text_comes_first(page, writing):
    body = writing()
    body.locator("p").click()
    let_settle(page)
    assert press(page, "/", "Digit7", "ctrlKey", "shiftKey")
    expect(body.locator("ol")).to_have_count(1)
    expect(page.locator("dialog[open]")).to_have_count(0)
    page.locator("[name=headline]").focus()
    assert press(page, "/", "Digit7", "ctrlKey", "shiftKey")
    expect(page.get_by_role("dialog", name="Keyboard shortcuts")).to_be_visible()
