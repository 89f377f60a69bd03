import json
import re
from datetime import UTC, datetime, timedelta

import pytest

from articles import workflow
from articles.models import Article
from tests.factories import (
    figure,
    make_chief,
    make_image,
    make_published,
    make_revision,
    make_user,
    ticker_line,
)
from tests.pages import shown
from tickers import log
from tickers.models import Ticker

pytestmark = pytest.mark.django_db


def text(words):
    return {"body": f"<p>{words}</p>"}


def address(ticker, number=None):
    path = ticker.article.get_absolute_url()
    return path if number is None else f"{path}entry/{number}/"


def numbers(page):
    return [int(entry.get("data-entry")) for entry in page.xpath("//article[@data-entry]")]


def poll(client, ticker, seq):
    answer = client.get(f"/live/{ticker.pk}/since/{seq}.json")
    return json.loads(answer.content) if answer.status_code == 200 else answer.status_code


@pytest.fixture
def busy(ticker, ana):
    """A ticker of 25 entries."""
    for number in range(1, 26):
        log.post(ticker, text(f"Update {number}."), by=ana)
    return Ticker.objects.get(pk=ticker.pk)


# The page


def test_the_page_holds_the_newest_twenty_and_a_link_to_older_ones(client, busy):
    page = shown(client.get(address(busy)))
    assert numbers(page) == list(range(25, 5, -1))
    assert page.xpath("//p[@class='more']/a[text()='Earlier updates']/@href") == [address(busy, 5)]
    assert page.xpath("//section[@class='ticker']/@data-seq") == ["26"]


def test_pinned_entries_stand_first_and_key_events_are_a_list_to_jump_by(client, busy, ana, ben):
    log.pin(busy.entries.get(number=2), by=ben)
    log.post(busy, {"headline": "Bridge open", "kind": "key"}, by=ana)
    page = shown(client.get(address(busy)))
    assert numbers(page)[:3] == [2, 26, 25]
    jumps = page.xpath("//nav[@aria-label='Key events']//a")
    assert [(a.get("href"), a.xpath("./span/text()")) for a in jumps] == [
        (address(busy, 26), ["Bridge open"])
    ]


def test_a_ticker_of_many_entries_opens_with_the_queries_of_one_of_few(
    client, ticker, ana, django_assert_num_queries
):
    for number in range(1, 61):
        log.post(ticker, text(f"Update {number}."), by=ana)
        if number in {3, 60}:
            with django_assert_num_queries(11):
                client.get(address(ticker))


def test_deleted_text_is_on_no_page_poll_or_in_no_data(client, busy, ana):
    log.post(busy, {"headline": "Secret name", **text("Secret name fell.")}, by=ana)
    entry = busy.entries.get(number=26)
    places = [
        address(busy),
        address(busy, 26),
        address(busy, 25),
        f"/live/{busy.pk}/since/20.json",
        f"/live/{busy.pk}/since/26.json",
    ]
    assert ["Secret name" in client.get(place).content.decode() for place in places] == [True] * 5
    log.delete(entry, by=ana)
    answers = [client.get(place) for place in places]
    assert ["Secret name" in answer.content.decode() for answer in answers] == [False] * 5
    assert [answer.status_code for answer in answers] == [200, 410, 200, 200, 200]


def test_an_entrys_times_are_written_in_the_zone_of_the_ticker(client, ticker, ana):
    entry = log.post(ticker, text("x"), by=ana)
    Ticker.objects.update(time_zone="Asia/Tokyo")
    page = shown(client.get(address(ticker)))
    words = page.xpath("//article[@data-entry]//time")[0]
    assert re.fullmatch(r"\d\d:\d\d JST", words.text.strip())
    assert words.get("datetime").endswith("+09:00")
    assert entry.posted.isoformat()[:16] != words.get("datetime")[:16]


def test_how_sure_the_news_is_stands_in_words(client, ticker, ana):
    log.post(ticker, text("x") | {"verification": "reported", "reported_by": "North Wire"}, by=ana)
    assert shown(client.get(address(ticker))).xpath("//p[@class='mark']")[0].text_content().strip() == (
        "Reported by North Wire, not confirmed by us"
    )


def notes(client, ticker, number):
    [found] = shown(client.get(address(ticker, number))).xpath(f"//article[@data-entry='{number}']")
    return [" ".join(note.text_content().split()) for note in found.xpath(".//p[contains(@class, 'note')]")]


