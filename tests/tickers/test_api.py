import json

import pytest

from tests.factories import make_ticker
from tickers import incoming, log
from tickers.models import Entry, Ticker, Token

pytestmark = pytest.mark.django_db


@pytest.fixture
def secret(ticker, ben):
    return Token.make(ticker, name="Scores", by=ben)[1]


def post(client, ticker, secret, data, key="one", **headers):
    sent = {"authorization": f"Bearer {secret}", "idempotency-key": key, **headers}
    raw = data if isinstance(data, str | bytes) else json.dumps(data)
    answer = client.post(
        f"/api/tickers/{ticker.pk}/entries",
        raw,
        content_type=sent.pop("content_type", "application/json"),
        headers={name: value for name, value in sent.items() if value is not None},
    )
    return answer.status_code, answer.json()


def test_a_machine_posts_an_entry_once_however_often_it_sends_it(client, ticker, secret, ben):
    data = {
        "headline": "1:0",
        "text": "Goal <b>\n\nin minute 12",
        "kind": "score",
        "happened": "2026-05-04T19:12:00+03:00",
    }
    first = post(client, ticker, secret, data)
    entry = Entry.objects.get()
    told = {
        "key": str(entry.key),
        "state": "live",
        "number": 1,
        "url": f"http://testserver{entry.get_absolute_url()}",
    }
    assert first == (201, told)
    assert post(client, ticker, secret, data) == (200, told)
    assert (entry.body, entry.kind, entry.made_by) == (
        "<p>Goal &lt;b&gt;</p><p>in minute 12</p>",
        "score",
        ben,
    )
    assert (entry.happened.isoformat(), Entry.objects.count()) == ("2026-05-04T16:12:00+00:00", 1)


def test_two_tokens_with_one_key_are_two_entries(client, ticker, secret, ben):
    other = Token.make(ticker, name="Other", by=ben)[1]
    for token in (secret, other):
        post(client, ticker, token, {"headline": "x"})
    assert Entry.objects.count() == 2


def test_an_entry_that_has_to_wait_says_so_and_gives_no_address(client, ticker, ana):
    secret = Token.make(ticker, name="Scores", by=ana)[1]
    Ticker.objects.update(posting="review")
    status, told = post(client, ticker, secret, {"headline": "x"})
    assert (status, told["state"], "url" in told) == (202, "waiting", False)


AUTHORIZATION = "Send “Authorization: Bearer” with a token of this ticker."
OBJECT = "Send an object with some of these: body, happened, headline, initials, kind, reported_by, text, verification."


@pytest.mark.parametrize(
    ("data", "changes", "status", "reason"),
    [
        ({"headline": "x"}, {"authorization": "Bearer wrong"}, 401, AUTHORIZATION),
        ({"headline": "x"}, {"authorization": "Basic eA=="}, 401, AUTHORIZATION),
        ({"headline": "x"}, {"authorization": None}, 401, AUTHORIZATION),
        (
            {"headline": "x"},
            {"origin": "https://evil.example"},
            403,
            "Post from a program, not from a page in a browser.",
        ),
        (
            {"headline": "x"},
            {"key": ""},
            400,
            "Send “Idempotency-Key” with at most 200 characters, a new one for each entry.",
        ),
        ("{", {}, 400, "This is no JSON."),
        ("[" * 50_000, {}, 400, "This is no JSON."),
        (b"\xff\xfe", {}, 400, "This is no JSON."),
        ('{"headline": "half a letter \\ud83d"}', {}, 400, "This is no JSON."),
        ([1], {}, 400, OBJECT),
        ({"headline": "x", "ticker": "9"}, {}, 400, OBJECT),
        ({"headline": 1}, {}, 400, "Every value is a text."),
        (
            {"headline": "x", "happened": "noon"},
            {},
            400,
            "“happened” is a time such as 2026-05-04T19:12:00+03:00.",
        ),
        (
            {"headline": "x", "happened": "2026-05-04T19:12:00"},
            {},
            400,
            "“happened” is a time such as 2026-05-04T19:12:00+03:00.",
        ),
        (
            {"headline": "x"},
            {"content_type": "text/plain"},
            415,
            "Send JSON, and “Content-Type: application/json”.",
        ),
        ({"text": "x" * 1_000_000}, {}, 413, "An entry is at most 65536 bytes."),
        ({}, {}, 422, "An entry needs a headline, a text or a picture."),
        (
            {"headline": "x", "kind": "shout"},
            {},
            422,
            "An entry of this kind or verification does not exist.",
        ),
    ],
)
def test_bad_requests_get_their_reason_and_store_nothing(
    client, ticker, secret, data, changes, status, reason
):
    assert post(client, ticker, secret, data, **changes) == (status, {"error": reason})
    assert (Entry.objects.count(), ticker.events.count()) == (0, 1)


def test_a_character_that_no_database_holds_is_left_out_of_every_text():
    assert incoming.texts(b'{"note": "Call\\u0000 me."}', {"note"}) == {"note": "Call me."}


def test_another_ticker_an_ended_one_a_retired_token_and_a_person_without_rights(client, ticker, secret, ben):
    other = make_ticker("Another")
    assert post(client, other.ticker, secret, {"headline": "x"})[0] == 404
    roles = list(ben.groups.all())
    ben.groups.clear()
    assert post(client, ticker, secret, {"headline": "x"})[0] == 403
    Ticker.objects.filter(pk=ticker.pk).update(status="ended")
    ben.groups.set(roles)
    Token.objects.update(retired_at="2026-01-01T00:00Z")
    assert post(client, ticker, secret, {"headline": "x"})[0] == 401
    assert Entry.objects.count() == 0


def test_an_ended_ticker_is_a_conflict(client, ticker, secret, ben):
    log.set_status(ticker, "ended", by=ben)
    assert post(client, ticker, secret, {"headline": "x"}) == (
        409,
        {"error": "This ticker has ended; let an editor start it again first."},
    )


def test_get_is_refused_and_no_secret_is_kept(client, ticker, secret):
    assert client.get(f"/api/tickers/{ticker.pk}/entries").status_code == 405
    assert secret not in str(Token.objects.values())
