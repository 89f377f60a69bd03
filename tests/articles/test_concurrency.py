"""Two people at once, on real connections: one of two saves wins, no text is lost, no story is half published."""

import threading
from datetime import timedelta

import pytest
from django.db import connection, transaction
from django.utils import timezone

from articles import schedule, workflow
from articles.models import Article, ConflictCopy, PublishAct, Revision
from articles.permissions import NotAllowed
from tests.factories import make_chief, make_content, make_published, make_revision

pytestmark = pytest.mark.django_db(transaction=True)


def at_once(*acts):
    """Run ``acts`` in threads of their own that start together; return what each returned or raised."""
    barrier = threading.Barrier(len(acts))
    results = [None] * len(acts)

    def run(number, act):
        try:
            barrier.wait(10)
            results[number] = act()
        except Exception as error:  # the error is the result
            results[number] = error
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=item) for item in enumerate(acts)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    return results


@pytest.mark.parametrize("turn", range(5))
def test_of_two_saves_on_one_version_one_wins_and_the_other_is_kept(turn):
    chief = make_chief()
    article = make_revision(by=chief).article

    def saving(headline):
        return lambda: workflow.save(article, make_content(headline=headline), by=chief, base=1)

    results = at_once(saving("One"), saving("Two"))
    won = [result for result in results if isinstance(result, Revision)]
    lost = [result for result in results if isinstance(result, workflow.Conflict)]
    assert (len(won), len(lost)) == (1, 1)
    texts = {won[0].content["headline"], ConflictCopy.objects.get().content["headline"]}
    assert texts == {"One", "Two"}
    assert Article.objects.get().version == 2


def test_one_form_sent_three_times_at_once_is_saved_and_published_once():
    chief = make_chief()
    article = make_revision(by=chief).article

    def press():
        revision = workflow.save(article, make_content(headline="Once"), by=chief, base=1)
        return workflow.publish(revision, by=chief)

    results = at_once(press, press, press)
    assert len({act.pk for act in results}) == 1
    assert (Article.objects.get().version, PublishAct.objects.count()) == (2, 1)


@pytest.mark.parametrize("turn", range(3))
def test_publishing_and_withdrawing_at_once_leave_one_whole_state(turn):
    chief = make_chief()
    revision = make_revision(by=chief)
    workflow.publish(revision, by=chief)
    article = revision.article
    change = workflow.save(article, make_content(headline="Changed"), by=chief, base=1)
    results = at_once(
        lambda: workflow.publish(change, by=chief),
        lambda: workflow.withdraw(article, by=chief, kind="error"),
    )
    assert [result for result in results if isinstance(result, Exception)] == []
    article = Article.objects.get()
    open_acts = PublishAct.objects.filter(until=None).count()
    assert open_acts == (1 if article.is_published() else 0)
    rows = {row.visible_from for row in article.bylines.all()}
    assert rows == {article.visible_from if article.is_published() else None}


@pytest.mark.parametrize("turn", range(5))
def test_calling_off_and_the_worker_at_once_settle_a_change_once_and_whoever_is_late_knows(turn):
    chief = make_chief()
    article = make_published(by=chief, headline="As it stands")
    version = workflow.save(article, make_content(headline="As it shall be"), by=chief, base=1)
    planned = schedule.publish_later(version, by=chief, at=timezone.now() + timedelta(hours=1))
    then = timezone.now() + timedelta(hours=2)
    called_off, _applied = at_once(
        lambda: schedule.set_aside(planned, by=chief), lambda: schedule.apply(planned.pk, now=then)
    )
    planned.refresh_from_db()
    headline = Article.objects.get().headline
    if called_off is None:
        assert (planned.state, headline) == ("cancelled", "As it stands")
    else:
        assert isinstance(called_off, NotAllowed)
        assert (planned.state, headline) == ("applied", "As it shall be")
    assert PublishAct.objects.count() == 1 + (planned.state == "applied")


def test_a_lock_held_too_long_keeps_the_typed_text_on_the_page(client):
    chief = make_chief()
    article = make_revision(by=chief).article
    client.force_login(chief)
    held, done = threading.Event(), threading.Event()

    def hold():
        with transaction.atomic():
            Article.objects.select_for_update().get(pk=article.pk)
            Article.objects.update(due_at=None)
            held.set()
            done.wait(30)
        connection.close()

    holder = threading.Thread(target=hold)
    holder.start()
    held.wait(10)
    data = {"base": 1, "headline": "Typed meanwhile", "genre": "news", "language": "en", "act": "save"}
    for rows in ("bylines", "ticker_links"):
        data |= {f"{rows}-TOTAL_FORMS": 0, f"{rows}-INITIAL_FORMS": 0}
    try:
        page = client.post(f"/admin/articles/article/{article.pk}/change/", data)
    finally:
        done.set()
        holder.join(10)
    text = page.content.decode()
    assert "Somebody else&#x27;s work keeps the database busy; your text is still here." in text
    assert "Typed meanwhile" in text
    assert Article.objects.get().version == 1
