"""What an editor types when there is no time: a headline, one sentence, a section."""

from uuid import uuid4

from django import forms
from django.utils.translation import gettext_lazy as _

from articles import revisions
from articles.models import Article

MOST_URGENT = 1


class FlashForm(forms.Form):
    """
    A flash. The uuid that the form brings along becomes the story's, so that it makes one story however often it is
    sent.
    """

    uuid = forms.UUIDField(widget=forms.HiddenInput, initial=uuid4)
    headline = forms.CharField(label=_("Headline"), max_length=Article._meta.get_field("headline").max_length)
    sentence = forms.CharField(
        label=_("What is known, in one sentence"), max_length=500, widget=forms.Textarea(attrs={"rows": 2})
    )
    section = forms.ModelChoiceField(label=_("Section"), queryset=None)

    def __init__(self, *args, sections, **kwargs):
        """sections: the queryset of those in which this user may publish; a single one is chosen already."""
        super().__init__(*args, **kwargs)
        self.fields["section"].queryset = sections
        self.fields["section"].empty_label = None if len(sections) == 1 else _("Choose a section")

    def content(self):
        """Return the valid form as the content of a story: the most urgent, signed by nobody, without a text."""
        typed = self.cleaned_data
        return revisions.blank(
            headline=typed["headline"],
            standfirst=" ".join(typed["sentence"].split()),
            section=revisions.reference(typed["section"]),
            urgency=MOST_URGENT,
        )

    def renewed(self):
        """Return a form with the same words that makes another story."""
        return type(self)(
            initial={name: self[name].value() for name in ("headline", "sentence", "section")},
            sections=self.fields["section"].queryset,
        )
