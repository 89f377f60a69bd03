"""
Quotation marks and brackets that open and do not close, or close and were never opened.

Languages quote differently (“ ” „ “ « » » « ” ” ‹ › ‚ ‘), and one sign may open here and close there, so that a mark
is judged by its neighbours first, then by what is open before it. A quotation may run over several paragraphs: in
English each of them opens again and only the last closes; other languages may leave out what English repeats.
Apostrophes, inches and feet are no quotation marks; straight single ones are never taken for any.
"""

import re
from dataclasses import dataclass
from itertools import groupby

from django.utils.translation import gettext as _

from articles.checks.finding import BLOCK, WARN
from articles.checks.reading import BESIDE, sentence_end, sentence_start

# What a mark closes, if it closes. Typists mix the systems; “yes" and „ja” close well enough for a reader.
CLOSES = {
    "“": '„‟“"',
    "”": '“„‟”"',
    '"': '"“„”',
    "»": "«»",
    "«": "»",
    "›": "‹›",
    "‹": "›",
    "‘": "‚‘",
    "’": "‘‚",
    "」": "「",
    "』": "『",
}
ALWAYS_OPEN = "„‟‚「『"
SINGLE = "‘’‚‹›"
MARKS = re.compile(f"[{''.join(CLOSES)}{ALWAYS_OPEN}]")

DEEPEST = 10

# Languages that never turn their guillemets inward.
OUTWARD = {
    "fr",
    "uk",
    "ru",
    "be",
    "es",
    "it",
    "pt",
    "ca",
    "gl",
    "el",
    "ar",
    "fa",
    "no",
    "nb",
    "nn",
    "tr",
    "hy",
    "ro",
    "bg",
}
# Languages in which a closing » may end the inner and the outer quotation at once.
MERGING = {"uk", "ru", "be", "fr"}

# A turned comma at the start of these words is an apostrophe set wrongly, or an ayn, not a quotation.
_NO_QUOTATION = re.compile(
    r"\d|(?:em|im|er|tis|twas|twere|twould|til|till|cause|cos|coz|cuz|round|bout|neath|nuff|ello|allo|n|s|Abd\w*|Ali|Umar|Omar|Uthman|Ain|Ayn|Eid|Id|Issa)\b",
    re.I,
)
_BEFORE_OPENING = " \t\n\u00a0\u2009\u202f([{<¿¡–—-/“„‟«»‹›‘‚\"'"


@dataclass(frozen=True)
class Mark:
    """A quotation mark at offset ``at`` of ``passage``."""

    char: str
    at: int
    passage: object


def quotations(reading):
    """Find quotation marks without a partner; where a paragraph has several readings, the kindest counts."""
    turned = _guillemets_turned(reading)
    for _kind, run in groupby(_quotable(reading), key=_run):
        for mark, opens in _unpaired(list(run), reading.language, turned):
            yield _finding(mark, opens)


def _quotable(reading):
    """Return the passages, those last that stand beside the story's run and do not end a quotation in it."""
    return sorted(reading.passages, key=lambda passage: passage.kind in BESIDE)


def _run(passage):
    """Return a key that is equal for neighbours in which one quotation may go on."""
    if passage.kind in ("paragraph", "quotation"):
        return passage.kind
    return (passage.field, passage.start)


def _finding(mark, opens):
    text = mark.passage.text
    severity = WARN if mark.passage.field == "byline_note" else BLOCK  # readers never see a byline note
    if opens:
        span = (mark.at, sentence_end(text, mark.at + 1))
        message = _("The quotation that opens here is never closed; close it where the speaker ends.")
    else:
        span = (sentence_start(text, mark.at), mark.at + 1)
        message = _("A quotation closes here that was never opened; open it where the speaker begins.")
    return mark.passage.finding("unbalanced-quotation", severity, span, message)


