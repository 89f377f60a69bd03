// Length while typing: words and reading time under the body, counted as the desk counts them (articles/body).

const WORDS_A_MINUTE = 220

function count(root) {
  const blocks = [...root.children].filter((block) => !block.matches(".desk-block, [data-block]"))
  const words = blocks.flatMap((block) => block.innerText.split(/\s+/)).filter((word) => /[\p{L}\p{N}]/u.test(word))
  return words.length
}

for (const line of document.querySelectorAll("[data-counter]")) {
  const field = document.querySelector(".field-body")
  const update = () => {
    const root = field.querySelector(".ProseMirror[contenteditable=true]")
    if (!root) return
    const words = count(root)
    line.querySelector("[data-words]").textContent = words.toLocaleString(document.documentElement.lang)
    line.querySelector("[data-minutes]").textContent = Math.max(1, Math.round(words / WORDS_A_MINUTE))
    line.hidden = false
  }
  // The editor is made after this script ran, and changes the text by itself on undo and paste.
  new MutationObserver(update).observe(field, { childList: true, subtree: true, characterData: true })
  update()
}
