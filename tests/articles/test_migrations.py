"""Migrations that carry rows along: what was there before is as complete as what is written after."""

from datetime import timedelta
from importlib import import_module
from types import SimpleNamespace

import pytest
from django.apps import apps
from django.db import connection
from django.utils import timezone

from articles.models import Article, ConflictCopy, Revision
from tests.factories import make_content, make_revision, make_user

pytestmark = pytest.mark.django_db


def test_stories_from_before_are_found_by_their_folded_headline():
    made = [make_revision(headline=headline).article for headline in ("Die Brücke", "Міст", "")]
    Article.objects.update(working_fold="")
    migration = import_module("articles.migrations.0005_desk_finds_along_indexes")
    migration.fold_headlines(apps, SimpleNamespace(connection=connection))
    folded = dict(Article.objects.values_list("pk", "working_fold"))
    assert folded == dict(zip([story.pk for story in made], ["die brucke", "міст", ""], strict=True))


def test_texts_of_long_ago_that_their_writer_left_wait_no_longer_and_younger_ones_do():
    ana, ben = make_user("ana", "reporter"), make_user("ben", "editor")
    left, alone = (make_revision(by=ana).article for _story in range(2))
    now = timezone.now()
    for article, days in ((left, 40), (left, 10), (alone, 40)):
        ConflictCopy.objects.create(
            article=article, base=1, schema=1, content=make_content(), by=ana, at=now - timedelta(days=days)
        )
    versions = Revision._base_manager.all()
    versions.update(created=now - timedelta(days=5))  # after all of them
    versions.filter(article=alone).update(created_by=ben)
    import_module("articles.migrations.0018_conflict_copies_wait").settle_what_its_writer_left(apps, None)
    told = ConflictCopy.objects.order_by("pk").values_list("outcome", "settled_at")
    assert list(told) == [("joined", now - timedelta(days=5)), ("", None), ("", None)]
