"""What a check reports: a place in a story, what is wrong there and what would be right."""

from dataclasses import dataclass

BLOCK, WARN, INFO = "block", "warn", "info"

# What an editor may let stand, with a reason. All other blocking findings have to be mended.
WAIVABLE = {"drop-cap", "unbalanced-quotation"}


@dataclass(frozen=True)
class Finding:
    """
    code: kebab-case, stable; waivers and tests name it. severity: "block" stops publishing, "warn", "info".
    field: name of the content field. start, end: offsets in the plain text of that field (`reading.Reading.texts`).
    quote: the text between them. message: one sentence, cause and cure. suggestion: the right wording, or "".
    """

    code: str
    severity: str
    field: str
    start: int
    end: int
    quote: str
    message: str
    suggestion: str = ""

    @property
    def blocks(self):
        return self.severity == BLOCK

    @property
    def may_be_waived(self):
        return self.code in WAIVABLE
