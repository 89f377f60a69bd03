"""An agency's kill, hold or correction reaches every story that was made of the copy, and stays until it is answered."""

from datetime import timedelta
from functools import partial

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts.models import AuditEntry, User
from articles import body, clearance, schedule, workflow
from articles.models import Article, ConflictCopy
from articles.permissions import NotAllowed
from articles.writing import conflicts, translations
from articles.writing.outlook import outlook
from tests.articles.test_concurrency import at_once
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
REFUSAL = "^The agency wants back the copy that this story was made of; answer its alarm first.$"
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


@pytest.mark.parametrize("kind", ["error", "legal"])
def test_a_kill_reaches_a_story_that_was_withdrawn_for_something_else(ben, kind):
    article = online(ben)
    workflow.withdraw(article, by=ben, kind=kind)
    assert send(KILL).article == article
    assert told() == [("kill", "Harbour bridge reopens")]
    with pytest.raises(NotAllowed, match=REFUSAL):
        workflow.publish(article.latest_revision, by=ben)
    assert not fresh(article).is_published()
    alarms.answer(alarms.of(article)[0], Answer.Act.NOTHING, by=ben, reason="We have our own man there")
    assert workflow.publish(article.latest_revision, by=ben).revision == article.latest_revision


def test_a_correction_of_what_was_withdrawn_is_copy_like_any_other(ben):
    workflow.withdraw(online(ben), by=ben, kind="error")
    assert send(CORRECTED).status == "draft"
    assert told() == []


# Translations


def translate(article, *, by, language="de"):
    """Begin the translation of ``article`` and put words into it; return that version."""
    begun = translations.begin(article, language, by=by)
    return workflow.save(
        begun.article, begun.content | {"headline": "Hafenbrücke wieder frei"}, by=by, base=1
    )


def linked_by_hand(original, *, by, **content):
    """A story of its own that names ``original`` as what it translates."""
    named = {"translation_of": translations.reference(original), "language": "de"} | content
    return workflow.create(make_content(**named), by=by)


def test_a_kill_reaches_the_translation_and_keeps_it_back(ben):
    article = online(ben)
    german = translate(article, by=ben)
    send(KILL)
    assert told() == [("kill", "Hafenbrücke wieder frei"), ("kill", "Harbour bridge reopens")]
    alarms.withdraw(alarms.of(article)[0], by=ben)
    with pytest.raises(NotAllowed, match=REFUSAL):
        workflow.publish(german, by=ben)
    assert Article.objects.published().count() == 0


def test_a_translation_that_is_set_for_later_is_held(ben):
    german = translate(online(ben), by=ben)
    schedule.publish_later(german, by=ben, at=timezone.now() + HOUR)
    send(KILL)
    assert fresh(german.article).visible_from is None


def test_a_translation_has_its_alarm_even_if_it_names_its_original_no_more(ben):
    german = translate(online(ben), by=ben)
    workflow.save(german.article, german.content | {"translation_of": None}, by=ben, base=2)
    send(KILL)
    assert told() == [("kill", "Hafenbrücke wieder frei"), ("kill", "Harbour bridge reopens")]


@pytest.mark.parametrize("state", ["draft", "online", "withdrawn"])
def test_a_kill_reaches_translations_that_were_linked_by_hand(ben, state):
    german = linked_by_hand(online(ben), by=ben, headline="Hafenbrücke wieder frei")
    linked_by_hand(workflow.create(make_content(), by=ben).article, by=ben, headline="Etwas anderes")
    if state != "draft":
        workflow.publish(german, by=ben)
    if state == "withdrawn":
        workflow.withdraw(german.article, by=ben, kind="error")
    send(KILL)
    assert told() == [("kill", "Hafenbrücke wieder frei"), ("kill", "Harbour bridge reopens")]


def test_the_story_that_a_person_finds_brings_its_translations(ben):
    send(KILL)
    story = workflow.create(make_content(headline="The bridge is open"), by=ben).article
    linked_by_hand(story, by=ben, headline="Die Brücke ist frei")
    found = alarms.find_story(alarms.open_alarms().get(), story, by=ben)
    assert found.article == story
    assert told() == [("kill", "Die Brücke ist frei"), ("kill", "The bridge is open")]


def test_no_translation_is_begun_of_what_the_agency_wants_back(ben):
    article = online(ben)
    send(KILL)
    with pytest.raises(NotAllowed, match=REFUSAL):
        translations.begin(article, "de", by=ben)
    assert Article.objects.count() == 1


def test_a_correction_is_told_at_the_translation_but_not_laid_over_its_words(ben, client):
    german = translate(online(ben), by=ben)
    send(CORRECTED)
    assert told() == [
        ("correction", "Hafenbrücke wieder frei"),
        ("correction", "Harbour bridge reopens"),
    ]
    client.force_login(ben)
    offered = []
    for alarm in alarms.open_alarms():
        page = client.get(f"/admin/agency/{alarm.pk}/")
        offered.append('value="take"' in page.content.decode())
    assert offered == [False, True]
    with pytest.raises(NotAllowed, match="^There is no change in this copy that could be taken over.$"):
        alarms.take_over(alarms.of(german.article)[0], by=ben)


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
    with pytest.raises(NotAllowed, match=REFUSAL):
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


@pytest.fixture
def waiting(ben):
    """A story of COPY that is set for an hour from now, and that hour."""
    made, at = send(COPY), timezone.now() + HOUR
    schedule.publish_later(made.revision, by=ben, at=at)
    return made.article, at


