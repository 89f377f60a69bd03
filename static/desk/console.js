// The console of a live ticker, for people under pressure. What is typed goes into an outbox on this device first and
// leaves it only when the server has answered: it survives a reload, a dead zone and a login that ran out. So does what
// is changed, deleted or pinned. Each of them has its key from the start, so that sending it again does it no second time.
// Entries go out in the order in which they were written. One that waits, or is on its way, can be taken back at any
// moment, and lets the others pass; it keeps its key, for it may have arrived: the server then says so.
import { keyOf } from "desk/keyboard"
import { begin, end, newKey, token } from "desk/sending"

const root = document.querySelector("[data-console]")
const words = root.dataset
const compose = root.querySelector("[data-compose]")
const fields = compose.elements
const rows = root.querySelector("[data-rows]")
const outbox = root.querySelector("[data-outbox]")
const said = root.querySelector("[data-said]")
const net = root.querySelector(".net")
const wrong = compose.querySelector("[data-wrong]")
const choose = root.querySelector("[data-choose]")
const earlier = root.querySelector("[data-earlier]") // where the page does not reach back to the first entry
const GRACE = 5000 // milliseconds in which an entry can be taken back
const LOOK = 2000
const PATIENCE = 60_000 // milliseconds without an answer, and without a byte that leaves the device
const HEARD = 100 // milliseconds until a screen reader has seen that nothing is said any more
const LATER = [408, 425, 429] // refusals that pass by themselves
const HEAVY = 5_000_000 // bytes from which a picture is made smaller before it is sent
const LONGEST = 4000 // pixels of its longer side then
const DRAWN = ["image/jpeg", "image/png", "image/gif", "image/webp"] // what any browser can read
const NAMES = ["headline", "text", "kind", "verification", "reported_by", "author", "initials", "happened"]
const PICTURE_NAMES = ["alt", "credit", "caption"]
const KEPT = `console-${words.console}-${words.user}`
const state = { seq: Number(words.seq), parts: {}, picture: null, key: null, sending: {}, upload: null, failures: 0, looking: false }