def _unpaired(passages, language, turned):
    """Yield (mark, whether it opens) for each mark without a partner in a run of paragraphs."""
    carried = []  # marks still open at the end of the paragraph before
    for passage in passages:
        begin, excused = 0, False
        if carried:
            lead = _lead(passage)
            again = _reopened(carried, lead)
            if again is not None:
                yield from ((mark, True) for mark in carried[:again])
                carried = []
            elif (
                lead and lead.char in "»”" and carried[-1].char in CLOSES[lead.char]
            ):  # « … / » … », as in Spanish
                begin = lead.at + 1
            elif language == "en" or not _goes_on(passage, carried[0], language, turned):
                yield from ((mark, True) for mark in carried)
                carried, excused = [], True
        left, stray = _pair(passage, carried, begin, language, turned)
        yield from ((mark, False) for mark in stray[1 if excused else 0 :])
        carried = left
    yield from ((mark, True) for mark in carried)


def _lead(passage):
    """Return the mark that the paragraph begins with, if any."""
    begin = len(passage.text) - len(passage.text.lstrip(" \t\n\u00a0\u202f\u200e\u200f([–—"))
    char = passage.text[begin : begin + 1]
    return Mark(char, begin, passage) if char and MARKS.match(char) else None


def _reopened(carried, lead):
    """Return the index of the carried mark that ``lead`` opens again, None if it opens none."""
    if lead is None:
        return None
    return next((index for index in reversed(range(len(carried))) if carried[index].char == lead.char), None)


def _goes_on(passage, outer, language, turned):
    """Whether the paragraph closes the mark ``outer`` or leaves it open, but opens no other of its kind before."""
    kin = (
        mark
        for mark in _marks(passage, 0)
        if mark.char == outer.char or outer.char in CLOSES.get(mark.char, "")
    )
    first = next(kin, None)
    return first is None or _role(first, language, turned) != "open"


def _pair(passage, opened, begin, language, turned):
    """
    Pair the marks of a paragraph; return (still open, closing without an opening), lists of Mark.

    Tried twice where digits stand before marks: 6'2" may be a height, or end a quotation.
    """
    marks = _marks(passage, begin)
    first = _walk(marks, opened, language, turned)
    if any(first):
        others = [mark for mark in marks if not _after_digit(mark)]
        if len(others) < len(marks):
            second = _walk(others, opened, language, turned)
            return min(first, second, key=lambda unpaired: len(unpaired[0]) + len(unpaired[1]))
    return first


def _marks(passage, begin):
    return [Mark(found[0], found.start(), passage) for found in MARKS.finditer(passage.text, begin)]


def _walk(marks, opened, language, turned):
    stack, left, stray = list(opened), [], []
    last = next((mark for mark in reversed(marks) if mark.char == "»"), None)
    for mark in marks:
        role = _role(mark, language, turned)
        partner = _partner(stack, mark)
        if role == "none" or (mark.char == "’" and (partner is None or stack[-1].char not in SINGLE)):
            continue  # an apostrophe
        if role == "close" or (role == "either" and partner is not None):
            if partner is not None:
                left += stack[partner + 1 :]
                del stack[partner:]
                if stack and mark is last and _ends_both(mark, stack[-1], language):
                    stack.pop()
            elif mark.char != "‘" and not _after_digit(mark):
                stray.append(mark)
        else:
            stack.append(mark)
    return sorted(left + stack, key=lambda mark: (mark.passage.start, mark.at)), stray


def _partner(stack, mark):
    """Return the index of the newest open mark that ``mark`` may close; quotations nest a few levels, not more."""
    partners = CLOSES.get(mark.char, "")
    newest = range(len(stack) - 1, max(-1, len(stack) - 1 - DEEPEST), -1)
    return next((index for index in newest if stack[index].char in partners), None)


def _ends_both(mark, outer, language):
    """Whether the last » of a paragraph ends two quotations at once, as in «the firm «Rosa», he said."""
    follows = mark.passage.text[mark.at + 1 : mark.at + 4].lstrip()[:1]
    return language in MERGING and outer.char == "«" and not follows.isalnum()


