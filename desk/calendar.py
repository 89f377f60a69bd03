"""
The calendar: what is due, goes out, is freed from an embargo or expires, seven days at a time, by day and hour.

Days are those of the newsroom's clock, so that one has 23 hours in spring and one 25 in autumn. Each kind is one query
over the times of the week, cut to LIMIT rows. Moving something calls the function that sets its time elsewhere too,
with the rights and refusals of that.
"""

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from itertools import groupby

from django import forms
from django.contrib import messages
from django.db import OperationalError, transaction
from django.db.models import F, Q, TextChoices
from django.http import HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.utils.formats import date_format
from django.utils.http import urlencode
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext
from django.views.decorators.http import require_http_methods

from articles import clock, revisions, schedule, workflow
from articles.forms.fields import is_id
from articles.forms.planning import TimeForm
from articles.models import Article, PlannedChange, Section
from articles.models.article import open_work
from articles.permissions import NotAllowed, get_article, may
from articles.writing import translations

LIMIT = 300  # of each kind in a week
WEEK = timedelta(days=7)
FIRST, LAST = date(1970, 1, 1), date(9990, 1, 1)  # of the weeks that can be asked for


class Kind(TextChoices):
    DUE = "due", gettext_lazy("due")
    OUT = "out", gettext_lazy("goes online")
    CHANGE = "change", gettext_lazy("planned change")
    EMBARGO = "embargo", gettext_lazy("embargo ends")
    EXPIRY = "expiry", gettext_lazy("expires")


NEEDED = {
    Kind.DUE: "assign",
    Kind.OUT: "publish",
    Kind.CHANGE: "publish",
    Kind.EMBARGO: "lift",
    Kind.EXPIRY: "publish",
}  # which act of the policy moves it


class MoveForm(TimeForm):
    """Where something moves to; ``was``: the time it had on the page, so that nobody moves what was moved since."""

    was = forms.DateTimeField(widget=forms.HiddenInput)
    reason = forms.CharField(max_length=500, required=False, label=gettext_lazy("reason"))


@dataclass
class Appointment:
    """
    One thing that happens to ``story`` ``at`` a time (aware, on the newsroom's clock).

    number: the version that it is about, None for none. newer: whether a later one is not in it. held: whether it will
    be held as things stand. kept: whether it is held now. form: to move it, None for who may not.
    """

    kind: Kind
    story: Article
    at: datetime
    number: int | None = None
    newer: bool = False
    held: bool = False
    kept: bool = False
    form: MoveForm | None = None

    @property
    def name(self):
        return f"{self.kind.value}-{self.story.pk}"


@dataclass
class Hour:
    """``label`` names its zone, for in autumn one hour comes twice."""

    label: str
    appointments: list


@dataclass
class Day:
    """length: in hours, 24 but for two days of the year."""

    date: date
    label: str
    length: int
    hours: list = field(default_factory=list)
    is_today: bool = False


# The week


def begins(day):
    """Return the moment, in UTC, at which ``day``, a date, begins on the newsroom's clock."""
    midnight = datetime.combine(day, time.min)
    found = clock.moments(midnight)
    return found[0] if found else clock.after_the_gap(midnight).astimezone(UTC)


def week(first, *, section=None, at=None):
    """Return ([Day], seven from the date ``first`` on, whether rows were left out); section: a Section or None for all."""
    at = at or timezone.now()
    start, end = begins(first), begins(first + WEEK)
    found, cut = [], False
    for kind, look_up in LOOK_UPS:
        rows = list(look_up(start, end, at, section)[: LIMIT + 1])
        cut |= len(rows) > LIMIT
        found += [APPOINTMENTS[kind](row) for row in rows[:LIMIT]]
    found.sort(
        key=lambda each: (each.at.astimezone(UTC), str(each.story.working_section or ""), each.story.pk)
    )
    days = [_day(first + timedelta(days=number), clock.local(at).date()) for number in range(7)]
    by_date = {day.date: day for day in days}
    for on, of_day in groupby(found, lambda each: each.at.date()):
        by_date[on].hours = [_hour(list(group)) for _key, group in groupby(of_day, _hour_key)]
    return days, cut


def _day(on, today):
    length = (begins(on + timedelta(days=1)) - begins(on)).total_seconds() / 3600
    label = capfirst(date_format(on, pgettext("a day of the week", "l, j F")))
    return Day(on, label, round(length), is_today=on == today)


def _hour_key(appointment):
    return appointment.at.hour, appointment.at.utcoffset()


def _hour(appointments):
    whole = appointments[0].at.replace(minute=0, second=0, microsecond=0)
    return Hour(clock.on_the_clock(whole), appointments)


