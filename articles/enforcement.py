"""Takes published stories from readers that hold a restricted name: what was printed before the name was restricted."""

import time

from django.dispatch import Signal

from articles import revisions, workflow
from articles.models import Article, Restriction
from articles.restrictions import is_named, standing, texts_of, texts_of_html, words_of

# Sent with ``article`` and ``restriction``: whoever shows more on a story's page takes from readers what of it is named.
searching = Signal()
SECONDS = 2.0
BATCH = 50


def enforce(seconds=SECONDS):
    """Go on looking through stories online or to come, the newest first, for restricted names; withdraw those that hold one."""
    ends = time.monotonic() + seconds
    while time.monotonic() < ends:
        row = standing().exclude(searched=0).order_by("pk").first()
        if row is None:
            return
        _search_on(row)


def _search_on(row):
    found = Article.objects.filter(live_revision__isnull=False, withdrawn_at=None).select_related(
        "live_revision"
    )
    if row.searched is not None:
        found = found.filter(pk__lt=row.searched)
    articles = list(found.order_by("-pk")[:BATCH])
    for article in articles:
        if is_named(row, words_of(_published_texts(article))):
            workflow.withdraw_by_law(article, by=row.made_by, note=str(row))
        else:
            searching.send(sender=Restriction, article=article, restriction=row)
    Restriction.objects.filter(pk=row.pk, searched=row.searched).update(
        searched=articles[-1].pk if articles else 0
    )


def _published_texts(article):
    live = article.live_revision
    content = revisions.upgrade(live.content, live.schema)
    columns = [getattr(article, name) or "" for name in revisions.TEXTS if name != "body"]
    return [*texts_of(content), *columns, *texts_of_html(article.body or "")]
