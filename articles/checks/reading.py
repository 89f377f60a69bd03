"""A story as the checks read it: its texts field by field, each cut into passages that know where they stand."""

import re
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property

from articles import body, revisions
from articles.checks.finding import Finding
from images.models import Image

# In the order of the form, so that findings are listed from top to bottom.
FIELDS = (
    "kicker headline standfirst section bylines datelines body ticker_links byline_note lead_image lead_caption lead_alt "
    "lead_credit home_headline seo_title social_title social_text social_image"
).split()
ONE_LINERS = "kicker headline standfirst byline_note lead_caption lead_alt home_headline seo_title social_title social_text".split()

# A sentence ends at a stop that a space follows; brackets and quotation marks behind the stop belong to it.
_SENTENCE_END = re.compile(r"(?:[.!?…]+|[。！？؟۔।])[\"'”’“‘»«›‹)\]]*(?=\s|$)")
_ABBREVIATION = re.compile(
    r"(?:^|[\s(\[“„«\"'’.-])"
    r"(?:[^\W\d_]|Mrs?|Ms|Dr|Drs|Prof|St|Ste|Gen|Sen|Rep|Gov|Lt|Capt|Col|Sgt|Rev|Hon|Jr|Sr|No|Nos|Nr|Mme|Mlle|Sra?|"
    r"Inc|Ltd|Co|Corp|vs|ca|approx|bzw|etc|Jan|Feb|Aug|Sept?|Oct|Okt|Nov|Dec|Dez|вул|ім|див|млн|млрд|тис|грн)$"
)
BLOCK_GLUE = "\n\n"  # between the texts of blocks, as in `body.plain`
_INK = re.compile(r"\S")
_TEXT = re.compile(r"[^\n\t]+")
GATHERING = {"list", "quotation", "pullquote", "infobox", "table"}  # kinds of blocks that hold several texts
BESIDE = {
    "crosshead",
    "pullquote",
    "infobox",
    "table",
    "image",
    "embed",
}  # kinds that interrupt the story's run


@dataclass(frozen=True)
class Passage:
    """
    A stretch of text that stands for itself: a paragraph, a crosshead, a list item, a headline.

    start: its offset in the plain text of ``field``. kind: as in `body.Block`, "line" outside the body.
    """

    field: str
    start: int
    text: str
    kind: str = "line"

    def finding(self, code, severity, span, message, suggestion=""):
        """Return the Finding at ``span`` = (start, end), offsets in this passage."""
        start, end = span
        return Finding(
            code,
            severity,
            self.field,
            self.start + start,
            self.start + end,
            self.text[start:end],
            message,
            suggestion,
        )


@dataclass
class Reading:
    """
    content: in the present shape of `revisions.blank`. at: aware datetime, "now" for the licences of pictures.
    imported: the Reading of the copy that the story was made from, None where it was written here.
    is_copy: whether this version is such a copy itself. is_flash: whether it is breaking news without a text so far.
    is_ticker: whether its text is the entries of a live ticker. article: the id of the story, None where it has none yet.
    """

    content: dict
    at: datetime
    imported: "Reading | None" = None
    is_copy: bool = False
    is_flash: bool = False
    is_ticker: bool = False
    article: int | None = None
    passages: list = field(init=False)

    def __post_init__(self):
        self.passages = sorted(
            _passages(self.content, self.blocks), key=lambda passage: FIELDS.index(passage.field)
        )

    @cached_property
    def blocks(self):
        """The blocks of the body that readers see and that have text, in the order in which `body.plain` joins them."""
        return [
            block
            for block in body.blocks(self.content["body"])
            if block.text and body.KINDS[block.kind].public
        ]

    @cached_property
    def images(self):
        """The Images that the story refers to, by id; one query, none where it has no pictures."""
        chosen = [self.content[name]["id"] for name in ("lead_image", "social_image") if self.content[name]]
        wanted = {*chosen, *body.picture_ids(self.content["body"])}
        return Image.objects.in_bulk(wanted) if wanted else {}

    @cached_property
    def language(self):
        """The primary language, in small letters: "en" for "en-GB"."""
        return (
            re.split("[-_]", self.content["language"].strip().lower())[0] or revisions.blank()["language"][:2]
        )

    @cached_property
    def languages(self):
        """What a form's or term's language may be in order to hold for this text; "" holds for every text."""
        return {"", self.language, self.content["language"].strip()}

    @cached_property
    def texts(self):
        """The text of all passages, one a line: for questions that need no place."""
        return "\n".join(passage.text for passage in self.passages)

    def of(self, *fields):
        return [passage for passage in self.passages if passage.field in fields]

    def paragraphs(self):
        """Return what a reader sees as running text: the standfirst and the body's paragraphs and quotations."""
        return [
            passage
            for passage in self.of("standfirst", "body")
            if passage.text.strip() and passage.kind in ("line", "paragraph", "quotation")
        ]