let saying
const say = (text, ...parts) => {
  const whole = parts.reduce((line, part) => line.replace("%s", part), text)
  said.textContent = "" // the same words again are heard only where there were none
  clearTimeout(saying)
  saying = setTimeout(() => (said.textContent = whole), HEARD)
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

// What is typed

const remembered = () => JSON.parse(localStorage.getItem(`${KEPT}-who`) || "{}")

function clear() {
  compose.reset()
  setPicture(null)
  state.key = null
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

// Pictures. The page's policy loads none but our own; what the device holds is drawn.

async function draw(canvas, blob, width) {
  try {
    const picture = await createImageBitmap(blob)
    canvas.width = width
    canvas.height = Math.round((width * picture.height) / picture.width)
    canvas.getContext("2d").drawImage(picture, 0, 0, canvas.width, canvas.height)
    return true
  } catch {
    canvas.hidden = true // a format that this browser can't show; the server may know it
    return false
  }
}

function setPicture(file) {
  const box = compose.querySelector("[data-picture]")
  const canvas = box.querySelector("canvas")
  state.picture = file
  box.hidden = !file
  canvas.hidden = false
  return file ? draw(canvas, file, 256) : true
}

function complain(text) {
  wrong.textContent = text
  wrong.hidden = !text
}

// Take a picture that was chosen, pasted or photographed, unless it is plain now that nobody can use it.
async function choosePicture(file) {
  complain("")
  const drawn = setPicture(file)
  fields.alt.focus()
  if ((await drawn) || state.picture !== file) return
  if (DRAWN.includes(file.type)) complain(words.unreadable)
  else if (file.size > Number(words.largest)) complain(words.heavy.replace("%s", Math.floor(Number(words.largest) / 2 ** 20)))
  else return
  setPicture(null)
  fields.text.focus()
}

// Return ``file``, or where it is heavy a smaller JPEG of it, upright, that says of itself what the file said.
async function lighter(file) {
  if (file.size <= HEAVY || file.type === "image/gif") return file
  try {
    const picture = await createImageBitmap(file)
    const part = Math.min(1, LONGEST / Math.max(picture.width, picture.height))
    const canvas = document.createElement("canvas")
    canvas.width = Math.round(picture.width * part)
    canvas.height = Math.round(picture.height * part)
    const pen = canvas.getContext("2d")
    pen.fillStyle = "white" // beneath what was transparent
    pen.fillRect(0, 0, canvas.width, canvas.height)
    pen.drawImage(picture, 0, 0, canvas.width, canvas.height)
    const drawn = await new Promise((done) => canvas.toBlob(done, "image/jpeg", 0.9))
    if (!drawn || drawn.size >= file.size) return file
    const told = toldIn(new Uint8Array(await file.arrayBuffer()))
    return new File([drawn.slice(0, 2), ...told, drawn.slice(2)], file.name || "picture", { type: "image/jpeg" })
  } catch {
    return file // too large for this device to draw
  }
}

// Return the parts of a JPEG that hold its EXIF, XMP and IPTC: who took it, when, and what it shows. Source: Exif 3.0, 4.7.
function toldIn(bytes) {
  const found = []
  const view = new DataView(bytes.buffer)
  if (view.getUint16(0) !== 0xffd8) return found
  for (let at = 2; at + 4 <= bytes.length && bytes[at] === 0xff && bytes[at + 1] !== 0xda; ) {
    const end = at + 2 + view.getUint16(at + 2)
    if ([0xe1, 0xed].includes(bytes[at + 1])) found.push(upright(bytes.slice(at, end)))
    at = end
  }
  return found
}

// Let EXIF say that the picture stands upright, as it was drawn. Source: TIFF 6.0, section 2; the tag is 274.
function upright(part) {
  if (String.fromCharCode(...part.subarray(4, 8)) !== "Exif") return part
  const view = new DataView(part.buffer, 10)
  const isLittle = view.getUint8(0) === 0x49
  const first = view.getUint32(4, isLittle)
  for (let number = 0; number < view.getUint16(first, isLittle); number += 1) {
    const entry = first + 2 + 12 * number
    if (view.getUint16(entry, isLittle) === 274) view.setUint16(entry + 8, 1, isLittle)
  }
  return part
}

// Into the outbox and out of it

const isEmpty = () => !fields.headline.value.trim() && !fields.text.value.trim() && !state.picture

async function send() {
  if (isEmpty()) return say(words.empty), fields.text.focus()
  const done = intoOutbox({ held: false })
  fields.text.focus()
  await done
  await show()
}

// The field is free at once: a second press sends nothing twice, and what is typed meanwhile is the next entry's.
async function intoOutbox(how) {
  const [values, file, key, now] = [typed(), state.picture, state.key ?? newKey(), Date.now()]
  localStorage.setItem(`${KEPT}-who`, JSON.stringify({ author: values.author, initials: values.initials, credit: fields.credit.value }))
  complain("")
  clear()
  try {
    const picture = file && (await kept(file))
    await put({ key, ticker: words.console, user: words.user, made: now, goes: now + GRACE, fields: values, picture, refused: "", ...how })
  } catch (error) {
    fill({ ...values, text: [values.text, fields.text.value].filter(Boolean).join("\n") })
    setPicture(state.picture ?? file)
    state.key ??= key
    throw error
  }
  if (isEmpty()) localStorage.removeItem(KEPT)
}

// Bytes, not the file: a phone may take the file away once the camera is closed.
const kept = async (file) => ({ bytes: await file.arrayBuffer(), name: file.name || "picture", type: file.type })
const fileOf = (picture) => new File([picture.bytes], picture.name, { type: picture.type })

async function takeBack(key) {
  const item = await get(key)
  if (!item) return
  if (isEmpty()) return intoField(item)
  await put({ ...item, held: true })
  say(words.held)
  await show()
}

// What is half typed there makes room, and waits in the outbox until it is sent from there.
async function intoField(item) {
  if (!isEmpty()) await intoOutbox({ held: true })
  fill(item.fields)
  setPicture(item.picture && fileOf(item.picture))
  state.key = item.key
  fields.text.focus() // with the text, not after it: the next key may be pressed already
  keep()
  await drop(item.key)
  stop(item)
  await show()
}

async function throwAway(item) {
  if (!confirm(words.sureDrop)) return
  await drop(item.key)
  stop(item)
  await show()
}

function keep() {
  if (isEmpty()) state.key = null
  localStorage.setItem(KEPT, JSON.stringify({ ...typed(), key: state.key }))
}

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
  const away = button(words.drop, () => throwAway(item))
  if (now === "counting") return [button(words.undo, () => takeBack(item.key), "go")]
  if (now === "waiting" && item.act) return isSent(item) ? [] : [away]
  if (now === "waiting") return [back, away]
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
    const sent = String(isSent(item))
    if (before?.dataset.state !== stateOf(item) || (item.act && before.dataset.sent !== sent)) return line(item)
    before.dataset.sent = sent
    before.querySelector(".how").textContent = LINES[stateOf(item)](item)
    return before
  })
  if (strangers) shown.push(element("p", words.others.replace("%s", strangers), { className: "help" }))
  // What stays is not moved: a button that leaves the page for a moment between press and release is not clicked.
  for (const row of [...outbox.children]) if (!shown.includes(row)) row.remove()
  shown.forEach((row, place) => outbox.children[place] === row || outbox.insertBefore(row, outbox.children[place] ?? null))
  if (focused && !outbox.contains(document.activeElement))
    (outbox.querySelector(`[data-key="${focused}"] button`) ?? fields.text).focus({ preventScroll: true })
  return items
}

