"""What the console sends and is told, without a browser: one entry a key, the right refusals, one round trip."""

import json
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone
from lxml import html

from accounts.models import AuditEntry
from articles.models import Article, Restriction
from images.models import Image, Use
from tests.factories import figure, make_author, make_image, make_section, make_ticker, make_user
from tickers import console, log
from tickers.jobs import forget_done
from tickers.models import Done, Entry, Handover, Ticker, Token

pytestmark = pytest.mark.django_db
KEY = "7a0f6f5e-6f0a-4d53-9c9e-0f6a3c0e9d11"


@pytest.fixture
def desk(client, ben):
    client.force_login(ben)
    return client


def at(ticker, page):
    return f"/admin/tickers/ticker/{ticker.pk}/console/{page}/"


def post(client, ticker, data, **headers):
    raw = data if isinstance(data, str) else json.dumps({"key": KEY} | data)
    answer = client.post(at(ticker, "post"), raw, content_type="application/json", headers=headers)
    return answer.status_code, answer.json()


def act(client, ticker, name, **data):
    raw = json.dumps({"act": name} | {key: str(value) for key, value in data.items()})
    answer = client.post(at(ticker, "act"), raw, content_type="application/json")
    return answer.status_code, answer.json().get("error", "")


def write(ticker, by, **content):
    return log.post(ticker, {"body": "<p>Words.</p>"} | content, by=by)


# Posting


def test_a_key_makes_one_entry_however_often_it_is_sent(desk, ticker):
    data = {
        "text": "Boats leave.\n\nSee https://example.org/x.",
        "author": "",
        "happened": "2026-05-04T19:12",
    }
    first, second = post(desk, ticker, data), post(desk, ticker, data)
    entry = Entry.objects.get()
    assert (first[0], second[0], first[1]["entry"], second[1]["state"]) == (201, 200, entry.pk, "live")
    assert (
        entry.body
        == '<p>Boats leave.</p><p>See <a href="https://example.org/x">https://example.org/x</a>.</p>'
    )
    assert entry.happened.isoformat() == "2026-05-04T16:12:00+00:00"  # typed on the ticker's own clock


def test_other_words_under_a_key_that_came_before_are_refused_and_never_lost_unsaid(desk, ticker, ben):
    data = {"headline": " Boats  leave ", "text": "Two & more.\n\nSee [here](https://example.org/x)."}
    assert post(desk, ticker, data)[0] == 201
    entry = Entry.objects.get()
    log.edit(entry, {"headline": "Boats have left", "body": "<p>Three.</p>"}, by=ben, base=1)
    assert post(desk, ticker, data)[0] == 200  # as it came, whatever was made of it since
    reason = "What you sent before is here already: change it there, or send this as another entry."
    others = [
        {"text": "Three."},
        {"headline": "Boats stay"},
        {"text": "Two & more."},
        {"text": ""},
        {"kind": "quote"},
    ]
    for changed in (*others, {"reported_by": "the harbour"}, {"happened": "2026-05-04T19:12"}):
        assert post(desk, ticker, data | changed) == (409, {"error": reason})
    assert post(desk, ticker, data | {"text": "Three.", "key": str(uuid4())})[0] == 201
    assert Entry.objects.count() == 2


def test_posting_answers_with_the_row_and_costs_no_more_with_many_entries(
    desk, ticker, ben, django_assert_max_num_queries
):
    seq = Ticker.objects.get(pk=ticker.pk).head
    for _number in range(3):
        write(ticker, ben)
    with django_assert_max_num_queries(36):
        status, told = post(desk, ticker, {"text": "x", "seq": str(seq)})
    assert (status, len(told["entries"]), told["seq"]) == (201, 4, seq + 4)
    assert set(told["parts"]) == {"state", "waiting", "duty", "handover"}


