"""Stories set for a time that may not go out then: held in the row itself, told, let go again or let out by a person."""

import re
from datetime import datetime, timedelta
from functools import partial
from zoneinfo import ZoneInfo

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import AuditEntry
from articles import announcing, clearance, publication, schedule, workflow
from articles.models import Article, PublishAct
from articles.permissions import NotAllowed
from articles.writing.outlook import outlook
from articles.writing.preview import preview
from delivery.models import Moment, Purge
from tests.articles.test_concurrency import at_once
from tests.factories import (
    make_chief,
    make_content,
    make_revision,
    make_section,
    make_tag,
    make_tagged,
    make_user,
)

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)
UNCLEARED = "Legal has to clear this version before it goes out."
VERSION_7 = "Harbour inquiry names the mayor"


@pytest.fixture
def lena(db):
    return make_user("lena", "legal")


@pytest.fixture
def story(ben):
    """Version 1, set for an hour from now."""
    revision = make_revision(
        by=ben, headline=VERSION_7, tags=[{"id": (tag := make_tag()).pk, "name": tag.name}]
    )
    schedule.publish_later(revision, by=ben, at=timezone.now() + HOUR)
    return fresh(revision.article)


def fresh(row):
    return type(row).objects.get(pk=row.pk)


def let_its_time_come(article):
    """Its hour was five minutes ago."""
    Article.objects.filter(pk=article.pk).update(publish_at=timezone.now() - HOUR / 12)


def seen_from(article):
    """Return the times from which readers see it, of the row and of the rows that lists walk along."""
    article = fresh(article)
    rows = [*article.tagged_items.all(), *article.bylines.all()]
    return {article.visible_from, article.first_published, *(row.visible_from for row in rows)}


def addresses(article):
    article = Article.objects.select_related("section").get(pk=article.pk)
    return [article.get_absolute_url(), "/", "/politics/", "/feeds/all.rss", "/tags/harbour-bridge/"]


def told_at(addresses):
    return [VERSION_7 in Client().get(address).content.decode() for address in addresses]


def test_without_a_request_readers_have_it_at_its_time(story, monkeypatch):
    at = story.publish_at
    monkeypatch.setattr(timezone, "now", lambda: at)
    assert told_at(addresses(story)) == [True] * 5


def test_what_legal_was_asked_about_is_at_its_time_nowhere(story, ben, monkeypatch):
    clearance.require_legal(story, True, by=ben)
    assert seen_from(story) == {None}
    assert (fresh(story).standing(), fresh(story).publish_at) == ("scheduled", story.publish_at)
    for late in (timedelta(0), 24 * HOUR):
        at = story.publish_at + late
        monkeypatch.setattr(timezone, "now", lambda at=at: at)
        assert told_at(addresses(story)) == [False] * 5
        assert Client().get(addresses(story)[0]).status_code == 404


def test_cleared_before_its_time_it_goes_out_at_its_time_without_being_set_anew(story, ben, lena):
    clearance.require_legal(story, True, by=ben)
    held = fresh(story)
    Purge.objects.all().delete()
    clearance.clear(story.latest_revision, by=lena)
    after = fresh(story)
    assert seen_from(story) == {story.publish_at}
    assert (held.held_since is None, after.held_since) == (False, None)
    act = PublishAct.objects.get(until=None)
    assert (act.since, act.by, act.kind) == (story.publish_at, ben, "first")
    assert Moment.objects.filter(key=story.page_key, at=story.publish_at).exists()
    assert {story.page_key, "list:all"} <= set(Purge.objects.values_list("key", flat=True))
    verbs = list(AuditEntry.objects.values_list("verb", flat=True)[:4])
    assert verbs == ["let go", "clear", "held back", "ask legal"]


def test_that_it_needs_no_clearance_after_all_lets_it_go_as_well(story, ben, lena):
    clearance.require_legal(story, True, by=ben)
    clearance.require_legal(story, False, by=lena)
    assert seen_from(story) == {story.publish_at}


def test_a_clearance_of_another_text_lets_nothing_go(story, ben, lena):
    newer = workflow.save(story, make_content(headline="Milder"), by=ben, base=1)
    clearance.require_legal(story, True, by=ben)
    clearance.clear(newer, by=lena)
    assert seen_from(story) == {None}
    assert outlook(fresh(story)).kept == 1
    schedule.send_instead(story, by=ben, number=2)
    after = fresh(story)
    assert (after.headline, after.visible_from, after.held_since) == ("Milder", story.publish_at, None)


