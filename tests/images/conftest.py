import pytest


@pytest.fixture(autouse=True)
def own_media(settings, tmp_path):
    """Each test has a public folder of its own."""
    settings.MEDIA_ROOT = tmp_path / "media"
