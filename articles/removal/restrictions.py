"""
Names that may not be published, and where one stands in a story.

Compared are plain words, so that capitals, accents, another script, a hyphen, markup inside the name or an address made
of it hide nothing. Whatever is told of a hit is its number.
"""

import re
from functools import lru_cache
from html import unescape

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from articles import body, revisions
from articles.models import Author, Byline, Correction, Restriction, Section, Source, Tag, TaggedItem
from articles.permissions import NotAllowed
from articles.removal.hidden import Hidden
from articles.slugs import plain_words, slugify
from images.models import Image

_INVISIBLE = re.compile("[\u00ad\u200b-\u200f\u2060-\u2064\ufeff]")
_TAG = re.compile(r"<[^>]*>")
_ATTRIBUTE = re.compile(r"""=\s*(?:"([^"]*)"|'([^']*)')""")
_HUMP = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")  # IvanPetrenko.jpg


def standing(at=None):
    """Return the restrictions that stand at the aware datetime ``at`` (now)."""
    return Restriction.objects.filter(Q(until=None) | Q(until__gt=at or timezone.now()))


def named_in(texts, at=None):
    """
    Return the Restrictions that any of ``texts`` names; one query, and no reading where nothing is restricted.

    texts: a function without arguments that returns them, for gathering them costs more than asking.
    """
    rows = list(standing(at).order_by("pk"))
    if not rows:
        return []
    text = words_of(texts())
    return [row for row in rows if is_named(row, text)]


def refuse(texts):
    """Raise NotAllowed, which says a number and whom to call, where any of ``texts`` names a restricted name."""
    if named := named_in(lambda: texts):
        raise NotAllowed(_("Restriction %(number)s, call legal.") % {"number": named[0]})


def number_instead(name):
    """Return ``name``, or where it names a restricted name the numbers of the restrictions: records are read by many."""
    return ", ".join(map(str, named_in(lambda: [name]))) or name


def words_of(texts):
    """Return all words of ``texts`` as they are compared: small ASCII words parted by single spaces, a bar between texts."""
    return " " + " | ".join(plain for text in texts for plain in _readings(text)) + " "


def _readings(text):
    """The words of a text as it stands, as German and Ukrainian addresses write them, and with humps taken apart."""
    text = _INVISIBLE.sub("", text)
    plain = {plain_words(text), plain_words(_HUMP.sub(" ", text))}
    return sorted(plain)


def is_named(restriction, words):
    """Whether ``words`` (of `words_of`) hold a spelling of the restricted name, whole words of it."""
    return any(pattern.search(words) for spelling in restriction.spellings for pattern in _patterns(spelling))


@lru_cache(maxsize=10_000)
def _patterns(spelling):
    open_end = spelling.endswith("*")
    letters = _INVISIBLE.sub("", spelling)
    forms = {plain_words(letters)} | {
        slugify(letters, language).replace("-", " ") for language in ("uk", "de")
    }
    return [re.compile(f" {re.escape(form)}{'' if open_end else ' '}") for form in forms if form]


def refuse_redacted(article, content):
    """Raise NotAllowed where ``content`` brings back what was taken out of the story; one query."""
    for redaction in article.redactions.all():
        hidden = Hidden.from_json(redaction.hidden)
        if any(hidden.stands_in(text) for text in texts_of(content)):
            raise NotAllowed(
                _(
                    "Words that redaction %(number)s took out of this story stand here again; write %(instead)s."
                )
                % {"number": redaction, "instead": redaction.replacement}
            )


# What stands beside stories: the words of the house and its pictures

BESIDE = {
    Tag: "name slug description links".split(),
    Author: "name slug biography biographies links email".split(),
    Section: "name slug description".split(),
    Source: "name credit_lines".split(),
    Image: "title caption alt credit copyright".split(),
}
PICTURED = {Tag: "picture_id", Author: "portrait_id"}


def said_by(thing):
    """Return what readers could get of a tag, author, section, source or picture."""
    return list(strings([getattr(thing, name) for name in BESIDE[type(thing)]]))


