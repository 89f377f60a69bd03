"""People: one person under two titles, and surnames that are nearly, but not quite, those of somebody we know."""

import re
from collections import defaultdict

from django.db.models import Value
from django.db.models.functions import StrIndex, Substr
from django.utils.translation import gettext as _

from articles.checks.finding import WARN
from articles.checks.speech import unquoted
from articles.models import NameForm, Tag
from articles.models.tag import TagKind

_NAME = r"[^\W\d_a-zа-яєіїґß][\w’'-]+"
_FIRST_AND_NEXT = re.compile(rf"\b(?<![’'-])(?P<first>{_NAME}) (?=(?P<rest>(?:[a-z]{{2,3}} ){{0,2}}{_NAME}))")

# Two titles. Only offices that nobody has beside another; who is a general, a professor, a deputy or heads a committee
# may be a minister too.
_ADDRESS = {
    "en": {"Mr": "Mr", "Mrs": "Ms", "Ms": "Ms", "Miss": "Ms"},
    "de": {"Herr": "Herr", "Herrn": "Herr", "Frau": "Frau"},
    "uk": {"пан": "пан", "Пан": "пан", "пані": "пані", "Пані": "пані"},
}
_APOSTROPHE = "[’'ʼ]"
_HIS, _HERS = "(?:а|у|ові|ом|і)?", "(?:к(?:а|и|у|ою)|ці)"  # endings of "міністр" and of "міністерка"
# Ukrainian inflects: what each office is, whatever its ending.
_UKRAINIAN_OFFICES = {
    "президент": rf"президент(?:{_HERS}|{_HIS})",
    "віце-президент": rf"віце-президент(?:{_HERS}|{_HIS})",
    "прем’єр": rf"прем{_APOSTROPHE}єр(?:-міністр(?:ер{_HERS}|{_HIS})|{_HERS}|{_HIS})",
    "міністр": rf"міністр(?:{_HIS})|міністер{_HERS}",
    "канцлер": rf"канцлер(?:{_HERS}|{_HIS})",
    "губернатор": rf"губернатор(?:{_HERS}|{_HIS})",
    "мер": rf"мер(?:{_HERS}|{_HIS})",
    "сенатор": rf"сенатор(?:{_HERS}|{_HIS})",
    "посол": "пос(?:ол|ла|лу|лові|лом|лі)|послин(?:я|і|ю|ею)",
    "король": "корол(?:ь|я|ю|еві|ем|і)",
    "королева": "королев(?:а|и|і|у|ою)",
}
_PORTFOLIO = (
    "оборони|(?:внутрішніх|закордонних|іноземних) справ|фінансів|юстиції|охорони здоров[’'ʼ]я|культури|економіки|енергетики|"
    "освіти(?: (?:і|й|та) науки)?|інфраструктури|транспорту|цифрової трансформації|аграрної політики|соціальної політики|"
    "молоді та спорту|у справах ветеранів"
)
_OFFICE = {
    "en": r"(?:(?:Deputy |Vice |First |Prime |Foreign |Finance |Defen[cs]e |Interior |Justice |Health |Transport |Education |Economy ){0,3}"
    r"(?:[Pp]resident|Minister|Chancellor|Governor|Mayor|Senator|Premier|Judge|King|Queen|Pope))",
    "de": r"(?:(?:Vize|Ober|Bundes|Minister|Staats|Außen|Innen|Finanz|Verteidigungs|Justiz|Wirtschafts|Gesundheits|Verkehrs)?"
    r"(?:[Pp]räsident|[Mm]inister|[Kk]anzler|[Bb]ürgermeister|Gouverneur|Senator|Richter|König|Papst)(?:in)?)",
    # "заступник міністра оборони", "президент України", "посол Великої Британії"
    "uk": rf"(?i:(?P<deputy>заступни\w+) )?(?i:(?P<office>{'|'.join(_UKRAINIAN_OFFICES.values())}))(?: (?P<portfolio>{_PORTFOLIO}))?"
    rf"(?: {_NAME}){{0,2}}",
}
# Words of a story in which somebody rightly has two titles, or two people share a name.
_CHANGES = {
    "en": r"(?:[Nn]ew|[Tt]hen|[Ll]ate|[Ee]x|[Aa]cting)[ -][A-Z]|[Ff]ormer|formerly|designate|-elect|elected|appoint\w*|becomes?|became|"
    r"succe(?:ed|ss)\w*|replac\w+|promot\w+|sworn|resign\w*|stepp?\w* down|was named|reshuffle|candidate|predecessor|took over",
    "de": r"[Ff]rühere\w*|[Ee]hemalige\w*|[Dd]amalige\w*|[Ee]instige\w*|Ex-|designierte\w*|gewählt\w*|ernannt\w*|Nachfolge\w*|"
    r"Vorgänger\w*|abgelöst|[Zz]urückgetreten|Rücktritt|vereidigt|Kandidat\w*|[Nn]eue\w? [A-ZÄÖÜ]|amtierende\w*|bisherige\w*|zu[mr] [A-ZÄÖÜ]",
    "uk": r"[Кк]олишн\w+|[Тт]одішн\w+|[Ее]кс-|[Нн]ов\w{1,3} (?:през|прем|мін|мер|губ|канц|посол|посл)\w*|(?:пере)?обра(?:н|в|л)\w*|признач\w+|"
    r"звільн\w+|відстав\w+|наступни\w+|попередни\w+|змін(?:ив|ила|ить)\b|замін\w+|кандидат\w*|виконув\w+ обов|в\. ?о\.|очоли\w+|"
    r"інавгурац\w+|ста(?:в|ла|не|ти)\b",
}
_KIN = {
    "en": r"Mr and Mrs|wife|husband|widow\w*|son|daughter|brother|sister|father|mother|parents|married|couple|family|siblings?|twins?|"
    r"spouse|partner|uncle|aunt|cousin|nephew|niece|ex-\w+",
    "de": r"(?:sein|ihr|mein)\w* (?:Frau|Mann)|Ehe\w+|Witwer?|Sohn|Tochter|Bruder|Schwester|Vater|Mutter|Eltern|verheiratet|Paar|Familie|"
    r"Geschwister|Onkel|Tante|Cousine?|Neffe|Nichte",
    "uk": r"дружин\w+|чолові(?:к|ка|ку|ком|кові)\b|син(?:а|у|ові|ом|и|ів)?\b|до(?:ньк|чк|чц)\w+|брат\w*|сестр\w+|бать(?:ко|ка|ку|ком|ки|ків)\b|"
    r"мат(?:и|ір|ері)\b|одруж\w+|подружж\w+|родин\w+|сім[’'ʼ]\w+|вдов\w+|дядьк?\w+|тітк\w+|племінни\w+",
}


