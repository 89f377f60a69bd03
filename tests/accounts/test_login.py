"""Logging in: nobody guesses for long, nobody learns who has an account, nobody keeps somebody else out for ever."""

import re
from datetime import timedelta
from threading import Barrier, Thread

import pytest
from django.contrib.auth.hashers import MD5PasswordHasher
from django.core.management import call_command
from django.db import connection
from django.test import Client, RequestFactory
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from django.utils.html import escape

from accounts import attempts
from accounts.models import AuditEntry, LoginAttempt
from tests.factories import make_user

pytestmark = pytest.mark.django_db
LOGIN = "/admin/login/"
WAIT = "Too many attempts to log in failed. Try again in 15 minutes, or ask an administrator to let you in."
WRONG = "Please enter the correct username and password for a staff account. Note that both fields may be case-sensitive."
PASSWORD = "a long password"
MINUTE = timedelta(minutes=1)


class Counted(MD5PasswordHasher):
    """A hasher that tells how often it worked: that is what makes one answer slower than another."""

    algorithm = "md5"
    times = 0

    def encode(self, password, salt):
        type(self).times += 1
        return super().encode(password, salt)


@pytest.fixture
def hashed(settings):
    """A function: how often a password was hashed since it was asked last."""
    settings.PASSWORD_HASHERS = [f"{__name__}.Counted"]

    def since():
        times, Counted.times = Counted.times, 0
        return times

    since()
    yield since


@pytest.fixture
def ana():
    return with_password("ana", "reporter")


def with_password(name, *roles):
    user = make_user(name, *roles)
    user.set_password(PASSWORD)
    user.save()
    return user


def tried(client, name="ana", password="wrong", address="192.0.2.1", **more):
    return client.post(LOGIN, {"username": name, "password": password}, REMOTE_ADDR=address, **more)


def said(response):
    """Return (status, the one sentence that the login page says)."""
    notes = re.findall(r'<p class="errornote">\s*(.*?)\s*</p>', response.content.decode(), re.S)
    assert len(notes) == 1
    return response.status_code, notes[0]


def failed_before(number, *, name="ana", ago=MINUTE, **where):
    """Write down that ``number`` logins failed, each from an address of its own unless ``where`` names one."""
    LoginAttempt.objects.bulk_create(
        LoginAttempt(
            **{"address": f"198.51.100.{n}"} | where,
            at=timezone.now() - ago,
            account=attempts.account_key(name),
        )
        for n in range(number)
    )


def test_after_five_wrong_passwords_from_one_place_the_right_one_has_to_wait_too(ana):
    client = Client()
    assert [said(tried(client)) for _ in range(6)] == [*[(200, WRONG)] * 5, (429, WAIT)]
    answer = tried(client, password=PASSWORD)
    assert said(answer) == (429, WAIT)
    assert 890 < int(answer.headers["Retry-After"]) <= 900
    assert "_auth_user_id" not in client.session
    assert LoginAttempt.objects.count() == 5  # who waits is not counted: the pause ends


def test_a_pause_ends_when_the_oldest_of_the_five_is_a_quarter_of_an_hour_ago(ana):
    failed_before(5, address="192.0.2.1", ago=14.5 * MINUTE)
    assert said(tried(Client())) == (429, WAIT.replace("15 minutes", "1 minute"))
    LoginAttempt.objects.update(at=timezone.now() - 15 * MINUTE)
    assert tried(Client(), password=PASSWORD).status_code == 302


def test_a_name_that_nobody_has_gets_the_same_answers_at_the_same_cost(ana, hashed):
    def story(name):
        client, told = Client(), []
        for _ in range(6):
            with CaptureQueriesContext(connection) as queries:
                answer = tried(client, name)
            body = re.sub(r'value="\w{64}"|nonce="[^"]*"', "", answer.content.decode())
            told.append((answer.status_code, body.replace(escape(name), "-"), hashed(), len(queries)))
        return told

    known = story("ana")
    assert [(status, hashes) for status, _, hashes, _ in known] == [*[(200, 1)] * 5, (429, 0)]
    assert story("who") == known
    make_user("wire")  # of the house, without a password
    assert story("wire") == known


def test_whoever_gets_in_has_a_clean_slate_there_and_nowhere_else(ana):
    failed_before(4, address="192.0.2.1")
    failed_before(3, address="192.0.2.2")
    failed_before(2, name="ben", address="192.0.2.1")
    assert tried(Client(), password=PASSWORD).status_code == 302
    left = LoginAttempt.objects.values_list("account", "address")
    assert sorted(left) == sorted(
        [(attempts.account_key("ana"), "192.0.2.2")] * 3 + [(attempts.account_key("ben"), "192.0.2.1")] * 2
    )


def test_guessing_at_one_account_from_many_addresses_ends_as_well(ana):
    failed_before(49)
    assert said(tried(Client(), name="ANA")) == (200, WRONG)
    assert said(tried(Client(), password=PASSWORD)) == (429, WAIT.replace("15", "14"))


def test_guessing_at_many_accounts_from_one_address_ends_as_well(ana):
    for n in range(50):
        failed_before(1, name=f"somebody {n}", address="192.0.2.1")
    assert said(tried(Client(), password=PASSWORD)) == (429, WAIT.replace("15", "14"))
    assert tried(Client(), password=PASSWORD, address="192.0.2.2").status_code == 302


def test_strangers_keep_nobody_out_of_a_browser_that_logged_in_before(ana):
    own = Client()
    tried(own, password=PASSWORD)
    own.post("/admin/logout/")
    cookie = next(morsel for name, morsel in own.cookies.items() if name.startswith("known-"))
    assert (cookie["path"], cookie["httponly"], cookie["samesite"]) == (LOGIN, True, "Lax")
    failed_before(60)  # at her account
    failed_before(60, name="who", address="192.0.2.1")  # from behind her address
    assert said(tried(Client(), password=PASSWORD))[0] == 429
    assert tried(own, password=PASSWORD).status_code == 302


