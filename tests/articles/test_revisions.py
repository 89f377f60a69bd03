import pytest

from articles import revisions
from articles.models import Article, Revision
from tests.factories import make_chief, make_content, make_revision, make_tag

pytestmark = pytest.mark.django_db


def columns():
    return {field.name for field in Article._meta.concrete_fields}


def test_each_column_stands_in_exactly_one_list():
    lists = [revisions.IDENTITY, revisions.CONTENT, revisions.PUBLICATION, revisions.DESK]
    assert sorted(name for names in lists for name in names) == sorted(columns())


def test_content_holds_the_content_columns_the_rows_and_the_byline_note():
    assert set(revisions.blank()) == revisions.CONTENT | {
        "bylines",
        "tags",
        "ticker_links",
        "related",
        "byline_note",
    }


def test_content_columns_are_empty_until_first_published():
    article = make_revision(headline="Not yet").article
    assert {getattr(article, name) for name in revisions.CONTENT} == {None}


def test_a_blank_story_is_news_in_the_language_of_the_site():
    assert revisions.blank(headline="A")["headline"] == "A"
    assert (revisions.blank()["genre"], revisions.blank()["language"]) == ("news", "en")


def test_a_field_that_a_story_has_not_is_refused():
    with pytest.raises(KeyError, match="A story has no heading."):
        revisions.blank(heading="A")


def test_an_old_snapshot_is_read_in_the_present_shape():
    assert revisions.upgrade({"headline": "Old"}, 1) == revisions.blank(headline="Old")


def test_a_snapshot_of_a_newer_release_is_refused():
    with pytest.raises(ValueError, match=r"newer Newsroom \(schema 99, here 1\)"):
        revisions.upgrade({}, 99)


def test_a_revision_never_changes():
    revision = make_revision()
    revision.content["headline"] = "Changed behind its back"
    with pytest.raises(TypeError, match="A revision never changes"):
        revision.save()
    assert Revision.objects.get().content["headline"] == "Harbour bridge reopens after two years"


def test_references_keep_the_name_of_the_time():
    tag = make_tag("Trams")
    assert revisions.reference(tag) == {"id": tag.pk, "name": "Trams"}
    assert revisions.reference(None) is None


def test_what_is_gone_is_named():
    content = make_content(tags=[{"id": 404, "name": "Ferries"}, revisions.reference(make_tag("Trams"))])
    assert revisions.missing(content) == ["Ferries"]


def test_changed_fields_come_in_the_order_of_the_form():
    before = make_content()
    after = before | {"kicker": "Transport", "headline": "Trams are back"}
    assert revisions.changed_fields(before, after) == ["headline", "kicker"]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ({"headline": "x" * 301}, "“headline” has 301 characters; 300 fit. Shorten it."),
        ({"kicker": "x" * 81}, "“kicker” has 81 characters; 80 fit. Shorten it."),
        (
            {"ticker_links": [{"text": "x" * 301, "article": None, "url": "", "after_block": 0}]},
            "“text” has 301 characters; 300 fit. Shorten it.",
        ),
    ],
)
def test_a_text_too_long_for_its_place_is_named(content, message):
    with pytest.raises(revisions.Unfit) as caught:
        revisions.refuse_unfit(make_content(**content))
    assert str(caught.value) == message


def test_a_text_too_long_is_refused_before_anything_is_stored():
    with pytest.raises(revisions.Unfit):
        make_revision(by=make_chief(), headline="x" * 301)
    assert Article.objects.count() == Revision.objects.count() == 0


def test_a_dateline_is_told_as_it_is_printed():
    assert revisions.in_words(
        "datelines", {"places": ["Kyiv", "Lviv"], "date": "2026-03-02", "text": ""}
    ) == ("Kyiv, Lviv, 2026-03-02")
    assert (
        revisions.in_words("datelines", {"places": ["Kyiv"], "date": None, "text": "KYIV, March 2"})
        == "KYIV, March 2"
    )
