"""The lists of a story as rows of a form: its bylines and its lines to live tickers, over content's JSON."""

from functools import partial

from django import forms
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from articles import revisions
from articles.forms.fields import Completed, Reference, WebAddress, is_id
from articles.models import Article, Author, Byline, Source, TickerLink
from articles.models.byline import BylineRole

BYLINES = "bylines"
TICKER_LINES = "ticker_links"
LONGEST_LIST = 100  # rows: a ticker box of the body can name so many
USUAL_PLACE = 2  # paragraphs ahead of a ticker line that nobody put elsewhere: it stands below the lede


class Row(forms.Form):
    """
    One row of a list. It counts for what is in it, whatever another person has saved in its place since.

    Its fields in ``first`` are in sight; the rest is one press away.
    """

    first = ()

    def has_changed(self):
        return True

    def first_fields(self):
        return [self[name] for name in (*self.first, "DELETE") if name in self.fields]

    def other_fields(self):
        return [field for field in self.visible_fields() if field.name not in (*self.first, "DELETE")]

    def others_say_something(self):
        """Whether what is one press away has to be in sight: it is filled in beyond the ordinary, or wrong."""
        return any(field.errors for field in self.other_fields())


class BylineForm(Row):
    """One name under the story: an author, or an agency as source."""

    first = ("author", "source", "role")
    author = Reference(
        Author.objects.all(),
        required=False,
        label=_("author"),
        widget=Completed(Byline, "author"),
    )
    source = Reference(Source.objects.all(), required=False, label=_("or source"))
    role = forms.ChoiceField(label=_("role"), choices=BylineRole, initial=BylineRole.TEXT)
    name = forms.CharField(
        label=_("as printed"), required=False, max_length=120, help_text=_("Empty: the name.")
    )
    affiliation = forms.CharField(label=_("affiliation"), required=False, max_length=120)
    place = forms.CharField(label=_("place"), required=False, max_length=120)

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

    def others_say_something(self):
        signs = self.initial.get("author") or self.initial.get("source")
        return super().others_say_something() or bool(
            signs and (self.initial.get("affiliation") or self.initial.get("place"))
        )

    @staticmethod
    def initial_of(row):
        return row | {name: row[name] and row[name]["id"] for name in ("author", "source")}


class TickerLineForm(Row):
    """One line to a live ticker: to one of ours, to an outside address, or still open (then it stops publishing)."""

    first = ("text", "article", "url")
    text = forms.CharField(label=_("text"), required=False, max_length=300)
    article = Reference(
        Article.objects.tickers(),
        required=False,
        label=_("our ticker"),
        widget=Completed(TickerLink, "ticker"),
    )
    url = WebAddress(label=_("or outside address"), required=False, max_length=500, assume_scheme="https")
    after_block = forms.IntegerField(
        label=_("after paragraph"),
        required=False,
        min_value=0,
        max_value=9999,
        help_text=_("Empty: the second. 0: before the first."),
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
        place = data["after_block"]
        return data["text"] and {
            "text": data["text"],
            "article": revisions.reference(data["article"]),
            "url": data["url"],
            "after_block": USUAL_PLACE if place is None else place,
        }

    @staticmethod
    def initial_of(row):
        return row | {"article": row["article"] and row["article"]["id"]}


class Rows(forms.BaseFormSet):
    """A list of content as rows that can be ordered and taken out. What they name is fetched for all of them at once."""

    def add_fields(self, form, index):
        super().add_fields(form, index)
        for name, field in form.fields.items():
            if isinstance(field, Reference):
                field.fetched = partial(self._fetched, name)

    def _fetched(self, name):
        """Return {id: row} of what the rows name in the field ``name``."""
        if name not in self._found:
            ids = {int(value) for form in self.forms if is_id(value := form[name].value())}
            self._found[name] = self.form.base_fields[name].queryset.in_bulk(ids)
        return self._found[name]

    @cached_property
    def _found(self):
        return {}

    def content(self):
        return [content for _form, content in self._kept()]

    def places(self):
        """Return {number of the row on the page: its place in content()}, without the rows that are taken out."""
        numbers = {form: number for number, form in enumerate(self.forms)}
        return {numbers[form]: place for place, (form, _content) in enumerate(self._kept())}

    def _kept(self):
        rows = [form for form in self.ordered_forms if not form.cleaned_data.get("DELETE")]
        return [(form, content) for form in rows if form.cleaned_data and (content := form.content())]


class Bylines(Rows):
    def add_fields(self, form, index):
        super().add_fields(form, index)
        form.fields["source"].choices = partial(self._offered, form)

    def _offered(self, form):
        """A retired source is not offered, but stays where it is."""
        kept = form["source"].value()
        offered = [row for row in self._sources if row.retired_at is None or row.pk == kept or form.is_bound]
        return [("", form.fields["source"].empty_label), *((row.pk, str(row)) for row in offered)]

    @cached_property
    def _sources(self):
        return list(Source.objects.all())


def _rows(form, kind=Rows):
    return forms.formset_factory(
        form, kind, extra=1, can_order=True, can_delete=True, max_num=LONGEST_LIST, validate_max=True
    )


BylineRows = _rows(BylineForm, Bylines)
TickerLineRows = _rows(TickerLineForm)
