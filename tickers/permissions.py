"""
Who may do what to a ticker. Whoever sees the story in the desk and may add entries posts; who may publish the story
runs it: status, pins, what waits, other people's entries.
"""

from articles.permissions import may


def may_post(user, ticker):
    return user.is_active and user.has_perm("tickers.add_entry") and may(user, "view", ticker.article)


def may_run(user, ticker):
    return may_post(user, ticker) and may(user, "publish", ticker.article)


def may_change(user, entry):
    """Whether ``user`` may edit or delete ``entry``: an own one, or any as somebody who runs the ticker."""
    return may_run(user, entry.ticker) or (may_post(user, entry.ticker) and entry.made_by_id == user.pk)
