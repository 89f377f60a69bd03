"""
Words that are to go, known by keyed hashes alone: where they stand in a text, and the text without them.

Nobody can read the words out of what `Hidden` keeps, yet every text can be looked through for them again, after a
restore too. Compared are folded words, so that capitals, accents, entities, per cent signs, invisible characters and
markup inside a word hide nothing; names as addresses write them in plain letters count as well.
"""

import json
import re
import unicodedata
from dataclasses import dataclass, field
from functools import lru_cache
from html import unescape
from urllib.parse import unquote

from django.utils.crypto import salted_hmac

from articles.slugs import plain_words, slugify

_WORD = re.compile(r"[^\W\d_]+|\d+")
_ASCII_WORD = re.compile(r"[a-z]+|[0-9]+")
# What opens with one of these is markup; "Ana <ana@x.example>" is text.
_TAGS = (
    "a|abbr|address|article|aside|audio|b|blockquote|body|br|button|caption|cite|code|col|colgroup|dd|del|div|dl|dt|em|figcaption"
    "|figure|font|footer|form|h[1-6]|head|header|hr|html|i|iframe|img|input|ins|label|li|link|main|mark|meta|nav|object|ol|option"
    "|p|picture|pre|q|s|script|section|select|small|source|span|strong|style|sub|sup|svg|table|tbody|td|textarea|tfoot|th|thead"
    "|time|title|tr|u|ul|video|wbr"
)
_PIECE = re.compile(
    rf"(?P<tag></?(?:{_TAGS})(?![a-zA-Z0-9.@-])[^<>]*>)|(?P<entity>&(?:\#[0-9]+;?|\#[xX][0-9a-fA-F]+;?|[a-zA-Z][a-zA-Z0-9]*;))"
    r"|(?P<percent>(?:%[0-9a-fA-F]{2})+)|(?P<letter>.)",
    re.DOTALL | re.IGNORECASE,
)
_INLINE = re.compile(
    r"</?(?:a|abbr|b|code|del|em|font|i|ins|mark|q|s|small|span|strong|sub|sup|u|wbr)(?:\s[^<>]*)?/?>", re.I
)
_INVISIBLE = re.compile("[\u00ad\u200b-\u200f\u2060-\u2064\ufeff]")
_ESCAPED = re.compile(r"\\u([0-9a-fA-F]{4})")
_MARKS = re.compile(f"[{''.join(filter(unicodedata.combining, map(chr, range(0x300, 0x10000))))}]")
_ATTRIBUTE = re.compile(r"""([\w-]+)(\s*=\s*)("[^"]*"|'[^']*')""")
_HUMP = re.compile(r"(?<=[^\W\d_A-Z])(?=[A-Z])")  # OrestValkyn.jpg
_RUN = re.compile(r"[^\s<>\"']+")
_LIKE_A_FILE = re.compile(r"[._/@\#%=]\w")
_GAP = 3  # characters between two words of one name: "Orest. Valkyn", "orest_valkyn", "Orest – Valkyn"
MOST_KNOWN = 500_000  # words
_BREAK = "\0"  # where a block ends: no name goes on behind it


@lru_cache(maxsize=200_000)
def digest(words):
    """Return the keyed hash of folded words parted by single spaces, 32 hexadecimal digits."""
    return salted_hmac("articles.hidden", words, algorithm="sha256").hexdigest()[:32]


def key_check():
    """Return what tells whether a record was made under our SECRET_KEY."""
    return digest("the key of this record")


