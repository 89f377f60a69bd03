// The console of a live ticker, for people under pressure. What is typed goes into an outbox on this device first and
// leaves it only when the server has answered: it survives a reload, a dead zone and a login that ran out. So does what
// is changed, deleted or pinned. Each of them has its key from the start, so that sending it again does it no second time.

const root = document.querySelector("[data-console]")
const words = root.dataset
const compose = root.querySelector("[data-compose]")
const fields = compose.elements
const rows = root.querySelector("[data-rows]")
const outbox = root.querySelector("[data-outbox]")
const said = root.querySelector("[data-said]")
const net = root.querySelector(".net")
const choose = root.querySelector("[data-choose]")
const GRACE = 5000 // milliseconds in which an entry can be taken back
const LOOK = 2000
const NAMES = ["headline", "text", "kind", "verification", "reported_by", "author", "initials", "happened"]
const PICTURE_NAMES = ["alt", "credit", "caption"]
const KEPT = `console-${words.console}-${words.user}`
const state = { seq: Number(words.seq), parts: {}, picture: null, sending: {}, failures: 0, looking: false }

const say = (text, ...parts) => {
  const whole = parts.reduce((line, part) => line.replace("%s", part), text)
  said.textContent = whole
  return whole
}

function element(tag, text, options = {}) {
  const made = document.createElement(tag)
  made.textContent = text
  return Object.assign(made, options)
}

const button = (text, onclick, className = "") => element("button", text, { type: "button", onclick, className })

// The outbox. Times of this device count down the seconds to undo; nothing else depends on its clock.

const open = new Promise((done, fail) => {
  const asked = indexedDB.open("newsroom-console", 1)
  asked.onupgradeneeded = () => asked.result.createObjectStore("outbox", { keyPath: "key" })
  asked.onsuccess = () => done(asked.result)
  asked.onerror = () => fail(asked.error)
})

async function store(mode, act) {
  const database = await open
  return new Promise((done, fail) => {
    const change = database.transaction("outbox", mode)
    const asked = act(change.objectStore("outbox"))
    change.oncomplete = () => done(asked.result)
    change.onerror = change.onabort = () => fail(change.error)
  })
}

const put = (item) => store("readwrite", (box) => box.put(item))
const drop = (key) => store("readwrite", (box) => box.delete(key))
const get = (key) => store("readonly", (box) => box.get(key))
const all = async () => (await store("readonly", (box) => box.getAll())).sort((a, b) => a.made - b.made)
const isMine = (item) => item.user === words.user && item.ticker === words.console
const mine = async () => (await all()).filter(isMine)

function newKey() {
  if (crypto.randomUUID) return crypto.randomUUID()
  const bytes = crypto.getRandomValues(new Uint8Array(16))
  bytes[6] = (bytes[6] & 15) | 64
  bytes[8] = (bytes[8] & 63) | 128
  const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("")
  return hex.replace(/(.{8})(.{4})(.{4})(.{4})(.{12})/, "$1-$2-$3-$4-$5")
}

// What is typed

const remembered = () => JSON.parse(localStorage.getItem(`${KEPT}-who`) || "{}")

function clear() {
  compose.reset()
  setPicture(null)
  const who = remembered()
  fields.author.value = who.author ?? fields.author.querySelector("[data-own]")?.value ?? ""
  for (const name of ["initials", "credit"]) fields[name].value = who[name] ?? ""
}

function typed() {
  const names = state.picture ? [...NAMES, ...PICTURE_NAMES] : NAMES
  return Object.fromEntries(names.map((name) => [name, fields[name].value]))
}

function fill(values) {
  for (const [name, value] of Object.entries(values)) if (fields[name]) fields[name].value = value
  if (values.reported_by || values.happened) compose.querySelector("details").open = true
}

// The page's policy loads no picture but our own; what the device holds is drawn.
async function draw(canvas, blob, width) {
  try {
    const picture = await createImageBitmap(blob)
    canvas.width = width
    canvas.height = Math.round((width * picture.height) / picture.width)
    canvas.getContext("2d").drawImage(picture, 0, 0, canvas.width, canvas.height)
  } catch {
    canvas.hidden = true // a format that this browser can't show; the server may know it
  }
}

function setPicture(file) {
  const box = compose.querySelector("[data-picture]")
  state.picture = file
  box.hidden = !file
  if (file) draw(box.querySelector("canvas"), file, 256)
}

