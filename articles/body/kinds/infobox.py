"""The infobox: a title, paragraphs and lists, set apart from the story's run."""

from itertools import groupby

from django.utils.safestring import mark_safe

from articles.body.shape import Kind, inline, items, paragraphs, text_of

LISTS = ("ul", "ol")


def _inside(lines):
    """The first heading at the head is the title; later ones are paragraphs, as the box is small."""
    title = f"<h2>{inline(lines[0].runs)}</h2>" if lines[0].role == "heading" else ""
    rest = lines[1:] if title else lines
    parts = [_part(role, list(group)) for role, group in groupby(rest, key=_role)]
    return title + "".join(parts), text_of(lines)


def _role(line):
    return line.role if line.role in LISTS else ""


def _part(role, lines):
    return f"<{role}>{items(lines)[0]}</{role}>" if role else paragraphs(lines)[0]


def _context(block, given):
    title = block.text.partition("\n")[0] if "<h2>" in block.html else ""
    inside = block.html.partition(">")[2].removesuffix("</aside>")
    return {"title": title, "inside": mark_safe(inside)}


INFOBOX = Kind(
    "infobox",
    ("aside",),
    _inside,
    marked=True,
    items=True,
    template="articles/blocks/infobox.html",
    context=_context,
)
