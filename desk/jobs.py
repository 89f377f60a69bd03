"""What the worker does for the desk: it reads the stories that wait for an editor as the checks would."""

import logging
import time
from datetime import timedelta

from django.db.models import Exists, F, OuterRef, Q
from django.utils import timezone

from articles.checks import BLOCK, check
from articles.models import Article, Waiver
from delivery.worker import every
from desk.models import Verdict

log = logging.getLogger(__name__)
WAITING = [Article.State.REVIEW, Article.State.READY]
AGAIN = timedelta(minutes=5)  # terms, licences and other stories change as well
AT_ONCE = 50
SECONDS = 5.0


@every(5, beside=True)
def read_waiting():
    """Note what blocks each story in review or ready, those never read first; forget those that wait no more."""
    Verdict.objects.exclude(article__state__in=WAITING, article__withdrawn_at=None).delete()
    ends = time.monotonic() + SECONDS
    for article in unread(timezone.now())[:AT_ONCE]:
        judge(article)
        if time.monotonic() > ends:
            return


def unread(at):
    """Return the waiting stories of which nothing is known, or only what is older than their text or five minutes."""
    waived_since = Waiver.objects.filter(article=OuterRef("pk"), at__gt=OuterRef("verdict__at"))
    old = (
        Q(verdict=None)
        | ~Q(verdict__revision=F("latest_revision"))
        | Q(verdict__at__lt=at - AGAIN)
        | Q(Exists(waived_since))
    )
    waiting = Article.objects.filter(old, state__in=WAITING, withdrawn_at=None)
    return waiting.select_related("latest_revision").order_by(F("verdict__at").asc(nulls_first=True), "id")


def judge(article):
    """Check the newest version of ``article`` and keep the outcome. A check that breaks must not hold up the others."""
    at = timezone.now()
    try:
        blocking = [found for found in check(article.latest_revision, at) if found.severity == BLOCK]
    except Exception:
        log.exception("The checks broke on story %s.", article.pk)
        blocking = []
    outcome = {
        "revision": article.latest_revision,
        "blocking": len(blocking),
        "first": str(blocking[0].message)[:500] if blocking else "",
        "at": at,
    }
    Verdict.objects.update_or_create(article=article, defaults=outcome)
