"""The story's form under the fingers: keys, the look before publishing, the preview, and a text that is not lost."""

import re

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.contrib.sessions.models import Session
from playwright.sync_api import expect

from articles.models import Article
from tests.browser import Line, becomes, cut, let_settle
from tests.factories import (
    make_author,
    make_published,
    make_revision,
    make_section,
    make_tag,
    make_user,
)
from tests.images import files

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def open_story(page, site, clara):
    def opened(article):
        page.goto(f"{site}/admin/articles/article/{article.pk}/change/")
        page.locator(".ProseMirror[contenteditable=true] > p").first.wait_for()
        return article

    return opened


def headline(page):
    return page.locator("[name=headline]")


def test_a_new_story_is_written_at_once_and_another_ones_headline_only_when_asked(
    page, site, open_story, clara
):
    open_story(make_revision(by=clara, headline="Bridge reopens").article)
    page.keyboard.type("x")
    expect(headline(page)).to_have_value("Bridge reopens")
    page.goto(f"{site}/admin/")
    page.get_by_role("link", name="New story", exact=True).click()
    page.wait_for_url("**/article/add/")
    page.keyboard.type("Ferry sails?")
    expect(headline(page)).to_have_value("Ferry sails?")
    with page.expect_navigation():
        page.keyboard.press("Control+s")
    expect(page.locator(".messagelist li")).to_have_text(["The draft is made."])
    assert Article.objects.latest("pk").working_headline == "Ferry sails?"


# Before publishing


def test_before_publishing_one_panel_says_what_changes_where_it_stands_and_which_findings_stand(
    page, open_story, clara
):
    article = open_story(
        make_published(by=clara, headline="Bridge reopens", body="<p>Trams run on Monday.</p>")
    )
    headline(page).fill("Bridge opens again")
    page.locator("[data-publish]").click()
    panel = page.get_by_role("dialog", name="Publish the change")
    panel.wait_for()
    text = re.sub(r"\s*\n\s*", "\n", panel.locator("[data-review-shown]").inner_text())
    assert text.startswith(
        "Where readers find it\nFronts\nFront page, Politics\nAuthors\nAna Petrenko\nWhat changes for readers\nHeadline\n"
    )
    assert panel.locator("ins").all_inner_texts() == ["opens again"]
    assert panel.locator("del").all_inner_texts() == ["reopens"]
    assert "0 findings" in text
    assert Article.objects.get(pk=article.pk).version == 1
    panel.get_by_role("button", name="Back to the text").click()
    expect(panel).to_be_hidden()
    page.locator("[data-publish]").click()
    panel.get_by_label("Typing error: no time moves").check()
    with page.expect_navigation():
        panel.get_by_role("button", name="Publish now").click()
    article.refresh_from_db()
    assert (article.headline, article.updated) == ("Bridge opens again", article.first_published)


def test_what_stops_publishing_is_told_before_and_nothing_is_lost(page, open_story, clara):
    open_story(make_revision(by=clara, headline="Bridge reopens").article)
    headline(page).fill("")
    page.keyboard.press("Control+Enter")
    panel = page.get_by_role("dialog", name="Publish")
    panel.wait_for()
    assert "Stops publishing: There is no headline; write one." in panel.inner_text()
    expect(panel.get_by_role("button", name="Publish now")).to_be_disabled()
    expect(panel.get_by_role("button", name="Back to the text")).to_be_focused()


def test_what_is_typed_wrong_is_told_in_the_panel(page, open_story, clara, console_errors):
    open_story(make_revision(by=clara).article)
    page.get_by_label("Dateline: places").fill("A, B, C, D")
    with page.expect_console_message(lambda message: "422" in message.text):
        page.locator("[data-publish]").click()
        panel = page.get_by_role("dialog", name="Publish")
        panel.wait_for()
    console_errors.clear()
    assert "dateline: places: A dateline names at most three places." in panel.inner_text()


# Nothing is published unseen

UNSEEN = "so what would change can’t be shown, and nothing is published."


