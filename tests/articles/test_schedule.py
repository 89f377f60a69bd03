"""Publication later, planned changes, embargo and expiry: what happens when, and what is held instead of done."""

import threading
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.db import connection
from django.utils import timezone

from accounts.models import AuditEntry
from articles import clearance, jobs, schedule, workflow
from articles.models import Article, PlannedChange, PublishAct, Revision
from articles.models.article import FOREVER
from articles.permissions import NotAllowed
from delivery.models import Moment, Purge
from delivery.worker import JOBS
from tests.articles.test_concurrency import at_once
from tests.factories import (
    make_chief,
    make_content,
    make_published,
    make_revision,
    make_section,
    make_tag,
    make_user,
)

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)
KYIV = ZoneInfo("Europe/Kyiv")


def fresh(row):
    return type(row).objects.get(pk=row.pk)


def change(article, headline, *, by):
    article = fresh(article)
    return workflow.save(article, make_content(headline=headline), by=by, base=article.version)


def online(by, headline="As it stands"):
    return make_published(by=by, headline=headline)


def come(planned, ago=timedelta(0)):
    """Let the time of ``planned`` come."""
    PlannedChange.objects.filter(pk=planned.pk).update(at=timezone.now() - ago)


# A change to what readers see


def test_a_planned_change_goes_out_at_its_time_and_not_before(ben):
    article = online(ben)
    planned = schedule.publish_later(
        change(article, "As it shall be", by=ben), by=ben, at=timezone.now() + HOUR
    )
    schedule.apply_due()
    assert fresh(article).headline == "As it stands"
    schedule.apply_due(timezone.now() + HOUR)
    article = fresh(article)
    assert (article.headline, article.live_revision.number) == ("As it shall be", 2)
    assert fresh(planned).state == "applied"
    act = PublishAct.objects.filter(until=None).get()
    assert (act.kind, act.by, act.note.startswith("Planned for ")) == ("update", ben, True)


def test_what_another_published_meanwhile_stands_and_the_planned_change_is_held(ben):
    article = online(ben)
    planned = schedule.publish_later(
        change(article, "For six o'clock", by=ben), by=ben, at=timezone.now() + HOUR
    )
    right = change(article, "Corrected at five", by=ben)
    workflow.correct(right, by=ben, kind="correction", wrong="two", right="three")
    come(planned)
    schedule.apply_due()
    article = fresh(article)
    assert (article.headline, article.live_revision) == ("Corrected at five", right)
    planned = fresh(planned)
    assert (planned.state, planned.why) == (
        "held",
        "It was planned while readers saw version 1; they see version 3 meanwhile.",
    )
    assert list(schedule.held()) == [planned]
    assert AuditEntry.objects.first().verb == "held back"


def test_a_held_change_is_before_the_desk_until_somebody_sets_it_aside(ben, ana):
    article = online(ben)
    planned = schedule.publish_later(change(article, "Later", by=ben), by=ben, at=timezone.now() + HOUR)
    workflow.withdraw(article, by=ben, kind="error")
    come(planned)
    schedule.apply_due()
    assert fresh(planned).why == "Readers don't see this story any more."
    with pytest.raises(NotAllowed, match="Only an editor of its section can call this off."):
        schedule.set_aside(planned, by=ana)
    schedule.set_aside(planned, by=ben)
    assert list(schedule.held()) == []
    assert fresh(planned).why == "Called off by ben."


def test_a_change_that_went_online_by_hand_is_no_alarm(ben):
    article = online(ben)
    later = change(article, "Later", by=ben)
    planned = schedule.publish_later(later, by=ben, at=timezone.now() + HOUR)
    workflow.publish(later, by=ben)
    come(planned)
    schedule.apply_due()
    assert (fresh(planned).state, fresh(planned).why) == ("cancelled", "Readers saw this version already.")
    assert PublishAct.objects.count() == 2


def test_what_may_not_go_out_any_more_is_held_with_the_reason(ben):
    article = online(ben)
    planned = schedule.publish_later(change(article, "Later", by=ben), by=ben, at=timezone.now() + HOUR)
    clearance.require_legal(article, True, by=ben)
    come(planned)
    schedule.apply_due()
    assert fresh(planned).why == "Legal has to clear this version before it goes out."
    assert fresh(article).headline == "As it stands"
    assert PublishAct.objects.filter(until=None).get().revision.number == 1


