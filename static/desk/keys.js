// Keyboard: save, preview, look and publish, the next finding, and "?" for the sheet that lists them all.
import { keyOf } from "desk/keyboard"

const form = document.querySelector("[data-story]")
const sheet = document.querySelector("[data-keys-dialog]")
const opener = document.querySelector("[data-keys]")

// The browser itself gives the cursor with its first frame: letters that come before would be lost.
if (document.activeElement === document.body) form.querySelector("[autofocus]")?.focus()

const isWriting = (element) => element?.closest("input:not([type=checkbox], [type=radio]), textarea, select, [contenteditable=true]")
const press = (button) => {
  if (!button) return false
  const at = document.activeElement
  at?.blur() // a field that acts when it is left has its turn
  at?.focus({ preventScroll: true }) // and has the focus again, also when what the press opens is closed
  button.click()
  return true
}

// Round and round, so that the last is followed by the first.
let at = -1
function nextFinding() {
  const buttons = [...document.querySelectorAll(".finding [data-show]:not([hidden])")]
  if (!buttons.length) return false
  at = (at + 1) % buttons.length
  buttons[at].click()
  return true
}

const PRESSES = {
  "ctrl+s": () => press(form.querySelector("button[value=save]")),
  "ctrl+enter": () => press(form.querySelector("[data-publish]")),
  "ctrl+shift+enter": () => press(form.querySelector("[data-preview]")),
  "ctrl+/": () => sheet.showModal() || true,
  f8: nextFinding,
}

const nameOf = (event) =>
  [(event.ctrlKey || event.metaKey) && "ctrl", event.shiftKey && event.key.length > 1 && "shift", keyOf(event)].filter(Boolean).join("+")

// Where the slash is Shift and a digit, as in German, the text's own list of Ctrl Shift 7 comes first.
const isList = (event) => event.code === "Digit7" && event.target.closest?.("[contenteditable=true]")

document.addEventListener("keydown", (event) => {
  if (event.isComposing || event.altKey || isList(event) || document.querySelector("dialog[open]")) return
  const isQuestion = keyOf(event) === "?" && !event.ctrlKey && !event.metaKey && !isWriting(event.target)
  const act = isQuestion ? PRESSES["ctrl+/"] : PRESSES[nameOf(event)]
  if (!act?.()) return
  event.preventDefault()
  event.stopPropagation()
}, { capture: true })

opener.hidden = false
opener.addEventListener("click", () => sheet.showModal())
