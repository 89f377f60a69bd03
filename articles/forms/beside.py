"""
What the story's page asks beside the text: how a change goes out, a note of correction, reasons, a time.

No version holds any of it. What an act did not use stays as it was typed, until another uses it or it is thrown away.
"""

from django.http import QueryDict
from django.utils.functional import cached_property

from articles.forms.publishing import CorrectForm, PublishForm

REASON = "reason-"  # and the key of a finding: why it may stand
WORDS = {"alone", "sent_back", "later-at"}
NAMES = WORDS | {"kind"} | CorrectForm.base_fields.keys()
# By act, as its button names it, what is done with it.
USED = {
    "publish": {"kind", "alone"},
    "later": {"kind", "alone", "later-at"},
    "instead": {"alone"},
    "correct": {"kind", "alone"} | CorrectForm.base_fields.keys(),
    "send-back": {"sent_back"},
}


class Beside:
    """
    What the page shows of it, and what was typed.

    article: None for a story that is not made yet. data: a QueryDict as a browser posts it, None for a page as it is
    opened.
    """

    def __init__(self, article, data=None):
        self.article, self.data = article, QueryDict() if data is None else data
        self.publish = PublishForm(self.data if "kind" in self.data else None)
        self.touched = self._touched()  # before an act: what a note begins with is another thing after it

    @cached_property
    def correct(self):
        note = self.data if "correction_kind" in self.data else None
        return CorrectForm.of(self.article, note) if self.article else CorrectForm(note)

    @property
    def later_at(self):
        return self.data.get("later-at", "")

    @property
    def words(self):
        """What was typed in words, for a page that does not ask for it any more."""
        names = ["wrong", "right", "sent_back", "alone"] + [
            name for name in self.data if name.startswith(REASON)
        ]
        return [words for name in names if (words := self.data.get(name, "").strip())]

    def reason(self, key):
        """Return why the finding of this key may stand, as typed."""
        return self.data.get(REASON + key, "")

    def left(self, act="", detail=""):
        """
        Return {name: [texts]} of what stays to be done once ``act`` is, {} where nothing was typed or chosen for it.

        act, detail: as the button named them; without, nothing was done.
        """
        used = {REASON + detail} if act == "waive" else USED.get(act, set())
        if not self.touched - used:
            return {}
        return {name: self.data.getlist(name) for name in self._ours() if name not in used}

    def _ours(self):
        return [name for name in self.data if name in NAMES or name.startswith(REASON)]

    def _touched(self):
        """Return the names of what is not as the page begins with it."""
        words = [name for name in self._ours() if name in WORDS or name.startswith(REASON)]
        touched = {name for name in words if self.data[name].strip()}
        if self.publish.is_bound:
            touched.update(self.publish.changed_data)
        if "correction_kind" in self.data:
            touched.update(self.correct.changed_data)
        return touched
