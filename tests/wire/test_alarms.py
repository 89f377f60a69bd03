"""An agency's kill, hold or correction reaches every story that was made of the copy, and stays until it is answered."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts.models import AuditEntry, User
from articles import body, schedule, workflow
from articles.models import Article, ConflictCopy
from articles.permissions import NotAllowed
from tests.factories import make_author, make_chief, make_content, make_section, make_source, make_user
from wire import alarms
from wire.ingest import ingest
from wire.models import Alarm, Answer, Item

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)
COPY = (
    "Harbour bridge reopens\n\n"
    "Trams cross the river again.\n\n"
    "By Ana Petrenko\n\n"
    "MARROW, March 2, 2026 (North Wire) - The bridge reopened on Monday, the city says, after two years.\n\n"
    "Work took longer than planned because the piers had to be mended under water.\n"
)
HEADER = "Item: tag:north.example,2026:4711\nVersion: {}\nStatus: {}\nSlug: harbour-bridge\n\n"
KILL = "BULLETIN KILL\n\nHarbour bridge reopens\n\nEditors, it was a drill. Do not use it.\n"
CORRECTED = COPY.replace("Harbour", "CORRECTION: Harbour", 1).replace("after two years", "after three years")


@pytest.fixture(autouse=True)
def house():
    make_author(), make_source(code="nwa"), make_section()


@pytest.fixture
def ben():
    return make_user("ben", "editor", sections=[make_section()])


def send(copy, **options):
    return ingest(
        copy.encode(), **{"by": User.objects.get(username="wire"), "section": make_section()} | options
    )


def fresh(article):
    return Article.objects.get(pk=article.pk)


def online(by):
    """Return the story that was made of COPY, published as it came."""
    made = send(COPY)
    workflow.publish(made.revision, by=by)
    return fresh(made.article)


def told():
    return [(alarm.kind, alarm.article and str(alarm.article)) for alarm in alarms.open_alarms()]


# Raising


def test_a_kill_makes_no_story_and_raises_an_alarm_where_the_copy_was_used(ben):
    article = online(ben)
    result = send(KILL)
    assert (result.status, result.article, result.error) == ("alarm", article, "")
    assert told() == [("kill", "Harbour bridge reopens")]
    assert Article.objects.count() == 1
    assert Alarm.objects.get().earlier == article.items.get()
    entry = AuditEntry.objects.first()
    assert (entry.verb, entry.target_id, entry.actor.username) == ("agency", article.pk, "wire")
    assert entry.detail["kind"] == "kill"


@pytest.mark.parametrize("state", ["draft", "scheduled", "online", "expired"])
def test_stories_in_every_state_are_told(ben, state):
    made = send(COPY)
    if state != "draft":
        workflow.publish(made.revision, by=ben, at=timezone.now() + HOUR if state == "scheduled" else None)
    if state == "expired":
        Article.objects.update(visible_until=timezone.now())
    send(KILL)
    assert told() == [("kill", "Harbour bridge reopens")]


def test_each_story_that_used_the_copy_is_told_once(ben):
    article = online(ben)
    other = workflow.create(make_content(headline="A week at the harbour"), by=ben).article
    for item in (Item.objects.get(), send(COPY.replace("two", "some")).item):
        item.articles.add(other)
    send(KILL)
    raised = [(alarm.article.working_headline, alarm.kind) for alarm in Alarm.objects.order_by("article")]
    assert raised == [
        (article.working_headline, "kill"),
        ("A week at the harbour", "kill"),
        ("Harbour bridge reopens", "kill"),
    ]


def test_an_old_kill_stands_above_new_corrections(ben):
    online(ben)
    send(KILL)
    for number in range(3):
        send(f"{CORRECTED}\n\nAdds {number}.")
    assert [kind for kind, _article in told()] == ["kill", "correction", "correction", "correction"]


def test_the_same_notice_sent_again_raises_nothing_more(ben):
    online(ben)
    first, again = send(KILL), send(KILL)
    assert (again.status, again.item, Alarm.objects.count()) == ("known", first.item, 1)


def test_the_agency_s_number_is_enough_whatever_the_headline_says(ben):
    made = send(HEADER.format(1, "usable") + COPY)
    assert made.revision.content["sources"] == [
        {"source": "nwa", "item": "tag:north.example,2026:4711", "version": "1"}
    ]
    send(HEADER.format(2, "canceled") + "Note to customers\n\nThe copy is to be deleted from every system.\n")
    assert told() == [("kill", "Harbour bridge reopens")]


def test_a_higher_version_under_the_same_number_is_a_change(ben):
    send(HEADER.format(9, "usable") + COPY)
    result = send(HEADER.format(10, "usable") + COPY.replace("two years", "three years"))
    assert (result.status, told()) == ("alarm", [("update", "Harbour bridge reopens")])


def test_a_lower_version_or_another_number_is_copy_like_any_other(ben):
    send(HEADER.format(9, "usable") + COPY)
    other = HEADER.replace("4711", "4712").replace("harbour-bridge", "ferry")
    results = [
        send(HEADER.format(8, "usable") + COPY.replace("two", "four")),
        send(other.format(10, "usable") + COPY.replace("two", "five")),
        send(COPY.replace("two", "six")),
    ]
    assert [result.status for result in results] == ["draft", "draft", "draft"]
    assert told() == []


def test_a_slug_that_is_used_again_days_later_means_another_story(ben):
    slug = "Slug: harbour-bridge\nVersion: {}\n\n"
    made = send(slug.format(1) + COPY)
    Item.objects.filter(pk=made.item.pk).update(received_at=timezone.now() - timedelta(days=3))
    assert send(slug.format(2) + COPY.replace("two", "four")).status == "draft"
    assert send(slug.format(3) + COPY.replace("two", "five")).status == "alarm"


def test_what_another_agency_sent_is_never_meant(ben):
    article = online(ben)
    assert article.items.get().source == "nwa"
    make_source(code="sea", name="Sea Press")
    result = send(
        "KILL: Harbour bridge reopens\n\nMARROW, March 2, 2026 (Sea Press) - It was a drill, the city says.\n\nMore.\n"
    )
    assert (result.item.source, result.status) == ("sea", "draft")
    assert told() == [("kill", None)]


def test_a_kill_of_copy_that_nobody_knows_asks_a_person_for_the_story(ben):
    result = send(KILL, publish=True)
    assert (result.status, result.error) == (
        "draft",
        "This copy speaks of earlier copy; look at both before it goes out.",
    )
    assert told() == [("kill", None)]


def test_a_kill_of_what_is_withdrawn_already_is_kept_and_says_nothing(ben):
    workflow.withdraw(online(ben), by=ben, kind="agency_kill")
    result = send(KILL)
    assert (result.status, result.article, Item.objects.filter(pk=result.item.pk).exists()) == (
        "alarm",
        None,
        True,
    )
    assert (told(), Article.objects.count()) == ([], 1)


def test_copy_that_comes_after_its_kill_has_the_alarm_and_stays_a_draft(ben):
    send(HEADER.format(2, "canceled") + "Note to customers\n\nThe copy is to be deleted from every system.\n")
    assert told() == [("kill", None)]
    late = send(HEADER.format(1, "usable") + COPY, publish=True)
    assert told() == [("kill", "Harbour bridge reopens")]
    assert (late.status, late.error) == (
        "draft",
        "The agency wants back the copy that this story was made of; answer its alarm first.",
    )
    assert not fresh(late.article).is_published()


def test_a_story_found_by_a_person_has_the_alarm_from_then_on(ben):
    send(KILL)
    story = workflow.create(make_content(headline="The bridge is open"), by=ben).article
    unknown = alarms.open_alarms().get()
    found = alarms.find_story(unknown, story, by=ben)
    assert list(alarms.open_alarms()) == [found]
    assert (found.kind, found.article, unknown.answer.act) == ("kill", story, "found")


# Keeping back


def test_a_killed_draft_can_t_go_out_before_somebody_answers(ben):
    made = send(COPY)
    send(KILL)
    refusal = "^The agency wants back the copy that this story was made of; answer its alarm first.$"
    with pytest.raises(NotAllowed, match=refusal):
        workflow.publish(made.revision, by=ben)
    alarms.answer(alarms.of(made.article)[0], Answer.Act.NOTHING, by=ben, reason="We have our own man there")
    assert workflow.publish(made.revision, by=ben).kind == "first"


def test_a_correction_keeps_nothing_back(ben):
    made = send(COPY)
    send(CORRECTED)
    assert workflow.publish(made.revision, by=ben).kind == "first"


def test_a_change_planned_before_the_kill_is_held(ben):
    article = online(ben)
    change = workflow.save(article, make_content(headline="Trams run again"), by=ben, base=1)
    planned = schedule.publish_later(change, by=ben, at=timezone.now() + HOUR)
    send(KILL)
    schedule.apply_due(timezone.now() + HOUR)
    planned.refresh_from_db()
    assert (planned.state, planned.why) == (
        "held",
        "The agency wants back the copy that this story was made of; answer its alarm first.",
    )


# Answering


def test_one_act_withdraws_the_story_and_answers(ben):
    article = online(ben)
    send(KILL)
    answer = alarms.withdraw(alarms.of(article)[0], by=ben, note="The agency has withdrawn this report.")
    article = fresh(article)
    assert (article.withdrawal, article.withdrawal_note) == (
        "agency_kill",
        "The agency has withdrawn this report.",
    )
    assert (answer.act, answer.by, told()) == ("withdrawn", ben, [])
    assert list(AuditEntry.objects.values_list("verb", flat=True)[:2]) == ["answer agency", "withdraw"]


def test_a_story_that_waits_for_its_time_is_withdrawn_too(ben):
    made = send(COPY)
    workflow.publish(made.revision, by=ben, at=timezone.now() + HOUR)
    send(KILL)
    alarms.withdraw(alarms.of(made.article)[0], by=ben)
    assert not fresh(made.article).is_published(timezone.now() + 2 * HOUR)


def test_doing_nothing_needs_a_reason_that_is_kept(ben):
    article = online(ben)
    send(KILL)
    (alarm,) = alarms.of(article)
    with pytest.raises(NotAllowed, match="^Say why nothing has to be done; it is kept with your name.$"):
        alarms.answer(alarm, Answer.Act.NOTHING, by=ben, reason="  \0")
    alarms.answer(alarm, Answer.Act.NOTHING, by=ben, reason="Rewritten without it")
    assert AuditEntry.objects.first().detail == {"kind": "nothing", "reason": "Rewritten without it"}
    assert told() == []


def test_an_alarm_is_answered_once(ben):
    article = online(ben)
    send(KILL)
    (alarm,) = alarms.of(article)
    alarms.answer(alarm, Answer.Act.NOTHING, by=ben, reason="Ours")
    with pytest.raises(NotAllowed, match="^ben answered this alarm already.$"):
        alarms.withdraw(alarm, by=make_chief())
    assert fresh(article).withdrawn_at is None  # the second act is undone as a whole


def test_who_may_not_change_the_story_answers_nothing(ben):
    article = online(ben)
    send(CORRECTED)
    (alarm,) = alarms.of(article)
    rita = make_user("rita", "reporter")
    acts = [
        lambda: alarms.answer(alarm, Answer.Act.NOTHING, by=rita, reason="x"),
        lambda: alarms.take_over(alarm, by=rita),
        lambda: alarms.withdraw(alarm, by=rita),
    ]
    for act in acts:
        with pytest.raises(NotAllowed):
            act()
    assert (Answer.objects.count(), ConflictCopy.objects.count()) == (0, 0)


def test_a_correction_is_laid_over_the_text_that_its_copy_was_made_into(ben):
    article = online(ben)
    ours = workflow.save(
        article,
        article.latest_revision.content | {"headline": "Trams cross the harbour bridge"},
        by=ben,
        base=1,
    )
    send(CORRECTED)
    kept = alarms.take_over(alarms.of(article)[0], by=ben)
    assert (kept.base, kept.by) == (1, ben)
    first = article.revisions.get(number=1).content
    assert {name for name in first if kept.content[name] != first[name]} == {"body"}
    assert "after three years" in body.plain(kept.content["body"])
    assert ours.content["headline"] != kept.content["headline"] == "Harbour bridge reopens"
    assert set(article.items.all()) == set(Item.objects.all())  # the next kill finds the story by either


def test_the_note_of_a_correction_taken_over_begins_with_the_sentences_that_changed(ben):
    article = online(ben)
    send(CORRECTED)
    assert alarms.note_of(Article, article=article) == {}
    kept = alarms.take_over(alarms.of(article)[0], by=ben)
    note = {
        "wrong": "The bridge reopened on Monday, the city says, after two years.",
        "right": "The bridge reopened on Monday, the city says, after three years.",
    }
    assert alarms.note_of(Article, article=article) == note
    corrected = workflow.save(article, kept.content, by=ben, base=1)
    workflow.correct(corrected, by=ben, kind="correction", **note)
    assert alarms.note_of(Article, article=fresh(article)) == {}


def test_of_a_kill_there_is_nothing_to_take_over(ben):
    article = online(ben)
    send(KILL)
    with pytest.raises(NotAllowed, match="^There is no change in this copy that could be taken over.$"):
        alarms.take_over(alarms.of(article)[0], by=ben)
    assert told() == [("kill", "Harbour bridge reopens")]


def test_the_second_correction_finds_the_story_that_took_the_first_over(ben):
    article = online(ben)
    send(CORRECTED)
    alarms.take_over(alarms.of(article)[0], by=ben)
    send(CORRECTED.replace("three years", "four years"))
    assert told() == [("correction", "Harbour bridge reopens")]


# The record


def test_alarms_and_answers_are_only_ever_added(ben):
    article = online(ben)
    send(KILL)
    (alarm,) = alarms.of(article)
    answer = alarms.answer(alarm, Answer.Act.NOTHING, by=ben, reason="Ours")
    for row in (alarm, answer):
        for act in (
            row.save,
            row.delete,
            type(row).objects.all().delete,
            lambda row=row: type(row).objects.update(at=row.at),
        ):
            with pytest.raises(TypeError, match="^What is on record"):
                act()
    assert (Alarm.objects.count(), Answer.objects.count()) == (1, 1)


def test_the_database_takes_no_answer_without_a_reason(ben):
    article = online(ben)
    send(KILL)
    with pytest.raises(IntegrityError), transaction.atomic():
        Answer.objects.create(alarm=alarms.of(article)[0], act="nothing", by=ben, at=timezone.now())


def test_copy_from_before_is_found_by_its_headline(ben):
    from importlib import import_module

    from django.apps import apps

    online(ben)
    Item.objects.update(headline_hash="")
    import_module("wire.migrations.0002_alarms").name_what_came_before(apps, None)
    assert send(KILL).status == "alarm"
