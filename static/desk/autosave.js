// Keeps what is typed, beside the line of versions: every few seconds with the server, and on this device until the
// server has it. Says who else has the story open. When the login has ended, it is asked for in place.
import { begin, end, hasSignedIn, newKey, token } from "desk/sending"

const form = document.querySelector("[data-story]")
const told = document.querySelector("[data-writing]")
const keeping = document.querySelector("[data-keeping]") // missing for those who only read
const trouble = document.querySelector("[data-trouble]")
const others = document.querySelector("[data-others]")
const login = document.querySelector("[data-login]")
const word = (name) => told.dataset[`word${name}`]

const BEAT = 4000 // milliseconds; others are to be seen within ten seconds
const PATIENCE = 8000
const STILL = 1500 // without a key for so long, nobody is in the middle of a word
const OWN = ["csrfmiddlewaretoken", "tab", "taken"]
const prefix = `writing:${told.dataset.user}:${told.dataset.storyId}:`

// While this tab is open it holds a lock by the name of its text on this device. Browsers let go of it with the tab.
let letGo = () => {}
function hold() {
  letGo()
  navigator.locks?.request(prefix + form.elements.tab.value, () => new Promise((done) => (letGo = done)))
}

const typed = () => {
  const pairs = [...new FormData(form)].filter(([name, value]) => typeof value === "string" && !OWN.includes(name))
  return new URLSearchParams(pairs).toString()
}

const newTab = () => (form.elements.tab.value = newKey())

// --- On this device -------------------------------------------------------------------------------------------------

const device = {
  put(text) {
    try {
      localStorage.setItem(prefix + text.tab, JSON.stringify(text))
      return true
    } catch {
      return false // full, or switched off
    }
  },
  drop(tab) {
    try {
      localStorage.removeItem(prefix + tab)
    } catch {}
  },
  // What tabs that are gone left behind for this story; one that is open sends its own.
  async left() {
    try {
      const open = ((await navigator.locks?.query())?.held ?? []).map((lock) => lock.name)
      const keys = Object.keys(localStorage).filter((key) => key.startsWith(prefix) && !open.includes(key))
      return keys.filter((key) => !key.endsWith(form.elements.tab.value)).map((key) => JSON.parse(localStorage.getItem(key)))
    } catch {
      return []
    }
  },
}

// --- What is typed --------------------------------------------------------------------------------------------------

// `before`: the form as it was opened; null: what is shown is not saved. The editor writes the body in its own way once
// it is there, so that the form is read when somebody first touches it.
let before = "unsaved" in form.dataset ? null : undefined
let text = null // what has to be kept: {tab, base, stamp, at, form}
let acknowledged = before === null ? null : undefined // the form that the server has, or that needs no keeping

function look() {
  if (!keeping || before === undefined) return
  const now = typed()
  if (acknowledged === undefined) acknowledged = before
  if (now === (text ? text.form : acknowledged)) return
  if (now === acknowledged) return device.drop(text.tab), (text = null) // taken back, before it was sent
  text = { tab: form.elements.tab.value, base: form.elements.base.value, stamp: Date.now(), at: Date.now(), form: now }
  if (!device.put(text)) say("Full")
}

// The cursor that a new story has from the beginning is nobody's touch.
for (const kind of ["pointerdown", "keydown", "beforeinput", "focusin", "drop", "paste"])
  form.addEventListener(kind, ({ target }) => {
    if (before === undefined && !(kind === "focusin" && target.autofocus)) before = typed()
  }, { capture: true })

let pause
for (const kind of ["input", "change", "keyup", "drop", "paste"])
  form.addEventListener(kind, () => {
    clearTimeout(pause)
    pause = setTimeout(look, 300)
  })

// --- Asking the server ----------------------------------------------------------------------------------------------

const post = (fields) =>
  fetch(told.dataset.writing, {
    method: "POST",
    body: fields,
    headers: { "X-CSRFToken": token(form) },
    signal: AbortSignal.timeout(PATIENCE),
  })

