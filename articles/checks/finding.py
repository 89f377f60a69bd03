"""What a check reports: a place in a story, what is wrong there and what would be right."""

from dataclasses import dataclass
from hashlib import sha256

from django.utils.translation import gettext_lazy as _

BLOCK, WARN, INFO = "block", "warn", "info"
WORDS = {BLOCK: _("Stops publishing:"), WARN: _("Check:"), INFO: _("Hint:")}

LONGEST_WORDING = 600  # characters: an index row of PostgreSQL holds 2,704 bytes

# What an editor may let stand, with a reason. All other blocking findings have to be mended.
WAIVABLE = {"drop-cap", "unbalanced-quotation"}


@dataclass(frozen=True)
class Finding:
    """
    code: kebab-case, stable; waivers and tests name it. severity: "block" stops publishing, "warn", "info".
    field: name of the content field. start, end: offsets in the plain text of that field (`reading.Reading.texts`).
    quote: the text between them. message: one sentence, cause and cure. suggestion: the right wording, or "".
    picture: the id of the Image that it is about, whose words in the library may be what is to be mended.
    """

    code: str
    severity: str
    field: str
    start: int
    end: int
    quote: str
    message: str
    suggestion: str = ""
    picture: int | None = None

    @property
    def word(self):
        """How grave it is, said before the message."""
        return WORDS[self.severity]

    @property
    def wording(self):
        """What a waiver remembers the quote by: itself or, where that is too long for an index, how it begins and its hash."""
        if len(self.quote) <= LONGEST_WORDING:
            return self.quote
        return f"{self.quote[: LONGEST_WORDING - 66]}… {sha256(self.quote.encode()).hexdigest()}"

    @property
    def blocks(self):
        return self.severity == BLOCK

    @property
    def may_be_waived(self):
        return self.code in WAIVABLE
