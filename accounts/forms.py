"""Forms of single rows at the desk: a save over what somebody else saved since is asked about first."""

from hashlib import sha256

from django import forms
from django.utils.translation import gettext_lazy as _


class SilentInput(forms.HiddenInput):
    """A hidden input that the admin's label, hidden beside it, does not name: labels are for what can be filled in."""

    def id_for_label(self, id_):
        return ""


class SeenForm(forms.ModelForm):
    """
    A row of a table. What is refused stays on the page as it was typed: a save over what somebody else saved since.

    seen: a print of what the page showed.
    """

    seen = forms.CharField(widget=SilentInput, required=False, label="")

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            self.initial["seen"] = self._print(self.instance)

    def _print(self, thing):
        values = forms.model_to_dict(thing, fields=list(self.fields))
        for name, value in values.items():
            if isinstance(value, list):  # rows of another table, in any order
                values[name] = sorted(row.pk for row in value)
        return sha256(repr(values).encode()).hexdigest()[:16]

    def clean(self):
        data = super().clean()
        if self.instance.pk:
            self._refuse_late(data.get("seen"))
        return data

    def _refuse_late(self, seen):
        """Compare under a lock, and offer to write over what is there now: its values stand in the message."""
        there = self._meta.model._base_manager.select_for_update().get(pk=self.instance.pk)
        present, theirs = self._print(there), self._written_over(there)
        if seen == present or not theirs:
            return
        self.data = self.data.copy()
        self.data[self.add_prefix("seen")] = present
        raise forms.ValidationError(
            _(
                "Somebody saved this while you were writing. There now: %(theirs)s. Save again to write over it."
            ),
            params={"theirs": "; ".join(f"{label}: {value}" for label, value in theirs)},
        )

    def _written_over(self, there):
        """Return [(label, what stands there now)] of all that this save changes in the row ``there``."""
        changed = [name for name in self.changed_data if name != "seen"]
        return [(self.fields[name].label, self.initial.get(name)) for name in changed]
