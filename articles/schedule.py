"""
When readers see a story: publication later, a planned change to a story that is online, embargo and expiry.

A first publication, an embargo and an expiry happen by query, at their moment and without a job (design rule 1). Only a
change to what readers see already is applied by the worker, and only if they still see what it was written on (rule
2). All times are aware datetimes; ``by`` is always the User who acts.
"""

import logging

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

import delivery
from accounts import audit
from articles import announcing, clock, publication
from articles.clearance import retime
from articles.models import Article, PlannedChange, PublishAct
from articles.models.article import FOREVER
from articles.permissions import NotAllowed, may
from articles.workflow import Blocked, lock, publish, publish_locked, reason_alone

log = logging.getLogger(__name__)
State = PlannedChange.State


# Later


def publish_later(revision, *, by, at, kind=PublishAct.Kind.UPDATE, alone=""):
    """
    Have readers see ``revision`` from ``at`` on; return the PublishAct, or the PlannedChange where the story is online.

    kind, alone: as in `workflow.publish`, which also says what is raised.
    """
    _refuse_past(at)
    with transaction.atomic():
        article = lock(revision.article_id)
        if article.is_published():
            return _plan(article, revision, by=by, at=at, kind=kind, alone=alone)
        return publish(revision, by=by, at=at, kind=kind, alone=alone)


def _plan(article, revision, *, by, at, kind, alone):
    if not may(by, "publish", article):
        raise NotAllowed(_("Only an editor can publish; send it to review instead."))
    if kind not in {PublishAct.Kind.TYPO, PublishAct.Kind.UPDATE}:
        raise NotAllowed(_("There is no planned change of this kind: %s.") % kind)
    if revision.pk == article.live_revision_id:
        raise NotAllowed(_("Readers see version %(number)d already.") % {"number": revision.number})
    if at >= article.visible_until:
        raise NotAllowed(
            _("The story expires before, at %(time)s.") % {"time": clock.told(article.visible_until)}
        )
    alone = reason_alone(revision, by, alone)
    _rehearse(article, revision, by=by, kind=kind, alone=alone)
    now = timezone.now()
    _settle(article.planned_changes.filter(state=State.WAITING), State.CANCELLED, now, _("Planned anew."))
    planned = PlannedChange.objects.create(
        article=article,
        revision=revision,
        based_on=article.live_revision,
        at=at,
        kind=kind,
        alone=alone,
        by=by,
        made_at=now,
    )
    delivery.purge(article.stale_keys(), at=at)  # so that no copy on the way outlives the change
    audit.record(by, "plan", article, at=now, revision=revision.number, time=_noted(at), alone=alone)
    return planned


def _rehearse(article, revision, **how):
    """Publish and take it back: what stands in the way is told now, to who can mend it, and not at six in the morning."""
    with transaction.atomic():
        publish_locked(lock(article.pk), revision, **how)
        transaction.set_rollback(True)


def _refuse_past(at):
    if at <= timezone.now():
        raise NotAllowed(_("%(time)s has passed; choose a time ahead.") % {"time": clock.told(at)})


def send_instead(article, *, by, number, alone=""):
    """
    Let the newest version go out at the time that another was set for; return what `publish_later` returns.

    number: of the newest version as the person saw it; raise NotAllowed if another was saved since.
    """
    with transaction.atomic():
        article = lock(article.pk)
        if article.version != number:
            raise NotAllowed(_("Another version was saved in the meantime; look at it first."))
        planned = article.planned_changes.filter(state=State.WAITING).first()
        if planned is None and not _is_ahead(article):
            raise NotAllowed(_("Nothing is set for later any more."))
        at = planned.at if planned else article.publish_at
        kind = planned.kind if planned else PublishAct.Kind.UPDATE
        if planned is None and at <= timezone.now():  # its own time has come, the embargo's has not
            return publish(article.latest_revision, by=by, kind=kind, alone=alone)
        return publish_later(article.latest_revision, by=by, at=at, kind=kind, alone=alone)


def _is_ahead(article):
    return article.standing() == article.Standing.SCHEDULED


def set_aside(planned, *, by):
    """Call a planned change off, or take one that was held from before the desk's eyes; its version stays."""
    with transaction.atomic():
        article = lock(planned.article_id)
        if not may(by, "publish", article):
            raise NotAllowed(_("Only an editor of its section can call this off."))
        now = timezone.now()
        rows = PlannedChange.objects.filter(pk=planned.pk, state__in=[State.WAITING, State.HELD])
        if not _settle(rows, State.CANCELLED, now, _("Called off by %s.") % by):
            raise NotAllowed(_("It was settled before you called it off: see what readers see now."))
        audit.record(
            by, "call off", article, at=now, revision=planned.revision.number, time=_noted(planned.at)
        )


