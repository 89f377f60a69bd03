"""The newest stories for feed readers."""

import re
from html import escape

from django.conf import settings
from django.contrib.syndication.views import Feed
from django.db.models import Prefetch
from django.urls import reverse
from django.utils import timezone
from django.utils.feedgenerator import Rss201rev2Feed
from django.utils.translation import gettext as _

import delivery
from articles import labels
from articles.models import Article, TaggedItem
from articles.pages import absolute, earliest_end

LENGTH = 50
NOT_IN_XML = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")


class Rss(Rss201rev2Feed):
    """RSS 2.0 that drops characters XML can't hold: one bad headline must not take the whole feed down."""

    def add_item(self, **item):
        super().add_item(**{name: _fit_for_xml(value) for name, value in item.items()})


def _fit_for_xml(value):
    return NOT_IN_XML.sub("", value) if isinstance(value, str) else value


class NewestFeed(Feed):
    """
    The newest stories of all sections: headline, standfirst, names. Every address in it comes from SITE_URL.

    It is compared by ETag alone: a story withdrawn or a typing error mended moves no date.
    """

    feed_type = Rss

    def __call__(self, request):
        stories = Article.objects.published(timezone.now()).newest_first().for_cards()
        tags = Prefetch(
            "tagged_items", TaggedItem.objects.select_related("tag__canonical").order_by("position")
        )
        stories = list(stories.prefetch_related("bylines", tags)[:LENGTH])
        response = super().__call__(request, stories)
        del response.headers["Last-Modified"]
        return delivery.stamp(response, _keys(stories), until=earliest_end(stories))

    def get_object(self, request, stories):
        return stories

    def title(self):
        return settings.SITE_NAME

    def description(self):
        return _("The newest stories from %(site)s") % {"site": settings.SITE_NAME}

    def link(self):
        return absolute("/")

    def feed_url(self):
        return absolute(reverse("feed"))

    def items(self, stories):
        return stories

    def item_title(self, story):
        word = labels.label(story)
        return f"{word}: {story.headline}" if word else story.headline

    def item_description(self, story):
        return escape(story.standfirst or "", quote=False)  # a description is HTML, a title plain text

    def item_link(self, story):
        return absolute(story.get_absolute_url())

    def item_guid(self, story):
        return story.uuid.urn

    item_guid_is_permalink = False

    def item_author_name(self, story):
        return labels.signature(story) or None

    def item_pubdate(self, story):
        return story.first_published

    def item_updateddate(self, story):
        return story.updated

    def item_categories(self, story):
        tags = [item.tag.canonical.name for item in story.tagged_items.all()]
        return list(dict.fromkeys([story.section.name, *tags]))


def _keys(stories):
    tags = {item.tag.page_key for story in stories for item in story.tagged_items.all()}
    return {"list:all", *tags, *(story.page_key for story in stories)}
