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

// Style and event attributes are set aside before a parser sees them: the page's policy would refuse each with a line
// in the console, and the editor could not read bold out of a style that was refused.
const setAside = (html) =>
  html
    .replace(/<(\/?)style\b/gi, "<$1template")
    .replace(/<[a-z][^<>]*>/gi, (tag) => tag.replace(/([\s"'/])style\s*=/gi, "$1data-styled=").replace(/([\s"'/])on[a-z]+\s*=/gi, "$1data-on="))

// Word processors say bold in styles: say it in elements. Google Docs wraps all in a <b> that is not bold.
const STYLES = [
  ["strong", "b, strong", /font-weight:\s*(bold|[6-9]00)/i, /font-weight:\s*(normal|[1-5]00)/i],
  ["em", "i, em", /font-style:\s*(italic|oblique)/i, /font-style:\s*normal/i],
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
  for (const element of body.querySelectorAll("script, style, template, iframe, object, svg, math")) element.remove()
  sayStylesInElements(body)
  fitBlocks(body)
  return body.innerHTML
}
