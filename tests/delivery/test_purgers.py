"""
CDNs are told what went stale, in the words of their documentation.

The servers here refuse whatever the documentation does not allow: another address, another token, too many keys.
"""

import json
import os
import threading
from datetime import timedelta

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

import delivery
from delivery import errands, health, log, metrics, purgers
from delivery.follower import Follower
from delivery.models import Errand, Heartbeat
from tests.delivery.receiving import receiver

NOW = timedelta()
LATER = timedelta(seconds=16)  # past the time at which a purge is told again


def fastly(request):
    """Fastly's "Purge multiple surrogate key tags"."""
    if (request.method, request.path) != ("POST", "/service/SU1Z0isxPaozGVKXdv0eY/purge"):
        return 404, {}, b'{"msg": "Record not found"}'
    if request.headers.get("fastly-key") != "fastly-token":
        return 401, {}, b'{"msg": "Provided credentials are missing or invalid"}'
    keys = json.loads(request.body)
    if list(keys) != ["surrogate_keys"] or not 1 <= len(keys["surrogate_keys"]) <= 256:
        return 400, {}, b'{"msg": "Too many surrogate keys"}'
    said = {key: f"1-{number}" for number, key in enumerate(keys["surrogate_keys"])}
    return 200, {"Content-Type": "application/json"}, json.dumps(said).encode()


def cloudflare(most):
    """Cloudflare's "Purge cached content by tag", on a plan that takes ``most`` tags."""

    def answer(request):
        said = {"success": False, "errors": [], "messages": [], "result": None}
        if (request.method, request.path) != (
            "POST",
            "/client/v4/zones/023e105f4ecef8ad9ca31a8372d0c353/purge_cache",
        ):
            return 404, {}, json.dumps(said).encode()
        if request.headers.get("authorization") != "Bearer cloudflare-token":
            return 403, {}, json.dumps(said).encode()
        body = json.loads(request.body)
        if request.headers["content-type"] != "application/json" or list(body) != ["tags"]:
            return 400, {}, json.dumps(said).encode()
        said["success"] = 1 <= len(body["tags"]) <= most
        return 200, {}, json.dumps(said).encode()

    return answer


@pytest.fixture
def at_fastly(settings, db):
    with receiver(fastly) as server:
        settings.FASTLY_URL, settings.PRIVATE_HOSTS = server.address, ["127.0.0.1"]
        settings.FASTLY_SERVICE, settings.FASTLY_TOKEN = "SU1Z0isxPaozGVKXdv0eY", "fastly-token"
        yield server


@pytest.fixture
def at_cloudflare(settings, db):
    with receiver(cloudflare(30)) as server:
        settings.CLOUDFLARE_URL, settings.PRIVATE_HOSTS = f"{server.address}/client/v4", ["127.0.0.1"]
        settings.CLOUDFLARE_ZONE = "023e105f4ecef8ad9ca31a8372d0c353"
        settings.CLOUDFLARE_TOKEN = "cloudflare-token"
        yield server


def work(after=NOW):
    """Have every station work off what is due ``after`` now; return how many errands that was."""
    return sum(errands.work_off(one, timezone.now() + after) for one in errands.stations())


def standing():
    """(to, what, tries, whether it waits for the second time, whether it is sent, given up) of each errand."""
    rows = Errand.objects.order_by("pk")
    return [(r.to, r.what, r.tries, r.again, bool(r.sent_at), bool(r.given_up_at)) for r in rows]


@pytest.mark.django_db
def test_without_a_cdn_nothing_is_asked_and_nothing_written():
    with CaptureQueriesContext(connection) as queries:
        delivery.purge(["article:7"])
    assert [query["sql"] for query in queries if "delivery_errand" in query["sql"]] == []
    assert Errand.objects.count() == 0


def test_a_purge_is_told_twice_and_then_done(at_fastly):
    delivery.purge(["list:all", "article:7"])
    assert standing() == [("fastly", ["article:7", "list:all"], 0, True, False, False)]
    assert work() == 1
    assert standing() == [("fastly", ["article:7", "list:all"], 0, False, False, False)]
    assert (work(), work(LATER)) == (0, 1)
    assert standing() == [("fastly", ["article:7", "list:all"], 1, False, True, False)]
    assert work(LATER) == 0
    bodies = [json.loads(request.body) for request in at_fastly.received]
    assert bodies == [{"surrogate_keys": ["article:7", "list:all"]}] * 2


def test_what_is_rolled_back_is_told_to_nobody(at_fastly):
    with pytest.raises(RuntimeError), transaction.atomic():
        delivery.purge(["article:7"])
        raise RuntimeError
    assert (work(), at_fastly.received) == (0, [])


