"""What the worker does for tickers."""

from delivery.worker import every
from tickers import log


@every(1)
def release_due():
    """Let delayed entries go out whose time has come."""
    log.release_due()
