"""
Words in plain letters: `slugify` for addresses in any script, `fold` for finding a word however it is written, `plain_words`
for finding it from any script, and which section addresses are taken by the site itself.
"""

import re
import unicodedata

from anyascii import anyascii
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

LENGTH = 80
RESERVED = frozenset(
    "admin api archive authors corrections favicon.ico feeds healthz live media news-sitemap.xml preview readyz "
    "robots.txt search security.txt sitemap.xml static tags".split()
)
# Official romanisation of Ukrainian (Cabinet of Ministers, resolution 55 of 2010), where anyascii differs from it.
UKRAINIAN = str.maketrans(
    {"г": "h", "ґ": "g", "и": "y", "і": "i", "х": "kh", "щ": "shch", "ь": "", "’": "", "'": "", "ʼ": ""}
)
UKRAINIAN_FIRST = {"є": "ye", "ї": "yi", "й": "y", "ю": "yu", "я": "ya"}
UKRAINIAN_LATER = str.maketrans({"є": "ie", "ї": "i", "й": "i", "ю": "iu", "я": "ia"})
GERMAN = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue"})


def slugify(text, language=""):
    """
    Return ``text`` as lower-case ASCII words joined by hyphens, at most 80 characters, cut between words.

    language: the text's, where it matters ("uk" and "de" are written as their readers expect). Return "" where no
    letter or digit is left.
    """
    text = text.lower()
    if language == "uk":
        text = _ukrainian(text)
    elif language == "de":
        text = text.translate(GERMAN)
    words = re.findall(r"[a-z0-9]+", re.sub(r"['’]", "", anyascii(text)).lower())
    return _fit("-".join(words))


def fold(text):
    """
    Return ``text`` without what tells capitals and accented letters from plain ones: "Brücke" and "BRUCKE" are alike.

    Databases fold only the letters that their settings know, SQLite those of ASCII alone; what both sides of a search
    went through is found in every script on every one.
    """
    parts = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", text).casefold())
    return "".join(letter for letter in parts if not unicodedata.combining(letter))


def plain_words(text):
    """
    Return ``text`` as small ASCII words parted by single spaces, whatever its script: "Київ-2" is "kiiv 2".

    Compared, never printed: the same letters come out alike on both sides, and any database sorts them alike.
    """
    return " ".join(re.findall(r"[a-z0-9]+", re.sub(r"['’ʼ`]", "", anyascii(text)).lower()))


def _ukrainian(text):
    text = re.sub(r"зг", "zgh", text)
    text = re.sub(r"(?<!\w)[єїйюя]", lambda found: UKRAINIAN_FIRST[found[0]], text)
    return text.translate(UKRAINIAN_LATER).translate(UKRAINIAN)


def _fit(slug):
    if len(slug) <= LENGTH:
        return slug
    return slug[: LENGTH + 1].rsplit("-", 1)[0][:LENGTH]


def validate_section_slug(slug):
    """Raise ValidationError where a section at this address would hide a page of the site or look like a story."""
    if slug in RESERVED:
        raise ValidationError(
            _("The address “%(slug)s” belongs to the site itself; choose another."), params={"slug": slug}
        )
    if re.search(r"-\d+$", slug):
        raise ValidationError(
            _("A section's address can't end in a hyphen and a number: that is how stories end.")
        )
