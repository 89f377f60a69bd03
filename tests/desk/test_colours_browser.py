"""The desk's green and red in a real browser, by day and in the dark; each is written down once."""

import re
from pathlib import Path

import pytest

from articles import workflow
from tests.factories import make_chief, make_content, make_published

STYLES = Path(__file__).resolve().parent.parent.parent / "static" / "desk"
PAINT = "(nodes, property) => nodes.map((node) => getComputedStyle(node)[property])"


def colour(page, selector, property="color"):
    """Return the one computed colour of all that ``selector`` finds, at least one thing."""
    [found] = set(page.locator(selector).evaluate_all(PAINT, property))
    return found


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
def test_what_is_good_is_green_and_what_goes_out_is_red(page, site, sign_in):
    chief = make_chief()
    sign_in(chief)
    story = make_published(headline="The bridge is shut", by=chief)
    workflow.save(story, make_content(headline="The bridge is open"), by=chief, base=1)
    here = f"{site}/admin/articles/article/{story.pk}"
    for scheme, green in (("light", "rgb(11, 107, 52)"), ("dark", "rgb(127, 214, 162)")):
        page.emulate_media(color_scheme=scheme)
        page.goto(f"{here}/change/")
        assert colour(page, ".status-online strong") == green
        assert colour(page, ".publishing button.default", "backgroundColor") == "rgb(156, 28, 28)"
        page.goto(f"{here}/compare/")
        assert colour(page, ".sides ins") == green


def test_no_colour_that_has_a_name_is_written_out():
    texts = {path.name: path.read_text() for path in STYLES.glob("*.css")}
    named = {colour for text in texts.values() for colour in re.findall(r"--desk-\w+:\s*(#\w+)", text)}
    assert {"#9c1c1c", "#0b6b34", "#7fd6a2", "#a11414"} <= named
    rules = {name: re.sub(r"--[\w-]+:[^;}]*", "", text) for name, text in texts.items()}
    written = {
        name: set(re.findall(r"#[0-9a-f]{3,6}\b", text)) & named - {"#fff"} for name, text in rules.items()
    }
    assert {name: colours for name, colours in written.items() if colours} == {}