REASONS = [
    ("{", 400, "This is no JSON."),
    ("[1]", 400, "Send an object with some of these: "),
    ({"key": "x", "text": "x"}, 400, "An entry needs a key, a UUID of its own."),
    ({"text": 1}, 400, "Every value is a text."),
    ({"text": "x" * 1_000_000}, 413, "An entry is at most 65536 bytes."),
    ({"text": " "}, 422, "An entry needs a headline, a text or a picture."),
    ({"text": "x", "kind": "shout"}, 422, "An entry of this kind or verification does not exist."),
    ({"text": "x", "author": "999"}, 422, "This author is gone; choose another."),
    ({"text": "x", "happened": "noon"}, 400, "“happened” is a time such as 2026-05-04T19:12:00+03:00."),
]


@pytest.mark.parametrize(("data", "status", "reason"), REASONS)
def test_what_can_not_be_taken_says_why_and_stores_nothing(desk, ticker, data, status, reason):
    answered, told = post(desk, ticker, data)
    assert (answered, told["error"].startswith(reason)) == (status, True)
    assert Entry.objects.count() == 0


def test_unknown_and_ended_tickers_and_people_without_rights(desk, client, ticker, ben):
    log.set_status(ticker, "ended", by=ben)
    ended = "This ticker has ended; let an editor start it again first."
    assert post(desk, ticker, {"text": "x"}) == (409, {"error": ended})
    assert post(desk, Ticker(pk=999), {"text": "x"}) == (404, {"error": "There is no ticker of this number."})
    client.force_login(make_user("lena", "legal"))
    refusal = "Only reporters and editors can post in a live ticker."
    assert post(client, ticker, {"text": "x"}) == (403, {"error": refusal})
    client.logout()
    answer = client.post(at(ticker, "post"), "{}", content_type="application/json")
    assert (answer.status_code, Entry.objects.count()) == (302, 0)


def test_a_page_of_another_site_can_not_post(ticker, ben):
    client = Client(enforce_csrf_checks=True)
    client.force_login(ben)
    page = client.get(f"/admin/tickers/ticker/{ticker.pk}/console/")
    token = page.cookies["csrftoken"].value
    for headers in ({}, {"origin": "https://evil.example", "x-csrftoken": token}):
        answer = client.post(at(ticker, "post"), "{}", content_type="application/json", headers=headers)
        assert answer.status_code == 403
    own = {"origin": "http://testserver", "x-csrftoken": token}
    assert post(client, ticker, {"text": "x"}, **own)[0] == 201
    assert Entry.objects.count() == 1


def upload(ticker, client, data, content):
    file = SimpleUploadedFile("wave.jpg", content, "image/jpeg")
    form = {"entry": json.dumps({"key": KEY} | data), "picture": file}
    answer = client.post(at(ticker, "post"), form)
    return answer.status_code, answer.json().get("error", "")


def jpeg():
    import io

    from PIL import Image as Drawing

    file = io.BytesIO()
    Drawing.effect_noise((900, 600), 40).convert("RGB").save(file, "JPEG")
    return file.getvalue()


def test_a_picture_without_credit_or_alt_text_is_refused_and_taken_once_it_has_them(desk, ticker, ben):
    data = jpeg()
    refusal = "The picture lacks alt text; write it and send again."
    assert upload(ticker, desk, {"text": "x", "credit": "Ben"}, data) == (422, refusal)
    assert Entry.objects.count() == 0
    words = {"text": "x", "alt": "A wave", "caption": "The mole at noon"}
    assert upload(ticker, desk, words, data) == (201, "")
    image, entry = Image.objects.get(), Entry.objects.get()
    assert (image.credit, image.alt) == ("Ben", "A wave")
    assert entry.body == f"<p>x</p>{figure(image, 'The mole at noon')}"
    assert Use.objects.get().image == image
    assert upload(ticker, desk, words, data) == (200, "")
    without, another = post(desk, ticker, words), upload(ticker, desk, words | {"credit": "Ben"}, jpeg())
    assert (without[0], another[0]) == (409, 409)
    log.delete(entry, by=ben)
    assert Use.objects.count() == 0


@pytest.mark.parametrize("field", ["alt", "credit", "caption"])
def test_words_written_for_a_picture_bring_no_restricted_name_to_readers(field, desk, ticker, ben):
    row = Restriction.objects.create(name="Orest Valkyn", reason="Court order", made_by=ben)
    words = {"text": "x", "alt": "A wave", "credit": "Ben", field: "Orest Valkyn at the mole"}
    assert upload(ticker, desk, words, jpeg()) == (422, f"Restriction R-{row.pk}, call legal.")
    assert Entry.objects.count() == 0


