"""The cast of these tests: Ana writes, Ben edits Politics, Clara is the chief, signed in to the browser."""

import pytest

from tests.factories import make_chief, make_section, make_user


@pytest.fixture
def ben(db):
    return make_user("ben", "editor", sections=[make_section()])


@pytest.fixture
def ana(db):
    return make_user("ana", "reporter")


@pytest.fixture
def clara(sign_in):
    user = make_chief()
    sign_in(user)
    return user
