"""The catalogues of locale/: whole, in step with the source, and with the same places to fill in."""

import re
import textwrap

import pytest
from django.conf import settings

from articles.models import Article, Correction
from articles.models.tag import TagKind
from deploy import messages

TEMPLATES = {language: messages.template_of(language) for language in messages.languages()}
WHOLE = TEMPLATES["de"]
HOLES = re.compile(r"%%|%\([a-z_]+\)[a-z.0-9]*[a-z]|%[.0-9]*[a-z]|\{[a-z_]+\}|</?[a-z][^>]*>")
HOW = "Run `make messages` and write down what it names."


def forms(value):
    """The forms of a sentence or its translation that are written down; an empty one is another test's business."""
    return [form for form in (value if isinstance(value, tuple | list) else [value]) if form]


def sentences(catalog):
    return {
        (message.context, message.id if isinstance(message.id, str) else message.id[0]) for message in catalog
    }


@pytest.fixture(params=messages.languages())
def language(request):
    return request.param


@pytest.fixture
def catalog(language):
    return messages.read(language)


def test_the_languages_of_the_settings_are_those_of_the_catalogues():
    assert {"en", *messages.languages()} == set(settings.READER_LANGUAGES)
    assert set(settings.READER_LANGUAGES) - messages.FOR_READERS_ALONE == set(settings.DESK_LANGUAGES)
    assert set(settings.READER_LANGUAGES) <= set(dict(settings.LANGUAGES))


def test_a_catalogue_has_every_sentence_of_the_source_and_no_other(language, catalog):
    assert sentences(TEMPLATES[language]) - sentences(catalog) == set(), HOW
    assert sentences(catalog) - sentences(TEMPLATES[language]) == set(), HOW
    assert list(catalog.obsolete) == []


def test_every_sentence_is_translated(catalog):
    assert messages.untranslated(catalog) == [], HOW


def test_the_site_reads_what_the_catalogue_says(language, catalog):
    assert messages.path_of(language, "mo").read_bytes() == messages.compiled(catalog), HOW


def test_a_translation_fills_in_what_its_sentence_does(catalog):
    wrong = []
    for message in catalog:
        may_fill = [sorted(HOLES.findall(form)) for form in forms(message.id)]
        wrong += [
            (message.id, form)
            for form in forms(message.string)
            if message.id and sorted(HOLES.findall(form)) not in may_fill
        ]
    assert wrong == []


@pytest.mark.parametrize(("language", "count"), [("de", 2), ("uk", 3)])
def test_a_plural_has_as_many_forms_as_its_language(language, count):
    catalog = messages.read(language)
    plurals = [message for message in catalog if message.pluralizable]
    assert plurals
    assert {len(message.string) for message in plurals} == {count}
    assert catalog.num_plurals == count


def test_sentences_end_as_their_original_does(catalog):
    """A full stop, colon or dots at the end tell an editor what kind of text it is."""
    marks = ".:…"
    wrong = [
        (message.id, form)
        for message in catalog
        for form in forms(message.string)
        if message.id
        and message.context is None
        and (forms(message.id)[0][-1] in marks or form[-1:] in marks)
        and forms(message.id)[0][-1] != form[-1:]
    ]
    assert wrong == []


@pytest.mark.parametrize(("language", "straight"), [("de", '"“'), ("uk", '"“”„')])
def test_quotation_marks_are_those_of_the_language(language, straight):
    """English marks in German would close where they should open; what is JSON keeps its own."""
    wrong = []
    for message in messages.read(language):
        for form in forms(message.string) if message.id else []:
            text = re.sub(r"<[^>]*>|\{\"[^}]*\}", "", form)
            if language == "de":
                text = re.sub(r"„[^„“]*“", "", text)
            if set(straight) & set(text):
                wrong.append(form)
    assert wrong == []


def test_templates_and_code_are_both_read():
    """What finds nothing would be in step with anything."""
    found = {place for message in WHOLE for place, _line in message.locations}
    assert {
        "articles/workflow.py",
        "templates/base.html",
        "templates/admin/articles/article/edit.html",
    } <= found
    assert ("date", "j F Y") in sentences(WHOLE)
    assert (None, "Bylines, in order") in sentences(WHOLE)  # in an include's argument
    assert (None, "%(counter)s finding") in sentences(WHOLE)


def test_what_readers_are_told_of_a_story_is_among_the_words_for_readers():
    kinds = [Article.Genre, Article.Label, Correction.Kind, TagKind]
    assert {str(label) for kind in kinds for label in kind.labels} - messages.READERS_ARE_TOLD == set()


def test_calls_are_found_whatever_stands_around_them_on_every_python():
    code = """
        _("plain " "and joined")
        f"{pgettext('hour', 'H:i')} o'clock"
        translation.ngettext("%d story", "%d stories", n) % n
        npgettext("of a house", "%d story", "%d stories", n)
        _(name), _(), group._("kept"), other("left out")
    """
    assert list(messages.sentences_of_code(textwrap.dedent(code))) == [
        ("plain and joined", None),
        ("H:i", "hour"),
        (("%d story", "%d stories"), None),
        (("%d story", "%d stories"), "of a house"),
        ("kept", None),
    ]
