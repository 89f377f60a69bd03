"""What is asked about a story's times and people. Times are those of the newsroom's clock."""

from django import forms
from django.contrib.auth import get_user_model
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext_lazy as _

from articles import clock
from articles.forms.publishing import PublishForm


class ClockField(forms.Field):
    """A day and a time as a clock shows it: a datetime without a zone, to the minute."""

    widget = forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")
    default_error_messages = {"invalid": _("Write a day and a time, such as 2026-05-04 06:00.")}

    def to_python(self, value):
        if not value:
            return None
        try:
            found = parse_datetime(value.strip())
        except ValueError:
            found = None
        if found is None or found.tzinfo is not None:
            raise forms.ValidationError(self.error_messages["invalid"])
        return found.replace(second=0, microsecond=0)


class TimeForm(forms.Form):
    """
    One moment on the newsroom's clock, in ``moment`` once valid: an aware datetime, or None where none was asked for.

    In the hour that autumn repeats the form asks which of the two; before, nobody sees that question.
    """

    at = ClockField(label=_("day and time"))
    which = forms.ChoiceField(label=_("which of the two"), required=False)

    moment = None
    is_twice = False

    def __init__(self, data=None, **options):
        super().__init__(data, **options)
        self._offer_both(self.add_prefix("at") in self.data and self.data[self.add_prefix("at")])

    def _offer_both(self, typed):
        try:
            found = clock.moments(self.fields["at"].to_python(typed)) if typed else []
        except (forms.ValidationError, OverflowError):
            found = []
        self.is_twice = len(found) == 2
        if self.is_twice:
            named = [(str(number), clock.on_the_clock(clock.local(at))) for number, at in enumerate(found)]
            self.fields["which"].choices = [("", "—"), *named]

    def clean(self):
        data = super().clean()
        naive, which = data.get("at"), data.get("which")
        if naive is None:
            return data
        try:
            found = clock.moments(naive)
            why = clock.complaint(naive)
        except OverflowError:
            found, why = [], self.fields["at"].error_messages["invalid"]
        if which and len(found) == 2:
            self.moment = found[int(which)]
        elif why:
            self.add_error("at", why)
        else:
            self.moment = found[0]
        return data


class LaterForm(TimeForm):
    """Publishing later; ``kind`` as in PublishForm, asked where readers see the story already."""

    kind = forms.ChoiceField(
        choices=PublishForm.KINDS,
        widget=forms.RadioSelect,
        required=False,
        initial="update",
        label=_("This is"),
    )
    alone = forms.CharField(
        max_length=500,
        required=False,
        label=_("published alone because"),
        help_text=_("Nobody else has read what you wrote; the reason is read in the morning."),
    )

    def clean_kind(self):
        return self.cleaned_data["kind"] or "update"


class EmbargoForm(TimeForm):
    by_hand = forms.BooleanField(required=False, label=_("until it is released by hand"))
    text = forms.CharField(max_length=250, required=False, label=_("embargo as written"))
    reason = forms.CharField(max_length=500, required=False, label=_("reason"))

    def __init__(self, data=None, **options):
        super().__init__(data, **options)
        self.fields["at"].required = False

    def clean(self):
        data = super().clean()
        if not self.errors and self.moment is None and not data.get("by_hand"):
            self.add_error("at", _("Give a time, or say that it is released by hand."))
        return data


class ExpiryForm(TimeForm):
    def __init__(self, data=None, **options):
        super().__init__(data, **options)
        self.fields["at"].required = False
        self.fields["at"].help_text = _("Empty: readers see it for as long as it is not withdrawn.")


class AssignForm(TimeForm):
    assignee = forms.ModelChoiceField(queryset=None, required=False, label=_("given to"))
    field_order = ["assignee", "at", "which"]

    def __init__(self, data=None, **options):
        super().__init__(data, **options)
        self.fields["assignee"].queryset = writers()
        self.fields["at"].required, self.fields["at"].label = False, _("due")


def writers():
    """Return the accounts that may write stories."""
    backend = "django.contrib.auth.backends.ModelBackend"
    found = get_user_model().objects.with_perm("articles.add_article", backend=backend)
    return found.filter(is_staff=True).order_by("first_name", "last_name", "username")


class ReasonForm(forms.Form):
    """Why something is done; kept with the name of who does it."""

    reason = forms.CharField(max_length=500, required=False, label=_("note"))


class LiftForm(forms.Form):
    reason = forms.CharField(max_length=500, label=_("reason"))


class InviteForm(forms.Form):
    """Who outside the desk may read the story before it is published, and for how long."""

    DAYS = [("1", _("one day")), ("3", _("three days")), ("7", _("a week"))]
    person = forms.CharField(max_length=150, label=_("for whom"), help_text=_("The name stands on the page."))
    days = forms.TypedChoiceField(choices=DAYS, coerce=int, label=_("for how long"))
