"""Writing in a real browser: nothing typed is lost, whatever happens to the connection, the login or the other editor."""

import re
import time

import pytest
from django.contrib.sessions.models import Session
from django.test import Client
from playwright.sync_api import expect

from articles import workflow
from articles.body import plain
from articles.models import Article, Autosave, ConflictCopy
from tests.browser import Line, becomes, cut, let_settle
from tests.factories import make_content, make_published, make_revision, make_section, make_user

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
ONE, TWO = "<p>One boat came to the harbour.</p>", "<p>Two trams went over the bridge.</p>"


def story(site, article):
    return f"{site}/admin/articles/article/{article.pk}/change/"


def ready(page, address):
    page.goto(address)
    page.wait_for_selector(".field-body .ProseMirror[contenteditable=true]")
    return page


def take(page):
    """Take the unsaved text that is offered; the tab that typed it counts as open for some seconds more."""
    page.get_by_role("link", name="Take it").click()
    page.wait_for_url(re.compile(r"\?take="))
    page.wait_for_selector(".field-body .ProseMirror[contenteditable=true]")


def state(page, words):
    """Wait until the form says ``words`` about what is kept."""
    page.wait_for_function(
        "words => document.querySelector('[data-keeping]').textContent.includes(words)", arg=words
    )


def add_to_body(page, words):
    body = page.locator(".field-body .ProseMirror")
    body.click()
    let_settle(page)
    page.keyboard.press("Control+End")
    let_settle(page)
    page.keyboard.type(words)
    expect(body).to_contain_text(words.strip())


def save(page, button="Save"):
    """Save, and wait until the page that says so is whole."""
    with page.expect_navigation():
        page.get_by_role("button", name=button, exact=True).click()
    expect(page.locator(".messagelist")).to_be_visible()


def beat(page):
    """Wait until the page has asked once more what else there is, and was answered."""
    with page.expect_response("**/writing/") as answer:
        pass
    answer.value.finished()


@pytest.fixture
def ben_():
    user = make_user("ben", "editor", sections=[make_section()])
    user.set_password("a long password")
    user.save()
    return user


@pytest.fixture
def second_page(chromium, site, settings, console_errors):
    """A function: second_page(user) opens a browser of somebody else."""
    contexts = []

    def opened(user):
        client = Client()
        client.force_login(user)
        contexts.append(chromium.new_context(viewport={"width": 1280, "height": 900}, locale="en-GB"))
        name = settings.SESSION_COOKIE_NAME
        contexts[-1].add_cookies([{"name": name, "value": client.cookies[name].value, "url": site}])
        page = contexts[-1].new_page()
        page.on("pageerror", lambda error: console_errors.append(str(error)))
        return page

    yield opened
    for context in contexts:
        context.close()


def test_what_is_typed_is_kept_within_seconds_and_offered_after_the_tab_is_gone(page, site, sign_in, ben_):
    article = make_revision(by=ben_, body=ONE).article
    sign_in(ben_)
    ready(page, story(site, article))
    page.fill("#id_headline", "Half a headl")
    add_to_body(page, " And then")
    state(page, "Autosaved")
    becomes(page, lambda: "And then" in Autosave.objects.get().form, True)
    assert Article.objects.get().version == 1
    page.on("dialog", lambda dialog: dialog.accept())
    ready(page, story(site, article))
    take(page)
    expect(page.locator("#id_headline")).to_have_value("Half a headl")
    becomes(
        page, page.locator(".field-body .ProseMirror").inner_text, "One boat came to the harbour. And then"
    )
    save(page)
    assert (
        plain(Article.objects.get().latest_revision.content["body"])
        == "One boat came to the harbour. And then"
    )
    beat(page)
    expect(page.get_by_role("link", name="Take it")).to_have_count(0)
    assert Autosave.objects.filter(closed=False).count() == 0