def test_what_is_no_picture_is_refused(desk, ticker):
    status, reason = upload(ticker, desk, {"text": "x"}, b"not a picture")
    assert (status, bool(reason), Entry.objects.count()) == (422, True, 0)


# Acts


def test_each_act_does_what_it_says_and_an_unknown_one_nothing(desk, ticker, ben):
    entry = write(ticker, ben)

    def state():
        entry.refresh_from_db()
        return entry.state, entry.kind, entry.pinned

    assert act(desk, ticker, "key", entry=entry.pk) == (200, "")
    assert act(desk, ticker, "pin", entry=entry.pk) == (200, "")
    assert state() == ("live", "key", True)
    act(desk, ticker, "unkey", entry=entry.pk)
    act(desk, ticker, "delete", entry=entry.pk)
    assert state() == ("deleted", "update", False)
    act(desk, ticker, "restore", entry=entry.pk)
    assert state() == ("live", "update", False)
    assert act(desk, ticker, "explode", entry=entry.pk) == (400, "There is no act of this name.")
    assert act(desk, ticker, "delete", entry="9" * 30) == (404, "This entry is not in this ticker.")
    other = write(log.set_status(make_ticker("Other").ticker, "live", by=ben), ben)
    assert act(desk, ticker, "delete", entry=other.pk) == (404, "This entry is not in this ticker.")


def test_a_key_event_that_is_none_is_again_what_it_was_and_no_reader_takes_it_for_edited(
    desk, client, ticker, ben
):
    entry = write(ticker, ben, kind="quote")
    born = write(ticker, ben, kind="key")  # it was never anything else

    def state(entry):
        entry.refresh_from_db()
        return entry.kind, entry.version, entry.edited

    assert act(desk, ticker, "unkey", entry=entry.pk) == (200, "")
    assert state(entry) == ("quote", 1, None)
    for name, kind, version in (("key", "key", 2), ("key", "key", 2), ("unkey", "quote", 3)):
        assert act(desk, ticker, name, entry=entry.pk) == (200, "")
        assert state(entry) == (kind, version, None)
    assert act(desk, ticker, "unkey", entry=born.pk) == (200, "")
    assert state(born) == ("update", 2, None)
    events = ticker.events.filter(entry=entry).values_list("kind", flat=True)
    assert list(events) == ["add", "edit", "edit"]  # open pages follow
    page = client.get(f"{ticker.article.get_absolute_url()}entry/{entry.number}/").content.decode()
    assert ("<blockquote><p>Words.</p></blockquote>" in page, "Edited" in page) == (True, False)
    at = timezone.now() - timedelta(hours=1)
    log.edit(entry, {"body": "<p>Other words.</p>"}, by=ben, base=3, at=at)
    assert act(desk, ticker, "key", entry=entry.pk) == (200, "")
    assert state(entry) == ("key", 5, at)  # the time of the last words
    log.edit(entry, {"kind": "facts", "initials": "bk"}, by=ben, base=5)
    assert state(entry)[2] > at


def test_an_act_with_a_key_is_done_once_and_one_that_was_refused_may_come_again(desk, ticker, ben):
    entry = write(ticker, ben)
    assert act(desk, ticker, "delete", entry=entry.pk, key=KEY) == (200, "")
    log.restore(entry, by=ben)
    assert act(desk, ticker, "delete", entry=entry.pk, key=KEY) == (200, "")
    kinds = ["status", "add", "delete", "add"]
    assert list(ticker.events.values_list("kind", flat=True)) == kinds
    words = {"entry": entry.pk, "text": "Two.", "key": uuid4()}
    assert act(desk, ticker, "edit", base=7, **words)[0] == 409
    assert act(desk, ticker, "edit", base=1, **words) == (200, "")
    assert act(desk, ticker, "edit", base=1, **words) == (200, "")
    assert list(ticker.events.values_list("kind", flat=True)) == [*kinds, "edit"]
    wrong = act(desk, ticker, "pin", entry=entry.pk, key="x")
    assert wrong == (400, "An entry needs a key, a UUID of its own.")


