"""What is asked when a story goes out or comes back: the kind of a change, a correction's note, why it is withdrawn."""

from django import forms
from django.dispatch import Signal
from django.utils.translation import gettext_lazy as _

from articles.forms.fields import Completed, Reference
from articles.models import Article, Correction

#: correcting.send(Article, article=…): apps above answer with {"wrong": …, "right": …}, words to begin the note with.
correcting = Signal()


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

    correction_kind = forms.ChoiceField(
        choices=Correction.Kind, initial=Correction.Kind.CORRECTION, label=_("kind")
    )
    wrong = forms.CharField(
        widget=forms.Textarea(attrs={"rows": 2}), required=False, label=_("what was wrong")
    )
    right = forms.CharField(
        widget=forms.Textarea(attrs={"rows": 2}), required=False, label=_("what is right")
    )
    reply = Reference(
        Article.objects.all(),
        required=False,
        label=_("story that carries the reply"),
        widget=Completed(Correction, "reply"),
        help_text=_("For a right of reply alone; or write the reply itself above."),
    )
    in_list = forms.BooleanField(required=False, initial=True, label=_("also on the page of all corrections"))

    @classmethod
    def of(cls, article, data=None):
        """Return the form for a story that readers see, begun with the words that an app above has for it."""
        begun = {}
        for _receiver, words in correcting.send(Article, article=article):
            begun |= words
        return cls(data, initial=begun)

    @property
    def is_begun(self):
        """Whether there is a note to look at: words of an app above, or what somebody typed."""
        return bool(self.initial) or (self.is_bound and self.has_changed())


# What each reason does, as who withdraws reads it.
TOLD = {
    Article.Withdrawal.ERROR: _("It goes off every page, list and feed at once; its address says your note."),
    Article.Withdrawal.LEGAL: _("The same. Say in the note only what legal allows; empty is safe."),
    Article.Withdrawal.AGENCY_KILL: _(
        "The same; without a note its address says that the agency withdrew it."
    ),
    Article.Withdrawal.DEINDEX: _(
        "It stays at its address, out of every list, feed, sitemap and search engine."
    ),
    Article.Withdrawal.ANONYMISE: _(
        "It stays where it is; the chief editor has the name taken out of it, of its versions and of all records."
    ),
}


class Kinds(forms.RadioSelect):
    """Reasons, each with what it does."""

    def create_option(self, name, value, *more, **attributes):
        option = super().create_option(name, value, *more, **attributes)
        return option | {"attrs": option["attrs"], "told": TOLD.get(value, "")}


class WithdrawForm(forms.Form):
    kind = forms.ChoiceField(choices=Article.Withdrawal, label=_("Because of"), widget=Kinds)
    note = forms.CharField(
        widget=forms.Textarea(attrs={"rows": 3}),
        required=False,
        label=_("Note that readers find in its place"),
        help_text=_("Empty: only that the story was withdrawn."),
    )
