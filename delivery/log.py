"""The purge log: rows written in the transaction of the act they belong to, so that no act is published unpurged."""

from django.db import transaction
from django.utils import timezone

from delivery.models import Moment, Purge


def purge(keys, at=None):
    """
    Record that everything showing one of ``keys`` is stale.

    keys: an iterable of short texts such as "article:7" or "list:section:2". at: None for now; an aware datetime
    ahead also records a moment: pages that show a key then end at ``at``, which is why they are purged now as well.
    Takes no lock. Raise ValueError where ``at`` has no time zone.
    """
    if at is not None and timezone.is_naive(at):
        raise ValueError("A moment needs a time zone.")
    now = timezone.now()
    keys = sorted(set(keys))
    with transaction.atomic():
        Purge.objects.bulk_create(Purge(key=key, at=now) for key in keys)
        if at is not None and at > now:
            Moment.objects.bulk_create(Moment(key=key, at=at) for key in keys)
