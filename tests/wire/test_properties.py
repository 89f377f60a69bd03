"""Whatever is sent, the parser reads it whole or refuses it with a sentence."""

import json

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from accounts.models import User
from wire.ingest import ingest
from wire.parsers.text import parse
from wire.story import CopyError

#: Building blocks of real copy, so that arbitrary text also meets the parser's rules.
SCRAPS = st.sampled_from(
    [
        "Harbour bridge reopens",
        "By Ana Petrenko",
        "KYIV, March 11 (Agency) -",
        "KYIV, March 11 (Agency) - The bridge reopened.",
        ">>>",
        "►",
        "in the live ticker",
        ">>> Read all in the live ticker <<<",
        ". “Reader. Writer. Hardcore introvert.”",
        "Mira Holt is a freelance writer based in Sarn.",
        "-30-",
        "\n",
        "\n\n",
        "\r\n",
        "\r",
        "\u2028",
        "\x85",
        "\x0b",
        "\x1e",
        "\x07",
        "\u200b",
        "\xa0",
        "\ufeff",
        " ",
        "A.",
        "«",
        "“",
        "12",
    ]
)
COPY = st.one_of(st.text(), st.lists(st.one_of(SCRAPS, st.text(max_size=8)), max_size=25).map("".join))


def read(data, encoding=None):
    """Return the Story, or None where the copy is refused with one line."""
    try:
        return parse(data, encoding)
    except CopyError as refused:
        assert str(refused).strip()
        assert "\n" not in str(refused)
        return None


def assert_covered(story):
    """Each character that is no white space lies in exactly one piece; pieces are sorted and empty nowhere."""
    covered = [0] * len(story.text)
    for piece in story.pieces:
        assert piece.start < piece.end
        for place in range(piece.start, piece.end):
            covered[place] += 1
    assert [
        sign for sign, times in zip(story.text, covered, strict=True) if times != 1 and not sign.isspace()
    ] == []
    assert max(covered, default=0) <= 1
    assert [piece.start for piece in story.pieces] == sorted(piece.start for piece in story.pieces)


def letters(text):
    """Return the signs of a text that can be read, spaces left out."""
    return [sign for sign in text if not sign.isspace()]


@given(COPY)
@settings(max_examples=600)
@example("KYIV, March 11 (Agency) -")
@example(">>> live ticker")
@example("a\x1e\x1e\n\x07\n\nb")
@example("By Ana Petrenko\nBy Ana Petrenko\nBy Ana Petrenko")
def test_any_text_is_covered_by_its_pieces_once(text):
    story = read(text.encode("utf-8", "surrogatepass"))
    if story is None:
        return
    assert_covered(story)
    assert story.headline


@given(COPY)
@settings(max_examples=300)
def test_fields_hold_the_pieces_of_their_kind_and_nothing_else(text):
    story = read(text.encode("utf-8", "surrogatepass"))
    if story is None:
        return
    fields = {
        "headline": story.headline,
        "standfirst": story.standfirst,
        "dateline": story.dateline,
        "byline": story.byline,
        "byline_note": story.byline_note,
        "ticker": "".join(line.text for line in story.ticker_lines),
        "paragraph": "".join(words for kind, words in story.paragraphs if kind == "paragraph"),
        "crosshead": "".join(words for kind, words in story.paragraphs if kind == "crosshead"),
    }
    pieces = {
        kind: "".join(story.text[piece.start : piece.end] for piece in story.pieces if piece.kind == kind)
        for kind in fields
    }
    assert {kind: letters(words) for kind, words in fields.items()} == {
        kind: letters(words) for kind, words in pieces.items()
    }


@given(
    st.binary(max_size=400),
    st.sampled_from([None, "utf-8", "cp1252", "utf-16", "koi8-u", "utf-7", "idna", "rot13", ""]),
)
@settings(max_examples=600)
def test_any_bytes_are_read_or_refused(data, encoding):
    story = read(data, encoding)
    if story is not None:
        assert_covered(story)


@pytest.mark.django_db
@given(COPY, st.text(max_size=300))
@settings(max_examples=150)
def test_any_text_becomes_a_draft_or_is_refused(text, name):
    wire = User.objects.get(username="wire")
    result = ingest(
        text.encode("utf-8", "surrogatepass"),
        name=name.encode("utf-8", "replace").decode(),
        by=wire,
        publish=True,
    )
    assert result.status in {"blocked", "known", "refused"}
    assert (result.article is None) is (result.status == "refused")
    assert (result.error == "") is (result.status == "known")
    json.dumps(result.as_json())
