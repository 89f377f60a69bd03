"""
Plain-text copy as agencies and content farms send it, read into pieces.

Nothing is repaired: each piece holds the copy's own characters. What is not headline, standfirst or body is listed in
`Story.removed`; what the parser was not sure of stays in the text and is named in `Story.warnings`.
"""

import re
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from wire import author_notes, bylines, datelines, headers, ticker_lines
from wire.author_notes import Verdict
from wire.decoding import decode
from wire.story import CopyError, Doubt, Piece, Removed, Story, TickerLine, counted

__all__ = ["CopyError", "Piece", "Story", "parse"]

LONGEST_HEADLINE = 300
LONGEST_STANDFIRST = 400
LONGEST_CROSSHEAD = 60
#: Headline, standfirst, the writer's house, a crosshead: what may stand ahead of the first paragraph.
MOST_AT_TOP = 4
MOST_HEADERS = 12
#: Hard-wrapped copy breaks its lines near 70 characters; a longer line was a paragraph of its own.
LONGEST_WRAPPED = 120

LINE = re.compile(r"[^\n\r\u2028\u2029]+")
#: White space that folds into one space. No-break and thin spaces are typography and stay.
SPACES = frozenset(" \t\n\r\x0b\x0c\x1c\x1d\x1e\x1f\x85\u2028\u2029")
#: Characters nobody sees and nobody wants: controls, soft hyphen, zero-width space, marks that turn the
#: line around, non-characters.
UNSEEN_CLASS = r"\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\xad\u200b\u2060\u202d\u202e\u206a-\u206f\ufeff\ufff9-\ufffc\ufffe\uffff\ufdd0-\ufdef"
UNSEEN = re.compile(f"[{UNSEEN_CLASS}]")
SEEN = re.compile(f"[^{UNSEEN_CLASS}]+")
UNSEEN_SIGNS = frozenset(filter(UNSEEN.match, map(chr, range(0x10000)))) - SPACES
END_MARK = re.compile(r"[-–—(*#\s]*(?:ENDS?|30|ENDE|FIN|КІНЕЦЬ)[-–—)*#\s.]*\Z")
SIGN_OFF = re.compile(r"\(?(?:reporting|writing|editing|additional reporting|compiled) by\b", re.IGNORECASE)
#: What looks as if the copy was damaged before it came: code, pattern, what to say.
DAMAGE = [
    (
        "lost-character",
        re.compile("\ufffd"),
        gettext_lazy("A character was lost before the copy came here (“%s”); ask the sender or type it."),
    ),
    (
        "misread-encoding",
        re.compile("â€.|Ã[\u0080-¿]|Ð[\u0080-¿]Ñ?"),
        gettext_lazy(
            "“%s” looks like UTF-8 that was read as something else; ask the sender for a clean copy."
        ),
    ),
    (
        "markup",
        re.compile(
            r"</?(?:p|br|b|i|em|strong|a|div|span|h[1-6])\b[^<>]{0,200}>|&(?:[a-z]{2,8}|#x?[0-9a-f]{2,6});",
            re.IGNORECASE,
        ),
        gettext_lazy("“%s” is markup, which stays as text here; send plain text or take it out."),
    ),
]


@dataclass(frozen=True, slots=True)
class Block:
    """
    One or more lines that belong together.

    start, end: its place in the text. words: what can be read, white space folded. places: where each character of
    ``words`` stands in the text. wide: it was joined from lines of which one is longer than hard-wrapped copy has.
    """

    start: int
    end: int
    words: str
    places: list[int]
    wide: bool = False

    def cut(self, at):
        """Return the place in the text where ``words[at:]`` begins, or the block's end."""
        while at < len(self.words) and self.words[at].isspace():
            at += 1
        return self.places[at] if at < len(self.words) else self.end


@dataclass(frozen=True, slots=True)
class Part:
    """A stretch of a block with its kind, its place in the text and its words."""

    kind: str
    start: int
    end: int
    words: str


