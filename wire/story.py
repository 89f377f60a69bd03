"""What every parser of wire copy returns: a Story in pieces, or a CopyError that says what to do."""

from collections import Counter
from dataclasses import dataclass, field


class CopyError(Exception):
    """The copy cannot be taken. The text is one sentence that names the cause and the cure."""


@dataclass(frozen=True, slots=True)
class Piece:
    """
    A stretch of the decoded copy and what it was taken for.

    kind: header, headline, standfirst, dateline, byline, crosshead, paragraph, ticker, byline_note or scrap.
    start, end: offsets in `Story.text`, end excluded. A paragraph with a scrap inside is several pieces.
    """

    kind: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class TickerLine:
    """The words of a line that points to a live ticker, and the number of body blocks before it."""

    text: str
    after_block: int


@dataclass(frozen=True, slots=True)
class Removed:
    """
    Something that is not in headline, standfirst or body.

    field: the content field that keeps it now, "" when it is kept in the original alone.
    text: as written, characters that nobody sees as escapes. count: how often the same was taken out.
    """

    kind: str
    text: str
    field: str
    count: int = 1


@dataclass(frozen=True, slots=True)
class Doubt:
    """Something left as it is because nobody could be sure. quote: the text it is about, in the content field ``field``."""

    code: str
    quote: str
    message: str
    field: str = "body"


@dataclass(frozen=True)
class Story:
    """
    One copy, read.

    text: the whole decoded copy. pieces: sorted by start; they cover each character of it that is no
    white space exactly once. All other texts are the copy's own, with white space folded and nothing else.
    paragraphs: (kind, text) in order, kind "paragraph" or "crosshead". headers: what its header says, see `wire.headers`.
    """

    text: str
    encoding: str
    pieces: list[Piece]
    headline: str = ""
    standfirst: str = ""
    dateline: str = ""
    byline: str = ""
    paragraphs: list[tuple[str, str]] = field(default_factory=list)
    ticker_lines: list[TickerLine] = field(default_factory=list)
    byline_note: str = ""
    removed: list[Removed] = field(default_factory=list)
    warnings: list[Doubt] = field(default_factory=list)
    headers: dict[str, str] = field(default_factory=dict)


def counted(removed):
    """Return the list with equal entries made one, their number in `count`, in order of first appearance."""
    return [
        Removed(kind, text, field, count)
        for (kind, text, field), count in Counter((r.kind, r.text, r.field) for r in removed).items()
    ]
