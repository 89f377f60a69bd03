"""
When two names may be one: written in another case, with other accents, in another script, misspelt, or made to look alike.

One truth for the likely duplicates of the tag desk and for the look at a new name. In doubt two names are two: numbers
tell them apart, and so do the first letters of people's names and the endings that surnames have for women and men.
"""

import re
from collections import defaultdict
from itertools import combinations

from django.utils.translation import gettext_lazy as _

from articles.slugs import fold, plain_words

WAYS = {
    "case": _("small and capital letters"),
    "accents": _("accents"),
    "spacing": _("spaces and hyphens"),
    "letters": _("letters that look alike"),
    "script": _("another script or transliteration"),
    "order": _("order of the words"),
    "plural": _("singular and plural"),
    "typing": _("a letter more, less or other"),
}
SHORTEST = 4  # letters of a name that is alike in some way; shorter ones are too often another
# Letters of a name in which one is missing, doubled or swapped, and in which one is another.
SLIPPED, MISTYPED = 6, 8
MOST_OF_ONE = 20  # names that share a key: more of them are a pattern, not a mistake

# Letters of other alphabets, and digits, that look like Latin ones; small and capital ones differ in this.
_LOOKS = str.maketrans("АВЕКМНОРСТХІЈЅаеорсухіјѕΑΒΕΖΗΙΚΜΝΟΡΤΥΧο0", "ABEKMHOPCTXIJSaeopcyxijsABEZHIKMNOPTYXoo")
_BARS = str.maketrans("1|", "ll")
# What romanisations write differently, in this order, after plain_words.
_SOUNDS = [
    (r"shch|sch|sh|szcz|sz", "s"), (r"tsch|tch|cz|ch", "c"), (r"zh", "z"), (r"kh|gh", "h"), (r"ph", "f"), (r"tz|ts", "c"),
    (r"ck", "k"), (r"x", "ks"), (r"w", "v"), (r"g", "h"), (r"[yj]", "i"), (r"ou", "u"), (r"([aou])e", r"\1"),
    (r"i+(?=[aeou])", ""), (r"(.)\1+", r"\1"),
]  # fmt: skip
# Letters that are written for each other: vowels, what sounds alike, and neighbours on a keyboard.
_CONFUSED = [
    *map(set, combinations("aeiouy", 2)),
    *map(set, "bp dt gk ck cs sz fv vw mn lr gh".split()),
    *(
        set(pair)
        for row in ("qwertyuiop", "asdfghjkl", "zxcvbnm")
        for pair in zip(row, row[1:], strict=False)
    ),
]
_PLURALS = [re.compile(r"(?<=\w{3})(?:ies|es|s)$"), re.compile(r"(?<=\w{3})(?:en|n|i|y)$")]


def _letters(name):
    return re.sub(r"[\W_]+", "", fold(name))


def _looks(name):
    return fold(re.sub(r"[\W_]+", "", name.translate(_LOOKS))).translate(_BARS)


def _sound(word):
    for pattern, sound in _SOUNDS:
        word = re.sub(pattern, sound, word)
    return word


def _sounds(name):
    return [_sound(word) for word in plain_words(name).split()]


def _stems(name):
    return " ".join(_PLURALS[1].sub("", _PLURALS[0].sub("", word)) for word in plain_words(name).split())


def _words(name):
    return " ".join(sorted(re.findall(r"\w+", fold(name))))


# In the order in which they are told: what is alike by an earlier one need not be asked the later ones.
KEYS = {
    "case": str.casefold,
    "accents": fold,
    "spacing": _letters,
    "letters": _looks,
    "order": _words,
    "script": lambda name: " ".join(_sounds(name)),
    "plural": _stems,
}


