"""
The table: a caption, a row of heads, cells of one text each; the first column may be heads too.

Tables come with every paste from a sheet or a page, and pages use them for layout as well. A table is one of figures
and words if it stands by itself, holds neither tables nor the desk's own blocks, and has two rows and two columns of
text at least; any other is read as the paragraphs it holds.
"""

import html as entities

from django.utils.safestring import mark_safe

from articles.body.characters import INK, SPACES, plain_text
from articles.body.shape import Block, Kind, inline

MOST_COLUMNS = 30
MOST_CELLS = 3000
PARTS = {"thead", "tbody", "tfoot"}
CELLS = {"td", "th"}


def is_one(tokens, at, skipped):
    """
    Whether the table that opens at ``tokens[at]`` is built as a table of texts; `Grid.block` then counts.

    tokens: (slash, tag, attributes, text) of `reading.TOKEN`. skipped: elements that hold no text of the story. Looks
    no further than to the next tag of a table, so that all of them together are read once.
    """
    inside = "table"
    for place in range(at + 1, len(tokens)):
        slash, tag, attributes, text = tokens[place]
        tag = tag.lower()
        if text:
            if inside in ("table", "row") and INK.search(plain_text(text)):
                return False
        elif tag == "table":
            return bool(slash) and inside == "table"
        elif tag == "tr":
            if inside != ("row" if slash else "table"):
                return False
            inside = "table" if slash else "row"
        elif tag in CELLS or tag == "caption":
            outer = "table" if tag == "caption" else "row"
            if inside != (tag if slash else outer):
                return False
            inside = outer if slash else tag
        elif tag in PARTS:
            if inside != "table":
                return False
        elif tag and (inside in ("table", "row") or tag in skipped or "data-block" in attributes):
            return False
    return False


class Grid:
    """Gathers the cells of one table; a cell that spans several leaves empty ones, so that columns stay in line."""

    def __init__(self):
        self.rows = []  # of (runs, is it a head?)
        self.texts = []  # runs of the caption and all cells in their order
        self.caption = ""
        self.spanned = {}  # column: rows below that a cell still fills

    def start_row(self):
        self.rows.append([])

    def end_row(self):
        self._pass_over()

    def set_caption(self, runs):
        """The caption is text alone, on one line: the editor asks for it in a dialog."""
        self.caption = self.caption or SPACES.sub(" ", _text(runs)).strip()
        self.texts += [runs] if runs else []

    def add(self, runs, is_head, columns, rows):
        """columns, rows: how many the cell spans."""
        self.texts += [runs] if runs else []
        self._pass_over()
        for place in range(columns):
            self._put((runs if place == 0 else [], is_head), rows)

    def _pass_over(self):
        row = self.rows[-1]
        while left := self.spanned.get(len(row)):
            self.spanned[len(row)] = 0
            self._put(([], False), left)

    def _put(self, cell, rows):
        row = self.rows[-1]
        if len(row) <= MOST_COLUMNS:  # one more than fits tells that it is too wide
            if rows > 1:
                self.spanned[len(row)] = rows - 1
            row.append(cell)

    def block(self) -> Block | None:
        """Return the table, without empty rows and columns; None where no table is left, or one larger than people read."""
        width = max(map(len, self.rows), default=0)
        if width > MOST_COLUMNS or width * len(self.rows) > MOST_CELLS:
            return None
        rows = [row + [([], False)] * (width - len(row)) for row in self.rows]
        rows = [row for row in rows if any(runs for runs, _is_head in row)]
        columns = [column for column in range(width) if any(row[column][0] for row in rows)]
        if len(rows) < 2 or len(columns) < 2:
            return None
        return _written(self.caption, [[row[column] for column in columns] for row in rows])


def _written(caption, rows):
    """Return the Block of these rows; the first is heads, the first column if its second cell says so."""
    first = "th" if rows[1][0][1] else "td"
    html = f"<caption>{entities.escape(caption, quote=False)}</caption>" if caption else ""
    html += f"<thead>{_row(rows[0], 'th', 'th')}</thead>"
    html += f"<tbody>{''.join(_row(row, first, 'td') for row in rows[1:])}</tbody>"
    lines = [caption] if caption else []
    lines += ["\t".join(_text(runs) for runs, _is_head in row) for row in rows]
    return Block("table", f"<table>{html}</table>", "\n".join(lines))


def _row(cells, first, rest):
    tags = [first] + [rest] * (len(cells) - 1)
    return (
        "<tr>"
        + "".join(f"<{tag}>{inline(runs)}</{tag}>" for tag, (runs, _) in zip(tags, cells, strict=True))
        + "</tr>"
    )


def _text(runs):
    return "".join(text for text, _marks in runs)


def _context(block, given):
    """Return the context: heads say what they are heads of, and a corner without words is none."""
    head, _, body = block.html.partition("<thead>")[2].partition("</thead><tbody>")
    head = head.replace("<th></th>", "<td></td>").replace("<th>", '<th scope="col">')
    body = body.removesuffix("</tbody></table>").replace("<th>", '<th scope="row">')
    caption = block.html.partition("<thead>")[0].removeprefix("<table>")
    caption = caption.removeprefix("<caption>").removesuffix("</caption>")
    name = block.text.partition("\n")[0] if caption else ""
    return {"caption": mark_safe(caption), "name": name, "head": mark_safe(head), "body": mark_safe(body)}


TABLE = Kind("table", ("table",), template="articles/blocks/table.html", context=_context)
