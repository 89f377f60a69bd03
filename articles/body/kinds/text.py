"""The kinds that are text alone, shown as they are stored."""

from articles.body.shape import Kind, items, one_line, paragraphs

PARAGRAPH = Kind("paragraph", ("p",), one_line)
CROSSHEAD = Kind("crosshead", ("h2",), one_line)
LIST = Kind("list", ("ul", "ol"), items, items=True)
QUOTATION = Kind("quotation", ("blockquote",), paragraphs)
NOTE = Kind("note", ("aside",), paragraphs, marked=True, public=False)
