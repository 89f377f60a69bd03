"""
Tags with their forms, and authors, as CSV or JSON: out, and in again after a look at what would change.

A row is known by its address. What a file does not name stays as it is, so that a second run of a file changes nothing;
for the same reason lines end with one character in all that is compared and kept, whatever a file or a browser sent.
Real names behind pseudonyms and accounts are in no export, and no import can set them or print the name that a
pseudonym hides.
"""

import csv
import io
import json
import time
from dataclasses import dataclass, field

from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction
from django.utils.translation import gettext as _

from articles.models import Author, NameForm, OldSlug, Tag, TagName
from articles.naming import similarity, vocabulary
from articles.permissions import NotAllowed
from articles.slugs import plain_words

PLAIN = {
    Tag: ["slug", "name", "kind", "description", "is_internal", "wikidata", "links"],
    Author: ["slug", "name", "sort_name", "initials", "kind", "email", "links", "biography"],
}
NESTED = {Tag: ["broader", "forms"], Author: ["biographies"]}
FORM = ["kind", "language", "text", "note"]
MOST = 20_000  # rows of one file
BATCH = 500  # rows asked about at once
AT_ONCE = 50  # rows saved in one transaction: while it lasts, nobody else saves on SQLite
PAUSE = 0.15  # seconds between two of them: who waits for SQLite looks every tenth whether it is free
SECONDS = 30  # spent on saving in one answer; proxies wait for two minutes
MOST_NEAR = 3
FORMULA = ("=", "+", "-", "@", "\t", "\r")  # a cell that begins so is run by spreadsheets


class Unreadable(ValueError):
    """A file that is no list of rows; the message says what is wrong with it."""


@dataclass
class Change:
    """
    What a row of a file would do: its address and name, the fields it changes, or why it can't.

    told: (field, words that go, words that come) of each change, of forms one by one. forms: all that the tag has
    then, None where the file says nothing of them. broader: the address of a broader tag that this file brings itself.
    near: names we have that a new name may be meant for. is_saved: once `apply` saved it.
    """

    slug: str
    name: str
    is_new: bool = False
    told: list = field(default_factory=list)
    refused: str = ""
    thing: object = None
    forms: list = None
    broader: str = ""
    near: list = field(default_factory=list)
    is_saved: bool = False

    def tell(self, name, before, after):
        self.told.append((name, _in_words(before), _in_words(after)))

    @property
    def broader_slug(self):
        """The address of the tag that this would be a part of."""
        return self.thing.broader.slug if self.thing.broader else self.broader

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
        rows = _lines(rows)
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


def _lines(value):
    """Return ``value``, a text or what holds texts, with one character at the end of each line."""
    if isinstance(value, dict):
        return {name: _lines(inner) for name, inner in value.items()}
    if isinstance(value, list):
        return [_lines(inner) for inner in value]
    return value.replace("\r\n", "\n").replace("\r", "\n") if isinstance(value, str) else value


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


@dataclass
class Known:
    """
    What is there already of what the rows of a file name, asked for in batches.

    things: {address: tag or author that is not merged}. merged: addresses of others. former: {address: what it leads to
    still}. broader: {address: tag that rows call broader}. coming: addresses that the file brings.
    """

    things: dict = field(default_factory=dict)
    merged: set = field(default_factory=set)
    former: dict = field(default_factory=dict)
    broader: dict = field(default_factory=dict)
    coming: set = field(default_factory=set)


def _known(model, rows):
    known, column = Known(), vocabulary.ADDRESSED[model]
    roots = vocabulary.roots(model)
    if model is Tag:
        roots = roots.select_related("broader").prefetch_related("forms")
    for batch in _batches({row["slug"] for row in rows}):
        known.things |= {thing.slug: thing for thing in roots.filter(slug__in=batch)}
        new = set(batch) - known.things.keys()
        known.coming |= new
        known.merged |= set(model.objects.filter(slug__in=new).values_list("slug", flat=True))
        former = OldSlug.objects.filter(slug__in=new, **{f"{column}__isnull": False}).select_related(column)
        known.former |= {old.slug: getattr(old, column) for old in former}
    wanted = {row["broader"] for row in rows if isinstance(row.get("broader"), str)} if model is Tag else ()
    for batch in _batches(wanted):
        known.broader |= {tag.slug: tag for tag in Tag.objects.filter(slug__in=batch)}
    return known


def _batches(values):
    """Return ``values`` in lists of what one query may ask for."""
    values = list(values)
    return [values[start : start + BATCH] for start in range(0, len(values), BATCH)]


def plan(model, rows):
    """
    Return the Change of each of ``rows``, nothing saved; those that change nothing are left out.

    The number of queries grows by batches of rows, not by rows.
    """
    known = _known(model, rows)
    changes, names = [], {}
    for row in rows:
        slug = row["slug"]
        if slug in names:
            taken = str(vocabulary.AddressTaken.by(slug, names[slug]))
            changes.append(Change(slug, str(row.get("name", names[slug])), refused=taken))
            continue
        changes.append(_planned(model, row, known))
        names[slug] = changes[-1].name
    if model is Tag:
        _refuse_twins([change for change in changes if {"name", "kind"} & {*change.fields}])
        _refuse_knots(changes)
    _look_around(model, [change for change in changes if "name" in change.fields and not change.refused])
    return [change for change in changes if change.told or change.refused]


