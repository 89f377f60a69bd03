from datetime import datetime, timedelta

import pytest
from django.utils import timezone

import delivery
from delivery import worker
from delivery.models import Heartbeat, Moment, Purge

pytestmark = pytest.mark.django_db


def test_a_purge_writes_each_key_once():
    delivery.purge(["article:7", "list:all", "article:7"])
    assert list(Purge.objects.order_by("id").values_list("key", flat=True)) == ["article:7", "list:all"]
    assert Moment.objects.count() == 0


def test_a_purge_ahead_is_also_a_moment():
    at = timezone.now() + timedelta(hours=1)
    delivery.purge(["article:7"], at=at)
    assert list(Purge.objects.values_list("key", flat=True)) == ["article:7"]
    assert list(Moment.objects.values_list("key", "at")) == [("article:7", at)]


def test_a_moment_needs_a_time_zone():
    with pytest.raises(ValueError, match="time zone"):
        delivery.purge(["article:7"], at=datetime(2026, 3, 1, 6))


def test_the_worker_beats_and_prunes():
    old = timezone.now() - timedelta(days=8)
    Purge.objects.create(key="old", at=old)
    Purge.objects.create(key="new", at=timezone.now())
    Moment.objects.create(key="passed", at=old)
    Moment.objects.create(key="ahead", at=timezone.now() + timedelta(days=1))
    worker.beat()
    worker.beat()
    worker.prune()
    assert list(Heartbeat.objects.values_list("name", flat=True)) == ["worker"]
    assert list(Purge.objects.values_list("key", flat=True)) == ["new"]
    assert list(Moment.objects.values_list("key", flat=True)) == ["ahead"]


def test_a_job_that_fails_stops_no_other(caplog):
    def broken():
        raise RuntimeError("no disk")

    worker.Job(broken, seconds=1).run()
    assert "The job broken failed and will be tried again." in caplog.text
