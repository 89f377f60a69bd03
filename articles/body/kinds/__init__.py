"""
The kinds of blocks that a body may hold, one small room each.

To add one: its room here with its rule, plain text and context; its template in templates/articles/blocks/; its node
in static/desk/blocks/ and its name in `articles.editor`; its attacks in tests/articles/test_body_kinds.py.
"""

from articles.body.kinds.image import IMAGE
from articles.body.kinds.text import CROSSHEAD, LIST, NOTE, PARAGRAPH, QUOTATION
from articles.body.kinds.ticker import TICKER

KINDS = {
    kind.name: kind
    for kind in (
        PARAGRAPH,
        CROSSHEAD,
        LIST,
        QUOTATION,
        TICKER,
        IMAGE,
        NOTE,
    )
}
