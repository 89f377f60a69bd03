"""
Hubs, search engines and webhooks are told when a story comes, changes and goes: each through a real server here, which
checks signatures as a receiver would.
"""

import base64
import hashlib
import hmac
import json
import threading
import time
from datetime import timedelta
from urllib.parse import parse_qsl

import pytest
from django.db import transaction
from django.test import Client
from django.utils import timezone
from lxml import etree

from articles import revisions, schedule, workflow
from articles.models import Article
from delivery import announcers, errands
from delivery.models import Errand
from tests.delivery.receiving import receiver
from tests.factories import (
    byline,
    make_author,
    make_chief,
    make_published,
    make_revision,
    make_section,
    make_tag,
    make_ticker,
)
from tickers import log

pytestmark = pytest.mark.django_db
SECRET = "whsec_" + base64.b64encode(b"thirty-two bytes of pure chance!").decode()
HOUR = timedelta(hours=1)
FORMS = ("atom", "json", "rss")


@pytest.fixture
def hook(settings):
    with receiver() as one:
        settings.WEBHOOKS, settings.WEBHOOK_SECRETS = [f"{one.address}/hook"], [SECRET]
        settings.PRIVATE_HOSTS = ["127.0.0.1"]
        yield one


@pytest.fixture
def hub(settings):
    with receiver(lambda request: (204, {}, b"")) as one:
        settings.WEBSUB_HUBS, settings.PRIVATE_HOSTS = [f"{one.address}/hub"], ["127.0.0.1"]
        yield one


@pytest.fixture
def engine(settings):
    with receiver(lambda request: (202, {}, b"")) as one:
        settings.INDEXNOW_URL, settings.INDEXNOW_KEY = (
            f"{one.address}/indexnow",
            "73134416ae45434d98edc086e0bf6740",
        )
        settings.PRIVATE_HOSTS = ["127.0.0.1"]
        yield one


def work(after=timedelta()):
    """Have everybody told what is due ``after`` now."""
    for station in errands.stations():
        while errands.work_off(station, timezone.now() + after):
            pass


def events(hook):
    """[(type, path of the story, version)] of what a hook received, each request's signature checked."""
    found = []
    for request in hook.received:
        sent = request.headers["webhook-timestamp"]
        assert abs(int(sent) - time.time()) < 60
        text = b".".join([request.headers["webhook-id"].encode(), sent.encode(), request.body])
        key = base64.b64decode(SECRET.removeprefix("whsec_"))
        good = base64.b64encode(hmac.new(key, text, hashlib.sha256).digest()).decode()
        assert request.headers["webhook-signature"] == f"v1,{good}"
        body = json.loads(request.body)
        assert list(body) == ["type", "timestamp", "data"] and list(body["data"]) == ["id", "url", "version"]
        found.append(
            (body["type"], body["data"]["url"].removeprefix("http://testserver"), body["data"]["version"])
        )
    return found


def again(story, *, by, **changed):
    """Publish a changed version of ``story``."""
    article = Article.objects.get(pk=story.pk)
    content = article.latest_revision.content | changed
    workflow.publish(workflow.save(article, content, by=by, base=article.version), by=by)


def test_nobody_configured_means_nothing_is_written():
    workflow.withdraw(make_published(), by=make_chief(), kind="error")
    assert Errand.objects.count() == 0


def test_a_webhook_gets_each_act_signed(hook):
    chief = make_chief()
    story = make_published(headline="Harbour bridge reopens")
    again(story, by=chief, headline="Harbour bridge open again")
    workflow.withdraw(Article.objects.get(pk=story.pk), by=chief, kind="error")
    work()
    path = story.get_absolute_url()
    assert events(hook) == [
        ("story.publish", path, 1),
        ("story.update", path, 2),
        ("story.withdraw", path, 2),
    ]
    first = hook.received[0]
    assert (first.method, first.path, first.headers["content-type"]) == ("POST", "/hook", "application/json")
    body = json.loads(first.body)
    assert body["data"]["id"] == story.uuid.urn
    assert first.headers["webhook-id"] == str(Errand.objects.order_by("pk")[0].uuid)
    # No text that a court could take back.
    assert b"Harbour" not in b"".join(request.body for request in hook.received)