def test_cleared_after_its_time_it_waits_for_a_person(story, ben, lena, ana):
    clearance.require_legal(story, True, by=ben)
    let_its_time_come(story)
    clearance.clear(story.latest_revision, by=lena)
    assert seen_from(story) == {None}
    assert outlook(fresh(story)).is_late
    schedule.set_expiry(story, by=ben, at=timezone.now() + 5 * HOUR)  # which writes its times anew
    assert seen_from(story) == {None}
    with pytest.raises(NotAllowed, match="Only an editor can publish"):
        schedule.let_out(story, by=ana, number=1)
    with pytest.raises(NotAllowed, match="This is not held any more"):
        schedule.let_out(story, by=ben, number=2)
    before = timezone.now()
    act = schedule.let_out(story, by=ben, number=1)
    assert (act.kind, act.revision.number, act.since >= before) == ("first", 1, True)
    assert fresh(story).is_published()
    assert fresh(story).held_since is None
    with pytest.raises(NotAllowed, match="This is not held any more"):
        schedule.let_out(story, by=ben, number=1)


def test_while_legal_reads_nobody_lets_it_out_or_sets_it_anew(story, ben):
    clearance.require_legal(story, True, by=ben)
    for act in (
        lambda: schedule.let_out(story, by=ben, number=1),
        lambda: workflow.publish(story.latest_revision, by=ben),
        lambda: schedule.publish_later(story.latest_revision, by=ben, at=timezone.now() + 2 * HOUR),
    ):
        with pytest.raises(NotAllowed, match=UNCLEARED):
            act()
    assert seen_from(story) == {None}


def test_what_stood_online_is_never_what_was_held(story, ben, lena):
    clearance.require_legal(story, True, by=ben)
    acts = PublishAct.objects.filter(article=story)
    assert [act.until == act.since for act in acts] == [True]
    let_its_time_come(story)
    clearance.clear(story.latest_revision, by=lena)
    schedule.let_out(story, by=ben, number=1)
    assert [act.until == act.since for act in acts.order_by("id")] == [True, False]


def test_a_held_story_is_called_off_or_withdrawn_and_nothing_of_the_hold_is_left(story, ben):
    clearance.require_legal(story, True, by=ben)
    schedule.call_off(story, by=ben)
    after = fresh(story)
    assert (after.standing(), after.held_since, after.headline) == ("never", None, None)
    other = make_revision(by=ben).article
    schedule.publish_later(other.latest_revision, by=ben, at=timezone.now() + HOUR)
    clearance.require_legal(other, True, by=ben)
    workflow.withdraw(other, by=ben, kind="legal")
    assert (fresh(other).standing(), fresh(other).held_since) == ("withdrawn", None)


def test_an_embargo_and_legal_hold_it_each_by_itself(story, ben, lena):
    clara = make_chief()
    clearance.require_legal(story, True, by=ben)
    schedule.set_embargo(story, by=ben, by_hand=True)
    schedule.set_embargo(story, by=clara, reason="They called.")
    assert seen_from(story) == {None}
    schedule.set_embargo(story, by=ben, by_hand=True)
    clearance.clear(story.latest_revision, by=lena)
    assert (seen_from(story), fresh(story).held_since) == ({None}, None)
    schedule.set_embargo(story, by=clara, reason="They called.")
    assert seen_from(story) == {story.publish_at}


def test_an_embargo_that_ends_later_says_when_it_goes_out(story, ben, lena):
    until = story.publish_at + HOUR
    schedule.set_embargo(story, by=ben, until=until)
    clearance.require_legal(story, True, by=ben)
    let_its_time_come(story)  # but the embargo's has not
    clearance.clear(story.latest_revision, by=lena)
    assert seen_from(story) == {until}


def test_a_story_that_comes_back_after_a_withdrawal_is_held_too(ben, lena):
    article = make_tagged(make_tag(), by=ben)
    first = article.first_published
    workflow.withdraw(article, by=ben, kind="error")
    at = timezone.now() + HOUR
    schedule.publish_later(article.latest_revision, by=ben, at=at)
    clearance.require_legal(article, True, by=ben)
    held = fresh(article)
    assert (held.visible_from, held.first_published, held.is_published(at)) == (None, first, False)
    clearance.clear(article.latest_revision, by=lena)
    assert (fresh(article).visible_from, fresh(article).first_published) == (at, first)


def test_what_readers_see_already_stays(ben):
    article = make_tagged(make_tag(), by=ben)
    clearance.require_legal(article, True, by=ben)
    assert fresh(article).is_published()
    assert fresh(article).held_since is None