function fieldsOf(kept) {
  const fields = new URLSearchParams(kept.form)
  for (const name of ["tab", "base", "stamp"]) fields.set(name, kept[name])
  fields.set("age", Math.max(0, Math.round((Date.now() - kept.at) / 1000)))
  fields.set("typed", "1")
  return fields
}

// Returns "ok", "login", "offline" or "refused": the story is not this person's to change any more.
async function say_it() {
  look()
  const sent = text
  const as = token(form)
  const fields = sent ? fieldsOf(sent) : new URLSearchParams({ tab: form.elements.tab.value, base: form.elements.base.value })
  fields.set("taken", form.elements.taken.value)
  if (document.querySelector("[data-offer][hidden]")) fields.set("offers", "1")
  if (sent) say("Keeping")
  let answer
  try {
    answer = await post(fields)
  } catch {
    return lost("offline")
  }
  const isOut = answer.status === 401 || answer.status === 403
  if (isOut && hasSignedIn(form, as)) return say_it()
  if (answer.status === 401) return lost("login")
  if (answer.status === 404) return lost("refused")
  if (!answer.ok) return lost(answer.status === 403 ? "login" : "offline")
  const news = await answer.json()
  if (sent && news.refused && news.user !== Number(told.dataset.user)) return lost("login") // who is signed in now may not
  if (sent && (news.kept || news.closed)) heard(sent, news)
  show(news)
  if (news.refused) return lost("refused")
  calm()
  return "ok"
}

function heard(sent, news) {
  acknowledged = news.closed ? null : sent.form
  if (text === sent || news.closed) {
    device.drop(sent.tab)
    text = null
  }
  if (news.closed) newTab(), hold() // its text was saved; what stands here since is kept anew
  else say("Kept", news.kept)
}

let shown = ""
function show(news) {
  for (const id of news.waiting) document.querySelector(`[data-offer="${id}"]`)?.removeAttribute("hidden")
  const sentences = [...news.others, news.news].filter(Boolean)
  if (news.user !== Number(told.dataset.user)) sentences.push(word("Somebody"))
  if (sentences.join() === shown) return
  shown = sentences.join()
  others.replaceChildren(...sentences.map((sentence) => Object.assign(document.createElement("li"), { textContent: sentence })))
}

// --- What the page says ---------------------------------------------------------------------------------------------

function say(name, time = "") {
  if (keeping) keeping.textContent = word(name).replace("%s", time)
}

function complain(name, canSignIn = false) {
  if (!trouble) return
  if (trouble.hidden || trouble.firstElementChild.textContent !== word(name)) trouble.firstElementChild.textContent = word(name)
  trouble.querySelector("[data-sign-in]").hidden = !canSignIn
  trouble.hidden = false
}

function calm() {
  if (trouble) trouble.hidden = true
}

function lost(why) {
  if (text) say(device.put(text) ? "Offline" : "Full")
  if (why === "login") {
    complain("Login", true)
    if (keeping && before !== undefined) ask()
  } else if (why === "refused") complain("Refused")
  else if (text) complain("Offline")
  return why
}

// --- A login in place -----------------------------------------------------------------------------------------------

let lastKey = 0
form.addEventListener("keydown", () => (lastKey = Date.now()), { capture: true })
let later = false // asked once; then the button waits
function ask(again = false) {
  if (!login || login.open || (later && !again)) return
  if (!again && Date.now() - lastKey < STILL) return // no dialog takes letters away from a sentence
  later = true
  login.showModal()
  login.querySelector("[name=password]").focus()
}

const doNotFit = login?.querySelector("[data-refused]").textContent

// Returns "" once somebody is signed in, else why not.
async function signIn(fields) {
  await fetch(login.dataset.login) // sets the token where there is none
  fields.set("csrfmiddlewaretoken", token(form))
  fields.set("next", location.pathname)
  const answer = await fetch(login.dataset.login, { method: "POST", body: fields, redirect: "manual" })
  if (answer.type === "opaqueredirect") return ""
  if (answer.status !== 429) return doNotFit
  const page = new DOMParser().parseFromString(await answer.text(), "text/html")
  return page.querySelector(".errornote").textContent.trim() // for how long to wait
}

