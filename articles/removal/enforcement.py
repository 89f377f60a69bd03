"""Takes published stories from readers that hold a restricted name: what was printed before the name was restricted."""

import time

from django.db import transaction
from django.db.models import Q
from django.dispatch import Signal

import delivery
from accounts import audit
from articles import revisions, workflow
from articles.models import Article, Correction, Restriction, Source, Tag
from articles.removal.restrictions import (
    BESIDE,
    is_named,
    is_shown,
    said_by,
    standing,
    strings,
    texts_of,
    texts_of_html,
    words_of,
)
from images import library
from images.models import Image

# Sent with ``article`` and ``restriction``: whoever shows more on a story's page takes from readers what of it is named.
# Of tickers it is sent for those too that nobody sees now: their entries come with them when they go out.
searching = Signal()
SECONDS = 2.0
BATCH = 50
_IS_OUT = Q(live_revision__isnull=False, withdrawn_at=None)  # or will be, at its time


def enforce(seconds=SECONDS):
    """Go on looking through stories online or to come, the newest first, for restricted names; withdraw those that hold one."""
    ends = time.monotonic() + seconds
    while time.monotonic() < ends:
        row = standing().exclude(searched=0).order_by("pk").first()
        if row is None:
            return
        _search_on(row)


def _search_on(row):
    if row.searched is None:
        _search_beside(row)
    found = Article.objects.filter(_IS_OUT | Q(kind=Article.Kind.TICKER)).select_related("live_revision")
    if row.searched is not None:
        found = found.filter(pk__lt=row.searched)
    articles = list(found.order_by("-pk")[:BATCH])
    for article in articles:
        is_out = article.live_revision_id is not None and article.withdrawn_at is None
        if is_out and is_named(row, words_of(_published_texts(article))):
            workflow.withdraw_by_law(article, by=row.made_by, note=str(row))
        searching.send(sender=Restriction, article=article, restriction=row)
    Restriction.objects.filter(pk=row.pk, searched=row.searched).update(
        searched=articles[-1].pk if articles else 0
    )


def _search_beside(row):
    """
    Take from readers what stands beside stories: pictures are retired, tags become the desk's own, texts go.

    A note of correction takes its story with it, for it stands on its page.
    """
    for model, names in BESIDE.items():
        for thing in model.objects.iterator(BATCH):
            if is_named(row, words_of(said_by(thing))) and is_shown(thing):
                _hide(row, thing, names)
    for note in Correction.objects.select_related("article").iterator(BATCH):
        if is_named(row, words_of([note.wrong, note.right])):
            workflow.withdraw_by_law(note.article, by=row.made_by, note=str(row))
    for article in Article.objects.exclude(withdrawal_note="").iterator(BATCH):
        if is_named(row, words_of([article.withdrawal_note])):
            Article.objects.filter(pk=article.pk).update(withdrawal_note="")
            delivery.purge([article.page_key])
            audit.record(row.made_by, "take off", article, note=str(row))


def _hide(row, thing, names):
    if isinstance(thing, Image):
        library.retire(Image.objects.filter(pk=thing.pk), by=row.made_by)
        return
    with transaction.atomic():
        if isinstance(thing, Tag):
            changes = {"is_internal": True}
        else:
            texts = {name: getattr(thing, name) for name in names if name not in ("name", "slug")}
            named = [name for name, text in texts.items() if is_named(row, words_of(strings(text)))]
            changes = {name: type(texts[name])() for name in named}
        type(thing).objects.filter(pk=thing.pk).update(**changes)
        keys = {getattr(thing, name) for name in ("page_key", "list_key") if hasattr(thing, name)}
        delivery.purge(keys | ({f"source:{thing.pk}"} if isinstance(thing, Source) else set()))
        audit.record(row.made_by, "take off", thing, note=str(row), fields=sorted(changes))


def _published_texts(article):
    live = article.live_revision
    content = revisions.content_of(live)
    columns = [getattr(article, name) or "" for name in revisions.TEXTS if name != "body"]
    printed = article.bylines.values_list("name", flat=True)  # since written anew, maybe
    return [*texts_of(content), *columns, *printed, *texts_of_html(article.body or "")]
