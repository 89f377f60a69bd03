"""The headline: how long it is, and whether what it quotes was said in the story."""

import re

from django.utils.translation import gettext as _

from articles.checks.finding import WARN
from articles.checks.speech import quoted

LONGEST = 110  # characters; search engines and phones cut what is longer

_WORD = re.compile(r"\w+(?:['’ʼ]\w+)*")
_LEFT_OUT = re.compile(r"…|\.\.\.|[\[(][^\])]*[\])]")
_APOSTROPHES = str.maketrans("’ʼ", "''")
_STEM = (
    4  # first letters by which words of languages that inflect are compared, one less than a short word has
)


def too_long(reading):
    """Find a headline of more than 110 characters."""
    for passage in reading.of("headline"):
        length = len(passage.text.strip())
        if length > LONGEST:
            message = _("The headline has %(length)d characters; shorten it to %(limit)d.")
            message %= {"length": length, "limit": LONGEST}
            yield passage.finding("headline-long", WARN, (0, len(passage.text)), message)


def quotations(reading):
    """
    Find quotations of several words in the headline that do not stand in the body.

    Quote style, case and punctuation do not matter, nor does what "…" and brackets leave out or words set between two
    halves of a quotation; outside English endings do not either.
    """
    told = [passage.text for passage in reading.of("body")]
    for passage in reading.of("headline"):
        quotations = [quotation for quotation in quoted(passage.text) if " " in quotation.strip()]
        if not quotations or not told:
            return
        spoken = " ".join(part for text in told for part in quoted(text))
        heard = [_words(" ".join(told), reading.language), _words(spoken, reading.language)]
        for quotation in quotations:
            parts = [
                _words(part, reading.language) for part in _LEFT_OUT.split(quotation) if _WORD.search(part)
            ]
            if not all(any(part in words for words in heard) for part in parts):
                start = passage.text.index(quotation)
                message = _(
                    "“%(quote)s” does not stand in the story; quote what was said, or take the marks off."
                )
                message %= {"quote": quotation}
                yield passage.finding("headline-quotation", WARN, (start, start + len(quotation)), message)


def _words(text, language):
    """Return the words of ``text`` in small letters, each between spaces, so that "in" finds whole words alone."""
    words = _WORD.findall(text.casefold().translate(_APOSTROPHES))
    return f" {' '.join(words if language == 'en' else [word[: min(_STEM, max(len(word) - 1, 1))] for word in words])} "
