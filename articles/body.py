"""
The shape of a story's body: what may stand in it, how it is cleaned, split into blocks, read and shown.

A body is HTML made of top-level blocks only (KINDS) around plain inline marks. Whatever comes in is read as HTML5 by
nh3 under an allow list, then written anew from text, marks and checked attributes, so that nothing which was not
asked for can come out. One body has one spelling: clean(clean(x)) == clean(x), and the editor's own way of nesting
marks is the one used here. This module knows no models.
"""

import html as entities
import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import groupby
from typing import NamedTuple
from urllib.parse import quote

import nh3
from django.template.loader import render_to_string
from django.utils.safestring import SafeString, mark_safe

LONGEST_ADDRESS = 2000  # characters of a link; longer ones are not links that people write
MANY_TAGS = 1500  # beyond either, a body is read without the HTML5 parser: see _read()
MANY_CHARACTERS = 60_000


# --- What a body may hold -------------------------------------------------------------------------------------------


class TickerLine(NamedTuple):
    """
    A "read it all in the live ticker" line as the public page needs it.

    url: where the line leads, "" while it is unresolved (it is then never shown). after_block: it stands after so many
    top-level blocks of the body, unless a ticker box of the body places it.
    """

    text: str
    url: str = ""
    after_block: int = 0


@dataclass(frozen=True)
class Block:
    """
    One top-level block. html: as stored. text: plain text, lines parted by newlines, "" for a block without any.
    data: checked attributes by name without "data-", {"link": "0"} for a ticker box.
    """

    kind: str
    html: str
    text: str
    data: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Kind:
    """
    A kind of block. To add one, add an entry to KINDS (and a node to static/desk/blocks.js).

    tags: the elements it is written as. holds: "line" (inline text), "items" (list items), "lines" (paragraphs),
    "caption" (inline text in a figcaption, which may be empty and holds no blocks) or "nothing". marked: it is told
    by data-block="name" on its element. attributes: {"data-x": check}; a check takes the raw value ("" where there is
    none) and returns the value to store, or None, and then the block is dropped. public: shown to readers. template
    and context: how it is shown; context(block, given: Given) returns the template's context or None to show nothing;
    a kind without a template is shown as it is stored.
    """

    name: str
    tags: tuple[str, ...]
    holds: str
    marked: bool = False
    attributes: dict[str, Callable[[str], str | None]] = field(default_factory=dict)
    public: bool = True
    template: str = ""
    context: "Callable[[Block, Given], dict | None] | None" = None


def no_pictures(image, layout):
    """The answer of a page that shows no pictures."""
    return None


class Given(NamedTuple):
    """
    What a body refers to and does not hold. ticker_lines: all lines of the story in their order.
    pictures(id of an Image, layout) returns what images/_figure.html takes as a picture, or None to leave it out.
    """

    ticker_lines: Sequence[TickerLine] = ()
    pictures: Callable[[int, str], object | None] = no_pictures


def number_up_to(largest):
    """Return a check that accepts whole numbers 0..``largest`` in plain digits and stores them without zeros ahead."""

    def check(value):
        if not re.fullmatch(r"[0-9]{1,9}", value) or int(value) > largest:
            return None
        return str(int(value))

    return check


def _ticker_context(block, given):
    """Return the context for the line that a ticker box names, or None while that line leads nowhere."""
    index = int(block.data["link"])
    line = given.ticker_lines[index] if index < len(given.ticker_lines) else None
    url = line and address(line.url)
    return {"line": line, "url": url} if url else None


LAYOUTS = ("text", "wide", "full")  # how wide a picture stands; the first where nothing is said


def _number_of_a_row(value):
    """The check of an id: a whole number from 1 on, in plain digits."""
    return str(int(value)) if re.fullmatch(r"[0-9]{1,15}", value) and int(value) else None


def _layout(value):
    return value if value in LAYOUTS else None if value else LAYOUTS[0]


def _picture_context(block, given):
    """Return the context for a picture, or None where readers may not see it (now)."""
    picture = given.pictures(int(block.data["image"]), block.data["layout"])
    caption = block.html.partition("<figcaption>")[2].removesuffix("</figcaption></figure>")
    return picture and {"picture": picture, "layout": block.data["layout"], "caption": mark_safe(caption)}


