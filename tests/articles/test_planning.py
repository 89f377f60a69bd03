"""The page of a story's times and people, and the two acts of the story's form, as Ana, Ben, Clara and Lena use them."""

import re
from datetime import timedelta

import pytest
from django.utils import timezone
from lxml import html

from articles import clearance, schedule, workflow
from articles.clock import local
from articles.models import Article, PlannedChange
from articles.revisions import reference
from articles.writing.outlook import outlook
from desk.alarms import alarms
from tests.factories import make_chief, make_content, make_published, make_revision, make_tag, make_user
from tests.pages import said

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)


@pytest.fixture
def plan(client):
    """A function: plan(user, article, act, **fields) sends the page's form and returns the page that follows."""

    def send(user, article, act, **fields):
        client.force_login(user)
        data = {"act": act} | {name.replace("_", "-", 1): value for name, value in fields.items()}
        return client.post(f"/admin/articles/article/{article.pk}/planning/", data, follow=True)

    return send


def typed(at):
    return local(at).strftime("%Y-%m-%dT%H:%M")


def whole_hour_ahead(hours=1):
    now = timezone.now().replace(minute=0, second=0, microsecond=0)
    return now + timedelta(hours=hours + 1)


def clock_of(at):
    return (
        local(at).strftime("%H:%M EET") if local(at).tzname() == "EET" else local(at).strftime("%H:%M EEST")
    )


def test_a_story_is_set_for_later_and_the_page_says_which_version_goes_out(ben, plan):
    article, at = make_revision(by=ben).article, whole_hour_ahead(48)
    page = plan(ben, article, "later:1", later_at=typed(at))
    article.refresh_from_db()
    assert (article.visible_from, article.live_revision.number) == (at, 1)
    lines = outlook(article).lines
    assert len(lines) == 1
    assert lines[0].startswith(clock_of(at)) and lines[0].endswith(" publishes version 1.")
    assert lines[0] in page.content.decode()


def test_the_version_goes_out_that_the_editor_saw_not_one_saved_meanwhile(ben, plan, client):
    article, at = make_revision(by=ben).article, whole_hour_ahead()
    client.force_login(ben)
    page = client.get(f"/admin/articles/article/{article.pk}/planning/").content.decode()
    workflow.save(article, make_content(headline="Unseen"), by=ben, base=1)
    plan(ben, article, re.search(r'value="(later[^"]*)"', page)[1], later_at=typed(at))
    article.refresh_from_db()
    assert (article.headline, article.version) == ("Harbour bridge reopens after two years", 2)
    assert outlook(article).instead == 2


def test_a_newer_version_is_told_and_sent_instead(ben, plan):
    article, at = make_revision(by=ben).article, whole_hour_ahead()
    schedule.publish_later(article.latest_revision, by=ben, at=at)
    newest = workflow.save(article, make_content(headline="Newest"), by=ben, base=1)
    seen = outlook(Article.objects.get())
    assert (seen.lines[-1], seen.instead) == ("You are on version 2.", 2)
    plan(ben, article, "instead:2")
    assert Article.objects.get().live_revision == newest


def test_the_story_s_form_says_it_too_and_sends_what_is_typed(ben, client):
    article, at = make_revision(by=ben).article, whole_hour_ahead()
    schedule.publish_later(article.latest_revision, by=ben, at=at)
    workflow.save(article, make_content(headline="Newest"), by=ben, base=1)
    client.force_login(ben)
    text = client.get(f"/admin/articles/article/{article.pk}/change/").content.decode()
    assert "You are on version 2." in text
    assert '<button name="act" value="instead" class="plain">Send 2 instead</button>' in text


