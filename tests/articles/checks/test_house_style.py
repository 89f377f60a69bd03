"""Terms and wrong name forms: whole words, the longest form, shields, languages."""

import pytest

from articles.checks import house_style
from articles.checks.reading import Reading
from articles.models import NameForm, Tag, Term
from articles.naming import starter
from tests.articles.checks.desk import NOON, story
from tests.factories import make_tag

pytestmark = pytest.mark.django_db


def suggestions(one, *paragraphs, **content):
    """Return [(quote, suggestion)] of what ``one`` finds, from top to bottom."""
    found = sorted(one(Reading(story(*paragraphs, **content), NOON)), key=lambda finding: finding.start)
    return [(finding.quote, finding.suggestion) for finding in found]


def names(*paragraphs, **content):
    return suggestions(house_style.names, *paragraphs, **content)


def terms(*paragraphs, **content):
    return suggestions(house_style.terms, *paragraphs, **content)


@pytest.fixture
def sarn():
    """A town: printed Sarn, in German Sarnau; wrong Sarno; a dish and a stadium keep the old name."""
    tag = make_tag("Sarn", kind="place", wrong=["Sarno"])
    for kind, text, language in [
        ("printed", "Sarnau", "de"),
        ("search", "Chicken Sarno", ""),
        ("former", "Sarno-on-Sea", "en"),
        ("wrong", "Sarnow", "fr"),
    ]:
        NameForm.objects.create(tag=tag, kind=kind, text=text, language=language)
    return tag


def test_a_wrong_form_is_found_with_the_form_of_the_language(sarn):
    assert names("He left Sarno for Oss.") == [("Sarno", "Sarn")]
    assert names("Er ging nach Sarno.", language="de") == [("Sarno", "Sarnau")]
    assert names("Er ging nach Sarno.", language="de-CH") == [("Sarno", "Sarnau")]
    [found] = house_style.names(Reading(story("Rain.", "He left Sarno."), NOON))
    assert (found.code, found.severity, found.field, found.start, found.end) == (
        "name-form",
        "warn",
        "body",
        15,
        20,
    )
    assert found.message == "“Sarno” is a form of this name that we do not print; write “Sarn”."


def test_the_nearest_language_is_printed(sarn):
    NameForm.objects.create(tag=sarn, kind="printed", text="Särn", language="de-CH")
    NameForm.objects.create(tag=sarn, kind="printed", text="Sarn City", language="")
    assert names("Er ging nach Sarno.", language="de-CH") == [("Sarno", "Särn")]
    assert names("Il quitte Sarno.", language="fr") == [("Sarno", "Sarn City")]


def test_a_wrong_form_of_another_language_is_left_alone(sarn):
    assert names("Il quitte Sarnow.", language="fr") == [("Sarnow", "Sarn")]
    assert names("He left Sarnow.") == []


def test_only_whole_words_are_wrong(sarn):
    fine = "Sarnos, Sarnoan, Besarno, sarno, Sarno\u0301, @Sarno, #Sarno, www.Sarno.example and Sarn."
    assert names(fine) == []
    assert names("Sarno’s mayor, Sarno's port, Sarno-based (Sarno) “Sarno” Sarno.") == [("Sarno", "Sarn")] * 6


def test_capitals_of_a_dateline_are_read_too(sarn):
    assert names(datelines={"places": ["SARNO"], "date": None, "text": ""}) == [("SARNO", "SARN")]
    tag = make_tag("Ilse van Dorn", kind="person", wrong=["Ilse Van Dorn"])
    assert names("ILSE VAN DORN SPEAKS; Ilse Van Dorn spoke.") == [("Ilse Van Dorn", tag.name)]


def test_every_text_that_readers_see_is_read(sarn):
    fields = "kicker headline standfirst lead_caption lead_alt home_headline seo_title social_title social_text byline_note"
    links = [{"text": "Rain", "article": None, "url": ""}, {"text": "Sarno live", "article": None, "url": ""}]
    content = dict.fromkeys(fields.split(), "Sarno") | {"ticker_links": links}
    found = house_style.names(Reading(story("Sarno", **content), NOON))
    places = {(finding.field, finding.start) for finding in found}
    assert places == {(field, 0) for field in [*fields.split(), "body"]} | {("ticker_links", 5)}


def test_desk_notes_are_not_read(sarn):
    body = '<p>Rain.</p><aside data-block="note"><p>Sarno or Sarn?</p></aside><p>Sarno.</p>'
    [found] = house_style.names(Reading(story(body=body), NOON))
    assert (found.start, found.end) == (7, 12)


