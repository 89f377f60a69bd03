// Which key a press means, on a keyboard of any script.

const isAscii = (key) => /^[ -~]$/.test(key)

// On a Mac some browsers call the Option key so too; with ⌘ it makes shortcuts all the same.
export const isAltGr = (event) => event.getModifierState("AltGraph") && !event.metaKey

// Signs and letters typed with AltGr, such as the Polish ones, are words. On Windows Ctrl and Alt may stand for it, on a Mac
// Option alone, which is told as Alt; there "Dead" is an accent whose letter comes next.
const isTyped = (event) =>
  isAltGr(event) || (event.altKey && !event.metaKey && !/(?!\p{Script=Latin})\p{L}/u.test(event.key))

// The letter, digit or sign in lower case, or the key's name. Where the keyboard writes other than ASCII, its place
// counts: the key of S is "s" in Kyiv and in Cairo, and Shift with the one of the slash is "?".
export function keyOf(event) {
  const { key, code } = event
  if (isAscii(key) || (key.length > 1 && key !== "Dead") || isTyped(event)) return key.toLowerCase()
  if (key === "؟" || (code === "Slash" && event.shiftKey)) return "?"
  if (code === "Slash") return "/"
  return code.match(/^(?:Key|Digit)(.)$/)?.[1].toLowerCase() ?? key.toLowerCase()
}
