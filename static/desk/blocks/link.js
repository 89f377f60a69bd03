// A link: to an address, or to one of our stories, found by words.
import { Link as BaseLink } from "django-prose-editor/editor"
import { choose, stories } from "desk/chooser"

// The address as it will be stored, or null: the rule of body.address, with a hand for what people type. Addresses of
// this site are paths.
export function address(typed) {
  const value = typed.trim()
  if (value.startsWith(`${location.origin}/`)) return value.slice(location.origin.length)
  if (/^(https?:\/\/[^\s/?#\\@]|mailto:[^\s/?#]*@|tel:\+?[0-9]|\/(?![/\\]))/i.test(value)) return value
  if (/^[^\s/:@]+@[^\s/:@]+\.[a-z]{2,}$/i.test(value)) return `mailto:${value}`
  if (/^[^\s/:@\\]+\.[a-z]{2,}([/?#]\S*)?$/i.test(value)) return `https://${value}`
  return null
}

const canLink = (editor) => !editor.state.selection.empty || editor.isActive("link")

export const Link = BaseLink.extend({
  addOptions() {
    return { ...this.parent?.(), find: "", words: {}, isAllowedUri: (uri) => !!address(uri || "") }
  },

  addAttributes() {
    return { href: this.parent().href }
  },

  // Without marked words the same keys find a story (palette.js): they are left to the page.
  addKeyboardShortcuts() {
    const { editor } = this
    return { "Mod-k": () => canLink(editor) && (editor.commands.addLink(), true) }
  },

  addCommands() {
    const { find, words } = this.options
    const typed = (value) => address(value) && { path: address(value) }
    return {
      ...this.parent?.(),
      addLink: () => ({ editor }) => {
        if (!canLink(editor)) return
        const value = editor.getAttributes("link").href || ""
        choose({ words, value, typed, ...stories(find) }).then((chosen) => {
          if (!chosen) return editor.commands.focus()
          editor.chain().focus().extendMarkRange("link").setLink({ href: chosen.path }).run()
        })
      },
    }
  },
})
