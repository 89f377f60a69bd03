"""Offices: a person whom a story gives an office that, by the tag desk's dates, another person holds."""

import re
from datetime import date

from django.db.models import F
from django.utils.translation import gettext as _

from articles.checks.finding import WARN
from articles.checks.speech import unquoted
from articles.models import NameForm, Office, Tag
from articles.models.tag import TagKind

_NAME = r"(?P<name>[^\W\d_a-z][\w’'-]+(?: [^\W\d_a-z][\w’'-]+){1,3})"
# Before an office: it is another one, or was held at another time, or will be.
_OTHERWISE = re.compile(
    r"(?:\b(?:former|then|late|acting|deputy|vice|ex|next|new|incoming|future|first|"
    r"frühere\w*|ehemalige\w*|damalige\w*|künftige\w*|neue\w*|stellvertretende\w*|"
    r"колишн\w+|тодішн\w+|нов\w+|екс)[ -]|-)$",
    re.I,
)
# Between a name and the office of who bears it: “Ana Oss, the president”, “Ana Oss is president”.
_LINK = r"(?:, |(?P<is>,? (?:is|ist|est|є) ))(?:(?:the|der|die|das) )?"
# Before such a name: the office may be another's, or nobody says that it is held.
_DOUBTED = re.compile(
    r"\b(?:of|if|when|whether|unless|until|once|von|wenn|falls|ob|bis|sobald|якщо|чи|коли|поки) $", re.I
)
# Behind “is president of Velland”: the office goes on and is another, or is held at another time.
_GOES_ON = re.compile(r"[\w’'-]| (?:until|till|from|between|at the time|in|bis|von|до|від)\b", re.I)
# Behind “, president of Velland”: the end of what is said of the name, not the next of a list.
_CLOSED = re.compile(r"[.;:!?)]|$|, (?!(?:and|or|the|und|oder|der|die|das|та|і|й|або)\b)", re.I)


def held_by_another(reading):
    """
    Find “president of Velland Ana Oss”, “Ana Oss, president of Velland,” and “Ana Oss is president of Velland” where
    the dates say that somebody else is that, on the day of the story.

    Silent about people and offices that the tag desk does not know, and where nobody holds the office on that day.
    """
    folded = reading.texts.casefold()
    rows = Office.objects.filter(tag__kind=TagKind.PERSON).annotate(person=F("tag__canonical")).order_by()
    offices = [office for office in rows if office.title.casefold() in folded]
    if not offices:
        return
    titles = sorted({office.title for office in offices}, key=len, reverse=True)
    title = rf"(?P<title>(?i:{'|'.join(map(re.escape, titles))}))"
    before = re.compile(rf"(?<!\w){title},? {_NAME}")
    behind = re.compile(rf"(?<!\w){_NAME}{_LINK}{title}")
    hits = []
    for one in reading.of("standfirst", "body", "lead_caption"):
        text = unquoted(one.text)
        hits += [(one, found["title"], _beginnings(found)) for found in before.finditer(text)
                 if not _OTHERWISE.search(text[: found.start()])]  # fmt: skip
        hits += [
            (one, found["title"], _endings(found))
            for found in behind.finditer(text)
            if _is_closed(text, found)
        ]
    people = _people({name for _one, _title, spans in hits for name in spans}) if hits else {}
    names = Tag.objects.in_bulk({office.person for office in offices}) if people else {}
    day = _day(reading)
    for passage, title, spans in hits:
        name = next((name for name in spans if name in people), None)
        same = [office for office in offices if office.title.casefold() == title.casefold()]
        holders = {office.person for office in same if office.is_held(day)}
        if name is None or not holders or people[name] in holders:
            continue
        message = _("By our records “%(office)s” is %(holder)s, not %(name)s; find out which is right.")
        holder = ", ".join(sorted(names[pk].name for pk in holders))
        told = {"office": title, "holder": holder, "name": name}
        yield passage.finding("office-of-another", WARN, spans[name], message % told)


def _is_closed(text, found):
    """Whether ``text`` says no more of the office behind the name in ``found``, now held; in doubt it does."""
    rest = text[found.end() :]
    if found["is"]:
        return not _GOES_ON.match(rest) and not rest[1:2].isupper()
    return bool(_CLOSED.match(rest)) and not (rest.startswith(", ") and rest[2:3].isupper())


def _beginnings(found):
    """Return {name: (start, end) with its office}, the whole run first: what follows a name may begin with a capital."""
    words, start = found["name"].split(), found.start("name")
    runs = [" ".join(words[:count]) for count in range(len(words), 1, -1)]
    return {name: (found.start(), start + len(name)) for name in runs}


def _endings(found):
    """The same of a name before its office: what stands before it may begin with a capital, and doubt it."""
    words, end = found["name"].split(), found.end("name")
    runs = [" ".join(words[start:]) for start in range(len(words) - 1)]
    spans = {name: (end - len(name), found.end()) for name in runs}
    return {name: span for name, span in spans.items() if not _DOUBTED.search(found.string[: span[0]])}


def _people(names):
    """Return {name: id of the person's tag} of those of ``names`` that are one, in any form."""
    persons = Tag.objects.filter(kind=TagKind.PERSON, name__in=names).values_list("name", "canonical")
    forms = NameForm.objects.filter(tag__kind=TagKind.PERSON, text__in=names).order_by()
    return {**dict(forms.values_list("text", "tag__canonical")), **dict(persons.order_by())}


def _day(reading):
    try:
        return date.fromisoformat(reading.content["datelines"]["date"] or "")
    except ValueError:
        return reading.at.date()
