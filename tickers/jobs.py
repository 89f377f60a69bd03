"""What the worker does for tickers."""

from datetime import timedelta

from django.utils import timezone

from delivery.worker import every
from tickers import log
from tickers.models import Done

KEPT = timedelta(days=30)  # the keys of acts: a device that sends later than that is beyond "once"


@every(1)
def release_due():
    """Let delayed entries go out whose time has come."""
    log.release_due()


@every(3600)
def forget_done():
    Done.objects.filter(at__lt=timezone.now() - KEPT).delete()
