"""Lines to live tickers: those that lead nowhere yet, and tickers that the text only mentions."""

import re

from django.utils.translation import gettext as _

from articles.checks.finding import BLOCK, WARN

_EVERYWHERE = r"live[\s-]?(?:ticker|blog)s?(?:en|in|u)?"
_WORDINGS = {
    "en": r"live (?:updates|coverage) (?:here|page)|news ?ticker",
    "de": r"news[\s-]?(?:ticker|blog)s?|eil[\s-]?ticker",
    "fr": r"(?:suiv(?:ez|re)|retrouvez|lire|lisez)\b[^.!?\n]{0,60}\b(?:en direct|notre direct|le direct|notre live|le live)",
    "es": r"minuto a minuto|(?:siga|sigue|lea|lee)\b[^.!?\n]{0,60}\ben (?:directo|vivo)",
    "uk": r"текстов\w+ (?:онлайн-)?трансляці\w+|лайв[\s-]?(?:блог|тікер)\w*|онлайн[\s-]тікер\w*",
}


def unresolved(reading):
    """Find the ticker lines that lead neither to one of our tickers nor to an address."""
    for row, passage in zip(reading.content["ticker_links"], reading.of("ticker_links"), strict=True):
        if row["article"] is None and not row["url"]:
            message = _(
                "This line leads to no ticker yet; choose the ticker, give an address or delete the line."
            )
            yield passage.finding("ticker-unresolved", BLOCK, (0, len(passage.text)), message)


def mentioned(reading):
    """Find the first mention of a live ticker in a story that links to none."""
    if reading.content["ticker_links"]:
        return
    wordings = "|".join(filter(None, [_EVERYWHERE, _WORDINGS.get(reading.language)]))
    pattern = re.compile(rf"\b(?:{wordings})\b", re.I)
    for passage in reading.of("standfirst", "body"):
        if found := pattern.search(passage.text):
            message = _("The text mentions a live ticker and links to none; add a ticker link or reword it.")
            yield passage.finding("ticker-mentioned", WARN, found.span(), message)
            return
