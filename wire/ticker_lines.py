"""Lines that send the reader to a live ticker: ">>> Read all the progress of the war in the live ticker"."""

import re

#: What a live ticker is called (English, German, French, Spanish, Italian, Ukrainian, Arabic).
TICKER = (
    r"live[ -]?tickers?|live[ -]?blogs?|news[ -]?tickers?|news[ -]?blogs?|live (?:coverage|updates)|ticker"
    r"|liveticker\w*|tickers?"
    r"|(?:fil|ticker|suivi|blog|flash) (?:en )?direct|en direct|direct live|fil (?:info|d['’]actualités?)"
    r"|(?:ticker|blog|cobertura|minuto a minuto) en (?:directo|vivo)|en (?:directo|vivo)|minuto a minuto|teletipo"
    r"|in diretta|diretta"
    r"|(?:текстов\w+ |онлайн[ -])трансляці\w+|лайв[ -]?тікер\w*|тікер\w*|наживо|онлайн-хроні\w+"
    r"|البث المباشر|التغطية المباشرة|التغطية الحية|الشريط المباشر"
)
NAMED = re.compile(rf"(?<!\w)(?:{TICKER})(?!\w)", re.IGNORECASE)
ARROWS = r"(?:>{2,}|[►▶▸→➔➜➡⇒]\ufe0f?|»{2,}|={1,2}>|-{1,2}>|\+{3}|>)"
OPENS = re.compile(rf"\s*{ARROWS}(?:\s*{ARROWS})*\s*")
CLOSES = re.compile(rf"\s*(?:{ARROWS}|<{{2,}}|[◄◀←])+\s*\Z")
#: An order to the reader.
ORDER = re.compile(
    r"(?:(?:please )?(?:read|follow|see|watch|find|get|click|catch up|stay up to date)(?! said)"
    r"|(?:lesen|verfolgen|sehen|folgen|finden|klicken) sie|(?:lies|verfolge|folge)\b|hier geht es|hier geht['’]s"
    r"|suivez|lisez|retrouvez|consultez|voyez|cliquez|lire|suivre|à lire|à suivre|voir"
    r"|siga|sigue|lea|lee|consulte|consulta|vea|mira|mire|pulse|haga clic"
    r"|segui|seguite|leggi|leggete"
    r"|читайте|стежте|слідкуйте|дивіться|перегляньте|див\."
    r"|تابع|تابعوا|اقرأ|اقرأوا|شاهد|شاهدوا)(?![\w-])",
    re.IGNORECASE,
)
#: A label: what a pointer begins with when it gives no order. Weaker, so the line may be no whole sentence.
LABEL = re.compile(
    rf"(?:all|more|everything|the latest|latest|updates|alle|alles|mehr|der|die|das|neues|aktuelles|zum|im|hier|tous|toutes?|"
    rf"plus|notre|le|toda|todas|todo|todos|más|última hora|nuestro|el|tutti|tutte|tutto|усі|всі|усе|все|більше|كل|"
    rf"المزيد|{TICKER})(?!\w)",
    re.IGNORECASE,
)
ENDS = re.compile(
    rf"(?<!\w)(?:{TICKER})(?: (?:here|hier|ici|aquí|nach|qui|тут|هنا))?\s*[.!:…]?\Z", re.IGNORECASE
)
LEADS = re.compile(rf"(?:im |zum |le |el |our |the )?(?:{TICKER}) ?[:|–—-] ", re.IGNORECASE)
SENTENCE_END = re.compile(r"[.!?؟][”“\"»]?\s+\S")
LONGEST = 200


def words_of(line: str) -> tuple[int, int] | None:
    """
    Return (start, end) of the words of a line that points to a ticker, arrows left out; None if it is no such line.

    Its wording names a ticker, it is one sentence of at most 200 characters, and it reads as a pointer: arrows before
    it, an order to the reader, or a label without a full stop that begins or ends with the ticker. A sentence that
    only mentions a ticker is text.
    """
    start, end = bounds(line)
    words = line[start:end]
    if not words or len(words) > LONGEST or not NAMED.search(words) or SENTENCE_END.search(words):
        return None
    return (start, end) if start > 0 and has_arrows(line) or reads_as_pointer(words) else None


def bounds(line):
    """Return (start, end) of the line without arrows before and behind."""
    opens, closes = OPENS.match(line), CLOSES.search(line)
    start = opens.end() if opens else 0
    end = closes.start() if closes else len(line.rstrip())
    return start, max(start, end)


def has_arrows(line):
    """Say whether the line begins with arrows."""
    return OPENS.match(line) is not None


def reads_as_pointer(words):
    """Say whether the words send the reader somewhere without the help of arrows."""
    if re.search(r"[“”„«»\"]", words):
        return False
    if ORDER.match(words):
        return True
    if words.endswith("."):
        return False
    return bool(LEADS.match(words) or (LABEL.match(words) and ENDS.search(words)))
