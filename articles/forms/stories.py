"""
The writing form: a plain Form over `Revision.content`, with formsets over its lists (design rule 2).

No model is bound to it, so nothing here can touch what readers see. `StoryForm.of(user, article)` shows a content;
`content()` gives back the whole of it, with the fields that the form does not show carried over unchanged.
"""

import re
from datetime import date

from django import forms
from django.conf import settings
from django.contrib import admin
from django.contrib.admin.widgets import AutocompleteSelect, AutocompleteSelectMultiple
from django.core.validators import URLValidator
from django.db.models import Q
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from articles import body, revisions
from articles.editor import BodyField
from articles.models import (
    Article,
    Author,
    Byline,
    Correction,
    Related,
    Section,
    Source,
    Tag,
    TaggedItem,
    TickerLink,
)
from articles.models.byline import BylineRole
from articles.permissions import editable_fields
from images.models import Image

PLACES = 3  # datelines name one to three places
BYLINES = "bylines"
TICKER_LINES = "ticker_links"
LONGEST_LIST = 100  # rows: a ticker box of the body can name so many


class Line(forms.CharField):
    """A text of one line, even where a wide box takes it."""

    def to_python(self, value):
        return " ".join(super().to_python(value).splitlines())


class Text(forms.CharField):
    """A text of any number of lines; browsers end them with two characters, content with one."""

    def to_python(self, value):
        return super().to_python(value).replace("\r\n", "\n")


class WebAddress(forms.URLField):
    default_validators = [URLValidator(schemes=["http", "https"])]


def _line(name, **options):
    """A one-line text as long as the column it is published to."""
    column = Article._meta.get_field(name)
    options = {
        "label": column.verbose_name,
        "required": False,
        "max_length": column.max_length,
        "strip": True,
    } | options
    return Line(**options)


def _text(name, rows=3, **options):
    options = {
        "label": Article._meta.get_field(name).verbose_name,
        "required": False,
        "strip": True,
    } | options
    return Text(widget=forms.Textarea(attrs={"rows": rows}), **options)


def is_id(value):
    """Whether ``value``, a text or number, can be the id of a row: any database can look it up."""
    return re.fullmatch(r"[0-9]{1,18}", str(value)) is not None


class Reference(forms.ModelChoiceField):
    """One row by autocomplete."""

    def prepare_value(self, value):
        """Show nothing for what can be no id: the widget would look it up."""
        value = super().prepare_value(value)
        return value if is_id(value) else None


class OrderedReferences(forms.ModelMultipleChoiceField):
    """Several rows by autocomplete, kept in the order in which they were chosen, as content names them."""

    def __init__(self, queryset, through, field, **options):
        widget = AutocompleteSelectMultiple(through._meta.get_field(field), admin.site)
        super().__init__(queryset, required=False, widget=widget, **options)

    def prepare_value(self, value):
        """Leave out what can be no id: the widget looks the rest up to show them again."""
        value = super().prepare_value(value)
        return [pk for pk in value if is_id(pk)] if isinstance(value, list) else value

    def clean(self, value):
        if wrong := [pk for pk in value or [] if not is_id(pk)]:
            message = self.error_messages["invalid_pk_value"]
            raise forms.ValidationError(message, code="invalid_pk_value", params={"pk": wrong[0][:20]})
        rows = {row.pk: row for row in super().clean(value)}
        return [revisions.reference(rows[pk]) for pk in dict.fromkeys(map(int, value or []))]


