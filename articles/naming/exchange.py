"""
Tags with their forms, and authors, as CSV or JSON: out, and in again after a look at what would change.

A row is known by its address. What a file does not name stays as it is, so that a second run of a file changes nothing.
Real names behind pseudonyms and accounts are in no export, and no import can set them.
"""

import csv
import io
import json
from dataclasses import dataclass, field

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from articles.models import Author, NameForm, Tag
from articles.naming import vocabulary

PLAIN = {
    Tag: ["slug", "name", "kind", "description", "is_internal", "wikidata", "links"],
    Author: ["slug", "name", "sort_name", "initials", "kind", "email", "links", "biography"],
}
NESTED = {Tag: ["broader", "forms"], Author: ["biographies"]}
FORM = ["kind", "language", "text", "note"]
MOST = 20_000  # rows of one file
FORMULA = ("=", "+", "-", "@", "\t", "\r")  # a cell that begins so is run by spreadsheets


class Unreadable(ValueError):
    """A file that is no list of rows; the message says what is wrong with it."""


@dataclass
class Change:
    """
    What a row of a file would do: its address and name, the fields it changes, or why it can't.

    told: (field, words that go, words that come) of each change, of forms one by one. forms: all that the tag has
    then, None where the file says nothing of them. broader: the address of a broader tag that this file brings itself.
    """

    slug: str
    name: str
    is_new: bool = False
    told: list = field(default_factory=list)
    refused: str = ""
    thing: object = None
    forms: list = None
    broader: str = ""

    def tell(self, name, before, after):
        self.told.append((name, _in_words(before), _in_words(after)))

    @property
    def fields(self):
        """The names of what changes, each once."""
        return list(dict.fromkeys(name for name, _before, _after in self.told))


def _in_words(value):
    if isinstance(value, bool):
        return "1" if value else ""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False) if value else ""


# Out


def rows_of(model):
    """Return each tag or author that is not merged as a dict of what JSON can hold, by address."""
    things = vocabulary.roots(model).order_by("slug")
    if model is Tag:
        things = things.select_related("broader").prefetch_related("forms")
    return [_as_row(thing) for thing in things]


def _as_row(thing):
    row = {name: getattr(thing, name) for name in PLAIN[type(thing)]}
    if isinstance(thing, Author):
        return row | {"biographies": thing.biographies}
    row["broader"] = thing.broader.slug if thing.broader else ""
    return row | {"forms": _forms(thing)}


def _forms(tag):
    rows = [{name: getattr(form, name) for name in FORM} for form in tag.forms.all()] if tag.pk else []
    return sorted(rows, key=lambda row: [row[name] for name in FORM])


def as_json(model):
    return json.dumps(rows_of(model), ensure_ascii=False, indent=1)


def as_csv(model):
    """What is nested stands in its cell as JSON."""
    out = io.StringIO()
    writer = csv.DictWriter(out, [*PLAIN[model], *NESTED[model]])
    writer.writeheader()
    writer.writerows({name: _cell(value) for name, value in row.items()} for row in rows_of(model))
    return out.getvalue()


def _cell(value):
    if isinstance(value, bool):
        return "1" if value else ""
    if not isinstance(value, str):
        return json.dumps(value, ensure_ascii=False) if value else ""
    return f"'{value}" if value.startswith(FORMULA) else value


# In


def read(text):
    """Return the rows of ``text``, JSON or CSV, as a list of dicts; raise Unreadable with a sentence."""
    text = text.lstrip("\ufeff").strip()
    try:
        rows = (
            json.loads(text)
            if text.startswith("[")
            else [_from_cells(row) for row in csv.DictReader(io.StringIO(text))]
        )
        _refuse_unstorable(rows)
    except (ValueError, csv.Error, RecursionError) as error:
        raise Unreadable(_("This can't be read: %s.") % error) from None
    if not rows or not all(isinstance(row, dict) and isinstance(row.get("slug"), str) for row in rows):
        raise Unreadable(_("Write a list of rows, each with its address in “slug”."))
    if len(rows) > MOST:
        raise Unreadable(
            _("These are %(count)d rows; %(most)d fit in one file.") % {"count": len(rows), "most": MOST}
        )
    return rows


def _refuse_unstorable(rows):
    """Raise ValueError for what no database takes in a text: half of a surrogate pair, NUL."""
    whole = json.dumps(rows, ensure_ascii=False)
    whole.encode()
    if "\\u0000" in whole:
        raise ValueError("NUL")


def _from_cells(row):
    read = {}
    for name, cell in row.items():
        if not isinstance(name, str) or not isinstance(cell, str):
            raise ValueError(_("a row has more or fewer cells than the first line"))
        if name in {"forms", "biographies"}:
            read[name] = json.loads(cell) if cell.strip() else ([] if name == "forms" else {})
        elif name == "is_internal":
            read[name] = cell.strip().lower() in {"1", "true", "yes"}
        else:
            read[name] = cell[1:] if cell.startswith("'") and cell[1:].startswith(FORMULA) else cell
    return read


