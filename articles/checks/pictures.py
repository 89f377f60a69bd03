"""Pictures carry rights: without credit, description and a licence they are not published (design rule 9)."""

import re

from django.utils.translation import gettext as _

from articles.checks.finding import BLOCK, WARN, Finding
from images.models import Image


def lead_credit(reading):
    picture = reading.content["lead_image"]
    if picture and not reading.content["lead_credit"].strip():
        message = _("The picture “%(name)s” has no credit; name who made it.") % picture
        yield _finding("missing-credit", "lead_credit", message)


def lead_alt(reading):
    picture = reading.content["lead_image"]
    if picture and not reading.content["lead_alt"].strip():
        message = _("The picture “%(name)s” has no alt text; say what it shows.") % picture
        yield _finding("missing-alt", "lead_alt", message)


# "harbour.jpg", "IMG_2034", "DSC00123", "20260302-101500", "P1010203": what cameras and disks call pictures.
_FILE_NAME = re.compile(
    r"\S.{0,200}\.(?:jpe?g|png|webp|gif|avif|tiff?|heic|bmp|svg)"
    r"|(?:_?(?:IMG|DSC|DSCF|DSCN|PXL|MVI|SAM|WhatsApp Image)[ _-]?\d[\w .()-]*|P\d{7}|\d{8}[_-]\d{6}[\w-]*|Screenshot[ _-][\d _.-]+)",
    re.I,
)


def lead_alt_repeats(reading):
    """Find an alt text that only says the caption again, or is the name of a file."""
    for passage in reading.of("lead_alt") if reading.content["lead_image"] else ():
        said = _letters(passage.text)
        if not said:
            continue
        if said == _letters(reading.content["lead_caption"]):
            message = _(
                "The alt text repeats the caption, which is read aloud as well; say what the picture shows."
            )
        elif _FILE_NAME.fullmatch(passage.text.strip()):
            message = _("The alt text is the name of a file; say what the picture shows.")
        else:
            continue
        yield passage.finding("alt-repeats", WARN, (0, len(passage.text)), message)


def _letters(text):
    return "".join(filter(str.isalnum, text.casefold()))


def licences(reading):
    """Find pictures whose licence has ended, the one for social media included."""
    shown = {
        field: reading.content[field] for field in ("lead_image", "social_image") if reading.content[field]
    }
    images = Image.objects.only("licence_until").in_bulk({picture["id"] for picture in shown.values()})
    for field, picture in shown.items():
        image = images.get(picture["id"])
        if image is not None and not image.may_be_shown(reading.at):
            message = (
                _("The licence of the picture “%(name)s” has ended; renew it or take another picture.")
                % picture
            )
            yield _finding("expired-licence", field, message)


def _finding(code, field, message):
    return Finding(code, BLOCK, field, 0, 0, "", message)
