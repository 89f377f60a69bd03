"""
What two editors wrote on the same version, joined: a three-way merge of contents.

Contents (dicts in the shape of `revisions.blank`) come in, a Merge goes out. What only one of both changed is taken
from that one: field by field, a list row by row, the body block by block, so that two people may work on different
paragraphs. What both changed differently is a Collision, which a person decides. Nothing typed is lost: each block,
row and text that one of both wrote is in the merged content or in a collision.
"""

from collections import Counter
from dataclasses import dataclass
from typing import NamedTuple

from articles import body, revisions
from articles.writing import compare

MINE, THEIRS, BOTH = "mine", "theirs", "both"
# Fields of several lines, in which both texts may stand, one after the other.
LONG = ("standfirst", "ednote", "byline_note", "lead_caption")
LISTS = ("bylines", "tags", "related", "sources")
TEXT = ("body", "ticker_links")  # merged together: boxes and places of ticker lines are counted by each other
BOX = '<aside data-block="ticker" data-link="0"></aside>'


@dataclass(frozen=True)
class Collision:
    """
    One place that both changed, differently.

    key: names it among the collisions of one merge. field: the field of content. base, mine, theirs: its values: of
    the field, of one row of a list, or the HTML of one block; None where it was taken out or had not been.
    """

    key: str
    field: str
    base: object
    mine: object
    theirs: object

    @property
    def choices(self):
        """The answers there are. Both can stay only where two texts can stand one after the other."""
        parted = self.field in (*LISTS, *TEXT, *LONG)
        return [MINE, THEIRS, BOTH] if parted and None not in (self.mine, self.theirs) else [MINE, THEIRS]


class Undecided(ValueError):
    """A collision is left without one of its answers; ``collisions`` lists them."""

    def __init__(self, collisions):
        self.collisions = collisions
        super().__init__(", ".join(collision.key for collision in collisions))


class Merge:
    """What became of two texts. ``collisions``: what a person has to decide before ``content`` gives the whole."""

    def __init__(self, base, mine, theirs):
        """base: what both began with. mine, theirs: what each made of it; complete contents all."""
        self._sides = {"base": base, MINE: mine, THEIRS: theirs}
        self.collisions = []
        self._fields = {
            name: self._field(name, base[name], mine[name], theirs[name])
            for name in revisions.blank()
            if name not in (*LISTS, *TEXT)
        }
        self._lists = {name: _Strand(name, *self._rows(name)) for name in LISTS}
        self._text = self._of_one_side()
        if self._text is None:
            self._lists["ticker_links"] = lines = _Strand("ticker_links", *self._rows("ticker_links"))
            self._lists["body"] = _Strand(
                "body", *(_blocks(side[TEXT[0]], lines.tokens[name]) for name, side in self._sides.items())
            )
        for strand in self._lists.values():
            self.collisions += [slot.value for slot in strand.slots if isinstance(slot.value, Collision)]

    def content(self, choices=None):
        """
        Return the merged content.

        choices: {key of a collision: "mine", "theirs" or "both"}. Raise Undecided where one has no such answer.
        """
        choices = choices or {}
        if undecided := [each for each in self.collisions if choices.get(each.key) not in each.choices]:
            raise Undecided(undecided)
        whole = {name: _decided(value, choices) for name, value in self._fields.items()}
        whole |= {name: [row for _token, row in self._lists[name].decided(choices)] for name in LISTS}
        whole |= self._text or self._joined_text(choices)
        return {name: whole[name] for name in revisions.blank()}

    def _field(self, name, base, mine, theirs):
        if compare.same(mine, theirs) or compare.same(theirs, base):
            return mine
        if compare.same(mine, base):
            return theirs
        self.collisions.append(Collision(name, name, base, mine, theirs))
        return self.collisions[-1]

    def _rows(self, name):
        for side in self._sides.values():
            rows = side[name]
            if (
                name == "ticker_links"
            ):  # where a line stands is told by the block before it, and merged with those
                rows = [{key: row[key] for key in ("text", "article", "url")} for row in rows]
            yield [(compare.row_part(name, row), row) for row in rows]

    def _of_one_side(self):
        """Return body and ticker lines as one side has them, where the other changed neither; None otherwise."""
        base, mine, theirs = ({name: side[name] for name in TEXT} for side in self._sides.values())

        def equal(one, other):
            return all(compare.same(one[name], other[name]) for name in TEXT)

        if equal(theirs, base) or equal(mine, theirs):
            return mine
        return theirs if equal(mine, base) else None

    def _joined_text(self, choices):
        blocks, lines = self._lists["body"].decided(choices), self._lists["ticker_links"].decided(choices)
        lines += self._lines_of_boxes(blocks, {token for token, _row in lines})
        places = {}
        for place, (token, _row) in enumerate(lines):
            places.setdefault(token, place)
        blocks = [(token, value) for token, value in blocks if not _is_box(value) or value[0] in places]
        written = [
            body.renumber_boxes(BOX, {0: places[value[0]]}) if _is_box(value) else value
            for _token, value in blocks
        ]
        stands_after = self._places_of_lines([token for token, _value in blocks])
        rows = [row | {"after_block": stands_after.get(token, 0)} for token, row in lines]
        return {"body": "".join(written), "ticker_links": rows}

    def _lines_of_boxes(self, blocks, present):
        """A box that stays keeps its line, though the other took that away: yield (token, row)."""
        wanted = dict.fromkeys(value[0] for _token, value in blocks if _is_box(value))
        rows = self._lists["ticker_links"].rows
        return [(token, rows[token]) for token in wanted if token not in present and token in rows]

    def _places_of_lines(self, merged):
        """Return {token of a line: how many blocks of ``merged``, a list of tokens, stand before it}."""
        places = {token: place for place, token in enumerate(merged, 1)}
        base, mine, theirs = (self._blocks_ahead(name) for name in self._sides)
        found = {}
        for line in {**base, **mine, **theirs}:
            moved = line in theirs and (line not in base or theirs[line][-1:] != base[line][-1:])
            ahead = theirs[line] if moved else (base | theirs | mine)[line]
            found[line] = next((places[token] for token in reversed(ahead) if token in places), 0)
        return found

    def _blocks_ahead(self, name):
        """Return {token of a line: tokens of the blocks before it} in the text of one side."""
        blocks, lines = (self._lists[field].tokens[name] for field in TEXT)
        rows = self._sides[name]["ticker_links"]
        return {line: blocks[: max(row["after_block"], 0)] for line, row in zip(lines, rows, strict=True)}


