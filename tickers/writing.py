"""
The text of an entry as people type it in a hurry: plain paragraphs with links, and the body that it becomes.

An empty line parts paragraphs, a new line is one, an address is a link, and `[words](address)` a link with words. A
body that says more than that (lists, tables, marks) has no such text; it is edited by the body editor, so that nothing
is lost.
"""

import html as entities
import re

from articles import body

PICTURE = '<figure data-block="image"'
_LINK = re.compile(r"\[([^\[\]\n]+)\]\((https?://[^\s()]+)\)|(https?://[^\s<>\"]*[^\s<>\".,;:!?)\]’”])")
_ANCHOR = re.compile(r'<a href="([^"]*)">([^<]*)</a>')


def as_body(text):
    """Return the clean body of ``text``."""
    paragraphs = [part.strip() for part in re.split(r"\n\s*\n", text.replace("\r\n", "\n")) if part.strip()]
    return body.clean("".join(f"<p>{_inline(part)}</p>" for part in paragraphs))


def _inline(text):
    pieces, end = [], 0
    for found in _LINK.finditer(text):
        pieces.append(entities.escape(text[end : found.start()]))
        words, address = found[1] or found[3], found[2] or found[3]
        pieces.append(f'<a href="{entities.escape(address)}">{entities.escape(words)}</a>')
        end = found.end()
    pieces.append(entities.escape(text[end:]))
    return "".join(pieces).replace("\n", "<br>")


def parted(html):
    """
    Return (text, pictures): what ``html``, a clean body, is as text, and the HTML of the pictures that follow it.

    text is None where plain text would lose something; then pictures is "".
    """
    blocks = body.blocks(html)
    pictures = []
    while blocks and blocks[-1].html.startswith(PICTURE):
        pictures.insert(0, blocks.pop().html)
    text = "\n\n".join(_as_text(block.html) for block in blocks)
    whole = as_body(text) == "".join(block.html for block in blocks)
    return (text, "".join(pictures)) if whole else (None, "")


def _as_text(html):
    text = html.removeprefix("<p>").removesuffix("</p>").replace("<br>", "\n")
    return entities.unescape(_ANCHOR.sub(lambda link: _link(link[1], link[2]), text))


def _link(address, words):
    return words if words == address else f"[{words}]({address})"
