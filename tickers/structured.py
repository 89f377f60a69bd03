"""
Tickers as JSON-LD and for social media.

Source: https://schema.org/LiveBlogPosting, https://schema.org/CorrectionComment and
https://developers.google.com/search/docs/appearance/structured-data/article.
"""

from datetime import timedelta

from articles import body
from articles.public.pages import absolute
from articles.public.structured import open_graph as story_graph
from articles.public.structured import publisher

LASTS = timedelta(days=1)


def live_blog(data, ticker, entries):
    """
    Return ``data``, the JSON-LD of the ticker's story, with its coverage and its newest ``entries``.

    Google wants to know when coverage ends also while it goes on: a day after the newest entry, where no end is planned.
    """
    starts = ticker.starts or ticker.article.first_published
    newest = max([starts, *(entry.posted for entry in entries)])
    return {
        **data,
        "@type": "LiveBlogPosting",
        "coverageStartTime": starts.isoformat(),
        "coverageEndTime": (ticker.ends or newest + LASTS).isoformat(),
        "liveBlogUpdate": [_update(entry) for entry in entries],
    }


def posting(ticker, entry):
    """Return the JSON-LD of one entry at its own address."""
    return {
        "@context": "https://schema.org",
        **_update(entry),
        "isPartOf": absolute(ticker.article.get_absolute_url()),
    }


def _update(entry):
    headline = headline_of(entry)
    data = {
        "@type": "BlogPosting",
        "url": absolute(entry.get_absolute_url()),
        "headline": headline,
        "datePublished": entry.posted.isoformat(),
        "dateModified": entry.changed.isoformat(),
        "articleBody": body.plain(entry.body) or headline,
        "author": {"@type": "Person", "name": entry.author.name} if entry.author else publisher(),
    }
    if entry.correction:
        note = {"@type": "CorrectionComment", "text": entry.correction}
        data["correction"] = note | {"datePublished": entry.corrected.isoformat()}
    return data


def headline_of(entry):
    """Return the entry's headline, or the first words of its text."""
    return entry.headline or body.first_words(entry.body, 12) or str(entry)


def open_graph(story, entry):
    """Return the (property, content) pairs of one entry: the ticker's own, with its words and address."""
    own = {
        "og:title": headline_of(entry),
        "og:description": body.first_words(entry.body, 40) or story.article.standfirst,
        "og:url": absolute(entry.get_absolute_url()),
        "article:published_time": entry.posted.isoformat(),
        "article:modified_time": entry.changed.isoformat(),
    }
    return [(name, own.get(name) or content) for name, content in story_graph(story)]
