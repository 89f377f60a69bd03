"""Earlier versions: restored, put back before readers, thinned out, held for legal."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone

from accounts.models import AuditEntry
from articles import jobs, workflow
from articles.models import Article, Autosave, ConflictCopy, PublishAct, Revision
from articles.permissions import NotAllowed
from delivery.models import Purge
from tests.factories import (
    make_chief,
    make_content,
    make_image,
    make_published,
    make_revision,
    make_section,
    make_user,
)

pytestmark = pytest.mark.django_db
NOON = datetime(2026, 3, 2, 12, tzinfo=ZoneInfo("Europe/Kyiv"))


@pytest.fixture
def chief():
    return make_chief()


def headline(revision):
    return revision.content["headline"]


def saved(article, chief, *headlines):
    """Save one version after another; return the last."""
    for words in headlines:
        version = Article.objects.get(pk=article.pk).version
        revision = workflow.save(article, make_content(headline=words), by=chief, base=version)
    return revision


# Restoring


def test_restoring_makes_a_new_version_and_leaves_what_readers_see(chief):
    article = make_published(by=chief, headline="First")
    saved(article, chief, "Second", "Third")
    restored = workflow.restore(article.revisions.get(number=1), by=chief, base=3)
    assert (restored.number, restored.kind, restored.base, headline(restored)) == (4, "restore", 3, "First")
    assert [headline(revision) for revision in article.revisions.all()] == [
        "First",
        "Third",
        "Second",
        "First",
    ]
    assert Article.objects.get().live_revision.number == 1


def test_restoring_over_a_version_that_nobody_looked_at_is_refused(chief):
    article = make_revision(by=chief, headline="First").article
    saved(article, chief, "Second", "Third")
    with pytest.raises(NotAllowed) as caught:
        workflow.restore(article.revisions.get(number=1), by=chief, base=2)
    assert str(caught.value) == "clara saved version 3 in the meantime; look at that first."
    assert (Article.objects.get().version, ConflictCopy.objects.count()) == (3, 0)


def test_restoring_asks_the_policy(chief):
    revision = make_revision(by=chief, headline="First")
    saved(revision.article, chief, "Second")
    with pytest.raises(NotAllowed):
        workflow.restore(revision, by=make_user("rita", "reporter"), base=2)
    assert Article.objects.get().version == 2


# Putting the last version back


def test_the_last_version_is_put_back_in_one_act(chief):
    article = make_published(by=chief, headline="Right", at=timezone.now() - timedelta(hours=1))
    workflow.publish(saved(article, chief, "Wrong"), by=chief)
    Purge.objects.all().delete()
    act = workflow.put_back(article, by=chief, live=2)
    article = Article.objects.get()
    assert (article.headline, article.version, article.live_revision_id) == ("Right", 3, act.revision_id)
    assert (act.revision.kind, act.note) == ("restore", "Put back: version 1")
    assert article.latest_revision_id == act.revision_id
    assert Purge.objects.filter(key=article.page_key).exists()
    assert [act.until is None for act in PublishAct.objects.all()] == [True, False, False]
    assert (
        AuditEntry.objects.filter(verb="publish").order_by("-id").first().detail["note"]
        == "Put back: version 1"
    )


def test_a_working_copy_that_went_on_stays_as_it_is(chief):
    article = make_published(by=chief, headline="Right", at=timezone.now() - timedelta(hours=1))
    workflow.publish(saved(article, chief, "Wrong"), by=chief)
    saved(article, chief, "Being written")
    act = workflow.put_back(article, by=chief, live=2)
    article = Article.objects.get()
    assert (article.headline, act.revision.number) == ("Right", 1)
    assert (article.version, article.working_headline) == (3, "Being written")


def test_what_was_put_back_can_be_taken_back(chief):
    article = make_published(by=chief, headline="One", at=timezone.now() - timedelta(hours=1))
    workflow.publish(saved(article, chief, "Two"), by=chief)
    workflow.put_back(article, by=chief, live=2)
    workflow.put_back(article, by=chief, live=3)
    assert Article.objects.get().headline == "Two"


def test_nothing_is_put_back_where_another_version_went_out_since(chief):
    article = make_published(by=chief, headline="One", at=timezone.now() - timedelta(hours=1))
    workflow.publish(saved(article, chief, "Two"), by=chief)
    with pytest.raises(NotAllowed, match="What readers see has changed in the meantime; look at it first."):
        workflow.put_back(article, by=chief, live=1)
    assert Article.objects.get().headline == "Two"


@pytest.mark.parametrize("state", ["first", "withdrawn", "draft"])
def test_there_is_nothing_to_put_back(state, chief):
    article = make_revision(by=chief).article if state == "draft" else make_published(by=chief)
    if state == "withdrawn":
        workflow.publish(saved(article, chief, "Two"), by=chief)
        article = workflow.withdraw(article, by=chief, kind="error")
    with pytest.raises(NotAllowed):
        workflow.put_back(article, by=chief, live=article.version)


def test_a_version_that_readers_never_saw_is_not_put_back(chief):
    ahead = timezone.now() + timedelta(hours=1)
    revision = make_revision(by=chief, headline="Set for later")
    workflow.publish(revision, by=chief, at=ahead)
    workflow.publish(saved(revision.article, chief, "Out now"), by=chief)
    with pytest.raises(NotAllowed):
        workflow.put_back(revision.article, by=chief, live=2)


def test_what_may_not_stand_any_more_is_not_put_back(chief):
    image = make_image(alt="")
    article = make_published(
        by=chief, headline="One", lead_image={"id": image.pk, "name": "x"}, lead_alt="A boat"
    )
    workflow.publish(saved(article, chief, "Two"), by=chief)
    image.licence_until = timezone.now() - timedelta(days=2)
    image.save()
    with pytest.raises(workflow.Blocked):
        workflow.put_back(article, by=chief, live=2)
    article = Article.objects.get()
    assert (article.headline, article.version) == ("Two", 2)


def test_a_reporter_puts_nothing_back(chief):
    ana = make_user("ana", "reporter")
    article = make_published(by=chief)
    workflow.publish(saved(article, chief, "Two"), by=chief)
    with pytest.raises(NotAllowed, match="Only an editor can publish"):
        workflow.put_back(article, by=ana, live=2)


# Legal hold


def test_legal_puts_a_hold_on_a_story_and_lifts_it(chief):
    lena, article = make_user("lena", "legal"), make_revision(by=chief).article
    assert workflow.hold(article, True, by=lena, reason="Letter of 2 March").legal_hold
    workflow.hold(article, False, by=lena, reason="Settled")
    rows = AuditEntry.objects.filter(verb__contains="hold").order_by("id").values_list("verb", "detail")
    assert list(rows) == [("hold", {"reason": "Letter of 2 March"}), ("lift hold", {"reason": "Settled"})]
    assert not Article.objects.get().legal_hold


def test_a_hold_is_for_legal_and_needs_a_reason(chief):
    article = make_revision(by=chief).article
    for person, reason, why in [
        (make_user("ben", "editor", sections=[make_section()]), "x", "Only legal"),
        (make_user("lena", "legal"), " ", "Give a reason"),
    ]:
        with pytest.raises(NotAllowed, match=why):
            workflow.hold(article, True, by=person, reason=reason)


# Thinning


def aged(article, *hours):
    """Date the versions of ``article``, in order, so many hours before noon of 2 March."""
    for revision, age in zip(article.revisions.order_by("number"), hours, strict=True):
        Revision._base_manager.filter(pk=revision.pk).update(created=NOON - timedelta(hours=age))


def numbers(article):
    return sorted(article.revisions.values_list("number", flat=True))


def thin(days):
    return jobs.thin_after(0, 0, now=NOON + timedelta(days=days))


def test_of_old_versions_the_last_of_each_day_stays(chief):
    article = make_revision(by=chief).article
    saved(article, chief, "Two", "Three", "Four", "Five")
    aged(article, 48, 47, 24, 23, 1)
    thin(27)
    assert numbers(article) == [1, 2, 3, 4, 5]
    assert thin(40) == (0, 0)
    assert numbers(article) == [2, 4, 5]


def test_a_day_ends_at_midnight_of_the_newsroom(chief):
    article = make_revision(by=chief).article
    saved(article, chief, "Two", "Three")
    aged(article, 14, 11, 10)  # 22:00 of 1 March, 1:00 and 2:00 of 2 March in Kyiv
    thin(40)
    assert numbers(article) == [1, 3]


def test_what_was_published_is_never_thinned(chief):
    article = make_published(by=chief)
    workflow.publish(saved(article, chief, "Two"), by=chief)
    saved(article, chief, "Three", "Four")
    aged(article, 4, 3, 2, 1)
    thin(40)
    assert numbers(article) == [1, 2, 4]


def test_nothing_is_thinned_under_a_legal_hold(chief):
    article = make_revision(by=chief).article
    saved(article, chief, "Two")
    aged(article, 2, 1)
    workflow.hold(article, True, by=make_user("lena", "legal"), reason="Letter")
    thin(40)
    assert numbers(article) == [1, 2]
    workflow.hold(article, False, by=make_user("lena", "legal"), reason="Settled")
    thin(40)
    assert numbers(article) == [2]


def test_a_version_that_somebody_is_writing_on_stays(chief):
    article = make_revision(by=chief).article
    saved(article, chief, "Two", "Three", "Four", "Five")
    aged(article, 5, 4, 3, 2, 1)
    row = {"user": chief, "article": article, "form": "headline=x", "stamp": 1, "at": NOON}
    Autosave.objects.create(tab="00000000-0000-0000-0000-000000000001", base=1, **row)
    Autosave.objects.create(tab="00000000-0000-0000-0000-000000000002", base=2, closed=True, **row)
    ConflictCopy.objects.create(article=article, base=3, schema=1, content={}, by=chief, at=NOON)
    thin(40)
    assert numbers(article) == [1, 3, 5]


def test_a_version_that_a_translation_names_stays(chief):
    original = make_revision(by=chief)
    saved(original.article, chief, "Two")
    aged(original.article, 2, 1)
    make_published(by=chief, translation_of={"id": original.pk, "name": "version 1"})
    thin(40)
    assert numbers(original.article) == [1, 2]


def test_a_turn_looks_at_a_few_and_the_next_goes_on(chief, monkeypatch):
    monkeypatch.setattr(jobs, "ROWS", 2)
    monkeypatch.setattr(jobs, "_place", {"thin": (0, 0)})
    articles = [make_revision(by=chief).article for _ in range(2)]
    for article in articles:
        saved(article, chief, "Two")
        aged(article, 2, 1)
    Revision._base_manager.update(created=NOON - timedelta(days=900))
    jobs.thin()
    assert [numbers(article) for article in articles] == [[2], [1, 2]]
    jobs.thin()
    assert [numbers(article) for article in articles] == [[2], [2]]


def test_what_tabs_left_behind_goes_in_time(chief):
    now, tab = timezone.now(), "00000000-0000-0000-0000-00000000000{}"
    held = make_revision(by=chief).article
    workflow.hold(held, True, by=make_user("lena", "legal"), reason="Letter")
    rows = [(1, 2, True, None), (2, 2, False, None), (3, 100, False, None), (4, 100, False, held)]
    for number, days, closed, article in rows:
        Autosave.objects.create(
            user=chief, tab=tab.format(number), base=0, form="headline=x", stamp=1,
            at=now - timedelta(days=days), closed=closed, article=article,
        )  # fmt: skip
    jobs.drop_unsaved()
    assert sorted(str(row.tab)[-1] for row in Autosave.objects.all()) == ["2", "4"]
