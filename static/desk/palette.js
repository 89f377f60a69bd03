// Ctrl+K anywhere at the desk: words, then Enter, opens the story. Arrow keys choose, Escape closes.
import { keyOf } from "desk/keyboard"

const WAIT = 120 // milliseconds after the last letter

const dialog = document.querySelector("[data-palette]")

if (dialog) {
  const line = dialog.querySelector("input")
  const list = dialog.querySelector("ul")
  const said = dialog.querySelector("[data-palette-said]")
  const opener = document.querySelector("[data-find]")
  let timer = 0
  let asking = null
  let asked = "" // the words that were asked for last
  let answered = Promise.resolve(true) // with it: whether the list shows what was found for them
  let steered = null // the address that the arrows led to since the last letter

  const options = () => [...list.querySelectorAll("[role=option]")]
  const chosen = () => list.querySelector("[aria-selected=true]")

  const choose = (option) => {
    chosen()?.setAttribute("aria-selected", "false")
    option?.setAttribute("aria-selected", "true")
    option?.scrollIntoView({ block: "nearest" })
    line.setAttribute("aria-activedescendant", option?.id ?? "")
  }

  const row = (story, number) => {
    const option = document.createElement("li")
    option.role = "option"
    option.id = `palette-${number}`
    option.dataset.url = story.url
    const headline = document.createElement("strong")
    headline.textContent = story.headline
    const note = document.createElement("span")
    note.textContent = story.note
    option.append(headline, " ", note)
    option.addEventListener("click", () => open(option))
    return option
  }

  const open = (option) => {
    if (option) window.location.assign(option.dataset.url)
  }

  const show = (stories) => {
    list.replaceChildren(...stories.map(row))
    line.setAttribute("aria-expanded", String(stories.length > 0))
    const found = stories.length ? dialog.dataset.found.replace("%s", stories.length) : dialog.dataset.none
    said.textContent = line.value.trim() ? found : ""
    choose(options().find((option) => option.dataset.url === steered) ?? options()[0])
  }

  const steer = (option) => {
    steered = option?.dataset.url ?? null
    choose(option)
  }

  // The answer to the words in the line now, and whether it came; an answer to earlier words is dropped.
  const ask = async () => {
    clearTimeout(timer)
    asking?.abort()
    asking = new AbortController()
    const { signal } = asking
    try {
      const answer = await fetch(`${dialog.dataset.palette}?${new URLSearchParams({ q: line.value })}`, { signal })
      const isAnswer = answer.ok && !answer.redirected
      if (isAnswer) show((await answer.json()).stories)
      else asked = null // Enter asks again
      return isAnswer
    } catch (error) {
      if (error.name === "AbortError") return false
      said.textContent = error.message
      asked = null
      return false
    }
  }

  const start = () => {
    if (dialog.open) return
    dialog.showModal()
    line.select()
  }

  const askOnce = () => {
    if (asked === line.value) return
    asked = line.value
    answered = ask()
  }
  line.addEventListener("input", () => {
    steered = null
    clearTimeout(timer)
    timer = setTimeout(askOnce, WAIT)
  })
  line.addEventListener("keydown", async (event) => {
    const all = options()
    const at = all.indexOf(chosen())
    if (event.key === "ArrowDown") steer(all[(at + 1) % all.length])
    else if (event.key === "ArrowUp") steer(all[(at - 1 + all.length) % all.length])
    else if (event.key === "Escape") dialog.close()
    else if (event.key !== "Enter") return
    event.preventDefault()
    if (event.key !== "Enter") return
    // What is opened was found for these words: a list of earlier ones still stands there while the answer is under way.
    askOnce()
    if (await answered) open(chosen())
  })
  if (opener) opener.hidden = false // pages for passwords have no such button
  opener?.addEventListener("click", start)
  document.addEventListener("keydown", (event) => {
    // In the body the same keys make a link: the editor has then taken the press already.
    if (event.defaultPrevented || !(event.ctrlKey || event.metaKey) || event.altKey || keyOf(event) !== "k") return
    event.preventDefault()
    start()
  })
}
