"""Quotation marks and brackets: what opens has to close, in the way of the language."""

import pytest

from articles.checks import marks
from articles.checks.reading import Reading
from tests.articles.checks.desk import NOON, quotes, story

BALANCED = {
    "English": ["He saw “positive changes” and “no progress” at once."],
    "nested English": ["“She said ‘no’ to me twice,” he said. “‘Never again,’ she said.”"],
    "nested with a space between": ["“She told me ‘no’ ” was all he said."],
    "double in double": ["“He called it “odd” and left,” she said."],
    "single first, as in Britain": ["‘We said “no” to them,’ he said."],
    "apostrophes": [
        "Moscow’s demands, the ’90s, the players’ bus, ’tis the rock ’n’ roll of the dogs’ owner."
    ],
    "apostrophe inside a single quotation": ["‘It’s the Joneses’ house,’ he said. ‘Don’t go.’"],
    "apostrophe turned wrongly": [
        "The ‘90s were loud, he told ‘em, and rock ‘n’ roll ruled Hawai‘i, ‘cos ‘nuff."
    ],
    "an ayn": ["The poet ‘Abd al-Karim read on."],
    "inches and feet": ['The screen is 27" wide and the door 6\'2" high.'],
    "a height inside a quotation": ['"He is 6\'2" tall," she said. “He is 6’2” tall,” she said.'],
    "a year before the mark": ['“We began in 2014” is all he said. "We began in 2014" is all he said.'],
    "straight": ['He said "yes", then "no", then ("maybe").'],
    "straight, broken off": ['"I thought—" he said. "... and then." "—no."'],
    "broken off": ["“I thought—” he said. “… and then.” “—no.”"],
    "mixed by a typist": ['“Yes," he said. „Ja", sagte er. "No,” he said.'],
    "turned the wrong way": ["He saw “changes“ and ”no progress” at once."],
    "three paragraphs": ["“It began at six.", "“Then it rained.", "“Then it stopped,” she said."],
    "three straight paragraphs": ['"It began at six.', '"Then it rained.', '"Then it stopped," she said.'],
    "nested, two paragraphs": ["“‘It began at six.", "“‘Then it rained,’ he told me,” she said."],
    "a quotation that begins late": ["She said: “It began at six.", "“Then it rained.”"],
    "nothing at all": [""],
}


@pytest.mark.parametrize("paragraphs", BALANCED.values(), ids=BALANCED)
def test_balanced_english_quotations_are_left_alone(paragraphs):
    assert quotes(marks.quotations, *paragraphs) == []


BALANCED_ELSEWHERE = {
    "German": ("de", ["„Wir gehen“, sagte sie. „Er rief: ‚Halt!‘“ Die „Spiegel“-Meldung, „Kiew“."]),
    "German, ending in a dash": ("de", ["„Ich dachte –“, sagte er."]),
    "German over paragraphs without marks": (
        "de",
        ["„Es begann um sechs.", "Dann regnete es.", "Dann hörte es auf“, sagte sie."],
    ),
    "German over paragraphs with marks": ("de", ["„Es begann um sechs.", "„Dann regnete es.“"]),
    "German with an English quotation inside": ("de", ["Der Satz “we can” blieb."]),
    "German apostrophe turned wrongly": ("de", ["Hans‘ Auto stand da."]),
    "inward guillemets": ("de", ["»Wir gehen«, sagte sie, »und zwar ›jetzt‹.«"]),
    "Swiss guillemets": ("de", ["«Wir gehen», sagte sie, «und zwar ‹jetzt›.»"]),
    "Danish": ("da", ["»Vi går,« sagde hun."]),
    "French with spaces": ("fr", ["« Nous partons », dit-elle. L’eau, l’« urgence » et “non”."]),
    "French over paragraphs": ("fr", ["« Nous partons.", "« Demain », dit-elle."]),
    "French over paragraphs with closing marks": ("fr", ["« Nous partons.", "» Demain », dit-elle."]),
    "Spanish over paragraphs": ("es", ["«Nos vamos.", "»Mañana», dijo. “¿Sí?” y ¡“no”!"]),
    "Ukrainian": ("uk", ["«Ми йдемо», — сказала вона. Об'єкт, п’ять, об\"єкт."]),
    "Ukrainian, ended at once": ("uk", ["«Директор ТОВ «Ромашка», — сказав він."]),
    "Ukrainian, both ended": ("uk", ["«Директор ТОВ «Ромашка» пішов», — сказав він."]),
    "Polish": ("pl", ["„Idziemy”, powiedziała. „On krzyknął «stój»”."]),
    "Swedish": ("sv", ["”Vi går”, sade hon. »Vi går», sade han. Vi sa ’nej’."]),
    "Arabic": ("ar", ['قالت «سنذهب غدا» ثم "لن نعود".']),
    "Hebrew": ("he", ['צה"ל הודיע: "אנחנו הולכים".']),
    "Japanese": ("ja", ["彼は「行く『今』」と言った。"]),
}


@pytest.mark.parametrize(("language", "paragraphs"), BALANCED_ELSEWHERE.values(), ids=BALANCED_ELSEWHERE)
def test_other_languages_quote_differently(language, paragraphs):
    assert quotes(marks.quotations, *paragraphs, language=language) == []