def titles(reading):
    """
    Find a person whom the story gives two offices, or calls Mr here and Ms there; the second place is marked.

    An office counts before the whole name alone, and where nothing in the story speaks of a change of office; "Minister"
    is no other title than "Foreign Minister", but "Vice President" is one than "President". In Ukrainian a person is the
    same with any ending, and an office in either gender.
    """
    if reading.language not in _OFFICE:
        return
    texts = [
        (passage, unquoted(passage.text)) for passage in reading.of("standfirst", "body", "lead_caption")
    ]
    if not _says(reading, _CHANGES):
        yield from _clashes(_offices(texts, reading.language))
    if not _says(reading, _KIN):
        yield from _clashes(_addresses(texts, reading.language))


def _says(reading, words):
    return re.search(rf"\b(?:{words[reading.language]})", reading.texts)


def _offices(texts, language):
    """Yield (passage, match, person, title) of offices before whole names."""
    pattern = rf"(?<![\w’'-])(?P<title>{_OFFICE[language]}) (?P<person>{_NAME} {_NAME})"
    inflects = language == "uk"
    # What stands between may be a country.
    pattern = re.compile(pattern + (rf"(?! {_NAME})" if inflects else ""))
    for passage, text in texts:
        for found in pattern.finditer(text):
            if inflects:
                yield passage, found, _without_endings(found["person"]), _ukrainian_title(found)
            else:
                yield passage, found, found["person"], found["title"]


_ENDING = re.compile(r"(?<=\w\w)(?:ові|еві|єві|ого|ому|ої|ою|ею|єю|ий|ій|им|ім|ом|ем|єм|их|[аяуюоеєиіїьй])\b")


def _without_endings(name):
    """Return a name of Ukrainian as it is in every case: "Рустема Умєрова" and "Рустем Умєров" come out alike."""
    while (shorter := _ENDING.sub("", name)) != name:
        name = shorter
    return name


def _ukrainian_title(found):
    """Return deputy, field and office as `_differ` compares them: the shorter title is the end of the longer."""
    known = _UKRAINIAN_OFFICES.items()
    office = next(name for name, forms in known if re.fullmatch(forms, found["office"], re.I))
    return " ".join(filter(None, [found["deputy"] and "заступник", found["portfolio"], office]))


def _addresses(texts, language):
    """Yield (passage, match, surname, address) of surnames that only one first name of the story belongs to."""
    table = _ADDRESS[language]
    pattern = re.compile(
        rf"(?<!\w)(?P<title>{'|'.join(table)})\.? (?P<person>{_NAME})(?! {_NAME}| (?:and|und|та|і|й|&) )"
    )
    firsts = defaultdict(set)
    for _passage, text in texts:
        for found in _FIRST_AND_NEXT.finditer(text):
            if found["first"] not in table:
                firsts[_bare(found["rest"])].add(found["first"])
    for passage, text in texts:
        for found in pattern.finditer(text):
            person = _bare(found["person"])
            if len(firsts[person]) == 1:
                yield passage, found, person, table[found["title"]]


def _bare(name):
    return re.sub(r"['’]s?$", "", name)


def _clashes(uses):
    """Yield a finding for each person's first use of a title that is another than before."""
    known, reported = {}, set()
    for passage, found, person, title in uses:
        before, told = known.setdefault(person, (title, found["title"]))
        if person not in reported and _differ(before, title):
            reported.add(person)
            message = _("%(person)s is “%(before)s” before and “%(title)s” here; find out which is right.")
            message %= {"person": _bare(found["person"]), "before": told, "title": found["title"]}
            yield passage.finding("two-titles", WARN, found.span(), message)


