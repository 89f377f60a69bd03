"""Drop-cap scraps and stray punctuation at the start of a paragraph."""

import pytest

from articles.checks import scraps
from articles.checks.reading import Reading
from articles.models import NameForm
from tests.articles.checks.desk import NOON, quotes, story
from tests.factories import make_tag

SCRAPS = [
    ("R.US President Ilja Maar sees progress. It rained.", "R.US President Ilja Maar sees progress."),
    ("“R.The city is saved,” he said. It rained.", "R.The city is saved,” he said."),
    ("Р.Президент Маар бачить зміни. Йшов дощ.", "Р.Президент Маар бачить зміни."),
    ("Α.Πρόεδρος Μάαρ μίλησε. Έβρεχε.", "Α.Πρόεδρος Μάαρ μίλησε."),
    (
        "M.Mr. J. K. Maar of the U.S. delegation spoke. It rained.",
        "M.Mr. J. K. Maar of the U.S. delegation spoke.",
    ),
]


@pytest.mark.django_db
@pytest.mark.parametrize(("text", "sentence"), SCRAPS)
def test_a_capital_and_a_stop_glued_to_a_capitalised_word_is_a_scrap(text, sentence):
    assert quotes(scraps.drop_cap, text) == [sentence]


NO_SCRAPS = [
    "U.S. officials said so.",
    "U.N. Secretary-General speaks.",
    "D.C. is wet.",
    "Z.B. Regen.",
    "U.S.-led talks began.",
    "J. K. Rowling wrote it.",
    "J.K. Rowling wrote it.",
    "A.B. Smith wrote it.",
    "E.ON shares rose.",
    "E.ON’s shares rose.",
    "J.Crew closes shops.",
    "M.Sc. students protest.",
    "B.Eng. students protest.",
    "P.S. It rained.",
    "E.U.Commission officials met.",
    "R.us President said.",
    "e.On shares rose.",
    "1.FC Aldmouth won.",
    "A. Korvin wrote it.",
    "I. Then it rained.",
    "В. Маар сказав.",
    "أ.محمد قال",
    "A",
    "...",
]


@pytest.mark.django_db
@pytest.mark.parametrize("text", NO_SCRAPS)
def test_initials_and_known_names_are_no_scraps(text):
    assert quotes(scraps.drop_cap, text) == []


@pytest.mark.django_db
def test_the_standfirst_is_read_and_crossheads_lists_and_headlines_are_not():
    assert quotes(scraps.drop_cap, standfirst="R.US talks go on.") == ["R.US talks go on."]
    body = "<h2>R.US talks</h2><ul><li>R.US talks</li></ul>"
    assert quotes(scraps.drop_cap, headline="R.US talks", body=body) == []


@pytest.mark.django_db
def test_a_tag_may_be_printed_so():
    assert quotes(scraps.drop_cap, "K.Lumen lights the port.") == ["K.Lumen lights the port."]
    tag = make_tag("K.Lumen Group", kind="organisation")
    assert quotes(scraps.drop_cap, "K.Lumen lights the port.") == []
    NameForm.objects.create(tag=tag, kind="printed", text="V.Lumen", language="de")
    NameForm.objects.create(tag=tag, kind="wrong", text="W.Lumen")
    assert quotes(scraps.drop_cap, "V.Lumen lights it.", "W.Lumen lights it.") == ["W.Lumen lights it."]


@pytest.mark.django_db
def test_what_stands_in_the_middle_of_a_sentence_is_a_name():
    assert quotes(scraps.drop_cap, "K.Lumen lights the port.", "Shares of K.Lumen rose.") == []
    assert quotes(scraps.drop_cap, "K.Lumen lights the port.", headline="Port lit by K.Lumen") == []
    twice = ["K.Lumen lights the port.", "It rained. K.Lumen rose."]
    assert quotes(scraps.drop_cap, *twice) == ["K.Lumen lights the port."]


@pytest.mark.django_db
def test_where_a_copy_glues_initials_to_surnames_a_scrap_is_not_told_from_them():
    scrap = "Р.Президент Маар бачить зміни."
    assert quotes(scraps.drop_cap, scrap, language="uk") == [scrap]
    assert quotes(scraps.drop_cap, scrap, "З ним був О.Одрі.", language="uk") == []
    assert quotes(scraps.drop_cap, scrap, "О.Одрі був.", headline="Зміни", language="uk") == [
        scrap,
        "О.Одрі був.",
    ]


COPY = "R.US President Ilja Maar sees progress. It rained."
STILL_DOUBTFUL = {
    "untouched": (COPY, "R.US President Ilja Maar sees progress."),
    "scrap deleted": ("US President Ilja Maar sees progress.", "US President Ilja Maar sees progress."),
    "scrap set apart": ("R. US President Ilja Maar sees it.", "R. US President Ilja Maar sees it."),
    "other case and marks": ("“US president Ilja Maar”, he said.", "US president Ilja Maar”, he said."),
    "scrap kept, words changed": (
        "R.Russian leader Ilja Maar sees it.",
        "R.Russian leader Ilja Maar sees it.",
    ),
}


