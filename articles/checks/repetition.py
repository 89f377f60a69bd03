"""What stands twice: words, spaces, the standfirst as first paragraph."""

import re

from django.utils.translation import gettext as _

from articles.checks.finding import WARN
from articles.checks.reading import ONE_LINERS, sentence_end

# Per language: words that never rightly stand twice. "had had", "that that", "come in in May", "die die" may be right.
_NEVER_TWICE = {
    "en": "the a an of and to with from or but if we they i my our your their its be been into than because as",
    "de": "und oder aber dass wenn weil eine einen einem auch wurde wurden",
    "fr": "le les de des du et une dans pour avec",
    "es": "el la los las de y un una en con para por del al",
    "uk": "і та на до для від про",
}
# English words of five letters and more stand twice for a reason only where they stress something.
_STRESSED = (
    "very really never great there those these which where their truly highly deeply quickly slowly again always little "
    "knock blah extra super maybe please hello young really right wrong would could should about"
).split()
_SPACE = "[ \u00a0\u202f]+"
_DOUBLED = {
    language: re.compile(
        rf"(?<![\w@#'’-])(?P<word>{'|'.join(words.split())}){_SPACE}(?P<again>(?P=word))(?![\w'’-])",
        re.I,
    )
    for language, words in _NEVER_TWICE.items()
}
_DOUBLED_LONG = re.compile(rf"(?<![\w@#'’-])(?P<word>[a-z]{{5,}}){_SPACE}(?P<again>(?P=word))(?![\w'’-])")
_SPACES = re.compile(r"(?<!\S)(?P<before>\S+)(?P<gap> {2,})(?P<after>\S+)")

ENOUGH = 6  # words of a sentence that are repeated by intent, not by chance
MOST_OF_IT = 0.6  # of the standfirst's runs of three words


def words(reading):
    """Find words that stand twice in a row and never rightly do."""
    patterns = [_DOUBLED[reading.language]] if reading.language in _DOUBLED else []
    if reading.language == "en":
        patterns.append(_DOUBLED_LONG)
    for passage in reading.of(*ONE_LINERS, "body", "ticker_links"):
        for pattern in patterns:
            for found in pattern.finditer(passage.text):
                if _is_slip(found):
                    message = _("“%(word)s” stands twice; delete one.") % {"word": found["word"]}
                    yield passage.finding("doubled-word", WARN, found.span(), message, found["word"])


def _is_slip(found):
    """Whether it is neither stress nor part of a name ("The The"), nor a letter that stands for itself ("grade A a day")."""
    alone = len(found["word"]) == 1 and found["word"].isupper()
    return found["again"].islower() and not alone and found["word"] not in _STRESSED


def spaces(reading):
    """Find two spaces or more between two words; the words beside them make the place visible."""
    for passage in reading.of(*ONE_LINERS, "body", "ticker_links"):
        for found in _SPACES.finditer(passage.text):
            message = _("Two spaces stand here; leave one.")
            right = f"{found['before']} {found['after']}"
            yield passage.finding("double-space", WARN, found.span(), message, right)


def standfirst(reading):
    """Find a first paragraph that says the standfirst again: a whole sentence of it, or most of its wording."""
    first = next((passage for passage in reading.of("body") if passage.kind == "paragraph"), None)
    above = " ".join(passage.text for passage in reading.of("standfirst")).strip()
    if first is None or not above:
        return
    told = f" {' '.join(_plain(first.text))} "
    sentences = [words for words in map(_plain, _sentences(above)) if len(words) >= ENOUGH]
    whole = any(f" {' '.join(words)} " in told for words in sentences)
    runs = _runs(_plain(above))
    if whole or (len(runs) >= ENOUGH and len(runs & _runs(told.split())) >= MOST_OF_IT * len(runs)):
        message = _(
            "The first paragraph says the standfirst again; begin with something new, or reword one of them."
        )
        yield first.finding("standfirst-repeated", WARN, (0, sentence_end(first.text, 0)), message)


def _plain(text):
    return re.findall(r"\w+", text.casefold())


def _runs(words):
    """Return the runs of three neighbouring words."""
    return set(zip(words, words[1:], words[2:], strict=False))


def _sentences(text):
    start = 0
    while text[start:].strip():
        end = sentence_end(text, start)
        yield text[start:end]
        start = end
