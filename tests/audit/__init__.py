"""
Outside judges on a running site: `make audit`, or `python -m tests.audit [markup] [looks] [lighthouse]`.

A demo newsroom of its own (folder, port, the real server with production settings) is judged: the HTML of every page
by the Nu HTML checker; public pages and the desk's in Chromium, light and dark, on a phone and on a desk, with the
reader's own text spacing as well, by axe and by a look for cut or overlapping words; home, section and article by
Lighthouse. A table comes last; any finding makes the exit status 1.

It lives beside the tests because it judges pages, as they do, and needs their browser; it is a command because it
needs Java, Node and minutes. VNU_JAR and CHROMIUM name a checker and a browser of your own choice.
"""


class CannotAudit(Exception):
    """The message says what is missing and how to get it."""
