"""Retagging many stories at once: each goes the way of a single one, and the report says which did not go all of it."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone
from lxml import html

from articles import clearance, revisions, schedule, workflow
from articles.models import Article
from articles.naming import merging
from articles.naming.retagging import retag
from tests.factories import (
    make_chief,
    make_published,
    make_revision,
    make_section,
    make_tag,
    make_tagged,
    make_user,
)

pytestmark = pytest.mark.django_db


def shown(article):
    return list(article.tagged_items.order_by("position").values_list("tag__name", flat=True))


def told(outcomes):
    return [(one.is_online, one.is_saved, one.why) for one in outcomes]


@pytest.fixture
def bridges():
    """Two tags of bridges, one merged into the first, and one that stories are to have instead."""
    old, twin, new = make_tag("Bridges"), make_tag("Crossings"), make_tag("Harbour bridge")
    merging.merge([twin], into=old, by=make_chief())
    return old, twin, new


def test_what_is_online_alone_is_published_and_its_times_stay(bridges):
    old, twin, new = bridges
    one, other = make_tagged(old), make_tagged(twin)
    assert told(retag([one, other], add=new, remove=old, by=make_chief())) == [(True, True, "")] * 2
    assert [shown(one), shown(other)] == [["Harbour bridge"]] * 2
    after = Article.objects.get(pk=one.pk)
    assert (after.updated, after.first_published, after.version) == (one.updated, one.first_published, 2)


def test_the_report_says_why_a_story_is_not_online_with_its_new_tags(bridges):
    old, _twin, new = bridges
    chief = make_chief()
    draft = make_revision(tags=[revisions.reference(old)]).article
    waiting, has = make_tagged(old), make_tagged(new)
    content = {**waiting.latest_revision.content, "headline": "Written on and not yet out"}
    workflow.save(waiting, content, by=chief, base=1)
    assert told(retag([draft, waiting, has], add=new, by=chief)) == [
        (False, True, "It was never published."),
        (False, True, "Other changes are waiting; the tags go out with them."),
        (False, False, "It is tagged so already."),
    ]
    assert shown(waiting) == ["Bridges"]


@pytest.fixture
def ahead():
    return timezone.now() + timedelta(hours=1)


def test_what_is_set_for_a_time_goes_out_with_its_new_tags_then(bridges, ahead, settings):
    settings.FOUR_EYES = True
    old, _twin, new = bridges
    ben = make_user("ben", "editor", sections=[make_section()])
    story = make_revision(by=ben, tags=[revisions.reference(old)]).article
    schedule.publish_later(story.latest_revision, by=ben, at=ahead, alone="Night shift.")
    for by in (make_chief(), ben):
        tag = new if by.username == "clara" else make_tag("Trams")
        assert told(retag([story], add=tag, by=by)) == [
            (False, True, "It goes out with its new tags at its time.")
        ]
    after = Article.objects.get(pk=story.pk)
    assert (after.live_revision.number, after.visible_from, after.is_published()) == (3, ahead, False)
    assert shown(after) == ["Bridges", "Harbour bridge", "Trams"]
    assert {item.visible_from for item in after.tagged_items.all()} == {ahead}


def test_a_change_that_is_planned_goes_out_with_the_new_tags(bridges, ahead):
    old, _twin, new = bridges
    chief, story = make_chief(), make_tagged(old)
    version = workflow.save(story, {**story.latest_revision.content, "headline": "New"}, by=chief, base=1)
    schedule.publish_later(version, by=chief, at=ahead)
    assert told(retag([story], add=new, by=chief)) == [
        (False, True, "It goes out with its new tags at its time.")
    ]
    assert shown(story) == ["Bridges"]
    schedule.apply_due(ahead)
    assert shown(story) == ["Bridges", "Harbour bridge"]
    assert Article.objects.get(pk=story.pk).headline == "New"


def test_what_is_written_on_beyond_the_version_that_is_set_waits_with_its_tags(bridges, ahead):
    old, _twin, new = bridges
    chief, story = make_chief(), make_revision(tags=[revisions.reference(old)]).article
    schedule.publish_later(story.latest_revision, by=chief, at=ahead)
    workflow.save(story, {**story.latest_revision.content, "headline": "Not yet"}, by=chief, base=1)
    why = "Other changes are waiting; the tags go out with them."
    assert told(retag([story], add=new, by=chief)) == [(False, True, why)]
    assert Article.objects.get(pk=story.pk).live_revision.number == 1


def test_retagging_lets_nothing_out_that_is_held(bridges, ahead):
    old, _twin, new = bridges
    chief, story = make_chief(), make_revision(tags=[revisions.reference(old)]).article
    schedule.publish_later(story.latest_revision, by=chief, at=ahead)
    clearance.require_legal(story, True, by=chief)
    Article.objects.update(publish_at=timezone.now())
    clearance.clear(story.latest_revision, by=make_user("lena", "legal"))
    why = "It is held; to have the tags in it, publish its newest version."
    assert told(retag([story], add=new, by=chief)) == [(False, True, why)]
    assert not Article.objects.get(pk=story.pk).is_published()


def test_tags_of_what_is_online_want_no_second_pair_of_eyes(bridges, settings):
    old, _twin, new = bridges
    story = make_tagged(old)
    settings.FOUR_EYES = True
    assert told(retag([story], add=new, remove=old, by=make_chief())) == [(True, True, "")]
    assert shown(story) == ["Harbour bridge"]


def test_the_tag_desk_saves_tags_that_an_editor_publishes_and_no_reporter_retags_others_stories(bridges):
    old, _twin, new = bridges
    story = make_tagged(old, section=revisions.reference(make_section("Sport")))
    rita = make_user("rita", "reporter")
    assert told(retag([story], add=new, by=rita)) == [(False, False, "Your account may not change its tags.")]
    tom = make_user("tom", "tag desk")
    assert told(retag([story], add=new, by=tom)) == [(False, True, "An editor has to publish it.")]
    content = Article.objects.get(pk=story.pk).latest_revision.content
    assert [row["name"] for row in content["tags"]] == ["Bridges", "Harbour bridge"]
    before = revisions.upgrade(story.latest_revision.content, story.latest_revision.schema)
    assert revisions.changed_fields(before, content) == ["tags"]


def test_the_desk_splits_a_tag_by_search(client, bridges):
    old, _twin, new = bridges
    client.force_login(make_chief())
    harbour = make_tagged(old, headline="Harbour bridge reopens")
    other = make_tagged(old, headline="Railway bridge closes")
    page = reverse("admin:articles_tag_retag")
    found = client.get(page, {"q": "tag:bridges harbour"})
    assert list(found.context["stories"]) == [harbour]
    data = {"q": "tag:bridges harbour", "story": [harbour.pk], "add": new.pk, "remove": old.pk}
    done = client.post(page, data)
    assert told(done.context["outcomes"]) == [(True, True, "")]
    assert [shown(harbour), shown(other)] == [["Harbour bridge"], ["Bridges"]]
    refused = client.post(page, {"q": "x", "story": [harbour.pk]})
    assert refused.context["form"].non_field_errors() == [
        "Choose a tag to add, one to take out, or two different ones."
    ]


def sent(page):
    """Return what a browser would send by the search and by the list of stories below it."""
    forms = html.fromstring(page.content.decode()).xpath("//form[contains(@class, 'narrow')]")
    return [dict(form.form_values()) for form in forms]


def test_split_lists_the_stories_of_its_own_tag_alone(client, bridges):
    """Sixty others hold its name in theirs, more than a word of the search line stands for, and so does a story's."""
    for number in range(60):
        make_tag(f"Airport {number}")
    port, party = make_tag("Port"), make_tag("Port party")
    merged = make_tag("Docks")
    merging.merge([merged], into=port, by=make_chief())
    ships, cranes = make_tagged(port, headline="Ships wait"), make_tagged(merged, headline="Cranes turn")
    draft = make_revision(headline="Ships sail", tags=[revisions.reference(port)]).article
    make_tagged(party, headline="Ships of the party")
    client.force_login(make_chief())
    tag = html.fromstring(client.get(reverse("admin:articles_tag_change", args=[port.pk])).content.decode())
    [split] = tag.xpath("//a[text()='Split']/@href")
    page = client.get(split)
    assert list(page.context["stories"]) == [draft, cranes, ships]
    assert page.context["form"]["remove"].value() == port.pk
    page = client.get(reverse("admin:articles_tag_retag"), sent(page)[0] | {"q": "ships"})
    assert list(page.context["stories"]) == [draft, ships]
    data = sent(page)[1] | {"story": [ships.pk], "add": bridges[2].pk}
    page = client.post(reverse("admin:articles_tag_retag"), data)
    assert told(page.context["outcomes"]) == [(True, True, "")]
    assert shown(ships) == ["Harbour bridge"]
    assert list(page.context["stories"]) == [draft]


