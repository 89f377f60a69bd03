// What is pasted, fitted to what a body holds before the editor reads it.

function rename(element, tag) {
  const renamed = element.ownerDocument.createElement(tag)
  renamed.append(...element.childNodes)
  element.replaceWith(renamed)
}

function wrapInside(element, tag) {
  const mark = element.ownerDocument.createElement(tag)
  mark.append(...element.childNodes)
  element.append(mark)
}

// What was never part of the text that somebody marked: controls, comments of a word processor and the marks that lead to
// them, what was struck from a version, what is hidden, links to a reference work's own notes.
const NOT_TEXT =
  "script, style, template, iframe, object, svg, math, button, select, input, textarea, noscript, del, .MsoCommentReference," +
  " [data-styled*='mso-element:comment'], sup.reference, .mw-editsection, .headerlink"
const HIDDEN = /(?:^|;)\s*(?:display:\s*none|visibility:\s*hidden|mso-hide:\s*all|font-size:\s*0(?:px|pt|em)?\s*(?:;|$))/i

function leaveOut(root) {
  for (const element of root.querySelectorAll(NOT_TEXT)) element.remove()
  for (const element of root.querySelectorAll("[data-styled], [hidden]"))
    if (element.hidden || HIDDEN.test(element.getAttribute("data-styled"))) element.remove()
  // Some programs draw an emoji as a picture.
  for (const image of root.querySelectorAll("img")) image.replaceWith(/^\p{Extended_Pictographic}[\p{Emoji}\u200d\ufe0f]*$/u.test(image.alt) ? image.alt : "")
}

// Word writes a list as paragraphs that begin with its marks, "·" or "1.", in a span of its own.
function gatherLists(root) {
  for (const line of [...root.querySelectorAll("p[data-styled*='mso-list'], p[class^=MsoListParagraph]")]) {
    const mark = [...line.querySelectorAll("span")].find((span) => /mso-list:\s*ignore/i.test(span.getAttribute("data-styled")))
    const text = mark?.textContent.trim() ?? ""
    if (!mark) continue
    mark.remove()
    const tag = /^\(?(?:\d+|[a-z]{1,4})[.)]/i.test(text) ? "ol" : "ul"
    const before = line.previousElementSibling
    const list = before?.matches(`${tag}[data-gathered]`) ? before : line.ownerDocument.createElement(tag)
    list.dataset.gathered = ""
    if (list !== before) line.before(list)
    list.append(line)
    rename(line, "li")
  }
}

// Two line breaks part a paragraph; a div that holds nothing makes the parser part it there, whatever is around.
const isBlank = (node) => node.nodeType === Node.COMMENT_NODE || (node.nodeType === Node.TEXT_NODE && !/[^\s\u00a0\u200b]/.test(node.data))
function partAtBreaks(root) {
  for (const first of [...root.querySelectorAll("br")]) {
    if (!first.isConnected || first.closest("li, td, th, h1, h2, h3, h4, h5, h6, figcaption")) continue
    const run = []
    for (let node = first.nextSibling; node && (isBlank(node) || node.nodeName === "BR"); node = node.nextSibling) run.push(node)
    const last = run.findLastIndex((node) => node.nodeName === "BR")
    if (last < 0) continue
    for (const node of run.slice(0, last + 1)) node.remove()
    first.replaceWith(root.ownerDocument.createElement("div"))
  }
}

// The lines of preformatted text end where a window ended; empty ones part its paragraphs.
function flow(root) {
  for (const pre of [...root.querySelectorAll("pre")]) {
    const paragraphs = pre.textContent.split(/\n[ \t]*\n\s*/).map((text) => text.replace(/\s+/g, " ").trim())
    pre.replaceWith(...paragraphs.filter(Boolean).map((textContent) => Object.assign(root.ownerDocument.createElement("p"), { textContent })))
  }
}

// Programs put no-break spaces where two spaces meet and between words at random; such as belong to a number, a sign, an
// initial or a French mark stay. What breaks words invisibly goes: no search finds a name with a soft hyphen in it.
const BOUND_BEFORE = /(?:[\d§$€£№«–—]|(?:^|[^\p{L}])\p{L}{1,3}\.)$/u
const BOUND_AFTER = /^(?:[\d$€£»;:!?%–—]|(?:°|\p{L})\p{L}?(?!\p{L}))/u
function tidyTexts(root) {
  const texts = root.ownerDocument.createTreeWalker(root, NodeFilter.SHOW_TEXT)
  while (texts.nextNode()) {
    const node = texts.currentNode
    const text = node.data.replace(/[\u00ad\u200b\ufeff]/g, "").replace(/[ \n]*\u00a0[ \u00a0\n]+|[ \n]+\u00a0/g, " ")
    const isBound = (at) => BOUND_BEFORE.test(text.slice(0, at)) || BOUND_AFTER.test(text.slice(at + 1))
    node.data = text.replace(/\u00a0/g, (space, at) => (isBound(at) ? space : " "))
  }
}

