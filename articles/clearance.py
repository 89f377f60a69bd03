"""
What may keep a text from going out: legal, who has to clear it, and apps above, such as an agency that wants its copy back.

Publishing asks both. What is set for later is published by a query and asks nobody, so that it is held in its row, in the
transaction in which something comes into its way.
"""

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

import delivery
from accounts import audit
from articles import announcing, publication, revisions
from articles.models import Article, Clearance
from articles.models.article import FOREVER
from articles.permissions import NotAllowed, may
from articles.publication import lock

#: Apps above add functions that take an article and return why it may not go out now, "" where it may.
GUARDS = []


# Legal


def require_legal(article, needed, *, by, reason=""):
    """Say that ``article`` may not go out before legal has cleared its text; only legal says that it need not."""
    with transaction.atomic():
        article = lock(article.pk)
        if not may(by, "flag" if needed else "clear", article):
            raise NotAllowed(
                _("Only legal can say that a story needs no clearance; its writers can ask for it.")
            )
        if article.needs_legal != needed:
            verb = "ask legal" if needed else "need no legal"
            audit.record(by, verb, article, reason=reason.strip()[:500])
            article.needs_legal = needed
            article.save(update_fields=["needs_legal"])
            hold_or_let_go(article, by=by)
    return article


def clear(revision, *, by, note=""):
    """Let ``revision``, and no other text, go out as far as the law is concerned; return the Clearance."""
    with transaction.atomic():
        article = lock(revision.article_id)
        if not may(by, "clear", article):
            raise NotAllowed(_("Only legal can clear a story."))
        note = note.strip()[:500]
        clearance, created = Clearance.objects.get_or_create(
            revision=revision, defaults={"article": article, "by": by, "at": timezone.now(), "note": note}
        )
        if created:
            audit.record(by, "clear", article, at=clearance.at, revision=revision.number, note=note)
            hold_or_let_go(article, by=by)
    return clearance


def clearance_of(article, content):
    """Return (the Clearance of this very text or None, the last one of any text of the story or None)."""
    given = list(article.clearances.select_related("revision", "by"))
    for clearance in given:
        cleared = clearance.revision
        if not revisions.changed_fields(revisions.content_of(cleared), content):
            return clearance, given[0]
    return None, given[0] if given else None


def why_uncleared(article, content):
    """Return why legal has yet to clear ``content``, "" where not; an earlier clearance says nothing of a later text."""
    if not article.needs_legal:
        return ""
    clearance, last = clearance_of(article, content)
    if clearance is not None:
        return ""
    if last is None:
        return _("Legal has to clear this version before it goes out.")
    return _("Legal cleared version %(number)d; the text has changed since and has to be cleared again.") % {
        "number": last.revision.number
    }


# What waits for its time


def why_guarded(article):
    """Return why an app above keeps ``article`` back, whatever its text, "" where none does."""
    return next(filter(None, (guard(article) for guard in GUARDS)), "")


def why_held(article):
    """Return what stands in the way of the version that is set for later, "" where nothing does."""
    return why_guarded(article) or why_uncleared(article, revisions.content_of(article.live_revision))


def hold_or_let_go(article, *, by):
    """
    Hold a story that is set for later, or let it go again, as what may stand in its way says now; holds the lock.

    A first publication happens by query, so what is held loses its moment in the row itself. Settled before its time
    it goes out as it was set; settled later it stays held, for nothing goes out late without a person deciding so.
    """
    now = timezone.now()
    if article.standing(now) != Article.Standing.SCHEDULED:
        return
    since, why = article.held_since, why_held(article)
    if bool(why) == (since is not None):
        return
    retime(article, now=now, keys=article.stale_keys())
    if article.held_since != since:
        verb = "held back" if why else "let go"
        audit.record(by, verb, article, at=now, revision=article.live_revision.number, reason=why)


def retime(article, *, now, keys):
    """
    Write anew when readers see what is published or waits for its time, from the times that were just changed.

    What they see stays; an end that has come stays too. keys: the stale keys from before. The caller holds the lock.
    """
    before = announcing.address_now(article, now)
    if article.live_revision_id is not None and article.withdrawn_at is None:
        if article.is_published(now):
            article.visible_until = article.expires_at or FOREVER
        elif not article.was_visible(now):
            _retime_ahead(article, now=now)
    article.save(update_fields=publication.COLUMNS)
    keys |= article.stale_keys()
    delivery.purge(keys)
    for moment in publication.moments_ahead(article, now):
        delivery.purge(keys, at=moment)
    announcing.tell(article, before=before, keys=keys, now=now, changed=False)


def _retime_ahead(article, *, now):
    """
    As `retime`, for a story that readers don't see yet: the record of what stands online begins anew as well.

    It names who published the version, as before: who sets a time for the story need not have read it.
    """
    last = publication.last_act(article)
    first = not article.was_seen(now)
    publication.close_act(article, now)
    starts = None if article.embargo_by_hand else article.goes_out_at
    if starts is not None and starts <= now and article.held_since is None:
        starts = now  # released: from this second on, not from a time at which nobody could see it
    if starts is not None and article.expires_at is not None and article.expires_at <= starts:
        raise NotAllowed(_("This story expires before it would be seen; change when it expires first."))
    if why_held(article) or (starts is not None and starts < now):
        article.held_since, starts = article.held_since or now, None
    else:
        article.held_since = None
    article.visible_from = starts
    article.visible_until = article.expires_at or FOREVER
    if first:
        article.first_published = article.updated = starts
    publication.copy_visible_from(article, starts)
    if starts is not None:
        publication.write_act(
            article,
            article.live_revision,
            by=last.by,
            at=now,
            kind=last.kind,
            note=last.note,
            alone=last.alone,
        )
