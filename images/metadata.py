"""
What a picture says of itself: caption, credit, copyright, alt text and date out of XMP, IPTC and EXIF, pure.

XMP is believed before IPTC, IPTC before EXIF. Nothing here is ever shown unread: it is proposed to the picture desk.
Sources: IPTC Photo Metadata Standard 2024.1, Exif 3.0.
"""

import re
from dataclasses import dataclass, fields
from datetime import date

from defusedxml import ElementTree
from PIL import IptcImagePlugin

LONGEST_XMP = 1_000_000  # bytes
LIMITS = {"title": 250, "caption": 5000, "alt": 500, "credit": 250, "copyright": 250}
EXIF_POINTER = 0x8769

_RDF = "{http://www.w3.org/1999/02/22-rdf-syntax-ns#}"
_DC = "{http://purl.org/dc/elements/1.1/}"
_PHOTOSHOP = "{http://ns.adobe.com/photoshop/1.0/}"
_XMP = "{http://ns.adobe.com/xap/1.0/}"
_IPTC_CORE = "{http://iptc.org/std/Iptc4xmpCore/1.0/xmlns/}"


@dataclass(frozen=True)
class Facts:
    """Texts as written, trimmed, "" where nothing is said; taken: ISO date or ""."""

    title: str = ""
    caption: str = ""
    alt: str = ""
    credit: str = ""
    copyright: str = ""
    taken: str = ""


def read(picture):
    """Return the Facts of a PIL image. What can't be read is left out; nothing is raised."""
    sources = [_safely(reader, picture) for reader in (_xmp, _iptc, _exif)]
    return Facts(
        **{
            field.name: next((facts[field.name] for facts in sources if facts.get(field.name)), "")
            for field in fields(Facts)
        }
    )


def _safely(reader, picture):
    try:
        found = reader(picture)
    except Exception:  # metadata is as hostile as the picture, and no reason to refuse it
        return {}
    return {name: _tidied(name, value) for name, value in found.items()}


def _tidied(name, value):
    if name == "taken":
        return _day(value)
    text = "".join(char for char in value if char.isprintable() or char == "\n")
    text = re.sub(r"[^\S\n]+", " ", text).strip()
    if name != "caption":
        text = " ".join(text.split())
    return text[: LIMITS[name]].strip()


def _day(value):
    """Return the ISO date at the head of "2026-03-02T…", "2026:03:02 …" or "20260302"; "" for no real day."""
    match = re.match(r"(\d{4})[-:]?(\d\d)[-:]?(\d\d)", value)
    try:
        return date(*map(int, match.groups())).isoformat() if match else ""
    except ValueError:
        return ""


def _signed(creator, agency):
    """Return the credit of a photographer and an agency: both, parted by a slash, or the one there is."""
    if creator and agency and creator.lower() not in agency.lower():
        return f"{creator}/{agency}"
    return agency or creator


def _xmp(picture):
    packet = picture.info.get("xmp") or b""
    packet = packet.encode() if isinstance(packet, str) else packet
    if not packet or len(packet) > LONGEST_XMP:
        return {}
    root = ElementTree.fromstring(packet.strip(b"\x00 \n\r\t"), forbid_dtd=True)
    found = {}
    for description in root.iter(f"{_RDF}Description"):
        for name, value in description.attrib.items():
            found.setdefault(name, value)
        for child in description:
            found.setdefault(child.tag, _xmp_text(child))
    creator, agency = found.get(f"{_DC}creator", ""), found.get(f"{_PHOTOSHOP}Credit", "")
    return {
        "title": found.get(f"{_PHOTOSHOP}Headline") or found.get(f"{_DC}title", ""),
        "caption": found.get(f"{_DC}description", ""),
        "alt": found.get(f"{_IPTC_CORE}AltTextAccessibility", ""),
        "credit": _signed(creator, agency),
        "copyright": found.get(f"{_DC}rights", ""),
        "taken": found.get(f"{_PHOTOSHOP}DateCreated") or found.get(f"{_XMP}CreateDate", ""),
    }


def _xmp_text(element):
    """Return the text of a property: its own, the default language of an Alt, the names of a Seq joined."""
    items = element.findall(f".//{_RDF}li")
    if not items:
        return element.text or ""
    if element.find(f"{_RDF}Alt") is not None:
        language = "{http://www.w3.org/XML/1998/namespace}lang"
        items = [item for item in items if item.get(language) == "x-default"][:1] or items[:1]
    return ", ".join(item.text for item in items if item.text)


def _iptc(picture):
    records = IptcImagePlugin.getiptcinfo(picture) or {}
    is_utf8 = records.get((1, 90)) == b"\x1b%G"

    def text(number):
        raw = records.get((2, number)) or b""
        values = raw if isinstance(raw, list) else [raw]
        return ", ".join(filter(None, (_iptc_text(value, is_utf8) for value in values)))

    return {
        "title": text(105) or text(5),
        "caption": text(120),
        "credit": _signed(text(80), text(110)),
        "copyright": text(116),
        "taken": text(55),
    }


def _iptc_text(raw, is_utf8):
    """IPTC says which letters it uses or, more often, nothing: UTF-8 where it fits, else Windows' letters."""
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError:
        return raw.decode("utf-8" if is_utf8 else "cp1252", errors="replace")


def _exif(picture):
    exif = picture.getexif()
    detail = exif.get_ifd(EXIF_POINTER)
    return {
        "caption": _exif_text(exif.get(0x010E)),
        "credit": _exif_text(exif.get(0x013B)),
        "copyright": _exif_text(exif.get(0x8298)),
        "taken": _exif_text(detail.get(0x9003)),
    }


def _exif_text(value):
    """EXIF texts are ASCII by the book and UTF-8 in life; Pillow reads them as Latin-1."""
    if not isinstance(value, str):
        return ""
    value = value.split("\x00")[0]
    try:
        return value.encode("latin-1").decode("utf-8")
    except UnicodeError:
        return value
