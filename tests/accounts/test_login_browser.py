"""The login that opens in place over a story, in a real browser: it says how long to wait, and the text stays."""

import pytest
from django.contrib.sessions.models import Session
from playwright.sync_api import expect

from accounts.models import LoginAttempt
from tests.factories import make_revision, make_user

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.browser]
WRONG = "That name and password do not fit."
WAIT = "Too many attempts to log in failed. Try again in 15 minutes, or ask an administrator to let you in."


def answer_in_place(page, password):
    page.fill("#sign-in-word", password)
    with page.expect_response(lambda response: response.request.method == "POST" and "login" in response.url):
        page.get_by_role("button", name="Sign in", exact=True).click()


def test_the_login_in_place_says_how_long_to_wait_and_lets_in_when_the_pause_ends(
    page, site, sign_in, console_errors
):
    ana = make_user("ana", "reporter")
    ana.set_password("a long password")
    ana.save()
    article = make_revision(by=ana).article
    sign_in(ana)
    page.goto(f"{site}/admin/articles/article/{article.pk}/change/")
    page.fill("#id_headline", "Not to be lost")
    Session.objects.all().delete()
    page.get_by_role("button", name="Save", exact=True).click()
    page.wait_for_selector("dialog.sign-in[open]")
    refused = page.locator("dialog.sign-in [data-refused]")
    for _ in range(5):
        answer_in_place(page, "a wrong password")
        expect(refused).to_have_text(WRONG)
    answer_in_place(page, "a long password")
    expect(refused).to_have_text(WAIT)
    LoginAttempt.objects.all().delete()
    answer_in_place(page, "a long password")
    page.wait_for_selector("dialog.sign-in", state="hidden")
    expect(page.locator("#id_headline")).to_have_value("Not to be lost")
    console_errors[:] = [error for error in console_errors if "401" not in error and "429" not in error]
