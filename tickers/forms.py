"""What editors fill in: a new ticker, the settings of one, an entry that needs the body editor."""

from datetime import datetime

from django import forms
from django.core.validators import MaxValueValidator
from django.utils.translation import gettext_lazy as _

from articles.forms.opening import OpeningForm
from articles.models import Article, Author
from articles.writing.asking import YEARS
from articles.writing.editor import BodyField
from tickers import log, showing
from tickers.models import Entry, Ticker

TICKERS_OFFERED = 50
LONGEST_WAIT = 3600  # minutes or seconds
TO_THE_MINUTE = "%Y-%m-%dT%H:%M"


class AsOpened(forms.HiddenInput):
    """What a field was when the page was made; HTML allows no help on what nobody sees."""

    def get_context(self, name, value, attrs):
        return super().get_context(
            name, value, {key: attrs[key] for key in attrs if key != "aria-describedby"}
        )

    def format_value(self, value):
        """Return a time to the minute, as its field shows it: with its seconds that would be taken for changed."""
        return value.strftime(TO_THE_MINUTE) if isinstance(value, datetime) else super().format_value(value)


class NewTickerForm(OpeningForm):
    asks = _("What it is about, in one sentence")
    now = forms.BooleanField(
        label=_("Start now"),
        required=False,
        initial=True,
        help_text=_("Readers see it at once; without this it is a draft."),
    )

    def content(self):
        return super().content(label=Article.Label.LIVE)


class SettingsForm(forms.ModelForm):
    """
    What may be set of a ticker. Only what this person changed is written (each field brings along what it was), so
    that two who change different things at once both get theirs. Its times are on the clock of ``zone``, the ticker's
    when the page was made, whatever the time zone becomes: ask and show it under that one.
    """

    class Meta:
        model = Ticker
        fields = ["summary", "phrases", "posting", "delay_minutes", "poll_seconds", "starts", "ends", "time_zone", "continues"]  # fmt: skip
        widgets = {
            "summary": forms.Textarea(attrs={"rows": 4}),
            "phrases": forms.Textarea(attrs={"rows": 4}),
            "starts": forms.DateTimeInput(attrs={"type": "datetime-local"}, format=TO_THE_MINUTE),
            "ends": forms.DateTimeInput(attrs={"type": "datetime-local"}, format=TO_THE_MINUTE),
        }

    time_zone = forms.ChoiceField(label=_("time zone"), required=False)

    def __init__(self, data=None, *, instance):
        super().__init__(data, instance=instance)
        named = (data or {}).get("initial-time_zone", instance.time_zone)
        self.zone = showing.zone_named(named)
        for name in ("starts", "ends"):
            self.fields[name].help_text = _(
                "On the clock of %s, also where you change the time zone here."
            ) % str(self.zone)
        self.fields["time_zone"].choices = [("", _("the newsroom's own")), *((name, name) for name in sorted(showing.zone_names()))]  # fmt: skip
        others = Ticker.objects.exclude(pk=self.instance.pk).select_related("article").order_by("-pk")
        self.fields["continues"].queryset = others
        self.fields["continues"].choices = [("", "—"), *((other.pk, str(other)) for other in others[:TICKERS_OFFERED])]  # fmt: skip
        for name in ("delay_minutes", "poll_seconds"):
            self.fields[name].validators.append(MaxValueValidator(LONGEST_WAIT))
            self.fields[name].widget.attrs |= {"min": 0, "max": LONGEST_WAIT}
        for field in self.fields.values():
            field.show_hidden_initial, field.hidden_widget = True, AsOpened

    def clean(self):
        data = super().clean()
        if data.get("posting") == Ticker.Posting.DELAYED and not data.get("delay_minutes"):
            self.add_error("delay_minutes", _("Say how many minutes late."))
        for name in ("starts", "ends"):
            if data.get(name) and data[name].year not in YEARS:
                self.add_error(name, self.fields[name].error_messages["invalid"])
        if data.get("starts") and data.get("ends") and data["ends"] <= data["starts"]:
            self.add_error("ends", _("It ends before it starts."))
        return data

    def as_opened(self):
        """Return what each field was when the page was made, as hidden inputs."""
        return [self[name].as_hidden(only_initial=True) for name in self.fields]

    def changes(self):
        """Return {name: value} of what this person changed."""
        return {name: self.cleaned_data[name] for name in self.changed_data if name in log.SETTINGS}


class EntryForm(forms.Form):
    """An entry with all that a body can hold. ``base`` is the version it was written on."""

    base = forms.IntegerField(widget=forms.HiddenInput, min_value=0, max_value=2**31)
    headline = forms.CharField(label=_("Headline"), required=False, max_length=200)
    body = BodyField(label=_("Text"), required=False)
    kind = forms.ChoiceField(label=_("Kind"), choices=Entry.Kind.choices)
    verification = forms.ChoiceField(
        label=_("How sure it is"), choices=Entry.Verification.choices, required=False
    )
    reported_by = forms.CharField(label=_("Reported by"), required=False, max_length=120)
    author = forms.ModelChoiceField(label=_("Author"), queryset=Author.objects.none(), required=False)
    initials = forms.CharField(label=_("Initials"), required=False, max_length=10)
    happened = forms.DateTimeField(
        label=_("Happened at"),
        required=False,
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format=TO_THE_MINUTE),
    )
    correction = forms.CharField(
        label=_("What was wrong"),
        required=False,
        max_length=300,
        help_text=_("Readers see this with the entry; leave it empty for a plain change."),
    )

    def __init__(self, *args, authors, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["author"].queryset = authors

    @classmethod
    def of(cls, entry, data=None, *, authors):
        initial = {name: getattr(entry, name) for name in log.CONTENT} | {"base": entry.version}
        return cls(data, initial=initial, authors=authors)

    def content(self):
        return {name: self.cleaned_data[name] for name in log.CONTENT}
