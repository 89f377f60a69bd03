"""
What all public pages share: their frame, their page numbers, the lists they draw from, one-step redirects.

Rule 7: a page is the same for everyone. It is rendered without the request, so no cookie can reach a template.
"""

import re
from dataclasses import dataclass
from functools import cache

from django.conf import settings
from django.db import connection
from django.db.models import Exists, OuterRef
from django.http import Http404, HttpResponse, HttpResponsePermanentRedirect
from django.template.loader import render_to_string
from django.urls import path
from django.utils import timezone
from django.utils.translation import get_language

import delivery
from articles.languages import direction
from articles.models import Article, Byline, NameForm, Section, Tag, TaggedItem
from articles.models.article import FOREVER, visible
from articles.public import labels
from articles.public.channels import feed_links
from articles.slugs import plain_words
from delivery.prepared import Prepared, Room, fill, planning_once
from images.pictures import first_end

SIZE = 20  # stories on a page of a list
LAST = 50  # the deepest page: what is older is for the archive


def address(route, view, name):
    """
    Return the URL patterns of ``route``, which ends without a slash: with one (its name's), and as typed without.

    The view compares `request.path` with the right address, so that whatever is wrong with one, its slash, its slug
    or its section, one redirect mends, and a page that nobody may see is missing at once.
    """
    return [path(f"{route}/", view, name=name), path(route, view)]


def absolute(local):
    """Return the public address of ``local``, a path that starts with a slash."""
    return settings.SITE_URL + local


def frame():
    """Return what base.html needs on any page, errors included, in the language spoken now; asks no database."""
    return {
        "site_name": settings.SITE_NAME,
        "site_url": settings.SITE_URL,
        "site_language": get_language(),
        "site_direction": direction(get_language()),
        "site_feeds": feed_links(),
    }


@Prepared
def sections_in_use():
    """Return the list of sections that the navigation names, in its order."""
    return Section.objects.filter(retired_at=None)


def render(template, context, *, keys, until=None, status=200):
    """
    Return the stamped answer with ``template`` rendered in the frame, navigation included.

    context: needs "path", the page's own address; may bring "sections" if they are fetched already. keys: what it
    shows and the lists it draws from. until: aware datetime at which it changes by itself, or None.
    """
    if "sections" not in context:
        context["sections"] = sections_in_use()
    html = render_to_string(template, {**frame(), "canonical": absolute(context["path"]), **context})
    return delivery.stamp(HttpResponse(html, status=status), keys, until=until)


def moved(target, *, keys, until=None):
    """Return the stamped permanent redirect to ``target``; the stamp keeps it short, for a story may move back."""
    return delivery.stamp(HttpResponsePermanentRedirect(target), keys, until=until)


def find(things, slug):
    """Return the one of ``things`` (sections, tags, authors) that has or once had ``slug``; raise Http404 for none."""
    found = things.filter(slug=slug).first() or things.filter(old_slugs__slug=slug).first()
    if found is None:
        raise Http404
    return found


def find_tag(tags, slug):
    """As `find`; where no tag has or had ``slug``, the one of ``tags`` that is called so in any form."""
    try:
        return find(tags, slug)
    except Http404:
        words = slug.replace("-", " ")
        forms = NameForm.objects.filter(tag__in=tags, tag__names__words=words).order_by()
        called = {
            pk for text, pk in forms.values_list("text", "tag__canonical") if plain_words(text) == words
        }
        if len(called) != 1:
            raise
        return tags.get(pk=called.pop())


def public_tags():
    """Return the tags that have a page of their own, and those that lead to one: none of the desk's own."""
    return Tag.objects.filter(canonical__is_internal=False)


def tags_near(tag, at):
    """Return the broader tag and the related ones of ``tag`` that readers can open, and the keys of all of them."""
    ids = {*tag.related.values_list("canonical", flat=True), tag.broader_id and tag.broader.canonical_id} - {
        None,
        tag.pk,
    }
    carried = TaggedItem.objects.filter(
        visible(at, end="content_object__visible_until"), tag__canonical=OuterRef("pk")
    )
    near = Tag.objects.filter(Exists(carried), pk__in=ids, is_internal=False).order_by("name") if ids else []
    return list(near), {f"{kind}:{pk}" for pk in ids for kind in ("tag", "list:tag")}


def page_number(request):
    """
    Return the page that ``?page=N`` asks for, 1 without it.

    One page has one address: 1 is never written, nor are zeros, signs or other digits. Raise Http404 for those and
    for pages deeper than the last.
    """
    asked = request.GET.getlist("page")
    if not asked:
        return 1
    if len(asked) > 1 or not re.fullmatch(r"[1-9][0-9]?", asked[0]) or not 2 <= int(asked[0]) <= LAST:
        raise Http404
    return int(asked[0])


