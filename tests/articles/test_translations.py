"""A story in several languages: linked by its form, begun from the original, and the rules of both."""

from datetime import timedelta

import pytest
from django.utils import timezone

from articles import clearance, revisions, schedule, workflow
from articles.models import Article
from articles.permissions import NotAllowed
from articles.writing import translations
from tests.articles.test_admin import address, filled
from tests.factories import (
    BODY,
    byline,
    figure,
    make_author,
    make_chief,
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
from tests.pages import said, shown, text

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk(client, ben):
    client.force_login(ben)
    return client


def draft(language, **content):
    return make_revision(language=language, **content).article


def link(client, article, original, **typed):
    """Choose ``original`` in the form of ``article``, save, and return what the fields are told, {} where it is saved."""
    page = client.get(address(article))
    answer = client.post(
        address(article), filled(page, act="save", translation_of=original.pk) | typed, follow=True
    )
    return {
        name: list(errors)
        for name, errors in answer.context["form"].errors.items()
        if answer.context["unsaved"]
    }


def linked(article):
    """Return what the working copy of ``article`` names as the version it translates."""
    return Article.objects.get(pk=article.pk).latest_revision.content["translation_of"]


# Linking by hand


def test_the_form_links_a_story_to_the_version_of_the_original_that_readers_see(desk, ben):
    original = make_published(headline="Bridge opens", by=ben)
    workflow.save(original, original.latest_revision.content | {"kicker": "Later"}, by=ben, base=1)
    german = draft("de", headline="Die Brücke", by=ben)
    assert link(desk, german, original) == {}
    assert linked(german) == {"id": original.live_revision_id, "name": "Bridge opens"}
    page = desk.get(address(german))
    chosen = shown(page).xpath("//select[@name='translation_of']/option[@selected]")
    assert [(text(option), option.get("value")) for option in chosen] == [("Bridge opens", str(original.pk))]


def test_a_link_keeps_the_version_that_was_translated_until_another_story_is_chosen(desk, ben):
    original, other = make_published(by=ben), make_published(headline="Another", by=ben)
    german = draft("de", by=ben)
    link(desk, german, original)
    before = linked(german)
    newer = workflow.save(original, original.latest_revision.content | {"kicker": "New"}, by=ben, base=1)
    workflow.publish(newer, by=ben)
    assert link(desk, german, original, kicker="Verkehr") == {}
    assert linked(german) == before
    assert link(desk, german, other) == {}
    assert linked(german) == {"id": other.live_revision_id, "name": "Another"}
    page = desk.get(address(german))
    desk.post(address(german), filled(page, act="save", translation_of=""))
    assert linked(german) is None


def test_a_draft_is_an_original_too_by_its_working_copy(desk, ben):
    original, german = draft("en", by=ben), draft("de", by=ben)
    assert link(desk, german, original) == {}
    assert linked(german)["id"] == original.latest_revision_id


def test_a_story_is_no_translation_of_itself_nor_of_its_own_translation(desk, ben):
    original, german = draft("en", by=ben), draft("de", by=ben)
    assert link(desk, german, original) == {}
    told = {"translation_of": ["A story is no translation of itself."]}
    assert link(desk, original, original) == told
    assert link(desk, original, german) == told
    assert linked(original) is None


def test_a_translation_has_another_language_than_its_original(desk, ben):
    original, other = draft("en", headline="Bridge opens", by=ben), draft("en", headline="Other", by=ben)
    why = "“Bridge opens” is written in that language itself; a translation has another."
    assert link(desk, other, original) == {"translation_of": [why]}
    assert link(desk, other, original, language="pl") == {}
    page = desk.get(address(other))
    answer = desk.post(address(other), filled(page, act="save", language="en"))
    assert answer.context["form"].errors == {"language": [why]}
    assert linked(other)["id"] == original.latest_revision_id


def test_an_original_has_one_translation_in_each_language_drafts_counted(desk, ben):
    original = make_published(by=ben)
    told = ["“Die Brücke” is the translation into that language already."]
    first, second = draft("de", headline="Die Brücke", by=ben), draft("de", headline="Zweite", by=ben)
    assert link(desk, first, original) == {}
    assert link(desk, second, original) == {"translation_of": told}
    first.refresh_from_db()
    workflow.publish(first.latest_revision, by=ben)
    assert link(desk, second, original) == {"translation_of": told}
    assert link(desk, second, original, language="pl") == {}
    page = desk.get(address(original))
    answer = desk.post(address(original), filled(page, act="save", language="de"))
    assert answer.context["form"].errors == {"language": told}
    workflow.withdraw(first, by=ben, kind="error")
    third = draft("de", headline="Dritte", by=ben)
    assert link(desk, third, original) == {}


def test_what_translates_a_translation_is_linked_to_the_original(desk, ben):
    original, german, polish = draft("en", by=ben), draft("de", by=ben), draft("pl", by=ben)
    link(desk, german, original)
    assert link(desk, polish, german) == {}
    assert linked(polish)["id"] == original.latest_revision_id


def test_a_story_with_translations_becomes_none_itself(desk, ben):
    original, german, other = draft("en", by=ben), draft("de", by=ben), draft("fr", by=ben)
    link(desk, german, original)
    why = "Others are translations of this story; it can't be one itself."
    assert link(desk, original, other) == {"translation_of": [why]}


def test_a_wrong_link_is_shown_where_it_was_typed_and_an_old_one_keeps_nobody_from_saving(desk, ben):
    original, german = draft("en", by=ben), draft("de", by=ben)
    link(desk, german, original)
    now_german = workflow.save(
        original, original.latest_revision.content | {"language": "de"}, by=ben, base=1
    ).article
    assert link(desk, german, now_german, kicker="Verkehr") == {}
    page = desk.get(address(original))
    assert shown(page).xpath("//details[@class='more']/@open") == []
    answer = desk.post(address(original), filled(page, act="save", translation_of=original.pk))
    assert len(shown(answer).xpath("//details[@class='more'][@open]//*[@id='id_translation_of_error']")) == 1


def offered(client, words):
    query = {"app_label": "articles", "model_name": "revision", "field_name": "article", "term": words}
    return [row["text"] for row in client.get("/admin/autocomplete/", query).json()["results"]]


def test_the_original_is_found_by_words_its_id_or_its_address(desk, ben):
    story = make_published(headline="Bridge opens", by=ben)
    make_revision(headline="Bridge draft", by=ben)
    assert offered(desk, "bridge") == ["Bridge draft", "Bridge opens"]
    assert offered(desk, f"#{story.pk}") == ["Bridge opens"]
    assert offered(desk, f"https://courier.example{story.get_absolute_url()}") == ["Bridge opens"]
    assert offered(desk, "ferry") == []


# Begun from the original


def begin_at(article):
    return f"/admin/articles/article/{article.pk}/translations/"


def test_a_new_translation_begins_with_the_text_pictures_tags_and_names_of_the_original(desk, ben):
    section, lead, inside = make_section(), make_image("Lead"), make_image("Inside")
    content = {
        "headline": "Bridge opens",
        "kicker": "Transport",
        "body": BODY + figure(inside, "Trams"),
        "bylines": [byline(make_author()), byline(make_source())],
        "byline_override": "By our reporters",
        "tags": [revisions.reference(make_tag())],
        "lead_image": revisions.reference(lead),
        "lead_caption": "The harbour.",
        "ticker_links": [ticker_line(article=make_ticker())],
        "related": [revisions.reference(make_published(headline="Earlier"))],
        "sources": [{"source": "north-wire", "item": "nw:1", "version": "2"}],
        "slug": "bridge-opens",
        "seo_title": "Bridge: it opens",
        "canonical_url": "https://partner.example/bridge",
    }
    original = make_published(by=ben, section=revisions.reference(section), **content)
    answer = desk.post(begin_at(original), {"language": "uk"}, follow=True)
    assert said(answer) == ["The draft is made. Translate its headline and its text; the pictures are there."]
    begun = Article.objects.latest("pk")
    assert answer.redirect_chain == [(address(begun), 302)]
    assert (begun.created_by, begun.state, begun.standing()) == (ben, "draft", Article.Standing.NEVER)
    expected = original.live_revision.content | {
        "language": "uk",
        "translation_of": {"id": original.live_revision_id, "name": "Bridge opens"},
        "slug": "",
        "seo_title": "",
        "canonical_url": "",
    }
    assert begun.latest_revision.content == expected


def test_the_page_names_every_language_that_is_there_and_offers_the_others(desk, ben, settings):
    settings.LANGUAGES = [("en", "English"), ("de", "German"), ("uk", "Ukrainian"), ("pl", "Polish")]
    original = make_published(headline="Bridge opens", by=ben)
    german = translations.begin(original, "de", by=ben).article
    make_revision(headline="No translation", language="pl", by=ben)
    for story in (original, german):
        page = shown(desk.get(begin_at(story)))
        rows = page.xpath("//table[@class='record']/tbody/tr")
        assert [[text(cell) for cell in row.xpath("td")] for row in rows] == [
            ["English (original)", "Bridge opens", "online"],
            ["Deutsch", "Bridge opens", "draft"],
        ]
        assert page.xpath("//select[@name='language']/option/@value") == ["uk", "pl"]
    links = shown(desk.get(address(original))).xpath("//a[contains(., 'new translation')]/@href")
    assert links == [begin_at(original)]


def test_of_two_that_begin_the_same_translation_the_second_is_told(desk, ben):
    original = make_published(headline="Bridge opens", by=ben)
    desk.post(begin_at(original), {"language": "de"})
    answer = desk.post(begin_at(original), {"language": "de"})
    told = ["“Bridge opens” is the translation into that language already."]
    assert answer.context["form"].errors == {"language": told}
    assert desk.post(begin_at(original), {"language": "en"}).context["form"].errors == {
        "language": ["“Bridge opens” is written in that language itself; a translation has another."]
    }
    assert "xx" in desk.post(begin_at(original), {"language": "xx"}).context["form"].errors["language"][0]
    assert Article.objects.count() == 2


def test_from_a_translation_a_third_begins_with_its_text_and_the_links_to_the_original(ben):
    original = make_published(headline="Bridge opens", by=ben)
    german = make_published(
        headline="Die Brücke", language="de", translation_of=translations.reference(original), by=ben
    )
    polish = translations.begin(german, "pl", by=ben)
    assert polish.content["headline"] == "Die Brücke"
    assert polish.content["translation_of"] == {"id": original.live_revision_id, "name": "Bridge opens"}


def test_what_keeps_the_original_from_readers_keeps_its_translation_from_them(ben):
    original, ahead = draft("en", by=ben), timezone.now() + timedelta(hours=2)
    schedule.set_embargo(original, by=ben, until=ahead, text="Not before six")
    clearance.require_legal(original, True, by=ben)
    begun = translations.begin(Article.objects.get(pk=original.pk), "de", by=ben).article
    begun.refresh_from_db()
    assert (begun.embargo_until, begun.embargo_text, begun.needs_legal) == (ahead, "Not before six", True)
    held = draft("en", by=ben)
    schedule.set_embargo(held, by=ben, by_hand=True)
    begun = translations.begin(Article.objects.get(pk=held.pk), "de", by=ben).article
    begun.refresh_from_db()
    assert (begun.embargo_by_hand, begun.needs_legal) == (True, False)


def embargoes(*stories):
    """Return of each story the embargo that stands in its row, True where it is by hand."""
    rows = Article.objects.in_bulk([story.pk for story in stories])
    return [rows[story.pk].embargo_by_hand or rows[story.pk].embargo_until for story in stories]


def in_languages(original, *languages, by):
    return [translations.begin(original, language, by=by).article for language in languages]


def plan(client, article, act, **fields):
    """Press a button of the page of a story's times; return what the desk says then."""
    data = {"act": act} | {f"{act}-{name}": value for name, value in fields.items()}
    return said(client.post(f"/admin/articles/article/{article.pk}/planning/", data, follow=True))


def test_an_embargo_on_an_original_reaches_translations_that_would_be_out_earlier(ben):
    chief, now = make_chief(), timezone.now()
    five, six, seven, eight = (now + timedelta(hours=hours) for hours in (5, 6, 7, 8))
    original = draft("en", by=ben)
    german, polish, ukrainian = family = in_languages(original, "de", "pl", "uk", by=ben)
    schedule.set_embargo(polish, by=chief, until=five)
    schedule.set_embargo(ukrainian, by=chief, until=seven)
    done = translations.set_embargo(original, by=chief, until=six, text="Not before six", reason="Asked for")
    assert done == (original, [german, polish], [])
    assert embargoes(original, *family) == [six, six, six, seven]
    assert Article.objects.get(pk=polish.pk).embargo_text == "Not before six"
    translations.set_embargo(original, by=chief, by_hand=True, reason="No time any more")
    assert embargoes(original, *family) == [True, True, True, True]
    translations.set_embargo(original, by=chief, until=eight, reason="It has a time")
    assert embargoes(original, *family) == [eight, eight, eight, eight]
    schedule.set_embargo(german, by=chief, until=seven, reason="Agreed")
    assert embargoes(original, *family) == [eight, seven, eight, eight]  # a translation alone leads nobody
    translations.set_embargo(original, by=chief, reason="Released")
    assert embargoes(original, *family) == [None, seven, None, None]


def test_a_translation_that_was_set_for_a_time_waits_for_the_embargo_of_its_original_too(ben):
    chief, soon = make_chief(), timezone.now() + timedelta(hours=1)
    original = draft("en", by=ben)
    (german,) = in_languages(original, "de", by=ben)
    schedule.publish_later(german.latest_revision, by=chief, at=soon)
    translations.set_embargo(original, by=chief, by_hand=True)
    german.refresh_from_db()
    assert german.visible_from is None
    translations.set_embargo(original, by=chief, reason="Released")
    german.refresh_from_db()
    assert german.visible_from == soon


def test_who_may_not_keep_a_translation_back_is_told_and_nothing_is_changed(ana, ben):
    original = draft("en", by=ana)
    (german,) = in_languages(original, "de", by=ana)
    workflow.save(german, german.latest_revision.content | {"headline": "Die Brücke"}, by=ana, base=1)
    german = Article.objects.get(pk=german.pk)
    schedule.publish_later(german.latest_revision, by=make_chief(), at=timezone.now() + timedelta(hours=1))
    why = "Its translation “Die Brücke” would follow. This story has a time already; only an editor"
    with pytest.raises(NotAllowed, match=why):
        translations.set_embargo(original, by=ana, by_hand=True)
    assert embargoes(original, german) == [None, None]


def test_the_desk_says_which_translations_follow_and_which_are_out_already(client):
    chief = make_chief()
    client.force_login(chief)
    original = draft("en", headline="Bridge opens", by=chief)
    german, polish = in_languages(original, "de", "pl", by=chief)
    workflow.publish(polish.latest_revision, by=chief)
    assert plan(client, original, "embargo", by_hand="on") == [
        "The embargo stands. Its translations follow: “Bridge opens”. "
        "A translation that readers saw already has to be withdrawn instead: “Bridge opens”."
    ]
    assert embargoes(original, german, polish) == [True, True, None]
    assert plan(client, original, "lift", reason="Released") == [
        "The embargo is lifted. Its translations follow: “Bridge opens”."
    ]
    assert embargoes(original, german, polish) == [None, None, None]


def test_who_may_start_no_story_reads_the_page_and_begins_nothing(client, ben):
    original = make_published(by=ben)
    client.force_login(make_user("petra", "picture desk"))
    page = client.get(begin_at(original))
    assert shown(page).xpath("//select[@name='language']") == []
    assert client.post(begin_at(original), {"language": "de"}).status_code == 403
    assert Article.objects.count() == 1


def test_a_ticker_has_no_text_to_begin_with(desk, ben):
    ticker = make_ticker(by=ben)
    assert shown(desk.get(begin_at(ticker))).xpath("//select[@name='language']") == []
    told = "A live ticker has no text to begin with: start one, and say there what it translates."
    with pytest.raises(NotAllowed, match=told):
        translations.begin(ticker, "de", by=make_chief())


def test_the_page_costs_the_same_with_one_and_with_three_translations(
    desk, ben, django_assert_max_num_queries, django_assert_num_queries
):
    original = make_published(by=ben)
    translations.begin(original, "de", by=ben)
    desk.get(begin_at(original))
    with django_assert_max_num_queries(12) as counted:
        desk.get(begin_at(original))
    for language in ("pl", "uk"):
        translations.begin(original, language, by=ben)
    with django_assert_num_queries(len(counted)):
        desk.get(begin_at(original))
