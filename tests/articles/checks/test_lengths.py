"""Paragraphs of more than eighty words."""

from articles import body
from articles.checks import lengths
from articles.checks.reading import Reading
from tests.articles.checks.desk import NOON, quotes, story


def test_a_paragraph_of_more_than_80_words_is_a_hint():
    fits, long = "It rains. " * 40, "It rains. " * 40 + "Again."
    assert quotes(lengths.paragraphs, fits) == []
    [finding] = lengths.paragraphs(Reading(story("Rain.", long), NOON))
    assert (finding.code, finding.severity, finding.start, finding.quote) == (
        "long-paragraph",
        "info",
        7,
        "It rains.",
    )
    assert finding.message == "This paragraph has 81 words; part it where its subject changes."


def test_dashes_are_no_words_and_lists_quotations_and_notes_may_run_on():
    assert quotes(lengths.paragraphs, "It rains – " * 40) == []
    words = "rain " * 81
    text = f"<ul><li>{words}</li></ul><blockquote><p>{words}</p></blockquote>"
    text += f'<aside data-block="note"><p>{words}</p></aside>'
    assert body.clean(text).count("rain") == 243
    assert quotes(lengths.paragraphs, body=text, standfirst=words) == []
