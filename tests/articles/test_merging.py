"""Merging tags and authors and undoing it: what moves, what stays as it was, and who is found where."""

import time
from datetime import timedelta
from statistics import median

import pytest
from django.db import connection
from django.urls import reverse
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from accounts.models import AuditEntry
from articles import revisions, workflow
from articles.models import Article, Byline, NameForm, OldSlug, TaggedItem
from articles.naming import merging, vocabulary
from articles.public import pages
from articles.writing import suggestions
from delivery.models import Purge
from tests.factories import (
    byline,
    make_author,
    make_chief,
    make_content,
    make_published,
    make_section,
    make_tag,
    make_tagged,
    make_user,
)

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)


def signed(*authors, **content):
    return make_published(bylines=[byline(author) for author in authors], **content)


def fresh(*things):
    return [type(thing).objects.get(pk=thing.pk) for thing in things]


def pointers(*things):
    """[(where it leads, what it was merged into)] by name."""
    return [(thing.canonical.name, thing.merged_into and thing.merged_into.name) for thing in fresh(*things)]


def carried(tag):
    return set(pages.ids_carrying(tag, timezone.now(), slice(0, 100)))


@pytest.fixture
def tom():
    return make_user("tom", "tag desk")


@pytest.fixture
def desk(client, tom):
    client.force_login(tom)
    return client


MAKERS = [(make_tag, make_tagged), (make_author, signed)]


@pytest.mark.parametrize(("make", "publish"), MAKERS)
def test_a_merge_moves_pointers_and_no_assignment(make, publish, tom):
    kept, first, second = make("Harbour"), make("Harbor"), make("Port")
    for thing in (kept, first, second):
        publish(thing)
    rows = [list(model.objects.order_by("pk").values()) for model in (TaggedItem, Byline)]
    assert merging.merge([first, second], into=kept, by=tom) == kept
    assert pointers(kept, first, second) == [
        ("Harbour", None),
        ("Harbour", "Harbour"),
        ("Harbour", "Harbour"),
    ]
    assert [list(model.objects.order_by("pk").values()) for model in (TaggedItem, Byline)] == rows
    assert [[thing.name for thing in act] for act in merging.acts_into(kept)] == [["Harbor", "Port"]]


@pytest.mark.parametrize(("make", "publish"), MAKERS)
def test_an_undo_gives_each_its_own_page_back(make, publish, tom, client):
    kept, other = make("Harbour"), make("Harbor")
    mine, theirs = publish(kept, headline="Of one"), publish(other, headline="Of the other")
    merging.merge([other], into=kept, by=tom)
    page = client.get(kept.get_absolute_url()).content.decode()
    assert mine.headline in page
    assert theirs.headline in page
    assert merging.undo(fresh(other), by=tom) == 1
    assert pointers(kept, other) == [("Harbour", None), ("Harbor", None)]
    page = client.get(other.get_absolute_url()).content.decode()
    assert mine.headline not in page
    assert theirs.headline in page


@pytest.mark.parametrize(("make", "publish"), MAKERS)
def test_every_address_that_one_ever_had_leads_to_the_kept_one_in_one_step(make, publish, tom, client):
    kept, other, third = make("Harbour"), make("Harbor"), make("Port")
    publish(other)
    before = other.get_absolute_url()
    other.slug = "harbor-of-marrow"
    vocabulary.keep(other, by=tom, created=False)
    merging.merge([other], into=third, by=tom)
    merging.merge([third], into=kept, by=tom)
    for address in (before, other.get_absolute_url(), third.get_absolute_url()):
        answer = client.get(address)
        assert (answer.status_code, answer.headers["Location"]) == (301, kept.get_absolute_url())
    assert client.get(kept.get_absolute_url()).status_code == 200


def test_chains_are_flat_and_part_where_they_were_joined(tom):
    a, b, c, d = (make_tag(name) for name in "ABCD")
    merging.merge([a], into=b, by=tom)
    merging.merge([b], into=c, by=tom)
    merging.merge([d], into=fresh(a)[0], by=tom)  # what leads elsewhere is no root
    assert pointers(a, b, c, d) == [("C", "B"), ("C", "C"), ("C", None), ("C", "C")]
    merging.undo(fresh(b), by=tom)
    assert pointers(a, b, c, d) == [("B", "B"), ("B", None), ("C", None), ("C", "C")]


