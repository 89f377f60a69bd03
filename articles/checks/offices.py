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


def held_by_another(reading):
    """
    Find “president of Velland Ana Oss” where the dates say that somebody else is that, on the day of the story.

    Silent about people and offices that the tag desk does not know, and where nobody holds the office on that day.
    """
    folded = reading.texts.casefold()
    rows = Office.objects.filter(tag__kind=TagKind.PERSON).annotate(person=F("tag__canonical")).order_by()
    offices = [office for office in rows if office.title.casefold() in folded]
    if not offices:
        return
    titles = sorted({office.title for office in offices}, key=len, reverse=True)
    pattern = re.compile(rf"(?<!\w)(?P<title>(?i:{'|'.join(map(re.escape, titles))})),? {_NAME}")
    passages = reading.of("standfirst", "body", "lead_caption")
    hits = [(one, found) for one in passages for found in pattern.finditer(unquoted(one.text))
            if not _OTHERWISE.search(one.text[: found.start()])]  # fmt: skip
    people = _people({name for _one, found in hits for name in _beginnings(found["name"])}) if hits else {}
    names = Tag.objects.in_bulk({office.person for office in offices}) if people else {}
    day = _day(reading)
    for passage, found in hits:
        person = next((people[name] for name in _beginnings(found["name"]) if name in people), None)
        same = [office for office in offices if office.title.casefold() == found["title"].casefold()]
        holders = {office.person for office in same if office.is_held(day)}
        if person is None or not holders or person in holders:
            continue
        message = _("By our records “%(office)s” is %(holder)s, not %(name)s; find out which is right.")
        told = {
            "office": found["title"],
            "holder": ", ".join(sorted(names[pk].name for pk in holders)),
            "name": found["name"],
        }
        yield passage.finding("office-of-another", WARN, found.span(), message % told)


def _beginnings(name):
    """The whole run of capitalised words first, then shorter ones: what follows a name may begin with a capital."""
    words = name.split()
    return [" ".join(words[:count]) for count in range(len(words), 1, -1)]


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
