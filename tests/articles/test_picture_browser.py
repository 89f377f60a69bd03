"""Pictures in a browser: chosen for a body by keyboard, led by, dropped into the library."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.utils import timezone
from playwright.sync_api import expect

from articles import body
from articles.models import Article
from images import library
from images.models import Image
from tests.audit.looks import SPACING
from tests.browser import becomes, let_settle
from tests.factories import figure, make_revision
from tests.images import files

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("own_media"),
]


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


def test_a_picture_for_social_media_is_chosen_and_shown(page, open_story, clara):
    make("harbour", clara)
    card = make("card", clara, (1200, 630))
    article = open_story("<p>a</p>")
    page.locator("details.more summary").click()
    field = page.locator(".field-social_image")
    field.locator(".select2-selection").click()
    page.locator(".select2-search__field").last.fill("card")
    page.locator(".select2-results__option", has_text="card").click()
    expect(field.locator("img")).to_have_attribute("alt", "A card")
    save(page)
    assert content(article)["social_image"] == {"id": card.pk, "name": "card"}
    page.locator("details.more summary").click()
    expect(field.locator("img")).to_be_visible()
    Image.objects.filter(pk=card.pk).update(alt="", retired_at=timezone.now())
    page.reload()
    shown = page.locator(".finding[data-field=social_image][data-code=missing-alt]")
    shown.get_by_role("button", name="Show").click()
    expect(field.locator(".select2-selection")).to_be_focused()
    expect(field.locator(".errors")).to_have_text("May not be printed any more.")


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


# While one is on its way

BRING = """(target, [kind, shots]) => {
  const transfer = new DataTransfer()
  for (const [name, bytes] of shots) transfer.items.add(new File([new Uint8Array(bytes)], name, { type: "image/png" }))
  const { left, top, height } = target.getBoundingClientRect()
  const at = { clientX: left + 5, clientY: top + height / 2, bubbles: true, cancelable: true }
  target.dispatchEvent(kind === "paste" ? new ClipboardEvent("paste", { clipboardData: transfer, ...at })
    : new DragEvent("drop", { dataTransfer: transfer, ...at }))
}"""


@pytest.fixture
def held(page):
    """Pictures that are sent and not answered yet; ``held.pop(0).continue_()`` has the first one answered."""
    routes = []
    page.route("**/images/image/add/", lambda route: routes.append(route))
    return routes


def bring(place, kind, *names):
    shots = [(f"{name}.png", list(files.halves("PNG", (400, 300 + n)))) for n, name in enumerate(names)]
    place.evaluate(BRING, [kind, shots])


def paragraphs(page):
    return page.locator(".ProseMirror[contenteditable=true] > p")


def at_the_end_of(page, paragraph):
    paragraph.click()
    let_settle(page)
    page.keyboard.press("End")
    let_settle(page)


def written(article):
    """The body as saved, with titles for numbers of pictures."""
    told = content(article)["body"]
    for image in Image.objects.all():
        told = told.replace(figure(image), f"[{image.title}]")
    return told


def test_a_picture_that_comes_late_stands_where_it_was_pasted_and_leaves_the_cursor_alone(
    page, open_story, held
):
    article = open_story("<p>First.</p><p>Last.</p>")
    at_the_end_of(page, paragraphs(page).first)
    bring(paragraphs(page).first, "paste", "ferry")
    page.keyboard.type(" It sails.")
    at_the_end_of(page, paragraphs(page).last)
    page.keyboard.type(" The sent")
    becomes(page, lambda: len(held), 1)
    held.pop().continue_()
    page.locator("figure.desk-picture img").wait_for()
    page.keyboard.type("ence goes on.")
    save(page)
    assert written(article) == "<p>First. It sails.</p>[ferry]<p>Last. The sentence goes on.</p>"


def test_a_picture_that_comes_while_another_field_is_written_leaves_the_cursor_there(page, open_story, held):
    article = open_story("<p>First.</p>")
    at_the_end_of(page, paragraphs(page).first)
    bring(paragraphs(page).first, "paste", "ferry")
    page.locator("[name=headline]").fill("Ferry ")
    becomes(page, lambda: len(held), 1)
    held.pop().continue_()
    page.locator("figure.desk-picture img").wait_for()
    let_settle(page)
    page.keyboard.type("sails")
    save(page)
    assert (content(article)["headline"], written(article)) == ("Ferry sails", "<p>First.</p>[ferry]")


def test_a_lead_that_comes_while_one_writes_takes_no_letter_for_its_alt_text(page, open_story, held):
    article = open_story("<p>First.</p>")
    at_the_end_of(page, paragraphs(page).first)
    bring(page.locator("[data-add-picture]"), "drop", "ferry")
    page.keyboard.type(" The sent")
    becomes(page, lambda: len(held), 1)
    held.pop().continue_()
    page.locator(".lead-thumb").wait_for()
    page.keyboard.type("ence goes on.")
    expect(page.locator("[name=lead_alt]")).to_have_value("")
    save(page)
    assert written(article) == "<p>First. The sentence goes on.</p>"


def test_pictures_dropped_together_come_in_their_order_below_the_paragraph(page, open_story):
    article = open_story("<p>First words.</p><p>Last.</p>")
    bring(paragraphs(page).first, "drop", "one", "two", "three")
    expect(page.locator("figure.desk-picture img")).to_have_count(3)
    save(page)
    assert written(article) == "<p>First words.</p>[one][two][three]<p>Last.</p>"


def test_a_picture_comes_in_though_the_text_it_was_dropped_on_is_gone(page, open_story, held):
    article = open_story("<p>First.</p><p>Middle.</p><p>Last.</p>")
    bring(paragraphs(page).last, "drop", "ferry")
    becomes(page, lambda: len(held), 1)
    at_the_end_of(page, paragraphs(page).first)
    page.keyboard.press("Control+Shift+End")
    let_settle(page)
    page.keyboard.press("Delete")
    expect(paragraphs(page)).to_have_count(1)
    held.pop().continue_()
    page.locator("figure.desk-picture img").wait_for()
    save(page)
    assert written(article) == "<p>First.</p>[ferry]"
