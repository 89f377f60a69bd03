"""The desk under its content security policy: every page opens in a real browser without one error in the console."""

import pytest

from tests.browser import becomes
from tests.factories import make_user
from tests.test_matrix import STATED, address_of, cast, politics, things  # noqa: F401

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

DESK = sorted(
    name
    for name, (by_get, _) in STATED.items()
    if name.startswith("admin:") and "root" in by_get and name not in {"admin:autocomplete", "admin:jsi18n"}
)
PREVIEW = "admin:articles_article_preview"


def test_every_page_of_the_desk_opens_without_an_error(page, site, sign_in, things, console_errors):  # noqa: F811
    sign_in(make_user("root", is_superuser=True))
    for name in DESK:
        # The editor's modules arrive after the page itself.
        ready = "networkidle" if name.startswith("admin:articles_article_") else "load"
        answer = page.goto(site + address_of(name, things), wait_until=ready)
        assert answer.status == 200, name
        assert console_errors == [], name
        # The preview is a public page, under the policy of those.
        policy = "script-src 'self';" if name == PREVIEW else "script-src 'self' 'nonce-"
        assert policy in answer.headers["content-security-policy"]


def test_the_policy_would_be_heard(page, site, sign_in, console_errors):
    sign_in(make_user("root", is_superuser=True))
    page.goto(f"{site}/admin/")
    page.evaluate("document.body.insertAdjacentHTML('beforeend', '<p style=\"color: red\">planted</p>')")
    becomes(page, lambda: len(console_errors), 1)
    assert "Content Security Policy" in console_errors.pop()
