import uuid
from datetime import UTC, datetime, timedelta

import pytest
from django.utils import timezone

from articles import revisions, workflow
from articles.models import Article, Restriction
from articles.permissions import NotAllowed
from articles.removal import enforcement
from delivery.models import Purge
from tests.factories import (
    figure,
    make_author,
    make_image,
    make_published,
    make_revision,
    make_ticker,
    make_user,
)
from tickers import console, log
from tickers.models import Entry, EntryVersion, Event, Ticker

pytestmark = pytest.mark.django_db
A_TIME = "“happened” is a time such as 2026-05-04T19:12:00+03:00."


def text(words="The bridge is open."):
    return {"body": f"<p>{words}</p>"}


def lines(ticker):
    """The log as (sequence, what, entry's number)."""
    return list(ticker.events.order_by("seq").values_list("seq", "kind", "entry__number"))


def keys(act):
    """The keys that ``act()`` makes stale."""
    before = set(Purge.objects.values_list("pk", flat=True))
    act()
    return sorted(Purge.objects.exclude(pk__in=before).values_list("key", flat=True).distinct())


def test_an_article_of_kind_ticker_has_its_row_and_a_story_has_none(ticker):
    make_published()
    assert list(Ticker.objects.values_list("pk", "status", "head", "made")) == [(ticker.pk, "live", 1, 0)]


def test_an_entry_goes_out_at_once_under_the_next_number_and_is_one_line_of_the_log(ticker, ana):
    first = log.post(ticker, text(), by=ana)
    second = log.post(ticker, {"headline": "Trams roll", "kind": "key"}, by=ana)
    assert [(e.number, e.state, e.version, e.made_by) for e in (first, second)] == [
        (1, "live", 1, ana),
        (2, "live", 1, ana),
    ]
    assert lines(ticker) == [(1, "status", None), (2, "add", 1), (3, "add", 2)]


def test_a_restricted_name_goes_into_no_entry_and_is_not_told(ticker, ana, ben):
    entry = log.post(ticker, text(), by=ana)
    row = Restriction.objects.create(name="Orest Valkyn", reason="Court order", made_by=ben)
    for content in (
        {"headline": "Orest Valkyn speaks"},
        {"body": "<p>Orest Val<strong>kyn</strong> speaks.</p>"},
    ):
        with pytest.raises(log.Refused, match=f"^Restriction R-{row.pk}, call legal.$"):
            log.post(ticker, content, by=ana)
        with pytest.raises(log.Refused, match=f"^Restriction R-{row.pk}, call legal.$"):
            log.edit(entry, content, by=ana, base=1)
    assert ticker.entries.count() == 1


@pytest.mark.parametrize("column", ["alt", "credit", "caption", "copyright"])
def test_neither_the_words_of_its_pictures_nor_its_author_bring_a_restricted_name_into_an_entry(
    column, ticker, ana, ben
):
    named, clean = make_image("Named", **{column: "By Orest Valkyn"}), make_image("Clean")
    signer = make_author("Orest Valkyn")
    row = Restriction.objects.create(name="Orest Valkyn", reason="Court order", made_by=ben)
    entry = log.post(ticker, {"body": figure(clean)}, by=ana)
    for content in ({"body": figure(named)}, {"headline": "Boats leave", "author": signer}):
        with pytest.raises(log.Refused, match=f"^Restriction R-{row.pk}, call legal.$"):
            log.post(ticker, content, by=ana)
        with pytest.raises(log.Refused, match=f"^Restriction R-{row.pk}, call legal.$"):
            log.edit(entry, content, by=ana, base=1)
    assert ticker.entries.get().body == figure(clean)


def test_who_signs_an_entry_that_readers_see_takes_no_restricted_name(ticker, ana, ben):
    signer = make_author("Mara Quist")
    entry = log.post(ticker, {"headline": "Boats leave", "author": signer}, by=ana)
    row = Restriction.objects.create(name="Orest Valkyn", reason="Court order", made_by=ben)
    signer.name = "Orest Valkyn"
    with pytest.raises(NotAllowed, match=f"^Restriction R-{row.pk}, call legal.$"):
        signer.save()
    log.delete(entry, by=ben)
    signer.save()  # nobody sees it now
    with pytest.raises(log.Refused, match=f"^Restriction R-{row.pk}, call legal.$"):
        log.restore(entry, by=ben)


