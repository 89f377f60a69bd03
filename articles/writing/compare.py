"""
Two versions side by side, as an editor reads them: names instead of ids, and inside a paragraph the words that changed.

Contents (dicts in the shape of `revisions.blank`) come in, plain values go out; only `picture_names` asks the
database. `matches` also tells the merge which block of one text became which of the other.
"""

import json
import re
from collections import Counter
from collections.abc import Hashable
from dataclasses import dataclass, field
from difflib import SequenceMatcher
from itertools import groupby
from typing import NamedTuple

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from articles import body, revisions
from images.models import Image

ALIKE = 0.5  # the share of words that one text must have of another to be its later form
MANY = 1000  # pairs of blocks that are compared word by word; of more only neighbours are
MANY_WORDS = 4_000_000  # words before times words after; beyond, a paragraph is told as a whole
RUNNING = ("paragraph", "crosshead", "list", "quotation")  # kinds that can become each other
ROW_LISTS = ("bylines", "tags", "ticker_links", "related", "sources")


# --- Which part became which ----------------------------------------------------------------------------------------


class Part(NamedTuple):
    """
    One block or row. key: parts with equal keys are the same. group: only parts of one group can have become each
    other. words: how many of them two parts share decides whether they have; empty ones go by the group alone.
    """

    key: Hashable
    group: Hashable
    words: Counter


def matches(before, after, *, equal_only=False):
    """
    Return {place in ``after``: place in ``before``} of the parts that stayed, moved or changed; both lists of Part.

    Equal parts in the same order come first, then equal ones that moved, then what is alike in between.
    """
    found, gaps = in_order([part.key for part in before], [part.key for part in after])
    _add_moved(found, before, after)
    for old, new in [] if equal_only else gaps:
        taken = set(found.values())
        old = [place for place in old if place not in taken]
        new = [place for place in new if place not in found]
        _add_alike(found, before, after, old, new)
    return found


def in_order(old, new):
    """
    Return ({place in new: place in old} of equal keys that stand in one order, [(places in old, in new)] in between).

    old, new: lists of anything hashable.
    """
    # What is frequent among more than 200 is noise: time would explode.
    matcher = SequenceMatcher(None, old, new)
    found, gaps, i, j = {}, [], 0, 0
    for run in matcher.get_matching_blocks():
        gaps.append((range(i, run.a), range(j, run.b)))
        found |= {run.b + step: run.a + step for step in range(run.size)}
        i, j = run.a + run.size, run.b + run.size
    return found, gaps


def _add_moved(found, before, after):
    taken = set(found.values())
    places = {}
    for place in reversed(range(len(before))):
        if place not in taken:
            places.setdefault(before[place].key, []).append(place)
    for place, part in enumerate(after):
        if place not in found and places.get(part.key):
            found[place] = places[part.key].pop()


def _add_alike(found, before, after, old, new):
    """Pair the most alike first. One that stands alone where one stood has become it, however it was rewritten."""
    if len(old) * len(new) <= MANY:
        likeness = [(_likeness(before[i], after[j]), i, j) for i in old for j in new]
    else:
        likeness = [(_likeness(before[i], after[j]), i, j) for i, j in zip(old, new, strict=False)]
    least = 0.01 if len(old) == len(new) == 1 else ALIKE
    taken = set()
    for share, i, j in sorted(
        likeness, key=lambda pair: (-pair[0], abs(pair[1] - pair[2]), pair[1], pair[2])
    ):
        if share >= least and i not in taken and j not in found:
            found[j] = i
            taken.add(i)


def _likeness(one, other):
    """Return 0 for parts that can't have become each other, else at least 0.01 and at most 1."""
    if one.group != other.group:
        return 0
    total = one.words.total() + other.words.total()
    return max(0.01, 2 * (one.words & other.words).total() / total) if total else 1


def block_part(block):
    """Return the Part of a Block: text can become other text, a picture only the same picture shown otherwise."""
    shown = block.data.get("url") or block.data.get("image") or block.data.get("link")
    if shown:
        return Part(block.html, (block.kind, shown), Counter())
    return Part(block.html, "text" if block.kind in RUNNING else block.kind, Counter(block.text.split()))


