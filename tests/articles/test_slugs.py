import pytest
from django.core.exceptions import ValidationError
from hypothesis import given
from hypothesis import strategies as st

from articles.slugs import fold, slugify, validate_section_slug


@pytest.mark.parametrize(
    ("text", "language", "slug"),
    [
        ("Harbour bridge reopens!", "en", "harbour-bridge-reopens"),
        ("Moscow’s demands", "en", "moscows-demands"),
        ("Ärger über Straßen", "de", "aerger-ueber-strassen"),
        ("Élections à Évreux", "fr", "elections-a-evreux"),
        ("Згорів міст у Києві", "uk", "zghoriv-mist-u-kyievi"),
        ("Її юний йод", "uk", "yii-yunyi-yod"),
        ("“” …", "en", ""),
        ("10 % mehr", "de", "10-mehr"),
    ],
)
def test_a_slug_is_what_readers_of_the_language_expect(text, language, slug):
    assert slugify(text, language) == slug


def test_a_long_slug_is_cut_between_words():
    assert slugify("one two " * 20) == "one-two-" * 9 + "one-two"
    assert slugify("x" * 100) == "x" * 80


@given(st.text(), st.sampled_from(["", "uk", "de"]))
def test_any_text_gives_plain_letters_of_at_most_80(text, language):
    slug = slugify(text, language)
    assert len(slug) <= 80
    assert all(char.isascii() and (char.isalnum() and char == char.lower() or char == "-") for char in slug)


@pytest.mark.parametrize(
    ("one", "other", "alike"),
    [
        ("Brücke", "BRUCKE", "brucke"),
        ("Straße", "STRASSE", "strasse"),
        ("МІСТ", "міст", "міст"),
        ("Їжак", "їжак", "іжак"),
        ("İstanbul", "istanbul", "istanbul"),
        ("كِتاب", "كتاب", "كتاب"),
        ("№ 5 ﬁre ℡", "No 5 fire tel", "no 5 fire tel"),
    ],
)
def test_words_fold_alike_however_they_are_written(one, other, alike):
    assert (fold(one), fold(other)) == (alike, alike)


@pytest.mark.parametrize("slug", ["admin", "feeds", "healthz", "robots.txt", "live", "news-2024"])
def test_a_section_takes_no_address_of_the_site(slug):
    with pytest.raises(ValidationError):
        validate_section_slug(slug)


@pytest.mark.parametrize("slug", ["politics", "2024-elections", "world2"])
def test_other_section_addresses_are_free(slug):
    assert validate_section_slug(slug) is None
