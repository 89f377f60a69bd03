"""
The public pages of stories, authors, tags and corrections.

Each view asks at one moment (``at``), goes through `Article.objects.published(at)`, and stamps its answer with what
it shows. What a reader may not see answers the same 404 as what does not exist.
"""

from dataclasses import dataclass
from functools import cached_property

from django.db.models import Exists, OuterRef, Q
from django.http import Http404
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import override
from django.views.decorators.http import require_safe

from articles import body
from articles.languages import spoken_beside
from articles.models import Article, Author, Correction, Related, Source, TaggedItem, TickerLink
from articles.models.article import CARD, day_of, visible
from articles.public import archive, labels, notes, pages, pictures
from articles.public.channels import feed_links
from articles.public.structured import (
    as_scripts,
    breadcrumbs,
    collection_page,
    news_article,
    open_graph,
    profile_page,
)
from delivery.prepared import Prepared
from images.models import Image

# What a page shows of another story that it names without a picture.
_NAMED = [column for column in CARD if not column.startswith("lead_")] + ["section__name", "section__slug"]


def _named(links, story):
    """Return the rows of ``links``, each with the story at its key ``story`` as a page names it."""
    own = [field.name for field in links.model._meta.concrete_fields]
    wanted = [*own, *(f"{story}__{column}" for column in _NAMED)]
    return links.select_related(f"{story}__section").only(*wanted)


@Prepared
def _related(article):
    return _named(Related.objects.filter(article=article).order_by("position"), "to")


@Prepared
def _ticker_links(article):
    return _named(TickerLink.objects.filter(article=article).order_by("position"), "ticker")


@Prepared
def _tagged(article):
    items = TaggedItem.objects.filter(content_object=article)
    return items.select_related("tag__canonical").order_by("position")


@Prepared
def _corrections(article):
    return _named(Correction.objects.filter(article=article), "reply")


@Prepared
def _replied_to(article):
    return _named(Correction.objects.filter(reply=article), "article")


@Prepared
def _stories(pk):
    stories = Article.objects.with_languages().select_related("section", "lead_image", "social_image")
    stories = stories.annotate(is_reply=Exists(Correction.objects.filter(reply=OuterRef("pk"))))
    return stories.filter(pk=pk)