def read(revision, at):
    """Return the Reading of ``revision``, which may be unsaved and without an article."""
    is_copy = revision.kind == type(revision).Kind.IMPORT
    reading = Reading(_upgraded(revision), at, _imported(revision, at), is_copy, article=revision.article_id)
    if not reading.blocks:  # asked of few stories, for it asks the database
        reading.is_flash = _began_as_flash(revision)
        reading.is_ticker = revision.article_id is not None and revision.article.kind == "ticker"
    return reading


def _began_as_flash(revision):
    """Whether the story began as a flash; its headline may have been mended since."""
    kind = type(revision).Kind.FLASH
    return revision.kind == kind or (
        revision.article_id is not None
        and type(revision).objects.filter(article=revision.article_id, kind=kind).exists()
    )


def _upgraded(revision):
    return revisions.upgrade(revision.content, revision.schema or revisions.SCHEMA)


def _imported(revision, at):
    """Return the Reading of the newest copy that the story was made from, up to this version."""
    if revision.article_id is None:
        return None
    line = type(revision).objects.filter(article=revision.article_id, kind="import")
    if revision.number:
        line = line.filter(number__lte=revision.number)
    copy = line.order_by("-number").first()
    return copy and Reading(_upgraded(copy), at)


def _passages(content, blocks):
    for name in ONE_LINERS:
        yield Passage(name, 0, content[name])
    datelines = content["datelines"]
    yield Passage("datelines", 0, datelines["text"] or ", ".join(datelines["places"]))
    yield from _joined("ticker_links", [("line", row["text"]) for row in content["ticker_links"]], "\n")
    yield from _joined("body", [(block.kind, block.text) for block in blocks], BLOCK_GLUE)


def _joined(name, texts, glue):
    """Yield the passages of ``texts`` = [(kind, text)], placed as if joined by ``glue``."""
    start = 0
    for kind, text in texts:
        yield from _lines(Passage(name, start, text, kind))
        start += len(text) + len(glue)


def _lines(passage):
    """Cut what holds several texts into them: items, lines, cells. A break inside a paragraph does not part it."""
    if passage.kind not in GATHERING:
        yield passage
        return
    for found in _TEXT.finditer(passage.text):
        yield Passage(passage.field, passage.start + found.start(), found[0], passage.kind)


def sentence_end(text, at):
    """Return where the sentence that holds offset ``at`` ends, its stop and closing marks included."""
    for match in _SENTENCE_END.finditer(text, at):
        lower_follows = text[match.end() : match.end() + 4].lstrip()[:1].islower()
        if not lower_follows and not (
            match[0] == "." and _ABBREVIATION.search(text[max(0, match.start() - 12) : match.start()])
        ):
            return match.end()
    return len(text.rstrip())


def sentence_start(text, at):
    """Return where the sentence that holds offset ``at`` begins; sentences are taken to have 1,000 characters at most."""
    start = max(0, at - 1000)
    while (end := sentence_end(text, start)) <= at:
        rest = _INK.search(text, end, at + 1)
        if rest is None:
            break
        start = rest.start()
    return min(start, at)
