"""The nouns of the desk. One file each; whoever imports them says `from articles.models import Article`."""

from articles.models.article import Article
from articles.models.autosave import Autosave, Presence
from articles.models.byline import Author, Byline
from articles.models.correction import Correction
from articles.models.old_slug import OldSlug
from articles.models.planning import Clearance, PlannedChange
from articles.models.preview_link import PreviewLink, PreviewOpening
from articles.models.receipt import Receipt, ReceiptLine
from articles.models.redaction import Redaction
from articles.models.restriction import Restriction
from articles.models.revision import ConflictCopy, PublishAct, Revision
from articles.models.section import Section
from articles.models.source import Source
from articles.models.tag import NameForm, Office, Tag, TaggedItem, TagName, TagPair, TagProposal
from articles.models.term import Term, Waiver
from articles.models.ticker_link import Related, TickerLink

__all__ = [
    "Article",
    "Author",
    "Autosave",
    "Byline",
    "Clearance",
    "ConflictCopy",
    "Correction",
    "NameForm",
    "Office",
    "OldSlug",
    "PlannedChange",
    "Presence",
    "PreviewLink",
    "PreviewOpening",
    "PublishAct",
    "Receipt",
    "ReceiptLine",
    "Redaction",
    "Related",
    "Restriction",
    "Revision",
    "Section",
    "Source",
    "Tag",
    "TagName",
    "TagPair",
    "TagProposal",
    "TaggedItem",
    "Term",
    "TickerLink",
    "Waiver",
]
