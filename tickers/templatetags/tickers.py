"""How tickers are written out. Nothing here asks the database but the ticker box, once; views fetch the rest before."""

from django import template
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.translation import gettext, pgettext

from articles.clock import on_the_clock
from tickers.models import Entry, Ticker
from tickers.showing import newest_of, zone_of
from tickers.structured import headline_of

register = template.Library()
register.filter("headline_of", headline_of)


@register.filter
def clock(at, zone):
    """A <time> in the ticker's own zone, which its visible text names, and the day: 14:05 WET, 4 May."""
    local = timezone.localtime(at, zone)
    return format_html(
        '<time datetime="{}">{} <span>{}</span></time>',
        local.isoformat(timespec="minutes"),
        on_the_clock(local),
        date_format(local, pgettext("day in a ticker", "j F")),
    )


@register.filter
def sureness(entry):
    """How sure an entry's news is, in words; "" where nothing is said."""
    reporter = entry.reported_by
    if entry.verification == Entry.Verification.CONFIRMED:
        return gettext("Confirmed by %s") % reporter if reporter else gettext("Confirmed")
    if entry.verification == Entry.Verification.REPORTED:
        return (
            gettext("Reported by %s, not confirmed by us") % reporter
            if reporter
            else gettext("Reported by others")
        )
    if entry.verification == Entry.Verification.UNCONFIRMED:
        return gettext("Unconfirmed, from %s") % reporter if reporter else gettext("Unconfirmed")
    return ""


@register.filter
def state_of(ticker):
    """The word a reader is told about where the ticker stands; "" before it begins."""
    return {
        Ticker.Status.LIVE: gettext("Live"),
        Ticker.Status.PAUSED: gettext("Paused"),
        Ticker.Status.ENDED: gettext("Ended"),
    }.get(ticker.status, "")


@register.inclusion_tag("tickers/_box.html")
def ticker_box(line, url):
    """
    The line of a story to a live ticker, with the ticker's state and newest entries where it is one of ours.

    line: an articles.body.TickerLine that leads to ``url``. One query for one of ours, none for another. The story's
    page is stamped with the ticker's head key, which every event makes stale.
    """
    entries = newest_of(line.ticker) if line.ticker else []
    if not entries:
        return {"line": line, "url": url}
    ticker = entries[0].ticker
    return {"line": line, "url": url, "ticker": ticker, "entries": entries, "zone": zone_of(ticker)}
