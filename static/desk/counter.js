// Length while typing: words, against what was commissioned, and reading time, counted as the desk counts them.

const WORDS_A_MINUTE = 220

// The text of a block that readers see; a block with a bar of tools has it in one place.
const textOf = (block) => ((block.querySelector(".desk-picture-bar") && block.querySelector(".desk-words")) || block).innerText

function count(root) {
  const blocks = [...root.children].filter((block) => !block.matches(".desk-note, .desk-ticker, .desk-related"))
  const words = blocks.flatMap((block) => textOf(block).split(/\s+/)).filter((word) => /[\p{L}\p{N}]/u.test(word))
  return words.length
}

const written = (number) => number.toLocaleString(document.documentElement.lang)

for (const line of document.querySelectorAll("[data-counter]")) {
  const field = document.querySelector(".field-body")
  const wanted = document.getElementById("id_commissioned_length")
  const update = () => {
    const root = field.querySelector(".ProseMirror[contenteditable=true]")
    if (!root) return
    const words = count(root)
    const most = Number(wanted?.value) || 0
    const told = most ? line.dataset.measured : line.dataset.plain
    line.querySelector("[data-length]").textContent = told.replace("%(words)s", written(words)).replace("%(wanted)s", written(most))
    line.querySelector("[data-minutes]").textContent = Math.max(1, Math.round(words / WORDS_A_MINUTE))
    line.classList.toggle("over", most > 0 && words > most)
    line.hidden = false
  }
  // The editor is made after this script ran, and changes the text by itself on undo and paste.
  new MutationObserver(update).observe(field, { childList: true, subtree: true, characterData: true })
  wanted?.addEventListener("input", update)
  update()
}
