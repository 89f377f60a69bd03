"""
What readers ask of a ticker: its page (a story with entries), what happened since, and one entry with its neighbours.

All are ordinary stored pages. Who was sent away from the story by withdrawal, embargo or expiry finds none of them.
"""

from django.http import Http404, JsonResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

import articles.public.views
import delivery
from articles.models import Article
from articles.models.article import visible
from articles.public import pages
from articles.public.channels import FORMS, feed_links, feed_path
from articles.public.structured import as_scripts
from tickers import log, showing, structured
from tickers.models import Entry, Ticker

NEWER = showing.SHOWN // 2  # entries beside one on its own page that came after it, and as many before
ADDRESSES = 200  # entries of a withdrawn ticker that are asked for again, the newest


def add_entries(story, context):
    """Make the page of a story that of a ticker: the newest entries and what stands above them (articles.public.views.detail)."""
    ticker = Ticker.objects.get(pk=story.article.pk)
    ticker.article = story.article
    live = Entry.objects.live().filter(ticker=ticker).select_related("author").newest_first()
    newest = list(live[: showing.SHOWN + 1])
    pinned = list(live.filter(pinned=True))
    html = showing.as_html(ticker, [*newest, *pinned], story.at)
    continued = _continued(ticker)
    shown = newest[: showing.SHOWN]
    for entry in newest:
        entry.ticker = ticker
    context |= {
        "ticker": ticker,
        "feeds": feed_links(ticker),
        "poll_after": showing.poll_seconds(ticker),
        "stream": showing.stream_address(ticker),
        "panel": showing.panel(ticker),
        "pinned": [html[entry.number] for entry in pinned],
        "entries": [html[entry.number] for entry in shown if not entry.pinned],
        "older": newest[-1] if len(newest) > showing.SHOWN else None,
        "continued": continued if continued and continued.is_published(story.at) else None,
        "data": structured.live_blog(context["data"], ticker, shown),
    }
    keys = {ticker.key, ticker.head_key} | ({continued.page_key} if continued else set())
    return "tickers/detail.html", keys | showing.keys_of([*newest, *pinned])


def _continued(ticker):
    """Return the story of the ticker that this one continues, published or not; None where it continues none."""
    stories = Article.objects.select_related("section").defer("body", "standfirst")
    return stories.get(pk=ticker.continues_id) if ticker.continues_id else None


def find(pk, at):
    """Return the ticker with this id, its article fetched, if readers may see it at ``at``; raise Http404."""
    shown = visible(at, start="article__visible_from", end="article__visible_until")
    return get_object_or_404(Ticker.objects.select_related("article__section").filter(shown), pk=pk)


@require_safe
def since(request, pk, seq):
    """
    What happened after event ``seq``, as JSON: events, html of the entries they name, next_seq, poll_after, panel.

    A full answer shows entries that may be edited, and stays when others are added; the one at the head is also made
    stale by every event.
    """
    at = timezone.now()
    ticker = find(pk, at)
    if seq > ticker.head:
        raise Http404
    found = log.since(ticker, seq)
    response = JsonResponse(showing.changes(ticker, found, at), json_dumps_params={"ensure_ascii": False})
    keys = {ticker.key, ticker.article.page_key} | ({ticker.head_key} if found.at_head else set())
    keys |= showing.keys_of(found.entries.values())
    delivery.stamp(response, keys, until=pages.earliest_end([ticker.article]))
    if found.at_head:
        response.headers["Cache-Control"] = "public, max-age=0, s-maxage=2"
    return response


@require_safe
def entry(request, section, slug, pk, number):
    """One entry among some neighbours, at an address of its own; canonical is the ticker."""
    at = timezone.now()
    article = articles.public.views.find(pk, at)
    if article.was_visible(at):
        return articles.public.views.gone(article)
    ticker = find(pk, at)
    ticker.article = article
    around = _around(ticker, number)
    chosen = next((found for found in around if found.number == number), None)
    if chosen is None:
        return _no_entry(ticker, number)
    if request.path != chosen.get_absolute_url():
        return articles.public.views.moved(article, chosen.get_absolute_url())
    story = articles.public.views.Story(article, at)
    html = showing.as_html(ticker, around, at, level="2")
    context = {
        "article": article,
        "story": story,
        "ticker": ticker,
        "entry": chosen,
        "entries": [html[found.number] for found in around],
        "newer": around[0].get_absolute_url() if around[0].number > number else "",
        "older": around[-1].get_absolute_url() if around[-1].number < number else "",
        "path": story.path,
        "canonical": story.canonical,
        "current": article.section,
        "open_graph": structured.open_graph(story, chosen),
        "structured": as_scripts(structured.posting(ticker, chosen)),
    }
    keys = {ticker.key} | story.own_keys | showing.keys_of(around)
    if sum(found.number > number for found in around) < NEWER:  # the next entry joins them
        keys.add(ticker.head_key)
    return pages.render("tickers/entry.html", context, keys=keys, until=story.until)


def _around(ticker, number):
    """Return the live entry ``number`` between its neighbours, newest first; two queries."""
    live = Entry.objects.live().filter(ticker=ticker).select_related("author")
    newer = list(live.filter(number__gte=number).order_by("number")[: NEWER + 1])
    older = list(live.filter(number__lt=number).newest_first()[: showing.SHOWN - NEWER])
    found = [*reversed(newer), *older]
    for entry in found:
        entry.ticker = ticker
    return found


def _no_entry(ticker, number):
    """Answer 410 where an entry was once, and nothing of what it said; raise Http404 where none ever was."""
    if not 1 <= number <= ticker.made:
        raise Http404
    context = {"note": "", "withdrawn": True, "path": "/"}
    return pages.render("410.html", context, keys=[ticker.key, ticker.article.page_key], status=410)


def addresses_of(sender, article, **kwargs):
    """Return the addresses of what a ticker has beside its page: answers `articles.removal.receipts.addresses`."""
    if article.kind != article.Kind.TICKER:
        return []
    found = [feed_path(form, article.ticker) for form in FORMS]
    found += [reverse("since", args=[article.pk, seq]) for seq in {0, article.ticker.head}]
    entries = Entry.objects.live().filter(ticker=article.pk).newest_first()[:ADDRESSES]
    article.ticker.article = article
    for entry in entries:
        entry.ticker = article.ticker
    return found + [entry.get_absolute_url() for entry in entries]
