"""
What an agency says of copy that it sent before: kill it, hold it, here it is corrected.

Agencies say so in a label above the copy ("BULLETIN KILL", "ADVISORY: hold", "CORRECTION: Bridge reopens"), behind its
headline ("Bridge reopens, KILL"), in a sentence to editors, or by a status in its header. In doubt nothing is one: a
story on a killing is no kill. Which earlier copy is meant, `wire.alarms` looks up.
"""

import dataclasses
import hashlib
import re
from dataclasses import dataclass

from articles.slugs import plain_words
from wire.story import Story

KILL, HOLD, CORRECTION, UPDATE = "kill", "hold", "correction", "update"
GRAVE = {KILL, HOLD}
#: What a label says, in the languages that desks receive. The first that fits counts, so the gravest stands first.
WORDS = {
    KILL: "kill(?:ed)?|story kill|mandatory kill|eliminate|withdraw(?:n|al)?|story removed|disregard|annulation|annulée?|"
    "anulaci[oó]n|anulad[ao]|zur[üu]ckgezogen|zur[üu]ckziehung|r[üu]ckzug|анульовано|відкликано|إلغاء|سحب",
    HOLD: "hold|withhold|withheld|do not use|do not publish|gesperrt|nicht verwenden|ne pas publier|no publicar|"
    "не публікувати|призупинено|حجب",
    CORRECTION: "corrections?|corrected|corrects|corrective|correctif|rectificatif|correcci[oó]n|corrige|berichtigung|"
    "korrektur|korrigiert|виправлення|виправлено|уточнення|تصحيح",
}  # fmt: skip
AHEAD = r"(?:(?:advisory|bulletin|mandatory|urgent|attention|editors|eds|achtung|eilt?|увага)\b[\s:,/.–—-]*)*"
#: A label with a separator behind it, or alone on its line; in brackets too.
LABELS = {
    kind: re.compile(
        rf"\W*{AHEAD}(?:{words})\b\s*(?:notice\b\s*)?(?:[)\]]?\s*(?:[:/]|[–—-]+(?=\s))\s*(?P<rest>.*)|[)\]*.!\s]*)\Z",
        re.IGNORECASE | re.DOTALL,
    )
    for kind, words in WORDS.items()
}
#: Behind a headline only in capitals, as a machine sets it: "Bridge reopens, KILL", "BC-MW--Bridge,KILL".
BEHIND = {
    kind: re.compile(rf"(?P<rest>.+?)\s*(?:[,/(\[]|[–—-]+)\s*(?:{marks})\s*[)\]]?\Z", re.DOTALL)
    for kind, marks in ((KILL, "KILL|KILLED"), (HOLD, "HOLD|WITHHELD"), (CORRECTION, "CORRECTION|CORRECTED"))
}
STORY = r"(?:story|item|copy|report|version|text|article|bulletin)\b"
#: A block at the top that begins by speaking to editors.
SPOKEN_TO = r"\W*(?:please|attention|editors|eds|note to editors)\b[^.]*\b"
ORDERS = {
    KILL: re.compile(rf"{SPOKEN_TO}(?:kill|disregard|eliminate)\b[^.]*\b{STORY}", re.I),
    HOLD: re.compile(rf"{SPOKEN_TO}(?:hold|withhold|not use|not publish)\b[^.]*\b{STORY}", re.I),
}
EXPLAINED = re.compile(
    r"\W*(?:corrects|corrected|corrected to|corrige|korrigiert|berichtigt|виправляє|виправлено|يصحح)\b.{3,}",
    re.I,
)
QUOTED = re.compile(r"[“„«\"‘‹](?P<words>[^“”„«»\"‹›]{3,300})[”“»\"’›]")
CALLED = re.compile(r"\b(?:headlined|slugged|titled|entitled)[\s:]+(?P<words>[^“”\"«»,.;]{3,200})", re.I)
STATUSES = {
    KILL: {"canceled", "cancelled", "killed", "kill", "stat:canceled", "withdrawn"},
    HOLD: {"withheld", "held", "hold", "stat:withheld"},
    CORRECTION: {"corrected", "correction"},
}
NEAR_TOP = 4  # blocks


