"""Headlines: their length, and quotations that nobody in the story says."""

import pytest

from articles.checks import headlines
from articles.checks.reading import Reading
from tests.articles.checks.desk import NOON, quotes, story


def test_a_headline_of_more_than_110_characters_is_too_long():
    fits, long = "x" * 110, "x" * 111
    assert quotes(headlines.too_long, headline=fits) == quotes(headlines.too_long, headline=f" {fits} ") == []
    [finding] = headlines.too_long(Reading(story(headline=long), NOON))
    assert (finding.code, finding.severity, finding.field, finding.quote) == (
        "headline-long",
        "warn",
        "headline",
        long,
    )
    assert finding.message == "The headline has 111 characters; shorten it to 110."


BODY = (
    "“We don’t want small steps,” she said, “but a great leap.” The firm ‘Blue Moon’ saw it. "
    "„Das Wasser ist weg“, hieß es auf der „Alten Brücke“."
)


@pytest.mark.parametrize(
    ("headline", "quote"),
    [
        ("Maar sees “big steps”", "big steps"),
        ('Maar sees "big steps"', "big steps"),
        ("Maar sees ‘big steps’", "big steps"),
        ("Maar sees 'big steps' in talks", "big steps"),
        ("Maar: „große Schritte“", "große Schritte"),
        ("Maar: «grands pas»", "grands pas"),
        ("Maar: »große Schritte«", "große Schritte"),
        ("“Small steps” and “big steps”", "big steps"),
        ("“Small … giraffes”", "Small … giraffes"),
        ("“We want small steps”", "We want small steps"),
    ],
)
def test_a_quotation_that_nobody_says_is_found(headline, quote):
    assert quotes(headlines.quotations, BODY, headline=headline) == [quote]


@pytest.mark.parametrize(
    "headline",
    [
        "Maar wants no “small steps”",
        "Maar wants no 'Small Steps'",
        "„We don't want small steps“",
        "«We don't want … steps»",
        "“We don’t want small steps but a great leap”",
        "“[She wants] a great leap”",
        "“A great leap,” says Maar",
        "‘Blue Moon’ sees it",
        "A “giraffe” in the harbour",  # one word may be the paper's own mark
        "Workers' rights and bosses' pay",
        "It's the '90s again for rock 'n' roll's fans",
        "The ’90s and the workers’ rights",
        "A 6'2\" man",
        "No quotation at all",
    ],
)
def test_what_stands_in_the_story_in_other_marks_or_case_is_left_alone(headline):
    assert quotes(headlines.quotations, BODY, headline=headline) == []


def test_endings_do_not_matter_where_words_are_inflected():
    told = "Корабель «Північна Зоря» прийшов."
    assert quotes(headlines.quotations, told, headline="На «Північній Зорі» свято", language="uk") == []
    assert quotes(headlines.quotations, told, headline="На «Південній Зорі» свято", language="uk") == [
        "Південній Зорі"
    ]


def test_a_story_without_a_body_is_not_judged():
    assert quotes(headlines.quotations, headline="Maar sees “big steps”") == []
    [finding] = headlines.quotations(Reading(story("No.", headline="Maar sees “big steps”"), NOON))
    assert (finding.code, finding.severity, finding.start, finding.end) == (
        "headline-quotation",
        "warn",
        11,
        20,
    )
    assert finding.message == (
        "“big steps” does not stand in the story; quote what was said, or take the marks off."
    )
