"""The cast of these tests: Ana writes, Ben edits Politics."""

import pytest

from tests.factories import make_section, make_user


@pytest.fixture
def ben(db):
    return make_user("ben", "editor", sections=[make_section()])


@pytest.fixture
def ana(db):
    return make_user("ana", "reporter")
