"""
Proof that what was taken from readers is gone: every address that showed it is asked again until it is clean.

The addresses are noted in the transaction of the act itself: those that follow from the story, and those at which this
node's store holds a page that shows it. The worker then asks each through the very application that readers get, page
store included. One that is not clean stays open before the desk's eyes.
"""

import io
import os
import re
import time
from datetime import timedelta
from urllib.parse import quote, unquote, urlsplit
from wsgiref.util import setup_testing_defaults

from django.conf import settings
from django.core.servers.basehttp import get_internal_wsgi_application
from django.db.models import F, Q
from django.dispatch import Signal
from django.urls import reverse
from django.utils import timezone
from django.utils.html import escape
from django.utils.translation import gettext_lazy as _

from articles.models import Article, Receipt, ReceiptLine, Related, TickerLink
from articles.models.article import day_of
from articles.public.channels import FORMS, feed_path
from articles.removal.hidden import Hidden
from delivery import store

SECONDS = 2.0  # of one turn
AGAIN = timedelta(seconds=10)  # between two looks at what was not clean
LATE = timedelta(minutes=2)  # after which one that nobody asked is an alarm
MOST = 5000  # addresses of one receipt
BLOCK = 1000  # as sitemaps cut them
GONE = {404, 410}

# What still stood at an address.
SEEN = {
    "address": _("It still leads to the story."),
    "answer": _("The answer is not the one that belongs there."),
    "headline": _("It still says the headline."),
    "indexed": _("Search engines are not asked to leave it out."),
    "word": _("A word that is to go still stands there."),
}

# addresses.send(Article, article=…) answers with a list of paths: those of what upper apps show of a story.
addresses = Signal()


# Where it was shown


def addresses_of(article):
    """Return the addresses (path and query) that show a published story, its own first, each once."""
    found = [*own_addresses(article), *_lists(article), *_others(article)]
    for _receiver, paths in addresses.send(Article, article=article):
        found += paths
    return list(dict.fromkeys([*found, *stored_addresses([article.page_key])]))[:MOST]


def own_addresses(article):
    """Its address, those it had in sections that were called otherwise, and what it is found by without the right words."""
    end = f"{article.slug}-{article.pk}/"
    sections = [article.section.slug, *article.section.old_slugs.values_list("slug", flat=True)]
    return [f"/{section}/{end}" for section in sections] + [f"/{article.section.slug}/x-{article.pk}/"]


def _lists(article):
    day = day_of(article.visible_from)
    things = [article.section]
    tags = article.tagged_items.select_related("tag__canonical")
    things += [item.tag.canonical for item in tags if not item.tag.canonical.is_internal]
    things += [
        row.author.canonical for row in article.bylines.select_related("author__canonical") if row.author
    ]
    found = [reverse("home"), *(thing.get_absolute_url() for thing in things), reverse("day", args=[day])]
    found += [feed_path(form, thing) for thing in [None, *dict.fromkeys(things)] for form in FORMS]
    part = (article.pk - 1) // BLOCK + 1
    found += [reverse("sitemap"), reverse("news_sitemap"), reverse("sitemap_part", args=["stories", part])]
    return [*found, reverse("corrections"), reverse("feeds")]


def _others(article):
    """Stories that name it below or beside their text, and those it is a translation of or that translate it."""
    near = Q(pk__in=Related.objects.filter(to=article).values("article"))
    near |= Q(pk__in=TickerLink.objects.filter(ticker=article).values("article"))
    near |= Q(translation_of__article=article)
    if article.translation_of_id:
        original = article.translation_of.article_id
        near |= Q(pk=original) | Q(translation_of__article=original)
    others = Article.objects.published().filter(near).exclude(pk=article.pk).select_related("section")
    return [other.get_absolute_url() for other in others.only("slug", "section__slug")[:MOST]]


def stored_addresses(keys):
    """Return the addresses at which this node stores pages that show one of ``keys``."""
    return sorted({address for one in store.all_stores() for address in one.addresses(keys)})


# Opening


def open_for(article, kind, *, by, at, addresses):
    """Open the receipt of a story that goes at ``at``, in the transaction of the act; return it."""
    Receipt.objects.filter(article=article, closed_at=None).update(closed_at=at, overtaken=True)
    receipt = Receipt.objects.create(kind=kind, article=article, by=by, opened_at=at)
    return _with_lines(receipt, addresses)


def open_for_redaction(redaction, *, at, stored=()):
    """Open the receipt of a redaction: the addresses of all stories it changed, as they are now; return it."""
    hidden = Hidden.from_json(redaction.hidden)
    found = [reverse("home")]
    for article in redaction.articles.select_related("section"):
        if article.visible_from is not None and article.visible_from <= at:
            found += addresses_of(article)
    clean = [
        hidden.redact(unquote(address), redaction.replacement, address=True) for address in (*found, *stored)
    ]
    receipt = Receipt.objects.create(
        kind=Receipt.Kind.REDACTED, redaction=redaction, by=redaction.by, opened_at=at
    )
    return _with_lines(receipt, clean)