def test_many_acts_are_one_request_of_as_many_keys_as_it_may_have(at_fastly):
    for number in range(300):
        delivery.purge([f"article:{number:03}", "list:all"])
    assert work() == 300
    sizes = [len(json.loads(request.body)["surrogate_keys"]) for request in at_fastly.received]
    assert sizes == [256, 45]
    keys = {key for request in at_fastly.received for key in json.loads(request.body)["surrogate_keys"]}
    assert keys == {"list:all", *(f"article:{number:03}" for number in range(300))}


def test_everything_is_one_key(at_fastly):
    delivery.purge(["article:7"])
    delivery.purge(["site"])
    work()
    assert [json.loads(request.body) for request in at_fastly.received] == [{"surrogate_keys": ["site"]}]


def test_cloudflare_takes_thirty_at_a_time(at_cloudflare):
    delivery.purge([f"article:{number:03}" for number in range(65)])
    assert work() == 1
    assert [len(json.loads(request.body)["tags"]) for request in at_cloudflare.received] == [30, 30, 5]
    assert standing()[0][2:] == (0, False, False, False)


def test_cloudflare_takes_a_hundred_on_a_newer_plan(at_cloudflare, settings):
    settings.CLOUDFLARE_TAGS, at_cloudflare.answers = 100, cloudflare(100)
    delivery.purge([f"article:{number:03}" for number in range(150)])
    work()
    assert [len(json.loads(request.body)["tags"]) for request in at_cloudflare.received] == [100, 50]


def test_cloudflare_that_says_no_with_status_200_was_not_told(at_cloudflare, settings):
    settings.CLOUDFLARE_TAGS = 100  # of a plan that takes thirty
    delivery.purge([f"article:{number:03}" for number in range(50)])
    work()
    [errand] = Errand.objects.all()
    assert (errand.tries, errand.again, errand.sent_at) == (1, True, None)
    assert errand.error.startswith('200 OK: {"success": false')


def test_a_cdn_that_is_down_is_told_when_it_is_back_and_others_do_not_wait(at_fastly, at_cloudflare):
    down, at_cloudflare.answers = at_cloudflare.answers, lambda request: (503, {}, b"down")
    delivery.purge(["article:7"])
    assert work() == 2
    first = Errand.objects.get(to="cloudflare")
    assert (first.tries, first.error) == (1, "503 Service Unavailable: down")
    assert len(at_fastly.received) == 1
    assert 0.5 < (first.due_at - timezone.now()).total_seconds() < 1.2
    for tries in range(2, 8):  # each time it waits twice as long, at most half a minute
        moment = Errand.objects.get(to="cloudflare").due_at
        errands.work_off(purgers.configured()[1], moment)
        row = Errand.objects.get(to="cloudflare")
        wait = (row.due_at - timezone.now()).total_seconds()
        wanted = min(2 ** (tries - 1), 30)
        assert (row.tries, wanted - 0.5 < wait < wanted * 1.1 + 0.1) == (tries, True)
    at_cloudflare.answers = down
    moment = Errand.objects.get(to="cloudflare").due_at
    assert errands.work_off(purgers.configured()[1], moment) == 1
    row = Errand.objects.get(to="cloudflare")
    assert (row.again, row.error, json.loads(at_cloudflare.received[-1].body)) == (
        False,
        "",
        {"tags": ["article:7"]},
    )


def test_a_cdn_that_asks_to_wait_is_left_alone_for_as_long(at_fastly):
    at_fastly.answers = lambda request: (429, {"Retry-After": "90"}, b"slowly")
    delivery.purge(["article:7"])
    work()
    assert 89 < (Errand.objects.get().due_at - timezone.now()).total_seconds() <= 90


def test_a_wrong_token_is_tried_for_a_day_and_then_given_up_until_somebody_sends_it_again(
    at_fastly, settings
):
    settings.FASTLY_TOKEN = "mistyped"
    delivery.purge(["article:7"])
    [station] = purgers.configured()
    assert timedelta(hours=23) < station.tries * station.longest < timedelta(hours=25)
    Errand.objects.update(tries=station.tries - 3)
    for left in (2, 1, 0):
        assert errands.work_off(station, Errand.objects.get().due_at) == 1
        row = Errand.objects.get()
        assert (station.tries - row.tries, row.given_up_at is None) == (left, left > 0)
        assert timedelta(seconds=29) < row.due_at - timezone.now() < timedelta(seconds=34)
    assert row.error == '401 Unauthorized: {"msg": "Provided credentials are missing or invalid"}'
    assert work(timedelta(days=2)) == 0

    settings.FASTLY_TOKEN = "fastly-token"
    assert errands.send_again(Errand.objects.given_up()) == 1
    assert (work(), work(LATER)) == (1, 1)
    assert standing() == [("fastly", ["article:7"], 1, False, True, False)]


