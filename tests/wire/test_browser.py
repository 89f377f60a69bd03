""" "New from copy" as a person meets it in a browser: nothing refused by the page's own policy, a file may be dropped."""

import pytest
from playwright.sync_api import expect

from articles.models import Article
from tests.factories import make_section, make_user

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

COPY = "Bridge opens\nAfter two years.\nR.The bridge opened.\n>>> All in the live ticker\nTrams run.\n"

DROP = """(form, text) => {
    const files = new DataTransfer();
    files.items.add(new File([text], "bridge.txt", {type: "text/plain"}));
    for (const kind of ["dragover", "drop"])
        form.dispatchEvent(new DragEvent(kind, {bubbles: true, cancelable: true, dataTransfer: files}));
}"""


def test_pasted_copy_is_looked_at_and_made_into_a_draft(page, sign_in, site):
    make_section("Coast")
    sign_in(make_user("ana", "reporter"))
    page.goto(f"{site}/admin/wire/item/new-from-copy/")
    page.get_by_label("Paste the text").fill(COPY)
    page.get_by_label("Section").select_option(label="Coast")
    page.get_by_role("button", name="See what it says").click()
    expect(page.get_by_role("heading", name="What it says")).to_be_visible()
    expect(page.locator(".finding")).to_have_count(4)
    page.get_by_role("button", name="Make draft").click()
    page.wait_for_url("**/change/")
    assert Article.objects.get().working_headline == "Bridge opens"


def test_a_dropped_file_is_looked_at_and_made_into_a_draft(page, sign_in, site):
    sign_in(make_user("ana", "reporter"))
    page.goto(f"{site}/admin/wire/item/new-from-copy/")
    page.locator("form.from-copy").evaluate(DROP, COPY)
    page.get_by_role("button", name="See what it says").click()
    expect(page.get_by_text("Chosen: bridge.txt")).to_be_visible()
    page.get_by_role("button", name="Make draft").click()
    page.wait_for_url("**/change/")
    assert Article.objects.get().items.get().name == "bridge.txt"


@pytest.mark.parametrize("width", [1280, 390])
def test_nothing_overflows(page, sign_in, site, width):
    sign_in(make_user("ana", "reporter"))
    page.set_viewport_size({"width": width, "height": 900})
    page.goto(f"{site}/admin/wire/item/new-from-copy/")
    page.get_by_label("Paste the text").fill(COPY.replace("Trams", "T" * 250))
    page.get_by_role("button", name="See what it says").click()
    page.get_by_role("heading", name="What it says").wait_for()
    page.wait_for_load_state("load")
    assert page.evaluate("document.documentElement.scrollWidth") <= width
