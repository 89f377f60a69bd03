"""A person given another's office, by the dates that the tag desk keeps."""

from datetime import date

import pytest

from articles.checks import offices
from articles.checks.reading import Reading
from articles.models import NameForm, Office
from tests.articles.checks.desk import NOON, quotes, story
from tests.factories import make_tag

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def presidents():
    """Dana Maar presides from 2020, Olga Breda did before; Ana Oss never did."""
    dana, olga = make_tag("Dana Maar", "person"), make_tag("Olga Breda", "person")
    oss = make_tag("Ana Oss", "person")
    NameForm.objects.create(tag=oss, kind="search", text="Anna Oss")
    Office.objects.create(tag=dana, title="president of Velland", starts=date(2020, 5, 1))
    Office.objects.create(
        tag=olga, title="president of Velland", starts=date(2012, 5, 1), ends=date(2020, 4, 30)
    )


def test_who_is_given_anothers_office_is_found():
    [finding] = offices.held_by_another(Reading(story("The President of Velland Anna Oss spoke."), NOON))
    assert (finding.code, finding.severity, finding.quote) == (
        "office-of-another", "warn", "President of Velland Anna Oss",
    )  # fmt: skip
    assert finding.message == (
        "By our records “President of Velland” is Dana Maar, not Anna Oss; find out which is right."
    )


def test_the_day_of_the_story_decides():
    text = "The president of Velland, Olga Breda, spoke."
    then = {"datelines": {"places": [], "date": "2015-03-01", "text": ""}}
    assert quotes(offices.held_by_another, text) == ["president of Velland, Olga Breda"]
    assert quotes(offices.held_by_another, text, **then) == []


@pytest.mark.parametrize(
    ("text", "quote"),
    [
        ("Ana Oss, president of Velland, opened it.", "Ana Oss, president of Velland"),
        ("Yesterday Anna Oss, the president of Velland, opened it.", "Anna Oss, the president of Velland"),
        ("It was opened by Ana Oss, President of Velland.", "Ana Oss, President of Velland"),
        ("Ana Oss, president of Velland", "Ana Oss, president of Velland"),
        ("Ana Oss is president of Velland and opened it.", "Ana Oss is president of Velland"),
        ("Mr Ana Oss is the president of Velland.", "Ana Oss is the president of Velland"),
    ],
)
def test_an_office_behind_a_name_is_found_as_one_before_it(text, quote):
    [finding] = offices.held_by_another(Reading(story(text), NOON))
    name = " ".join(quote.replace(",", "").split()[:2])
    told = f"is Dana Maar, not {name}; find out which is right."
    assert (finding.code, finding.quote, finding.message.partition("” ")[2]) == (
        "office-of-another",
        quote,
        told,
    )


@pytest.mark.parametrize(
    "text",
    [
        "The president of Velland Dana Maar spoke.",
        "The former president of Velland Olga Breda spoke.",
        "The vice president of Velland Ana Oss spoke.",
        "The president of Velland Unknown Person spoke.",
        "“The president of Velland Ana Oss is welcome”, a sign read.",
        "The president of Velland spoke. Ana Oss listened.",
        "The president of Velland told Ana Oss to listen.",
        "Dana Maar, president of Velland, opened it.",
        "Dana Maar is president of Velland.",
        "Unknown Person, president of Velland, opened it.",
        "Ana Oss, former president of Velland, opened it.",
        "Ana Oss, the former president of Velland, opened it.",
        "Ana Oss, deputy president of Velland, opened it.",
        "Ana Oss, vice-president of Velland, opened it.",
        "Ana Oss was president of Velland.",
        "Ana Oss, who was president of Velland, opened it.",
        "Ana Oss is not president of Velland.",
        "Ana Oss is no longer president of Velland.",
        "If Ana Oss is president of Velland, she may.",
        "She asks whether Ana Oss is president of Velland.",
        "Ana Oss is president of Velland until May.",
        "Ana Oss, president of Velland from 2001 to 2004, opened it.",
        "Ana Oss, president of Velland Airlines, opened it.",
        "Ana Oss is president of Velland Airlines.",
        "Ana Oss, president of Velland's airline, opened it.",
        "Ana Oss is president of Velland’s airline.",
        "There were Ana Oss, the president of Velland, and the mayor.",
        "There were Ana Oss, the president of Velland and the mayor.",
        "There were Ana Oss, the president of Velland, the mayor and others.",
        "There were Ana Oss, the president of Velland, Tom Berg and others.",
        "Tom Berg, the son of Ana Oss, president of Velland, opened it.",
        "Ana Oss, the president of Velland said, was late.",
        "“Ana Oss is president of Velland”, a sign read.",
        "Ana Oss listened. President of Velland is Dana Maar.",
    ],
)
def test_in_doubt_nothing_is_said(text):
    assert quotes(offices.held_by_another, text) == []