@dataclass
class Page:
    """One page of a list: its number, its stories as cards, and whether another follows."""

    number: int
    stories: list
    has_next: bool

    @classmethod
    def cut(cls, rows, number):
        """Make the page of ``rows``, at most one more than fit; raise Http404 where a later page is empty."""
        if number > 1 and not rows:
            raise Http404
        return cls(number, rows[:SIZE], len(rows) > SIZE and number < LAST)

    @property
    def query(self):
        """What its address ends in."""
        return _query(self.number)

    @property
    def next_query(self):
        return _query(self.number + 1) if self.has_next else None

    @property
    def previous_query(self):
        return _query(self.number - 1) if self.number > 1 else None

    @property
    def keys(self):
        return {story.page_key for story in self.stories}

    @property
    def until(self):
        return earliest_end(self.stories)


def _query(number):
    return f"?page={number}" if number > 1 else ""


def bounds_of(number):
    """The slice of a page, and one row more to see whether another follows."""
    return slice((number - 1) * SIZE, number * SIZE + 1)


def newest(stories, number=1):
    """Return a Page of ``stories``, a published queryset; two queries at any depth."""
    return Page.cut(signed(stories.newest_first().for_cards()[bounds_of(number)]), number)


def carrying(tag, at, number=1):
    """Return a Page of the stories that carry ``tag`` or a tag merged into it; raise Http404 where there are none."""
    return _page_of(ids_carrying(tag, at, bounds_of(number)), at, number)


def signed_by(author, at, number=1):
    """Return a Page of the stories signed by ``author`` or one merged into them; raise Http404 where there are none."""
    return _page_of(ids_signed_by(author, at, bounds_of(number)), at, number)


def ids_carrying(tag, at, bounds):
    """Return the ids within ``bounds`` (a slice) of the stories that carry ``tag``, newest first."""
    return _ids_through(TaggedItem, "tag", "content_object", _members(tag), at, bounds)


def ids_signed_by(author, at, bounds):
    """Return the ids within ``bounds`` (a slice) of the stories signed by ``author``, newest first."""
    return _ids_through(Byline, "author", "article", _members(author), at, bounds)


def _members(root):
    return list(root.members.order_by("pk").values_list("pk", flat=True))


def _ids_through(rows, owner, story, members, at, bounds):
    """``rows``: the model that names a story at the key ``story`` and at ``owner`` one of ``members`` (ids)."""
    walk = _walk(rows, owner, story, bounds.stop)
    return newest_of([walk.sql(at, member) for member in members], bounds)


@cache
def _walk(rows, owner, story, stop):
    def newest(at, member):
        shown = rows.objects.filter(visible(at, end=f"{story}__visible_until"), **{owner: member})
        return (
            shown.order_by("-visible_from", f"-{story}").values_list(story, "visible_from").distinct()[:stop]
        )

    return Prepared(newest)


def _page_of(ids, at, number):
    """A tag or author without one visible story has no page: its very name could tell what is embargoed."""
    cards = cards_of(ids, at)
    if not cards:
        raise Http404
    return Page.cut(cards, number)


def newest_of(walks, bounds):
    """
    Return the ids within ``bounds`` (a slice) of what ``walks`` find, newest first, each id once; one query.

    walks: the SQL and parameters of queries for (article id, visible_from), each ordered by its own index and cut. They
    are joined as text because Django's union can't cut its parts on SQLite.
    """
    if not walks:
        return []
    merged = " UNION ".join(f"SELECT * FROM ({sql}) AS walk{number}" for number, (sql, _) in enumerate(walks))
    params = [value for _, values in walks for value in values]
    with planning_once(connection).cursor() as cursor:
        cursor.execute(
            f"{merged} ORDER BY 2 DESC, 1 DESC LIMIT %s OFFSET %s",
            [*params, bounds.stop - bounds.start, bounds.start],
        )
        return [article for article, _ in cursor.fetchall()]


def cards_of(ids, at):
    """Return the published stories of ``ids`` in that order, with what their cards show; two queries."""
    found = {story.pk: story for story in _cards(at, ids)} if ids else {}
    return signed(found[pk] for pk in ids if pk in found)


@Prepared
def _cards(at, ids: Room(40)):
    return Article.objects.published(at).for_cards().filter(pk__in=ids)


def signed(stories):
    """Return ``stories`` as a list, with the bylines of those whose cards name who wrote: one query, or none."""
    stories = list(stories)
    give_bylines([story for story in stories if labels.is_argued(story)])
    return stories


def give_bylines(stories):
    """Fetch the bylines of ``stories``, with their authors as they are called today: one query, or none."""
    if stories:
        fill(stories, "bylines", _bylines([story.pk for story in stories]), "article_id")


@Prepared
def _bylines(stories: Room(24)):
    signed = Byline.objects.filter(article__pk__in=stories).order_by("position")
    return signed.select_related("author__canonical__portrait", "source")


def earliest_end(stories, images=()):
    """Return the aware datetime at which the first of ``stories`` or ``images`` expires, None where none does."""
    ends = [story.visible_until for story in stories if story.visible_until < FOREVER]
    ends += filter(None, [first_end(images, timezone.now())])
    return min(ends, default=None)
