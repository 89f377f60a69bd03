"""
Merging tags or authors into one, seeing beforehand what that would do, and undoing it (design rule 11).

A merge sets pointers of the merged rows alone: their assignments, addresses and names stay where they are, and lists,
redirects and searches follow the pointer. So an undo has nothing to put together again, whatever was edited in between.
"""

from dataclasses import dataclass

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

import delivery
from accounts import audit
from articles.models import Byline, NameForm, OldSlug, Tag, TaggedItem
from articles.naming.vocabulary import ADDRESSED, keys_of
from articles.removal import restrictions

MOST = 50  # merged in one act
# Where stories name a tag or an author: rows, their key to it, their key to the story.
NAMED_IN = {"tag": (TaggedItem, "tag", "content_object"), "author": (Byline, "author", "article")}


class Refused(ValueError):
    """These can't be merged or parted; the message says why and what to do instead."""


@dataclass
class Part:
    """What one of those to be merged brings along, with all that was merged into it before."""

    thing: object
    stories: int  # published ones
    addresses: list  # paths that would lead to the one that is kept
    names: list  # texts by which that one would be found


@dataclass
class Preview:
    """What a merge would do: its Parts, most stories first, and how many stories are of one, of several, of any."""

    parts: list
    total: int

    @property
    def shared(self):
        """How many assignments are to a story that another of the parts has too; it is listed once."""
        return sum(part.stories for part in self.parts) - self.total

    @property
    def kinds(self):
        """The kinds of the tags where they differ, else []."""
        found = list(dict.fromkeys(part.thing.get_kind_display() for part in self.parts))
        return found if len(found) > 1 else []


def preview(things):
    """Return the Preview of merging ``things``, roots of one model; a few queries for each."""
    model = type(things[0])
    parts = [Part(thing, _stories(model, [thing.pk]), _addresses(thing), _names(thing)) for thing in things]
    parts.sort(key=lambda part: (-part.stories, part.thing.pk))
    return Preview(parts, _stories(model, [thing.pk for thing in things]))


def _stories(model, roots):
    rows, key, story = NAMED_IN[model._meta.model_name]
    carried = rows.objects.filter(**{f"{key}__canonical__in": roots}, visible_from__isnull=False)
    return carried.order_by().values(story).distinct().count()


def _addresses(thing):
    members = list(thing.members.all())
    former = OldSlug.objects.filter(**{f"{ADDRESSED[type(thing)]}__in": members}).order_by("slug")
    slugs = [*(member.slug for member in members), *former.values_list("slug", flat=True)]
    return [type(thing)(slug=slug).get_absolute_url() for slug in slugs]


def _names(thing):
    names = [member.name for member in thing.members.order_by("pk")]
    if isinstance(thing, Tag):
        names += NameForm.objects.filter(tag__canonical=thing).values_list("text", flat=True)
    return list(dict.fromkeys(names))


def merge(things, *, into, by):
    """
    Merge ``things`` into ``into``, in one act that `undo` takes back; return the row that all now lead to.

    Where ``into`` was merged itself, that is where it leads. Raise Refused where a thing is merged already, where it
    would lead to itself, or where what is kept is retired; NotAllowed where readers would meet a restricted name there.
    """
    model, now = type(into), timezone.now()
    with transaction.atomic():
        rows = _locked(model, {thing.pk for thing in things} | {into.pk, into.canonical_id}, root_of=into.pk)
        root = rows[rows[into.pk].canonical_id]
        merged = [rows[pk] for pk in dict.fromkeys(thing.pk for thing in things)]
        _refuse(merged, root)
        stale = set().union(*(keys_of(thing) for thing in [root, *merged]))
        pks = [thing.pk for thing in merged]
        model._base_manager.filter(pk__in=pks).update(merged_into=root, merged_at=now)
        model._base_manager.filter(canonical__in=pks).update(canonical=root)
        restrictions.refuse_beside(model, root)
        delivery.purge(stale)
        audit.record(by, "merge", root, merged=[_told(thing) for thing in merged])
        for thing in merged:
            audit.record(by, "merge away", thing, into=_told(root))
    return root


