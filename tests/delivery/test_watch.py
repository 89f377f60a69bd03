"""What the administrators are told, when, and how often."""

from collections import namedtuple
from datetime import timedelta

import pytest
from django.utils import timezone

from delivery import health, log, store, watch
from delivery.models import Heartbeat
from delivery.watch import Watch, tell

Usage = namedtuple("Usage", "total used free")


@pytest.fixture
def told(settings, data_dir, db, mailoutbox, monkeypatch):
    """The mails that go out from a machine on which all is well."""
    settings.ADMIN_MAIL, settings.BACKUP_DIR = (
        ["night@news.example"],
        str(data_dir / "copies"),
    )
    monkeypatch.setattr(watch, "_told", {})
    return mailoutbox


def well(now):
    Heartbeat.objects.update_or_create(name="worker", defaults={"at": now})
    store.folder().mkdir(exist_ok=True)
    log.save_token(log.token())


def test_a_worker_that_stays_dead_is_told_once_in_six_hours(told, monkeypatch):
    now = timezone.now()
    well(now)
    one, other = Watch(), Watch()
    assert one.look(now) == []
    later = now + timedelta(minutes=1)
    assert one.look(later) == []  # it may only be starting
    assert one.look(later) == ["worker"]
    other.look(later)
    assert other.look(later) == ["worker"]  # another process of this machine
    [mail] = told
    assert mail.to == ["night@news.example"]
    assert mail.subject == (
        f"[The Test Courier] The worker was last seen at {now.isoformat('T', 'seconds')}; start one with `manage.py worker`."
    )
    assert "This is http://testserver, on the machine " in mail.body
    monkeypatch.setattr(watch.time, "time", lambda: now.timestamp() + 7 * 3600)
    one.look(later)
    assert len(told) == 2


def test_a_full_disk_is_told_even_where_nothing_can_be_noted(told, monkeypatch, data_dir):
    now = timezone.now()
    well(now)
    assert health.worries(now) == {}
    monkeypatch.setattr(health.shutil, "disk_usage", lambda path: Usage(10, 10, 500 * 1024 * 1024))
    assert health.worries(now) == {"disk": f"The disk of {data_dir} is nearly full."}
    assert health.reasons_not_ready(now) == []
    (data_dir / "told").write_text("a file where a folder should be")
    one = Watch()
    for _ in range(3):
        one.look(now)
    assert [mail.subject for mail in told] == [f"[The Test Courier] The disk of {data_dir} is nearly full."]


def test_a_backup_that_failed_or_never_came_is_a_worry(told, settings):
    now = timezone.now().replace(microsecond=0)
    well(now)

    def at(name, hours):
        Heartbeat.objects.update_or_create(name=name, defaults={"at": now - timedelta(hours=hours)})

    at("backup begun", 20)
    assert health.worries(now) == {}
    at("backup begun", 27)
    assert health.worries(now) == {
        "backup": f"There was no backup since {(now - timedelta(hours=27)).isoformat()}."
    }
    at("backup", 2)
    assert health.worries(now) == {}
    at("backup failed", 1)
    assert health.worries(now) == {"backup": "The nightly backup failed; the log of the worker says why."}
    settings.BACKUP_DIR = None
    assert health.worries(now) == {}


def test_without_a_mail_server_it_stands_in_the_log(told, settings, caplog):
    settings.EMAIL_BACKEND, settings.EMAIL_PORT = "django.core.mail.backends.smtp.EmailBackend", 1
    assert tell("disk", "The disk is full.")
    assert not tell("disk", "The disk is full.")
    assert [record.getMessage().split(":")[0] for record in caplog.records] == [
        "The disk is full.",
        "The administrators could not be mailed",
    ]