const isEmpty = () => !fields.headline.value.trim() && !fields.text.value.trim() && !state.picture

async function send() {
  if (isEmpty()) return say(words.empty), fields.text.focus()
  const values = typed()
  localStorage.setItem(`${KEPT}-who`, JSON.stringify({ author: values.author, initials: values.initials, credit: fields.credit.value }))
  const now = Date.now()
  const file = state.picture
  // The field is free at once: a second press sends nothing twice, and what is typed meanwhile is the next entry's.
  clear()
  fields.text.focus()
  try {
    // Bytes, not the file: a phone may take the file away once the camera is closed.
    const picture = file && { bytes: await file.arrayBuffer(), name: file.name || "picture", type: file.type }
    await put({ key: newKey(), ticker: words.console, user: words.user, made: now, goes: now + GRACE, fields: values, picture, held: false, refused: "" })
  } catch (error) {
    fill({ ...values, text: [values.text, fields.text.value].filter(Boolean).join("\n") })
    setPicture(state.picture ?? file)
    throw error
  }
  if (isEmpty()) localStorage.removeItem(KEPT)
  await show()
}

async function takeBack(key) {
  const item = await get(key)
  if (!item) return
  if (isEmpty()) return intoField(item)
  await put({ ...item, held: true })
  say(words.held)
  await show()
}

async function intoField(item) {
  fill(item.fields)
  setPicture(item.picture && new File([item.picture.bytes], item.picture.name, { type: item.picture.type }))
  keep()
  await drop(item.key)
  await show()
  fields.text.focus()
}

const keep = () => localStorage.setItem(KEPT, JSON.stringify(typed()))

// What the outbox shows

const LINES = {
  held: () => words.held,
  refused: (item) => words.refused.replace("%s", item.refused),
  counting: (item) => words.goes.replace("%s", Math.max(1, Math.ceil((item.goes - Date.now()) / 1000))),
  waiting: (item) => (isSent(item) ? words.sends : words.waits),
}
const stateOf = (item) => (item.held ? "held" : item.refused ? "refused" : item.goes > Date.now() ? "counting" : "waiting")

function buttonsOf(item, now) {
  const again = button(words.again, async () => (await put({ ...item, held: false, refused: "", goes: 0 }), work()))
  const back = button(words.back, () => (item.act ? reopen(item) : intoField(item)))
  const away = button(words.drop, async () => confirm(words.sureDrop) && (await drop(item.key), show()))
  if (now === "counting") return [button(words.undo, () => takeBack(item.key), "go")]
  if (now === "waiting") return item.act && !isSent(item) ? [away] : []
  return item.act && item.act.act !== "edit" ? [again, away] : [again, back, away]
}

const sentence = (item) => item.what || item.fields.headline || item.fields.text.slice(0, 140)

function line(item) {
  const now = stateOf(item)
  const row = element("div", "", { className: `sent sent-${now}` })
  row.dataset.key = item.key
  row.dataset.state = now
  row.dataset.sent = isSent(item)
  const summary = element("p", sentence(item), { className: "what", dir: "auto" })
  const about = element("p", LINES[now](item), { className: "how" })
  if (item.picture) {
    const small = element("canvas", "")
    small.setAttribute("aria-hidden", "true")
    draw(small, new Blob([item.picture.bytes], { type: item.picture.type }), 128)
    summary.prepend(small)
  }
  row.append(summary, about, ...buttonsOf(item, now))
  return row
}

async function show() {
  const everything = await all()
  const items = everything.filter(isMine)
  const strangers = everything.filter((item) => item.user !== words.user && item.ticker === words.console).length
  const focused = outbox.contains(document.activeElement) && document.activeElement.closest("[data-key]")?.dataset.key
  const old = new Map([...outbox.children].map((row) => [row.dataset.key, row]))
  const shown = items.map((item) => {
    const before = old.get(item.key)
    if (before?.dataset.state !== stateOf(item) || before.dataset.sent !== String(isSent(item))) return line(item)
    before.querySelector(".how").textContent = LINES[stateOf(item)](item)
    return before
  })
  if (strangers) shown.push(element("p", words.others.replace("%s", strangers), { className: "help" }))
  outbox.replaceChildren(...shown)
  if (focused && !outbox.contains(document.activeElement))
    (outbox.querySelector(`[data-key="${focused}"] button`) ?? fields.text).focus({ preventScroll: true })
  return items
}

