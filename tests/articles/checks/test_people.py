"""One person under two titles, and surnames close to those of people we know."""

import pytest

from articles.checks import people
from articles.checks.reading import Reading
from articles.models import NameForm, Tag
from tests.articles.checks.desk import NOON, quotes, story
from tests.factories import make_tag

# Titles

TWO_TITLES = [
    (
        "en",
        "Foreign Minister Dana Maar spoke. Finance Minister Dana Maar left.",
        "Finance Minister Dana Maar",
    ),
    ("en", "President Dana Maar spoke. Oss heard Vice President Dana Maar.", "Vice President Dana Maar"),
    ("en", "Olga Breda spoke. Ms Breda is 61. Mr Breda left.", "Mr Breda"),
    ("en", "Olga Breda spoke. Mrs Breda’s car was Mr Breda’s.", "Mr Breda’s"),
    ("de", "Kanzlerin Dana Maar sprach. Präsidentin Dana Maar ging.", "Präsidentin Dana Maar"),
    ("de", "Olga Breda sprach. Frau Breda ging. Herr Breda blieb.", "Herr Breda"),
    ("uk", "Мер Дана Маар виступила. Губернаторка Дана Маар пішла.", "Губернаторка Дана Маар"),
    ("uk", "Президент Веллану Остап Кравчук говорив. Це рішення канцлера Остапа Кравчука.", "канцлера Остапа Кравчука"),
    ("uk", "Міністр оборони Андрій Ковальський прибув. Преса чекала на міністра фінансів Андрія Ковальського.", "міністра фінансів Андрія Ковальського"),
    ("uk", "Прем’єр-міністр Марко Вельський прибув. З послом Великої Веллани Марком Вельським говорили.", "послом Великої Веллани Марком Вельським"),
    ("uk", "Міністерка юстиції Ірина Дубок прибула. Потім заступниця міністра юстиції Ірина Дубок пішла.", "заступниця міністра юстиції Ірина Дубок"),
    ("uk", "Прибула Ольга Бреда. Пані Бреда говорила. Пан Бреда мовчав.", "Пан Бреда"),
]  # fmt: skip


@pytest.mark.parametrize(("language", "text", "words"), TWO_TITLES)
def test_a_person_with_two_titles_is_found(language, text, words):
    assert quotes(people.titles, text, language=language) == [words]


def test_the_second_title_is_marked_once():
    text = "Mayor Dana Maar spoke. Governor Dana Maar left. Governor Dana Maar is back."
    [finding] = people.titles(Reading(story(text), NOON))
    assert (finding.code, finding.severity, finding.start, finding.end) == ("two-titles", "warn", 23, 41)
    assert finding.message == "Dana Maar is “Mayor” before and “Governor” here; find out which is right."


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "Governor Dana Maar spoke. Ms Maar left. Governor Maar is back, Dr Maar too."),
        ("en", "Foreign Minister Dana Maar spoke. Minister Dana Maar left. President Ilja Odry stayed."),
        ("en", "Foreign Minister Dana Maar spoke. She was then-Finance Minister Dana Maar, or former Mayor Dana Maar."),
        ("en", "Mayor Dana Maar was elected. Governor Dana Maar begins in May."),
        ("en", "Mayor Dana Maar spoke. “We want Governor Dana Maar,” they sang."),
        ("en", "Olga Breda and Pal Breda spoke. Ms Breda left. Mr Breda stayed."),
        ("en", "Olga Breda spoke. Ms Breda left; her husband, Mr Breda, stayed."),
        ("en", "Ms Breda left. Mr Breda stayed."),
        ("en", "Olga Breda spoke. Mr Breda Sandau met Ms Breda and Mrs Breda."),
        ("de", "Außenministerin Dana Maar sprach. Ministerin Dana Maar ging. Frau Maar blieb."),
        ("de", "Bürgermeisterin Dana Maar wird zur Ministerin ernannt. Ministerin Dana Maar dankte."),
        ("uk", "Президент Остап Кравчук прибув. Рішення президента України Остапа Кравчука оскаржили. Президентом Остапом Кравчуком пишаються."),
        ("uk", "Міністр закордонних справ Андрій Ковальський прибув. З міністром Андрієм Ковальським говорили. Пан Ковальський мовчав."),
        ("uk", "Прем’єр Марко Вельський прибув. Прем’єр-міністра Марка Вельського чекали."),
        ("uk", "Мерка Дана Маар прибула. Мер міста Дана Маар говорила. Губернатор Остап Кравчук теж."),
        ("uk", "Міністр Андрій Ковальський — генерал. Генерал Андрій Ковальський, професор Андрій Ковальський і депутат Андрій Ковальський."),
        ("uk", "Голова комітету Ірина Дубок прибула. Міністерка Ірина Дубок говорила. Голова фракції Ірина Дубок теж."),
        ("uk", "Мер Дана Маар прибула. Колишня губернаторка Дана Маар говорила. Губернаторка Дана Маар теж."),
        ("uk", "Мер Дана Маар прибула. Дану Маар призначено. Міністерка Дана Маар дякувала."),
        ("uk", "Мер Дана Маар прибула. «Хочемо губернаторку Дану Маар», — співали вони."),
        ("uk", "Мер подякував Ірині Дубок. Губернатор подякував Ірині Дубок. Мер і посол Ірина Дубок."),
        ("uk", "Прибули Ольга Бреда й Павло Бреда. Пані Бреда говорила. Пан Бреда мовчав."),
        ("uk", "Прибула Ольга Бреда. Пані Бреда говорила; її чоловік, пан Бреда, мовчав."),
        ("uk", "Прибула Ольга Бреда. Пан Бреда Санд і пані Бреда та пан Марко."),
        ("fr", "Le président Dana Maar. Le maire Dana Maar."),
    ],
)  # fmt: skip
def test_titles_that_go_together_are_left_alone(language, text):
    assert quotes(people.titles, text, language=language) == []


