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

from django.db.models import Case, F, Min, Q, Value, When
from django.db.models.functions import Concat
from django.utils import timezone
from django.utils.dates import WEEKDAYS
from django.utils.translation import gettext, pgettext

from accounts.models import User
from articles.models import Article, Author, Byline, Section, Tag, TaggedItem
from articles.models.article import open_work
from articles.slugs import fold

LARGEST_ID = 2**63 - 1
MOST_WORDS = 8
MOST_NAMED = 50  # people, sections or tags that one keyword may mean
MOST_DRAFTS = 5000  # not published as they are written, the last edited ones, that one keyword looks through
MOST_MEANT = 2000  # of them; a database takes so many ids for each of eight keywords
YEARS = range(1900, 3000)  # what every database can hold, in every time zone
TOKEN = re.compile(r'(?:(?P<key>[^\W\d_]{2,12}):)?(?:["“„«](?P<phrase>[^"“”„«»]*)["”“»]|(?P<word>\S+))')
# The end of a story's address, that of an entry of its ticker, or of a page of the desk about it.
ADDRESS = re.compile(
    r"\S*/(?:[^/\s]*-(?P<public>\d{1,19})(?:/entry/\d+)?|articles/article/(?P<desk>\d{1,19})(?:/[a-z/-]+)?)/?(?:[?#]\S*)?",
    re.ASCII,
)
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
    """
    Return the Q of the stories that ``text`` asks for; every story for an empty one. today: as for `read`.

    A number alone is a story's id and a word: 2030 may be meant either way.
    """
    text = text.strip()
    if pk := asked_id(text):
        return Q(pk=pk)
    number = number_alone(text)
    return (Q(pk=number) | _said(text, today)) if number else _said(text, today)


def _said(text, today):
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
    """Return the id that ``text`` can only mean: a number behind #, or in a story's address; else None."""
    if text.startswith("#"):
        return number_alone(text[1:])
    found = ADDRESS.fullmatch(text)
    return _as_id(found["public"] or found["desk"]) if found else None


def number_alone(text):
    """Return the id that ``text`` may mean, being a number alone; else None."""
    text = text.strip()
    return _as_id(text) if re.fullmatch(r"\d{1,19}", text, re.ASCII) else None


def _as_id(digits):
    pk = int(digits)
    return pk if 0 < pk <= LARGEST_ID else None


def id_first(stories, text):
    """Return ``stories`` in their order, but the one whose id ``text`` may be ahead of all."""
    if (number := number_alone(text)) is None:
        return stories
    behind = Case(When(pk=number, then=Value(0)), default=Value(1))
    return stories.order_by(behind, *stories.query.order_by)


def _drafts(field, fits):
    """
    Return the ids of stories not online as they are written, of whose working copy's ``field`` ``fits`` is true.

    A working copy has no rows of its own for its names, so it is read; those that nobody touched for longest are not.
    """
    rows = Article.objects.filter(open_work()).order_by("-edited_at", "-id")
    rows = rows.values_list("pk", F(f"latest_revision__content__{field}"))[:MOST_DRAFTS]
    return [pk for pk, value in rows if value and fits(value)][:MOST_MEANT]


def _holds(word):
    plain = fold(word)
    held = Q(working_fold__contains=plain) | Q(slug__contains=plain)
    if "-" in plain:  # of an address, maybe; one that is typed is a column once it is published
        held |= Q(pk__in=_drafts("slug", lambda slug: plain in slug))
    return held


def _forms(word):
    """Return ``word`` as it may be written: databases fold only the letters that their settings know, often ASCII's."""
    return {word} if word.isascii() else {word, word.lower(), word.upper(), word.capitalize(), word.title()}


def _ids(rows, name, *columns, begins=False):
    """Return the ids of up to fifty ``rows`` in one of whose columns ``name`` stands: those first that are called just so."""
    asked, called = Q(), Q()
    for form in _forms(name):
        for column in columns:
            asked |= Q((f"{column}__istartswith" if begins else f"{column}__icontains", form))
            called |= Q((f"{column}__iexact", form))
    behind = Min(Case(When(called, then=Value(0)), default=Value(1)))  # of all name forms of a tag
    found = rows.filter(asked).values("pk").annotate(behind=behind).order_by("behind", "pk")
    return list(found.values_list("pk", flat=True)[:MOST_NAMED])


def _by(name):
    """
    Signed with the name, or made, edited or being written by an account of that name.

    Never by the account of an author of that name: that would tell who signs under a pseudonym.
    """
    authors = _ids(Author.objects.all(), name, "name")
    accounts = User.objects.annotate(whole=Concat("first_name", Value(" "), "last_name"))
    people = _ids(accounts, name, "username", "first_name", "last_name", "whole", begins=True)
    signed, plain = Byline.objects.filter(author__in=authors).values("article"), fold(name)

    def signs(row):
        if row["author"] and row["author"]["id"] in authors:
            return True
        return row["source"] is None and plain in fold(row["name"])

    drafts = _drafts("bylines", lambda rows: any(map(signs, rows)))
    return (
        Q(pk__in=signed)
        | Q(pk__in=drafts)
        | Q(created_by__in=people)
        | Q(assignee__in=people)
        | Q(edited_by__in=people)
    )


def _tagged(name):
    return carrying(_ids(Tag.objects.all(), name, "name", "slug", "forms__text"))


def carrying(tags):
    """Return the Q of the stories that were given one of ``tags`` (ids), or one merged into it, published so or not yet."""
    roots = Tag.objects.filter(pk__in=tags)
    same = set(Tag.objects.filter(canonical__in=roots.values("canonical")).values_list("pk", flat=True))
    drafts = _drafts("tags", lambda rows: any(row["id"] in same for row in rows)) if same else []
    return Q(pk__in=TaggedItem.objects.filter(tag__in=same).values("content_object")) | Q(pk__in=drafts)


def _on(days):
    """Edited on these days of the newsroom's zone, or seen by readers from one of them on."""
    start, end = (
        datetime(day.year, day.month, day.day, tzinfo=timezone.get_default_timezone()) for day in days
    )
    return Q(edited_at__gte=start, edited_at__lt=end) | Q(visible_from__gte=start, visible_from__lt=end)
