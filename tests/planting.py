"""Rows of every model, and a word planted in every column that holds text: by introspection, so that none is forgotten."""

from datetime import date, timedelta
from uuid import uuid4

from django.apps import apps
from django.contrib.sessions.backends.db import SessionStore
from django.db import connection, models
from django.utils import timezone

from articles.removal import redaction
from tests.factories import (
    make_author,
    make_chief,
    make_image,
    make_published,
    make_section,
    make_tag,
    make_ticker,
)
from tickers import log
from wire.models import Item

WORD, CYRILLIC = "Zyqom", "Жиком"
# Every way to write it that has to be found.
WAYS = [
    "Zyqom",
    "ZYQOM",
    "zÿqom",
    "Zy\u00adqom",
    "Zy\u200bqom",
    "&#90;yqom",
    "&#x5a;yqom",
    "<b>Zy</b>qom",
    'Zy<a href="https://zyqom.example/Zyqom">qom</a>',
    "PictureZyqom.jpg",
    "https://x.example/%5Ayqom",
    "Жиком",
    "ЖИКОМ",
    "Жи<i>ком</i>",
    "&#1046;иком",
    "https://x.example/%D0%96%D0%B8%D0%BA%D0%BE%D0%BC",
    "zhykom",
]
TEXT = "<p>" + ", then ".join(WAYS) + ".</p>"
# What no byte of a file may hold, folded by `seen_in`.
TRACES = [way.encode() for way in WAYS] + [CYRILLIC.lower().encode("utf-16-le"), b"z\0y\0q\0o\0m"]


def seen_in(data):
    """Return the traces of the word in ``data`` (bytes), capitals aside."""
    small = data.lower() + data.decode("utf-8", "ignore").lower().encode()
    escaped = data.decode("ascii", "ignore").lower()
    found = {
        trace
        for trace in TRACES
        if trace.lower() in small or trace.decode("utf-8", "ignore").lower().encode() in small
    }
    marks = (
        "zyqom",
        "zy\u00adqom",
        "\\u0436\\u0438\\u043a\\u043e\\u043c",
        "\\u0416\\u0438\\u043a\\u043e\\u043c",
    )
    return found | {mark for mark in marks if mark.encode() in small or mark.lower() in escaped}


def fill():
    """Make at least one row of every model that holds text."""
    chief = make_chief()
    tag, image = make_tag(WORD, kind="person"), make_image(title="Harbour")
    make_author(WORD)
    make_section()
    article = make_published(by=chief, tags=[{"id": tag.pk, "name": str(tag)}])
    ticker = log.set_status(make_ticker(by=chief).ticker, "live", by=chief)
    log.post(ticker, {"headline": "The bridge is open"}, by=chief)
    Item.objects.create(raw=b"x", sha256="0" * 64, encoding="utf-8", received_at=timezone.now())
    for model in redaction.tables():
        if not model._base_manager.exists():
            row_of(model)
    return article, image


def row_of(model):
    """Make one row with whatever its columns ask for."""
    values = {}
    for column in model._meta.concrete_fields:
        if column.primary_key and not column.is_relation or column.has_default() or column.null:
            continue
        values[column.attname] = _value_of(column)
    values |= SPECIAL.get(redaction.label(model), dict)()
    return model._base_manager.bulk_create([model(**values)])[0]


def _value_of(column):
    if column.is_relation:
        other = column.related_model
        return (other._base_manager.first() or row_of(other)).pk
    now = timezone.now()
    made = {
        models.DateTimeField: now,
        models.DateField: date(2026, 1, 2),
        models.UUIDField: uuid4(),
        models.BooleanField: False,
        models.BinaryField: b"",
        models.JSONField: {},
    }
    for kind, value in made.items():
        if isinstance(column, kind):
            return value
    if isinstance(column, models.CharField | models.TextField):
        return column.choices[0][0] if column.choices else "x"
    return 1


def _two_tags():
    first, second = make_tag("Marrow"), make_tag("Velland")
    return {"first_id": min(first.pk, second.pk), "second_id": max(first.pk, second.pk)}


SPECIAL = {
    "articles.OldSlug": lambda: {"tag_id": make_tag(WORD, kind="person").pk},
    "articles.TagPair": _two_tags,
    "articles.Receipt": lambda: {"article_id": make_published().pk},
    "articles.ReceiptLine": lambda: {"receipt_id": row_of(apps.get_model("articles.Receipt")).pk},
    "articles.Related": lambda: {"article_id": make_published().pk, "to_id": make_published().pk},
    "articles.ConflictCopy": lambda: {"settled_at": timezone.now()},
    "articles.PlannedChange": lambda: {"settled_at": None, "at": timezone.now() + timedelta(days=9)},
}


def plant():
    """Put the word into every text column of every row; return [(table, column)] of where."""
    planted = [place for model in redaction.tables() for place in plant_in(model)]
    session = SessionStore()
    session["messages"] = [TEXT]
    session.save()
    return planted


def plant_in(model):
    """Put the word into every text column of every row of ``model``; return [(table, column)] of where."""
    columns = redaction.tables()[model]
    for row in model._base_manager.all():
        values = {column.attname: _planted(column, row) for column in columns}
        with connection.constraint_checks_disabled():
            model._base_manager.filter(pk=row.pk).update(**values)
    return [(redaction.label(model), column.name) for column in columns]


def _planted(column, row):
    unique = f"{row.pk}"
    if isinstance(column, models.JSONField):
        return SHAPES.get(column.name) or _in_json(getattr(row, column.attname)) or {"said": TEXT}
    if isinstance(column, models.BinaryField):
        return TEXT.encode()
    if isinstance(column, models.SlugField):
        return f"{unique}-zyqom"[: column.max_length]
    if isinstance(column, models.EmailField):
        return f"zyqom{unique}@x.example"
    if column.max_length is None or column.max_length > len(TEXT) + 20:
        return f"{TEXT} {unique}"
    room = column.max_length
    return f"{WORD} {unique}" if room >= len(WORD) + 1 + len(unique) else WORD[:room]


def _in_json(value):
    """The same with the word in every text of it, and in one more."""
    if isinstance(value, dict):
        return {name: _in_json(inner) if name not in FIXED else inner for name, inner in value.items()}
    if isinstance(value, list):
        return [_in_json(inner) for inner in value]
    return f"{value} {TEXT}" if isinstance(value, str) else value


SHAPES = {
    "sources": [{"source": WORD, "item": TEXT, "version": "1"}],
    "datelines": {"places": [WORD], "date": None, "text": TEXT},
    "lead_crop": {"said": TEXT},
}
FIXED = {"language", "genre", "label", "kind", "date", "role", "verification", "happened"}
