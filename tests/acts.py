"""
Somebody at the desk who is counted: each click, each shortcut and each field that is filled is one act.

A field is filled by going there, typing and, where it proposes what is meant, Enter: one act however long the text.
Going to a place in the text by a click is an act, and so is typing there. A page that opens and a glance are none.
"""

from playwright.sync_api import expect

from tests.browser import becomes, click_times


class Person:
    """Drives ``page`` (of Playwright); ``acts`` lists what was done, in words."""

    def __init__(self, page, site):
        self.page, self.site = page, site
        self.acts = []

    def __len__(self):
        return len(self.acts)

    def open(self, path):
        """Where the count begins."""
        self.page.goto(self.site + path)

    def press(self, name, *, within=None, role="button"):
        """Click a button or link by its name."""
        (within or self.page).get_by_role(role, name=name, exact=True).first.click()
        self.acts.append(f"press “{name}”")

    def key(self, keys):
        self.page.keyboard.press(keys)
        self.acts.append(f"key {keys}")

    def fill(self, label, text, *, within=None):
        """Fill a field by its label and leave it."""
        field = (within or self.page).get_by_label(label, exact=True).first
        if field.evaluate("field => field.tagName") == "SELECT":
            field.select_option(label=text)
        else:
            field.fill(text)
            field.blur()
        self.acts.append(f"fill “{label}”")

    def choose(self, field, words):
        """Type words into a field that proposes what they mean, and take the first by Enter."""
        place = self.page.locator(field).first
        single = place.locator(".select2-selection--single")
        single.or_(place.locator(".select2-selection--multiple .select2-search__field")).first.click()
        self.page.locator(".select2-container--open").first.wait_for()
        expect(self.page.locator(".select2-search__field:focus")).to_be_visible()
        self.page.keyboard.type(words)
        self.page.locator(".select2-results__option--highlighted", has_text=words).wait_for()
        self.page.keyboard.press("Enter")
        chosen = place.locator(".select2-selection__rendered, .select2-selection__choice", has_text=words)
        expect(chosen.first).to_be_visible()
        self.acts.append(f"fill {field} with “{words}”")

    def mend(self, code, right):
        """Change the wording beside a finding: ``right`` is a text or a function of the text that stands there."""
        field = self.page.locator(f".finding[data-code={code}] [data-mend]").first
        field.focus()
        field.fill(right(field.input_value()) if callable(right) else right)
        field.blur()
        self.acts.append(f"mend {code}")

    def paste(self, html):
        """Paste into the text where the cursor is."""
        self.page.locator(".ProseMirror[contenteditable=true]").evaluate(PASTE, {"text/html": html})
        self.acts.append("paste the text")

    def upload(self, label, path):
        self.page.get_by_label(label, exact=True).set_input_files(path)
        self.acts.append(f"choose a file for “{label}”")

    def mark(self, word):
        """Double-click a word of the text."""
        self.page.locator(".ProseMirror[contenteditable=true]").first.wait_for()
        box = self.page.evaluate(BOX_OF, word)
        click_times(self.page, box["x"] + box["width"] / 2, box["y"] + box["height"] / 2, 2)
        becomes(self.page, lambda: self.page.evaluate("getSelection().toString().trim()"), word)
        self.acts.append(f"double-click “{word}”")

    def type(self, text):
        """Type where the act before led to."""
        self.page.keyboard.type(text)
        self.acts.append("type")

    def publish(self):
        """Look at what publishing changes, then do it."""
        self.page.locator("[data-publish]").click()
        self.acts.append("press Publish")
        confirm = self.page.locator("[data-confirm]")
        confirm.wait_for()
        assert confirm.is_enabled(), self.page.locator("[data-review-shown]").inner_text()
        expect(confirm).to_be_focused()
        with self.page.expect_navigation():
            self.page.keyboard.press("Enter")
        self.acts.append("Enter")


PASTE = """(root, data) => {
  const transfer = new DataTransfer()
  for (const [type, text] of Object.entries(data)) transfer.setData(type, text)
  root.dispatchEvent(new ClipboardEvent("paste", { clipboardData: transfer, bubbles: true, cancelable: true }))
}"""

BOX_OF = """(word) => {
  const root = document.querySelector(".ProseMirror[contenteditable=true]")
  const walker = document.createTreeWalker(root, NodeFilter.SHOW_TEXT)
  while (walker.nextNode()) {
    const at = walker.currentNode.data.indexOf(word)
    if (at < 0) continue
    walker.currentNode.parentElement.scrollIntoView({ block: "center" })
    const range = document.createRange()
    range.setStart(walker.currentNode, at)
    range.setEnd(walker.currentNode, at + word.length)
    return range.getBoundingClientRect().toJSON()
  }
}"""