def test_readers_are_told_what_was_wrong_wherever_they_read_the_entry(client, ticker, ana):
    entry = log.post(ticker, text("Two trams.") | {"initials": "ap"}, by=ana)
    log.post(ticker, text("Boats leave."), by=ana)
    noon = datetime(2031, 5, 4, 9, 0, tzinfo=UTC)  # on the ticker's clock
    log.edit(entry, text("Three trams."), by=ana, base=1, correction="We said <two>.", at=noon)
    said = "Corrected 12:00 EEST 4 May: We said <two>."
    assert notes(client, ticker, 1) == [said, "ap"]
    assert notes(client, ticker, 2) == []
    log.edit(entry, text("Four trams."), by=ana, base=2, at=noon + timedelta(hours=2))
    assert notes(client, ticker, 1) == [said, "ap · Edited 14:00 EEST 4 May"]
    html = poll(client, ticker, 0)["html"]["1"]
    assert "We said &lt;two&gt;." in html
    assert html in client.get(address(ticker)).content.decode()
    items = json.loads(client.get(f"/feeds/ticker/{ticker.pk}.json").content)["items"]
    assert [item["content_text"] for item in items] == [
        "Boats leave.",
        "Four trams.\n\nCorrection, 12:00 EEST, 4 May 2031: We said <two>.",
    ]
    log.edit(entry, text("Five trams."), by=ana, base=3, correction="Nor four.", at=noon + timedelta(hours=3))
    assert notes(client, ticker, 1) == ["Corrected 15:00 EEST 4 May: Nor four.", "ap"]


def test_a_plain_edit_says_so_and_corrects_nothing(client, ticker, ana):
    entry = log.post(ticker, text("Two trams."), by=ana)
    noon = datetime(2031, 5, 4, 9, 0, tzinfo=UTC)
    log.edit(entry, text("Three trams."), by=ana, base=1, at=noon)
    assert notes(client, ticker, 1) == ["Edited 12:00 EEST 4 May"]
    assert "Correct" not in client.get(f"/feeds/ticker/{ticker.pk}.json").content.decode()


def test_a_correction_is_marked_as_what_its_language_is(client, ticker, ben):
    entry = log.post(ticker, text("Boats leave."), by=ben)
    log.edit(entry, {}, by=ben, base=1, correction="We said two.")
    path = "//p[@class='note corrected']/bdi"
    [words] = shown(client.get(address(ticker))).xpath(path)
    assert dict(words.attrib) == {}
    Article.objects.filter(pk=ticker.pk).update(language="fa")  # in which the site says nothing of its own
    [words] = shown(client.get(address(ticker))).xpath(path)
    assert dict(words.attrib) == {"lang": "fa", "dir": "rtl"}


def test_the_page_is_stamped_with_what_it_shows(client, ticker, ana):
    image = make_image()
    log.post(ticker, {"body": figure(image)}, by=ana)
    wanted = {f"ticker:{ticker.pk}", f"ticker-head:{ticker.pk}", f"article:{ticker.pk}", image.page_key}
    for place in (address(ticker), address(ticker, 1), f"/live/{ticker.pk}/since/1.json"):
        assert wanted <= set(client.get(place).page_keys)


# Entries


def test_an_entry_has_an_address_among_its_neighbours_with_the_ticker_as_canonical(client, busy):
    answer = client.get(address(busy, 12))
    page = shown(answer)
    assert numbers(page) == list(range(22, 1, -1))
    assert page.xpath("//link[@rel='canonical']/@href")[0].endswith(address(busy))
    assert [a.get("href") for a in page.xpath("//p[@class='more']/a")] == [
        address(busy, 22),
        address(busy, 2),
    ]
    assert page.xpath("//meta[@property='og:title']/@content") == ["Update 12."]


def test_every_entry_is_reached_by_links_from_the_page(client, busy):
    seen, place = set(), address(busy)
    while place:
        page = shown(client.get(place))
        seen |= set(numbers(page))
        place = next(iter(page.xpath("//a[text()='Earlier updates']/@href")), None)
    assert seen == set(range(1, 26))


def test_wrong_addresses_lead_right_and_missing_entries_are_missing(client, busy):
    right = address(busy, 12)
    wrong = [f"/x/y-{busy.pk}/entry/12/", f"/x/y-{busy.pk}/entry/12", right.rstrip("/")]
    assert [(a.status_code, a.headers["Location"]) for a in map(client.get, wrong)] == [(301, right)] * 3
    missing = [address(busy, n) for n in (0, 26, "012", "x")]
    assert [client.get(place).status_code for place in missing] == [404] * 4


# Polls


def test_a_poll_tells_what_happened_and_how_it_stands_now(client, ticker, ana):
    log.post(ticker, text("One."), by=ana)
    two = log.post(ticker, text("Two."), by=ana)
    log.delete(two, by=ana)
    told = poll(client, ticker, 1)
    assert told["events"] == [
        {"seq": 2, "kind": "add", "entry": 1},
        {"seq": 3, "kind": "add", "entry": 2},
        {"seq": 4, "kind": "delete", "entry": 2},
    ]
    assert (list(told["html"]), told["next_seq"], told["poll_after"]) == (["1"], 4, 10)
    assert "<p>One.</p>" in told["html"]["1"]


def test_a_polls_html_is_the_pages_own(client, ticker, ana):
    log.post(ticker, {"headline": "Open", "kind": "key", **text("x")}, by=ana)
    page = client.get(address(ticker)).content.decode()
    assert poll(client, ticker, 1)["html"]["1"] in page
    assert poll(client, ticker, 1)["panel"] in page