@dataclass
class Story:
    """A published article and all that its page shows beside it, fetched in six queries, seven with pictures in its body."""

    article: Article
    at: object  # aware datetime

    def __post_init__(self):
        pages.give_bylines([self.article, *filter(labels.is_argued, self.related)])

    @cached_property
    def bylines(self):
        return list(self.article.bylines.all())

    @cached_property
    def _all_tags(self):
        return list(dict.fromkeys(item.tag.canonical for item in _tagged(self.article.pk)))

    @property
    def tags(self):
        """Tags as they are called today, a merged one as what it was merged into, each once; none of the desk's own."""
        return [tag for tag in self._all_tags if not tag.is_internal]

    @cached_property
    def _related_links(self):
        return _related(self.article.pk)

    @cached_property
    def related(self):
        return [link.to for link in self._related_links if link.to.is_listed(self.at)]

    @property
    def related_below(self):
        """What stands under the text: nothing where the text has a place of its own for it."""
        return [] if body.holds(self.article.body, "related") else self.related

    @cached_property
    def _ticker_links(self):
        return _ticker_links(self.article.pk)

    @property
    def ticker_lines(self):
        """The lines to live tickers in their order; one without an address where readers can't go there yet."""
        return [
            body.TickerLine(link.text, self._target(link), link.after_block, link.ticker_id)
            for link in self._ticker_links
        ]

    def _target(self, link):
        if link.ticker and link.ticker.is_published(self.at):
            return link.ticker.get_absolute_url()
        return link.url

    @cached_property
    def _notes(self):
        return _corrections(self.article.pk)

    @cached_property
    def corrections(self):
        return notes.shown(self._notes, self.at)

    @property
    def corrections_before(self):
        return notes.before(self.corrections)

    @property
    def corrections_after(self):
        return notes.behind(self.corrections)

    @cached_property
    def _replied_to(self):
        """The stories that this one carries a reply to, seen by readers or not. No query where it carries none."""
        rows = _replied_to(self.article.pk) if self.article.is_reply else []
        return list(dict.fromkeys(note.article for note in rows))

    @property
    def replies_to(self):
        return [other for other in self._replied_to if other.is_listed(self.at)]

    @property
    def replies(self):
        """The stories that carry replies to this one, for readers to go to. No query where it was never corrected."""
        corrections = self.corrections if self.article.corrected else []
        return [note.carried_by for note in corrections if note.carried_by]

    @cached_property
    def sources(self):
        """The sources it draws on, then those that sign it, each once."""
        codes = [row["source"] for row in self.article.sources or []]
        used = list(Source.objects.filter(code__in=codes).order_by("name")) if codes else []
        return list(dict.fromkeys([*used, *(byline.source for byline in self.bylines if byline.source)]))

    @property
    def credit_lines(self):
        """The lines that contracts with sources ask for, in the story's language, each once."""
        lines = [source.credit_line(self.article.language) for source in self.sources]
        return [line for line in dict.fromkeys(lines) if line]

    @cached_property
    def lead(self):
        """The picture above the text, or None."""
        return pictures.lead_of(self.article, self.at)

    @property
    def _is_argued(self):
        return self.article.genre == Article.Genre.OPINION

    @cached_property
    def _argues(self):
        """Who alone argues an opinion, as an Author; None for other stories."""
        writers = pictures.writers_of(self.article) if self._is_argued else []
        return writers[0] if len(writers) == 1 else None

    @property
    def portrait(self):
        """The picture of who argues here, or None."""
        return self._argues and pictures.portrait_of(self._argues, self.at)

    @property
    def is_breaking(self):
        return self.article.breaking_until is not None and self.at < self.article.breaking_until

    @cached_property
    def shared_picture(self):
        return pictures.for_sharing(self.article, self.at)

    @cached_property
    def _body_images(self):
        """The Images of the body by id; no query where it names none."""
        wanted = body.picture_ids(self.article.body)
        return Image.objects.in_bulk(wanted) if wanted else {}

    @property
    def said(self):
        """The language of its names, times, label and corrections: its own where we speak it."""
        return spoken_beside(self.article.language)

    @property
    def text(self):
        """The body as readers see it, words of the site inside it in the story's language."""
        with override(self.said):
            return body.render(self.article.body, self.ticker_lines, self.picture_in_body, self.related)

    @property
    def has_embeds(self):
        return body.holds(self.article.body, "embed")

    def picture_in_body(self, image, layout):
        return pictures.in_body(self._body_images.get(image), self.at, layout)

    @property
    def images(self):
        """The Images that the page shows, or would show if their rights allowed it."""
        beside = [self.article.lead_image, self.article.social_image, self._argues and self._argues.portrait]
        return [image for image in (*beside, *self._body_images.values()) if image is not None]

    @property
    def path(self):
        return self.article.get_absolute_url()

    @property
    def is_unlisted(self):
        """Whether no list names it: it links to none either, for one that would hold it alone is not there."""
        return self.article.deindexed_at is not None

    @property
    def canonical(self):
        return self.article.canonical_url or pages.absolute(self.path)

    @property
    def is_updated(self):
        return bool(self.article.updated and self.article.updated > self.article.first_published)

    @property
    def original(self):
        """The story that this is a translation of, published or not; None where it is none."""
        return next((other for other in self._family if other.pk == self.article.original_id), None)

    @cached_property
    def _family(self):
        """The original, its other translations and those of this story, published or not. No query where none is."""
        near = {self.article.pk, self.article.original_id} - {None}
        if len(near) == 1 and not self.article.is_translated:
            return []
        translations = Article.objects.filter(translation_of__article__in=near).values("pk")
        # An OR would read every story.
        family = translations.union(Article.objects.filter(pk__in=near).values("pk"))
        others = Article.objects.filter(pk__in=family).exclude(pk=self.article.pk)
        others = others.select_related("section").only(*_NAMED, "noindex", "canonical_url")
        return sorted(others, key=lambda other: (other.pk != self.article.original_id, other.pk))

    @cached_property
    def translations(self):
        """This story in other languages, for readers to choose from: one a language, the original before others."""
        found = {}
        for other in self._family:
            if other.is_published(self.at) and other.language != self.article.language:
                found.setdefault(other.language, other)
        return list(found.values())

    @property
    def alternates(self):
        """
        Return (hreflang, address) of this story in every language, or nothing where it is in one alone.

        Each names all, itself included; "x-default" is the original. What search engines are sent elsewhere for or
        kept out of is left out. Source: https://developers.google.com/search/docs/specialty/international/localized-versions.
        """
        family = [story for story in (self.article, *self.translations) if _is_for_search_engines(story)]
        if self.article not in family or len(family) == 1:
            return []
        default = self.original or self.article
        if default not in family:
            default = min(family, key=lambda story: story.pk)
        named = [*((story.language, story) for story in family), ("x-default", default)]
        return [(language, pages.absolute(story.get_absolute_url())) for language, story in named]

    @property
    def own_keys(self):
        """The story, its tags, its pictures and who signs it: what `open_graph` tells wherever its page is told of."""
        shown = {self.article.page_key, *(image.page_key for image in self.images)}
        shown |= {tag.page_key for tag in self._all_tags}  # one of the desk's own may be shown tomorrow
        return shown | {byline.author.page_key for byline in self.bylines if byline.author_id}

    @property
    def keys(self):
        """What the page shows, and what it would show if it were published."""
        tickers = [link.ticker for link in self._ticker_links if link.ticker]
        others = [*(link.to for link in self._related_links), *tickers, *self._family, *self._replied_to]
        others += [note.reply for note in self._notes if note.reply_id]
        shown = self.own_keys | {story.page_key for story in others}
        shown |= {ticker.head_key for ticker in tickers}
        return shown | {f"source:{source.pk}" for source in self.sources}

    @property
    def until(self):
        tickers = [
            link.ticker for link in self._ticker_links if link.ticker and link.ticker.is_published(self.at)
        ]
        shown = [self.article, *self.related, *tickers, *self.translations, *self.replies, *self.replies_to]
        ends = [
            pages.earliest_end(shown, images=self.images),
            self.is_breaking and self.article.breaking_until,
        ]
        return min(filter(None, ends), default=None)


