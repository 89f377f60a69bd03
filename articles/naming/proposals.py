"""
Tags that are not there yet, wanted for a story: made at once by those who may, proposed to the tag desk by others.

A proposal is settled by the tag desk for all stories that want the same name: with a tag, which each of them is given
by the same functions as anywhere, or without one and with a reason.
"""

from dataclasses import dataclass, field

from django.conf import settings
from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts import audit
from articles.models import Tag, TagName, TagProposal
from articles.naming import retagging, vocabulary
from articles.slugs import plain_words, slugify

LONGEST = 100  # characters of a name
SHOWN = 3  # settled ones that a story's form tells of


class NameTaken(ValueError):
    """A tag of the same name and kind is there already, in use or not; the message names it and the way to take it."""

    @classmethod
    def by(cls, tag):
        if tag.retired_at:
            message = _(
                "“%(name)s” is there and retired; take it out of retirement in the list of tags, then take it here."
            )
        else:
            message = _("“%(name)s” is called so already; take that one.")
        return cls(message % {"name": tag.name})


@dataclass
class Wanted:
    """One name that open proposals want: the proposals, and tags that may be meant."""

    name: str
    proposals: list = field(default_factory=list)
    near: list = field(default_factory=list)
    form: object = None

    @property
    def people(self):
        """Who proposed it, each once, the first first."""
        return list(dict.fromkeys(proposal.by for proposal in self.proposals))


def may_make(user):
    """Whether a name that ``user`` types becomes a tag at once: by right, or where the newsroom lets all who write."""
    may_write = user.has_perm("articles.change_article")
    return user.has_perm("articles.add_tag") or (settings.WRITERS_MAKE_TAGS and may_write)


def sort_out(names, *, by):
    """
    Return (tags, unknown) of typed ``names``: the Tags that are called so, or made if ``by`` may, and the other names.

    A name that several tags have is unknown: which one is meant, a person has to say. So is one that retired tags have
    alone: whether it is wanted again, the tag desk decides.
    """
    tags, unknown = [], []
    for name in dict.fromkeys(" ".join(name.split())[:LONGEST] for name in names if plain_words(name)):
        called = called_so(name)
        in_use = [tag for tag in called if not tag.retired_at]
        if len(in_use) == 1:
            tags += in_use
        elif not called and may_make(by):
            tags.append(make(name, by=by))
        else:
            unknown.append(name)
    return tags, unknown


def called_so(name):
    """Return the tags, retired ones included, one of whose names is just ``name``, in any script."""
    words = plain_words(name)
    rows = TagName.objects.filter(words=words).order_by()
    found = Tag.objects.filter(pk__in=rows.values("tag__canonical")).prefetch_related("members__forms")
    return [
        tag for tag in found
        if words in {plain_words(text) for one in tag.members.all() for text in (one.name, *map(str, one.forms.all()))}
    ]  # fmt: skip


def make(name, kind="", *, by):
    """Return the Tag ``name``, made; of no kind unless ``kind`` says. Raise NameTaken where that is there already."""
    if present := Tag.objects.filter(name=name, kind=kind).select_related("canonical").first():
        raise NameTaken.by(present.canonical)
    tag = Tag(name=name, kind=kind, slug=vocabulary.free_slug(Tag, slugify(name)))
    vocabulary.keep(tag, by=by, created=True, fields=["name", "kind"])
    return tag


def propose(article, names, *, by):
    """Note that ``by`` wants tags called ``names`` for ``article``; what is proposed for it already stays."""
    for name in names:
        TagProposal.objects.get_or_create(article=article, name=name, settled_at=None, defaults={"by": by})


def of_story(article):
    """Return (open, settled without a tag) proposals of a story, the newest of the settled alone."""
    rows = list(article.tag_proposals.filter(Q(settled_at=None) | Q(tag=None)))
    settled = [row for row in rows if row.settled_at]
    newest = sorted(settled, key=lambda row: row.settled_at, reverse=True)[:SHOWN]
    return [row for row in rows if not row.settled_at], newest


def is_open():
    return TagProposal.objects.filter(settled_at=None)


def wanted():
    """Return the work list: a Wanted for each name that somebody waits for, the oldest first."""
    found = {}
    for proposal in is_open().select_related("article", "by").defer("article__body", "article__standfirst"):
        found.setdefault(plain_words(proposal.name), Wanted(proposal.name)).proposals.append(proposal)
    return list(found.values())


def number_wanted():
    """Return how many names somebody waits for."""
    return len({plain_words(name) for name in is_open().values_list("name", flat=True)})


def look_around(names):
    """Fill in what may be meant by each of ``names``, Wanteds: tags that begin as they do."""
    for one in names:
        one.near = list(
            Tag.objects.filter(pk__in=vocabulary.tags_called(one.name)[:SHOWN]).order_by("-uses", "name")
        )
    return names


def of_name(name):
    """Return the open proposals that want ``name``, however it is written."""
    words = plain_words(name)
    return [row for row in is_open().select_related("article", "by") if plain_words(row.name) == words]


def accept(name, tag, *, by):
    """
    Give ``tag`` to each story for which ``name`` is wanted; return the `retagging.Outcome` of each.

    A proposal stays open where its story could not be saved just now.
    """
    proposals = of_name(name)
    outcomes = retagging.retag([row.article for row in proposals], add=tag, by=by)
    for row, outcome in zip(proposals, outcomes, strict=False):
        if outcome.is_saved or outcome.has_it:
            _settle(row, by=by, tag=tag)
    return outcomes


def refuse(name, reason, *, by):
    """Settle all proposals of ``name`` without a tag; who made them read ``reason`` in their story. Return how many."""
    return sum(_settle(row, by=by, reason=reason[:250]) for row in of_name(name))


def _settle(row, *, by, tag=None, reason=""):
    with transaction.atomic():
        settled = TagProposal.objects.filter(pk=row.pk, settled_at=None).update(
            settled_at=timezone.now(), settled_by=by, tag=tag, reason=reason
        )
        if settled:
            told = {"tag": f"{tag.name} ({tag.pk})"} if tag else {"reason": reason}
            audit.record(
                by, "take proposal" if tag else "refuse proposal", row.article, name=row.name, **told
            )
    return settled
