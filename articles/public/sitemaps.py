"""
/sitemap.xml and its parts, for search engines, and /news-sitemap.xml, for those that show news.

A part holds the rows of one kind whose ids fall into one block, so that a part never shifts when stories are added
and no part counts or skips rows. The index names the blocks that hold something for readers.
"""

from datetime import timedelta
from functools import cache
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.sitemaps import Sitemap
from django.contrib.sitemaps.views import SitemapIndexItem
from django.db import connection
from django.db.models import Exists, OuterRef, Q
from django.http import Http404, HttpResponse
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

import delivery
from articles.models import Article, Author, Byline, Section, Tag, TaggedItem
from articles.models.article import visible
from articles.public.feeds import fit_for_xml
from articles.public.pages import absolute, earliest_end
from delivery.prepared import Prepared

BLOCK = 1000  # rows in a part: the protocol allows 50,000, but a part is made while somebody waits
WALK = 200  # blocks that one query looks into; SQLite joins at most 500
NEWS_FOR = timedelta(hours=48)
NEWS_LIMIT = 1000


class Block(Sitemap):
    """One block of the rows of a kind. Subclasses say in `rows` which rows readers may see at ``at``."""

    limit = BLOCK

    def __init__(self, at, number=1):
        self.at, self.number = at, number

    def rows(self):
        raise NotImplementedError

    def items(self):
        """Return a list, for the paginator would count a queryset with a query of its own."""
        block = self.rows().filter(pk__gt=(self.number - 1) * BLOCK, pk__lte=self.number * BLOCK)
        return list(block.order_by("pk"))

    @classmethod
    def numbers(cls, at):
        """Return the numbers of the blocks with a row in them, in order; a query for the last id, one for each walk."""
        last = cls(at).rows().model.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
        blocks = range((last - 1) // BLOCK + 1)
        walks = [blocks[start : start + WALK] for start in range(0, len(blocks), WALK)]
        return [number for walk in walks for number in cls._in_use(at, walk)]

    @classmethod
    def _in_use(cls, at, blocks):
        """Look for one row in each of ``blocks`` by its ids: to read every row to count none took 300 ms at 100,000."""
        asked = [_first(cls).sql(at, block * BLOCK, (block + 1) * BLOCK) for block in blocks]
        sql = " UNION ALL ".join(
            f"SELECT * FROM ({sql}) AS block{place}" for place, (sql, _) in enumerate(asked)
        )
        with connection.cursor() as cursor:
            cursor.execute(sql, [value for _, values in asked for value in values])
            return sorted((pk - 1) // BLOCK + 1 for (pk,) in cursor.fetchall())

    def get_protocol(self, protocol=None):
        return urlsplit(settings.SITE_URL).scheme

    def get_domain(self, site=None):
        return urlsplit(settings.SITE_URL).netloc


@cache
def _first(kind):
    """Return the Prepared query for the first id of a ``kind`` of Block that is above ``low`` and at most ``high``."""
    return Prepared(
        lambda at, low, high: (
            kind(at).rows().filter(pk__gt=low, pk__lte=high).order_by("pk").values_list("pk")[:1]
        )
    )


def for_search_engines(at):
    """Return the published stories that search engines may know of at this address, with their sections."""
    own = Q(canonical_url="") | Q(canonical_url=None)
    return Article.objects.listed(at).filter(own).exclude(noindex=True).select_related("section")


class Stories(Block):
    def rows(self):
        return for_search_engines(self.at).only(
            "slug", "section__slug", "first_published", "updated", "corrected"
        )

    def lastmod(self, story):
        return story.changed


class Sections(Block):
    def rows(self):
        return Section.objects.filter(Exists(Article.objects.listed(self.at).filter(section=OuterRef("pk"))))


class Tags(Block):
    """Of the tags merged into one only that one is named: the others' addresses lead to it."""

    def rows(self):
        items = TaggedItem.objects.filter(
            visible(self.at, end="content_object__visible_until"), tag__canonical=OuterRef("pk")
        )
        return Tag.objects.filter(Exists(items), is_internal=False)


class Authors(Block):
    def rows(self):
        signed = Byline.objects.filter(
            visible(self.at, end="article__visible_until"), author__canonical=OuterRef("pk")
        )
        return Author.objects.filter(Exists(signed))


KINDS = {"stories": Stories, "sections": Sections, "tags": Tags, "authors": Authors}


@require_safe
def index(request):
    """Name every part."""
    at = timezone.now()
    parts = [
        SitemapIndexItem(absolute(reverse("sitemap_part", args=[kind, number])))
        for kind, block in KINDS.items()
        for number in block.numbers(at)
    ]
    return _answer("sitemap_index.xml", {"sitemaps": parts}, _lists(KINDS))


@require_safe
def part(request, kind, number):
    """One block of one kind; Http404 where readers may see nothing in it."""
    if kind not in KINDS or request.path != reverse("sitemap_part", args=[kind, number]):
        raise Http404
    urls = KINDS[kind](timezone.now(), number).get_urls()
    if not urls:
        raise Http404
    return _answer("sitemap.xml", {"urlset": urls}, _lists([kind]))


@require_safe
def news(request):
    """
    Name the stories first published within the last two days, the newest thousand, but nothing that was paid for.

    Not in the index, for its parts name them already. It changes by itself when the oldest story leaves the window.
    Source: https://developers.google.com/search/docs/crawling-indexing/sitemaps/news-sitemap.
    """
    at = timezone.now()
    since = at - NEWS_FOR
    stories = for_search_engines(at).filter(visible_from__gt=since, first_published__gt=since)
    stories = stories.exclude(label=Article.Label.SPONSORED).newest_first()
    stories = list(
        stories.only("slug", "section__slug", "headline", "language", "first_published", "visible_until")[
            :NEWS_LIMIT
        ]
    )
    context = {"name": fit_for_xml(settings.SITE_NAME), "stories": [_as_news(story) for story in stories]}
    leaves = [story.first_published + NEWS_FOR for story in stories]
    until = min(filter(None, [*leaves, earliest_end(stories)]), default=None)
    return _answer("news_sitemap.xml", context, {"list:all", *(story.page_key for story in stories)}, until)


def _as_news(story):
    return {
        "address": absolute(story.get_absolute_url()),
        "language": story.language.split("-")[0],  # the format knows languages by two or three letters
        "published": story.first_published.isoformat(),
        "title": fit_for_xml(story.headline),
    }


def _lists(kinds):
    return {"list:all", *(f"list:{kind}" for kind in kinds)}


def _answer(template, context, keys, until=None):
    response = HttpResponse(render_to_string(template, context), content_type="application/xml")
    response.headers["X-Robots-Tag"] = "noindex"
    return delivery.stamp(response, keys, until=until)