def _is_for_search_engines(article):
    return not article.is_kept_out and not article.canonical_url


#: {kind of article: function}: apps above add kinds that show more than a story. The function takes the Story and the
#: context, adds to the context, and returns the template and the keys of what it adds.
KINDS = {}


@require_safe
def detail(request, pk):
    """A story, found by the id alone. A wrong section or slug leads to the right address in one step."""
    at = timezone.now()
    article = find(pk, at)
    if article.was_visible(at):
        return gone(article)
    if request.path != article.get_absolute_url():
        return moved(article, article.get_absolute_url())
    story = Story(article, at)
    context = {
        "story": story,
        "article": article,
        "day": archive.Day(day_of(article.visible_from)),
        "path": story.path,
        "canonical": story.canonical,
        "said": story.said,
        "body": story.text,
        "data": news_article(story),
        "open_graph": open_graph(story),
        "current": article.section,
    }
    template, keys = "articles/detail.html", set()
    if extend := KINDS.get(article.kind):
        template, keys = extend(story, context)
    trail = breadcrumbs(_section_of(article), (article.headline, story.path))
    context["structured"] = as_scripts(context.pop("data"), trail)
    return pages.render(template, context, keys=story.keys | keys, until=story.until)


def find(pk, at):
    """Return the article with this id if readers may see it at ``at`` or saw it before; raise Http404."""
    for article in _stories(pk):
        if article.is_published(at) or article.was_visible(at):
            return article
    raise Http404