def test_who_lost_the_right_to_publish_publishes_nothing_later(ben):
    article = online(make_chief())
    planned = schedule.publish_later(change(article, "Later", by=ben), by=ben, at=timezone.now() + HOUR)
    ben.sections.clear()
    come(planned)
    schedule.apply_due()
    assert fresh(planned).why == "ben planned it and may not publish here any more."


def test_what_stands_in_the_way_is_told_when_it_is_planned(ben):
    article = online(ben)
    empty = workflow.save(article, make_content(headline=""), by=ben, base=1)
    before = Purge.objects.count(), AuditEntry.objects.count()
    with pytest.raises(workflow.Blocked, match="headline"):
        schedule.publish_later(empty, by=ben, at=timezone.now() + HOUR)
    assert (PlannedChange.objects.count(), Purge.objects.count(), AuditEntry.objects.count()) == (0, *before)
    assert fresh(article).headline == "As it stands"


def test_of_two_plans_the_later_made_stands(ben):
    article = online(ben)
    first = schedule.publish_later(change(article, "One", by=ben), by=ben, at=timezone.now() + HOUR)
    second = schedule.publish_later(change(article, "Two", by=ben), by=ben, at=timezone.now() + 2 * HOUR)
    assert (fresh(first).state, fresh(first).why, fresh(second).state) == (
        "cancelled",
        "Planned anew.",
        "waiting",
    )


def test_the_newest_version_goes_out_instead_at_the_same_time(ben):
    article = online(ben)
    planned = schedule.publish_later(
        change(article, "Two", by=ben), by=ben, at=timezone.now() + HOUR, kind="typo"
    )
    newest = change(article, "Three", by=ben)
    with pytest.raises(NotAllowed, match="Another version was saved in the meantime"):
        schedule.send_instead(article, by=ben, number=2)
    instead = schedule.send_instead(article, by=ben, number=3)
    assert (instead.revision, instead.at, instead.kind) == (newest, planned.at, "typo")


def test_a_reporter_plans_nothing_and_the_past_is_no_plan(ana, ben):
    article = online(ben)
    later = change(article, "Later", by=ben)
    with pytest.raises(NotAllowed, match="Only an editor can publish"):
        schedule.publish_later(later, by=ana, at=timezone.now() + HOUR)
    with pytest.raises(NotAllowed, match="has passed; choose a time ahead"):
        schedule.publish_later(later, by=ben, at=timezone.now() - HOUR)
    with pytest.raises(NotAllowed, match="Readers see version 1 already."):
        schedule.publish_later(article.live_revision, by=ben, at=timezone.now() + HOUR)
    assert PlannedChange.objects.count() == 0


def test_one_plan_that_breaks_stops_no_other(ben, caplog):
    broken, whole = online(ben), online(ben)
    plans = [
        schedule.publish_later(change(story, "Later", by=ben), by=ben, at=timezone.now() + HOUR)
        for story in (broken, whole)
    ]
    for planned in plans:
        come(planned)
    Revision._base_manager.filter(pk=plans[0].revision_id).update(schema=99)
    schedule.apply_due()
    assert [fresh(planned).state for planned in plans] == ["waiting", "applied"]
    assert "broke and will be tried again" in caplog.text


def test_the_worker_looks_every_second():
    assert (jobs.apply_planned_changes, 1) in [(job.function, job.seconds) for job in JOBS]


@pytest.mark.django_db(transaction=True)
def test_two_workers_apply_a_change_once():
    ben = make_user("ben", "editor", sections=[make_section()])
    article = online(ben)
    planned = schedule.publish_later(change(article, "Later", by=ben), by=ben, at=timezone.now() + HOUR)
    come(planned)
    results = at_once(*[lambda: schedule.apply(planned.pk)] * 3)
    assert sorted(map(str, results)) == sorted(["None", "None", str(fresh(planned))])
    assert PublishAct.objects.count() == 2


@pytest.mark.django_db(transaction=True)
def test_a_worker_that_dies_between_claim_and_publication_has_done_nothing(monkeypatch):
    ben = make_user("ben", "editor", sections=[make_section()])
    article = online(ben)
    planned = schedule.publish_later(change(article, "Later", by=ben), by=ben, at=timezone.now() + HOUR)
    come(planned)
    claimed = []

    def die(*args):
        claimed.append(PlannedChange.objects.get(pk=planned.pk).state)
        raise KeyboardInterrupt

    def worker():
        try:
            schedule.apply(planned.pk)
        except KeyboardInterrupt:
            connection.close()

    with monkeypatch.context() as dying:
        dying.setattr(schedule, "_why_not", die)
        thread = threading.Thread(target=worker)
        thread.start()
        thread.join(30)
    assert claimed == ["applied"]
    assert (fresh(planned).state, fresh(article).headline) == ("waiting", "As it stands")
    schedule.apply_due()
    assert (fresh(planned).state, fresh(article).headline) == ("applied", "Later")


