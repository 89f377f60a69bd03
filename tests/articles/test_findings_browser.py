"""Findings beside the form, pressed in a real browser: the cursor on the wording, the right form in its place."""

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from articles import body
from articles.models import Article
from tests.browser import becomes, let_settle
from tests.factories import figure, make_chief, make_image, make_revision, make_tag, ticker_line

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

BODY = (
    "<p>Trams run to <strong>Sarnn</strong> again, and Sarnn is glad.</p>"
    '<aside data-block="note"><p>Ask Sarnn who paid.</p></aside>'
    "<h2>Marow</h2><p>From Marow to Sarnn takes an hour.</p>"
)


@pytest.fixture
def form(page, site, sign_in):
    """The form of a story with six wrong name forms; the fixture's value is the Article."""
    make_tag("Sarn", kind="place", wrong=["Sarnn"])
    make_tag("Marrow", kind="place", wrong=["Marow"])
    chief = make_chief()
    article = make_revision(
        by=chief, headline="Trams reach Sarnn", body=BODY, ticker_links=[ticker_line("Follow it all live")]
    ).article
    sign_in(chief)
    page.goto(f"{site}/admin/articles/article/{article.pk}/change/")
    page.locator(".ProseMirror[contenteditable=true] p").first.wait_for()
    return article


def finding(page, number, code="name-form"):
    return page.locator(f".finding[data-code={code}]").nth(number)


def selected(page):
    return page.evaluate("window.getSelection().toString()")


def test_show_puts_the_cursor_on_the_wording_it_means(page, form):
    finding(page, 2).get_by_role("button", name="Show").click()
    becomes(page, lambda: selected(page), "Sarnn")
    let_settle(page)
    page.keyboard.type("Sarn")
    first = page.locator(".ProseMirror[contenteditable=true] > p").first
    becomes(page, first.inner_text, "Trams run to Sarnn again, and Sarn is glad.")


def test_show_finds_the_headline_and_the_ticker_line(page, form):
    finding(page, 0).get_by_role("button", name="Show").click()
    expect(page.locator(":focus")).to_have_attribute("name", "headline")
    finding(page, 0, "ticker-unresolved").get_by_role("button", name="Show").click()
    expect(page.locator(":focus")).to_have_attribute("name", "ticker_links-0-text")


def test_all_right_forms_are_written_by_one_press_and_notes_stay(page, form):
    press = page.get_by_role("button", name="Write all right forms")
    becomes(page, press.inner_text, "Write all right forms (6)")
    press.click()
    expect(press).to_be_hidden()
    with page.expect_navigation():
        page.get_by_role("button", name="Save", exact=True).click()
    content = Article.objects.get(pk=form.pk).latest_revision.content
    assert content["headline"] == "Trams reach Sarn"
    assert content["body"] == (
        "<p>Trams run to <strong>Sarn</strong> again, and Sarn is glad.</p>"
        '<aside data-block="note"><p>Ask Sarnn who paid.</p></aside>'
        "<h2>Marrow</h2><p>From Marrow to Sarn takes an hour.</p>"
    )
    expect(page.locator(".finding[data-code=name-form]")).to_have_count(0)


def test_one_right_form_is_written_in_its_own_place_and_can_be_undone(page, form):
    finding(page, 2).get_by_role("button", name="Write “Sarn”").click()
    editor = page.locator(".ProseMirror[contenteditable=true]")
    expect(editor).to_contain_text("Sarnn again, and Sarn is glad")
    becomes(page, finding(page, 2).get_by_role("status").inner_text, "Written; save to check again.")
    let_settle(page)
    page.keyboard.press("Control+z")
    expect(editor).to_contain_text("Sarnn again, and Sarnn is glad")


def test_a_wording_that_is_gone_is_said_to_be(page, form):
    page.locator("[name=headline]").fill("Trams return")
    finding(page, 0).get_by_role("button", name="Show").click()
    gone = "This wording no longer stands in the text."
    becomes(page, finding(page, 0).get_by_role("status").inner_text, gone)


