// Before publishing: one panel that says what changes for readers, where they find it and which findings stand, asked of
// the server for the text as it is typed. Where it can't be asked nothing is published, and the page says why. Without
// this script Publish publishes.
import { hasSignedIn, isUnderway, token } from "desk/sending"

const PATIENCE = 20_000 // milliseconds

const form = document.querySelector("[data-story]")
const dialog = form.querySelector("[data-review-dialog]")
const publish = form.querySelector("[data-publish]")

if (dialog && publish) {
  const shown = dialog.querySelector("[data-review-shown]")
  const confirm = dialog.querySelector("[data-confirm]")
  const unseen = form.querySelector("[data-unseen]")
  const again = unseen.querySelector("button")
  const kinds = form.querySelector("[data-kinds]")
  if (kinds) dialog.querySelector("[data-review-kinds]").append(kinds)

  // The panel's HTML and whether the text is ready, or why there is none.
  const ask = async () => {
    const body = new FormData(form)
    const as = token(form) // another one, where somebody signed in since the page was opened
    body.set("csrfmiddlewaretoken", as)
    const answer = await fetch(form.dataset.review, { method: "POST", body, signal: AbortSignal.timeout(PATIENCE) })
    const isOut = answer.redirected || answer.status === 403
    if (isOut && hasSignedIn(form, as)) return ask()
    if (answer.redirected) return { why: unseen.dataset.login, isSignedOut: true }
    if (!answer.ok && answer.status !== 422) return { why: unseen.dataset.failed.replace("%s", answer.status) }
    return { html: await answer.text(), ready: answer.ok }
  }

  const refuse = ({ why, isSignedOut }) => {
    unseen.querySelector("span").textContent = why
    unseen.hidden = false
    again.focus()
    // Where texts are kept the login is asked for in place; the focus comes back to "Try again".
    if (isSignedOut) document.querySelector("[data-sign-in]")?.click()
  }

  const show = ({ html, ready }) => {
    if (document.activeElement === again) publish.focus()
    unseen.hidden = true
    shown.innerHTML = html
    confirm.disabled = !ready || Boolean(shown.querySelector("[data-blocked]"))
    dialog.showModal()
    ;(confirm.disabled ? dialog.querySelector("[data-close]") : confirm).focus()
  }

  const look = async (button) => {
    if (isUnderway(form) || button.ariaBusy === "true") return
    button.ariaBusy = "true"
    let told
    try {
      told = await ask()
    } catch {
      told = { why: unseen.dataset.unreached }
    }
    button.ariaBusy = null
    if (told.why) refuse(told)
    else show(told)
  }

  publish.addEventListener("click", (event) => {
    event.preventDefault()
    look(publish)
  })
  again.addEventListener("click", () => look(again))
  dialog.querySelector("[data-close]").addEventListener("click", () => dialog.close())
}
