"""
What Google documents of a live blog: https://developers.google.com/search/docs/appearance/structured-data/article and
https://schema.org/LiveBlogPosting. It wants coverageStartTime, coverageEndTime and updates with a date, headline and text.
"""

import json
import re
from datetime import timedelta

import pytest
from django.utils.dateparse import parse_datetime
from lxml import html

from tests.factories import byline, figure, make_author, make_chief, make_image, make_ticker
from tickers import log
from tickers.models import Ticker

pytestmark = pytest.mark.django_db
TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)")
ADDRESS = re.compile(r"http://testserver/\S+")
WANTED = {
    "headline": str,
    "datePublished": TIME,
    "dateModified": TIME,
    "coverageStartTime": TIME,
    "coverageEndTime": TIME,
    "url": ADDRESS,
    "mainEntityOfPage": ADDRESS,
    "author": list,
    "publisher": dict,
    "image": dict,
    "liveBlogUpdate": list,
}
WANTED_OF_UPDATE = {
    "headline": str,
    "articleBody": str,
    "datePublished": TIME,
    "dateModified": TIME,
    "url": ADDRESS,
    "author": dict,
}


def faults(data, wanted):
    """Return what of ``wanted`` is missing in ``data``, empty, or of another kind."""
    found = []
    for name, kind in wanted.items():
        value = data.get(name)
        if not value or not (isinstance(value, kind) if isinstance(kind, type) else kind.fullmatch(value)):
            found.append((name, value))
    return found


def told(client, address):
    """Return (the first JSON-LD of the page, its HTML)."""
    page = client.get(address).content.decode()
    return json.loads(html.fromstring(page).xpath("//script[@type='application/ld+json']/text()")[0]), page


@pytest.fixture
def ticker():
    """One that runs, with a signed entry, one that would end the script, and one that is a picture alone."""
    chief, ana, image = make_chief(), make_author("Ana Petrenko"), make_image()
    story = make_ticker(by=chief, lead_image={"id": image.pk, "name": image.title}, bylines=[byline(ana)])
    ticker = log.set_status(story.ticker, "live", by=chief)
    log.post(
        ticker, {"headline": "Bridge open", "body": "<p>Ferries &amp; buses go.</p>", "author": ana}, by=chief
    )
    log.post(
        ticker, {"body": "<p>&lt;/script&gt;&lt;script&gt;alert(1)&lt;/script&gt; &lt;!-- </p>"}, by=chief
    )
    log.post(ticker, {"body": figure(make_image("Wave"))}, by=chief)
    return Ticker.objects.select_related("article__section").get(pk=story.pk)


def test_a_running_ticker_has_every_property_that_google_documents(client, ticker):
    data, _page = told(client, ticker.article.get_absolute_url())
    assert (data["@context"], data["@type"]) == ("https://schema.org", "LiveBlogPosting")
    assert faults(data, WANTED) == []
    assert [faults(update, WANTED_OF_UPDATE) for update in data["liveBlogUpdate"]] == [[], [], []]
    picture, script, signed = data["liveBlogUpdate"]
    assert (signed["@type"], signed["headline"], signed["articleBody"]) == (
        "BlogPosting",
        "Bridge open",
        "Ferries & buses go.",
    )
    assert signed["author"] == {"@type": "Person", "name": "Ana Petrenko"}
    assert script["author"] == data["publisher"]
    assert picture["articleBody"] == picture["headline"]
    assert parse_datetime(data["coverageStartTime"]) == ticker.starts
    newest = parse_datetime(picture["datePublished"])
    assert parse_datetime(data["coverageEndTime"]) == newest + timedelta(days=1)
    assert parse_datetime(data["dateModified"]) == newest


def test_the_rule_finds_what_is_missing(client, ticker):
    data, _page = told(client, ticker.article.get_absolute_url())
    del data["coverageEndTime"]
    assert faults(data | {"author": [], "url": "/x/"}, WANTED) == [
        ("coverageEndTime", None),
        ("url", "/x/"),
        ("author", []),
    ]


def test_no_text_ends_the_script(client, ticker):
    data, page = told(client, ticker.article.get_absolute_url())
    assert data["liveBlogUpdate"][1]["articleBody"] == "</script><script>alert(1)</script> <!--"
    assert ("</script><script>alert" in page, "<!-- " in page) == (False, False)


def test_an_end_that_is_planned_or_was_is_said(client, ticker):
    def end():
        return parse_datetime(told(client, ticker.article.get_absolute_url())[0]["coverageEndTime"])

    planned = ticker.starts + timedelta(hours=5)
    log.configure(ticker, {"ends": planned}, by=make_chief())
    assert end() == planned
    ended = log.set_status(ticker, "ended", by=make_chief(), at=ticker.starts + timedelta(hours=1))
    assert end() == ended.ends == ticker.starts + timedelta(hours=1)


def test_an_entrys_own_page_tells_of_it_alone(client, ticker):
    data, _page = told(client, f"{ticker.article.get_absolute_url()}entry/1/")
    assert (data["@type"], data["headline"], "liveBlogUpdate" in data) == (
        "BlogPosting",
        "Bridge open",
        False,
    )
    assert faults(data, WANTED_OF_UPDATE | {"isPartOf": ADDRESS}) == []


def test_what_corrects_an_entry_is_told_with_it(client, ticker):
    entry = ticker.entries.get(number=1)
    page = f"{ticker.article.get_absolute_url()}entry/1/"
    assert "correction" not in told(client, page)[0]
    entry = log.edit(entry, {}, by=make_chief(), base=entry.version, correction="It was shut.")
    correction = {"@type": "CorrectionComment", "text": "It was shut."}
    correction |= {"datePublished": entry.corrected.isoformat()}
    assert told(client, page)[0]["correction"] == correction
    updates = told(client, ticker.article.get_absolute_url())[0]["liveBlogUpdate"]
    assert [update["correction"] for update in updates if "correction" in update] == [correction]
