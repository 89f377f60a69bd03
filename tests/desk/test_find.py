"""Ctrl+K: the answer of the desk, and the keys in a real browser."""

import re

import pytest
from playwright.sync_api import expect

from articles import workflow
from tests.factories import make_chief, make_published, make_revision, make_user

pytestmark = pytest.mark.django_db


def test_words_find_stories_with_where_they_stand(client):
    chief = make_chief()
    article = make_published(headline="Bridge reopens", by=chief)
    workflow.set_state(make_revision(headline="Bridge falls", by=chief).article, "review", by=chief)
    make_revision(headline="Ferry")
    client.force_login(chief)
    stories = client.get("/admin/find/", {"q": "bridge"}).json()["stories"]
    assert [(row["headline"], row["note"]) for row in stories] == [
        ("Bridge falls", "in review · Politics"),
        ("Bridge reopens", "online · Politics"),
    ]
    assert stories[1]["url"] == f"/admin/articles/article/{article.pk}/change/"
    assert [(row["id"] == article.pk, row["path"]) for row in stories] == [
        (False, ""),
        (True, article.get_absolute_url()),
    ]


def test_at_most_eight_are_shown_and_none_for_an_empty_line(client):
    for number in range(10):
        make_revision(headline=f"Bridge {number}")
    client.force_login(make_chief())
    assert len(client.get("/admin/find/", {"q": "bridge"}).json()["stories"]) == 8
    for nothing in ("", "   ", "x" * 400):
        assert client.get("/admin/find/", {"q": nothing}).json() == {"stories": []}


def test_who_has_no_role_finds_nothing(client):
    client.force_login(make_user("stranger"))
    assert client.get("/admin/find/", {"q": "bridge"}).status_code == 403


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
def test_two_words_and_enter_open_a_story(page, site, sign_in):
    chief = make_chief()
    article = make_published(headline="The bridge of Marrow reopens", by=chief)
    make_published(headline="The ferry of Marrow", by=chief)
    sign_in(chief)
    page.goto(f"{site}/admin/")
    page.keyboard.press("Control+k")
    page.keyboard.type("marrow bridge")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    expect(page).to_have_url(f"{site}/admin/articles/article/{article.pk}/change/")


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
def test_arrows_choose_and_escape_closes(page, site, sign_in):
    chief = make_chief()
    older = make_published(headline="Bridge one", by=chief)
    make_published(headline="Bridge two", by=chief)
    sign_in(chief)
    page.goto(f"{site}/admin/")
    page.get_by_role("button", name="Find a story").click()
    page.keyboard.type("bridge")
    expect(page.locator("[data-palette] [role=option]")).to_have_count(2)
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_be_hidden()
    page.keyboard.press("Control+k")
    page.keyboard.press("ArrowDown")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    expect(page).to_have_url(f"{site}/admin/articles/article/{older.pk}/change/")


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
def test_enter_waits_for_the_answer_to_these_words_and_an_arrow_holds_its_story(page, site, sign_in):
    chief = make_chief()
    older = make_published(headline="Bridge one", by=chief)
    make_published(headline="Bridge two", by=chief)
    sign_in(chief)
    held = []

    def type_on(words):
        """Type words whose answer does not come until it is let go."""
        with page.expect_request(lambda request: "/admin/find/" in request.url):
            page.keyboard.insert_text(words)

    page.route(re.compile(r"/find/\?q=bridge\+"), lambda route: held.append(route))
    page.goto(f"{site}/admin/")
    page.keyboard.press("Control+k")
    page.keyboard.insert_text("bridge")
    shown = page.locator("[data-palette] [role=option]")
    chosen = page.locator("[data-palette] [aria-selected=true]")
    expect(shown).to_have_text([re.compile("Bridge two"), re.compile("Bridge one")])
    type_on(" ")
    page.keyboard.press("ArrowDown")
    with page.expect_response(lambda answer: "/admin/find/" in answer.url) as answer:
        held.pop().continue_()
    answer.value.finished()
    expect(chosen).to_contain_text("Bridge one")
    page.keyboard.press("ArrowUp")
    type_on("one")
    page.keyboard.press("Enter")  # what is chosen now answers other words
    expect(chosen).to_contain_text("Bridge two")
    with page.expect_navigation():
        held.pop().continue_()
    expect(page).to_have_url(f"{site}/admin/articles/article/{older.pk}/change/")