// Sending

class SignedOut extends Error {}

class Stopped extends Error {} // an upload that its writer took back

// Return {status, answer}; throws where nothing was decided, so that it is tried again. A proxy may refuse for good too,
// such as a file that is too large, in words that are not ours.
async function ask(address, options = {}) {
  const headers = { Accept: "application/json", "X-CSRFToken": token(compose), ...options.headers }
  const asked = options.body instanceof FormData ? upload(address, headers, options.body) : talk(address, headers, options)
  const answer = await asked
  const isOurs = answer.headers.get("Content-Type")?.startsWith("application/json")
  // Signing in also renews the cookie that a form is believed by.
  if (answer.type === "opaqueredirect" || (answer.status === 403 && !isOurs)) throw new SignedOut()
  if (answer.status >= 500 || LATER.includes(answer.status)) throw new Error(answer.status)
  if (isOurs) return { status: answer.status, answer: await answer.json() }
  if (options.method !== "POST" || answer.status < 400) throw new Error(answer.status)
  const error = answer.status === 413 ? words.large : words.strange.replace("%s", answer.status)
  return { status: answer.status, answer: { error } }
}

const talk = (address, headers, options) =>
  fetch(address, { redirect: "manual", signal: AbortSignal.timeout(PATIENCE), ...options, headers })

// A form with a file takes its time on a bad net: it is given up only when nothing moves. `fetch` does not tell.
function upload(address, headers, body) {
  return new Promise((done, fail) => {
    const request = new XMLHttpRequest()
    let silence
    const moved = () => {
      clearTimeout(silence)
      silence = setTimeout(() => (fail(new Error("silence")), request.abort()), PATIENCE)
    }
    request.open("POST", address)
    for (const [name, value] of Object.entries(headers)) request.setRequestHeader(name, value)
    request.upload.onprogress = request.onprogress = moved
    request.onload = () => {
      if (new URL(request.responseURL, location).pathname !== address) return fail(new SignedOut()) // sent on to the login
      const type = request.getResponseHeader("Content-Type") ?? ""
      done(new Response(request.responseText || null, { status: request.status, headers: { "Content-Type": type } }))
    }
    request.onerror = () => fail(new Error("net"))
    request.onabort = () => fail(new Stopped())
    request.onloadend = () => {
      clearTimeout(silence)
      state.upload = null
    }
    state.upload = request
    moved()
    request.send(body)
  })
}