KINDS = {
    kind.name: kind
    for kind in (
        Kind("paragraph", ("p",), "line"),
        Kind("crosshead", ("h2",), "line"),
        Kind("list", ("ul", "ol"), "items"),
        Kind("quotation", ("blockquote",), "lines"),
        Kind(
            "ticker",
            ("aside",),
            "nothing",
            marked=True,
            attributes={"data-link": number_up_to(99)},
            template="articles/blocks/ticker.html",
            context=_ticker_context,
        ),
        Kind(
            "image",
            ("figure",),
            "caption",
            marked=True,
            attributes={"data-image": _number_of_a_row, "data-layout": _layout},
            template="images/_figure.html",
            context=_picture_context,
        ),
        Kind("note", ("aside",), "lines", marked=True, public=False),
    )
}

# Inline marks in the order in which the editor nests them, the outermost first; a link is outside of all.
MARKS = {"strong": "<strong>", "em": "<em>", "sub": "<sub>", "sup": "<sup>"}
SPELLINGS = {"b": "strong", "strong": "strong", "i": "em", "em": "em", "sub": "sub", "sup": "sup"}

HEADINGS = {"h1", "h2", "h3", "h4", "h5", "h6"}  # a body has one level below the headline
LISTS = {"ul", "ol"}
# Elements that part one text from the next and of which nothing else is kept.
PARTINGS = set(
    "address article body caption center dd details dialog dir div dl dt fieldset figcaption figure footer form"
    " header hgroup hr legend main menu nav pre search section summary table tbody td tfoot th thead tr".split()
)
# Elements whose content is not text of the story.
SKIPPED = set(
    "applet audio button canvas datalist embed frameset head iframe math noembed noframes noscript object option"
    " script select style svg template textarea title video".split()
)
RAW_TEXT = {"script", "style", "textarea", "title", "iframe", "noembed", "noframes", "noscript"}
# Elements that may claim to be a marked block. A claim that is not right may stand on a private text.
CLAIMANTS = PARTINGS - {"hr"} | LISTS | HEADINGS | {"aside", "blockquote", "li", "p"}

MARKED_TAGS = {tag for kind in KINDS.values() if kind.marked for tag in kind.tags}

_engine = nh3.Cleaner(
    tags={"br", "a", "hr", *CLAIMANTS, *SPELLINGS},
    clean_content_tags=SKIPPED,
    attributes={"a": {"href"}}
    | {
        tag: {
            "data-block",
            *(name for kind in KINDS.values() if tag in kind.tags for name in kind.attributes),
        }
        for tag in CLAIMANTS
    },
    url_schemes={"http", "https", "mailto", "tel"},
    link_rel=None,
)


# --- Characters and addresses ---------------------------------------------------------------------------------------

# Never text: controls, halves of surrogate pairs, non-characters, byte order marks, deprecated format characters, and
# the two bidi overrides (they make a line read otherwise than it is written). What languages need stays: no-break
# spaces, soft hyphens, joiners, direction marks, embeddings and isolates.
_UNWANTED = re.compile(
    "[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\u202d\u202e\u206a-\u206f\ud800-\udfff\ufdd0-\ufdef\ufeff\ufff9-\ufffb\ufffe\uffff"
    + "".join(chr(plane + last) for plane in range(0x10000, 0x110000, 0x10000) for last in (0xFFFE, 0xFFFF))
    + "]"
)
_SPACES = re.compile("[ \t\n\r\f\v\x85\u2028\u2029]+")
# Characters without a shape of their own; a line of nothing else is empty.
_SHAPELESS = (
    "\xad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u2028-\u202e\u2060-\u206f\u2800\u3164"
    "\ud800-\udfff\ufdd0-\ufdef\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufffb\ufffe\uffff"
)
_INK = re.compile(f"[^\\s{_SHAPELESS}]")


def _plain_text(source):
    """Return the text of ``source``, references resolved, unwanted characters gone, white space single."""
    text = entities.unescape(source) if "&" in source else source
    if not text.isprintable():
        text = _UNWANTED.sub("", text)
    return _SPACES.sub(" ", text) if "  " in text or not text.isprintable() else text