def refused(page, why):
    """The page says ``why`` in one sentence, the panel stays closed, and the focus is where it is tried again."""
    expect(page.locator("[data-unseen] span")).to_have_text(f"{why}, {UNSEEN}")
    expect(page.get_by_role("dialog", name="Publish")).to_be_hidden()
    expect(page.locator("[data-publish]")).not_to_have_attribute("aria-busy", "true")


def again(page):
    """Try again, by keyboard, until the panel is there; Escape leads back to the button that asked first."""
    expect(page.get_by_role("button", name="Try again")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name="Publish now")).to_be_focused()
    expect(page.locator("[data-unseen]")).to_be_hidden()
    page.keyboard.press("Escape")
    expect(page.locator("[data-publish]")).to_be_focused()


@pytest.mark.parametrize(
    ("answer", "why"),
    [
        (lambda route: route.fulfill(status=503, body="Busy"), "The server answered with error 503"),
        (lambda route: route.fulfill(status=403, body="No"), "The server answered with error 403"),
        (lambda route: route.abort(), "The server can’t be reached"),
    ],
)
def test_where_the_panel_can_t_be_had_nothing_is_published(
    page, open_story, clara, console_errors, answer, why
):
    article = open_story(make_revision(by=clara, headline="Bridge reopens").article)
    headline(page).fill("Bridge opens again")
    asked = []
    line = Line(page, "**/review/", lambda route: (asked.append(route), answer(route)))
    page.locator("[data-publish]").click()
    refused(page, why)
    page.keyboard.press("Enter")
    becomes(page, lambda: len(asked), 2)
    refused(page, why)
    article.refresh_from_db()
    assert (article.version, article.live_revision) == (1, None)
    expect(headline(page)).to_have_value("Bridge opens again")
    line.mend()
    again(page)
    console_errors.clear()  # the browser's own lines for the answers


def test_where_the_login_has_ended_it_is_asked_for_and_nothing_is_published(
    page, open_story, clara, sign_in, console_errors
):
    clara.set_password("a long password")
    clara.save()
    sign_in(clara)
    article = open_story(make_revision(by=clara, headline="Bridge reopens").article)
    line = Line(page, "**/writing/", cut)  # nothing but the button asks
    Session.objects.all().delete()
    page.locator("[data-publish]").click()
    refused(page, "Your login has ended")
    page.locator("dialog.sign-in[open]").wait_for()
    line.mend()
    page.fill("#sign-in-word", "a long password")
    page.keyboard.press("Enter")
    expect(page.locator("dialog.sign-in")).to_be_hidden()
    again(page)
    article.refresh_from_db()
    assert (article.version, article.live_revision) == (1, None)
    console_errors.clear()


def test_a_panel_asked_for_before_somebody_signed_in_is_asked_for_anew(
    page, open_story, clara, sign_in, console_errors
):
    sign_in(clara)
    article = open_story(make_revision(by=clara, headline="Bridge reopens").article)
    Line(page, "**/writing/", cut)  # nothing but the button asks
    late = []
    line = Line(page, "**/review/", lambda route: late.append((route, route.fetch(max_redirects=0))))
    Session.objects.all().delete()
    page.locator("[data-publish]").click()
    becomes(page, lambda: [answer.status for _route, answer in late], [302])
    line.mend()
    clara.set_password("a long password")
    clara.save()
    tab = page.context.new_page()
    tab.goto(page.url)
    tab.fill("[name=username]", clara.username)
    tab.fill("[name=password]", "a long password")
    tab.keyboard.press("Enter")
    tab.locator("[data-publish]").wait_for()
    route, answer = late[0]
    route.fulfill(status=302, headers={"Location": answer.headers["location"]})
    expect(page.get_by_role("button", name="Publish now")).to_be_focused()
    expect(page.locator("dialog.sign-in")).to_be_hidden()
    article.refresh_from_db()
    assert (article.version, article.live_revision) == (1, None)
    console_errors.clear()  # the browser's own lines for the answers


# Preview