def test_while_a_secret_changes_both_sign(hook, settings):
    settings.WEBHOOK_SECRETS = ["the new one", SECRET]
    make_published()
    work()
    [request] = hook.received
    signatures = request.headers["webhook-signature"].split(" ")
    text = b".".join(
        [request.headers["webhook-id"].encode(), request.headers["webhook-timestamp"].encode(), request.body]
    )
    assert signatures == [f"v1,{announcers.signature(secret, text)}" for secret in settings.WEBHOOK_SECRETS]
    good = base64.b64encode(hmac.new(b"the new one", text, hashlib.sha256).digest()).decode()
    assert signatures[0] == f"v1,{good}"


def test_a_webhook_that_fails_gets_the_same_event_again(hook):
    hook.answers = lambda request: (500, {}, b"")
    make_published()
    work()
    hook.answers = lambda request: (200, {}, b"")
    work(timedelta(seconds=3))
    first, second = hook.received
    assert first.headers["webhook-id"] == second.headers["webhook-id"]
    assert first.body == second.body
    assert [bool(errand.sent_at) for errand in Errand.objects.all()] == [True]


def test_a_webhook_that_is_gone_is_given_up_after_five_tries(hook):
    hook.answers = lambda request: (410, {}, b"")
    make_published()
    for _ in range(9):
        work(HOUR)
    errand = Errand.objects.get()
    assert (len(hook.received), errand.tries, errand.given_up_at is not None) == (5, 5, True)
    assert errand.error == "410 Gone: "


def test_a_webhook_inside_the_house_is_not_called(hook, settings):
    settings.PRIVATE_HOSTS = []
    make_published()
    work()
    assert hook.received == []
    assert Errand.objects.get().error == "127.0.0.1 is 127.0.0.1, which is not a public address."


def test_what_is_rolled_back_is_announced_to_nobody(hook):
    with pytest.raises(RuntimeError), transaction.atomic():
        make_published()
        raise RuntimeError
    work(HOUR)
    assert hook.received == []


# Later


def test_a_story_for_later_is_announced_when_readers_see_it_and_not_before(hook):
    at = timezone.now() + HOUR
    story = make_published(at=at)
    work(HOUR - timedelta(seconds=1))
    work(HOUR)
    assert hook.received == []
    work(HOUR + timedelta(seconds=2))
    path = Article.objects.get(pk=story.pk).get_absolute_url()
    assert events(hook) == [("story.publish", path, 1)]
    assert (
        json.loads(hook.received[0].body)["timestamp"]
        == at.strftime("%Y-%m-%dT%H:%M:%S.") + f"{at.microsecond // 1000:03}Z"
    )


def test_a_story_put_off_or_called_off_is_not_announced_at_its_first_hour(hook):
    chief = make_chief()
    story = make_published(at=timezone.now() + HOUR)
    schedule.set_embargo(story, by=chief, until=timezone.now() + 3 * HOUR)
    work(2 * HOUR)
    assert hook.received == []
    assert [errand.at for errand in Errand.objects.waiting()] == [
        Article.objects.get(pk=story.pk).visible_from
    ]
    schedule.call_off(Article.objects.get(pk=story.pk), by=chief)
    work(4 * HOUR)
    assert (hook.received, Errand.objects.count()) == ([], 0)


def test_an_embargo_held_by_hand_announces_nothing_until_it_is_released(hook):
    chief = make_chief()
    revision = make_revision(by=chief)
    workflow.publish(revision, by=chief, at=timezone.now() + HOUR)
    article = Article.objects.get(pk=revision.article_id)
    schedule.set_embargo(article, by=chief, by_hand=True)
    work(2 * HOUR)
    assert hook.received == []
    Article.objects.filter(pk=article.pk).update(publish_at=timezone.now() - HOUR)
    schedule.set_embargo(Article.objects.get(pk=article.pk), by=chief, reason="The report is out.")
    work()
    assert [event[0] for event in events(hook)] == ["story.publish"]