// Sending

const token = () => document.cookie.match(/(?:^|; )csrftoken=([^;]+)/)?.[1] ?? fields.csrfmiddlewaretoken.value

class SignedOut extends Error {}

// Return {status, answer}; throws where the server did not answer in its own words, so that it is tried again.
async function ask(address, options = {}) {
  const headers = { Accept: "application/json", "X-CSRFToken": token(), ...options.headers }
  const answer = await fetch(address, { redirect: "manual", signal: AbortSignal.timeout(60_000), ...options, headers })
  const isOurs = answer.headers.get("Content-Type")?.startsWith("application/json")
  // Signing in also renews the cookie that a form is believed by.
  if (answer.type === "opaqueredirect" || (answer.status === 403 && !isOurs)) throw new SignedOut()
  if (!isOurs || answer.status >= 500 || answer.status === 429) throw new Error(answer.status)
  return { status: answer.status, answer: await answer.json() }
}

function connected(error) {
  net.hidden = !error
  if (!error) return
  const text = error instanceof SignedOut ? words.signedOut : words.offline
  if (net.textContent !== text) net.textContent = text
  if (error instanceof SignedOut && !net.querySelector("a"))
    net.append(" ", element("a", "↗", { href: words.login, target: "_blank", ariaLabel: words.signedOut }))
}

function post(item) {
  const form = new FormData()
  form.append("entry", JSON.stringify({ ...item.fields, key: item.key, seq: String(state.seq) }))
  if (item.picture) form.append("picture", new Blob([item.picture.bytes], { type: item.picture.type }), item.picture.name)
  return ask(words.post, { method: "POST", body: form })
}

function act(asked) {
  const body = JSON.stringify({ ...asked, seq: String(state.seq) })
  return ask(words.actAt, { method: "POST", body, headers: { "Content-Type": "application/json" } })
}

async function deliver(item) {
  const { status, answer } = await (item.act ? act({ ...item.act, key: item.key }) : post(item))
  if (status >= 400) {
    await put({ ...item, refused: answer.error || String(status), theirs: answer.theirs })
    return say(words.refused, answer.error)
  }
  await drop(item.key)
  apply(answer)
  if (!item.act) say({ waiting: words.sentWaits, delayed: words.sentLater }[answer.state] ?? words.sent)
}

// Two lanes, so that a deletion does not stand behind a picture; in each, one after the other as they were asked for.
const laneOf = (item) => (item.act ? "acts" : "entries")
const isSent = (item) => state.sending[laneOf(item)] === item.key
const next = async (lane) => (await mine()).find((item) => laneOf(item) === lane && stateOf(item) === "waiting")

async function run(lane) {
  if (state.sending[lane]) return
  state.sending[lane] = "any"
  try {
    for (let item = await next(lane); item; item = await next(lane)) {
      state.sending[lane] = item.key
      await show()
      await deliver(item)
      state.failures = 0
      connected()
    }
  } catch (error) {
    state.failures += 1
    connected(error)
  }
  state.sending[lane] = ""
  await show()
}

const work = () => Promise.all([run("acts"), run("entries")])

let wait = 0
async function tick() {
  const items = await show()
  if (!items.some((item) => stateOf(item) === "waiting" && !state.sending[laneOf(item)])) return
  wait = Math.max(0, wait - 1)
  if (wait) return
  await work()
  wait = state.failures ? Math.min(10, 2 ** state.failures) : 0
}

// What is new

function swap(place, html) {
  const held = place.contains(document.activeElement) && document.activeElement
  if (place.querySelector(".editing")) return false
  const mark = held && [held.closest("[data-row]")?.dataset.row, held.textContent.trim()]
  place.innerHTML = html
  if (mark) {
    const inside = mark[0] ? place.querySelector(`[data-row="${mark[0]}"]`) : place
    const same = [...(inside ?? place).querySelectorAll("button, a")]
    ;(same.find((one) => one.textContent.trim() === mark[1]) ?? same[0] ?? fields.text).focus({ preventScroll: true })
  }
  return true
}

function parsed(html) {
  const holder = document.createElement("template")
  holder.innerHTML = html
  return holder.content.firstElementChild
}

const skipped = new Map() // rows that changed while somebody was changing them here: {id: HTML}
const find = (pk) => rows.querySelector(`[data-row="${pk}"]`)

