"""Restricted names: found wherever they stand, told as a number, gone from what is public."""

import re
from datetime import timedelta

import pytest
from django.db import models
from django.test import Client
from django.utils import timezone

from accounts.models import AuditEntry
from articles import revisions, schedule, workflow
from articles.checks import check
from articles.models import Article, Restriction
from articles.naming import merging, vocabulary
from articles.removal import enforcement, redaction
from articles.removal.restrictions import BESIDE
from images.models import Image
from tests.articles.test_admin import filled_thing
from tests.articles.test_body_kinds import EVERY
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
    make_source,
    make_tag,
    make_ticker,
    make_user,
    ticker_line,
)
from tickers import log

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


def test_no_record_of_an_act_says_a_name_that_is_restricted(ben, restricted):
    story = make_revision(by=ben, headline=f"{NAME} speaks").article
    workflow.save(story, make_content(headline="A man speaks"), by=ben, base=1)
    rows = AuditEntry.objects.filter(target_type="articles.article").order_by("id")
    assert list(rows.values_list("verb", "target_name")) == [
        ("create", str(restricted)),
        ("save", "A man speaks"),
    ]


def test_what_a_restriction_takes_from_readers_is_on_record_by_its_number(ben):
    make_published(by=ben, headline=f"{NAME} speaks")
    tag = make_tag(NAME, kind="person")
    make_published(by=ben, headline="Trams run", tags=[{"id": tag.pk, "name": tag.name}])
    ticker = log.set_status(make_ticker(by=ben).ticker, "live", by=ben)
    log.post(ticker, {"headline": f"{NAME} arrives"}, by=ben)
    row = Restriction.objects.create(name=NAME, reason="x", made_by=make_user("lena", "legal"))
    enforcement.enforce()
    taken = AuditEntry.objects.filter(actor__username="lena").order_by("target_type", "target_name")
    assert list(taken.values_list("target_type", "verb", "target_name")) == [
        ("articles.article", "withdraw", f"R-{row.pk}"),
        ("articles.article", "withdraw", "Trams run"),
        ("articles.tag", "take off", f"R-{row.pk}"),
        ("tickers.entry", "delete", f"R-{row.pk}"),
    ]


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


# Every field, every block, and what stands beside stories


def test_no_field_that_holds_words_is_left_out_of_the_places_above():
    fixed = {"genre", "label", "language"}  # words of our own
    drafts = {"byline_note"}  # refused itself before anything goes out
    named = {field for place in PLACES.values() for field in place}
    assert {*revisions.TEXTS, *revisions.DRAFT_ONLY} - named == fixed | drafts


TEXT = re.compile(r">([^<]+)<")
IN_BLOCKS = {
    f"{kind} {number}": html[: found.start(1)] + NAME + html[found.end(1) :]
    for kind, html in EVERY.items()
    if kind != "note"
    for number, found in enumerate(TEXT.finditer(html))
}


def test_every_block_with_words_is_tried():
    assert {place.split()[0] for place in IN_BLOCKS} == EVERY.keys() - {"note", "related", "ticker"}
    assert len(IN_BLOCKS) >= 17


@pytest.mark.parametrize("place", IN_BLOCKS)
def test_the_name_is_found_in_every_text_of_every_block(place, restricted, ben):
    revision = make_revision(by=ben, body=f"<p>One.</p>{IN_BLOCKS[place]}")
    assert NAME in revision.content["body"]
    assert len(told(revision)) == 1


def test_a_story_is_kept_back_by_what_its_tags_authors_section_and_sources_say(restricted, ben):
    tag, author = make_tag("Harbour", description=f"By {NAME}"), make_author(biography=f"Taught by {NAME}")
    section, source = make_section("Port"), make_source("south")
    type(source).objects.filter(pk=source.pk).update(credit_lines={"en": f"With {NAME}"})
    type(section).objects.filter(pk=section.pk).update(description=f"Led by {NAME}")
    places = [
        {"tags": [revisions.reference(tag)]},
        {"bylines": [byline(author)]},
        {"section": revisions.reference(section)},
        {"sources": [{"source": "south", "item": "", "version": ""}]},
        {"bylines": [byline(source)]},
    ]
    clean = {"bylines": [byline(make_author("Mara Quill"))]}
    chief = make_chief()
    assert [len(told(make_revision(by=chief, **{**clean, **place}))) for place in places] == [1, 1, 1, 1, 1]
    assert told(make_revision(by=chief, **clean)) == []


