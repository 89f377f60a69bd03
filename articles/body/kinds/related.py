"""Says where in the text the story's list of related stories stands; without it the list stands at the end."""

from articles.body.shape import Kind


def _context(block, given):
    """Return the context for the stories that readers can open, or None where there is none."""
    return {"stories": given.related} if given.related else None


RELATED = Kind(
    "related",
    ("aside",),
    marked=True,
    once=True,
    template="articles/blocks/related.html",
    context=_context,
)
