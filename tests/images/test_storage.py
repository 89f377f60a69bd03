"""Who may read what lies on the disk: sizes of pictures everybody, originals the site alone."""

import os

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import storages


@pytest.fixture
def strict():
    """The umask of the units in deploy/."""
    before = os.umask(0o027)
    yield
    os.umask(before)


def test_sizes_of_pictures_are_for_the_user_of_the_server_that_hands_them_out(settings, tmp_path, strict):
    for alias in ("default", "originals"):
        place = tmp_path / alias / "new"
        configured = settings.STORAGES[alias]
        options = configured.get("OPTIONS", {}) | {"location": place}
        storage = storages.create_storage({**configured, "OPTIONS": options})
        storage.save("renditions/aa/one.jpg", ContentFile(b"picture"))
    there = ["new", "new/renditions", "new/renditions/aa"]
    modes = {
        alias: [(tmp_path / alias / name).stat().st_mode & 0o777 for name in there]
        for alias in ("default", "originals")
    }
    assert modes == {"default": [0o755] * 3, "originals": [0o750] * 3}
    picture = tmp_path / "default" / "new" / "renditions" / "aa" / "one.jpg"
    assert picture.stat().st_mode & 0o777 == 0o644