def way(one, other, *, person=False):
    """Return the code in WAYS by which two different texts may be one name, "" where they are two names."""
    if re.findall(r"\d+", one.translate(_BARS)) != re.findall(r"\d+", other.translate(_BARS)):
        if _looks(one) != _looks(other):
            return ""
    for code, key in KEYS.items():
        mine = key(one)
        if code == "plural" and person:
            continue
        if len(mine) >= (2 if code in {"case", "accents"} else SHORTEST) and mine == key(other):
            return code
    return "typing" if _is_slip(plain_words(one), plain_words(other), person) else ""


def _is_slip(one, other, person):
    """Whether one letter too many, too few, other or two swapped make ``other`` of ``one``."""
    if one == other or min(len(one), len(other)) < SLIPPED or abs(len(one) - len(other)) > 1:
        return False
    start = next(
        (at for at, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other))
    )
    mine, theirs = one[start:], other[start:]
    slip = mine[1:] == theirs or mine == theirs[1:]
    slip = slip or (len(one) >= MISTYPED and mine[1:] == theirs[1:] and {mine[0], theirs[0]} in _CONFUSED)
    slip = slip or (mine[:2] == theirs[:2][::-1] and mine[2:] == theirs[2:])
    if not slip or re.search(r"\d", mine[:2] + theirs[:2]):
        return False
    return not person or not _is_other_person(one, other, start)


def _is_other_person(one, other, start):
    """Names of people that begin otherwise are other people's, and so are Petrov and Petrova."""
    begins = start == 0 or one[start - 1] == " "
    longer, shorter = sorted([one, other], key=len, reverse=True)
    return begins or (len(longer) > len(shorter) and longer == f"{shorter}a")


def pairs(named):
    """
    Yield (id, id, way) of names that may be one, each pair once, the smaller id first.

    named: (id, name, kind) tuples. Names of two kinds are two things, unless one of them is a topic or nobody said
    what it is.
    Takes time in proportion to the number of names: only those that share a key are compared.
    """
    rows = list(named)
    buckets = defaultdict(list)
    for place, (_pk, name, _kind) in enumerate(rows):
        for key in _shared_keys(name):
            buckets[key].append(place)
    seen = set()
    for bucket in buckets.values():
        if len(bucket) < 2 or len(bucket) > MOST_OF_ONE:
            continue
        for couple in combinations(bucket, 2):
            if couple in seen:
                continue
            seen.add(couple)
            (pk, name, kind), (other_pk, other, other_kind) = (rows[place] for place in couple)
            if kind != other_kind and not {"topic", ""} & {kind, other_kind}:
                continue
            if found := (
                "case" if name == other else way(name, other, person="person" in {kind, other_kind})
            ):
                yield min(pk, other_pk), max(pk, other_pk), found


def _shared_keys(name):
    """Return the keys of which two names that are alike in some way share one."""
    keys = {key(name) for code, key in KEYS.items() if code not in {"case", "accents"}}
    whole = plain_words(name)
    if len(whole) >= SLIPPED:
        keys |= {f"\0{whole[:at]}{whole[at + 1 :]}" for at in range(len(whole))}
        keys.add(f"\0{whole}")
    return keys - {""}


def look_alikes(name, known, *, person=True):
    """Return those of ``known``, (thing, name) pairs, whose name may be the same as ``name``, as (thing, way)."""
    return [(thing, "case" if name == other else found) for thing, other in known
            if name == other or (found := way(name, other, person=person))]  # fmt: skip


def find_look_alikes(names, known):
    """
    Return {name: those of ``known``, (thing, name) pairs, whose name may be the same} of ``names``, people's.

    Takes time in proportion to both, not to their product: only names that share a key are compared.
    """
    buckets = defaultdict(dict)
    for pair in known:
        for key in _shared_keys(pair[1]):
            buckets[key][pair] = None
    shared = {
        name: {pair: None for key in _shared_keys(name) for pair in buckets.get(key, ())} for name in names
    }
    return {name: [thing for thing, _way in look_alikes(name, pairs)] for name, pairs in shared.items()}
