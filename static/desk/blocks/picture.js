// A picture of the library, chosen in a small window, with a caption and one of three widths.
import { Node, crel, mergeAttributes } from "django-prose-editor/editor"
import { choose } from "desk/chooser"
import { goOnBelow, insertBlock } from "desk/parts"

const known = new Map() // what the library says of a picture, by its number

async function ask(pick, query) {
  const answer = await fetch(`${pick}?${new URLSearchParams(query)}`, { headers: { Accept: "application/json" } })
  const { pictures } = answer.ok ? await answer.json() : { pictures: [] }
  for (const picture of pictures) known.set(picture.id, picture)
  return pictures
}

export async function about(pick, id) {
  if (!known.has(id)) await ask(pick, { ids: id })
  return known.get(id)
}

export const thumb = (picture, alt) => crel("img", { ...picture.thumb, alt, className: "desk-thumb" })

// Resolves to the picture that was chosen, or to undefined.
export const choosePicture = ({ pick, words }) =>
  choose({
    words,
    ask: (query) => ask(pick, { q: query }),
    draw: (picture) => [thumb(picture, ""), crel("b", { textContent: picture.title }), crel("span", { textContent: picture.credit })],
  })

// The caption of the library comes along, to be written over.
async function insert(editor, options) {
  const picture = await choosePicture(options)
  if (!picture) return editor.commands.focus()
  const content = picture.caption ? [{ type: "text", text: picture.caption.replace(/\s+/g, " ").trim() }] : []
  insertBlock(editor, { type: "picture", attrs: { image: picture.id }, content }, 1 + (content[0]?.text.length || 0))
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
      const contentDOM = crel("figcaption", { className: "desk-words desk-caption", "data-placeholder": words.caption })
      const shown = crel("div", { className: "desk-picture-shown" })
      const options = Object.entries(layouts).map(([value, label]) => crel("option", { value, textContent: label }))
      const width = crel("select", { value: node.attrs.layout }, options)
      width.setAttribute("aria-label", words.width)
      width.value = node.attrs.layout
      const bar = crel("div", { className: "desk-picture-bar" }, [shown, width])
      bar.contentEditable = "false"
      const dom = crel("figure", { className: "desk-block desk-picture" }, [bar, contentDOM])
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
      return {
        dom,
        contentDOM,
        update: (next) => {
          if (next.type !== node.type || next.attrs.image !== node.attrs.image) return false
          node = next
          width.value = node.attrs.layout
              return true
        },
        stopEvent: (event) => bar.contains(event.target) && event.type !== "dragstart",
        ignoreMutation: (mutation) => mutation.type !== "selection" && !contentDOM.contains(mutation.target),
      }
    }
  },

  addKeyboardShortcuts() {
    const inCaption = ({ $from }) => $from.parent.type.name === this.name
    return {
      "Mod-Alt-i": () => (insert(this.editor, this.options), true),
      Enter: () => inCaption(this.editor.state.selection) && goOnBelow(this.editor),
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
      command: (editor) => insert(editor, this.options),
      active: (editor) => editor.isActive("picture"),
    })
  },
})
