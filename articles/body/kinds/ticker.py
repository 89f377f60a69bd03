"""The ticker box: says where in the text a line to a live ticker stands. The lines are the story's, not the body's."""

from articles.body.addresses import address
from articles.body.shape import Kind, number


def _link(value):
    """The check of a line's place in the story's list, from 0."""
    return number(value, most=99)


def _context(block, given):
    """Return the context for the line that a ticker box names, or None while that line leads nowhere."""
    index = int(block.data["link"])
    line = given.ticker_lines[index] if index < len(given.ticker_lines) else None
    url = line and address(line.url)
    return {"line": line, "url": url} if url else None


TICKER = Kind(
    "ticker",
    ("aside",),
    marked=True,
    attributes={"data-link": _link},
    template="articles/blocks/ticker.html",
    context=_context,
)