login?.querySelector("form").addEventListener("submit", async (event) => {
  event.preventDefault()
  const inside = event.target
  const refused = inside.querySelector("[data-refused]")
  refused.hidden = true
  let why = doNotFit
  try {
    why = await signIn(new URLSearchParams(new FormData(inside)))
  } catch {}
  inside.elements.password.value = ""
  refused.textContent = why
  refused.hidden = !why
  if (why) return inside.elements.password.focus()
  later = false
  renew()
  login.close()
  beat()
})
login?.querySelector("[data-close]").addEventListener("click", () => login.close())
trouble?.querySelector("[data-sign-in]").addEventListener("click", () => ask(true))

// The page's own buttons send the token of now.
function renew() {
  for (const input of document.querySelectorAll("[name=csrfmiddlewaretoken]")) input.value = token(form)
}

// --- Saving: asked first, so that a button never leads away from a text into an error ---------------------------------

let passed = false
let leaving = null // the form as it was sent away to be saved
form.addEventListener("submit", async (event) => {
  renew()
  const button = event.submitter
  if (passed || button?.formTarget === "_blank") return
  event.preventDefault()
  event.stopImmediatePropagation()
  begin(form, button)
  const answer = await once()
  end(form)
  if (answer === "login") return ask(true)
  if (answer === "offline") return complain("NotSaved")
  if (answer === "refused") return
  renew()
  passed = true
  clearInterval(clock)
  leaving = typed()
  form.requestSubmit(button)
  passed = false
})

// --- The beat ---------------------------------------------------------------------------------------------------------

let asking = null // one question at a time, in order
const once = async () => {
  while (asking) await asking
  asking = say_it().finally(() => (asking = null))
  return asking
}
const beat = () => asking || once()
let clock = setInterval(beat, BEAT)

window.addEventListener("online", beat)
document.addEventListener("visibilitychange", () => (document.hidden ? look() : beat()))
window.addEventListener("pagehide", () => {
  const tab = form.elements.tab.value
  // Letters that came while the save was under way are no part of it: as a text of its own they are offered again.
  if (leaving !== null && typed() !== leaving) {
    device.drop(tab)
    text = null
    newTab()
  }
  look()
  const fields = new URLSearchParams({ tab, leave: "1", csrfmiddlewaretoken: token(form) })
  navigator.sendBeacon(told.dataset.writing, fields)
  letGo()
})
window.addEventListener("pageshow", (event) => {
  if (!event.persisted) return
  leaving = null
  newTab() // the text of the old one may have been saved
  hold()
  clock = setInterval(beat, BEAT)
})

// What was kept on this device while offline goes to the server, which offers it on this page.
async function bring() {
  let isNew = false
  for (const kept of await device.left()) {
    try {
      const answer = await post(fieldsOf(kept))
      if (!answer.ok) return
      const news = await answer.json()
      if (!news.kept && !news.closed) continue // not theirs to change, nor was it when they began
      isNew ||= !news.closed
      device.drop(kept.tab)
    } catch {
      return
    }
  }
  if (isNew) await offer()
}

// What has come is offered here without opening the page anew, which would lose what was typed and said since.
async function offer() {
  const page = new DOMParser().parseFromString(await (await fetch(location.href)).text(), "text/html")
  const state = document.querySelector(".writing-state")
  for (const text of page.querySelectorAll("[data-offer]"))
    if (!state.querySelector(`[data-offer="${text.dataset.offer}"]`)) state.prepend(document.adoptNode(text))
}

hold()
const brought = bring()
brought.then(beat)

// A text is taken up as it was typed last: not before this device has sent what it still had of it.
document.querySelector(".writing-state").addEventListener("click", async (event) => {
  const link = event.target.closest("[data-offer] a[href^='?take=']")
  if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return
  event.preventDefault()
  await brought
  location.assign(link.href)
})
