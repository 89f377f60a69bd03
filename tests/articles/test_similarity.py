"""Names that may be one: each way, what is none, and duplicates planted in eight ways among twenty thousand tags."""

import os
import random
import time
from datetime import date

import pytest

from articles.models import Tag, TagPair
from articles.naming import similarity
from articles.naming.hygiene import find_pairs, open_pairs, settle
from tests.factories import make_tag, make_user

ALIKE = [
    ("Harbour Bridge", "Harbour bridge", "case"),
    ("Côte d'Azur", "Cote d'Azur", "accents"),
    ("Zürich", "Zurich", "accents"),
    ("Nord Stream", "Nordstream", "spacing"),
    ("Coca-Cola", "Coca Cola", "spacing"),
    ("Crimea", "Сrimеа", "letters"),  # three of them Cyrillic
    ("Marrow", "Marr0w", "letters"),
    ("Petrenko, Ana", "Ana Petrenko", "order"),
    ("Election", "Elections", "plural"),
    ("Ferry", "Ferries", "plural"),
    ("Шевченко", "Shevchenko", "script"),
    ("Харків", "Kharkiv", "script"),
    ("Müller", "Mueller", "script"),
    ("Zelensky", "Zelenskyy", "script"),
    ("Volodymyr Petrenko", "Volodimir Petrenko", "script"),
    ("Parliament", "Parliment", "typing"),
    ("Government", "Goverment", "typing"),
    ("Causeway", "Cuaseway", "typing"),
]
TWO = [
    ("Olympics 2012", "Olympics 2016"),
    ("G7", "G20"),
    ("Iran", "Iraq"),
    ("Austria", "Australia"),
    ("Mali", "Bali"),
    ("Article 5", "Article 6"),
]
TWO_PEOPLE = [
    ("Ivan Petrov", "Ivana Petrova"),
    ("Anton Petrov", "Anton Petrova"),
    ("Jane Nolan", "Jane Dolan"),
]


@pytest.mark.parametrize(("one", "other", "way"), ALIKE)
def test_names_are_alike_in_a_way_that_is_told(one, other, way):
    assert similarity.way(one, other) == similarity.way(other, one) == way
    assert list(similarity.pairs([(1, one, "topic"), (2, other, "topic")])) == [(1, 2, way)]


@pytest.mark.parametrize(("one", "other"), TWO)
def test_two_names_stay_two(one, other):
    assert similarity.way(one, other) == ""
    assert list(similarity.pairs([(1, one, "topic"), (2, other, "topic")])) == []


@pytest.mark.parametrize(("one", "other"), TWO_PEOPLE)
def test_people_with_names_nearly_alike_are_two(one, other):
    assert similarity.way(one, other, person=True) == ""


def test_many_names_are_looked_for_at_once_as_each_alone():
    known = [(pk, pair[1]) for pk, pair in enumerate(ALIKE + TWO + TWO_PEOPLE)]
    names = [pair[0] for pair in ALIKE + TWO + TWO_PEOPLE]
    alone = {name: [pk for pk, _way in similarity.look_alikes(name, known)] for name in names}
    assert similarity.find_look_alikes(names, known) == alone
    assert sum(map(bool, alone.values())) >= 12


def test_a_person_and_a_place_of_one_name_are_two_and_a_topic_may_be_either():
    assert list(similarity.pairs([(1, "Marrow", "person"), (2, "Marrow", "place")])) == []
    assert list(similarity.pairs([(1, "Marrow", "topic"), (2, "Marrow", "place")])) == [(1, 2, "case")]


# Twenty thousand tags, among them duplicates planted in eight ways. Nothing can be tuned to the seeds: they are drawn from
# the day, or from what DUPLICATE_SEED says. A seed that fails is printed, and can be asked for again.

SEED = int(os.environ.get("DUPLICATE_SEED", date.today().toordinal()))
SEEDS = [SEED * 1000 + number for number in range(5)]
SYLLABLES = "ba be bo bra cer da del dor el fen fir gan gor hal han hes il jor kar kel kor lan len lor mar mel mon nal ner nor ol par per pol ran rel ros sal sel sta tan tel tor ul val var vel vor wen wil zan zel zor".split()  # fmt: skip
CYRILLIC = dict(zip("abvhdezyklmnoprstuf", "абвгдезиклмнопрстуф", strict=True))
ACCENTS = dict(zip("aeioucnszl", "áéíöüçñšžł", strict=True))
HOMOGLYPHS = dict(zip("aeopcyx", "аеорсух", strict=True))
KINDS = ["topic", "person", "place", "organisation", "event"]


def invented(rng, words):
    """A name of so many words; one word alone is long, for short ones are few and near each other in any language."""
    shortest = 4 if words == 1 else 2
    return " ".join(
        "".join(rng.choices(SYLLABLES, k=rng.randint(shortest, 4))).capitalize() for _ in range(words)
    )