# Surnames

pytestmark = pytest.mark.django_db


@pytest.fixture
def known():
    make_tag("Dana Vermaar", kind="person", wrong=["Dana Wermaar", "Dana Vermahr"])
    make_tag("Ilse van Dorn", kind="person")
    make_tag("Vola Zelen", kind="person")
    make_tag("Oss Harbour", kind="place")
    tag = make_tag("Олена Кулеба", kind="person")
    NameForm.objects.create(tag=tag, kind="printed", text="Olena Kuleba", language="en")
    NameForm.objects.create(tag=tag, kind="search", text="Olena Kouleba", language="")


NEAR = [
    ("en", "Then Dana Vermar spoke.", "Dana Vermar", "Dana Vermaar"),
    ("en", "Dana Vermara’s car", "Dana Vermara", "Dana Vermaar"),
    ("en", "Dana Vremaar's car", "Dana Vremaar", "Dana Vermaar"),
    ("en", "It was Ilse van Dorm who left.", "Ilse van Dorm", "Ilse van Dorn"),
    ("en", "Olena Kulebba spoke.", "Olena Kulebba", "Olena Kuleba"),
    ("uk", "Це Олена Куліба.", "Олена Куліба", "Олена Кулеба"),
]


@pytest.mark.parametrize(("language", "text", "written", "right"), NEAR)
def test_a_surname_close_to_that_of_a_known_person_is_found(known, language, text, written, right):
    [finding] = people.near_names(Reading(story(text, language=language), NOON))
    assert (finding.code, finding.severity, finding.quote, finding.suggestion) == (
        "near-name",
        "warn",
        written,
        right,
    )
    assert finding.message == f"We know “{right}”; check whether “{written}” is somebody else or misspelt."


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "Dana Vermaar, Dana Vermaar’s car, the Dana Vermaars, Dana Vermaar-Odry, DANA VERMAR, Dana, Vermar."),
        ("en", "Dana Wermaar and Dana Vermahr."),  # wrong forms have a check of their own
        ("en", "Anna Vermar, Dana Vermont, Dana Bermaar, Vola Zele, Vola Zela, Oss Harbor, Olena Kouleba."),
        ("en", "Ilse Van Dorn, Ilse van Dorn's."),
        ("de", "Dana Vermaars Auto. Olena Kulebas Rede."),
        ("uk", "Олену Кулебу бачили. Олени Кулеби немає. Олена Кулебою."),
    ],
)  # fmt: skip
def test_other_people_endings_and_known_forms_are_left_alone(known, language, text):
    if "Vola Zela" in text:
        make_tag("Vola Zela", kind="person")
        make_tag("Vola Zele", kind="person")
    assert quotes(people.near_names, text, language=language) == []


def test_a_name_that_was_merged_away_is_not_suggested(known):
    old = make_tag("Dana Mirnov", kind="person")
    Tag.objects.filter(pk=old.pk).update(merged_into=Tag.objects.get(name="Dana Vermaar"))
    assert quotes(people.near_names, "Dana Mirnow and Dana Mirnov spoke.") == []


def test_all_people_of_a_story_are_asked_for_in_two_queries(known, django_assert_num_queries):
    with django_assert_num_queries(0):
        quotes(people.near_names, "It rained.")
    with django_assert_num_queries(2):
        assert (
            quotes(people.near_names, *["Dana Vermar met Vola Zelenn in New Oss."] * 20)
            == [
                "Dana Vermar",
                "Vola Zelenn",
            ]
            * 20
        )


@pytest.mark.parametrize(
    ("one", "other", "most", "letters"),
    [
        ("maar", "maar", 1, 0), ("maar", "mar", 1, 1), ("maar", "mara", 1, 1), ("maar", "mahr", 1, 1),
        ("maar", "moor", 2, 2), ("maar", "moor", 1, 2), ("maar", "maarenko", 2, 3), ("", "a", 1, 1),
    ],
)  # fmt: skip
def test_the_distance_of_words_is_counted_in_letters(one, other, most, letters):
    assert people.distance(one, other, most) == people.distance(other, one, most) == letters
