"""The folder for copy: real files, real workers, killed at any moment; each file is one draft and lies in one place."""

import os
import random
import signal
import socket
import subprocess
import sys
import threading
import time
from datetime import date
from pathlib import Path
from urllib.parse import quote

import pytest
from django.db import OperationalError, connection
from django.utils import timezone

from articles.models import Article
from wire import folder
from wire.folder import Watcher, failed
from wire.models import Item

pytestmark = pytest.mark.django_db
COPY = "Bridge number {} reopens to trams\n\nMARROW, 4 May 2026 - The bridge reopens, the city says.\n"
FIRST = COPY.format(1)
ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def wire(settings, tmp_path, monkeypatch):
    """The folder above `in`, `done` and `failed`; files count as complete as soon as they look the same twice."""
    settings.DATA_DIR = tmp_path
    monkeypatch.setattr(folder, "QUIET", 0.0)
    (tmp_path / "wire/in").mkdir(parents=True)
    return tmp_path / "wire"


def put(wire, name, text=FIRST):
    path = wire / "in" / name
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


def turns(number=2):
    watcher = Watcher()
    for _turn in range(number):
        watcher.turn()


def files(path):
    return sorted(str(found.relative_to(path)) for found in path.rglob("*") if not found.is_dir())


def test_a_file_becomes_a_draft_and_lies_with_those_of_its_day(wire):
    put(wire, "bridge.txt")
    turns()
    assert files(wire) == [f"done/{timezone.localdate():%Y-%m-%d}/bridge.txt"]
    assert Article.objects.get().working_headline == "Bridge number 1 reopens to trams"
    assert Item.objects.get().name == "bridge.txt"


def test_a_file_is_taken_only_once_it_has_not_changed_for_two_seconds(wire, monkeypatch):
    monkeypatch.setattr(folder, "QUIET", 2.0)
    clock = [100.0]
    monkeypatch.setattr(folder.time, "monotonic", lambda: clock[0])
    watcher, path = Watcher(), put(wire, "bridge.txt", "Bridge number 1 reopens")
    for at, growing in ((100, True), (101.5, True), (103, True), (104.9, False)):
        clock[0] = at
        watcher.turn()
        assert files(wire) == ["in/bridge.txt"]
        if growing:
            path.write_text(path.read_text() + " and more", encoding="utf-8")
    clock[0] = 106.9
    watcher.turn()
    assert Article.objects.get().working_headline == "Bridge number 1 reopens and more and more and more"
    assert files(wire / "in") == []


@pytest.mark.parametrize(
    ("name", "data", "reason"),
    [
        ("empty.txt", b"", "The copy is empty; send the file with its text."),
        (
            "photo.txt",
            b"\x89PNG\r\n",
            "The copy is a PNG file; save it as plain text and send that.",
        ),
        (
            "latin.txt",
            "Brücke öffnet".encode("cp1252"),
            "The copy is not UTF-8 (byte 0xfc at position 2); name its encoding, for example cp1252.",
        ),
        (
            "huge.txt",
            b"word " * 500_000,
            "The copy has 2.5 MB and at most 2 MB are taken; send the text alone.",
        ),
    ],
)
def test_what_can_not_be_read_lies_beside_its_reason(wire, name, data, reason):
    put(wire, name, data)
    turns()
    assert files(wire) == [f"failed/{name}", f"failed/{name}.txt"]
    assert (wire / "failed" / name).read_bytes() == data
    assert (wire / f"failed/{name}.txt").read_text(encoding="utf-8") == f"{reason}\n"
    assert failed() == (1, [(name, reason)])
    assert not Article.objects.exists()


def test_one_bad_file_holds_up_no_other(wire):
    put(wire, "a.txt", b"")
    put(wire, "b.txt")
    turns()
    assert files(wire) == [
        f"done/{timezone.localdate():%Y-%m-%d}/b.txt",
        "failed/a.txt",
        "failed/a.txt.txt",
    ]


def test_folders_links_pipes_and_unfinished_files_stay(wire, tmp_path):
    outside = tmp_path / "secret.txt"
    outside.write_text(COPY.format(9), encoding="utf-8")
    (wire / "in/link.txt").symlink_to(outside)
    (wire / "in/folder").mkdir()
    put(wire, "folder/inside.txt")
    os.mkfifo(wire / "in/pipe.txt")
    pipe = socket.socket(socket.AF_UNIX)
    pipe.bind(str(wire / "in/socket"))
    for name in (".hidden.txt", "growing.txt.part", "GROWING.TMP", "backup.txt~"):
        put(wire, name)
    before = files(wire)
    put(wire, "whole.txt", COPY.format(2))
    turns(3)
    pipe.close()
    assert [name for name in files(wire) if not name.startswith("done/")] == before
    assert [article.working_headline for article in Article.objects.all()] == [
        "Bridge number 2 reopens to trams"
    ]


def test_the_same_bytes_again_make_no_second_draft_and_no_file_is_written_over(wire):
    day = wire / "done" / f"{timezone.localdate():%Y-%m-%d}"
    for text in (COPY.format(1), COPY.format(1), COPY.format(2)):
        put(wire, "bridge.txt", text)
        turns()
    assert files(day) == ["bridge-2.txt", "bridge-3.txt", "bridge.txt"]
    assert (day / "bridge-3.txt").read_text(encoding="utf-8") == COPY.format(2)
    assert Article.objects.count() == 2