def undo(things, *, by):
    """
    Take ``things`` out of what they were merged into; return how many were. Each takes with it what was merged into it.

    Raise Refused where one of them is not merged, for somebody may have been quicker; NotAllowed as `merge` does.
    """
    if not things:
        raise Refused(_("Nothing was chosen."))
    model = type(things[0])
    with transaction.atomic():
        for pk in dict.fromkeys(thing.pk for thing in things):
            _part(model, pk, by=by)
    return len(things)


def _part(model, pk, *, by):
    known = model._base_manager.get(pk=pk)
    rows = _locked(model, {pk, known.canonical_id}, root_of=pk)
    thing, root = rows[pk], rows[known.canonical_id]
    if thing.merged_into_id is None:
        raise Refused(_("%(name)s is not merged into anything any more.") % {"name": thing.name})
    stale = keys_of(root)
    thing.canonical_id = thing.pk
    model._base_manager.filter(pk=pk).update(merged_into=None, merged_at=None)
    model._base_manager.filter(pk__in=_below(model, pk, root.pk)).update(canonical=thing)
    restrictions.refuse_beside(model, thing)
    delivery.purge(stale | keys_of(thing))
    audit.record(by, "undo merge", thing, into=_told(root))


def _told(thing):
    return f"{thing.name} ({thing.pk})"


def _below(model, pk, root):
    """Return the ids of ``pk`` and of all that were merged into it, step by step, among the members of ``root``."""
    into = dict(model._base_manager.filter(canonical=root).values_list("pk", "merged_into"))
    found = {pk}
    while more := {member for member, parent in into.items() if parent in found} - found:
        found |= more
    return found


def _locked(model, pks, *, root_of):
    """Return {id: row} of ``pks``, locked in one order; raise Refused where the root of ``root_of`` is not among them."""
    # A whole lock, not that of an update: it waits for whoever gives one of them to a story at this moment, whose purge
    # would else name a root that it is no more.
    rows = {row.pk: row for row in model._base_manager.select_for_update().filter(pk__in=pks).order_by("pk")}
    if len(rows) < len(pks) or rows[root_of].canonical_id not in rows:
        raise Refused(_("One of them was merged in the meantime; look at them again."))
    return rows


def _refuse(merged, root):
    if not merged or len(merged) > MOST:
        raise Refused(_("Choose between two and %(most)d to be merged.") % {"most": MOST})
    if root.retired_at:
        raise Refused(
            _("%(name)s is retired; take it out of retirement, or keep another.") % {"name": root.name}
        )
    for thing in merged:
        if thing.pk == root.pk:
            raise Refused(_("%(name)s can't be merged into itself.") % {"name": thing.name})
        if not thing.is_canonical:
            raise Refused(
                _("%(name)s is merged into another already; undo that, or choose the other.")
                % {"name": thing.name}
            )
        _refuse_unmasking(thing, root)


def _refuse_unmasking(thing, root):
    """A merge leads readers from one name to the other: never from somebody's own to the pseudonym, nor back."""
    names = {bool(getattr(one, "real_name", "")): one.name for one in (thing, root)}
    if len(names) > 1:
        raise Refused(
            _(
                "%(pseudonym)s is a pseudonym and %(name)s is not: merged, one would lead to the other."
                " If both are pseudonyms, write down both real names first."
            )
            % {"pseudonym": names[True], "name": names[False]}
        )


def acts_into(root):
    """Return what was merged into ``root`` directly as a list of lists, one an act, the newest first."""
    acts = {}
    for thing in root.merged_from.order_by("-merged_at", "pk"):
        acts.setdefault(thing.merged_at, []).append(thing)
    return list(acts.values())
