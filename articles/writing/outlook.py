"""What will happen to a story by itself, in sentences: which version goes out when, what keeps it back, when it ends."""

from dataclasses import dataclass, field

from django.utils import timezone
from django.utils.translation import gettext as _

from articles import clearance, clock, revisions, schedule
from articles.models.article import FOREVER


@dataclass
class Outlook:
    """
    lines: sentences of what will happen. alarms: of what did not, and waits for somebody.

    instead: number of the newest version where an older one is set to go out, else None. planned: the waiting
    PlannedChange or None. held: [PlannedChange] that were held. may_call_off: whether a first publication waits.
    kept: number of the version that was set for a time and is held, else None. is_late: whether only a person can let
    it out now, for its time has passed and nothing stands in its way any more.
    """

    lines: list = field(default_factory=list)
    alarms: list = field(default_factory=list)
    instead: int | None = None
    planned: object = None
    held: list = field(default_factory=list)
    may_call_off: bool = False
    kept: int | None = None
    is_late: bool = False


def outlook(article, now=None):
    """Return the Outlook of ``article`` at ``now``."""
    now = now or timezone.now()
    seen = Outlook()
    for row in schedule.unsettled(article):
        if row.state == row.State.WAITING:
            seen.planned = row
        else:
            seen.held.append(row)
    _publication(seen, article, now)
    _embargo(seen, article, now)
    if seen.planned:
        _change(seen, article, now)
    if article.withdrawn_at is None and article.expires_at is not None and now < article.expires_at < FOREVER:
        seen.lines.append(_("Readers see it until %(time)s.") % {"time": clock.told(article.expires_at, now)})
    _legal(seen, article)
    seen.alarms += [_held(planned, now) for planned in seen.held]
    return seen


def _publication(seen, article, now):
    if article.standing(now) != article.Standing.SCHEDULED:
        return
    number = article.live_revision.number
    seen.may_call_off = not article.was_seen(now)
    if article.held_since is not None:
        return _kept(seen, article, number, now)
    if article.visible_from is None:
        seen.lines.append(_("Version %(number)d waits for the release.") % {"number": number})
    else:
        said = {"time": clock.told(article.visible_from, now), "number": number}
        seen.lines.append(_("%(time)s publishes version %(number)d.") % said)
    _newer(seen, article, number)


def _kept(seen, article, number, now):
    why, at = clearance.why_held(article), article.goes_out_at
    said = {"number": number, "time": clock.told(at, now), "since": clock.told(article.held_since, now)}
    told = [_("Version %(number)d, set for %(time)s, is held since %(since)s.") % said, why]
    if not why:
        told.append(
            _("Nothing stands in its way any more; its time has passed, so somebody has to publish it.")
        )
    elif at > now:
        told.append(_("It goes out at its time if this is settled before."))
    seen.alarms.append(" ".join(filter(None, told)))
    seen.kept, seen.is_late = number, not why
    if not seen.is_late:
        _newer(seen, article, number)


def _newer(seen, article, number):
    if number != article.version:
        seen.lines.append(_("You are on version %(number)d.") % {"number": article.version})
        seen.instead = article.version


def _embargo(seen, article, now):
    if article.embargo_by_hand:
        seen.lines.append(_("Embargoed until it is released by hand."))
    elif schedule.stands(article, now):
        seen.lines.append(_("Embargoed until %(time)s.") % {"time": clock.told(article.embargo_until, now)})


def _change(seen, article, now):
    planned = seen.planned
    said = {"time": clock.told(planned.at, now), "number": planned.revision.number}
    seen.lines.append(_("%(time)s puts version %(number)d online.") % said)
    live = article.live_revision
    if article.is_published(now) and planned.based_on_id != live.pk and planned.revision_id != live.pk:
        said = {"before": planned.based_on.number, "after": live.number}
        seen.alarms.append(
            _(
                "It was planned over version %(before)d and readers see version %(after)d meanwhile: it will be held."
            )
            % said
        )
    elif (
        article.needs_legal and not clearance.clearance_of(article, revisions.content_of(planned.revision))[0]
    ):
        seen.alarms.append(
            _("Legal has not cleared version %(number)d: it will be held.")
            % {"number": planned.revision.number}
        )
    _newer(seen, article, planned.revision.number)


def _legal(seen, article):
    if not article.needs_legal or seen.kept == article.version:
        return
    given, last = clearance.clearance_of(article, revisions.content_of(article.latest_revision))
    if given:
        seen.lines.append(_("Legal has cleared this version (%s).") % given.by)
    elif last:
        seen.alarms.append(
            _("Legal cleared version %(number)d; this one has to be cleared again.")
            % {"number": last.revision.number}
        )
    else:
        seen.alarms.append(_("Legal has to clear this version before it goes out."))


def _held(planned, now):
    said = {"number": planned.revision.number, "time": clock.told(planned.at, now), "why": planned.why}
    return _("Version %(number)d was to go out at %(time)s and was held. %(why)s") % said