def test_a_picture_that_names_it_since_keeps_an_entry_from_going_out(ticker, ana, ben):
    Ticker.objects.update(posting="review")
    image = make_image("Quay")
    waiting = log.post(ticker, {"body": figure(image)}, by=ana)
    row = Restriction.objects.create(name="Orest Valkyn", reason="Court order", made_by=ben)
    image.credit = "Orest Valkyn"
    image.save()  # nobody sees it yet
    with pytest.raises(log.Refused, match=f"^Restriction R-{row.pk}, call legal.$"):
        log.release(waiting, by=ben)
    image.credit = "Mika Torvald"
    image.save()
    assert log.release(waiting, by=ben).number == 1
    image.credit = "Orest Valkyn"
    with pytest.raises(NotAllowed, match=f"^Restriction R-{row.pk}, call legal.$"):
        image.save()


def test_the_same_key_sent_twice_makes_one_entry(ticker, ana):
    key = uuid.uuid4()
    first, again = (log.post(ticker, text(), by=ana, key=key) for _ in range(2))
    assert (first.pk, lines(ticker)) == (again.pk, [(1, "status", None), (2, "add", 1)])
    with pytest.raises(log.SentBefore):  # taken back too late, while it was on its way
        log.post(ticker, text("Other words."), by=ana, key=key)
    assert Entry.objects.count() == 1


def test_an_edit_keeps_every_version_and_the_log_holds_no_text(ticker, ana):
    entry = log.post(ticker, text("Two trams."), by=ana)
    log.edit(entry, text("Three trams."), by=ana, base=1, correction="We said two.")
    entry.refresh_from_db()
    assert (entry.body, entry.version, entry.corrected is not None) == ("<p>Three trams.</p>", 2, True)
    versions = EntryVersion.objects.order_by("number").values_list("number", "content__body", "note")
    assert list(versions) == [(1, "<p>Two trams.</p>", ""), (2, "<p>Three trams.</p>", "We said two.")]
    assert {field.name for field in Event._meta.concrete_fields} == set(
        "id ticker seq kind entry version at by".split()
    )


def test_what_was_wrong_is_one_clean_line_and_holds_no_restricted_name(ticker, ana, ben):
    entry = log.post(ticker, text("Two trams."), by=ana)
    entry = log.edit(entry, {}, by=ana, base=1, correction=" We said\n two.\0 ")
    assert (entry.correction, entry.versions.first().note) == ("We said two.", "We said two.")
    row = Restriction.objects.create(name="Orest Valkyn", reason="Court order", made_by=ben)
    refusals = {
        "It was not Orest Valkyn.": f"^Restriction R-{row.pk}, call legal.$",
        "x" * 301: "^correction is longer than 300 characters.$",
    }
    for words, refusal in refusals.items():
        with pytest.raises(log.Refused, match=refusal):
            log.edit(entry, {}, by=ana, base=2, correction=words)
    assert Entry.objects.get().correction == "We said two."


def test_a_name_restricted_since_takes_away_the_entry_whose_correction_says_it(ticker, ana, ben):
    entry = log.post(ticker, text("A man left."), by=ana)
    log.edit(entry, {}, by=ana, base=1, correction="It was not Orest Valkyn.")
    log.post(ticker, text("Boats leave."), by=ana)
    row = Restriction.objects.create(name="Orest Valkyn", reason="Court order", made_by=ben)
    enforcement.enforce()
    assert list(Entry.objects.order_by("number").values_list("state", flat=True)) == ["deleted", "live"]
    with pytest.raises(log.Refused, match=f"^Restriction R-{row.pk}, call legal.$"):
        log.restore(entry, by=ben)


