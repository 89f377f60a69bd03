// The page around the editor: names, nonce, what is pasted, and the keys that lead out of a block.
import { Extension, Plugin } from "django-prose-editor/editor"
import { isAltGr, keyOf } from "desk/keyboard"
import { fitPasted } from "desk/paste"
import { goOnBelow } from "desk/parts"

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
        dir: "auto", // runs as its first letter does
        ...(label && { "aria-label": label.textContent.trim() }),
        ...(described && { "aria-describedby": described }),
        ...(textarea?.lang && { lang: textarea.lang }),
      },
    }
    label?.addEventListener("click", () => this.editor.commands.focus())
  },

  addKeyboardShortcuts() {
    return {
      "Mod-Alt-Enter": () => this.editor.state.selection.$from.depth !== 1 && goOnBelow(this.editor),
      "Alt-F10": () => {
        const buttons = [...this.editor.view.dom.parentElement.querySelectorAll("button[data-name]")]
        buttons.find((button) => button.offsetParent)?.focus()
        return true
      },
    }
  },

  // Keys are known by Latin letters. For Ctrl and Alt on Windows the editor looks no further, as they may be AltGr; where
  // the keyboard writes another script they are not. What AltGr types is never a key, whatever it resembles.
  addProseMirrorPlugins() {
    const keydown = (view, event) => event.key.length === 1 && isAltGr(event)
    const handleKeyDown = (view, event) => {
      const key = keyOf(event)
      if (!event.altKey || !(event.ctrlKey || event.metaKey) || key === event.key.toLowerCase()) return false
      const { code, ctrlKey, metaKey, shiftKey } = event
      const latin = new KeyboardEvent("keydown", { key, code, ctrlKey, metaKey, shiftKey, altKey: true })
      return !!view.someProp("handleKeyDown", (handle) => handle(view, latin))
    }
    return [new Plugin({ props: { handleDOMEvents: { keydown }, handleKeyDown } })]
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
