"""What the tag desk has to look after: likely duplicates, found by the worker, and tags that nobody uses or describes."""

from django.db import transaction
from django.db.models import Count, F, Q
from django.utils import timezone

from accounts import audit
from articles.models import Tag, TaggedItem, TagPair
from articles.naming import similarity, vocabulary

BATCH = 1000


def count_uses():
    """Write anew how many published stories each tag has, members included; return how many tags changed."""
    rows = TaggedItem.objects.filter(visible_from__isnull=False).order_by().values("tag__canonical")
    counted = dict(
        rows.annotate(stories=Count("content_object", distinct=True)).values_list("tag__canonical", "stories")
    )
    known = (
        Tag.objects.filter(Q(uses__gt=0) | Q(pk__in=counted)) if len(counted) < BATCH else Tag.objects.all()
    )
    changed = [
        Tag(pk=pk, uses=counted.get(pk, 0))
        for pk, uses in known.order_by().values_list("pk", "uses")
        if counted.get(pk, 0) != uses
    ]
    Tag.objects.bulk_update(changed, ["uses"], batch_size=BATCH)
    return len(changed)


def find_pairs():
    """Look for likely duplicates among the tags in use; return how many stand open. What was settled stays settled."""
    tags = vocabulary.offered(Tag.objects.all()).order_by("pk").values_list("pk", "name", "kind")
    found = {(first, second): way for first, second, way in similarity.pairs(tags)}
    with transaction.atomic():
        settled, present = set(), {}
        for pk, first, second, at in TagPair.objects.values_list("pk", "first", "second", "settled_at"):
            if at:
                settled.add((first, second))
            else:
                present[first, second] = pk
        gone = [pk for couple, pk in present.items() if couple not in found]
        for start in range(0, len(gone), BATCH):
            TagPair.objects.filter(pk__in=gone[start : start + BATCH]).delete()
        fresh = found.keys() - present.keys() - settled
        TagPair.objects.bulk_create(
            (TagPair(first_id=first, second_id=second, ways=found[first, second]) for first, second in sorted(fresh)),
            batch_size=BATCH,
        )  # fmt: skip
    return len(found.keys() - settled)


def open_pairs():
    """Return the pairs that nobody settled and that are two tags in use still, the most used first."""
    pairs = TagPair.objects.filter(settled_at=None).select_related("first", "second")
    for side in ("first", "second"):
        pairs = pairs.filter(**{f"{side}__retired_at": None, f"{side}__canonical": F(side)})
    return pairs.order_by(-(F("first__uses") + F("second__uses")), "pk")


def settle(pair, *, by):
    """Note that the two of ``pair`` are two things; they are never proposed again."""
    with transaction.atomic():
        if TagPair.objects.filter(pk=pair.pk, settled_at=None).update(
            settled_at=timezone.now(), settled_by=by
        ):
            audit.record(by, "not a duplicate", pair.first, other=f"{pair.second.name} ({pair.second_id})")


def set_kind(tags, kind, *, by):
    """Say of ``tags`` that they are of ``kind``; one that shares its name with another of that kind is left."""
    for tag in tags:
        if not Tag.objects.filter(name=tag.name, kind=kind).exclude(pk=tag.pk).exists():
            tag.kind = kind
            vocabulary.keep(tag, by=by, created=False, fields=["kind"])


def neglected():
    """Return {code: tags in use} of what lacks care: never used or once, without a kind or a description."""
    tags = vocabulary.offered(Tag.objects.all())
    return {
        "unused": tags.filter(uses=0).order_by("name"),
        "once": tags.filter(uses=1).order_by("name"),
        "kindless": tags.filter(kind="").order_by("-uses", "name"),
        "undescribed": tags.filter(description="").order_by("-uses", "name"),
    }
