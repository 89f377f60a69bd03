"""What was deleted is in no answer of any public address a second later: stored pages, polls, feeds, boxes, stream."""

from itertools import chain

import pytest
from django.core.handlers.wsgi import WSGIHandler

from delivery import store
from delivery.front import Front
from tests.delivery.conftest import ask
from tests.factories import make_chief, make_published, make_ticker, ticker_line
from tests.processes import free_port
from tests.tickers.test_stream import Reader, server
from tickers import log
from tickers.models import Ticker

pytestmark = pytest.mark.django_db(transaction=True)
WORDS = ("Adela Voss", "Voss was seen at the mole.")


@pytest.fixture
def front(settings, tmp_path):
    """The web process of a node, as newsroom.wsgi makes it, with an empty store."""
    settings.DATA_DIR = tmp_path
    yield Front(WSGIHandler(), passes=["/admin/", "/healthz", "/readyz"])
    store.store_at.cache_clear()


def addresses(ticker, story):
    """Every public address on which an entry's words can stand."""
    page = ticker.article.get_absolute_url()
    yield from ["/", page, story.get_absolute_url()]
    yield from (f"{page}entry/{number}/" for number in range(1, ticker.made + 1))
    yield from (f"/live/{ticker.pk}/since/{seq}.json" for seq in range(ticker.head))
    yield from (f"/feeds/ticker/{ticker.pk}.{form}" for form in ("rss", "atom", "json"))


def with_words(front, places):
    return [place for place in places if any(word in ask(front, place).text for word in WORDS)]


def test_a_deleted_entry_is_nowhere_a_second_later(front):
    chief = make_chief()
    ticker = log.set_status(make_ticker(by=chief).ticker, "live", by=chief)
    for number in range(3):
        log.post(ticker, {"body": f"<p>Update {number}.</p>"}, by=chief)
    headline, text = WORDS
    named = log.post(ticker, {"headline": headline, "kind": "key", "body": f"<p>{text}</p>"}, by=chief)
    story = make_published(ticker_links=[ticker_line(article=ticker.article)])
    ticker = Ticker.objects.select_related("article__section").get(pk=ticker.pk)
    places = list(addresses(ticker, story))
    assert with_words(front, places) == places  # and all of them are stored now
    port = free_port()
    with server(port):
        reader = Reader(port, f"/live/{ticker.pk}/stream?since=0")
        [(_, told)] = reader.messages(1)
        assert text in str(told)

        log.delete(named, by=chief)
        ticker.refresh_from_db()
        assert with_words(front, chain(places, addresses(ticker, story))) == []
        replayed = Reader(port, f"/live/{ticker.pk}/stream?since=0").messages(1)
        assert [word in str(replayed) for word in WORDS] == [False, False]
        [(_, heard)] = reader.messages(1)
        assert (heard["events"][-1]["kind"], heard["html"]) == ("delete", {})
    assert ask(front, places[6]).status == 410