def _planned(model, row, known):
    slug, thing = row["slug"], known.things.get(row["slug"])
    change = Change(
        slug,
        str(row.get("name", thing.name if thing else "")),
        is_new=thing is None,
        thing=thing or (Tag(kind="") if model is Tag else model()),
    )
    try:
        for name in PLAIN[model]:
            if name in row and row[name] != _lines(getattr(change.thing, name)):
                _take(change, name, row[name])
        _take_nested(change, row, known)
        if change.is_new and slug in known.former:
            raise vocabulary.AddressTaken.by(slug, known.former[slug])
        _refuse_unmasking(change)
        if change.told:
            # What else `full_clean` asks, each of it a query a row: `_known`, `_refuse_twins` and `_refuse_knots`.
            change.thing.clean_fields(exclude={one.name for one in model._meta.fields if one.is_relation})
        if slug in known.merged:
            raise change.thing.unique_error_message(model, ("slug",))
    except ValidationError as error:
        change.refused = " ".join(error.messages)
    except (vocabulary.AddressTaken, Unreadable) as error:
        change.refused = str(error)
    return change


def _refuse_twins(changes):
    """Of one name and kind there is one tag: refuse what another tag has, or an earlier row."""
    there = {}
    for batch in _batches({change.thing.name for change in changes if not change.refused}):
        rows = Tag.objects.filter(name__in=batch).order_by()
        there |= {(name, kind): slug for slug, name, kind in rows.values_list("slug", "name", "kind")}
    for change in changes:
        if change.refused:
            continue
        if there.setdefault((change.thing.name, change.thing.kind), change.slug) != change.slug:
            change.refused = " ".join(change.thing.unique_error_message(Tag, ("name", "kind")).messages)


def _refuse_knots(changes):
    """
    Refuse what would make a tag a part of itself, by rows that may each be right, or of a tag that is refused itself.

    What is refused stays under the tag it is under now; so all are looked at again until nothing more is refused.
    """
    moved = [change for change in changes if "broader" in change.fields and not change.refused]
    there = dict(Tag.objects.values_list("slug", "broader__slug")) if moved else {}
    above = there | {change.slug: change.broader_slug for change in moved}
    names = {change.slug: change.name for change in changes}
    gone = {change.slug for change in changes if change.is_new and change.refused}
    found = True
    while found:
        found = False
        for change in moved:
            if change.refused:
                continue
            if change.broader in gone:
                change.refused = _("There is no tag at “%s” to be broader.") % change.broader
            elif _leads_back(change.slug, above):
                tag = change.thing.broader
                name = tag.name if tag else names[change.broader]
                change.refused = _("“%(name)s” is a part of this tag.") % {"name": name}
            if change.refused:
                found, above[change.slug] = True, there.get(change.slug)
                gone |= {change.slug} if change.is_new else set()


def _leads_back(slug, above):
    """Whether one comes from ``slug`` to itself, going from each address to that of its broader tag in ``above``."""
    at, seen = above[slug], set()
    while at and at not in seen:
        if at == slug:
            return True
        seen.add(at)
        at = above.get(at)
    return False


def _take(change, name, value):
    wanted = bool if name == "is_internal" else str
    if not isinstance(value, wanted):
        raise Unreadable(_("“%s” is no such value.") % name)
    if name == "links":
        value = vocabulary.web_addresses(value)
        if value == change.thing.links:
            return
    change.tell(name, "" if change.is_new else getattr(change.thing, name), value)
    setattr(change.thing, name, value)


def _refuse_unmasking(change):
    """Raise Unreadable where a line that others read of a pseudonym would say the name it hides."""
    real_name = getattr(change.thing, "real_name", "")
    for name in change.fields if real_name else ():
        if name in vocabulary.READ_OF_AUTHORS and vocabulary.tells(getattr(change.thing, name), real_name):
            raise Unreadable(f"{name}: {_('This says the real name; choose another.')}")


def _look_around(model, changes):
    """Fill in what the new names of ``changes`` may be meant for: nothing is refused, a person looks before it is saved."""
    find = _tags_near if model is Tag else _authors_near
    known = find({change.name for change in changes})
    for change in changes:
        others = {name for pk, name in known.get(change.name, ()) if pk != change.thing.pk}
        change.near = sorted(others)[:MOST_NEAR]


def _tags_near(names):
    """Return {name: {(id, name) of tags that are called so, in any form or script}}."""
    called, words = {}, {name: plain_words(name) for name in names}
    for batch in _batches(set(words.values())):
        rows = TagName.objects.filter(words__in=batch).order_by()
        for found, *tag in rows.values_list("words", "tag__canonical", "tag__canonical__name"):
            called.setdefault(found, set()).add(tuple(tag))
    return {name: called.get(words[name], set()) for name in names}


