"""Tags that are not there yet: who types one makes it or proposes it, and the tag desk decides for all who wait."""

import pytest
from django.urls import reverse

from accounts.models import AuditEntry
from articles import revisions
from articles.models import Article, NameForm, Tag, TagProposal
from articles.naming import merging, proposals, vocabulary
from tests.articles.test_admin import filled
from tests.factories import make_chief, make_published, make_revision, make_tag, make_user

pytestmark = pytest.mark.django_db
PAGE = "admin:articles_tag_proposals"


@pytest.fixture
def ana():
    return make_user("ana", "reporter")


@pytest.fixture
def tom():
    return make_user("tom", "tag desk")


def tags_of(article):
    content = Article.objects.get(pk=article.pk).latest_revision.content
    return [row["name"] for row in content["tags"]]


def open_names():
    return list(TagProposal.objects.filter(settled_at=None).values_list("name", flat=True))


def form_of(article):
    return reverse("admin:articles_article_change", args=[article.pk])


def type_tags(client, article, typed):
    page = client.get(form_of(article))
    return client.post(form_of(article), filled(page) | {"new_tags": typed, "act": "save"}, follow=True)


def test_a_reporter_proposes_what_is_no_tag_and_takes_by_name_what_is(client, ana):
    kyiv = make_tag("Kyiv", "place")
    NameForm.objects.create(tag=kyiv, kind="search", text="Київ", language="uk")
    article = make_revision(by=ana).article
    client.force_login(ana)
    answer = type_tags(client, article, "КИЇВ,  Harbour   tunnel , Harbour tunnel,, !")
    assert [str(message) for message in answer.context["messages"]] == [
        "Proposed to the tag desk: Harbour tunnel.",
        "Saved as version 2.",
    ]
    assert tags_of(article) == ["Kyiv"]
    assert open_names() == ["Harbour tunnel"]
    assert Tag.objects.count() == 1
    assert "“Harbour tunnel” waits for the tag desk." in answer.content.decode()
    type_tags(client, article, "Harbour tunnel")
    assert open_names() == ["Harbour tunnel"]


def test_a_new_story_proposes_too(client, ana):
    client.force_login(ana)
    page = client.get(reverse("admin:articles_article_add"))
    data = filled(page) | {"headline": "The tunnel floods", "new_tags": "Harbour tunnel", "act": "save"}
    assert client.post(reverse("admin:articles_article_add"), data).status_code == 302
    proposal = TagProposal.objects.get()
    assert (proposal.name, proposal.article.working_headline, proposal.by) == (
        "Harbour tunnel", "The tunnel floods", ana,
    )  # fmt: skip


def test_a_name_of_two_tags_is_for_a_person_to_decide(ana):
    make_tag("Marrow", "place")
    make_tag("Marrow", "person", slug="marrow-2")
    assert proposals.sort_out(["Marrow"], by=make_chief()) == ([], ["Marrow"])


@pytest.mark.parametrize("kind", ["", "topic"])
def test_the_name_of_a_retired_tag_waits_for_the_tag_desk_and_the_story_is_saved(client, kind):
    tag = make_tag("Tram strike", kind)
    chief = make_chief()
    vocabulary.retire([tag], by=chief)
    article = make_revision(by=chief, headline="Trams stop").article
    client.force_login(chief)
    page = client.get(form_of(article))
    typed = {"headline": "Trams stop today", "new_tags": "tram strike", "act": "save"}
    answer = client.post(form_of(article), filled(page) | typed, follow=True)
    assert [str(message) for message in answer.context["messages"]] == [
        "Proposed to the tag desk: tram strike.",
        "Saved as version 2.",
    ]
    assert Article.objects.get(pk=article.pk).working_headline == "Trams stop today"
    assert (open_names(), tags_of(article), Tag.objects.count()) == (["tram strike"], [], 1)


def test_a_tag_in_use_is_taken_by_its_name_beside_a_retired_one(tom):
    place, person = make_tag("Marrow", "place"), make_tag("Marrow", "person", slug="marrow-2")
    vocabulary.retire([person], by=tom)
    assert proposals.sort_out(["marrow"], by=tom) == ([place], [])


@pytest.mark.parametrize("role", ["tag desk", "chief editor"])
def test_who_may_make_tags_makes_one_by_typing_it(role):
    user = make_user("maker", role)
    [tag], unknown = proposals.sort_out(["Harbour tunnel"], by=user)
    assert (tag.name, tag.slug, tag.kind, unknown) == ("Harbour tunnel", "harbour-tunnel", "", [])
    assert AuditEntry.objects.filter(verb="add", target_name="Harbour tunnel").count() == 1


def test_where_the_newsroom_says_so_whoever_writes_makes_tags(settings, client, ana):
    article = make_revision(by=ana).article
    client.force_login(ana)
    type_tags(client, article, "Harbour tunnel")
    assert (Tag.objects.count(), open_names()) == (0, ["Harbour tunnel"])
    settings.WRITERS_MAKE_TAGS = True
    type_tags(client, article, "Night ferry")
    assert (list(Tag.objects.values_list("name", flat=True)), tags_of(article)) == (
        ["Night ferry"], ["Night ferry"],
    )  # fmt: skip
    assert not proposals.may_make(make_user("lena", "legal"))


