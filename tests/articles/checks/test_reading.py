"""How a story is cut into passages that know where they stand, and where a sentence ends."""

import pytest

from articles import body
from articles.checks.reading import Reading, sentence_end, sentence_start
from tests.articles.checks.desk import NOON, story

BODY = (
    "<p>First.<br>Still first.</p><h2>Head</h2><ul><li>One</li><li>Two</li></ul>"
    '<aside data-block="note"><p>Note</p></aside><aside data-block="ticker" data-link="0"></aside>'
    "<blockquote><p>Said.</p><p>Done.</p></blockquote><p></p><p>Last.</p>"
)


def test_each_passage_stands_in_the_plain_text_where_it_says():
    passages = Reading(story(body=BODY), NOON).of("body")
    plain = body.plain(BODY)
    assert [(each.kind, each.text) for each in passages] == [
        ("paragraph", "First.\nStill first."),
        ("crosshead", "Head"),
        ("list", "One"),
        ("list", "Two"),
        ("quotation", "Said."),
        ("quotation", "Done."),
        ("paragraph", "Last."),
    ]
    assert [plain[each.start : each.start + len(each.text)] for each in passages] == [
        each.text for each in passages
    ]


def test_the_language_is_the_primary_one_and_the_sites_where_none_is_given():
    reading = Reading(story(language="de-CH"), NOON)
    assert (reading.language, reading.languages) == ("de", {"", "de", "de-CH"})
    assert Reading(story(language=""), NOON).language == "en"


SENTENCES = [
    ("It rained. It stopped.", "It rained."),
    ("Mr. Maar of the U.S. team met J. K. Odry. It stopped.", "Mr. Maar of the U.S. team met J. K. Odry."),
    ("It rose by 3.5 to 4. It stopped.", "It rose by 3.5 to 4."),
    ("“Stop!” he said. It stopped.", "“Stop!” he said."),
    ("“It rained.” She left.", "“It rained.”"),
    ("(It rained.) She left.", "(It rained.)"),
    ("It rained … and rained. She left.", "It rained … and rained."),
    ("Es regnet z. B. heute. Ja.", "Es regnet z. B. heute."),
    ("هل أمطرت؟ نعم.", "هل أمطرت؟"),
    ("It rained", "It rained"),
    ("It rained  ", "It rained"),
    ("", ""),
]


@pytest.mark.parametrize(("text", "first"), SENTENCES)
def test_a_sentence_ends_at_its_stop_and_not_at_that_of_an_abbreviation(text, first):
    assert text[: sentence_end(text, 0)] == first


def test_a_sentence_begins_behind_the_one_before():
    text = "It rained. It stopped. She left."
    assert [sentence_start(text, at) for at in (0, 5, 11, 20, 31)] == [0, 0, 11, 11, 23]