def _decided(value, choices):
    """Return the value of a field, a Collision answered."""
    if not isinstance(value, Collision):
        return value
    answer = choices[value.key]
    return f"{value.theirs}\n{value.mine}" if answer == BOTH else getattr(value, answer)


def _blocks(html, lines):
    """
    Return [(Part, value)] of a body. value: the block's HTML, or for a ticker box (token of its line,).

    lines: the tokens of that side's ticker lines: boxes count lines, and the counts of two texts differ.
    """
    pairs = []
    for block in body.blocks(html):
        part, value = compare.block_part(block), block.html
        if block.kind == "ticker":
            link = int(block.data["link"])
            value = (lines[link] if link < len(lines) else ("nothing", link),)
            part = compare.Part(value, value, Counter())
        pairs.append((part, value))
    return pairs


def _is_box(value):
    return isinstance(value, tuple)


class _Slot(NamedTuple):
    """A place in a merged list: which part stands there, and its value or the Collision about it."""

    token: tuple
    value: object


class _Strand:
    """
    One list of content through the three texts: which part of one is which of the others, and what became of each.

    A token names a part in all texts: ("base", place), or (side, place) for what a side added. ``tokens``: {side:
    tokens in that side's order}. ``slots``: the merged list. ``rows``: {token: the value of the part on some side}.
    """

    def __init__(self, field, base, mine, theirs):
        """base, mine, theirs: lists of (compare.Part, value)."""
        self.field = field
        sides = {"base": base, MINE: mine, THEIRS: theirs}
        parts = {name: [part for part, _value in side] for name, side in sides.items()}
        self.tokens = self._tokens(parts)
        found = {name: dict(zip(self.tokens[name], side, strict=True)) for name, side in sides.items()}
        self.rows = {
            token: value for name in ("base", MINE, THEIRS) for token, (_part, value) in found[name].items()
        }
        self.slots = []
        kept = {}
        for token in {**found["base"], **found[MINE], **found[THEIRS]}:
            kept[token] = self._became(token, *(found[name].get(token) for name in sides))
        order = self._order({token for token, value in kept.items() if value is not None})
        self.slots = [_Slot(token, kept[token]) for token in order]

    @staticmethod
    def _tokens(parts):
        tokens = {"base": [("base", place) for place in range(len(parts["base"]))]}
        for side in (THEIRS, MINE):
            found = compare.matches(parts["base"], parts[side])
            tokens[side] = [
                ("base", found[place]) if place in found else (side, place)
                for place in range(len(parts[side]))
            ]
        # What both added alike is one thing.
        new = {
            side: [place for place, token in enumerate(tokens[side]) if token[0] == side]
            for side in (MINE, THEIRS)
        }
        added = [[parts[side][place] for place in new[side]] for side in (THEIRS, MINE)]
        for mine, theirs in compare.matches(*added, equal_only=True).items():
            tokens[MINE][new[MINE][mine]] = (THEIRS, new[THEIRS][theirs])
        return tokens

    def _became(self, token, base, mine, theirs):
        """Return the value that a part has in the merged list, None where it is gone, or the Collision about it."""
        if token[0] != "base":
            return (theirs or mine)[1]
        key = [side and side[0].key for side in (base, mine, theirs)]
        value = [side and side[1] for side in (base, mine, theirs)]
        if key[1] == key[2] or key[2] == key[0]:
            return value[1]
        if key[1] == key[0]:
            return value[2]
        return Collision(f"{self.field}-{token[1]}", self.field, *value)

    def _order(self, kept):
        """Return the tokens of ``kept``: their order, with what mine added or moved put after what it followed."""
        order = [token for token in self.tokens[THEIRS] if token in kept]
        moved = self._moved(MINE) - self._moved(THEIRS)  # what both moved stands where they put it
        present, before = set(order), None
        for token in self.tokens[MINE]:
            if token not in kept:
                continue
            if token not in present or token in moved:
                if token in present:
                    order.remove(token)
                order.insert(order.index(before) + 1 if before else 0, token)
                present.add(token)
            before = token
        return order

    def _moved(self, side):
        places = [place for name, place in self.tokens[side] if name == "base"]
        return {("base", place) for place in set(places) - compare.longest_rise(places)}

    def decided(self, choices):
        """Return [(token, value)] of the merged list, with each collision answered."""
        pairs = []
        for token, value in self.slots:
            values = [value]
            if isinstance(value, Collision):
                answer = choices[value.key]
                values = [value.theirs, value.mine] if answer == BOTH else [getattr(value, answer)]
            pairs += [(token, each) for each in values if each is not None]
        return pairs
