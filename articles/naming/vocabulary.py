"""
What stories are sorted and signed by: sections, sources, authors, tags. Changed here, never deleted once used.

Each act is one transaction that keeps former addresses (design rule 10), purges every page that shows the thing, and
writes its audit row.
"""

from itertools import count

from django.core.validators import URLValidator
from django.db import connection, transaction
from django.db.models import Exists, F, OuterRef, Q
from django.utils import timezone
from django.utils.translation import gettext as _

import delivery
from accounts import audit
from articles.models import Author, Byline, OldSlug, Section, Tag, TagName
from articles.slugs import LENGTH, plain_words, slugify
from images import library

OFFERED = 40  # tags, while somebody types
LOOKED_AT = 400  # names that begin as typed
# Lines of an author that others read: none of them says whom a pseudonym hides.
READ_OF_AUTHORS = ("name", "slug", "sort_name", "email", "links")
# The column of OldSlug that keeps a thing's former addresses; a source has no page.
ADDRESSED = {Section: "section", Tag: "tag", Author: "author"}


class AddressTaken(ValueError):
    """Another thing had this address once, and it still leads there; the message names that thing."""

    @classmethod
    def by(cls, slug, thing):
        message = _("The address “%(slug)s” still leads to %(name)s; choose another.")
        return cls(message % {"slug": slug, "name": thing})


def keys_of(thing):
    """Return the keys of all pages that show ``thing``; stories stamp what they show."""
    keys = {f"{thing._meta.model_name}:{getattr(thing, 'canonical_id', thing.pk)}"}
    if hasattr(thing, "list_key"):
        keys.add(thing.list_key)
        keys.add(f"list:{thing._meta.model_name}s")  # all of them with pages of their own, in the sitemap
    if isinstance(thing, Section):
        keys.add("site")  # it stands in the navigation of every page
    return keys


def keep(thing, *, by, created, fields=()):
    """
    Save a section, source, author or tag that somebody made (``created``) or changed.

    fields: names of what was changed, for the record; other tables' too, such as a section's editors.
    A new address leaves the old one behind as a redirect; an author who becomes a pseudonym leaves none.
    Raise AddressTaken where it belonged to another before.
    """
    with transaction.atomic():
        before = None if created else type(thing)._base_manager.select_for_update().get(pk=thing.pk)
        stale = keys_of(before) if before else set()
        if before:
            _leave_standing(thing, before)
        thing.save()
        if type(thing) in ADDRESSED:
            _keep_address(thing, before)
        if isinstance(thing, Author):
            library.note_uses(thing, {thing.portrait_id} - {None})
        if isinstance(thing, Tag):
            library.note_uses(thing, {thing.picture_id} - {None})
        delivery.purge(stale | keys_of(thing))
        audit.record(by, "add" if created else "change", thing, fields=list(fields))


def _leave_standing(thing, before):
    """What was retired or merged while somebody was writing stays so; forms don't ask for it."""
    for name in ("retired_at", "canonical_id", "merged_into_id", "merged_at", "reprints"):
        if hasattr(before, name):
            setattr(thing, name, getattr(before, name))


def refuse_taken(model, slug, pk=None):
    """Raise AddressTaken where ``slug`` still leads to another row of ``model`` than the one called ``pk``."""
    column = ADDRESSED[model]
    former = OldSlug.objects.filter(slug=slug, **{f"{column}__isnull": False})
    if other := former.exclude(**{column: pk}).first():
        raise AddressTaken.by(slug, getattr(other, column))


def free_slug(model, slug):
    """Return ``slug``, or where it leads to another already, the first of slug-2, slug-3 … that is free."""
    slug = slug or model._meta.model_name
    column = ADDRESSED[model]
    taken = set(model.objects.filter(slug__startswith=slug).values_list("slug", flat=True))
    former = OldSlug.objects.filter(slug__startswith=slug, **{f"{column}__isnull": False})
    taken |= set(former.values_list("slug", flat=True))
    if slug not in taken:
        return slug
    return next(free for number in count(2) if (free := f"{slug[: LENGTH - 6]}-{number}") not in taken)


def web_addresses(text):
    """Return ``text``, addresses parted by white space, one a line; raise ValidationError for what is none."""
    lines = text.split()
    for line in lines:
        URLValidator(schemes=["http", "https"])(line)
    return "\n".join(lines)