def said_with(things):
    """Return what readers could get of ``things`` and of the pictures on their pages; one query where there are any."""
    chosen = [getattr(thing, PICTURED[type(thing)]) for thing in things if type(thing) in PICTURED]
    texts = [text for thing in things for text in said_by(thing)]
    return texts + said_in_pictures({*chosen} - {None})


def said_in_pictures(pks):
    """Return what readers could get of the pictures with these ids, retired ones left out; one query where there are any."""
    images = Image.objects.filter(pk__in=pks, retired_at=None) if pks else ()
    return [text for image in images for text in (*said_by(image), image.file.name)]


def is_shown(thing):
    """
    Whether readers meet it now; where they do not, publishing a story that names it is what is refused.

    A tag or an author is met with all that were merged into one.
    """
    if isinstance(thing, Tag):
        rows = TaggedItem.objects.filter(tag__canonical=thing.canonical_id, visible_from__isnull=False)
        return not thing.is_internal and rows.exists()
    if isinstance(thing, Author):
        rows = Byline.objects.filter(author__canonical=thing.canonical_id, visible_from__isnull=False)
        return rows.exists()
    if isinstance(thing, Image):
        shown = (thing.uses, thing.portrayed_authors, thing.pictured_tags)
        return thing.retired_at is None and any(rows.exists() for rows in shown)
    return True


def refuse_beside(sender, instance, raw=False, **kwargs):
    """Raise NotAllowed where saving a row of BESIDE would show readers a restricted name at once."""
    if raw or (instance.pk is None and isinstance(instance, Tag | Author | Image)):
        return  # nobody meets it yet
    named = named_in(lambda: said_with([instance]))
    if named and is_shown(instance):
        raise NotAllowed(_("Restriction %(number)s, call legal.") % {"number": named[0]})


# What a story says


def texts_of(content):
    """Return every text that readers could get of ``content``, names and files of tags and pictures included. Two queries."""
    texts = [*strings({name: value for name, value in content.items() if name != "body"})]
    texts += texts_of_html(body.strip_notes(content["body"]))
    chosen = [content[name]["id"] for name in ("lead_image", "social_image") if content[name]]
    texts += said_in_pictures({*chosen, *body.picture_ids(content["body"])})
    tags = revisions.ids(content, "tags")
    for tag in Tag.objects.filter(pk__in=tags).select_related("canonical") if tags else ():
        texts += [tag.name, tag.slug, tag.canonical.name, tag.canonical.slug]
    return texts


def texts_beside(content):
    """Return what publishing ``content`` would show besides: of its tags, authors, sources and its section. Five queries."""
    signed = [row["author"]["id"] for row in content["bylines"] if row["author"]]
    sources = Q(code__in=[row["source"] for row in content["sources"]])
    sources |= Q(pk__in=[row["source"]["id"] for row in content["bylines"] if row["source"]])
    section = content["section"]
    rows = [
        *Tag.objects.filter(members__in=revisions.ids(content, "tags")),
        *Author.objects.filter(members__in=signed),
        *Section.objects.filter(pk=section and section["id"]),
        *Source.objects.filter(sources),
    ]
    return said_with(rows)


def texts_kept(content, article):
    """
    Return what publishing ``content`` would show that no version says: notes of correction, names printed anew. Two queries.

    article: the id of the story, None for one that was never saved.
    """
    notes = Correction.objects.filter(article=article).values_list("wrong", "right") if article else ()
    signed = [(row["author"]["id"], row["name"]) for row in content["bylines"] if row["author"]]
    authors = Author.objects.filter(pk__in=[pk for pk, _name in signed]).exclude(reprints={})
    instead = dict(authors.values_list("pk", "reprints").order_by())
    return [
        *(text for note in notes for text in note),
        *(instead.get(pk, {}).get(name, "") for pk, name in signed),
    ]


def texts_of_html(html):
    """Return the text of ``html``, whose markup parts no word, and what its attributes say."""
    parts = [
        _TAG.sub("", block)
        for block in re.split(r"</(?:p|h2|li|td|th|figcaption|blockquote|div|aside)>|<br>", html)
    ]
    said = ["".join(found) for found in _ATTRIBUTE.findall(html)]
    return [unescape(text) for text in [*parts, *said] if text.strip()]


def strings(value):
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for inner in value.values():
            yield from strings(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from strings(inner)