def test_a_text_typed_offline_survives_a_reload(page, site, sign_in, ben_, console_errors):
    article = make_revision(by=ben_).article
    sign_in(ben_)
    ready(page, story(site, article))
    page.fill("#id_headline", "Before")
    state(page, "Autosaved")
    page.context.set_offline(True)
    page.fill("#id_headline", "Typed in a tunnel")
    state(page, "Offline: kept on this device")
    page.get_by_role("button", name="Save", exact=True).click()
    page.get_by_text("There is no connection, so nothing could be saved.").wait_for()
    expect(page.locator("#id_headline")).to_have_value("Typed in a tunnel")
    page.on("dialog", lambda dialog: dialog.accept())
    page.goto("about:blank")
    page.context.set_offline(False)
    page.goto(story(site, article))
    take(page)
    expect(page.locator("#id_headline")).to_have_value("Typed in a tunnel")
    assert page.evaluate("Object.keys(localStorage).filter(key => key.startsWith('writing:')).length") <= 1
    console_errors[:] = [error for error in console_errors if "ERR_INTERNET_DISCONNECTED" not in error]


def test_a_note_of_correction_stays_while_the_text_is_saved_and_the_page_opened_anew(
    page, site, sign_in, ben_
):
    article = make_published(by=ben_)
    sign_in(ben_)
    ready(page, story(site, article))
    page.get_by_text("Publish it with a note of correction").click()
    page.fill("#id_right", "It cost 2 million.")
    page.uncheck("#id_in_list")
    save(page)
    expect(page.locator("#id_right")).to_have_value("It cost 2 million.")
    state(page, "Autosaved")
    page.on("dialog", lambda dialog: dialog.accept())
    ready(page, story(site, article))
    take(page)
    expect(page.locator("#id_right")).to_have_value("It cost 2 million.")
    expect(page.locator("#id_in_list")).not_to_be_checked()
    save(page, "Publish the correction")
    note = article.corrections.get()
    assert (note.right, note.in_list) == ("It cost 2 million.", False)
    beat(page)
    expect(page.get_by_role("link", name="Take it")).to_have_count(0)


def test_when_the_login_ends_in_mid_sentence_the_text_stays_and_saving_goes_on(
    page, site, sign_in, ben_, console_errors
):
    article = make_revision(by=ben_).article
    sign_in(ben_)
    ready(page, story(site, article))
    page.fill("#id_headline", "Written before")
    state(page, "Autosaved")
    Session.objects.all().delete()
    page.fill("#id_headline", "Written before and after")
    page.wait_for_selector("dialog.sign-in[open]")
    page.fill("#sign-in-word", "a wrong password")
    page.get_by_role("button", name="Sign in", exact=True).click()
    page.get_by_text("That name and password do not fit.").wait_for()
    page.fill("#sign-in-word", "a long password")
    page.keyboard.press("Enter")
    page.wait_for_selector("dialog.sign-in", state="hidden")
    state(page, "Autosaved")
    save(page)
    assert Article.objects.get().working_headline == "Written before and after"
    console_errors[:] = [error for error in console_errors if "401" not in error]


def test_an_answer_of_before_somebody_signed_in_asks_for_no_second_login(
    page, site, sign_in, ben_, console_errors
):
    article = make_revision(by=ben_).article
    sign_in(ben_)
    ready(page, story(site, article))
    Session.objects.all().delete()
    page.fill("#id_headline", "Written meanwhile")
    page.wait_for_selector("dialog.sign-in[open]")
    late = []
    line = Line(page, "**/writing/", lambda route: late.append((route, route.fetch())))
    page.evaluate("dispatchEvent(new Event('online'))")  # asks at once
    becomes(page, lambda: [answer.status for _route, answer in late], [401])
    line.mend()
    page.fill("#sign-in-word", "a long password")
    page.keyboard.press("Enter")
    page.wait_for_selector("dialog.sign-in", state="hidden")
    with page.expect_response(lambda answer: answer.url.endswith("/writing/") and answer.ok):
        late[0][0].fulfill(response=late[0][1])
    state(page, "Autosaved")
    expect(page.locator("dialog.sign-in")).to_be_hidden()
    console_errors[:] = [error for error in console_errors if "401" not in error]


def test_save_asks_for_the_login_rather_than_lose_the_text(page, site, sign_in, ben_, console_errors):
    article = make_revision(by=ben_).article
    sign_in(ben_)
    ready(page, story(site, article))
    page.fill("#id_headline", "Not to be lost")
    beat(page)  # the next is seconds away, and would ask by itself
    Session.objects.all().delete()
    page.get_by_role("button", name="Save", exact=True).click()
    page.wait_for_selector("dialog.sign-in[open]")
    expect(page.locator("#id_headline")).to_have_value("Not to be lost")
    page.fill("#sign-in-word", "a long password")
    page.keyboard.press("Enter")
    page.wait_for_selector("dialog.sign-in", state="hidden")
    save(page)
    assert Article.objects.get().working_headline == "Not to be lost"
    console_errors[:] = [error for error in console_errors if "401" not in error]