def parse(data: bytes, encoding: str | None = None) -> Story:
    """
    Read one copy. encoding: what the sender said, None for UTF-8 or UTF-16 with a mark.

    Raise CopyError for bytes that are no copy (see `wire.decoding`) or that begin with no headline.
    """
    text, encoding = decode(data, encoding)
    lines = list(visible_lines(text))
    said, above = headers.read([fold(text, *line)[0] for line in lines[:MOST_HEADERS]])
    refuse_long_headline(lines[above], text)
    blocks = split_blocks(text, lines[above:])
    parts, doubts = cast(blocks)
    parts = [Part("header", *line, fold(text, *line)[0]) for line in lines[:above]] + parts
    refuse_long_headline(next((part.start, part.end) for part in parts if part.kind == "headline"), text)
    return assemble(text, encoding, parts, doubts + damage(text), said)


def refuse_long_headline(place, text):
    """Raise CopyError if the stretch of text, the headline, is longer than any headline."""
    length = len(fold(text, *place)[0])
    if length > LONGEST_HEADLINE:
        raise CopyError(
            _(
                "The first line has %(length)s characters and a headline at most %(limit)s; "
                "put the headline on a line of its own."
            )
            % {"length": length, "limit": LONGEST_HEADLINE}
        )


# From text to blocks


def visible_lines(text):
    """Yield (start, end) of each line on which something can be read."""
    for line in LINE.finditer(text):
        if UNSEEN.sub("", line[0]).strip():
            yield line.start(), line.end()


def split_blocks(text, lines):
    """Return the blocks of these lines: blank lines part them where there are any, otherwise each line is one."""
    if not any(blank_between(text, one, two) for one, two in zip(lines, lines[1:], strict=False)):
        return [block(text, [line]) for line in lines]
    groups = [[lines[0]]]
    for one, two in zip(lines, lines[1:], strict=False):
        if blank_between(text, one, two):
            groups.append([two])
        else:
            groups[-1].append(two)
    return [
        block(text, run) for number, group in enumerate(groups) for run in standing_apart(text, group, number)
    ]


def blank_between(text, one, two):
    """Say whether a blank line stands between two lines."""
    gap = UNSEEN.sub("", text[one[1] : two[0]]).replace("\r\n", "\n")
    return len(re.findall("[\n\r\u2028\u2029]", gap)) > 1


def standing_apart(text, group, number):
    """
    Yield the group's lines in runs that are one block each.

    A line with arrows is never the middle of a paragraph, nor is, near the top, a byline line or a line with a dateline.
    """
    run = []
    for line in group:
        words = fold(text, *line)[0]
        alone = ends_itself(words, number)
        if run and (
            alone or ticker_lines.has_arrows(words) or (number == 0 and datelines.at_head(words, first=True))
        ):
            yield run
            run = []
        run.append(line)
        if alone:
            yield run
            run = []
    if run:
        yield run


def ends_itself(words, number):
    """Say whether the line is complete: a ticker line with arrows, or a byline line in one of the first groups."""
    if ticker_lines.has_arrows(words) and ticker_lines.words_of(words):
        return True
    return number < 4 and bylines.is_byline(words)


def block(text, lines):
    """Return the block made of these lines."""
    start, end = lines[0][0], lines[-1][1]
    wide = len(lines) > 1 and any(stop - begin > LONGEST_WRAPPED for begin, stop in lines)
    return Block(start, end, *fold(text, start, end), wide)


def fold(text, start, end):
    """
    Return (the readable words of a stretch, the place of each of their characters in the text).

    Runs of white space that breaks lines become one space; no-break spaces stay, they are typography.
    """
    words, places = [], []
    for place in range(start, end):
        sign = " " if text[place] in SPACES else text[place]
        if sign in UNSEEN_SIGNS or (sign == " " and words[-1:] in ([], [" "])):
            continue
        words.append(sign)
        places.append(place)
    first = next((n for n, sign in enumerate(words) if not sign.isspace()), len(words))
    last = len("".join(words).rstrip())
    return "".join(words[first:last]), places[first:last]


# From blocks to parts


def cast(blocks):
    """Return (parts in order, doubts): every block, or its stretches, with the kind it was taken for."""
    kinds = {number: kind for number, kind in enumerate(map(plain_kind, blocks)) if kind}
    texts = [number for number in range(len(blocks)) if number not in kinds]
    if not texts:
        texts = [next(n for n, b in enumerate(blocks) if any(map(str.isalpha, b.words)))]
        kinds.pop(texts[0], None)
    texts = without_end_mark(blocks, kinds, texts)
    verdict, doubts = judge_last(blocks, texts)
    if verdict is Verdict.NOTE:
        kinds[texts.pop()] = "byline_note"
    heads = cast_top(blocks, kinds, texts)
    cast_crossheads(blocks, kinds, texts)
    parts = [
        part
        for number, one in enumerate(blocks)
        for part in parts_of(one, kinds.get(number, "paragraph"), heads.get(number, 0))
    ]
    return parts, doubts + doubts_about(parts, blocks)