_HOST = rf"(?![.-])(?:[a-z0-9._-]|[^\x00-\xa0\u1680\u2000-\u200a\u202f\u205f\u3000{_SHAPELESS}])+"
_ADDRESS = re.compile(
    rf"(?P<start>https?://(?:{_HOST}|\[[0-9a-f:.]+\])(?::[0-9]{{1,5}})?(?=[/?#]|$)"
    r"|mailto:[\w.+%'=~!$&*,@-]+@[\w.-]+(?=\?|$)"
    r"|tel:\+?[0-9][0-9().-]{1,39}(?:;ext=[0-9]{1,8})?$"
    r"|/(?![/\\]))(?P<rest>.*)",
    re.IGNORECASE | re.DOTALL,
)
_ESCAPED = re.compile(
    rf'[\x00-\x20"<>\\^`{{|}}\[\]\x7f-\xa0\u2000-\u200a\u202f{_SHAPELESS}]|%(?![0-9A-Fa-f]{{2}})'
)


@lru_cache(maxsize=1024)
def address(value):
    """
    Return the address ``value`` as a link may carry it, or None where it is none.

    Accepted: http and https with a host (and no name or password before it), mailto with an address, tel, and paths of
    this site, which begin with exactly one slash. "www." gets its https. Characters that HTML forbids in an address
    are percent-encoded. Source: WHATWG URL, which drops tabs and newlines and takes a backslash for a slash.
    """
    if len(value) > 3 * LONGEST_ADDRESS:
        return None
    value = re.sub("[\t\n\r]", "", value).strip()
    if value[:4].lower() == "www.":
        value = "https://" + value
    if value[:4].lower() == "tel:":
        value = value.replace(" ", "")
    match = _ADDRESS.fullmatch(value)
    if not match:
        return None
    start, (rest, hash_sign, fragment) = match["start"], match["rest"].partition("#")
    if re.match("mailto:.*%0[ad]", value, re.IGNORECASE):
        return None  # a line break here would write headers of the mail
    scheme, colon, name = start.partition(":")
    rest = rest + hash_sign + fragment.replace("#", "%23")
    result = (
        scheme.lower() + colon + name + _ESCAPED.sub(lambda found: quote(found[0], errors="replace"), rest)
    )
    return result if len(result) <= LONGEST_ADDRESS else None


# --- Reading --------------------------------------------------------------------------------------------------------

# Comment, declaration, tag (slash, name, attributes), text. No part can cross the next "<", which keeps it linear.
_TOKEN = re.compile(
    r"<!--.*?(?:-->|\Z)|<[!?][^<>]*>"
    r"""|<(/?)([a-zA-Z][^\s/<>]*)((?:[^<>"']|"[^"<]*"|'[^'<]*')*)>"""
    r"|((?:[^<]+|<(?![a-zA-Z/!?]))+|<)",
    re.S,
)
_ATTRIBUTE = re.compile(r"""([a-zA-Z][\w-]*)\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'>]+))""")


def _attributes(source):
    """Return {name: value} of a tag's attributes; of two with one name the first counts, as in HTML."""
    found = {}
    if not source:
        return found
    for name, double, single, bare in _ATTRIBUTE.findall(source):
        found.setdefault(name.lower(), entities.unescape(double or single or bare))
    return found


