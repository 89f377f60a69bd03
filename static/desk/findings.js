// Findings beside the form: "Show" puts the cursor on the wording, "Write" puts the right form in its place.
// Without this script the findings can be read all the same. Nothing is changed that a person did not press.

// Findings whose right form is the desk's own rule; these may be written all at once.
const SAFE = ["name-form", "term"]

// Where the fields of content stand on the page that have another name there.
const PLACES = {
  bylines: () => document.querySelector("[data-rows=bylines] .select2-selection, [data-rows=bylines] select"),
  datelines: () => document.getElementById("id_dateline_date"),
  tags: () => document.querySelector(".field-tags .select2-selection, #id_tags"),
}

const editor = () => document.querySelector(".field-body .ProseMirror[contenteditable=true]")

// The top-level blocks of the body that readers see, as the server reads them: no notes, no ticker boxes.
const publicBlocks = (root) => [...root.children].filter((block) => !block.matches(".desk-block, [data-block]"))

// The Range of the nth (from 0) place in `blocks` where `quote` stands, or null. A quote never crosses blocks.
function rangeOf(blocks, quote, nth) {
  let left = nth
  for (const block of blocks) {
    const nodes = []
    const walker = document.createTreeWalker(block, NodeFilter.SHOW_TEXT)
    while (walker.nextNode()) nodes.push(walker.currentNode)
    const text = nodes.map((node) => node.data).join("")
    for (let at = text.indexOf(quote); at >= 0; at = text.indexOf(quote, at + quote.length)) {
      if (left-- === 0) return rangeIn(nodes, at, at + quote.length)
    }
  }
  return null
}

function rangeIn(nodes, start, end) {
  const range = document.createRange()
  let passed = 0
  let begun = false
  for (const node of nodes) {
    const next = passed + node.length
    if (!begun && start < next) {
      range.setStart(node, start - passed)
      begun = true
    }
    if (begun && end <= next) {
      range.setEnd(node, end - passed)
      return range
    }
    passed = next
  }
  return null
}

function selectInBody(quote, nth) {
  const root = editor()
  const range = root && rangeOf(publicBlocks(root), quote, nth)
  if (!range) return false
  root.focus()
  const selection = window.getSelection()
  selection.removeAllRanges()
  selection.addRange(range)
  range.startContainer.parentElement.scrollIntoView({ block: "center" })
  return true
}

// The input that holds the field, and for lists the one whose text holds the wording.
function inputOf(field, quote) {
  if (field === "ticker_links") {
    const texts = [...document.querySelectorAll("[data-rows=ticker_links] input[name$='-text']")]
    return texts.find((input) => input.value.includes(quote)) || null
  }
  return document.getElementById(`id_${field}`)
}

function selectInInput(input, quote, nth) {
  let at = input.value.indexOf(quote)
  for (let left = nth; left > 0 && at >= 0; left--) at = input.value.indexOf(quote, at + quote.length)
  if (at < 0) return false
  input.focus()
  input.setSelectionRange(at, at + quote.length)
  input.scrollIntoView({ block: "center" })
  return true
}

// Put the cursor on a finding's wording; return whether it still stands there.
function show(finding) {
  const { field, quote, nth } = finding.dataset
  if (field === "body" && quote) return selectInBody(quote, Number(nth))
  const input = PLACES[field]?.() || inputOf(field, quote)
  if (!input) return false
  if (quote && input.setSelectionRange && input.type !== "date") return selectInInput(input, quote, Number(nth))
  input.focus()
  input.scrollIntoView({ block: "center" })
  return true
}

// Write the suggestion over the wording, in a way that Undo takes back.
function write(finding) {
  if (!show(finding)) return false
  document.execCommand("insertText", false, finding.dataset.suggestion)
  return true
}

function say(finding, words) {
  finding.querySelector("[data-said]").textContent = words
}

for (const panel of document.querySelectorAll("[data-findings]")) {
  const findings = [...panel.querySelectorAll(".finding")]
  const all = panel.querySelector("[data-apply-all]")
  const safe = () => findings.filter((each) => SAFE.includes(each.dataset.code) && each.querySelector("[data-apply]:not([hidden])"))

  const applied = (finding) => {
    for (const button of finding.querySelectorAll("[data-apply], [data-show]")) button.hidden = true
    // Later places of the same wording have moved up by one.
    for (const other of findings) {
      const same = other.dataset.field === finding.dataset.field && other.dataset.quote === finding.dataset.quote
      if (same && Number(other.dataset.nth) > Number(finding.dataset.nth)) other.dataset.nth -= 1
    }
    finding.classList.add("finding-done")
    say(finding, panel.dataset.done)
    count()
  }

  const apply = (finding) => (write(finding) ? applied(finding) : say(finding, panel.dataset.gone))

  const count = () => {
    if (!all) return
    all.hidden = safe().length < 2
    all.querySelector("[data-count]").textContent = safe().length
  }

  for (const finding of findings) {
    const [shower, writer] = ["[data-show]", "[data-apply]"].map((name) => finding.querySelector(name))
    shower.hidden = false
    shower.addEventListener("click", () => say(finding, show(finding) ? "" : panel.dataset.gone))
    if (writer) {
      writer.hidden = false
      writer.addEventListener("click", () => apply(finding))
    }
  }
  all?.addEventListener("click", () => safe().forEach(apply))
  count()
}