def replaced(rng, name, table):
    """``name`` with one or two of its letters as ``table`` has them; None where it has none of them."""
    places = [at for at, letter in enumerate(name) if letter in table]
    if not places:
        return None
    for at in rng.sample(places, min(2, len(places))):
        name = name[:at] + table[name[at]] + name[at + 1 :]
    return name


def in_cyrillic(rng, name):
    small = name.lower()
    if any(letter not in CYRILLIC and letter != " " for letter in small):
        return None
    return "".join(CYRILLIC.get(letter, letter) for letter in small).title()


def misspelt(rng, name):
    at = rng.randrange(1, len(name) - 1)
    if " " in name[at - 1 : at + 2]:
        return None
    return rng.choice([name[:at] + name[at + 1 :], name[:at] + rng.choice("aeiklmnorst") + name[at:],
                       name[:at] + name[at + 1] + name[at] + name[at + 2 :]])  # fmt: skip


def reordered(rng, name):
    first, _, rest = name.partition(" ")
    return f"{rest}, {first}" if rest else None


PLANTED = {
    "case": lambda rng, name: rng.choice([name.upper(), name.lower()]),
    "accents": lambda rng, name: replaced(rng, name, ACCENTS),
    "spacing": lambda rng, name: name.replace(" ", rng.choice(["-", "", "  "])) if " " in name else None,
    "letters": lambda rng, name: replaced(rng, name, HOMOGLYPHS),
    "script": in_cyrillic,
    "order": reordered,
    "plural": lambda rng, name: name + "s",
    "typing": misspelt,
}


def planted(seed, size=20_000, each=50):
    """Return (rows of (id, name, kind), {(id, id): way}) of ``size`` tags, ``each`` duplicates planted in every way."""
    rng = random.Random(seed)
    names = {}
    while len(names) < size - each * len(PLANTED):
        names.setdefault(invented(rng, rng.choice([1, 2, 2, 3])), rng.choice(KINDS))
    rows = [(pk, name, kind) for pk, (name, kind) in enumerate(names.items(), 1)]
    originals, pairs = iter(rng.sample(rows, len(rows))), {}
    for way, plant in PLANTED.items():
        done = 0
        while done < each:
            pk, name, kind = next(originals)
            other = None if way == "plural" and kind == "person" else plant(rng, name)
            if other and other != name and other not in names:
                rows.append((len(rows) + 1, other, kind))
                pairs[pk, len(rows)] = way
                done += 1
    return rows, pairs


def judged(rows, pairs):
    """Return the share of planted pairs that were found, by way and in all, and of found pairs that were not planted."""
    found = {(one, other) for one, other, _way in similarity.pairs(rows)}
    missed = pairs.keys() - found
    by_way = {
        way: 1 - sum(pairs[pair] == way for pair in missed) / (len(pairs) / len(PLANTED)) for way in PLANTED
    }
    return by_way, 1 - len(missed) / len(pairs), len(found - pairs.keys()) / max(1, len(found))


@pytest.mark.parametrize(
    "seed", [SEEDS[0], *(pytest.param(seed, marks=pytest.mark.slow) for seed in SEEDS[1:])]
)
def test_planted_duplicates_are_found_in_each_of_eight_ways_and_little_else(seed):
    by_way, found, false = judged(*planted(seed))
    ways = ", ".join(f"{way} {share:.0%}" for way, share in by_way.items())
    print(f"\nseed {seed}: found {found:.1%}, false {false:.1%}; {ways}")
    assert found >= 0.95
    assert false <= 0.05
    assert min(by_way.values()) >= 0.9


@pytest.mark.django_db
def test_the_worker_lists_pairs_once_and_what_was_settled_stays_settled():
    one, other = make_tag("Harbour bridge"), make_tag("Harbor bridge")
    make_tag("Trams")
    assert find_pairs() == 1
    assert [(pair.first, pair.second, pair.ways) for pair in open_pairs()] == [(one, other, "typing")]
    settle(open_pairs()[0], by=make_user("tom", "tag desk"))
    assert find_pairs() == 0
    assert list(open_pairs()) == []
    assert TagPair.objects.get().settled_by.username == "tom"


@pytest.mark.django_db
def test_twenty_thousand_tags_are_looked_through_within_ten_seconds():
    rows, pairs = planted(SEEDS[0])
    Tag.objects.bulk_create(
        Tag(pk=pk, name=name, kind=kind, slug=f"t{pk}", canonical_id=pk) for pk, name, kind in rows
    )
    began = time.process_time()
    count = find_pairs()
    taken = time.process_time() - began
    print(f"\n{count} pairs in {taken:.1f} s")
    assert count >= len(pairs) * 0.95
    assert taken < 10
