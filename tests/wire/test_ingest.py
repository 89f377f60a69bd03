"""One copy makes one Item and one draft; the same bytes never make a second."""

import datetime
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection

from accounts.models import User
from articles import body
from articles.models import Article, Source
from tests.factories import make_author, make_section, make_source, make_ticker, make_user
from wire.ingest import ingest, propose_tickers
from wire.models import Item

pytestmark = pytest.mark.django_db

COPY = (
    b"Harbour strike enters third day\n"
    b"Crane drivers and the port talk again at night.\n"
    b"By Ana Petrenko\n"
    b"PORT KESSEN, March 11, 2025 (North Wire) - Crane drivers in Port Kessen stayed at home on Tuesday.\n"
    b">>> Follow the harbour strike in our live ticker\n"
    b"Talks go on at night, a mediator said.\n"
)


def send(data=COPY, **options):
    return ingest(data, **{"by": User.objects.get(username="wire"), "name": "strike.txt"} | options)


def test_a_copy_becomes_a_draft_with_each_thing_in_its_field():
    ana, source, section = make_author(), make_source(), make_section("Coast")
    result = send(section=section)
    content = result.article.latest_revision.content
    assert (result.status, result.error, result.revision) == ("draft", "", result.article.latest_revision)
    assert {name: value for name, value in content.items() if value} == {
        "headline": "Harbour strike enters third day",
        "standfirst": "Crane drivers and the port talk again at night.",
        "body": "<p>Crane drivers in Port Kessen stayed at home on Tuesday.</p>"
        "<p>Talks go on at night, a mediator said.</p>",
        "section": {"id": section.pk, "name": "Coast"},
        "datelines": {
            "places": ["PORT KESSEN"],
            "date": "2025-03-11",
            "text": "PORT KESSEN, March 11, 2025 (North Wire) -",
        },
        "sources": [{"source": source.code, "item": "", "version": ""}],
        "bylines": [
            {
                "author": {"id": ana.pk, "name": "Ana Petrenko"},
                "source": None,
                "role": "text",
                "name": "Ana Petrenko",
                "affiliation": "",
                "place": "",
            }
        ],
        "ticker_links": [
            {
                "text": "Follow the harbour strike in our live ticker",
                "article": None,
                "url": "",
                "after_block": 1,
            }
        ],
        "genre": "news",
        "language": "en",
    }
    assert (result.revision.kind, result.revision.created_by.username) == ("import", "wire")
    assert result.article.visible_from is None


def test_the_item_keeps_the_bytes_as_they_came():
    make_source()
    data = b"\xff\xfe" + COPY.decode().replace("\n", "\r\n").encode("utf-16-le")
    item = send(data).item
    item.refresh_from_db()
    assert (bytes(item.raw), item.encoding, item.name, item.source) == (
        data,
        "utf-16",
        "strike.txt",
        "north-wire",
    )
    assert list(item.articles.all()) == [Article.objects.get()]
    assert item.received_at - datetime.datetime.now(datetime.UTC) < datetime.timedelta(minutes=1)


def test_the_same_bytes_make_one_draft():
    first = send()
    second = send(name="again.txt")
    assert (second.status, second.article, second.item, second.revision) == (
        "known",
        first.article,
        first.item,
        first.revision,
    )
    assert (Item.objects.count(), Article.objects.count()) == (1, 1)


def test_an_item_whose_story_is_gone_serves_a_new_one():
    first = send()
    first.item.articles.clear()
    second = send()
    assert (second.status, second.item) == ("draft", first.item)
    assert second.article != first.article


@pytest.mark.django_db(transaction=True)
def test_the_same_bytes_sent_by_six_at_once_make_one_draft():
    wire, start = User.objects.get(username="wire"), threading.Barrier(6)

    def send_with_the_others(number):
        start.wait()
        try:
            return ingest(COPY, by=wire).status
        finally:
            connection.close()

    with ThreadPoolExecutor(6) as senders:
        statuses = list(senders.map(send_with_the_others, range(6)))
    assert sorted(statuses) == ["draft"] + ["known"] * 5
    assert (Item.objects.count(), Article.objects.count()) == (1, 1)


def test_what_is_no_copy_stores_nothing():
    result = send(b"\x00")
    assert (result.status, result.article) == ("refused", None)
    assert result.error.startswith("The copy holds NUL bytes")
    assert (Item.objects.count(), Article.objects.count()) == (0, 0)


def test_somebody_who_may_not_write_stores_nothing():
    result = send(by=make_user("cem"))
    assert (result.status, result.error) == ("refused", "Only reporters and editors can start a story.")
    assert Item.objects.count() == 0


# Bylines and datelines


def test_a_byline_line_without_an_author_stays_in_the_byline_note_with_a_finding():
    result = send()
    assert (result.revision.content["bylines"], result.revision.content["byline_note"]) == (
        [],
        "By Ana Petrenko",
    )
    found = [finding for finding in result.findings if finding.code == "unknown-byline"]
    assert [(one.severity, one.field, one.start, one.end, one.quote) for one in found] == [
        ("warn", "byline_note", 0, 15, "By Ana Petrenko")
    ]
    assert ("byline", "By Ana Petrenko", "byline_note") in {
        (removed.kind, removed.text, removed.field) for removed in result.removed
    }


