// What several blocks share: where they are put, how one leaves them, texts in them that say what belongs there.
import { crel } from "django-prose-editor/editor"

// The place after the top-level block that holds the cursor.
const below = ({ $from, to }) => ($from.depth ? $from.after(1) : to)

// A new paragraph below the block, with the cursor in it.
export function goOnBelow(editor) {
  const after = below(editor.state.selection)
  return editor.chain().insertContentAt(after, { type: "paragraph" }).focus(after + 1).run()
}

// What a block put at $at takes: nothing below the block that is there, or its place where that is an empty paragraph.
export function roomAt($at, to = $at.pos) {
  const top = $at.depth ? $at.node(1) : null
  const after = top ? $at.after(1) : to
  const isEmpty = top?.type.name === "paragraph" && !top.content.size
  return { from: isEmpty ? $at.before(1) : after, to: after }
}

// Put a block where the cursor is, as roomAt says. The cursor goes `inside` positions into it.
export function insertBlock(editor, block, inside = 1) {
  const { $from, to } = editor.state.selection
  const room = roomAt($from, to)
  return editor.chain().insertContentAt(room, block).focus(room.from + inside).scrollIntoView().run()
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