// Links lead where they lead, without who sent whom.
const TRACKING = /^(?:utm_|mc_[ce]id$|fbclid$|gclid$|dclid$|msclkid$|yclid$|igshid$|_hs|vero_|mkt_tok$)/i
const WRAPPERS = [
  [/^https:\/\/www\.google\.[a-z.]+\/url$/, ["q", "url"]],
  [/^https:\/\/[a-z0-9.-]+\.safelinks\.protection\.outlook\.com\//, ["url"]],
  [/^https:\/\/lm?\.facebook\.com\/l\.php$/, ["u"]],
]
function unwrapped(href) {
  if (!/^https?:/i.test(href) || !URL.canParse(href)) return href
  const url = new URL(href)
  const names = WRAPPERS.find(([wrapper]) => wrapper.test(url.origin + url.pathname))?.[1] ?? []
  const inner = names.map((name) => url.searchParams.get(name)).find((value) => /^https?:\/\//.test(value))
  if (inner) return unwrapped(inner)
  const tracked = [...url.searchParams.keys()].filter((name) => TRACKING.test(name))
  if (!tracked.length) return href
  for (const name of tracked) url.searchParams.delete(name)
  return url.href
}

// Style and event attributes are set aside before a parser sees them: the page's policy would refuse each with a line
// in the console, and the editor could not read bold out of a style that was refused.
const setAside = (html) =>
  html
    .replace(/<(\/?)style\b/gi, "<$1template")
    .replace(/<[a-z][^<>]*>/gi, (tag) => tag.replace(/([\s"'/])style\s*=/gi, "$1data-styled=").replace(/([\s"'/])on[a-z]+\s*=/gi, "$1data-on="))

// Word processors say bold in styles: say it in elements. Google Docs wraps all in a <b> that is not bold.
const STYLES = [
  ["strong", "b, strong", /(?<![\w-])font-weight:\s*(bold|[6-9]00)/i, /(?<![\w-])font-weight:\s*(normal|[1-5]00)/i],
  ["em", "i, em", /(?<![\w-])font-style:\s*(italic|oblique)/i, /(?<![\w-])font-style:\s*normal/i],
  ["sup", "sup", /vertical-align:\s*super/i, /vertical-align:\s*baseline/i],
  ["sub", "sub", /vertical-align:\s*sub/i, /vertical-align:\s*baseline/i],
]

function sayStylesInElements(root) {
  for (const element of root.querySelectorAll("[data-styled]")) {
    const style = element.getAttribute("data-styled")
    for (const [tag, names, is, isNot] of STYLES) {
      if (element.matches(names) && isNot.test(style)) element.replaceWith(...element.childNodes)
      else if (is.test(style) && !element.matches(`${names}, h1, h2, h3, h4, h5, h6`)) wrapInside(element, tag)
    }
  }
  // A crosshead is bold by itself.
  for (const bold of root.querySelectorAll(":is(h1, h2, h3, h4, h5, h6) :is(b, strong)")) bold.replaceWith(...bold.childNodes)
}

// Whether a table is one of figures and words, as body.kinds.table has it; others lay out a page.
function isOfTexts(table) {
  if (table.querySelector("table, [data-block]") || table.closest("blockquote, li, aside, figure")) return false
  return table.rows.length > 1 && Math.max(...[...table.rows].map((row) => row.cells.length)) > 1
}

// A cell is one text: the lines in it are parted by breaks.
function fitCells(table) {
  for (const cell of table.querySelectorAll("td, th")) {
    for (const line of [...cell.querySelectorAll("p, div, li, ul, ol, h1, h2, h3, h4, h5, h6, blockquote, pre")].reverse()) {
      const follows = line.previousSibling?.textContent.trim() && line.textContent.trim()
      line.replaceWith(...(follows ? [line.ownerDocument.createElement("br")] : []), ...line.childNodes)
    }
  }
}

// What would fall out of its list or quotation because it does not fit there is fitted before.
function fitBlocks(root) {
  for (const table of [...root.querySelectorAll("table")].filter(isOfTexts)) table.dataset.texts = "", fitCells(table)
  for (const cell of [...root.querySelectorAll("td, th, caption, dt, dd")]) if (!cell.closest("[data-texts]")) rename(cell, "p")
  for (const inner of [...root.querySelectorAll(":is(ul, ol) > :is(ul, ol)")].reverse()) inner.replaceWith(...inner.childNodes)
  for (const inner of [...root.querySelectorAll("blockquote blockquote")].reverse()) inner.replaceWith(...inner.childNodes)
  for (const inner of [...root.querySelectorAll("li ul, li ol")].reverse()) inner.closest("li").after(...inner.children), inner.remove()
  for (const gathering of root.querySelectorAll("blockquote, aside[data-block=note]")) {
    for (const line of [...gathering.querySelectorAll("li, h1, h2, h3, h4, h5, h6")]) rename(line, "p")
    for (const list of [...gathering.querySelectorAll("ul, ol")]) list.replaceWith(...list.childNodes)
  }
  for (const next of [...root.querySelectorAll("li > :is(p, div) ~ :is(p, div)")]) next.replaceWith(root.ownerDocument.createElement("br"), ...next.childNodes)
  for (const first of [...root.querySelectorAll("li > :is(p, div)")]) first.replaceWith(...first.childNodes)
}

export function fitPasted(html) {
  const { body } = new DOMParser().parseFromString(setAside(html), "text/html")
  leaveOut(body)
  gatherLists(body)
  flow(body)
  partAtBreaks(body)
  tidyTexts(body)
  for (const link of body.querySelectorAll("a[href]")) link.setAttribute("href", unwrapped(link.getAttribute("href")))
  for (const title of body.querySelectorAll("p.MsoTitle, p[class^=MsoHeading]")) rename(title, "h2")
  sayStylesInElements(body)
  fitBlocks(body)
  return body.innerHTML
}
