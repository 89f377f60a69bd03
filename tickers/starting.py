"""How a ticker begins, and how a story is made of its entries: acts on an article of kind "ticker" and on its ticker."""

from django.db import transaction
from django.utils import timezone
from django.utils.html import escape
from django.utils.translation import gettext as _
from django.utils.translation import override

from articles import revisions, workflow
from articles.languages import spoken_beside
from articles.models import Article
from articles.public.pages import absolute
from tickers import log
from tickers.models import Ticker
from tickers.structured import headline_of
from tickers.templatetags.tickers import sureness


def start(content, *, by, uuid=None, now=True):
    """
    Make a ticker of ``content`` (shape: `revisions.blank`) and return it; ``now``: published and live at once.

    uuid: what its story will be called by, so that a form sent twice makes one ticker. Raise workflow.SentBefore the
    second time, NotAllowed or Blocked as `workflow.publish` does; then nothing was made.
    """
    with transaction.atomic():
        revision = workflow.create(content, by=by, kind=Article.Kind.TICKER, uuid=uuid)
        ticker = Ticker.objects.get(pk=revision.article_id)
        if now:
            alone = _("A live ticker starts before anybody else has read it.")
            workflow.publish(revision, by=by, alone=alone)
            ticker = log.set_status(ticker, Ticker.Status.LIVE, by=by)
        return ticker


def make_story(ticker, entries, *, by):
    """
    Make a draft of ``entries``, oldest first and with their authors and ticker fetched; return its Revision.

    It leads back to the ticker, names its agencies, and has a desk note above each piece: which entry it was, when,
    and how sure the news is.
    """
    article = Article.objects.select_related("live_revision", "latest_revision").get(pk=ticker.pk)
    source = article.live_revision or article.latest_revision
    told = revisions.content_of(source)
    content = revisions.blank(
        headline=headline_of(entries[-1])[:300],
        body="".join(map(_piece, entries)),
        language=told["language"],
        bylines=_bylines(entries),
        ticker_links=[_line_to(article, told["language"])],
        **{name: told[name] for name in ("section", "tags", "sources", "datelines", "urgency")},
    )
    return workflow.create(content, by=by)


def _piece(entry):
    headline = f"<h2>{escape(entry.headline)}</h2>" if entry.headline else ""
    text = f"<blockquote>{entry.body}</blockquote>" if entry.kind == "quote" else entry.body
    return f"{headline}{_note(entry)}{text}"


def _note(entry):
    """Return the desk note, which readers never see, of where a piece comes from."""
    source = escape(_source_of(entry))
    if entry.ticker.article.live_revision_id:  # a draft has no address yet
        source = f'<a href="{escape(absolute(entry.get_absolute_url()))}">{source}</a>'
    words = ". ".join(filter(None, [source, escape(sureness(entry))]))
    return f'<aside data-block="note"><p>{words}</p></aside>'


def _source_of(entry):
    at = timezone.localtime(entry.posted).strftime("%Y-%m-%d %H:%M")
    return _("Live ticker, entry %(number)d, %(time)s") % {"number": entry.number, "time": at}


def _bylines(entries):
    authors = dict.fromkeys(entry.author for entry in entries if entry.author)
    blank = {"source": None, "role": "text", "affiliation": "", "place": ""}
    return [{"author": revisions.reference(author), "name": author.name, **blank} for author in authors]


def _line_to(article, language):
    with override(spoken_beside(language)):
        text = _("Read it all in the live ticker")
    return {"text": text, "article": revisions.reference(article), "url": "", "after_block": 2}
