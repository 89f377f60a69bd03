"""Ticker lines that lead nowhere, and tickers that are only mentioned."""

import pytest

from articles.checks import tickers
from articles.checks.reading import Reading
from tests.articles.checks.desk import NOON, quotes, story

OUTSIDE = {"text": "All in the ticker", "article": None, "url": "https://ticker.example/", "after_block": 1}
OURS = {"text": "All in the ticker", "article": {"id": 7, "name": "Storm"}, "url": "", "after_block": 1}
NOWHERE = {"text": "Read it in the live ticker", "article": None, "url": "", "after_block": 1}


def test_a_line_that_leads_nowhere_blocks():
    [found] = tickers.unresolved(Reading(story("Rain.", ticker_links=[OUTSIDE, OURS, NOWHERE]), NOON))
    assert (found.code, found.severity, found.field, found.start, found.end, found.quote) == (
        "ticker-unresolved", "block", "ticker_links", 36, 62, "Read it in the live ticker",
    )  # fmt: skip


def test_lines_that_lead_somewhere_are_left_alone():
    assert quotes(tickers.unresolved, "Rain.", ticker_links=[OUTSIDE, OURS]) == []
    assert quotes(tickers.mentioned, "See our live ticker.", ticker_links=[OUTSIDE]) == []


MENTIONS = [
    ("en", "As our live ticker reported, it rained. The live ticker", "live ticker"),
    ("en", "Follow the live blog.", "live blog"),
    ("en", "See the liveblog.", "liveblog"),
    ("de", "Mehr im Liveticker.", "Liveticker"),
    ("de", "Mehr im Newsblog.", "Newsblog"),
    ("fr", "Suivez la tempête en direct ici.", "Suivez la tempête en direct"),
    ("es", "La tormenta, minuto a minuto.", "minuto a minuto"),
    ("uk", "Читайте текстову трансляцію.", "текстову трансляцію"),
]


@pytest.mark.parametrize(("language", "text", "words"), MENTIONS)
def test_a_mention_without_a_link_is_a_warning(language, text, words):
    [found] = tickers.mentioned(Reading(story("Rain.", text, language=language), NOON))
    assert (found.code, found.severity, found.field, found.quote) == (
        "ticker-mentioned",
        "warn",
        "body",
        words,
    )


NO_MENTIONS = [
    ("en", "Shares under the ticker SRN rose; the stock ticker, a live band, live updates."),
    ("fr", "Un concert en direct. Il vit en direct."),
    ("es", "Un concierto en directo."),
    ("uk", "Пряма мова, онлайн трансляція концерту."),
]


@pytest.mark.parametrize(("language", "text"), NO_MENTIONS)
def test_stock_tickers_and_concerts_are_none(language, text):
    assert quotes(tickers.mentioned, text, language=language) == []
