"""Weekdays and "in the last days" in a story that does not say when it was written."""

import pytest

from articles.checks import dates
from articles.checks.reading import Reading
from tests.articles.checks.desk import NOON, quotes, story

RELATIVE = [
    ("en", "The mayor spoke on Friday.", "Friday"),
    ("en", "It rained in the last days.", "in the last days"),
    ("en", "It rained over the past few days, on Friday too.", "over the past few days"),
    ("en", "In recent days it rained.", "In recent days"),
    ("en", "Yesterday it rained.", "Yesterday"),
    ("en", "On Black Friday and on Monday.", "Monday"),
    ("en", "Friday’s vote", "Friday"),
    ("en", "On Friday 20 people left, at 3pm on Friday 3 p.m.", "Friday"),
    ("de", "Die Bürgermeisterin sprach am Freitagabend.", "Freitagabend"),
    ("de", "Es regnete in den vergangenen Tagen.", "in den vergangenen Tagen"),
    ("de", "Gestern regnete es.", "Gestern"),
    ("fr", "La maire a parlé vendredi.", "vendredi"),
    ("fr", "Il a plu ces derniers jours.", "ces derniers jours"),
    ("es", "La alcaldesa habló el viernes.", "viernes"),
    ("es", "Llovió en los últimos días.", "en los últimos días"),
    ("uk", "Мерка виступила у п’ятницю.", "п’ятницю"),
    ("uk", "Останніми днями йшов дощ.", "Останніми днями"),
]


@pytest.mark.parametrize(("language", "text", "words"), RELATIVE)
def test_words_that_lean_on_the_day_of_writing_need_a_dateline_date(language, text, words):
    assert quotes(dates.relative_days, text, language=language) == [words]
    dated = {"places": ["Oss"], "date": "2026-03-02", "text": ""}
    assert quotes(dates.relative_days, text, language=language, datelines=dated) == []


NAMES_AND_DATES = [
    (
        "en",
        "Black Friday, Good Friday, Easter Monday, Super Tuesday, Sheffield Wednesday, the Sunday Times, Man Friday.",
    ),
    (
        "en",
        "The Mail on Sunday, Saturday Night Live, Friday the 13th, Fridays for Future, Freaky Friday, Ash Wednesday.",
    ),
    ("en", "Shops open on Mondays. In the last days of the war. On sunday."),
    ("en", "On Friday, 11 March. On Friday, March 11. On Friday (March 11). On Friday 11 March."),
    ("de", "Rosenmontag, Karfreitag, der Schwarze Freitag, Blauer Montag, Bild am Sonntag, montags."),
    ("de", "In den letzten Tagen des Krieges. Am Freitag, dem 11. März."),
    ("fr", "Le mercredi des Cendres, le Vendredi saint, le lundi de Pâques, le vendredi 11 mars, d’hier."),
    ("es", "Plácido Domingo, Santo Domingo, Viernes Santo, el domingo de Ramos, el viernes 11 de marzo."),
    ("uk", "Пан Середа, чорна п’ятниця, середовище."),
    ("ar", "يوم الجمعة"),
]


@pytest.mark.parametrize(("language", "text"), NAMES_AND_DATES)
def test_names_that_hold_a_weekday_and_whole_dates_say_enough(language, text):
    assert quotes(dates.relative_days, text, language=language) == []


def test_it_is_said_once_and_of_the_first_place():
    content = story(
        "It rained on Monday.", "It rained on Friday.", standfirst="Rain on Sunday", kicker="Monday"
    )
    [found] = dates.relative_days(Reading(content, NOON))
    assert (found.code, found.severity, found.field, found.start, found.quote) == (
        "dateline-date", "warn", "standfirst", 8, "Sunday",
    )  # fmt: skip
