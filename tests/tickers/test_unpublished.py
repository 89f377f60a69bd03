"""Tickers that readers may not see: nothing leads to them, and the desk works on them all the same."""

from datetime import timedelta

import pytest
from django.utils import timezone
from lxml import html

from articles import workflow
from tests.factories import make_chief, make_revision, make_ticker
from tickers import log
from tickers.models import Ticker
from tickers.showing import running

pytestmark = pytest.mark.django_db


def continued(client, ticker):
    """Return [(address, words)] of the link to the ticker of the day before, on the page of ``ticker``."""
    page = html.fromstring(client.get(ticker.article.get_absolute_url()).content.decode())
    links = page.xpath("//section[@class='ticker']/p[@class='more']/a")
    return [(link.get("href"), link.text_content()) for link in links]


def test_a_ticker_leads_to_the_one_it_continues_for_as_long_as_readers_see_that(client, ticker):
    chief = make_chief()
    before = make_ticker("Storm: first day", by=chief)
    Ticker.objects.filter(pk=ticker.pk).update(continues=before.pk)
    assert continued(client, ticker) == [(before.get_absolute_url(), "Storm: first day")]
    stamped = client.get(ticker.article.get_absolute_url()).headers["Surrogate-Key"].split()
    assert before.page_key in stamped
    workflow.withdraw(before, by=chief, kind="error")
    assert continued(client, ticker) == []


@pytest.mark.parametrize("ahead", [True, False])
def test_nobody_learns_of_a_ticker_that_is_being_prepared_from_the_one_that_continues_it(
    client, ticker, ahead
):
    chief = make_chief()
    draft = make_revision(kind="ticker", headline="Secret talks")
    if ahead:
        workflow.publish(draft, by=chief, at=timezone.now() + timedelta(hours=1))
    Ticker.objects.filter(pk=ticker.pk).update(continues=draft.article_id)
    answer = client.get(ticker.article.get_absolute_url())
    assert (answer.status_code, continued(client, ticker)) == (200, [])
    assert "Secret" not in answer.content.decode()


def test_a_ticker_whose_start_was_taken_out_is_not_the_one_that_began_last(ticker, ben):
    other = log.set_status(make_ticker("Vote: live", by=make_chief()).ticker, "live", by=ben)
    log.configure(other, {"starts": None}, by=ben)
    for each in (ticker, other):
        log.post(each, {"headline": "x"}, by=ben)
    assert running(timezone.now())[0] == ticker


def test_the_desk_prepares_entries_of_a_draft(client, ben):
    draft = make_revision(kind="ticker", headline="Vote: live").article.ticker
    entry = log.post(draft, {"headline": "Polls open"}, by=ben)
    client.force_login(ben)
    console = client.get(f"/admin/tickers/ticker/{draft.pk}/console/")
    assert (console.status_code, "Polls open" in console.content.decode()) == (200, True)
    assert "As readers see it" not in console.content.decode()
    made = client.post(f"/admin/tickers/ticker/{draft.pk}/story/", {"entry": entry.pk})
    assert made.status_code == 302
