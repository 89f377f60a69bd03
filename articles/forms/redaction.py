"""What is asked before words are taken out of everything."""

from django import forms
from django.utils.translation import gettext_lazy as _

from articles.models import Article
from articles.permissions import NotAllowed
from articles.removal.redaction import REPLACEMENT, refuse_unfit


class RedactionForm(forms.Form):
    words = forms.CharField(
        widget=forms.Textarea(attrs={"rows": 4, "autocomplete": "off", "spellcheck": "false"}),
        max_length=4000,
        label=_("words that are to go"),
        help_text=_(
            "One spelling a line, with other cases and scripts; a star stands for any ending: Petrenk*. They are kept"
            " nowhere."
        ),
    )
    replacement = forms.CharField(
        max_length=60, initial=REPLACEMENT, label=_("in their place"), help_text=_("Such as: a man")
    )
    stories = forms.CharField(
        required=False,
        max_length=1000,
        label=_("only in these stories"),
        help_text=_(
            "Their numbers, parted by spaces. Empty: in everything that is here, other stories included."
        ),
    )
    vocabulary = forms.BooleanField(
        required=False,
        initial=True,
        label=_("also in tags, authors and other names of the house"),
        help_text=_(
            "A name form or old address that says nothing else is deleted; a restriction of the name ends."
        ),
    )
    reason = forms.CharField(
        max_length=500, label=_("reason"), help_text=_("Kept with your name, without the words.")
    )

    def clean_words(self):
        return [line.strip() for line in self.cleaned_data["words"].splitlines() if line.strip()]

    def clean_stories(self):
        numbers = self.cleaned_data["stories"].replace(",", " ").split()
        if not all(number.isascii() and number.isdigit() and len(number) < 19 for number in numbers):
            raise forms.ValidationError(_("Write the numbers at the end of the stories’ addresses."))
        wanted = {int(number) for number in numbers}
        if missing := wanted - set(Article.objects.filter(pk__in=wanted).values_list("pk", flat=True)):
            raise forms.ValidationError(_("There is no story with the number %s.") % min(missing))
        return sorted(wanted)

    def clean(self):
        data = super().clean()
        if "words" in data and "replacement" in data:
            try:
                refuse_unfit(data["words"], data["replacement"])
            except NotAllowed as refusal:
                raise forms.ValidationError(str(refusal)) from None
        return data