def _fold(text):
    """As `articles.slugs.fold`, ten times as fast: it goes over every text there is."""
    if text.isascii():
        return text.lower()
    return _MARKS.sub("", unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", text).casefold()))


def _folded(text):
    return tuple(_WORD.findall(_fold(_INVISIBLE.sub("", text))))


def _forms(spelling):
    """Return the tuples of words in which ``spelling`` is met: as written, as addresses write it, and in one word."""
    forms = {_folded(spelling), _folded(plain_words(spelling))}
    forms |= {tuple(slugify(spelling, language).split("-")) for language in ("", "de", "uk")}
    forms |= {("".join(form),) for form in forms}
    return {form for form in forms if any(form)}


@dataclass(frozen=True)
class Hidden:
    """
    exact: hashes of whole names. stems: hashes of names whose last word may go on. first: hashes of the first word of
    any. sizes: numbers of words that a name has. cuts: (number of words, letters kept of the last), of stems.
    """

    exact: frozenset = frozenset()
    stems: frozenset = frozenset()
    first: frozenset = frozenset()
    sizes: tuple = ()
    cuts: tuple = ()
    innocent: set = field(default_factory=set, compare=False, repr=False)

    @classmethod
    def of(cls, spellings):
        """Hide ``spellings``; a star at the end of one stands for any ending, as in Petrenk*."""
        exact, stems, first, sizes, cuts = set(), set(), set(), set(), set()
        for spelling in spellings:
            for form in _forms(spelling.rstrip("*")):
                if spelling.endswith("*"):
                    stems.add(digest(" ".join(form)))
                    cuts.add((len(form), len(form[-1])))
                else:
                    exact.add(digest(" ".join(form)))
                    sizes.add(len(form))
                first.add(digest(form[0]))
        return cls(
            frozenset(exact),
            frozenset(stems),
            frozenset(first),
            tuple(sorted(sizes, reverse=True)),
            tuple(sorted(cuts, reverse=True)),
        )

    def as_json(self):
        named = {name: sorted(getattr(self, name)) for name in ("exact", "stems", "first")}
        return named | {"sizes": list(self.sizes), "cuts": [list(cut) for cut in self.cuts]}

    @classmethod
    def from_json(cls, kept):
        return cls(
            *(frozenset(kept[name]) for name in ("exact", "stems", "first")),
            tuple(kept["sizes"]),
            tuple(tuple(cut) for cut in kept["cuts"]),
        )

    # Looking

    def stands_in(self, value):
        """Whether one of the words stands in ``value``: a text, or what JSON holds."""
        return self.redact(value, "") != value

    def redact(self, value, replacement, *, address=False):
        """
        Return ``value``, a text or what JSON holds, with ``replacement`` in the place of each of the words.

        address: it is a slug or an address, where the replacement stands in plain letters and hyphens, as it does in
        links and names of files anyway. Markup stays whole.
        """
        if isinstance(value, dict | list) and not self._may_stand_in("\n".join(_strings(value))):
            return value
        if isinstance(value, dict):
            return {
                self.redact(key, replacement): self.redact(inner, replacement, address=address)
                for key, inner in value.items()
            }
        if isinstance(value, list):
            return [self.redact(inner, replacement, address=address) for inner in value]
        if not isinstance(value, str) or not self._may_stand_in(value):
            return value
        if value[:1] in ("{", "["):
            if (inner := _as_json(value)) is not None:
                redacted = self.redact(inner, replacement, address=address)
                return value if redacted == inner else json.dumps(redacted, ensure_ascii=False)
        return self._redact_text(value, replacement, address)

    def spans_in(self, text):
        """Return [(start, end)] of where the words stand in ``text``, what stands inside markup left out."""
        return [(start, end) for start, end, _first in _Reading(text).spans(self)]

    def _may_stand_in(self, text):
        """A quick look, with what is there on top of what there may be: most texts need no closer one."""
        plain = text if text.isascii() else _INVISIBLE.sub("", text)
        readings = [plain]
        if _HUMP.search(plain):
            readings.append(_HUMP.sub(" ", plain))
        if "<" in plain:
            readings.append(_INLINE.sub("", plain))
        if "&" in plain or "\\u" in plain:
            readings += [unescape(reading) for reading in readings]
        if "\\u" in plain:
            readings.append(_ESCAPED.sub(lambda found: chr(int(found[1], 16)), plain))
        if "%" in plain:
            readings += [unquote(reading) for reading in readings]
        new = set().union(*map(_small_words, readings)) - self.innocent
        return any(self._may_begin(word) for word in new)

    def _may_begin(self, word):
        if word in self.innocent:
            return False
        begins = [word, *(word[:letters] for size, letters in self.cuts if size == 1)]
        if any(digest(begin) in self.first for begin in begins):
            return True
        if len(self.innocent) > MOST_KNOWN:
            self.innocent.clear()
        self.innocent.add(word)
        return False

    def _redact_text(self, text, replacement, address):
        reading = _Reading(text)
        out, place = [], 0
        for start, end, is_first in reading.spans(self):
            while end < len(text) and not _fold(_INVISIBLE.sub("", text[end])):
                end += 1  # an accent of its own, a soft hyphen
            out.append(self._redact_tags(text[place:start], replacement))
            in_address = address or _is_address(text, start, end)
            word = (slugify(replacement) or "x") if in_address else replacement
            out.append(word[:1].upper() + word[1:] if is_first and not in_address else word)
            out += [self._redact_tags(tag, replacement) for tag in reading.tags_between(start, end)]
            place = end
        return "".join([*out, self._redact_tags(text[place:], replacement)])

    def _redact_tags(self, text, replacement):
        """What attributes say."""

        def attribute(found):
            name, equals, value = found.groups()
            inner = self.redact(value[1:-1], replacement, address=name.lower() in ("href", "src"))
            return f"{name}{equals}{value[0]}{inner}{value[0]}"

        def tag(found):
            if not found["tag"]:
                return found[0]
            name = re.match(r"</?[a-zA-Z0-9]+", found[0])[0]
            inner = _ATTRIBUTE.sub(attribute, found[0][len(name) : -1])
            return f"{name}{self.redact(inner, replacement, address=True)}>"  # what no quotation marks hold

        return _PIECE.sub(tag, text) if "<" in text else text

    def _length_at(self, words, joined, number):
        """Return how many of ``words``, from the one of this number on, are a name that is to go; 0 for none."""
        if not self._may_begin(words[number]):
            return 0
        for size in sorted({*self.sizes, *(size for size, _letters in self.cuts)}, reverse=True):
            name = words[number : number + size]
            if len(name) < size or not all(joined[number + 1 : number + size]):
                continue
            if size in self.sizes and digest(" ".join(name)) in self.exact:
                return size
            for _size, letters in (cut for cut in self.cuts if cut[0] == size):
                if digest(" ".join([*name[:-1], name[-1][:letters]])) in self.stems:
                    return size
        return 0


def _small_words(text):
    return (
        _ASCII_WORD.findall(text.lower())
        if text.isascii()
        else _WORD.findall(_fold(_INVISIBLE.sub("", text)))
    )


def _strings(value):
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for name, inner in value.items():
            yield str(name)
            yield from _strings(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _strings(inner)


def _as_json(text):
    try:
        found = json.loads(text)
    except ValueError:
        return None
    return found if isinstance(found, dict | list) else None


def _is_address(text, start, end):
    """Whether what stands there is part of a link or of the name of a file, rather than of a sentence."""
    before, after = re.search(r"[^\s<>\"']*\Z", text[:start])[0], re.match(r"[^\s<>\"']*", text[end:])[0]
    whole = before + after
    if "://" in before or before.lower().startswith("www.") or "@" in whole:
        return True
    return before + text[start:end] + after == text and bool(re.search(r"[-_./%=]|\.\w+\Z", whole))


class _Reading:
    """A text as a reader meets it: folded letters, each knowing where in the text it stands."""

    def __init__(self, text):
        self.letters, self.places, self.tags, self.humps = [], [], [], set()
        for found in _PIECE.finditer(text):
            start, end = found.span()
            kind = found.lastgroup
            if kind == "tag":
                self._tag(found[0], start, end)
            elif kind == "entity":
                self._add(unescape(found[0]), start, end)
            elif kind == "percent":
                self._percent(found[0], start)
            else:
                self._add(found[0], start, end)
        self.hard = "".join(self.letters)
        self._part_humps(text)

    def _add(self, said, start, end):
        """Take ``said``, which stands at start to end in the text."""
        folded = _fold(_INVISIBLE.sub("", said))
        self.letters += folded
        self.places += [(start, end)] * len(folded)

    def _tag(self, tag, start, end):
        self.tags.append((start, end, tag))
        if not _INLINE.fullmatch(tag):
            self._add_plain(" " if tag.lower().startswith("<br") else _BREAK, start, end)

    def _add_plain(self, letter, start, end):
        self.letters.append(letter)
        self.places.append((start, end))

    def _percent(self, run, start):
        try:
            said = bytes.fromhex(run.replace("%", "")).decode()
        except UnicodeDecodeError:
            said = run
        width = 3 if said is not run else 1
        for letter in said:
            length = len(letter.encode()) * width if width == 3 else 1
            self._add(letter, start, start + length)
            start += length

    def _part_humps(self, text):
        """In the name of a file or an address, OrestValkyn is two words besides one; McDonald in a sentence is one."""
        runs = [
            found.span() for found in _RUN.finditer(text) if " " not in text or _LIKE_A_FILE.search(found[0])
        ]
        humps = {found.start() for start, end in runs for found in _HUMP.finditer(text, start, end)}
        self.humps = {number for number, (start, _end) in enumerate(self.places) if start in humps}

    def spans(self, hidden):
        """Return [(start, end, whether a sentence begins there)] of what is to go, in order, none over another."""
        plain = [(found.start(), found.end()) for found in _WORD.finditer(self.hard)]
        found = list(self._named(hidden, plain))
        if self.humps:
            found += self._named(hidden, list(self._parted(plain)))
        kept, last = [], 0
        for start, end, is_first in sorted(found, key=lambda span: (span[0], -span[1])):
            if start >= last:
                kept.append((start, end, is_first))
                last = end
        return kept

    def _parted(self, words):
        for start, end in words:
            cuts = [start, *(cut for cut in sorted(self.humps) if start < cut < end), end]
            yield from zip(cuts, cuts[1:], strict=False)

    def _named(self, hidden, words):
        texts = [self.hard[start:end] for start, end in words]
        joined = [True]
        for (_start, end), (following, _end) in zip(words, words[1:], strict=False):
            gap = self.hard[end:following]
            joined.append(len(gap) <= _GAP and _BREAK not in gap)
        number = 0
        while number < len(words):
            size = hidden._length_at(texts, joined, number)
            if size:
                first, last = words[number][0], words[number + size - 1][1] - 1
                before = self.hard[:first].rstrip()
                yield self.places[first][0], self.places[last][1], not before or before[-1] in ".!?…\0"
            number += size or 1

    def tags_between(self, start, end):
        return [tag for at, till, tag in self.tags if start <= at and till <= end]
