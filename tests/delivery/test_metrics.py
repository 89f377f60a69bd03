"""What Prometheus is told, by whom it may be read, and that no process loses its counts by dying."""

import os
import signal
import subprocess
import sys
from datetime import timedelta
from ipaddress import ip_network

import pytest
from django.utils import timezone

from delivery import metrics
from delivery.models import Heartbeat
from tests.delivery.conftest import ask
from tests.delivery.running import ROOT
from tests.factories import make_published
from tests.processes import database_url


@pytest.fixture(autouse=True)
def own_counters(data_dir, monkeypatch):
    monkeypatch.setattr(metrics, "_own", None)


def told(now=None):
    """Return {name with labels: number} of a report."""
    lines = metrics.report(now or timezone.now()).splitlines()
    return {name: float(number) for name, number in (line.rsplit(" ", 1) for line in lines if line[0] != "#")}


def test_answers_are_counted_by_where_they_come_from(front):
    address = make_published().get_absolute_url()
    for path in (address, address, address, "/healthz", "/nowhere/"):
        ask(front, path)
    found = told()
    assert found['newsroom_answers_total{from="made"}'] == 2  # the story and what is not there
    assert found['newsroom_answers_total{from="stored"}'] == 2
    assert found['newsroom_answers_total{from="passed"}'] == 1
    assert found["newsroom_pages_kept_total"] == found["newsroom_store_pages"] == 1
    assert found["newsroom_make_seconds_count"] == 2
    assert 0 < found["newsroom_make_seconds_sum"] < 60
    assert found["newsroom_store_bytes"] > 1000


def test_the_report_is_well_formed_and_knows_the_worker(db):
    now = timezone.now()
    assert "newsroom_worker_age_seconds" not in told(now)
    Heartbeat.objects.create(name="worker", at=now - timedelta(seconds=7))
    Heartbeat.objects.create(name="backup", at=now - timedelta(hours=1))
    metrics.note_lag(1.5)
    found = told(now)
    assert found["newsroom_worker_age_seconds"] == 7
    assert found["newsroom_backup_age_seconds"] == 3600
    assert found["newsroom_worker_lag_seconds"] == 1.5
    assert found["newsroom_ready"] == 1
    lines = metrics.report(now).splitlines()
    said = [line.split()[2] for line in lines if line.startswith("# TYPE")]
    assert len(said) == len(set(said)) == sum(line.startswith("# HELP") for line in lines)
    for line in lines:
        assert (
            line.startswith("# ")
            or line.split("{")[0].split(" ")[0].removesuffix("_sum").removesuffix("_count") in said
        )


COUNT = """
import os, sys, time
import django; django.setup()
from django.conf import settings
settings.DATA_DIR = sys.argv[1]
from delivery import metrics
for _ in range(1000):
    metrics.count("purges")
print("counted", flush=True)
time.sleep(60)
"""


def counting(folder):
    environment = {**os.environ, "DATABASE_URL": database_url(), "DJANGO_SETTINGS_MODULE": "tests.settings"}
    process = subprocess.Popen(
        [sys.executable, "-c", COUNT, str(folder)],
        cwd=ROOT,
        env=environment,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout.readline() == "counted\n"
    return process


def test_two_processes_count_side_by_side_and_one_that_is_killed_leaves_its_sum_to_the_next(db, data_dir):
    both = [counting(data_dir) for _ in range(2)]
    assert (metrics.totals()["purges"], len(list(metrics.folder().iterdir()))) == (2000, 2)
    for process in both:
        process.send_signal(signal.SIGKILL)
        process.wait()
    third = counting(data_dir)
    third.kill()
    third.wait()
    assert (metrics.totals()["purges"], len(list(metrics.folder().iterdir()))) == (3000, 2)


def test_it_is_there_for_who_was_named_alone(db, client, settings):
    def status(**headers):
        return client.get("/api/metrics", **headers).status_code

    here, token = {"REMOTE_ADDR": "10.1.2.3"}, {"HTTP_AUTHORIZATION": "Bearer s3cret"}
    assert (status(), status(**here), status(**token), status(HTTP_AUTHORIZATION="Bearer ")) == (
        404,
        404,
        404,
        404,
    )
    settings.METRICS_ALLOWED, settings.METRICS_TOKEN = [ip_network("10.0.0.0/8")], "s3cret"
    assert (status(), status(**here), status(**token)) == (404, 200, 200)
    assert status(HTTP_AUTHORIZATION="Bearer wrong") == 404
    assert status(HTTP_X_FORWARDED_FOR="10.1.2.3") == 404  # said by a stranger
    settings.TRUSTED_PROXIES = ["10.1.2.3"]
    assert status(**here, HTTP_X_FORWARDED_FOR="198.51.100.7") == 404  # a stranger behind our proxy
    assert status(**here, HTTP_X_FORWARDED_FOR="198.51.100.7, 10.9.9.9") == 200
