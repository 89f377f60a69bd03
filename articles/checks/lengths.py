"""Paragraphs that are too long for a phone."""

from django.utils.translation import gettext as _

from articles.checks.finding import INFO
from articles.checks.reading import sentence_end

LONGEST = 80  # words of a paragraph


def paragraphs(reading):
    """Find paragraphs of more than 80 words. Quotations that stand for themselves and lists may run on."""
    for passage in reading.of("body"):
        if passage.kind != "paragraph":
            continue
        count = sum(any(map(str.isalnum, word)) for word in passage.text.split())
        if count > LONGEST:
            message = _("This paragraph has %(count)d words; part it where its subject changes.") % {
                "count": count
            }
            yield passage.finding("long-paragraph", INFO, (0, sentence_end(passage.text, 0)), message)