@dataclass(frozen=True, slots=True)
class Notice:
    """
    kind: kill, hold or correction. line: as the copy says it. names: what may be the headline or slug of the copy meant.

    dropped: texts of the copy that are the notice's own and no part of a corrected text.
    """

    kind: str
    line: str
    names: tuple[str, ...]
    dropped: tuple[str, ...] = ()


def read(story: Story) -> Notice | None:
    """Return the Notice that a copy is, None for copy like any other."""
    top = top_of(story)
    found = by_status(story, top) or by_label(top) or by_order(top) or by_explanation(story, top)
    if found is None:
        return None
    kind, line, named, dropped = found
    if kind == CORRECTION:
        dropped += tuple(words for words in top if EXPLAINED.match(words) and words not in dropped)
    told = " ".join(top)
    names = [named, story.headers.get("slugline", "")]
    names += [match["words"].strip() for pattern in (QUOTED, CALLED) for match in pattern.finditer(told)]
    names += [words for words in top if words not in dropped]
    return Notice(kind, line[:300], tuple(dict.fromkeys(filter(plain_words, names))), dropped)


def top_of(story):
    """Return the first blocks of the copy, as read."""
    texts = [story.headline, story.standfirst, *(words for _kind, words in story.paragraphs)]
    return [words for words in texts if words][:NEAR_TOP]


def by_status(story, top):
    status = story.headers.get("status", "").casefold()
    for kind, words in STATUSES.items():
        if status in words:
            labelled = by_label(top)
            return (kind, status, *(labelled[2:] if labelled else ("", ())))
    return None


def by_label(top):
    """Look in the first two blocks: the label may stand above the headline, on its line or behind it."""
    for words in top[:2]:
        for kind in WORDS:
            if match := LABELS[kind].match(words) or behind(kind, words):
                rest = (match["rest"] or "").strip(" .)]")
                return kind, words, rest, (words,)
    return None


def behind(kind, words):
    """Match a mark behind a headline, unless all of it is in capitals: then the mark may be one of its words."""
    match = BEHIND[kind].match(words)
    return match if match and ("--" in match["rest"] or not match["rest"].isupper()) else None


def by_order(top):
    for words in top[:2]:
        for kind, pattern in ORDERS.items():
            if pattern.search(words):
                return kind, words, "", (words,)
    return None


def by_explanation(story, top):
    """ "Corrects the year in the second paragraph", below a headline that stays as it was."""
    for words in top[1:3]:
        if EXPLAINED.match(words) and len(words) < 300:
            return CORRECTION, words, story.headline, (words,)
    return None


def without(story: Story, notice: Notice) -> Story:
    """Return the story as it reads corrected: the notice's own words are out of headline, standfirst and text."""
    texts = [("headline", story.headline), ("standfirst", story.standfirst)]
    texts += [("text", words) for _kind, words in story.paragraphs]
    headline = story.headline
    if headline in notice.dropped:
        labelled = by_label([headline])
        rest = labelled[2] if labelled else ""
        below = next((words for _place, words in texts[1:] if words and words not in notice.dropped), "")
        headline, taken = (rest, "") if rest else (below, below)
    else:
        taken = ""
    gone = {*notice.dropped, taken} - {""}
    return dataclasses.replace(
        story,
        headline=headline or story.headline,
        standfirst="" if story.standfirst in gone else story.standfirst,
        paragraphs=[(kind, words) for kind, words in story.paragraphs if words not in gone],
    )


def key(words):
    """Return what two spellings of one headline or slug have in common, at most 200 characters."""
    return plain_words(words)[:200]


def is_newer(version, than):
    """Whether ``version`` comes after ``than``, as agencies count: 10 after 9, and any after none."""
    numbers = [tuple(map(int, re.findall(r"\d+", one))) for one in (version, than)]
    return bool(version) and numbers[0] > numbers[1]


def hash_of(words):
    """Return what is stored of a headline or slug to find it again: no word of it; "" for none."""
    found = key(words or "")
    return hashlib.sha256(found.encode()).hexdigest() if found else ""
