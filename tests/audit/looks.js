// What the eye would see at once: words that are cut off, words that lie over words, a page wider than its window.
// Returns {clipped, overlapping: [text], width}. An element of a pixel is for screen readers and is not looked at.

() => {
  const PIXEL = 2
  const short = (text) => text.trim().replace(/\s+/g, " ").slice(0, 60)
  const name = (element) => element.tagName.toLowerCase() + (element.className && element.getAttribute("class") ? `.${element.getAttribute("class").trim().split(/\s+/).join(".")}` : "")
  const style = new Map()
  const look = (element) => style.get(element) ?? (style.set(element, getComputedStyle(element)), style.get(element))

  // The part of the page in which the words of ``element`` can be seen; null where none is, or where it floats.
  const room = (element) => {
    let { left, top, right, bottom } = { left: -1e6, top: -1e6, right: 1e6, bottom: 1e6 }
    for (let at = element; at && at !== document.documentElement; at = at.parentElement) {
      const { position, zIndex, overflowX, overflowY, visibility, opacity, clipPath } = look(at)
      if (position === "fixed" || position === "sticky" || at.matches("dialog, [popover]")) return null
      if (position === "absolute" && zIndex !== "auto" && zIndex > 0) return null // opened over the page, as a window is
      if (at.matches("details:not([open]) > :not(summary)")) return null
      if (at === element && visibility !== "visible") return null
      if (opacity === "0" || clipPath !== "none") return null
      const box = at.getBoundingClientRect()
      if (overflowX !== "visible" || overflowY !== "visible") {
        if (box.width <= PIXEL || box.height <= PIXEL) return null
        left = Math.max(left, box.left)
        right = Math.min(right, box.right)
        top = Math.max(top, box.top)
        bottom = Math.min(bottom, box.bottom)
      }
    }
    return { left, top, right, bottom }
  }

  const words = []
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT)
  const range = document.createRange()
  while (walker.nextNode()) {
    const node = walker.currentNode
    if (!node.data.trim() || node.parentElement.closest("script, style, template, option, textarea")) continue
    const seen = room(node.parentElement)
    if (!seen) continue
    range.selectNodeContents(node)
    for (const line of range.getClientRects()) {
      const spare = line.height * 0.25 // letters do not fill the line
      const box = {
        left: Math.max(line.left, seen.left) + 1,
        right: Math.min(line.right, seen.right) - 1,
        top: Math.max(line.top, seen.top) + spare,
        bottom: Math.min(line.bottom, seen.bottom) - spare,
      }
      if (box.right > box.left && box.bottom > box.top) words.push({ node, ...box })
    }
  }

  const overlapping = new Set()
  words.sort((one, other) => one.top - other.top)
  words.forEach((one, place) => {
    for (let next = place + 1; next < words.length && words[next].top < one.bottom; next++) {
      const other = words[next]
      if (other.node === one.node || other.left >= one.right || other.right <= one.left) continue
      overlapping.add(`“${short(one.node.data)}” in ${name(one.node.parentElement)} and “${short(other.node.data)}” in ${name(other.node.parentElement)}`)
    }
  })

  const clipped = []
  for (const element of document.body.querySelectorAll("*")) {
    const { overflowX, overflowY, clipPath, visibility, textIndent } = look(element)
    const hides = (overflow) => overflow === "hidden" || overflow === "clip"
    const box = element.getBoundingClientRect()
    if (!(hides(overflowX) || hides(overflowY)) || !element.innerText?.trim()) continue
    if (box.width <= PIXEL || box.height <= PIXEL || clipPath !== "none" || visibility !== "visible" || parseFloat(textIndent) < -100) continue
    const wide = hides(overflowX) && element.scrollWidth > element.clientWidth + PIXEL
    const high = hides(overflowY) && element.scrollHeight > element.clientHeight + PIXEL
    if (wide || high) clipped.push(`${name(element)} “${short(element.innerText)}”`)
  }
  return { clipped, overlapping: [...overlapping], width: document.documentElement.scrollWidth }
}
