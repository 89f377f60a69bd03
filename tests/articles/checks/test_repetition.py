"""Words and spaces that stand twice, and first paragraphs that repeat the standfirst."""

import pytest

from articles.checks import repetition
from articles.checks.reading import Reading
from tests.articles.checks.desk import NOON, quotes, story

DOUBLED = [
    ("en", "He left the the town.", "the the"),
    ("en", "The the town.", "The the"),
    ("en", "It is made of of oak.", "of of"),
    ("en", "They went to\u00a0to Oss.", "to\u00a0to"),
    ("en", "The harbour harbour reopens.", "harbour harbour"),
    ("de", "Regen und und Wind.", "und und"),
    ("de", "Sie sahen eine eine Brücke.", "eine eine"),
    ("fr", "Il quitte la ville et et la mer.", "et et"),
    ("fr", "Dans les les rues.", "les les"),
    ("es", "Llueve en en Oss.", "en en"),
    ("uk", "Дощ та та вітер.", "та та"),
]


@pytest.mark.parametrize(("language", "text", "twice"), DOUBLED)
def test_a_word_that_stands_twice_is_found(language, text, twice):
    assert quotes(repetition.words, text, language=language) == [twice]


def test_the_second_one_goes():
    [finding] = repetition.words(Reading(story("The the town."), NOON))
    assert (finding.code, finding.severity, finding.suggestion) == ("doubled-word", "warn", "The")
    assert finding.message == "“The” stands twice; delete one."
    assert quotes(repetition.words, headline="To the the sea", lead_caption="of of") == ["the the", "of of"]


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "What she had had was that that man is is, in in May, her her coat, and it was very very, really really wet."),
        ("en", "Duran Duran, Walla Walla, the The Hague paper, The The, and the band the The The."),
        ("en", "The end. The start. Long, long ago; no no, bye bye, tut tut."),
        ("en", "Grade A a day; the the-word; to-to, #to to, O'the the'."),
        ("en", "Said harbour Harbour Street, Harbour harbour."),
        ("de", "Die, die die Stadt kennen, sagen das, das das Kind weiß; im im Mai eröffneten Haus; dass sie sie sehen."),
        ("fr", "Nous nous levons, vous vous levez, il faut le faire faire."),
        ("uk", "Те, що що завгодно; ледве ледве."),
        ("sv", "Och och."),
    ],
)  # fmt: skip
def test_words_that_may_stand_twice_are_left_alone(language, text):
    assert quotes(repetition.words, text, language=language) == []


def test_two_spaces_are_found_with_the_words_beside_them():
    [finding] = repetition.spaces(Reading(story("Rain.", headline="Rain  in Oss"), NOON))
    assert (finding.code, finding.severity, finding.field, finding.quote, finding.suggestion) == (
        "double-space",
        "warn",
        "headline",
        "Rain  in",
        "Rain in",
    )
    assert finding.message == "Two spaces stand here; leave one."
    assert quotes(repetition.spaces, "Rain\u00a0: «\u00a0Oui\u00a0»", standfirst=" Rain fell. ") == []


STANDFIRST = "Trams cross the river in Marrow again. The work on the bridge took two years."


@pytest.mark.parametrize(
    "paragraph",
    [
        STANDFIRST,
        "MARROW – The trams cross the river in Marrow again. Work took long.",
        "After two years of it, trams cross the river in Marrow again; the work on the bridge took two years, he said.",
    ],
)
def test_a_first_paragraph_that_says_the_standfirst_again_is_found(paragraph):
    [finding] = repetition.standfirst(Reading(story(paragraph, "More.", standfirst=STANDFIRST), NOON))
    assert (finding.code, finding.severity, finding.field, finding.start) == (
        "standfirst-repeated",
        "warn",
        "body",
        0,
    )
    assert paragraph.startswith(finding.quote) and finding.quote.endswith(".")
    assert finding.message == (
        "The first paragraph says the standfirst again; begin with something new, or reword one of them."
    )


@pytest.mark.parametrize(
    ("standfirst", "paragraphs"),
    [
        (STANDFIRST, ["After two years trams are back on the bridge, and Marrow celebrates."]),
        (STANDFIRST, ["The bridge reopened on Monday.", STANDFIRST]),
        ("It rains.", ["It rains. Nobody minds."]),
        ("", ["Rain."]),
        (STANDFIRST, []),
    ],
)
def test_a_first_paragraph_of_its_own_is_left_alone(standfirst, paragraphs):
    assert quotes(repetition.standfirst, *paragraphs, standfirst=standfirst) == []
