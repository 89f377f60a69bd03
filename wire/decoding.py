"""From the bytes an agency sent to text: UTF-8, UTF-16 with a mark, or the encoding somebody named; never a guess."""

import codecs
import re

from django.utils.translation import gettext as _

from wire.story import CopyError

MAX_BYTES = 2_000_000

#: Byte-order marks and what they say. UTF-32 comes first because its mark begins like that of UTF-16.
MARKS = [
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
]

#: How files begin that are not plain text though some of them decode as if they were.
OTHER_FORMATS = [
    (b"%PDF-", "PDF"),
    (b"{\\rtf", "RTF"),
    (b"PK\x03\x04", "Word, ODT or ZIP"),
    (b"\xd0\xcf\x11\xe0", "Word"),
    (b"\x89PNG", "PNG"),
    (b"\xff\xd8\xff", "JPEG"),
    (b"GIF8", "GIF"),
]
CONTROLS = re.compile("[\x01-\x08\x0e-\x1f\x7f]")


def decode(data: bytes, encoding: str | None = None) -> tuple[str, str]:
    """
    Return (text without its byte-order mark, name of the encoding).

    encoding: what the sender said, None for "UTF-8, or UTF-16 with a mark". Raise CopyError for what is no plain text.
    """
    refuse_size(len(data))
    if not data:
        raise CopyError(_("The copy is empty; send the file with its text."))
    for magic, name in OTHER_FORMATS:
        if data.startswith(magic):
            raise CopyError(
                _("The copy is a %(format)s file; save it as plain text and send that.") % {"format": name}
            )
    name = chosen_encoding(data, encoding)
    text = decoded(data, name).removeprefix("\ufeff")
    refuse_binary(text)
    if not any(map(str.isalpha, text)):
        raise CopyError(_("The copy holds no letter; send the file with its text."))
    return text, name


def refuse_size(size: int, *, more=False):
    """
    Raise CopyError for a copy of more than MAX_BYTES bytes; callers ask before they read.

    more: reading stopped after ``size`` bytes, so that nobody knows how many there are.
    """
    if size > MAX_BYTES:
        limit = MAX_BYTES // 1_000_000
        if more:
            raise CopyError(_("The copy has over %s MB; send the text alone.") % limit)
        raise CopyError(
            _("The copy has %(size).1f MB and at most %(limit)s MB are taken; send the text alone.")
            % {"size": size / 1_000_000, "limit": limit}
        )


def chosen_encoding(data, named):
    """Return the encoding to use: the named one unless the mark contradicts it, else the mark's, else UTF-8."""
    marked = next((name for mark, name in MARKS if data.startswith(mark)), None)
    if not named:
        return marked or "utf-8"
    known = known_encoding(named)
    if marked and not known.startswith(marked):
        raise CopyError(
            _("The copy carries the mark of %(marked)s, but %(named)s was named; leave the encoding out.")
            % {"marked": marked.upper(), "named": named}
        )
    if known in ("utf-16", "utf-32") and not marked:
        raise CopyError(
            _("The copy is said to be %(named)s but has no mark; name %(named)s-le or %(named)s-be.")
            % {"named": known}
        )
    return known


def known_encoding(named):
    """Return Python's name of an encoding for text; raise CopyError if there is none of that name."""
    try:
        "a".encode(named)
        return codecs.lookup(named).name.removesuffix("-sig").replace("_", "-")
    except (LookupError, ValueError) as error:
        raise CopyError(
            _("There is no text encoding “%(name)s”; name one such as utf-8, cp1252 or koi8-u.")
            % {"name": named[:40]}
        ) from error


def decoded(data, name):
    """Return the text; raise CopyError naming the first byte that does not fit."""
    try:
        text = data.decode(name)
        text.encode("utf-8")
    except UnicodeError as error:
        place = getattr(error, "start", None) if isinstance(error, UnicodeDecodeError) else None
        where = (
            ""
            if place is None
            else _(" (byte %(byte)s at position %(place)s)")
            % {"byte": f"0x{data[place]:02x}" if place < len(data) else "?", "place": place}
        )
        raise CopyError(
            _("The copy is not %(name)s%(where)s; name its encoding, for example cp1252.")
            % {"name": name.upper(), "where": where}
        ) from error
    return text


def refuse_binary(text):
    """Raise CopyError for text that holds NUL, or so many control characters that it cannot be copy."""
    if "\0" in text:
        raise CopyError(
            _(
                "The copy holds NUL bytes, so it is binary or in another encoding; "
                "save it as plain text or name its encoding."
            )
        )
    controls = len(CONTROLS.findall(text))
    if controls > 20 and controls * 10 > len(text):
        raise CopyError(
            _("The copy is one tenth control characters, so it is no text; save it as plain text.")
        )
