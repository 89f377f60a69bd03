"""Notes to the desk that were typed as text."""

import pytest

from articles.checks import desk_notes
from articles.checks.reading import Reading
from tests.articles.checks.desk import NOON, quotes, story

NOTES = [
    ("The sum of TK crowns.", "TK"),
    ("The sum of TKTK crowns.", "TKTK"),
    ("She is TK.", "TK"),
    ("The mayor, XXX, spoke.", "XXX"),
    ("Minister XXX spoke.", "XXX"),
    ("XXXX crowns", "XXXX"),
    ("Mayor Maar [check spelling] spoke.", "[check spelling]"),
    ("Mayor Maar [CHECK: age] spoke.", "[CHECK: age]"),
    ("Mayor Maar [PLS CHECK] spoke.", "[PLS CHECK]"),
    ("Mayor Maar [please check her age] spoke.", "[please check her age]"),
    ("Mayor Maar [check her age", "[check her age"),
    ("Mayor Maar [TK] spoke.", "[TK]"),
    ("Mayor Maar (PLS CHECK) spoke.", "(PLS CHECK)"),
    ("Mayor Maar (please check age) spoke.", "(please check age)"),
    ("Mayor Maar [INSERT QUOTE] spoke.", "[INSERT QUOTE]"),
    ("Eds: Photos to follow.", "Eds:"),
    ("[Eds: Photos to follow.]", "Eds:"),
    ("EDS.: Photos to follow.", "EDS.:"),
    ("Notes to editors: The firm is old.", "Notes to editors:"),
    ("(Adds quotation in third paragraph)", "(Adds quotation in third paragraph)"),
    ("OSS, March 2 (Updates with mayor)", "(Updates with mayor)"),
    ("(UPDATES throughout, adds mayor", "(UPDATES throughout, adds mayor"),
    ("(Recasts with mayor) It rained.", "(Recasts with mayor)"),
    ("(Corrects age in fourth paragraph)", "(Corrects age in fourth paragraph)"),
]


@pytest.mark.parametrize(("text", "quote"), NOTES)
def test_a_note_typed_as_text_is_found(text, quote):
    assert quotes(desk_notes.typed_notes, text) == [quote]


ELSEWHERE = [
    ("de", "Bürgermeisterin Maar [bitte prüfen] sprach.", "[bitte prüfen]"),
    ("de", "(neu: mit Bürgermeisterin) Es regnete.", "(neu: mit Bürgermeisterin)"),
    ("de", "Die Summe von TKTK Kronen", "TKTK"),
    ("fr", "La maire [à vérifier] parle.", "[à vérifier]"),
    ("es", "La alcaldesa [verificar edad] habló.", "[verificar edad]"),
    ("uk", "Мерка [перевірити вік] сказала.", "[перевірити вік]"),
]


@pytest.mark.parametrize(("language", "text", "quote"), ELSEWHERE)
def test_desks_write_their_notes_in_their_languages(language, text, quote):
    assert quotes(desk_notes.typed_notes, text, language=language) == [quote]


PROSE = [
    "They shop at TK Maxx and ride TK Elevator lifts.",
    "Flight TK 1951 and flight TK1951 landed.",
    "The XXX Olympiad and Super Bowl XXX were seen on XXX Lutz chairs.",
    "An XXX-rated film, size XXXL, XXXTentacion.",
    "She said [sic] that “[the mayor] checked” it [see map].",
    "He wrote “check it” (check the map) and (checking).",
    "[Editor’s note: this interview was shortened.]",
    "(Updates are on our website.)",
    "(Changes will follow.) (Repeats are dull.)",
    "He adds (adds, not takes). She (Ada) left.",
    "Ed: I think so. Eds and Al are names; the Eds left.",
    "The wards of the ED (emergency department) are full; (ED), (PIC), (ADD).",
    "It is hot (HOT) there. [Maar] spoke.",
]


@pytest.mark.parametrize("text", PROSE)
def test_prose_is_left_alone(text):
    assert quotes(desk_notes.typed_notes, text) == []


def test_tk_alone_is_a_health_insurer_in_german():
    assert quotes(desk_notes.typed_notes, "Die TK erhöht die Beiträge.", language="de") == []


def test_all_that_readers_see_is_read_and_desk_note_blocks_are_not():
    body = '<aside data-block="note"><p>TK [check age]</p></aside><p>It rained.</p>'
    assert quotes(desk_notes.typed_notes, body=body, byline_note="XXX") == []
    links = [{"text": "XXX live ticker", "article": None, "url": "", "after_block": 0}]
    found = [
        *desk_notes.typed_notes(Reading(story("It rained.", headline="Rain TK", ticker_links=links), NOON))
    ]
    assert [(finding.code, finding.severity, finding.field, finding.quote) for finding in found] == [
        ("desk-note", "block", "headline", "TK"),
        ("desk-note", "block", "ticker_links", "XXX"),
    ]