def form_data(article, act, **more):
    data = {
        "base": article.version,
        "headline": "Changed",
        "standfirst": "Trams cross the river in Marrow again.",
        "genre": "news",
        "language": "en",
        "section": article.working_section_id,
        "body": "<p>The harbour bridge in Marrow reopens to trams, the city says.</p>",
        "bylines-0-author": article.latest_revision.content["bylines"][0]["author"]["id"],
        "bylines-0-role": "text",
        "act": act,
    }
    data |= {"bylines-TOTAL_FORMS": 1, "bylines-INITIAL_FORMS": 0}
    return data | {"ticker_links-TOTAL_FORMS": 0, "ticker_links-INITIAL_FORMS": 0} | more


def test_what_is_typed_is_planned_from_the_story_s_form(ben, client):
    article, at = make_published(by=ben), whole_hour_ahead()
    client.force_login(ben)
    page = f"/admin/articles/article/{article.pk}/change/"
    response = client.post(
        page, form_data(article, "later", **{"later-at": typed(at), "kind": "typo"}), follow=True
    )
    planned = PlannedChange.objects.get()
    assert (planned.revision.number, planned.at, planned.kind) == (2, at, "typo")
    assert said(response)[-1].endswith("publishes version 2.")


def test_an_hour_that_comes_twice_is_asked_about_with_the_text_saved(ben, client):
    article = make_revision(by=ben).article
    client.force_login(ben)
    data = form_data(article, "later", **{"later-at": "2027-10-31T03:30"})
    response = client.post(f"/admin/articles/article/{article.pk}/change/", data, follow=True)
    text = response.content.decode()
    assert said(response) == ["Your text is saved as version 2."]
    assert (
        "03:30 comes twice on 31 October 2027, when clocks are put back: choose 03:30 EEST or 03:30 EET."
        in text
    )
    assert '<option value="1">03:30 EET</option>' in text
    assert Article.objects.get().publish_at is None


def test_the_second_of_the_two_is_chosen_there(ben, plan):
    article = make_revision(by=ben).article
    plan(ben, article, "later:1", later_at="2027-10-31T03:30", later_which="1")
    assert Article.objects.get().visible_from.isoformat() == "2027-10-31T01:30:00+00:00"


def test_a_held_change_stands_on_the_page_and_is_set_aside_there(ben, plan):
    article = make_published(by=ben)
    later = workflow.save(article, make_content(headline="Later"), by=ben, base=1)
    planned = schedule.publish_later(later, by=ben, at=timezone.now() + HOUR)
    workflow.publish(workflow.save(article, make_content(headline="Now"), by=ben, base=2), by=ben)
    alarms = outlook(Article.objects.get()).alarms
    assert alarms == ["It was planned over version 1 and readers see version 3 meanwhile: it will be held."]
    schedule.apply_due(timezone.now() + 2 * HOUR)
    alarms = outlook(Article.objects.get()).alarms
    assert len(alarms) == 1
    assert alarms[0].startswith("Version 2 was to go out at ")
    assert alarms[0].endswith(
        " and was held. It was planned while readers saw version 1; they see version 3 meanwhile."
    )
    page = plan(ben, article, f"set-aside:{planned.pk}")
    assert said(page) == ["Called off; version 2 stays among the versions."]
    assert outlook(Article.objects.get()).alarms == []


def test_only_the_chief_finds_a_way_to_lift_an_embargo(ana, ben, plan, client):
    article = make_revision(by=ana).article
    plan(ana, article, "embargo", embargo_by_hand="on", embargo_text="Hold for release")
    assert outlook(Article.objects.get()).lines == ["Embargoed until it is released by hand."]
    client.force_login(ben)
    assert (
        "Lift the embargo"
        not in client.get(f"/admin/articles/article/{article.pk}/planning/").content.decode()
    )
    page = plan(ben, article, "lift", lift_reason="Because.")
    assert said(page) == ["Only the chief editor can change or lift an embargo."]
    assert Article.objects.get().embargo_by_hand
    page = plan(make_chief(), article, "lift", lift_reason="The ministry called.")
    assert said(page) == ["The embargo is lifted."]
    assert not Article.objects.get().embargo_by_hand