def test_the_interval_comes_from_the_server(client, ticker, ben):
    def interval():
        return poll(client, ticker, 0)["poll_after"]

    assert interval() == 10
    Ticker.objects.update(poll_seconds=45)
    assert interval() == 45
    Ticker.objects.update(poll_seconds=0)
    assert interval() == 0
    Ticker.objects.update(poll_seconds=None)
    log.set_status(ticker, "ended", by=ben)
    assert interval() == 60


def test_the_page_says_where_it_hears_of_entries_if_anywhere(client, ticker, settings):
    def told():
        [box] = shown(client.get(address(ticker))).xpath("//section[@class='ticker']")
        return box.get("data-stream")

    assert told() == f"/live/{ticker.pk}/stream"
    settings.STREAM_URL = "https://stream.news.example"
    assert told() == f"https://stream.news.example/live/{ticker.pk}/stream"
    settings.STREAM_URL = "none"
    assert told() == ""


def test_sequences_are_canonical_and_end_at_the_head(client, ticker):
    assert [poll(client, ticker, seq) for seq in ("2", "01", "-1", "x", "1.0", "9" * 13)] == [404] * 6
    assert poll(client, ticker, 1)["events"] == []


def test_a_full_poll_outlives_the_next_entry_and_the_one_at_the_head_does_not(client, ticker, ana):
    for number in range(100):
        log.post(ticker, text(f"Update {number}."), by=ana)
    full, head = (client.get(f"/live/{ticker.pk}/since/{seq}.json") for seq in (0, 101))
    assert (f"ticker-head:{ticker.pk}" in full.page_keys, f"ticker-head:{ticker.pk}" in head.page_keys) == (
        False,
        True,
    )
    assert f"ticker:{ticker.pk}" in full.page_keys
    assert head.headers["Cache-Control"] == "public, max-age=0, s-maxage=2"
    assert full.headers["Cache-Control"] == "public, max-age=5, s-maxage=5"


def test_nobody_learns_of_a_ticker_that_readers_may_not_see(client, ticker, ben):
    draft = make_revision(by=make_chief(), kind="ticker").article
    log.post(Ticker.objects.get(pk=draft.pk), text("Secret"), by=make_chief())
    places = [f"/live/{draft.pk}/since/0.json", f"/x/y-{draft.pk}/entry/1/"]
    missing = client.get("/live/999/since/0.json")
    assert [client.get(p).content == missing.content for p in places] == [True, True]
    log.post(ticker, text("Once seen"), by=ben)
    workflow.withdraw(ticker.article, by=make_chief(), kind="error", note="Gone.")
    assert client.get(f"/live/{ticker.pk}/since/0.json").status_code == 404
    assert client.get(address(ticker, 1)).status_code == 410


# For machines


def test_readers_and_strangers_get_the_same_bytes(client, busy):
    anonymous = client.get(address(busy)).content
    client.force_login(make_user("cem"))
    assert client.get(address(busy)).content == anonymous


@pytest.mark.parametrize("form", ["rss", "atom", "json"])
def test_a_ticker_has_a_feed_of_its_entries_in_three_forms(client, busy, ana, form):
    entry = log.post(busy, {"headline": "Bridge <open>", "body": "<p>Ferries &amp; buses</p>"}, by=ana)
    path = f"/feeds/ticker/{busy.pk}.{form}"
    assert path in client.get(address(busy)).content.decode()
    told = client.get(path).content.decode()
    assert (told.count("/entry/"), entry.key.urn in told) == (26, True)
    if form == "json":
        first = json.loads(told)["items"][0]
        assert (first["title"], first["content_text"]) == ("Bridge <open>", "Ferries & buses")
    log.delete(entry, by=ana)
    assert "Ferries" not in client.get(path).content.decode()
    assert client.get(f"/feeds/ticker/{busy.pk}9.{form}").status_code == 404


# The box in other stories


def test_a_story_that_links_to_a_ticker_shows_its_state_and_last_three_entries(client, busy, ben):
    story = make_published(ticker_links=[ticker_line("All in the ticker", article=busy.article)])
    [box] = shown(client.get(story.get_absolute_url())).xpath("//aside[contains(@class, 'ticker-box')]")
    assert box.xpath("./p/a/text() | ./p/b/text()") == ["All in the ticker", "Live"]
    assert [(a.get("href"), a.xpath("./span/text()")) for a in box.xpath(".//li/a")] == [
        (address(busy, number), [f"Update {number}."]) for number in (25, 24, 23)
    ]
    assert busy.article.page_key in client.get(story.get_absolute_url()).page_keys
    log.delete(busy.entries.get(number=24), by=ben)
    log.set_status(busy, "ended", by=ben)
    page = client.get(story.get_absolute_url()).content.decode()
    assert ("Update 24." in page, "Update 22." in page, ">Ended<" in page) == (False, True, True)


def test_a_line_elsewhere_or_to_a_ticker_without_entries_is_a_plain_link(client, ticker):
    story = make_published(
        ticker_links=[ticker_line(article=ticker.article), ticker_line(url="https://live.example/")]
    )
    lines = shown(client.get(story.get_absolute_url())).xpath("//p[@class='ticker-line']/a/@href")
    assert lines == [ticker.article.get_absolute_url(), "https://live.example/"]