def test_keys_of_acts_are_forgotten_after_a_month(desk, ticker, ben):
    act(desk, ticker, "status", status="paused", key=KEY)
    Done.objects.update(at=timezone.now() - timedelta(days=29))
    forget_done()
    assert Done.objects.count() == 1
    Done.objects.update(at=timezone.now() - timedelta(days=31))
    forget_done()
    assert Done.objects.count() == 0


def test_an_edit_keeps_the_pictures_and_an_old_base_gets_both_texts(desk, ticker, ben):
    image = make_image()
    entry = write(ticker, ben, body=f"<p>One.</p>{figure(image)}")
    assert act(desk, ticker, "edit", entry=entry.pk, base=1, text="Two.") == (200, "")
    entry.refresh_from_db()
    assert entry.body == f"<p>Two.</p>{figure(image)}"
    raw = json.dumps({"act": "edit", "entry": str(entry.pk), "base": "1", "text": "Three."})
    answer = desk.post(at(ticker, "act"), raw, content_type="application/json")
    told = answer.json()
    assert (answer.status_code, told["theirs"]["text"], told["theirs"]["base"], told["theirs"]["by"]) == (
        409,
        "Two.",
        "2",
        "ben",
    )


def test_a_body_that_plain_text_would_harm_is_left_to_the_editor(desk, ticker, ben):
    entry = write(ticker, ben, body="<ul><li>One</li></ul>")
    reason = "This text holds more than plain paragraphs; open it in the editor."
    assert act(desk, ticker, "edit", entry=entry.pk, base=1, text="One") == (422, reason)
    page = f"/admin/tickers/ticker/entry/{entry.pk}/"
    assert "<ul><li>One</li></ul>" in desk.get(page).context["form"]["body"].value()
    data = {"base": 1, "body": "<ul><li>Two</li></ul>", "kind": "update", "correction": "It was two."}
    assert desk.post(page, data).status_code == 302
    entry.refresh_from_db()
    assert (entry.body, entry.corrected is not None) == ("<ul><li>Two</li></ul>", True)
    stale = desk.post(page, data | {"body": "<p>Three</p>"})
    assert (stale.context["theirs"].body, stale.context["form"]["body"].value()) == (
        "<ul><li>Two</li></ul>",
        "<p>Three</p>",
    )


def test_a_reporters_entry_waits_is_sent_back_mended_and_let_out(client, ticker, ana, ben):
    Ticker.objects.update(posting="review")
    client.force_login(ana)
    assert post(client, ticker, {"text": "Look."})[1]["state"] == "waiting"
    entry = Entry.objects.get()
    assert act(client, ticker, "release", entry=entry.pk)[0] == 403
    client.force_login(ben)
    act(client, ticker, "refuse", entry=entry.pk)
    client.force_login(ana)
    act(client, ticker, "edit", entry=entry.pk, base=1, text="Better.")
    entry.refresh_from_db()
    assert (entry.state, entry.body) == ("waiting", "<p>Better.</p>")
    client.force_login(ben)
    act(client, ticker, "release", entry=entry.pk)
    entry.refresh_from_db()
    assert (entry.state, entry.number) == ("live", 1)


def test_what_waits_stands_before_what_was_sent_back_however_much_that_is(client, ticker, ana, ben):
    Ticker.objects.update(posting="review")
    for number in range(50):
        log.refuse(write(ticker, ana, headline=f"Sent back {number}"), by=ben)
    write(ticker, ana, headline="Look at this")
    Ticker.objects.update(posting="delayed", delay_minutes=5)
    write(ticker, ana, headline="By itself")
    Ticker.objects.update(posting="review")
    write(ticker, ana, headline="And at this")
    log.delete(write(ticker, ana, headline="Thrown away"), by=ana)
    expected = ["Look at this", "And at this", "By itself"]
    expected += [f"Sent back {number}" for number in range(49, 2, -1)]
    for user in (ben, ana):
        client.force_login(user)
        part = client.get(at(ticker, "news")).json()["parts"]["waiting"]
        found = html.fromstring(f"<div>{part}</div>")
        assert found.xpath("//article/@aria-label") == expected
        assert found.xpath("string(//h2)") == "Not out yet (53)"
    client.force_login(make_user("bela", "reporter"))  # what was sent back to others is not hers
    part = client.get(at(ticker, "news")).json()["parts"]["waiting"]
    assert html.fromstring(f"<div>{part}</div>").xpath("string(//h2)") == "Not out yet (3)"