def row_part(name, row):
    """Return the Part of one row of the content list ``name``: known again by whom or what it names."""
    key = json.dumps(_without_names(row), sort_keys=True)
    if name == "ticker_links":
        return Part(key, "line", Counter([*row["text"].split(), str(_id(row["article"])), row["url"]]))
    if name == "bylines":
        return Part(key, (_id(row["author"]), _id(row["source"])), Counter())
    return Part(key, row.get("id") or (row["source"], row["item"]), Counter())


def _id(reference):
    return reference and reference["id"]


def _without_names(row):
    """Return ``row`` with ids for references: a name that was changed elsewhere since is no change of the story."""
    return {name: _id(value) if isinstance(value, dict) else value for name, value in row.items()} | (
        {"name": ""} if "id" in row else {}
    )


# --- What changed, in words -----------------------------------------------------------------------------------------


class Piece(NamedTuple):
    """Some words. kind: "same", "gone" or "new"; "other" where two texts stand side by side and neither is older."""

    kind: str
    text: str


@dataclass(frozen=True)
class Row:
    """
    A paragraph, a line of a list or a field on both sides.

    kind: "same", "changed", "moved", "gone" or "new". before, after: lists of Piece. note: what the words do not tell.
    """

    kind: str
    before: list[Piece] = field(default_factory=list)
    after: list[Piece] = field(default_factory=list)
    note: str = ""


@dataclass(frozen=True)
class Change:
    """One field of content that differs: its name in content, the desk's word for it, and its rows in order."""

    name: str
    label: str
    rows: list[Row]


def changes(before, after, pictures=None):
    """
    Return [Change] of the fields in which two contents differ, the text itself first.

    pictures: {id of an Image: its title}, see `picture_names`.
    """
    changed = [
        name for name in revisions.changed_fields(before, after) if not same(before[name], after[name])
    ]
    return [
        Change(name, revisions.label(name), rows_of(name, before[name], after[name], pictures))
        for name in changed
    ]


def same(one, other):
    """Whether two values of a field say the same; the name of a reference may have changed elsewhere since."""
    if isinstance(one, dict) and isinstance(other, dict) and "id" in one and "id" in other:
        return one["id"] == other["id"]
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and [*map(_bare, one)] == [*map(_bare, other)]
    return one == other


def _bare(row):
    return _without_names(row) if isinstance(row, dict) else row


def rows_of(name, before, after, pictures=None):
    """Return the Rows of one field's two values."""
    if name == "body":
        old, new = body.blocks(before), body.blocks(after)
        told = [[_block_in_words(block, pictures or {}) for block in side] for side in (old, new)]
        return _folded(_side_by_side([*map(block_part, old)], [*map(block_part, new)], *told))
    if name in ROW_LISTS:
        parts = [[row_part(name, row) for row in side] for side in (before, after)]
        return _side_by_side(
            *parts, *([revisions.row_in_words(name, row) for row in side] for side in (before, after))
        )
    return [changed_row(*(revisions.in_words(name, value) for value in (before, after)))]


def changed_row(before, after):
    """Return the Row of two texts that differ in their words, or in what is not words."""
    if before == after:
        return Row("changed", [Piece("same", before)], [Piece("same", after)], _unworded())
    return Row("changed" if before and after else "new" if after else "gone", *words(before, after))


def _unworded():
    return _("The words are the same; a link, a mark or a detail changed.")


def _side_by_side(old, new, old_words, new_words):
    """Return the Rows of two lists of Part, told in words, in the order of the new one."""
    found = matches(old, new)
    stayed = longest_rise([found[j] for j in sorted(found)])
    gone = sorted(set(range(len(old))) - set(found.values()))
    rows = []
    for j in range(len(new)):
        i = found.get(j)
        while i in stayed and gone and gone[0] < i:
            rows.append(Row("gone", *words(old_words[gone.pop(0)], "")))
        if i is None:
            rows.append(Row("new", *words("", new_words[j])))
        elif old[i].key != new[j].key:
            rows.append(changed_row(old_words[i], new_words[j]))
        else:
            kept = [Piece("same", new_words[j])]
            rows.append(Row("same", kept, kept) if i in stayed else Row("moved", kept, kept, _("moved")))
    return rows + [Row("gone", *words(old_words[i], "")) for i in gone]


