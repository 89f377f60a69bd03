"""The editor of a body in a browser, as Ben writes with it: what he sees is what is stored, to the byte."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from articles import body
from articles.models import Article
from tests.articles import test_body, test_body_kinds
from tests.browser import becomes, let_settle
from tests.factories import make_published, make_revision, make_section, make_user, ticker_line

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

STORY = (
    "<p>The <strong>bridge</strong> is <em>open</em> &amp; safe: 2 &lt; 3.<br>Again.</p>"
    "<h2>What <em>now?</em></h2>"
    '<aside data-block="note"><p>Check the <strong>date</strong>.</p><p>And the name.</p></aside>'
    "<ul><li>One</li><li>Two <em>words</em><br>in two lines</li></ul>"
    "<ol><li>First</li><li>Second</li></ol>"
    '<aside data-block="ticker" data-link="1"></aside>'
    "<blockquote><p>“We waited.</p><p>“Now we cross.”</p></blockquote>"
    '<p><a href="https://example.org/?a=1&amp;b=%20#c">A <strong>link</strong></a>, <a href="/politics/">ours</a>,'
    ' <a href="mailto:desk@example.org">mail</a>, <a href="tel:+4420123">call</a>.</p>'
    "<p>H<sub>2</sub>O, m<sup>2</sup>, <strong>a <em>b <sub>c</sub></em></strong>.</p>"
    "<p>No\xa0break, narrow\u202f:, soft\xadhyphen, می\u200cخواهم, \u2066שלום\u2069, Привіт.</p>"
    '<aside data-block="ticker" data-link="0"></aside>'
    '<figure data-block="pullquote"><blockquote><p>We <em>wait</em><br>here</p></blockquote><figcaption>Ana <strong>B.</strong>'
    "</figcaption></figure>"
    '<figure data-block="pullquote"><blockquote><p>And nobody says it</p></blockquote></figure>'
    '<aside data-block="infobox"><h2>The <em>bridge</em></h2><p>Built in 1911.</p><ul><li>84 m</li><li>9 m</li></ul>'
    "<p>Closed.</p></aside>"
    '<aside data-block="infobox"><p>No title.</p></aside>'
    "<table><caption>Votes &amp; wards</caption><thead><tr><th>Ward</th><th>Yes</th></tr></thead><tbody><tr><th>Old Town</th>"
    "<td><strong>12</strong><br>of 20</td></tr><tr><th>Harbour</th><td></td></tr></tbody></table>"
    "<table><thead><tr><th></th><th>Yes</th></tr></thead><tbody><tr><td>Harbour</td><td>9</td></tr></tbody></table>"
    '<figure data-block="embed" data-url="https://www.youtube.com/watch?v=dQw4w9WgXcQ"><figcaption>It opens &amp; shuts'
    "</figcaption></figure>"
    '<figure data-block="embed" data-image="7" data-url="https://vimeo.com/76979871/8272103f6e"><figcaption></figcaption></figure>'
    '<aside data-block="related"></aside>'
)
LINES = [ticker_line("All about the bridge"), ticker_line("All about the tram")]


@pytest.fixture
def ben(sign_in):
    user = make_user("ben", "editor", sections=[make_section()])
    sign_in(user)
    return user


@pytest.fixture
def open_story(page, site, ben):
    """A function: open_story(html, lines) makes a draft with this body, opens its form and returns its article."""

    def opened(html, lines=LINES):
        article = make_revision(by=ben, body=html, ticker_links=lines).article
        page.goto(f"{site}/admin/articles/article/{article.pk}/change/")
        editor(page).wait_for()
        return article

    return opened


def editor(page):
    return page.locator(".ProseMirror[contenteditable=true]")


def enter(page, place):
    """Click into the editor; its cursor is there when this returns."""
    place.click()
    let_settle(page)


def move(page, *keys):
    """Press keys that move the cursor; the editor learns of it from the browser a moment later."""
    for key in keys:
        page.keyboard.press(key)
        let_settle(page)


def save(page):
    with page.expect_navigation():
        page.get_by_role("button", name="Save", exact=True).click()
    editor(page).wait_for()


def stored(article):
    return Article.objects.get(pk=article.pk).latest_revision.content["body"]


def typed(page):
    """What the editor hands to the form."""
    return page.locator("textarea[name=body]").input_value()


def touch(page):
    """Let the editor write its text anew: a letter comes and goes."""
    enter(page, editor(page).locator(":scope > p, :scope > h2").first)
    move(page, "Control+Home")
    page.keyboard.type("x")
    page.keyboard.press("Backspace")


@pytest.mark.parametrize("order", [1, -1], ids=["as told", "backwards"])
def test_every_block_survives_the_editor_byte_for_byte(page, open_story, order):
    story = "".join(block.html for block in body.blocks(STORY)[::order])
    article = open_story(story)
    assert stored(article) == story
    for _round in range(2):
        before = typed(page)
        touch(page)
        becomes(page, lambda: body.clean(typed(page)), body.clean(before))
        assert body.clean(before) == story
        save(page)
        assert stored(article) == story


def test_the_editor_changes_nothing_in_any_body_that_the_cleaner_makes(page, open_story):
    page.add_init_script(
        "document.addEventListener('prose-editor:ready', (e) => { window.bodyEditor = e.detail.editor })"
    )
    open_story("<p>x</p>")
    page.wait_for_function("window.bodyEditor")
    bodies = sorted({cleaned for _dirty, cleaned in test_body.ALL + test_body_kinds.SHAPES if cleaned})
    written = page.evaluate(
        "(bodies) => bodies.map((html) => (bodyEditor.commands.setContent(html), bodyEditor.getHTML()))",
        bodies,
    )
    assert len(bodies) > 50
    assert [body.clean(html) for html in written] == bodies


def test_a_ticker_box_says_which_line_it_holds_as_it_is_typed(page, open_story):
    open_story(
        '<p>a</p><aside data-block="ticker" data-link="0"></aside><aside data-block="ticker" data-link="7"></aside>'
    )
    boxes = page.locator(".desk-ticker")
    lines = [
        "Ticker line 1: All about the bridge",
        "Ticker line 8 is not among the ticker lines of this story",
    ]
    becomes(page, boxes.all_inner_texts, lines)
    page.locator("[name=ticker_links-0-text]").fill("New words")
    becomes(page, boxes.first.inner_text, "Ticker line 1: New words")
    page.locator("[name=ticker_links-0-text]").fill("")
    becomes(page, boxes.first.inner_text, "Ticker line 1 has no text yet")


def test_a_whole_story_is_written_by_keyboard_alone(page, open_story):
    article = open_story("<p>Start</p>", [])
    page.get_by_role("textbox", name="Body").focus()
    let_settle(page)
    move(page, "Control+End")
    page.keyboard.press("Enter")
    press_button(page, "Crosshead")
    page.keyboard.type("Why")
    page.keyboard.press("Enter")
    page.keyboard.type("Because of ")
    page.keyboard.press("Control+b")
    page.keyboard.type("rain")
    page.keyboard.press("Control+b")
    page.keyboard.press("Shift+Enter")
    page.keyboard.type("and wind")
    page.keyboard.press("Enter")
    press_button(page, "List")
    page.keyboard.type("one")
    page.keyboard.press("Enter")
    page.keyboard.type("two")
    page.keyboard.press("Enter")
    page.keyboard.press("Enter")
    page.keyboard.type("Said:")
    page.keyboard.press("Enter")
    press_button(page, "Quotation")
    page.keyboard.type("We wait")
    page.keyboard.press("Enter")
    page.keyboard.press("Enter")
    page.keyboard.press("Control+Alt+n")
    page.keyboard.type("Check this")
    page.keyboard.press("Enter")
    page.keyboard.press("Enter")
    page.keyboard.type("End")
    page.keyboard.press("Control+Alt+t")
    line = page.locator("[name=ticker_links-0-text]")
    expect(line).to_be_focused()
    page.keyboard.type("All in the ticker")
    becomes(page, page.locator(".desk-ticker").inner_text, "Ticker line 1: All in the ticker")
    expect(line).to_have_value("All in the ticker")
    save(page)
    assert stored(article) == (
        "<p>Start</p><h2>Why</h2><p>Because of <strong>rain</strong><br>and wind</p><ul><li>one</li><li>two</li></ul>"
        "<p>Said:</p><blockquote><p>We wait</p></blockquote>"
        '<aside data-block="note"><p>Check this</p></aside><p>End</p><aside data-block="ticker" data-link="0"></aside>'
    )


def press_button(page, name):
    """Go back through the toolbar to the button called ``name`` and press it, without the mouse."""
    for _step in range(40):
        page.keyboard.press("Shift+Tab")
        if page.evaluate("document.activeElement.getAttribute('aria-label')") == name:
            page.keyboard.press("Enter")
            let_settle(page)
            return
    raise AssertionError(f"no way by keyboard to {name}")


def press_tool(page, name):
    """Go to the toolbar by its key and on to the button called ``name``; in a table Tab goes from cell to cell."""
    page.keyboard.press("Alt+F10")
    for _step in range(40):
        if page.evaluate("document.activeElement.getAttribute('aria-label')") == name:
            page.keyboard.press("Enter")
            let_settle(page)
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"no way by keyboard to {name}")


def test_the_button_places_a_written_line_before_it_makes_a_new_one(page, open_story):
    article = open_story('<p>a</p><aside data-block="ticker" data-link="0"></aside><p>b</p>')
    enter(page, editor(page).get_by_text("b", exact=True))
    page.get_by_role("button", name="Ticker line here").click()
    lines = ["Ticker line 1: All about the bridge", "Ticker line 2: All about the tram"]
    becomes(page, page.locator(".desk-ticker").all_inner_texts, lines)
    save(page)
    assert stored(article) == (
        '<p>a</p><aside data-block="ticker" data-link="0"></aside>'
        '<p>b</p><aside data-block="ticker" data-link="1"></aside>'
    )


def test_boxes_stay_with_their_lines_when_a_line_is_taken_out(page, open_story):
    article = open_story(
        '<aside data-block="ticker" data-link="0"></aside><p>a</p><aside data-block="ticker" data-link="1"></aside>'
    )
    page.locator("[name=ticker_links-0-DELETE]").check()
    missing = "Ticker line 1 is not among the ticker lines of this story"
    becomes(page, page.locator(".desk-ticker").first.inner_text, missing)
    save(page)
    assert stored(article) == '<p>a</p><aside data-block="ticker" data-link="0"></aside>'
    becomes(page, page.locator(".desk-ticker").all_inner_texts, ["Ticker line 1: All about the tram"])


def test_a_paragraph_becomes_a_note_and_a_note_a_paragraph_again(page, open_story):
    article = open_story("<p>a</p><p>b</p>")
    enter(page, editor(page).get_by_text("b", exact=True))
    page.get_by_role("button", name="Desk note").click()
    becomes(page, page.locator(".desk-note").inner_text, "Note, never published\n\nb")
    save(page)
    assert stored(article) == '<p>a</p><aside data-block="note"><p>b</p></aside>'
    enter(page, page.locator(".desk-note .desk-block-text p"))
    move(page, "Home")
    page.keyboard.press("Backspace")
    save(page)
    assert stored(article) == "<p>a</p><p>b</p>"


def test_a_link_is_asked_for_until_it_leads_somewhere(page, open_story):
    article = open_story("<p>harbour</p>")
    enter(page, editor(page).get_by_text("harbour"))
    move(page, "Home", "Shift+End")
    page.keyboard.press("Control+k")
    dialog = page.get_by_role("dialog")
    dialog.get_by_role("searchbox").fill("nowhere")
    page.keyboard.press("Enter")
    expect(dialog.get_by_role("status")).to_have_text("No story that readers can open is like that.")
    assert dialog.get_by_role("searchbox").input_value() == "nowhere"
    dialog.get_by_role("searchbox").fill("harbour.example/times?a=1&b=2")
    page.keyboard.press("Enter")
    dialog.wait_for(state="detached")
    save(page)
    assert stored(article) == '<p><a href="https://harbour.example/times?a=1&amp;b=2">harbour</a></p>'
    enter(page, editor(page).get_by_text("harbour"))
    page.get_by_role("button", name="Remove link").click()
    save(page)
    assert stored(article) == "<p>harbour</p>"


PASTE = """(target, html) => {
    const clipboardData = new DataTransfer();
    clipboardData.setData("text/html", html);
    clipboardData.setData("text/plain", "plain");
    target.dispatchEvent(new ClipboardEvent("paste", {clipboardData, bubbles: true, cancelable: true}));
}"""
PASTED = [
    ("<h3>Head</h3><p>text</p>", "<h2>Head</h2><p>text</p>"),
    (
        "<p><script>alert(1)</script><b>bold</b> <u>under</u> <a href='javascript:alert(1)'>bad</a>"
        " <a href='https://a.example/' title='t' target='_blank' onclick='x'>good</a> <a href='rel.html'>odd</a></p><p>b</p>",
        '<p><strong>bold</strong> under bad <a href="https://a.example/">good</a> odd</p><p>b</p>',
    ),
    (
        "<ul><li>one<ul><li>inner</li><li>more</li></ul></li><li><p>two</p><p>lines</p></li></ul><p>b</p>",
        "<ul><li>one</li><li>inner</li><li>more</li><li>two<br>lines</li></ul><p>b</p>",
    ),
    (
        "<p>a</p><blockquote><h2>q</h2><ul><li>i</li><li>j</li></ul></blockquote><p>b</p>",
        "<p>a</p><blockquote><p>q</p><p>i</p><p>j</p></blockquote><p>b</p>",
    ),
    ("<p>a</p><table><tr><td>x</td><td>y</td></tr></table><p>b</p>", "<p>a</p><p>x</p><p>y</p><p>b</p>"),
    (  # Word
        "<p>a</p><table class=MsoTableGrid border=1><tr style='height:1pt'><td width=99><p class=MsoNormal><b>Ward</b><o:p></o:p></p></td>"
        "<td><p class=MsoNormal>Votes</p></td></tr><tr><td><p class=MsoNormal>Old</p><p class=MsoNormal>Town</p></td><td><p>12</p></td>"
        "</tr></table><p>b</p>",
        "<p>a</p><table><thead><tr><th><strong>Ward</strong></th><th>Votes</th></tr></thead><tbody><tr><td>Old<br>Town</td><td>12</td>"
        "</tr></tbody></table><p>b</p>",
    ),
    (  # Excel
        "<html xmlns:x='urn:schemas-microsoft-com:office:excel'><head><style>td{mso-ignore:padding}</style></head><body><table width=128>"
        "<col width=64 span=2><!--StartFragment--><tr height=20><td class=xl65>Year</td><td>Ships</td></tr><tr><td align=right>2025</td>"
        "<td>1,204</td></tr><tr><td></td><td></td></tr><!--EndFragment--></table></body></html>",
        "<table><thead><tr><th>Year</th><th>Ships</th></tr></thead><tbody><tr><td>2025</td><td>1,204</td></tr></tbody></table>",
    ),
    (  # Google Sheets
        '<google-sheets-html-origin><style type="text/css">td{border:1px}</style><table dir="ltr" data-sheets-root="1"><colgroup><col'
        ' width="100"/></colgroup><tbody><tr><td style="font-weight:bold;">Year</td><td>Ships</td></tr><tr><td>2025</td><td><a'
        ' href="https://a.example/">12</a></td></tr></tbody></table>',
        "<table><thead><tr><th><strong>Year</strong></th><th>Ships</th></tr></thead><tbody><tr><td>2025</td>"
        '<td><a href="https://a.example/">12</a></td></tr></tbody></table>',
    ),
    (  # a page laid out by tables
        "<table><tr><td><table><tr><td>menu</td></tr></table></td></tr><tr><td><h1>Head</h1><p>text</p></td></tr></table>",
        "<p>menu</p><h2>Head</h2><p>text</p>",
    ),
    (
        "<p>a</p><aside data-block='note'><p>n</p></aside><aside data-block='other'><p>o</p></aside><img src=x onerror=alert(1)><p>b</p>",
        '<p>a</p><aside data-block="note"><p>n</p></aside><p>o</p><p>b</p>',
    ),
    (  # Google Docs
        '<meta charset="utf-8"><b style="font-weight:normal;" id="docs-internal-guid-1"><h1 dir="ltr" style="line-height:1.38">'
        '<span style="font-size:20pt;font-weight:400;">Head</span></h1><p dir="ltr" style="margin-top:0pt;"><span style="'
        'font-weight:400;font-style:normal;">Plain </span><span style="font-weight:700;">bold</span><span style="font-style:italic;">'
        ' italic</span></p><ul><li dir="ltr" style="list-style-type:disc"><p role="presentation"><span style="font-weight:400">item'
        "</span></p></li></ul><p>b</p></b>",
        "<h2>Head</h2><p>Plain <strong>bold</strong><em> italic</em></p><ul><li>item</li></ul><p>b</p>",
    ),
    (  # Word
        '<html xmlns:o="urn:schemas-microsoft-com:office:office"><head><style>p.MsoNormal{margin:0}</style></head><body><!--StartFragment-->'
        "<p class=MsoNormal><b>Bold</b><o:p></o:p> &nbsp;text</p><p class=MsoNormal style='margin:0'>b</p><!--EndFragment--></body></html>",
        "<p><strong>Bold</strong> text</p><p>b</p>",
    ),
]


def test_what_is_pasted_takes_the_shapes_of_a_body(page, open_story):
    open_story("<p>x</p>")
    enter(page, editor(page))
    for pasted, expected in PASTED:
        move(page, "Control+a")
        page.keyboard.press("Delete")
        editor(page).evaluate(PASTE, pasted)
        becomes(page, lambda: body.clean(typed(page)), expected)


def test_an_address_that_is_refused_is_named_and_the_text_stays(page, open_story):
    article = open_story("<p>x</p>")
    page.locator("textarea[name=body]").evaluate(
        "(area) => { area.value = '<p><a href=\"page.html\">x</a></p>' }"
    )
    save(page)
    refusal = "This link leads nowhere: page.html. An address begins with https://, mailto:, tel: or, on this site, with /."
    becomes(page, page.locator(".field-body .errors").inner_text, refusal)
    assert stored(article) == "<p>x</p>"


def test_who_may_only_read_cannot_write_in_the_editor(page, site, sign_in):
    article = make_revision(body=STORY, ticker_links=LINES).article
    sign_in(make_user("lou", "tag desk"))
    page.goto(f"{site}/admin/articles/article/{article.pk}/change/")
    page.locator(".prose-editor.disabled .ProseMirror[contenteditable=false]").wait_for()
    expect(page.locator(".prose-menubar__button").first).to_be_hidden()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_editor_is_readable_and_named_for_everybody(page, open_story, scheme):
    page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
    open_story(STORY)
    heads = {"rules": {"empty-table-header": {"enabled": False}}}  # while it is written, a head may be empty
    found = Axe().run(page, context=".prose-editor", options=heads)
    assert [violation["id"] for violation in found.response["violations"]] == []
    buttons = page.locator(".prose-menubar button")
    assert [button.get_attribute("aria-label") for button in buttons.all()] == [
        *(
            "Crosshead",
            "Paragraph",
            "List",
            "Numbered list",
            "Quotation",
            "Bold",
            "Italic",
            "Subscript",
            "Superscript",
        ),
        *("Link", "Remove link", "Picture", "Pull quote", "Infobox", "Table", "Post or film of others"),
        *("Related stories here", "Ticker line here", "Desk note"),
        *(
            "Row below",
            "Remove row",
            "Column after",
            "Remove column",
            "First column heads",
            "Caption of the table",
        ),
        *("Remove table", "Undo", "Redo"),
    ]


# --- The blocks that are made in the editor -------------------------------------------------------------------------


@pytest.fixture
def at_end(page, open_story):
    """A function: at_end(html) opens a story with this body, the cursor at its end."""

    def opened(html="<p>We wait for the bridge.</p>"):
        article = open_story(html, [])
        page.get_by_role("textbox", name="Body").focus()
        let_settle(page)
        move(page, "Control+End")
        return article

    return opened


def test_a_pull_quote_is_made_of_what_is_selected_and_its_speaker_typed(page, at_end):
    article = at_end("<p>“We wait,” she said.</p>")
    move(page, "Home", "ArrowRight")
    for _letter in "We wait":
        page.keyboard.press("Shift+ArrowRight")
    let_settle(page)
    page.keyboard.press("Control+Alt+q")
    page.keyboard.type("Ana Petrenko")
    page.keyboard.press("Enter")
    page.keyboard.type("After")
    save(page)
    assert stored(article) == (
        '<p>“We wait,” she said.</p><figure data-block="pullquote"><blockquote><p>We wait</p></blockquote>'
        "<figcaption>Ana Petrenko</figcaption></figure><p>After</p>"
    )


def test_an_empty_pull_quote_goes_with_backspace_and_undo_brings_it_back(page, at_end):
    at_end()
    press_button(page, "Pull quote")
    page.keyboard.type("x")
    page.keyboard.press("Enter")
    page.keyboard.press("Backspace")
    expect(page.locator(".desk-pull")).to_have_count(1)
    page.keyboard.press("Backspace")
    # What follows later than half a second is an act of its own to Undo.
    page.evaluate("() => new Promise((done) => setTimeout(done, 600))")
    page.keyboard.press("Backspace")
    expect(page.locator(".desk-pull")).to_have_count(0)
    page.keyboard.press("Control+z")
    expect(page.locator(".desk-pull")).to_have_count(1)


def test_an_infobox_is_written_by_keyboard_and_left_like_a_list(page, at_end):
    article = at_end()
    page.keyboard.press("Control+Alt+b")
    page.keyboard.type("The bridge")
    page.keyboard.press("Enter")
    page.keyboard.type("Built in 1911.")
    page.keyboard.press("Enter")
    press_button(page, "List")
    page.keyboard.type("84 m")
    page.keyboard.press("Enter")
    page.keyboard.press("Enter")
    page.keyboard.press("Enter")
    page.keyboard.type("After")
    save(page)
    assert stored(article) == (
        '<p>We wait for the bridge.</p><aside data-block="infobox"><h2>The bridge</h2><p>Built in 1911.</p><ul><li>84 m</li></ul></aside>'
        "<p>After</p>"
    )


def test_a_table_is_made_filled_and_changed_by_keyboard(page, at_end):
    article = at_end()
    page.keyboard.press("Control+Alt+g")
    for text in ("Ward", "Yes", "No", "Old Town", "12", "3", "Harbour", "9", "1"):
        page.keyboard.type(text)
        if text != "1":
            page.keyboard.press("Tab")
    let_settle(page)
    press_tool(page, "First column heads")
    press_tool(page, "Remove column")
    press_tool(page, "Row below")
    press_tool(page, "Caption of the table")
    page.keyboard.type("Votes <by> ward")
    page.keyboard.press("Enter")
    expect(page.locator(".ProseMirror[contenteditable=true] caption")).to_have_text("Votes <by> ward")
    let_settle(page)
    page.keyboard.press("Control+Alt+Enter")
    page.keyboard.type("After")
    save(page)
    assert stored(article) == (
        "<p>We wait for the bridge.</p><table><caption>Votes &lt;by&gt; ward</caption><thead><tr><th>Ward</th><th>Yes</th></tr></thead><tbody><tr>"
        "<th>Old Town</th><td>12</td></tr><tr><th>Harbour</th><td>9</td></tr></tbody></table><p>After</p>"
    )
    enter(page, page.get_by_role("cell", name="12"))
    press_tool(page, "Remove table")
    save(page)
    assert stored(article) == "<p>We wait for the bridge.</p><p>After</p>"


def test_enter_goes_to_the_cell_below_and_out_of_the_last_row(page, at_end):
    article = at_end()
    page.keyboard.press("Control+Alt+g")
    for text in ("a", "b", "c"):
        page.keyboard.type(text)
        page.keyboard.press("Enter")
    page.keyboard.type("After")
    save(page)
    assert stored(article) == "<p>We wait for the bridge.</p><p>a</p><p>b</p><p>c</p><p>After</p>"


def test_an_address_is_embedded_by_keys_once_it_is_one_that_we_know(page, at_end):
    article = at_end()
    page.keyboard.press("Control+Alt+e")
    dialog = page.get_by_role("dialog", name="Post or film of others")
    page.keyboard.type("https://evil.example/film")
    page.keyboard.press("Enter")
    expect(dialog.get_by_role("status")).to_have_text("We show nothing from that address.")
    dialog.get_by_role("searchbox").fill("youtu.be/dQw4w9WgXcQ?si=abc")
    page.keyboard.press("Enter")
    dialog.wait_for(state="detached")
    let_settle(page)
    page.keyboard.type("The bridge opens")
    page.keyboard.press("Enter")
    page.keyboard.type("After")
    save(page)
    assert stored(article) == (
        '<p>We wait for the bridge.</p><figure data-block="embed" data-url="https://www.youtube.com/watch?v=dQw4w9WgXcQ"><figcaption>'
        "The bridge opens</figcaption></figure><p>After</p>"
    )


def test_an_address_pasted_on_an_empty_line_is_embedded_and_within_a_line_it_is_text(page, at_end):
    at_end("<p>See </p>")
    paste = PASTE.replace('clipboardData.setData("text/html", html);', "").replace('"plain"', "html")
    editor(page).evaluate(paste, "https://vimeo.com/76979871")
    page.keyboard.press("Enter")
    let_settle(page)
    editor(page).evaluate(paste, "https://vimeo.com/76979871")
    becomes(page, page.locator(".desk-embed b").all_inner_texts, ["Vimeo"])
    expected = (
        '<p>See<a href="https://vimeo.com/76979871">https://vimeo.com/76979871</a></p><figure data-block="embed" data-url="https://vimeo.com/76979871">'
        "<figcaption></figcaption></figure>"
    )
    becomes(page, lambda: body.clean(typed(page)), expected)


def test_a_link_to_a_story_of_ours_is_found_by_words(page, open_story, ben):
    target = make_published(headline="Bridge reopens after a year")
    make_revision(headline="Bridge that nobody has published", by=ben)
    article = open_story("<p>harbour</p>", [])
    enter(page, editor(page).get_by_text("harbour"))
    move(page, "Home", "Shift+End")
    page.keyboard.press("Control+k")
    dialog = page.get_by_role("dialog", name="Link")
    page.keyboard.type("bridge")
    expect(dialog.locator(".desk-choices b")).to_have_text(["Bridge reopens after a year"])
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    dialog.wait_for(state="detached")
    save(page)
    assert stored(article) == f'<p><a href="{target.get_absolute_url()}">harbour</a></p>'


def test_related_stories_stand_in_the_text_once_and_are_searched_for_there(page, at_end):
    target = make_published(headline="Bridge reopens after a year")
    article = at_end()
    page.keyboard.press("Control+Alt+r")
    dialog = page.get_by_role("dialog", name="Add a related story")
    page.keyboard.type("reopens")
    page.keyboard.press("Enter")
    dialog.wait_for(state="detached")
    expect(page.locator(".desk-related li")).to_have_text(["Bridge reopens after a year"])
    let_settle(page)
    page.keyboard.press("Control+Alt+r")
    let_settle(page)
    expect(page.locator(".desk-related")).to_have_count(1)
    save(page)
    content = Article.objects.get(pk=article.pk).latest_revision.content
    assert content["body"] == '<p>We wait for the bridge.</p><aside data-block="related"></aside>'
    assert content["related"] == [{"id": target.pk, "name": "Bridge reopens after a year"}]
    becomes(page, page.locator(".desk-related li").all_inner_texts, ["Bridge reopens after a year"])
    enter(page, page.locator(".desk-related .desk-block-label"))
    page.keyboard.press("Delete")
    save(page)
    assert stored(article) == "<p>We wait for the bridge.</p>"


def test_the_toolbar_is_reached_by_one_key(page, at_end):
    at_end()
    page.keyboard.press("Alt+F10")
    expect(page.locator(":focus")).to_have_attribute("aria-label", "Crosshead")
