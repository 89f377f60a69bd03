"""Which pages are judged: all that a reader's links lead to, every page of the desk, and the desk in the midst of work."""

import re
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import urldefrag, urljoin

from lxml import html

from tests.audit.findings import Findings
from tests.audit.site import fetch

NOT_PAGES = re.compile(
    r"\.(rss|atom|json|xml|txt|css|js|ico|svg|png|jpe?g|webp|avif)$|^/(admin|static|media)/"
)
MISSING_PAGE = "/no-such-section/"
BROKEN_PAGE = "/broken/"  # not an address of the site: the answer to an error, shown at a made-up address
# Of pages that are alike but for their rows the browser sees a few; the HTML checker reads all.
ALIKE = re.compile(r"^/(?:tags|authors|archive)/|\?page=|/(?:history|delete)/$")
ENOUGH = 3
COPY = """Harbour office moves to the old customs house

Aldmouth (North Wire) - The harbour office moves in spring, the town says.

"We had three rooms and one chair," said Ada Krell, who runs it.

Follow the storm in our live ticker: https://example.org/live
"""

TAGS = """[
  {"slug": "customs-house", "name": "Customs house", "kind": "place", "forms": [{"kind": "wrong", "text": "Custom house"}]},
  {"slug": "nothing", "name": 5}
]"""


@dataclass(frozen=True)
class Page:
    """
    A page to judge. name: its address, with what was done there. room: "public", "desk" or "door" (the desk's pages
    before signing in). markup: its HTML, "" for one that is only reached by ``act``, which takes a Playwright page.
    """

    name: str
    address: str
    room: str
    status: int = 200
    markup: str = ""
    act: Callable | None = None


def collect(site):
    """Return every Page of the site."""
    return public_pages(site) + desk_pages(site) + scenes(site.facts)


def broken(pages):
    """Return the Findings of pages that the server could not make."""
    found = Findings("answers with an error")
    found.pages = len(pages)
    for page in pages:
        if page.status >= 500 and page.address != BROKEN_PAGE:
            found.add(f"status {page.status}", page.name)
    return found


def public_pages(site):
    """Return the pages that links lead to from the front page, one withdrawn, one missing, and the answer to an error."""
    pages = {}
    waiting = {"/", "/corrections/", "/feeds/", MISSING_PAGE, *site.facts["public"]}
    while waiting:
        address = waiting.pop()
        status, _, markup = fetch(site, address)
        pages[address] = Page(address, address, "public", status, markup)
        waiting |= links(site.url, address, markup) - pages.keys()
    pages[BROKEN_PAGE] = Page(BROKEN_PAGE, BROKEN_PAGE, "public", 500, site.facts["error"])
    return sorted(pages.values(), key=lambda page: page.address)


def links(url, address, markup):
    """Return the addresses of other pages of the site that a page links to."""
    found = (
        urldefrag(urljoin(url + address, link))[0] for link in html.fromstring(markup).xpath("//a/@href")
    )
    inside = {link.removeprefix(url) or "/" for link in found if link.startswith(f"{url}/") or link == url}
    return {link for link in inside if not NOT_PAGES.search(link.split("?")[0])}


def desk_pages(site):
    """Return the pages of the desk as they open for an administrator, and its door."""
    form = "/admin/articles/article/{}/change/"
    more = [
        form.format(site.facts["story"]),
        form.format(site.facts["draft"]),
        f"/admin/articles/article/{site.facts['story']}/versions/1/",
        f"/admin/articles/article/{site.facts['story']}/preview/",
        f"/admin/articles/article/{site.facts['story']}/screens/",
        f"/admin/articles/article/{site.facts['story']}/compare/",
        f"/admin/articles/article/{site.facts['story']}/planning/",
        f"/admin/articles/article/{site.facts['story']}/translations/",
        f"/admin/articles/article/{site.facts['story']}/history/",
        "/admin/alarms/",
        f"/admin/notes/{site.facts['story']}/",
        f"/admin/agency/{site.facts['alarm']}/",
        site.facts["preview"],
        "/admin/articles/term/try/?wrong=harbour&right=port",
        "/admin/articles/article/?q=harbour",
        "/admin/articles/article/?q=nothing-is-called-so",
        "/admin/articles/tag/merge/?chosen={}&chosen={}".format(*site.facts["tags"]),
        f"/admin/articles/author/merge/?chosen={site.facts['signer']}",
        "/admin/articles/tag/retag/?q=harbour",
        f"/admin/articles/tag/{site.facts['tags'][0]}/change/",  # with its stories by month
        f"/admin/articles/author/{site.facts['signer']}/change/",
        f"/admin/tickers/ticker/{site.facts['ticker']}/console/",
        f"/admin/tickers/ticker/{site.facts['ticker']}/change/",
        f"/admin/tickers/ticker/entry/{site.facts['entry']}/",
    ]
    pages = []
    for address in sorted({*site.facts["desk"], *more}):
        status, kind, markup = fetch(site, address, signed_in=True)
        if kind == "text/html" and status != 405 and "logout" not in address:
            pages.append(Page(address, address, "desk", status, markup))
    status, _, markup = fetch(site, "/admin/login/")
    return [*pages, Page("/admin/login/", "/admin/login/", "door", status, markup)]