def test_an_address_that_is_taken_gets_a_number():
    make_tag("Harbour", slug="harbour-tunnel")
    make_tag("Harbor", slug="harbour-tunnel-2")
    [tag], _unknown = proposals.sort_out(["Harbour tunnel"], by=make_chief())
    assert tag.slug == "harbour-tunnel-3"


# The tag desk


@pytest.fixture
def waiting(ana):
    """Two drafts and a story online that want one name, and a draft that wants another."""
    drafts = [make_revision(by=ana, headline=f"Draft {number}").article for number in range(3)]
    online = make_published(headline="Online")
    for article, name in zip(
        [*drafts, online], ["Harbour tunnel", "HARBOUR TUNNEL", "Fog", "Harbour tunnel"], strict=True
    ):
        proposals.propose(article, [name], by=ana)
    return [*drafts, online]


def test_the_desk_sees_each_name_once_with_who_waits_and_what_may_be_meant(client, tom, waiting):
    make_tag("Harbour tunnels of Velland")
    client.force_login(tom)
    shown = client.get(reverse(PAGE)).context["wanted"]
    assert [(one.name, len(one.proposals), [str(tag) for tag in one.near]) for one in shown] == [
        ("Harbour tunnel", 3, ["Harbour tunnels of Velland"]),
        ("Fog", 1, []),
    ]


def test_a_name_made_a_tag_is_given_to_every_story_that_waits(client, tom, waiting):
    client.force_login(tom)
    done = client.post(reverse(PAGE), {"name": "Harbour tunnel", "kind": "place", "make": "1"})
    tag = Tag.objects.get()
    assert (tag.name, tag.kind) == ("Harbour tunnel", "place")
    assert [tags_of(article) for article in waiting] == [[tag.name], [tag.name], [], [tag.name]]
    assert [(one.is_saved, one.why) for one in done.context["outcomes"]] == [
        (True, "It was never published."),
        (True, "It was never published."),
        (True, "An editor has to publish it."),
    ]
    assert open_names() == ["Fog"]
    assert set(TagProposal.objects.exclude(settled_at=None).values_list("tag", "settled_by")) == {
        (tag.pk, tom.pk)
    }


@pytest.mark.parametrize("button", ["tag", "other"])
def test_a_name_is_taken_for_a_tag_that_is_there(button, client, tom, waiting):
    tag = make_tag("Old crossing")
    client.force_login(tom)
    data = {"name": "harbour tunnel", button: tag.pk} | ({"take": "1"} if button == "other" else {})
    client.post(reverse(PAGE), data)
    assert [tags_of(article) for article in waiting] == [
        ["Old crossing"],
        ["Old crossing"],
        [],
        ["Old crossing"],
    ]
    assert Tag.objects.count() == 1


def test_a_story_that_has_the_tag_by_now_is_settled_too(tom, ana, waiting):
    tag = make_tag("Harbour tunnel")
    story = make_revision(by=ana, tags=[revisions.reference(tag)]).article
    proposals.propose(story, ["Harbour tunnel"], by=ana)
    assert [one.why for one in proposals.accept("Harbour tunnel", tag, by=tom)][
        -1
    ] == "It is tagged so already."
    assert open_names() == ["Fog"]


def test_a_refusal_needs_a_reason_that_the_reporter_reads(client, tom, ana, waiting):
    client.force_login(tom)
    page = client.post(reverse(PAGE), {"name": "Fog", "refuse": "1"})
    assert [str(message) for message in page.context["messages"]] == ["Say why: who proposed it reads that."]
    assert "Fog" in open_names()
    client.post(reverse(PAGE), {"name": "Fog", "refuse": "1", "reason": "Weather is no subject."})
    assert "Fog" not in open_names()
    client.force_login(ana)
    assert "“Fog” was not taken: Weather is no subject." in client.get(form_of(waiting[2])).content.decode()
    entry = AuditEntry.objects.get(verb="refuse proposal")
    assert (entry.target_id, entry.detail) == (
        waiting[2].pk,
        {"name": "Fog", "reason": "Weather is no subject."},
    )


def test_what_is_merged_or_retired_is_no_tag_to_take(client, tom, waiting):
    root, merged = make_tag("Old crossing"), make_tag("Older crossing")
    merging.merge([merged], into=root, by=tom)
    client.force_login(tom)
    client.post(reverse(PAGE), {"name": "Fog", "tag": merged.pk})
    assert "Fog" in open_names()
    assert proposals.sort_out(["older crossing"], by=tom) == ([root], [])


def test_what_is_there_of_that_kind_is_not_made_again_and_the_desk_reads_what_to_do(client, tom, waiting):
    fog, bog = make_tag("Fog", "topic"), make_tag("Bog", "place")
    merging.merge([make_tag("Fog", "event", slug="fog-2")], into=bog, by=tom)
    vocabulary.retire([fog], by=tom)
    client.force_login(tom)
    there = [("topic", "“Fog” is there and retired; take it out of retirement in the list of tags, then take it here."),
             ("event", "“Bog” is called so already; take that one.")]  # fmt: skip
    for kind, told in there:
        page = client.post(reverse(PAGE), {"name": "Fog", "kind": kind, "make": "1"})
        assert [str(message) for message in page.context["messages"]] == [told]
    assert ("Fog" in open_names(), Tag.objects.count()) == (True, 3)
    vocabulary.restore([fog], by=tom)
    client.post(reverse(PAGE), {"name": "Fog", "tag": fog.pk})
    assert tags_of(waiting[2]) == ["Fog"]
