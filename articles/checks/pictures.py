"""Pictures carry rights: without credit, description and a licence they are not published (design rule 9)."""

import re

from django.utils.translation import gettext as _

from articles import body
from articles.checks.finding import BLOCK, WARN, Finding


def lead_credit(reading):
    """Find a lead picture without a credit, neither in the story nor in the library."""
    picture = reading.content["lead_image"]
    if picture and not (reading.content["lead_credit"].strip() or _own(reading, picture, "credit")):
        yield _finding("missing-credit", "lead_credit", _no_credit(picture["name"]), picture["id"])


def lead_alt(reading):
    """Find a lead picture without an alt text, neither in the story nor in the library."""
    picture = reading.content["lead_image"]
    if picture and not (reading.content["lead_alt"].strip() or _own(reading, picture, "alt")):
        yield _finding("missing-alt", "lead_alt", _no_alt(picture["name"]), picture["id"])


def social(reading):
    """Find a picture for social media that lacks credit or alt text: it goes out with those of the library alone."""
    picture = reading.content["social_image"]
    if picture and not _own(reading, picture, "credit"):
        yield _finding("missing-credit", "social_image", _no_credit(picture["name"]), picture["id"])
    if picture and not _own(reading, picture, "alt"):
        yield _finding("missing-alt", "social_image", _no_alt(picture["name"]), picture["id"])


def in_body(reading):
    """Find pictures of the body that are gone, or that their rights or missing words keep from being printed."""
    for pk in body.picture_ids(reading.content["body"]):
        image = reading.images.get(pk)
        if image is None:
            message = _("The picture %(number)d in the body is not in the library; take it out.") % {
                "number": pk
            }
            yield _finding("missing-picture", "body", message, pk)
            continue
        if not image.may_be_shown(reading.at):
            yield _off(image, "body", image.title)
        if not image.credit.strip():
            yield _finding("missing-credit", "body", _no_credit(image), pk)
        if not image.alt.strip():
            yield _finding("missing-alt", "body", _no_alt(image), pk)


def _own(reading, picture, name):
    image = reading.images.get(picture["id"])
    return image is not None and getattr(image, name).strip()


def _no_credit(name):
    return _("The picture “%(name)s” has no credit; name who made it.") % {"name": name}


def _no_alt(name):
    return _("The picture “%(name)s” has no alt text; say what it shows.") % {"name": name}


def _off(image, field, name):
    """Return the finding about an Image that may not be shown, ``name`` as the story calls it."""
    if image.retired_at is not None:
        message = _("The picture desk retired the picture “%(name)s”; take another picture.")
        return _finding("retired-picture", field, message % {"name": name}, image.pk)
    message = _("The licence of the picture “%(name)s” has ended; renew it or take another picture.")
    return _finding("expired-licence", field, message % {"name": name}, image.pk)


# "harbour.jpg", "IMG_2034", "DSC00123", "20260302-101500", "P1010203": what cameras and disks call pictures.
_FILE_NAME = re.compile(
    r"\S.{0,200}\.(?:jpe?g|png|webp|gif|avif|tiff?|heic|bmp|svg)"
    r"|(?:_?(?:IMG|DSC|DSCF|DSCN|PXL|MVI|SAM|WhatsApp Image)[ _-]?\d[\w .()-]*|P\d{7}|\d{8}[_-]\d{6}[\w-]*|Screenshot[ _-][\d _.-]+)",
    re.I,
)


def lead_alt_repeats(reading):
    """Find an alt text that only says the caption again, or is the name of a file."""
    for passage in reading.of("lead_alt") if reading.content["lead_image"] else ():
        if _is_caption(passage.text, lambda: _lead_caption(reading)):
            message = _(
                "The alt text repeats the caption, which is read aloud as well; say what the picture shows."
            )
        elif _is_file(passage.text):
            message = _("The alt text is the name of a file; say what the picture shows.")
        else:
            continue
        yield passage.finding("alt-repeats", WARN, (0, len(passage.text)), message)


def library_alt_repeats(reading):
    """Find the same in alt texts of the library: of a lead without its own, for social media, and in the body."""
    told = set()
    for field, pk, caption in _described_by_library(reading):
        image = reading.images.get(pk)
        if image is None:
            continue
        if _is_caption(image.alt, caption):
            message = _(
                "The alt text of the picture “%(name)s” repeats its caption, which is read aloud as well; say what it shows."
            )
        elif _is_file(image.alt):
            message = _("The alt text of the picture “%(name)s” is the name of a file; say what it shows.")
        else:
            continue
        if (field, pk, message) not in told:
            told.add((field, pk, message))
            yield _finding("alt-repeats", field, message % {"name": image}, pk, WARN)


def _described_by_library(reading):
    """Yield (field, id, function that returns the caption) of each picture that readers get with the library's alt text."""
    lead = reading.content["lead_image"]
    if lead and not reading.content["lead_alt"].strip():
        yield "lead_alt", lead["id"], lambda: _lead_caption(reading)
    if social := reading.content["social_image"]:
        yield "social_image", social["id"], lambda: _own(reading, social, "caption") or ""
    for block in body.blocks(reading.content["body"]):
        if block.data.get("image"):
            yield "body", int(block.data["image"]), lambda text=block.text: text


def _lead_caption(reading):
    return (
        reading.content["lead_caption"].strip()
        or _own(reading, reading.content["lead_image"], "caption")
        or ""
    )


def _is_caption(alt, caption):
    """caption: a function that returns it, for it may have to be fetched."""
    said = _letters(alt)
    return said != "" and said == _letters(caption())


def _is_file(alt):
    return _FILE_NAME.fullmatch(alt.strip()) is not None


def _letters(text):
    return "".join(filter(str.isalnum, text.casefold()))


def licences(reading):
    """Find pictures whose licence has ended, the one for social media included."""
    shown = {
        field: reading.content[field] for field in ("lead_image", "social_image") if reading.content[field]
    }
    for field, picture in shown.items():
        image = reading.images.get(picture["id"])
        if image is not None and not image.may_be_shown(reading.at):
            yield _off(image, field, picture["name"])


def _finding(code, field, message, picture, severity=BLOCK):
    return Finding(code, severity, field, 0, 0, "", message, picture=picture)
