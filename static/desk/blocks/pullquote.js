// The pull quote: a sentence of the story set large, and who says it. Its marks are drawn, not typed.
import { Node, crel } from "django-prose-editor/editor"
import { atHeadOf, editable, goOnBelow, hasNoText, insertBlock } from "desk/parts"

const part = (name, tag, html) =>
  Node.create({
    name,
    content: "inline*",
    defining: true,
    selectable: false,
    addOptions: () => ({ placeholder: "" }),
    parseHTML: () => [{ tag, context: "pullQuote/", priority: 70, contentElement: (element) => element.querySelector("p") || element }],
    renderHTML: () => html,
    addNodeView() {
      return editable("div", `desk-${name}`, this.options.placeholder)
    },
  })

const Said = part("pullQuoteSaid", "blockquote", ["blockquote", ["p", 0]])
const Speaker = part("pullQuoteSpeaker", "figcaption", ["figcaption", 0])

// What is selected is what is quoted; then the speaker is asked for.
function insert(editor) {
  const { from, to } = editor.state.selection
  const text = editor.state.doc.textBetween(from, to, " ").trim()
  const said = { type: "pullQuoteSaid", content: text ? [{ type: "text", text }] : [] }
  return insertBlock(editor, { type: "pullQuote", content: [said, { type: "pullQuoteSpeaker" }] }, text ? text.length + 4 : 2)
}

export const PullQuote = Node.create({
  name: "pullQuote",
  group: "block",
  content: "pullQuoteSaid pullQuoteSpeaker",
  isolating: true,
  defining: true,
  draggable: true,

  addOptions: () => ({ label: "", said: "", speaker: "" }),

  addExtensions() {
    return [Said.configure({ placeholder: this.options.said }), Speaker.configure({ placeholder: this.options.speaker })]
  },

  parseHTML: () => [{ tag: 'figure[data-block="pullquote"]', priority: 60 }],

  renderHTML: () => ["figure", { "data-block": "pullquote" }, 0],

  addNodeView() {
    return () => {
      const dom = crel("div", { className: "desk-block desk-pull", role: "group", "aria-label": this.options.label })
      return { dom, contentDOM: dom }
    }
  },

  addKeyboardShortcuts() {
    const where = () => this.editor.state.selection
    return {
      "Mod-Alt-q": () => insert(this.editor),
      Enter: () => {
        const { $from } = where()
        if ($from.parent.type.name === "pullQuoteSpeaker") return goOnBelow(this.editor)
        return $from.parent.type.name === "pullQuoteSaid" && this.editor.commands.focus($from.after() + 1 + $from.node(-1).lastChild.content.size)
      },
      Backspace: () => {
        const { $from } = where()
        if (atHeadOf(where(), "pullQuoteSpeaker")) return this.editor.commands.focus($from.before() - 1)
        if (!atHeadOf(where(), "pullQuoteSaid")) return false
        return !hasNoText($from.node(-1)) || this.editor.commands.deleteNode(this.name)
      },
    }
  },

  addMenuItems({ menu, buttons }) {
    menu.defineItem({
      name: "pullQuote",
      groups: "desk",
      button: buttons.material("format_quote", this.options.label),
      command: (editor) => insert(editor),
      active: (editor) => editor.isActive("pullQuote"),
    })
  },
})
