"""
From a copy that was read to the content of a story.

Where things go that are no text of the story: a dateline to `datelines`, with its date only where a year leaves no
doubt; its agency to `sources` if a Source is called so; a byline line to `bylines` if all its people are authors we
know, otherwise it stands in `byline_note`, which publishing drops, and a finding names it; ticker lines to
`ticker_links`, unresolved, because a person says which ticker is meant.
"""

from django.utils.translation import gettext as _

from articles import body, revisions
from articles.models import Author, Source
from wire import bylines, datelines
from wire.story import Doubt, Story


def content_of(story: Story, *, section=None, language="", source=None) -> tuple[dict, list[Doubt]]:
    """Return (content in the shape of `revisions.blank`, what a person should look at) for a copy that was read."""
    signed, unsigned, byline_doubts = signatures_of(story)
    dateline, sources, dateline_doubts = dateline_of(story)
    content = revisions.blank(
        headline=story.headline,
        standfirst=story.standfirst,
        body=body.from_paragraphs(story.paragraphs),
        section=revisions.reference(section),
        datelines=dateline,
        sources=with_number(sources or _sources(source), story.headers),
        slugline=story.headers.get("slugline", ""),
        bylines=signed,
        byline_note="\n".join(filter(None, [unsigned, story.byline_note])),
        ticker_links=[
            {"text": line.text, "article": None, "url": "", "after_block": line.after_block}
            for line in story.ticker_lines
        ],
        **({"language": language} if language else {}),
    )
    return content, story.warnings + byline_doubts + dateline_doubts


def signatures_of(story):
    """Return (bylines for content, the byline line if one of its people is unknown, doubts)."""
    people = bylines.signatures(story.byline)
    authors = [author_called(person.name) for person in people]
    if not all(authors):
        message = _(
            "“%s” names somebody who is no author here; add the author and sign the story, or drop the line."
        )
        return (
            [],
            story.byline,
            [Doubt("unknown-byline", story.byline, message % story.byline, "byline_note")],
        )
    rows = [
        {
            "author": revisions.reference(author),
            "source": None,
            "role": "text",
            "name": person.name,
            "affiliation": person.affiliation,
            "place": person.place,
        }
        for person, author in zip(people, authors, strict=True)
    ]
    return rows, "", []


def author_called(name):
    """Return the one author of that name, the one they were merged into if they were; None if unknown or not one."""
    found = Author.objects.filter(name__iexact=name, retired_at=None).select_related("canonical")
    roots = {author.canonical for author in found}
    return roots.pop() if len(roots) == 1 else None


def dateline_of(story):
    """Return (datelines for content, sources for content, doubts)."""
    found = datelines.read(story.dateline) if story.dateline else None
    if found is None:
        return {"places": [], "date": None, "text": ""}, [], []
    source = source_called(found.agency)
    doubts = []
    if found.written_date and not found.date:
        message = _("The dateline says “%s”, which leaves the year or the day open; set its date.")
        doubts = [Doubt("dateline-open-date", story.dateline, message % found.written_date, "datelines")]
    dateline = {
        "places": list(found.places),
        "date": found.date and found.date.isoformat(),
        "text": story.dateline,
    }
    return dateline, _sources(source), doubts


def _sources(source):
    """Return a Source or None as content lists where a story comes from."""
    return [{"source": source.code, "item": "", "version": ""}] if source else []


def with_number(sources, headers):
    """Return the sources of a story with the number and version that its copy has at the agency."""
    said = {"item": headers.get("uri", ""), "version": headers.get("version", "")}
    return [row | said for row in sources]


def source_called(agency):
    """Return the Source whose code or name is the agency's, else None."""
    sources = Source.objects.filter(retired_at=None) if agency else Source.objects.none()
    return sources.filter(code__iexact=agency).first() or sources.filter(name__iexact=agency).first()