function place(pk, html) {
  const old = find(pk)
  if (old?.querySelector(".editing")) {
    const note = old.querySelector(".editing .errors")
    note.hidden = false
    note.textContent = words.changed
    skipped.set(pk, html)
    return false
  }
  const fresh = parsed(html)
  if (!Number(fresh.dataset.number)) return false
  const chosen = old?.querySelector("[name=entry]:checked")
  if (old) {
    const focused = old.contains(document.activeElement) && document.activeElement.textContent.trim()
    old.replaceWith(fresh)
    if (focused !== false) [...fresh.querySelectorAll("button, a")].find((one) => one.textContent.trim() === focused)?.focus()
    if (focused !== false && !fresh.contains(document.activeElement)) fresh.querySelector("button, a")?.focus()
  } else {
    const next = [...rows.children].find((row) => Number(row.dataset.number) < Number(fresh.dataset.number))
    rows.insertBefore(fresh, next ?? null)
  }
  if (chosen) fresh.querySelector("[name=entry]")?.click()
  return !old
}

function apply(told) {
  for (const [name, html] of Object.entries(told.parts)) {
    if (state.parts[name] !== html && swap(root.querySelector(`[data-part="${name}"]`), html)) state.parts[name] = html
  }
  const isNew = Object.entries(told.entries).filter(([pk, html]) => place(pk, html)).length
  if (told.seq > state.seq) state.seq = told.seq
  return isNew
}

async function look() {
  if (state.looking) return
  state.looking = true
  try {
    const { status, answer } = await ask(`${words.news}?seq=${state.seq}`)
    connected()
    if (status < 400) {
      const isNew = apply(answer)
      if (isNew) say(words.new, isNew)
    } else say(words.failed, answer.error)
  } catch (error) {
    connected(error)
  }
  state.looking = false
}

// Acts on what is there

// Through the outbox. what: the line that says it there; kept: what to do once it is kept on this device.
async function request(asked, what, kept) {
  const item = { key: newKey(), ticker: words.console, user: words.user, made: Date.now(), goes: 0, act: asked, what, held: false, refused: "" }
  await put(item)
  await kept?.()
  await run("acts")
  return item.key
}

// At once or not at all: nobody wants a ticker to end ten minutes after they gave up.
async function direct(asked) {
  let error
  try {
    const { status, answer } = await act(asked)
    if (status < 400) return apply(answer)
    error = answer.error
  } catch (failure) {
    error = failure instanceof SignedOut ? words.signedOut : words.offline
  }
  net.hidden = false
  net.textContent = say(words.failed, error)
}

// An entry changed in place. What is typed stays there until it is saved or left; ``kept`` is what was saved before and
// waits in the outbox or was refused.

async function reopen(item) {
  const press = root.querySelector(`[data-row="${item.act.entry}"] [data-edit]`)
  if (press) await edit(item.act.entry, press.dataset.edit, item)
}

async function edit(pk, address, kept) {
  kept ??= (await mine()).find((item) => item.act?.act === "edit" && item.act.entry === pk && !isSent(item))
  if (kept) await put({ ...kept, held: true })
  const row = root.querySelector(`[data-row="${pk}"]`)
  if (!row || row.querySelector(".editing")) return
  const values = { ...JSON.parse(row.dataset.fields), ...kept?.act }
  if (values.text === null) return (location.href = address)
  const form = root.querySelector("[data-editing]").content.cloneNode(true).firstElementChild
  const inputs = form.elements
  for (const node of form.querySelectorAll("[id]")) {
    form.querySelector(`[for="${node.id}"]`).htmlFor = `${node.id}-${row.dataset.row}`
    node.id += `-${row.dataset.row}`
  }
  if (values.author && ![...inputs.author.options].some((one) => one.value === values.author)) delete values.author
  for (const [name, value] of Object.entries(values)) if (inputs[name]) inputs[name].value = value
  form.querySelector("[data-rich]").href = address
  const before = [...row.children]
  const close = () => {
    row.replaceChildren(...before)
    const html = skipped.get(row.dataset.row)
    skipped.delete(row.dataset.row)
    if (html) place(row.dataset.row, html)
    ;(root.querySelector(`[data-row="${row.dataset.row}"] [data-edit]`) ?? fields.text).focus()
  }
  form.querySelector("[data-leave]").onclick = close
  form.onkeydown = (event) => {
    if (event.key === "Escape") close()
  }
  form.onsubmit = async (event) => {
    event.preventDefault()
    const typed = Object.fromEntries(NAMES.filter((name) => name in values).map((name) => [name, inputs[name].value]))
    const base = kept?.theirs?.base ?? values.base // having seen theirs, it is put in their place
    const what = `${words.change}: ${typed.headline || typed.text?.slice(0, 140) || row.getAttribute("aria-label")}`
    const asked = { act: "edit", entry: pk, base, correction: inputs.correction.value, ...typed }
    const done = () => (close(), kept && drop(kept.key))
    const left = await get(await request(asked, what, done))
    if (left?.refused) await reopen(left)
  }
  if (kept?.refused) {
    const wrong = form.querySelector(".errors")
    wrong.hidden = false
    wrong.textContent = kept.refused
  }
  if (kept?.theirs) {
    const theirs = form.querySelector(".theirs")
    theirs.hidden = false
    theirs.replaceChildren(element("p", words.theirs.replace("%s", kept.theirs.by)), element("blockquote", kept.theirs.plain, { dir: "auto" }))
    form.querySelector(".default").textContent = words.over
  }
  row.replaceChildren(form)
  inputs.text.focus()
}

