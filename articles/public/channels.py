"""Which feeds there are: of the whole site, every section, tag, author and ticker, each in three forms."""

from dataclasses import dataclass

from django.conf import settings
from django.urls import reverse


@dataclass(frozen=True)
class Form:
    """One way to write a feed: its ending in addresses, the word readers know it by, its media type."""

    ending: str
    word: str
    media_type: str


FORMS = {
    form.ending: form
    for form in (
        Form("rss", "RSS", "application/rss+xml"),
        Form("atom", "Atom", "application/atom+xml"),
        Form("json", "JSON Feed", "application/feed+json"),
    )
}


@dataclass(frozen=True)
class FeedLink:
    """A feed in one form: its Form, its title, its path."""

    form: Form
    title: str
    path: str


def feed_path(form, thing=None):
    """
    Return the path of the feed of ``thing`` in ``form``, an ending.

    thing: a row with a name and a slug, whose model has an address "<model>_feed"; None for the whole site.
    """
    if thing is None:
        return reverse("feed", args=[form])
    return reverse(f"{thing._meta.model_name}_feed", args=[thing.slug, form])


def feed_title(thing=None):
    return settings.SITE_NAME if thing is None else f"{thing.name} – {settings.SITE_NAME}"


def feed_links(thing=None):
    """Return a FeedLink for each form of the feed of ``thing``; asks no database."""
    return [FeedLink(form, feed_title(thing), feed_path(form.ending, thing)) for form in FORMS.values()]
