"""
What hubs, search engines and webhooks are told of a story: that it came, changed or went, and when it will.

Told from the transaction of the act, in rows, so that nobody hears of what was rolled back, and nobody before readers
can see it. An act tells anew all that lies ahead: a story that was put off is not announced at its first hour.
"""

import delivery
from articles.models import Author, Section, Tag
from articles.models.article import FOREVER
from articles.public.channels import FORMS, feed_path
from articles.public.pages import absolute

LISTED = {"section": Section, "tag": Tag, "author": Author}


def address_now(article, now):
    """Return the path at which readers see the story, None where they don't; for `tell`, before an act."""
    return article.get_absolute_url() if article.is_published(now) else None


def tell(article, *, before, keys, now, changed=True):
    """
    Tell what an act did to ``article``, which holds what stands now.

    before: `address_now` from before the act. keys: what the act made stale, for the feeds that changed. changed:
    whether the act changed what readers of it see, rather than only its times.
    """
    if not delivery.announces():
        return
    after = address_now(article, now)
    feeds = feeds_of(keys) if delivery.announces(feeds=True) else []
    coming = [
        (at, _event(article, name, article.get_absolute_url(), [], feeds))
        for at, name in _ahead(article, now)
    ]
    if after and (changed or not before):
        name = "update" if before else "publish"
        coming.append((now, _event(article, name, after, [before] if before else [], feeds)))
    elif before and not after:
        coming.append((now, _event(article, "withdraw", before, [], feeds)))
    delivery.announce(article.page_key, coming, now)


def tell_feeds(thing, *, key, now):
    """Tell hubs that the feed of ``thing`` changed, for what is no event of a story: a ticker's entries. key: its own."""
    if delivery.announces(feeds=True):
        feeds = sorted(absolute(feed_path(form, thing)) for form in FORMS)
        nothing = {"event": "", "id": "", "version": 0, "url": "", "urls": []}
        delivery.announce(key, [(now, nothing | {"feeds": feeds})], now)


def _ahead(article, now):
    """Return [(aware datetime, name of the event)] of what will come by itself."""
    if article.live_revision_id is None or article.withdrawn_at or article.visible_from is None:
        return []
    moments = [(article.visible_from, "publish"), (article.visible_until, "withdraw")]
    return [(at, name) for at, name in moments if now < at < FOREVER]


def _event(article, name, path, others, feeds):
    """What `delivery.announcers` has of an event. Search engines need not hear of a story that is not for them."""
    hidden = name == "publish" and article.noindex
    return {
        "event": name,
        "id": article.uuid.urn,
        "version": article.live_revision.number if article.live_revision_id else 0,
        "url": absolute(path),
        "urls": [] if hidden else sorted({absolute(path), *map(absolute, others)}),
        "feeds": feeds,
    }


def feeds_of(keys):
    """Return the addresses of the feeds that draw from the lists among ``keys``, in every form."""
    found = [None] if "list:all" in keys else []
    for kind, model in LISTED.items():
        ids = [key.rsplit(":", 1)[1] for key in keys if key.startswith(f"list:{kind}:")]
        rows = model.objects.filter(pk__in=[pk for pk in ids if pk.isdecimal()])
        found += rows.filter(is_internal=False) if model is Tag else rows
    return sorted(absolute(feed_path(form, thing)) for thing in found for form in FORMS)