def _with_lines(receipt, addresses):
    lines = [
        ReceiptLine(receipt=receipt, address=address)
        for address in dict.fromkeys(addresses)
        if len(address) <= 500
    ]
    ReceiptLine.objects.bulk_create(lines[:MOST])
    return receipt


# Asking


def ask(address):
    """Return (number, headers as one text, body as text) of what a reader is answered at ``address`` on this node."""
    path, _question, query = address.partition("?")
    site = urlsplit(settings.SITE_URL)
    environ = {
        "REQUEST_METHOD": "GET",
        "PATH_INFO": path.encode().decode("latin-1"),
        "QUERY_STRING": quote(query, safe="=&%+/"),
        "HTTP_HOST": site.netloc,
        "SCRIPT_NAME": "",
        "wsgi.url_scheme": site.scheme,
        "wsgi.input": io.BytesIO(),
    }
    if site.scheme == "https":  # as from behind a proxy that speaks TLS
        environ |= {"HTTPS": "on", "HTTP_X_FORWARDED_PROTO": "https"}
    setup_testing_defaults(environ)
    said = []
    chunks = get_internal_wsgi_application()(
        environ, lambda status, headers, *_more: said.append((status, headers))
    )
    try:
        body = b"".join(chunks)
    finally:
        if hasattr(chunks, "close"):
            chunks.close()
    status, headers = said[-1]
    return (
        int(status[:3]),
        "\n".join(f"{name}: {value}" for name, value in headers),
        body.decode("utf-8", "replace"),
    )


def judge(receipt, address, answer):
    """Return what of SEEN the answer (of `ask`) at ``address`` still shows, "" where it is clean."""
    number, headers, body = answer
    if number >= 500 or number == 429:
        return "answer"
    if receipt.kind == Receipt.Kind.REDACTED:
        hidden = Hidden.from_json(receipt.redaction.hidden)
        return "word" if hidden.stands_in(body) or hidden.stands_in(headers) else ""
    article = receipt.article
    own = re.search(rf"-{article.pk}/", address) and not address.startswith(("/tags/", "/authors/"))
    if receipt.kind == Receipt.Kind.DEINDEXED and own:
        return "" if number == 301 or 'content="noindex"' in body else "indexed"
    if own and number not in GONE:
        return "answer"
    if own and article.headline and escape(article.headline) in body:
        return "headline"
    named = (f"/{article.slug}-{article.pk}/", str(article.uuid))
    return "address" if any(name in part for name in named for part in (headers, body)) else ""


def check_open(*, seconds=SECONDS, at=None):
    """Ask the addresses of open receipts that are due, those never asked first; close what is clean."""
    ends = time.monotonic() + seconds
    for receipt in (
        Receipt.objects.filter(closed_at=None).select_related("article", "redaction").order_by("pk")
    ):
        if _is_overtaken(receipt):
            _close(receipt, at or timezone.now(), overtaken=True)
            continue
        due = Q(asked_at=None) | Q(asked_at__lte=(at or timezone.now()) - AGAIN)
        lines = receipt.lines.filter(due, clean_at=None).order_by(F("asked_at").asc(nulls_first=True), "pk")
        for line in lines[:BLOCK]:
            check(receipt, line, at=at)
            if time.monotonic() > ends:
                return
        if not receipt.lines.filter(clean_at=None).exists():
            _close(receipt, at or timezone.now())


def check(receipt, line, *, at=None):
    """Ask one address and note what it answered."""
    try:
        answer = ask(line.address)
        status, seen = answer[0], judge(receipt, line.address, answer)
    except (OSError, ValueError, UnicodeError):
        status, seen = None, "answer"
    now = at or timezone.now()
    ReceiptLine.objects.filter(pk=line.pk).update(
        asked_at=now,
        node=os.uname().nodename,
        status=status,
        seen=seen,
        clean_at=None if seen else now,
        tries=F("tries") + 1,
    )


def _is_overtaken(receipt):
    """Whether the story was published, or put into lists, again."""
    if receipt.kind == Receipt.Kind.WITHDRAWN:
        return receipt.article.withdrawn_at is None
    return receipt.kind == Receipt.Kind.DEINDEXED and receipt.article.deindexed_at is None


def _close(receipt, at, overtaken=False):
    Receipt.objects.filter(pk=receipt.pk, closed_at=None).update(closed_at=at, overtaken=overtaken)


def alarming(at):
    """Return the open receipts with an address that is not clean though it was asked, or that nobody asked in time."""
    dirty = ReceiptLine.objects.filter(clean_at=None, tries__gt=0).values("receipt")
    late = Q(pk__in=dirty) | Q(opened_at__lt=at - LATE)
    return Receipt.objects.filter(late, closed_at=None).select_related("article", "redaction")