def test_what_corrects_an_entry_before_it_goes_out_is_for_the_desk(ticker, ana, ben):
    Ticker.objects.update(posting="review")
    entry = log.post(ticker, text("Two trams."), by=ana)
    log.edit(entry, text("Three trams."), by=ana, base=1, correction="I miscounted.")
    entry = log.release(entry, by=ben)
    assert (entry.correction, entry.corrected, entry.versions.first().note) == ("", None, "I miscounted.")


def test_who_edits_an_old_version_is_refused_and_nothing_changes(ticker, ana, ben):
    entry = log.post(ticker, text("Two trams."), by=ana)
    log.edit(entry, text("Three trams."), by=ben, base=1)
    with pytest.raises(
        log.Stale, match="^Somebody changed this entry while you were writing; look at theirs first.$"
    ) as raised:
        log.edit(entry, text("Four trams."), by=ana, base=1)
    assert raised.value.entry.body == "<p>Three trams.</p>"
    assert Entry.objects.get().body == "<p>Three trams.</p>"


def test_an_edit_that_changes_nothing_is_no_event(ticker, ana):
    entry = log.post(ticker, text(), by=ana)
    log.edit(entry, text(), by=ana, base=1)
    assert lines(ticker) == [(1, "status", None), (2, "add", 1)]


def test_a_deleted_entry_comes_back_to_its_place(ticker, ana):
    entry = log.post(ticker, text(), by=ana)
    log.delete(entry, by=ana)
    assert log.since(ticker, 0).entries == {}
    log.restore(entry, by=ana)
    assert lines(ticker) == [(1, "status", None), (2, "add", 1), (3, "delete", 1), (4, "add", 1)]
    assert [(number, found.pk) for number, found in log.since(ticker, 3).entries.items()] == [(1, entry.pk)]


def test_what_an_editor_took_from_readers_its_writer_can_not_bring_back(ticker, ana, ben):
    entry = log.delete(log.post(ticker, text(), by=ana), by=ben)
    told = "^Only who deleted an entry or an editor of its section can bring it back.$"
    with pytest.raises(NotAllowed, match=told):
        log.restore(entry, by=ana)
    assert console.as_rows(ticker, [entry], ana)[entry.pk].count("Bring back") == 0
    assert console.as_rows(ticker, [entry], ben)[entry.pk].count("Bring back") == 1
    entry = log.restore(entry, by=ben)
    entry = log.delete(entry, by=ana)  # her own act
    assert console.as_rows(ticker, [entry], ana)[entry.pk].count("Bring back") == 1
    log.restore(entry, by=ana)
    assert (Entry.objects.get().state, Entry.objects.get().deleted_by) == ("live", None)


def test_posting_through_an_editor(ticker, ana, ben):
    Ticker.objects.update(posting="review")
    waiting, own = log.post(ticker, text("One."), by=ana), log.post(ticker, text("Two."), by=ben)
    assert [(e.state, e.number) for e in (waiting, own)] == [("waiting", None), ("live", 1)]
    log.release(waiting, by=ben)
    with pytest.raises(NotAllowed, match="^Only an editor of its section can let an entry go out.$"):
        log.release(own, by=ana)
    assert lines(ticker) == [(1, "status", None), (2, "add", 1), (3, "add", 2)]


def test_what_an_editor_let_out_its_writer_changes_no_more(ticker, ana, ben):
    Ticker.objects.update(posting="review")
    entry = log.post(ticker, text("One."), by=ana)
    log.edit(entry, text("Two."), by=ana, base=1)
    log.release(entry, by=ben)
    for act in (
        lambda: log.edit(entry, text("Three."), by=ana, base=2),
        lambda: log.delete(entry, by=ana),
        lambda: log.restore(log.delete(entry, by=ben), by=ana),
    ):
        with pytest.raises(NotAllowed):
            act()
    log.restore(entry, by=ben)
    assert [found.body for found in log.since(ticker, 0).entries.values()] == ["<p>Two.</p>"]