def call_off(article, *, by):
    """Let a story that waits for its time, and was never seen, wait for nothing: it is an unpublished draft again."""
    with transaction.atomic():
        article = lock(article.pk)
        if not may(by, "publish", article):
            raise NotAllowed(_("Only an editor of its section can call this off."))
        now = timezone.now()
        if not _is_ahead(article):
            raise NotAllowed(_("Nothing is set for later any more."))
        if article.was_seen(now):
            raise NotAllowed(
                _(
                    "Readers saw this story before; withdraw it, so that its address tells them why it is gone."
                )
            )
        keys, number, at = article.stale_keys(), article.live_revision.number, article.publish_at
        publication.close_act(article, now)
        publication.take_back(article)
        delivery.purge(keys)
        announcing.tell(article, before=None, keys=keys, now=now)
        audit.record(by, "call off", article, at=now, revision=number, time=_noted(at))
    return article


def let_out(article, *, by, number):
    """
    Publish now, as it was decided then, the version that was held beyond its time; return the PublishAct.

    number: of that version as the person saw it. Raise NotAllowed or Blocked as `workflow.publish` does.
    """
    with transaction.atomic():
        article = lock(article.pk)
        if not may(by, "publish", article):
            raise NotAllowed(_("Only an editor can publish; send it to review instead."))
        if article.held_since is None or article.live_revision.number != number:
            raise NotAllowed(_("This is not held any more: see how it stands now."))
        last, revision = publication.last_act(article), article.live_revision
        alone = reason_alone(revision, by, last.alone)
        return publish_locked(article, revision, by=by, kind=last.kind, note=last.note, alone=alone)


def _settle(rows, state, now, why):
    return rows.update(state=state, settled_at=now, why=why[:500])


# What the worker does


def apply_due(now=None):
    """Apply each planned change whose time has come; one that breaks is tried again and stops no other."""
    now = now or timezone.now()
    due = PlannedChange.objects.filter(state=State.WAITING, at__lte=now).order_by("at", "id")
    for pk in due.values_list("pk", flat=True)[:100]:
        try:
            apply(pk, now=now)
        except Exception:
            log.exception("The planned change %s broke and will be tried again.", pk)


def apply(pk, *, now=None):
    """
    Put a planned change online, or hold it and say why; return the PlannedChange, None where it is settled already.

    Claim and publication are one transaction: of two workers one does it, and one that dies has done nothing.
    """
    now = now or timezone.now()
    with transaction.atomic():
        article = lock(PlannedChange.objects.values_list("article", flat=True).get(pk=pk))
        waiting = PlannedChange.objects.filter(pk=pk, state=State.WAITING, at__lte=now)
        if waiting.update(state=State.APPLIED, settled_at=now) != 1:
            return None
        planned = PlannedChange.objects.select_related("revision", "based_on", "by").get(pk=pk)
        if article.live_revision_id == planned.revision_id and article.is_published(now):
            return _end(planned, State.CANCELLED, _("Readers saw this version already."))
        if why := _why_not(article, planned, now) or _publish(article, planned):
            audit.record(
                planned.by, "held back", article, at=now, revision=planned.revision.number, reason=why
            )
            return _end(planned, State.HELD, why)
    return planned


def _why_not(article, planned, now):
    """Return why the change is not what its planner meant any more, "" where it is."""
    if not article.is_published(now):
        return _("Readers don't see this story any more.")
    if article.live_revision_id != planned.based_on_id:
        return _(
            "It was planned while readers saw version %(before)d; they see version %(after)d meanwhile."
        ) % {
            "before": planned.based_on.number,
            "after": article.live_revision.number,
        }
    if not may(planned.by, "publish", article):
        return _("%s planned it and may not publish here any more.") % planned.by
    return ""


def _publish(article, planned):
    """Publish; return what stood in the way, "" where nothing did."""
    try:
        with transaction.atomic():
            publish_locked(
                article,
                planned.revision,
                by=planned.by,
                kind=planned.kind,
                note=_("Planned for %(time)s") % {"time": clock.told(planned.at)},
                alone=planned.alone,
            )
    except (NotAllowed, Blocked) as refusal:
        return str(refusal)
    return ""


