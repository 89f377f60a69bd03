"""What the desk sees of messages to the outside, and that what was given up is sent again."""

import re

import pytest
from django.contrib.auth.models import Permission
from django.test import Client
from django.utils import timezone
from lxml import html

from delivery import announcers
from delivery.models import Errand
from tests.factories import make_chief, make_user

pytestmark = pytest.mark.django_db
LIST = "/admin/delivery/errand/"
EVENT = {
    "event": "update",
    "id": "urn:uuid:1",
    "version": 2,
    "url": "http://testserver/a-1/",
    "urls": [],
    "feeds": [],
}


@pytest.fixture
def rows():
    now = timezone.now()
    make = lambda to, what, **more: Errand.objects.create(to=to, what=what, at=now, due_at=now, **more)  # noqa: E731
    return {
        "sent": make("fastly", ["article:1"], sent_at=now, tries=1),
        "waits": make("fastly", [f"article:{number}" for number in range(10)]),
        "waits after a failure": make(
            "cloudflare", ["article:3"], tries=3, error="503 Service Unavailable: x"
        ),
        "given up": make("webhook a.example 123456", EVENT, tries=36, error="410 Gone: x", given_up_at=now),
        "feeds": make(
            "websub https://hub.example/", EVENT | {"event": "", "url": "", "feeds": ["http://testserver/f"]}
        ),
    }


def signed_in(user):
    client = Client()
    client.force_login(user)
    return client


def table(client, **query):
    page = html.fromstring(client.get(LIST, query).content.decode())
    found = page.xpath("//table[@id='result_list']/tbody/tr")
    return [
        tuple(re.sub(r"\s+", " ", cell.text_content()).strip() for cell in row.xpath("(td|th)[position()>2]"))
        for row in found
    ]


def test_the_list_says_where_each_stands(rows):
    assert table(signed_in(make_chief())) == [
        ("websub https://hub.example/", "http://testserver/f", "waits", "0", "-"),
        ("webhook a.example 123456", "update http://testserver/a-1/", "given up", "36", "410 Gone: x"),
        ("cloudflare", "stale: article:3", "waits after a failure", "3", "503 Service Unavailable: x"),
        (
            "fastly",
            "stale: article:0, article:1, article:2, article:3, article:4, article:5, article:6, article:7 …",
            "waits",
            "0",
            "-",
        ),
        ("fastly", "stale: article:1", "sent", "1", "-"),
    ]


@pytest.mark.parametrize(
    ("standing", "count"), [("failing", 1), ("waiting", 3), ("given-up", 1), ("sent", 1), ("", 5)]
)
def test_the_list_is_filtered_by_standing(rows, standing, count):
    assert len(table(signed_in(make_chief()), **({"standing": standing} if standing else {}))) == count


def test_what_was_given_up_is_sent_again_and_what_went_is_not(rows):
    client = signed_in(make_user("adam", "administrator"))
    chosen = [row.pk for row in rows.values()]
    answer = client.post(LIST, {"action": "send_again", "_selected_action": chosen}, follow=True)
    assert "4 messages are sent again now." in answer.content.decode()
    given_up = Errand.objects.get(pk=rows["given up"].pk)
    assert (given_up.given_up_at, given_up.tries, given_up.due_at <= timezone.now()) == (None, 0, True)
    assert Errand.objects.get(pk=rows["sent"].pk).tries == 1
    assert set(Errand.objects.waiting()) == {row for name, row in rows.items() if name != "sent"}


def test_who_may_only_look_sends_nothing(rows):
    user = make_user("lou")
    user.is_staff = True
    user.save()
    user.user_permissions.add(Permission.objects.get(codename="view_errand"))
    client = signed_in(user)
    assert len(table(client)) == 5
    client.post(LIST, {"action": "send_again", "_selected_action": [rows["given up"].pk]})
    assert Errand.objects.get(pk=rows["given up"].pk).given_up_at is not None


def test_the_secret_in_the_address_of_a_webhook_is_shown_to_nobody(settings):
    settings.WEBHOOKS, settings.WEBHOOK_SECRETS = ["https://hooks.example/T0/secret?token=abc"], ["x"]
    [hook] = announcers.configured()
    assert re.fullmatch(r"webhook hooks\.example [0-9a-f]{6}", hook.name)
