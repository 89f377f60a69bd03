"""
What the desk must know before it reads on: what agencies want back, changes held or planned, stories sent back, copy that waits for legal, and
what went out in the night though nobody but its writer had read it.

Each list is one query along a partial index, cut to a few rows; a list without rows is not shown.
"""

from dataclasses import dataclass
from datetime import timedelta

from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from articles import clock, schedule
from articles.models import Article, PublishAct
from articles.permissions import may
from articles.removal import receipts
from wire.alarms import open_alarms

ROWS = 8
NIGHT = timedelta(hours=24)  # how long what went out alone is listed
SOON = timedelta(hours=2)


@dataclass(frozen=True)
class Alarm:
    """One line: a story, or words in its place, where to look into it, and the sentence that says why."""

    story: Article | str
    url: str
    told: str


def alarms(user, at=None):
    """Return [(name, title, [Alarm])] for ``user`` at the aware datetime ``at`` (now), the lists that have any."""
    if not may(user, "view"):
        return []
    at = at or timezone.now()
    found = [
        ("agency", _("Agencies want copy back or changed"), _agency(at)),
        ("receipts", _("Taken back, and not proven gone"), _receipts(at)),
        ("held", _("Held, not published"), _held(at)),
        ("planned", _("Planned changes"), _planned(at)),
        ("sent-back", _("Sent back to you"), _sent_back(user)),
        ("due", _("Due"), _due(user, at)),
        ("legal", _("Waits for legal"), _legal()),
        ("alone", _("Published alone since yesterday"), _alone(at)),
    ]
    return [(name, title, rows) for name, title, rows in found if rows]


def _agency(at):
    """The gravest first; what names no story that we know asks for it."""
    return [
        Alarm(
            row.article or _("Which story is meant?"),
            reverse("admin:desk_agency", args=[row.pk]),
            " · ".join(filter(None, [row.get_kind_display(), row.source, clock.told(row.at, at)])),
        )
        for row in open_alarms()[:ROWS]
    ]


def _planning(story):
    return reverse("admin:articles_article_planning", args=[story.pk])


def _story(story):
    return reverse("admin:articles_article_change", args=[story.pk])


def _receipts(at):
    told = _("Some addresses that showed it are not clean, or nobody asked them; the receipt names them.")
    return [
        Alarm(row.article or row.redaction, reverse("admin:articles_receipt_change", args=[row.pk]), told)
        for row in receipts.alarming(at)[:ROWS]
    ]


def _held(at):
    return [
        Alarm(
            row.article,
            _planning(row.article),
            _("Version %(number)d for %(time)s. %(why)s")
            % {"number": row.revision.number, "time": clock.told(row.at, at), "why": row.why},
        )
        for row in schedule.held()[:ROWS]
    ]


def _planned(at):
    return [
        Alarm(
            row.article,
            _planning(row.article),
            _("%(time)s puts version %(number)d online.")
            % {"number": row.revision.number, "time": clock.told(row.at, at)},
        )
        for row in schedule.waiting()[:ROWS]
    ]


def _desk():
    return Article.objects.defer("body", "standfirst").filter(withdrawn_at=None).order_by("-edited_at", "-id")


def _sent_back(user):
    own = Q(created_by=user) | Q(assignee=user)
    rows = _desk().filter(own).exclude(sent_back="").select_related("sent_back_by")[:ROWS]
    return [Alarm(row, _story(row), f"{row.sent_back_by}: {row.sent_back}") for row in rows]


def _due(user, at):
    open_work = Q(live_revision=None) | ~Q(live_revision=F("latest_revision"))
    rows = _desk().filter(open_work, assignee=user, due_at__lte=at + SOON).order_by("due_at", "id")[:ROWS]
    return [Alarm(row, _story(row), clock.told(row.due_at, at)) for row in rows]


def _legal():
    """Those whose newest version nobody has cleared; a clearance of the same words in another version counts at publishing."""
    rows = _desk().filter(needs_legal=True, latest_revision__clearances=None)[:ROWS]
    told = _("Version %d is not cleared.")
    return [Alarm(row, _planning(row), told % row.version) for row in rows]


def _alone(at):
    acts = PublishAct.objects.filter(~Q(alone=""), at__gt=at - NIGHT).select_related(
        "article", "by", "revision"
    )
    return [
        Alarm(
            act.article,
            _story(act.article),
            _("Version %(number)d, %(by)s: %(why)s")
            % {"number": act.revision.number, "by": act.by, "why": act.alone},
        )
        for act in acts.order_by("-at")[:ROWS]
    ]