def test_of_two_people_an_unknown_one_keeps_the_whole_line():
    make_author()
    content = send(COPY.replace(b"Ana Petrenko", b"Ana Petrenko and Jo Velm")).revision.content
    assert (content["bylines"], content["byline_note"]) == ([], "By Ana Petrenko and Jo Velm")


def test_a_merged_author_signs_under_the_canonical_one_as_printed():
    ana = make_author("Ana Petrenko")
    old = make_author("Anna Petrenko", canonical=ana, merged_into=ana)
    assert old.canonical == ana
    (line,) = send(COPY.replace(b"By Ana", b"By Anna")).revision.content["bylines"]
    assert (line["author"], line["name"]) == ({"id": ana.pk, "name": "Ana Petrenko"}, "Anna Petrenko")


def test_two_authors_of_one_name_are_left_to_a_person():
    make_author()
    make_author(slug="ana-petrenko-2")
    assert send().revision.content["byline_note"] == "By Ana Petrenko"


@pytest.mark.parametrize(
    ("written", "date"),
    [
        ("March 11, 2025", "2025-03-11"),
        ("11 March 2025", "2025-03-11"),
        ("11. März 2025", "2025-03-11"),
        ("le 11 mars 2025", "2025-03-11"),
        ("11 de marzo de 2025", "2025-03-11"),
        ("11 березня 2025 року", "2025-03-11"),
        ("11.03.2025", "2025-03-11"),
        ("2025-03-11", "2025-03-11"),
        ("25/03/2025", "2025-03-25"),
        ("03/03/2025", "2025-03-03"),
        ("11/03/2025", None),
        ("March 11", None),
        ("Mar. 11", None),
        ("February 30, 2025", None),
    ],
)
def test_a_dateline_has_a_date_only_where_no_doubt_is_left(written, date):
    result = send(COPY.decode().replace("March 11, 2025", written).encode())
    assert result.revision.content["datelines"] == {
        "places": ["PORT KESSEN"],
        "date": date,
        "text": f"PORT KESSEN, {written} (North Wire) -",
    }
    assert ("dateline-open-date" in {finding.code for finding in result.findings}) is (date is None)


def test_an_agency_is_a_source_by_code_or_name_unless_retired():
    assert send().revision.content["sources"] == []
    make_source(code="nwa")
    Source.objects.update(retired_at=datetime.datetime.now(datetime.UTC))
    assert send(COPY + b"More.").revision.content["sources"] == []
    Source.objects.update(retired_at=None)
    assert send(COPY + b"Even more.").revision.content["sources"] == [
        {"source": "nwa", "item": "", "version": ""}
    ]
    by_code = COPY.replace(b"(North Wire)", b"(NWA)")
    assert send(by_code).revision.content["sources"] == [{"source": "nwa", "item": "", "version": ""}]


def test_a_language_is_what_the_sender_said():
    assert send(language="uk").revision.content["language"] == "uk"


def test_markup_in_copy_is_text():
    result = send(b"Bridge opens\nAfter two years.\n<script>alert(1)</script> & more.\nTrams run.")
    assert [block.text for block in body.blocks(result.revision.content["body"])] == [
        "<script>alert(1)</script> & more.",
        "Trams run.",
    ]


# Tickers


def test_tickers_that_share_words_are_proposed_and_not_linked():
    strike = make_ticker("Strike in the harbour of Kessen: live")
    port = make_ticker("Harbour festival: live")
    make_ticker("Election night: live")
    result = send()
    assert result.tickers == [strike, port]
    assert result.revision.content["ticker_links"][0]["article"] is None


def test_no_ticker_is_proposed_for_words_that_say_nothing():
    make_ticker("Live ticker: latest updates")
    assert propose_tickers("Read all in the live ticker: latest updates") == []


# Publishing


def test_clean_copy_is_published_as_wire():
    make_author()
    clean = COPY.replace(b">>> Follow the harbour strike in our live ticker\n", b"")
    result = send(clean, section=make_section("Coast"), publish=True)
    assert (result.status, result.error) == ("published", "")
    assert result.article.is_published()
    assert result.article.publish_acts.get().by.username == "wire"


def test_blocking_findings_keep_the_draft():
    result = send(section=make_section("Coast"), publish=True)
    assert result.status == "blocked"
    assert result.error == (
        "This can't be published yet: This line leads to no ticker yet; choose the ticker, give an address or delete the line."
    )
    assert (result.article.latest_revision.number, result.article.visible_from) == (1, None)


def test_who_may_not_publish_keeps_the_draft():
    make_author()
    clean = COPY.replace(b">>> Follow the harbour strike in our live ticker\n", b"")
    result = send(clean, section=make_section("Coast"), by=make_user("ana", "reporter"), publish=True)
    assert (result.status, result.error) == (
        "draft",
        "Only an editor can publish; send it to review instead.",
    )
    assert Article.objects.get().visible_from is None
