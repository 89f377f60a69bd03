"""What an answer of the site shows, as tests read it."""

import re

from lxml import html


def shown(answer):
    """Return the page as lxml reads it."""
    return html.fromstring(answer.content.decode())


def text(node):
    """Return the words of an element, white space folded."""
    return re.sub(r"\s+", " ", node.text_content()).strip()


def said(answer):
    """Return the sentences that the desk says above its page."""
    return [str(message) for message in answer.context["messages"]]
