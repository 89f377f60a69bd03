"""Migrations that carry rows along: what was there before is as complete as what is written after."""

from importlib import import_module
from types import SimpleNamespace

import pytest
from django.apps import apps
from django.db import connection

from articles.models import Article
from tests.factories import make_revision

pytestmark = pytest.mark.django_db


def test_stories_from_before_are_found_by_their_folded_headline():
    made = [make_revision(headline=headline).article for headline in ("Die Brücke", "Міст", "")]
    Article.objects.update(working_fold="")
    migration = import_module("articles.migrations.0005_desk_finds_along_indexes")
    migration.fold_headlines(apps, SimpleNamespace(connection=connection))
    folded = dict(Article.objects.values_list("pk", "working_fold"))
    assert folded == dict(zip([story.pk for story in made], ["die brucke", "міст", ""], strict=True))
