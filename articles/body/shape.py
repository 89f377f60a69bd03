"""What a body is made of: lines of text with marks, blocks of lines, and kinds of blocks."""

import html as entities
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from typing import NamedTuple

from articles.body.characters import INK

# Inline marks in the order in which the editor nests them, the outermost first; a link is outside of all.
MARKS = {"strong": "<strong>", "em": "<em>", "sub": "<sub>", "sup": "<sup>"}

Run = tuple[
    str, tuple[str, ...]
]  # text and the opening tags around it, from the outside in; "\n" is a line break


class Line(NamedTuple):
    """A line of a block. role: where it stood, "line", "heading", "caption", or "ul" and "ol" for an item of a list."""

    runs: list[Run]
    role: str = "line"

    @property
    def text(self):
        return "".join(text for text, _marks in self.runs)


class TickerLine(NamedTuple):
    """
    A "read it all in the live ticker" line as the public page needs it.

    url: where the line leads, "" while it is unresolved (it is then never shown). after_block: it stands after so many
    top-level blocks of the body, unless a ticker box of the body places it. ticker: the id of ours that it leads to.
    """

    text: str
    url: str = ""
    after_block: int = 0
    ticker: int | None = None


@dataclass(frozen=True)
class Block:
    """
    One top-level block. html: as stored. text: plain text, lines parted by newlines and cells by tabs, "" for a block
    without any. data: checked attributes by name without "data-", {"link": "0"} for a ticker box.
    """

    kind: str
    html: str
    text: str
    data: dict[str, str] = field(default_factory=dict)


def no_pictures(image, layout):
    """The answer of a page that shows no pictures."""
    return None


class Given(NamedTuple):
    """
    What a body refers to and does not hold. ticker_lines: all lines of the story in their order.
    pictures(id of an Image, layout) returns what images/_figure.html takes as a picture, or None to leave it out.
    related: the stories that the story names and that readers can open.
    """

    ticker_lines: Sequence[TickerLine] = ()
    pictures: Callable[[int, str], object | None] = no_pictures
    related: Sequence = ()


@dataclass(frozen=True)
class Kind:
    """
    A kind of block: one room of `articles.body.kinds` and one node of static/desk/blocks/.

    tags: the elements it is written as. inside(lines) returns what stands between them, HTML and plain text; None: it
    holds nothing. marked: it is told by data-block="name" on its element. alone: it stands without a line of text as
    well, and holds no other blocks. items: a list in it stays one. once: a body has one at most. attributes: {"data-x": check}; a check takes the raw value ("" where there is
    none) and returns the value to store ("": none is written), or None, and then the block is dropped. public: shown
    to readers. template and context: how it is shown; context(block, given: Given) returns the template's context or
    None to show nothing; a kind without a template is shown as it is stored.
    """

    name: str
    tags: tuple[str, ...]
    inside: Callable[[Sequence[Line]], tuple[str, str]] | None = None
    marked: bool = False
    alone: bool = False
    items: bool = False
    once: bool = False
    attributes: dict[str, Callable[[str], str | None]] = field(default_factory=dict)
    public: bool = True
    template: str = ""
    context: Callable[[Block, Given], dict | None] | None = None

    def block(self, tag, data, lines) -> Block:
        """Return the Block that holds ``lines``, spelt the one way it is stored."""
        marks = {"data-block": self.name} if self.marked else {}
        marks |= {name: data[name.removeprefix("data-")] for name in self.attributes}
        head = tag + "".join(f' {name}="{entities.escape(value)}"' for name, value in marks.items() if value)
        html, text = self.inside(lines) if self.inside else ("", "")
        return Block(self.name, f"<{head}>{html}</{tag}>", text, data)


# --- What stands between the tags of a block ------------------------------------------------------------------------


def text_of(lines):
    return "\n".join(line.text for line in lines)


def one_line(lines):
    return "".join(inline(line.runs) for line in lines), text_of(lines)


def items(lines):
    return "".join(f"<li>{inline(line.runs)}</li>" for line in lines), text_of(lines)


def paragraphs(lines):
    return "".join(f"<p>{inline(line.runs)}</p>" for line in lines), text_of(lines)


def caption(lines):
    return f"<figcaption>{'<br>'.join(inline(line.runs) for line in lines)}</figcaption>", text_of(lines)


def inline(runs) -> str:
    """Return the HTML of a line; marks shared by neighbours stay open, as the editor writes them."""
    pieces, active = [], ()
    for text, marks in (*runs, ("", ())):
        if marks != active:
            keep = 0
            while active[keep : keep + 1] == marks[keep : keep + 1] != ():
                keep += 1
            pieces += [
                "</a>" if mark.startswith("<a ") else "</" + mark[1:] for mark in reversed(active[keep:])
            ]
            pieces += marks[keep:]
            active = marks
        pieces.append("<br>" if text == "\n" else entities.escape(text, quote=False))
    return "".join(pieces)


def tidy(runs: list[Run]) -> list[Run]:
    """Return ``runs`` without white space at both ends and without links that show nothing; [] if none shows any."""
    if not any(INK.search(text) for text, _ in runs):
        return []
    filled = [index for index, (text, _) in enumerate(runs) if not text.isspace()]
    runs = runs[filled[0] : filled[-1] + 1]
    runs[0] = (runs[0][0].lstrip(), runs[0][1])
    runs[-1] = (runs[-1][0].rstrip(), runs[-1][1])
    if not any(map(_link, runs)):
        return runs
    tidied = []
    for link, group in groupby(runs, key=_link):
        group = list(group)
        if link and not any(INK.search(text) for text, _ in group):
            group = [(text, marks[1:]) for text, marks in group]
        tidied += group
    return tidied


def _link(run):
    """Return the link around a run as its opening tag, "" without one."""
    return run[1][0] if run[1] and run[1][0] not in MARKS.values() else ""


# --- Checks of attributes -------------------------------------------------------------------------------------------


def number(value, least=0, most=10**15 - 1):
    """Return ``value``, plain digits within these bounds, without zeros ahead; None for anything else."""
    if not (value.isascii() and value.isdecimal() and len(value) <= 15 and least <= int(value) <= most):
        return None
    return str(int(value))


def id_of_a_row(value):
    return number(value, least=1)
