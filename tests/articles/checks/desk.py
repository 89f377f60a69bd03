"""What the tests of the checks share: a story from paragraphs, and the quotes of what one check finds in it."""

from datetime import UTC, datetime

from articles import body, revisions
from articles.checks.reading import Reading
from articles.models import Revision

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)


def story(*paragraphs, **content):
    """Return content whose body holds ``paragraphs``, in English unless ``language`` is given."""
    text = body.from_paragraphs([("paragraph", paragraph) for paragraph in paragraphs])
    return revisions.blank(**{"language": "en", "body": text} | content)


def quotes(one, *paragraphs, **content):
    """Return the quotes of what the check ``one`` finds, in its own order."""
    return [finding.quote for finding in one(Reading(story(*paragraphs, **content), NOON))]


def unsaved(*paragraphs, **content):
    return Revision(content=story(*paragraphs, **content))