def test_a_handover_note_is_read_by_somebody_else(client, ticker, ana, ben):
    client.force_login(ana)
    assert act(client, ticker, "handover", note=" ") == (422, "Write the note first.")
    act(client, ticker, "handover", note="Call the harbour at nine.")
    act(client, ticker, "read")
    assert Handover.objects.get().read_at is None
    client.force_login(ben)
    act(client, ticker, "read")
    assert Handover.objects.get().read_by == ben
    client.logout()
    assert "Call the harbour" not in client.get(ticker.article.get_absolute_url()).content.decode()


def test_who_looked_within_half_a_minute_is_on_duty(client, ticker, ana, ben):
    for user in (ana, ben):
        client.force_login(user)
        duty = client.get(at(ticker, "news")).json()["parts"]["duty"]
    assert duty.count("<li>") == 2
    ticker.duties.filter(user=ana).update(seen=timezone.now() - timezone.timedelta(seconds=31))
    assert client.get(at(ticker, "news")).json()["parts"]["duty"].count("<li>") == 1


def test_an_open_console_renews_the_login(client, ticker, ben, settings):
    client.force_login(ben)
    answer = client.get(at(ticker, "news"))
    assert answer.cookies["sessionid"]["max-age"] == settings.SESSION_COOKIE_AGE
    assert "sessionid" not in client.get(at(ticker, "news")).cookies


# Rooms around it


def new(client, **data):
    data = {"uuid": KEY, "headline": "Storm: live", "sentence": "It blows.", "now": "on"} | data
    return client.post("/admin/tickers/ticker/add/", data)


def test_a_ticker_starts_in_one_act_however_often_the_form_is_sent(client, ben):
    client.force_login(ben)
    section = make_section()
    answers = [new(client, section=section.pk) for _ in range(2)]
    ticker = Ticker.objects.get()
    console = f"/admin/tickers/ticker/{ticker.pk}/console/"
    assert [answer.headers["Location"] for answer in answers] == [console, console]
    assert (ticker.status, ticker.article.is_published(), ticker.article.body) == ("live", True, "")
    client.logout()
    assert client.get(ticker.article.get_absolute_url()).status_code == 200


def test_without_start_now_it_is_a_draft(client, ben):
    client.force_login(ben)
    new(client, section=make_section().pk, now="")
    assert (Ticker.objects.get().status, Ticker.objects.get().article.is_published()) == ("planned", False)


def test_two_who_change_different_settings_both_get_theirs(desk, ticker):
    page = f"/admin/tickers/ticker/{ticker.pk}/change/"
    form = next(
        form for form in html.fromstring(desk.get(page).content.decode()).forms if "summary" in form.fields
    )
    opened = {name: value or "" for name, value in form.fields.items()}
    desk.post(page, opened | {"summary": "Two dead."})
    desk.post(page, opened | {"poll_seconds": "30"})
    ticker.refresh_from_db()
    assert (ticker.summary, ticker.poll_seconds) == ("Two dead.", 30)
    assert AuditEntry.objects.filter(verb="settings").count() == 2


def settings_of(desk, ticker):
    """Return ({field: value} of the page of the ticker's settings as it opens, what stands below its times)."""
    page = html.fromstring(desk.get(f"/admin/tickers/ticker/{ticker.pk}/change/").content.decode())
    form = next(form for form in page.forms if "summary" in form.fields)
    below = [page.get_element_by_id(f"id_{name}_helptext").text for name in ("starts", "ends")]
    return {name: value or "" for name, value in form.fields.items()}, below


