"""docs/design.md says how the code is: its rules have the numbers that comments use, its arrows are those that are held."""

import re
from pathlib import Path

from tests.test_imports import BELOW

ROOT = Path(__file__).resolve().parent.parent
TEXT = (ROOT / "docs" / "design.md").read_text(encoding="utf-8")
APPS = [*BELOW, "tests", "benchmarks"]


def test_each_rule_that_a_comment_names_is_there():
    rules = re.findall(r"(?m)^(\d+)\. \*\*", TEXT)
    assert rules == [str(number) for number in range(1, 13)]
    code = [path.read_text(encoding="utf-8") for app in APPS for path in (ROOT / app).rglob("*.py")]
    named = {number for text in code for number in re.findall(r"\b[Rr]ule\s(\d+)\b", text)}
    assert {"1", "2", "12"} <= named <= set(rules)
    assert "docs/design.md" in (ROOT / "README.md").read_text(encoding="utf-8")


def test_its_arrows_are_those_that_are_held():
    rows = re.findall(r"(?m)^\| `(\w+)` \| [^|]* \| ([^|]*)\|$", TEXT)
    told = {app: set(re.findall(r"`(\w+)`", below)) for app, below in rows}
    assert dict(rows)["newsroom"] == "all of them "
    assert told | {"newsroom": BELOW.keys() - {"newsroom"}} == BELOW


def test_each_file_and_word_of_code_that_it_names_is_there():
    paths = re.findall(r"`([a-z_]+/[a-z_/]+\.py)`|\]\(([a-z]+\.md)\)", TEXT)
    assert len(paths) > 5
    assert [path or doc for path, doc in paths if not (ROOT / (path or f"docs/{doc}")).exists()] == []
    models = re.findall(r"(?m)^\| ([A-Z][A-Za-z, ]+) \|", TEXT.partition("## Rules")[0])
    code = "".join(path.read_text(encoding="utf-8") for app in BELOW for path in (ROOT / app).rglob("*.py"))
    assert [name for row in models for name in row.split(", ") if f"\nclass {name}(" not in code] == []