def beside():
    """Return what stands beside a published story, with a harmless text each, and the name of that text's column."""
    tag, author, section = make_tag("Harbour"), make_author("Mara Quill"), make_section("Port")
    image, source = make_image(caption="Boats"), make_source("south", credit_lines={"en": "With South"})
    make_published(
        section=revisions.reference(section),
        tags=[revisions.reference(tag)],
        bylines=[byline(author), byline(source)],
        lead_image=revisions.reference(image),
    )
    rows = [(tag, "description"), (author, "biography"), (section, "description"), (image, "caption")]
    return [*rows, (source, "credit_lines")]


def named_text(column):
    return {"en": f"With {NAME}"} if column == "credit_lines" else f"About {NAME}"


def test_nobody_writes_it_into_what_readers_see_beside_a_story(restricted):
    refused = []
    for thing, column in beside():
        setattr(thing, column, named_text(column))
        with pytest.raises(workflow.NotAllowed, match=f"Restriction R-{restricted.pk}, call legal."):
            thing.save()
        refused.append(type(thing).__name__)
    assert refused == ["Tag", "Author", "Section", "Image", "Source"]


def test_the_form_of_a_tag_keeps_what_was_typed_and_tells_the_number(restricted, client):
    tag = beside()[0][0]
    client.force_login(make_chief())
    page = f"/admin/articles/tag/{tag.pk}/change/"
    shown = client.get(page)
    form = shown.context["adminform"].form
    data = {name: form[name].value() or "" for name in form.fields} | {"description": f"About {NAME}"}
    data |= {
        name: value
        for rows in shown.context["inline_admin_formsets"]
        for name, value in _counts(rows.formset)
    }
    answer = client.post(page, data)
    assert f"Restriction R-{restricted.pk}, call legal." in answer.content.decode()
    tag.refresh_from_db()
    assert tag.description == ""


def _counts(formset):
    return [(f"{formset.prefix}-{name}", value) for name, value in (("TOTAL_FORMS", 0), ("INITIAL_FORMS", 0))]


def test_what_stood_beside_stories_before_is_taken_from_readers(ben):
    rows = beside()
    for thing, column in rows:
        type(thing).objects.filter(pk=thing.pk).update(**{column: named_text(column)})
    tag, author, section = (thing for thing, _column in rows[:3])
    addresses = [tag.get_absolute_url(), author.get_absolute_url(), section.get_absolute_url()]
    story = Article.objects.get().get_absolute_url()
    assert [names_it(Client().get(address)) for address in [*addresses, story]] == [True] * 4
    Restriction.objects.create(name=NAME, reason="x", made_by=make_user("lena", "legal"))
    enforcement.enforce(60)
    assert [names_it(Client().get(address)) for address in [*addresses, story]] == [False] * 4
    assert [Client().get(address).status_code for address in [*addresses, story]] == [404, 200, 200, 200]
    image = rows[3][0]
    image.refresh_from_db()
    assert image.retired_at is not None
    verbs = AuditEntry.objects.filter(verb__in=["take off", "retire"]).values_list("target_type", flat=True)
    assert sorted(verbs) == [
        "articles.author",
        "articles.section",
        "articles.source",
        "articles.tag",
        "images.image",
    ]


def test_neither_a_note_of_correction_nor_one_in_a_storys_place_may_name_it(restricted, ben):
    story = make_published(by=ben)
    with pytest.raises(workflow.NotAllowed, match="call legal"):
        workflow.correct(
            story.latest_revision, by=ben, kind="correction", wrong=f"It was {NAME}", right="It was not"
        )
    with pytest.raises(workflow.NotAllowed, match="call legal"):
        workflow.correct(story.latest_revision, by=ben, kind="correction", wrong="", right=f"It was {NAME}")
    with pytest.raises(workflow.NotAllowed, match="call legal"):
        workflow.withdraw(story, by=ben, kind="legal", note=f"{NAME} sued us.")
    assert Article.objects.get().standing() == "online"


def test_notes_that_name_it_from_before_go_as_well(ben):
    corrected, withdrawn = make_published(by=ben), make_published(by=ben)
    workflow.correct(
        corrected.latest_revision, by=ben, kind="correction", wrong=f"It was {NAME}", right="It was not"
    )
    workflow.withdraw(withdrawn, by=ben, kind="error", note=f"{NAME} did not say so.")
    addresses = [corrected.get_absolute_url(), withdrawn.get_absolute_url(), "/corrections/"]
    assert [names_it(Client().get(address)) for address in addresses] == [True, True, True]
    Restriction.objects.create(name=NAME, reason="x", made_by=make_user("lena", "legal"))
    enforcement.enforce(60)
    assert [names_it(Client().get(address)) for address in addresses] == [False, False, False]
    assert [Client().get(address).status_code for address in addresses] == [410, 410, 200]


