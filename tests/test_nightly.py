"""The copy of every night: when it is due, who makes it, what stays, what it costs."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from django.core.management import call_command

from delivery import health, watch
from delivery.models import Heartbeat
from newsroom import backup, nightly

KYIV_THREE = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)  # two hours ahead in winter
DAY = timedelta(days=1)


def note(name, at):
    Heartbeat.objects.update_or_create(name=name, defaults={"at": at})


def test_the_night_is_that_of_the_newsroom():
    assert nightly.last_night(KYIV_THREE) == KYIV_THREE
    assert nightly.last_night(KYIV_THREE - timedelta(seconds=1)) == KYIV_THREE - DAY
    summer = datetime(2026, 7, 2, 12, 0, tzinfo=UTC)
    assert nightly.last_night(summer) == datetime(2026, 7, 2, 0, 0, tzinfo=UTC)


@pytest.mark.django_db
def test_a_copy_is_made_once_a_night_by_one_worker_and_again_an_hour_after_a_failure():
    at = KYIV_THREE - timedelta(hours=2)
    assert not nightly.claim(at)  # a new site waits for its first night
    assert not nightly.claim(KYIV_THREE - timedelta(seconds=1))
    assert nightly.claim(KYIV_THREE)
    assert not nightly.claim(KYIV_THREE)
    note("backup failed", KYIV_THREE + timedelta(minutes=1))
    assert not nightly.claim(KYIV_THREE + timedelta(minutes=61))
    assert nightly.claim(KYIV_THREE + timedelta(minutes=62))
    note("backup", KYIV_THREE + timedelta(minutes=63))
    assert not nightly.claim(KYIV_THREE + timedelta(hours=23))
    assert nightly.claim(KYIV_THREE + 4 * DAY)  # the worker was away for days: one copy makes up for it
    assert not nightly.claim(KYIV_THREE + 4 * DAY + timedelta(hours=5))
    assert nightly.claim(KYIV_THREE + 4 * DAY + timedelta(hours=7))  # whoever was at it died


@pytest.fixture
def house(settings, tmp_path):
    """A house with a picture; the tests' database is empty, which is a database too."""
    settings.DATA_DIR, settings.BACKUP_DIR = tmp_path / "data", str(tmp_path / "copies")
    (tmp_path / "data" / "originals").mkdir(parents=True)
    (tmp_path / "data" / "originals" / "a.jpg").write_bytes(b"picture" * 1000)
    return tmp_path


@pytest.mark.django_db(transaction=True)
def test_what_did_not_change_is_linked_to_the_copy_before_and_both_are_whole(house):
    first, second, third = (house / "copies" / name for name in ("one", "two", "three"))
    call_command("backup", str(first))
    (house / "data" / "originals" / "b.jpg").write_bytes(b"another")
    call_command("backup", str(second), "--like", str(first))
    (house / "data" / "originals" / "a.jpg").write_bytes(b"changed" * 1000)
    call_command("backup", str(third), "--like", str(second))
    picture, other = "originals/a.jpg", "originals/b.jpg"
    assert (first / picture).stat().st_ino == (second / picture).stat().st_ino
    assert (second / other).stat().st_ino == (third / other).stat().st_ino
    assert (third / picture).read_bytes() == b"changed" * 1000
    assert (second / picture).read_bytes() == b"picture" * 1000
    for copy in (first, second, third):
        backup.refuse_broken(copy)
        assert copy.stat().st_mode & 0o777 == 0o700
    assert (house / "data" / picture).stat().st_nlink == 1  # a copy, not another name of what is in use


@pytest.mark.django_db(transaction=True)
def test_the_night_passes(house, monkeypatch):
    """The claim, the copy and what is removed afterwards; the process that copies is replaced by the function it calls."""
    folder = house / "copies"
    for day in range(1, 17):
        (folder / f"2026-01-{day:02}T03-00").mkdir(parents=True)
    (folder / "2026-01-05T03-00.unfinished").mkdir()
    (folder / "mine").mkdir()
    monkeypatch.setattr(
        nightly, "copy_into", lambda folder, now: backup.backup(folder / "2026-03-02T03-00") or ""
    )
    note("backup begun", KYIV_THREE - 30 * DAY)
    nightly.back_up()
    names = sorted(path.name for path in folder.iterdir())
    assert names == [*(f"2026-01-{day:02}T03-00" for day in range(4, 17)), "2026-03-02T03-00", "mine"]
    backup.refuse_broken(folder / "2026-03-02T03-00")
    assert set(health.backup_times()) == {"backup", "backup begun"}
    nightly.back_up()
    assert len(list(folder.iterdir())) == 15


@pytest.mark.django_db(transaction=True)
def test_a_failure_is_told_and_tried_again(house, monkeypatch, mailoutbox, settings):
    settings.ADMIN_MAIL = ["night@news.example"]
    monkeypatch.setattr(watch, "_told", {})
    Path(settings.BACKUP_DIR).write_text("a file where a folder should be")
    note("backup begun", KYIV_THREE - 30 * DAY)
    nightly.back_up()
    [mail] = mailoutbox
    assert "The nightly backup failed: " in mail.subject and "Not a directory" in mail.body
    assert set(health.backup_times()) == {"backup failed", "backup begun"}


@pytest.mark.django_db(transaction=True)
def test_a_copy_that_was_killed_has_failed_although_it_said_nothing(house, monkeypatch, mailoutbox, settings):
    """As by a machine that runs out of memory. In the place of manage.py stands a program that this happens to."""
    settings.ADMIN_MAIL = ["night@news.example"]
    monkeypatch.setattr(watch, "_told", {})
    settings.BASE_DIR = house
    (house / "manage.py").write_text("import os, signal\nos.kill(os.getpid(), signal.SIGKILL)\n")
    earlier = house / "copies" / "2026-03-01T03-00"
    earlier.mkdir(parents=True)
    note("backup begun", KYIV_THREE - 30 * DAY)
    nightly.back_up()
    [mail] = mailoutbox
    assert mail.subject.endswith("The nightly backup failed: the process ended with -9.")
    assert set(health.backup_times()) == {"backup failed", "backup begun"}
    assert list((house / "copies").iterdir()) == [earlier]