def plain_kind(one):
    """Return "scrap" or "ticker" for a block that is so whatever stands around it, else ""."""
    if not any(map(str.isalnum, one.words)):
        return "scrap"
    return "ticker" if ticker_lines.words_of(one.words) else ""


def without_end_mark(blocks, kinds, texts):
    """Return the text blocks without an agency's end mark ("-30-", "ENDS") at the end, which becomes scrap."""
    if len(texts) > 1 and END_MARK.match(blocks[texts[-1]].words):
        kinds[texts[-1]] = "scrap"
        return texts[:-1]
    return texts


def judge_last(blocks, texts):
    """Return (verdict on the last text block, doubts about it): is it a note about the author?"""
    words = [blocks[number].words for number in texts]
    byline = next((line for line in words[1:4] if bylines.is_byline(line)), "")
    if len(words) < 2:
        return Verdict.TEXT, []
    verdict = author_notes.judge(
        words[-1], words[-2], story=" ".join(words[:-1]).replace(byline, ""), byline=byline
    )
    if verdict is Verdict.NOTE and len(words) < 3:
        verdict = Verdict.DOUBT
    message = _("The last paragraph may be a note about the author; if it is, take it out of the text.")
    return verdict, [Doubt("author-note", words[-1], message)] if verdict is Verdict.DOUBT else []


def cast_top(blocks, kinds, texts):
    """
    Give the blocks at the top their kinds: headline, byline line, dateline, standfirst.

    Return {number of a block: how many of its words' characters are a dateline}. There is at most one dateline, and it
    stands no later than at the head of the first paragraph of the body.
    """
    heads, seen, dated = {}, 0, None
    for number in texts:
        words = blocks[number].words
        if seen and "byline" not in kinds.values() and bylines.is_byline(words):
            kinds[number] = "byline"
        elif dated is None and number != texts[-1] and datelines.is_alone(words, first=seen == 0):
            kinds[number], dated = "dateline", seen
        else:
            head = datelines.at_head(words, first=seen == 0) if dated is None else 0
            if head:
                heads[number], dated = head, seen
            kinds[number] = top_kind(words, seen, last=number == texts[-1], dated=dated == seen)
            seen += 1
            if kinds[number] == "paragraph" and (is_full(words) or seen > MOST_AT_TOP):
                break
    return heads


def top_kind(words, seen, *, last, dated):
    """Return the kind of the text block that comes after ``seen`` others; dated: it carries a dateline."""
    if seen == 0:
        return "headline"
    if seen == 1 and not (dated or last or len(words) > LONGEST_STANDFIRST):
        return "standfirst"
    return "paragraph"


def cast_crossheads(blocks, kinds, texts):
    """Make short lines between two full paragraphs crossheads."""
    for before, number, after in zip(texts, texts[1:], texts[2:], strict=False):
        if number in kinds or not reads_as_crosshead(blocks[number].words):
            continue
        if kinds.get(before, "paragraph") in ("paragraph", "standfirst") and after not in kinds:
            if kinds.get(before) == "standfirst" or is_full(blocks[before].words):
                kinds[number] = "crosshead" if is_full(blocks[after].words) else "paragraph"


def reads_as_crosshead(words):
    """Say whether the words read as a crosshead: short, no sentence, no quotation, no item of a list."""
    if (
        len(words) > LONGEST_CROSSHEAD
        or len(words.split()) > 8
        or not words[0].isalpha()
        or words[0].islower()
    ):
        return False
    return words[-1] not in '.!:;,…،؛"”“»«’‘-–—' and not re.search(r"[.!?]\s+\S+\s+\S", words)


def is_full(words):
    """Say whether the words are a paragraph rather than one of several short lines."""
    return len(words) > LONGEST_CROSSHEAD or words[-1] in '.!?…"”“»؟۔'


