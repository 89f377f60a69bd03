"""
From the bytes an agency sent to a draft: one Item, one story, in one transaction.

Where things go that are no text of the story: a dateline to `datelines`, with its date only where a year leaves no
doubt; its agency to `sources` if a Source is called so; a byline line to `bylines` if all its people are authors we
know, otherwise it stands in `byline_note`, which publishing drops, and a finding names it; ticker lines to
`ticker_links`, unresolved, because a person says which ticker is meant.
"""

import dataclasses
import hashlib
from dataclasses import dataclass, field

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from articles import body, revisions, workflow
from articles.checks import check
from articles.checks.finding import WARN, Finding
from articles.models import Article, Author, Revision, Source
from articles.permissions import NotAllowed
from articles.suggestions import propose_tickers
from wire import bylines, datelines
from wire.models import Item
from wire.parsers import text
from wire.story import CopyError, Doubt, Removed, Story

MOST_PROPOSED = 5


@dataclass
class Result:
    """
    What became of one copy.

    status: "draft" (made), "published", "blocked" (made, but findings keep it from being published), "known" (the same
    bytes came before; article and revision are what was made then) or "refused" (nothing stored). error: one sentence,
    "" where all went as asked. tickers: what ticker lines may mean, best first. doubts: what reading was not sure of, which
    is also among the findings; no check finds it again, so whoever shows the result shows it now.
    """

    file: str
    status: str
    article: Article | None = None
    item: Item | None = None
    revision: Revision | None = None
    removed: list[Removed] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    error: str = ""
    tickers: list[Article] = field(default_factory=list)
    doubts: list[Doubt] = field(default_factory=list)

    def as_json(self):
        """Return what `import_wire --json` prints: rows by id."""
        rows = {
            name: row and row.pk for name in ("article", "item", "revision") for row in [getattr(self, name)]
        }
        return {
            "file": self.file,
            "status": self.status,
            **rows,
            "removed": [dataclasses.asdict(removed) for removed in self.removed],
            "findings": [dataclasses.asdict(finding) for finding in self.findings],
            "error": self.error,
        }


def ingest(
    data: bytes, *, name="", encoding=None, section=None, language="", source=None, by, publish=False
) -> Result:
    """
    Make a draft of one copy, once: the same bytes sent again find what was made of them.

    section: Section or None. language: of the text, the site's if "". source: the Source that sent it, None if nobody
    knows; one that the copy itself names goes before it. by: the User who makes it. publish: also put it online as
    ``by``; where findings or rights forbid that, the draft stays and ``error`` says why.
    """
    try:
        story = text.parse(data, encoding)
        with transaction.atomic():
            item = Item.objects.select_for_update().filter(sha256=sha256(data)).first()
            options = {"name": name, "section": section, "language": language, "source": source, "by": by}
            result = known(item, name) or draft(story, data, item, **options)
    except (CopyError, NotAllowed, revisions.Unfit) as refused:
        return Result(name, "refused", error=str(refused))
    except IntegrityError:
        # The same copy came through another process between our look and our insert.
        result = known(item_of(data), name)
        if result is None:
            raise
    return published(result, by) if publish and result.status == "draft" else result


def item_of(data):
    """Return the Item that keeps these bytes, None if they never came."""
    return Item.objects.filter(sha256=sha256(data)).first()


def known(item, name=""):
    """Return the Result for an Item that has a story already, else None. item: may be None."""
    article = item and item.articles.select_related("latest_revision").order_by("pk").first()
    if not article:
        return None
    return Result(
        name, "known", article, item, article.latest_revision, findings=check(article.latest_revision)
    )


def sha256(data):
    return hashlib.sha256(data).hexdigest()


def draft(story, data, item, *, name, section, language, source, by):
    """
    Store the first version of a story and its Item; the caller holds the transaction.

    item: the one that keeps these bytes but has no story any more, else None. Raise IntegrityError where another
    process stored the same bytes meanwhile.
    """
    content, doubts = content_of(story, section=section, language=language, source=source)
    if item is None:
        item = Item.objects.create(
            sha256=sha256(data),
            raw=data,
            name=name.replace("\0", "")[-250:],
            encoding=story.encoding[:20],
            source=content["sources"][0]["source"] if content["sources"] else "",
            received_at=timezone.now(),
        )
    revision = workflow.create(content, by=by, revision_kind=Revision.Kind.IMPORT)
    item.articles.add(revision.article)
    return Result(
        name,
        "draft",
        revision.article,
        item,
        revision,
        removed=removed_from(story, content),
        findings=findings_on(revision, doubts),
        tickers=tickers_for(story),
        doubts=doubts,
    )


def published(result, by):
    """Publish what was made; return the Result with how that went."""
    try:
        workflow.publish(result.revision, by=by)
    except workflow.Blocked as blocked:
        return dataclasses.replace(result, status="blocked", error=str(blocked))
    except NotAllowed as refused:
        return dataclasses.replace(result, error=str(refused))
    return dataclasses.replace(result, status="published", article=Article.objects.get(pk=result.article.pk))


# From the story to content


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
        sources=sources or _sources(source),
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


def source_called(agency):
    """Return the Source whose code or name is the agency's, else None."""
    sources = Source.objects.filter(retired_at=None) if agency else Source.objects.none()
    return sources.filter(code__iexact=agency).first() or sources.filter(name__iexact=agency).first()


def removed_from(story, content):
    """Return the story's list of what was taken out, a byline line without an author in the field that keeps it."""
    if content["bylines"]:
        return story.removed
    return [
        dataclasses.replace(removed, field="byline_note") if removed.kind == "byline" else removed
        for removed in story.removed
    ]


def findings_on(revision, doubts):
    """Return the checks' findings and the doubts of reading as findings, both about this version (saved or not)."""
    plain = {"body": body.plain(revision.content["body"]), "datelines": revision.content["datelines"]["text"]}
    plain["byline_note"] = revision.content["byline_note"]
    return check(revision) + [finding_from(doubt, plain[doubt.field]) for doubt in doubts]


def finding_from(doubt, words):
    """Return a doubt as a warning; its place is where its quote stands in the field's text, 0 to 0 if nowhere."""
    start = words.find(doubt.quote)
    start, end = (start, start + len(doubt.quote)) if start >= 0 else (0, 0)
    return Finding(doubt.code, WARN, doubt.field, start, end, doubt.quote, doubt.message)


# Which ticker is meant


def tickers_for(story):
    """Return the tickers that the story's ticker lines may mean, best first."""
    lines = " ".join(line.text for line in story.ticker_lines)
    return propose_tickers(f"{lines} {story.headline}")[:MOST_PROPOSED] if lines else []