def plan(model, rows):
    """Return the Change of each of ``rows``, nothing saved; those that change nothing are left out."""
    known = {
        thing.slug: thing for thing in vocabulary.roots(model).filter(slug__in=[row["slug"] for row in rows])
    }
    coming = {row["slug"] for row in rows} - known.keys()
    changes, names = [], {}
    for row in rows:
        change = _planned(model, row, known.get(row["slug"]), coming)
        if first := names.get(change.slug):
            change.refused = str(vocabulary.AddressTaken.by(change.slug, first))
        names.setdefault(change.slug, change.name)
        changes.append(change)
    return [change for change in changes if change.told or change.refused]


def _planned(model, row, thing, coming):
    change = Change(
        row["slug"],
        str(row.get("name", thing.name if thing else "")),
        is_new=thing is None,
        thing=thing or (Tag(kind="") if model is Tag else model()),
    )
    try:
        for name in PLAIN[model]:
            if name in row and row[name] != getattr(change.thing, name):
                _take(change, name, row[name])
        _take_nested(change, row, coming)
        if change.is_new:
            vocabulary.refuse_taken(model, row["slug"])
        if change.told:
            change.thing.full_clean(exclude=["canonical"])
    except ValidationError as error:
        change.refused = " ".join(error.messages)
    except (vocabulary.AddressTaken, Unreadable) as error:
        change.refused = str(error)
    return change


def _take(change, name, value):
    wanted = bool if name == "is_internal" else str
    if not isinstance(value, wanted):
        raise Unreadable(_("“%s” is no such value.") % name)
    if name == "links":
        value = vocabulary.web_addresses(value)
    change.tell(name, "" if change.is_new else getattr(change.thing, name), value)
    setattr(change.thing, name, value)


def _take_nested(change, row, coming):
    thing = change.thing
    if isinstance(thing, Author):
        told = row.get("biographies", thing.biographies)
        if not isinstance(told, dict) or not all(isinstance(text, str) for text in told.values()):
            raise Unreadable(_("“%s” is no such value.") % "biographies")
        if told != thing.biographies:
            change.tell("biographies", thing.biographies, told)
            thing.biographies = told
        return
    present = thing.broader.slug if thing.broader else ""
    if (wanted := row.get("broader", present)) != present:
        change.tell("broader", present, wanted)
        thing.broader = wanted and _broader(wanted, thing, coming) or None
        change.broader = "" if thing.broader else wanted
    if "forms" in row:
        try:
            wanted = [{name: str(form.get(name, "")) for name in FORM} for form in row["forms"]]
        except (AttributeError, TypeError):
            raise Unreadable(_("“%s” is no such value.") % "forms") from None
        for form in wanted:
            NameForm(**form).clean_fields(exclude=["tag"])
        wanted.sort(key=lambda form: [form[name] for name in FORM])
        present = _forms(thing)
        if wanted != present:
            change.forms = wanted
            for form in present:
                if form not in wanted:
                    change.tell("forms", _form_in_words(form), "")
            for form in wanted:
                if form not in present:
                    change.tell("forms", "", _form_in_words(form))


def _broader(slug, thing, coming):
    """Return the tag at ``slug``; None where this file brings it, and it has no row yet."""
    if not isinstance(slug, str):
        raise Unreadable(_("“%s” is no such value.") % "broader")
    found = Tag.objects.filter(slug=slug).exclude(pk=thing.pk).first()
    if found is None and (slug not in coming or slug == thing.slug):
        raise Unreadable(_("There is no tag at “%s” to be broader.") % slug)
    return found


def _form_in_words(form):
    return " ".join(filter(None, [form["kind"], f"“{form['text']}”", form["language"], form["note"]]))


def apply(changes, *, by):
    """
    Save ``changes``, all or none, those refused left out; return how many were saved.

    Raise Unreadable, with nothing saved, where rows that are right one by one are not together: a tag would be a part
    of itself, or two would have one name.
    """
    saved = [change for change in changes if not change.refused]
    try:
        with transaction.atomic():
            for change in saved:
                vocabulary.keep(change.thing, by=by, created=change.is_new, fields=change.fields)
                if change.forms is not None:
                    change.thing.forms.all().delete()
                    NameForm.objects.bulk_create(NameForm(tag=change.thing, **form) for form in change.forms)
            for change in saved:
                _give_broader(change, by=by)
    except IntegrityError as error:
        raise Unreadable(_("This can't be read: %s.") % error) from None
    return len(saved)


def _give_broader(change, *, by):
    """Give a tag its broader one where both came in one file; look again whether no tag is a part of itself."""
    if "broader" not in change.fields:
        return
    tag = change.thing
    if change.broader:
        tag.broader = Tag.objects.filter(slug=change.broader).first()
        vocabulary.keep(tag, by=by, created=False, fields=["broader"])
    try:
        tag.refuse_loop()
    except ValidationError as error:
        raise Unreadable(f"{change.name}: {' '.join(error.messages)}") from None
