"""`redact` (rule 12): a word planted in every text of every table is in no row, file of the database or stored page."""

from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection

from articles import receipts, redaction
from articles.models import Article, Revision
from delivery import store
from tests import planting
from tests.factories import make_user

WORDS = ["Zyqom", "Жиком"]
EXCEPT = {"django_migrations"}  # names of our own files


def files():
    """Return {path: bytes} of all that lies in DATA_DIR: database, log written ahead, pages, pictures, copies, records."""
    root = Path(settings.DATA_DIR)
    return {
        str(path.relative_to(root)): path.read_bytes()
        for path in sorted(root.rglob("*"))
        if path.is_file() and not path.is_socket()
    }


def tables_with_a_trace():
    """Return {table: traces} as the database itself tells it, whatever the models know."""
    found = {}
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)}")
            rows = b"\n".join(
                bytes(value) if isinstance(value, bytes | memoryview) else str(value).encode()
                for row in cursor.fetchall()
                for value in row
            )
            if traces := planting.seen_in(rows):
                found[table] = traces
    return found


def files_with_a_trace():
    return {name: traces for name, data in files().items() if (traces := planting.seen_in(data))}


@pytest.fixture
def nothing_else(transactional_db):
    """No page and no copy of another test."""
    for old in store.all_stores():
        store.remove(old)
    yield
    for old in store.all_stores():
        store.remove(old)


def test_every_text_column_is_looked_through_or_named_with_its_reason():
    from django.apps import apps

    known = {
        f"{redaction.label(model)}.{column.name}"
        for model, columns in redaction.tables().items()
        for column in columns
    }
    every = {
        f"{redaction.label(model)}.{column.name}"
        for model in apps.get_models(include_auto_created=True)
        for column in model._meta.concrete_fields
        if redaction.is_text(column)
    }
    left = {name for name in every - known if name.split(".")[0] not in redaction.KEPT_APPS}
    assert left - redaction.KEPT.keys() == {"sessions.Session.session_key", "sessions.Session.session_data"}
    assert redaction.KEPT.keys() <= every  # none is named that is gone
    assert len(known) > 120


@pytest.mark.django_db
def test_every_table_belongs_to_a_model():
    from django.apps import apps

    ours = {model._meta.db_table for model in apps.get_models(include_auto_created=True)}
    assert set(connection.introspection.table_names()) - ours == EXCEPT


def copies():
    """Files of agencies, and a picture that says who is on it."""
    folder = Path(settings.DATA_DIR) / "wire" / "done" / "2026-03-02"
    folder.mkdir(parents=True)
    (folder / "Zyqom-speaks.txt").write_text(f"By Zyqom\n\n{planting.TEXT}")
    (folder / "two.txt").write_bytes("Тут Жиком каже".encode("utf-16"))
    (folder / "free.txt").write_text("The harbour is open.")
    return folder


def original(image):
    from django.core.files.base import ContentFile

    image.file.save("x.jpg", ContentFile(b"\xff\xd8\xff\xe1 by Zyqom \xff\xda" + b"light" * 99), save=True)
    return Path(settings.DATA_DIR) / "originals" / image.file.name


def test_no_trace_is_left_anywhere(nothing_else):
    article, image = planting.fill()
    folder, picture = copies(), original(image)
    planted = planting.plant()
    Article.objects.update(legal_hold=False)
    pages = ["/", "/feeds/all.rss"]
    pages += [Article.objects.get(pk=article.pk).get_absolute_url()]
    for address in pages:
        assert "zyqom" in receipts.ask(address)[2].lower()
    assert len(planted) > 120
    before = tables_with_a_trace()
    assert len(before) >= len(redaction.tables())
    assert any(name.startswith("pages/") for name in files_with_a_trace())

    Article.objects.exclude(pk=article.pk).update(legal_hold=False)
    record = redaction.begin(WORDS, by=make_user("root", is_superuser=True), reason="Zyqom asked for it")
    assert redaction.carry_on(record)
    redaction.finish(record)

    assert tables_with_a_trace() == {}
    assert files_with_a_trace() == {}
    record.refresh_from_db()
    assert (record.reason, record.place, record.erased_at is not None) == (
        "[redacted] asked for it",
        None,
        True,
    )
    assert article.pk in record.articles.values_list("pk", flat=True)
    assert Revision.objects.filter(article=article).count() == 1
    assert {path.name for path in folder.iterdir()} == {"redacted-speaks.txt", "two.txt", "free.txt"}
    assert (folder / "two.txt").read_bytes().decode("utf-16") == "Тут [redacted] каже"
    assert picture.read_bytes() == b"\xff\xd8\xff\xe1 by xxxxx \xff\xda" + b"light" * 99
    for address in [Article.objects.get(pk=article.pk).get_absolute_url(), "/"]:
        status, _headers, body = receipts.ask(address)
        assert (status, "zyqom" in body.lower()) == (200, False)
