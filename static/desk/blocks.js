// The desk's own blocks in the editor of a body, and what the desk does otherwise than the editor out of the box.
// Exports are named as in articles/editor.py, whose options they take; words come from there, translated.
import {
  Blockquote as BaseBlockquote,
  Extension,
  Heading as BaseHeading,
  Link as BaseLink,
  ListItem as BaseListItem,
  Node,
  crel,
  mergeAttributes,
  updateAttrsDialog,
} from "django-prose-editor/editor"

// --- Blocks as articles/body.py stores them -------------------------------------------------------------------------

// A body has one level of crossheads; a pasted heading of any level becomes one.
export const Heading = BaseHeading.extend({
  parseHTML: () => [1, 2, 3, 4, 5, 6].map((level) => ({ tag: `h${level}`, attrs: { level: 2 } })),
})

// An item is one line of text: lists do not nest.
export const ListItem = BaseListItem.extend({ content: "paragraph" })

export const Blockquote = BaseBlockquote.extend({ content: "paragraph+" })

// The address as it will be stored, or null: the rule of body.address, with a hand for what people type.
export function address(typed) {
  const value = typed.trim()
  if (/^(https?:\/\/[^\s/?#\\@]|mailto:[^\s/?#]*@|tel:\+?[0-9]|\/(?![/\\]))/i.test(value)) return value
  if (/^[^\s/:@]+@[^\s/:@]+\.[a-z]{2,}$/i.test(value)) return `mailto:${value}`
  if (/^[^\s/:@\\]+\.[a-z]{2,}([/?#]\S*)?$/i.test(value)) return `https://${value}`
  return null
}

export const Link = BaseLink.extend({
  addOptions() {
    return { ...this.parent?.(), isAllowedUri: (uri) => address(uri || "") === (uri || "").trim() }
  },

  addAttributes() {
    return { href: this.parent().href }
  },

  addCommands() {
    const ask = updateAttrsDialog(
      { href: { title: this.options.title, description: this.options.help, required: true } },
      { title: this.options.title },
    )
    return {
      ...this.parent?.(),
      addLink: () => ({ editor }) => {
        if (editor.state.selection.empty && !editor.isActive("link")) return
        const askUntilRight = async (href) => {
          const answer = await ask(editor, { href })
          if (!answer) return editor.commands.focus()
          const found = address(answer.href)
          if (!found) return askUntilRight(answer.href)
          editor.chain().focus().extendMarkRange("link").setLink({ href: found }).run()
        }
        askUntilRight(editor.getAttributes("link").href)
      },
    }
  },
})

// --- Ticker box -----------------------------------------------------------------------------------------------------

const textInputs = (rows) => [
  ...document.querySelectorAll(`[data-rows="${rows}"] [name^="${rows}-"][name$="-text"]`),
].filter((input) => !input.closest("template") && !input.name.includes("__prefix__"))

const indexOf = (input) => Number(input.name.match(/-(\d+)-text$/)[1])
const isRemoved = (input, rows) => !!document.querySelector(`[name="${rows}-${indexOf(input)}-DELETE"]`)?.checked

function placedIndexes(doc) {
  const placed = new Set()
  doc.descendants((node) => void (node.type.name === "tickerBox" && placed.add(node.attrs.link)))
  return placed
}

// The first line that has text and no box; else an empty row, made where there is none.
function lineToPlace(doc, rows) {
  const placed = placedIndexes(doc)
  const free = () => textInputs(rows).filter((input) => !placed.has(indexOf(input)) && !isRemoved(input, rows))
  const written = free().find((input) => input.value.trim())
  if (written) return { input: written, isNew: false }
  if (!free().some((input) => !input.closest("[hidden]")))
    document.querySelector(`[data-rows="${rows}"] [data-add-row]`)?.click()
  const empty = free().find((input) => !input.closest("[hidden]")) || free()[0]
  return empty && { input: empty, isNew: true }
}

export const TickerBox = Node.create({
  name: "tickerBox",
  group: "block",
  atom: true,
  selectable: true,
  draggable: true,

  addOptions: () => ({ rows: "", label: "", empty: "", missing: "" }),

  addAttributes: () => ({
    link: {
      default: 0,
      parseHTML: (element) => Number(element.dataset.link),
      renderHTML: ({ link }) => ({ "data-link": String(link) }),
    },
  }),

  parseHTML: () => [
    {
      tag: 'aside[data-block="ticker"]',
      priority: 60,
      getAttrs: (element) => /^[0-9]{1,2}$/.test(element.dataset.link) && null,
    },
  ],

  renderHTML: ({ HTMLAttributes }) => ["aside", mergeAttributes({ "data-block": "ticker" }, HTMLAttributes)],

  addNodeView() {
    const { rows, label, empty, missing } = this.options
    return ({ node }) => {
      const words = crel("p", { className: "desk-block-text" })
      const dom = crel("div", { className: "desk-block desk-ticker" }, [words])
      let link = node.attrs.link
      const show = () => {
        const input = textInputs(rows).find((each) => indexOf(each) === link)
        const known = input && !isRemoved(input, rows)
        const text = known && input.value.trim()
        dom.classList.toggle("desk-unresolved", !text)
        words.textContent = text ? `${label} ${link + 1}: ${text}` : `${label} ${link + 1} ${known ? empty : missing}`
      }
      const hear = (event) => event.target.name?.startsWith(`${rows}-`) && show()
      for (const kind of ["input", "change"]) document.addEventListener(kind, hear)
      show()
      return {
        dom,
        update: (next) => next.type.name === "tickerBox" && ((link = next.attrs.link), show(), true),
        ignoreMutation: () => true,
        destroy: () => ["input", "change"].forEach((kind) => document.removeEventListener(kind, hear)),
      }
    }
  },

  addCommands() {
    return {
      insertTickerBox: () => ({ editor, chain }) => {
        const line = lineToPlace(editor.state.doc, this.options.rows)
        if (!line) return false
        const done = chain().insertContent({ type: this.name, attrs: { link: indexOf(line.input) } }).run()
        // An empty line is written next: the box shows every letter of it.
        if (done && line.isNew) setTimeout(() => line.input.focus())
        return done
      },
    }
  },

  addKeyboardShortcuts() {
    return { "Mod-Alt-t": () => this.editor.commands.insertTickerBox() }
  },

  addMenuItems({ menu, buttons }) {
    menu.defineItem({
      name: "tickerBox",
      groups: "desk",
      button: buttons.material("rss_feed", this.options.label),
      command: (editor) => editor.commands.insertTickerBox(),
      active: (editor) => editor.isActive("tickerBox"),
    })
  },
})

// --- Picture --------------------------------------------------------------------------------------------------------

const known = new Map() // what the library says of a picture, by its number

async function ask(pick, query) {
  const answer = await fetch(`${pick}?${new URLSearchParams(query)}`, { headers: { Accept: "application/json" } })
  const { pictures } = answer.ok ? await answer.json() : { pictures: [] }
  for (const picture of pictures) known.set(picture.id, picture)
  return pictures
}

async function about(pick, id) {
  if (!known.has(id)) await ask(pick, { ids: id })
  return known.get(id)
}

const thumb = (picture, alt) => crel("img", { ...picture.thumb, alt, className: "desk-thumb" })

// Resolves to the picture that was chosen, or to undefined. Arrow keys and Tab move, Enter chooses, Escape closes.
function choosePicture({ pick, words }) {
  return new Promise((resolve) => {
    const search = crel("input", { type: "search", className: "desk-search", placeholder: words.search })
    search.setAttribute("aria-label", words.search)
    const list = crel("div", { className: "desk-choices" })
    const close = crel("button", { type: "button", textContent: words.close })
    const dialog = crel("dialog", { className: "desk-dialog" }, [crel("h2", { textContent: words.choose }), search, list, close])
    dialog.setAttribute("aria-label", words.choose)
    let chosen
    let latest = 0
    const done = (picture) => ((chosen = picture), dialog.close())
    const choice = (picture) => {
      const button = crel("button", { type: "button" }, [thumb(picture, ""), crel("b", { textContent: picture.title }), crel("span", { textContent: picture.credit })])
      button.addEventListener("click", () => done(picture))
      return button
    }
    const fill = async () => {
      const mine = ++latest
      const pictures = await ask(pick, { q: search.value })
      if (mine !== latest) return
      list.replaceChildren(...(pictures.length ? pictures.map(choice) : [crel("p", { textContent: words.none })]))
    }
    let pause
    search.addEventListener("input", () => (clearTimeout(pause), (pause = setTimeout(fill, 200))))
    search.addEventListener("keydown", (event) => {
      if (event.key !== "Enter") return
      event.preventDefault()
      list.querySelector("button")?.click()
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
    fill()
  })
}

export const Picture = Node.create({
  name: "picture",
  group: "block",
  content: "inline*",
  isolating: true,
  defining: true,
  draggable: true,

  addOptions: () => ({ pick: "", layouts: {}, words: {} }),

  addAttributes: () => ({
    image: {
      default: null,
      parseHTML: (element) => Number(element.dataset.image),
      renderHTML: ({ image }) => ({ "data-image": String(image) }),
    },
    layout: {
      default: "text",
      parseHTML: (element) => element.dataset.layout || "text",
      renderHTML: ({ layout }) => ({ "data-layout": layout }),
    },
  }),

  parseHTML() {
    return [
      {
        tag: 'figure[data-block="image"]',
        priority: 60,
        contentElement: (element) => element.querySelector("figcaption") || element,
        getAttrs: ({ dataset }) =>
          /^[0-9]{1,15}$/.test(dataset.image) && (!dataset.layout || dataset.layout in this.options.layouts) && null,
      },
    ]
  },

  renderHTML: ({ HTMLAttributes }) => ["figure", mergeAttributes({ "data-block": "image" }, HTMLAttributes), ["figcaption", 0]],

  addNodeView() {
    const { pick, layouts, words } = this.options
    return ({ node, getPos, editor }) => {
      const contentDOM = crel("figcaption", { className: "desk-caption" })
      contentDOM.dataset.placeholder = words.caption
      const shown = crel("div", { className: "desk-picture-shown" })
      const options = Object.entries(layouts).map(([value, label]) => crel("option", { value, textContent: label }))
      const width = crel("select", { value: node.attrs.layout }, options)
      width.setAttribute("aria-label", words.width)
      width.value = node.attrs.layout
      const bar = crel("div", { className: "desk-picture-bar" }, [shown, width])
      bar.contentEditable = "false"
      const dom = crel("figure", { className: "desk-block desk-picture" }, [bar, contentDOM])
      const mark = () => dom.classList.toggle("desk-empty-caption", !node.content.size)
      width.addEventListener("change", () => {
        editor.view.dispatch(editor.state.tr.setNodeAttribute(getPos(), "layout", width.value))
        editor.commands.focus()
      })
      const show = async () => {
        const picture = await about(pick, node.attrs.image)
        const usable = picture?.usable
        dom.classList.toggle("desk-unresolved", !usable)
        shown.replaceChildren(
          ...(picture?.thumb ? [thumb(picture, picture.alt)] : []),
          crel("p", { textContent: !picture ? words.missing : usable ? picture.credit : words.ended }),
        )
      }
      show()
      mark()
      return {
        dom,
        contentDOM,
        update: (next) => {
          if (next.type !== node.type || next.attrs.image !== node.attrs.image) return false
          node = next
          width.value = node.attrs.layout
          mark()
          return true
        },
        stopEvent: (event) => bar.contains(event.target) && event.type !== "dragstart",
        ignoreMutation: (mutation) => mutation.type !== "selection" && !contentDOM.contains(mutation.target),
      }
    }
  },

  addCommands() {
    return {
      // The caption of the library comes along, to be written over.
      insertPicture: () => ({ editor }) => {
        if (!editor.isEditable) return false
        choosePicture(this.options).then((picture) => {
          if (!picture) return editor.commands.focus()
          const content = picture.caption ? [{ type: "text", text: picture.caption.replace(/\s+/g, " ").trim() }] : []
          editor.chain().focus().insertContent({ type: this.name, attrs: { image: picture.id }, content }).run()
        })
        return true
      },
    }
  },

  addKeyboardShortcuts() {
    const inCaption = ({ $from }) => $from.parent.type.name === this.name
    return {
      "Mod-Alt-i": () => this.editor.commands.insertPicture(),
      // The caption is one line: Enter goes on below the picture.
      Enter: () => {
        const { selection } = this.editor.state
        if (!inCaption(selection)) return false
        return this.editor.chain().insertContentAt(selection.$from.after(), { type: "paragraph" }).focus(selection.$from.after() + 1).run()
      },
      Backspace: () => {
        const { selection } = this.editor.state
        return inCaption(selection) && selection.$from.parent.content.size === 0 && this.editor.commands.deleteNode(this.name)
      },
    }
  },

  addMenuItems({ menu, buttons }) {
    menu.defineItem({
      name: "picture",
      groups: "desk",
      button: buttons.material("image", this.options.words.choose),
      command: (editor) => editor.commands.insertPicture(),
      active: (editor) => editor.isActive("picture"),
    })
  },
})

// --- Desk note ------------------------------------------------------------------------------------------------------

export const DeskNote = Node.create({
  name: "deskNote",
  group: "block",
  content: "paragraph+",
  defining: true,

  addOptions: () => ({ label: "" }),

  parseHTML: () => [{ tag: 'aside[data-block="note"]', priority: 60 }],

  renderHTML: () => ["aside", { "data-block": "note" }, 0],

  addNodeView() {
    return () => {
      const label = crel("p", { className: "desk-block-label", textContent: this.options.label })
      label.contentEditable = "false"
      const contentDOM = crel("div", { className: "desk-block-text" })
      const dom = crel("div", { className: "desk-block desk-note", role: "note" }, [label, contentDOM])
      return { dom, contentDOM, ignoreMutation: (mutation) => !contentDOM.contains(mutation.target) }
    }
  },

  addCommands() {
    return {
      toggleDeskNote: () => ({ editor, commands }) =>
        editor.isActive(this.name) ? commands.lift(this.name) : commands.wrapIn(this.name),
    }
  },

  addKeyboardShortcuts() {
    return {
      "Mod-Alt-n": () => this.editor.commands.toggleDeskNote(),
      // At the head of a note there is nothing to join with: the paragraph leaves the note.
      Backspace: () => {
        const { empty, $from } = this.editor.state.selection
        const atHead = empty && $from.parentOffset === 0 && $from.depth > 1 && $from.index(-1) === 0
        return atHead && $from.node(-1).type.name === this.name && this.editor.commands.lift(this.name)
      },
    }
  },

  addMenuItems({ menu, buttons }) {
    menu.defineItem({
      name: "deskNote",
      groups: "desk",
      button: buttons.material("sticky_note_2", this.options.label),
      command: (editor) => editor.chain().focus().toggleDeskNote().run(),
      active: (editor) => editor.isActive("deskNote"),
      enabled: (editor) => editor.isActive("deskNote") || editor.can().wrapIn("deskNote"),
    })
  },
})

// --- Pasting --------------------------------------------------------------------------------------------------------

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

// What would fall out of its list or quotation because it does not fit there is fitted before.
function fitBlocks(root) {
  for (const cell of [...root.querySelectorAll("td, th, caption, dt, dd")]) rename(cell, "p")
  for (const inner of [...root.querySelectorAll("li ul, li ol")].reverse()) inner.closest("li").after(...inner.children), inner.remove()
  for (const gathering of root.querySelectorAll("blockquote, aside[data-block=note]")) {
    for (const line of [...gathering.querySelectorAll("li, h1, h2, h3, h4, h5, h6")]) rename(line, "p")
    for (const list of [...gathering.querySelectorAll("ul, ol")]) list.replaceWith(...list.childNodes)
  }
  for (const next of [...root.querySelectorAll("li > :is(p, div) ~ :is(p, div)")]) next.replaceWith(root.ownerDocument.createElement("br"), ...next.childNodes)
  for (const first of [...root.querySelectorAll("li > :is(p, div)")]) first.replaceWith(...first.childNodes)
}

function fitPasted(html) {
  const { body } = new DOMParser().parseFromString(setAside(html), "text/html")
  for (const element of body.querySelectorAll("script, style, template, iframe, object, svg, math")) element.remove()
  sayStylesInElements(body)
  fitBlocks(body)
  return body.innerHTML
}

// --- The page around the editor -------------------------------------------------------------------------------------

export const Desk = Extension.create({
  name: "desk",
  priority: 1, // its onCreate comes after the menu's

  addOptions: () => ({ labels: {} }),

  onBeforeCreate() {
    const { options } = this.editor
    // The one style element that the editor adds needs the nonce of the page.
    options.injectNonce = document.querySelector("script[type=importmap]")?.nonce
    const textarea = options.element.querySelector("textarea")
    const label = textarea?.labels?.[0]
    const described = textarea?.getAttribute("aria-describedby")
    options.editorProps = {
      ...options.editorProps,
      transformPastedHTML: fitPasted,
      attributes: {
        "aria-multiline": "true",
        ...(label && { "aria-label": label.textContent.trim() }),
        ...(described && { "aria-describedby": described }),
        ...(textarea?.lang && { lang: textarea.lang }),
      },
    }
    label?.addEventListener("click", () => this.editor.commands.focus())
  },

  onCreate() {
    for (const button of this.editor.view.dom.parentElement.querySelectorAll("button[data-name]")) {
      const label = this.options.labels[button.dataset.name]
      if (!label) continue
      button.title = label
      button.setAttribute("aria-label", label)
    }
  },
})