def _end(planned, state, why):
    planned.state, planned.why = state, why[:500]
    planned.save(update_fields=["state", "why"])
    return planned


# Embargo and expiry


def stands(article, now=None):
    """Whether an embargo keeps the story from readers."""
    now = now or timezone.now()
    return article.embargo_by_hand or (article.embargo_until is not None and article.embargo_until > now)


def closed_until(article, now=None):
    """Return when the embargo of ``article`` opens it, FOREVER where by hand alone, None where no embargo stands."""
    if not stands(article, now):
        return None
    return FOREVER if article.embargo_by_hand else article.embargo_until


def set_embargo(article, *, by, until=None, by_hand=False, text="", reason=""):
    """
    Keep a story from readers ``until`` a time or until released by hand; neither lifts the embargo. Return the Article.

    It says nothing of other languages: `writing.translations.set_embargo` does.

    text: the embargo as whoever asked for it wrote it. Who writes the story may set one where none stands; changing
    or lifting one that stands is the chief editor's, with a reason.
    """
    with transaction.atomic():
        article, now = lock(article.pk), timezone.now()
        _refuse_embargo(article, by, until, by_hand, reason, now)
        keys = article.stale_keys()
        before = _embargo_noted(article) if stands(article, now) else None
        article.embargo_until = None if by_hand else until
        article.embargo_by_hand, article.embargo_text = by_hand, text.strip()[:250]
        lifted = until is None and not by_hand
        verb = "lift embargo" if lifted else "change embargo" if before else "embargo"
        after = None if lifted else _embargo_noted(article)
        audit.record(by, verb, article, at=now, before=before, after=after, reason=reason.strip()[:500])
        retime(article, now=now, keys=keys)
    return article


def _refuse_embargo(article, by, until, by_hand, reason, now):
    standing = stands(article, now)
    if not may(by, "lift" if standing else "embargo", article):
        raise NotAllowed(_("Only the chief editor can change or lift an embargo."))
    if standing and not reason.strip():
        raise NotAllowed(_("Give a reason; it is kept with your name."))
    if not standing and until is None and not by_hand:
        raise NotAllowed(_("No embargo stands, so there is none to lift."))
    if until is not None and not by_hand:
        _refuse_past(until)
    if article.was_seen(now):
        raise NotAllowed(
            _("Readers saw this story already, so an embargo comes too late; withdraw it instead.")
        )
    if not standing and article.live_revision_id is not None and not may(by, "publish", article):
        raise NotAllowed(
            _("This story has a time already; only an editor of its section can put an embargo on it.")
        )


def _embargo_noted(article):
    return "by hand" if article.embargo_by_hand else _noted(article.embargo_until)


def set_expiry(article, *, by, at):
    """Let readers see the story until ``at``, None for always; a story that has expired comes back by publishing alone."""
    with transaction.atomic():
        article, now = lock(article.pk), timezone.now()
        if not may(by, "publish", article):
            raise NotAllowed(_("Only an editor of its section can say when a story expires."))
        if at is not None:
            _refuse_past(at)
            if article.visible_from is not None and at <= article.visible_from:
                raise NotAllowed(_("That is before readers see it; choose a later time."))
        keys = article.stale_keys()
        audit.record(by, "expiry", article, at=now, before=_noted(article.expires_at), after=_noted(at))
        article.expires_at = at
        retime(article, now=now, keys=keys)
    return article


def _noted(at):
    return at and at.isoformat(timespec="minutes")


# What the desk is told


def held():
    """Return the planned changes that were held and that nobody has set aside yet, the latest first."""
    rows = PlannedChange.objects.filter(state=State.HELD).select_related("article", "revision", "by")
    return rows.order_by("-at", "-id")


def held_stories():
    """Return the stories that were set for a time and are held, the last held first."""
    rows = Article.objects.filter(held_since__isnull=False).select_related("live_revision")
    return rows.defer("body", "standfirst", "live_revision__content").order_by("-held_since", "-id")


def waiting():
    """Return the planned changes whose time has not come, the next first."""
    rows = PlannedChange.objects.filter(state=State.WAITING).select_related("article", "revision", "by")
    return rows.order_by("at", "id")


def unsettled(article):
    """Return the planned changes of ``article`` that wait for their time or for somebody's decision, by time."""
    rows = article.planned_changes.filter(state__in=[State.WAITING, State.HELD])
    return rows.select_related("revision", "based_on", "by")
