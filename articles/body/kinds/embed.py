"""The embed: a post, film, sound or chart of others. Drawn as a titled card; a reader's click opens it."""

import html as entities

from articles.body.characters import SPACES
from articles.body.providers import embed
from articles.body.shape import Kind, id_of_a_row, text_of


def _inside(lines):
    """The title is text alone, on one line: it stands in a link."""
    title = SPACES.sub(" ", text_of(lines)).strip()
    return f"<figcaption>{entities.escape(title, quote=False)}</figcaption>", title


def _url(value):
    found = embed(value)
    return found and found.url


def _picture(value):
    return id_of_a_row(value) if value else ""


def _context(block, given):
    found = embed(block.data["url"])
    picture = block.data["image"] and given.pictures(int(block.data["image"]), "text")
    return {"embed": found, "title": block.text or found.provider, "picture": picture}


EMBED = Kind(
    "embed",
    ("figure",),
    _inside,
    marked=True,
    alone=True,
    attributes={"data-image": _picture, "data-url": _url},
    template="articles/blocks/embed.html",
    context=_context,
)
