"""What the form proposes: what the text names, in its order, and nothing that it only seems to."""

import pytest

from articles import revisions, workflow
from articles.models import NameForm
from articles.writing.suggestions import authors_for, propose_tickers, tags_for, tickers_for
from tests.factories import (
    byline,
    make_author,
    make_chief,
    make_content,
    make_tag,
    make_ticker,
    make_user,
    ticker_line,
)
from tickers import log

pytestmark = pytest.mark.django_db


def names(things):
    return [str(thing) for thing in things]


def test_tags_are_those_that_the_text_names_in_order():
    for name in ("Mara Quist", "Sarn", "Marrow", "Harbour"):
        make_tag(name)
    make_tag("Kyiv", wrong=["Kiev"])
    content = make_content(
        headline="Sarn waits",
        standfirst="",
        body="<p>In Marrow, Mara Quist spoke of Kiev.</p><p>The harbour is open.</p>",
    )
    assert names(tags_for(content)) == ["Sarn", "Marrow", "Mara Quist", "Kyiv"]


def test_what_the_top_names_comes_first_then_what_is_named_most_often():
    for name in ("Mara Quist", "Sarn", "Marrow", "Velland"):
        make_tag(name)
    make_tag("Kyiv", wrong=["Kiev"])
    content = make_content(
        headline="A bridge falls",
        standfirst="It stood in Velland.",
        body="<p>Sarn waits. Marrow waits. Mara Quist saw Kyiv and Kiev; Mara Quist saw Marrow and Marrow.</p>",
    )
    assert names(tags_for(content)) == ["Velland", "Marrow", "Mara Quist", "Kyiv", "Sarn"]


def test_a_name_is_not_found_across_a_comma_nor_inside_a_word():
    for name in ("Marrow Sarn", "Mar", "Quist Lann"):
        make_tag(name)
    content = make_content(body="<p>From Marrow, Sarn sends Quist. Lann waits.</p>")
    assert tags_for(content) == []


def test_a_long_name_and_one_with_a_sign_in_it_are_found_whole():
    named = [
        "European Court of Human Rights", "Organisation mondiale de la santé", "Procter & Gamble", "AT&T", "AC/DC",
        "Bündnis 90/Die Grünen", "Office for the Protection of Bridges and Harbours",
    ]  # fmt: skip
    for name in [*named, "Gamble Marrow", "Office for the Protection of Bridges and Harbours of Marrow"]:
        make_tag(name)
    content = make_content(
        headline="x", standfirst="", body="".join(f"<p>It was {name}.</p>" for name in named)
    )
    assert names(tags_for(content)) == named


def test_what_is_carried_merged_or_retired_is_not_proposed():
    carried, root, merged, retired = (make_tag(name) for name in ("Sarn", "Marrow", "Marowe", "Velland"))
    type(merged).objects.filter(pk=merged.pk).update(canonical=root, merged_into=root)
    type(retired).objects.filter(pk=retired.pk).update(retired_at="2026-01-01T00:00Z")
    body = "<p>Sarn, Marowe and Velland.</p>"
    assert names(tags_for(make_content(body=body, tags=[revisions.reference(carried)]))) == ["Marrow"]


def test_a_form_of_another_language_is_no_name_here_and_scripts_without_capitals_are_read():
    sea, bridge = make_tag("Black Sea"), make_tag("جسر المدينة")
    NameForm.objects.create(tag=sea, kind="printed", text="Schwarzes Meer", language="de")
    text = "<p>Schwarzes Meer und جسر المدينة.</p>"
    assert names(tags_for(make_content(body=text, language="en"))) == [bridge.name]
    assert names(tags_for(make_content(body=text, language="de"))) == [sea.name, bridge.name]


def test_a_long_text_takes_as_many_queries_as_a_short_one(django_assert_num_queries):
    make_tag("Sarn")
    for text in ("<p>Sarn.</p>", "<p>" + "Sarn And Other Names. " * 4000 + "</p>"):
        content = make_content(body=text)
        with django_assert_num_queries(3):
            assert names(tags_for(content)) == ["Sarn"]


def test_a_ticker_is_proposed_for_an_open_line_by_words_and_by_tags():
    tag = make_tag("Sarn")
    by_words = make_ticker("The causeway: live")
    by_tag = make_ticker("Harbour news", tags=[revisions.reference(tag)])
    make_ticker("Elections")
    lines = [ticker_line("Read all about the causeway in the live ticker")]
    content = make_content(body="<p>Sarn waits.</p>", ticker_links=lines)
    assert tickers_for(content) == [by_tag, by_words]
    assert tickers_for(content | {"ticker_links": [ticker_line(article=by_tag)]}) == []
    assert tickers_for(content | {"ticker_links": []}) == []
    assert propose_tickers("Nothing of this") == []


def test_authors_are_those_of_the_note_and_of_the_account():
    ana = make_user("ana", "reporter")
    own, named = make_author("Ana Petrenko", account=ana), make_author("Lea Roth")
    content = make_content(bylines=[], byline_note="Lea Roth is a writer based in Marrow.")
    assert authors_for(ana, content) == [named, own]
    assert authors_for(make_user("ben", "editor"), content) == [named]
    assert authors_for(ana, content | {"bylines": [byline(own)]}) == []


def test_proposals_change_nothing():
    ana = make_user("ana", "reporter")
    make_tag("Marrow")
    revision = workflow.create(make_content(), by=ana)
    before = dict(revision.content)
    tags_for(revision.content)
    assert revision.content == before


def test_a_ticker_that_runs_is_proposed_before_one_that_fits_better_and_is_over():
    over, runs = make_ticker("Harbour bridge closed: live"), make_ticker("Bridge: live")
    log.set_status(runs.ticker, "live", by=make_chief())
    log.set_status(over.ticker, "ended", by=make_chief())
    assert propose_tickers("Follow the harbour bridge in the live ticker") == [runs, over]
