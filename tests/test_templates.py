"""Templates load the tags that they use, and each tag and filter of ours is used by some template."""

import re
from importlib import import_module
from pathlib import Path

from django.template.backends.django import get_installed_libraries

ROOT = Path(__file__).resolve().parent.parent
LIBRARIES = {name: import_module(path).register for name, path in get_installed_libraries().items()}
TEXTS = {str(path.relative_to(ROOT)): path.read_text() for path in (ROOT / "templates").rglob("*.*")}


def used(text):
    """Return the names of tags and filters in a template, each as it is written there: "translate", "|hour"."""
    tags = re.findall(r"{%\s*(\w+)", text)
    inside = re.findall(r"(?s){[{%](.*?)[}%]}", text)
    return {*tags, *(f"|{name}" for part in inside for name in re.findall(r"\|(\w+)", part))}


def offered(library):
    return {*library.tags, *(f"|{name}" for name in library.filters)}


def unused_loads(text):
    loaded = {name for line in re.findall(r"{%\s*load ([^%]*)%}", text) for name in line.split()}
    return sorted(name for name in loaded if not used(text) & offered(LIBRARIES[name]))


def test_a_template_loads_nothing_that_it_does_not_use():
    found = {name: unused_loads(text) for name, text in TEXTS.items()}
    assert {name: loads for name, loads in found.items() if loads} == {}
    assert unused_loads("{% load i18n static stories %}{% translate 'x' %}{{ at|hour }}") == ["static"]


def test_each_tag_and_filter_of_ours_is_used_by_a_template():
    everywhere = set().union(*map(used, TEXTS.values()))
    ours = {name for name in LIBRARIES if list(ROOT.glob(f"*/templatetags/{name}.py"))}
    assert {"stories", "tickers", "desk_words"} <= ours
    assert {name: idle for name in ours if (idle := offered(LIBRARIES[name]) - everywhere)} == {}
