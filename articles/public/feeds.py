"""
The newest stories for feed readers, of the whole site, a section, a tag or an author: RSS, Atom and JSON Feed.

Every address in a feed comes from SITE_URL, but those of WebSub hubs. Feeds are compared by ETag alone: a story withdrawn or a typing error
mended moves no date.
"""

import json
import re
from dataclasses import dataclass, field
from datetime import UTC, datetime
from html import escape

from django.conf import settings
from django.db.models import Prefetch
from django.http import Http404, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.feedgenerator import Atom1Feed, Rss201rev2Feed, rfc3339_date
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

import delivery
from articles.models import Article, Author, Byline, Correction, Section, TaggedItem
from articles.models.byline import BylineRole
from articles.public import labels, notes, pages
from articles.public.channels import FORMS, feed_links, feed_path, feed_title
from articles.public.pages import absolute
from articles.public.structured import icon

LENGTH = 50
NEVER = datetime(1970, 1, 1, tzinfo=UTC)  # when a feed without a story last changed
NOT_IN_XML = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")


def fit_for_xml(value):
    """Return ``value``, a text or a list or tuple of such, without characters XML can't hold; all else as it is."""
    if isinstance(value, list | tuple):
        return [fit_for_xml(part) for part in value]
    return NOT_IN_XML.sub("", value) if isinstance(value, str) else value


# The forms


class Xml:
    """What both XML forms do alike: one bad headline must not take the whole feed down."""

    def __init__(self, **channel):
        super().__init__(**{name: fit_for_xml(value) for name, value in channel.items()})

    def add_item(self, **item):
        super().add_item(**{name: fit_for_xml(value) for name, value in item.items()})

    def latest_post_date(self):
        """When a story in it last changed; the same at every hour, unlike Django's answer for an empty feed."""
        return max((item["updateddate"] for item in self.items), default=NEVER)


class Rss(Xml, Rss201rev2Feed):
    """RSS 2.0; an item's language is said in Dublin Core, and when it changed as in Atom, for RSS has no words for it."""

    def add_root_elements(self, handler):
        super().add_root_elements(handler)
        for hub in settings.WEBSUB_HUBS:
            handler.addQuickElement("atom:link", None, {"rel": "hub", "href": hub})

    def add_item_elements(self, handler, item):
        super().add_item_elements(handler, item)
        handler.addQuickElement(
            "dc:language", item["language"], {"xmlns:dc": "http://purl.org/dc/elements/1.1/"}
        )
        handler.addQuickElement("atom:updated", rfc3339_date(item["updateddate"]))


class Atom(Xml, Atom1Feed):
    """Atom 1.0 with every author by name and address, and the language of each entry."""

    def add_root_elements(self, handler):
        super().add_root_elements(handler)
        for hub in settings.WEBSUB_HUBS:
            handler.addQuickElement("link", None, {"rel": "hub", "href": hub})

    def item_attributes(self, item):
        return {"xml:lang": item["language"]}

    def add_item_elements(self, handler, item):
        super().add_item_elements(handler, {**item, "author_name": None})
        for name, address in item["authors"]:
            handler.startElement("author", {})
            handler.addQuickElement("name", name)
            if address:
                handler.addQuickElement("uri", address)
            handler.endElement("author")


def as_xml(generator, channel):
    feed = generator(
        title=channel.title,
        link=absolute(channel.page),
        description=channel.about,
        subtitle=channel.about,
        language=settings.LANGUAGE_CODE,
        feed_url=absolute(channel.path),
        author_name=settings.SITE_NAME,
    )
    for item in channel.items:
        feed.add_item(
            title=item.title,
            link=absolute(item.path),
            description=as_html(item.paragraphs),  # a title is plain text
            unique_id=item.id,
            unique_id_is_permalink=False,
            author_name=", ".join(name for name, address in item.authors) or None,
            authors=item.authors,
            pubdate=item.published,
            updateddate=item.changed,
            categories=item.categories,
            language=item.language,
        )
    return feed.writeString("utf-8")


def as_html(paragraphs):
    paragraphs = [escape(text, quote=False) for text in paragraphs]
    return paragraphs[0] if len(paragraphs) == 1 else "".join(f"<p>{text}</p>" for text in paragraphs)


def as_json(channel):
    """Return the channel as JSON Feed 1.1. Source: https://www.jsonfeed.org/version/1.1/."""
    feed = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": channel.title,
        "description": channel.about,
        "home_page_url": absolute(channel.page),
        "feed_url": absolute(channel.path),
        "icon": icon(),
        "authors": [{"name": settings.SITE_NAME, "url": absolute("/")}],
        "language": settings.LANGUAGE_CODE,
        "items": [_json_item(item) for item in channel.items],
    }
    if settings.WEBSUB_HUBS:
        feed["hubs"] = [{"type": "WebSub", "url": hub} for hub in settings.WEBSUB_HUBS]
    return json.dumps(feed, ensure_ascii=False)


