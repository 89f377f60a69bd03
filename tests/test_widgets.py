"""Widgets without templates: to the letter what Django's own templates write."""

from datetime import date
from decimal import Decimal

import pytest
from django import forms
from django.contrib.admin.widgets import AdminSplitDateTime
from django.forms.renderers import DjangoTemplates, get_default_renderer
from django.utils.safestring import mark_safe
from django.utils.translation import gettext_lazy, override

from newsroom.widgets import WRITERS, Renderer

NASTY = """ <b class='x'>"&amp; \n ї م </b> """
ATTRS = {
    "id": "a-1",
    "class": NASTY,
    "required": True,
    "disabled": False,
    "max": 1234567,
    "data-none": None,
    "title": gettext_lazy("Save"),
    "data-safe": mark_safe("&amp;"),
}
CHOICES = [
    ("", "—"),
    (1234567, 1234567),
    (Decimal("1.50"), Decimal("1234.50")),
    (NASTY, NASTY),
    ("lazy", gettext_lazy("Save")),
    ("safe", mark_safe("<i>")),
    ("None", None),
    (date(2026, 5, 4), date(2026, 5, 4)),
    ("A <group>", [("a", "A"), ("b", NASTY)]),
]
VALUES = [None, "", 0, NASTY, 1234567, mark_safe("<i>"), gettext_lazy("Save"), date(2026, 5, 4), ["a", NASTY]]
INPUTS = [
    "CheckboxInput", "ColorInput", "DateInput", "DateTimeInput", "EmailInput", "FileInput", "HiddenInput", "NumberInput",
    "PasswordInput", "SearchInput", "TelInput", "TextInput", "TimeInput", "URLInput", "Textarea",
]  # fmt: skip
WIDGETS = [getattr(forms, name)(attrs=ATTRS) for name in INPUTS] + [
    forms.Select(attrs=ATTRS, choices=CHOICES),
    forms.SelectMultiple(attrs=ATTRS, choices=CHOICES),
    forms.NullBooleanSelect(attrs=ATTRS),
    forms.RadioSelect(attrs=ATTRS, choices=CHOICES),  # by its template, as all that follow
    forms.SelectDateWidget(attrs=ATTRS),
    forms.SplitDateTimeWidget(attrs=ATTRS),
    AdminSplitDateTime(),
    forms.ClearableFileInput(attrs=ATTRS),
]


@pytest.mark.parametrize("language", ["en", "de", "ar"])
@pytest.mark.parametrize("widget", WIDGETS, ids=lambda widget: type(widget).__name__)
def test_a_widget_is_what_django_s_template_makes_of_it(widget, language):
    shown = []
    with override(language):
        for value in VALUES:
            try:
                expected = widget.render(NASTY, value, renderer=DjangoTemplates())
            except (AttributeError, TypeError, ValueError):
                continue  # no value of such a widget
            assert widget.render(NASTY, value, renderer=Renderer()) == expected
            shown.append(expected)
    assert len(shown) > 1


def test_every_form_of_the_site_is_written_so():
    assert isinstance(get_default_renderer(), Renderer)
    # All but the options' own.
    assert len({widget.template_name for widget in WIDGETS} & WRITERS.keys()) == len(WRITERS) - 1
