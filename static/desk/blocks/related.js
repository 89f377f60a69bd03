// Says where the story's related stories stand in its text. The list itself is the form's field; a box adds to it.
import { Node, crel } from "django-prose-editor/editor"
import { choose, stories } from "desk/chooser"
import { insertBlock } from "desk/parts"

const field = (name) => document.querySelector(`select[name="${name}"]`)
const own = () => Number(location.pathname.match(/\/article\/(\d+)\//)?.[1])

function placeOf(doc) {
  let place = null
  doc.forEach((node, at) => node.type.name === "relatedStories" && (place = at))
  return place
}

// The one box of a body: made, or gone to where it is.
function insert(editor, options) {
  if (placeOf(editor.state.doc) === null) insertBlock(editor, { type: "relatedStories" }, 0)
  editor.chain().focus().setNodeSelection(placeOf(editor.state.doc)).scrollIntoView().run()
  return field(options.field)?.selectedOptions.length ? true : addTo(editor, options)
}

// Search a story and add it to the form's list.
function addTo(editor, { field: name, find, words }) {
  const select = field(name)
  if (!select || select.disabled) return false
  choose({ words, ...stories(find, own()) }).then((story) => {
    if (story) {
      const known = [...select.options].find((option) => Number(option.value) === story.id)
      if (known) known.selected = true
      else select.add(new Option(story.headline, story.id, true, true))
      window.django?.jQuery(select).trigger("change")
    }
    editor.commands.focus()
  })
  return true
}

export const RelatedStories = Node.create({
  name: "relatedStories",
  group: "block",
  atom: true,
  selectable: true,
  draggable: true,

  addOptions: () => ({ field: "", find: "", words: {} }),

  parseHTML: () => [{ tag: 'aside[data-block="related"]', priority: 60 }],

  renderHTML: () => ["aside", { "data-block": "related" }],

  addNodeView() {
    const { words } = this.options
    return ({ editor }) => {
      const select = field(this.options.field)
      const list = crel("ul", { className: "desk-block-text" })
      const label = crel("p", { className: "desk-block-label", textContent: words.label })
      const add = crel("button", { type: "button", textContent: words.add })
      const dom = crel("div", { className: "desk-block desk-related" }, [label, list, ...(select && !select.disabled ? [add] : [])])
      const show = () => {
        const names = [...(select?.selectedOptions || [])].map((option) => option.textContent.trim())
        list.replaceChildren(...(names.length ? names : [words.none]).map((name) => crel("li", { textContent: name })))
        dom.classList.toggle("desk-unresolved", !names.length)
      }
      const { jQuery } = window.django || {} // the field's own widget tells its changes there alone
      jQuery?.(select).on("change.desk-related", show)
      add.addEventListener("click", () => addTo(editor, this.options))
      show()
      return {
        dom,
        stopEvent: (event) => add.contains(event.target),
        ignoreMutation: () => true,
        destroy: () => jQuery?.(select).off("change.desk-related", show),
      }
    }
  },

  addKeyboardShortcuts() {
    return {
      "Mod-Alt-r": () => insert(this.editor, this.options),
      Enter: () => this.editor.state.selection.node?.type.name === this.name && addTo(this.editor, this.options),
    }
  },

  addMenuItems({ menu, buttons }) {
    menu.defineItem({
      name: "relatedStories",
      groups: "desk",
      button: buttons.material("library_books", this.options.words.label),
      command: (editor) => insert(editor, this.options),
      active: (editor) => editor.isActive("relatedStories"),
    })
  },
})
