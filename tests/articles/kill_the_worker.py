"""
A program: the worker is killed without a word at every step of applying a planned change, then another goes on.

Run by test_schedule_killed.py on the database of the running test. A step is one statement to the database, or the
moment before or after a commit. It prints one JSON object: {"steps": number of steps at which a worker died, "left":
{what the dead worker left: how often}, "wrong": [what was not as it should be once another worker had run]}.
"""

import json
import os
import signal
import sys
from collections import Counter
from datetime import timedelta

import django

django.setup()

from django.db import connection, connections  # noqa: E402
from django.utils import timezone  # noqa: E402

from accounts.models import AuditEntry  # noqa: E402
from articles import jobs, schedule, workflow  # noqa: E402
from articles.models import Article, PlannedChange, PublishAct  # noqa: E402
from tests.articles.test_interleavings import half_published  # noqa: E402
from tests.factories import make_chief, make_content, make_published  # noqa: E402

MOST = 500  # steps; a publication takes far fewer
EXPECTED = {
    "applied": {"planned": "applied", "headline": "As it shall be", "live": 2, "acts": [1, 2], "published": 2, "held": 0},
    "held": {"planned": "held", "headline": "Corrected", "live": 3, "acts": [1, 3], "published": 2, "held": 1},
}  # fmt: skip


def make(outcome, by):
    """Return a PlannedChange whose time has come; where it is to be ``held``, readers see another version meanwhile."""
    article = make_published(by=by, headline="As it stands")
    version = workflow.save(article, make_content(headline="As it shall be"), by=by, base=1)
    planned = schedule.publish_later(version, by=by, at=timezone.now() + timedelta(hours=1))
    if outcome == "held":
        right = workflow.save(article, make_content(headline="Corrected"), by=by, base=2)
        workflow.publish(right, by=by)
    PlannedChange.objects.filter(pk=planned.pk).update(at=timezone.now())
    return planned


def in_a_process(work):
    """Run ``work`` in a process of its own, on a connection of its own; return whether it lived to the end."""
    connections.close_all()
    if connection.vendor == "postgresql":
        connection.close_pool()  # else the two processes would speak through one socket
    pid = os.fork()
    if pid == 0:
        try:
            work()
            os._exit(0)
        finally:
            os._exit(1)
    status = os.waitpid(pid, 0)[1]
    if os.WIFEXITED(status) and os.WEXITSTATUS(status):
        raise SystemExit("A worker failed instead of being killed.")
    return os.WIFEXITED(status)


def die_at(step):
    """Do what the worker does every second, and die at the step with this number, counted from 0."""
    left = [step]

    def count():
        if left[0] == 0:
            os.kill(os.getpid(), signal.SIGKILL)
        left[0] -= 1

    def counted(execute, sql, params, many, context):
        count()
        return execute(sql, params, many, context)

    commit = connection._commit

    def committed():
        count()
        commit()
        count()

    connection._commit = committed
    with connection.execute_wrapper(counted):
        jobs.apply_planned_changes()


def seen(planned):
    """Return what stands of a planned change, in the words of EXPECTED."""
    article = Article.objects.select_related("live_revision").get(pk=planned.article_id)
    told = AuditEntry.objects.filter(target_type="articles.article", target_id=article.pk)
    acts = PublishAct.objects.filter(article=article).order_by("id")
    assert half_published(article) == [], half_published(article)
    return {
        "planned": PlannedChange.objects.get(pk=planned.pk).state,
        "headline": article.headline,
        "live": article.live_revision.number,
        "acts": list(acts.values_list("revision__number", flat=True)),
        "published": told.filter(verb="publish").count(),
        "held": told.filter(verb="held back").count(),
    }


def main(outcome):
    by, left, wrong = make_chief(), Counter(), []
    for step in range(MOST):
        planned = make(outcome, by)
        if in_a_process(lambda step=step: die_at(step)):
            break
        left[seen(planned)["planned"]] += 1
        in_a_process(jobs.apply_planned_changes)
        in_a_process(jobs.apply_planned_changes)
        if (found := seen(planned)) != EXPECTED[outcome]:
            wrong.append((step, found))
    print(json.dumps({"steps": sum(left.values()), "left": left, "wrong": wrong}))


if __name__ == "__main__":
    main(sys.argv[1])