class _Reader:
    """
    Reads HTML from left to right into blocks, in time that grows with its length alone.

    A line is a list of runs (text, marks); marks are opening tags from the outside in; a line break is the run "\\n".
    """

    def __init__(self):
        self.blocks = []
        self.lost = []  # addresses that could not be kept
        self.block = None  # the open block that gathers lines: (kind, tag, data, lines)
        self.runs = []
        self.heading = False
        self.item = False
        self.break_due = False
        self.marks = ()
        self.inline = Counter()  # open inline marks by name
        self.links = []
        self.link_used = False
        self.depth = Counter()  # open lists and quotations; the outermost decides
        self.outer = None
        self.list_tag = "ul"
        self.rooms = []  # open marked blocks: (kind, tag, data)
        self.marked = {tag: [] for tag in MARKED_TAGS}  # for each open element that may be marked: is it?
        self.skipped = None
        self.skipped_depth = 0

    def read(self, html):
        for slash, tag, attributes, text in _TOKEN.findall(html):
            if self.skipped:
                self.skip(slash, tag.lower())
            elif text:
                self.text(text)
            elif tag and slash:
                self.end(tag.lower())
            elif tag:
                self.start(tag.lower(), attributes)
        self.end_line()
        self.end_block()
        return self.blocks

    def skip(self, slash, tag):
        """Pass over a token inside an element that is left out; find that element's end."""
        if tag == self.skipped:
            if slash:
                self.skipped_depth -= 1
            elif tag not in RAW_TEXT:
                self.skipped_depth += 1
            if not self.skipped_depth:
                self.skipped = None

    def start(self, tag, attributes):
        if tag in SPELLINGS:
            self.inline[SPELLINGS[tag]] += 1
            self.set_marks()
        elif tag == "a":
            self.start_link(attributes)
        elif tag == "br":
            self.line_break()
        elif tag in SKIPPED:
            self.skipped, self.skipped_depth = tag, 1
        elif tag in CLAIMANTS and "data-block" in (claims := _attributes(attributes)):
            self.start_marked(tag, claims)
        else:
            self.start_plain(tag)

    def end(self, tag):
        if tag in SPELLINGS:
            self.inline[SPELLINGS[tag]] -= self.inline[SPELLINGS[tag]] > 0
            self.set_marks()
        elif tag == "a":
            del self.links[-1:]
            self.set_marks()
        elif self.marked.get(tag) and self.marked[tag].pop():
            self.end_marked(tag)
        else:
            self.end_plain(tag)

    # Inline

    def set_marks(self):
        link = self.links[-1] if self.links else None
        marks = [tag for mark, tag in MARKS.items() if self.inline[mark]]
        self.marks = (link, *marks) if link else tuple(marks)

    def start_link(self, attributes):
        raw = _attributes(attributes).get("href", "")
        checked = address(raw)
        if raw and not checked:
            self.lost.append(raw)
        self.links.append(checked and f'<a href="{entities.escape(checked)}">')
        self.link_used = False
        self.set_marks()

    def text(self, source):
        text = _plain_text(source)
        if self.break_due and text not in ("", " "):
            self.break_due = False
            self.line_break(marks=())
        if text.startswith(" ") and (not self.runs or self.runs[-1][0][-1] in " \n"):
            text = text[1:]
        if text:
            self.runs.append((text, self.marks))
            self.link_used = self.link_used or text != " "

    def line_break(self, marks=None):
        if self.runs and self.runs[-1][0].endswith(" "):
            text, around = self.runs.pop()
            if text != " ":
                self.runs.append((text[:-1], around))
        if self.runs:
            self.runs.append(("\n", self.marks if marks is None else marks))

    # Lines and the blocks that gather them

    def part(self):
        """The text so far and the text to come are not one line (in a list item: they are two lines of it)."""
        if self.item and self.container() is KINDS["list"]:
            self.break_due = bool(self.runs)
        else:
            self.end_line()

    def container(self):
        """Return the kind that gathers lines here, None at the top level. What is not for readers stays so."""
        private = (room[0] for room in self.rooms if not room[0].public)
        return next(private, None) or (self.rooms[0][0] if self.rooms else self.outer)

    def end_line(self):
        line, self.runs, self.break_due = _tidy(self.runs), [], False
        if self.link_used and self.links:  # a link does not run on into the next line
            self.links.clear()
            self.set_marks()
        if not line:
            return
        kind = self.container()
        if not kind:
            self.end_block()
            kind = KINDS["crosshead" if self.heading else "paragraph"]
            self.blocks.append(_written(kind, kind.tags[0], {}, [line]))
            return
        if self.block and self.block[0] is not kind:
            self.end_block()
        if not self.block:
            self.block = (kind, *self.spelling(kind), [])
        self.block[3].append(line)

    def spelling(self, kind):
        """Return the element and the data with which a gathering block of ``kind`` is written."""
        for room, tag, data in self.rooms:
            if room is kind:
                return tag, data
        return (self.list_tag if kind is KINDS["list"] else kind.tags[0]), {}

    def end_block(self):
        if self.block:
            self.blocks.append(_written(*self.block))
            self.block = None

    # Elements

    def start_plain(self, tag):
        if tag in self.marked:
            self.marked[tag].append(False)
        if tag in LISTS or tag == "blockquote":
            self.end_line()
            self.heading = self.item = False
            self.start_container(KINDS["quotation" if tag == "blockquote" else "list"], tag)
        elif tag == "li":
            self.end_line()
            self.heading, self.item = False, True
        elif tag == "p" or tag in HEADINGS:
            self.part()
            self.heading = tag != "p"
        elif tag in PARTINGS or tag == "aside":
            self.part()

    def end_plain(self, tag):
        if tag in LISTS or tag == "blockquote":
            self.end_line()
            self.end_container(KINDS["quotation" if tag == "blockquote" else "list"])
        elif tag == "li":
            self.end_line()
            self.item = False
        elif tag == "p" or tag in PARTINGS or tag == "aside" or tag in HEADINGS:
            self.part()
            self.heading = self.heading and tag not in HEADINGS

    def start_container(self, kind, tag):
        self.depth[kind.name] += 1
        if not self.outer:
            self.outer = kind
        if tag in LISTS and self.depth["list"] == 1:
            self.list_tag = tag

    def end_container(self, kind):
        self.item = False
        if self.depth[kind.name]:
            self.depth[kind.name] -= 1
        if self.outer is kind and not self.depth[kind.name]:
            if not self.rooms:
                self.end_block()
            other = KINDS["quotation" if kind.name == "list" else "list"]
            self.outer = other if self.depth[other.name] else None

    def start_marked(self, tag, attributes):
        kind = KINDS.get(attributes["data-block"])
        data = _checked(kind, tag, attributes) if kind else None
        self.end_line()
        in_caption = self.rooms and self.rooms[-1][0].holds == "caption"
        if (
            data is None or in_caption
        ):  # a block nobody knows may be a private one: its text must not become the story's
            self.skipped, self.skipped_depth = tag, 1
            return
        self.heading = self.item = False
        self.marked[tag].append(kind.holds != "nothing")
        if kind.holds == "caption" and not self.rooms:  # it stands without a line of text as well
            self.end_block()
            self.block = (kind, tag, data, [])
        if kind.holds != "nothing":
            self.rooms.append((kind, tag, data))
        elif all(room[0].public for room in self.rooms):
            self.end_block()
            self.blocks.append(_written(kind, tag, data, []))

    def end_marked(self, tag):
        self.end_line()
        self.item = False
        for place in range(len(self.rooms) - 1, -1, -1):
            if self.rooms[place][1] == tag:
                del self.rooms[place]
                break
        if not self.rooms:
            self.end_block()


