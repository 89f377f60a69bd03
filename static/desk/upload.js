// Several pictures at once, dropped or chosen: each is sent by itself, one after the other, and says what became of it.
const form = document.querySelector("[data-upload]")
const zone = form.querySelector("[data-dropzone]")
const input = form.querySelector("input[type=file]")
const list = form.querySelector("[data-uploads]")
const label = zone.querySelector("label")
const waiting = []
let busy = false

function element(tag, text = "", fields = {}) {
  const made = Object.assign(document.createElement(tag), fields)
  made.textContent = text
  return made
}

function show(row, name, words, answer) {
  row.className = answer?.error ? "upload-wrong" : answer ? "upload-done" : ""
  const title = answer?.address ? element("a", answer.title || name, { href: answer.address }) : element("b", name)
  const thumb = answer?.thumb ? [element("img", "", { ...answer.thumb, alt: "", className: "thumb" })] : []
  row.replaceChildren(...thumb, title, document.createTextNode(" "), element("span", words))
}

async function send(file) {
  const data = new FormData(form)
  data.delete("file")
  data.append("file", file)
  try {
    const answer = await fetch(form.action, { method: "POST", body: data, headers: { Accept: "application/json" } })
    return await answer.json()
  } catch {
    return { error: form.dataset.failed }
  }
}

async function work() {
  if (busy) return
  busy = true
  for (let next = waiting.shift(); next; next = waiting.shift()) {
    const [file, row] = next
    show(row, file.name, form.dataset.sending)
    const answer = await send(file)
    show(row, file.name, answer.error || (answer.known ? form.dataset.known : form.dataset.done), answer)
  }
  busy = false
}

function take(files) {
  for (const file of files) {
    const row = element("li")
    show(row, file.name, form.dataset.waiting)
    list.append(row)
    waiting.push([file, row])
  }
  input.value = ""
  work()
}

input.multiple = true
label.textContent = label.dataset.several
form.querySelector(".acts").hidden = true
input.addEventListener("change", () => take([...input.files]))
form.addEventListener("submit", (event) => event.preventDefault())
for (const kind of ["dragenter", "dragover"])
  zone.addEventListener(kind, (event) => (event.preventDefault(), zone.classList.add("over")))
for (const kind of ["dragleave", "drop"])
  zone.addEventListener(kind, (event) => (event.preventDefault(), zone.classList.remove("over")))
zone.addEventListener("drop", (event) => take([...event.dataTransfer.files]))