def scenes(facts):
    """Return the pages that only an act brings about."""
    form = f"/admin/articles/article/{facts['story']}/change/"
    ticker = f"/admin/tickers/ticker/{facts['ticker']}"
    acts = [
        ("a wrong password", "/admin/login/", "door", sign_in_wrongly),
        ("a login that has to wait", "/admin/login/", "door", sign_in_too_often),
        ("the search by keys", "/admin/", "desk", search),
        ("the sheet of keys", form, "desk", open_sheet),
        ("before publishing", form, "desk", review),
        ("two people at one story", form, "desk", meet),
        ("a story without a headline", "/admin/articles/article/add/", "desk", save_nothing),
        ("an entry on its way", f"{ticker}/console/", "desk", send_entry),
        ("an entry changed in place", f"{ticker}/console/", "desk", change_entry),
        ("what waits for the net", f"{ticker}/console/", "desk", send_nowhere),
        ("a token, shown once", f"{ticker}/change/", "desk", make_token),
        ("a file before it is brought in", "/admin/articles/tag/exchange/", "desk", look_at_file),
        ("stories retagged", "/admin/articles/tag/retag/?q=harbour", "desk", retag),
        ("where words stand", "/admin/articles/redaction/add/", "desk", look_for_words),
        ("an appointment is moved", "/admin/calendar/", "desk", move),
        ("copy as it was understood", "/admin/wire/item/new-from-copy/", "desk", understand),
    ]
    return [Page(f"{address} ({name})", address, room, act=act) for name, address, room, act in acts]


def sign_in_wrongly(view):
    view.fill("input[name=username]", "nobody")
    view.fill("input[name=password]", "nothing")
    with view.expect_navigation():
        view.press("input[name=password]", "Enter")
    view.locator(".errornote").wait_for()


def sign_in_too_often(view):
    for _ in range(6):
        sign_in_wrongly(view)
    view.locator(".errornote", has_text="minute").wait_for()


def search(view):
    view.keyboard.press("Control+k")
    view.keyboard.type("harbour")
    view.locator("[role=option]").first.wait_for()


def open_sheet(view):
    view.locator("[data-keys]").click()
    view.locator("dialog[open]").wait_for()


def review(view):
    view.locator("form [name=headline]").fill("The harbour office moves into the customs house")
    view.locator("[data-publish]").click()
    view.locator("[data-review-dialog][open]").wait_for()


def meet(view):
    """Save on a version that is not the newest any more."""
    view.evaluate("document.querySelector('form.story [name=base]').value = 1")
    view.locator("form.story [name=headline]").fill("The harbour office moves into the customs house")
    save(view)


def save_nothing(view):
    save(view)


def save(view):
    with view.expect_navigation():
        view.locator("form.story button[value=save]").first.click()


def send_entry(view):
    view.locator("#new-headline").fill("Ferries stay in port until noon")
    view.locator("#new-text").fill(
        "The harbour office says so; buses run in their place from the north mole."
    )
    view.keyboard.press("Control+Enter")
    view.locator("[data-outbox] [data-state]").wait_for()


def send_nowhere(view):
    view.route("**/console/act/", lambda route: route.fulfill(body="no answer of the console"))
    view.locator("[data-rows] [data-act=delete]").first.click()
    view.locator("[data-outbox] [data-state=waiting]").wait_for()
    view.locator(".net:not([hidden])").wait_for()


def change_entry(view):
    view.locator("[data-rows] [data-edit]").first.click()
    view.locator(".editing").wait_for()


def make_token(view):
    view.locator("#token-name").fill("Scores of the final")
    with view.expect_navigation():
        view.locator("#token-name").press("Enter")
    view.locator("#secret").wait_for()


def move(view):
    view.locator(".appointment summary").first.click()
    view.locator(".appointment details[open] button").wait_for()


def look_for_words(view):
    view.locator("form.narrow [name=words]").fill("harbour")
    view.locator("form.narrow [name=reason]").fill("An exercise for the audit.")
    view.locator("form.narrow button[value=look]").click()
    view.locator("#found").wait_for()


def understand(view):
    view.locator("textarea").first.fill(COPY)
    with view.expect_navigation():
        view.locator("button[value=see]").click()


def look_at_file(view):
    view.set_input_files(
        "#file", {"name": "tags.json", "mimeType": "application/json", "buffer": TAGS.encode()}
    )
    with view.expect_navigation():
        view.locator("button.default").click()
    view.locator(".changes li").first.wait_for()


def retag(view):
    """Of all stories found the tag is taken that they have not: each is skipped, and said why."""
    for box in view.locator(".chosen input").all():
        box.check()
    view.locator(".field-remove .select2-selection").click()
    view.keyboard.type("a")
    view.locator(".select2-results__option--highlighted").wait_for()
    view.keyboard.press("Enter")
    with view.expect_navigation():
        view.locator("button.default").click()


def for_the_eye(pages):
    """Return the pages that the browser judges: of those that are alike a few, of refusals too."""
    seen, kept = Counter(), []
    for page in pages:
        found = ALIKE.search(page.address)
        kind = found[0] if found else page.status if page.status == 403 else page.name
        seen[kind] += 1
        if seen[kind] <= ENOUGH:
            kept.append(page)
    return kept
