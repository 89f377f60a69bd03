"""
From the bytes an agency sent to a draft: one Item, one story, in one transaction.

Copy that kills, holds or corrects what came before makes no story of its own where that is known: it raises an alarm at
the stories that were made of it (`wire.alarms`).
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
from articles.models import Article, Revision
from articles.permissions import NotAllowed
from articles.writing.suggestions import propose_tickers
from wire import alarms
from wire.contents import content_of
from wire.models import Alarm, Item
from wire.notices import GRAVE, Notice, hash_of
from wire.parsers import text
from wire.story import CopyError, Doubt, Removed

MOST_PROPOSED = 5


@dataclass
class Result:
    """
    What became of one copy.

    status: "draft" (made), "published", "blocked" (made, but findings keep it from being published), "known" (the same
    bytes came before; article and revision are what was made then), "alarm" (no story is made: the copy kills, holds or
    corrects what article, among others, was made of) or "refused" (nothing stored). error: one sentence, "" where all
    went as asked. alarms: what was raised; a draft has some where nobody knows which copy is meant. notice: what the copy
    says of earlier copy, None for most. tickers: what ticker lines may mean, best first. doubts: what reading was not sure of, which
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
    alarms: list[Alarm] = field(default_factory=list)
    notice: Notice | None = None

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
            result = known(item, name) or take_in(story, data, item, **options)
    except (CopyError, NotAllowed, revisions.Unfit) as refused:
        return Result(name, "refused", error=str(refused))
    except IntegrityError:
        # The same copy came through another process between our look and our insert.
        result = known(item_of(data), name)
        if result is None:
            raise
    if publish and result.notice and result.status == "draft":
        result.error = _("This copy speaks of earlier copy; look at both before it goes out.")
        return result
    return published(result, by) if publish and result.status == "draft" else result


def item_of(data):
    """Return the Item that keeps these bytes, None if they never came."""
    return Item.objects.filter(sha256=sha256(data)).first()


def known(item, name=""):
    """Return the Result for an Item that has a story already, else None. item: may be None."""
    article = item and item.articles.select_related("latest_revision").order_by("pk").first()
    if item and (raised := list(item.alarms.select_related("article__latest_revision"))):
        about = article or raised[0].article
        return Result(name, "known", about, item, about and about.latest_revision, alarms=raised)
    if not article:
        return None
    return Result(
        name, "known", article, item, article.latest_revision, findings=check(article.latest_revision)
    )


def sha256(data):
    return hashlib.sha256(data).hexdigest()


def take_in(story, data, item, *, name, section, language, source, by):
    """
    Store a copy and make of it what it is: a draft, or an alarm at stories made of earlier copy. A kill of copy that no
    story was made of, or whose stories were withdrawn for the agency, is stored and no more.

    item: the one that keeps these bytes but has no story any more, else None. The caller holds the transaction. Raise
    IntegrityError where another process stored the same bytes meanwhile.
    """
    content, doubts = content_of(story, section=section, language=language, source=source)
    item = item or store(story, data, content, name)
    notice, earlier = alarms.notice_of(item, story)
    raised = alarms.raise_about(item, notice, earlier, by=by) if notice else []
    article = next((alarm.article for alarm in raised if alarm.article), None)
    if article or (earlier and notice.kind in GRAVE):
        version = article and article.latest_revision
        return Result(name, "alarm", article, item, version, alarms=raised, notice=notice)
    result = draft(story, content, doubts, item, name=name, by=by)
    result.alarms, result.notice = raised, notice
    if notice is None:
        result.alarms = alarms.raise_late(item, result.article, by=by)
    return result


def store(story, data, content, name):
    """Keep a copy byte for byte; return the Item."""
    said = story.headers
    return Item.objects.create(
        sha256=sha256(data),
        raw=data,
        name=name.replace("\0", "")[-250:],
        encoding=story.encoding[:20],
        source=content["sources"][0]["source"] if content["sources"] else "",
        uri=said.get("uri", "")[:250],
        version=said.get("version", "")[:40],
        status=said.get("status", "usable")[:40],
        embargo_text=said.get("embargo", "")[:250],
        headline_hash=hash_of(story.headline),
        slugline_hash=hash_of(said.get("slugline")),
        received_at=timezone.now(),
    )


def draft(story, content, doubts, item, *, name, by):
    """Make the first version of a story of ``item``; the caller holds the transaction."""
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
