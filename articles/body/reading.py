"""
Reading: HTML in, blocks out.

Whatever comes in is read as HTML5 by nh3 under an allow list, then gathered from left to right into lines and blocks.
"""

import html as entities
import re
from collections import Counter

import nh3

from articles.body.addresses import address
from articles.body.characters import UNWANTED, plain_text
from articles.body.kinds import KINDS
from articles.body.kinds.table import CELLS, Grid, is_one
from articles.body.shape import MARKS, Line, tidy

MANY_TAGS = 1500  # beyond either, a body is read without the HTML5 parser: see read()
MANY_CHARACTERS = 60_000
WIDEST = 100  # columns or rows that one cell spans

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
    }
    | dict.fromkeys(CELLS, {"data-block", "colspan", "rowspan"}),
    url_schemes={"http", "https", "mailto", "tel"},
    link_rel=None,
)


# Comment, declaration, tag (slash, name, attributes), text. No part can cross the next "<", which keeps it linear.
TOKEN = re.compile(
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


class Reader:
    """
    Reads HTML from left to right into blocks, in time that grows with its length alone.

    A line is a list of runs (text, marks); marks are opening tags from the outside in; a line break is the run "\\n".
    """

    def __init__(self):
        self.tokens, self.place = [], 0  # what is read, and where
        self.blocks = []
        self.lost = []  # addresses of links that could not be kept
        self.lost_embeds = []  # and of embeds
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
        self.captions = 0  # open elements of that name
        self.grid = None  # the open table
        self.cell = None  # its open cell or caption: (tag, attributes)
        self.skipped = None
        self.skipped_depth = 0

    def read(self, html):
        self.tokens = TOKEN.findall(html)
        for place, (slash, tag, attributes, text) in enumerate(self.tokens):
            self.place = place
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
        elif self.grid:
            self.start_in_table(tag, attributes)
        elif tag == "table" and self.is_table():
            self.start_table()
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
        elif self.grid:
            self.end_in_table(tag)
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
        text = plain_text(source)
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
        """The text so far and the text to come are not one line (in an item or a cell: they are two lines of it)."""
        kind = self.container()
        if self.cell or (self.item and kind and kind.items):
            self.break_due = bool(self.runs)
        else:
            self.end_line()

    def container(self):
        """Return the kind that gathers lines here, None at the top level. What is not for readers stays so."""
        private = (room[0] for room in self.rooms if not room[0].public)
        return next(private, None) or (self.rooms[0][0] if self.rooms else self.outer)

    def take_runs(self):
        """Return the text so far as the runs of a line; what comes is another."""
        runs, self.runs, self.break_due = tidy(self.runs), [], False
        if self.link_used and self.links:  # a link does not run on into the next line
            self.links.clear()
            self.set_marks()
        return runs

    def end_line(self):
        runs = self.take_runs()
        if not runs:
            return
        kind = self.container()
        if not kind:
            self.end_block()
            kind = KINDS["crosshead" if self.heading else "paragraph"]
            self.blocks.append(kind.block(kind.tags[0], {}, [Line(runs)]))
            return
        if self.block and self.block[0] is not kind:
            self.end_block()
        if not self.block:
            self.block = (kind, *self.spelling(kind), [])
        self.block[3].append(Line(runs, self.role()))

    def role(self):
        """Return where the line stands in its block: see `shape.Line`."""
        if self.captions:
            return "caption"
        if self.item and self.depth["list"]:
            return self.list_tag
        return "heading" if self.heading else "line"

    def spelling(self, kind):
        """Return the element and the data with which a gathering block of ``kind`` is written."""
        for room, tag, data in self.rooms:
            if room is kind:
                return tag, data
        return (self.list_tag if kind is KINDS["list"] else kind.tags[0]), {}

    def end_block(self):
        if self.block:
            kind, tag, data, lines = self.block
            self.blocks.append(kind.block(tag, data, lines))
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
            self.captions += tag == "figcaption"

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
            self.captions -= tag == "figcaption" and self.captions > 0

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
        if data is None and attributes.get("data-url"):
            self.lost_embeds.append(attributes["data-url"])
        # A block that nobody knows may be a private one: its text must not become the story's.
        if data is None or (self.rooms and self.rooms[-1][0].alone):
            self.skipped, self.skipped_depth = tag, 1
            return
        self.heading = self.item = False
        self.marked[tag].append(kind.inside is not None)
        if kind.alone and not self.rooms:
            self.end_block()
            self.block = (kind, tag, data, [])
        if kind.inside:
            self.rooms.append((kind, tag, data))
        elif all(room[0].public for room in self.rooms):
            self.end_block()
            self.blocks.append(kind.block(tag, data, []))

    def end_marked(self, tag):
        self.end_line()
        self.item = False
        for place in range(len(self.rooms) - 1, -1, -1):
            if self.rooms[place][1] == tag:
                del self.rooms[place]
                break
        if not self.rooms:
            self.end_block()
            self.captions = 0

    # Tables

    def is_table(self):
        """Whether the table that opens here stands by itself and is one of texts; others are part of what is around."""
        return not (self.rooms or self.outer) and is_one(self.tokens, self.place, SKIPPED)

    def start_table(self):
        self.end_line()
        self.end_block()
        self.grid = Grid()

    def start_in_table(self, tag, attributes):
        if tag in self.marked:
            self.marked[tag].append(False)
        if tag == "tr":
            self.grid.start_row()
        elif tag in CELLS or tag == "caption":
            self.take_runs()
            self.cell = tag, _attributes(attributes)
        else:
            self.part()

    def end_in_table(self, tag):
        if tag == "tr":
            self.grid.end_row()
        elif tag in CELLS or tag == "caption":
            self.end_cell()
        elif tag == "table":
            self.end_table()
        else:
            self.part()

    def end_cell(self):
        (tag, attributes), self.cell = self.cell, None
        runs = self.take_runs()
        if tag == "caption":
            self.grid.set_caption(runs)
        else:
            self.grid.add(runs, tag == "th", _span(attributes, "colspan"), _span(attributes, "rowspan"))

    def end_table(self):
        self.take_runs()
        block = self.grid.block()
        paragraph = KINDS["paragraph"]
        self.blocks += (
            [block] if block else [paragraph.block("p", {}, [Line(runs)]) for runs in self.grid.texts]
        )
        self.grid = None


def _span(attributes, name):
    """Return how many columns or rows a cell says to span, 1 where it says nothing sensible."""
    said = attributes.get(name, "")
    return max(1, min(int(said), WIDEST)) if said.isascii() and said.isdecimal() and len(said) < 5 else 1


def _checked(kind, tag, attributes):
    """Return the data of a marked block by name without "data-", or None if anything in it is not right."""
    if not kind.marked or tag not in kind.tags:
        return None
    data = {
        name.removeprefix("data-"): check(attributes.get(name, "")) for name, check in kind.attributes.items()
    }
    return None if None in data.values() else data


def read(html):
    """
    Return the Reader that has read ``html``.

    The time and memory of HTML5 parsing grow with the square of nesting: 20,000 hostile tags take half a minute. What
    is larger than stories are is therefore read tag by tag as it stands; on well-formed HTML both readings agree, and
    what is written is safe after either.
    """
    html = str(html or "")
    if not html.isprintable():
        html = UNWANTED.sub("", html)
    reader = Reader()
    large = len(html) > MANY_CHARACTERS or html.count("<") > MANY_TAGS
    reader.read(html if large else _engine.clean(html))
    return reader
