"""Pictures in a browser: chosen for a body by keyboard, led by, dropped into the library."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from articles import body
from articles.models import Article
from images import library
from images.models import Image
from tests.audit.looks import SPACING
from tests.browser import becomes, let_settle
from tests.factories import figure, make_chief, make_revision
from tests.images import files

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("own_media"),
]


@pytest.fixture
def clara(sign_in):
    user = make_chief()
    sign_in(user)
    return user


def make(title, user, size=(400, 300), **fields):
    image = library.take_in(files.halves("PNG", size), name=f"{title}.png", by=user)
    Image.objects.filter(pk=image.pk).update(title=title, credit="Ana Petrenko", alt=f"A {title}", **fields)
    return Image.objects.get(pk=image.pk)


@pytest.fixture
def open_story(page, site, clara):
    def opened(html):
        article = make_revision(by=clara, body=html).article
        page.goto(f"{site}/admin/articles/article/{article.pk}/change/")
        page.locator(".ProseMirror[contenteditable=true]").wait_for()
        return article

    return opened


def save(page):
    with page.expect_navigation():
        page.get_by_role("button", name="Save", exact=True).click()
    page.locator(".ProseMirror[contenteditable=true]").wait_for()


def content(article):
    return Article.objects.get(pk=article.pk).latest_revision.content


def test_a_picture_is_chosen_by_keyboard_and_its_caption_written(page, open_story, clara):
    make("harbour", clara, caption="Boats\nwait.")
    bridge = make("bridge", clara, (400, 301))
    article = open_story("<p>First.</p>")
    page.locator(".ProseMirror[contenteditable=true] > p").click()
    let_settle(page)
    page.keyboard.press("Control+End")
    page.keyboard.press("Control+Alt+i")
    dialog = page.get_by_role("dialog", name="Choose a picture")
    becomes(page, dialog.locator("button b").all_text_contents, ["bridge", "harbour"])
    page.keyboard.type("harb")
    expect(dialog.locator(".desk-choices button")).to_have_count(1)
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Escape")
    dialog.wait_for(state="detached")
    page.keyboard.press("Control+Alt+i")
    page.keyboard.type("bridge")
    expect(dialog.locator(".desk-choices button")).to_have_count(1)
    page.keyboard.press("Enter")
    dialog.wait_for(state="detached")
    page.locator("figure.desk-picture img").wait_for()
    let_settle(page)
    page.keyboard.type("The bridge")
    page.keyboard.press("Enter")
    let_settle(page)
    page.keyboard.type("Last.")
    page.locator("figure select").select_option(label="Wider")
    save(page)
    assert content(article)["body"] == f"<p>First.</p>{figure(bridge, 'The bridge', 'wide')}<p>Last.</p>"


def test_pictures_survive_the_editor_byte_for_byte(page, open_story, clara):
    image = make("harbour", clara)
    caption = 'Boats <em>wait</em> <a href="/x/">here</a>.<br>Two'
    figures = figure(image, caption, "full") + figure(image, "", "wide") + figure(Image(pk=999), "Gone")
    story = f"<p>a</p>{figures}<p>b</p>"
    article = open_story(story)
    for _round in range(2):
        page.locator("figure img").first.wait_for()
        page.locator(".ProseMirror[contenteditable=true] > p").first.click()
        let_settle(page)
        page.keyboard.press("Control+Home")
        page.keyboard.type("x")
        page.keyboard.press("Backspace")
        becomes(page, lambda: body.clean(page.locator("textarea[name=body]").input_value()), story)
        save(page)
        assert content(article)["body"] == story
    expect(page.locator("figure.desk-unresolved")).to_have_count(1)


def test_pictures_fit_the_narrowest_window_with_wide_letters_and_their_buttons_have_names(
    page, open_story, clara
):
    page.set_viewport_size({"width": 320, "height": 900})
    image = make("harbour", clara)
    film = f'<figure data-block="embed" data-image="{image.pk}" data-url="https://vimeo.com/76979871"><figcaption></figcaption></figure>'
    held = []
    page.route("**/pick/**", lambda route: held.append(route))  # what the library says is still on its way
    open_story(f"<p>a</p>{figure(image, 'Boats wait.')}{film}")
    expect(page.locator(".desk-embed button")).to_have_accessible_name("Without the picture")
    for asked in held:
        asked.continue_()
    page.locator(".desk-embed img").wait_for()
    page.locator("figure.desk-picture img").wait_for()
    page.evaluate(SPACING)
    assert page.evaluate("document.documentElement.scrollWidth") == 320


def test_an_empty_caption_and_its_picture_go_with_one_key(page, open_story, clara):
    article = open_story(f"<p>a</p>{figure(make('harbour', clara))}<p>b</p>")
    page.locator("figure.desk-picture figcaption").click()
    let_settle(page)
    page.keyboard.press("Backspace")
    save(page)
    assert content(article)["body"] == "<p>a</p><p>b</p>"


def test_a_lead_picture_is_shown_with_the_words_it_brings_along(page, open_story, clara):
    image = make("harbour", clara, caption="Boats wait.")
    article = open_story("<p>a</p>")
    page.locator(".field-lead_image .select2-selection").click()
    page.locator(".select2-search__field").last.fill("harb")
    page.locator(".select2-results__option", has_text="harbour").click()
    page.locator("[data-lead-shown] img").wait_for()
    told = {"alt": "A harbour", "caption": "Boats wait.", "credit": "Ana Petrenko"}
    for name, words in told.items():
        expect(page.locator(f"[name=lead_{name}]")).to_have_attribute("placeholder", words)
    page.locator("[name=lead_caption]").fill("Own words.")
    save(page)
    saved = content(article)
    assert (saved["lead_image"], saved["lead_caption"], saved["lead_alt"]) == (
        {"id": image.pk, "name": "harbour"}, "Own words.", ""
    )  # fmt: skip
    page.locator("[data-lead-shown] img").wait_for()


def test_several_pictures_are_sent_one_after_the_other(page, site, clara, console_errors):
    make("known", clara)
    page.goto(f"{site}/admin/images/image/add/")
    sent = [
        ("one.png", files.halves("PNG", (400, 302))),
        ("known.png", files.halves("PNG", (400, 300))),
        ("bad.jpg", b"<svg>"),
    ]
    page.locator("input[type=file]").set_input_files(
        [{"name": name, "mimeType": "image/png", "buffer": data} for name, data in sent]
    )

    def told():
        rows = [row.split("\n") for row in page.locator("[data-uploads] li").all_inner_texts()]
        return [[part.strip() for part in row if part.strip()] for row in rows]

    expected = [
        ["one", "is in: check its words and rights"],
        ["known", "was here already"],
        ["bad.jpg", "This is no picture that we can read: send JPEG, PNG, WebP, GIF or AVIF."],
    ]
    becomes(page, told, expected)
    assert Image.objects.count() == 2
    refusal = "Failed to load resource: the server responded with a status of 400 (Bad Request)"
    becomes(page, console_errors.copy, [refusal])
    console_errors.clear()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_library_and_choice_are_usable_by_everybody(page, site, open_story, clara, scheme):
    make("harbour", clara)
    page.emulate_media(color_scheme=scheme)
    found = {}
    for address in ("/admin/images/image/", "/admin/images/image/add/"):
        page.goto(site + address)
        found[address] = [
            (each["id"], [node["html"] for node in each["nodes"]])
            for each in Axe().run(page).response["violations"]
        ]
    open_story("<p>a</p>")
    page.get_by_role("button", name="Picture", exact=True).click()
    page.locator(".desk-choices button img").wait_for()
    violations = Axe().run(page, context=".desk-dialog").response["violations"]
    found["dialog"] = [(each["id"], [node["html"] for node in each["nodes"]]) for each in violations]
    assert found == dict.fromkeys(found, [])
