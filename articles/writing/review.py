"""What an editor sees before publishing: what changes for readers, where the story will stand, which findings stand."""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from articles import revisions
from articles.checks import check
from articles.models import Revision
from articles.writing import compare


@dataclass(frozen=True)
class Review:
    """
    changes: [compare.Change] against what readers see, [] where they see nothing yet. places: [(kind of page, names)].
    findings: [Finding] of the text as it stands in the form. is_first: whether readers see nothing of it yet.
    """

    is_first: bool
    changes: list
    places: list
    findings: list

    @property
    def blocking(self):
        return [finding for finding in self.findings if finding.blocks]


def review(content, *, article=None):
    """Return the Review of ``content`` (shape: `revisions.blank`), saved or not, of ``article`` (None: a new story)."""
    live = article.live_revision if article and article.is_published() else None
    before = revisions.content_of(live) if live else None
    return Review(
        is_first=live is None,
        changes=compare.changes(before, content, compare.picture_names(before, content)) if live else [],
        places=places(content),
        findings=check(_unsaved(content, article)),
    )


def _unsaved(content, article):
    number = article.version + 1 if article else None
    return Revision(article=article, number=number, content=content, schema=revisions.SCHEMA)


def places(content):
    """Return [(kind of page, [names])] of where readers will find the story."""
    section = content["section"]
    authors = [row["author"]["name"] for row in content["bylines"] if row["author"]]
    fronts = [_("Front page"), section["name"]] if section else []
    found = [
        (_("Fronts"), fronts),
        (_("Tags"), [tag["name"] for tag in content["tags"]]),
        (_("Authors"), authors),
    ]
    return [(kind, names) for kind, names in found if names]
