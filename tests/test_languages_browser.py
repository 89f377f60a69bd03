"""Languages in a real browser: longer words fit, and a text from right to left is laid out and written so."""

import pytest
from playwright.sync_api import expect

from tests.browser import becomes, let_settle
from tests.factories import byline, make_author, make_published, make_user

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
PHONE = {"width": 360, "height": 800}
ARABIC = "جسر الميناء يُفتح من جديد (صور)"


@pytest.fixture
def clara(sign_in):
    """The chief editor; returns a function that gives her a language."""
    user = make_user("clara", "chief editor")
    sign_in(user)

    def speaks(language):
        user.language = language
        user.save(update_fields=["language"])

    return speaks


def sides(page, selector):
    """Return the left and the right edge of the first element at ``selector``, in pixels."""
    box = page.locator(selector).first.bounding_box()
    return box["x"], box["x"] + box["width"]


@pytest.mark.parametrize("language", ["de", "uk"])
@pytest.mark.parametrize("width", [360, 1280])
def test_the_longer_words_of_other_languages_fit_the_desk(page, site, clara, language, width):
    article = make_published(headline="Bridge")
    clara(language)
    page.set_viewport_size({"width": width, "height": 800})
    for path in (
        "",
        "articles/article/",
        f"articles/article/{article.pk}/change/",
        "wire/item/new-from-copy/",
    ):
        page.goto(f"{site}/admin/{path}", wait_until="networkidle")
        expect(page.locator("html")).to_have_attribute("lang", language)
        assert page.evaluate("document.documentElement.scrollWidth") <= width, path
        cut = page.evaluate(
            """() => [...document.querySelectorAll("button, label, summary, legend, .acts a, .starts a")]
                 .filter((each) => each.offsetParent && !each.closest(".visually-hidden"))
                 .filter((each) => each.scrollWidth > each.clientWidth + 1 && getComputedStyle(each).display !== "inline"
                   || each.getBoundingClientRect().right > innerWidth)
                 .map((each) => each.textContent.trim())"""
        )
        assert cut == [], path


def test_a_language_is_chosen_at_the_foot_of_the_page_and_stays(page, site, clara):
    page.goto(f"{site}/admin/articles/article/?q=bridge")
    with page.expect_navigation():
        page.get_by_role("button", name="Українська").click()
    becomes(page, page.get_by_role("heading", level=1).inner_text, "Матеріали")
    expect(page).to_have_url(f"{site}/admin/articles/article/?q=bridge")
    page.goto(f"{site}/admin/")
    expect(page.get_by_role("button", name="Українська")).to_have_attribute("aria-pressed", "true")


def test_what_is_typed_from_the_right_runs_from_the_right_in_the_form_and_the_editor(page, site, clara):
    article = make_published(headline="Bridge", body="<p>Boats.</p>")
    page.goto(f"{site}/admin/articles/article/{article.pk}/change/", wait_until="networkidle")
    headline = page.locator("[name=headline]")
    expect(headline).to_have_css("direction", "ltr")
    headline.fill(ARABIC)
    expect(headline).to_have_css("direction", "rtl")
    body = page.locator(".ProseMirror[contenteditable=true]")
    body.click()
    let_settle(page)
    page.keyboard.press("Control+a")
    let_settle(page)
    page.keyboard.type(ARABIC)
    expect(body).to_have_text(ARABIC)
    expect(body).to_have_css("direction", "rtl")
    assert body.locator("p").first.evaluate("(each) => getComputedStyle(each).textAlign") in {
        "start",
        "right",
    }


def test_an_arabic_story_on_an_english_site_is_laid_out_from_the_right(page, site):
    make = {"standfirst": "نص", "body": "<blockquote><p>نعم</p></blockquote><ul><li>واحد</li></ul>"}
    names = [byline(make_author("رامي الحداد", slug="rami")), byline(make_author("Ana Petrenko"))]
    article = make_published(headline=ARABIC, language="ar", bylines=names, **make)
    page.goto(site + article.get_absolute_url())
    text = sides(page, ".text")
    kicker_to_left = page.evaluate(
        """() => { const range = document.createRange(); range.selectNodeContents(document.querySelector("h1"))
             const words = range.getBoundingClientRect(); const box = document.querySelector("h1").getBoundingClientRect()
             return [Math.round(box.right - words.right), words.left > box.left] }"""
    )
    assert kicker_to_left[0] == 0
    # The first name stands right of the second, whichever letters it has.
    assert sides(page, "a[href='/authors/rami/']")[0] > sides(page, "a[href='/authors/ana-petrenko/']")[1]
    # The rule of a quotation and the room for bullets are at the right.
    style = page.evaluate(
        """() => { const quote = getComputedStyle(document.querySelector(".text blockquote"))
             const list = getComputedStyle(document.querySelector(".text ul"))
             return [quote.borderRightWidth, quote.borderLeftWidth, list.paddingLeft] }"""
    )
    assert style == ["3px", "0px", "0px"]
    # The site's own frame stays where it was.
    assert sides(page, ".masthead .name a")[0] < text[0] + 1
    assert page.locator(".after").evaluate("(each) => getComputedStyle(each).textAlign") == "right"


def test_a_whole_site_in_arabic_is_laid_out_from_the_right(page, site, settings):
    settings.LANGUAGE_CODE = "ar"
    make_published(headline=ARABIC, language="ar")
    page.set_viewport_size(PHONE)
    page.goto(f"{site}/")
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    assert page.locator(".masthead .name").evaluate("(each) => getComputedStyle(each).direction") == "rtl"
    first, second = sides(page, ".footer li:nth-child(1) a"), sides(page, ".footer li:nth-child(2) a")
    assert first[1] > PHONE["width"] - 40 and first[0] > second[1]
    assert page.locator("h2 a").first.evaluate("(each) => getComputedStyle(each).letterSpacing") in {
        "normal",
        "0px",
    }


@pytest.mark.parametrize(("language", "marks"), [("en", "“”"), ("de", "„“"), ("uk", "«»")])
def test_quotation_marks_are_those_of_the_language_of_the_text(page, site, language, marks):
    """The stylesheet asks for quotation marks; which, the browser knows by the language that the page names."""
    article = make_published(headline="Bridge", language=language)
    page.goto(site + article.get_absolute_url())
    width = """(marks) => { const text = document.querySelector(".text"); const probe = document.createElement("p")
      text.append(probe); const q = document.createElement("q"); const span = document.createElement("span")
      probe.append(q, document.createElement("br"), span); q.textContent = "x"; span.textContent = marks[0] + "x" + marks[1]
      return Math.abs(q.getBoundingClientRect().width - span.getBoundingClientRect().width) < 0.05 }"""
    assert page.evaluate(width, marks)
    assert not page.evaluate(width, "<>")
