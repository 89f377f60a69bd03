"""
The kinds of blocks that a body may hold, one small room each.

To add one: its room here with its rule, plain text and context; its template in templates/articles/blocks/; its node
in static/desk/blocks/ and its name in `articles.writing.editor`; its attacks in tests/articles/test_body_kinds.py.
"""

from articles.body.kinds.embed import EMBED
from articles.body.kinds.image import IMAGE
from articles.body.kinds.infobox import INFOBOX
from articles.body.kinds.pullquote import PULLQUOTE
from articles.body.kinds.related import RELATED
from articles.body.kinds.table import TABLE
from articles.body.kinds.text import CROSSHEAD, LIST, NOTE, PARAGRAPH, QUOTATION
from articles.body.kinds.ticker import TICKER

TEXTS = (PARAGRAPH, CROSSHEAD, LIST, QUOTATION, TABLE, NOTE)
BOXES = (PULLQUOTE, INFOBOX, IMAGE, EMBED, TICKER, RELATED)

KINDS = {kind.name: kind for kind in (*TEXTS, *BOXES)}