def test_a_story_taken_away_in_mid_sentence_leaves_its_writer_the_text(
    page, site, sign_in, ben_, console_errors
):
    rita, article = make_user("rita", "reporter"), make_revision(by=ben_, body=ONE).article
    workflow.assign(article, by=ben_, assignee=rita, due_at=None)
    sign_in(rita)
    ready(page, story(site, article))
    page.fill("#id_headline", "Written before")
    state(page, "Autosaved")
    workflow.assign(article, by=ben_, assignee=None, due_at=None)
    add_to_body(page, " And after.")
    told = page.locator("[data-trouble]")
    expect(told).to_contain_text("You can’t change this story any more. Your text is kept")
    expect(page.locator("[data-sign-in]")).to_be_hidden()
    page.get_by_role("button", name="Save", exact=True).click()
    beat(page)
    expect(told).to_be_visible()
    assert page.url == story(site, article)
    becomes(page, lambda: "And after." in Autosave.objects.get().form, True)
    page.on("dialog", lambda dialog: dialog.accept())
    page.goto(story(site, article))
    page.get_by_role("link", name="Read it").click()
    page.wait_for_url(re.compile(r"\?take="))
    body = page.locator(".field-body .ProseMirror")
    expect(body).to_have_text("One boat came to the harbour. And after.")
    expect(body).to_have_attribute("contenteditable", "false")
    headline = page.locator("#id_headline")
    expect(headline).to_have_value("Written before")
    headline.click()
    page.keyboard.press("Control+A")
    assert page.evaluate("() => String(getSelection())") == "Written before"
    # Given back, it is taken up and saved.
    workflow.assign(article, by=ben_, assignee=rita, due_at=None)
    page.goto(story(site, article))
    take(page)
    save(page)
    assert plain(Article.objects.get().latest_revision.content["body"]) == (
        "One boat came to the harbour. And after."
    )


def test_letters_that_come_while_a_save_is_under_way_are_offered_again(page, site, sign_in, ben_):
    article = make_revision(by=ben_).article
    sign_in(ben_)
    ready(page, story(site, article))
    page.fill("#id_headline", "Saved")

    # What the script lets through is on its way to the server; the page stays until that answers.
    page.evaluate("""document.addEventListener("submit", () => setTimeout(() => {
      const field = document.getElementById("id_headline")
      field.value += ", and typed on"
      field.dispatchEvent(new Event("input", { bubbles: true }))
    }))""")
    save(page)
    assert Article.objects.get().working_headline == "Saved"
    take(page)
    expect(page.locator("#id_headline")).to_have_value("Saved, and typed on")


def test_a_new_story_is_kept_before_it_has_a_number(page, site, sign_in, ben_):
    sign_in(ben_)
    ready(page, f"{site}/admin/articles/article/add/")
    page.keyboard.insert_text("Something new")  # as dictation does: no key is pressed
    state(page, "Autosaved")
    assert Article.objects.count() == 0
    save(page)
    assert Article.objects.get().working_headline == "Something new"
    assert Autosave.objects.filter(closed=False).count() == 0


def test_a_new_story_that_only_has_the_cursor_is_not_kept_and_left_unasked(page, site, sign_in, ben_):
    sign_in(ben_)
    asked = []
    page.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.accept()))
    ready(page, f"{site}/admin/articles/article/add/")
    expect(page.locator("#id_headline")).to_be_focused()
    page.keyboard.press("Shift")
    beat(page)
    page.goto(f"{site}/admin/")
    assert (asked, Autosave.objects.count()) == ([], 0)