def test_the_length_is_counted_while_typing_as_the_server_counts_it(page, form):
    line = page.locator("[data-counter]")
    words = body.word_count(BODY)
    becomes(page, line.inner_text, f"{words} words · 1 min to read")
    page.locator(".ProseMirror[contenteditable=true] p").last.click()
    let_settle(page)
    page.keyboard.press("End")
    let_settle(page)
    page.keyboard.type(" Two more")
    page.wait_for_function(f"document.querySelector('[data-length]').textContent === '{words + 2} words'")
    page.get_by_label("Commissioned length").fill("10")
    becomes(page, line.inner_text, f"{words + 2} of 10 words · 1 min to read")
    expect(line).to_contain_class("over")
    page.get_by_label("Commissioned length").fill("1200")
    becomes(page, line.inner_text, f"{words + 2} of 1,200 words · 1 min to read")
    expect(line).not_to_contain_class("over")
    with page.expect_navigation():
        page.get_by_role("button", name="Save", exact=True).click()
    assert Article.objects.get(pk=form.pk).commissioned_length == 1200


COPY = (
    '<p>R.US trains run. <a href="/a/">They</a> said “we <em>hope</em> so. It is far. Kiosks open.</p>'
    "<p>Last.</p>"
)


def test_a_wording_is_written_anew_beside_its_finding_and_what_stands_around_it_stays(page, site, form):
    article = make_revision(by=make_chief(), headline="Trains", body=COPY).article
    page.goto(f"{site}/admin/articles/article/{article.pk}/change/")
    page.locator(".ProseMirror[contenteditable=true] p").first.wait_for()
    opening = finding(page, 0, "drop-cap").locator("[data-mend]")
    expect(opening).to_have_value("R.US trains run.")
    opening.fill("Trains run in Marrow.")
    opening.press("Enter")
    quotation = finding(page, 0, "unbalanced-quotation").locator("[data-mend]")
    quotation.focus()
    expect(quotation).to_have_value("“we hope so. It is far. Kiosks open.")
    quotation.fill("“we hope so. It is far.”\n\n  Kiosks are open.")
    quotation.blur()
    said = finding(page, 0, "unbalanced-quotation").get_by_role("status")
    becomes(page, said.inner_text, "Written; save to check again.")
    with page.expect_navigation():
        page.get_by_role("button", name="Save", exact=True).click()
    assert Article.objects.get(pk=article.pk).latest_revision.content["body"] == (
        '<p>Trains run in Marrow. <a href="/a/">They</a> said “we <em>hope</em> so. It is far.”</p>'
        "<p>Kiosks are open.</p><p>Last.</p>"
    )


def test_show_goes_to_the_picture_in_the_text_and_the_library_opens_beside(page, site, sign_in):
    bare, other = make_image("Bare", credit=""), make_image("Other")
    film = f'<figure data-block="embed" data-image="{bare.pk}" data-url="https://vimeo.com/76979871"><figcaption>Film</figcaption></figure>'
    chief = make_chief()
    sign_in(chief)
    for shows in (figure(bare, "Boats wait."), film):
        text = "<p>Rain fell in Oss.</p>" * 60 + figure(other, "Trams.") + shows + "<p>End.</p>" * 30
        article = make_revision(by=chief, body=text).article
        page.goto(f"{site}/admin/articles/article/{article.pk}/change/")
        page.locator(".ProseMirror[contenteditable=true] p").first.wait_for()
        credit = finding(page, 0, "missing-credit")
        credit.get_by_role("button", name="Show").click()
        marked = page.locator(".ProseMirror-selectednode")
        expect(marked).to_have_count(1)
        expect(marked).to_contain_text("Boats wait." if shows is not film else "Film")
        expect(marked).to_be_in_viewport()
        expect(credit.get_by_role("status")).to_be_empty()
    with page.expect_popup() as opened:
        credit.get_by_role("link", name="Picture in the library").click()
    expect(opened.value.locator("#id_credit")).to_be_editable()
    page.locator(".ProseMirror[contenteditable=true]").press("Delete")
    credit.get_by_role("button", name="Show").click()
    expect(credit.get_by_role("status")).to_have_text("This wording no longer stands in the text.")


def test_show_goes_to_the_choice_of_a_lead_picture_that_may_not_be_shown(page, site, sign_in):
    gone = make_image("Gone", retired_at=timezone.now())
    chief = make_chief()
    sign_in(chief)
    article = make_revision(by=chief, body=BODY, lead_image={"id": gone.pk, "name": "Gone"}).article
    page.goto(f"{site}/admin/articles/article/{article.pk}/change/")
    page.locator(".ProseMirror[contenteditable=true] p").first.wait_for()
    choice = page.locator(".field-lead_image .select2-selection")
    choice.wait_for()
    finding(page, 0, "retired-picture").get_by_role("button", name="Show").click()
    expect(choice).to_be_focused()
