"""Chromium shows every page, light and dark, narrow and wide, with the reader's own text spacing too; axe and we look."""

import re
from itertools import product
from pathlib import Path

from tests import browser
from tests.audit.findings import Findings
from tests.audit.pages import BROKEN_PAGE, for_the_eye

WIDTHS = (320, 1280)  # CSS pixels: the narrowest window that WCAG 1.4.10 asks for, and a desk
SCHEMES = ("light", "dark")
PROBE = Path(__file__).with_name("looks.js").read_text(encoding="utf-8")
# All rules of axe, and the one of WCAG 2.2 that it keeps switched off.
AXE = {"resultTypes": ["violations"], "rules": {"target-size": {"enabled": True}}}
# The values of WCAG 1.4.12. A constructed sheet is none of the page's own, which its policy would refuse.
SPACING = """() => {
  const sheet = new CSSStyleSheet()
  sheet.replaceSync(`* { line-height: 1.5 !important; letter-spacing: .12em !important; word-spacing: .16em !important }
    p { margin-block-end: 2em !important }`)
  document.adoptedStyleSheets = [...document.adoptedStyleSheets, sheet]
}"""


def judge(site, pages, chromium, quick):
    """
    Return the Findings of axe, of the console and of the eye; ``chromium`` is a running browser of Playwright.

    quick: each scheme and each width once, rather than each with each.
    """
    found = {
        "axe": Findings("axe, WCAG 2.2 AA"),
        "console": Findings("console, errors"),
        "wide": Findings("wider than the window"),
        "clipped": Findings("words cut off"),
        "overlapping": Findings("words over words"),
    }
    pages = for_the_eye(pages)
    for scheme, width in zip(SCHEMES, WIDTHS, strict=True) if quick else product(SCHEMES, WIDTHS):
        print(f"Looking at {len(pages)} pages: {scheme}, {width} px ...", flush=True)
        for room in ("public", "desk", "door"):
            with signed_in(site, chromium, (width, 900), scheme, stranger=room != "desk") as context:
                view = context.new_page()
                view.set_default_timeout(30_000)
                # A form with unsaved words asks before it goes.
                view.on("dialog", lambda dialog: dialog.accept())
                heard = listen(view)
                for page in pages:
                    if page.room == room:
                        judge_page(site, page, view, heard, found, f"{scheme}, {width} px")
    for each in found.values():
        each.pages = len(pages)
    return list(found.values())


def signed_in(site, chromium, size, scheme, *, stranger=False):
    """Return a fresh profile of the browser with a window of ``size``, the desk's door open unless for a stranger."""
    width, height = size
    context = chromium.new_context(viewport={"width": width, "height": height}, color_scheme=scheme)
    if not stranger:
        cookies = site.facts["cookie"].items()
        context.add_cookies([{"name": key, "value": value, "url": site.url} for key, value in cookies])
    return context


def judge_page(site, page, view, heard, found, look):
    from playwright.sync_api import Error

    try:
        heard.clear()  # axe reads style sheets anew, which the page's policy refuses
        show(view, site.url, page)
        for text in heard:
            if not text.startswith(
                f"Failed to load resource: the server responded with a status of {page.status}"
            ):
                found["console"].add(text, page.name, look)
        for spaced in ("", ", spaced"):
            if spaced:
                view.evaluate(SPACING)
            judge_view(view, page.name, found, look + spaced)
    except Error as error:
        found["console"].add(f"It could not be shown: {error.message.splitlines()[0]}", page.name, look)


def judge_view(view, name, found, look):
    from axe_playwright_python.sync_playwright import Axe

    for violation in Axe().run(view, options=AXE).response["violations"]:
        for node in violation["nodes"]:
            element = re.sub(r'(?<=")[^"]*\d[^"]*(?=")', "…", node["html"])[
                :160
            ]  # a number is not another finding
            found["axe"].add(f"{violation['id']}: {violation['help']}: {element}", name, look)
    seen = view.evaluate(PROBE)
    width = view.viewport_size["width"]
    if seen["width"] > width:
        found["wide"].add(f"{seen['width']} px", name, look)
    for kind in ("clipped", "overlapping"):
        for what in seen[kind]:
            found[kind].add(what, name, look)


def listen(view):
    """Return a list that fills with the errors of the page's console, the browser's own line for its status excepted."""
    heard = []

    def hear(message):
        if message.type == "error" and not message.text.startswith(browser.OWN_WORDS):
            heard.append(message.text)

    view.on("console", hear)
    view.on("pageerror", lambda error: heard.append(str(error)))
    return heard


def open_page(view, address):
    """Open a page; the editor of a story arrives after the page itself."""
    view.goto(address)
    if view.locator("form [name=body]").count():
        view.locator(".ProseMirror[contenteditable=true]").first.wait_for()


def show(view, url, page):
    """Open a page, do what it takes, and unfold all that is folded."""
    if page.address == BROKEN_PAGE:
        kind = "text/html; charset=utf-8"
        view.route(
            url + BROKEN_PAGE, lambda route: route.fulfill(status=500, body=page.markup, content_type=kind)
        )
    open_page(view, url + page.address)
    if page.act:
        page.act(view)
    view.evaluate("document.querySelectorAll('details').forEach((fold) => { fold.open = true })")
