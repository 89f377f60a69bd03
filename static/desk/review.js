// Before publishing: one panel that says what changes for readers, where they find it and which findings stand, asked of
// the server for the text as it is typed. Without this script Publish publishes.

const form = document.querySelector("[data-story]")
const dialog = form.querySelector("[data-review-dialog]")
const publish = form.querySelector("[data-publish]")

if (dialog && publish) {
  const shown = dialog.querySelector("[data-review-shown]")
  const confirm = dialog.querySelector("[data-confirm]")
  const kinds = form.querySelector("[data-kinds]")
  if (kinds) dialog.querySelector("[data-review-kinds]").append(kinds)

  const ask = async () => {
    const answer = await fetch(form.dataset.review, { method: "POST", body: new FormData(form) })
    const isSentence = answer.ok || answer.status === 422
    return { html: isSentence ? await answer.text() : null, ready: answer.ok }
  }

  const look = async () => {
    publish.setAttribute("aria-busy", "true")
    let told
    try {
      told = await ask()
    } catch {
      told = { html: null }
    }
    publish.removeAttribute("aria-busy")
    if (told.html === null) return form.requestSubmit(confirm) // nothing to show: the server says why, on the page itself
    shown.innerHTML = told.html
    confirm.disabled = !told.ready || Boolean(shown.querySelector("[data-blocked]"))
    dialog.showModal()
    ;(confirm.disabled ? dialog.querySelector("[data-close]") : confirm).focus()
  }

  publish.addEventListener("click", (event) => {
    event.preventDefault()
    look()
  })
  dialog.querySelector("[data-close]").addEventListener("click", () => dialog.close())
}
