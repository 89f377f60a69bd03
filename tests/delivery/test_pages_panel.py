"""What the desk and the command line can say to the page store."""

import os
import threading
import time
from datetime import timedelta

import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from django.utils import timezone

import delivery
from delivery import health, store
from delivery.follower import HOT_SECONDS, Follower, Refiller
from delivery.models import Heartbeat, Purge
from tests.delivery.conftest import ask
from tests.factories import make_chief, make_published, make_user

PANEL = "/admin/delivery/purge/"


@pytest.fixture
def story(transactional_db):
    return make_published(headline="Harbour bridge reopens")


def signed_in(user):
    client = Client()
    client.force_login(user)
    return client


def test_the_panel_tells_of_a_page_stored_dropped_and_unknown(front, story):
    ana, address = signed_in(make_user("ana", "reporter")), story.get_absolute_url()
    look = lambda: ana.get(PANEL, {"address": f"http://testserver{address}?utm_source=mail"}).content.decode()  # noqa: E731
    assert "Nobody has asked for this page" in look()
    ask(front, address)
    text = look()
    assert f"<code>{story.page_key}</code>" in text and "something on it changes" in text
    assert "Dropped last" not in text
    delivery.purge([story.page_key])
    text = look()
    assert f'<code dir="ltr">{story.page_key}</code>' in text and "not now; it is made when" in text
    ask(front, address)
    text = look()
    # It is stored again, and why it was made anew still stands there.
    assert "not now; it is made when" not in text
    assert f"{timezone.localdate()}" in text.partition("Dropped last")[2].partition("because of")[0]
    assert f'<code dir="ltr">{story.page_key}</code>' in text.partition("because of")[2].partition("</tr>")[0]
    assert "never stored" in ana.get(PANEL, {"address": "/search/?q=a"}).content.decode()


def test_facts_of_a_page(front, story):
    at = timezone.now() + timedelta(hours=1)
    delivery.purge([story.page_key], at=at)
    assert health.facts(story.get_absolute_url()) is None
    began = timezone.now()
    ask(front, story.get_absolute_url())
    facts = health.facts(story.get_absolute_url())
    assert facts["is_stored"] and began <= facts["stored"] <= timezone.now()
    assert abs(facts["until"] - at) < timedelta(milliseconds=1)
    assert {story.page_key, "site"} < set(facts["keys"])
    assert (facts["dropped"], facts["why"]) == (None, "")


def test_a_chief_editor_has_a_page_made_anew_and_a_reporter_does_not(front, django, story):
    address = story.get_absolute_url()
    ask(front, address), ask(front, "/")
    assert signed_in(make_user("ana", "reporter")).post(PANEL, {"address": address}).status_code == 403
    ask(front, address)
    assert django.asked == [address, "/"]
    answer = signed_in(make_chief()).post(PANEL, {"address": address}, follow=True)
    assert "made anew for the next who asks" in answer.content.decode()
    ask(front, address), ask(front, "/")
    assert django.asked == [address, "/", address]


@pytest.mark.parametrize(
    ("what", "dropped"),
    [
        (["{key}"], ["story"]),
        (["{address}"], ["story"]),
        (["http://testserver{address}?fbclid=1"], ["story"]),
        (["{address}", "/"], ["story", "home"]),
        (["--all"], ["story", "home", "corrections"]),
        (["article:0"], []),
    ],
)
def test_the_command_drops_what_it_is_told(front, story, capsys, what, dropped):
    pages = {"story": story.get_absolute_url(), "home": "/", "corrections": "/corrections/"}
    for address in pages.values():
        ask(front, address)
    call_command("purge", *(text.format(key=f"{story.page_key}", address=pages["story"]) for text in what))
    kept = {name for name, address in pages.items() if front.store.find(store.name_of(address), "")}
    if what == ["{key}"]:  # the home page shows the story
        kept.add("home")
    assert kept == pages.keys() - set(dropped)
    assert capsys.readouterr().out.startswith("Purged: ")


@pytest.mark.django_db
@pytest.mark.parametrize("what", [[], ["/search/?q=a"]])
def test_the_command_says_what_it_wants(what):
    with pytest.raises(CommandError):
        call_command("purge", *what)
    assert Purge.objects.count() == 0


def test_a_node_is_ready_while_its_worker_follows_the_log(front):
    now = timezone.now()
    Heartbeat.objects.create(name="worker", at=now)
    assert health.reasons_not_ready(now) == [
        "No worker of this machine follows the purge log; start one with `manage.py worker`."
    ]

    Follower(threading.Event()).follow()
    assert health.reasons_not_ready(now) == []
    assert health.reasons_not_ready(now + timedelta(seconds=20)) == []
    Heartbeat.objects.update(at=now + timedelta(minutes=2))
    assert len(health.reasons_not_ready(now + timedelta(minutes=2))) == 1


def test_what_readers_ask_for_is_made_again_before_they_ask(front, django, story):

    refiller = Refiller(threading.Event(), front)
    for address in ("/", story.get_absolute_url(), "/corrections/"):
        ask(front, address)
    assert refiller.refill() == []
    delivery.purge([story.page_key])
    assert sorted(refiller.refill()) == sorted(["/", story.get_absolute_url()])
    assert refiller.refill() == []
    django.asked.clear()
    assert "Harbour bridge reopens" in ask(front, "/").text
    assert django.asked == []


def test_what_nobody_asks_for_any_more_is_not(front, story):

    refiller = Refiller(threading.Event(), front)
    ask(front, "/")
    with front.store._locked() as index:
        index.execute("UPDATE page SET used = used - ?", (HOT_SECONDS + 1,))
    for file in front.store.pages.rglob("*.*"):
        facts = file.stat()

        os.utime(file, ns=(facts.st_atime_ns - int((HOT_SECONDS + 1) * 1e9), facts.st_mtime_ns))
    delivery.purge([story.page_key])
    assert refiller.refill() == []


def test_after_all_pages_went_those_are_made_again_that_readers_asked_for_though_they_are_old(front, story):
    refiller = Refiller(threading.Event(), front)
    for address in ("/", "/corrections/"):
        ask(front, address)
    with front.store._locked() as index:
        index.execute("UPDATE page SET used = used - ?", (HOT_SECONDS + 1,))
    for address, seconds in {"/": 1, "/corrections/": HOT_SECONDS + 1}.items():
        for path in front.store.pages.rglob(f"{store.name_of(address)}.*"):
            os.utime(path, ns=(time.time_ns() - int(seconds * 1e9), path.stat().st_mtime_ns))
    delivery.purge([store.EVERYTHING])
    assert front.store.size() == (0, 0)
    assert refiller.refill() == ["/"]
    assert front.store.size()[0] == 1