def refusal(act):
    with pytest.raises(merging.Refused) as refused:
        act()
    return str(refused.value)


def test_loops_and_what_is_gone_are_refused_with_a_reason(tom):
    a, b, c = (make_tag(name) for name in "ABC")
    merging.merge([a], into=b, by=tom)
    a, b = fresh(a, b)
    entries = AuditEntry.objects.count()
    assert refusal(lambda: merging.merge([b], into=a, by=tom)) == "B can't be merged into itself."
    assert refusal(lambda: merging.merge([c, c], into=c, by=tom)) == "C can't be merged into itself."
    assert refusal(lambda: merging.merge([a], into=c, by=tom)) == (
        "A is merged into another already; undo that, or choose the other."
    )
    assert refusal(lambda: merging.merge([], into=c, by=tom)) == "Choose between two and 50 to be merged."
    assert refusal(lambda: merging.undo([b], by=tom)) == "B is not merged into anything any more."
    vocabulary.retire([c], by=tom)
    assert refusal(lambda: merging.merge([b], into=c, by=tom)) == (
        "C is retired; take it out of retirement, or keep another."
    )
    assert pointers(a, b, c) == [("B", "B"), ("B", None), ("C", None)]
    assert AuditEntry.objects.count() == entries + 1


def test_who_merged_what_is_on_record(tom):
    kept, other = make_tag("Harbour"), make_tag("Harbor")
    merging.merge([other], into=kept, by=tom)
    merging.undo(fresh(other), by=tom)
    rows = AuditEntry.objects.filter(target_type="articles.tag").order_by("pk")
    assert [(row.verb, row.target_name, row.detail) for row in rows] == [
        ("merge", "Harbour", {"merged": [f"Harbor ({other.pk})"]}),
        ("merge away", "Harbor", {"into": f"Harbour ({kept.pk})"}),
        ("undo merge", "Harbor", {"into": f"Harbour ({kept.pk})"}),
    ]


def test_all_pages_that_show_either_are_purged_by_both_acts(tom):
    kept, other = make_tag("Harbour"), make_tag("Harbor")
    both = {f"{kind}:{thing.pk}" for kind in ("tag", "list:tag") for thing in (kept, other)} | {"list:tags"}
    for act in (
        lambda: merging.merge([other], into=kept, by=tom),
        lambda: merging.undo(fresh(other), by=tom),
    ):
        last = Purge.objects.order_by("pk").values_list("pk", flat=True).last() or 0
        act()
        assert set(Purge.objects.filter(pk__gt=last).values_list("key", flat=True)) == both


def test_the_kept_tag_is_found_by_the_names_of_those_merged_into_it(tom):
    kept, other = make_tag("Harbour bridge"), make_tag("Span of Marrow", wrong=["Marow Span"])
    NameForm.objects.create(tag=other, kind="former", text="Old Crossing")
    merging.merge([other], into=kept, by=tom)
    text = "<p>Old Crossing closed. Span of Marrow opened.</p>"
    assert suggestions.tags_for(make_content(headline="x", standfirst="", body=text)) == [kept]


def test_a_form_that_was_open_while_others_merged_leaves_the_merge_standing(tom):
    kept, other = make_tag("Harbour"), make_tag("Harbor")
    merging.merge([other], into=kept, by=tom)
    other.description = "Written before the merge was seen."
    vocabulary.keep(other, by=tom, created=False)
    assert pointers(other) == [("Harbour", "Harbour")]


def test_a_story_edited_between_merge_and_undo_keeps_its_edit(tom):
    kept, other, third = make_tag("Harbour"), make_tag("Harbor"), make_tag("Trams")
    story = make_tagged(other)
    merging.merge([other], into=kept, by=tom)
    content = {**story.latest_revision.content, "tags": [revisions.reference(tag) for tag in (other, third)]}
    chief = make_chief()
    workflow.publish(workflow.save(story, content, by=chief, base=1), by=chief)
    merging.undo(fresh(other), by=tom)
    assert (carried(kept), carried(other), carried(third)) == (set(), {story.pk}, {story.pk})


