"""The one question that a new translation asks."""

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _


class TranslateForm(forms.Form):
    """
    In which language. Offered are those in which the story is not; that it is there meanwhile, who makes it says.

    offered: (code, name) of languages.
    """

    language = forms.ChoiceField(label=_("Into"), choices=settings.LANGUAGES)

    def __init__(self, *args, offered, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["language"].widget.choices = offered