def test_an_embargo_without_a_time_is_asked_for_one(ana, plan):
    article = make_revision(by=ana).article
    page = plan(ana, article, "embargo", embargo_at="")
    assert "Give a time, or say that it is released by hand." in page.content.decode()


def test_a_story_expires_and_does_not(ben, plan):
    article, at = make_published(by=ben), whole_hour_ahead()
    plan(ben, article, "expiry", expiry_at=typed(at))
    assert Article.objects.get().visible_until == at
    assert said(plan(ben, article, "expiry", expiry_at="")) == ["The story does not expire."]


def test_work_is_given_out_with_a_time(ana, ben, plan):
    article, at = make_revision(by=ben).article, whole_hour_ahead()
    plan(ben, article, "assign", assign_assignee=ana.pk, assign_at=typed(at))
    article.refresh_from_db()
    assert (article.assignee, article.due_at) == (ana, at)
    lena = make_user("lena", "legal")
    page = plan(ben, article, "assign", assign_assignee=lena.pk)
    assert "Select a valid choice" in page.content.decode()


@pytest.mark.parametrize(
    ("act", "mine", "theirs"),
    [
        ("assign", {"assign_assignee": "rita"}, {"assign_assignee": "ana"}),
        ("expiry", {"expiry_at": 30}, {"expiry_at": 20}),
        ("embargo", {"embargo_at": 30}, {"embargo_by_hand": "on"}),
    ],
)
def test_of_two_who_set_the_same_thing_the_second_is_told(ana, ben, plan, client, act, mine, theirs):
    clara, rita = make_chief(), make_user("rita", "reporter")
    people = {"rita": rita.pk, "ana": ana.pk}

    def sent(fields):
        return {
            name: typed(whole_hour_ahead(value)) if isinstance(value, int) else people.get(value, value)
            for name, value in fields.items()
        }

    article = make_revision(by=ben).article
    client.force_login(clara)
    seen = client.get(f"/admin/articles/article/{article.pk}/planning/").context["seen"][act]
    plan(ben, article, act, seen=seen, **sent(theirs))
    stands = Article.objects.get()
    page = plan(clara, article, act, seen=seen, embargo_reason="Court", **sent(mine))
    assert said(page) == ["Somebody changed this in the meantime: see how it stands now."]
    after = Article.objects.get()
    names = ("assignee", "due_at", "expires_at", "embargo_until", "embargo_by_hand")
    assert [getattr(after, name) for name in names] == [getattr(stands, name) for name in names]
    again = page.context["seen"][act]
    page = plan(clara, article, act, seen=again, **({"embargo_reason": "Court"} | sent(mine)))
    assert said(page) != ["Somebody changed this in the meantime: see how it stands now."]
    assert [getattr(Article.objects.get(), name) for name in names] != [
        getattr(stands, name) for name in names
    ]


OVERTAKEN = "Somebody changed this in the meantime: see how it stands now."


def field_of(page, name, act):
    """Return what the form of a page sends in its field ``name``, of the form whose button does ``act``."""
    (form,) = html.fromstring(page.content.decode()).xpath(f"//form[.//button[@value='{act}']]")
    return form.fields[name]


def test_an_older_page_puts_no_plan_in_the_place_of_somebody_s(ben, plan, client):
    article, clara, at = make_published(by=ben), make_chief(), whole_hour_ahead(8)
    workflow.save(article, make_content(headline="Clara's"), by=clara, base=1)
    client.force_login(clara)
    page = client.get(f"/admin/articles/article/{article.pk}/planning/")
    bens = workflow.save(article, make_content(headline="Ben's"), by=ben, base=2)
    schedule.publish_later(bens, by=ben, at=at)
    act = "later:2"
    page = plan(clara, article, act, seen=field_of(page, "seen", act), later_at=typed(at + HOUR))
    assert said(page) == [OVERTAKEN]
    waits = PlannedChange.objects.get()
    assert (waits.revision, waits.state, waits.at) == (bens, "waiting", at)
    # She looked, and means it.
    act = "later:3"
    page = plan(clara, article, act, seen=field_of(page, "seen", act), later_at=typed(at + HOUR))
    assert [(row.at, row.state) for row in PlannedChange.objects.order_by("pk")] == [
        (at, "cancelled"),
        (at + HOUR, "waiting"),
    ]