def test_the_preview_is_the_public_page_of_what_is_typed_and_leaves_no_trace(page, site, open_story, clara):
    live = make_published(by=clara, headline="Bridge reopens")
    public = page.request.get(site + live.get_absolute_url()).text()
    tag = make_tag("Trams")
    article = open_story(live)
    headline(page).fill("Only typed")
    page.locator("[data-row] [name=bylines-0-role]").first.wait_for()
    with page.context.expect_page() as opened:
        page.locator("[data-preview]").click()
    shown = opened.value
    for title in ("Preview on a phone", "Preview on a desktop"):
        screen = shown.frame_locator(f"iframe[title='{title}']")
        becomes(shown, screen.get_by_role("heading", level=1).inner_text, "Only typed")
    assert Article.objects.get(pk=article.pk).version == 1
    assert tag.items.count() == 0
    assert page.request.get(site + live.get_absolute_url()).text() == public
    # The text is still there, and unsaved: closing the form asks.
    expect(headline(page)).to_have_value("Only typed")


def test_a_saved_copy_is_previewed_as_readers_would_see_it(client, clara):
    make_section("Politics")
    article = make_revision(by=clara, headline="A draft", section=None).article
    client.force_login(make_user("ana", "reporter"))
    answer = client.get(f"/admin/articles/article/{article.pk}/preview/")
    assert "<h1>A draft</h1>" in answer.content.decode().replace("\n", "")
    assert {name: answer.headers[name] for name in ("Cache-Control", "X-Robots-Tag")} == {
        "Cache-Control": "no-store, max-age=0, no-cache, must-revalidate, private",
        "X-Robots-Tag": "noindex, nofollow, noarchive",
    }
    assert "nonce" not in answer.headers["Content-Security-Policy"]
    article.refresh_from_db()
    assert (article.visible_from, article.live_revision, article.headline) == (None, None, None)
    client.force_login(make_user("sam"))
    assert client.get(f"/admin/articles/article/{article.pk}/preview/").status_code == 404


# Keys and leaving


def test_keys_save_and_show_the_sheet(page, open_story, clara):
    article = open_story(make_revision(by=clara).article)
    headline(page).fill("Typed and saved?")
    page.keyboard.press("?")
    expect(headline(page)).to_have_value("Typed and saved??")
    with page.expect_navigation():
        page.keyboard.press("Control+s")
    assert Article.objects.get(pk=article.pk).working_headline == "Typed and saved??"
    page.locator(".ProseMirror[contenteditable=true]").wait_for()
    page.locator("body").press("?")
    sheet = page.get_by_role("dialog", name="Keyboard shortcuts")
    sheet.wait_for()
    assert "Save" in sheet.inner_text()
    page.keyboard.press("Escape")
    expect(sheet).to_be_hidden()
    headline(page).focus()
    page.keyboard.press("Control+/")
    expect(sheet).to_be_visible()
    sheet.get_by_role("button", name="Close").click()
    expect(sheet).to_be_hidden()
    page.get_by_role("button", name="Keyboard shortcuts").click()
    expect(sheet).to_be_visible()


def test_what_keys_open_escape_closes_and_the_focus_is_back_where_it_was(page, open_story, clara):
    open_story(make_revision(by=clara, headline="Bridge", body="<p>Trams run.</p>").article)
    body = page.locator(".ProseMirror[contenteditable=true]")
    opened = page.locator("dialog[open]")
    for place in (headline(page), body, page.locator("summary", has_text="Publish later")):
        place.focus()
        let_settle(page)
        for keys in ("Control+k", "Control+/", "Control+Enter"):
            page.keyboard.press(keys)
            expect(opened).to_have_count(1)
            page.keyboard.press("Escape")
            expect(opened).to_have_count(0)
            expect(place).to_be_focused()
    headline(page).focus()
    page.keyboard.press("End")
    page.keyboard.press("Control+Enter")
    expect(opened).to_have_count(1)
    page.keyboard.press("Escape")
    page.keyboard.type(" reopens")
    expect(headline(page)).to_have_value("Bridge reopens")
    body.locator("p").click()
    let_settle(page)
    page.keyboard.press("End")
    let_settle(page)
    page.keyboard.press("Control+Enter")
    expect(opened).to_have_count(1)
    page.keyboard.press("Escape")
    let_settle(page)
    page.keyboard.type(" Ships too.")
    expect(body).to_have_text("Trams run. Ships too.")