class ContentForm(forms.Form):
    """The texts and choices of one story; every field is named as in content, but for the dateline's three."""

    base = forms.IntegerField(widget=forms.HiddenInput, min_value=0, max_value=2**31 - 1)
    kicker = _line("kicker", help_text=_("A word or two above the headline."))
    headline = _line("headline", widget=forms.Textarea(attrs={"rows": 2, "class": "headline"}))
    standfirst = _text("standfirst")
    body = BodyField(label=_("body"), required=False)
    byline_note = Text(
        label=_("note about the author"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("From the copy; never published. Turn it into an author, or empty it."),
    )
    section = forms.ModelChoiceField(
        Section.objects.filter(retired_at=None), required=False, label=_("section")
    )
    tags = OrderedReferences(Tag.objects.all(), TaggedItem, "tag", label=_("tags"))
    dateline_places = forms.CharField(
        label=_("dateline: places"),
        required=False,
        max_length=200,
        help_text=_("One to three, parted by commas; by semicolons where a name has a comma."),
    )
    dateline_date = forms.DateField(
        label=_("dateline: date"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )
    dateline_text = forms.CharField(
        label=_("dateline: as printed"),
        required=False,
        max_length=200,
        help_text=_("Instead of places and date."),
    )
    byline_override = _line("byline_override", help_text=_("Instead of the names above."))
    genre = forms.ChoiceField(label=_("genre"), choices=Article.Genre)
    label = forms.ChoiceField(label=_("label"), choices=[("", "—"), *Article.Label.choices], required=False)
    language = forms.ChoiceField(label=_("language"), choices=settings.LANGUAGES)
    slug = _line(
        "slug",
        max_length=80,
        help_text=_("Empty: made from the headline. It stays as it is once readers have seen it."),
    )
    slugline = _line("slugline", help_text=_("What the desk calls it."))
    home_headline = _line("home_headline", help_text=_("Empty: the headline."))
    seo_title = _line("seo_title")
    social_title = _line("social_title")
    social_text = _line("social_text")
    urgency = forms.TypedChoiceField(
        label=_("urgency"),
        required=False,
        coerce=int,
        empty_value=None,
        choices=[("", "—"), *((n, n) for n in range(1, 10))],
    )
    lead_image = forms.ModelChoiceField(
        Image.objects.all(),
        required=False,
        label=_("lead picture"),
        widget=AutocompleteSelect(Article._meta.get_field("lead_image"), admin.site),
    )
    lead_alt = _line("lead_alt", help_text=_("Empty: the picture's own."))
    lead_caption = _text("lead_caption", rows=2, help_text=_("Empty: the picture's own."))
    lead_credit = _line("lead_credit", help_text=_("Empty: the picture's own."))
    related = OrderedReferences(Article.objects.none(), Related, "to", label=_("related stories"))
    canonical_url = WebAddress(
        label=_("canonical address"), required=False, max_length=500, assume_scheme="https"
    )
    noindex = forms.BooleanField(label=_("hide from search engines"), required=False)
    ai_use = _line("ai_use", help_text=_("What was done with AI, as readers are told."))
    ednote = _text("ednote", rows=2, help_text=_("For partners who take our copy; readers never see it."))

    def __init__(self, *args, related_to=None, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["related"].queryset = Article.objects.published().exclude(pk=related_to)
        # A story keeps the section it has, retired or not.
        chosen = self.initial.get("section")
        if chosen:
            self.fields["section"].queryset = Section.objects.filter(
                retired_at=None
            ) | Section.objects.filter(pk=chosen)
        kept = self.initial.get("related")
        if kept:
            self.fields["related"].queryset |= Article.objects.filter(pk__in=kept).exclude(pk=related_to)

    def clean_dateline_places(self):
        typed = self.cleaned_data["dateline_places"]
        places = [place.strip() for place in typed.split(";" if ";" in typed else ",") if place.strip()]
        if len(places) > PLACES:
            raise forms.ValidationError(_("A dateline names at most three places."))
        return places

    def content(self):
        """Return the content fields of this form, in content's shapes."""
        data = dict(self.cleaned_data)
        day = data.pop("dateline_date")
        dateline = {
            "places": data.pop("dateline_places"),
            "date": day.isoformat() if day else None,
            "text": data.pop("dateline_text"),
        }
        data.pop("base")
        chosen = {name: revisions.reference(data[name]) for name in ("section", "lead_image")}
        return data | chosen | {"datelines": dateline}

    @staticmethod
    def initial_of(content):
        """Return the form's initial values for a content."""
        dateline = content["datelines"]
        shown = {name: content[name] for name in ContentForm.base_fields if name in content}
        return shown | {
            "section": content["section"] and content["section"]["id"],
            "lead_image": content["lead_image"] and content["lead_image"]["id"],
            "tags": revisions.ids(content, "tags"),
            "related": revisions.ids(content, "related"),
            "dateline_places": _joined(dateline["places"]),
            "dateline_date": dateline["date"] and date.fromisoformat(dateline["date"]),
            "dateline_text": dateline["text"],
        }


def _joined(places):
    """Return ``places`` as `ContentForm.clean_dateline_places` parts them."""
    if not any("," in place for place in places):
        return ", ".join(places)
    return "; ".join(places) + (";" if len(places) == 1 else "")


class Row(forms.Form):
    """One row of a list. It counts for what is in it, whatever another person has saved in its place since."""

    def has_changed(self):
        return True


class BylineForm(Row):
    """One name under the story: an author, or an agency as source."""

    author = Reference(
        Author.objects.all(),
        required=False,
        label=_("author"),
        widget=AutocompleteSelect(Byline._meta.get_field("author"), admin.site),
    )
    source = forms.ModelChoiceField(Source.objects.all(), required=False, label=_("or source"))
    role = forms.ChoiceField(label=_("role"), choices=BylineRole, initial=BylineRole.TEXT)
    name = forms.CharField(
        label=_("as printed"), required=False, max_length=120, help_text=_("Empty: the name.")
    )
    affiliation = forms.CharField(label=_("affiliation"), required=False, max_length=120)
    place = forms.CharField(label=_("place"), required=False, max_length=120)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if not self.is_bound:  # a retired source is not offered, but stays where it is
            kept = Q(retired_at=None) | Q(pk=self.initial.get("source"))
            self.fields["source"].queryset = Source.objects.filter(kept)

    def clean(self):
        data = super().clean()
        author, source = data.get("author"), data.get("source")
        if author and source:
            raise forms.ValidationError(
                _("Choose an author or a source, not both; add another row for the other.")
            )
        if not (author or source) and any(data.get(name) for name in ("name", "affiliation", "place")):
            raise forms.ValidationError(_("Choose the author or the source that this name belongs to."))
        return data

    def content(self):
        data = self.cleaned_data
        signs = data["author"] or data["source"]
        return signs and {
            "author": revisions.reference(data["author"]),
            "source": revisions.reference(data["source"]),
            "role": data["role"],
            "name": data["name"] or signs.name,
            "affiliation": data["affiliation"],
            "place": data["place"],
        }

    @staticmethod
    def initial_of(row):
        return row | {name: row[name] and row[name]["id"] for name in ("author", "source")}


class TickerLineForm(Row):
    """One line to a live ticker: to one of ours, to an outside address, or still open (then it stops publishing)."""

    text = forms.CharField(label=_("text"), required=False, max_length=300)
    article = Reference(
        Article.objects.tickers(),
        required=False,
        label=_("our ticker"),
        widget=AutocompleteSelect(TickerLink._meta.get_field("ticker"), admin.site),
    )
    url = WebAddress(label=_("or outside address"), required=False, max_length=500, assume_scheme="https")
    after_block = forms.IntegerField(
        label=_("after paragraph"),
        required=False,
        min_value=0,
        max_value=9999,
        help_text=_("0: before the first."),
    )

    def clean(self):
        data = super().clean()
        if data.get("article") and data.get("url"):
            raise forms.ValidationError(
                _("A ticker line leads to one of our tickers or to an outside address, not both.")
            )
        if not data.get("text") and (data.get("article") or data.get("url")):
            raise forms.ValidationError(_("Write what the ticker line says."))
        return data

    def content(self):
        data = self.cleaned_data
        return data["text"] and {
            "text": data["text"],
            "article": revisions.reference(data["article"]),
            "url": data["url"],
            "after_block": data["after_block"] or 0,
        }

    @staticmethod
    def initial_of(row):
        return row | {"article": row["article"] and row["article"]["id"]}


class Rows(forms.BaseFormSet):
    """A list of content as rows that can be ordered and taken out."""

    def content(self):
        return [content for _form, content in self._kept()]

    def places(self):
        """Return {number of the row on the page: its place in content()}, without the rows that are taken out."""
        numbers = {form: number for number, form in enumerate(self.forms)}
        return {numbers[form]: place for place, (form, _content) in enumerate(self._kept())}

    def _kept(self):
        rows = [form for form in self.ordered_forms if not form.cleaned_data.get("DELETE")]
        return [(form, content) for form in rows if form.cleaned_data and (content := form.content())]


def _rows(form):
    return forms.formset_factory(
        form, Rows, extra=1, can_order=True, can_delete=True, max_num=LONGEST_LIST, validate_max=True
    )


BylineRows = _rows(BylineForm)
TickerLineRows = _rows(TickerLineForm)


class StoryForm:
    """The content form and its two lists as one: what the page shows and what a save takes."""

    def __init__(self, data=None, *, content, base, allowed=None, pk=None):
        """
        content: what the form starts from, complete. base: number of the version it is. allowed: names of the content
        fields that may be changed, None for all; what is not among them is shown and its input ignored.
        """
        self.before = content
        initial = ContentForm.initial_of(content) | {"base": base}
        self.form = ContentForm(data, initial=initial, related_to=pk)
        self.bylines = BylineRows(
            data, prefix=BYLINES, initial=[BylineForm.initial_of(row) for row in content["bylines"]]
        )
        self.ticker_lines = TickerLineRows(
            data,
            prefix=TICKER_LINES,
            initial=[TickerLineForm.initial_of(row) for row in content["ticker_links"]],
        )
        self.allowed = allowed
        if allowed is not None:
            self._disable()

    @classmethod
    def of(cls, user, article, data=None):
        """The form over the working copy of ``article``, with what ``user`` may not change disabled."""
        latest = article.latest_revision
        content = revisions.upgrade(latest.content, latest.schema)
        return cls(
            data, content=content, base=article.version, allowed=editable_fields(user, article), pk=article.pk
        )

    def _disable(self):
        own_names = {
            "dateline_places": "datelines",
            "dateline_date": "datelines",
            "dateline_text": "datelines",
        }
        for name, field in self.form.fields.items():
            field.disabled = name != "base" and own_names.get(name, name) not in self.allowed
        for name, rows in ((BYLINES, self.bylines), (TICKER_LINES, self.ticker_lines)):
            for form in rows:
                for field in form.fields.values():
                    field.disabled = name not in self.allowed

    @cached_property
    def _parts(self):
        return [self.form, self.bylines, self.ticker_lines]

    def is_valid(self):
        answers = [part.is_valid() for part in self._parts]  # each is asked, so that each marks its errors
        return all(answers)

    @property
    def base(self):
        return self.form.cleaned_data["base"]

    def content(self):
        """Return the whole content: what was typed, over what the form does not show."""
        lists = {BYLINES: self.bylines.content(), TICKER_LINES: self.ticker_lines.content()}
        whole = self.before | self.form.content() | lists
        whole["body"] = body.renumber_boxes(whole["body"], self.ticker_lines.places())
        if self.allowed is None:
            return whole
        return self.before | {name: whole[name] for name in self.allowed}

    @property
    def media(self):
        return self.form.media + self.bylines.media + self.ticker_lines.media


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


# What stories are sorted and signed by