# A first publication later


def test_a_first_publication_later_needs_no_worker(ben):
    revision = make_revision(by=ben)
    at = timezone.now() + HOUR
    schedule.publish_later(revision, by=ben, at=at)
    assert (list(Article.objects.published()), Article.objects.published(at).count()) == ([], 1)
    assert PlannedChange.objects.count() == 0


def test_the_newest_version_takes_the_place_of_the_one_that_was_to_go_out(ben):
    revision = make_revision(by=ben)
    at = timezone.now() + HOUR
    schedule.publish_later(revision, by=ben, at=at)
    newest = change(revision.article, "Newest", by=ben)
    schedule.send_instead(revision.article, by=ben, number=2)
    article = fresh(revision.article)
    assert (article.live_revision, article.visible_from, article.headline) == (newest, at, "Newest")


def test_what_is_called_off_leaves_nothing_in_the_columns_that_readers_see(ben):
    tag = make_tag()
    revision = make_revision(by=ben, tags=[{"id": tag.pk, "name": tag.name}])
    schedule.publish_later(revision, by=ben, at=timezone.now() + HOUR)
    Purge.objects.all().delete()
    schedule.call_off(revision.article, by=ben)
    article = fresh(revision.article)
    assert (article.standing(), article.headline, article.body, article.visible_from) == (
        "never",
        None,
        None,
        None,
    )
    assert (article.tagged_items.count(), article.bylines.count()) == (0, 0)
    act = PublishAct.objects.get()
    assert act.until == act.since
    assert f"list:tag:{tag.pk}" in set(Purge.objects.values_list("key", flat=True))
    workflow.publish(revision, by=ben)
    assert fresh(article).is_published()


def test_what_readers_saw_before_is_not_called_off(ben):
    article = online(ben)
    workflow.withdraw(article, by=ben, kind="error")
    schedule.publish_later(article.latest_revision, by=ben, at=timezone.now() + HOUR)
    with pytest.raises(NotAllowed, match="Readers saw this story before; withdraw it"):
        schedule.call_off(article, by=ben)


# Embargo


def test_an_embargo_set_before_publishing_keeps_the_story_until_its_hour(ana, ben):
    revision = make_revision(by=ana)
    until = timezone.now() + HOUR
    schedule.set_embargo(revision.article, by=ana, until=until, text="Embargoed until 6 am")
    workflow.publish(revision, by=ben)
    article = fresh(revision.article)
    assert (article.visible_from, article.embargo_text) == (until, "Embargoed until 6 am")
    assert not article.is_published()
    assert article.is_published(until)
    assert Moment.objects.filter(key=article.page_key, at=until).exists()


def test_an_embargo_on_a_story_that_waits_moves_its_time(ben):
    revision = make_revision(by=ben)
    schedule.publish_later(revision, by=ben, at=timezone.now() + HOUR)
    until = timezone.now() + 3 * HOUR
    article = schedule.set_embargo(revision.article, by=ben, until=until)
    assert (article.visible_from, article.first_published) == (until, until)
    assert {row.visible_from for row in article.bylines.all()} == {until}
    assert PublishAct.objects.get(until=None).since == until


@pytest.mark.parametrize("who", ["ana", "ben"])
def test_only_the_chief_changes_or_lifts_an_embargo(who, ana, ben):
    revision = make_revision(by=ana)
    user = {"ana": ana, "ben": ben}[who]
    schedule.set_embargo(revision.article, by=user, until=timezone.now() + HOUR)
    for later in ({}, {"until": timezone.now() + 2 * HOUR}, {"by_hand": True}):
        with pytest.raises(NotAllowed, match="Only the chief editor can change or lift an embargo."):
            schedule.set_embargo(revision.article, by=user, reason="Because.", **later)


def test_the_chief_lifts_it_with_a_reason_and_readers_see_the_story_at_once(ben):
    revision, clara = make_revision(by=ben), make_chief()
    schedule.set_embargo(revision.article, by=ben, until=timezone.now() + HOUR)
    workflow.publish(revision, by=ben)
    with pytest.raises(NotAllowed, match="Give a reason; it is kept with your name."):
        schedule.set_embargo(revision.article, by=clara)
    before = timezone.now()
    article = schedule.set_embargo(revision.article, by=clara, reason="The ministry released it.")
    assert article.is_published()
    assert article.first_published >= before
    entry = AuditEntry.objects.first()
    assert (entry.verb, entry.actor, entry.detail["reason"]) == (
        "lift embargo",
        clara,
        "The ministry released it.",
    )


