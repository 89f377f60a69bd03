"""
What stands where on a front. Nobody lays it out: the news of the day decides, in four steps from loud to quiet.

The breaking strip; the lead with three stories beside it and a row of four; what people argue; the rest by section.
How large the lead stands follows from what it is: a day whose news is of the first two urgencies gets a headline across
the page, and a lead without a picture is joined by two more stories beneath it.
"""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import BooleanField, ExpressionWrapper, Q

from articles.models import Article, Section
from articles.public import labels, pages, pictures
from delivery.prepared import Prepared, Room

STRIP = 3  # stories in the breaking strip
BESIDE, UNDER, ROW = 3, 2, 4  # stories around the lead
CANDIDATES = 16  # the newest stories, among which the top is chosen
OPINIONS = 4
BLOCK = 4  # stories in a section's block
ABOVE = 20  # stories that may stand above the blocks
BIG = 2  # the urgency up to which a day is a big one
USUAL = 5  # the urgency of a story that has none
# From then on no story is more urgent than usual: a section may have few newer ones.
URGENT_FOR = timedelta(hours=24)
NEWSLESS = {Article.Genre.OPINION}
WRITTEN = ExpressionWrapper(~Q(body="") | Q(kind=Article.Kind.TICKER), output_field=BooleanField())


@dataclass
class Top:
    """
    The lead and what stands around it.

    stories: as cards, the lead first; it has its picture already. is_breaking: the lead, which then leaves the strip.
    urgency: of the lead. until: when the lead's urgency is over, None for one that has none above the usual.
    """

    stories: list
    is_breaking: bool = False
    urgency: int = USUAL
    until: datetime | None = None

    @property
    def lead(self):
        return self.stories[0] if self.stories else None

    @property
    def form(self):
        """How the lead is drawn: "big", "usual", or "bare" where it has no picture."""
        if not self.lead.picture:
            return "bare"
        return "big" if self.urgency <= BIG else "usual"

    @property
    def beside(self):
        return self.stories[1 : 1 + BESIDE]

    @property
    def _under_ends(self):
        return 1 + BESIDE + (UNDER if self.stories and self.form == "bare" else 0)

    @property
    def under(self):
        return self.stories[1 + BESIDE : self._under_ends]

    @property
    def row(self):
        """Four or none: three would leave a hole."""
        row = self.stories[self._under_ends : self._under_ends + ROW]
        return row if len(row) == ROW else []

    @property
    def shown(self):
        return [self.lead, *self.beside, *self.under, *self.row] if self.stories else []


@dataclass
class Block:
    """A section and its newest stories that do not stand above; the first has its picture."""

    section: Section
    stories: list


@dataclass
class Front:
    """A page laid out. page: of the section's list, None for home; images: those it shows, or would show."""

    strip: list
    top: Top
    opinions: list = field(default_factory=list)
    blocks: list = field(default_factory=list)
    rest: list = field(default_factory=list)
    page: pages.Page = None
    images: list = field(default_factory=list)

    @property
    def stories(self):
        """All that stands on it, each once."""
        below = [story for block in self.blocks for story in block.stories]
        return list(dict.fromkeys([*self.strip, *self.top.shown, *self.opinions, *below, *self.rest]))

    @property
    def keys(self):
        signed = {author.page_key for story in self.opinions for author in pictures.writers_of(story)}
        return {story.page_key for story in self.stories} | {image.page_key for image in self.images} | signed

    @property
    def until(self):
        """When it changes by itself: a story or a picture ends, leaves the strip, or leads by its urgency no more."""
        ends = [story.breaking_until for story in self.strip]
        others = [self.top.until, pages.earliest_end(self.stories, self.images)]
        return min([*ends, *filter(None, others)], default=None)


def home(sections, at, boxed=None):
    """
    Return the Front of the whole site at the aware datetime ``at``; at most seven queries, ``sections`` given.

    boxed: id of the story that a box of its own tells, which stands nowhere else then, unless it leads.
    """
    breaking = _breaking(at)[:STRIP]
    top = _top(_without_flashes(_newest(at), breaking), breaking, at, boxed)
    opinions = _opinions(top.shown, at)
    above = {story.pk for story in (*breaking, *top.shown, *opinions)} | {boxed} - {None}
    blocks = _blocks(sections, above, at)
    strip = [story for story in breaking if story != top.lead]
    front = Front(strip, top, opinions, blocks)
    openers = [block.stories[0] for block in blocks]
    return _with_pictures(front, [*top.under, *top.row, *openers], at)


