"""Links to our own pages that lead nowhere, to the desk, or to a story that readers can't see."""

import re
from dataclasses import dataclass
from html import unescape
from itertools import chain, islice
from urllib.parse import unquote, urlsplit

from django.conf import settings
from django.db.models import CharField, Value
from django.urls import Resolver404, resolve
from django.utils.translation import gettext as _

from articles.checks.finding import WARN, Finding
from articles.checks.reading import BLOCK_GLUE
from articles.models import Article, Author, OldSlug, Section, Tag

_LINK = re.compile(r'<a href="(?P<url>[^"]*)">(?P<inside>.*?)</a>', re.S)
_LINE_END = re.compile(r"<br>|</li><li>|</p><p>")
_MARKUP = re.compile(r"<[^>]*>")
_FILES = ("/media/", "/static/")  # not answered by Django
_SORTED_BY = {"section": Section, "tag": Tag, "author": Author}  # pages that are found by a slug
_LARGEST_ID = 2**63 - 1
MOST = 500  # links of one story that are looked up


@dataclass(frozen=True)
class Link:
    """A link at (start, end) of the plain text of ``field``. path: of our own site, unquoted. article: the id meant, or None."""

    field: str
    start: int
    end: int
    text: str
    path: str = ""
    article: int | None = None

    def finding(self, code, message, **words):
        message %= {"text": self.text, **words}
        return Finding(code, WARN, self.field, self.start, self.end, self.text, message)


def internal(reading):
    """
    Find links to pages that we do not have and to stories that are not online.

    One query for all stories that are linked to, one for all sections, tags and authors.
    """
    links = {link: _meant(link) for link in islice(chain(_in_ticker_lines(reading), _in_body(reading)), MOST)}
    stories = _stories({what for name, what in links.values() if name == "story"})
    slugs = _slugs({meant for meant in links.values() if meant[0] in _SORTED_BY})
    for link, (name, what) in links.items():
        if name == "story":
            yield from _story(link, stories.get(what), reading.at)
        elif name == "admin":
            message = _("“%(text)s” leads to the desk, which readers can't enter; link to the public page.")
            yield link.finding("dead-link", message)
        elif name is None or (name in _SORTED_BY and (name, what) not in slugs):
            message = _("“%(text)s” leads to no page of ours; correct the address or take the link off.")
            yield link.finding("dead-link", message)


def _stories(wanted):
    possible = [pk for pk in wanted if pk <= _LARGEST_ID]
    rows = Article.objects.only("visible_from", "visible_until", "withdrawn_at", "live_revision_id")
    return rows.in_bulk(possible) if possible else {}


def _slugs(wanted):
    """Return those of ``wanted`` = {(name of the page, slug)} that are, or once were, addresses of ours."""
    if not wanted:
        return set()
    found = []
    for name, model in _SORTED_BY.items():
        slugs = {slug for page, slug in wanted if page == name}
        for rows in (model.objects, OldSlug.objects.exclude(**{name: None})):
            rows = rows.filter(slug__in=slugs).annotate(page=Value(name, CharField())).order_by()
            found.append(rows.values_list("page", "slug"))
    return set(found[0].union(*found[1:]))


def _story(link, article, at):
    if article is None:
        message = _(
            "“%(text)s” leads to a story that does not exist; correct the address or take the link off."
        )
        yield link.finding("dead-link", message)
    elif not article.is_published(at):
        message = _(
            "“%(text)s” leads to a story that is not online (%(standing)s); link to another or take the link off."
        )
        yield link.finding("hidden-link", message, standing=article.standing(at).label)


def _meant(link):
    """Return (name of the page, id of the story or slug) that a link means: "" where we can't tell, None for no page."""
    if link.article is not None:
        return "story", link.article
    if link.path.startswith(_FILES):
        return "", None
    for path in (f"{link.path.rstrip('/')}/", link.path):  # a page is found without its last slash too
        try:
            found = resolve(path)
        except (Resolver404, ValueError):
            continue
        if found.app_names == ["admin"]:
            return "admin", None
        return found.url_name or "", found.kwargs.get("pk", found.kwargs.get("slug"))
    return None, None


def _in_body(reading):
    start = 0
    for block in reading.blocks:
        for at, found in _links_of(block):
            if path := own_path(unescape(found["url"])):
                text = _text(found["inside"])
                at = at if block.text.startswith(text, at) else max(block.text.find(text), 0)
                yield Link("body", start + at, start + at + len(text), text, path)
        start += len(block.text) + len(BLOCK_GLUE)


def _links_of(block):
    """Yield (offset in the text of the block, match in its HTML) of each link."""
    at = read = 0
    for found in _LINK.finditer(block.html):
        at += len(_text(block.html[read : found.start()]))
        read = found.start()
        yield at, found


def _text(html):
    return unescape(_MARKUP.sub("", _LINE_END.sub("\n", html)))


def _in_ticker_lines(reading):
    for row, passage in zip(reading.content["ticker_links"], reading.of("ticker_links"), strict=True):
        place = ("ticker_links", passage.start, passage.start + len(passage.text), passage.text)
        if row["article"]:
            yield Link(*place, article=row["article"]["id"])
        elif path := own_path(row["url"]):
            yield Link(*place, path)


def own_path(url):
    """Return the path of ``url`` on our own site, unquoted, or "" where it leads elsewhere."""
    try:
        parts, site = urlsplit(url), urlsplit(settings.SITE_URL)
    except ValueError:
        return ""
    ours = parts.scheme in ("http", "https") and parts.netloc.casefold() == site.netloc.casefold()
    here = not parts.scheme and not parts.netloc and url.startswith("/")
    return unquote(parts.path) or "/" if ours or here else ""
