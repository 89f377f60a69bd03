"""The line that finds stories: what it says is understood or taken for words, and never an error."""

from datetime import UTC, date, datetime

import pytest
from django.db.models import Q
from django.utils import timezone, translation
from hypothesis import given
from hypothesis import strategies as st

from articles import revisions, workflow
from articles.models import Article
from articles.writing import asking
from articles.writing.asking import Line, asked_id, read
from articles.writing.listing import find
from tests.factories import (
    byline,
    make_author,
    make_chief,
    make_published,
    make_revision,
    make_section,
    make_tag,
    make_user,
)

MONDAY = date(2026, 5, 4)
THURSDAY = date(2026, 5, 7)


@pytest.mark.parametrize(
    ("text", "pk"),
    [
        ("17", 17),
        ("#17", 17),
        ("/coast/a-story-17/", 17),
        ("https://news.example/coast/a-17", 17),
        ("a-17", None),
        ("17 years", None),
        ("9" * 19, None),
        ("9" * 40, None),
        ("١٧", None),
    ],
)
def test_what_names_an_id(text, pk):
    assert asked_id(text) == pk


def days(start, end):
    return (date(2026, *start), date(2026, *end))


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("", Line()),
        ("bridge marrow", Line(words=["bridge", "marrow"])),
        ('"harbour bridge" ferry', Line(words=["harbour bridge", "ferry"])),
        ("„Brücke am Hafen“", Line(words=["Brücke am Hafen"])),
        ("by:petrenko bridge", Line(words=["bridge"], by=["petrenko"])),
        ('BY:"ana petrenko"', Line(by=["ana petrenko"])),
        ("in:city tag:bridge tag:trams", Line(within=["city"], tags=["bridge", "trams"])),
        ("today", Line(days=days((5, 7), (5, 8)))),
        ("Yesterday bridge", Line(words=["bridge"], days=days((5, 6), (5, 7)))),
        ("monday", Line(days=days((5, 4), (5, 5)))),
        ("thursday", Line(days=days((5, 7), (5, 8)))),
        ("friday", Line(days=days((5, 1), (5, 2)))),
        ("last week bridge", Line(words=["bridge"], days=days((4, 27), (5, 4)))),
        ("this week", Line(days=days((5, 4), (5, 11)))),
        ("last bridge", Line(words=["last", "bridge"])),
        ("2026-05-04", Line(days=days((5, 4), (5, 5)))),
        # What is no day, no keyword or stands in quotation marks is a word.
        ("2026-02-30", Line(words=["2026-02-30"])),
        ("0001-01-01 9999-12-31", Line(words=["0001-01-01", "9999-12-31"])),
        ('"today"', Line(words=["today"])),
        ("by:", Line(words=["by:"])),
        ("title__regex:x pk:1", Line(words=["title__regex:x", "pk:1"])),
        ("a b c d e f g h i j", Line(words=list("abcdefgh"))),
    ],
)
def test_what_a_line_says(text, line):
    assert read(text, THURSDAY) == line


def test_keywords_and_days_go_by_their_names_in_the_language_of_the_interface():
    with translation.override("de"):
        assert read("montag", THURSDAY) == read("monday", THURSDAY) == Line(days=days((5, 4), (5, 5)))


PARTS = st.sampled_from(
    [
        "by:",
        "in:",
        "tag:",
        '"',
        "“",
        "today",
        "last week",
        "2026-05-04",
        "id__in:",
        "#",
        "/x-1/",
        "%",
        "\\",
        "_",
    ]
)


@given(st.text() | st.lists(PARTS | st.text(max_size=5)).map(" ".join) | st.lists(PARTS).map("".join))
def test_no_line_raises_or_reaches_a_column_that_was_not_meant(text):
    line = read(text, THURSDAY)
    assert len(line.words) + len(line.by) + len(line.within) + len(line.tags) <= asking.MOST_WORDS
    assert all(word.strip() for word in line.words + line.by + line.within + line.tags)


