"""The worker's jobs: when they run again, what a failure changes, what takes long, and how it stops."""

import signal
import subprocess
import sys
import time

import pytest

from delivery import store, worker
from delivery.worker import Job
from tests.delivery.running import ROOT
from tests.processes import surroundings


def fail():
    raise ValueError("broken")


def test_what_fails_is_tried_again_after_a_wait_that_grows_to_half_a_minute():
    waits, job = [], Job(fail, seconds=3600)
    for _ in range(8):
        job.run()
        waits.append(job.wait())
    assert waits == [1, 2, 4, 8, 16, 30, 30, 30]
    job.function = lambda: None
    job.run()
    assert job.wait() == 3600


def test_a_job_knows_how_late_it_began():
    job = Job(lambda: None, seconds=1)
    job.run()
    assert job.lag == 0
    job.due = time.monotonic() - 5
    job.run()
    assert 5 <= job.lag < 10


STUBBORN = """
import threading, time
import django; django.setup()
from delivery import worker
del worker.JOBS[:]

@worker.every(1)
def quick():
    print("quick", flush=True)

@worker.every(1)
def broken():
    raise ValueError("It broke.")

@worker.every(1, beside=True)
def long():
    print("long begins", flush=True)
    worker.stopping.wait(60)
    print("long ends", flush=True)

worker.Worker().run()
print("stopped", flush=True)
"""


@pytest.mark.django_db(transaction=True)
def test_a_long_job_holds_up_no_other_and_ends_when_the_worker_is_told_to_stop():
    process = subprocess.Popen(
        [sys.executable, "-c", STUBBORN],
        cwd=ROOT, env=surroundings(), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
    try:
        said = [process.stdout.readline().strip() for _ in range(4)]
        assert sorted(said) == ["long begins", "quick", "quick", "quick"]
        process.send_signal(signal.SIGTERM)
        rest, errors = process.communicate(timeout=20)
    finally:
        process.kill()
    assert rest.split("\n")[-3:] == ["long ends", "stopped", ""]
    assert process.returncode == 0
    assert "The job broken failed and will be tried again." in errors and "It broke." in errors


BUSY = """
import io, threading, time
from datetime import timedelta
import django; django.setup()
from django.db import connection
from django.utils import timezone
from PIL import Image as Picture
from delivery import worker
from images import library
from images.models import Image
from tests.factories import make_chief, make_ticker, make_user
from tickers import log
from tickers.models import Entry, Ticker

out = io.BytesIO()
Picture.effect_noise((1600, 1000), 90).convert("RGB").save(out, "JPEG", quality=90)
library.take_in(out.getvalue(), name="noise.jpg", by=make_user("petra", "picture desk"))
make_ticker()
Ticker.objects.update(posting="delayed", delay_minutes=5)

def wait_until(true):
    ends = time.monotonic() + 60
    while not true() and time.monotonic() < ends:
        time.sleep(0.05)

def post():
    being_made = Image.objects.exclude(ladder__has_key="avif").filter(claimed_at__isnull=False)
    wait_until(being_made.exists)
    made = timezone.now() - timedelta(minutes=5)
    log.post(Ticker.objects.get(), {"body": "<p>The bridge is open.</p>"}, by=make_chief(), at=made)
    wait_until(Entry.objects.filter(state="live").exists)
    print("out while the picture is made:", being_made.exists(), flush=True)
    worker.stopping.set()
    connection.close()

threading.Thread(target=post).start()
worker.Worker().run()
print("made:", Image.objects.get().ladder["avif"], Image.objects.get().claimed_at, flush=True)
"""


@pytest.mark.django_db(transaction=True)
def test_a_picture_that_takes_long_does_not_keep_what_is_due_from_readers():
    done = subprocess.run(
        [sys.executable, "-c", BUSY],
        cwd=ROOT,
        env=surroundings(),
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert done.stdout.splitlines() == [
        "out while the picture is made: True",
        "made: [320, 480, 768, 1024, 1280] None",
    ], done.stderr
    assert done.returncode == 0
    assert "ERROR" not in done.stderr


def test_what_killed_processes_left_is_swept_away(data_dir):
    kept = store.Store.make(store.folder() / "release-epoch")
    for folder in (store.folder() / "gone12", kept.folder / "new" / "gone-34"):
        (folder / "pages").mkdir(parents=True)
    for file in (store.folder() / "token.56", kept.folder / "new" / "78", store.folder() / "token"):
        file.write_text("x")
    store.sweep(time.time() - 3600)
    assert (store.folder() / "gone12").exists()
    store.sweep(time.time() + 1)
    assert sorted(path.name for path in store.folder().iterdir()) == ["release-epoch", "token"]
    assert list((kept.folder / "new").iterdir()) == []
    assert kept.index.exists()


def test_every_job_of_the_site_is_there_once():
    names = [job.function.__name__ for job in worker.JOBS]
    assert len(names) == len(set(names))
    assert {"beat", "prune", "apply_planned_changes", "make_renditions", "back_up"} <= set(names)
    on_time = {job.function.__name__ for job in worker.JOBS if not job.beside}
    assert on_time == {
        *("beat", "prune", "apply_planned_changes", "release_due"),
        *("thin", "drop_unsaved", "forget_done"),  # a second at most, and seldom
    }
