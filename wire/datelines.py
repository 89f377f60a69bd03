"""Datelines as agencies write them: where, when and who, at the head of the first paragraph or on a line of their own."""

import datetime
import re
from dataclasses import dataclass

#: Month names by language (English, German, French, Spanish, Ukrainian, Arabic), as they stand in a date.
MONTHS = """
january february march april may june july august september october november december
januar februar märz april mai juni juli august september oktober november dezember
janvier février mars avril mai juin juillet août septembre octobre novembre décembre
enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre
січня лютого березня квітня травня червня липня серпня вересня жовтня листопада грудня
يناير فبراير مارس أبريل مايو يونيو يوليو أغسطس سبتمبر أكتوبر نوفمبر ديسمبر
"""
MONTH_NUMBERS = [
    (name, number)
    for line in MONTHS.strip().splitlines()
    for number, name in enumerate(line.split(), start=1)
]
WEEKDAYS = set(
    """
monday tuesday wednesday thursday friday saturday sunday montag dienstag mittwoch donnerstag freitag samstag
sonnabend sonntag lundi mardi mercredi jeudi vendredi samedi dimanche lunes martes miércoles jueves viernes sábado
domingo понеділок вівторок середа четвер п'ятниця п’ятниця субота неділя الاثنين الثلاثاء الأربعاء الخميس الجمعة
السبت الأحد
""".split()
)
#: Words that are written small inside the name of a place.
PARTICLES = {
    "am",
    "an",
    "auf",
    "de",
    "del",
    "der",
    "des",
    "do",
    "du",
    "el",
    "en",
    "im",
    "la",
    "le",
    "les",
    "na",
    "of",
    "sur",
    "the",
    "upon",
    "y",
    "на",
}
#: Words that begin a sentence about a day, not a dateline: "On March 11 -".
NO_PLACES = {
    "after",
    "at",
    "before",
    "by",
    "depuis",
    "desde",
    "dès",
    "from",
    "hasta",
    "in",
    "on",
    "seit",
    "since",
    "until",
}
NO_PLACES |= {"bis", "vom", "після", "до", "з", "від"}
#: Parties stand in brackets after a person's name just as an agency stands after a town.
NO_AGENCIES = {
    "spd",
    "cdu",
    "csu",
    "fdp",
    "afd",
    "grüne",
    "linke",
    "övp",
    "spö",
    "fpö",
    "d",
    "r",
    "ps",
    "lr",
    "rn",
    "pp",
    "psoe",
    "vox",
    "lfi",
    "svp",
}

DASH = re.compile(r"(?:(?<=[\s).])|(?<=[^\W_])(?=[–—]))[-–—−]{1,2}(?=\s|$)")
AGENCY = re.compile(r"\s*\((?P<agency>[^\W\d_][^()]{1,39})\)\s*\.?$")
DAY = r"(?P<day>\d{1,2})(?:st|nd|rd|th|er|\.)?"
MONTH = r"(?P<month>[^\W\d_]{3,})\.?"
YEAR = r"(?:,?\s+(?:de\s+)?(?P<year>\d{4})(?:\s+(?:р\.|року))?)?"
DATES = [
    re.compile(rf"(?:^|[\s,.،])(?:(?:le|den|am|el)\s+)?{pattern}\s*[.,]?$", re.IGNORECASE)
    for pattern in (
        rf"{DAY}\s+(?:de\s+)?{MONTH}{YEAR}",
        rf"{MONTH}\s+{DAY}{YEAR}",
        r"(?P<year>\d{4})-(?P<month>\d{2})-(?P<day>\d{2})",
        r"(?P<day>\d{1,2})\.(?P<month>\d{1,2})\.(?P<year>\d{4})?",
        r"(?P<either>\d{1,2})/(?P<other>\d{1,2})/(?P<year>\d{4})",
    )
]
WORD = re.compile(r"[^\W\d_][\w.'’ʼ-]*\Z")
LONGEST_HEAD = 120


@dataclass(frozen=True, slots=True)
class Dateline:
    """
    A dateline. places: one to three, as written but without their countries. agency: what stood in brackets, "" if nothing.
    written_date: the date as written, "" if none; date: the day it means beyond doubt (a year is there), else None.
    """

    places: tuple[str, ...]
    agency: str = ""
    written_date: str = ""
    date: datetime.date | None = None


def at_head(text: str, *, first: bool = False) -> int:
    """
    Return the length of the dateline, dash included, that the text begins with; 0 if there is none.

    Sure enough is: a place, then a date, or an agency in brackets, then a dash; or a place in capitals and a long
    dash ("WASHINGTON — The"). "NATO — the alliance — said" and "Mira Holt (SPD) – long a critic" are sentences.
    first: the text opens the copy, where "PARIS – a city waits" is a headline, so that an agency must be named.
    """
    dash = DASH.search(text, 0, LONGEST_HEAD)
    if not dash or not text[dash.end() :].strip():
        return 0
    found = read(text[: dash.end()])
    if found is None or (first and not found.agency):
        return 0
    return (
        dash.end() if found.written_date or begins_story(text[dash.end() :].lstrip(), found, dash[0]) else 0
    )


