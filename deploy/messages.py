"""
Keeps the catalogues of locale/ in step with the words of the interface: `make messages`.

Every sentence of Python and templates is looked up, what is gone leaves the catalogues, what is new stands in them
empty, and the .mo files that the site reads are written. Then the sentences without a translation are named. Babel
does the work, so that no gettext need be installed; templates are read as Django's own makemessages reads them.
"""

import ast
import sys
from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po
from django.utils.translation.template import templatize

ROOT = Path(__file__).resolve().parent.parent
LOCALE = ROOT / "locale"
APPS = (
    "accounts",
    "articles",
    "delivery",
    "desk",
    "fronts",
    "images",
    "newsroom",
    "templates",
    "tickers",
    "wire",
)
# A language that only readers' pages speak has the sentences of these files and these choices of stories.
FOR_READERS_ALONE = {"ar"}
READERS_SEE = (
    "articles/public/archive.py",
    "articles/clock.py",
    "articles/public/feeds.py",
    "articles/public/labels.py",
    "articles/writing/preview.py",
    "articles/templatetags/stories.py",
    "fronts/",
    "templates/403.html",
    "templates/404.html",
    "templates/410.html",
    "templates/500.html",
    "templates/articles/",
    "templates/base.html",
    "templates/fronts/",
    "templates/images/",
    "templates/tickers/",
    "tickers/feeds.py",
    "tickers/templatetags/",
)
READERS_ARE_TOLD = {"Editor’s note", "Read it all in the live ticker", "Right of reply"} | set(
    "News Analysis Background Interview Reportage Opinion Satire Sponsored Exclusive Live Correction Clarification "
    "Retraction topic person place organisation event series".split()
)
# Neither part of the interface nor written in its language.
LEFT_OUT = {"migrations", "demo"}
KEYWORDS = {
    "_": None,
    "gettext": None,
    "gettext_lazy": None,
    "gettext_noop": None,
    "ngettext": (1, 2),
    "ngettext_lazy": (1, 2),
    "pgettext": ((1, "c"), 2),
    "pgettext_lazy": ((1, "c"), 2),
    "npgettext": ((1, "c"), 2, 3),
    "npgettext_lazy": ((1, "c"), 2, 3),
}


def files():
    """Yield the path of every Python file and template whose words people at the site read, in one order everywhere."""
    for app in APPS:
        for path in sorted((ROOT / app).rglob("*")):
            if path.suffix in {".py", ".html", ".txt"} and not LEFT_OUT & set(path.parts):
                yield path


def sentences_of(path):
    """Yield (sentence, or a tuple of singular and plural; context or None) of each call of gettext in ``path``."""
    text = path.read_text(encoding="utf-8")
    if path.suffix == ".py":
        yield from sentences_of_code(text)
        return
    # Indented as templates are, what Django makes of them would be no Python.
    lines = (line.strip() for line in templatize(text, origin=str(path)).splitlines())
    code = BytesIO("\n".join(lines).encode())
    for _line, sentence, _comments, context in extract("python", code, keywords=KEYWORDS):
        yield sentence, context


def sentences_of_code(text):
    """
    Yield the same of Python source, in its order.

    By its syntax tree: Babel reads tokens, and before Python 3.12 an f-string was a single one.
    """
    calls = [node for node in ast.walk(ast.parse(text)) if isinstance(node, ast.Call) and node.args]
    for call in sorted(calls, key=lambda node: (node.lineno, node.col_offset)):
        name = getattr(call.func, "id", None) or getattr(call.func, "attr", None)
        if name not in KEYWORDS or not all(map(_is_text, call.args[: len(KEYWORDS[name] or [1])])):
            continue
        texts = [argument.value for argument in call.args if _is_text(argument)]
        context = texts.pop(0) if name.lstrip("n").startswith("pgettext") else None
        yield (tuple(texts[:2]) if "ngettext" in name or name.startswith("np") else texts[0]), context


def _is_text(node):
    return isinstance(node, ast.Constant) and isinstance(node.value, str)


def template_of(language):
    """Return a Catalog, without translations, of what the catalogue of ``language`` has to hold."""
    whole = extracted()
    if language not in FOR_READERS_ALONE:
        return whole
    part = Catalog(fuzzy=False)
    for message in whole:
        seen = [place for place in message.locations if place[0].startswith(READERS_SEE)]
        if message.id and (seen or message.id in READERS_ARE_TOLD or message.context == "done for a story"):
            part.add(message.id, None, message.locations, context=message.context)
    return part


def extracted():
    """Return a Catalog of all sentences of the interface, each with the files it stands in."""
    catalog = Catalog(fuzzy=False)
    for path in files():
        for sentence, context in sentences_of(path):
            catalog.add(sentence, None, [(path.relative_to(ROOT).as_posix(), 1)], context=context)
    return catalog


def languages():
    return sorted(path.parent.parent.name for path in LOCALE.glob("*/LC_MESSAGES/django.po"))


def path_of(language, ending="po"):
    return LOCALE / language / "LC_MESSAGES" / f"django.{ending}"


def read(language):
    with path_of(language).open("rb") as file:
        return read_po(file, locale=language)


def updated(language, template):
    """Return the catalogue of ``language`` with exactly the sentences of ``template``; nothing is guessed."""
    catalog = read(language)
    catalog.update(template, no_fuzzy_matching=True, update_creation_date=False)
    return catalog


def compiled(catalog):
    """Return the bytes of the .mo file of ``catalog``."""
    file = BytesIO()
    write_mo(file, catalog)
    return file.getvalue()


def written(catalog):
    """Return the bytes of the .po file of ``catalog``: by file, without line numbers, which change with every edit."""
    file = BytesIO()
    write_po(file, catalog, width=110, sort_by_file=True, ignore_obsolete=True, include_lineno=False)
    return file.getvalue()


def untranslated(catalog):
    """Return the sentences of ``catalog`` that have no translation, or lack one of their plurals."""
    return [message.id for message in catalog if message.id and not _is_whole(message)]


def _is_whole(message):
    words = message.string if isinstance(message.string, tuple | list) else [message.string]
    return all(words) and not message.fuzzy


def main():
    missing = 0
    for language in languages():
        catalog = updated(language, template_of(language))
        path_of(language).write_bytes(written(catalog))
        path_of(language, "mo").write_bytes(compiled(read(language)))
        empty = untranslated(catalog)
        missing += len(empty)
        print(f"{language}: {len(catalog)} sentences, {len(empty)} without a translation.")
        for sentence in empty:
            print(f"  {sentence!r}")
    return 1 if missing else 0


if __name__ == "__main__":
    sys.exit(main())