def _checked(kind, tag, attributes):
    """Return the data of a marked block by name without "data-", or None if anything in it is not right."""
    if not kind.marked or tag not in kind.tags:
        return None
    data = {
        name.removeprefix("data-"): check(attributes.get(name, "")) for name, check in kind.attributes.items()
    }
    return None if None in data.values() else data


def _link(run):
    """Return the link around a run as its opening tag, "" without one."""
    return run[1][0] if run[1] and run[1][0] not in MARKS.values() else ""


def _tidy(runs):
    """Return ``runs`` without white space at both ends and without links that show nothing; [] if none shows any."""
    if not any(_INK.search(text) for text, _ in runs):
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
        if link and not any(_INK.search(text) for text, _ in group):
            group = [(text, marks[1:]) for text, marks in group]
        tidied += group
    return tidied


# --- Writing --------------------------------------------------------------------------------------------------------


def _inline(line):
    """Return the HTML of a line; marks shared by neighbours stay open, as the editor writes them."""
    pieces, active = [], ()
    for text, marks in (*line, ("", ())):
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


_AROUND = {"items": ("<li>", "</li>"), "lines": ("<p>", "</p>")}


def _written(kind, tag, data, lines):
    """Return the Block of ``kind`` that holds ``lines``, spelt the one way it is stored."""
    marks = {"data-block": kind.name} if kind.marked else {}
    marks |= {name: data[name.removeprefix("data-")] for name in kind.attributes}
    head = tag + "".join(f' {name}="{entities.escape(value)}"' for name, value in marks.items())
    before, after = _AROUND.get(kind.holds, ("", ""))
    if kind.holds == "caption":
        inside = f"<figcaption>{'<br>'.join(map(_inline, lines))}</figcaption>"
    else:
        inside = "".join(before + _inline(line) + after for line in lines)
    text = "\n".join("".join(text for text, _ in line) for line in lines)
    return Block(kind.name, f"<{head}>{inside}</{tag}>", text, data)


# --- What others call -----------------------------------------------------------------------------------------------


def _read(html):
    """
    Return the _Reader that has read ``html``.

    The time and memory of HTML5 parsing grow with the square of nesting: 20,000 hostile tags take half a minute. What
    is larger than stories are is therefore read tag by tag as it stands; on well-formed HTML both readings agree, and
    what is written is safe after either.
    """
    html = str(html or "")
    if not html.isprintable():
        html = _UNWANTED.sub("", html)
    reader = _Reader()
    large = len(html) > MANY_CHARACTERS or html.count("<") > MANY_TAGS
    reader.read(html if large else _engine.clean(html))
    return reader