def test_a_longer_right_form_shields_what_it_holds(sarn):
    fine = ["They ate Chicken Sarno, chicken Sarno and more CHICKEN SARNO.", "Once Sarno-on-Sea."]
    assert names(*fine) == []
    make_tag("Sarno Arena", kind="place")
    assert names("They met in Sarno Arena.") == []
    assert names("They met in Sarno, at the Sarno Arena.") == [("Sarno", "Sarn")]


def test_what_another_tag_prints_is_right(sarn):
    assert names("The Sarno river") == [("Sarno", "Sarn")]
    river = make_tag("Sarno river", kind="place")
    NameForm.objects.create(tag=river, kind="printed", text="Sarno", language="en")
    assert names("The Sarno rose.") == []
    assert names("Der Sarno stieg.", language="de") == [("Sarno", "Sarnau")]


def test_a_search_form_that_equals_the_wrong_one_does_not_shield_it(sarn):
    NameForm.objects.create(tag=sarn, kind="search", text="Sarno", language="en")
    assert names("He left Sarno.") == [("Sarno", "Sarn")]


def test_the_longest_wrong_form_is_found_once():
    make_tag("Dana Maar", kind="person", wrong=["Danna Mahr", "Mahr", "Danna"])
    assert names("Danna Mahr spoke. Mahr left.") == [("Danna Mahr", "Dana Maar"), ("Mahr", "Maar")]


def test_a_surname_alone_is_mended_to_a_surname_but_a_place_to_its_whole_name():
    make_tag("Dana van Maar", kind="person", wrong=["van Mahr"])
    make_tag("Port Sarn", kind="place", wrong=["Sarno"])
    assert names("Ms van Mahr left Sarno.") == [("van Mahr", "van Maar"), ("Sarno", "Port Sarn")]


def test_a_merged_tag_suggests_the_name_it_was_merged_into(sarn):
    old = make_tag("Sarn-on-the-Hill", kind="place", wrong=["Sarnohill"])
    Tag.objects.filter(pk=old.pk).update(canonical=sarn)
    assert names("He left Sarnohill.") == [("Sarnohill", "Sarn")]


def test_spaces_dashes_and_apostrophes_match_their_like():
    make_tag("Saint-Ouvre’s Bay", kind="place", wrong=["Saint-Ouvre's Bey"])
    expected = [("Saint‑Ouvre’s\u00a0Bey", "Saint-Ouvre’s Bay"), ("Saint-Ouvre's Bey", "Saint-Ouvre’s Bay")]
    assert names("Saint‑Ouvre’s\u00a0Bey and Saint-Ouvre's Bey") == expected


def test_other_scripts_have_whole_words_too():
    make_tag("Сарн", kind="place", wrong=["Сарно", "سارنو"])
    assert names("Сарнове, Сарно, сарно", language="uk") == [("Сарно", "Сарн")]
    assert names("سارنوي وسارنو سارنو سارنوُ", language="ar") == [("سارنو", "Сарн")]


def test_nothing_is_asked_of_the_database_twice(sarn, django_assert_num_queries):
    with django_assert_num_queries(1):
        names("It rained.")
    text = ["He left Sarno."]
    with django_assert_num_queries(5):
        names(*text)
    for number in range(20):
        make_tag(f"Town {number}", kind="place", wrong=[f"Towno {number}"])
    with django_assert_num_queries(5):
        assert len(names(*text, *(f"Towno {number} is wet." for number in range(20)))) == 21


# The starter list


def test_the_starter_list_flags_what_newsrooms_get_wrong():
    assert starter.load_names() == Tag.objects.count() == 61
    text = (
        "Kiev's mayor, Kiev’s trams, Donbass, Dmitry Kuleba, Volodymyr Zhelensky, President Zelenskyy, Kharkov, "
        "the Ursula Von der Leyen plan, Tayip Erdogan, E.on, Lloyds of London, KIEV"
    )
    assert names(text) == [
        ("Kiev", "Kyiv"),
        ("Kiev", "Kyiv"),
        ("Donbass", "Donbas"),
        ("Dmitry Kuleba", "Dmytro Kuleba"),
        ("Volodymyr Zhelensky", "Volodymyr Zelensky"),
        ("Zelenskyy", "Zelensky"),
        ("Kharkov", "Kharkiv"),
        ("Ursula Von der Leyen", "Ursula von der Leyen"),
        ("Tayip Erdogan", "Tayyip Erdogan"),
        ("E.on", "E.ON"),
        ("Lloyds of London", "Lloyd’s of London"),
        ("KIEV", "KYIV"),
    ]


