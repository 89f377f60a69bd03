"""The acts of the desk, on real rows: what each writes, what each refuses, and that nothing is half done."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import AuditEntry
from articles import revisions, workflow
from articles.checks import Finding, check
from articles.models import (
    Article,
    Byline,
    ConflictCopy,
    Correction,
    PublishAct,
    Related,
    Revision,
    Section,
    TaggedItem,
    TickerLink,
    Waiver,
)
from articles.models.article import FOREVER, day_key, day_of
from articles.permissions import NotAllowed
from articles.workflow import Blocked, Conflict
from delivery.models import Moment, Purge
from tests.factories import (
    byline,
    make_author,
    make_chief,
    make_content,
    make_published,
    make_revision,
    make_section,
    make_source,
    make_tag,
    make_ticker,
    make_user,
    ticker_line,
)

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)


def fresh(article):
    return Article.objects.get(pk=article.pk)


def purged():
    return set(Purge.objects.values_list("key", flat=True))


def forget_purges():
    Purge.objects.all().delete()


# Saving


def test_the_same_text_sent_again_is_the_version_that_it_became(ana, ben):
    article = make_revision(by=ana).article
    content = make_content(headline="Trams return")
    first = workflow.save(article, content, by=ana, base=1)
    assert workflow.save(article, content, by=ana, base=1) == first
    assert (fresh(article).version, ConflictCopy.objects.count()) == (2, 0)
    for who, headline, base in ((ben, "Trams return", 1), (ana, "Trams are back", 1)):
        with pytest.raises(Conflict):
            workflow.save(article, make_content(headline=headline), by=who, base=base)
    workflow.save(article, make_content(headline="Trams run"), by=ben, base=2)
    with pytest.raises(Conflict):  # another wrote since: that has to be seen
        workflow.save(article, content, by=ana, base=1)


def test_what_is_published_twice_at_once_is_one_act_and_a_minute_later_another(ben, monkeypatch):
    revision = make_revision(by=ben)
    first = workflow.publish(revision, by=ben)
    assert workflow.publish(revision, by=ben) == first
    clara = make_chief()
    assert workflow.publish(revision, by=clara).by == clara
    typo = workflow.publish(revision, by=clara, kind="typo")
    assert workflow.publish(revision, by=clara).kind == "update"
    assert PublishAct.objects.count() == 4
    later = timezone.now() + workflow.AGAIN
    monkeypatch.setattr(timezone, "now", lambda: later)
    assert workflow.publish(revision, by=clara).pk > typo.pk + 1
    workflow.withdraw(revision.article, by=clara, kind="error")
    assert workflow.publish(revision, by=clara).until is None
    assert fresh(revision.article).is_published()


def test_a_save_makes_the_next_version(ana):
    article = make_revision(by=ana).article
    saved = workflow.save(article, make_content(headline="Trams return"), by=ana, base=1)
    article = fresh(article)
    assert (saved.number, saved.base, saved.kind, saved.created_by) == (2, 1, "save", ana)
    assert (article.version, article.latest_revision, article.working_headline) == (2, saved, "Trams return")


def test_saving_what_is_there_already_makes_no_version(ana):
    first = make_revision(by=ana)
    assert workflow.save(first.article, first.content, by=ana, base=1) == first
    assert Revision.objects.count() == 1


def test_a_save_on_an_old_version_is_refused_and_both_texts_stay(ana):
    ben = make_user("ben", "editor", sections=[make_section()])
    article = make_revision(by=ana).article
    workflow.save(article, make_content(headline="What Ben wrote"), by=ben, base=1)
    with pytest.raises(Conflict) as caught:
        workflow.save(article, make_content(headline="What Ana wrote"), by=ana, base=1)
    assert str(caught.value) == "ben saved version 2 while you were writing; your text is kept."
    assert fresh(article).latest_revision.content["headline"] == "What Ben wrote"
    kept = ConflictCopy.objects.get()
    assert (kept.content["headline"], kept.by, kept.base) == ("What Ana wrote", ana, 1)


def test_a_stranger_s_late_save_is_not_kept(ana):
    article = make_revision(by=ana).article
    with pytest.raises(NotAllowed):
        workflow.save(article, make_content(headline="Mine"), by=make_user("lena", "legal"), base=0)
    assert ConflictCopy.objects.count() == 0


def test_every_save_cleans_the_body(ana):
    revision = make_revision(by=ana, body='<p onclick="x()">Hello</p><script>alert(1)</script>')
    assert revision.content["body"] == "<p>Hello</p>"


def test_the_tag_desk_signs_and_tags_but_writes_no_word(ana):
    revision = make_revision(by=ana)
    tom = make_user("tom", "tag desk")
    tagged = revision.content | {"tags": [revisions.reference(make_tag("Trams"))]}
    assert workflow.save(revision.article, tagged, by=tom, base=1).number == 2
    with pytest.raises(NotAllowed, match="You can't change this here: headline."):
        workflow.save(revision.article, tagged | {"headline": "Tom's"}, by=tom, base=2)


def test_moving_a_story_needs_rights_in_both_sections(ben):
    revision = make_revision(by=make_chief())
    sport = revisions.reference(make_section("Sport"))
    moved = revision.content | {"section": sport}
    with pytest.raises(NotAllowed, match="Moving a story needs rights in both sections"):
        workflow.save(revision.article, moved, by=ben, base=1)
    both = make_user("ben", "editor", sections=[make_section(), make_section("Sport")])
    assert workflow.save(revision.article, moved, by=both, base=1).content["section"] == sport


# Publishing


def test_publishing_fills_the_content_columns(ben):
    before = timezone.now()
    article = make_published(by=ben, kicker="Transport", urgency=3)
    assert article.headline == "Harbour bridge reopens after two years"
    assert (article.kicker, article.urgency, article.slug) == (
        "Transport",
        3,
        "harbour-bridge-reopens-after-two-years",
    )
    assert before <= article.visible_from <= timezone.now()
    assert article.visible_from == article.publish_at == article.first_published == article.updated
    assert (article.visible_until, article.live_revision.number) == (FOREVER, 1)
    assert list(Article.objects.published()) == [article]


def test_publishing_writes_act_audit_and_purges(ben):
    tag, author = make_tag("Trams"), make_author()
    article = make_published(by=ben, tags=[revisions.reference(tag)], bylines=[byline(author)])
    act = PublishAct.objects.get()
    assert (act.kind, act.by, act.since, act.until) == ("first", ben, article.visible_from, None)
    assert list(AuditEntry.objects.values_list("verb", flat=True)) == ["publish", "create"]
    assert purged() == {
        f"article:{article.pk}",
        "list:all",
        day_key(day_of(article.visible_from)),
        f"list:section:{article.section_id}",
        f"list:tag:{tag.pk}",
        f"list:author:{author.pk}",
    }


def test_publishing_writes_the_rows_in_order(ben):
    ana, wire = make_author("Ana Petrenko"), make_source()
    other, ticker = make_published(), make_ticker()
    article = make_published(
        by=ben,
        bylines=[byline(ana, place="Marrow"), byline(wire)],
        tags=[revisions.reference(make_tag(name)) for name in ("Trams", "Bridges")],
        ticker_links=[ticker_line(article=ticker), ticker_line("Elsewhere", url="https://live.example/")],
        related=[revisions.reference(other)],
    )
    rows = Byline.objects.filter(article=article)
    assert [(row.author, row.source, row.name, row.place) for row in rows] == [
        (ana, None, "Ana Petrenko", "Marrow"),
        (None, wire, "North Wire", ""),
    ]
    assert [item.tag.name for item in TaggedItem.objects.filter(content_object=article)] == [
        "Trams",
        "Bridges",
    ]
    links = TickerLink.objects.filter(article=article)
    assert [(link.ticker, link.url) for link in links] == [(ticker, ""), (None, "https://live.example/")]
    assert [row.to for row in Related.objects.filter(article=article)] == [other]


def test_a_saved_change_leaves_the_live_text_as_it_is(ben):
    article = make_published(by=ben)
    workflow.save(article, make_content(headline="Only saved"), by=ben, base=1)
    article = fresh(article)
    assert (article.headline, article.working_headline) == (
        "Harbour bridge reopens after two years",
        "Only saved",
    )


def test_publishing_costs_the_same_with_one_tag_and_with_five(ben):
    tags = [
        revisions.reference(make_tag(name)) for name in ("Trams", "Bridges", "Ferries", "Budget", "Harbour")
    ]

    def queries(number):
        """Of a first publication, and of one that changes the order of the tags."""
        revision = make_revision(by=ben, tags=tags[:number])
        taken = []
        for version in (1, 2):
            with CaptureQueriesContext(connection) as asked:
                workflow.publish(revision, by=ben)
            taken.append(len(asked))
            turned = revision.content | {"tags": tags[:number][::-1], "headline": "Trams return"}
            revision = workflow.save(revision.article, turned, by=ben, base=version)
        return taken

    queries(1)  # what is looked up once for the whole process
    assert queries(1) == queries(5)


def test_retagging_keeps_the_rows_that_stay(ben):
    trams, bridges, ferries = (
        revisions.reference(make_tag(name)) for name in ("Trams", "Bridges", "Ferries")
    )
    article = make_published(by=ben, tags=[trams, bridges])
    kept = TaggedItem.objects.get(content_object=article, tag=bridges["id"])
    forget_purges()
    change = workflow.save(
        article, article.latest_revision.content | {"tags": [bridges, ferries]}, by=ben, base=1
    )
    workflow.publish(change, by=ben)
    items = TaggedItem.objects.filter(content_object=article)
    assert [item.tag_id for item in items] == [bridges["id"], ferries["id"]]
    assert items[0].pk == kept.pk
    assert {f"list:tag:{tag['id']}" for tag in (trams, bridges, ferries)} <= purged()


@pytest.mark.parametrize(
    ("kind", "moved"), [("typo", set()), ("update", {"updated"}), ("correction", {"corrected"})]
)
def test_each_kind_moves_its_own_time(ben, kind, moved):
    article = make_published(by=ben, at=timezone.now() - HOUR)
    change = workflow.save(article, make_content(headline="Bridge reopens"), by=ben, base=1)
    workflow.publish(change, by=ben, kind=kind)
    after = fresh(article)
    times = ["publish_at", "visible_from", "first_published", "updated", "corrected"]
    assert {name for name in times if getattr(article, name) != getattr(after, name)} == moved
    assert after.headline == "Bridge reopens"


def test_the_address_freezes_at_first_publication(ben):
    article = make_published(by=ben)
    change = workflow.save(article, make_content(headline="Other words", slug="other-words"), by=ben, base=1)
    workflow.publish(change, by=ben)
    assert fresh(article).slug == "harbour-bridge-reopens-after-two-years"


def test_a_first_publication_can_be_set_for_later(ben):
    at = timezone.now() + HOUR
    article = make_published(by=ben, at=at)
    assert (article.visible_from, article.standing()) == (at, "scheduled")
    assert list(Article.objects.published()) == []
    assert list(Article.objects.published(at)) == [article]
    assert set(Moment.objects.values_list("key", "at")) >= {("list:all", at), (f"article:{article.pk}", at)}


def test_another_version_can_take_the_place_of_a_scheduled_one(ben):
    at = timezone.now() + HOUR
    article = make_published(by=ben, at=at)
    change = workflow.save(article, make_content(headline="Better words"), by=ben, base=1)
    workflow.publish(change, by=ben, at=at + HOUR)
    article = fresh(article)
    assert (article.slug, article.visible_from, article.first_published) == (
        "better-words",
        at + HOUR,
        at + HOUR,
    )
    acts = PublishAct.objects.filter(article=article).order_by("id")
    assert [(act.kind, act.since, act.until) for act in acts] == [
        ("first", at, at),
        ("first", at + HOUR, None),
    ]


def test_a_change_to_a_live_story_is_not_set_for_later(ben):
    article = make_published(by=ben)
    change = workflow.save(article, make_content(headline="Later"), by=ben, base=1)
    with pytest.raises(NotAllowed, match="Readers already see this story"):
        workflow.publish(change, by=ben, at=timezone.now() + HOUR)


def test_an_embargo_later_than_the_schedule_wins(ben):
    revision = make_revision(by=ben)
    embargo = timezone.now() + 2 * HOUR
    Article.objects.update(embargo_until=embargo)
    workflow.publish(revision, by=ben, at=timezone.now() + HOUR)
    assert fresh(revision.article).visible_from == embargo


def test_an_embargo_until_released_by_hand_stops_publishing(ben):
    revision = make_revision(by=ben)
    Article.objects.update(embargo_by_hand=True)
    with pytest.raises(NotAllowed, match="embargoed until it is released by hand"):
        workflow.publish(revision, by=ben)


def test_a_story_expires_by_query(ben):
    revision = make_revision(by=ben)
    ends = timezone.now() + HOUR
    Article.objects.update(expires_at=ends)
    workflow.publish(revision, by=ben)
    article = fresh(revision.article)
    assert (article.visible_until, article.standing(ends), article.was_visible(ends)) == (
        ends,
        "expired",
        True,
    )
    assert list(Article.objects.published(ends)) == []


def test_a_story_that_expired_is_not_put_back_without_a_new_end(ben):
    revision = make_revision(by=ben)
    Article.objects.update(expires_at=timezone.now() - HOUR)
    with pytest.raises(NotAllowed, match="expires before it would be seen"):
        workflow.publish(revision, by=ben)


def test_an_embargo_beyond_the_expiry_stops_publishing(ben):
    revision = make_revision(by=ben)
    now = timezone.now()
    Article.objects.update(embargo_until=now + 2 * HOUR, expires_at=now + HOUR)
    with pytest.raises(NotAllowed, match="expires before it would be seen"):
        workflow.publish(revision, by=ben)


def test_a_date_in_the_past_does_not_bring_an_expired_story_back(ben):
    revision = make_revision(by=ben)
    Article.objects.update(expires_at=timezone.now() - HOUR)
    with pytest.raises(NotAllowed, match="expires before it would be seen"):
        workflow.publish(revision, by=ben, at=timezone.now() - 2 * HOUR)


def test_what_expired_stood_online_until_it_expired(ben):
    article = make_published(by=ben)
    began = PublishAct.objects.get().since
    Article.objects.update(visible_from=began - HOUR, visible_until=began)
    workflow.publish(article.latest_revision, by=ben)
    assert list(PublishAct.objects.order_by("id").values_list("until", flat=True)) == [began, None]


def test_a_reporter_cannot_publish(ana):
    with pytest.raises(NotAllowed, match="Only an editor can publish; send it to review instead."):
        workflow.publish(make_revision(by=ana), by=ana)


def test_an_editor_publishes_only_in_own_sections(ben):
    revision = make_revision(section=revisions.reference(make_section("Sport")))
    with pytest.raises(NotAllowed):
        workflow.publish(revision, by=ben)


def test_an_older_version_is_published_only_where_one_may_publish(ben):
    sport = make_revision(section=revisions.reference(make_section("Sport")))
    workflow.save(sport.article, make_content(), by=make_chief(), base=1)
    with pytest.raises(NotAllowed, match="This version stands in another section"):
        workflow.publish(sport, by=ben)
    assert fresh(sport.article).live_revision is None


def test_a_blocking_finding_stops_publishing_and_nothing_is_written(ben):
    revision = make_revision(by=ben, headline="")
    with pytest.raises(Blocked) as caught:
        workflow.publish(revision, by=ben)
    assert [found.code for found in caught.value.findings] == ["missing-headline"]
    assert fresh(revision.article).live_revision is None
    assert (PublishAct.objects.count(), Purge.objects.count()) == (0, 0)


def test_what_a_story_refers_to_must_be_there(ben):
    revision = make_revision(by=ben, tags=[{"id": 404, "name": "Ferries"}])
    with pytest.raises(NotAllowed, match="These are gone: Ferries."):
        workflow.publish(revision, by=ben)


def test_a_retired_section_takes_no_story(ben):
    revision = make_revision(by=ben)
    make_section().__class__.objects.update(retired_at=timezone.now())
    with pytest.raises(NotAllowed, match="The section Politics is retired"):
        workflow.publish(revision, by=ben)


def test_a_story_in_a_section_that_was_retired_can_still_be_corrected(ben):
    article = make_published(by=ben)
    Section.objects.update(retired_at=timezone.now())
    workflow.correct(article.latest_revision, by=ben, kind="correction", wrong="two", right="three")
    assert Correction.objects.get().right == "three"


def test_desk_notes_and_byline_notes_are_never_published(ben):
    article = make_published(
        by=ben,
        body='<p>Text.</p><aside data-block="note"><p>call her back</p></aside>',
        byline_note="A. Writer lives.",
    )
    assert article.body == "<p>Text.</p>"
    assert "call her back" in article.live_revision.content["body"]


# Correcting


def test_a_correction_is_a_public_note_and_a_time(ben):
    article = make_published(by=ben, at=timezone.now() - HOUR)
    change = workflow.save(article, make_content(headline="Bridge reopens after three years"), by=ben, base=1)
    note = workflow.correct(change, by=ben, kind="correction", wrong="two years", right="three years")
    after = fresh(article)
    assert (note.kind, note.wrong, note.right, note.at) == (
        "correction",
        "two years",
        "three years",
        after.corrected,
    )
    assert (after.updated, after.visible_from) == (article.updated, article.visible_from)
    assert note.act.kind == "correction"
    assert "list:corrections" in purged()


def test_only_what_readers_see_can_be_corrected(ben):
    with pytest.raises(NotAllowed, match="Only a story that readers see can be corrected"):
        workflow.correct(make_revision(by=ben), by=ben, kind="correction", wrong="a", right="b")
    assert Correction.objects.count() == 0


def test_a_correction_says_what_is_right(ben):
    article = make_published(by=ben)
    with pytest.raises(NotAllowed, match="Say what is right"):
        workflow.correct(article.latest_revision, by=ben, kind="correction", wrong="a", right=" ")


# Withdrawing


def test_a_withdrawn_story_is_gone_from_every_list(ben):
    tag, author = make_tag("Trams"), make_author()
    article = make_published(by=ben, at=timezone.now() - HOUR, tags=[revisions.reference(tag)])
    forget_purges()
    withdrawn = workflow.withdraw(article, by=ben, kind="error", note="We had it wrong.")
    assert withdrawn.standing() == "withdrawn"
    assert withdrawn.was_visible()
    assert list(Article.objects.published()) == []
    assert list(TaggedItem.objects.values_list("visible_from", flat=True)) == [None]
    assert list(Byline.objects.values_list("visible_from", flat=True)) == [None]
    assert PublishAct.objects.get().until == withdrawn.withdrawn_at
    assert purged() == {
        f"article:{article.pk}",
        "list:all",
        day_key(day_of(article.visible_from)),
        f"list:section:{article.section_id}",
        f"list:tag:{tag.pk}",
        f"list:author:{author.pk}",
    }


def test_a_story_withdrawn_before_it_was_seen_was_never_there(ben):
    article = make_published(by=ben, at=timezone.now() + HOUR)
    withdrawn = workflow.withdraw(article, by=ben, kind="error")
    assert (withdrawn.visible_from, withdrawn.first_published, withdrawn.was_visible()) == (None, None, False)


def test_a_story_once_seen_stays_known_as_that_when_its_return_is_called_off(ben):
    article = make_published(by=ben, at=timezone.now() - HOUR)
    workflow.withdraw(article, by=ben, kind="error")
    workflow.publish(article.latest_revision, by=ben, at=timezone.now() + HOUR)
    again = workflow.withdraw(article, by=ben, kind="legal")
    assert (again.visible_from, again.visible_until) == (article.visible_from, again.withdrawn_at)
    assert (again.first_published, again.was_visible()) == (article.first_published, True)


def test_a_withdrawn_story_can_be_published_again(ben):
    article = make_published(by=ben, at=timezone.now() - HOUR, tags=[revisions.reference(make_tag("Trams"))])
    workflow.withdraw(article, by=ben, kind="error")
    workflow.publish(article.latest_revision, by=ben)
    again = fresh(article)
    assert (again.standing(), again.slug, again.first_published) == (
        "online",
        article.slug,
        article.first_published,
    )
    assert list(TaggedItem.objects.values_list("visible_from", flat=True)) == [again.visible_from]


def test_a_draft_has_nothing_to_withdraw(ben):
    with pytest.raises(NotAllowed, match="not published"):
        workflow.withdraw(make_revision(by=ben).article, by=ben, kind="error")


def test_a_reporter_cannot_withdraw(ana):
    with pytest.raises(NotAllowed, match="Only an editor of its section can withdraw a story."):
        workflow.withdraw(make_published(), by=ana, kind="error")


# States and findings


def test_a_reporter_hands_in_and_an_editor_calls_it_ready(ana, ben):
    article = make_revision(by=ana).article
    assert workflow.set_state(article, "review", by=ana).state == "review"
    with pytest.raises(NotAllowed, match="Only an editor of its section can call a story ready"):
        workflow.set_state(article, "ready", by=ana)
    assert workflow.set_state(article, "ready", by=ben).state == "ready"


def test_a_ready_story_goes_back_to_review_when_its_reporter_writes_on(ana, ben):
    revision = make_revision(by=ana)
    workflow.set_state(revision.article, "ready", by=ben)
    workflow.save(revision.article, revision.content | {"kicker": "Trams"}, by=ben, base=1)
    assert fresh(revision.article).state == "ready"
    workflow.save(revision.article, revision.content | {"kicker": "Bridges"}, by=ana, base=2)
    assert fresh(revision.article).state == "review"
    assert AuditEntry.objects.first().detail == {"before": "ready", "after": "review", "revision": 3}


def finding(code):
    return Finding(code, "block", "body", 0, 4, "R.US President spoke.", "A scrap.", "")


def test_an_editor_lets_a_finding_stand_with_a_reason(ben):
    article = make_revision(by=ben).article
    waiver = workflow.waive(article, finding("drop-cap"), by=ben, reason="That is the firm's name.")
    assert (waiver.code, waiver.quote) == ("drop-cap", "R.US President spoke.")
    assert AuditEntry.objects.filter(verb="waive").get().detail["reason"] == "That is the firm's name."


def test_a_finding_of_any_length_is_let_stand_and_another_of_that_length_is_not(ben):
    tail = "".join(chr(0x4E00 + number % 9000 * 7 % 20000) for number in range(3000))
    body = f"<p>R.US President {tail} spoke.</p><p>R.US President {tail[::-1]} spoke.</p>"
    revision = make_revision(by=ben, body=body)
    first, second = check(revision)
    workflow.waive(revision.article, first, by=ben, reason="That is its\0 name.")
    assert check(revision) == [second]
    assert Waiver.objects.get().reason == "That is its name."


def test_other_blocking_findings_cannot_be_ignored(ben):
    with pytest.raises(NotAllowed, match="has to be mended"):
        workflow.waive(make_revision(by=ben).article, finding("desk-note"), by=ben, reason="Because.")
    assert Waiver.objects.count() == 0


def test_ignoring_needs_a_reason_and_an_editor(ana, ben):
    article = make_revision(by=ana).article
    with pytest.raises(NotAllowed, match="Give a reason"):
        workflow.waive(article, finding("drop-cap"), by=ben, reason=" ")
    with pytest.raises(NotAllowed, match="Only an editor"):
        workflow.waive(article, finding("drop-cap"), by=ana, reason="Because.")


def test_an_editor_takes_copy_that_came_without_a_section(ben):
    revision = make_revision(by=make_user("wire-desk", "reporter"), section=None)
    placed = revision.content | {"section": revisions.reference(make_section())}
    assert workflow.save(revision.article, placed, by=ben, base=1).number == 2


def test_an_editor_places_it_in_an_own_section_alone(ben):
    revision = make_revision(by=make_user("wire-desk", "reporter"), section=None)
    placed = revision.content | {"section": revisions.reference(make_section("Sport"))}
    with pytest.raises(NotAllowed, match="Moving a story needs rights in both sections"):
        workflow.save(revision.article, placed, by=ben, base=1)


def test_no_later_act_is_called_the_first(ben):
    article = make_published(by=ben)
    change = workflow.save(article, make_content(headline="Changed"), by=ben, base=1)
    assert workflow.publish(change, by=ben, kind="first").kind == "update"
