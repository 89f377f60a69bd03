"""What a Term would find in the stories that are online, so that a rule which cries wolf is never switched on."""

import re
from dataclasses import dataclass, field
from time import monotonic

from django.utils import timezone

from articles import revisions
from articles.checks import house_style
from articles.checks.finding import Finding
from articles.checks.reading import Reading
from articles.models import Article

MOST_STORIES = 5000  # the newest
MOST_PLACES = 50
LONGEST = 8  # seconds
AROUND = 60  # characters of context on either side
CHUNK = 100  # stories in memory at once
_WORD = re.compile(r"\w+")
_MARKUP = re.compile(r"<[^>]*>|&\w+;")


@dataclass(frozen=True)
class Place:
    """One use: the story (its id and headline) and the words, with what stands around them in that text."""

    article: int
    headline: str
    before: str
    quote: str
    after: str
    finding: Finding


@dataclass
class Trial:
    """
    What was found: ``read`` stories looked at, ``stories`` of them with a finding, ``uses`` findings in all, the first
    ``places``. complete: whether no story of the newest 5,000 is left, or time ran out before.
    """

    read: int = 0
    stories: int = 0
    uses: int = 0
    places: list[Place] = field(default_factory=list)
    complete: bool = True

    def add(self, article, content, reading, findings):
        self.stories += bool(findings)
        self.uses += len(findings)
        for finding in findings[: MOST_PLACES - len(self.places)]:
            before, after = _around(reading, finding)
            self.places.append(Place(article, content["headline"], before, finding.quote, after, finding))


def try_term(term, at=None, *, most=MOST_STORIES, seconds=LONGEST):
    """
    Return the Trial of ``term``, saved or not, switched on or not, on the newest published stories.

    at: aware datetime, now if None; seconds: when to stop reading. Stories are read as they stand online, a few at a
    time, and only those that hold all the words of the wrong form are read as the checks do. No other rule is asked.
    """
    at, stop = at or timezone.now(), monotonic() + seconds
    trial, words = Trial(), set(_WORD.findall(term.wrong.casefold()))
    if not term.wrong.strip():
        return trial
    rows = Article.objects.published(at).newest_first()
    rows = rows.values_list("pk", "live_revision__content", "live_revision__schema")[:most]
    for pk, content, schema in rows.iterator(chunk_size=CHUNK):
        if monotonic() > stop:
            trial.complete = False
            break
        trial.read += 1
        if _may_hold(content, words):
            content = revisions.upgrade(content, schema) | {"byline_note": ""}  # readers never saw it
            reading = Reading(content, at)
            holds = term.language in reading.languages
            findings = sorted(house_style.uses_of([term], reading), key=_place) if holds else []
            trial.add(pk, content, reading, findings)
    return trial


def _may_hold(content, words):
    """Whether each of ``words`` stands somewhere in the texts of ``content``; marks inside a word do not part it."""
    texts = " ".join([*_texts(content), *(row["text"] for row in content.get("ticker_links", []))]).casefold()
    return all(word in texts for word in words) or all(word in _MARKUP.sub("", texts) for word in words)


def _texts(content):
    datelines = content.get("datelines") or {}
    yield from (value for value in content.values() if isinstance(value, str))
    yield from [datelines.get("text", ""), *datelines.get("places", [])]


def _place(finding):
    return finding.field != "headline", finding.field, finding.start


def _around(reading, finding):
    """Return the text before and after the finding in its passage, cut between words."""
    for passage in reading.of(finding.field):
        at = finding.start - passage.start
        if 0 <= at and at + len(finding.quote) <= len(passage.text):
            before, after = passage.text[:at], passage.text[at + len(finding.quote) :]
            return _last_words(before), _first_words(after)
    return "", ""


def _last_words(text):
    cut = text[-AROUND:]
    return text if len(text) <= AROUND else "…" + cut[cut.find(" ") + 1 :]


def _first_words(text):
    return text if len(text) <= AROUND else text[:AROUND].rsplit(" ", 1)[0] + "…"