def test_an_older_page_neither_calls_off_nor_changes_what_somebody_set_anew(ben, plan, client):
    clara, at = make_chief(), whole_hour_ahead(3)
    first = make_revision(by=ben)
    article = schedule.publish_later(first, by=clara, at=at).article
    workflow.save(article, make_content(headline="Second"), by=clara, base=1)
    client.force_login(clara)
    page = client.get(f"/admin/articles/article/{article.pk}/planning/")
    schedule.publish_later(first, by=ben, at=at + HOUR)
    for act in ("call-off", "instead:2"):
        assert said(plan(clara, article, act, seen=field_of(page, "seen", act))) == [OVERTAKEN]
        after = Article.objects.get()
        assert (after.visible_from, after.live_revision) == (at + HOUR, first)
    page = plan(clara, article, "")
    assert said(plan(clara, article, "call-off", seen=field_of(page, "seen", "call-off"))) == [
        "Called off: the story is an unpublished draft again."
    ]


@pytest.mark.parametrize("act", ["later", "instead"])
def test_an_older_form_of_the_story_plans_nothing_over_somebody_s_plan(ben, client, act):
    article, clara, at = make_published(by=ben), make_chief(), whole_hour_ahead(8)
    if act == "instead":
        schedule.publish_later(
            workflow.save(article, make_content(headline="First plan"), by=ben, base=1), by=ben, at=at - HOUR
        )
    workflow.save(article, make_content(headline="Looked at"), by=ben, base=Article.objects.get().version)
    client.force_login(clara)
    address = f"/admin/articles/article/{article.pk}/change/"
    page = client.get(address)
    bens = Article.objects.get().latest_revision
    planned = schedule.publish_later(bens, by=ben, at=at)
    data = form_data(Article.objects.get(), act, **{"later-at": typed(at + HOUR)})
    data |= {"tab": "00000000-0000-4000-8000-000000000001", "later-seen": field_of(page, "later-seen", act)}
    page = client.post(address, data, follow=True)
    assert said(page) == [f"Your text is saved as version {bens.number + 1}.", OVERTAKEN]
    planned.refresh_from_db()
    assert (planned.revision, planned.state) == (bens, "waiting")
    assert field_of(page, "later-at", "later") == typed(at + HOUR)


def test_who_calls_off_what_went_out_a_moment_before_is_told(ben, plan):
    article = make_published(by=ben)
    later = workflow.save(article, make_content(headline="Later"), by=ben, base=1)
    planned = schedule.publish_later(later, by=ben, at=timezone.now() + HOUR)
    schedule.apply_due(timezone.now() + 2 * HOUR)
    page = plan(ben, article, f"set-aside:{planned.pk}")
    assert said(page) == ["It was settled before you called it off: see what readers see now."]
    assert Article.objects.get().headline == "Later"


def test_a_reporter_gives_no_work_out(ana, plan):
    rita = make_user("rita", "reporter")
    article = make_revision(by=ana).article
    assert said(plan(ana, article, "assign", assign_assignee=rita.pk)) == [
        "Only an editor of its section can give a story to somebody."
    ]


# Legal


def test_a_later_edit_has_to_be_cleared_again_and_the_page_leads_to_the_difference(ana, ben, plan):
    lena = make_user("lena", "legal")
    article = make_revision(by=ana).article
    plan(ana, article, "legal:yes")
    with pytest.raises(workflow.NotAllowed, match="Legal has to clear this version before it goes out."):
        workflow.publish(article.latest_revision, by=ben)
    assert said(plan(lena, article, "clear:1", clear_reason="Sources seen.")) == ["Version 1 is cleared."]
    edited = workflow.save(article, make_content(headline="Another"), by=ana, base=1)
    with pytest.raises(workflow.NotAllowed, match="Legal cleared version 1; the text has changed since"):
        workflow.publish(edited, by=ben)
    text = plan(lena, article, "").content.decode()
    assert f"/admin/articles/article/{article.pk}/compare/?before=1&amp;after=2" in text
    plan(lena, article, "clear:2")
    workflow.publish(edited, by=ben)
    assert Article.objects.get().is_published()