def _json_item(item):
    authors = [
        {"name": name, "url": address} if address else {"name": name} for name, address in item.authors
    ]
    data = {
        "id": item.id,
        "url": absolute(item.path),
        "title": item.title,
        "content_text": "\n\n".join(item.paragraphs) or item.title,
        "date_published": item.published.isoformat(),
        "date_modified": item.changed.isoformat(),
        "authors": authors,
        "tags": item.categories,
        "language": item.language,
    }
    return {name: value for name, value in data.items() if value}


# What they say of a story


def item_of(story):
    """Return what feeds say of ``story``, fetched by `fetched`."""
    return Item(
        id=story.uuid.urn,
        title=title_of(story),
        path=story.get_absolute_url(),
        text=story.standfirst or "",
        before=_in_words(notes.before(story.public_notes), story),
        behind=_in_words(notes.behind(story.public_notes), story),
        published=story.first_published,
        changed=story.changed,
        authors=authors_of(story),
        categories=categories_of(story),
        language=story.language,
    )


def _in_words(corrections, story):
    return [notes.in_words(note, story.language) for note in corrections]


def title_of(story):
    """The headline, behind what readers must be told first."""
    word = labels.label(story)
    return f"{word}: {story.headline}" if word else story.headline


def authors_of(story):
    """Return (name as printed, address of the author's page or None) of everyone who wrote it."""
    if story.byline_override:
        return [(story.byline_override, None)]
    return [
        (byline.name, byline.author and absolute(byline.author.canonical.get_absolute_url()))
        for byline in story.bylines.all()
        if byline.role == BylineRole.TEXT
    ]


def categories_of(story):
    """The section's name, then those of its tags as they are called today, each once."""
    tags = [item.tag.canonical for item in story.tagged_items.all()]
    tags = [tag.name for tag in tags if not tag.is_internal]
    return list(dict.fromkeys([story.section.name, *tags]))


# The feeds


@dataclass
class Item:
    """
    A story, or an entry of a ticker, before it is written in a form.

    id: a URI that never changes. path: where it stands on this site. text: plain. published, changed: aware datetimes.
    authors: (name, address of their page or None) of each. categories: names. language: a code. before, behind: notes
    of correction that stand around the text, plain too.
    """

    id: str
    title: str
    path: str
    text: str
    published: datetime
    changed: datetime
    authors: list
    categories: list
    language: str
    before: list = field(default_factory=list)
    behind: list = field(default_factory=list)

    @property
    def paragraphs(self):
        """Its text and what corrects it; [""] for nothing at all."""
        return list(filter(None, [*self.before, self.text, *self.behind])) or [""]


@dataclass
class Channel:
    """A feed before it is written in a form. page, path: of the HTML page and of the feed itself."""

    title: str
    about: str
    page: str
    path: str
    items: list[Item]


@require_safe
def newest(request, form):
    """The newest stories of all sections."""
    stories = fetched(Article.objects.listed(timezone.now()).newest_first()[:LENGTH])
    about = _("The newest stories from %(name)s") % {"name": settings.SITE_NAME}
    return _answer(request, form, None, "/", about, stories, {"list:all"})


@require_safe
def section(request, slug, form):
    """The newest stories of a section; a retired one has a feed for as long as it has stories."""
    department = pages.find(Section.objects.all(), slug)
    stories = fetched(Article.objects.listed(timezone.now()).in_section(department).newest_first()[:LENGTH])
    if department.retired_at and not stories:
        raise Http404
    about = department.description or _("The newest stories from %(name)s") % {"name": department.name}
    page = department.get_absolute_url()
    return _answer(request, form, department, page, about, stories, {department.list_key})


@require_safe
def tag(request, slug, form):
    """The newest stories that carry a tag."""
    subject = pages.find(pages.public_tags().select_related("canonical"), slug).canonical
    about = subject.description or _("Stories about %(name)s") % {"name": subject.name}
    return _of_root(request, form, subject, pages.ids_carrying, about)


@require_safe
def author(request, slug, form):
    """The newest stories that an author signs."""
    person = pages.find(Author.objects.select_related("canonical"), slug).canonical
    about = person.biography or _("Stories by %(name)s") % {"name": person.name}
    return _of_root(request, form, person, pages.ids_signed_by, about)


