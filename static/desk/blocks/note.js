// The desk note, which readers never see.
import { Node, crel } from "django-prose-editor/editor"

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
