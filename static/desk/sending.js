// What a page sends: the token by which the server believes it, a name for what must not count twice, and one press of
// a button at a time.

const PATIENCE = 10_000 // milliseconds; a page that is still there then was stopped, or got a file

// The token of now, as the cookie has it once somebody signed in; else the one of `form`.
export const token = (form) => document.cookie.match(/(?:^|; )csrftoken=([^;]+)/)?.[1] || form.elements.csrfmiddlewaretoken.value

// Whether somebody signed in, here or in another tab, since `form` had the token `as`: an answer that says nobody has is
// as old as its question, which is then asked anew.
export const hasSignedIn = (form, as) => token(form) !== as

// A UUID of random bytes. The browser's own is missing where a site has no https.
export function newKey() {
  const bytes = crypto.getRandomValues(new Uint8Array(16))
  bytes[6] = (bytes[6] & 15) | 64
  bytes[8] = (bytes[8] & 63) | 128
  const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("")
  return hex.replace(/(.{8})(.{4})(.{4})(.{4})(.{12})/, "$1-$2-$3-$4-$5")
}

const underway = new Map() // form: {button, timer}

// From here until `end`, presses of the buttons of `form` are taken for the first one. The button is not disabled: its
// name is part of what is sent, and it keeps the focus.
export function begin(form, button) {
  if (underway.has(form)) return
  button?.setAttribute("aria-busy", "true")
  underway.set(form, { button, timer: setTimeout(end, PATIENCE, form) })
}

export function end(form) {
  const { button, timer } = underway.get(form) ?? {}
  clearTimeout(timer)
  button?.removeAttribute("aria-busy")
  underway.delete(form)
}

export const isUnderway = (form) => underway.has(form)

addEventListener("submit", (event) => {
  if (!underway.has(event.target)) return
  event.preventDefault()
  event.stopImmediatePropagation()
}, { capture: true })

// Last of all, so that what a script or somebody's answer kept from being sent can be pressed again.
addEventListener("submit", (event) => {
  const { target: form, submitter } = event
  const of = (name) => submitter?.getAttribute(`form${name}`) || form.getAttribute(name)
  if (!event.defaultPrevented && of("method") === "post" && of("target") !== "_blank") begin(form, submitter)
})

// The browser's way back may show this page as it was left.
addEventListener("pageshow", () => [...underway.keys()].forEach(end))
