"""Notes in a real browser: written beside the story without leaving it, about the words that are marked, and found again."""

import re

import pytest
from playwright.sync_api import expect

from articles.models import Article
from desk import notes
from desk.models import Note
from tests.browser import becomes, let_settle
from tests.factories import make_revision, make_section, make_user

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def ben(sign_in):
    ben = make_user("ben", "editor", sections=[make_section()])
    sign_in(ben)
    return ben


def test_a_note_on_marked_words_is_written_and_settled_while_the_text_goes_on(page, site, ben):
    body = "<p>The bridge reopens.</p><p>Work took two years.</p>"
    story = make_revision(by=ben, body=body).article
    page.goto(f"{site}/admin/articles/article/{story.pk}/change/")
    last = page.locator(".field-body .ProseMirror[contenteditable=true] p").nth(1)
    last.click()
    let_settle(page)
    for keys in ("End", " Nearly.", "Home", "Shift+End"):
        page.keyboard.type(keys) if keys.startswith(" ") else page.keyboard.press(keys)
        let_settle(page)
    page.locator("[data-words]").get_by_text("Work took two years. Nearly.").wait_for()
    page.get_by_label("New note").fill("Who says so?")
    page.get_by_role("button", name="Write the note").click()
    page.locator(".thread .note").get_by_text("Who says so?").wait_for()
    note = Note.objects.get()
    # The words are those that stand in the version that was saved.
    assert (note.text, note.block, note.quote) == ("Who says so?", 1, "Work took two years.")
    becomes(page, last.inner_text, "Work took two years. Nearly.")
    page.locator(".thread [data-place]").click()
    becomes(page, lambda: page.evaluate("document.getSelection().toString()"), "Work took two years. Nearly.")
    page.get_by_label("New note").fill("Half a tho")
    page.get_by_role("button", name="Settle").click()
    page.get_by_role("link", name="All notes in the text, 1 settled").wait_for()
    expect(page.get_by_label("New note")).to_have_value("Half a tho")
    assert Note.objects.get().resolved_by == ben
    assert Article.objects.get(pk=story.pk).version == 1


def test_what_is_typed_while_a_note_is_under_way_is_the_next_one_s(page, site, ben):
    story = make_revision(by=ben).article
    page.goto(f"{site}/admin/articles/article/{story.pk}/change/")
    field = page.get_by_label("New note")

    def slow(route):
        field.press_sequentially(" And when?")
        route.continue_()

    page.route(re.compile("/notes/"), slow)
    field.fill("Who says so?")
    page.get_by_role("button", name="Write the note").click()
    page.locator(".thread .note").get_by_text("Who says so?").wait_for()
    expect(field).to_have_value("And when?")
    assert Note.objects.get().text == "Who says so?"


def test_a_note_that_says_nothing_is_refused_beside_the_text(page, site, ben, console_errors):
    story = make_revision(by=ben).article
    notes.write(story, "Sure?", by=ben)
    page.goto(f"{site}/admin/articles/article/{story.pk}/change/", wait_until="networkidle")
    page.get_by_role("button", name="Write the note").click()
    page.locator("[data-refused]").get_by_text("Note: This field is required.").wait_for()
    assert Note.objects.count() == 1
    # The browser names the refusal, status 422, as an error.
    becomes(page, lambda: len(console_errors), 1)
    console_errors.clear()


def test_without_scripts_the_same_form_writes_and_leads_back(chromium, page, site, ben):
    story = make_revision(by=ben).article
    with chromium.new_context(
        java_script_enabled=False, storage_state=page.context.storage_state()
    ) as context:
        plain = context.new_page()
        plain.goto(f"{site}/admin/articles/article/{story.pk}/change/")
        plain.get_by_label("New note").fill("Sure?")
        with plain.expect_navigation():
            plain.get_by_role("button", name="Write the note").click()
        expect(plain).to_have_url(re.compile(f"/change/#note-{Note.objects.get().pk}$"))
        plain.locator(".thread .note").get_by_text("Sure?").wait_for()
