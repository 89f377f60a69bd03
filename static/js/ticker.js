// An open ticker stays true: new entries, edits, deletions. First by stream, else by asking every so many seconds.
// Whatever tells us, it is the same JSON: what happened since a sequence number, and how those entries read now.
const MINUTE = 60_000;
const SILENCE = 40_000; // the stream says every 15 seconds that it is there; a net that changed may have cut it unheard
const HEARD = 100; // until a screen reader has seen that nothing is said any more
const box = document.querySelector("[data-since]");
const [panel, control, status, pinned, list] = box.children;
const words = box.dataset;
const title = document.title;
const state = { seq: Number(words.seq), seconds: Number(words.poll), paused: false, failures: 0 };
const waiting = new Map(); // new entries that the reader has not asked for yet
let timer, stream, silence, announced = 0;

const button = (text, act) => {
  const made = document.createElement("button");
  made.type = "button";
  made.textContent = text;
  made.onclick = act;
  control.append(made);
  return made;
};
const fresh = button("", showWaiting);
const pause = button(words.pause, () => {
  state.paused = !state.paused;
  pause.textContent = state.paused ? words.goOn : words.pause;
  pause.setAttribute("aria-pressed", state.paused);
  state.paused ? rest() : ask();
});
fresh.className = "fresh";
control.hidden = false;

// What is shown

const parsed = (html) => {
  const holder = document.createElement("template");
  holder.innerHTML = html;
  return holder.content.firstElementChild;
};
const find = (number) => box.querySelector(`[data-entry="${number}"]`);
const numberOf = (entry) => Number(entry.dataset.entry);

function place(entry) {
  const home = "pinned" in entry.dataset ? pinned : list;
  const next = [...home.children].find((other) => numberOf(other) < numberOf(entry));
  home.insertBefore(entry, next ?? null);
}

// The page shows every entry from its newest down to the one that its link to older ones leads to, and none below but
// pinned ones: a gap would look as if nothing had happened there.
const isShown = (entry) => "pinned" in entry.dataset || numberOf(entry) > Number(words.older);

// Whoever reads by keyboard stays where they were, or next to it.
function focusOn(link) {
  const place = link ?? (isOver() ? box : pause);
  if (place === box) box.tabIndex = -1; // a ticker that is over may have nothing left to press
  place.focus({ preventScroll: true });
}

function showPanel(html) {
  const made = document.createElement("div");
  made.innerHTML = html;
  if (made.innerHTML === panel.innerHTML) return;
  const held = panel.contains(document.activeElement) && document.activeElement.getAttribute("href");
  panel.replaceChildren(...made.childNodes);
  pause.hidden = isOver();
  if (held !== false) focusOn([...panel.querySelectorAll("a")].find((link) => link.getAttribute("href") === held));
}

function replace(number, html) {
  const old = find(number);
  const made = html && parsed(html);
  const entry = made && isShown(made) ? made : undefined;
  const held = old?.contains(document.activeElement);
  const beside = old && (old.nextElementSibling ?? old.previousElementSibling);
  old?.remove();
  if (entry) place(entry);
  if (held) focusOn((entry ?? beside)?.querySelector("a"));
  return entry;
}

function keepPlace(change) {
  const mark = [...box.querySelectorAll("[data-entry]")].find((entry) => entry.getBoundingClientRect().bottom > 0);
  const before = mark?.getBoundingClientRect().top;
  change();
  if (mark?.isConnected && before < 0) scrollBy(0, mark.getBoundingClientRect().top - before);
}

const isAtTop = () => box.getBoundingClientRect().top > -80;

function showWaiting() {
  const first = Math.max(...waiting.keys());
  for (const [number, html] of waiting) replace(number, html)?.classList.add("arrived");
  waiting.clear();
  tell();
  const entry = find(first);
  entry?.scrollIntoView({ block: "start" });
  entry?.querySelector("a")?.focus({ preventScroll: true });
}

// Little happens to a ticker that has ended: nothing there to be paused.
const isOver = () => Boolean(panel.querySelector(".state.ended"));

function tell() {
  pause.hidden = isOver();
  const text = waiting.size ? words.new.replace("%s", waiting.size) : "";
  fresh.textContent = text;
  fresh.hidden = !text;
  document.title = waiting.size ? `(${waiting.size}) ${title}` : title;
  if (text && Date.now() - announced > MINUTE) {
    announced = Date.now();
    status.textContent = ""; // the same words again are heard only where there were none
    setTimeout(() => (status.textContent = text), HEARD);
  }
}

function apply(told) {
  state.seconds = told.poll_after;
  if (!told.events.length || told.next_seq <= state.seq) return;
  if (told.events[0].seq > state.seq + 1) return ask(); // a gap: ask for what lies between
  const numbers = new Set(told.events.map((event) => event.entry).filter(Boolean));
  const wasAtTop = isAtTop() && document.visibilityState === "visible";
  keepPlace(() => {
    if (told.panel) showPanel(told.panel);
    for (const number of numbers) {
      const html = told.html[number];
      const isNew = html && !find(number) && number > numberOf(list.firstElementChild ?? box);
      if (waiting.has(number) || (isNew && !wasAtTop)) html ? waiting.set(number, html) : waiting.delete(number);
      else replace(number, html)?.classList.toggle("arrived", Boolean(isNew));
    }
  });
  state.seq = told.next_seq;
  tell();
}

// How it is asked

async function ask() {
  clearTimeout(timer);
  try {
    const answer = await fetch(`${words.since}${state.seq}.json`, { credentials: "omit" });
    if (answer.status === 404 || answer.status === 410) return location.reload(); // withdrawn: say so
    if (!answer.ok) throw new Error(answer.status);
    const told = await answer.json();
    state.failures = 0;
    if (state.paused) return; // asked before the pause: it is asked again after it
    apply(told);
    if (told.events.length && state.seq < told.next_seq + 1 && told.events.length === 100) return ask();
  } catch {
    state.failures += 1;
  }
  listen();
  plan();
}

function plan() {
  clearTimeout(timer);
  if (!state.seconds || state.paused || document.hidden || stream?.readyState === EventSource.OPEN) return;
  const wanted = state.seconds * 1000; // the server's word: never more often; after failures less, at least once a minute
  timer = setTimeout(ask, Math.max(wanted, Math.min(MINUTE, wanted * 2 ** state.failures)));
}

function listen() {
  if (stream || !words.stream || state.paused || document.hidden || !state.seconds || state.deaf > Date.now()) return;
  stream = new EventSource(`${words.stream}?since=${state.seq}`);
  const heard = () => {
    clearTimeout(silence);
    silence = setTimeout(() => (rest(), ask()), SILENCE);
  };
  stream.onopen = () => (clearTimeout(timer), heard());
  stream.addEventListener("beat", heard);
  stream.onmessage = (message) => (heard(), apply(JSON.parse(message.data)));
  stream.onerror = () => {
    rest();
    state.deaf = Date.now() + MINUTE; // poll for a while, then try again
    plan();
  };
}

function rest() {
  clearTimeout(timer);
  clearTimeout(silence);
  stream?.close();
  stream = undefined;
}

document.addEventListener("visibilitychange", () => (document.hidden ? rest() : state.paused || ask()));
tell();
listen();
plan();