@pytest.mark.django_db
@pytest.mark.parametrize(("text", "sentence"), STILL_DOUBTFUL.values(), ids=STILL_DOUBTFUL)
def test_taking_the_scrap_out_is_not_enough(text, sentence):
    reading = Reading(story("It rained.", text), NOON, imported=Reading(story("It rained.", COPY), NOON))
    [found] = scraps.drop_cap(reading)
    assert (found.code, found.severity, found.field, found.start) == (
        "drop-cap",
        "block",
        "body",
        12 + text.find(sentence),
    )
    assert (found.quote, found.suggestion) == (sentence, "")


@pytest.mark.django_db
@pytest.mark.parametrize(
    "text",
    [
        "Russian President Ilja Maar sees progress.",
        "The US President Ilja Maar sees progress.",
        "US President Ilya Maar sees progress.",
        "Vey said that US President Ilja Maar sees progress.",
        "",
    ],
)
def test_changing_one_of_the_first_four_words_is(text):
    assert list(scraps.drop_cap(Reading(story(text), NOON, imported=Reading(story(COPY), NOON)))) == []


@pytest.mark.django_db
def test_a_scrap_that_moved_into_the_standfirst_is_followed():
    content = story("It rained.", standfirst="US President Ilja Maar sees it.")
    [found] = scraps.drop_cap(Reading(content, NOON, imported=Reading(story(COPY), NOON)))
    assert (found.field, found.quote) == ("standfirst", "US President Ilja Maar sees it.")


@pytest.mark.django_db
def test_without_a_copy_only_the_pattern_decides():
    assert quotes(scraps.drop_cap, "US President Ilja Maar sees progress.") == []


@pytest.mark.django_db
def test_a_name_in_the_copy_leaves_no_doubt_behind():
    copy = Reading(story("E.ON shares rose again today.", "K.Lumen wins.", "Shares of K.Lumen rose."), NOON)
    content = story("On shares rose again", "ON shares rose again.", "Lumen wins.")
    assert list(scraps.drop_cap(Reading(content, NOON, imported=copy))) == []


STRAYS = [
    (". “Reader. Walker.”", ". “Reader", "“Reader"),
    (", and so it rained.", ", and", "and"),
    (".The rain fell.", ".The", "The"),
    (" ; then", "; then", "then"),
    (". , then", ". , then", "then"),
    (": he said", ": he", "he"),
    ("! Rain", "! Rain", "Rain"),
    (") Rain fell", ") Rain", "Rain"),
    ("] Rain fell", "] Rain", "Rain"),
    ("/ Rain fell", "/ Rain", "Rain"),
    (">> Rain fell", ">> Rain", "Rain"),
    ("، وقال", "، وقال", "وقال"),
    ("\u200f. وقال", ". وقال", "وقال"),
    ("。雨", "。雨", "雨"),
    (".", ".", ""),
]


@pytest.mark.parametrize(("text", "quote", "suggestion"), STRAYS)
def test_no_paragraph_begins_with_a_stray_mark(text, quote, suggestion):
    [found] = scraps.stray_punctuation(Reading(story(byline_note=text), NOON))
    assert (found.code, found.severity, found.field) == ("stray-punctuation", "warn", "byline_note")
    assert (found.quote, found.suggestion) == (quote, suggestion)


WELCOME = [
    "“Yes.”", "„Ja.“", "«Так»", "»Ja«", "‘Yes.’", "‚Ja.‘", '"Yes."', "'Yes.'", "’Tis so.", "’90s music",
    "– Ja, sa hun.", "— Так.", "- Yes.", "...and then", ". . . and then", "… and then", "¿Sí?", "¡No!", "# 4", "#storm", "€5m", "$5m",
    ".5 per cent", ".com firms", ".NET engineers", "!Kung elders", "(He left.)", "[He left.]", "* Name changed", "+++ 14:05 +++",
    "• Rain", "@aldmouth", "& Other Stories", "%50", "§ 4", "~50 people", ":-) he wrote", "1) Rain", "42 people", "Rain.", "",
]  # fmt: skip


@pytest.mark.parametrize("text", WELCOME)
def test_marks_that_may_begin_a_paragraph_are_welcome(text):
    assert quotes(scraps.stray_punctuation, text) == []


def test_ticker_lines_keep_their_arrows():
    links = [{"text": ">>> Follow the live ticker", "article": None, "url": "", "after_block": 0}]
    assert quotes(scraps.stray_punctuation, "Rain.", ticker_links=links) == []


def test_each_paragraph_is_read_in_its_place():
    [found] = scraps.stray_punctuation(Reading(story("Rain.", "; snow fell."), NOON))
    assert (found.field, found.start, found.end, found.quote) == ("body", 7, 13, "; snow")
    assert (
        found.message == "“;” stands at the start of a paragraph; delete it, or restore what stood before it."
    )