def moved(article, path):
    """Answer that what belongs to ``article`` stands at ``path``."""
    return pages.moved(path, keys=[article.page_key], until=pages.earliest_end([article]))


def _section_of(article):
    return article.section.name, article.section.get_absolute_url()


def gone(article):
    """Answer 410 with the note left in a story's place, and nothing of the story itself."""
    context = {"note": article.withdrawal_note, "withdrawn": article.withdrawn_at is not None, "path": "/"}
    context["by_agency"] = article.withdrawal == Article.Withdrawal.AGENCY_KILL
    return pages.render("410.html", context, keys=[article.page_key], status=410)


@require_safe
def author(request, slug):
    at, number = timezone.now(), pages.page_number(request)
    person = pages.find(Author.objects.select_related("canonical__portrait"), slug).canonical
    page = pages.signed_by(person, at, number)
    portrait = pictures.portrait_of(person, at, alt=person.name)
    data = profile_page(person, portrait)
    shown = [person.portrait] if person.portrait else []
    return _list_of(request, person, page, "articles/author.html", data, at, shown, portrait=portrait)


@require_safe
def tag(request, slug):
    at, number = timezone.now(), pages.page_number(request)
    subject = pages.find_tag(
        pages.public_tags().select_related("canonical__picture", "canonical__broader"), slug
    ).canonical
    page = pages.carrying(subject, at, number)
    picture = subject.picture and pictures.portrait(subject.picture, at)
    data = collection_page(
        subject.name, subject.description, subject.get_absolute_url() + page.query, about=subject
    )
    shown = [subject.picture] if subject.picture else []
    near, beside = pages.tags_near(subject, at)
    return _list_of(
        request, subject, page, "articles/tag.html", data, at, shown, beside, picture=picture, near=near
    )


def _list_of(request, thing, page, template, data, at, images=(), beside=(), **context):
    """
    Answer with the page of an author's or a tag's stories, at its present address.

    data: what it is, for machines. images: those that it shows besides the stories' own. beside: keys of what else.
    """
    path, keys = thing.get_absolute_url(), {thing.page_key, thing.list_key, *beside}
    if request.path != path:
        keys.add(f"list:{thing._meta.model_name}s")  # another may take this address for its own
        return pages.moved(path + page.query, keys=keys, until=page.until)
    images = [*images, *pictures.images_of(pictures.put_on_cards(page.stories, at))]
    context |= {
        "thing": thing,
        "page": page,
        "path": path + page.query,
        "feeds": feed_links(thing),
        "structured": as_scripts(data, breadcrumbs((thing.name, path))),
    }
    keys |= page.keys | {image.page_key for image in images}
    return pages.render(template, context, keys=keys, until=pages.earliest_end(page.stories, images))


@require_safe
def corrections(request):
    """Dated notes under stories that readers can open, newest first, each with what was wrong and what is right."""
    at, number = timezone.now(), pages.page_number(request)
    path = reverse("corrections")
    if request.path != path:
        return pages.moved(path, keys=[])
    can_be_read = visible(at, start="reply__visible_from", end="reply__visible_until")
    rows = (  # checked on the join, so that the newest are one walk along the index
        Correction.objects.filter(
            visible(at, start="article__visible_from", end="article__visible_until"),
            ~Q(right="") | can_be_read & Q(reply__deindexed_at=None),
            in_list=True,
            article__deindexed_at=None,
        )
        .select_related("article__section", "reply__section")
        .defer("article__body", "reply__body")
    )
    page = pages.Page.cut(notes.shown(rows[pages.bounds_of(number)], at), number)
    stories = [note.article for note in page.stories]
    stories += [note.reply for note in page.stories if note.reply_id]
    keys = {"list:corrections", "list:all", *(story.page_key for story in stories)}
    context = {"page": page, "path": path + page.query}
    return pages.render("articles/corrections.html", context, keys=keys, until=pages.earliest_end(stories))
