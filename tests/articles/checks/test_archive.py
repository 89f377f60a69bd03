"""A new Term run against the stories online, and the page that shows what it would flag."""

import re
from datetime import timedelta
from html import unescape

import pytest
from django.urls import reverse
from django.utils import timezone

from articles import workflow
from articles.checks import archive
from articles.models import Term
from tests.factories import make_chief, make_published, make_revision, make_user

pytestmark = pytest.mark.django_db


def trial(wrong, right="", language="", **options):
    return archive.try_term(Term(wrong=wrong, right=right, language=language, active=False), **options)


def counts(found):
    return found.read, found.stories, found.uses, found.complete


def test_only_what_readers_see_is_read_and_the_newest_comes_first():
    now = timezone.now()
    old = make_published(headline="Old harbour", body="<p>Rain.</p>", at=now - timedelta(days=1))
    new = make_published(headline="Rain", body="<p>At the Harbour, by the harbour.</p>")
    make_published(headline="No port here", body="<p>Harbours and har<em>bo</em>urs.</p>")
    make_revision(headline="A harbour in a draft")
    make_published(headline="A harbour tomorrow", at=now + timedelta(hours=1))
    gone = make_published(headline="A harbour that is gone")
    workflow.withdraw(gone, by=make_chief(), kind="error", note="")
    workflow.save(old, old.live_revision.content | {"kicker": "harbour"}, by=make_chief(), base=1)
    found = trial("harbour", "port")
    assert counts(found) == (3, 2, 3, True)
    assert [
        (place.article, place.headline, place.before, place.quote, place.after) for place in found.places
    ] == [
        (new.pk, "Rain", "At the ", "Harbour", ", by the harbour."),
        (new.pk, "Rain", "At the Harbour, by the ", "harbour", "."),
        (old.pk, "Old harbour", "Old ", "harbour", ""),
    ]
    assert [place.finding.suggestion for place in found.places] == ["Port", "port", "port"]


def test_a_term_of_one_language_is_tried_on_its_texts_alone():
    make_published(body="<p>Das Handy.</p>", language="de-CH")
    make_published(body="<p>A handy tool.</p>", language="en")
    assert counts(trial("handy", language="de")) == (2, 1, 1, True)
    assert counts(trial("handy")) == (2, 2, 2, True)


def test_words_are_found_across_marks_references_and_in_other_fields():
    make_published(body="<p>An <em>ad</em>viser &amp; friends</p>", lead_caption="Law and order")
    assert counts(trial("adviser")) == (1, 1, 1, True)
    assert counts(trial("adviser & friends")) == (1, 1, 1, True)
    assert counts(trial("law  and order")) == (1, 1, 1, True)
    assert counts(trial("order and law")) == (1, 0, 0, True)
    assert counts(trial(" ")) == (0, 0, 0, True)


def test_context_is_cut_between_words():
    make_published(body=f"<p>{'before ' * 30}harbour {'after ' * 30}</p>", headline="Rain")
    [place] = trial("harbour").places
    assert place.before == "…" + "before " * 8
    assert place.after == " " + "after " * 8 + "after…"


def test_places_stories_and_time_are_bounded(monkeypatch):
    for number in range(4):
        make_published(headline=f"Story {number}", body="<p>harbour</p>" * 3)
    monkeypatch.setattr(archive, "MOST_PLACES", 5)
    found = trial("harbour")
    assert (counts(found), len(found.places)) == ((4, 4, 12, True), 5)
    assert counts(trial("harbour", most=2)) == (2, 2, 6, True)
    assert counts(trial("harbour", seconds=-1)) == (0, 0, 0, False)


def test_one_query_reads_them_all(django_assert_num_queries):
    for number in range(3):
        make_published(headline=f"Harbour {number}")
    with django_assert_num_queries(1):
        assert trial("harbour").stories == 3


# The page


def words_of(response):
    text = re.sub(r"<[^>]+>", "", response.content.decode())
    return " ".join(unescape(text).split())


def test_the_page_shows_how_many_stories_and_where(client):
    article = make_published(headline="Rain & wind", body="<p>At the <strong>harbour</strong>.</p>")
    client.force_login(make_user("ben", "editor"))
    page = reverse("admin:articles_term_try")
    assert page == "/admin/articles/term/try/"
    response = client.get(page, {"wrong": "harbour", "right": "port"})
    words = words_of(response)
    assert "“harbour” would be flagged in 1 story" in words
    assert "Uses in all: 1. 1 story was read, the newest first." in words
    assert "stopped" not in words
    html = response.content.decode()
    assert f'<a href="/admin/articles/article/{article.pk}/change/">Rain &amp; wind</a>' in html
    assert "<td>At the <mark>harbour</mark>.</td>" in html
    assert 'href="/admin/articles/term/add/?wrong=harbour&amp;right=port&amp;language="' in html
    assert re.findall(r"<[^>]+\sstyle=|<[^>]+\son[a-z]+=|<style", html) == []
    assert [
        tag for tag in re.findall(r"<script\b[^>]*>", html) if "src=" not in tag and "nonce=" not in tag
    ] == []


def test_a_form_that_is_not_saved_yet_can_be_tried_and_nothing_is_saved(client):
    make_published(body="<p>At the harbour.</p>")
    client.force_login(make_user("ben", "editor"))
    add = client.get(reverse("admin:articles_term_add")).content.decode()
    assert (
        '<button formaction="/admin/articles/term/try/" formnovalidate>Try it on the archive</button>' in add
    )
    assert add.index('name="_save"') < add.index("formaction")  # Enter saves
    response = client.post(
        reverse("admin:articles_term_try"), {"wrong": "harbour", "active": "on", "_save": "Save"}
    )
    assert "“harbour” would be flagged in 1 story" in words_of(response)
    assert Term.objects.count() == 0
    assert response.context["trial"].stories == 1


def test_a_saved_term_links_to_its_trial_for_those_who_may_only_look_as_well(client):
    term = Term.objects.create(wrong="law & order", right="", language="en")
    link = "/admin/articles/term/try/?wrong=law%20%26%20order&amp;right=&amp;language=en"
    change = reverse("admin:articles_term_change", args=[term.pk])
    for name, role, buttons in (("ben", "editor", 1), ("ana", "reporter", 0)):
        client.force_login(make_user(name, role))
        html = client.get(change).content.decode()
        assert (html.count(f'href="{link}"'), html.count("<button formaction")) == (1, buttons)
    assert "would be flagged in 0 stories" in words_of(client.get(unescape(link)))


def test_without_words_the_page_only_asks_for_them(client):
    client.force_login(make_user("ana", "reporter"))
    response = client.get(reverse("admin:articles_term_try"))
    assert (response.status_code, response.context["trial"]) == (200, "")
    assert "would be flagged" not in words_of(response)
    assert "Write it down as a term" not in words_of(response)
    client.force_login(make_user("stranger"))
    assert client.get(reverse("admin:articles_term_try")).status_code == 403
