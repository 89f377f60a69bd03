"""What every story must have before readers see it."""

from django.utils.translation import gettext as _

from articles.body import picture_ids
from articles.checks.finding import BLOCK, WARN, Finding


def headline(reading):
    if not any(char.isalnum() for char in reading.content["headline"]):
        yield _lacking("missing-headline", BLOCK, "headline", _("There is no headline; write one."))


def section(reading):
    if not reading.content["section"]:
        yield _lacking("missing-section", BLOCK, "section", _("The story belongs to no section; choose one."))


def text(reading):
    """Find a story without a word of text; a flash needs none, nor a signature, until somebody writes it up."""
    if not (reading.is_flash or reading.is_ticker or reading.blocks or picture_ids(reading.content["body"])):
        yield _lacking(
            "missing-text", BLOCK, "body", _("There is no text; write it, or send it out as a flash.")
        )


def byline(reading):
    content = reading.content
    if reading.is_flash:
        return
    signed = any(row["author"] or row["source"] or row["name"].strip() for row in content["bylines"])
    if not (signed or content["sources"] or content["byline_override"].strip()):
        message = _("Nobody signs the story and no source is named; add a byline or a source.")
        yield _lacking("missing-byline", WARN, "bylines", message)


def provenance(reading):
    """Find a story made from copy that came in, while nothing in it says from whom: no source, no affiliation."""
    content = reading.content
    signed = any(row["source"] or row["affiliation"].strip() for row in content["bylines"])
    if not (signed or content["sources"] or content["byline_override"].strip()) and (
        reading.is_copy or reading.imported
    ):
        message = _(
            "The story was made from copy and no source is named; add the source that sent it to the bylines."
        )
        yield _lacking("missing-provenance", WARN, "bylines", message)


def standfirst(reading):
    if not reading.content["standfirst"].strip():
        message = _("There is no standfirst; say in a sentence or two what the story is about.")
        yield _lacking("missing-standfirst", WARN, "standfirst", message)


def _lacking(code, severity, field, message):
    return Finding(code, severity, field, 0, 0, "", message)