@pytest.mark.parametrize("spelling", ["*", "A*", "Va*", "V", ".-"])
def test_a_spelling_that_would_stand_in_every_story_is_refused(spelling, client):
    client.force_login(make_user("lena", "legal"))
    typed = {"name": NAME, "variants": f"Valkyn*\n{spelling}", "reason": "Court order"}
    answer = client.post("/admin/articles/restriction/add/", typed)
    assert answer.context["adminform"].form.errors["__all__"] == [
        f"“{spelling}” would stand in nearly every story: write more of the name."
    ]
    assert not Restriction.objects.exists()


def test_a_short_name_of_its_own_may_be_restricted(client):
    client.force_login(make_user("lena", "legal"))
    client.post(
        "/admin/articles/restriction/add/", {"name": "Yi", "variants": "Val*", "reason": "Court order"}
    )
    assert Restriction.objects.get().spellings == ["Yi", "Val*"]


# Pictures: what readers and machines get of them, wherever they are shown


PRIVATE = {"licence", "work", "sha256", "file"}  # never shown; the file is called by its digest
WORDS = [name for name in BESIDE[Image] if name != "title"]


def test_every_text_of_a_picture_is_looked_at_but_what_no_page_shows():
    texts = {
        field.name
        for field in Image._meta.concrete_fields
        if isinstance(field, models.CharField | models.TextField)
    }
    assert {*BESIDE[Image]} == texts - PRIVATE


@pytest.mark.parametrize("column", WORDS)
def test_no_words_of_a_picture_go_out_with_a_story(column, restricted, ben):
    lead, social, inside = make_image("Lead"), make_image("Social"), make_image("Inside")
    places = [
        {"lead_image": revisions.reference(lead)},
        {"social_image": revisions.reference(social)},
        {"body": "<p>One.</p>" + figure(inside)},
    ]
    assert [told(make_revision(by=ben, **place)) for place in places] == [[], [], []]
    Image.objects.update(**{column: f"© {NAME}"})
    assert [len(told(make_revision(by=ben, **place))) for place in places] == [1, 1, 1]


@pytest.mark.parametrize("column", WORDS)
def test_a_story_is_kept_back_by_the_picture_of_its_author_or_tag(column, restricted, ben):
    author, tag = make_author(portrait=make_image("Face")), make_tag("Harbour", picture=make_image("Quay"))
    clean = {"bylines": [byline(make_author("Mara Quill"))]}
    places = [clean | {"bylines": [byline(author)]}, clean | {"tags": [revisions.reference(tag)]}]
    assert [told(make_revision(by=ben, **place)) for place in places] == [[], []]
    for number, title in enumerate(("Face", "Quay")):
        Image.objects.update(**{column: "Mika Torvald"})
        Image.objects.filter(title=title).update(**{column: f"© {NAME}"})
        found = [len(told(make_revision(by=ben, **place))) for place in places]
        assert found == [int(number == 0), int(number == 1)]


@pytest.mark.parametrize(("make", "field"), [(make_author, "portrait"), (make_tag, "picture")])
def test_nobody_puts_a_picture_that_names_it_on_a_page_that_readers_have(
    make, field, restricted, client, ben
):
    thing = make("Mara Quist")
    place = {"bylines": [byline(thing)]} if field == "portrait" else {"tags": [revisions.reference(thing)]}
    make_published(by=ben, **place)
    image = make_image("Face", copyright=f"© {NAME}")
    client.force_login(make_chief())
    page = f"/admin/articles/{thing._meta.model_name}/{thing.pk}/change/"
    answer = client.post(page, filled_thing(client.get(page)) | {field: image.pk})
    assert f"Restriction R-{restricted.pk}, call legal." in answer.content.decode()
    assert getattr(type(thing).objects.get(pk=thing.pk), field) is None
    clean = make_image("Another face")
    assert client.post(page, filled_thing(client.get(page)) | {field: clean.pk}).status_code == 302
    assert getattr(type(thing).objects.get(pk=thing.pk), field) == clean