def _authors_near(names):
    """Return {name: [(id, name) of authors in use who may be the same]}."""
    known = Author.objects.filter(retired_at=None).values_list("canonical", "name")
    return similarity.find_look_alikes(names, [((pk, name), name) for pk, name in known]) if names else {}


def _take_nested(change, row, known):
    thing = change.thing
    if isinstance(thing, Author):
        told = row.get("biographies", thing.biographies)
        if not isinstance(told, dict) or not all(isinstance(text, str) for text in told.values()):
            raise Unreadable(_("“%s” is no such value.") % "biographies")
        if told != _lines(thing.biographies):
            change.tell("biographies", thing.biographies, told)
            thing.biographies = told
        return
    present = thing.broader.slug if thing.broader else ""
    if (wanted := row.get("broader", present)) != present:
        change.tell("broader", present, wanted)
        thing.broader = wanted and _broader(wanted, thing, known) or None
        change.broader = "" if thing.broader else wanted
    if "forms" in row:
        try:
            wanted = [{name: str(form.get(name, "")) for name in FORM} for form in row["forms"]]
        except (AttributeError, TypeError):
            raise Unreadable(_("“%s” is no such value.") % "forms") from None
        _refuse_unfit(wanted)
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


def _refuse_unfit(forms):
    """Raise ValidationError for a form that is none; Unreadable for forms that one tag can't have together."""
    for form in forms:
        NameForm(**form).clean_fields(exclude=["tag"])
    if len({(form["text"], form["language"]) for form in forms}) < len(forms):
        raise Unreadable(_("This form stands there already."))
    printed = [form["language"] for form in forms if form["kind"] == NameForm.Kind.PRINTED]
    if len(set(printed)) < len(printed):
        raise Unreadable(_("A name has one printed form in a language; call the others otherwise."))


def _broader(slug, thing, known):
    """Return the tag at ``slug``; None where this file brings it, and it has no row yet."""
    if not isinstance(slug, str):
        raise Unreadable(_("“%s” is no such value.") % "broader")
    found = known.broader.get(slug)
    if slug == thing.slug or (found is None and slug not in known.coming):
        raise Unreadable(_("There is no tag at “%s” to be broader.") % slug)
    return found


def _form_in_words(form):
    return " ".join(filter(None, [form["kind"], f"“{form['text']}”", form["language"], form["note"]]))


def apply(changes, *, by):
    """
    Save ``changes``, those refused left out; return how many were saved.

    Others save in between: a transaction holds a few rows, and after half a minute no new one begins. What does not fit
    any more is refused in its Change. What was not come to is brought in by the same file: what is saved is no change.
    """
    rows, saved = _broader_first([change for change in changes if not change.refused]), 0
    end = time.monotonic() + SECONDS
    for start in range(0, len(rows), AT_ONCE):
        if start and time.monotonic() > end:
            break
        if start and connection.vendor == "sqlite":
            time.sleep(PAUSE)
        with transaction.atomic():
            saved += sum(_save(change, by=by) for change in rows[start : start + AT_ONCE])
    return saved


def _broader_first(changes):
    """Return ``changes`` with each tag that the file brings before those that are a part of it."""
    new, placed = {change.slug: change for change in changes if change.is_new}, {}
    for change in changes:
        chain = [change]
        while (above := new.get(chain[-1].broader)) and above.slug not in placed:
            chain.append(above)
        placed |= {one.slug: one for one in reversed(chain)}
    return list(placed.values())


def _save(change, *, by):
    """Save one row; return whether that was possible, else say why not in ``change``."""
    try:
        with transaction.atomic():
            thing = change.thing = _as_it_is_now(change)
            vocabulary.keep(thing, by=by, created=change.is_new, fields=change.fields)
            if change.forms is not None:
                _write_forms(thing, change.forms)
            if "broader" in change.fields:
                thing.refuse_loop()
    except ValidationError as error:
        change.refused = " ".join(error.messages)
    except (NotAllowed, vocabulary.AddressTaken) as error:
        change.refused = str(error)
    except IntegrityError as error:
        change.refused = _("This can't be read: %s.") % error
    change.is_saved = not change.refused
    return change.is_saved


def _as_it_is_now(change):
    """Return what ``change`` is of: what else was saved of it since the file was read stays so."""
    thing = change.thing
    if change.broader:
        thing.broader = Tag.objects.filter(slug=change.broader).first()
    if change.is_new:
        return thing
    now = type(thing)._base_manager.select_for_update().get(pk=thing.pk)
    for name in change.fields:
        if name != "forms":
            setattr(now, name, getattr(thing, name))
    return now


def _write_forms(tag, wanted):
    """Let ``tag`` have the forms ``wanted``; one that is there already stays the row it is."""
    present = {
        tuple(getattr(form, name) for name in FORM): form.pk for form in NameForm.objects.filter(tag=tag)
    }
    coming = {tuple(form.values()): form for form in wanted}
    if gone := [pk for form, pk in present.items() if form not in coming]:
        NameForm.objects.filter(pk__in=gone).delete()
    new = [form for key, form in coming.items() if key not in present]
    NameForm.objects.bulk_create(NameForm(tag=tag, **form) for form in new)
