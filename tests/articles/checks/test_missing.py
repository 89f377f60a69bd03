"""What every story must have, and pictures with their rights."""

from datetime import timedelta

import pytest

from articles import workflow
from articles.checks import check, missing, pictures
from articles.checks.reading import Reading, read
from articles.models import Revision
from images.models import Image
from tests.articles.checks.desk import NOON, story
from tests.factories import figure, make_chief, make_content, make_image, make_revision

BYLINE = {"author": None, "source": None, "role": "text", "name": "", "affiliation": "", "place": ""}


def found(one, **content):
    """Return (code, severity, field) of each finding."""
    return [(each.code, each.severity, each.field) for each in one(Reading(story("Rain.", **content), NOON))]


def test_a_story_needs_a_headline_in_letters():
    for empty in ("", "  ", "—!"):
        assert found(missing.headline, headline=empty) == [("missing-headline", "block", "headline")]
    assert found(missing.headline, headline="2:1") == []
    assert found(missing.headline, headline="雨") == []


def test_a_story_needs_a_section():
    assert found(missing.section) == [("missing-section", "block", "section")]
    assert found(missing.section, section={"id": 1, "name": "City"}) == []


def test_a_story_needs_a_byline_or_a_source():
    lacking = [("missing-byline", "warn", "bylines")]
    assert found(missing.byline) == found(missing.byline, bylines=[BYLINE]) == lacking
    assert found(missing.byline, bylines=[BYLINE | {"author": {"id": 1, "name": "Ana"}}]) == []
    assert found(missing.byline, bylines=[BYLINE | {"source": {"id": 1, "name": "North Wire"}}]) == []
    assert found(missing.byline, bylines=[BYLINE | {"name": "A reader"}]) == []
    assert found(missing.byline, byline_override="From our desk") == []
    assert found(missing.byline, sources=[{"source": "north-wire", "item": "urn:1", "version": "1"}]) == []


def test_a_story_needs_a_standfirst():
    assert found(missing.standfirst) == [("missing-standfirst", "warn", "standfirst")]
    assert found(missing.standfirst, standfirst="Rain fell.") == []


PICTURE = {"id": 0, "name": "Harbour"}


@pytest.mark.django_db
def test_a_lead_picture_needs_credit_and_alt_text():
    assert found(pictures.lead_credit, lead_image=PICTURE) == [("missing-credit", "block", "lead_credit")]
    assert found(pictures.lead_alt, lead_image=PICTURE) == [("missing-alt", "block", "lead_alt")]
    assert found(pictures.lead_credit, lead_image=PICTURE, lead_credit="Ana Korvin") == []
    assert found(pictures.lead_alt, lead_image=PICTURE, lead_alt="Boats") == []
    assert found(pictures.lead_credit) == found(pictures.lead_alt) == []
    [finding] = pictures.lead_alt(Reading(story(lead_image=PICTURE | {"id": 7}), NOON))
    assert finding.message == "The picture “Harbour” has no alt text; say what it shows."
    assert finding.picture == 7


@pytest.mark.django_db
def test_a_picture_whose_licence_has_ended_blocks(django_assert_num_queries):
    ended = Image.objects.create(file="a.jpg", title="Old", licence_until=NOON)
    lasting = Image.objects.create(file="b.jpg", title="New", licence_until=NOON + timedelta(seconds=1))
    free = Image.objects.create(file="c.jpg", title="Free")

    def shown(field, image):
        return {field: {"id": image.pk, "name": image.title}}

    with django_assert_num_queries(1):
        both = found(pictures.licences, **shown("lead_image", ended), **shown("social_image", ended))
    assert both == [("expired-licence", "block", "lead_image"), ("expired-licence", "block", "social_image")]
    assert found(pictures.licences, **shown("lead_image", lasting), **shown("social_image", free)) == []
    assert found(pictures.licences, lead_image={"id": 999_999, "name": "Gone"}) == []
    with django_assert_num_queries(0):
        assert found(pictures.licences) == []


@pytest.mark.parametrize(
    "alt",
    ["Boats in the harbour of Oss.", "boats in the harbour of Oss", "harbour.jpg", "IMG_2034", "DSC00123", "my boats.jpeg"],
)  # fmt: skip
def test_an_alt_text_that_repeats_the_caption_or_names_a_file_is_found(alt):
    content = {"lead_image": PICTURE, "lead_caption": "Boats in the harbour of Oss", "lead_alt": alt}
    [finding] = pictures.lead_alt_repeats(Reading(story(**content), NOON))
    assert (finding.code, finding.severity, finding.field, finding.quote) == (
        "alt-repeats",
        "warn",
        "lead_alt",
        alt,
    )
    messages = {
        True: "The alt text repeats the caption, which is read aloud as well; say what the picture shows.",
        False: "The alt text is the name of a file; say what the picture shows.",
    }
    assert finding.message == messages[alt.lower().startswith("boats")]


