"""A finding says how grave it is before its message, by the same word wherever it is shown."""

import re

from django.utils.translation import override

from articles.checks import Finding
from tests.articles.test_admin import filled
from tests.factories import make_revision
from tests.wire.test_admin import ADDRESS, COPY

SHOWN = re.compile(r'<li class="finding finding-(\w+)"[^>]*>\s*(?:<p>)?\s*<strong>([^<]*)</strong>')
GERMAN = {"block": "Verhindert das Veröffentlichen:", "warn": "Prüfen:", "info": "Hinweis:"}


def test_each_severity_has_its_word():
    def words():
        return {severity: str(Finding("x", severity, "body", 0, 0, "", "").word) for severity in GERMAN}

    assert words() == {"block": "Stops publishing:", "warn": "Check:", "info": "Hint:"}
    with override("de"):
        assert words() == GERMAN


def test_the_form_the_review_and_new_copy_say_it_in_the_language_of_the_desk(ben, client):
    client.force_login(ben)
    story = make_revision(headline="", standfirst="", by=ben).article
    here, german = f"/admin/articles/article/{story.pk}", {"accept-language": "de"}
    form = client.get(f"{here}/change/", headers=german)
    pages = {
        "form": form,
        "review": client.post(f"{here}/review/", filled(form), headers=german),
        "copy": client.post(ADDRESS, {"language": "en", "act": "see", "text": COPY}, headers=german),
    }
    for name, page in pages.items():
        shown = SHOWN.findall(page.content.decode())
        assert {severity for severity, _ in shown} >= {"block", "warn"}, name
        assert [word for _, word in shown] == [GERMAN[severity] for severity, _ in shown], name
