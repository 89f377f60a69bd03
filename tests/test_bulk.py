"""Rows written many at once say what the ORM would have written, whatever stands in them."""

from datetime import UTC, datetime

import pytest
from django.db import connection, transaction
from hypothesis import given
from hypothesis import strategies as st

from accounts.models import AuditEntry
from newsroom import bulk, corpus
from tests.factories import make_user

pytestmark = pytest.mark.django_db

# Neither database takes a NUL; half a surrogate pair is no text.
TEXTS = st.text(st.characters(exclude_characters="\x00", exclude_categories=["Cs"]), max_size=40)
DETAILS = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | TEXTS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXTS, inner, max_size=3),
    max_leaves=6,
)
RECORD = st.fixed_dictionaries(
    {
        "at": st.datetimes(datetime(1900, 1, 1), datetime(2100, 1, 1), timezones=st.just(UTC)),
        "verb": TEXTS,
        "target_type": st.just("articles.article"),
        "target_id": st.integers(-(2**63), 2**63 - 1),
        "target_name": TEXTS,
        "detail": st.dictionaries(TEXTS, DETAILS, max_size=3),
    }
)


def stored(model):
    """Return the rows of ``model`` as the database holds them, without keys that it counted itself."""
    names = [field.column for field in model._meta.concrete_fields if not field.primary_key]
    columns = ", ".join(connection.ops.quote_name(name) for name in names)
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {columns} FROM {connection.ops.quote_name(model._meta.db_table)} ORDER BY id")
        return cursor.fetchall()


def written_by(write, rows):
    """Return {model: rows as stored} after ``write(rows)`` for those of each model; takes all of it back."""
    with transaction.atomic():
        for found in rows.values():
            write(found)
        after = {model: stored(model) for model in rows}
        transaction.set_rollback(True)
    return after


def by_the_orm(rows):
    if rows:
        type(rows[0]).objects.bulk_create(rows)


@given(records=st.lists(RECORD, max_size=4))
def test_any_values_are_stored_as_the_orm_stores_them(records):
    with transaction.atomic():
        actor = make_user()
        rows = {AuditEntry: [AuditEntry(actor=actor, **record) for record in records]}
        assert written_by(bulk.insert, rows) == written_by(by_the_orm, rows)
        transaction.set_rollback(True)


def test_the_rows_of_the_corpus_are_stored_as_the_orm_stores_them():
    with transaction.atomic():
        batch = corpus.Batch(range(30), corpus.UNTIL)
        batch.fill()
        at_once = written_by(bulk.insert, batch.rows)
        assert at_once == written_by(by_the_orm, batch.rows)
    assert {model.__name__: len(rows) for model, rows in at_once.items()} == {
        "Article": 30,
        "Revision": 54,
        "Byline": 31,
        "TaggedItem": 120,
        "PublishAct": 33,
        "Correction": 1,
        "AuditEntry": 87,
    }
