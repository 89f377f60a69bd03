"""
Texts that were refused because somebody else had saved since: each waits at its story until a person settles it.

It is settled by joining it with what stands, or by putting it aside; both are on record, and no save does it by itself.
"""

from django.db import transaction
from django.dispatch import Signal
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts import audit
from articles import workflow
from articles.models import ConflictCopy
from articles.permissions import NotAllowed, may

#: joined.send(ConflictCopy, copy=…, by=…): a text went into a new version, in the transaction that saved it.
joined = Signal()


def waiting(article):
    """Return the texts that wait at ``article``, whoever wrote them, the newest first and without their words."""
    return ConflictCopy.objects.filter(article=article, outcome="").select_related("by").defer("content")


def join(copy, content, *, by, base):
    """
    Save ``content``, in which the text of ``copy`` is joined with version ``base``; return the Revision.

    Raise as `workflow.save` does; then ``copy`` waits on.
    """
    with transaction.atomic():
        article = workflow.lock(copy.article_id)
        if article.version == base:
            revision = workflow.save(article, content, by=by, base=base)
            _settle(copy, ConflictCopy.Outcome.JOINED, by=by)
            if revision.number > base:  # where what stood was taken everywhere, nothing of the text went in
                joined.send(ConflictCopy, copy=copy, by=by)
            return revision
    # It is kept as a text of its own, which must not be undone.
    return workflow.save(article, content, by=by, base=base)


def put_aside(copy, *, by):
    """Let ``copy`` wait no longer, as nobody needs it; raise NotAllowed for who neither wrote it nor may edit its story."""
    with transaction.atomic():
        copy = _fresh(copy, by)
        if copy.outcome:
            raise NotAllowed(_("Somebody has joined this text or put it aside already."))
        _settle(copy, ConflictCopy.Outcome.ASIDE, by=by)
        audit.record(by, "put aside", copy.article, at=copy.settled_at, base=copy.base, writer=str(copy.by))


def take_up(copy, *, by):
    """Let a text that was put aside wait again; raise NotAllowed as `put_aside` does."""
    with transaction.atomic():
        copy = _fresh(copy, by)
        if copy.outcome == ConflictCopy.Outcome.ASIDE:
            _settle(copy, "", by=None)
            audit.record(by, "take up", copy.article, base=copy.base, writer=str(copy.by))


def _fresh(copy, by):
    """Return the row as it is now; the story is locked until the transaction ends."""
    article = workflow.lock(copy.article_id)
    if by.pk != copy.by_id and not may(by, "edit", article):
        raise NotAllowed(_("Only who wrote this text or may change its story can put it aside."))
    return ConflictCopy.objects.select_related("by", "article").defer("content").get(pk=copy.pk)


def _settle(copy, outcome, *, by):
    copy.outcome, copy.settled_by, copy.settled_at = outcome, by, timezone.now() if outcome else None
    copy.save(update_fields=["outcome", "settled_by", "settled_at"])
