"""A picture of the library, by its id, with a caption of the story's own."""

from django.utils.safestring import mark_safe

from articles.body.shape import Kind, caption, id_of_a_row

LAYOUTS = ("text", "wide", "full")  # how wide a picture stands; the first where nothing is said


def _layout(value):
    return value if value in LAYOUTS else None if value else LAYOUTS[0]


def _context(block, given):
    """Return the context for a picture, or None where readers may not see it (now)."""
    picture = given.pictures(int(block.data["image"]), block.data["layout"])
    words = block.html.partition("<figcaption>")[2].removesuffix("</figcaption></figure>")
    return picture and {"picture": picture, "layout": block.data["layout"], "caption": mark_safe(words)}


IMAGE = Kind(
    "image",
    ("figure",),
    caption,
    marked=True,
    alone=True,
    attributes={"data-image": id_of_a_row, "data-layout": _layout},
    template="images/_figure.html",
    context=_context,
)
