"""What machines leave at the start of a paragraph: the scrap of a drop capital, a stray punctuation mark."""

import re
import unicodedata
from functools import reduce
from operator import or_

from django.db.models import Q
from django.utils.translation import gettext as _

from articles.checks.finding import BLOCK, WARN
from articles.checks.reading import sentence_end
from articles.models import NameForm, Tag

# Names and degrees that are written with a capital, a stop and a capitalised word.
KNOWN = set(
    "E.ON E.Leclerc J.Crew J.Jill J.Lo M.Video G.Skill B.Sc M.Sc D.Sc B.Ed M.Ed B.Com M.Com B.Eng M.Eng B.Tech M.Tech "
    "B.Phil M.Phil D.Phil B.Litt M.Litt D.Litt B.Arch M.Arch B.Mus M.Mus M.Div N.Mex".split()
)

# Languages whose agencies glue an initial to the surname: "В.Маар". Where a copy does so, a scrap looks no different.
GLUING = {"uk", "ru", "be", "bg"}
_GLUED = re.compile(r"(?:[\w,;:–—][ \u00a0]|[(«“])[А-ЯЁІЇЄҐЎ]\.[А-ЯЁІЇЄҐЎ][а-яёіїєґў]")

FIRST_WORDS = 4  # that an editor has to change, because what follows the scrap may be wrong too

_TOKEN = re.compile(r"([^\W\d_])\.([^\W\d_][^\W\d_]+)")
_MID_SENTENCE = re.compile(r"(?:\w|[,;:–—])[ \u00a0][(“„«\"'‘]?([^\W\d_]\.[^\W\d_][^\W\d_]+)")
_FEW = 20
_WORD = re.compile(r"\w+")
_OPENING = " \t\n\u00a0\u202f\ufeff\u200e\u200f([“„«»‹›\"'‘‚¿¡–—"


def drop_cap(reading):
    """
    Find paragraphs that begin with one capital and a stop glued to a capitalised word: "R.US President".

    It is never repaired, and taking the scrap out does not clear it: while the words behind a scrap of the imported
    copy still open a paragraph, they may be what the machine made of the real beginning.
    """
    scraps = _candidates(reading)
    came = _candidates(reading.imported) if reading.imported else {}
    names = KNOWN | _printed_names({*scraps.values(), *came.values()})
    openings = _openings(came, names | _names(reading.imported)) if came else set()
    names |= _names(reading) if scraps else set()
    for passage in reading.paragraphs():
        begin = len(passage.text) - len(passage.text.lstrip(_OPENING))
        token = scraps.get(passage)
        if token and token not in names:
            message = _(
                "“%(scrap)s” looks like the scrap of a drop capital and the words behind it may be wrong too; "
                "check the opening against another source and write it anew."
            ) % {"scrap": token[:2]}
        elif _first_words(passage.text) in openings:
            message = _(
                "This opening stood behind the scrap of a drop capital in the copy and may be wrong too; "
                "check its first words against another source and write them anew."
            )
        else:
            continue
        yield passage.finding("drop-cap", BLOCK, (begin, sentence_end(passage.text, begin)), message)


def _candidates(reading):
    """Return {passage: "R.US"} of the paragraphs that begin so."""
    if reading.language in GLUING and _GLUED.search(reading.texts):
        return {}
    return {passage: token for passage in reading.paragraphs() if (token := _scrap(passage.text))}


def _scrap(text):
    """Return "R.US" where ``text`` begins so, else ""; initials such as "U.S." and "A.B. Smith" are none."""
    match = _TOKEN.match(text.lstrip(_OPENING))
    if not match or not (match[1].isupper() and match[2][0].isupper()):
        return ""
    return match[0]


def _names(reading):
    """Return what the story itself uses like "K.Lumen" in the middle of a sentence: a name, then."""
    return set(_MID_SENTENCE.findall(reading.texts))


def _printed_names(tokens):
    """Return those of ``tokens`` that are, or begin, a tag's name or printed form."""
    if not tokens:
        return set()
    forms = NameForm.objects.filter(_beginning("text", tokens), kind=NameForm.Kind.PRINTED).values_list(
        "text", flat=True
    )
    names = Tag.objects.filter(_beginning("name", tokens)).values_list("name", flat=True)
    return tokens & {name.split()[0] for name in [*forms.order_by(), *names.order_by()]}


def _beginning(field, tokens):
    """Return the condition that ``field`` is one of ``tokens``, or begins with one of the first few."""
    few = (Q(**{f"{field}__startswith": f"{token} "}) for token in sorted(tokens)[:_FEW])
    return reduce(or_, few, Q(**{f"{field}__in": tokens}))


def _openings(came, names):
    """Return the first words, as `_first_words` has them, of the paragraphs that came with a scrap and not a name."""
    texts = (passage.text.lstrip(_OPENING) for passage, token in came.items() if token not in names)
    return {_first_words(text[2:]) for text in texts}


def _first_words(text):
    """Return the first four words without a scrap before them, whatever their case and the marks between them."""
    text = text.lstrip(_OPENING)
    scrap = re.match(r"[^\W\d_]\.\s*(?=[^\W\d_]{2})", text)
    words = _WORD.findall(text[scrap.end() :] if scrap and text[0].isupper() else text)
    return tuple(word.casefold() for word in words[:FIRST_WORDS])


# A stop before a digit or a small letter is a decimal or a domain (".5 per cent", ".com"); "!Kung" is a name.
_STRAY = re.compile(
    r"\.(?![\d.]| ?\. ?\.|[a-z]{2}|NET\b)(?:\s*[.,;:!?])*"
    r"|!(?!\w)"
    r"|[,;:?)\]}/|>،؛؟、。，．：；！？](?!-?[)(D])[\s.,;:!?>/|]*(?<!\s)"
)


def stray_punctuation(reading):
    """Find punctuation that no paragraph begins with. An ellipsis, a dash, an opening mark, ¿ ¡ # € are welcome."""
    fields = "kicker headline standfirst body byline_note lead_caption home_headline social_title social_text".split()
    for passage in reading.of(*fields):
        begin = _first_visible(passage.text)
        match = _STRAY.match(passage.text, begin)
        if match is None:
            continue
        rest = passage.text[match.end() :].lstrip()
        word = re.match(r"\S*\w|\S*", rest)[0]
        end = len(passage.text) - len(rest) + len(word)
        message = _(
            "“%(mark)s” stands at the start of a paragraph; delete it, or restore what stood before it."
        ) % {"mark": match[0].strip()}
        yield passage.finding("stray-punctuation", WARN, (begin, end), message, word)


def _first_visible(text):
    """Return the offset of the first character that is neither space nor an invisible mark."""
    for offset, char in enumerate(text):
        if not char.isspace() and unicodedata.category(char) != "Cf":
            return offset
    return len(text)