// Hands on the keys

compose.addEventListener("submit", (event) => {
  event.preventDefault()
  send()
})
compose.addEventListener("input", keep)

for (const input of compose.querySelectorAll("[data-file]"))
  input.addEventListener("change", () => {
    if (input.files[0]) setPicture(input.files[0])
    input.value = ""
    fields.alt.focus()
  })
compose.querySelector("[data-no-picture]").addEventListener("click", () => (setPicture(null), fields.text.focus()))
root.addEventListener("paste", (event) => {
  const file = [...event.clipboardData.files].find((one) => one.type.startsWith("image/"))
  if (!file || event.clipboardData.types.includes("text/plain")) return
  event.preventDefault()
  setPicture(file)
  fields.alt.focus()
})

root.addEventListener("click", (event) => {
  const pressed = event.target.closest("button")
  if (!pressed) return
  const row = pressed.closest("[data-row]")
  const { act: name, edit: address, status, phrase } = pressed.dataset
  if (name) request({ act: name, entry: row.dataset.row }, `${pressed.dataset.says ?? pressed.textContent}: ${row.getAttribute("aria-label")}`)
  else if (address) edit(row.dataset.row, address)
  else if (status && (!pressed.dataset.sure || confirm(pressed.dataset.sure))) direct({ act: "status", status })
  else if ("read" in pressed.dataset) direct({ act: "read" })
  else if (phrase) {
    fields.text.setRangeText(phrase, fields.text.selectionStart, fields.text.selectionEnd, "end")
    fields.text.focus()
    keep()
  }
})

root.querySelector("[data-handover]").addEventListener("submit", async (event) => {
  event.preventDefault()
  const note = event.target.elements.note
  const text = note.value.trim()
  if (!text) return note.focus()
  await request({ act: "handover", note: text }, `${root.querySelector("#handover").textContent}: ${text}`, () => (note.value = ""))
})

root.addEventListener("change", (event) => {
  if (event.target.name === "entry") choose.hidden = !root.querySelector("[name=entry]:checked")
})

document.addEventListener("keydown", async (event) => {
  if (event.isComposing || document.querySelector("dialog[open]")) return
  const form = event.target.closest?.(".editing, [data-compose], [data-handover]")
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey) && form) {
    event.preventDefault()
    form.requestSubmit()
  } else if (event.altKey && event.key.toLowerCase() === "n") {
    event.preventDefault()
    fields.text.focus()
  } else if (event.key === "Escape" && !event.target.closest?.(".editing")) {
    const last = (await mine()).filter((item) => stateOf(item) === "counting").at(-1)
    if (last) takeBack(last.key)
  }
})

addEventListener("online", () => ((wait = 0), tick(), look()))
document.addEventListener("visibilitychange", () => document.hidden || (tick(), look()))

const unsent = localStorage.getItem(KEPT)
clear()
if (unsent) {
  fill(JSON.parse(unsent))
  keep()
}
fields.text.focus({ preventScroll: true })
for (const name of ["state", "waiting", "duty", "handover"]) state.parts[name] = ""
tick()
look()
setInterval(tick, 500)
setInterval(() => document.hidden || look(), LOOK)