def test_a_name_restricted_since_keeps_an_entry_from_going_out(ticker, ana, ben):
    Ticker.objects.update(posting="delayed", delay_minutes=5)
    gone = log.delete(log.release(log.post(ticker, text("Orest Valkyn left."), by=ana), by=ben), by=ben)
    late = log.post(ticker, text("Orest Valkyn speaks."), by=ana)
    fine = log.post(ticker, text("Somebody speaks."), by=ana)
    row = Restriction.objects.create(name="Orest Valkyn", reason="Court order", made_by=ben)
    assert log.release_due(timezone.now() + timedelta(minutes=6)) == 1
    for act in (log.release, log.restore):
        with pytest.raises(log.Refused, match=f"^Restriction R-{row.pk}, call legal.$"):
            act(late if act is log.release else gone, by=ben)
    states = [Entry.objects.get(pk=entry.pk).state for entry in (gone, late, fine)]
    assert states == ["deleted", "waiting", "live"]


def test_what_readers_saw_before_a_name_was_restricted_is_taken_away(ticker, ana, ben, client):
    log.configure(ticker, {"summary": "Boats leave\nOrest Valkyn left"}, by=ben)
    for words in ("Orest Valkyn left.", "Boats leave."):
        log.post(ticker, text(words), by=ana)
    row = Restriction.objects.create(name="Orest Valkyn", reason="Court order", made_by=ben)
    enforcement.enforce()
    assert lines(ticker)[-2:] == [(5, "delete", 1), (6, "status", None)]
    ticker.refresh_from_db()
    assert ticker.summary == "Boats leave"
    client.force_login(ben)
    page = f"/admin/tickers/ticker/{ticker.pk}/change/"
    answer = client.post(page, {"summary": "Orest Valkyn left", "posting": "direct", "delay_minutes": "0"})
    assert answer.context["form"].errors == {"summary": [f"Restriction R-{row.pk}, call legal."]}
    ticker.refresh_from_db()
    assert ticker.summary == "Boats leave"


def post_named(ticker, *, by):
    """Post an entry with the name, and one without it; put the name into the key points."""
    log.configure(ticker, {"summary": "Boats leave\nOrest Valkyn left"}, by=by)
    for words in ("Orest Valkyn left.", "Boats leave."):
        log.post(ticker, text(words), by=by)


def poll(client, ticker):
    return client.get(f"/live/{ticker.pk}/since/0.json").content.decode()


def test_the_entries_of_a_ticker_that_was_withdrawn_for_its_headline_do_not_come_back_with_it(client, ben):
    article = make_ticker("Orest Valkyn on trial: live", by=ben)
    ticker = log.set_status(article.ticker, "live", by=ben)
    post_named(ticker, by=ben)
    assert "Valkyn" in poll(client, ticker)
    Restriction.objects.create(name="Orest Valkyn", reason="Court order", made_by=ben)
    enforcement.enforce(60)
    article = Article.objects.get()
    assert article.withdrawal == "legal"
    clean = revisions.content_of(article.latest_revision) | {"headline": "A man on trial: live", "slug": ""}
    workflow.publish(workflow.save(article, clean, by=ben, base=1), by=ben)
    address = Article.objects.get().get_absolute_url()
    assert address == f"/politics/a-man-on-trial-live-{article.pk}/"
    answers = [client.get(address).content.decode(), poll(client, ticker)]
    assert ["Boats leave." in answer for answer in answers] == [True, True]
    assert ["valkyn" in answer.lower() for answer in answers] == [False, False]
    assert client.get(f"{address}entry/1/").status_code == 410


@pytest.mark.parametrize("state", ["draft", "withdrawn"])
def test_the_worker_cleans_tickers_that_nobody_sees_too(state, ana, ben):
    if state == "draft":
        article = make_revision(by=ben, kind=Article.Kind.TICKER, headline="Boats: live").article
    else:
        article = make_ticker(by=ben)
        workflow.withdraw(article, by=ben, kind="error")
    post_named(article.ticker, by=ben)
    row = Restriction.objects.create(name="Orest Valkyn", reason="Court order", made_by=ben)
    with pytest.raises(NotAllowed, match=f"^Restriction R-{row.pk}, call legal.$"):
        workflow.publish(article.latest_revision, by=ben)  # it has not come by yet
    enforcement.enforce(60)
    assert [entry.body for entry in Entry.objects.live()] == ["<p>Boats leave.</p>"]
    assert Ticker.objects.get().points == ["Boats leave"]
    assert not Article.objects.published().exists()
    assert workflow.publish(article.latest_revision, by=ben).revision == article.latest_revision


