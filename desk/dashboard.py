"""
The first page of the desk: what waits, what comes, what just went out.

Each panel is one query along an index, cut to a few rows, so that the page costs the same with ten stories and with a
million. Who may read stories sees all panels; nobody else sees any.
"""

from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import groupby
from urllib.parse import urlencode

from django.db.models import F, Max, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from articles.models import Article
from articles.models.article import open_work
from articles.naming import proposals
from articles.permissions import may
from delivery import health
from desk.jobs import WAITING
from images.models import Image
from tickers.models import Ticker
from wire import folder

ROWS = 8
AHEAD = 24  # scheduled stories
PICTURES = 2000  # of these, the newest, rights are looked at


@dataclass
class Panel:
    """
    A titled list of stories. more: the address of the whole list, "" for none. when: which time stands beside.

    days: the same stories as a timeline, for what is scheduled. by_hand: more of them, which go out at no time but when
    somebody releases them.
    """

    name: str
    title: str
    stories: list
    more: str
    when: str
    empty: str
    days: list = field(default_factory=list)
    by_hand: list = field(default_factory=list)


@dataclass
class Hour:
    """Stories that go out within one hour; ``label`` names it with its zone, for in autumn one hour comes twice."""

    label: str
    stories: list


@dataclass
class Day:
    date: date
    label: str
    hours: list[Hour]


def panels(user, at=None):
    """Return the panels of ``user`` at the aware datetime ``at`` (now), in reading order; [] for strangers."""
    if not may(user, "view"):
        return []
    at = at or timezone.now()
    review, ready = _in_state(Article.State.REVIEW), _in_state(Article.State.READY)
    rows = [
        ("mine", _("Waiting for me"), _mine(user), "edited", _("Nothing waits for you."), {"who": "me"}),
        ("review", _("In review"), review, "edited", _("Nobody asks for a look."), {"state": "review"}),
        ("ready", _("Ready"), ready, "edited", _("Nothing is ready."), {"state": "ready"}),
        ("blocked", _("Held back by findings"), _blocked(), "finding", _("No finding stands in the way."), {}),
        ("scheduled", _("Scheduled"), _scheduled(at), "time", _("Nothing is scheduled."), {"standing": "scheduled"}),
        ("tickers", _("Running tickers"), _tickers(at), "seen", _("No ticker runs."), {}),
        ("published", _("Just published"), _published(at), "seen", _("Nothing is online."), {"standing": "online"}),
        ("drafts", _("Drafts"), _drafts(), "edited", _("No draft is open."), {"standing": "never"}),
    ]  # fmt: skip
    return [_panel(*row, at) for row in rows]


def pictures_without_rights(user, at=None):
    """
    Return those of the newest pictures that lack a credit or an alt text, for who may write them, or whose licence has
    ended, for who may renew it. No more than the two thousand added last are looked at.
    """
    renews = user.has_perm("images.change_image")
    if not (renews or user.has_perm("images.describe_image")):
        return []
    lacking = Q(credit="") | Q(alt="")
    if renews:
        lacking |= Q(licence_until__lte=at or timezone.now())
    last = Image.objects.aggregate(last=Max("pk"))["last"] or 0
    return list(Image.objects.filter(lacking, retired_at=None, pk__gt=last - PICTURES)[:ROWS])


def unread_copy(user):
    """Return (number, newest ones) of `wire.folder.failed`, for who starts stories."""
    return folder.failed() if may(user, "add") else (0, [])


def proposed_tags(user):
    """Return how many names wait to become tags, for who decides on them; 0 for everybody else."""
    return proposals.number_wanted() if user.has_perm("articles.change_tag") else 0


def house(user, at=None):
    """
    Return what who looks after accounts must know of the house itself, None for everybody else.

    {"worries": sentences of what a person has to mend, "backup": aware datetime of the last nightly copy or None}
    """
    if not user.has_perm("accounts.change_user"):
        return None
    at = at or timezone.now()
    return {"worries": list(health.worries(at).values()), "backup": health.backup_times().get("backup")}


def timeline(stories, at):
    """Return the Days on which ``stories``, ordered by `visible_from`, go out, in the newsroom's zone."""
    zone = timezone.get_default_timezone()
    today = at.astimezone(zone).date()
    for story in stories:
        story.goes_out = story.visible_from.astimezone(zone)
    return [
        Day(on, _day_label(on, today), [_hour(group) for _key, group in groupby(of_day, _hour_key)])
        for on, of_day in groupby(stories, lambda story: story.goes_out.date())
    ]


def _hour_key(story):
    return story.goes_out.hour, story.goes_out.utcoffset()


def _hour(stories):
    stories = list(stories)
    starts = stories[0].goes_out.replace(minute=0, second=0, microsecond=0)
    # Django's own letter for the zone is silent in the very hour that comes twice.
    return Hour(f"{date_format(starts, pgettext('hour of a day', 'H:i'))} {starts.tzname()}", stories)


def _day_label(on, today):
    named = {today: _("today"), today + timedelta(days=1): _("tomorrow")}
    return capfirst(named.get(on) or date_format(on, pgettext("a day ahead", "l, j F")))


def _panel(name, title, stories, when, empty, wanted, at):
    is_ahead = name == "scheduled"
    rows = _rows(stories, AHEAD if is_ahead else ROWS)
    more = wanted and f"{reverse('admin:articles_article_changelist')}?{urlencode(wanted)}"
    if name == "tickers":
        more = reverse("admin:tickers_ticker_changelist")
    days, by_hand = (timeline(rows, at), _rows(_by_hand())) if is_ahead else ([], [])
    return Panel(name, title, rows, more or "", when, empty, days, by_hand)


def _rows(stories, number=ROWS):
    return list(stories.select_related("working_section", "edited_by")[:number])


def _desk():
    """Stories as the desk lists them: last edited first, without their texts."""
    return Article.objects.defer("body", "standfirst").order_by("-edited_at", "-id")


def _mine(user):
    """What was given to ``user``, and own stories that are not online as they are written."""
    return _desk().filter(Q(assignee=user) | Q(created_by=user), open_work(), withdrawn_at=None)


def _in_state(state):
    return _desk().filter(state=state, withdrawn_at=None)


def _drafts():
    """
    Never published: looked up first, for among all that are drafts in state these are few.

    SQLite would go through all drafts in state where it is asked for that state by name.
    """
    never = Article.objects.filter(live_revision=None).values("pk")
    return _desk().exclude(state__in=WAITING).filter(pk__in=never, withdrawn_at=None)


def _blocked():
    """
    Waiting stories whose newest version can't be published, as the worker found when it last read them.

    A version saved since is left out until it was read: it may be the one in which all is mended.
    """
    held = {"verdict__blocking__gt": 0, "verdict__revision": F("latest_revision")}
    return _desk().filter(**held, state__in=WAITING, withdrawn_at=None).select_related("verdict")


def _scheduled(at):
    return _desk().filter(visible_from__gt=at).order_by("visible_from", "id")


def _by_hand():
    """Published, and kept back until somebody releases them. Looked up first, as drafts are."""
    kept = Article.objects.filter(embargo_by_hand=True, visible_from=None).exclude(live_revision=None)
    return _desk().filter(pk__in=kept.values("pk"), withdrawn_at=None)


def _tickers(at):
    return _published(at).tickers().filter(ticker__status__in=[Ticker.Status.LIVE, Ticker.Status.PAUSED])


def _published(at):
    return Article.objects.published(at).defer("body", "standfirst").newest_first()