def blocks(html) -> list[Block]:
    """Return the top-level blocks of ``html``, cleaned."""
    return _read(html).blocks


def clean(html) -> str:
    """
    Return ``html`` as a body may be stored and shown; "" if nothing is left.

    Takes any text (None counts as ""), raises nothing, and gives back unchanged what it has cleaned before.
    """
    return "".join(block.html for block in blocks(html))


def lost_links(html) -> list[str]:
    """Return the addresses, as typed, that clean() takes off their text because they lead nowhere."""
    return list(dict.fromkeys(_read(html).lost))


def plain(html) -> str:
    """Return the texts of the blocks that have text, parted by an empty line; desk notes are left out."""
    return "\n\n".join(block.text for block in blocks(html) if block.text and KINDS[block.kind].public)


def from_paragraphs(paragraphs: Iterable[tuple[str, str]]) -> str:
    """Return the body of [(kind, text)], kind "paragraph" or "crosshead"; text is text, never markup."""
    tags = {"paragraph": "p", "crosshead": "h2"}
    return clean(
        "".join(f"<{tags[kind]}>{entities.escape(text)}</{tags[kind]}>" for kind, text in paragraphs)
    )


def strip_notes(html) -> str:
    """Return ``html`` without what is not for readers. Places counted in blocks move: see public_place()."""
    return "".join(block.html for block in blocks(html) if KINDS[block.kind].public)


def public_place(html, after_block) -> int:
    """Return what ``after_block``, counted in the blocks of ``html``, becomes once strip_notes() has been at it."""
    return sum(KINDS[block.kind].public for block in blocks(html)[: max(after_block, 0)])


def renumber_boxes(html, places: dict[int, int]) -> str:
    """Return ``html`` with each ticker box holding places[line] for its line; a box whose line is gone goes with it."""
    pieces = []
    for block in blocks(html):
        if block.kind != "ticker":
            pieces.append(block.html)
        elif (line := int(block.data["link"])) in places:
            kind = KINDS["ticker"]
            pieces.append(_written(kind, kind.tags[0], {"link": str(places[line])}, []).html)
    return "".join(pieces)


_STORED_PICTURE = re.compile('<figure data-block="image" data-image="([0-9]+)"')


def picture_ids(html) -> list[int]:
    """Return the ids of the Images that ``html``, as clean() leaves it, shows: in its order, each once."""
    return list(dict.fromkeys(map(int, _STORED_PICTURE.findall(html))))


def words(html) -> list[str]:
    """Return the words of the plain text; a dash or bullet standing alone is none."""
    return [word for word in plain(html).split() if any(map(str.isalnum, word))]


def word_count(html) -> int:
    """Return the length of the story as a desk counts it."""
    return len(words(html))


def first_words(html, count=30) -> str:
    """Return the story's first ``count`` words on one line, with "…" where more follow."""
    story = plain(html).split()
    return " ".join(story[:count]) + ("…" if len(story) > count else "")


def _shown(block, given):
    """Return the HTML of one block for readers."""
    kind = KINDS[block.kind]
    if not kind.public:
        return ""
    if not kind.template:
        return block.html
    context = kind.context(block, given)
    return render_to_string(kind.template, context).strip() if context else ""


def render(html, ticker_lines: Sequence[TickerLine] = (), pictures=no_pictures) -> SafeString:
    """
    Return the body as readers see it.

    ticker_lines: all lines of the story in the order that ticker boxes count them by. A line that no box places comes
    after its after_block-th block; one without an address is not shown. pictures: see Given; what it answers None to
    is left out, caption and all. Links open in the same window, so they need no rel="noopener".
    """
    story, given = blocks(html), Given(ticker_lines, pictures)
    boxed = {int(block.data["link"]) for block in story if block.kind == "ticker"}
    loose = defaultdict(list)
    for index, line in enumerate(ticker_lines):
        if index not in boxed:
            place = min(max(line.after_block, 0), len(story))
            box = Block("ticker", "", "", {"link": str(index)})
            loose[place].append(_shown(box, given))
    pieces = loose[0]
    for place, block in enumerate(story, 1):
        pieces += [_shown(block, given), *loose[place]]
    return mark_safe("".join(pieces))
