"""The checks read pull quotes, boxes, tables and embeds text by text, and the story's run past them."""

import pytest

from articles.checks import attribution, headlines, lengths, marks, repetition
from articles.checks.reading import Reading
from tests.articles.checks.desk import NOON, story
from tests.articles.test_body_kinds import BOX, FILM, PULL, TABLE


def reading(*blocks, **fields):
    return Reading(story(**fields) | {"body": "".join(blocks)}, NOON)


def found(check, *blocks, **fields):
    return [finding.quote for finding in check(reading(*blocks, **fields))]


def test_each_text_of_a_block_is_a_passage_at_its_place():
    whole = reading("<p>First.</p>", PULL, BOX, TABLE, FILM)
    passages = whole.of("body")
    assert [(passage.kind, passage.text) for passage in passages] == [
        ("paragraph", "First."),
        ("pullquote", "We wait"),
        ("pullquote", "Ana, harbour master"),
        ("infobox", "The bridge"),
        ("infobox", "Built in 1911."),
        ("infobox", "Long: 84 m"),
        ("infobox", "Wide: 9 m"),
        ("infobox", "Closed since May."),
        ("table", "Votes by ward"),
        *(("table", text) for text in ("Ward", "Yes", "No", "Old Town", "12", "Harbour", "3", "9")),
        ("embed", "The bridge opens"),
    ]
    plain = "\n\n".join(block.text for block in whole.blocks)
    assert all(plain[each.start : each.start + len(each.text)] == each.text for each in passages)


def test_a_quotation_goes_on_past_what_stands_beside_the_story():
    begins, ends = "<p>“We wait,” she said. “Then we go.</p>", "<p>“And we come back.”</p>"
    assert found(marks.quotations, begins, PULL, BOX, TABLE, FILM, ends) == []
    assert found(marks.quotations, begins, PULL, "<p>That was all.</p>") == ["“Then we go."]
    assert found(marks.brackets, "<p>He left (so she said.</p>", BOX, "<p>It was late).</p>") == []


@pytest.mark.parametrize("block", [PULL, BOX, TABLE, FILM])
def test_a_mark_without_partner_in_a_block_is_found_there(block):
    first = {PULL: "We <em>wait", BOX: "Built", TABLE: "Ward<", FILM: "The bridge"}[block]
    assert len(found(marks.quotations, block.replace(first, f"“{first}"))) == 1


def test_cells_are_no_long_paragraphs_and_say_nothing_twice():
    cell = "word " * 200
    grid = f"<table><tr><td>{cell}</td><td>the</td></tr><tr><td>the</td><td>the</td></tr></table>"
    box = f'<aside data-block="infobox"><h2>the</h2><p>the {cell}</p></aside>'
    assert found(lengths.paragraphs, grid, box) == []
    assert (
        found(
            repetition.words,
            "<table><tr><td>the</td><td>the</td></tr><tr><td>a</td><td>the</td></tr></table>",
        )
        == []
    )
    assert found(repetition.words, TABLE.replace("Ward", "the the")) == ["the the"]


def test_a_pull_quote_repeats_the_story_without_a_finding():
    said = "We will not leave before the bridge is open to everybody again"
    quote = f'<figure data-block="pullquote"><blockquote><p>{said}</p></blockquote></figure>'
    told = f"<p>“{said},” she said.</p>"
    whole = {"standfirst": f"“{said},” says Ana.", "headline": f"“{said}”"}
    assert found(repetition.standfirst, quote, "<p>Something else began.</p>", told, **whole) == []
    assert found(headlines.quotations, quote, told, **whole) == []
    assert found(repetition.words, quote, told, **whole) == []
    assert found(attribution.demands, quote.replace("will", "must"), told) == []
