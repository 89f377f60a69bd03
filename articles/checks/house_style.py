"""House style: words of the Terms list, and wrong forms of the names that tags know."""

import re
from dataclasses import dataclass
from functools import reduce
from operator import or_

from django.db.models import Q
from django.utils.translation import gettext as _

from articles.checks.finding import WARN
from articles.models import NameForm, Tag, Term
from articles.models.tag import TagKind

# Joins of a word that \w does not know: accents, vowel signs of Arabic, Hebrew and Indic scripts, joiners.
_JOINED = r"\w\u00ad\u0300-\u036f\u0483-\u0489\u0591-\u05c7\u0610-\u061a\u064b-\u065f\u0670\u06d6-\u06ed\u08d3-\u0903\u093a-\u094f\u200c\u200d"
_BEFORE = rf"(?<![{_JOINED}@#])"  # an account or a hashtag is written as its owner wrote it
_AFTER = rf"(?![{_JOINED}])(?!\.[a-z])"  # so is kyiv.example
_LOOSE = {" ": r"\s+", "-": "[-‐‑]", "'": "['’ʼ]", "’": "['’ʼ]"}
_WORD = re.compile(r"\w+")
_MANY = 25  # different wrong names in one story
_ENOUGH = 500  # wrong words in one story


@dataclass(frozen=True)
class Hit:
    """A wrong form at (start, end) of a passage: ``wrong`` as listed, ``rule`` the row that knows the right one."""

    passage: object
    start: int
    end: int
    wrong: str
    rule: object

    @property
    def quote(self):
        return self.passage.text[self.start : self.end]


def terms(reading):
    """Find the words that the house writes otherwise."""
    return uses_of(list(Term.objects.filter(active=True, language__in=reading.languages)), reading)


def uses_of(rules, reading):
    """Yield a Finding wherever a wrong form of the Terms ``rules`` stands. A right form that contains it shields it."""
    hits = _hits(reading, [(term.wrong, term) for term in rules])
    hits = [hit for hit in hits if not _within(hit, _spans(hit.passage.text, [hit.rule.right]))]
    for hit in _longest(hits):
        right = _in_case_of(hit)
        if right == hit.quote:
            continue  # "Internet" for "internet" is right where a sentence begins with it
        yield hit.passage.finding(
            "term",
            hit.rule.severity,
            (hit.start, hit.end),
            _term_message(hit.quote, right, hit.rule.note),
            right,
        )


def _term_message(quote, right, note):
    message = (
        _("We write “%(right)s”, not “%(wrong)s”") % {"right": right, "wrong": quote}
        if right
        else _("We do not write “%(wrong)s”; word it otherwise") % {"wrong": quote}
    )
    return f"{message}: {note.rstrip('.')}." if note else f"{message}."


def names(reading):
    """
    Find wrong forms of names, and suggest the form printed in the story's language, else the tag's name.

    The longest form wins. A right form that contains the wrong one shields it ("Chicken Kiev"), and so does a name
    that another tag prints in just this way (Odessa in Texas).
    """
    wrong = NameForm.objects.filter(kind=NameForm.Kind.WRONG, language__in=reading.languages).order_by()
    hits = _hits(reading, list(wrong.values_list("text", "tag")), capitals=True)
    if not hits:
        return
    printed, right = _right_forms(reading, hits)
    shields = {passage: _spans(passage.text, right) for passage in {hit.passage for hit in hits}}
    hits = [hit for hit in hits if hit.quote not in printed and not _within(hit, shields[hit.passage])]
    tags = Tag.objects.select_related("canonical").in_bulk({hit.rule for hit in hits})
    suited = _printed(reading, tags)
    for hit in _longest(hits):
        tag = tags[hit.rule].canonical
        suggestion = _as_long_as(hit.wrong, suited.get(tag.pk, tag.name), tag)
        if hit.quote.isupper() and not hit.wrong.isupper():
            suggestion = suggestion.upper()
        if suggestion == hit.quote:
            continue  # a wrong small letter ("Von der Leyen") can't be told in a line of capitals
        message = _("“%(wrong)s” is a form of this name that we do not print; write “%(right)s”.")
        message %= {"wrong": hit.quote, "right": suggestion}
        yield hit.passage.finding("name-form", WARN, (hit.start, hit.end), message, suggestion)


