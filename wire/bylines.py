"""Byline lines of agency copy: "By Ana Petrenko, Harbour News", in the languages desks receive."""

import re
from dataclasses import dataclass

#: Words that open a byline line (English, German, French, Spanish and Portuguese, Italian, Dutch, Ukrainian, Arabic).
OPENINGS = re.compile(
    r"(?P<bare>by|von|par|por|di|door|від|بقلم)\s+"
    r"|(?:by|von|par|por|text|texte|texto|autor|autorin|autora|auteur|autrice|author|reported by"
    r"|автор|авторка|автори|текст|بقلم|كتب|كتبت)\s*:\s*",
    re.IGNORECASE,
)
PARTICLES = {
    "al",
    "bin",
    "da",
    "de",
    "del",
    "della",
    "den",
    "der",
    "di",
    "do",
    "dos",
    "du",
    "el",
    "ibn",
    "la",
    "le",
    "ten",
    "ter",
    "van",
    "von",
    "zu",
}
#: Words of which one is in most names of agencies and none in names of people.
HOUSES = re.compile(
    r"\b(?:news|press|presse|agency|agentur|agence|agencia|agenzia|media|times|post|wire|service|"
    r"агентство|агенція|новини|وكالة)\b",
    re.IGNORECASE,
)
AND = re.compile(r"\s+(?:and|und|et|y|e|en|та|і|й|&)\s+", re.IGNORECASE)
PLACE = re.compile(r"\s+(?:in|à|en|у|в)\s+(?P<place>[^,;]+)$")
AFFILIATION = re.compile(r"\s*\((?P<house>[^()]{2,40})\)$")
WORD = re.compile(r"[^\W\d_](?:[^\W\d_]|['’ʼ.-])*\Z")
LONGEST = 120


@dataclass(frozen=True, slots=True)
class Signature:
    """One person of a byline line: name and affiliation as printed, place if "in Kyiv" was said."""

    name: str
    affiliation: str = ""
    place: str = ""


def is_byline(line: str) -> bool:
    """Say whether the whole line only says who wrote."""
    return bool(signatures(line))


def signatures(line: str) -> list[Signature]:
    """Return the people a byline line names, in order; [] if the line is none."""
    line = line.strip()
    opening = OPENINGS.match(line) if len(line) <= LONGEST else None
    if not opening:
        return []
    names = line[opening.end() :]
    names, place = cut(PLACE, names, "place")
    names, house = cut(AFFILIATION, names, "house")
    people = [part.strip() for piece in names.split(",") for part in AND.split(piece)]
    if len(people) > 1 and is_house(people[-1]):
        house = house or people.pop()
    shortest = 2 if opening["bare"] else 1
    if place and not is_name(place, 1) or not all(is_name(person, shortest) for person in people):
        return []
    return [Signature(person, house, place) for person in people]


def cut(pattern, text, group):
    """Return (text without what the pattern finds at its end, the group of what it found or "")."""
    match = pattern.search(text)
    return (text[: match.start()], match[group].strip()) if match else (text, "")


def is_house(name):
    """Say whether a name is an agency's: "Harbour News Agency", "dpa", "AFP"."""
    return bool(HOUSES.search(name)) or (" " not in name and (name.isupper() or name.islower()))


def is_name(name, shortest):
    """Say whether the words read as a person's name: ``shortest`` to five words, capitals where the script has them."""
    words = name.split()
    if not shortest <= len(words) <= 5 or words[0][0].islower() or words[-1] in PARTICLES:
        return False
    if name.endswith(".") and len(words[-1].rstrip(".")) > 2:
        return False
    return all(WORD.match(word) and (not word[0].islower() or is_particle(word)) for word in words)


def is_particle(word):
    """Say whether a word is written small within names ("van", "d'Arcy", "al-Masri")."""
    return word in PARTICLES or re.match(r"(?:al|el|d|l)['’-]\w", word) is not None
