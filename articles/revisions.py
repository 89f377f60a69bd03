"""
The content of an article, version by version: which column is of which kind, and how a snapshot reads.

Design rule 2: each column of Article stands in exactly one of the four lists below (a test holds it). Content is a
dict in the shape of `blank()`; references are {"id", "name"}, so that a snapshot still reads when the thing is gone.
"""

from copy import deepcopy

from django.conf import settings
from django.utils.translation import gettext as _

from articles.body import plain
from articles.models import Article, Author, Byline, Revision, Section, Source, Tag, TickerLink
from articles.models.byline import BylineRole
from images.models import Image

SCHEMA = 1

IDENTITY = {"id", "uuid", "kind", "created", "created_by"}
TEXTS = (
    "headline kicker standfirst body slug slugline home_headline seo_title social_title social_text genre label "
    "byline_override language ednote lead_caption lead_alt lead_credit canonical_url ai_use"
).split()
REFERENCES = ["social_image", "lead_image", "section", "translation_of", "follows"]
VALUES = ["datelines", "sources", "urgency", "lead_crop", "noindex"]
CONTENT = {*TEXTS, *REFERENCES, *VALUES}
PUBLICATION = {
    "publish_at", "embargo_until", "embargo_by_hand", "embargo_text", "expires_at", "visible_from", "visible_until",
    "withdrawn_at", "withdrawal", "withdrawal_note", "live_revision", "first_published", "updated", "corrected",
    "breaking_until",
    "deindexed_at",
    "held_since",
}  # fmt: skip
DESK = {
    "state", "version", "latest_revision", "working_headline", "working_fold", "working_section", "assignee",
    "due_at", "commissioned_length", "sent_back", "sent_back_by", "needs_legal", "legal_hold", "edited_at", "edited_by",
}  # fmt: skip

# In content, but rows of their own once published.
THROUGH = ["bylines", "tags", "ticker_links", "related"]
# In content, but never published: turned into something else or dropped.
DRAFT_ONLY = ["byline_note"]


def blank(**content):
    """Return the content of an empty story, with ``content`` laid over it; raise KeyError for a field it has not."""
    empty = dict.fromkeys([*TEXTS, *DRAFT_ONLY], "")
    empty |= dict.fromkeys(REFERENCES)
    empty |= {
        "datelines": {"places": [], "date": None, "text": ""},
        "sources": [],
        "urgency": None,
        "lead_crop": None,
    }
    empty |= {"noindex": False, "genre": "news", "language": settings.LANGUAGE_CODE}
    empty |= {name: [] for name in THROUGH}
    if unknown := content.keys() - empty.keys():
        raise KeyError(f"A story has no {', '.join(sorted(unknown))}.")
    return empty | deepcopy(content)


class Unfit(ValueError):
    """A text is too long for its place; the message names the field, its length and what fits."""


def refuse_unfit(content):
    """Raise Unfit where a text would not fit the column it is published to."""
    texts = [(Article, name, content[name]) for name in TEXTS]
    for row in content["bylines"]:
        texts += [(Byline, name, row[name]) for name in ("name", "affiliation", "place")]
    for row in content["ticker_links"]:
        texts += [(TickerLink, name, row[name]) for name in ("text", "url")]
    for model, name, text in texts:
        field = model._meta.get_field(name)
        if field.max_length and len(text) > field.max_length:
            raise Unfit(
                _("“%(field)s” has %(length)d characters; %(limit)d fit. Shorten it.")
                % {"field": field.verbose_name, "length": len(text), "limit": field.max_length}
            )


def missing(content):
    """Return the names of what ``content`` refers to and the database has no more."""
    wanted = {
        Section: [content["section"]],
        Image: [content["lead_image"], content["social_image"]],
        Revision: [content["translation_of"]],
        Article: [
            content["follows"],
            *content["related"],
            *(row["article"] for row in content["ticker_links"]),
        ],
        Author: [row["author"] for row in content["bylines"]],
        Source: [row["source"] for row in content["bylines"]],
        Tag: content["tags"],
    }
    gone = []
    for model, references in wanted.items():
        named = {row["id"]: row["name"] for row in references if row}
        found = set(model.objects.filter(pk__in=named).values_list("pk", flat=True)) if named else set()
        gone += [named[pk] for pk in named.keys() - found]
    return sorted(gone)


def reference(thing):
    """Return a row as content names it: {"id", "name"}; None for None."""
    return thing and {"id": thing.pk, "name": str(thing)}


def upgrade(content, schema):
    """Return ``content``, written under ``schema``, in the present shape. Fields it did not know yet are empty."""
    if schema > SCHEMA:
        raise ValueError(f"This text was written by a newer Newsroom (schema {schema}, here {SCHEMA}).")
    return blank() | content


def content_of(revision):
    """Return the content of a Revision or ConflictCopy in the present shape."""
    return upgrade(revision.content, revision.schema)


def ids(content, field):
    """Return the ids that a list of references names, in order: tags, related."""
    return [row["id"] for row in content[field]]


def changed_fields(before, after):
    """Return the names of the fields that differ, in the order of `blank`."""
    return [name for name in blank() if before.get(name) != after.get(name)]


def label(name):
    """Return the word that the desk reads for a field of content; a name that is none stays as it is."""
    others = {
        "bylines": _("bylines"),
        "tags": _("tags"),
        "ticker_links": _("ticker lines"),
        "related": _("related stories"),
        "section": _("section"),
        "lead_image": _("lead picture"),
        "social_image": _("picture for social media"),
        "follows": _("follow-up to"),
        "translation_of": _("translation of"),
    }
    others |= {"byline_note": _("note about the author")}
    if name in others:
        return others[name]
    return Article._meta.get_field(name).verbose_name if name in CONTENT else name


def in_words(name, value):
    """Return the value of a field of content as a person reads it: names for references, plain text for the body."""
    if name == "body":
        return plain(value)
    if name == "datelines":
        return value["text"] or ", ".join(filter(None, [*value["places"], value["date"]]))
    if isinstance(value, list):
        return "\n".join(row_in_words(name, row) for row in value)
    if isinstance(value, dict):
        return value.get("name", "")
    if isinstance(value, bool):
        return _("yes") if value else ""
    return _choice_in_words(name, "" if value is None else str(value))


def _choice_in_words(name, value):
    if name == "language":
        return str(dict(settings.LANGUAGES).get(value, value))
    choices = getattr(Article, name.capitalize(), None) if name in ("genre", "label") else None
    return str(dict(choices.choices).get(value, value)) if choices else value


def row_in_words(name, row):
    """Return one row of a list of content as a person reads it, all that it says on one line."""
    if name == "bylines":
        role = str(dict(BylineRole.choices).get(row["role"], row["role"]))
        return ", ".join(filter(None, [row["name"], role, row["affiliation"], row["place"]]))
    if name == "ticker_links":
        target = row["article"]["name"] if row["article"] else row["url"]
        return " → ".join(filter(None, [row["text"], target]))
    if name == "sources":
        return " ".join(filter(None, [row["source"], row["item"], row["version"]]))
    return row.get("name", "")