def _role(mark, language, turned):
    """Return "open", "close", "either" or "none" (an apostrophe, an inch) for a mark by its neighbours."""
    before, after = _neighbours(mark)
    opens = (not before or before in _BEFORE_OPENING) and after and not after.isspace()
    closes = before and not before.isspace() and not after.isalnum()
    if mark.char in ALWAYS_OPEN:
        return "none" if mark.char == "‚" and not (opens and after.isalpha()) else "open"
    if mark.char in "«»‹›":
        return _guillemet_role(mark, language, turned, opens, closes)
    if mark.char in "「」『』":
        return "close"
    if mark.char in "‘’":
        return _single_role(mark, before, after, opens, closes)
    if mark.char == '"' and before.isalnum() and after.isalnum():
        return "none"  # צה"ל, об"єкт
    if opens == closes or (opens and mark.char == "”"):  # ” opens in Swedish, or is misplaced
        return "either"
    return "open" if opens else "close"


def _single_role(mark, before, after, opens, closes):
    if before.isalnum() and after.isalnum():
        return "none"
    if mark.char == "’":
        return "none" if opens and not closes else "close"
    if opens and not closes:
        text = mark.passage.text
        return "none" if _NO_QUOTATION.match(text, mark.at + 1) else "open"
    return "close" if closes and not opens else "either" if opens else "none"


def _guillemet_role(mark, language, turned, opens, closes):
    if language in {"sv", "fi"} and mark.char in "»›":
        return "open" if opens and not closes else "close" if closes and not opens else "either"
    inward = turned and language not in OUTWARD
    return "open" if mark.char in ("»›" if inward else "«‹") else "close"


def _guillemets_turned(reading):
    """Whether the story writes »so«, judged by the first guillemet that clearly opens a word."""
    found = re.search(r"(?:^|[\s(\[–—-])([«»‹›])(?=\w)", reading.texts, re.M)
    return bool(found) and found[1] in "»›"


def _neighbours(mark):
    text = mark.passage.text
    return text[mark.at - 1 : mark.at] if mark.at else "", text[mark.at + 1 : mark.at + 2]


def _after_digit(mark):
    return mark.char in '"”“’' and _neighbours(mark)[0].isdigit()


PAIRS = {")": "(", "]": "[", "}": "{", "）": "（"}
_BRACKETS = re.compile(r"[()\[\]{}（）]")
# a) 1) (iv) begin items; :-) ends a remark.
_NO_BRACKET = re.compile(r"(?:(?:^|[\s(])(?:\d{1,3}|[A-Za-z]|[ivx]{1,4})|[:;=8][-o^]?)$")


def brackets(reading):
    """Find brackets without a partner; a remark in brackets may end in the next paragraph."""
    pending = []  # what is open at the end of the paragraph before
    previous = None
    for passage in _quotable(reading):
        if pending and not (passage.kind == previous.kind == "paragraph"):
            yield from _unpaired_brackets(previous, pending)
            pending = []
        opened, stray = _pair_brackets(passage.text)
        while pending and stray and PAIRS[passage.text[stray[0]]] == previous.text[pending[-1]]:
            pending.pop()
            stray.pop(0)
        yield from _unpaired_brackets(previous, pending)
        for at in stray:
            message = _("A bracket closes here that was never opened; open it or delete this one.")
            span = (sentence_start(passage.text, at), at + 1)
            yield passage.finding("unbalanced-bracket", WARN, span, message)
        pending, previous = opened, passage
    yield from _unpaired_brackets(previous, pending)


def _unpaired_brackets(passage, opened):
    for at in opened:
        message = _("The bracket that opens here is never closed; close it or delete this one.")
        yield passage.finding("unbalanced-bracket", WARN, (at, sentence_end(passage.text, at + 1)), message)


def _pair_brackets(text):
    """Return the offsets of brackets (left open, closing without an opening)."""
    stack, stray = [], []
    for found in _BRACKETS.finditer(text):
        at, char = found.start(), found[0]
        if char not in PAIRS:
            if not re.search(r"[:;=8]-?$", text[max(0, at - 2) : at]):  # :-(
                stack.append(at)
        elif stack and text[stack[-1]] == PAIRS[char]:
            stack.pop()
        elif not _NO_BRACKET.search(text[max(0, at - 6) : at]):
            stray.append(at)
    return stack, stray