def test_until_released_by_hand_nothing_goes_out(ben):
    revision, clara = make_revision(by=ben), make_chief()
    schedule.publish_later(revision, by=ben, at=timezone.now() + HOUR)
    article = schedule.set_embargo(revision.article, by=ben, by_hand=True)
    assert (article.visible_from, article.standing()) == (None, "scheduled")
    assert list(Article.objects.published(timezone.now() + 1000 * HOUR)) == []
    with pytest.raises(NotAllowed, match="the chief editor can release it"):
        workflow.publish(revision, by=ben)
    article = schedule.set_embargo(article, by=clara, reason="They called.")
    assert article.visible_from == article.publish_at
    assert Article.objects.published(article.publish_at).get() == article
    assert PublishAct.objects.get(until=None).since == article.publish_at


def test_released_after_its_time_a_story_is_seen_from_the_release_on(ben):
    revision, clara = make_revision(by=ben), make_chief()
    schedule.publish_later(revision, by=ben, at=timezone.now() + HOUR)
    article = schedule.set_embargo(revision.article, by=ben, by_hand=True)
    Article.objects.filter(pk=article.pk).update(publish_at=timezone.now() - HOUR)
    before = timezone.now()
    article = schedule.set_embargo(article, by=clara, reason="They called.")
    assert before <= article.visible_from <= timezone.now()
    assert article.is_published()


def test_an_embargo_comes_too_late_for_what_readers_saw(ben):
    with pytest.raises(NotAllowed, match="Readers saw this story already"):
        schedule.set_embargo(online(ben), by=ben, until=timezone.now() + HOUR)


def test_an_embargo_that_is_over_is_no_embargo(ben):
    article = make_revision(by=ben).article
    schedule.set_embargo(article, by=ben, until=timezone.now() + HOUR)
    Article.objects.filter(pk=article.pk).update(embargo_until=timezone.now() - HOUR)
    with pytest.raises(NotAllowed, match="No embargo stands"):
        schedule.set_embargo(article, by=ben)
    assert schedule.set_embargo(article, by=ben, until=timezone.now() + HOUR).embargo_until


# Expiry


def test_a_story_expires_and_its_end_can_be_moved_while_it_stands(ben):
    article = online(ben)
    ends = timezone.now() + HOUR
    schedule.set_expiry(article, by=ben, at=ends)
    assert not Article.objects.published(ends).exists()
    assert Moment.objects.filter(key="list:all", at=ends).exists()
    assert schedule.set_expiry(article, by=ben, at=None).visible_until == FOREVER


def test_what_has_expired_does_not_come_back_by_another_date(ben):
    article = online(ben)
    past = timezone.now()
    Article.objects.filter(pk=article.pk).update(expires_at=past, visible_until=past)
    article = schedule.set_expiry(article, by=ben, at=timezone.now() + HOUR)
    assert article.standing() == "expired"
    workflow.publish(article.latest_revision, by=ben)
    assert fresh(article).visible_until == article.expires_at


def test_a_story_cannot_expire_before_it_is_seen(ben):
    revision, clara = make_revision(by=ben), make_chief()
    schedule.publish_later(revision, by=ben, at=timezone.now() + 2 * HOUR)
    with pytest.raises(NotAllowed, match="That is before readers see it"):
        schedule.set_expiry(revision.article, by=ben, at=timezone.now() + HOUR)
    schedule.set_expiry(revision.article, by=ben, at=timezone.now() + 3 * HOUR)
    with pytest.raises(NotAllowed, match="expires before it would be seen"):
        schedule.set_embargo(revision.article, by=clara, until=timezone.now() + 4 * HOUR)
    assert fresh(revision.article).embargo_until is None


def test_only_editors_say_when_a_story_expires(ana):
    with pytest.raises(NotAllowed, match="Only an editor of its section"):
        schedule.set_expiry(make_revision(by=ana).article, by=ana, at=timezone.now() + HOUR)


def test_midnight_of_the_newsroom_is_not_midnight_of_greenwich(ben):
    at = datetime(2030, 7, 1, 0, 0, tzinfo=KYIV)
    schedule.publish_later(make_revision(by=ben), by=ben, at=at)
    assert Article.objects.get().visible_from.isoformat() == "2030-06-30T21:00:00+00:00"
