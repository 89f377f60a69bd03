// The embed: a post, film, sound or chart of others, by its address, with a title and perhaps a picture of ours.
import { Node, Plugin, crel } from "django-prose-editor/editor"
import { choose } from "desk/chooser"
import { goOnBelow, insertBlock } from "desk/parts"
import { about, choosePicture, thumb } from "desk/picture"

// Asks for an address until it is one that we embed.
async function insert(editor, { options, storage }) {
  const typed = (value) => storage.provider(value) && { url: value.trim() }
  const chosen = await choose({ words: options.words, typed, ask: async () => [], draw: () => [] })
  if (chosen) insertBlock(editor, { type: "embed", attrs: chosen })
  else editor.commands.focus()
}

export const Embed = Node.create({
  name: "embed",
  group: "block",
  content: "text*",
  marks: "",
  isolating: true,
  defining: true,
  draggable: true,

  addOptions: () => ({ providers: {}, words: {}, pick: "", pictureWords: {} }),

  addStorage() {
    const patterns = Object.entries(this.options.providers).map(([name, source]) => [name, new RegExp(source, "s")])
    // Whose address this is, or undefined where we embed nothing from there: the patterns of body.providers.
    return { provider: (address) => patterns.find(([, pattern]) => pattern.test(address.trim()))?.[0] }
  },

  addAttributes: () => ({
    image: {
      default: null,
      parseHTML: ({ dataset }) => (/^[0-9]{1,15}$/.test(dataset.image) ? Number(dataset.image) : null),
      renderHTML: ({ image }) => (image ? { "data-image": String(image) } : {}),
    },
    url: {
      default: "",
      parseHTML: (element) => element.dataset.url,
      renderHTML: ({ url }) => ({ "data-url": url }),
    },
  }),

  parseHTML() {
    return [
      {
        tag: 'figure[data-block="embed"]',
        priority: 60,
        contentElement: (element) => element.querySelector("figcaption") || element,
        getAttrs: ({ dataset }) => !!this.storage.provider(dataset.url || "") && null,
      },
    ]
  },

  renderHTML: ({ HTMLAttributes }) => ["figure", { "data-block": "embed", ...HTMLAttributes }, ["figcaption", 0]],

  addNodeView() {
    const { words, pick, pictureWords } = this.options
    return ({ node, getPos, editor }) => {
      const contentDOM = crel("div", { className: "desk-words desk-caption", "data-placeholder": words.title })
      const shown = crel("div", { className: "desk-picture-shown" })
      const picture = crel("button", { type: "button" })
      const bar = crel("div", { className: "desk-picture-bar", contentEditable: "false" }, [shown, picture])
      const dom = crel("div", { className: "desk-block desk-embed", role: "group", "aria-label": words.embed }, [bar, contentDOM])
      const set = (image) => {
        editor.view.dispatch(editor.state.tr.setNodeAttribute(getPos(), "image", image))
        editor.commands.focus()
      }
      const show = async () => {
        const { url, image } = node.attrs
        picture.textContent = image ? words.without : words.picture // at once: a button is never without a name
        const known = image && (await about(pick, image))
        const lines = [crel("b", { textContent: this.storage.provider(url) || "" }), crel("p", { textContent: url })]
        shown.replaceChildren(...(known?.thumb ? [thumb(known, known.alt)] : []), crel("div", {}, lines))
        dom.classList.toggle("desk-unresolved", !!image && !known?.usable)
      }
      picture.addEventListener("click", async () => {
        if (node.attrs.image) return set(null)
        const chosen = await choosePicture({ pick, words: pictureWords })
        if (chosen) set(chosen.id)
      })
      show()
      return {
        dom,
        contentDOM,
        update: (next) => {
          if (next.type !== node.type) return false
          const isOther = next.attrs.url !== node.attrs.url || next.attrs.image !== node.attrs.image
          node = next
          if (isOther) show()
          return true
        },
        stopEvent: (event) => bar.contains(event.target) && event.type !== "dragstart",
        ignoreMutation: (mutation) => mutation.type !== "selection" && !contentDOM.contains(mutation.target),
      }
    }
  },

  // An address that is pasted on an empty line becomes what it leads to.
  addProseMirrorPlugins() {
    const { editor, name, storage } = this
    const handlePaste = (view, event) => {
      const { empty, $from } = view.state.selection
      const url = (event.clipboardData?.getData("text/plain") || "").trim()
      const isEmptyLine = empty && $from.depth === 1 && $from.parent.type.name === "paragraph" && !$from.parent.content.size
      return isEmptyLine && !!storage.provider(url) && insertBlock(editor, { type: name, attrs: { url } })
    }
    return [new Plugin({ props: { handlePaste } })]
  },

  addKeyboardShortcuts() {
    const inTitle = ({ $from }) => $from.parent.type.name === this.name
    return {
      "Mod-Alt-e": () => (insert(this.editor, this), true),
      Enter: () => inTitle(this.editor.state.selection) && goOnBelow(this.editor),
      Backspace: () => {
        const { selection } = this.editor.state
        return inTitle(selection) && !selection.$from.parent.content.size && this.editor.commands.deleteNode(this.name)
      },
    }
  },

  addMenuItems({ editor, menu, buttons }) {
    menu.defineItem({
      name: "embed",
      groups: "desk",
      button: buttons.material("smart_display", this.options.words.embed),
      command: () => insert(editor, this),
      active: (editor) => editor.isActive("embed"),
    })
  },
})
