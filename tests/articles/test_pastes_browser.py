"""Fifty fragments pasted into the editor, as their programs put them on the clipboard: what comes to be stored."""

import pytest

from articles import body
from tests.acts import PASTE
from tests.articles.pastes import PASTES
from tests.factories import make_chief, make_revision

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

EMPTIED = "(root) => root.editor.commands.setContent('<p></p>') && root.editor.commands.focus()"


def test_there_are_fifty():
    assert len(PASTES) >= 50


def test_what_is_pasted_is_stored_as_a_sub_editor_expects(page, site, sign_in):
    chief = make_chief()
    sign_in(chief)
    article = make_revision(by=chief, body="<p>x</p>").article
    page.goto(f"{site}/admin/articles/article/{article.pk}/change/")
    root = page.locator(".ProseMirror[contenteditable=true]")
    root.wait_for()
    stored = {}
    for name, (html, _expected) in PASTES.items():
        root.evaluate(EMPTIED)
        root.evaluate(PASTE, {"text/html": html})
        stored[name] = body.clean(root.evaluate("(root) => root.editor.getHTML()"))
    wrong = {name: html for name, html in stored.items() if html != PASTES[name][1]}
    assert wrong == {}
