"""Fields of the writing form that Django has not: one-line texts, web addresses, rows by autocomplete in their order."""

import re

from django import forms
from django.contrib import admin
from django.contrib.admin.widgets import AutocompleteSelect, AutocompleteSelectMultiple
from django.core.validators import URLValidator

from articles import revisions
from articles.models import Article


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


def line(name, **options):
    """A one-line text as long as the column it is published to."""
    column = Article._meta.get_field(name)
    options = {
        "label": column.verbose_name,
        "required": False,
        "max_length": column.max_length,
        "strip": True,
    } | options
    return Line(**options)


def text(name, rows=3, **options):
    options = {
        "label": Article._meta.get_field(name).verbose_name,
        "required": False,
        "strip": True,
    } | options
    return Text(widget=forms.Textarea(attrs={"rows": rows}), **options)


def is_id(value):
    """Whether ``value``, a text or number, can be the id of a row: any database can look it up."""
    return re.fullmatch(r"[0-9]{1,18}", str(value)) is not None


class Completed(AutocompleteSelect):
    """A list that completes names, for one of the relation ``name`` of ``model``; nothing chosen is a dash."""

    def __init__(self, model, name):
        super().__init__(model._meta.get_field(name), admin.site)

    def create_option(self, name, value, label, *args, **kwargs):
        return super().create_option(name, value, label or "—", *args, **kwargs)

    def optgroups(self, name, value, attr=None):
        """As Django's, but a Reference is asked for its row: it may have it already."""
        field = self.choices.field
        if not isinstance(field, Reference):
            return super().optgroups(name, value, attr)
        options = [] if self.is_required else [self.create_option(name, "", "", False, 0)]
        rows = field.find(value[0])
        options += [self.create_option(name, row.pk, field.label_from_instance(row), True, 1) for row in rows]
        return [(None, options, 0)]


class CompletedSeveral(AutocompleteSelectMultiple):
    """Several of them. Each has a cross of its own; another for all together would lie over the names."""

    def build_attrs(self, *args, **kwargs):
        return super().build_attrs(*args, **kwargs) | {"data-allow-clear": "false"}

    def optgroups(self, name, value, attr=None):
        """What is chosen stands in its own order, for a browser sends it as it stands."""
        groups = super().optgroups(name, value, attr)
        place = {str(pk): number for number, pk in enumerate(value)}
        for _label, options, _index in groups:
            options.sort(key=lambda option: place.get(str(option["value"]), len(place)))
        return groups


class Reference(forms.ModelChoiceField):
    """One row. Where lines of a list each name one, the list sets ``fetched``: a function, {id: row} of all their rows."""

    fetched = None

    def find(self, value):
        """Return [the row with this id], [] for none and for what can be no id."""
        if not is_id(value):
            return []
        rows = self.queryset.filter(pk=value) if self.fetched is None else [self.fetched().get(int(value))]
        return [row for row in rows if row is not None]

    def to_python(self, value):
        if value in self.empty_values:
            return None
        for row in self.find(value):
            return row
        message = self.error_messages["invalid_choice"]
        raise forms.ValidationError(message, code="invalid_choice", params={"value": value})

    def prepare_value(self, value):
        """Show nothing for what can be no id, as a browser sends nothing: the widget would look it up."""
        value = super().prepare_value(value)
        return value if is_id(value) else ""


class OrderedReferences(forms.ModelMultipleChoiceField):
    """Several rows by autocomplete, kept in the order in which they were chosen, as content names them."""

    def __init__(self, queryset, through, field, **options):
        widget = CompletedSeveral(through._meta.get_field(field), admin.site)
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