def test_the_starter_list_leaves_right_names_alone():
    starter.load_names()
    right = [
        "Kyiv, Donbas, Dmytro Kuleba, Volodymyr Zelensky, Dmitry Peskov, Sergei Lavrov, Sergey Lavrov, Kuleba, Dmitry, Dmitri,",
        "Kievan Rus, Chicken Kiev, the Great Gate of Kiev, Donbass Arena, Odessa, Texas, the Battle of Kharkov, Prince Lvov,",
        "Crimea, Moscow, Vladimir Putin, Alexander Lukashenko, Olena Zelenska, E.ON, Turkey, URSULA VON DER LEYEN, J.K. Rowling",
    ]
    assert names(*right) == []
    assert names("Kiew, Donbass, Odessa, Wolodymyr Selenskyj, Charkiw, Peking", language="de") == []
    assert names("Kiev, Donbass, Odessa, Volodymyr Zelensky, Vladimir Poutine", language="fr") == []
    assert names("Київ, Києва, Донбас, Донбасу, Володимир Зеленський, Дмитро Кулеба", language="uk") == []


def test_no_form_of_the_starter_list_is_wrong_and_right_in_one_language():
    starter.load_names()
    wrong = NameForm.objects.filter(kind="wrong").select_related("tag")
    for language in ("en", "de", "fr", "es", "uk"):
        forms = NameForm.objects.filter(language__in=["", language])
        right = set(forms.exclude(kind="wrong").values_list("text", flat=True))
        assert [form.text for form in wrong.filter(language__in=["", language]) if form.text in right] == []
        for tag in Tag.objects.all():
            printed = forms.filter(tag=tag, kind="printed").order_by("-language").first()
            assert names(printed.text if printed else tag.name, language=language) == []


def test_loading_the_starter_list_again_changes_nothing_that_staff_changed():
    starter.load_names()
    kyiv = Tag.objects.get(name="Kyiv")
    kyiv.forms.filter(text="Kiev").delete()
    Tag.objects.filter(name="E.ON").update(name="E.ON SE", kind="topic")
    Tag.objects.filter(name="Volkswagen").update(name="VW Group", slug="vw-group")
    NameForm.objects.create(tag=Tag.objects.get(name="VW Group"), kind="search", text="Volkswagen")
    forms = list(NameForm.objects.order_by("pk").values_list("pk", "text", "kind"))
    assert starter.load_names() == 0
    assert list(NameForm.objects.order_by("pk").values_list("pk", "text", "kind")) == forms
    assert not Tag.objects.filter(name__in=["E.ON", "Volkswagen"]).exists()


def test_a_name_that_the_newsroom_has_already_is_left_as_it_is():
    make_tag("Kyiv", kind="topic")
    assert starter.load_names() == 60
    assert [(tag.kind, tag.forms.count()) for tag in Tag.objects.filter(name="Kyiv")] == [("topic", 0)]


# Terms


def test_a_term_in_small_letters_matches_any_case_and_the_right_form_follows():
    Term.objects.create(wrong="adviser", right="advisor", note="US spelling")
    text = "An adviser, ADVISERS, the Adviser and the ADVISER; advisership, advisory."
    assert terms(text) == [("adviser", "advisor"), ("Adviser", "Advisor"), ("ADVISER", "ADVISOR")]
    [found] = house_style.terms(Reading(story("The adviser left."), NOON))
    assert (found.code, found.severity, found.start, found.end) == ("term", "warn", 4, 11)
    assert found.message == "We write “advisor”, not “adviser”: US spelling."


def test_a_term_with_capitals_matches_as_it_is_written():
    Term.objects.create(wrong="Internet", right="internet")
    assert terms("The Internet and the internet, INTERNET.") == [("Internet", "internet")]
    assert terms("Internet use rose. Internet use fell. “Internet” it is.") == []


def test_a_right_form_of_its_own_shields_a_term():
    Term.objects.create(wrong="committed suicide", right="died by suicide", severity="info")
    Term.objects.create(wrong="Alps", right="Sarn Alps")
    assert terms("The Sarn Alps and the Alps.") == [("Alps", "Sarn Alps")]
    [found] = house_style.terms(Reading(story("He committed\nsuicide."), NOON))
    assert (found.severity, found.suggestion) == ("info", "died by suicide")


def test_a_term_without_a_right_form_asks_for_other_words():
    Term.objects.create(wrong="going forward", right="")
    [found] = house_style.terms(Reading(story("Going forward, it rains."), NOON))
    assert (found.quote, found.suggestion) == ("Going forward", "")
    assert found.message == "We do not write “Going forward”; word it otherwise."


def test_terms_of_other_languages_and_those_switched_off_are_left_alone():
    Term.objects.create(wrong="handy", right="Mobiltelefon", language="de")
    Term.objects.create(wrong="rain", right="drizzle", active=False)
    assert terms("A handy rain.") == []
    assert terms("Ein Handy.", language="de") == [("Handy", "Mobiltelefon")]


def test_a_sign_can_be_a_term():
    Term.objects.create(wrong="%", right="per cent", language="en")
    assert terms("A rise of 5%.") == [("%", "per cent")]