def _keep_address(thing, before):
    column = ADDRESSED[type(thing)]
    refuse_taken(type(thing), thing.slug, thing.pk)
    former = OldSlug.objects.filter(**{column: thing})
    former.filter(slug=thing.slug).delete()
    real_name = getattr(thing, "real_name", "")
    if before and real_name and not before.real_name:
        former.delete()  # what led to somebody's own name leads to no pseudonym
    elif before and before.slug != thing.slug and not tells(before.slug, real_name):
        OldSlug.objects.create(slug=before.slug, **{column: thing})


def tells(text, real_name):
    """Whether every word of ``real_name`` stands in ``text``, in any of our ways to write it."""
    forms = {
        plain_words(real_name),
        *(plain_words(slugify(real_name, language)) for language in ("de", "uk")),
    }
    return any({*form.split()} <= {*plain_words(text).split()} for form in forms - {""})


def reprint(author, former, *, by):
    """
    Let the stories that print ``former``, the name an author had, print the present one; return how many did.

    What was saved of them stays as it was written: an old version says what it said. So that the next publication of
    one does not bring the former name back, the author keeps what is printed instead of it.
    """
    with transaction.atomic():
        for member in (
            Author._base_manager.select_for_update().filter(canonical=author.canonical_id).order_by("pk")
        ):
            moved = {old: author.name if new == former else new for old, new in member.reprints.items()}
            moved[former] = author.name
            moved.pop(author.name, None)  # who takes an old name again is printed so
            Author._base_manager.filter(pk=member.pk).update(reprints=moved)
        rows = Byline.objects.filter(author__canonical=author.canonical_id, name=former)
        stories = set(rows.order_by().values_list("article", flat=True))
        rows.update(name=author.name)
        delivery.purge(keys_of(author) | {f"article:{pk}" for pk in stories})
        names = {} if author.real_name else {"before": former, "after": author.name}
        audit.record(by, "reprint", author, stories=len(stories), **names)
    return len(stories)


def roots(model):
    """Return the tags or authors that are not merged into another, retired ones included."""
    return model.objects.filter(canonical=F("pk"))


def offered(things):
    """Return those of ``things`` that new stories are offered: neither retired nor merged."""
    things = things.filter(retired_at=None)
    return things.filter(canonical=F("pk")) if hasattr(things.model, "canonical") else things


def tags_called(typed):
    """
    Return up to forty ids of tags, one of whose names has a word that begins as ``typed`` does, in any script.

    A name that is just that comes first, then what more stories carry. Where hundreds begin so, the tags are walked
    from the most used on instead, of a hundred thousand a few hundred.
    """
    words = plain_words(typed)
    if not words:
        return []
    names = TagName.objects.filter(tag__canonical__retired_at=None).order_by()
    rows = names.values_list("tag__canonical", "tag__canonical__uses")
    whole = set(rows.filter(words=words)[:OFFERED])
    found = set(rows.filter(_beginning(words))[:LOOKED_AT])
    if len(found) < LOOKED_AT // 2:
        rest = [pk for pk, _uses in _most_used(found - whole)]
    else:
        begun = TagName.objects.filter(_beginning(words), tag=OuterRef("pk"))
        walk = Tag.objects.filter(Exists(begun), retired_at=None).order_by("-uses", "pk")
        rest = walk.values_list("canonical", flat=True)[:OFFERED]  # not asked which are roots: nearly all are
    return list(dict.fromkeys([*(pk for pk, _uses in _most_used(whole)), *rest]))[:OFFERED]


def _most_used(rows):
    return sorted(rows, key=lambda row: (-row[1], row[0]))


def _beginning(words):
    """PostgreSQL walks its index of patterns; SQLite's LIKE knows no index, but its letters here are ASCII alone."""
    if connection.vendor == "sqlite":
        return Q(words__gte=words, words__lt=words + "~")
    return Q(words__startswith=words)


def retire(things, *, by):
    """Retire ``things``: no longer offered for new stories, still shown where they stand. Return how many were."""
    return sum(
        _set_retired(thing, timezone.now(), by=by, verb="retire") for thing in things if not thing.retired_at
    )


def restore(things, *, by):
    """Take ``things`` out of retirement; return how many were retired."""
    return sum(_set_retired(thing, None, by=by, verb="restore") for thing in things if thing.retired_at)


def _set_retired(thing, at, *, by, verb):
    with transaction.atomic():
        thing.retired_at = at
        type(thing)._base_manager.filter(pk=thing.pk).update(retired_at=at)
        delivery.purge(keys_of(thing))
        audit.record(by, verb, thing)
    return 1
