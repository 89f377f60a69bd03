"""
Who may do what to a ticker. Whoever sees the story in the desk and may add entries posts; who may publish the story
runs it: status, pins, what waits, other people's entries.
"""

from django.http import Http404
from django.utils.translation import gettext as _

from articles.permissions import NotAllowed, may
from tickers.models import Ticker


def may_post(user, ticker):
    return user.is_active and user.has_perm("tickers.add_entry") and may(user, "view", ticker.article)


def may_run(user, ticker):
    return may_post(user, ticker) and may(user, "publish", ticker.article)


def may_change(user, entry):
    """
    Whether ``user`` may edit or delete ``entry``: any as somebody who runs the ticker, else an own one. Where what
    reporters write waits for an editor, it is theirs until it was let out.
    """
    if may_run(user, entry.ticker):
        return True
    was_let_out = entry.ticker.posting == Ticker.Posting.REVIEW and entry.number is not None
    return may_post(user, entry.ticker) and entry.made_by_id == user.pk and not was_let_out


def may_restore(user, entry):
    """Whether ``user`` may bring the deleted ``entry`` back: its writer only what nobody else took from readers."""
    return may_run(user, entry.ticker) or (may_change(user, entry) and entry.deleted_by_id == user.pk)


def get_ticker(user, pk):
    """Return the ticker for somebody who posts in it; Http404 for strangers, NotAllowed for those who only read."""
    tickers = Ticker.objects.select_related("article__section").defer("article__body", "article__standfirst")
    ticker = tickers.filter(pk=pk).first()
    if ticker is None or not may(user, "view", ticker.article):
        raise Http404(_("There is no ticker of this number."))
    if not may_post(user, ticker):
        raise NotAllowed(_("Only reporters and editors can post in a live ticker."))
    return ticker


def get_run_ticker(user, pk):
    """As `get_ticker`, for those who run it."""
    ticker = get_ticker(user, pk)
    if not may_run(user, ticker):
        raise NotAllowed(_("Only an editor of its section can run this ticker."))
    return ticker
