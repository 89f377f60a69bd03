"""Names that may not be published; the finding says a number and whom to call, never the name or its place."""

from django.utils.translation import gettext as _

from articles.checks.finding import BLOCK, Finding
from articles.removal import restrictions


def names(reading):
    """Find restricted names anywhere in the story: texts, captions, tags, addresses, names of files, notes of correction."""
    for restriction in restrictions.named_in(
        lambda: [
            *restrictions.texts_of(reading.content),
            *restrictions.texts_beside(reading.content),
            *restrictions.texts_kept(reading.content, reading.article),
        ],
        reading.at,
    ):
        message = _("Restriction %(number)s, call legal.") % {"number": restriction}
        yield Finding("restricted-name", BLOCK, "headline", 0, 0, "", message)