@pytest.mark.django_db
@pytest.mark.parametrize(
    "text",
    ["by:'; DROP TABLE--", "in:%", "tag:_", "by:\\", "password__startswith:a", "by:id=1", "in:" + "x" * 290, "2999-12-31", "1900-01-01", "ⅻ" * 100, "\ud7ff"],
)  # fmt: skip
def test_the_database_takes_every_line(text):
    make_published()
    assert list(Article.objects.filter(asking.condition(text, THURSDAY))) == []


@pytest.fixture
def chief(db):
    return make_chief()


def found(text, user):
    return [str(story) for story in find({"q": text}, user=user).stories]


def test_by_finds_what_somebody_signed_made_or_edits(chief):
    ana = make_user("ana", "reporter", first_name="Ana", last_name="Kovalenko")
    lina = make_author("Lina Marsh")
    make_published(headline="Signed", by=chief, bylines=[byline(lina)])
    make_published(headline="By another", by=chief)
    draft = workflow.create(revisions.blank(headline="Ana's draft"), by=ana)
    workflow.create(revisions.blank(headline="Given to Ana"), by=chief)
    Article.objects.filter(working_headline="Given to Ana").update(assignee=ana)
    assert found("by:lina", chief) == ["Signed"]
    assert found("by:MARSH", chief) == ["Signed"]
    assert found("by:kovalenko", chief) == ["Given to Ana", "Ana's draft"]
    assert found("by:nobody", chief) == []
    lina.account = ana
    lina.save()
    assert found("by:lina", chief) == ["Given to Ana", str(draft.article), "Signed"]


def test_in_finds_a_section_and_tag_a_tag_with_those_merged_into_it(chief):
    sport = make_section("Sport")
    bridge, span = make_tag("Harbour bridge"), make_tag("The span")
    make_published(headline="A match", by=chief, section=revisions.reference(sport))
    make_published(headline="Tagged", by=chief, tags=[revisions.reference(bridge)])
    make_published(headline="Tagged before the merge", by=chief, tags=[revisions.reference(span)])
    type(span).objects.filter(pk=span.pk).update(canonical=bridge, merged_into=bridge)
    assert found("in:spo", chief) == ["A match"]
    assert found("in:politics tag:harbour", chief) == ["Tagged before the merge", "Tagged"]
    assert found("tag:span match", chief) == []


def test_words_in_any_script_are_found_however_they_are_written(chief):
    make_revision(headline="Міст у Марові відкрито", by=chief)
    make_revision(headline="Die Brücke", by=chief)
    assert found("МІСТ", chief) == found("міст марові", chief) == ["Міст у Марові відкрито"]
    assert found("BRÜCKE", chief) == found("brucke", chief) == ["Die Brücke"]
    assert found("%", chief) == found("_", chief) == []


def test_a_day_is_one_of_the_newsrooms_zone_also_when_the_clocks_change(chief, settings):
    # Kyiv, 29 March 2026: a day of 23 hours, from 22:00 UTC the evening before to 21:00 UTC.
    inside = [datetime(2026, 3, 28, 22, 0, tzinfo=UTC), datetime(2026, 3, 29, 20, 59, tzinfo=UTC)]
    outside = [datetime(2026, 3, 28, 21, 59, tzinfo=UTC), datetime(2026, 3, 29, 21, 0, tzinfo=UTC)]
    for at in inside + outside:
        article = make_revision(headline=f"{at:%H:%M}", by=chief).article
        Article.objects.filter(pk=article.pk).update(edited_at=at)
    assert found("2026-03-29", chief) == ["20:59", "22:00"]


def test_a_day_also_finds_what_readers_saw_from_then_on(chief):
    story = make_published(headline="Seen in May", by=chief)
    Article.objects.filter(pk=story.pk).update(visible_from=datetime(2026, 5, 4, 9, tzinfo=UTC))
    assert found("2026-05-04", chief) == ["Seen in May"]
    assert found("2026-05-05", chief) == []
    assert found("today", chief) == ["Seen in May"]  # edited


def test_an_empty_line_asks_for_nothing():
    assert asking.condition("  ", THURSDAY) == Q()
    assert timezone.get_default_timezone_name() == "Europe/Kyiv"
