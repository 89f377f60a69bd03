"""
The plainest widgets of forms, written without templates: a story's form has eighty of them.

What comes out is to the letter what Django's own templates make of the same, in a tenth of their time; every other
widget goes to its template.
"""

from html import escape

from django.forms.renderers import DjangoTemplates
from django.utils.formats import localize

INPUTS = "checkbox color date datetime email file hidden number password search tel text time url".split()


class Renderer(DjangoTemplates):
    def render(self, template_name, context, request=None):
        write = WRITERS.get(template_name)
        if write is None:
            return super().render(template_name, context, request)
        return write(context["widget"], self)


def _escaped(value):
    return value.__html__() if hasattr(value, "__html__") else escape(str(value))


def _attributes(widget):
    """Return the attributes of ``widget``, the dictionary that its template would get, each after a space."""
    return "".join(
        f" {_escaped(name)}" if value is True else f' {_escaped(name)}="{_escaped(value)}"'
        for name, value in widget["attrs"].items()
        if value is not False
    )


def _input(widget, renderer):
    value = "" if widget["value"] is None else f' value="{_escaped(widget["value"])}"'
    return f'<input type="{_escaped(widget["type"])}" name="{_escaped(widget["name"])}"{value}{_attributes(widget)}>'


def _textarea(widget, renderer):
    text = _escaped(widget["value"] or "")
    return f'<textarea name="{_escaped(widget["name"])}"{_attributes(widget)}>\n{text}</textarea>'


def _select(widget, renderer):
    return f'<select name="{_escaped(widget["name"])}"{_attributes(widget)}>{"".join(_groups(widget, renderer))}\n</select>'


def _groups(widget, renderer):
    for name, options, _index in widget["optgroups"]:
        if name:
            yield f'\n  <optgroup label="{_escaped(localize(name))}">'
        for option in options:
            yield f"\n  {renderer.render(option['template_name'], {'widget': option})}\n"
        if name:
            yield "\n  </optgroup>"


def _option(option, renderer):
    label = _escaped(localize(option["label"]))
    return f'<option value="{_escaped(option["value"])}"{_attributes(option)}>{label}</option>'


WRITERS = {f"django/forms/widgets/{name}.html": _input for name in INPUTS} | {
    "django/forms/widgets/textarea.html": _textarea,
    "django/forms/widgets/select.html": _select,
    "django/forms/widgets/select_option.html": _option,
}
