"""Many writers at once, and any order of acts: the log has no gap, and whoever polls ends with what it says."""

import json
import threading
from uuid import uuid4

import pytest
from django.db import connection, connections
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from tests.factories import make_chief, make_section, make_ticker, make_user
from tickers import log, showing
from tickers.models import Entry, Ticker

WRITERS = 8


class Poller:
    """An open page: applies what polls say, by the rule that static/js/ticker.js follows too."""

    def __init__(self, ticker, seq=0):
        self.pk, self.seq, self.view, self.seen = ticker.pk, seq, {}, []

    def poll(self, at_most=10_000):
        while at_most:
            ticker = Ticker.objects.select_related("article__section").get(pk=self.pk)
            found = log.since(ticker, self.seq)
            told = json.loads(json.dumps(showing.changes(ticker, found, ticker.article.visible_from)))
            for event in told["events"]:
                self.seen.append(event["seq"])
                if event["entry"]:
                    self.view.pop(event["entry"], None)
                    if html := told["html"].get(str(event["entry"])):
                        self.view[event["entry"]] = html
            self.seq, at_most = told["next_seq"], at_most - 1
            if found.at_head:
                return
        raise AssertionError("The head was never reached.")


def as_it_stands(ticker):
    """{number: HTML} of what readers may see now."""
    ticker = Ticker.objects.select_related("article__section").get(pk=ticker.pk)
    entries = list(Entry.objects.live().filter(ticker=ticker).select_related("author"))
    return showing.as_html(ticker, entries, ticker.article.visible_from)


def run_writers(ticker, each):
    """Have WRITERS reporters post ``each`` entries at once, every fifth one twice as after a lost answer."""
    failures = []

    def write(number):
        try:
            user = make_user(f"reporter{number}", "reporter")
            for turn in range(each):
                key = uuid4()
                for _ in range(2 if turn % 5 == 0 else 1):
                    log.post(ticker, {"body": f"<p>{number} {turn}</p>"}, by=user, key=key)
        except Exception as error:  # what a thread raises would be lost
            failures.append(error)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=write, args=(number,)) for number in range(WRITERS)]
    for thread in threads:
        thread.start()
    poller = Poller(ticker)
    while any(thread.is_alive() for thread in threads):
        poller.poll()
        # After event n, which follows the one that started the ticker, its entries are the first n - 1.
        assert sorted(poller.view) == list(range(1, poller.seq))
        for thread in threads:
            thread.join(0.02)
    poller.poll()
    assert failures == []
    return poller


def check(ticker, poller, each):
    total = WRITERS * each
    assert list(ticker.events.order_by("seq").values_list("seq", flat=True)) == list(range(1, total + 2))
    numbers = list(ticker.entries.order_by("number").values_list("number", flat=True))
    assert numbers == list(range(1, total + 1))
    assert poller.seen == list(range(1, total + 2))
    assert poller.view == as_it_stands(ticker)


@pytest.mark.django_db(transaction=True)
def test_eight_reporters_at_once_leave_no_gap_and_no_double():
    ticker = _running()
    each = 10 if connection.vendor == "postgresql" else 4
    check(ticker, run_writers(ticker, each), each)


@pytest.mark.slow
@pytest.mark.on_postgres  # SQLite has one writer at a time: four thousand turns of eight would be one writer's
@pytest.mark.django_db(transaction=True)
def test_eight_reporters_post_five_hundred_entries_each():
    ticker = _running()
    check(ticker, run_writers(ticker, 500), 500)


def _running():
    return log.set_status(make_ticker(by=make_chief()).ticker, "live", by=make_chief())


ACTS = st.lists(
    st.tuples(
        st.sampled_from(["post", "post", "edit", "delete", "restore", "pin", "unpin", "status", "poll"]),
        st.integers(0, 5),
    ),
    max_size=25,
)


class AnyOrder(TestCase):
    """Whatever is done in whatever order, pages that poll always or now and then show what the log says."""

    def setUp(self):
        self.ben = make_user("ben", "editor", sections=[make_section()])

    @settings(max_examples=25, suppress_health_check=[HealthCheck.too_slow])
    @given(ACTS)
    def test_a_poller_shows_the_state_of_the_log_at_every_step(self, acts):
        ticker = make_ticker(by=make_chief()).ticker
        poller, eager = Poller(ticker), Poller(ticker)
        for act, number in acts:
            entry = Entry.objects.filter(ticker=ticker, number=number).first()
            self.do(act, ticker, entry, number, poller)
            ticker.refresh_from_db()
            head = ticker.events.order_by("-seq").values_list("seq", flat=True).first() or 0
            assert ticker.head == head == ticker.events.count()
            eager.poll()
            assert eager.view == as_it_stands(ticker)
        poller.poll()
        assert poller.view == eager.view
        assert poller.seen == eager.seen == list(range(1, ticker.head + 1))

    def do(self, act, ticker, entry, number, poller):
        if act == "poll":
            poller.poll()
        elif act == "post" and ticker.status != "ended":
            log.post(ticker, {"body": f"<p>Update {number}</p>"}, by=self.ben)
        elif act == "status":
            log.set_status(
                ticker, ["planned", "live", "paused", "ended", "live", "live"][number], by=self.ben
            )
        elif entry is None or act in {"post", "status"}:
            return
        elif act == "edit" and entry.state != "deleted":
            log.edit(entry, {"headline": f"Now {entry.version}"}, by=self.ben, base=entry.version)
        elif act in {"pin", "unpin"} and entry.is_live:
            log.pin(entry, act == "pin", by=self.ben)
        elif act in {"delete", "restore"}:
            getattr(log, act)(entry, by=self.ben)