// End what is on its way, if that is ``item``, which stands in the outbox no longer or is held there.
function stop(item) {
  if (isSent(item)) state.upload?.abort()
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

// Once the entry is safe in the outbox, what is heavy there is made smaller, once.
async function lightened(item) {
  if (!(item.picture?.bytes.byteLength > HEAVY)) return item
  const file = fileOf(item.picture)
  const smaller = await lighter(file)
  const picture = smaller === file ? item.picture : await kept(smaller)
  const now = await get(item.key)
  if (!now || now.held) throw new Stopped() // taken back meanwhile
  const light = { ...now, picture }
  await put(light)
  return light
}

async function deliver(waiting) {
  const item = await lightened(waiting)
  const { status, answer } = await (item.act ? act({ ...item.act, key: item.key }) : post(item))
  if (status >= 400) {
    if (!(await get(item.key))) return // taken back meanwhile
    // Nothing stands under its key but, perhaps, what it said before: it gets a new one.
    const refused = { ...item, key: item.act ? item.key : newKey(), refused: answer.error || String(status), theirs: answer.theirs }
    await store("readwrite", (box) => (box.delete(item.key), box.put(refused)))
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
    if (!(error instanceof Stopped)) {
      state.failures += 1
      connected(error)
    }
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

// The page shows entries without a gap: none of those that came after it, none before its last row until they are asked for.
const isWithin = (number) => number < Number(rows.dataset.before || Infinity) && (!earlier?.isConnected || number >= Number(earlier.dataset.earlier))

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
  const number = Number(fresh.dataset.number)
  if (!number || (!old && !isWithin(number))) return false
  const chosen = old?.querySelector("[name=entry]:checked")
  if (old) {
    const focused = old.contains(document.activeElement) && document.activeElement.textContent.trim()
    old.replaceWith(fresh)
    if (focused !== false) [...fresh.querySelectorAll("button, a")].find((one) => one.textContent.trim() === focused)?.focus()
    if (focused !== false && !fresh.contains(document.activeElement)) fresh.querySelector("button, a")?.focus()
  } else {
    const next = [...rows.children].find((row) => Number(row.dataset.number) < number)
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

// Entries before those shown come beneath them, so that what is chosen here stays chosen.
async function reachBack() {
  const before = Number(earlier.dataset.earlier)
  try {
    const { status, answer } = await ask(`${words.news}?seq=${state.seq}&before=${before}`)
    connected()
    if (status >= 400) return say(words.failed, answer.error)
    const waits = [earlier, document.body].includes(document.activeElement) // a phone gives a link no focus
    if (answer.earlier) {
      earlier.dataset.earlier = answer.earlier
      earlier.search = `?before=${answer.earlier}`
    } else earlier.parentElement.remove()
    apply(answer)
    const first = [...rows.children].find((row) => Number(row.dataset.number) < before)
    if (waits) first?.querySelector("input, button, a")?.focus()
  } catch (error) {
    connected(error)
  }
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
    if (input.files[0]) choosePicture(input.files[0])
    input.value = ""
  })
compose.querySelector("[data-no-picture]").addEventListener("click", () => (setPicture(null), fields.text.focus()))
root.addEventListener("paste", (event) => {
  const file = [...event.clipboardData.files].find((one) => one.type.startsWith("image/"))
  if (!file || event.clipboardData.types.includes("text/plain")) return
  event.preventDefault()
  choosePicture(file)
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

earlier?.addEventListener("click", (event) => {
  if (event.ctrlKey || event.metaKey || event.shiftKey) return // a tab of its own
  event.preventDefault()
  reachBack()
})

root.querySelector("[data-handover]").addEventListener("submit", async (event) => {
  event.preventDefault()
  const note = event.target.elements.note
  const text = note.value.trim()
  if (!text) return note.focus()
  begin(event.target, event.submitter)
  try {
    await request({ act: "handover", note: text }, `${root.querySelector("#handover").textContent}: ${text}`, () => (note.value = ""))
  } finally {
    end(event.target)
  }
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
  } else if (event.altKey && keyOf(event) === "n") {
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
  const values = JSON.parse(unsent)
  fill(values)
  state.key = values.key ?? null
  keep()
}
fields.text.focus({ preventScroll: true })
for (const name of ["state", "waiting", "duty", "handover"]) state.parts[name] = ""
tick()
look()
setInterval(tick, 500)
setInterval(() => document.hidden || look(), LOOK)