def test_what_was_wrong_in_an_entry_keeps_its_ticker_back_too(ticker, ben):
    entry = log.post(ticker, text("A man was held."), by=ben)
    log.edit(entry, text("A man was heard."), by=ben, base=1, correction="It was Orest Valkyn.")
    workflow.withdraw(ticker.article, by=ben, kind="error")
    row = Restriction.objects.create(name="Orest Valkyn", reason="Court order", made_by=ben)
    assert log.why_restricted(Article.objects.get()) == f"Restriction R-{row.pk}, call legal."
    enforcement.enforce(60)
    assert (Entry.objects.live().count(), log.why_restricted(Article.objects.get())) == (0, "")


def test_what_a_ticker_says_is_read_once_more_only_where_readers_begin_to_see_it(ticker, ben):
    post_named(ticker, by=ben)
    Restriction.objects.create(name="Orest Valkyn", reason="Court order", made_by=ben)
    assert log.why_restricted(ticker.article) == ""
    assert log.why_restricted(make_published()) == ""


def test_what_waits_in_an_ended_ticker_is_looked_at_by_no_turn_of_the_worker(
    ticker, ana, ben, django_assert_num_queries
):
    Ticker.objects.update(posting="delayed", delay_minutes=5)
    late = log.post(ticker, text(), by=ana)
    log.set_status(ticker, "ended", by=ben)
    with django_assert_num_queries(1):
        assert log.release_due(timezone.now() + timedelta(minutes=6)) == 0
    log.set_status(ticker, "live", by=ben)
    assert log.release_due(timezone.now() + timedelta(minutes=6)) == 1
    assert Entry.objects.get().pk == late.pk


def test_posting_late_waits_for_its_minute_and_no_second_worker_posts_it_twice(ticker, ana):
    Ticker.objects.update(posting="delayed", delay_minutes=5)
    now = timezone.now()
    entry = log.post(ticker, text(), by=ana, at=now)
    assert (entry.state, entry.due_at) == ("delayed", now + timedelta(minutes=5))
    assert [log.release_due(now + timedelta(minutes=m)) for m in (4, 5, 6)] == [0, 1, 0]
    entry.refresh_from_db()
    assert (entry.number, entry.posted) == (1, now + timedelta(minutes=5))


def test_strangers_readers_and_other_desks_post_nothing(ticker):
    for user in (make_user("cem"), make_user("petra", "picture desk")):
        with pytest.raises(NotAllowed, match="^Only reporters and editors can post in a live ticker.$"):
            log.post(ticker, text(), by=user)


def test_a_reporter_changes_own_entries_only_and_pins_none(ticker, ana, ben):
    entry = log.post(ticker, text(), by=ben)
    for act in (
        lambda: log.edit(entry, text("x"), by=ana, base=1),
        lambda: log.delete(entry, by=ana),
        lambda: log.pin(entry, by=ana),
        lambda: log.set_status(ticker, "ended", by=ana),
    ):
        with pytest.raises(NotAllowed):
            act()
    assert lines(ticker) == [(1, "status", None), (2, "add", 1)]


def test_a_planned_end_stays_while_the_ticker_runs_and_an_end_that_was_goes_when_it_goes_on(ticker, ben):
    now = timezone.now()
    log.configure(ticker, {"ends": now + timedelta(hours=3)}, by=ben)
    states = [("paused", 0), ("live", 0), ("ended", 60), ("live", 120)]
    ends = [
        log.set_status(ticker, status, by=ben, at=now + timedelta(minutes=m)).ends for status, m in states
    ]
    planned = now + timedelta(hours=3)
    assert ends == [planned, planned, now + timedelta(minutes=60), None]


