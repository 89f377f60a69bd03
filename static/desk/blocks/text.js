// The kinds of blocks that are text alone, a little narrower than the editor has them.
import { Blockquote as BaseBlockquote, Heading as BaseHeading, ListItem as BaseListItem } from "django-prose-editor/editor"

// A body has one level of crossheads; a pasted heading of any level becomes one.
export const Heading = BaseHeading.extend({
  parseHTML: () => [1, 2, 3, 4, 5, 6].map((level) => ({ tag: `h${level}`, attrs: { level: 2 } })),
})

// An item is one line of text: lists do not nest.
export const ListItem = BaseListItem.extend({ content: "paragraph" })

export const Blockquote = BaseBlockquote.extend({ content: "paragraph+" })
