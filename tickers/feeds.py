"""The newest entries of a ticker for feed readers: RSS, Atom and JSON Feed."""

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override
from django.views.decorators.http import require_safe

from articles import body
from articles.clock import moment_in_words
from articles.languages import spoken_beside
from articles.public import pages
from articles.public.channels import feed_path, feed_title
from articles.public.feeds import LENGTH, Channel, Item, answer
from tickers.models import Entry
from tickers.showing import keys_of
from tickers.structured import headline_of
from tickers.views import find


@require_safe
def ticker(request, pk, form):
    found = find(pk, timezone.now())
    entries = list(Entry.objects.live().filter(ticker=found).select_related("author").newest_first()[:LENGTH])
    channel = Channel(
        title=feed_title(found),
        about=found.article.standfirst or _("The newest from %(name)s") % {"name": found.name},
        page=found.article.get_absolute_url(),
        path=feed_path(form, found),
        items=[_item(found, entry) for entry in entries],
    )
    keys = {found.key, found.head_key, found.article.page_key} | keys_of(entries)
    return answer(request, form, channel, keys, pages.earliest_end([found.article]))


def _item(ticker, entry):
    entry.ticker = ticker
    return Item(
        id=entry.key.urn,
        title=headline_of(entry),
        path=entry.get_absolute_url(),
        text=body.plain(entry.body),
        behind=[_correction(ticker, entry)] if entry.correction else [],
        published=entry.posted,
        changed=entry.changed,
        authors=[(entry.author.name, None)] if entry.author else [],
        categories=[ticker.article.section.name],
        language=ticker.article.language,
    )


def _correction(ticker, entry):
    """Return what corrects ``entry`` as plain text, as the feeds of stories say it."""
    with override(spoken_beside(ticker.article.language)):
        at = moment_in_words(entry.corrected)
        heading = _("%(kind)s, %(at)s") % {"kind": _("Correction"), "at": at}
    return f"{heading}: {entry.correction}"