def test_the_very_words_that_were_cleared_may_go_out_as_another_version(ana, ben):
    lena = make_user("lena", "legal")
    first = make_revision(by=ana)
    clearance.require_legal(first.article, True, by=ana)
    clearance.clear(first, by=lena)
    workflow.save(first.article, make_content(headline="Another"), by=ana, base=1)
    again = workflow.restore(first, by=ana, base=2)
    workflow.publish(again, by=ben)
    assert Article.objects.get().live_revision.number == 3


@pytest.mark.parametrize("who", ["reporter", "editor", "chief editor"])
def test_nobody_but_legal_clears_or_says_that_it_needs_no_clearance(who, ana):
    user = make_user("somebody", who)
    article = make_revision(by=user if who == "reporter" else ana).article
    clearance.require_legal(article, True, by=ana if who != "reporter" else user)
    with pytest.raises(workflow.NotAllowed, match="Only legal can clear a story."):
        clearance.clear(article.latest_revision, by=user)
    with pytest.raises(workflow.NotAllowed, match="Only legal can say"):
        clearance.require_legal(article, False, by=user)


# Back to the writer


def test_a_story_goes_back_with_a_reason_that_its_writer_reads(ana, ben, client):
    article = make_revision(by=ana).article
    workflow.set_state(article, "review", by=ana)
    client.force_login(ben)
    page = f"/admin/articles/article/{article.pk}/change/"
    response = client.post(page, form_data(article, "send-back", sent_back=" "), follow=True)
    assert said(response)[-1] == "Say what is to be done; its writer reads it."
    article = Article.objects.get()
    client.post(page, form_data(article, "send-back", sent_back="The second quotation has no source."))
    client.force_login(ana)
    text = client.get(page).content.decode()
    assert "Sent back by ben:" in text
    assert "The second quotation has no source." in text
    board = client.get("/admin/").context["alarms"]
    assert [(name, [alarm.told for alarm in rows]) for name, _title, rows in board] == [
        ("sent-back", ["ben: The second quotation has no source."])
    ]
    article = workflow.set_state(article, "review", by=ana)
    assert (article.state, article.sent_back) == ("review", "")


def test_nothing_is_sent_back_that_was_not_handed_in_nor_by_its_writer(ana, ben):
    article = make_revision(by=ana).article
    with pytest.raises(workflow.NotAllowed, match="was not handed in"):
        workflow.send_back(article, by=ben, reason="Why not?")
    workflow.set_state(article, "review", by=ana)
    with pytest.raises(workflow.NotAllowed, match="Only an editor of its section can send a story back."):
        workflow.send_back(article, by=ana, reason="Mine.")


# Four eyes


def test_who_wrote_the_last_version_needs_a_reason_that_is_read_in_the_morning(ben, client, settings):
    settings.FOUR_EYES = True
    revision = make_revision(by=ben, headline="Written at night")
    with pytest.raises(workflow.NotAllowed, match="Nobody else has read what you wrote"):
        workflow.publish(revision, by=ben)
    act = workflow.publish(revision, by=ben, alone="Nobody else is here.")
    assert act.alone == "Nobody else is here."
    client.force_login(make_chief())
    board = client.get("/admin/").context["alarms"]
    assert [(name, [(str(row.story), row.told) for row in rows]) for name, _title, rows in board] == [
        ("alone", [("Written at night", "Version 1, ben: Nobody else is here.")])
    ]