def test_a_known_browser_may_guess_no_more_than_others_and_at_its_own_account_alone(ana):
    ben = with_password("ben", "editor")
    client = Client()
    tried(client, name="ben", password=PASSWORD)
    client.post("/admin/logout/")
    assert [tried(client, name="ben", address=f"192.0.2.{n}").status_code for n in range(6)] == [
        *[200] * 5,
        429,
    ]
    failed_before(50)
    assert tried(client, name="ana", password=PASSWORD).status_code == 429
    assert set(LoginAttempt.objects.exclude(browser="").values_list("user", flat=True)) == {ben.pk}


def test_a_cookie_that_somebody_made_up_or_moved_to_another_account_says_nothing(ana):
    ben_ = with_password("ben", "editor")
    client = Client()
    tried(client, name=ben_.username, password=PASSWORD)
    (name,) = (name for name in client.cookies if name.startswith("known-"))
    other = f"known-{attempts.account_key('ana')[:16]}"
    stranger = Client()
    failed_before(50)
    for value in (client.cookies[name].value, "0" * 32, ""):
        stranger.cookies[other] = value
        assert tried(stranger, password=PASSWORD).status_code == 429


def test_an_administrator_lets_an_account_and_its_address_in_again(ana, client):
    failed_before(5, address="192.0.2.1")
    failed_before(3, name="who", address="192.0.2.1")
    failed_before(1, name="ben", address="192.0.2.9")
    LoginAttempt.objects.filter(account=attempts.account_key("ana")).update(user=ana)
    adam = make_user("adam", "administrator")
    client.force_login(adam)
    address = "/admin/accounts/loginattempt/"
    page = client.get(address).content.decode()
    assert (page.count(">ana<"), page.count(">192.0.2.1<")) == (5, 8)
    chosen = LoginAttempt.objects.filter(user=ana).values_list("pk", flat=True)
    answer = client.post(address, {"action": "let_in", "_selected_action": list(chosen)}, follow=True)
    assert "They may log in again at once." in answer.content.decode()
    assert list(LoginAttempt.objects.values_list("address", flat=True)) == ["192.0.2.9"]
    record = AuditEntry.objects.get()
    assert (record.actor, record.act, record.target_name) == (adam, "let log in again", "ana, 192.0.2.1")
    assert tried(Client(), password=PASSWORD).status_code == 302


@pytest.mark.parametrize("role", ["reporter", "chief editor"])
def test_nobody_else_sees_or_ends_a_pause(ana, client, role):
    failed_before(5)
    client.force_login(make_user("clara", role))
    chosen = {"action": "let_in", "_selected_action": list(LoginAttempt.objects.values_list("pk", flat=True))}
    assert client.get("/admin/accounts/loginattempt/").status_code == 403
    assert client.post("/admin/accounts/loginattempt/", chosen).status_code == 403
    assert LoginAttempt.objects.count() == 5


def test_a_new_password_from_the_command_line_ends_the_pause_of_its_account(ana, capsys):
    failed_before(5, address="192.0.2.1")
    call_command("newpassword", "ana")
    assert tried(Client(), password=capsys.readouterr().out.strip()).status_code == 302


def test_what_failed_is_forgotten_a_day_later(ana):
    failed_before(3, ago=timedelta(hours=24, seconds=1))
    failed_before(1, ago=timedelta(hours=23))
    tried(Client(), password=PASSWORD)
    assert LoginAttempt.objects.count() == 1


@pytest.mark.parametrize(
    ("remote", "forwarded", "expected"),
    [
        ("192.0.2.7", "", "192.0.2.7"),
        ("127.0.0.1", "198.51.100.3", "198.51.100.3"),
        ("127.0.0.1", "203.0.113.1, 198.51.100.3", "198.51.100.3"),  # the first one is what a stranger wrote
        ("127.0.0.1", "198.51.100.3, 10.0.0.5", "198.51.100.3"),
        ("127.0.0.1", "", "127.0.0.1"),
        ("127.0.0.1", "nonsense", "None"),
        ("", "", "None"),
    ],
)
def test_where_a_request_comes_from_is_the_nearest_address_that_is_no_proxy_of_ours(
    settings, remote, forwarded, expected
):
    settings.TRUSTED_PROXIES = ["127.0.0.1", "10.0.0.5"]
    request = RequestFactory().get("/", headers={"X-Forwarded-For": forwarded}, REMOTE_ADDR=remote)
    assert str(attempts.asked_from(request)) == expected


def test_addresses_of_one_ipv6_network_count_as_one(ana):
    client = Client()
    addresses = [f"2001:db8:1:2::{n}" for n in range(6)]
    assert [tried(client, address=address).status_code for address in addresses] == [*[200] * 5, 429]
    assert tried(client, address="2001:db8:1:3::1").status_code == 200
    assert tried(client, address="::ffff:192.0.2.1").status_code == 200
    kept = set(LoginAttempt.objects.values_list("address", flat=True))
    assert kept == {"2001:db8:1:2::/64", "2001:db8:1:3::/64", "192.0.2.1"}


@pytest.mark.django_db(transaction=True)
def test_twenty_guesses_at_the_same_moment_are_no_more_than_five(hashed):
    with_password("ana", "reporter")
    hashed()
    start, statuses = Barrier(20), []

    def guess():
        start.wait()
        try:
            statuses.append(tried(Client()).status_code)
        finally:
            connection.close()

    threads = [Thread(target=guess) for _ in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert set(statuses) <= {200, 429}
    assert len(statuses) == 20
    assert hashed() <= 5
