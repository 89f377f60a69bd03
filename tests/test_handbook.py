"""The handbook names what stands on the pages: each name in bold is one of the interface's own words."""

import ast
import re
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
HANDBOOK = ROOT / "docs" / "handbook.md"
APPS = "accounts articles delivery desk fronts images newsroom tickers wire".split()
MARKED = {"_", "gettext", "gettext_lazy", "ngettext", "ngettext_lazy", "pgettext", "pgettext_lazy"}
IN_TEMPLATE = re.compile(r"""(?:translate|_\() ?(?:"([^"]+)"|'([^']+)')""")
BLOCK = re.compile(r"\{% blocktranslate.*?%\}(.*?)\{% endblocktranslate %\}", re.S)
FILLED_IN = re.compile(r"\{\{.*?\}\}|%\(\w+\)[sd]|%[sd]")
LEAST = 3  # letters that a name has of its own; "%(kind)s: %(name)s" would match nearly all


def words_of_code(path):
    """Yield the texts that are marked for translation in a file of Python."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in MARKED:
            yield from (part.value for part in node.args if isinstance(part, ast.Constant))


def words_of_template(path):
    text = path.read_text(encoding="utf-8")
    yield from (double or single for double, single in IN_TEMPLATE.findall(text))
    yield from (part.strip() for block in BLOCK.findall(text) for part in block.split("{% plural %}"))


@cache
def interface_words():
    """Return every word of the interface, as it begins a line: labels are stored small and shown large."""
    code = (word for app in APPS for path in (ROOT / app).rglob("*.py") for word in words_of_code(path))
    shown = (word for path in (ROOT / "templates").rglob("*.html") for word in words_of_template(path))
    return {word[:1].upper() + word[1:] for word in (*code, *shown) if isinstance(word, str)}


def names_in_bold(text):
    return [" ".join(name.split()) for name in re.findall(r"\*\*(.+?)\*\*", text, re.S)]


@cache
def interface():
    """Return one pattern of all words; what the interface fills in, a number or a name, may be anything."""
    parts = (FILLED_IN.split(words) for words in interface_words())
    return re.compile(
        "|".join(".+".join(map(re.escape, part)) for part in parts if max(map(len, part)) >= LEAST), re.S
    )


def unknown(text):
    return sorted({name for name in names_in_bold(text) if not interface().fullmatch(name)})


def test_each_name_in_bold_stands_in_the_interface():
    text = HANDBOOK.read_text(encoding="utf-8").replace("Words in **bold**", "")
    assert len(names_in_bold(text)) > 40
    assert unknown(text) == []


def test_a_name_that_is_gone_would_be_noticed():
    assert unknown("Press **Save**, then **Send by\npigeon**.") == ["Send by pigeon"]


def test_the_jobs_are_numbered_and_so_are_their_steps():
    head, *jobs = HANDBOOK.read_text(encoding="utf-8").split("\n## ")
    assert "\nThirteen jobs" in head and len(jobs) == 13
    assert [job.partition(". ")[0] for job in jobs] == [str(number) for number in range(1, 14)]
    assert [job.partition("\n")[0] for job in jobs if "\n1. " not in job] == []
