"""Two presses of one button: what a form sends counts once, and the button can be pressed again where nothing went."""

import pytest
from playwright.sync_api import expect

from articles.models import Article
from desk.models import Note
from tests.browser import Line, becomes, cut
from tests.factories import make_published, make_revision

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def posts(page, site):
    """What the page posts as a form of its own, as (path, what is sent); the scripts' own questions are left out."""
    sent = []

    def hear(request):
        if request.method == "POST" and request.is_navigation_request():
            sent.append((request.url.removeprefix(site), request.post_data))

    page.on("request", hear)
    return sent


@pytest.fixture
def open_page(page, site, clara):
    """A function: open_page(address) opens it and waits for the editor, where it has one."""

    def opened(address):
        page.goto(site + address)
        page.locator(".ProseMirror[contenteditable=true]").wait_for()

    return opened


def change(article):
    return f"/admin/articles/article/{article.pk}/change/"


def test_save_pressed_twice_saves_once(page, open_page, clara, posts):
    article = make_revision(by=clara).article
    open_page(change(article))
    page.locator("[name=headline]").fill("Saved once")
    with page.expect_navigation():
        page.get_by_role("button", name="Save", exact=True).dblclick()
    expect(page.locator(".messagelist")).to_have_text("Saved as version 2.")
    assert [path for path, _data in posts] == [change(article)]
    assert (Article.objects.get().version, article.conflict_copies.count()) == (2, 0)


def test_publish_now_pressed_twice_publishes_once(page, open_page, clara, posts):
    article = make_revision(by=clara, headline="Bridge").article
    open_page(change(article))
    page.locator("[data-publish]").click()
    with page.expect_navigation():
        page.get_by_role("button", name="Publish now").dblclick()
    expect(page.locator(".messagelist")).to_have_text("Published: first published.")
    assert (len(posts), article.publish_acts.count()) == (1, 1)


def test_a_new_story_saved_twice_is_one_draft(page, open_page, posts):
    open_page("/admin/articles/article/add/")
    page.locator("[name=headline]").fill("One draft")
    with page.expect_navigation():
        page.get_by_role("button", name="Save", exact=True).dblclick()
    expect(page.locator(".messagelist")).to_contain_text("The draft is made.")
    assert (len(posts), Article.objects.get().working_headline) == (1, "One draft")


def test_the_first_button_is_the_one_that_counts_and_says_that_it_is_at_work(page, open_page, clara, posts):
    article = make_published(by=clara)
    open_page(change(article))
    page.route("**/admin/language/", lambda route: route.fulfill(status=204))  # the page stays as it is
    german = page.locator("[name=language][value=de]")
    german.click()
    expect(german).to_have_attribute("aria-busy", "true")
    page.locator("[name=language][value=uk]").click()
    german.click()
    becomes(page, lambda: [data.split("&")[-1] for _path, data in posts], ["language=de"])
    # As the browser's way back shows a page that was left: it can be pressed again.
    page.evaluate("dispatchEvent(new PageTransitionEvent('pageshow', { persisted: true }))")
    expect(german).not_to_have_attribute("aria-busy", "true")
    german.click()
    becomes(page, lambda: len(posts), 2)


def test_what_a_script_keeps_back_can_be_pressed_again(page, open_page, clara, posts):
    open_page(change(make_revision(by=clara).article))
    page.evaluate(
        "document.querySelector('.languages').addEventListener('submit', event => event.preventDefault(), { once: true })"
    )
    page.route("**/admin/language/", lambda route: route.fulfill(status=204))
    german = page.locator("[name=language][value=de]")
    german.click()
    expect(german).not_to_have_attribute("aria-busy", "true")
    assert posts == []
    german.click()
    becomes(page, lambda: len(posts), 1)


def test_a_save_that_could_not_be_sent_can_be_pressed_again(page, open_page, clara, posts, console_errors):
    article = make_revision(by=clara).article
    open_page(change(article))
    page.locator("[name=headline]").fill("Saved in the end")
    line = Line(page, "**/writing/", cut)
    save = page.get_by_role("button", name="Save", exact=True)
    save.click()
    page.get_by_text("There is no connection, so nothing could be saved.").wait_for()
    expect(save).not_to_have_attribute("aria-busy", "true")
    line.mend()
    with page.expect_navigation():
        save.click()
    assert (len(posts), Article.objects.get().working_headline) == (1, "Saved in the end")
    console_errors[:] = [error for error in console_errors if "ERR_FAILED" not in error]


def test_a_note_written_by_two_presses_is_one_note(page, open_page, clara):
    open_page(change(make_revision(by=clara).article))
    page.get_by_label("New note").fill("Who said this?")
    page.get_by_role("button", name="Write the note").dblclick()
    page.locator(".thread .note").get_by_text("Who said this?").wait_for()
    page.get_by_label("New note").fill("And when?")
    page.get_by_role("button", name="Write the note").click()
    page.locator(".thread .note").get_by_text("And when?").wait_for()
    assert sorted(Note.objects.values_list("text", flat=True)) == ["And when?", "Who said this?"]