def test_another_pair_of_eyes_needs_none(ana, ben, settings):
    settings.FOUR_EYES = True
    act = workflow.publish(make_revision(by=ana), by=ben, alone="Kept out")
    assert act.alone == ""


def alone(story, by):
    """Whether ``by`` has to say why, if the newest version is published."""
    return workflow.wants_reason_alone(Article.objects.get(pk=story.pk).latest_revision, by)


def change(story, by, **content):
    story = Article.objects.get(pk=story.pk)
    return workflow.save(story, story.latest_revision.content | content, by=by, base=story.version)


def test_a_tag_a_byline_or_a_picture_of_another_hand_is_no_second_pair_of_eyes(ben, settings):
    settings.FOUR_EYES = True
    story = make_revision(by=ben).article
    change(story, ben, body="<p>Written on.</p>")
    tom, pia = make_user("tom", "tag desk"), make_user("pia", "picture desk")
    change(story, tom, tags=[reference(make_tag())], byline_override="By our staff")
    change(story, pia, lead_alt="The bridge", lead_caption="The bridge on Monday")
    assert Article.objects.get().version == 4
    with pytest.raises(workflow.NotAllowed, match="Nobody else has read what you wrote"):
        workflow.publish(Article.objects.get().latest_revision, by=ben)
    assert not alone(story, make_chief())


@pytest.mark.parametrize("field", ["headline", "kicker", "standfirst", "body"])
def test_who_changes_its_words_has_read_it(ana, ben, settings, field):
    settings.FOUR_EYES = True
    story = make_revision(by=ben).article
    workflow.assign(story, by=ben, assignee=ana, due_at=None)
    assert alone(story, ben)
    change(story, ana, **{field: "<p>Hers.</p>"})
    assert not alone(story, ben)
    change(story, ben, tags=[reference(make_tag())])
    assert not alone(story, ben)
    change(story, ben, lead_caption="His again")
    assert alone(story, ben)


def test_who_calls_it_ready_has_read_it_and_no_later_version(ben, settings):
    settings.FOUR_EYES = True
    clara, story = make_chief(), make_revision(by=ben).article
    workflow.set_state(story, "ready", by=ben)
    assert alone(story, ben)
    workflow.set_state(story, "draft", by=ben)
    workflow.set_state(story, "ready", by=clara)
    assert not alone(story, ben)
    change(story, make_user("tom", "tag desk"), tags=[reference(make_tag())])
    assert not alone(story, ben)
    change(story, ben, headline="Since")
    assert alone(story, ben)
    assert not workflow.wants_reason_alone(story.revisions.get(number=2), ben)


def test_who_set_it_for_a_time_has_read_it(ben, settings):
    settings.FOUR_EYES = True
    story = make_revision(by=ben).article
    schedule.publish_later(story.latest_revision, by=make_chief(), at=timezone.now() + HOUR)
    assert not alone(story, ben)
    assert workflow.publish(story.latest_revision, by=ben).alone == ""
    online = _published(ben)
    schedule.publish_later(change(online, ben, headline="New"), by=make_chief(), at=timezone.now() + HOUR)
    assert not alone(online, ben)


@pytest.mark.parametrize(
    "set_time",
    [
        lambda story, clara: schedule.set_expiry(story, by=clara, at=timezone.now() + 9 * HOUR),
        lambda story, clara: schedule.set_embargo(story, by=clara, until=timezone.now() + 2 * HOUR),
    ],
)
def test_who_sets_an_expiry_or_an_embargo_need_not_have_read_it(ben, settings, set_time):
    settings.FOUR_EYES = True
    clara, story = make_chief(), make_revision(by=ben, headline="Waits").article
    schedule.publish_later(story.latest_revision, by=ben, at=timezone.now() + HOUR, alone="Night shift.")
    set_time(story, clara)
    assert alone(story, ben)
    assert [act.by for act in story.publish_acts.all()] == [ben, ben]
    (found,) = alarms(clara)
    assert [row.told for row in found.rows] == ["Version 1, ben: Night shift."]
    schedule.call_off(story, by=ben)
    assert alarms(clara) == []