def test_two_people_see_each_other_and_lose_no_letter(page, second_page, site, sign_in, ben_):
    ana = make_user("ana", "reporter")
    article = make_revision(by=ana, headline="Bridge opens", body=ONE + TWO, standfirst="").article
    sign_in(ben_)
    ready(page, story(site, article))
    other = ready(second_page(ana), story(site, article))
    started = time.monotonic()
    page.get_by_text("ana has this open since").wait_for()
    other.get_by_text("ben has this open since").wait_for()
    assert time.monotonic() - started < 10
    # Ana writes in the standfirst, the headline and the last paragraph, Ben in the headline and the first.
    other.fill("#id_standfirst", "Ana’s standfirst.")
    other.fill("#id_headline", "Ana’s headline")
    add_to_body(other, " Ana was there.")
    page.fill("#id_headline", "Ben’s headline")
    page.locator(".field-body .ProseMirror p").first.click()
    let_settle(page)
    page.keyboard.press("Home")
    let_settle(page)
    page.keyboard.type("Ben saw it: ")
    first = page.locator(".field-body .ProseMirror p").first
    expect(first).to_have_text("Ben saw it: One boat came to the harbour.")
    save(other)
    page.get_by_text("ana saved version 2").wait_for()
    page.get_by_role("button", name="Save", exact=True).click()
    page.wait_for_url("**/merge/**")
    expect(page.locator("fieldset.place")).to_have_count(1)
    becomes(page, page.locator("fieldset.place legend").inner_text, "Headline")
    # By keyboard alone: to the choice, take it, to the button, press it.
    page.locator("input[type=radio]").first.focus()
    page.keyboard.press("ArrowDown")
    expect(page.locator("input[type=radio]:checked")).to_be_focused()
    chosen = page.locator("input[type=radio]:checked").get_attribute("value")
    page.locator("form.merge button.default").focus()
    with page.expect_navigation():
        page.keyboard.press("Enter")
    expect(page.locator(".messagelist")).to_be_visible()
    content = Article.objects.get().latest_revision.content
    assert content["headline"] == {"mine": "Ben’s headline", "theirs": "Ana’s headline"}[chosen]
    assert content["standfirst"] == "Ana’s standfirst."
    assert plain(content["body"]) == (
        "Ben saw it: One boat came to the harbour.\n\nTwo trams went over the bridge. Ana was there."
    )
    assert ConflictCopy.objects.get().content["headline"] == "Ben’s headline"


def test_two_tabs_of_one_person_meet_as_two_people_do(page, site, sign_in, ben_):
    article = make_revision(by=ben_, body=ONE + TWO).article
    sign_in(ben_)
    ready(page, story(site, article))
    tab = ready(page.context.new_page(), story(site, article))
    page.get_by_text("You have this open in another tab since").wait_for()
    page.fill("#id_kicker", "From the first tab")
    tab.fill("#id_standfirst", "From the second tab")
    save(page)
    tab.get_by_role("button", name="Save", exact=True).click()
    tab.wait_for_url("**/merge/**")
    tab.get_by_text("Nothing collides: both texts are joined.").wait_for()
    save(tab, "Save both as version 3")
    content = Article.objects.get().latest_revision.content
    assert (content["kicker"], content["standfirst"]) == ("From the first tab", "From the second tab")


def test_a_tab_that_is_open_sends_its_own_text(page, site, sign_in, ben_, console_errors):
    article = make_revision(by=ben_).article
    sign_in(ben_)
    tab = ready(page.context.new_page(), story(site, article))
    tab.route("**/writing/", cut)
    tab.fill("#id_headline", "Not yet sent")
    state(tab, "Offline: kept on this device")
    ready(page, story(site, article))
    beat(page)
    assert Autosave.objects.count() == 0
    tab.close()
    ready(page, story(site, article))
    becomes(page, lambda: "Not yet sent" in "".join(Autosave.objects.values_list("form", flat=True)), True)


def test_the_merge_page_works_without_scripts(chromium, site, settings, ben_):
    article = make_revision(by=ben_, headline="Old").article
    workflow.save(article, make_content(headline="Theirs"), by=ben_, base=1)
    with pytest.raises(workflow.Conflict) as caught:
        workflow.save(article, make_content(headline="Mine"), by=ben_, base=1)
    client = Client()
    client.force_login(ben_)
    with chromium.new_context(java_script_enabled=False, viewport={"width": 360, "height": 740}) as context:
        name = settings.SESSION_COOKIE_NAME
        context.add_cookies([{"name": name, "value": client.cookies[name].value, "url": site}])
        page = context.new_page()
        page.goto(f"{site}/admin/articles/article/{article.pk}/merge/{caught.value.copy.pk}/")
        page.get_by_label("Your text").check()
        save(page, "Save both as version 3")
    assert Article.objects.get().working_headline == "Mine"