# The page of the tag desk


def test_the_preview_counts_stories_addresses_and_names(tom):
    kept, other = make_tag("Harbour"), make_tag("Harbor", kind="place", wrong=["Harbur"])
    OldSlug.objects.create(slug="harbour-of-old", tag=other)
    make_tagged(kept)
    make_tagged(kept, other)
    make_tagged(kept, other)
    preview = merging.preview([other, kept])
    assert [(part.thing, part.stories, part.addresses, part.names) for part in preview.parts] == [
        (kept, 3, ["/tags/harbour/"], ["Harbour"]),
        (other, 2, ["/tags/harbor/", "/tags/harbour-of-old/"], ["Harbor", "Harbur"]),
    ]
    assert (preview.total, preview.shared, preview.kinds) == (3, 2, ["topic", "place"])


@pytest.mark.parametrize(("make", "publish"), MAKERS)
def test_the_desk_merges_and_parts_again(make, publish, desk):
    kept, other = make("Harbour"), make("Harbor")
    publish(kept)
    kind = kept._meta.model_name
    merge = reverse(f"admin:articles_{kind}_merge")
    listed = reverse(f"admin:articles_{kind}_changelist")
    answer = desk.post(listed, {"action": "merge_chosen", "_selected_action": [kept.pk, other.pk]})
    assert answer.status_code == 302
    page = desk.get(answer.headers["Location"])
    assert [part.thing for part in page.context["preview"].parts] == [kept, other]
    answer = desk.post(merge, {"chosen": [kept.pk, other.pk], "into": kept.pk}, follow=True)
    assert answer.redirect_chain == [(reverse(f"admin:articles_{kind}_change", args=[kept.pk]), 302)]
    assert [str(message) for message in answer.context["messages"]] == ["Merged into Harbour: Harbor."]
    assert f'value="{other.pk}"' in answer.content.decode()
    answer = desk.post(reverse(f"admin:articles_{kind}_unmerge"), {"chosen": [other.pk]}, follow=True)
    assert [str(message) for message in answer.context["messages"]] == ["On their own again: Harbor."]
    assert pointers(kept, other) == [("Harbour", None), ("Harbor", None)]


def test_a_merge_that_is_refused_says_so_on_the_page(desk, tom):
    kept, other = make_tag("Harbour"), make_tag("Harbor")
    vocabulary.retire([kept], by=tom)
    page = desk.post(reverse("admin:articles_tag_merge"), {"chosen": [kept.pk, other.pk], "into": kept.pk})
    assert page.context["form"].non_field_errors() == [
        "Harbour is retired; take it out of retirement, or keep another."
    ]


# Random sequences of acts

NUMBERS = st.integers(0, 5)
ACTS = st.lists(
    st.one_of(
        st.tuples(st.just("merge"), st.sets(NUMBERS, min_size=1, max_size=3), NUMBERS),
        st.tuples(st.just("undo"), NUMBERS),
        st.tuples(st.just("edit"), st.integers(0, 3), st.sets(NUMBERS, max_size=3)),
    ),
    min_size=3,
    max_size=14,
)


