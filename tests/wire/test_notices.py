"""What is a kill, a hold or a correction of earlier copy, which copy it names, and what only reads like one."""

import pytest

from wire import headers, notices
from wire.parsers import text

STORY = (
    "Harbour bridge reopens\n\n"
    "Trams cross the river again.\n\n"
    "MARROW, March 2 (North Wire) - The bridge reopened on Monday, the city says, two years after it was closed.\n\n"
    "Work took longer than planned because the piers had to be mended under water.\n"
)


def read(copy):
    return notices.read(text.parse(copy.encode()))


@pytest.mark.parametrize(
    ("copy", "kind", "name"),
    [
        ("BULLETIN KILL\n\nHarbour bridge reopens\n\nEditors, it was a drill.", "kill", "Harbour bridge reopens"),
        ("Bulletin kill: Harbour bridge reopens\n\nIt was a drill.", "kill", "Harbour bridge reopens"),
        ("KILL: Harbour bridge reopens\n\nIt was a drill.", "kill", "Harbour bridge reopens"),
        ("MANDATORY KILL - Harbour bridge reopens\n\nIt was a drill.", "kill", "Harbour bridge reopens"),
        ("BC-MW--Harbour Bridge,KILL\n\nIt was a drill.", "kill", "BC-MW--Harbour Bridge"),
        ("Harbour bridge reopens (WITHHELD)\n\nMore follows.", "hold", "Harbour bridge reopens"),
        ("ADVISORY: hold\n\nHarbour bridge reopens\n\nMore follows.", "hold", "Harbour bridge reopens"),
        ("Advisory\n\nEditors: please hold the story headlined “Harbour bridge reopens”.", "hold", "Harbour bridge reopens"),
        ("To editors\n\nPlease kill the story slugged Harbour-Bridge. It was a drill.", "kill", "Harbour-Bridge"),
        (STORY.replace("Harbour", "CORRECTION: Harbour", 1), "correction", "Harbour bridge reopens"),
        (STORY.replace("Trams cross the river again.", "Corrects the year in paragraph two."), "correction", "Harbour bridge reopens"),
        (STORY.replace("Harbour bridge reopens", "Harbour bridge reopens (CORRECTED)"), "correction", "Harbour bridge reopens"),
        ("Achtung: zurückgezogen\n\nHafenbrücke öffnet wieder\n\nEs war eine Übung.", "kill", "Hafenbrücke öffnet wieder"),
        ("Berichtigung: Hafenbrücke öffnet wieder\n\nIm zweiten Absatz steht das Jahr.", "correction", "Hafenbrücke öffnet wieder"),
        ("АНУЛЬОВАНО: Міст знову відкрито\n\nЦе було навчання.", "kill", "Міст знову відкрито"),
        ("ВИПРАВЛЕННЯ: Міст знову відкрито\n\nЗмінено рік.", "correction", "Міст знову відкрито"),
        ("إلغاء: الجسر يفتح من جديد\n\nكان تدريبا.", "kill", "الجسر يفتح من جديد"),
    ],
)  # fmt: skip
def test_what_the_copy_says_of_earlier_copy(copy, kind, name):
    found = read(copy)
    assert (found.kind, name in found.names) == (kind, True), found


@pytest.mark.parametrize(
    "headline",
    [
        "Kill Bill director comes to Marrow",
        "Police kill a bear in the harbour",
        "Hold on to your hats, says the weather office",
        "Ministers withdraw from the talks",
        "Corrections officers strike in Marrow",
        "Correction facility opens its doors",
        "Withdrawal of the ferry, explained",
        "A kill, a hold and a correction: how agencies speak",
        "BOMB IN MARROW: MANY HURT, KILLED",
        "Advisory board holds its first meeting",
        "Bulletin board of the harbour goes online",
    ],
)
def test_a_story_about_such_things_is_no_notice(headline):
    assert read(STORY.replace("Harbour bridge reopens", headline)) is None


def test_a_story_is_no_notice_because_somebody_in_it_is_asked_to_kill():
    copy = STORY + "\nEditors must not kill a story because it hurts, the union says of the report.\n"
    assert read(copy.replace("Work took", "Please note: work took")) is None


def test_the_status_in_the_header_is_what_counts():
    header = "Item: tag:north.example,2026:4711\nVersion: 3\nStatus: canceled\nSlug: harbour-bridge\n\n"
    found = read(header + STORY)
    assert (found.kind, found.line) == ("kill", "canceled")
    assert {"harbour-bridge", "Harbour bridge reopens"} <= set(found.names)
    assert read(header.replace("canceled", "withheld") + STORY).kind == "hold"
    assert read(header.replace("canceled", "usable") + STORY) is None


def test_a_header_is_kept_apart_from_the_text():
    story = text.parse(b"ID: 4711\nVersion: 2\nHarbour bridge reopens\n\nThe bridge reopened on Monday.\n")
    assert story.headers == {"uri": "4711", "version": "2"}
    assert (story.headline, story.standfirst) == ("Harbour bridge reopens", "")
    assert [removed.text for removed in story.removed] == ["ID: 4711", "Version: 2"]


@pytest.mark.parametrize(
    "lines",
    [
        ["Status: it is complicated", "The bridge stays closed."],  # one line alone
        ["Version: two", "Status: open", "The bridge stays closed."],  # names no item
        ["Item: 1", "Version: 2"],  # nothing below
    ],
)
def test_a_headline_with_a_colon_is_no_header(lines):
    assert headers.read(lines) == ({}, 0)


def test_the_corrected_story_reads_without_the_notice():
    copy = STORY.replace("Harbour", "CORRECTION: Harbour", 1)
    copy = copy.replace("Trams cross the river again.", "Corrects the year in paragraph two.")
    story = text.parse(copy.encode())
    corrected = notices.without(story, notices.read(story))
    assert (corrected.headline, corrected.standfirst) == ("Harbour bridge reopens", "")
    assert [words[:10] for _kind, words in corrected.paragraphs] == ["The bridge", "Work took "]


def test_a_label_on_its_own_line_gives_way_to_the_headline_below():
    story = text.parse(f"CORRECTION\n\n{STORY}".encode())
    corrected = notices.without(story, notices.read(story))
    assert corrected.headline == "Harbour bridge reopens"
    assert "CORRECTION" not in f"{corrected.headline}{corrected.standfirst}{corrected.paragraphs}"


@pytest.mark.parametrize(
    ("version", "than", "newer"),
    [("10", "9", True), ("2", "", True), ("2", "2", False), ("1.2", "1.10", False), ("", "1", False)],
)
def test_versions_count_as_numbers(version, than, newer):
    assert notices.is_newer(version, than) is newer


def test_nothing_of_a_headline_can_be_read_from_its_hash():
    found = notices.hash_of("Harbour bridge reopens")
    assert found == notices.hash_of("HARBOUR BRIDGE, reopens")
    assert (len(found), "harbour" in found, notices.hash_of("…")) == (64, False, "")
