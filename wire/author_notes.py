"""The note about the author that partners paste under a story: sure enough to take out, doubtful, or just text."""

import re
from enum import Enum

#: Marks that open and close a quotation: English, German, Polish, French, Danish, Nordic, typewriter, single.
PAIRS = [
    ("“", "”"),
    ("„", "“"),
    ("„", "”"),
    ("«", "»"),
    ("»", "«"),
    ("”", "”"),
    ('"', '"'),
    ("‘", "’"),
    ("‚", "‘"),
    ("‹", "›"),
]
MARKS = set('“”„«»"‹›')
SCRAP = ".,;:·•*-–—|… \u00a0"
#: Words that make a fragment a clause (finite verbs, pronouns that speak) or a cry rather than a line about a person.
VERBAL = set(
    """
i you he she it we they this that there who what let's
am is are was were be been being has have had do does did will would shall should can could may might must
say says said go goes went come came get got make makes made take took give gave keep kept know knew think thought want
need see saw look feel felt find found tell told ask asked stay leave left wait stop start save wash love loves like
likes live lives lived work works worked write writes wrote read reads drink drinks eat eats run runs win won lose lost
fight fought remember listen help vote pray hold stand believe trust die died
no not never none nothing nowhere nobody yes now here today tonight again always forever enough please thank thanks
ich du er sie es wir ihr das dies bin ist sind war waren wird werden wurde habe hat haben hatte kann können muss müssen
soll will sagt sagte geht kommt bleibt lebt schreibt liebt macht nein nicht nie niemals nichts kein keine jetzt heute
je tu il elle on nous vous ils elles ce c'est suis es est sont était a ai ont avait sera peut doit dit va vit écrit aime
non pas jamais rien maintenant ici
yo tú él ella nosotros ellos soy eres son fue era está están ha han había puede debe dice dijo va vive escribe ama nunca
nada ahora aquí hoy
я ти він вона воно ми ви вони це є був була було були буде має мають може треба каже сказав сказала живе пише любить
ні не ніколи нічого зараз тут сьогодні
أنا أنت هو هي نحن هم كان كانت لن لا لم ليس
""".split()
)
CONTRACTED = re.compile(r"[\w]+(?:n['’]t|['’](?:s|m|re|ve|ll|d))\Z", re.IGNORECASE)
NAME = r"[^\W\d_](?:[\w.'’-])*(?:\s+(?:(?:de|van|von|der|la|al|bin)\s+)?[^\W\d_](?:[\w.'’-])*){1,3}"
BIOGRAPHY = re.compile(
    rf"(?P<name>{NAME})\s+is\s+an?\s+(?P<trade>[^.!?]{{1,160}}?)\bbased\s+in\s+[^.!?]{{2,60}}\.?\Z"
)
#: What is based somewhere without being a person.
BODIES = re.compile(
    r"\b(?:company|companies|firm|group|party|organi[sz]ation|charity|club|bank|team|band|brand|maker|"
    r"supplier|operator|start-?up|business|think ?tank|institute|university|agency|association|union|"
    r"foundation|network|label|airline|non-?profit|ngo|fund|manufacturer|publisher)\b",
    re.IGNORECASE,
)
ABOUT = re.compile(
    r"(?:about the author|the author is|über den autor|über die autorin|à propos de l['’]aut|"
    r"sobre (?:el autor|la autora)|про автор)",
    re.IGNORECASE,
)


class Verdict(Enum):
    """What the last paragraph of a copy is."""

    NOTE = "note"
    DOUBT = "doubt"
    TEXT = "text"


def judge(last: str, before: str = "", *, story: str = "", byline: str = "") -> Verdict:
    """
    Say what the last paragraph is.

    before: the paragraph ahead of it, which may introduce a speaker. story: the text above, in which a person who is
    written about has been named. byline: who signs.

    A note is wholly in one pair of quotation marks (scrap punctuation ahead allowed) and at least three verbless
    fragments of at most four words, with no speaker; or it is "NAME is a (freelance) … based in …".
    """
    inside = quoted_whole(last.lstrip(SCRAP))
    if inside is not None:
        return judge_quotation(inside, before)
    return judge_biography(last, story, byline)


def quoted_whole(text):
    """Return what one pair of quotation marks holds if the pair holds all of the text and no other mark; else None."""
    for opening, closing in PAIRS:
        if len(text) > 2 and text[0] == opening and text[-1] == closing:
            inside = text[1:-1]
            if not MARKS & set(inside) and opening not in inside:
                return inside
    return None


def judge_quotation(inside, before):
    """Judge a paragraph that is one quotation, by its fragments and by what leads up to it."""
    fragments = [part for part in re.split(r"(?<=[.!?…])\s+", inside.strip()) if part]
    lines = [part for part in fragments if len(part.split()) <= 4 and is_verbless(part)]
    if len(fragments) < 3 or len(lines) < 2:
        return Verdict.TEXT
    return Verdict.NOTE if lines == fragments and not introduces_speaker(before) else Verdict.DOUBT


def is_verbless(fragment):
    """Say whether a fragment is a plain line such as "Hardcore introvert.": a full stop at most, no verb, no cry."""
    if not re.search(r"[^\W\d_]", fragment) or fragment.rstrip()[-1] in "!?…,":
        return False
    words = [word.strip(".,;:()").casefold() for word in fragment.split()]
    return not any(word.replace("’", "'") in VERBAL or CONTRACTED.match(word) for word in words)


def introduces_speaker(before):
    """Say whether the paragraph ahead leads into a quotation: it ends with a colon, or opens one and leaves it open."""
    if before.rstrip().endswith((":", ",")):
        return True
    if before.count('"') % 2:
        return True
    return any(
        before.rfind(opening) > before.rfind(closing)
        for opening, closing in (("“", "”"), ("«", "»"), ("„", "“"))
    )


def judge_biography(last, story, byline):
    """Judge "NAME is a … based in …": a note unless NAME is no person or was written about above."""
    match = BIOGRAPHY.match(last.lstrip(SCRAP))
    if not match:
        return Verdict.DOUBT if ABOUT.match(last) else Verdict.TEXT
    surname = match["name"].split()[-1]
    if re.search(rf"\b{re.escape(match['name'])}\b", byline, re.IGNORECASE):
        return Verdict.NOTE
    named_above = re.search(rf"\b{re.escape(surname)}\b", story) is not None
    return (
        Verdict.DOUBT
        if named_above or BODIES.search(match["trade"]) or not is_capitalised(match["name"])
        else Verdict.NOTE
    )


def is_capitalised(name):
    """Say whether the name begins and ends as a person's does."""
    words = name.split()
    return not words[0][0].islower() and not words[-1][0].islower()