UNBALANCED = {
    "never closed": (["He paused. “We must go on. Nobody knows why."], ["“We must go on."]),
    "the next paragraph has a pair of its own": (
        ["The agency said so. “We gave them a list. They have it.", "Vey said no. “It is lost,” he said."],
        ["“We gave them a list."],
    ),
    "the first of two": (["He said “yes and then “no” to it."], ["“yes and then “no” to it."]),
    "straight": (['He said "yes" and then "no to it.'], ['"no to it.']),
    "straight, the first of two": (['He said "yes and then "no" to it.'], ['"yes and then "no" to it.']),
    "closed without opening": (["It rained. We must go on,” he said."], ["We must go on,”"]),
    "a single one inside": (["“She said ‘no to me,” he said. It rained."], ["‘no to me,” he said."]),
    "not continued: the next one does not open again": (
        ["“It began at six.", "Then it rained,” she said."],
        ["“It began at six."],
    ),
    "the last paragraph of three stays open": (
        ["“It began at six.", "“Then it rained.", "“Then it stopped, she said."],
        ["“Then it stopped, she said."],
    ),
    "an earlier one beside a continued one": (
        ["He said “yes. Then he said: “It began.", "“It rained,” he said."],
        ["“yes."],
    ),
}  # fmt: skip


@pytest.mark.parametrize(("paragraphs", "expected"), UNBALANCED.values(), ids=UNBALANCED)
def test_a_mark_without_a_partner_is_found_and_quoted_from_its_place(paragraphs, expected):
    assert quotes(marks.quotations, *paragraphs) == expected


UNBALANCED_ELSEWHERE = {
    "German": ("de", ["„Wir gehen, sagte sie. Es regnete."], ["„Wir gehen, sagte sie."]),
    "German, another one follows": (
        "de", ["Sie sagte: „Wir gehen.", "Es regnete. „Nein“, sagte er."], ["„Wir gehen."],
    ),
    "German, to the end": ("de", ["„Wir gehen.", "Es regnete."], ["„Wir gehen."]),
    "inward guillemets": ("de", ["»Wir gehen«, sagte sie, »und zwar jetzt."], ["»und zwar jetzt."]),
    "French": ("fr", ["« Nous partons, dit-elle. Il pleut."], ["« Nous partons, dit-elle."]),
    "Ukrainian": ("uk", ["«Ми йдемо, — сказала вона. Дощ."], ["«Ми йдемо, — сказала вона."]),
    "Swedish": ("sv", ["”Vi går, sade hon. Det regnar."], ["”Vi går, sade hon."]),
    "Arabic": ("ar", ["قالت «سنذهب غدا. ثم عادت."], ["«سنذهب غدا."]),
}  # fmt: skip


@pytest.mark.parametrize(
    ("language", "paragraphs", "expected"), UNBALANCED_ELSEWHERE.values(), ids=UNBALANCED_ELSEWHERE
)
def test_unbalanced_quotations_are_found_in_other_languages(language, paragraphs, expected):
    assert quotes(marks.quotations, *paragraphs, language=language) == expected


def test_the_finding_says_where_it_is_and_blocks():
    [found] = marks.quotations(Reading(story("It rained.", "He paused. “We go. Why?"), NOON))
    assert (found.code, found.severity, found.field, found.start, found.end) == (
        "unbalanced-quotation", "block", "body", 23, 30,
    )  # fmt: skip
    assert found.message == "The quotation that opens here is never closed; close it where the speaker ends."


def test_a_quotation_runs_on_past_a_crosshead_but_not_into_a_list():
    past = "<p>“It began.</p><h2>Rain</h2><p>“It rained,” she said.</p>"
    into = "<p>“It began.</p><ul><li>“It rained,” she said.</li></ul>"
    assert quotes(marks.quotations, body=past) == []
    assert quotes(marks.quotations, body=into) == ["“It began."]


def test_a_quotation_block_runs_on_by_itself():
    text = "<blockquote><p>“It began.</p><p>“It rained.”</p></blockquote><p>It stopped.</p>"
    assert quotes(marks.quotations, body=text) == []


def test_headlines_are_read_on_their_own():
    assert quotes(marks.quotations, headline="“We go", standfirst="on”, she says.") == ["“We go", "on”"]


def test_an_open_quotation_in_a_byline_note_only_warns_because_it_is_never_published():
    [found] = marks.quotations(Reading(story("It rained.", byline_note="“Reader. Walker."), NOON))
    assert (found.severity, found.field) == ("warn", "byline_note")


FINE_BRACKETS = [
    "The sum (14 million) and [sic] the (so-called (inner)) ring.",
    "a) the river b) the bridge 1) the road (2) the rest iv) done",
    "He was glad :-) and she ;) was not :-(",
]


@pytest.mark.parametrize("text", FINE_BRACKETS)
def test_paired_brackets_items_and_smiles_are_left_alone(text):
    assert quotes(marks.brackets, text) == []


def test_a_remark_in_brackets_may_end_in_the_next_paragraph():
    assert quotes(marks.brackets, "(Ana Korvin reported this.", "Ben Okoro edited it.)") == []


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("It rained. The sum (14 million was paid. It is gone.", ["(14 million was paid."]),
        ("It rained. The sum of 14 million) was paid.", ["The sum of 14 million)"]),
        ("The [sum) was paid.", ["The [sum)", "[sum) was paid."]),
    ],
)
def test_a_bracket_without_a_partner_is_a_warning(text, expected):
    found = list(marks.brackets(Reading(story(text), NOON)))
    assert [finding.quote for finding in found] == expected
    assert {(finding.code, finding.severity) for finding in found} == {("unbalanced-bracket", "warn")}
