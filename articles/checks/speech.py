"""What is said by others: where quotations stand in a line, and the words that report speech."""

import re

# A quotation and its inside, in the styles of all languages; a straight single mark counts only around whole words.
QUOTATION = re.compile(
    r"[“„‟](?P<curly>[^“”„‟\"]+)[”“\"]|«(?P<outward>[^«»]+)»|»(?P<inward>[^«»]+)«|”(?P<swedish>[^”]+)”"
    r"|(?<![\w”])\"(?P<straight>[^\"]+)\"|‘(?P<single>[^‘]+?)’(?!\w)"
    r"|(?<![\w'])'(?![\s\d]|(?:n|em|til|tis|twas)\b)(?P<typed>[^']+(?:\w'\w[^']*)*)(?<!\s)'(?!\w)"
)
_MARK = re.compile("[“„‟«»”\"‘']")
_NEVER_CLOSED = re.compile(r"[“„«][^“”„«»]*\Z|(?<!\w)\"[^\"]*\Z")

# Per language: verbs that report what somebody said, in the forms that news uses.
REPORTING = {
    "en": r"said|says?|saying|told|tells|announced|announces|stated|states|added|adds|warned|warns|argued|argues|insisted|insists|"
    r"demanded|urged|urges|called for|calls for|believes?|believed|thinks?|thought|wrote|writes|explained|claimed|claims|"
    r"recommends?|recommended|ruled|decided|agreed|agrees|asked|asks|suggested|suggests|proposed|proposes|declared|"
    r"according to|in the (?:view|opinion|words) of|wants?|wanted",
    "de": r"sagte?n?|sagt|erklärt(?:e|en)?|teilt(?:e|en)? .{0,60}mit|mitteilte[n]?|forder(?:t|te|ten|n)|betont(?:e|en)?|meint(?:e|en)?|"
    r"findet|fanden?|warnt(?:e|en)?|verlangt(?:e|en)?|laut|zufolge|nach Ansicht|nach Meinung|so [A-ZÄÖÜ]\w+|hieß es|heißt es|"
    r"glaubt(?:e|en)?|berichtet(?:e|en)?|will|wollen|wollte[n]?|entschied(?:en)?|schreib(?:t|en)|schrieb(?:en)?|empfiehlt|empfahl(?:en)?",
    "uk": r"сказа(?:в|ла|ли)|каж(?:е|уть)|заяв(?:ив|ила|или|ляє|ляють)|повідом(?:ив|ила|или|ляє|ляють)|говори(?:в|ла|ли|ть)|"
    r"вважа(?:в|ла|ли|є|ють)|наголо(?:сив|сила|сили|шує|шують)|підкресли\w+|підкреслю\w+|зазнач(?:ив|ила|или|ає|ають)|дода(?:в|ла|ли|є|ють)|"
    r"заклика(?:в|ла|ли|є|ють)|вимага(?:в|ла|ли|є|ють)|попере(?:див|дила|дили|джає|джають)|пояс(?:нив|нила|нили|нює|нюють)|"
    r"стверджу\w+|переконан\w+|пропону\w+|запропону\w+|рекоменду\w+|пи(?:ше|шуть|сав|сала|сали)|написа(?:в|ла|ли)|хо(?:че|чуть|тів|тіла|тіли)|"
    r"ухвали(?:в|ла|ли)|виріши(?:в|ла|ли)|постанови(?:в|ла|ли)|мовляв|за (?:словами|оцінк\w+|даними)|на (?:думку|переконання|погляд)|йдеться",
}


def _quotations(text):
    """Yield the matches of QUOTATION; most of a text holds no mark, and is passed over at once."""
    at = 0
    while mark := _MARK.search(text, at):
        found = QUOTATION.match(text, mark.start())
        at = found.end() if found else mark.end()
        if found:
            yield found


def quoted(text):
    """Return the quotations of ``text``, without their marks, in their order."""
    return [found[found.lastgroup] for found in _quotations(text)]


def unquoted(text):
    """Return ``text`` with quotations blanked out, one that never closes up to the end; offsets stay as they are."""
    pieces, at = [], 0
    for found in _quotations(text):
        pieces += [text[at : found.start()], "\0" * len(found[0])]
        at = found.end()
    blanked = "".join([*pieces, text[at:]])
    return (
        _NEVER_CLOSED.sub(lambda found: "\0" * len(found[0]), blanked) if _MARK.search(blanked) else blanked
    )
