"""Two versions side by side: which words changed, told so that an editor reads it at a glance."""

import time

import pytest

from articles import revisions
from articles.writing import compare
from articles.writing.compare import Piece, Row
from tests.factories import byline, figure, make_author, make_content, make_image, make_tag, ticker_line

ONE, TWO, THREE = "<p>One boat came.</p>", "<p>Two trams went by.</p>", "<p>Three bells rang.</p>"


def rows(name, before, after, **options):
    return compare.rows_of(name, before, after, **options)


def text(pieces):
    """Return pieces as one line: gone words in [-…-], new ones in {+…+}."""
    around = {"same": "{}", "gone": "[-{}-]", "new": "{{+{}+}}"}
    return "".join(around[piece.kind].format(piece.text) for piece in pieces)


def told(rows):
    """Return rows as (kind, before, after or note)."""
    return [(row.kind, text(row.before), text(row.after) or row.note) for row in rows]


@pytest.mark.parametrize(
    ("before", "after", "left", "right"),
    [
        ("The bridge is open.", "The bridge is shut.", "The bridge is [-open-].", "The bridge is {+shut+}."),
        ("Trams cross.", "Trams cross again.", "Trams cross.", "Trams cross{+ again+}."),
        ("Міст відкрито сьогодні.", "Міст закрито сьогодні.", "Міст [-відкрито-] сьогодні.", "Міст {+закрито+} сьогодні."),
        ("فتح الجسر اليوم", "أغلق الجسر اليوم", "[-فتح-] الجسر اليوم", "{+أغلق+} الجسر اليوم"),
        # Only a space between two changed words is told with them.
        ("It is a red big old boat here.", "It is a blue small old boat here.", "It is a [-red big-] old boat here.", "It is a {+blue small+} old boat here."),
        # What shares almost nothing is told as a whole.
        ("Nobody came to see.", "The council votes on Friday.", "[-Nobody came to see.-]", "{+The council votes on Friday.+}"),
        ("", "New", "", "{+New+}"),
        ("Old", "", "[-Old-]", ""),
    ],
)  # fmt: skip
def test_the_words_that_changed_are_marked(before, after, left, right):
    assert [*map(text, compare.words(before, after))] == [left, right]


def test_no_letter_is_lost_between_the_marks():
    before, after = "A  b,c — d\nе “f”", "A b, c—d\nе «f» g"
    old, new = compare.words(before, after)
    assert ("".join(piece.text for piece in old), "".join(piece.text for piece in new)) == (before, after)


def test_an_endless_paragraph_is_told_as_a_whole():
    before = "word " * 3000
    assert compare.words(before, before + "more") == (
        [Piece("gone", before)],
        [Piece("new", before + "more")],
    )


def test_paragraphs_are_followed_and_those_that_stay_are_counted():
    before, after = ONE + TWO + THREE, "<p>News at noon.</p>" + ONE + TWO + "<p>Three loud bells rang.</p>"
    assert told(rows("body", before, after)) == [
        ("new", "", "{+News at noon.+}"),
        ("same", "", "2 paragraphs unchanged"),
        ("changed", "Three bells rang.", "Three{+ loud+} bells rang."),
    ]


def test_a_paragraph_that_moved_is_told_so():
    assert told(rows("body", ONE + TWO + THREE, THREE + ONE + TWO)) == [
        ("moved", "Three bells rang.", "Three bells rang."),
        ("same", "", "2 paragraphs unchanged"),
    ]


def test_a_paragraph_that_went_stands_where_it_was():
    assert told(rows("body", ONE + TWO + THREE, ONE + THREE)) == [
        ("same", "", "1 paragraph unchanged"),
        ("gone", "[-Two trams went by.-]", ""),
        ("same", "", "1 paragraph unchanged"),
    ]


def test_a_mark_that_changed_is_told_though_the_words_are_the_same():
    [row] = rows("body", ONE, "<p>One <strong>boat</strong> came.</p>")
    assert (row.kind, row.note) == ("changed", "The words are the same; a link, a mark or a detail changed.")
    assert text(row.before) == text(row.after) == "One boat came."


@pytest.mark.django_db
def test_pictures_are_told_by_their_names():
    harbour = make_image("Harbour at dawn")
    before, after = make_content(body=ONE), make_content(body=ONE + figure(harbour, "Boats wait"))
    names = compare.picture_names(before, after)
    assert names == {harbour.pk: "Harbour at dawn"}
    [change] = compare.changes(before, after, names)
    assert told(change.rows) == [
        ("same", "", "1 paragraph unchanged"),
        ("new", "", "{+Picture Harbour at dawn: Boats wait+}"),
    ]


@pytest.mark.django_db
def test_fields_and_lists_are_told_by_names_and_choices():
    before = make_content(headline="Bridge open", genre="news", tags=[], language="en")
    signed = [*before["bylines"], byline(make_author("Ivo Marsh"), "photo", place="Marrow")]
    after = before | {
        "headline": "Bridge shut",
        "genre": "analysis",
        "language": "uk",
        "noindex": True,
        "tags": [revisions.reference(make_tag("Trams"))],
        "bylines": signed,
        "ticker_links": [ticker_line("Follow it", url="https://live.example/")],
        "lead_crop": {"x": 0.5},
    }
    assert [(change.label, told(change.rows)) for change in compare.changes(before, after)] == [
        ("headline", [("changed", "Bridge [-open-]", "Bridge {+shut+}")]),
        ("genre", [("changed", "[-News-]", "{+Analysis+}")]),
        ("language", [("changed", "[-English-]", "{+Ukrainian+}")]),
        ("crop", [("changed", "", "The words are the same; a link, a mark or a detail changed.")]),
        ("hide from search engines", [("new", "", "{+yes+}")]),
        (
            "bylines",
            [
                ("same", "Ana Petrenko, text", "Ana Petrenko, text"),
                ("new", "", "{+Ivo Marsh, pictures, Marrow+}"),
            ],
        ),
        ("tags", [("new", "", "{+Trams+}")]),
        ("ticker lines", [("new", "", "{+Follow it → https://live.example/+}")]),
    ]
    assert compare.changes(before, before) == []


def test_a_name_that_changed_elsewhere_since_is_no_change():
    before = revisions.blank(section={"id": 1, "name": "Politics"}, tags=[{"id": 2, "name": "Trams"}])
    after = revisions.blank(section={"id": 1, "name": "Policy"}, tags=[{"id": 2, "name": "Tramways"}])
    assert compare.changes(before, after) == []


@pytest.mark.parametrize(
    ("before", "after"),
    [("<p>" + "a " * 990, "<p>" + "a b " * 495), ("<p>a x</p>" * 900, "<p>a x</p><p>b y</p>" * 450)],
)
def test_the_same_again_and_again_is_compared_in_a_moment(before, after):
    began = time.monotonic()
    assert {row.kind for row in rows("body", before, after)} & {"changed", "new", "gone"}
    assert time.monotonic() - began < 10


def test_one_paragraph_is_one_row():
    assert rows("standfirst", "", "New") == [Row("new", [], [Piece("new", "New")])]