def parts_of(one, kind, head=0):
    """Return the parts of a block: a dateline before its text, arrows around a ticker line's words."""
    if kind == "ticker":
        start, end = ticker_lines.words_of(one.words)
        cuts = [("scrap", 0, start), ("ticker", start, end), ("scrap", end, len(one.words))]
    else:
        cuts = [("dateline", 0, head), (kind, head, len(one.words))]
    cuts = [(kind, a, b) for kind, a, b in cuts if one.words[a:b].strip()]
    places = [one.start] + [one.cut(a) for _kind, a, _b in cuts[1:]] + [one.end]
    return [
        Part(kind, start, end, one.words[a:b].strip())
        for (kind, a, b), start, end in zip(cuts, places[:-1], places[1:], strict=True)
    ]


# What looks wrong


def doubts_about(parts, blocks):
    """Return doubts about paragraphs: joined from lines too long for hard-wrapped copy, or an agency's sign-off."""
    doubts = [
        Doubt(
            "joined-lines",
            one.words[:80],
            _(
                "Lines were joined into one paragraph because blank lines part this copy, but they are too long to be "
                "hard-wrapped; split the paragraph if they were paragraphs."
            ),
        )
        for one in blocks
        if one.wide
    ]
    doubts += [
        Doubt(
            "sign-off",
            part.words,
            _("The paragraph names who worked on the story; make it a byline or take it out of the text."),
        )
        for part in parts
        if part.kind == "paragraph" and SIGN_OFF.match(part.words)
    ]
    return doubts


def damage(text):
    """Return one doubt for each way in which the copy looks damaged, with the first place where it does."""
    found = [(code, pattern.search(text), message) for code, pattern, message in DAMAGE]
    return [Doubt(code, match[0], str(message) % match[0]) for code, match, message in found if match]


# From parts to the story


def assemble(text, encoding, parts, doubts, said):
    """Return the Story made of the parts; said: by its header."""
    first = {}
    for part in parts:
        first.setdefault(part.kind, part.words)
    return Story(
        text=text,
        encoding=encoding,
        pieces=pieces_of(text, parts),
        headline=first["headline"],
        standfirst=first.get("standfirst", ""),
        dateline=first.get("dateline", ""),
        byline=first.get("byline", ""),
        paragraphs=[(part.kind, part.words) for part in parts if part.kind in ("paragraph", "crosshead")],
        ticker_lines=ticker_lines_of(parts),
        byline_note=first.get("byline_note", ""),
        removed=removed_from(text, parts),
        warnings=doubts,
        headers=said,
    )


def pieces_of(text, parts):
    """Return the pieces, sorted by start: the parts, cut where a character is that nobody sees."""
    unseen = [(match.start(), match.end()) for match in UNSEEN.finditer(text)]
    pieces = [Piece("scrap", start, end) for start, end in unseen]
    for part in parts:
        for run in SEEN.finditer(text, part.start, part.end):
            stretch = run[0]
            start = run.start() + len(stretch) - len(stretch.lstrip())
            if stretch.strip():
                pieces.append(Piece(part.kind, start, start + len(stretch.strip())))
    return sorted(pieces, key=lambda piece: piece.start)


def ticker_lines_of(parts):
    """Return the ticker lines, each with the number of body blocks before it."""
    lines, blocks = [], 0
    for part in parts:
        blocks += part.kind in ("paragraph", "crosshead")
        if part.kind == "ticker":
            lines.append(TickerLine(part.words, blocks))
    return lines


def removed_from(text, parts):
    """Return what is in neither headline, standfirst nor body, in the order of the copy."""
    fields = {
        "header": "",
        "dateline": "datelines",
        "byline": "bylines",
        "ticker": "ticker_links",
        "byline_note": "byline_note",
        "scrap": "",
    }
    found = [
        (part.start, Removed(part.kind, part.words, fields[part.kind]))
        for part in parts
        if part.kind in fields
    ]
    found += [(match.start(), Removed("scrap", escaped(match[0]), "")) for match in UNSEEN.finditer(text)]
    return counted([removed for _start, removed in sorted(found, key=lambda pair: pair[0])])


def escaped(sign):
    """Return a character that nobody sees as an escape such as \\x07."""
    return sign.encode("unicode_escape").decode("ascii")