def _differ(one, other):
    """Whether one title is not just the shorter form of the other; a deputy is somebody else."""
    short, long = sorted((one.casefold(), other.casefold()), key=len)
    more = long.removesuffix(short) if long.endswith(short) else None
    return more is None or bool(re.search(r"vice|deputy|vize|віце|заступник", more))


# Surnames close to one we know.

INFLECTED = set("uk ru be bg pl cs sk sl hr sr bs mk lt lv et fi hu tr el hy ka".split())
_SHORTEST = 4  # letters of a surname; below, nothing is close
_LONG = 8  # letters from which two may differ
_MOST_FIRSTS = 400


def near_names(reading):
    """
    Find a surname that differs by a letter (two in a long one) from that of a person we know by this first name.

    Silent where any tag is called so, where only an ending differs in a language that inflects, or an s is added.
    """
    places = list(_pairs(reading))
    firsts = sorted({found["first"] for _passage, found in places})[:_MOST_FIRSTS]
    if not firsts:
        return
    known = _people(reading, firsts)
    for passage, found in places:
        first, at = found["first"], found.start("rest")
        rest = next(_meant(passage.text[at : at + 120], known.get(first, {}), reading.language), None)
        if rest is not None:
            written, right = rest
            message = _("We know “%(right)s”; check whether “%(written)s” is somebody else or misspelt.")
            message %= {"right": f"{first} {right}", "written": f"{first} {written}"}
            yield passage.finding(
                "near-name", WARN, (found.start("first"), at + len(written)), message, f"{first} {right}"
            )


def _meant(text, names, language):
    """Yield (what is written, what may be meant) where ``text`` begins with nearly one of ``names``."""
    for right, fits in names.items():
        written = _as_many_words(text, right)
        if fits and written not in names and _close(written, right, language):
            yield written, right


def _pairs(reading):
    """Yield (passage, match) for each two neighbouring words with capitals, overlapping ones too."""
    for passage in reading.of("headline", "standfirst", "body", "lead_caption"):
        for found in _FIRST_AND_NEXT.finditer(passage.text):
            yield passage, found


def _people(reading, firsts):
    """
    Return {first name: {the rest of a name: whether it is printed in this language}} of the persons we know, in two queries.

    All their forms are in it, in every language, the wrong ones too, which have a check of their own.
    """
    beginnings = [f"{first} " for first in firsts]
    known = {first: {} for first in firsts}
    tags = Tag.objects.filter(kind=TagKind.PERSON).annotate(first=_beginning("name"))
    for name, merged in tags.filter(first__in=beginnings).order_by("name").values_list("name", "merged_into"):
        first, rest = name.split(" ", 1)
        known[first][rest] = merged is None
    forms = NameForm.objects.filter(tag__kind=TagKind.PERSON).annotate(first=_beginning("text"))
    rows = forms.filter(first__in=beginnings).order_by("text", "pk").values_list("text", "kind", "language")
    for text, kind, language in rows:
        first, rest = text.split(" ", 1)
        if language in reading.languages and kind in (NameForm.Kind.PRINTED, NameForm.Kind.WRONG):
            known[first][rest] = kind == NameForm.Kind.PRINTED
        known[first].setdefault(rest, False)
    return known


def _beginning(field):
    return Substr(field, 1, StrIndex(field, Value(" ")))


def _as_many_words(text, rest):
    """Return as many words from the start of ``text`` as ``rest`` has, without a possessive s."""
    words = re.match(rf"\S+(?: \S+){{0,{rest.count(' ')}}}", text)[0]
    words = re.match(r"[\w’' -]*", words)[0].rstrip(" -’'")
    return re.sub(r"['’]s$", "", words)


def _close(written, right, language):
    """Whether ``written`` is likely ``right`` misspelt: neither the same in other case, nor an ending more or less."""
    one, other = written.casefold().replace("’", "'"), right.casefold().replace("’", "'")
    if min(len(one), len(other)) < _SHORTEST or one[0] != other[0] or one == other:
        return False
    if one.removesuffix("s") == other.removesuffix("s") or one.replace("-", " ") == other.replace("-", " "):
        return False
    if language in INFLECTED and one[-2:] != other[-2:]:
        return False
    most = 2 if min(len(one), len(other)) >= _LONG else 1
    return distance(one, other, most) <= most


def distance(one, other, most):
    """Return how many letters to insert, drop, change or swap with a neighbour; ``most`` + 1 where it is more than that."""
    if abs(len(one) - len(other)) > most:
        return most + 1
    older, above = None, list(range(len(other) + 1))
    for i, a in enumerate(one, 1):
        row = [i]
        for j, b in enumerate(other, 1):
            steps = [above[j] + 1, row[j - 1] + 1, above[j - 1] + (a != b)]
            if older and j > 1 and a == other[j - 2] and one[i - 2] == b:
                steps.append(older[j - 2] + 1)
            row.append(min(steps))
        older, above = above, row
    return min(above[-1], most + 1)
