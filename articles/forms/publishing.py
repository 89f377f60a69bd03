"""What is asked when a story goes out or comes back: the kind of a change, a correction's note, why it is withdrawn."""

from django import forms
from django.utils.translation import gettext_lazy as _

from articles.models import Article, Correction


class PublishForm(forms.Form):
    """How a change goes out; the first publication asks nothing."""

    KINDS = [("typo", _("Typing error: no time moves")), ("update", _("Update: readers see a new time"))]
    kind = forms.ChoiceField(
        choices=KINDS, widget=forms.RadioSelect, required=False, initial="update", label=_("This is")
    )

    def clean_kind(self):
        return self.cleaned_data["kind"] or "update"


class CorrectForm(forms.Form):
    """The public note that goes out with a correction."""

    correction_kind = forms.ChoiceField(choices=Correction.Kind, label=_("kind"))
    wrong = forms.CharField(
        widget=forms.Textarea(attrs={"rows": 2}), required=False, label=_("what was wrong")
    )
    right = forms.CharField(widget=forms.Textarea(attrs={"rows": 2}), label=_("what is right"))
    in_list = forms.BooleanField(required=False, initial=True, label=_("also on the page of all corrections"))


class WithdrawForm(forms.Form):
    kind = forms.ChoiceField(choices=Article.Withdrawal, label=_("Because of"))
    note = forms.CharField(
        widget=forms.Textarea(attrs={"rows": 3}),
        required=False,
        label=_("Note that readers find in its place"),
        help_text=_("Empty: only that the story was withdrawn."),
    )