def test_in_the_hour_that_comes_twice_it_goes_out_in_the_one_that_was_meant(ben, lena, monkeypatch):
    kyiv = ZoneInfo("Europe/Kyiv")
    clock = [datetime(2027, 10, 31, 1, 0, tzinfo=kyiv)]
    monkeypatch.setattr(timezone, "now", lambda: clock[0])
    second = datetime(2027, 10, 31, 3, 30, fold=1, tzinfo=kyiv)
    article = make_revision(by=ben).article
    schedule.publish_later(article.latest_revision, by=ben, at=second)
    clearance.require_legal(article, True, by=ben)
    clock[0] = datetime(2027, 10, 31, 3, 45, fold=0, tzinfo=kyiv)  # on the clock later, in truth before
    clearance.clear(article.latest_revision, by=lena)
    assert fresh(article).visible_from.timestamp() == second.timestamp()


def test_the_desk_previews_what_is_held(story, ben):
    clearance.require_legal(story, True, by=ben)
    answer = preview(story.latest_revision.content, article=story, by=ben)
    assert VERSION_7 in answer.content.decode()
    assert fresh(story).held_since is not None


# What the desk is told


def test_the_desk_reads_what_is_held_since_when_and_why_and_lets_it_out_by_one_press(
    story, ben, lena, client
):
    planning = f"/admin/articles/article/{story.pk}/planning/"
    client.force_login(ben)
    client.post(planning, {"act": "legal:yes"})
    told = outlook(fresh(story))
    assert told.lines == []
    assert len(told.alarms) == 1
    assert told.alarms[0].startswith("Version 1, set for ")
    assert told.alarms[0].endswith(f". {UNCLEARED} It goes out at its time if this is settled before.")
    assert "Publish version 1 now" not in client.get(planning).content.decode()
    board = {name: rows for name, _title, rows in client.get("/admin/").context["alarms"]}
    assert [str(row.story) for row in board["held"]] == [VERSION_7]
    assert " is held since " in board["held"][0].told
    words = re.findall(
        r'<span class="status status-\w+">(\w+)', client.get("/admin/articles/article/").content.decode()
    )
    assert words == ["scheduled", "held"]
    let_its_time_come(story)
    clearance.clear(story.latest_revision, by=lena)
    [alarm] = outlook(fresh(story)).alarms
    assert alarm.endswith(
        "Nothing stands in its way any more; its time has passed, so somebody has to publish it."
    )
    assert "Publish version 1 now" in client.get(planning).content.decode()
    client.post(planning, {"act": "let-out:1"})
    assert fresh(story).is_published()
    assert "held" not in {name for name, _title, _rows in client.get("/admin/").context["alarms"]}


def test_legal_clears_the_version_that_is_held_though_a_newer_one_is_written(story, ben, lena, client):
    workflow.save(story, make_content(headline="Milder"), by=ben, base=1)
    clearance.require_legal(story, True, by=ben)
    client.force_login(lena)
    planning = f"/admin/articles/article/{story.pk}/planning/"
    page = client.get(planning).content.decode()
    assert "Clear version 1" in page
    assert "Read version 1" in page
    client.post(planning, {"act": "clear:1"})
    assert seen_from(story) == {story.publish_at}
    assert "Clear version 1" not in client.get(planning).content.decode()


# Two at once, and killed


@pytest.mark.django_db(transaction=True)
def test_asked_and_set_for_a_time_at_once_it_is_never_out_uncleared():
    ben = make_user("ben", "editor", sections=[make_section()])
    at = timezone.now() + HOUR
    for _time in range(5):
        revision = make_revision(by=ben)
        at_once(
            partial(schedule.publish_later, revision, by=ben, at=at),
            partial(clearance.require_legal, revision.article, True, by=ben),
        )
        assert fresh(revision.article).needs_legal
        assert not fresh(revision.article).is_published(at)


def test_whoever_dies_while_asking_has_asked_for_nothing(story, ben, monkeypatch):
    def die(*args):
        raise KeyboardInterrupt

    for step in (
        (publication, "close_act"), (publication, "copy_visible_from"), (announcing, "address_now"), (announcing, "tell"),
    ):  # fmt: skip
        with monkeypatch.context() as dying:
            dying.setattr(*step, lambda *args, **named: die())
            with pytest.raises(KeyboardInterrupt):
                clearance.require_legal(story, True, by=ben)
        assert (fresh(story).needs_legal, seen_from(story)) == (False, {story.publish_at})
