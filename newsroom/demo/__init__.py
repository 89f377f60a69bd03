"""
The demo newsroom as plain files, and how they are read. No database here: `newsroom.demo.loader` has that.

`desk.toml`, `tags.toml` and `terms.toml` hold people and vocabulary. `stories/` and `drafts/` hold one file a story:
facts in TOML between two lines of +++, then the text. `wire/` holds agency copy as it came.

The text of a story: blank lines part blocks. "## " begins a crosshead, "- " each line of a list, "[note] " a desk
note; "[ticker 0]" is the box of the first ticker line; "[picture coast wide] " begins the caption of a picture of
`pictures.toml` and says how wide it stands. "[said Marta Quill] " begins a pull quote, "[embed https://...] " the title
of something of others; "[box A title]" and "[table A caption]" stand on a line of their own, above lines of text and
"- " items, or rows of cells parted by " | "; "[related]" is the place of the related stories. *Stars* set the title of
a work. In all texts {weekday -1} is
the name of the day before the story's date, {workday -1} the same but never a Saturday or Sunday, {date +9} the day
and month nine days later.
"""

import re
import tomllib
from dataclasses import dataclass
from datetime import timedelta
from html import escape
from itertools import groupby
from pathlib import Path

from django.utils import translation
from django.utils.formats import date_format

FOLDER = Path(__file__).parent
DAY_AND_MONTH = {"de": "j. F", "uk": "j E"}
PLACEHOLDER = re.compile(r"\{(weekday|workday|date)(?: ([+-]?\d+))?\}")
BOX = re.compile(r"\[ticker (\d+)\]")
PICTURE = re.compile(r"\[picture (\w+) (text|wide|full)\] (.*)", re.S)
SAID = re.compile(r"\[said ([^\]]+)\] (.*)", re.S)
BOXED = re.compile(r"\[box ([^\]]+)\]\n(.*)", re.S)
TABLE = re.compile(r"\[table ([^\]]+)\]\n(.*)", re.S)
EMBED = re.compile(r"\[embed (\S+)\] (.*)", re.S)
RELATED = "[related]"
NOTE = "[note] "
SATURDAY = 5


@dataclass(frozen=True)
class Story:
    """One file. ``facts`` is its TOML, ``text`` what stands below it; ``key`` is the file's name without ending."""

    key: str
    facts: dict
    text: str

    @property
    def language(self):
        return self.facts.get("language", "en")

    @property
    def is_published(self):
        return "hours_ago" in self.facts

    @property
    def age(self):
        """How long ago it was published when the demo is loaded; nothing for a draft."""
        return timedelta(hours=self.facts.get("hours_ago", 0))


def table(name):
    """Return the TOML file ``name`` as a dict."""
    return tomllib.loads((FOLDER / f"{name}.toml").read_text(encoding="utf-8"))


def stories(folder="stories"):
    """Return the Stories of ``folder``, the oldest first, so that each finds what it refers to."""
    found = [read(path) for path in (FOLDER / folder).glob("*.md")]
    return sorted(found, key=lambda story: (-story.age, story.key))


def read(path):
    _, facts, text = path.read_text(encoding="utf-8").split("+++\n", 2)
    return Story(path.stem, tomllib.loads(facts), text.strip())


def wire_copy():
    """Return [(file name, bytes)] of the agency copy, by name."""
    return [(path.name, path.read_bytes()) for path in sorted((FOLDER / "wire").glob("*.txt"))]


def dated(text, day, language):
    """Return ``text`` with its {weekday}, {workday} and {date} written out for the date ``day``."""

    def written(found):
        other = shifted(found[1], day, int(found[2] or 0))
        return date_format(other, DAY_AND_MONTH.get(language, "j F") if found[1] == "date" else "l")

    with translation.override(language):
        return PLACEHOLDER.sub(written, text)


def shifted(kind, day, days):
    """Return ``day`` moved by ``days``; a "workday" moves on, in the same direction, from a Saturday or Sunday."""
    other = day + timedelta(days=days)
    step = timedelta(days=1 if days > 0 else -1)
    while kind == "workday" and other.weekday() >= SATURDAY:
        other += step
    return other


def body_html(text, pictures=None):
    """Return the body HTML of a story's text; ``pictures``: {name of the drawing: id}, what it lacks is left out."""
    return "".join(block_html(block, pictures or {}) for block in blocks(text))


def box_places(text):
    """Return {index of the ticker line: number of blocks before its box}."""
    boxes = [(BOX.fullmatch(block), position) for position, block in enumerate(blocks(text))]
    return {int(found[1]): position for found, position in boxes if found}


def blocks(text):
    return re.split(r"\n{2,}", text.strip()) if text.strip() else []


def block_html(block, pictures):
    if found := BOX.fullmatch(block):
        return f'<aside data-block="ticker" data-link="{found[1]}"></aside>'
    if found := PICTURE.fullmatch(block):
        return picture_html(pictures.get(found[1]), found[2], found[3])
    if block.startswith(NOTE):
        return f'<aside data-block="note"><p>{inline_html(block.removeprefix(NOTE))}</p></aside>'
    if block == RELATED:
        return '<aside data-block="related"></aside>'
    for pattern, html_of in ((SAID, said_html), (BOXED, box_html), (TABLE, table_html), (EMBED, embed_html)):
        if found := pattern.fullmatch(block):
            return html_of(*found.groups())
    if block.startswith("## "):
        return f"<h2>{inline_html(block.removeprefix('## '))}</h2>"
    if block.startswith("- "):
        return list_html(block.splitlines())
    return f"<p>{inline_html(block)}</p>"


def picture_html(pk, layout, caption):
    if pk is None:
        return ""
    head = f'<figure data-block="image" data-image="{pk}" data-layout="{layout}">'
    return f"{head}<figcaption>{inline_html(caption)}</figcaption></figure>"


def list_html(lines):
    return "<ul>" + "".join(f"<li>{inline_html(line.removeprefix('- '))}</li>" for line in lines) + "</ul>"


def said_html(speaker, text):
    quote = f"<blockquote><p>{inline_html(text)}</p></blockquote>"
    return f'<figure data-block="pullquote">{quote}<figcaption>{inline_html(speaker)}</figcaption></figure>'


def box_html(title, text):
    groups = groupby(text.splitlines(), key=lambda line: line.startswith("- "))
    inside = "".join(
        list_html(lines) if are_items else "".join(f"<p>{inline_html(line)}</p>" for line in lines)
        for are_items, lines in groups
    )
    return f'<aside data-block="infobox"><h2>{inline_html(title)}</h2>{inside}</aside>'


def table_html(caption, text):
    """The first line and the first of each line are heads."""
    head, *rows = [[inline_html(cell.strip()) for cell in line.split("|")] for line in text.splitlines()]
    heads = "".join(f"<th>{cell}</th>" for cell in head)
    lines = "".join(
        f"<tr><th>{first}</th>{''.join(f'<td>{cell}</td>' for cell in cells)}</tr>" for first, *cells in rows
    )
    caption = f"<caption>{escape(caption, quote=False)}</caption>"
    return f"<table>{caption}<thead><tr>{heads}</tr></thead><tbody>{lines}</tbody></table>"


def embed_html(url, title):
    caption = f"<figcaption>{escape(title, quote=False)}</figcaption>"
    return f'<figure data-block="embed" data-url="{escape(url)}">{caption}</figure>'


def inline_html(text):
    return re.sub(r"\*(.+?)\*", r"<em>\1</em>", escape(text, quote=False))