def test_an_expiry_is_a_withdrawal_at_its_hour(hook):
    chief, story = make_chief(), make_published()
    schedule.set_expiry(story, by=chief, at=timezone.now() + HOUR)
    work()
    assert [event[0] for event in events(hook)] == ["story.publish"]
    work(HOUR + timedelta(seconds=2))
    assert [event[0] for event in events(hook)] == ["story.publish", "story.withdraw"]


def test_an_expiry_that_is_taken_back_is_none(hook):
    chief, story = make_chief(), make_published()
    schedule.set_expiry(story, by=chief, at=timezone.now() + HOUR)
    schedule.set_expiry(Article.objects.get(pk=story.pk), by=chief, at=None)
    work(2 * HOUR)
    assert [event[0] for event in events(hook)] == ["story.publish"]


def test_a_change_that_is_rehearsed_for_later_is_announced_when_it_is_applied(hook):
    chief, story = make_chief(), make_published()
    revision = workflow.save(story, story.latest_revision.content | {"headline": "Later"}, by=chief, base=1)
    schedule.publish_later(revision, by=chief, at=timezone.now() + HOUR)
    work(2 * HOUR)
    assert [event[0] for event in events(hook)] == ["story.publish"]
    schedule.apply_due(timezone.now() + HOUR)
    work()
    assert [(event[0], event[2]) for event in events(hook)] == [("story.publish", 1), ("story.update", 2)]


def test_a_story_that_nobody_saw_is_withdrawn_in_silence(hook):
    story = make_published(at=timezone.now() + HOUR)
    workflow.withdraw(story, by=make_chief(), kind="error")
    work(2 * HOUR)
    assert hook.received == []


# Hubs and search engines


def test_a_hub_hears_of_every_feed_that_changed_in_one_request(hub):
    chief, name = make_chief(), revisions.reference
    city, sport = make_section("City"), make_section("Sport")
    ana, bridge, trams = make_author("Ana Petrenko"), make_tag("Harbour bridge"), make_tag("Trams")
    inner = make_tag("Desk only")
    type(inner).objects.filter(pk=inner.pk).update(is_internal=True)
    story = make_published(
        section=name(city), bylines=[byline(ana)], tags=[name(bridge), name(inner)], headline="Bridge reopens"
    )
    again(story, by=chief, section=name(sport), tags=[name(trams)])
    work()
    [request] = hub.received
    assert request.headers["content-type"] == "application/x-www-form-urlencoded"
    told = parse_qsl(request.body.decode())
    lists = ("all", "section/city", "section/sport", "tag/harbour-bridge", "tag/trams", f"author/{ana.slug}")
    feeds = sorted(f"http://testserver/feeds/{which}.{form}" for which in lists for form in FORMS)
    assert told == [("hub.mode", "publish"), *(("hub.url", feed) for feed in feeds)]
    for feed in feeds:
        if "section/city" not in feed and "harbour-bridge" not in feed:  # empty now
            assert Client().get(feed.removeprefix("http://testserver")).status_code == 200


def test_a_hub_hears_of_each_entry_of_a_ticker_that_readers_see(hub):
    chief = make_chief()
    shown, later = (
        make_ticker(headline="The match").ticker,
        make_ticker(headline="Later", at=timezone.now() + HOUR).ticker,
    )
    work()
    hub.received.clear()
    for ticker in (shown, later):
        log.set_status(ticker, "live", by=chief)
        log.post(ticker, {"headline": "It begins"}, by=chief)
    work()
    [request] = hub.received
    feeds = [f"http://testserver/feeds/ticker/{shown.pk}.{form}" for form in FORMS]
    assert parse_qsl(request.body.decode()) == [
        ("hub.mode", "publish"),
        *(("hub.url", feed) for feed in feeds),
    ]
    assert [Client().get(feed.removeprefix("http://testserver")).status_code for feed in feeds] == [200] * 3