def test_stories_chosen_in_the_list_are_retagged_and_the_answer_says_which_were_not(client, bridges):
    old, _twin, new = bridges
    sport, city = make_section("Sport"), make_section("City")
    mine, others = (make_tagged(old, section=revisions.reference(section)) for section in (city, sport))
    client.force_login(make_user("ben", "editor", sections=[city]))
    listed = html.fromstring(client.get(reverse("admin:articles_article_changelist")).content.decode())
    boxes = listed.xpath("//input[@type='checkbox' and @name='story' and @form='chosen-stories']/@value")
    assert boxes == [str(others.pk), str(mine.pk)]
    [action] = listed.xpath("//form[@id='chosen-stories']/@action")
    page = client.get(action, {"story": boxes})
    assert list(page.context["stories"]) == [others, mine]
    ticked = html.fromstring(page.content.decode()).xpath("//input[@name='story' and @checked]/@value")
    assert ticked == boxes
    done = client.post(action, {"story": ticked, "add": new.pk, "remove": old.pk})
    assert told(done.context["outcomes"]) == [
        (False, False, "Your account may not change its tags."), (True, True, ""),
    ]  # fmt: skip
    assert [shown(mine), shown(others)] == [["Harbour bridge"], ["Bridges"]]


@pytest.mark.parametrize(
    ("role", "sees"), [("legal", False), ("picture desk", False), ("tag desk", True), ("reporter", True)]
)
def test_who_can_change_no_tags_is_offered_no_boxes(client, role, sees):
    make_published()
    client.force_login(make_user("somebody", role))
    page = client.get(reverse("admin:articles_article_changelist")).content.decode()
    assert ("chosen-stories" in page) == sees