def test_a_tickers_start_and_end_are_on_the_clock_that_its_settings_name(desk, ticker, ben):
    page, starts = f"/admin/tickers/ticker/{ticker.pk}/change/", datetime(2031, 5, 4, 15, 0, tzinfo=UTC)
    log.configure(ticker, {"starts": starts, "time_zone": "America/New_York"}, by=ben)
    opened, below = settings_of(desk, ticker)
    assert opened["starts"] == "2031-05-04T11:00"
    assert below == ["On the clock of America/New_York, also where you change the time zone here."] * 2

    def save(**typed):
        assert desk.post(page, opened | typed).status_code == 302
        ticker.refresh_from_db()
        return ticker.starts, ticker.ends, ticker.time_zone

    assert save(ends="2031-05-04T18:00") == (
        starts,
        datetime(2031, 5, 4, 22, 0, tzinfo=UTC),
        "America/New_York",
    )
    opened, _below = settings_of(desk, ticker)
    six = datetime(2031, 5, 4, 23, 0, tzinfo=UTC)
    assert save(ends="2031-05-04T19:00", time_zone="Europe/Lisbon") == (starts, six, "Europe/Lisbon")
    assert save(ends="2031-05-04T20:00")[1] == six + timedelta(hours=1)  # on a page from before that
    opened, below = settings_of(desk, ticker)
    assert (opened["starts"], opened["ends"]) == ("2031-05-04T16:00", "2031-05-05T01:00")
    assert below[0].startswith("On the clock of Europe/Lisbon,")
    save(time_zone="")
    opened, below = settings_of(desk, ticker)
    assert (opened["starts"], below[0].split(",")[0]) == ("2031-05-04T18:00", "On the clock of Europe/Kyiv")
    wrong = desk.post(page, opened | {"ends": "2031-05-04T18:00"})
    assert wrong.context["form"].errors == {"ends": ["It ends before it starts."]}
    assert 'value="2031-05-04T18:00"' in wrong.content.decode()


def test_settings_saved_as_they_are_leave_the_start_to_the_second(desk, ticker):
    Ticker.objects.update(starts=(starts := datetime(2031, 5, 4, 15, 0, 27, 500, tzinfo=UTC)))
    opened, _below = settings_of(desk, ticker)
    page = f"/admin/tickers/ticker/{ticker.pk}/change/"
    desk.post(page, opened)
    assert AuditEntry.objects.filter(verb="settings").count() == 0
    desk.post(page, opened | {"summary": "Two dead."})
    ticker.refresh_from_db()
    assert (ticker.starts, ticker.summary) == (starts, "Two dead.")


def test_a_tokens_secret_is_shown_once_and_ends_when_it_is_retired(desk, client, ticker):
    made = desk.post(f"/admin/tickers/ticker/{ticker.pk}/tokens/", {"name": "Scores"})
    token, secret = Token.objects.get(), made.context["secret"]
    assert (secret in made.content.decode(), "no-store" in made.headers["Cache-Control"]) == (True, True)
    assert secret not in desk.get(f"/admin/tickers/ticker/{ticker.pk}/change/").content.decode()
    headers = {"authorization": f"Bearer {secret}", "idempotency-key": "1"}

    def machine():
        data = {"headline": "1:0"}
        return Client().post(f"/api/tickers/{ticker.pk}/entries", data, "application/json", headers=headers)

    assert machine().status_code == 201
    desk.post(f"/admin/tickers/ticker/{ticker.pk}/tokens/", {"retire": token.pk})
    assert machine().status_code == 401


def test_chosen_entries_become_a_draft_that_says_where_each_comes_from(desk, ticker, ben):
    ana = make_author()
    one = write(ticker, ben, headline="Bridge shut", author=ana, verification="reported", reported_by="NPA")
    two, three = write(ticker, ben, body="<p>Second.</p>"), write(ticker, ben)
    answer = desk.post(f"/admin/tickers/ticker/{ticker.pk}/story/", {"entry": [two.pk, one.pk]})
    draft = Article.objects.get(kind=Article.Kind.STORY)
    assert answer.headers["Location"] == f"/admin/articles/article/{draft.pk}/change/"
    content = draft.latest_revision.content
    assert (draft.is_published(), content["ticker_links"][0]["article"]["id"]) == (False, ticker.pk)
    assert [row["author"]["id"] for row in content["bylines"]] == [ana.pk]
    body = content["body"]
    assert [body.index(f'{entry.get_absolute_url()}"') for entry in (one, two)] == sorted(
        body.index(f'{entry.get_absolute_url()}"') for entry in (one, two)
    )
    assert "Reported by NPA, not confirmed by us" in body
    assert three.get_absolute_url() not in body