@pytest.mark.parametrize("form", FORMS)
def test_a_feed_names_its_hub_and_itself(hub, settings, form):
    make_published()
    answer = Client().get(f"/feeds/all.{form}")
    address, itself = settings.WEBSUB_HUBS[0], f"http://testserver/feeds/all.{form}"
    assert answer.headers["Link"] == f'<{address}>; rel="hub", <{itself}>; rel="self"'
    if form == "json":
        feed = json.loads(answer.content)
        assert (feed["hubs"], feed["feed_url"]) == ([{"type": "WebSub", "url": address}], itself)
    else:
        links = etree.fromstring(answer.content).iter("{http://www.w3.org/2005/Atom}link")
        found = {(link.get("rel"), link.get("href")) for link in links}
        assert {("hub", address), ("self", itself)} <= found


@pytest.mark.parametrize("form", FORMS)
def test_without_a_hub_a_feed_names_none(form):
    make_published()
    answer = Client().get(f"/feeds/all.{form}")
    assert "Link" not in answer.headers and b"hub" not in answer.content


def test_search_engines_hear_of_every_address_that_changed_and_of_none_twice(engine):
    chief, name = make_chief(), revisions.reference
    sport = make_section("Sport")
    story, hidden = make_published(headline="Bridge reopens"), make_published(headline="Hidden", noindex=True)
    before = story.get_absolute_url()
    again(story, by=chief, section=name(sport))
    workflow.withdraw(hidden, by=chief, kind="error")
    after = Article.objects.get(pk=story.pk).get_absolute_url()
    work()
    [request] = engine.received
    assert (request.method, request.path) == ("POST", "/indexnow")
    assert request.headers["content-type"] == "application/json; charset=utf-8"
    key = "73134416ae45434d98edc086e0bf6740"
    assert json.loads(request.body) == {
        "host": "testserver",
        "key": key,
        "keyLocation": f"http://testserver/{key}.txt",
        "urlList": sorted(f"http://testserver{path}" for path in (before, after, hidden.get_absolute_url())),
    }
    answer = Client().get(f"/{key}.txt")
    assert (answer.status_code, answer.content, answer.headers["Content-Type"]) == (
        200,
        key.encode(),
        "text/plain; charset=utf-8",
    )
    assert Client().get(f"/{key[:-1]}1.txt").status_code == 404


def test_a_story_that_is_not_for_search_engines_is_not_offered_to_them(engine):
    make_published(noindex=True)
    work()
    assert engine.received == []


def test_without_a_key_there_is_no_file_of_one():
    assert Client().get("/73134416ae45434d98edc086e0bf6740.txt").status_code == 404
    assert Client().get("/robots.txt").status_code == 200


# The worker


@pytest.mark.django_db(transaction=True)
def test_the_worker_tells_each_by_itself_so_that_a_slow_one_holds_up_nobody(hook, hub):
    slow = threading.Event()
    hook.answers = lambda request: (slow.wait(5), (200, {}, b""))[1]
    stopping = threading.Event()
    threads = errands.senders(stopping)
    assert [thread.name.split()[0] for thread in threads] == ["webhook", "websub"]
    for thread in threads:
        thread.start()
    try:
        began = time.monotonic()
        make_published()
        while not hub.received and time.monotonic() - began < 5:
            time.sleep(0.02)
        assert time.monotonic() - began < 3
        assert Errand.objects.filter(to__startswith="webhook", sent_at=None).count() == 1
        slow.set()
        while Errand.objects.waiting().exists() and time.monotonic() - began < 10:
            time.sleep(0.05)
        assert Errand.objects.waiting().count() == 0
    finally:
        slow.set()
        stopping.set()
        for thread in threads:
            thread.join()