def test_an_ended_ticker_takes_no_entry_until_it_is_started_again(ticker, ana, ben):
    log.set_status(ticker, "ended", by=ben)
    with pytest.raises(log.Refused, match="^This ticker has ended; let an editor start it again first.$"):
        log.post(ticker, text(), by=ana)
    assert log.set_status(ticker, "live", by=ben).ends is None
    assert log.post(ticker, text(), by=ana).number == 1


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        ({}, "An entry needs a headline, a text or a picture."),
        ({"body": "<script>alert(1)</script>"}, "An entry needs a headline, a text or a picture."),
        ({"headline": "x" * 201}, "headline is longer than 200 characters."),
        ({"headline": "x", "kind": "shout"}, "An entry of this kind or verification does not exist."),
        ({"headline": "x", "slug": "y"}, "An entry has no field slug."),
        ({"headline": "x", "happened": datetime.min.replace(tzinfo=UTC)}, A_TIME),
        ({"headline": "x", "happened": datetime.max.replace(tzinfo=UTC)}, A_TIME),
        ({"body": "x" * 60_001}, "The text is longer than 60000 characters; part it into several entries."),
    ],
)
def test_what_no_reader_could_use_is_refused(ticker, ana, content, reason):
    with pytest.raises(log.Refused) as raised:
        log.post(ticker, content, by=ana)
    assert (str(raised.value), Entry.objects.count()) == (reason, 0)


def test_an_entry_goes_through_the_one_cleaner(ticker, ana):
    entry = log.post(ticker, {"body": '<p onclick="x()">Go <a href="javascript:x()">there</a></p>'}, by=ana)
    assert entry.body == "<p>Go there</p>"


def test_what_each_act_makes_stale(ticker, ana, ben):
    entries, running = [], "list:tickers"
    head, whole = f"ticker-head:{ticker.pk}", f"ticker:{ticker.pk}"
    assert keys(lambda: entries.append(log.post(ticker, text(), by=ana))) == [running, head]
    assert keys(lambda: entries.append(log.post(ticker, text(), by=ana))) == [head]
    assert keys(lambda: log.edit(entries[0], text("x"), by=ana, base=1)) == [head, whole]
    assert keys(lambda: log.pin(entries[0], by=ben)) == [head, whole]
    assert keys(lambda: log.delete(entries[1], by=ben)) == [head, whole]
    assert keys(lambda: log.restore(entries[1], by=ben)) == [head, whole]
    for entry in entries:
        log.delete(entry, by=ben)
    assert keys(lambda: log.restore(entries[0], by=ben)) == [running, head, whole]
    assert keys(lambda: log.set_status(ticker, "ended", by=ben)) == [running, head, whole]


def test_an_entry_that_waited_is_new_to_readers_however_often_it_was_changed(ticker, ana, ben):
    Ticker.objects.update(posting="review")
    entry = log.post(ticker, text(), by=ana)
    log.edit(entry, text("Mended."), by=ana, base=1)
    Ticker.objects.update(posting="direct")
    log.post(ticker, text(), by=ana)
    assert keys(lambda: log.release(entry, by=ben)) == [f"ticker-head:{ticker.pk}"]


def test_the_story_says_that_it_was_updated_with_its_newest_entry(ticker, ana):
    at = timezone.now() + timedelta(minutes=1)
    log.post(ticker, text(), by=ana, at=at)
    assert Article.objects.get(pk=ticker.pk).updated == at


def test_since_tells_of_a_hundred_events_at_most_each_with_the_present_text(
    ticker, ana, django_assert_num_queries
):
    first = log.post(ticker, text("Old words."), by=ana)
    for number in range(110):
        log.post(ticker, text(f"Update {number}."), by=ana)
    log.edit(first, text("New words."), by=ana, base=1)
    with django_assert_num_queries(2):
        found = log.since(ticker, 0)
    assert (len(found.events), found.next_seq, found.at_head) == (100, 100, False)
    assert found.entries[1].body == "<p>New words.</p>"
    rest = log.since(ticker, 100)
    assert [rest.events[0], rest.events[-1], rest.next_seq, rest.at_head] == [
        {"seq": 101, "kind": "add", "entry": 100},
        {"seq": 113, "kind": "edit", "entry": 1},
        113,
        True,
    ]
    nothing = log.since(ticker, 113)
    assert (nothing.events, nothing.next_seq, nothing.at_head) == ([], 113, True)