def test_who_lets_out_what_was_held_is_not_told_to_have_done_it_alone(ben, settings):
    settings.FOUR_EYES = True
    clara, lena, story = make_chief(), make_user("lena", "legal"), make_revision(by=ben).article
    schedule.publish_later(story.latest_revision, by=ben, at=timezone.now() + HOUR, alone="Night shift.")
    clearance.require_legal(story, True, by=ben)
    Article.objects.update(publish_at=timezone.now() - HOUR)
    clearance.clear(story.latest_revision, by=lena)
    assert schedule.let_out(story, by=clara, number=1).alone == ""
    assert alarms(clara) == []


def test_who_sends_it_back_afterwards_has_not_called_it_ready(ben, settings):
    settings.FOUR_EYES = True
    clara, story = make_chief(), make_revision(by=ben).article
    workflow.set_state(story, "ready", by=clara)
    workflow.send_back(story, by=clara, reason="The mayor has to be asked.")
    assert alone(story, ben)


def test_what_readers_saw_already_is_not_read_again(ana, ben, settings):
    settings.FOUR_EYES = True
    story = _published(ben)
    change(story, make_user("tom", "tag desk"), tags=[reference(make_tag())])
    assert not alone(story, ben)
    change(story, ben, headline="New")
    assert alone(story, ben)
    assert not workflow.wants_reason_alone(story.live_revision, ben)
    waits = make_revision(by=ben).article  # set for later is not yet seen
    workflow.publish(waits.latest_revision, by=ben, at=timezone.now() + HOUR, alone="Night shift.")
    assert alone(waits, ben)


def test_a_plan_asks_for_the_reason_when_it_is_made(ben, settings):
    settings.FOUR_EYES = True
    article = _published(ben)
    later = workflow.save(article, make_content(headline="Later"), by=ben, base=1)
    with pytest.raises(workflow.NotAllowed, match="Nobody else has read what you wrote"):
        schedule.publish_later(later, by=ben, at=timezone.now() + HOUR)
    schedule.publish_later(later, by=ben, at=timezone.now() + HOUR, alone="Night shift.")
    schedule.apply_due(timezone.now() + 2 * HOUR)
    assert Article.objects.get().publish_acts.first().alone == "Night shift."


def _published(by):
    revision = make_revision(by=by)
    workflow.publish(revision, by=by, alone="First")
    return Article.objects.get(pk=revision.article_id)


def test_a_house_that_does_not_ask_for_four_eyes_is_not_asked(ben):
    assert workflow.publish(make_revision(by=ben), by=ben).alone == ""


# The dashboard


def test_a_board_without_alarms_shows_none(ben, client):
    make_published(by=ben)
    client.force_login(ben)
    response = client.get("/admin/")
    assert response.context["alarms"] == []
    assert "alarms" not in response.content.decode()


def test_the_board_shows_what_was_held_what_waits_for_legal_and_what_is_due(ana, ben, client):
    online = make_published(by=ben, headline="Held")
    late = workflow.save(online, make_content(headline="Held", kicker="Late"), by=ben, base=1)
    schedule.publish_later(late, by=ben, at=timezone.now() + HOUR)
    workflow.publish(
        workflow.save(online, make_content(headline="Held", kicker="Now"), by=ben, base=2), by=ben
    )
    schedule.apply_due(timezone.now() + 2 * HOUR)
    waits = make_revision(by=ana, headline="Waits").article
    clearance.require_legal(waits, True, by=ana)
    workflow.assign(waits, by=ben, assignee=ana, due_at=timezone.now() + HOUR)
    client.force_login(ana)
    board = client.get("/admin/").context["alarms"]
    assert [(name, [str(alarm.story) for alarm in rows]) for name, _title, rows in board] == [
        ("held", ["Held"]),
        ("due", ["Waits"]),
        ("legal", ["Waits"]),
    ]
