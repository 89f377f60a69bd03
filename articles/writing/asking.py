"""
The line that finds stories: words, an id or an address, and by:, in:, tag: and words for days.

    bridge by:petrenko in:city yesterday
    tag:"harbour bridge" last week
    "the bridge reopens" 2026-05-04

Reading it never fails: what is no word of the language is a word of the headline, and what stands in quotation marks
is one phrase. Each keyword and day also goes by its name in the language of the interface.
"""

import re
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from django.db.models import Q
from django.utils import timezone
from django.utils.dates import WEEKDAYS
from django.utils.translation import gettext, pgettext

from accounts.models import User
from articles.models import Author, Byline, Section, Tag, TaggedItem
from articles.slugs import fold

LARGEST_ID = 2**63 - 1
MOST_WORDS = 8
MOST_NAMED = 50  # people, sections or tags that one keyword may mean
YEARS = range(1900, 3000)  # what every database can hold, in every time zone
TOKEN = re.compile(r'(?:(?P<key>[^\W\d_]{2,12}):)?(?:["“„«](?P<phrase>[^"“”„«»]*)["”“»]|(?P<word>\S+))')
ENGLISH_DAYS = "monday tuesday wednesday thursday friday saturday sunday".split()


@dataclass
class Line:
    """
    What a line asks for; everything at once.

    words: each somewhere in the headline or the address. by, within, tags: names as typed. days: (first day, day after
    the last) or None.
    """

    words: list[str] = field(default_factory=list)
    by: list[str] = field(default_factory=list)
    within: list[str] = field(default_factory=list)
    tags: list[str] = field(default_factory=list)
    days: tuple[date, date] | None = None


def read(text, today):
    """
    Return the Line that ``text`` says, of at most eight words and names.

    today: a date in the newsroom's zone. Of several days the last one counts.
    """
    line, keys, spans = Line(), _keys(), _spans(today)
    tokens = _tokens(text)
    while tokens:
        key, words, quoted = tokens.pop(0)
        after = tokens[0][1].casefold() if tokens and not tokens[0][0] and not tokens[0][2] else ""
        pair = f"{words} {after}".casefold()
        if key.casefold() in keys:
            getattr(line, keys[key.casefold()]).append(words)
        elif quoted and not key:
            line.words.append(words)
        elif not key and after and pair in spans:
            line.days = spans[pair]
            tokens.pop(0)
        elif not key and (days := spans.get(words.casefold()) or _written_day(words)):
            line.days = days
        else:
            line.words.append(f"{key}:{words}" if key else words)
    return line


def _tokens(text):
    """Return [(keyword or "", words, whether they stood in quotation marks)]."""
    found = []
    for match in TOKEN.finditer(text):
        quoted = match["phrase"] is not None
        words = (match["phrase"] if quoted else match["word"]).strip()
        if words:
            found.append((match["key"] or "", words, quoted))
    return found[:MOST_WORDS]


def _keys():
    """Return {keyword: the list of `Line` it fills}, in English and the language of the interface."""
    return {
        "by": "by", pgettext("keyword of the search line: by whom", "by"): "by",
        "in": "within", pgettext("keyword of the search line: in which section", "in"): "within",
        "tag": "tags", pgettext("keyword of the search line", "tag"): "tags",
    }  # fmt: skip


def _spans(today):
    """Return {words for days: (first day, day after the last)}. A weekday is the last one of its name, or today."""
    day, week = timedelta(days=1), timedelta(weeks=1)
    monday = today - day * today.weekday()
    named = {
        "today": (today, today + day),
        "yesterday": (today - day, today),
        "this week": (monday, monday + week),
        "last week": (monday - week, monday),
    }
    local = [gettext("today"), gettext("yesterday"), gettext("this week"), gettext("last week")]
    named |= dict(zip(map(str.casefold, local), list(named.values()), strict=True))
    for number, english in enumerate(ENGLISH_DAYS):
        on = today - day * ((today.weekday() - number) % 7)
        named[english] = named[str(WEEKDAYS[number]).casefold()] = (on, on + day)
    return named


def _written_day(word):
    """Return the span of a day written 2026-05-04, None for what is no day."""
    if not re.fullmatch(r"\d{4}-\d\d-\d\d", word, re.ASCII):
        return None
    try:
        on = date.fromisoformat(word)
    except ValueError:
        return None
    return (on, on + timedelta(days=1)) if on.year in YEARS else None


def condition(text, today):
    """Return the Q of the stories that ``text`` asks for; every story for an empty one. today: as for `read`."""
    text = text.strip()
    if pk := asked_id(text):
        return Q(pk=pk)
    line = read(text, today)
    asked = Q()
    for word in line.words:
        asked &= _holds(word)
    for name in line.by:
        asked &= _by(name)
    for name in line.within:
        asked &= Q(working_section__in=_ids(Section.objects.all(), name, "name", "slug"))
    for name in line.tags:
        asked &= _tagged(name)
    return asked & (_on(line.days) if line.days else Q())


def asked_id(text):
    """Return the id that ``text`` names: a number alone, or the end of a story's address; else None."""
    found = re.fullmatch(r"#?(\d{1,19})|\S*/[^/\s]*-(\d{1,19})/?(?:[?#]\S*)?", text, re.ASCII)
    pk = found and int(found[1] or found[2])
    return pk if pk and pk <= LARGEST_ID else None


def _holds(word):
    plain = fold(word)
    return Q(working_fold__contains=plain) | Q(slug__contains=plain)


def _forms(word):
    """Return ``word`` as it may be written: databases fold only the letters that their settings know, often ASCII's."""
    return {word} if word.isascii() else {word, word.lower(), word.upper(), word.capitalize(), word.title()}


def _ids(rows, name, *columns, begins=False):
    """Return the ids of up to fifty ``rows`` in one of whose columns ``name`` stands."""
    asked = Q()
    for form in _forms(name):
        for column in columns:
            asked |= Q((f"{column}__istartswith" if begins else f"{column}__icontains", form))
    return list(rows.filter(asked).values_list("pk", flat=True)[:MOST_NAMED])


def _by(name):
    """Signed with the name once published, or made, edited or being written by an account of that name."""
    authors = _ids(Author.objects.all(), name, "name")
    people = _ids(User.objects.all(), name, "username", "first_name", "last_name", begins=True)
    people += User.objects.filter(author__in=authors).values_list("pk", flat=True)
    signed = Byline.objects.filter(author__in=authors).values("article")
    return Q(pk__in=signed) | Q(created_by__in=people) | Q(assignee__in=people) | Q(edited_by__in=people)


def _tagged(name):
    """Published with the tag, or with one merged into it."""
    roots = Tag.objects.filter(pk__in=_ids(Tag.objects.all(), name, "name", "slug", "forms__text"))
    same = Tag.objects.filter(canonical__in=roots.values("canonical"))
    return Q(pk__in=TaggedItem.objects.filter(tag__in=same).values("content_object"))


def _on(days):
    """Edited on these days of the newsroom's zone, or seen by readers from one of them on."""
    start, end = (
        datetime(day.year, day.month, day.day, tzinfo=timezone.get_default_timezone()) for day in days
    )
    return Q(edited_at__gte=start, edited_at__lt=end) | Q(visible_from__gte=start, visible_from__lt=end)
