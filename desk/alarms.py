"""
What the desk must know before it reads on: what agencies want back, what is held or planned, stories sent back, copy
that waits for legal, and what went out since the last working day though nobody but its writer had read it.

Each list is a query or two along a partial index for a few columns, whose first rows stand on the first page and all on
a page of their own; a list without rows is not shown.
"""

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import NamedTuple

from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from articles import clock, schedule
from articles.models import Article, PublishAct
from articles.models.article import open_work
from articles.permissions import may
from articles.removal import receipts
from wire.alarms import open_alarms

ROWS = 8  # of a list on the first page
MOST = 200  # of a list on the page of all; whoever has more to settle begins with these
SOON = timedelta(hours=2)
DAY = timedelta(days=1)
FRIDAY = 4
NAMED = ["username", "first_name", "last_name"]  # what a person is called by


@dataclass(frozen=True)
class Alarm:
    """One line: a story, or words in its place, where to look into it, and the sentence that says why."""

    story: Article | str
    url: str
    told: str


class Alarms(NamedTuple):
    """A list of them. rows: one more than MOST where there are more."""

    name: str
    title: str
    rows: list

    @property
    def first(self):
        return self.rows[:ROWS]

    @property
    def all(self):
        return self.rows[:MOST]

    @property
    def is_cut(self):
        """Whether the first page does not show all of it."""
        return len(self.rows) > ROWS

    @property
    def is_too_long(self):
        return len(self.rows) > MOST

    @property
    def total(self):
        return f"{MOST}+" if self.is_too_long else str(len(self.rows))


def alarms(user, at=None):
    """Return [Alarms] for ``user`` at the aware datetime ``at`` (now), those that have any."""
    if not may(user, "view"):
        return []
    at = at or timezone.now()
    working_day = last_working_day(at)
    found = [
        ("agency", _("Agencies want copy back or changed"), _agency(at)),
        ("receipts", _("Taken back, and not proven gone"), _receipts(at)),
        ("held", _("Held, not published"), _held(at)),
        ("planned", _("Planned changes"), _planned(at)),
        ("sent-back", _("Sent back to you"), _sent_back(user)),
        ("due", _("Due"), _due(user, at)),
        ("legal", _("Waits for legal"), _legal()),
        (
            "alone",
            _("Published alone since %(day)s") % {"day": clock.day_told(working_day, at)},
            _alone(working_day),
        ),
    ]
    return [Alarms(name, title, rows) for name, title, rows in found if rows]


def last_working_day(at):
    """Return when the last day before ``at`` began, on the newsroom's clock, that was no Saturday or Sunday."""
    day = clock.local(at).date() - DAY
    while day.weekday() > FRIDAY:
        day -= DAY
    return datetime.combine(day, time(), tzinfo=timezone.get_default_timezone())


def _agency(at):
    """The gravest first; what names no story that we know asks for it."""
    return [
        Alarm(
            row.article or _("Which story is meant?"),
            reverse("admin:desk_agency", args=[row.pk]),
            " · ".join(filter(None, [row.get_kind_display(), row.source, clock.told(row.at, at)])),
        )
        for row in open_alarms()[: MOST + 1]
    ]


def _planning(story):
    return reverse("admin:articles_article_planning", args=[story.pk])


def _story(story):
    return reverse("admin:articles_article_change", args=[story.pk])


def _receipts(at):
    rows = receipts.alarming(at).defer("article__body", "article__standfirst")[: MOST + 1]
    told = _("Some addresses that showed it are not clean, or nobody asked them; the receipt names them.")
    return [
        Alarm(row.article or row.redaction, reverse("admin:articles_receipt_change", args=[row.pk]), told)
        for row in rows
    ]


def _held(at):
    return [
        Alarm(
            row.article,
            _planning(row.article),
            _("Version %(number)d for %(time)s. %(why)s")
            % {"number": row.revision.number, "time": clock.told(row.at, at), "why": row.why},
        )
        for row in _changes(schedule.held())
    ] + [
        Alarm(
            row,
            _planning(row),
            _("Version %(number)d, set for %(time)s, is held since %(since)s.")
            % {
                "number": row.live_revision.number,
                "time": clock.told(row.goes_out_at, at),
                "since": clock.told(row.held_since, at),
            },
        )
        for row in schedule.held_stories()[: MOST + 1]
    ]


def _planned(at):
    return [
        Alarm(
            row.article,
            _planning(row.article),
            _("%(time)s puts version %(number)d online.")
            % {"number": row.revision.number, "time": clock.told(row.at, at)},
        )
        for row in _changes(schedule.waiting())
    ]


def _changes(rows):
    """Return the first of planned changes with what a line says of them: a version's text is long."""
    said = ["at", "why", "article__working_headline", "revision__number"]
    return rows.select_related(None).select_related("article", "revision").only(*said)[: MOST + 1]


def _desk(*columns):
    """Stories that are not withdrawn, with ``columns`` and what they are called by."""
    rows = Article.objects.filter(withdrawn_at=None).order_by("-edited_at", "-id")
    return rows.only("working_headline", *columns)


def _sent_back(user):
    own = Q(created_by=user) | Q(assignee=user)
    rows = _desk("sent_back", "sent_back_by").filter(own).exclude(sent_back="")
    rows = rows.select_related("sent_back_by")[: MOST + 1]
    return [Alarm(row, _story(row), f"{row.sent_back_by}: {row.sent_back}") for row in rows]


def _due(user, at):
    rows = _desk("due_at").filter(open_work(), assignee=user, due_at__lte=at + SOON)
    rows = rows.order_by("due_at", "id")[: MOST + 1]
    return [Alarm(row, _story(row), clock.told(row.due_at, at)) for row in rows]


def _legal():
    """Those whose newest version nobody has cleared; a clearance of the same words in another version counts at publishing."""
    rows = _desk("version").filter(needs_legal=True, latest_revision__clearances=None)[: MOST + 1]
    told = _("Version %d is not cleared.")
    return [Alarm(row, _planning(row), told % row.version) for row in rows]


def _alone(since):
    """What ended before anybody could read it, set for another time or called off, is left out."""
    acts = PublishAct.objects.filter(~Q(alone=""), ~Q(until=F("since")), at__gte=since)
    acts = acts.select_related("article", "by", "revision")
    acts = acts.only(
        "alone", "article__working_headline", "revision__number", *(f"by__{name}" for name in NAMED)
    )
    return [
        Alarm(
            act.article,
            _story(act.article),
            _("Version %(number)d, %(by)s: %(why)s")
            % {"number": act.revision.number, "by": act.by, "why": act.alone},
        )
        for act in acts.order_by("-at")[: MOST + 1]
    ]
