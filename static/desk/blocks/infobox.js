// The infobox: a title, paragraphs and lists, set apart from the story's run.
import { Node, crel } from "django-prose-editor/editor"
import { atHeadOf, depthOf, editable, goOnBelow, hasNoText, insertBlock } from "desk/parts"

const Title = Node.create({
  name: "infoboxTitle",
  content: "inline*",
  defining: true,
  selectable: false,
  addOptions: () => ({ placeholder: "" }),
  parseHTML: () => [{ tag: "h2", context: "infobox/", priority: 70 }],
  renderHTML: () => ["h2", 0],
  addNodeView() {
    return editable("div", "desk-infobox-title", this.options.placeholder)
  },
})

function withTitle(element) {
  if (element.firstElementChild?.localName !== "h2") element.prepend(element.ownerDocument.createElement("h2"))
  return element
}

const insert = (editor) => insertBlock(editor, { type: "infobox", content: [{ type: "infoboxTitle" }, { type: "paragraph" }] }, 2)

export const Infobox = Node.create({
  name: "infobox",
  group: "block",
  content: "infoboxTitle (paragraph | bulletList | orderedList)+",
  isolating: true,
  defining: true,
  draggable: true,

  addOptions: () => ({ label: "", title: "" }),

  addExtensions() {
    return [Title.configure({ placeholder: this.options.title })]
  },

  // A box without a title has room for one.
  parseHTML: () => [{ tag: 'aside[data-block="infobox"]', priority: 60, contentElement: withTitle }],

  renderHTML: () => ["aside", { "data-block": "infobox" }, 0],

  addNodeView() {
    return () => {
      const dom = crel("div", { className: "desk-block desk-infobox", role: "group", "aria-label": this.options.label })
      return { dom, contentDOM: dom }
    }
  },

  addKeyboardShortcuts() {
    const where = () => this.editor.state.selection
    return {
      "Mod-Alt-b": () => insert(this.editor),
      Enter: () => {
        const { $from } = where()
        if ($from.parent.type.name === "infoboxTitle") return this.editor.commands.focus($from.after() + 1)
        const depth = depthOf($from, "infobox")
        const box = depth && $from.node(depth)
        // An empty last paragraph leads out, as in a list.
        if (!box || $from.depth !== depth + 1 || $from.parent.content.size || box.childCount < 3 || $from.index(depth) !== box.childCount - 1) return false
        const [from, to, after] = [$from.before(), $from.after(), $from.after(depth) - $from.parent.nodeSize]
        return this.editor.chain().deleteRange({ from, to }).insertContentAt(after, { type: "paragraph" }).focus(after + 1).run()
      },
      Backspace: () => {
        if (!atHeadOf(where(), "infoboxTitle")) return false
        return !hasNoText(where().$from.node(-1)) || this.editor.commands.deleteNode(this.name)
      },
    }
  },

  addMenuItems({ menu, buttons }) {
    menu.defineItem({
      name: "infobox",
      groups: "desk",
      button: buttons.material("article", this.options.label),
      command: (editor) => insert(editor),
      active: (editor) => editor.isActive("infobox"),
    })
  },
})