def test_who_leaves_with_unsaved_text_is_asked_and_nobody_else(page, site, open_story, clara):
    asked = []
    page.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.accept()))
    article = open_story(make_revision(by=clara, headline="Bridge reopens").article)
    page.locator(".ProseMirror[contenteditable=true]").click()
    let_settle(page)
    page.goto(f"{site}/admin/")
    assert asked == []
    open_story(article)
    first = page.locator(".ProseMirror[contenteditable=true] > p").first
    first.click()
    let_settle(page)
    page.keyboard.type("More. ")
    expect(first).to_contain_text("More.")
    page.goto(f"{site}/admin/")
    assert asked == ["beforeunload"]
    open_story(article)
    headline(page).fill("Saved")
    with page.expect_navigation():
        page.get_by_role("button", name="Save", exact=True).click()
    assert asked == ["beforeunload"]


# Pictures come in


DROP = """(target, [bytes, kind]) => {
  const transfer = new DataTransfer()
  transfer.items.add(new File([new Uint8Array(bytes)], "ferry.png", { type: "image/png" }))
  const event = kind === "paste"
    ? new ClipboardEvent("paste", { clipboardData: transfer, bubbles: true, cancelable: true })
    : new DragEvent("drop", { dataTransfer: transfer, bubbles: true, cancelable: true })
  target.dispatchEvent(event)
}"""


def test_a_picture_pasted_into_the_text_stands_there_and_one_beside_leads(page, open_story, clara, own_media):
    open_story(make_revision(by=clara, body="<p>First.</p><p>Last.</p>").article)
    first = page.locator(".ProseMirror[contenteditable=true] > p").first
    first.click()
    let_settle(page)
    page.keyboard.press("End")
    let_settle(page)
    first.evaluate(DROP, [list(files.halves("PNG", (400, 300))), "paste"])
    page.locator("figure.desk-picture img").wait_for()
    headline(page).evaluate(DROP, [list(files.halves("PNG", (400, 301))), "drop"])
    page.locator(".lead-thumb").wait_for()
    expect(page.locator("[name=lead_alt]")).to_be_focused()
    with page.expect_navigation():
        page.get_by_role("button", name="Save", exact=True).click()
    content = Article.objects.get().latest_revision.content
    assert re.sub(r'data-image="\d+"', "", content["body"]) == (
        '<p>First.</p><figure data-block="image"  data-layout="text"><figcaption></figcaption></figure><p>Last.</p>'
    )
    assert content["lead_image"]["name"] == "ferry"


def test_what_is_no_picture_is_refused_in_one_sentence(page, open_story, clara, console_errors):
    open_story(make_revision(by=clara).article)
    place = page.locator("[data-add-picture]")
    place.locator("input").set_input_files({"name": "x.png", "mimeType": "image/png", "buffer": b"<svg>"})
    expect(place.get_by_role("status")).to_have_text(
        "This is no picture that we can read: send JPEG, PNG, WebP, GIF or AVIF."
    )
    console_errors.clear()  # the browser's own line for the refusal


# What the form proposes


def test_tags_and_authors_are_proposed_and_taken_by_one_press(page, open_story, clara):
    make_tag("trams")
    marrow = make_tag("Marrow", kind="place")
    kyiv = make_tag("Kyiv", kind="place", wrong=["Kiev"])
    author = make_author("Lea Roth")
    revision = make_revision(
        by=clara,
        body="<p>From Marrow to Kiev, trams run.</p>",
        byline_note="Lea Roth is a writer based in Marrow.",
        bylines=[],
    )
    open_story(revision.article)
    offers = page.locator("[data-offers=tags] [data-take]")
    becomes(page, offers.all_inner_texts, ["Marrow", "Kyiv"])
    page.get_by_role("button", name="Take all").click()
    page.locator("[data-offers=bylines]").get_by_role("button", name="Lea Roth").click()
    with page.expect_navigation():
        page.get_by_role("button", name="Save", exact=True).click()
    content = Article.objects.get().latest_revision.content
    assert [tag["id"] for tag in content["tags"]] == [marrow.pk, kyiv.pk]
    assert [row["author"]["id"] for row in content["bylines"]] == [author.pk]


