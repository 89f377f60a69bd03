// What several blocks share: where they are put, how one leaves them, texts in them that say what belongs there.
import { crel } from "django-prose-editor/editor"

// The place after the top-level block that holds the cursor.
const below = ({ $from, to }) => ($from.depth ? $from.after(1) : to)

// A new paragraph below the block, with the cursor in it.
export function goOnBelow(editor) {
  const after = below(editor.state.selection)
  return editor.chain().insertContentAt(after, { type: "paragraph" }).focus(after + 1).run()
}

// Put a block below the one that holds the cursor, or in its place where that is an empty paragraph. The cursor goes
// `inside` positions into it.
export function insertBlock(editor, block, inside = 1) {
  const { $from } = editor.state.selection
  const top = $from.depth ? $from.node(1) : null
  const isEmpty = top?.type.name === "paragraph" && !top.content.size
  const after = below(editor.state.selection)
  const at = isEmpty ? { from: $from.before(1), to: after } : after
  const start = isEmpty ? $from.before(1) : after
  return editor.chain().insertContentAt(at, block).focus(start + inside).scrollIntoView().run()
}

// The node views of a text that shows, while it is empty, what belongs there.
export const editable = (tag, className, placeholder) => () => {
  const dom = crel(tag, { className: `desk-words ${className}`, "data-placeholder": placeholder })
  return { dom, contentDOM: dom }
}

// Whether the cursor stands alone at the head of a node of this name.
export const atHeadOf = ({ empty, $from }, name) => empty && $from.parentOffset === 0 && $from.parent.type.name === name

// The depth of the nearest node of this name around the cursor, 0 for none.
export function depthOf($from, name) {
  for (let depth = $from.depth; depth > 0; depth--) if ($from.node(depth).type.name === name) return depth
  return 0
}

export const hasNoText = (node) => !node.textContent.trim()
