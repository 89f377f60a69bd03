"""Notes to the desk that were typed into the text, where readers would read them."""

import re

from django.utils.translation import gettext as _

from articles.checks.finding import BLOCK
from articles.checks.reading import ONE_LINERS

_LONGEST = 120  # characters of a note that are quoted

# "XXX" is thirty in "Super Bowl XXX" and "XXX Olympiad", and part of some names.
_THIRTY = (
    r"(?<!Super Bowl )(?<!WrestleMania )(?<!Chapter )(?<!Volume )(?<!Title )(?<!Article )(?<!Section )(?<!Book )"
    r"(?<!Psalm )(?<!Part )(?<!Legio )(?<!Castlemaine )"
    r"\bXXX+\b(?!-rated|[- ]Lutz| Olymp| Summer| Winter| Games| Legion| Corps| Congress| Army)"
)
# "TK" alone is a German health insurer, TK 1951 a flight, TK Maxx a shop.
_TO_COME = r"\bTK(?:TK)+\b"
_TO_COME_ENGLISH = r"(?<![\w-])TK(?![\w-]| ?\d| Maxx| Elevator| Maxx| Hoc)"
_CHECK = (
    r"\[\s*(?:(?:pls|plse|pse|please|to|re-?|double-?|bitte|à|por favor)\s*)?"
    r"(?:check|chk|cq|prüfen|checken|gegenprüfen|vérifier|verificar|comprobar|revisar|перевірити|уточнити|tk|tbc|tbd|xxx?)\b"
    r"[^\]\n]*\]?"
)
_SHOUTED = (
    r"\[\s*(?:PLS|PLEASE|CHECK|CHK|CONFIRM|VERIFY|FIX|QUERY|EDS?|SUBS?|DESK|INSERT|DELETE|HOLD|LEGAL|NOTE|NB|UPDATE|ADD)\b"
    r"[^\]\na-z]*\]|\((?:PLS|PLEASE|CHECK|CHK|CONFIRM|VERIFY)\b[^)\na-z]*\)|\((?i:pls|please) (?i:check|confirm|verify)\b[^)\n]*\)"
)
_TO_EDITORS = r"(?:^|(?<=[\[(])|(?<=\n))\s*(?:(?:Attn|Attention),? )?(?:Eds|EDS|Notes? to [Ee]ditors?|NOTES? TO EDITORS?)[.:]+"
_AGENCY = (
    r"\((?:Adds|ADDS|Recasts|Refiles|Releads|Updates|UPDATES)\b(?! (?:are|were|will|to follow|follow|can|may)\b)[^)\n]*\)?"
    r"|^\((?:Corrects|Repeats|Clarifies|Rewrites|Removes|Restores|Inserts|Fixes|Changes|Deletes|Writethru)\b"
    r"(?! (?:are|were|will|to|in|can|may|of)\b)[^)\n]*\)?"
    r"|^\((?:neu|Neu|NEU|durchgehend neu|Aktualisiert|Wiederholung|Berichtigung|Zusammenfassung)(?=[:)])[^)\n]*\)?"
)
_NOTE = re.compile(
    "|".join(f"(?:{note})" for note in (rf"(?i:{_CHECK})", _SHOUTED, _TO_EDITORS, _AGENCY, _TO_COME, _THIRTY))
)
_NOTE_ENGLISH = re.compile(f"{_NOTE.pattern}|{_TO_COME_ENGLISH}")


def typed_notes(reading):
    """Find notes typed as text: TK, XXX, [check …], "Eds:", "(Adds …)". Desk-note blocks are no text: publish strips them."""
    pattern = _NOTE_ENGLISH if reading.language == "en" else _NOTE
    for passage in reading.of(*ONE_LINERS, "datelines", "body", "ticker_links"):
        if passage.field == "byline_note":
            continue  # never published
        for found in pattern.finditer(passage.text):
            begin = found.end() - len(found[0].lstrip())
            message = _(
                "This is a note to the desk and would be published; act on it and delete it, or make it a desk note."
            )
            yield passage.finding("desk-note", BLOCK, (begin, min(found.end(), begin + _LONGEST)), message)
