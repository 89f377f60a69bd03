"""What an editor sees before publishing: what changes for readers, where the story will stand, which findings stand."""

from dataclasses import dataclass

from django.conf import settings
from django.utils.translation import gettext as _

from articles import body, revisions
from articles.checks import check
from articles.models import Revision, Tag
from articles.writing import compare

# Of content, what no reader ever sees changed. An address stays as it was when the story first went out.
UNSEEN = ["slug", "slugline", "urgency", "ednote", "follows", "byline_note"]


@dataclass(frozen=True)
class Review:
    """
    changes: [compare.Change] against what readers see, [] where they see nothing yet. desk_only: what changes besides,
    in words. places: [(kind of page, names)]. is_unlisted: whether none of them names it, for it was asked not to be found.
    findings: [Finding] of the text as it stands in the form. is_first: whether readers see nothing of it yet.
    """

    is_first: bool
    is_unlisted: bool
    changes: list
    desk_only: list
    places: list
    findings: list

    @property
    def blocking(self):
        return [finding for finding in self.findings if finding.blocks]


def review(content, *, article=None):
    """Return the Review of ``content`` (shape: `revisions.blank`), saved or not, of ``article`` (None: a new story)."""
    live = article.live_revision if article and article.is_published() else None
    before = revisions.content_of(live) if live else content
    internal = _internal_tags(before, content)
    seen = [_to_readers(each, internal) for each in (before, content)]
    kept = [_to_the_desk(each, internal) for each in (before, content)]
    is_unlisted = article is not None and article.deindexed_at is not None
    return Review(
        is_first=live is None,
        is_unlisted=is_unlisted,
        changes=compare.changes(*seen, compare.picture_names(*seen)),
        desk_only=[what for what, value in kept[1].items() if not compare.same(kept[0][what], value)],
        places=[] if is_unlisted else places(seen[1]),
        findings=check(_unsaved(content, article)),
    )


def _unsaved(content, article):
    number = article.version + 1 if article else None
    return Revision(article=article, number=number, content=content, schema=revisions.SCHEMA)


def _internal_tags(*contents):
    """Return the ids of those tags of ``contents`` that are the desk's own, by themselves or since a merge."""
    named = {pk for content in contents for pk in revisions.ids(content, "tags")}
    return set(Tag.objects.filter(pk__in=named, canonical__is_internal=True).values_list("pk", flat=True))


def _to_readers(content, internal):
    """Return ``content`` with nothing in it that readers never see; ``internal``: ids of tags."""
    text, nothing = content["body"], revisions.blank()
    return content | {name: nothing[name] for name in UNSEEN} | {
        "body": body.strip_notes(text),
        "tags": [tag for tag in content["tags"] if tag["id"] not in internal],
        "ticker_links": [
            row | {"after_block": body.public_place(text, row["after_block"])} for row in content["ticker_links"]
        ],
    }  # fmt: skip


def _to_the_desk(content, internal):
    """Return {what, in words: value} of what readers never see of ``content``."""
    notes = [block.html for block in body.blocks(content["body"]) if not body.KINDS[block.kind].public]
    return {str(revisions.label(name)): content[name] for name in UNSEEN} | {
        _("desk notes"): notes,
        _("internal tags"): [tag for tag in content["tags"] if tag["id"] in internal],
    }


def places(content):
    """Return [(kind of page, [names])] of where readers will find a story with this ``content``."""
    section = content["section"]
    authors = [row["author"]["name"] for row in content["bylines"] if row["author"]]
    fronts = [section["name"]] if section else []
    # A translation is linked from its original; the front page tells each story once.
    if section and not (content["translation_of"] and content["language"] != settings.LANGUAGE_CODE):
        fronts.insert(0, _("Front page"))
    found = [
        (_("Fronts"), fronts),
        (_("Tags"), [tag["name"] for tag in content["tags"]]),
        (_("Authors"), authors),
    ]
    return [(kind, names) for kind, names in found if names]
