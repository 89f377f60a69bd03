// The list of stories by keyboard: j and k move, Enter opens (a link does that by itself), / goes to the search line.
// Single letters can be in the way of people who speak to their computer, so a box turns them off for good.
import { keyOf } from "desk/keyboard"

const KEPT = "desk-list-keys"
const table = document.querySelector("[data-stories]")
const notice = document.querySelector("[data-keys]")
const search = document.querySelector("form.asked input[name=q]")

if (table && notice) {
  const box = notice.querySelector("input")
  box.checked = localStorage.getItem(KEPT) !== "off"
  box.addEventListener("change", () => localStorage.setItem(KEPT, box.checked ? "on" : "off"))
  notice.hidden = false

  const links = [...table.querySelectorAll("tbody th a")]
  const move = (step) => {
    const at = links.indexOf(document.activeElement)
    const next = at < 0 ? 0 : Math.min(Math.max(at + step, 0), links.length - 1)
    links[next].focus()
  }
  const acts = { j: () => move(1), k: () => move(-1), "/": () => search.select() }

  document.addEventListener("keydown", (event) => {
    if (!box.checked || event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return
    if (event.target.closest("input:not([type=checkbox]), textarea, select, dialog, [contenteditable]")) return
    const act = acts[keyOf(event)]
    if (!act) return
    event.preventDefault()
    act()
  })
}