def section(department, at, number):
    """Return the Front of a section: on its first page a top like that of home, then the list; its Page besides."""
    stories = Article.objects.in_section(department)
    breaking = [story for story in _breaking(at) if story.section_id == department.pk][:STRIP]
    flashes = [story.pk for story in breaking if not story.is_written]
    page = pages.newest(stories.listed(at).exclude(pk__in=flashes), number)
    top = _top(page.stories if number == 1 else [], breaking, at)
    on_top = top.shown
    rest = [story for story in page.stories if story not in on_top]
    strip = [story for story in breaking if story != top.lead] if number == 1 else []
    front = Front(strip, top, rest=rest, page=page)
    return _with_pictures(front, [*top.under, *top.row, *rest], at)


@Prepared
def _newest(at):
    return Article.objects.listed(at).newest_first().for_cards().annotate(is_written=WRITTEN)[:CANDIDATES]


@Prepared
def _breaking(at):
    """
    Return what is breaking, as cards that know whether their text is written (``is_written``).

    In all sections: asked for one alone, SQLite would walk all of that section's stories instead.
    """
    cards = Article.objects.breaking(at).for_cards("breaking_until").annotate(is_written=WRITTEN)
    return cards[:CANDIDATES]


def _without_flashes(stories, breaking):
    """A flash stands in the strip alone until somebody writes it up."""
    flashes = {story.pk for story in breaking if not story.is_written}
    return [story for story in stories if story.pk not in flashes]


def _top(newest, breaking, at, boxed=None):
    """
    Return the Top of ``newest`` stories: the most urgent leads, and the one ``boxed`` (an id) only leads.

    What is argued waits for news and never leads it; what somebody paid for follows at a distance.
    """
    news = [story for story in newest if story.genre not in NEWSLESS and not _is_translation(story)] or newest
    may_lead = [story for story in news if story.label != Article.Label.SPONSORED] or news
    if not may_lead:
        return Top([])
    lead = min(may_lead, key=lambda story: _urgency(story, at))
    pictures.put_on_cards([lead], at, "front")
    others = [story for story in may_lead if story != lead and story.pk != boxed]
    paid = [story for story in news if story not in may_lead]
    before = BESIDE + ROW - 1  # what is paid for closes the row
    stories, urgency = [lead, *others[:before], *paid, *others[before:]], _urgency(lead, at)
    until = lead.visible_from + URGENT_FOR if urgency < USUAL else None
    return Top(stories, lead in breaking, urgency, until)


def _urgency(story, at):
    """How urgent a story is for the top: a flash that left the strip and was never written up is news like other news."""
    if not getattr(story, "is_written", True):
        return USUAL + 1
    urgency = story.urgency or USUAL
    return urgency if at < story.visible_from + URGENT_FOR else max(urgency, USUAL)


def _is_translation(story):
    """Whether it tells in another language what stands here in the site's own; its page is linked from that story's."""
    return story.translation_of_id is not None and story.language != settings.LANGUAGE_CODE


def _opinions(above, at):
    """Return the newest opinions that do not stand in ``above``, signed and with portraits."""
    found = _argued(at, [story.pk for story in above])
    pages.give_bylines([*found, *filter(labels.is_argued, above)])
    return pictures.put_portraits(found, at)


@Prepared
def _argued(at, above: Room(ABOVE)):
    opinions = Article.objects.listed(at).filter(genre=Article.Genre.OPINION)
    return opinions.exclude(pk__in=above).newest_first().for_cards()[:OPINIONS]


@Prepared
def _of_section(at, section, language, above: Room(ABOVE)):
    told_here = Article.objects.listed(at).filter(Q(translation_of=None) | Q(language=language))
    others = told_here.filter(section=section).exclude(pk__in=above)
    return others.newest_first().values_list("pk", "visible_from")[:BLOCK]


def _blocks(sections, above, at):
    """Return a Block for every section with stories besides those ``above`` (ids); two queries for any number."""
    walks = [_of_section.sql(at, section.pk, settings.LANGUAGE_CODE, list(above)) for section in sections]
    ids = pages.newest_of(walks, slice(0, BLOCK * len(sections)))
    stories = pages.cards_of(ids, at)
    blocks = [
        Block(section, [story for story in stories if story.section_id == section.pk]) for section in sections
    ]
    return [block for block in blocks if block.stories]


def _with_pictures(front, pictured, at):
    """Give ``pictured`` stories their leads as cards show them; note all pictures that the front shows."""
    pictures.put_on_cards(pictured, at)
    shown = [front.top.lead, *pictured] if front.top.stories else pictured
    portraits = [author.portrait for story in front.opinions for author in pictures.writers_of(story)]
    front.images = [*pictures.images_of(shown), *filter(None, portraits)]
    return front