def by_hand(section=None):
    """Return the stories whose embargo ends by hand and therefore at no time, the last edited first."""
    return (
        _stories(section)
        .filter(embargo_by_hand=True, visible_from=None)
        .order_by("-edited_at", "-id")[:LIMIT]
    )


def _stories(section):
    texts = ("body", "standfirst", "live_revision__content")
    rows = Article.objects.filter(withdrawn_at=None).defer(*texts)
    rows = rows.select_related("working_section", "live_revision", "assignee")
    return rows.filter(working_section=section) if section else rows


def _due(start, end, at, section):
    """Work with a time that is not online as it is written; what is late stays."""
    return _stories(section).filter(open_work(), due_at__gte=start, due_at__lt=end).order_by("due_at", "id")


def _out(start, end, at, section):
    """Stories that readers do not see yet and will at their own time; where the embargo is longer, that is the time."""
    rows = _stories(section).filter(visible_from__gte=max(start, at), visible_from__lt=end)
    return rows.exclude(visible_from=F("embargo_until")).order_by("visible_from", "id")


def _kept(start, end, at, section):
    """Stories that are held, at the time that was set; what is late stays. An embargo that is longer tells of itself."""
    rows = _stories(section).filter(held_since__isnull=False, publish_at__gte=start, publish_at__lt=end)
    return rows.exclude(embargo_until__gte=F("publish_at")).order_by("publish_at", "id")


def _embargoed(start, end, at, section):
    """What an embargo keeps back is seen at its end at the earliest, or at no time yet: so an index finds it."""
    ahead = Q(visible_from=None) | Q(visible_from__gte=max(start, at))
    rows = _stories(section).filter(ahead, embargo_until__gte=max(start, at), embargo_until__lt=end)
    return rows.order_by("embargo_until", "id")


def _expiring(start, end, at, section):
    rows = _stories(section).filter(expires_at__gte=max(start, at), expires_at__lt=end)
    return rows.order_by("expires_at", "id")


def _changes(start, end, at, section):
    story = ("article__working_section", "article__live_revision", "article__assignee")
    rows = PlannedChange.objects.filter(state=PlannedChange.State.WAITING, at__gte=start, at__lt=end)
    rows = rows.select_related("article", "revision", *story).order_by("at", "id")
    rows = rows.defer(
        "revision__content", "article__body", "article__standfirst", "article__live_revision__content"
    )
    return rows.filter(article__working_section=section) if section else rows


LOOK_UPS = [
    (Kind.DUE, _due),
    (Kind.OUT, _out),
    (Kind.OUT, _kept),
    (Kind.CHANGE, _changes),
    (Kind.EMBARGO, _embargoed),
    (Kind.EXPIRY, _expiring),
]


def _going_out(kind, story, at):
    newer = story.live_revision_id is not None and story.live_revision_id != story.latest_revision_id
    number = story.live_revision.number if story.live_revision_id else None
    return Appointment(kind, story, clock.local(at), number, newer, kept=story.held_since is not None)


def _changing(planned):
    story = planned.article
    newer = planned.revision_id != story.latest_revision_id
    held = planned.based_on_id != story.live_revision_id
    return Appointment(Kind.CHANGE, story, clock.local(planned.at), planned.revision.number, newer, held)


APPOINTMENTS = {
    Kind.DUE: lambda story: Appointment(Kind.DUE, story, clock.local(story.due_at)),
    Kind.OUT: lambda story: _going_out(Kind.OUT, story, story.visible_from or story.publish_at),
    Kind.CHANGE: _changing,
    Kind.EMBARGO: lambda story: _going_out(Kind.EMBARGO, story, story.embargo_until),
    Kind.EXPIRY: lambda story: Appointment(Kind.EXPIRY, story, clock.local(story.expires_at)),
}


# Moving


def move(article, kind, *, by, was, to, reason=""):
    """
    Give what is to happen to ``article`` another time; ``was`` is the one it had as the person saw it.

    was, to: aware datetimes. Raise NotAllowed or workflow.Blocked as the function does that sets such a time.
    """
    with transaction.atomic():
        article = workflow.lock(article.pk)
        planned = (
            article.planned_changes.filter(state=PlannedChange.State.WAITING)
            .select_related("revision")
            .first()
        )
        now_at = _time_of(article, kind, planned)
        if now_at is None or abs(now_at - was) >= timedelta(seconds=1):
            raise NotAllowed(_("Its time was changed in the meantime; look at it first."))
        if kind == Kind.DUE:
            workflow.assign(article, by=by, assignee=article.assignee, due_at=to)
        elif kind == Kind.OUT:
            _move_publication(article, by, to)
        elif kind == Kind.CHANGE:
            _move_change(article, planned, by, to)
        elif kind == Kind.EMBARGO:
            translations.set_embargo(article, by=by, until=to, text=article.embargo_text, reason=reason)
        else:
            schedule.set_expiry(article, by=by, at=to)


