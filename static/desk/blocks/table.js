// The table: a caption, a row of heads, cells of one text each; the first column may be heads too.
import { Table as BaseTable, TableCell as BaseCell, TableHeader as BaseHeader, updateAttrsDialog } from "django-prose-editor/editor"
import { depthOf, goOnBelow } from "desk/parts"

const spans = () => ({ colspan: { default: 1 }, rowspan: { default: 1 } })

export const TableCell = BaseCell.extend({ content: "paragraph", addAttributes: spans })
export const TableHeader = BaseHeader.extend({ content: "paragraph", addAttributes: spans })

const acts = {
  addRowAfter: (editor) => editor.chain().focus().addRowAfter().run(),
  deleteRow: (editor) => editor.chain().focus().deleteRow().run(),
  addColumnAfter: (editor) => editor.chain().focus().addColumnAfter().run(),
  deleteColumn: (editor) => editor.chain().focus().deleteColumn().run(),
  toggleHeaderColumn: (editor) => editor.chain().focus().toggleHeaderColumn().run(),
  caption: (editor) => editor.commands.askCaption(),
  deleteTable: (editor) => editor.chain().focus().deleteTable().run(),
}

export const Table = BaseTable.extend({
  addOptions() {
    return { ...this.parent?.(), words: {}, labels: {} }
  },

  addAttributes: () => ({
    caption: {
      default: "",
      parseHTML: (table) => (table.querySelector("caption")?.textContent || "").replace(/\s+/g, " ").trim(),
      renderHTML: () => ({}),
    },
  }),

  // Its caption is the table's, not a text in it.
  parseHTML: () => [{ tag: "table" }, { tag: "caption", ignore: true }],

  renderHTML: ({ node }) => {
    const caption = node.attrs.caption ? [["caption", { contenteditable: "false" }, node.attrs.caption]] : []
    return ["table", ...caption, ["tbody", 0]]
  },

  addNodeView: () => null,

  addCommands() {
    const { words } = this.options
    const ask = updateAttrsDialog({ caption: { title: words.caption } }, { title: words.caption, submitText: words.keep })
    return {
      ...this.parent?.(),
      newTable: () => ({ commands }) => commands.insertTable({ rows: 3, cols: 3, withHeaderRow: true }),
      askCaption: () => ({ editor }) => {
        ask(editor, editor.getAttributes("table")).then((answer) => {
          if (answer) editor.chain().focus().updateAttributes("table", { caption: answer.caption.trim() }).run()
          else editor.commands.focus()
        })
        return true
      },
    }
  },

  addKeyboardShortcuts() {
    return {
      ...this.parent?.(),
      "Mod-Alt-g": () => this.editor.commands.newTable(),
      // To the cell below, and from the last row out of the table.
      Enter: () => {
        const { $from } = this.editor.state.selection
        const depth = depthOf($from, "table")
        if (!depth) return false
        if ($from.index(depth) === $from.node(depth).childCount - 1) return goOnBelow(this.editor)
        for (let step = $from.node(depth + 1).childCount; step > 0; step--) this.editor.commands.goToNextCell()
        return true
      },
    }
  },

  addMenuItems({ menu, buttons }) {
    menu.defineItem({
      name: "table",
      groups: "desk",
      button: buttons.material("grid_on", this.options.words.table),
      command: (editor) => editor.chain().focus().newTable().run(),
      enabled: (editor) => !editor.isActive("table"),
      active: (editor) => editor.isActive("table"),
    })
    for (const [name, label] of Object.entries(this.options.labels))
      menu.defineItem({
        name: `table:${name}`,
        groups: "table",
        button: buttons.text(label, label),
        command: acts[name],
        hidden: (editor) => !editor.isActive("table"),
      })
  },
})
