// A word before leaving the form with a text that is not saved: the browser asks, in words of its own.

const form = document.querySelector("[data-story]")
const typed = () => new URLSearchParams([...new FormData(form)].filter(([, value]) => typeof value === "string")).toString()

let before = "unsaved" in form.dataset ? null : undefined // null: what is shown was refused, so nothing of it is saved
let sending = false

// The editor writes the body in its own way once it is there, so that the form is read when somebody first touches it.
const remember = () => {
  if (before === undefined) before = typed()
}
for (const kind of ["pointerdown", "keydown", "focusin", "drop", "paste"]) form.addEventListener(kind, remember, { capture: true })

form.addEventListener("submit", (event) => {
  // A preview opens beside and leaves the form where it is.
  sending = event.submitter?.formTarget !== "_blank"
})
window.addEventListener("pageshow", () => (sending = false))
window.addEventListener("beforeunload", (event) => {
  if (!sending && before !== undefined && before !== typed()) event.preventDefault()
})
