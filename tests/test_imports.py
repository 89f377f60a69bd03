"""Arrows point down only: which app may import which (the layout's rule), read from the source itself."""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
BELOW = {
    "accounts": set(),
    "delivery": set(),
    "images": {"accounts", "delivery"},
    "articles": {"images", "accounts", "delivery"},
    "tickers": {"articles", "images", "accounts", "delivery"},
    "wire": {"articles", "images", "accounts", "delivery"},
    "fronts": {"articles", "tickers", "images", "accounts", "delivery"},
    "desk": {"fronts", "wire", "tickers", "articles", "images", "accounts", "delivery"},
    "newsroom": {"desk", "fronts", "wire", "tickers", "articles", "images", "accounts", "delivery"},
}
# Inside articles: models <- body, revisions, workflow, permissions, checks <- forms <- views, admin, feeds <- urls.
FLOORS = {"models": 0, "slugs": 0, "addresses": 0, "forms": 2, "admin": 3, "urls": 4}
FLOORS |= dict.fromkeys(["templatetags", "writing.preview"], 3)
FLOORS |= dict.fromkeys([f"public.{page}" for page in ("views", "feeds", "sitemaps", "archive")], 3)
RULES = 1  # body, revisions, workflow, permissions, checks and whatever else is neither model nor page
# What the models themselves need: no rule, no page.
MODELS_MAY = {"addresses", "models", "slugs"}


def sources(app):
    return sorted(path for path in (ROOT / app).rglob("*.py") if "migrations" not in path.parts)


def imported(path):
    """Yield the dotted names that the file imports, wherever in it."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.level == 0:
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def wrong_arrows(path, app, below):
    for name in imported(path):
        top = name.split(".")[0]
        if top in BELOW and top != app and top not in below:
            yield f"{path.relative_to(ROOT)} imports {name}"


def test_the_rule_names_the_apps_that_there_are():
    assert BELOW.keys() == {path.parent.name for path in ROOT.glob("*/apps.py")}


@pytest.mark.parametrize("app", BELOW)
def test_an_app_imports_only_apps_below_it(app):
    assert [line for path in sources(app) for line in wrong_arrows(path, app, BELOW[app])] == []


def test_nothing_is_imported_relatively():
    relative = [
        str(path.relative_to(ROOT))
        for app in BELOW
        for path in sources(app)
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.ImportFrom) and node.level
    ]
    assert relative == []


def floor(parts):
    """Return the floor of a module of articles, named by the parts of its dotted name below "articles"."""
    return FLOORS.get(".".join(parts[:2]), FLOORS.get(parts[0], RULES))


def test_inside_articles_rules_know_no_forms_and_forms_no_pages():
    wrong = []
    for path in sources("articles"):
        module = path.relative_to(ROOT / "articles").with_suffix("").parts
        if module[0] in {"apps", "management"}:
            continue
        for name in imported(path):
            app, *parts = name.split(".")
            if app != "articles" or not parts:
                continue
            if module[0] == "models" and parts[0] not in MODELS_MAY or floor(parts) > floor(module):
                wrong.append(f"{path.relative_to(ROOT)} imports {name}")
    assert wrong == []


def test_the_rule_would_see_a_wrong_arrow(tmp_path):
    planted = ROOT / "delivery" / "log.py"
    text = "from articles.models import Article\n"
    assert list(imported(_write(tmp_path / "x.py", text))) == ["articles.models.Article"]
    assert list(wrong_arrows(planted, "delivery", BELOW["delivery"])) == []


def _write(path, text):
    path.write_text(text, encoding="utf-8")
    return path
