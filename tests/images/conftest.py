import pytest


@pytest.fixture(autouse=True)
def each_has(own_media):
    """No test sees the files of another."""
