"""The record of who did what: written in the transaction of the act itself, never changed."""

from django.utils import timezone

from accounts.models import AuditEntry

#: Apps above add functions that take the name of a thing and return what the record may say of it.
NAMES = []


def record(actor, verb, target, *, at=None, **detail):
    """
    Add one audit row and return it.

    actor: User. verb: a word such as "publish". target: any saved model row; its kind, number and present name are
    kept as text, so that the row outlives it. detail: values that JSON can hold. at: aware datetime, now if None.
    """
    name = str(target)
    for may_be_said in NAMES:
        name = may_be_said(name)
    return AuditEntry.objects.create(
        at=at or timezone.now(),
        actor=actor,
        verb=verb,
        target_type=target._meta.label_lower,
        target_id=target.pk,
        target_name=name[:250],
        detail=detail,
    )


def of(target):
    """Return the audit rows of ``target``, newest first, with their actors."""
    rows = AuditEntry.objects.filter(target_type=target._meta.label_lower, target_id=target.pk)
    return rows.select_related("actor")
