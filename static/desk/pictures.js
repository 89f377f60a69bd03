// Pictures come in without leaving the story: chosen, dropped or pasted. In the text one stands where it came, anywhere
// else it leads the story. Caption, credit and alt text are read from the file by the server.

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

function lead(picture) {
  const select = form.querySelector("select[name=lead_image]")
  select.append(new Option(picture.title, picture.id, true, true))
  window.django.jQuery(select).trigger("change")
  // What the file does not say is asked for at once.
  const lacking = ["alt", "credit"].find((name) => !picture[name])
  if (lacking) form.querySelector(`[name=lead_${lacking}]`).focus()
}

function insert(picture, editor, at) {
  const words = picture.caption.replace(/\s+/g, " ").trim()
  const content = words ? [{ type: "text", text: words }] : []
  editor.chain().focus().insertContentAt(at ?? editor.state.selection.to, { type: "picture", attrs: { image: picture.id }, content }).run()
}

async function take(file, editor, at) {
  const said = place.querySelector(".said")
  said.textContent = place.dataset.sending
  const picture = await send(file)
  said.textContent = picture.error || (picture.known ? place.dataset.known : place.dataset.done)
  said.classList.toggle("errors", Boolean(picture.error))
  if (picture.error) return place.scrollIntoView({ block: "nearest" })
  if (editor) insert(picture, editor, at)
  else lead(picture)
}

// Programs that copy text bring a picture of it along: then the text is meant.
const picturesOf = (data) =>
  data && !data.types.includes("text/plain") ? [...data.files].filter((file) => file.type.startsWith("image/")) : []

const editorOf = (target) => target.closest?.(".ProseMirror[contenteditable=true]")?.editor

if (place) {
  const input = place.querySelector("input")
  place.hidden = false
  input.addEventListener("change", () => {
    for (const file of input.files) take(file)
    input.value = ""
  })
  const hear = (kind, dataOf, atOf) =>
    form.addEventListener(kind, async (event) => {
      const files = event.target === input ? [] : picturesOf(dataOf(event))
      if (!files.length) return
      event.preventDefault()
      event.stopPropagation()
      const editor = editorOf(event.target)
      const at = editor && atOf(editor, event)
      for (const file of editor ? files : files.slice(0, 1)) await take(file, editor, at)
    }, { capture: true })
  hear("paste", (event) => event.clipboardData, () => undefined)
  hear("drop", (event) => event.dataTransfer, (editor, { clientX, clientY }) => editor.view.posAtCoords({ left: clientX, top: clientY })?.pos)
  form.addEventListener("dragover", (event) => event.dataTransfer.types.includes("Files") && event.preventDefault())
}