def test_a_merge_shows_readers_no_page_that_names_it(restricted, ben):
    """What is kept has a page of its own as soon as it takes over somebody's stories."""
    shown, kept = make_author("M. Quist"), make_author("Mara Quist", biography=f"Taught by {NAME}")
    make_published(by=ben, bylines=[byline(shown)])
    with pytest.raises(workflow.NotAllowed, match=f"Restriction R-{restricted.pk}, call legal."):
        merging.merge([shown], into=kept, by=ben)
    assert not type(kept).objects.exclude(merged_into=None).exists()
    type(kept).objects.filter(pk=kept.pk).update(biography="Writes.")
    merging.merge([shown], into=kept, by=ben)
    kept.refresh_from_db()
    kept.biography = f"Taught by {NAME}"
    with pytest.raises(workflow.NotAllowed):
        kept.save()


# What goes out again


def withdrawn_by_law(article):
    """Restrict NAME, let the worker take ``article`` from readers, and return the restriction."""
    row = Restriction.objects.create(name=NAME, reason="x", made_by=make_user("lena", "legal"))
    enforcement.enforce(60)
    assert Article.objects.get(pk=article.pk).withdrawal == "legal"
    return row


def cleaned(article, *, by, **content):
    """Save ``article`` without the name and return that version."""
    return workflow.save(article, make_content(headline="A man is arrested", **content), by=by, base=1)


def test_an_address_that_names_it_is_made_anew_and_the_old_one_leads_there(ben):
    article = make_published(by=ben, headline=f"{NAME} is arrested")
    old = article.get_absolute_url()
    assert old == f"/politics/orest-valkyn-is-arrested-{article.pk}/"
    withdrawn_by_law(article)
    assert Client().get(old).status_code == 410
    workflow.publish(cleaned(article, by=ben), by=ben)
    article = Article.objects.get()
    assert article.get_absolute_url() == f"/politics/a-man-is-arrested-{article.pk}/"
    answers = public_answers(article)
    assert [address for address, answer in answers.items() if names_it(answer)] == []
    assert b"A man is arrested" in answers["/"].content
    led = Client().get(old)
    assert (led.status_code, led.headers["Location"], led.content) == (301, article.get_absolute_url(), b"")


def test_an_address_that_names_nobody_stays_whatever_the_headline_becomes(ben):
    article = make_published(by=ben, headline="Somebody is arrested", standfirst=f"It is {NAME}.")
    withdrawn_by_law(article)
    workflow.publish(cleaned(article, by=ben, slug="another-address"), by=ben)
    assert Article.objects.get().slug == "somebody-is-arrested"


def test_the_worker_is_content_with_a_story_whose_address_was_made_anew(ben):
    article = make_published(by=ben, headline=f"{NAME} is arrested")
    withdrawn_by_law(article)
    workflow.publish(cleaned(article, by=ben), by=ben)
    Restriction.objects.update(searched=None)
    enforcement.enforce(60)
    assert Article.objects.get().standing() == "online"


@pytest.mark.parametrize("field", ["wrong", "right"])
def test_a_story_whose_note_of_correction_names_it_stays_with_legal(field, ben):
    article = make_published(by=ben, headline="Somebody is arrested")
    note = {"wrong": "It was a woman", "right": "It was a man"} | {field: f"It was {NAME}"}
    workflow.correct(article.latest_revision, by=ben, kind="correction", **note)
    other = make_published(by=ben, headline="Trams run")
    row = withdrawn_by_law(article)
    revision = cleaned(article, by=ben)
    assert len(told(revision)) == 1
    with pytest.raises(workflow.Blocked, match=f"Restriction R-{row.pk}, call legal."):
        workflow.publish(revision, by=ben)
    assert told(other.latest_revision) == []
    taken = redaction.begin([NAME], by=make_chief(), reason="Court order", stories=[article.pk])
    redaction.carry_on(taken)
    workflow.publish(revision, by=ben)
    page = Client().get("/corrections/")
    assert b"It was [redacted]" in page.content
    assert not names_it(page)


def test_a_name_that_is_printed_instead_of_the_one_in_the_text_is_found(ben):
    author = make_author("O. V.")
    article = make_published(by=ben, bylines=[byline(author)])
    author.name = NAME
    author.save()
    vocabulary.reprint(author, "O. V.", by=make_chief())
    author.refresh_from_db()
    author.name = "Orest"
    author.save()
    assert names_it(Client().get(article.get_absolute_url()))
    row = withdrawn_by_law(article)
    article = Article.objects.get()
    with pytest.raises(workflow.Blocked, match=f"Restriction R-{row.pk}, call legal."):
        workflow.publish(article.latest_revision, by=ben)
    signed = cleaned(article, by=ben, bylines=[byline(author)])
    assert workflow.publish(signed, by=ben).kind == "update"
    assert not names_it(Client().get(Article.objects.get().get_absolute_url()))
