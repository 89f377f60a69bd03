"""What begins a story when there is no time: a headline, one sentence, a section."""

from uuid import uuid4

from django import forms
from django.utils.translation import gettext_lazy as _

from articles import revisions
from articles.models import Article


class OpeningForm(forms.Form):
    """
    Opens a story. The uuid that the form brings along becomes the story's, so that it makes one however often it is
    sent. ``asks``: what the sentence is to say.
    """

    asks = ""
    uuid = forms.UUIDField(widget=forms.HiddenInput, initial=uuid4)
    headline = forms.CharField(label=_("Headline"), max_length=Article._meta.get_field("headline").max_length)
    sentence = forms.CharField(max_length=500, widget=forms.Textarea(attrs={"rows": 2}))
    section = forms.ModelChoiceField(label=_("Section"), queryset=None)

    def __init__(self, *args, sections, **kwargs):
        """sections: the queryset of those in which this user may publish; a single one is chosen already."""
        super().__init__(*args, **kwargs)
        self.fields["sentence"].label = self.asks
        self.fields["section"].queryset = sections
        self.fields["section"].empty_label = None if len(sections) == 1 else _("Choose a section")

    def content(self, **more):
        """Return the valid form as the content of a story signed by nobody, without a text; ``more`` on top."""
        typed = self.cleaned_data
        return revisions.blank(
            headline=typed["headline"],
            standfirst=" ".join(typed["sentence"].split()),
            section=revisions.reference(typed["section"]),
            **more,
        )
