"""A worker killed at any step of a planned change: the next one applies it once, or holds it once and says so."""

import json
import subprocess
import time
from datetime import timedelta
from pathlib import Path

import pytest
from django.utils import timezone

from articles import schedule, workflow
from articles.models import Article, PlannedChange, PublishAct
from delivery.models import Heartbeat
from tests import processes
from tests.factories import make_chief, make_content, make_published

pytestmark = pytest.mark.django_db(transaction=True)
PROGRAM = Path(__file__).with_name("kill_the_worker.py")
ROOT = PROGRAM.parent.parent.parent


@pytest.mark.parametrize("outcome", ["applied", "held"])
def test_killed_at_each_step_the_change_is_settled_once_by_the_next_worker(outcome):
    process = processes.start(str(PROGRAM), outcome, stdout=subprocess.PIPE, cwd=ROOT, PYTHONPATH=str(ROOT))
    told, _nothing = process.communicate(timeout=600)
    assert process.returncode == 0
    found = json.loads(told.splitlines()[-1])
    print(f"killed at {found['steps']} steps; left {found['left']}")
    assert found["wrong"] == []
    assert found["steps"] >= 10
    # Nothing is half done: before the commit all is as it was, after it all is done.
    assert set(found["left"]) == {"waiting", outcome}


def wait_for(condition, seconds=60):
    limit = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < limit
        time.sleep(0.1)


def test_the_worker_that_is_started_again_applies_what_came_due_while_none_lived():
    ben = make_chief()
    article = make_published(by=ben, headline="As it stands")
    worker = processes.start("manage.py", "worker", cwd=ROOT)
    try:
        wait_for(Heartbeat.objects.filter(name="worker").exists)
    finally:
        worker.kill()
        worker.wait()
    version = workflow.save(article, make_content(headline="As it shall be"), by=ben, base=1)
    planned = schedule.publish_later(version, by=ben, at=timezone.now() + timedelta(seconds=1))
    time.sleep(2)
    assert Article.objects.get().headline == "As it stands"
    workers = [processes.start("manage.py", "worker", cwd=ROOT) for _number in range(2)]
    try:
        wait_for(lambda: PlannedChange.objects.get(pk=planned.pk).state != "waiting")
        time.sleep(2)  # a second worker finds nothing left to do
    finally:
        for one in workers:
            processes.stop(one)
    assert PlannedChange.objects.get(pk=planned.pk).state == "applied"
    assert Article.objects.get().headline == "As it shall be"
    assert list(PublishAct.objects.order_by("id").values_list("revision__number", flat=True)) == [1, 2]
