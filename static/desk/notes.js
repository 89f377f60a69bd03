// Notes beside the story's form: written and settled without leaving the text, pinned to the words that are marked in it.
// Without this script the same form is sent as a page of its own.
import { begin, end, token } from "desk/sending"

const form = document.getElementById("note-form")
let panel = document.querySelector("[data-notes]")
const editor = () => document.querySelector(".field-body .ProseMirror[contenteditable=true]")
const squeezed = (text) => text.replace(/\s+/g, " ").trim()

// The block of the body, of those the server counts, that holds `node`; -1 for none.
const blockOf = (node) => [...(editor()?.children ?? [])].findIndex((block) => block.contains(node))

function pin(block, quote) {
  form.elements.block.value = block
  form.elements.quote.value = quote
  const line = panel.querySelector("[data-pinned]")
  line.hidden = !quote
  line.querySelector("[data-words]").textContent = quote.length > 120 ? `${quote.slice(0, 119)}…` : quote
}

// Words that are marked in one block of the body are what the next note is about.
document.addEventListener("selectionchange", () => {
  const selection = document.getSelection()
  if (!panel || selection.isCollapsed || !editor()?.contains(selection.anchorNode)) return
  const block = blockOf(selection.anchorNode)
  if (block >= 0 && block === blockOf(selection.focusNode)) pin(block, squeezed(selection.toString()).slice(0, 300))
})

function show(thread) {
  const blocks = [...(editor()?.children ?? [])]
  const { block, quote } = thread.dataset
  const near = blocks.toSorted((a, b) => Math.abs(blocks.indexOf(a) - block) - Math.abs(blocks.indexOf(b) - block))
  const found = near.find((each) => quote && squeezed(each.textContent).includes(quote)) ?? (quote ? null : blocks[block])
  panel.querySelector("[data-refused]").textContent = found ? "" : panel.dataset.gone
  if (!found) return
  editor().focus()
  document.getSelection().selectAllChildren(found)
  found.scrollIntoView({ block: "center" })
}

function ready() {
  // What is typed here is no change of the story.
  for (const kind of ["input", "change"]) panel.addEventListener(kind, (event) => event.stopPropagation())
  panel.querySelector("[data-unpin]").addEventListener("click", () => pin("", ""))
  for (const button of panel.querySelectorAll("[data-place]")) {
    button.hidden = false
    button.addEventListener("click", () => show(button.closest(".thread")))
  }
}

form?.addEventListener("submit", async (event) => {
  event.preventDefault()
  const sent = new FormData(form, event.submitter)
  sent.set("next", panel.dataset.notes)
  sent.set("csrfmiddlewaretoken", token(form))
  const address = event.submitter?.getAttribute("formaction") || form.action
  const written = address === form.action ? form.elements.text.value : ""
  begin(form, event.submitter)
  try {
    const answer = await fetch(address, { method: "POST", body: sent })
    const page = new DOMParser().parseFromString(await answer.text(), "text/html")
    const fresh = page.querySelector("[data-notes]")
    if (!answer.ok || !fresh) throw new Error(page.querySelector(".refused")?.textContent.trim() || answer.statusText)
    // What was typed while the note was under way is the next one's.
    const now = form.elements.text.value
    panel.replaceWith(fresh)
    panel = fresh
    ready()
    form.elements.text.value = now.startsWith(written) ? now.slice(written.length).trimStart() : now
    form.elements.text.focus()
  } catch (refusal) {
    panel.querySelector("[data-refused]").textContent = refusal.message
  } finally {
    end(form)
  }
})

if (panel && form) ready()