class TestAnySequence(TestCase):
    """Six tags, four stories; what should be is kept as two plain dicts."""

    @settings(max_examples=25, suppress_health_check=[HealthCheck.too_slow])
    @given(ACTS)
    def test_pointers_lists_and_edits_are_as_the_acts_say(self, acts):
        chief = make_chief()
        section = make_section()
        tags = [make_tag(f"Tag {number}") for number in range(6)]
        stories = [make_tagged(tags[number], headline=f"Story {number}") for number in range(4)]
        into, carries = {}, {number: {number} for number in range(4)}

        def root(number):
            while number in into:
                number = into[number]
            return number

        for act, first, *rest in acts:
            before = list(TaggedItem.objects.order_by("pk").values_list("pk", "tag", "content_object"))
            if act == "edit":
                story = Article.objects.get(pk=stories[first].pk)
                content = make_content(
                    section=revisions.reference(section),
                    tags=[revisions.reference(tags[number]) for number in sorted(rest[0])],
                )
                workflow.publish(workflow.save(story, content, by=chief, base=story.version), by=chief)
                carries[first] = rest[0]
                continue
            try:
                if act == "merge":
                    merging.merge(
                        fresh(*(tags[number] for number in first)), into=fresh(tags[rest[0]])[0], by=chief
                    )
                    into |= dict.fromkeys(first, root(rest[0]))
                else:
                    merging.undo(fresh(tags[first]), by=chief)
                    del into[first]
            except merging.Refused:
                if act == "merge":
                    assert any(number in into or number == root(rest[0]) for number in first)
                else:
                    assert first not in into
            after = list(TaggedItem.objects.order_by("pk").values_list("pk", "tag", "content_object"))
            assert after == before
        rows = fresh(*tags)
        assert [row.canonical_id for row in rows] == [tags[root(number)].pk for number in range(6)]
        assert [row.merged_into_id for row in rows] == [
            tags[into[number]].pk if number in into else None for number in range(6)
        ]
        for number, tag in enumerate(tags):
            if root(number) == number:
                expected = {
                    stories[story].pk
                    for story, has in carries.items()
                    if number in {root(one) for one in has}
                }
                listed = pages.ids_carrying(tag, timezone.now(), slice(0, 100))
                assert set(listed) == expected
                assert len(listed) == len(expected)


# Measured


def assign(tag, stories):
    now = timezone.now()
    TaggedItem.objects.bulk_create(
        (TaggedItem(tag=tag, content_object_id=pk, visible_from=now - timedelta(minutes=place)) for place, pk in enumerate(stories)),
        batch_size=5000,
    )  # fmt: skip


def timed(act):
    """Return how many seconds ``act`` takes."""
    began = time.perf_counter()
    act()
    return time.perf_counter() - began


def paired(first, second, rounds=31):
    """Return the medians of both acts in seconds, and of how many times longer the second takes, turn by turn."""
    first(), second()
    turns = [(timed(first), timed(second)) for _ in range(rounds)]
    alone, together = zip(*turns, strict=True)
    return median(alone), median(together), median(other / one for one, other in turns)


@pytest.mark.slow
def test_fifty_thousand_stories_merge_into_thirty_thousand_within_a_second(tom, client):
    like = make_published()
    copied = [field.attname for field in Article._meta.concrete_fields if field.attname not in {"id", "uuid"}]
    values = {name: getattr(like, name) for name in copied}
    Article.objects.bulk_create((Article(**values) for _ in range(69_999)), batch_size=2000)
    pks = list(Article.objects.order_by("pk").values_list("pk", flat=True))
    large, kept, twin = make_tag("Large"), make_tag("Kept"), make_tag("Twin")
    assign(large, pks[:50_000])
    assign(kept, pks[40_000:])
    assign(twin, pks[40_000:])  # what the kept one was before anything was merged into it
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    rows = list(TaggedItem.objects.order_by("pk").values_list())
    previewed = timed(lambda: merging.preview([large, kept]))
    merged = timed(lambda: merging.merge([large], into=kept, by=tom))
    listed = pages.ids_carrying(kept, timezone.now(), slice(0, 1000))
    pages_of = [lambda tag=tag: client.get(tag.get_absolute_url()) for tag in (twin, kept)]
    alone, together, ratio = paired(*pages_of)
    undone = timed(lambda: merging.undo(fresh(large), by=tom))
    print(
        f"\n{connection.vendor}: merge {merged:.3f} s, undo {undone:.3f} s, preview {previewed:.3f} s, tag page "
        f"{alone * 1000:.1f} ms alone, {together * 1000:.1f} ms merged, {ratio:.2f} times (median of 31 pairs)"
    )
    assert [answer().status_code for answer in pages_of] == [200, 200]
    assert list(TaggedItem.objects.order_by("pk").values_list()) == rows
    assert len(listed) == len(set(listed)) == 1000
    assert merged < 1
    assert undone < 1
    assert previewed < 1
    assert ratio < 1.3