def _of_root(request, form, thing, walk, about):
    """The feed of a tag or author; as their pages, there is none without one visible story."""
    at = timezone.now()
    ids = walk(thing, at, slice(0, LENGTH))
    found = {story.pk: story for story in fetched(Article.objects.listed(at).filter(pk__in=ids))}
    stories = [found[pk] for pk in ids if pk in found]
    if not stories:
        raise Http404
    keys = {thing.page_key, thing.list_key}
    return _answer(request, form, thing, thing.get_absolute_url(), about, stories, keys)


def fetched(stories):
    """Return ``stories`` as a list, with all that a feed says of them; three queries, four where one was corrected."""
    signed = Byline.objects.select_related("author__canonical")
    tagged = TaggedItem.objects.select_related("tag__canonical").order_by("position")
    found = list(
        stories.for_cards().prefetch_related(Prefetch("bylines", signed), Prefetch("tagged_items", tagged))
    )
    _give_notes(found)
    return found


def _give_notes(stories):
    """
    Fetch what corrects ``stories``, as ``public_notes``: what the page of all corrections leaves out stands at its story.

    ``replies`` are the stories that carry a reply, those that say nothing now too: relisted, they speak again.
    """
    rows = Correction.objects.filter(article__in=[story.pk for story in stories if story.corrected])
    rows = rows.select_related("reply__section").defer("reply__body")
    rows, at = list(rows), timezone.now()
    said = notes.shown(rows, at)
    for story in stories:
        story.public_notes = [note for note in said if note.article_id == story.pk]
        story.replies = [note.reply for note in rows if note.article_id == story.pk and note.reply_id]


def _answer(request, form, thing, page, about, stories, keys):
    items = [item_of(story) for story in stories]
    channel = Channel(feed_title(thing), about, page, feed_path(form, thing), items)
    until = pages.earliest_end(stories + _replies(stories))
    return answer(request, form, channel, keys | shown_in(stories), until)


def _replies(stories):
    return [reply for story in stories for reply in story.replies]


def answer(request, form, channel, keys, until=None):
    """Return ``channel`` in ``form``, an ending, stamped; or the way to its right address."""
    if request.path != channel.path:
        return pages.moved(channel.path, keys=keys, until=until)
    body = as_json(channel) if form == "json" else as_xml({"rss": Rss, "atom": Atom}[form], channel)
    response = HttpResponse(body, content_type=f"{FORMS[form].media_type}; charset=utf-8")
    if settings.WEBSUB_HUBS:
        links = [(hub, "hub") for hub in settings.WEBSUB_HUBS] + [(absolute(channel.path), "self")]
        response.headers["Link"] = ", ".join(f'<{address}>; rel="{what}"' for address, what in links)
    return delivery.stamp(response, keys, until=until)


def shown_in(stories):
    """Return the keys of all that feeds of ``stories`` show."""
    keys = {story.page_key for story in stories}
    keys |= {reply.page_key for reply in _replies(stories)}
    keys |= {story.head_key for story in stories if story.kind == Article.Kind.TICKER}
    keys |= {item.tag.page_key for story in stories for item in story.tagged_items.all()}
    return keys | {
        byline.author.page_key for story in stories for byline in story.bylines.all() if byline.author
    }


# The list of feeds


@dataclass
class Group:
    """Feeds of one kind: the heading above them, and (name, feed links) of each."""

    heading: str
    feeds: list

    @classmethod
    def of(cls, heading, things):
        return cls(heading, [(thing.name, feed_links(thing)) for thing in things])


@require_safe
def index(request):
    """
    A page with the feeds of the site, of its sections, and of the tags and authors of the newest stories.

    There are too many tags to name them all; every page of one links to its own.
    """
    path = reverse("feeds")
    if request.path != path:
        return pages.moved(path, keys=[])
    stories = fetched(Article.objects.listed(timezone.now()).newest_first()[:LENGTH])
    sections = pages.sections_in_use()
    tags = {item.tag.canonical for story in stories for item in story.tagged_items.all()}
    tags = {tag for tag in tags if not tag.is_internal}
    bylines = [byline for story in stories for byline in story.bylines.all() if byline.author]
    groups = [
        Group(_("All stories"), [(settings.SITE_NAME, feed_links())]),
        Group.of(_("Sections"), sections),
        Group.of(_("Authors"), sorted({byline.author.canonical for byline in bylines}, key=_by_sort_name)),
        Group.of(_("Subjects"), sorted(tags, key=lambda tag: tag.name.casefold())),
    ]
    context = {"path": path, "sections": sections, "groups": [group for group in groups if group.feeds]}
    keys = {"list:all", *shown_in(stories)}
    return pages.render("articles/feeds.html", context, keys=keys, until=pages.earliest_end(stories))


def _by_sort_name(person):
    return (person.sort_name or person.name).casefold()
