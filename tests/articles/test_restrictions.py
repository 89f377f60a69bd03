"""Restricted names: found wherever they stand, told as a number, gone from what is public."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import AuditEntry
from articles import enforcement, revisions, schedule, workflow
from articles.checks import check
from articles.models import Article, Restriction
from images.models import Image
from tests.factories import (
    byline,
    figure,
    make_author,
    make_chief,
    make_content,
    make_image,
    make_published,
    make_revision,
    make_section,
    make_tag,
    make_user,
    ticker_line,
)

pytestmark = pytest.mark.django_db
NAME = "Orest Valkyn"


@pytest.fixture
def restricted(db):
    """The restriction of a name."""
    lena = make_user("lena", "legal")
    return Restriction.objects.create(
        name=NAME, variants="Valkyn*\nОрест Валкин", reason="Court order", made_by=lena
    )


def told(revision):
    return [finding for finding in check(revision) if finding.code == "restricted-name"]


PLACES = {
    **{
        field: {field: f"See {NAME} now"}
        for field in "headline kicker standfirst home_headline seo_title social_title social_text slugline ednote ai_use "
        "lead_caption lead_alt lead_credit byline_override".split()
    },
    "capitals": {"headline": "OREST VALKYN is named"},
    "accents": {"headline": "Órest Válkyn is named"},
    "another script": {"headline": "Тут є Орест Валкин"},
    "an ending": {"headline": "All of the Valkyns"},
    "a soft hyphen": {"headline": "Orest Val\u00adkyn is named"},
    "a word joiner": {"headline": "Orest Val\u2060kyn is named"},
    "the address": {"slug": "orest-valkyn-named"},
    "the canonical address": {"canonical_url": "https://news.example/orest-valkyn"},
    "a paragraph": {"body": f"<p>One.</p><p>Then {NAME} spoke.</p>"},
    "a paragraph with markup inside the name": {"body": "<p>Then Orest Val<strong>kyn</strong> spoke.</p>"},
    "a list": {"body": f"<p>One.</p><ul><li>{NAME}</li></ul>"},
    "a crosshead": {"body": f"<h2>{NAME}</h2><p>One.</p>"},
    "a link": {"body": '<p>Read <a href="https://x.example/OrestValkyn">this</a>.</p>'},
    "a dateline": {"datelines": {"places": [NAME], "date": None, "text": ""}},
    "a ticker line": {"ticker_links": [ticker_line(text=f"All about {NAME}", url="https://x.example/")]},
}


@pytest.mark.parametrize("place", PLACES)
def test_the_name_is_found_in_each_place(place, restricted, ben):
    revision = make_revision(by=ben, **PLACES[place])
    assert len(told(revision)) == 1
    with pytest.raises(workflow.Blocked, match=f"Restriction R-{restricted.pk}, call legal."):
        workflow.publish(revision, by=ben)


def test_it_is_found_in_tags_pictures_and_signatures(restricted, ben):
    tag, image = make_tag(NAME, kind="person"), make_image(title="Harbour")
    Image.objects.filter(pk=image.pk).update(alt=f"{NAME} at the quay")
    named = make_image(title="OrestValkyn_2026.jpg")
    places = [
        {"tags": [revisions.reference(tag)]},
        {"lead_image": revisions.reference(image)},
        {"body": "<p>One.</p>" + figure(named)},
        {"bylines": [byline(make_author(NAME))]},
    ]
    assert [len(told(make_revision(by=ben, **place))) for place in places] == [1, 1, 1, 1]


def test_the_finding_tells_neither_the_name_nor_its_place(restricted, ben):
    (found,) = told(make_revision(by=ben, body=f"<p>One.</p><p>{NAME}</p>"))
    assert (found.field, found.start, found.end, found.quote, found.suggestion) == ("headline", 0, 0, "", "")
    assert found.message == f"Restriction R-{restricted.pk}, call legal."
    assert not found.may_be_waived


@pytest.mark.parametrize("words", ["Orest and Walkyn", "Forest Valk", "The valley of Orest"])
def test_other_words_are_free(words, restricted, ben):
    assert told(make_revision(by=ben, headline=words)) == []


def test_a_restriction_that_has_ended_restricts_nothing(restricted, ben):
    Restriction.objects.update(until=timezone.now())
    assert told(make_revision(by=ben, headline=NAME)) == []


def test_a_note_to_the_desk_may_name_the_name(restricted, ben):
    body = f'<p>One.</p><aside data-block="note"><p>{NAME}?</p></aside>'
    assert told(make_revision(by=ben, body=body)) == []


def test_a_planned_change_that_names_a_name_restricted_since_is_held(ben):
    article = make_published(by=ben)
    later = workflow.save(article, make_content(headline=f"{NAME} speaks"), by=ben, base=1)
    schedule.publish_later(later, by=ben, at=timezone.now() + timezone.timedelta(hours=1))
    row = Restriction.objects.create(name=NAME, reason="x", made_by=make_user("lena", "legal"))
    schedule.apply_due(timezone.now() + timezone.timedelta(hours=2))
    (held,) = schedule.held()
    assert held.why == f"This can't be published yet: Restriction R-{row.pk}, call legal."


# What is out already


def public_answers(article):
    tag, section = article.tagged_items.first(), article.section
    addresses = ["/", section.get_absolute_url(), f"/{section.slug}/anything-{article.pk}/", "/feeds/all.rss"]
    addresses += [
        "/news-sitemap.xml",
        "/feeds/all.json",
        "/corrections/",
        "/sitemap.xml",
        "/authors/orest-valkyn/",
    ]
    addresses += [article.get_absolute_url(), tag.tag.get_absolute_url()] if tag else []
    return {address: Client().get(address) for address in addresses}


def names_it(answer):
    whole = (answer.content.decode() + str(dict(answer.headers))).lower()
    return "valkyn" in whole or "валкин" in whole


def test_a_published_story_that_names_it_goes_off_every_public_page(ben):
    tag = make_tag(NAME, kind="person")
    article = make_published(
        by=ben,
        headline=f"{NAME} speaks",
        tags=[revisions.reference(tag)],
        bylines=[byline(make_author(NAME))],
    )
    free = make_published(by=ben, headline="The harbour is open")
    before = public_answers(article)
    assert sum(names_it(answer) for answer in before.values()) >= 8
    lena = make_user("lena", "legal")
    row = Restriction.objects.create(name=NAME, reason="Court order", made_by=lena)
    enforcement.enforce()
    article = Article.objects.get(pk=article.pk)
    assert (article.standing(), article.withdrawal) == ("withdrawn", "legal")
    answers = public_answers(article)
    bad = [address for address, answer in answers.items() if names_it(answer) and "valkyn" not in address]
    assert bad == []
    assert Article.objects.published().get() == free
    entry = AuditEntry.objects.filter(verb="withdraw").get()
    assert (entry.actor, entry.detail["note"]) == (lena, f"R-{row.pk}")


def test_what_was_planted_in_a_column_alone_is_found_as_well(ben):
    article = make_published(by=ben)
    Article.objects.filter(pk=article.pk).update(body=f"<p>Then {NAME} spoke.</p>")
    Restriction.objects.create(name=NAME, reason="x", made_by=make_user("lena", "legal"))
    enforcement.enforce()
    assert Article.objects.get().standing() == "withdrawn"


def test_a_story_that_is_to_come_is_found_too_whether_it_waits_for_a_time_or_for_a_hand(ben):
    later = make_published(by=ben, headline=f"{NAME} tomorrow", at=timezone.now() + timedelta(days=1))
    held = make_published(by=ben, headline=f"{NAME} some day", at=timezone.now() + timedelta(days=1))
    Article.objects.filter(pk=held.pk).update(visible_from=None, embargo_by_hand=True)
    Restriction.objects.create(name=NAME, reason="x", made_by=make_user("lena", "legal"))
    enforcement.enforce()
    assert set(Article.objects.exclude(withdrawn_at=None)) == {later, held}


def test_each_published_story_is_looked_at_once_for_each_restriction(
    ben, monkeypatch, django_assert_num_queries
):
    monkeypatch.setattr(enforcement, "BATCH", 2)
    for _number in range(5):
        make_published(by=ben)
    row = Restriction.objects.create(name=NAME, reason="x", made_by=make_user("lena", "legal"))
    enforcement.enforce()
    row.refresh_from_db()
    assert row.searched == 0
    with django_assert_num_queries(1):
        enforcement.enforce()


# The table


def test_the_table_is_for_legal_and_chief_and_records_name_a_number(client, restricted):
    lena = make_user("lena", "legal")
    client.force_login(lena)
    client.post("/admin/articles/restriction/add/", {"name": "Mara Quill", "variants": "", "reason": "Minor"})
    row = Restriction.objects.get(name="Mara Quill")
    assert (row.made_by, row.searched) == (lena, None)
    Restriction.objects.update(searched=0)
    client.post(f"/admin/articles/restriction/{row.pk}/change/", {"name": "Mara Quills", "reason": "Minor"})
    assert Restriction.objects.get(pk=row.pk).searched is None
    written = " ".join(f"{entry.target_name} {entry.detail}" for entry in AuditEntry.objects.all())
    assert f"R-{row.pk}" in written
    assert "Quill" not in written


@pytest.mark.parametrize("role", ["reporter", "editor", "picture desk", "tag desk", "administrator"])
def test_nobody_else_reads_a_restricted_name_anywhere_at_the_desk(role, client, restricted):
    user = make_user("somebody", role, sections=[make_section()])
    article = make_revision(
        by=user if role == "reporter" else make_chief(), headline="An Orest Valkyns"
    ).article
    client.force_login(user)
    assert client.get("/admin/articles/restriction/").status_code == 403
    Article.objects.filter(pk=article.pk).update(working_headline="")
    text = (
        client.get("/admin/").content.decode() + client.get("/admin/articles/restriction/").content.decode()
    )
    assert "Valkyn" not in text