def test_choosing_nothing_says_so(desk, ticker):
    answer = desk.post(f"/admin/tickers/ticker/{ticker.pk}/story/", follow=True)
    assert "Choose the entries that the story is to be made of." in answer.content.decode()


def test_a_story_of_too_many_entries_is_refused_and_none_is_left_out_unsaid(desk, ticker, ben, monkeypatch):
    page, entries = f"/admin/tickers/ticker/{ticker.pk}/story/", [write(ticker, ben).pk for _ in range(3)]
    monkeypatch.setattr(console, "MOST_CHOSEN", 2)
    answer = desk.post(page, {"entry": entries}, follow=True)
    assert "A story is made of at most 2 entries; choose fewer." in answer.content.decode()
    assert Article.objects.filter(kind=Article.Kind.STORY).count() == 0
    monkeypatch.undo()
    many = [*entries, *range(10**9, 10**9 + 300)]  # more than were once looked at, the last ones here
    desk.post(page, {"entry": [*many[3:], *entries]})
    draft = Article.objects.get(kind=Article.Kind.STORY)
    assert draft.latest_revision.content["body"].count('data-block="note"') == 3


def rows_of(page):
    return [int(row) for row in html.fromstring(page).xpath("//@data-number")]


def test_every_entry_that_went_out_is_reached_from_the_console(desk, ticker, ben):
    entries = [write(ticker, ben) for _ in range(104)]
    log.delete(entries[2], by=ben)  # it can be brought back
    page = f"/admin/tickers/ticker/{ticker.pk}/console/"
    shown, address = [], page
    while address:
        answer = desk.get(address).content.decode()
        shown.append(rows_of(answer))
        links = html.fromstring(answer).xpath("//a[@data-earlier]/@href")
        address = links and page + links[0]
    assert shown == [[*range(104, 54, -1)], [*range(54, 4, -1)], [4, 3, 2, 1]]
    back = html.fromstring(answer).xpath("//a[text()='Newest entries']/@href")
    assert back == [page]
    assert "Newest entries" not in desk.get(page).content.decode()
    for odd in ("0", "1", "x", "9" * 18, "9" * 40):  # addresses that people make up
        assert desk.get(f"{page}?before={odd}").status_code == 200


def test_news_tells_the_entries_before_a_number_and_where_the_next_ones_are(desk, ticker, ben):
    entries = [write(ticker, ben) for _ in range(55)]

    def told(query):
        answer = desk.get(f"{at(ticker, 'news')}?{query}").json()
        return sorted(map(int, answer["entries"])), answer.get("earlier")

    head = Ticker.objects.get(pk=ticker.pk).head
    pks = [entry.pk for entry in entries]
    assert told(f"seq={head}") == ([], None)
    assert told(f"seq={head}&before=54") == (pks[3:53], 4)
    assert told(f"seq={head - 1}&before=4") == ([*pks[:3], pks[-1]], None)


def test_lists_and_consoles_cost_the_same_with_one_and_three(desk, ticker, ben, django_assert_num_queries):
    def cost():
        from django.db import connection
        from django.test.utils import CaptureQueriesContext

        counts = []
        for page in ("/admin/tickers/ticker/", f"/admin/tickers/ticker/{ticker.pk}/console/"):
            with CaptureQueriesContext(
                connection,
            ) as queries:
                assert desk.get(page).status_code == 200
            counts.append(len(queries))
        return counts

    write(ticker, ben)
    one = cost()
    for number in range(3):
        write(ticker, ben, headline=str(uuid4()))
        make_ticker(f"Another {number}")
    assert cost() == one
