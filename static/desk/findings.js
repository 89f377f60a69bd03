// Findings beside the form: "Show" puts the cursor on the wording, "Write" puts the right form in its place.
// A wording without a right form can be written anew beside the finding. Without this script the findings can be read all
// the same. Nothing is changed that a person did not press or type.

// Findings whose right form is the desk's own rule; these may be written all at once, and so may any in what readers never
// see.
const SAFE = ["name-form", "term"]
const isSafe = ({ dataset }) => SAFE.includes(dataset.code) || dataset.field === "byline_note"

// Where the mending may lie further on than the wording that is marked: the rest of the paragraph is shown with it.
const TO_THE_END = ["unbalanced-quotation", "long-paragraph"]

// Findings that are mended elsewhere than in the wording they mark.
const ELSEWHERE = ["dateline-date", "dateline-open-date", "ticker-unresolved", "ticker-mentioned", "unknown-byline"]

// Where the fields of content stand on the page that have another name there.
const PLACES = {
  lead_image: () => document.querySelector(".field-lead_image .select2-selection, #id_lead_image"),
  social_image: () => document.querySelector(".field-social_image .select2-selection, #id_social_image"),
  bylines: () => document.querySelector("[data-rows=bylines] .select2-selection, [data-rows=bylines] select"),
  datelines: () => document.getElementById("id_dateline_date"),
  tags: () => document.querySelector(".field-tags .select2-selection, #id_tags"),
}

const editor = () => document.querySelector(".field-body .ProseMirror[contenteditable=true]")

// The tools of a block (a picture's width, an embed's address) are no text of the story.
const notOfTools = (node) => (node.parentElement.closest(".desk-picture-bar") ? NodeFilter.FILTER_REJECT : NodeFilter.FILTER_ACCEPT)

// The top-level blocks of the body that readers see, as the server reads them: no notes, no ticker boxes.
const publicBlocks = (root) => [...root.children].filter((block) => !block.matches(".desk-note, .desk-ticker, .desk-related"))

// The Range of the nth (from 0) place in `blocks` where `quote` stands, or null. A quote never crosses blocks.
function rangeOf(blocks, quote, nth) {
  let left = nth
  for (const block of blocks) {
    const nodes = []
    const walker = document.createTreeWalker(block, NodeFilter.SHOW_TEXT, notOfTools)
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

// Mark the picture with this id in the body, or the embed that shows it.
function selectPicture(image) {
  const root = editor()
  if (!root) return false
  const { view, commands } = root.editor
  let at = null
  view.state.doc.descendants((node, position) => {
    if (at === null && node.attrs.image === image) at = position
  })
  if (at === null) return false
  commands.focus()
  commands.setNodeSelection(at)
  view.nodeDOM(at).scrollIntoView({ block: "center" })
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

// What is folded away can't have the cursor.
const unfold = (input) => input.closest("details")?.toggleAttribute("open", true)

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
  const { field, quote, nth, picture } = finding.dataset
  if (field === "body" && quote) return selectInBody(quote, Number(nth))
  if (field === "body" && picture) return selectPicture(Number(picture))
  const input = PLACES[field]?.() || inputOf(field, quote)
  if (!input) return false
  unfold(input)
  if (quote && input.setSelectionRange && input.type !== "date") return selectInInput(input, quote, Number(nth))
  input.focus()
  input.scrollIntoView({ block: "center" })
  return true
}

// What stands in the text now where a finding may be mended: {text, write(text)}, or null where its wording is gone.
function mendable(finding) {
  const { code, field, quote, nth } = finding.dataset
  if (field === "body") return mendableInBody(quote, Number(nth), TO_THE_END.includes(code))
  const input = inputOf(field, quote)
  let at = input ? input.value.indexOf(quote) : -1
  for (let left = Number(nth); left > 0 && at >= 0; left--) at = input.value.indexOf(quote, at + quote.length)
  if (at < 0) return null
  const write = (text) => {
    input.setRangeText(text, at, at + quote.length)
    input.dispatchEvent(new Event("input", { bubbles: true }))
  }
  return { text: quote, write }
}

function mendableInBody(quote, nth, toTheEnd) {
  const root = editor()
  const range = root && rangeOf(publicBlocks(root), quote, nth)
  if (!range) return null
  const { view } = root.editor
  const from = view.posAtDOM(range.startContainer, range.startOffset)
  const $from = view.state.doc.resolve(from)
  const to = toTheEnd ? $from.end() : view.posAtDOM(range.endContainer, range.endOffset)
  const text = view.state.doc.textBetween(from, to, "\n", "\n")
  return { text, write: (right) => writeInBody(view, from, text, right) }
}

// Only what differs is replaced, so that links and marks around it stay; a line break parts the paragraph.
function writeInBody(view, from, text, right) {
  let start = 0
  while (start < Math.min(text.length, right.length) && text[start] === right[start]) start++
  let end = 0
  while (end < Math.min(text.length, right.length) - start && text.at(-1 - end) === right.at(-1 - end)) end++
  const lines = right.slice(start, right.length - end).split("\n")
  const tr = view.state.tr.insertText(lines.join(""), from + start, from + text.length - end)
  let at = from + start + lines.join("").length
  for (const line of lines.slice(1).reverse()) tr.split((at -= line.length))
  view.dispatch(tr)
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
  const safe = () => findings.filter((each) => isSafe(each) && each.querySelector("[data-apply]:not([hidden])"))

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

  // The wording as it stands is there to be changed; it is written when the field is left, or by Enter where the
  // mending is one line.
  const prepare = (finding, mend) => {
    const many = TO_THE_END.includes(finding.dataset.code)
    let shown = mend.value
    mend.hidden = false
    mend.addEventListener("focus", () => {
      const now = mendable(finding)
      if (now && mend.value === shown) shown = mend.value = now.text
    })
    mend.addEventListener("change", () => {
      const right = mend.value.replace(/[ \t]*\n\s*/g, many ? "\n" : " ").trim()
      const now = mendable(finding)
      if (right === shown) return
      if (!now) return say(finding, panel.dataset.gone)
      now.write(right)
      shown = mend.value = right
      applied(finding)
    })
    mend.addEventListener("keydown", (event) => {
      if (event.key !== "Enter" || event.isComposing || many || event.ctrlKey || event.metaKey) return
      event.preventDefault()
      mend.blur()
    })
  }

  for (const finding of findings) {
    const [shower, writer] = ["[data-show]", "[data-apply]"].map((name) => finding.querySelector(name))
    shower.hidden = false
    shower.addEventListener("click", () => say(finding, show(finding) ? "" : panel.dataset.gone))
    const mend = finding.querySelector("[data-mend]")
    const isElsewhere = ELSEWHERE.includes(finding.dataset.code) || (finding.dataset.field !== "body" && !mendable(finding))
    if (mend && isElsewhere) mend.remove()
    else if (mend) prepare(finding, mend)
    if (writer) {
      writer.hidden = false
      writer.addEventListener("click", () => apply(finding))
    }
  }
  all?.addEventListener("click", () => safe().forEach(apply))
  count()
}