def test_a_failed_file_is_never_taken_for_the_reason_of_another(wire):
    put(wire, "a.txt", b"\x89PNG the first")
    turns()
    put(wire, "a", b"\x89PNG the second")
    turns()
    held = {name: (wire / "failed" / name).read_bytes() for name in files(wire / "failed")}
    assert sorted(held) == ["a-2", "a-2.txt", "a.txt", "a.txt.txt"]
    assert (held["a.txt"], held["a-2"]) == (b"\x89PNG the first", b"\x89PNG the second")


@pytest.mark.parametrize("name", ["ж" * 120 + ".txt", "x" * 255, "line\nbreak.txt", "quote'\"<b>.txt"])
def test_any_name_is_taken(wire, name):
    put(wire, name)
    put(wire, f"2{name}"[:255] if len(os.fsencode(name)) < 255 else "2" + name[1:], b"")
    turns()
    assert Article.objects.count() == 1
    assert failed()[0] == 1
    assert files(wire / "in") == []


def test_a_name_that_is_no_text_is_taken(wire):
    with open(os.fsencode(wire / "in") + b"/\xff\xfe.txt", "wb") as file:
        file.write(COPY.format(1).encode())
    turns()
    assert Item.objects.get().name == "��.txt"


def breaking(error):
    """Return a wrapper of the database in which every insert into the wire's table raises ``error``."""

    def run(execute, sql, params, many, context):
        if sql.startswith('INSERT INTO "wire_item"'):
            raise error
        return execute(sql, params, many, context)

    return connection.execute_wrapper(run)


def test_a_database_that_does_not_answer_is_no_fault_of_the_copy(wire):
    put(wire, "bridge.txt")
    with breaking(OperationalError("database is locked")), pytest.raises(OperationalError):
        turns()
    assert [name.rpartition("/")[2] for name in files(wire)] == ["bridge.txt"]
    turns()
    assert files(wire) == [f"done/{timezone.localdate():%Y-%m-%d}/bridge.txt"]
    assert Article.objects.count() == 1


def test_a_fault_of_the_reader_leaves_a_sentence_and_lets_the_others_pass(wire):
    put(wire, "bridge.txt")
    with breaking(ZeroDivisionError()):
        turns()
    assert failed() == (
        1,
        [
            (
                "bridge.txt",
                "Reading it failed here (ZeroDivisionError); whoever runs this site finds more in the worker's log.",
            )
        ],
    )


@pytest.mark.django_db(transaction=True)
def test_two_workers_on_one_folder_take_each_file_once(wire):
    for number in range(30):
        put(wire, f"{number:02}.txt", COPY.format(number) if number % 5 else "")

    def work():
        turns(4)
        connection.close()

    workers = [threading.Thread(target=work) for _worker in range(3)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join(60)
    turns()
    assert Article.objects.count() == Item.objects.count() == 24
    assert len(files(wire / "done")) == 24
    assert len(files(wire / "failed")) == 12
    assert failed()[0] == 6
    assert (files(wire / "in"), files(wire / "working")) == ([], [])


@pytest.mark.django_db(transaction=True)
def test_a_worker_killed_at_any_moment_loses_nothing_and_doubles_nothing(wire):
    number = 40
    for one in range(number):
        put(wire, f"{one:02}.txt", COPY.format(one) if one % 10 else b"\x89PNG %d" % one)
    chance = random.Random(7)
    kills = 0
    while files(wire / "in") or files(wire / "working"):
        process = start_worker(wire)
        process.stdout.readline()  # it stands before its first file
        last = len(files(wire / "in")) - chance.randrange(8)  # by what it has done: machines differ in speed
        while len(files(wire / "in")) > max(last, 0):
            time.sleep(0.001)
        time.sleep(chance.uniform(0.0, 0.03 if last > 0 else 0.6))
        process.send_signal(signal.SIGKILL)
        process.wait()
        kills += 1
        assert kills < 60
    assert kills >= 3
    assert len(files(wire / "done")) > number / 2  # the killed ones did their part
    turns(3)
    assert (files(wire / "in"), files(wire / "working")) == ([], [])
    assert sorted(Article.objects.values_list("working_headline", flat=True)) == sorted(
        f"Bridge number {one} reopens to trams" for one in range(number) if one % 10
    )
    assert Item.objects.count() == number - 4
    # A file may lie twice if the kill fell between its two names; none is missing.
    kept = {
        (wire / "done" / name).read_text(encoding="utf-8")
        for name in files(wire / "done")
    }  # fmt: skip
    assert kept == {COPY.format(one) for one in range(number) if one % 10}
    assert failed()[0] >= 4


WORKER = """
import django
django.setup()
from wire import folder
folder.QUIET = 0.0
watcher = folder.Watcher()
watcher.complete()
print("ready", flush=True)
while True:
    watcher.turn()
"""


def start_worker(wire):
    at = connection.settings_dict
    if connection.vendor == "sqlite":
        database = f"sqlite:///{at['NAME']}"
    else:
        where = f"{at['USER']}:{at['PASSWORD']}@{quote(at['HOST'], safe='')}:{at['PORT']}"
        database = f"postgresql://{where}/{at['NAME']}"
    surroundings = {
        "DJANGO_SETTINGS_MODULE": "newsroom.settings",
        "DATABASE_URL": database,
        "DATA_DIR": str(wire.parent),
    }
    return subprocess.Popen(
        [sys.executable, "-c", WORKER],
        cwd=ROOT,
        env=os.environ | surroundings,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )


def test_what_came_on_a_day_lies_under_the_newsrooms_date(wire, monkeypatch):
    monkeypatch.setattr(folder.timezone, "localdate", lambda: date(2026, 5, 4))
    put(wire, "bridge.txt")
    turns()
    assert files(wire) == ["done/2026-05-04/bridge.txt"]