def test_a_story_is_signed_and_published_by_keyboard_alone(page, open_story, clara):
    make_author("Lea Roth")
    article = open_story(make_revision(by=clara, bylines=[], headline="Trams").article)
    headline(page).focus()
    for _press in range(2):
        page.keyboard.press("Tab")
    page.keyboard.type("Lea")
    page.locator(".select2-results__option--highlighted", has_text="Lea Roth").wait_for()
    page.keyboard.press("Enter")
    expect(page.locator("#id_bylines-0-author option:checked")).to_have_text("Lea Roth")
    page.keyboard.press("Control+Enter")
    expect(page.get_by_role("button", name="Publish now")).to_be_focused()
    with page.expect_navigation():
        page.keyboard.press("Enter")
    article.refresh_from_db()
    assert [line.name for line in article.bylines.all()] == ["Lea Roth"]


@pytest.mark.parametrize("key", ["Enter", "L"])
def test_a_list_that_opens_has_the_cursor_before_the_next_letter_comes(page, open_story, clara, key):
    open_story(make_revision(by=clara, bylines=[]).article)
    focused = page.locator("#id_bylines-0-author + .select2 .select2-selection").evaluate(
        """(list, key) => {
            list.focus()
            list.dispatchEvent(new KeyboardEvent("keydown", { key, keyCode: key === "Enter" ? 13 : 76, bubbles: true }))
            return document.activeElement.className
        }""",
        key,
    )
    assert focused == "select2-search__field"


@pytest.mark.parametrize("width", [320, 1280])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_panels_are_read_by_everybody_and_fit(page, open_story, clara, width, scheme):
    page.set_viewport_size({"width": width, "height": 800})
    page.emulate_media(color_scheme=scheme)
    make_tag("Marrow")
    open_story(
        make_published(
            by=clara,
            body="<p>Some said trams reach Marrow on Friday, the the city hopes.</p>",
            byline_note="Lea",
        )
    )
    headline(page).fill("Changed")
    for panel, opener in (
        ("Publish the change", "[data-publish]"),
        ("Keyboard shortcuts", "[data-keys]"),
        ("", ""),
    ):
        if opener:
            page.locator(opener).click()
            page.get_by_role("dialog", name=panel).wait_for()
        violations = (
            Axe()
            .run(page, options={"runOnly": ["wcag2a", "wcag2aa", "wcag21aa", "wcag22aa"]})
            .response["violations"]
        )
        assert [
            (found["id"], [node["html"][:120] for node in found["nodes"]]) for found in violations
        ] == [], panel
        assert page.evaluate("document.documentElement.scrollWidth") <= width, panel
        page.keyboard.press("Escape")


def test_on_a_phone_the_three_presses_stand_at_the_bottom(page, open_story, clara):
    page.set_viewport_size({"width": 360, "height": 740})
    open_story(make_revision(by=clara).article)
    for name in ("Save", "Preview", "Publish"):
        box = page.get_by_role("button", name=name, exact=True).first.bounding_box()
        assert box["height"] >= 44
        assert 680 < box["y"] < 740


# In other languages


def test_the_original_is_chosen_with_the_keyboard_from_a_pasted_address(page, site, open_story, clara):
    original = make_published(headline="Bridge reopens", by=clara)
    german = open_story(make_revision(headline="Die Brücke", language="de", by=clara).article)
    page.get_by_text("Fronts, search engines and partners").click()
    page.locator(".field-translation_of .select2-selection").focus()
    page.keyboard.press("Enter")
    page.keyboard.insert_text(f"{site}{original.get_absolute_url()}?utm_source=mail")
    page.locator(".select2-results__option--highlighted", has_text="Bridge reopens").wait_for()
    page.keyboard.press("Enter")
    chosen = page.locator(".field-translation_of .select2-selection__rendered")
    expect(chosen).to_contain_text("Bridge reopens")
    with page.expect_navigation():
        page.keyboard.press("Control+s")
    german.refresh_from_db()
    assert german.latest_revision.content["translation_of"]["id"] == original.live_revision_id
