"""
The shape of a story's body: what may stand in it, how it is cleaned, split into blocks, read and shown.

A body is HTML made of top-level blocks only (KINDS) around plain inline marks. Whatever comes in is read as HTML5 by
nh3 under an allow list, then written anew from text, marks and checked attributes, so that nothing which was not
asked for can come out. One body has one spelling: clean(clean(x)) == clean(x), and the editor's own way of nesting
marks is the one used here. This package knows no models. `kinds` has a room for each kind of block, `reading` the way
in, `shape` what all share; others call what stands here.
"""

import html as entities
import re
from collections import defaultdict
from collections.abc import Iterable, Sequence

from django.template.loader import render_to_string
from django.utils.safestring import SafeString, mark_safe

from articles.body.addresses import address
from articles.body.kinds import KINDS
from articles.body.reading import read
from articles.body.shape import Block, Given, TickerLine, no_pictures

__all__ = [
    "KINDS",
    "Block",
    "Given",
    "TickerLine",
    "address",
    "blocks",
    "clean",
    "first_words",
    "from_paragraphs",
    "holds",
    "lost_embeds",
    "lost_links",
    "no_pictures",
    "picture_ids",
    "plain",
    "public_place",
    "render",
    "renumber_boxes",
    "strip_notes",
    "word_count",
    "words",
]


def blocks(html) -> list[Block]:
    """Return the top-level blocks of ``html``, cleaned."""
    found = read(html).blocks
    seen = {block.kind: block for block in reversed(found)}
    return [block for block in found if not KINDS[block.kind].once or block is seen[block.kind]]


def clean(html) -> str:
    """
    Return ``html`` as a body may be stored and shown; "" if nothing is left.

    Takes any text (None counts as ""), raises nothing, and gives back unchanged what it has cleaned before.
    """
    return "".join(block.html for block in blocks(html))


def lost_links(html) -> list[str]:
    """Return the addresses, as typed, that clean() takes off their text because they lead nowhere."""
    return list(dict.fromkeys(read(html).lost))


def lost_embeds(html) -> list[str]:
    """Return the addresses, as typed, of embeds that clean() takes out because we embed nothing from there."""
    return list(dict.fromkeys(read(html).lost_embeds))


def plain(html) -> str:
    """Return the texts of the blocks that have text, parted by an empty line; desk notes are left out."""
    return "\n\n".join(block.text for block in blocks(html) if block.text and KINDS[block.kind].public)


def from_paragraphs(paragraphs: Iterable[tuple[str, str]]) -> str:
    """Return the body of [(kind, text)], kind "paragraph" or "crosshead"; text is text, never markup."""
    tags = {"paragraph": "p", "crosshead": "h2"}
    return clean(
        "".join(f"<{tags[kind]}>{entities.escape(text)}</{tags[kind]}>" for kind, text in paragraphs)
    )


def strip_notes(html) -> str:
    """Return ``html`` without what is not for readers. Places counted in blocks move: see public_place()."""
    return "".join(block.html for block in blocks(html) if KINDS[block.kind].public)


def public_place(html, after_block) -> int:
    """Return what ``after_block``, counted in the blocks of ``html``, becomes once strip_notes() has been at it."""
    return sum(KINDS[block.kind].public for block in blocks(html)[: max(after_block, 0)])


def renumber_boxes(html, places: dict[int, int]) -> str:
    """Return ``html`` with each ticker box holding places[line] for its line; a box whose line is gone goes with it."""
    pieces = []
    for block in blocks(html):
        if block.kind != "ticker":
            pieces.append(block.html)
        elif (line := int(block.data["link"])) in places:
            pieces.append(KINDS["ticker"].block("aside", {"link": str(places[line])}, []).html)
    return "".join(pieces)


_STORED_PICTURE = re.compile('<figure data-block="(?:image|embed)" data-image="([0-9]+)"')


def picture_ids(html) -> list[int]:
    """Return the ids of the Images that ``html``, as clean() leaves it, shows: in its order, each once."""
    return list(dict.fromkeys(map(int, _STORED_PICTURE.findall(html))))


def holds(html, kind) -> bool:
    """Whether ``html``, as clean() leaves it, holds a marked block of the kind called ``kind``."""
    return any(f'<{tag} data-block="{kind}"' in html for tag in KINDS[kind].tags)


def words(html) -> list[str]:
    """Return the words of the plain text; a dash or bullet standing alone is none."""
    return [word for word in plain(html).split() if any(map(str.isalnum, word))]


def word_count(html) -> int:
    """Return the length of the story as a desk counts it."""
    return len(words(html))


def first_words(html, count=30) -> str:
    """Return the story's first ``count`` words on one line, with "…" where more follow."""
    story = plain(html).split()
    return " ".join(story[:count]) + ("…" if len(story) > count else "")


def _shown(block, given):
    """Return the HTML of one block for readers."""
    kind = KINDS[block.kind]
    if not kind.public:
        return ""
    if not kind.template:
        return block.html
    context = kind.context(block, given)
    return render_to_string(kind.template, context).strip() if context else ""


def render(
    html, ticker_lines: Sequence[TickerLine] = (), pictures=no_pictures, related: Sequence = ()
) -> SafeString:
    """
    Return the body as readers see it.

    ticker_lines: all lines of the story in the order that ticker boxes count them by. A line that no box places comes
    after its after_block-th block; one without an address is not shown. For the others see Given; a picture that
    `pictures` answers None to is left out, caption and all. Links open in the same window, so they need no
    rel="noopener".
    """
    story, given = blocks(html), Given(ticker_lines, pictures, related)
    boxed = {int(block.data["link"]) for block in story if block.kind == "ticker"}
    loose = defaultdict(list)
    for index, line in enumerate(ticker_lines):
        if index not in boxed:
            place = min(max(line.after_block, 0), len(story))
            box = Block("ticker", "", "", {"link": str(index)})
            loose[place].append(_shown(box, given))
    pieces = loose[0]
    for place, block in enumerate(story, 1):
        pieces += [_shown(block, given), *loose[place]]
    return mark_safe("".join(pieces))
