"""What goes around every answer."""

import pytest

from tests.factories import make_user

pytestmark = pytest.mark.django_db

FORWARDED = {"X-Forwarded-Proto": "https", "X-Forwarded-For": "203.0.113.7"}


@pytest.fixture
def https(settings):
    settings.SECURE_SSL_REDIRECT = True
    settings.SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    settings.TRUSTED_PROXIES = ["192.0.2.1"]


def test_a_trusted_proxy_is_believed_about_https(client, https):
    assert client.get("/robots.txt", headers=FORWARDED, REMOTE_ADDR="192.0.2.1").status_code == 200


def test_nobody_else_is(client, https):
    answer = client.get("/robots.txt", headers=FORWARDED, REMOTE_ADDR="198.51.100.9")
    assert (answer.status_code, answer.headers["Location"]) == (301, "https://testserver/robots.txt")


def test_the_readers_policy_is_one_constant_text(client):
    policies = {client.get("/").headers["Content-Security-Policy"] for _ in range(3)}
    assert policies == {
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self'; connect-src 'self'; "
        "manifest-src 'self'; frame-src https://www.youtube-nocookie.com https://player.vimeo.com https://embed.bsky.app "
        "https://platform.twitter.com https://www.instagram.com https://www.tiktok.com https://w.soundcloud.com "
        "https://datawrapper.dwcdn.net; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    }


def test_the_desk_s_policy_has_a_nonce_of_its_own_each_time(client):
    client.force_login(make_user("ana", "reporter"))
    policies = {client.get("/admin/").headers["Content-Security-Policy"] for _ in range(3)}
    assert len(policies) == 3
    assert all("unsafe" not in policy and "'nonce-" in policy for policy in policies)


@pytest.mark.parametrize(
    "address",
    [
        "/admin/accounts/user/?q=%00",
        "/admin/autocomplete/?term=a%00b",
        "/admin/images/image/?q=%00",
        "/?x=%00",
        "/%00/",
    ],
)
def test_an_address_with_nul_is_refused_in_a_sentence(client, address):
    client.force_login(make_user("root", is_superuser=True))
    answer = client.get(address)
    assert (answer.status_code, answer.content.decode()) == (
        400,
        "This address holds a character (NUL) that no text can have.",
    )
