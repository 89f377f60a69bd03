// A small window in which something is searched and chosen: pictures, stories, an address.
import { crel } from "django-prose-editor/editor"

const WAIT = 200 // milliseconds after the last letter

// Resolves to what was chosen, or to undefined. Arrow keys and Tab move, Enter takes the first or what was typed, Escape
// closes. words: {choose, search, none, close, help}; ask(query) promises a list; draw(item) returns what its button
// shows; typed(value) returns what the line itself means, or null.
export function choose({ words, ask, draw, typed = () => null, value = "", className = "" }) {
  return new Promise((resolve) => {
    const search = crel("input", { type: "search", className: "desk-search", value, "aria-label": words.search, placeholder: words.search })
    const help = crel("p", { className: "desk-help", textContent: words.help || "" })
    const said = crel("p", { className: "desk-help", role: "status" })
    const list = crel("div", { className: `desk-choices ${className}` })
    const close = crel("button", { type: "button", textContent: words.close })
    const title = crel("h2", { textContent: words.choose })
    const dialog = crel("dialog", { className: "desk-dialog", "aria-label": words.choose }, [title, search, ...(words.help ? [help] : []), said, list, close])
    let chosen
    let asked = 0
    let pause
    let filling = Promise.resolve()

    const done = (item) => ((chosen = item), dialog.close())
    const button = (item) => {
      const made = crel("button", { type: "button" }, draw(item))
      made.addEventListener("click", () => done(item))
      return made
    }
    const fill = async () => {
      const mine = ++asked
      const query = search.value
      const found = typed(query) ? [] : await ask(query)
      if (mine !== asked) return
      list.replaceChildren(...found.map(button))
      said.textContent = found.length || !query.trim() || typed(query) ? "" : words.none
    }
    const take = async () => {
      const meant = typed(search.value)
      if (meant) return done(meant)
      clearTimeout(pause)
      filling = fill()
      await filling
      list.querySelector("button")?.click()
    }

    search.addEventListener("input", () => (clearTimeout(pause), (pause = setTimeout(() => (filling = fill()), WAIT))))
    search.addEventListener("keydown", (event) => {
      if (event.key !== "Enter") return
      event.preventDefault()
      take()
    })
    dialog.addEventListener("keydown", (event) => {
      const step = { ArrowDown: 1, ArrowRight: 1, ArrowUp: -1, ArrowLeft: -1 }[event.key]
      if (!step || (event.target === search && event.key !== "ArrowDown")) return
      const buttons = [...list.querySelectorAll("button")]
      const next = buttons[buttons.indexOf(document.activeElement) + step] || (step < 0 ? search : null)
      if (next) event.preventDefault(), next.focus()
    })
    close.addEventListener("click", () => dialog.close())
    dialog.addEventListener("close", () => (dialog.remove(), resolve(chosen)))
    document.body.append(dialog)
    dialog.showModal()
    search.select()
    fill()
  })
}

// Our stories that readers can open, for `ask` and `draw`. find: the address of the desk's search.
export const stories = (find, leaveOut = null) => ({
  ask: async (query) => {
    if (!query.trim()) return []
    const answer = await fetch(`${find}?${new URLSearchParams({ q: query })}`, { headers: { Accept: "application/json" } })
    const found = answer.ok && !answer.redirected ? (await answer.json()).stories : []
    return found.filter((story) => story.path && story.id !== leaveOut)
  },
  draw: (story) => [crel("b", { textContent: story.headline }), crel("span", { textContent: story.note })],
  className: "desk-stories",
})