def test_a_worker_that_died_on_the_way_leaves_it_to_the_next(at_fastly):
    delivery.purge(["article:7"])
    [station] = purgers.configured()
    assert len(errands._claim(station, timezone.now())) == 1  # and is killed
    assert work() == 0
    assert work(errands.LEASE + NOW) == 1
    assert len(at_fastly.received) == 1


@pytest.mark.django_db(transaction=True)
def test_two_workers_tell_it_once(settings):
    with receiver(fastly) as server:
        settings.FASTLY_URL, settings.PRIVATE_HOSTS = server.address, ["127.0.0.1"]
        settings.FASTLY_SERVICE, settings.FASTLY_TOKEN = "SU1Z0isxPaozGVKXdv0eY", "fastly-token"
        for number in range(20):
            delivery.purge([f"article:{number}"])
        stopping = threading.Event()
        threads = [errands.Sender(stopping, purgers.configured()[0]) for _ in range(3)]
        for thread in threads:
            thread.start()
        waiting = threading.Event()
        while Errand.objects.filter(again=True).exists():
            waiting.wait(0.05)
        stopping.set()
        for thread in threads:
            thread.join()
        told = [key for request in server.received for key in json.loads(request.body)["surrogate_keys"]]
    assert sorted(told) == sorted(f"article:{number}" for number in range(20))


def test_old_errands_are_forgotten_and_those_for_nobody_given_up(at_fastly, settings):
    now = timezone.now()
    make = lambda days, **more: Errand.objects.create(  # noqa: E731
        to="fastly", what=[], at=now, due_at=now - timedelta(days=days), **more
    )
    make(9, sent_at=now - timedelta(days=8))
    kept = [make(6, sent_at=now - timedelta(days=6)), make(89, given_up_at=now - timedelta(days=89)), make(3)]
    make(91, given_up_at=now - timedelta(days=91))
    errands.prune(now)
    assert [errand.pk for errand in Errand.objects.order_by("pk")] == [errand.pk for errand in kept]
    assert Errand.objects.get(pk=kept[2].pk).given_up_at is None
    settings.FASTLY_SERVICE = ""
    errands.prune(now)
    row = Errand.objects.get(pk=kept[2].pk)
    assert (row.given_up_at, row.error) == (now, "Nobody of this name is configured any more.")


def test_whoever_runs_the_site_hears_of_a_cdn_that_does_not(at_fastly):
    now = timezone.now()
    Heartbeat.objects.create(name="worker", at=now + timedelta(minutes=6))
    delivery.purge(["article:7"])
    at_fastly.answers = lambda request: (503, {}, b"down")
    work()
    at = Errand.objects.get().at
    soon, late = now + timedelta(minutes=4), now + timedelta(minutes=6)
    assert errands.unheard(soon) == ""
    said = f"fastly could not be told what happened at {at.isoformat('T', 'seconds')} and since: 503 Service Unavailable: down"
    assert (errands.unheard(late), health.worries(late)["outside"]) == (said, said)
    Errand.objects.update(given_up_at=late)
    said = "Messages to the outside were given up; the list of them at the desk says why."
    assert (errands.unheard(late), errands.unheard(late + timedelta(days=8))) == (said, "")
    lines = metrics.report(late).splitlines()
    assert {"newsroom_errands_due 0", "newsroom_errands_given_up 1"} <= set(lines)
    errands.send_again(Errand.objects.all())
    Errand.objects.update(error="")
    assert errands.unheard(late) == ""


# What a node answered while it had not heard


@pytest.fixture
def follower(transactional_db, data_dir, settings):
    settings.VARNISH_URLS = ["http://127.0.0.1:1"]
    one = Follower(threading.Event())
    yield one
    one.hang_up()


def test_a_new_store_begins_with_an_empty_cdn(follower):
    follower.follow()
    assert standing() == [("varnish 127.0.0.1:1", ["site"], 0, True, False, False)]
    follower.follow()
    assert len(standing()) == 1
    Follower(threading.Event()).follow()  # the same node, started again
    assert len(standing()) == 1
    log.renew()
    follower.follow()
    assert [row[1] for row in standing()] == [["site"], ["site"]]


def test_a_node_that_was_behind_has_the_cdn_told_once_more(follower, data_dir, monkeypatch):
    """Whatever it answered meanwhile was stale, and the first word came too early for that."""
    follower.follow()
    Errand.objects.all().delete()
    delivery.purge(["article:7"])
    follower.follow()
    assert [row[1] for row in standing()] == [["article:7"]]
    delivery.purge(["article:8"])
    token = data_dir / "pages" / "token"
    before = token.stat().st_mtime - 60
    os.utime(token, (before, before))
    follower.follow()
    assert [row[1] for row in standing()] == [["article:7"], ["article:8"], ["article:8"]]
    follower.follow()
    assert len(standing()) == 3
