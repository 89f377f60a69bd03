"""Pictures from before the library get what they lack, and the way back loses none."""

import pytest
from django.db import connection
from django.db.migrations.executor import MigrationExecutor


@pytest.mark.django_db(transaction=True)
def test_old_pictures_wait_for_their_sizes_and_survive_the_way_back():
    executor = MigrationExecutor(connection)
    try:
        before = executor.migrate([("images", "0001_initial")]).apps.get_model("images", "Image")
        before.objects.create(file="2026/03/a.jpg", title="Old")
        executor = MigrationExecutor(connection)
        after = executor.migrate(executor.loader.graph.leaf_nodes()).apps.get_model("images", "Image")
        assert list(after.objects.values_list("title", "sha256", "work", "ladder")) == [
            ("Old", None, "sizes", {})
        ]
    finally:
        executor = MigrationExecutor(connection)
        executor.migrate(executor.loader.graph.leaf_nodes())
