"""Writing in a real browser: nothing typed is lost, whatever happens to the connection, the login or the other editor."""

import time

import pytest
from django.contrib.sessions.models import Session
from django.test import Client
from playwright.sync_api import expect

from articles import workflow
from articles.body import plain
from articles.models import Article, Autosave, ConflictCopy
from tests.factories import make_content, make_revision, make_section, make_user

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
ONE, TWO = "<p>One boat came to the harbour.</p>", "<p>Two trams went over the bridge.</p>"


def story(site, article):
    return f"{site}/admin/articles/article/{article.pk}/change/"


def ready(page, address):
    page.goto(address)
    page.wait_for_selector(".field-body .ProseMirror")
    return page


def take(page):
    """Take the unsaved text that is offered; the tab that typed it counts as open for some seconds more."""
    page.get_by_role("link", name="Take it").click(timeout=30_000)
    page.wait_for_selector(".field-body .ProseMirror")


def state(page, words):
    """Wait until the form says ``words`` about what is kept."""
    page.wait_for_function(
        "words => document.querySelector('[data-keeping]').textContent.includes(words)", arg=words
    )


def add_to_body(page, words):
    body = page.locator(".field-body .ProseMirror")
    body.click()
    page.keyboard.press("Control+End")
    page.keyboard.type(words)


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
    assert Article.objects.get().version == 1
    page.on("dialog", lambda dialog: dialog.accept())
    ready(page, story(site, article))
    take(page)
    assert page.input_value("#id_headline") == "Half a headl"
    assert page.inner_text(".field-body .ProseMirror") == "One boat came to the harbour. And then"
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.locator(".messagelist")).to_be_visible(timeout=15_000)
    assert (
        plain(Article.objects.get().latest_revision.content["body"])
        == "One boat came to the harbour. And then"
    )
    assert page.get_by_role("link", name="Take it").count() == 0
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
    assert page.input_value("#id_headline") == "Typed in a tunnel"
    page.on("dialog", lambda dialog: dialog.accept())
    page.goto("about:blank")
    page.context.set_offline(False)
    page.goto(story(site, article))
    take(page)
    assert page.input_value("#id_headline") == "Typed in a tunnel"
    assert page.evaluate("Object.keys(localStorage).filter(key => key.startsWith('writing:')).length") <= 1
    console_errors[:] = [error for error in console_errors if "ERR_INTERNET_DISCONNECTED" not in error]


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
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.locator(".messagelist")).to_be_visible(timeout=15_000)
    assert Article.objects.get().working_headline == "Written before and after"
    console_errors[:] = [error for error in console_errors if "401" not in error]


def test_save_asks_for_the_login_rather_than_lose_the_text(page, site, sign_in, ben_, console_errors):
    article = make_revision(by=ben_).article
    sign_in(ben_)
    ready(page, story(site, article))
    page.fill("#id_headline", "Not to be lost")
    Session.objects.all().delete()
    page.get_by_role("button", name="Save", exact=True).click()
    page.wait_for_selector("dialog.sign-in[open]")
    assert page.input_value("#id_headline") == "Not to be lost"
    page.fill("#sign-in-word", "a long password")
    page.keyboard.press("Enter")
    page.wait_for_selector("dialog.sign-in", state="hidden")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.locator(".messagelist")).to_be_visible(timeout=15_000)
    assert Article.objects.get().working_headline == "Not to be lost"
    console_errors[:] = [error for error in console_errors if "401" not in error]


def test_a_new_story_is_kept_before_it_has_a_number(page, site, sign_in, ben_):
    sign_in(ben_)
    ready(page, f"{site}/admin/articles/article/add/")
    page.fill("#id_headline", "Something new")
    state(page, "Autosaved")
    assert Article.objects.count() == 0
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.locator(".messagelist")).to_be_visible(timeout=15_000)
    assert Article.objects.get().working_headline == "Something new"
    assert Autosave.objects.filter(closed=False).count() == 0


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
    page.keyboard.press("Home")
    page.keyboard.type("Ben saw it: ")
    first = page.locator(".field-body .ProseMirror p").first
    expect(first).to_have_text("Ben saw it: One boat came to the harbour.")
    other.get_by_role("button", name="Save", exact=True).click()
    expect(other.locator(".messagelist")).to_be_visible(timeout=15_000)
    page.get_by_text("ana saved version 2").wait_for()
    page.get_by_role("button", name="Save", exact=True).click()
    page.wait_for_url("**/merge/**")
    assert page.locator("fieldset.place").count() == 1
    assert page.locator("fieldset.place legend").inner_text() == "Headline"
    # By keyboard alone: to the choice, take it, to the button, press it.
    page.locator("input[type=radio]").first.focus()
    page.keyboard.press("ArrowDown")
    chosen = page.locator("input[type=radio]:checked").get_attribute("value")
    page.locator("form.merge button.default").focus()
    page.keyboard.press("Enter")
    expect(page.locator(".messagelist")).to_be_visible(timeout=15_000)
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
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.locator(".messagelist")).to_be_visible(timeout=15_000)
    tab.get_by_role("button", name="Save", exact=True).click()
    tab.wait_for_url("**/merge/**")
    tab.get_by_text("Nothing collides: both texts are joined.").wait_for()
    tab.get_by_role("button", name="Save both as version 3").click()
    expect(tab.locator(".messagelist")).to_be_visible(timeout=15_000)
    content = Article.objects.get().latest_revision.content
    assert (content["kicker"], content["standfirst"]) == ("From the first tab", "From the second tab")


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
        page.get_by_role("button", name="Save both as version 3").click()
        expect(page.locator(".messagelist")).to_be_visible(timeout=15_000)
    assert Article.objects.get().working_headline == "Mine"