def longest_rise(places):
    """Return a set of ``places``, distinct numbers, that rise from left to right: what stayed in order."""
    runs = SequenceMatcher(None, places, sorted(places), autojunk=False).get_matching_blocks()
    return {places[run.a + step] for run in runs for step in range(run.size)}


def _folded(rows):
    """Return ``rows`` with runs of unchanged paragraphs told by their number."""
    folded = []
    for unchanged, run in groupby(rows, key=lambda row: row.kind == "same"):
        run = list(run)
        if unchanged:
            note = ngettext("%(count)d paragraph unchanged", "%(count)d paragraphs unchanged", len(run))
            run = [Row("same", note=note % {"count": len(run)})]
        folded += run
    return folded


_TOKEN = re.compile(r"\s+|[^\s.,;:!?…()\[\]“”„«»\"—–-]+|.", re.DOTALL)


def words(before, after):
    """
    Return ([Piece] of before, [Piece] of after): which words are gone, new, the same.

    Two texts that share little are told as a whole: a few words in common would only make both hard to read.
    """
    old, new = _TOKEN.findall(before), _TOKEN.findall(after)
    if len(old) * len(new) > MANY_WORDS:
        return _whole(before, after)
    spans = SequenceMatcher(None, old, new).get_opcodes()
    kept = sum(len("".join(old[i:end]).strip()) for tag, i, end, _j, _end in spans if tag == "equal")
    if 3 * kept < max(len(before), len(after)):
        return _whole(before, after)
    left, right = [], []
    for tag, i, i_end, j, j_end in spans:
        gone, come = "".join(old[i:i_end]), "".join(new[j:j_end])
        # A space or a comma between two changed words is no rest for the eye.
        between = (i, j) != (0, 0) and (i_end, j_end) != (len(old), len(new))
        equal = tag == "equal" and (len(gone.strip()) > 1 or not between)
        left.append(Piece("same" if equal else "gone", gone))
        right.append(Piece("same" if equal else "new", come))
    return _joined(left), _joined(right)


def _whole(before, after):
    return _joined([Piece("gone", before)]), _joined([Piece("new", after)])


def _joined(pieces):
    """Return ``pieces`` without empty ones, neighbours of one kind as one."""
    filled = [piece for piece in pieces if piece.text]
    groups = groupby(filled, key=lambda piece: piece.kind)
    return [Piece(kind, "".join(piece.text for piece in group)) for kind, group in groups]


# --- Blocks in words ------------------------------------------------------------------------------------------------


def picture_names(*contents):
    """Return {id: title} of the pictures in the bodies of ``contents``."""
    wanted = {pk for content in contents for pk in body.picture_ids(content["body"])}
    return dict(Image.objects.filter(pk__in=wanted).values_list("pk", "title")) if wanted else {}


def kind_in_words(kind):
    """Return the desk's word for a kind of block; "" for text that needs none."""
    named = {
        "paragraph": "",
        "crosshead": _("Crosshead"),
        "list": _("List"),
        "quotation": _("Quotation"),
        "ticker": _("Ticker line"),
        "image": _("Picture"),
        "pullquote": _("Pull quote"),
        "infobox": _("Infobox"),
        "table": _("Table"),
        "embed": _("Embed"),
        "related": _("Related stories"),
        "note": _("Desk note"),
    }
    return named.get(kind, kind.capitalize())


def body_in_words(html, pictures):
    """Return all blocks of a body, or the one that ``html`` is, as one text. pictures: see `changes`."""
    return "\n".join(_block_in_words(block, pictures) for block in body.blocks(html))


def _block_in_words(block, pictures):
    """Return a Block as one text: what kind it is where that is not plain, what it shows, its words."""
    shown = ""
    if block.kind == "image":
        shown = pictures.get(int(block.data["image"]), "")
    elif block.kind == "embed":
        shown = block.data["url"]
    elif block.kind == "ticker":
        shown = str(int(block.data["link"]) + 1)
    named = " ".join(filter(None, [kind_in_words(block.kind), shown]))
    return ": ".join(filter(None, [named, block.text]))
