"""The pull quote: a sentence of the story set large, and who says it. Its quotation marks are drawn, never stored."""

import re

from django.utils.safestring import mark_safe

from articles.body.shape import Kind, Line, inline, text_of, tidy

# Quotation marks around the whole, none within: “Yes” but not “Yes” and “no”.
_IN_MARKS = re.compile(r"[“”„«»‹›\"](?P<inner>[^“”„«»‹›\"]*)[“”„«»‹›\"]", re.S)
_BREAK = ("\n", ())


def _inside(lines):
    said = [line for line in lines if line.role != "caption"]
    speaker = [line for line in lines if line.role == "caption"]
    if not said:
        said, speaker = speaker, []
    said, speaker = Line(_without_marks(_joined(said))), Line(_joined(speaker))
    html = f"<blockquote><p>{inline(said.runs)}</p></blockquote>"
    if not speaker.runs:
        return html, said.text
    return html + f"<figcaption>{inline(speaker.runs)}</figcaption>", text_of([said, speaker])


def _joined(lines):
    runs = []
    for line in lines:
        runs += [_BREAK, *line.runs] if runs else line.runs
    return runs


def _without_marks(runs):
    if not _IN_MARKS.fullmatch("".join(text for text, _marks in runs)):
        return runs
    opened = [(runs[0][0][1:], runs[0][1]), *runs[1:]]
    closed = [*opened[:-1], (opened[-1][0][:-1], opened[-1][1])]
    return tidy([run for run in closed if run[0]]) or runs


def _context(block, given):
    said, _, speaker = block.html.partition("<blockquote><p>")[2].partition("</p></blockquote>")
    speaker = speaker.removesuffix("</figure>").removeprefix("<figcaption>").removesuffix("</figcaption>")
    return {"said": mark_safe(said), "speaker": mark_safe(speaker)}


PULLQUOTE = Kind(
    "pullquote",
    ("figure",),
    _inside,
    marked=True,
    template="articles/blocks/pullquote.html",
    context=_context,
)