def _time_of(article, kind, planned):
    out = article.publish_at if article.held_since else article.visible_from
    return {
        Kind.DUE: article.due_at,
        Kind.OUT: out if article.standing() == article.Standing.SCHEDULED else None,
        Kind.CHANGE: planned and planned.at,
        Kind.EMBARGO: article.embargo_until,
        Kind.EXPIRY: article.expires_at,
    }[kind]


def _move_publication(article, by, to):
    """The version that was set for the time stays that; a newer one is sent instead in the story's form."""
    last = article.publish_acts.order_by("-at", "-id").first()
    schedule.publish_later(article.live_revision, by=by, at=to, kind=last.kind, alone=last.alone)


def _move_change(article, planned, by, to):
    """What readers see may have changed since it was planned; then its mover has to look, for it would be held."""
    if planned.based_on_id != article.live_revision_id:
        raise NotAllowed(_("Another version went online since this was planned; look at the story first."))
    schedule.publish_later(planned.revision, by=by, at=to, kind=planned.kind, alone=planned.alone)


# The page


@require_http_methods(["GET", "HEAD", "POST"])
def calendar(request, site):
    """The seven days from ?from=YYYY-MM-DD (today), of one ?section= or of all; by POST one appointment moves."""
    if not may(request.user, "view"):
        raise NotAllowed(_("Your account has no role yet; ask an administrator."))
    at = timezone.now()
    first, section = _asked(request, at)
    form = None
    if request.method == "POST":
        form = MoveForm(request.POST, auto_id="moved-%s")
        if form.is_valid() and _moved(request, form):
            return HttpResponseRedirect(_address(first, section))
    days, cut = week(first, section=section, at=at)
    offered = _offer(
        days, request.user, at, form and (request.POST.get("kind"), request.POST.get("story")), form
    )
    if form is not None and form.errors and not offered:
        messages.error(request, _("That is not in this week any more."))
    context = {
        **site.each_context(request),
        "title": _("Calendar"),
        "days": days,
        "cut": cut,
        "by_hand": by_hand(section),
        "sections": Section.objects.filter(retired_at=None),
        "section": section,
        "first": first,
        "last": first + WEEK - timedelta(days=1),
        "zone": timezone.get_default_timezone_name(),
        "earlier": _address(first - WEEK, section) if first - WEEK >= FIRST else "",
        "later": _address(first + WEEK, section) if first + WEEK < LAST else "",
        "today": _address(clock.local(at).date(), section),
        "here": _address(first, section),
    }
    request.current_app = site.name
    return TemplateResponse(request, "desk/calendar.html", context)


def _asked(request, at):
    """Return (the first day, the Section or None) that the address asks for; what makes no sense is today."""
    try:
        day = parse_date(request.GET.get("from", ""))
    except ValueError:
        day = None
    if day is None or not FIRST <= day < LAST:
        day = clock.local(at).date()
    wanted = request.GET.get("section", "")
    section = Section.objects.filter(pk=wanted).first() if is_id(wanted) else None
    return day, section


def _address(first, section):
    asked = {"from": first.isoformat()} | ({"section": section.pk} if section else {})
    return f"{reverse('admin:desk_calendar')}?{urlencode(asked)}"


def _moved(request, form):
    """Move what the form names; return whether that was done, else say why it was not."""
    kind, pk = request.POST.get("kind", ""), request.POST.get("story", "")
    if kind not in Kind.values or not is_id(pk):
        messages.error(request, _("Nothing was moved."))
        return True
    article = get_article(request.user, int(pk))
    data = form.cleaned_data
    try:
        move(article, Kind(kind), by=request.user, was=data["was"], to=form.moment, reason=data["reason"])
    except (NotAllowed, workflow.Blocked, revisions.Unfit) as refusal:
        form.add_error(None, str(refusal))
        return False
    except OperationalError:
        form.add_error(None, _("The database is busy; try again in a moment."))
        return False
    told = {"story": article, "what": Kind(kind).label, "time": clock.told(form.moment)}
    messages.success(request, _("“%(story)s” %(what)s: %(time)s.") % told)
    return True


def _offer(days, user, at, moving, form):
    """Give each appointment that ``user`` may move its form, the refused one its own; return whether that was there."""
    found = False
    for each in (each for day in days for hour in day.hours for each in hour.appointments):
        if form is not None and moving == (each.kind.value, str(each.story.pk)):
            each.form, found = form, True
        elif may(user, NEEDED[each.kind], each.story):
            each.form = MoveForm(
                initial={"at": each.at.replace(tzinfo=None), "was": each.at.astimezone(UTC).isoformat()},
                auto_id=f"{each.name}-%s",
            )
    return found
