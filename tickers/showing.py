"""How entries are shown: as HTML for pages, polls and streams alike, and as the data of a poll."""

from dataclasses import dataclass, field
from functools import cache
from zoneinfo import ZoneInfo, available_timezones

from django.conf import settings
from django.db.models import Exists, F, OuterRef
from django.template.loader import get_template
from django.utils import timezone
from django.utils.safestring import mark_safe
from django.utils.translation import override

from articles import body
from articles.languages import spoken_beside
from articles.models.article import CARD, visible
from articles.public import pictures
from articles.public.pages import frame
from delivery.prepared import Prepared
from images.models import Image
from tickers.models import Entry, Ticker

SHOWN = 20  # entries on a ticker's page, and neighbours on an entry's
KEY_EVENTS = 30  # in the list to jump by
IN_BOX = 3  # entries in the box of a story that links to a ticker
BOXED = (
    "number headline body posted made_at ticker__status ticker__time_zone ticker__article__slug"
    " ticker__article__section__slug"
).split()
CARDS = [f"article__{column}" for column in CARD if not column.startswith("lead_")]
CARDS += ["article__section__name", "article__section__slug"]
IDLE_SECONDS = 60  # how often a page of a ticker that is not live asks


# Its answer is gathered from some 600 files, and does not change while a process lives.
zone_names = cache(available_timezones)


def zone_of(ticker):
    """Return the tzinfo that the ticker's times are written in."""
    return zone_named(ticker.time_zone)


def zone_named(name):
    """Return the tzinfo of this name, the newsroom's own for none."""
    return ZoneInfo(name) if name in zone_names() else timezone.get_default_timezone()


def poll_seconds(ticker):
    """Return after how many seconds an open page asks again, 0 for never."""
    if ticker.poll_seconds is not None:
        return ticker.poll_seconds
    return settings.TICKER_POLL_SECONDS if ticker.status == Ticker.Status.LIVE else IDLE_SECONDS


def stream_address(ticker):
    """Return where an open page hears of entries, "" where no stream process runs."""
    return "" if settings.STREAM_URL == "none" else f"{settings.STREAM_URL}/live/{ticker.pk}/stream"


def as_html(ticker, entries, at, level="3"):
    """
    Return {number: HTML} of live ``entries`` with their author fetched; one query where their texts hold pictures.

    ticker: with `article.section` fetched. level: the rank of their headings.
    """
    shown = Pictures.of(entries, at)
    context = {"zone": zone_of(ticker), "level": level}
    for entry in entries:
        entry.ticker = ticker
    each = [{"entry": entry, "text": body.render(entry.body, pictures=shown.in_body)} for entry in entries]
    pieces = _render("tickers/_entry.html", ticker, [context | own for own in each])
    return dict(zip((entry.number for entry in entries), pieces, strict=True))


def keys_of(entries):
    """Return the page keys of the pictures in the texts of ``entries`` and of who signs them; asks no database."""
    signed = {entry.author.page_key for entry in entries if entry.author}
    return signed | {f"image:{pk}" for entry in entries for pk in body.picture_ids(entry.body)}


@dataclass
class Pictures:
    """The pictures in the texts of some entries, fetched at once."""

    at: object
    images: dict = field(default_factory=dict)

    @classmethod
    def of(cls, entries, at):
        wanted = {pk for entry in entries for pk in body.picture_ids(entry.body)}
        return cls(at, Image.objects.in_bulk(wanted) if wanted else {})

    def in_body(self, image, layout):
        return pictures.in_body(self.images.get(image), self.at, layout)


@Prepared
def newest_of(pk):
    """Return the newest live entries of the ticker ``pk`` with what a box names of them; one query."""
    entries = Entry.objects.live().filter(ticker=pk).select_related("ticker__article__section")
    return entries.only(*BOXED).newest_first()[:IN_BOX]


def running(at):
    """
    Return (ticker, its newest entries) of the one that runs and began last, (None, []) where none does; two queries.

    One without entries is passed over: what was there before it stays until it has something to tell. Its story is
    fetched as a card has it. Each entry knows the ``zone`` that its time is written in.
    """
    for ticker in _last_begun(at):
        entries = newest_of(ticker.pk)
        for entry in entries:
            entry.zone = zone_of(ticker)
        return ticker, entries
    return None, []


@Prepared
def _last_begun(at):
    shown = visible(at, start="article__visible_from", end="article__visible_until")
    tickers = Ticker.objects.filter(
        Exists(Entry.objects.live().filter(ticker=OuterRef("pk"))),
        shown,
        article__deindexed_at=None,
        status__in=[Ticker.Status.LIVE, Ticker.Status.PAUSED],
    )
    tickers = tickers.select_related("article__section").only("status", "time_zone", *CARDS)
    return tickers.order_by(F("starts").desc(nulls_last=True), "-pk")[:1]


def panel(ticker):
    """Return the HTML of what stands above the entries: state, key points and the list of key events; one query."""
    events = list(Entry.objects.live().filter(ticker=ticker, kind=Entry.Kind.KEY).newest_first()[:KEY_EVENTS])
    for entry in events:
        entry.ticker = ticker
    context = {"ticker": ticker, "zone": zone_of(ticker), "key_events": events}
    return _render("tickers/_panel.html", ticker, [context])[0]


def _render(name, ticker, contexts):
    """Return the HTML of parts of a ticker, one for each context, with the words beside them in its story's language."""
    language = ticker.article.language
    said = spoken_beside(language)
    shared = {**frame(), "language": language, "said": said}
    template = get_template(name)
    with override(said):
        return [mark_safe(template.render({**shared, **context}).strip()) for context in contexts]


def changes(ticker, found, at):
    """Return ``found``, the log.Changes, as a poll and a stream tell them: a dict that JSON can hold."""
    return {
        "events": found.events,
        "html": as_html(ticker, list(found.entries.values()), at),
        "next_seq": found.next_seq,
        "poll_after": poll_seconds(ticker),
        "panel": panel(ticker) if found.events and found.at_head else "",
    }
