// The ticker box: says where one of the story's ticker lines stands, and shows its words as they are typed.
import { Node, crel, mergeAttributes } from "django-prose-editor/editor"

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