def _hits(reading, rules, capitals=False):
    """
    Return the Hits of ``rules`` = [(wrong form, rule)], whole words only.

    A form in small letters matches any case, one with capitals as it is written, and with ``capitals`` also all in
    capitals, as datelines and old agency headlines have it. Only forms whose words all stand in the text are searched for.
    """
    passages = [(passage, set(_WORD.findall(passage.text.casefold()))) for passage in reading.passages]
    words = set().union(*(words for _passage, words in passages))
    hits = []
    for wrong, rule in rules:
        first = _WORD.search(wrong)
        if first and first[0].casefold() not in words:  # nearly all forms of nearly all tags end here
            continue
        wanted = _WORD.findall(wrong.casefold())
        if words.issuperset(wanted) and wrong.strip():
            pattern = _pattern(wrong.strip(), capitals)
            for passage in (passage for passage, words in passages if words.issuperset(wanted)):
                hits += [Hit(passage, *found.span(), wrong, rule) for found in pattern.finditer(passage.text)]
                if len(hits) > _ENOUGH:
                    return hits[:_ENOUGH]
    return hits


def _pattern(wrong, capitals):
    exact = _body(wrong)
    if capitals and not wrong.islower() and len(wrong) > 3:
        exact = f"(?:{exact}|{_body(wrong.upper())})"
    return re.compile(exact, re.I if wrong.islower() else 0)


def _body(form):
    """Return the pattern of a form: any space, dash or apostrophe fits its like; word ends where it has words."""
    inner = "".join(_LOOSE.get(char) or re.escape(char) for char in " ".join(form.split()))
    return (_BEFORE if form[0].isalnum() else "") + inner + (_AFTER if form[-1].isalnum() else "")


def _spans(text, forms):
    """Return where the right ``forms`` stand in ``text``, in any case."""
    return [
        found.span()
        for form in forms
        if form.strip()
        for found in re.finditer(_body(form.strip()), text, re.I)
    ]


def _within(hit, spans):
    """Whether the hit lies in one of ``spans`` that is longer."""
    return any(
        start <= hit.start and hit.end <= end and end - start > hit.end - hit.start for start, end in spans
    )


def _longest(hits):
    """Return hits without those that overlap a longer one, and each place once."""
    kept = []
    for hit in sorted(hits, key=lambda hit: (hit.start - hit.end, hit.start)):
        if not any(
            hit.passage is other.passage and hit.start < other.end and other.start < hit.end for other in kept
        ):
            kept.append(hit)
    return kept


def _right_forms(reading, hits):
    """Return (printed forms, all right forms) that contain what was hit, of any tag, in this language."""
    found = {hit.wrong for hit in hits} | {hit.quote for hit in hits}
    found = {
        text.lower() if text.isascii() else text for text in found
    }  # SQLite folds the case of ASCII alone
    rows = NameForm.objects.filter(language__in=reading.languages).exclude(kind=NameForm.Kind.WRONG)
    rows = list(_containing("text", found, rows).values_list("text", "kind"))
    names = set(_containing("name", found, Tag.objects.all()).values_list("name", flat=True))
    printed = {text for text, kind in rows if kind == NameForm.Kind.PRINTED} | names
    folded = [text.casefold() for text in found]
    right = {text for text, _kind in rows} | names
    return printed, {text for text in right if any(part in text.casefold() for part in folded)}


def _containing(field, texts, rows):
    """Return the rows whose ``field`` contains one of ``texts``; all rows where asking for each would take longer."""
    if len(texts) <= _MANY:
        rows = rows.filter(reduce(or_, (Q(**{f"{field}__icontains": text}) for text in sorted(texts))))
    return rows.order_by()


def _printed(reading, tags):
    """Return {id of the canonical tag: its printed form}, the nearest language first: de-CH, de, every language."""
    roots = {tag.canonical_id for tag in tags.values()}
    rows = NameForm.objects.filter(tag__in=roots, kind=NameForm.Kind.PRINTED, language__in=reading.languages)
    return {form.tag_id: form.text for form in sorted(rows.order_by(), key=lambda form: len(form.language))}


def _as_long_as(wrong, printed, tag):
    """Return the surname alone for a person whose surname alone was written."""
    count, words = len(wrong.split()), printed.split()
    return " ".join(words[-count:]) if tag.kind == TagKind.PERSON and count < len(words) else printed


def _in_case_of(hit):
    """Return the right word in capitals or with one, as the wrong one stands; with capitals of its own, as listed."""
    quote, right = hit.quote, hit.rule.right
    if not right.islower():
        return right
    if hit.wrong.islower() and quote.isupper() and len(quote) > 1:
        return right.upper()
    capital = quote[0].isupper() and (hit.wrong.islower() or _begins_sentence(hit.passage.text, hit.start))
    return right[0].upper() + right[1:] if capital else right


def _begins_sentence(text, at):
    before = text[max(0, at - 8) : at].rstrip()
    return not before or bool(re.search(r"[.!?…:\"“„«‘(][\"”’»)\]]*$", before))