def begins_story(rest, found, dash):
    """Say whether what follows the dash begins a story rather than an insertion between two dashes."""
    if found.agency and found.written_date:
        return True
    sentence = re.split(r"[.!?]\s", rest, maxsplit=1)[0]
    if rest[0].islower() or re.search(r"\s[-–—]\s", sentence):
        return False
    if found.written_date:
        return True
    if found.agency:
        return found.agency.casefold() not in NO_AGENCIES
    return dash in ("—", "–") and is_in_capitals(found.places[0]) and len(found.places[0]) >= 5


def is_alone(text: str, *, first: bool = False) -> bool:
    """
    Say whether the whole line is a dateline. first: the line opens the copy, where it may be a headline as well.

    A headline such as "Election Day, March 11" must not be taken for one: a first line needs its dash, or both an
    agency and a date; a later one needs a date or an agency, and a dash, an agency or a place in capitals.
    """
    found = read(text) if len(text) <= LONGEST_HEAD else None
    if found is None or not (found.written_date or found.agency) or found.agency.casefold() in NO_AGENCIES:
        return False
    dash = bool(DASH.search(text.rstrip()[-3:]))
    if first:
        return dash or bool(found.agency and found.written_date)
    return dash or bool(found.written_date and (found.agency or is_in_capitals(found.places[0])))


def read(text: str) -> Dateline | None:
    """Return the parts of a dateline as written ("KYIV, March 11 (Agency) -"); None if it does not read as one."""
    head = re.sub(r"\s*[-–—−]{1,2}$", "", text.strip()).rstrip()
    agency = AGENCY.search(head)
    head = head[: agency.start()] if agency else head
    head, written, date = split_date(head.rstrip(" .,،"))
    places = places_in(head)
    if not places:
        return None
    return Dateline(places, agency["agency"].strip() if agency else "", written, date)


def split_date(head):
    """Return (what stands before the date, the date as written, the day if beyond doubt)."""
    for pattern in DATES:
        match = pattern.search(head)
        months = months_named(match) if match else set()
        if months:
            before = without_weekday(head[: match.start()].rstrip(" ,.،"))
            return before, match[0].strip(" ,.،"), day_meant(match.groupdict(), months)
    return head, "", None


def months_named(match):
    """Return the numbers of the months that the match may mean; empty if its month is none."""
    parts = match.groupdict()
    if "either" in parts:
        return {int(parts["either"]), int(parts["other"])} & set(range(1, 13))
    written = parts["month"].casefold()
    if written.isdecimal():
        return {int(written)} & set(range(1, 13))
    return {
        number
        for name, number in MONTH_NUMBERS
        if name == written or (len(written) < 5 and name.startswith(written))
    }


def day_meant(parts, months):
    """Return the date if day, month and year leave no choice, else None."""
    if not parts.get("year"):
        return None
    if "either" in parts:
        choices = {(int(parts["either"]), int(parts["other"])), (int(parts["other"]), int(parts["either"]))}
    else:
        choices = {(int(parts["day"]), month) for month in months}
    days = {day for day in (real_day(int(parts["year"]), month, number) for number, month in choices) if day}
    return days.pop() if len(days) == 1 else None


def real_day(year, month, day):
    """Return the date, or None if the calendar has no such day."""
    try:
        return datetime.date(year, month, day)
    except ValueError:
        return None


def without_weekday(head):
    """Return the head without a weekday at its end ("KYIV, Friday" -> "KYIV")."""
    before, _, last = head.rpartition(" ")
    return before.rstrip(" ,.،") if last.strip(" ,.،").casefold() in WEEKDAYS else head


def places_in(head):
    """Return one to three places without their countries; () if the words do not read as places."""
    places = re.split(r"\s*/\s*|\s+[-–]\s+", head.strip(" .,،")) if head else []
    if not 0 < len(places) <= 3 or not all(map(is_place, places)):
        return ()
    return tuple(re.split("[,،]", place)[0].strip() for place in places)


def is_place(name):
    """Say whether the name reads as "Kyiv", "New York" or "Chasiv Yar, Ukraine": one to five words, none a sentence's."""
    words = re.sub("[,،]", " ", name).split()
    if not 0 < len(words) <= 5 or len(re.findall("[,،]", name)) > 2 or words[0][0].islower():
        return False
    if words[0].casefold() in NO_PLACES:
        return False
    return all(WORD.match(word) and (not word[0].islower() or word in PARTICLES) for word in words)


def is_in_capitals(name):
    """Say whether the first word of the name is written in capitals, as towns in datelines are."""
    return name.split(",")[0].split(" ")[0].isupper()