def test_an_alt_text_of_its_own_is_left_alone():
    content = {"lead_image": PICTURE, "lead_caption": "Oss in 1987"}
    for alt in (
        "",
        "Boats",
        "Img of a boat",
        "The site harbour.example",
        "Screenshot of a ticker",
        "20260302",
    ):
        assert found(pictures.lead_alt_repeats, **content, lead_alt=alt) == []
    assert found(pictures.lead_alt_repeats, lead_caption="Oss", lead_alt="Oss") == []
    assert found(pictures.lead_alt_repeats, lead_image=PICTURE, lead_alt="—", lead_caption="–") == []


REPEATS = (
    "The alt text of the picture “Quay” repeats its caption, which is read aloud as well; say what it shows."
)
NAMES_A_FILE = "The alt text of the picture “Quay” is the name of a file; say what it shows."


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("alt", "caption", "message"),
    [
        ("IMG_2034.jpg", "Boats in Oss", NAMES_A_FILE),
        ("DSC00123", "", NAMES_A_FILE),
        ("boats in Oss.", "Boats in Oss", REPEATS),
        ("Two boats", "Boats in Oss", None),
        ("", "", None),
        ("—", "–", None),
    ],
)
def test_an_alt_text_of_the_library_is_looked_at_wherever_readers_get_it(alt, caption, message):
    image = make_image("Quay", alt=alt, caption=caption)
    lead = {"id": image.pk, "name": "Quay"}
    film = f'<figure data-block="embed" data-image="{image.pk}" data-url="https://vimeo.com/7"><figcaption>{caption}</figcaption></figure>'
    places = [("lead_alt", {"lead_image": lead})]
    places += [("body", {"body": "<p>One.</p>" + html}) for html in (figure(image, caption) * 2, film)]
    for field, content in places:
        told = [
            (found.code, found.severity, found.field, found.quote, found.message, found.picture)
            for found in check(make_revision(**content))
            if found.code == "alt-repeats"
        ]
        assert told == ([("alt-repeats", "warn", field, "", message, image.pk)] if message else [])


@pytest.mark.django_db
def test_words_of_the_story_and_of_the_library_are_compared_as_readers_get_them():
    lead = {"id": make_image("Quay", alt="Two boats", caption="Boats in Oss").pk, "name": "Quay"}
    assert found(pictures.lead_alt_repeats, lead_image=lead, lead_alt="boats in Oss") == [
        ("alt-repeats", "warn", "lead_alt")
    ]
    assert found(pictures.library_alt_repeats, lead_image=lead, lead_caption="Two boats!") == [
        ("alt-repeats", "warn", "lead_alt")
    ]
    assert (
        found(pictures.library_alt_repeats, lead_image=lead, lead_caption="Two boats!", lead_alt="Ferries")
        == []
    )


def provenance(revision):
    return [each.code for each in missing.provenance(read(revision, NOON))]


@pytest.mark.django_db
def test_a_story_made_from_copy_says_who_sent_it():
    draft = workflow.create(make_content(), by=make_chief(), revision_kind="import")
    [finding] = missing.provenance(read(draft, NOON))
    assert (finding.code, finding.severity, finding.field) == ("missing-provenance", "warn", "bylines")
    assert finding.message == (
        "The story was made from copy and no source is named; add the source that sent it to the bylines."
    )
    later = workflow.save(draft.article, draft.content | {"kicker": "Oss"}, by=draft.created_by, base=1)
    assert provenance(later) == ["missing-provenance"]
    assert provenance(make_revision()) == []


@pytest.mark.django_db
def test_any_word_about_where_copy_came_from_is_enough():
    unsaved = Revision(content=story("Rain."), kind="import")
    assert provenance(unsaved) == ["missing-provenance"]
    for said in (
        {"sources": [{"source": "north-wire", "item": "urn:1", "version": "1"}]},
        {"bylines": [BYLINE | {"source": {"id": 1, "name": "North Wire"}}]},
        {"bylines": [BYLINE | {"name": "Ana", "affiliation": "North Wire"}]},
        {"byline_override": "From North Wire"},
    ):
        assert provenance(Revision(content=story("Rain.", **said), kind="import")) == []
    assert provenance(Revision(content=story("Rain."))) == []
