"""Pictures carry rights: without credit, description and a licence they are not published (design rule 9)."""

from django.utils.translation import gettext as _

from articles.checks.finding import BLOCK, Finding
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
