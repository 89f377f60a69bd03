"""Which characters a text may hold, and how white space is written."""

import html as entities
import re

# Never text: controls, halves of surrogate pairs, non-characters, byte order marks, deprecated format characters, and
# the two bidi overrides (they make a line read otherwise than it is written). What languages need stays: no-break
# spaces, soft hyphens, joiners, direction marks, embeddings and isolates.
UNWANTED = re.compile(
    "[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\u202d\u202e\u206a-\u206f\ud800-\udfff\ufdd0-\ufdef\ufeff\ufff9-\ufffb\ufffe\uffff"
    + "".join(chr(plane + last) for plane in range(0x10000, 0x110000, 0x10000) for last in (0xFFFE, 0xFFFF))
    + "]"
)
SPACES = re.compile("[ \t\n\r\f\v\x85\u2028\u2029]+")
# Characters without a shape of their own; a line of nothing else is empty.
SHAPELESS = (
    "\xad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u2028-\u202e\u2060-\u206f\u2800\u3164"
    "\ud800-\udfff\ufdd0-\ufdef\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufffb\ufffe\uffff"
)
INK = re.compile(f"[^\\s{SHAPELESS}]")


def plain_text(source):
    """Return the text of ``source``, references resolved, unwanted characters gone, white space single."""
    text = entities.unescape(source) if "&" in source else source
    if not text.isprintable():
        text = UNWANTED.sub("", text)
    return SPACES.sub(" ", text) if "  " in text or not text.isprintable() else text
