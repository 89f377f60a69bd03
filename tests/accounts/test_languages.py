"""The language of the desk: chosen, asked for by the browser, or the site's."""

import re
from pathlib import Path

import pytest
from django.urls import reverse
from django.utils import translation

from accounts import audit
from accounts.languages import choices
from accounts.models import ACTS
from articles import revisions, workflow
from tests.factories import make_chief, make_published, make_tag, make_user

pytestmark = pytest.mark.django_db
INDEX = "/admin/"


def spoken(response):
    """The language that a page of the desk says it is in."""
    return response.content.decode().split('<html lang="')[1].split('"')[0]


@pytest.fixture
def ana(client):
    user = make_user("ana", "reporter")
    client.force_login(user)
    return user


def test_the_desk_offers_each_language_by_its_own_name():
    assert choices() == [("en", "English"), ("de", "Deutsch"), ("uk", "Українська")]


@pytest.mark.parametrize(
    ("asked", "given"),
    [
        ("", "en"),
        ("uk", "uk"),
        ("de-AT,de;q=0.9,en;q=0.5", "de"),
        ("fr,uk;q=0.4,de;q=0.8", "de"),  # French has no catalogue
        ("fr", "en"),
        ("*", "en"),
        ("%%%,,;q=x", "en"),
    ],
)
def test_who_chose_nothing_is_spoken_to_as_the_browser_asks(client, ana, asked, given):
    assert spoken(client.get(INDEX, headers={"Accept-Language": asked})) == given
    client.logout()
    login = client.get(reverse("admin:login"), headers={"Accept-Language": asked})
    assert spoken(login) == given


def test_a_choice_outlives_what_the_browser_asks_for_and_leads_back(client, ana):
    page = reverse("admin:articles_article_changelist") + "?q=bridge"
    answer = client.post(reverse("admin:language"), {"language": "uk", "next": page})
    assert (answer.status_code, answer.headers["Location"]) == (302, page)
    assert spoken(client.get(INDEX, headers={"Accept-Language": "de"})) == "uk"
    ana.refresh_from_db()
    assert ana.language == "uk"


@pytest.mark.parametrize("away", ["https://evil.example/", "//evil.example/", "javascript:alert(1)", ""])
def test_a_choice_never_leads_off_the_site(client, ana, away):
    answer = client.post(reverse("admin:language"), {"language": "de", "next": away})
    assert answer.headers["Location"] == INDEX


@pytest.mark.parametrize("language", ["fr", "xx", "", "../de"])
def test_a_language_without_a_catalogue_is_refused(client, ana, language):
    assert client.post(reverse("admin:language"), {"language": language}).status_code == 400
    ana.refresh_from_db()
    assert ana.language == ""


def test_a_choice_is_made_by_post_alone(client, ana):
    assert client.get(reverse("admin:language"), {"language": "de"}).status_code == 405


def test_one_persons_language_does_not_stay_behind_for_the_next_request(client, ana):
    client.post(reverse("admin:language"), {"language": "uk"})
    assert spoken(client.get(INDEX)) == "uk"
    assert translation.get_language() == "en"


def test_a_language_whose_catalogue_was_taken_away_is_forgotten(client, ana, settings):
    ana.language = "uk"
    ana.save()
    settings.DESK_LANGUAGES = ["en", "de"]
    assert spoken(client.get(INDEX)) == "en"


def test_every_act_that_is_recorded_is_read_out_in_words():
    """The record keeps plain words, so that it is the same whoever acts; they are told in the reader's language."""
    root = Path(__file__).resolve().parent.parent.parent
    source = "\n".join(
        path.read_text(encoding="utf-8")
        for app in ("accounts", "articles", "images", "tickers", "wire", "desk", "newsroom")
        for path in (root / app).rglob("*.py")
    )
    recorded = re.findall(r"""(?:audit|ledger)\.record\(\s*[\w.]+,\s*(.*?),\s*[\w.]+[,)]""", source)
    verbs = {verb for call in recorded for verb in re.findall(r'"([^"]+)"', call)}
    assert {"publish", "withdraw", "hold", "lift hold"} <= verbs
    assert verbs - set(ACTS) == set()


def test_the_record_is_read_out_in_the_language_of_its_reader():
    article = make_published(headline="Bridge")
    entry = audit.of(article).get(verb="publish")
    with translation.override("uk"):
        assert str(entry.act) == "опубліковано"
        told = {str(word): str(value) for word, value in entry.details}
        assert told == {"версія": "1", "вид": "уперше опубліковано"}


def test_fields_in_the_record_are_called_as_the_desk_calls_them():
    article = make_published(headline="Bridge")
    content = revisions.content_of(article.live_revision) | {"headline": "The bridge", "kicker": "City"}
    tagged = content | {"tags": [revisions.reference(make_tag("Trams"))]}
    workflow.save(article, tagged, by=make_chief(), base=article.version)
    tag = make_tag("Ferries")
    audit.record(make_chief(), "change", tag, fields=["name", "description", "long gone"])
    with translation.override("de"):
        read = [
            {str(word): value for word, value in entry.details}["Felder"]
            for entry in (audit.of(article).get(verb="save"), audit.of(tag).get())
        ]
    assert read == ["Schlagzeile, Dachzeile, Schlagwörter", "Name, Beschreibung, long gone"]