@pytest.mark.parametrize("label", ["KILL", "HOLD"])
def test_a_story_set_for_later_is_held_until_somebody_answers(ben, waiting, label):
    article, at = waiting
    send(KILL.replace("KILL", label))
    held = fresh(article)
    assert (held.visible_from, held.standing(), held.held_since is None) == (None, "scheduled", False)
    assert list(Article.objects.published(at + 24 * HOUR)) == []
    [told] = outlook(held).alarms
    assert told.endswith(
        ". The agency wants back the copy that this story was made of; answer its alarm first. "
        "It goes out at its time if this is settled before."
    )
    alarms.answer(alarms.of(article)[0], Answer.Act.NOTHING, by=ben, reason="We have our own man there")
    assert (fresh(article).visible_from, fresh(article).held_since) == (at, None)
    assert Article.objects.published(at).get() == article


def test_of_two_alarms_the_last_answer_lets_it_go(ben, waiting):
    article, at = waiting
    send(KILL)
    send(KILL + "\n\nSent again, with a word more.")
    for alarm in alarms.of(article):
        assert fresh(article).visible_from is None
        alarms.answer(alarm, Answer.Act.NOTHING, by=ben, reason="Ours")
    assert fresh(article).visible_from == at


def test_what_legal_reads_as_well_is_let_go_by_both(ben, waiting):
    article, at = waiting
    lena = make_user("lena", "legal")
    send(KILL)
    clearance.require_legal(article, True, by=ben)
    clearance.clear(article.latest_revision, by=lena)
    assert fresh(article).visible_from is None
    alarms.answer(alarms.of(article)[0], Answer.Act.NOTHING, by=ben, reason="Ours")
    assert fresh(article).visible_from == at


def test_an_answer_after_its_time_lets_nothing_out_by_itself(ben, waiting):
    article, _at = waiting
    send(KILL)
    Article.objects.update(publish_at=timezone.now() - HOUR)
    alarms.answer(alarms.of(article)[0], Answer.Act.NOTHING, by=ben, reason="Ours")
    assert not fresh(article).is_published()
    assert schedule.let_out(article, by=ben, number=1).kind == "first"


def test_a_correction_holds_no_story_that_is_set_for_later(waiting):
    article, at = waiting
    send(CORRECTED)
    assert fresh(article).visible_from == at


def test_a_story_that_a_person_finds_is_held(ben):
    send(KILL)
    story = workflow.create(make_content(headline="The bridge is open"), by=ben).article
    schedule.publish_later(story.latest_revision, by=ben, at=timezone.now() + HOUR)
    alarms.find_story(alarms.open_alarms().get(), story, by=ben)
    assert fresh(story).visible_from is None


@pytest.mark.django_db(transaction=True)
def test_two_copies_at_once_about_the_same_stories_wait_for_each_other(ben, waiting):
    first, _at = waiting
    other = workflow.create(make_content(headline="A week at the harbour"), by=ben).article
    schedule.publish_later(other.latest_revision, by=ben, at=timezone.now() + HOUR)
    Item.objects.get().articles.add(other)
    for number in range(4):
        results = at_once(*[partial(send, f"{KILL}\n\nTurn {number}, copy {copy}.") for copy in range(3)])
        assert [result.status for result in results] == ["alarm"] * 3
    assert Alarm.objects.count() == 24
    assert [fresh(story).visible_from for story in (first, other)] == [None, None]


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
    assert alarms.note_of(Article, article=article) == {}  # not before the words are in the story
    corrected = conflicts.join(kept, kept.content, by=ben, base=1)
    assert alarms.note_of(Article, article=article) == note
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
    kept = alarms.take_over(alarms.of(article)[0], by=ben)
    conflicts.join(kept, kept.content, by=ben, base=1)
    send(CORRECTED.replace("three years", "four years"))
    assert told() == [("correction", "Harbour bridge reopens")]


def test_an_alarm_stands_until_its_change_is_in_the_story(ben):
    article = online(ben)
    send(CORRECTED)
    (alarm,) = alarms.of(article)
    kept = alarms.take_over(alarm, by=ben)
    clara = make_chief()
    assert alarms.take_over(alarm, by=clara) == kept  # the one that waits, no second one
    assert (kept.agency, told(), Answer.objects.count()) == (
        "nwa",
        [("correction", "Harbour bridge reopens")],
        0,
    )
    conflicts.join(kept, kept.content, by=clara, base=1)
    assert told() == []
    assert list(Answer.objects.values_list("act", "by__username")) == [("taken", "clara")]
    assert AuditEntry.objects.first().detail == {"kind": "taken", "reason": ""}
    with pytest.raises(NotAllowed, match="^clara answered this alarm already.$"):
        alarms.take_over(alarm, by=ben)


def test_where_the_change_is_put_aside_or_not_taken_the_alarm_stands(ben):
    article = online(ben)
    send(CORRECTED)
    (alarm,) = alarms.of(article)
    first = alarms.take_over(alarm, by=ben)
    conflicts.put_aside(first, by=ben)
    second = alarms.take_over(alarm, by=ben)
    assert second != first
    conflicts.join(second, article.latest_revision.content, by=ben, base=1)  # everywhere what stood
    second.refresh_from_db()
    assert (second.outcome, fresh(article).version) == ("joined", 1)
    assert told() == [("correction", "Harbour bridge reopens")]


def test_an_alarm_that_was_answered_meanwhile_is_not_answered_again_by_the_join(ben):
    article = online(ben)
    send(CORRECTED)
    (alarm,) = alarms.of(article)
    kept = alarms.take_over(alarm, by=ben)
    alarms.answer(alarm, Answer.Act.NOTHING, by=ben, reason="We knew")
    conflicts.join(kept, kept.content, by=ben, base=1)
    assert (Answer.objects.get().act, fresh(article).version) == ("nothing", 2)


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
