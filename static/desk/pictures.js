// Pictures come in without leaving the story: chosen, dropped or pasted. In the text one stands where it came, anywhere
// else it leads the story. Caption, credit and alt text are read from the file by the server. That takes its time: who
// writes on meanwhile keeps the cursor, and the picture still comes where it was put.
import { roomAt } from "desk/parts"

const form = document.querySelector("[data-story]")
const place = form.querySelector("[data-add-picture]")

async function send(file) {
  const data = new FormData()
  data.append("csrfmiddlewaretoken", form.querySelector("[name=csrfmiddlewaretoken]").value)
  data.append("file", file)
  try {
    const answer = await fetch(form.dataset.pictures, { method: "POST", body: data, headers: { Accept: "application/json" } })
    return await answer.json()
  } catch {
    return { error: place.dataset.failed }
  }
}

let acts = 0 // of whoever writes here
for (const kind of ["keydown", "beforeinput", "pointerdown"]) document.addEventListener(kind, () => (acts += 1), { capture: true })

// Returns a function: whether nobody has typed, pressed or gone anywhere since.
function stillness() {
  const before = acts
  const focused = document.activeElement
  return () => acts === before && document.activeElement === focused
}

// A spot in a text that stays where it is, whatever is written and deleted around it, until it is left.
function follow(editor, at) {
  const spot = { editor, at, leave: () => editor.off("transaction", move) }
  const move = ({ transaction, appendedTransactions = [] }) => {
    for (const { mapping } of [transaction, ...appendedTransactions]) spot.at = mapping.map(spot.at, -1)
  }
  editor.on("transaction", move)
  return spot
}

function lead(picture, isStill) {
  const select = form.querySelector("select[name=lead_image]")
  select.append(new Option(picture.title, picture.id, true, true))
  window.django.jQuery(select).trigger("change")
  // What the file does not say is asked for at once.
  const lacking = ["alt", "credit"].find((name) => !picture[name])
  if (lacking && isStill) form.querySelector(`[name=lead_${lacking}]`).focus()
}

// The cursor goes to the end of the caption, or stays with whoever writes; the next picture comes after this one.
function insert(picture, spot, isStill) {
  const words = picture.caption.replace(/\s+/g, " ").trim()
  const block = { type: "picture", attrs: { image: picture.id }, content: words ? [{ type: "text", text: words }] : [] }
  const { from, to } = roomAt(spot.editor.state.doc.resolve(spot.at))
  const start = isStill ? from : to
  const chain = spot.editor.chain().insertContentAt({ from: start, to }, block, { updateSelection: false })
  if (isStill) chain.focus(start + 1 + words.length)
  chain.run()
  spot.at = start + 2 + words.length
}

async function take(file, still, spot) {
  const said = place.querySelector(".said")
  said.textContent = place.dataset.sending
  const picture = await send(file)
  said.textContent = picture.error || (picture.known ? place.dataset.known : place.dataset.done)
  said.classList.toggle("errors", Boolean(picture.error))
  if (picture.error) return place.scrollIntoView({ block: "nearest" })
  if (spot) insert(picture, spot, still())
  else lead(picture, still())
}

// Programs that copy text bring a picture of it along: then the text is meant.
const picturesOf = (data) =>
  data && !data.types.includes("text/plain") ? [...data.files].filter((file) => file.type.startsWith("image/")) : []

const editorOf = (target) => target.closest?.(".ProseMirror[contenteditable=true]")?.editor

if (place) {
  const input = place.querySelector("input")
  place.hidden = false
  input.addEventListener("change", () => {
    for (const file of input.files) take(file, stillness())
    input.value = ""
  })
  const hear = (kind, dataOf, atOf) =>
    form.addEventListener(kind, async (event) => {
      const files = event.target === input ? [] : picturesOf(dataOf(event))
      if (!files.length) return
      event.preventDefault()
      event.stopPropagation()
      const editor = editorOf(event.target)
      const still = stillness()
      if (!editor) return take(files[0], still)
      const spot = follow(editor, atOf(editor, event) ?? editor.state.selection.to)
      for (const file of files) await take(file, still, spot)
      spot.leave()
    }, { capture: true })
  hear("paste", (event) => event.clipboardData, () => undefined)
  hear("drop", (event) => event.dataTransfer, (editor, { clientX, clientY }) => editor.view.posAtCoords({ left: clientX, top: clientY })?.pos)
  form.addEventListener("dragover", (event) => event.dataTransfer.types.includes("Files") && event.preventDefault())
}
