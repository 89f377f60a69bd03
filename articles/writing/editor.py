"""
The editor of a story's body: one flowing text by django-prose-editor, with the desk's own blocks.

Everything the editor is told is here: nothing of it stands in settings. Its nodes live in static/desk/blocks/, one
module each, their looks in static/desk/editor.css; what may be stored is decided by `articles.body` alone.
"""

from django.core.exceptions import ValidationError
from django.forms.widgets import Script
from django.templatetags.static import static
from django.urls import reverse_lazy
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _
from django_prose_editor.fields import ProseEditorFormField
from django_prose_editor.widgets import ProseEditorWidget, prose_editor_media
from js_asset import ImportMap, Media

from articles import body
from articles.body.providers import PROVIDERS

_FOLDER = "desk/blocks/{}.js".format
# Each exports the extensions named below. What several of them share they import by name from the page's import map,
# which knows the hashed names of files; a relative import would not. A page has one map, ahead of its first module: to
# this one belongs what the desk's own scripts import, which on pages without an editor stands in base_site.html.
MODULES = [
    _FOLDER(name)
    for name in "text link ticker picture pullquote infobox table embed related note desk".split()
]
SHARED = {f"desk/{name}": _FOLDER(name) for name in "chooser parts paste picture".split()}
DESK = {f"desk/{name}": f"desk/{name}.js" for name in ("keyboard", "sending")}
LONGEST = 2_500_000  # characters of HTML: room for the largest copy that is taken in

# What the buttons are called, by the name that the editor gives them.
LABELS = {
    "heading2": _("Crosshead"),
    "paragraph": _("Paragraph"),
    "bulletList": _("List"),
    "orderedList": _("Numbered list"),
    "blockquote": _("Quotation"),
    "bold": _("Bold"),
    "italic": _("Italic"),
    "subscript": _("Subscript"),
    "superscript": _("Superscript"),
    "link": _("Link"),
    "unlink": _("Remove link"),
    "picture": _("Picture"),
    "pullQuote": _("Pull quote"),
    "infobox": _("Infobox"),
    "table": _("Table"),
    "embed": _("Post or film of others"),
    "relatedStories": _("Related stories here"),
    "tickerBox": _("Ticker line here"),
    "deskNote": _("Desk note"),
    "history:undo": _("Undo"),
    "history:redo": _("Redo"),
}

PICTURE_WORDS = {
    "choose": _("Choose a picture"),
    "search": _("Search pictures"),
    "none": _("No picture is like that."),
    "close": _("Close"),
    "caption": _("Caption"),
    "width": _("Width"),
    "missing": _("This picture is not in the library."),
    "ended": _("This picture may not be printed any more: readers don't see it."),
}
STORY_WORDS = {"none": _("No story that readers can open is like that."), "close": _("Close")}

# Names are exports of the editor or, where both have one, of our modules; values are options, which reach them as JSON.
EXTENSIONS = {
    "Bold": True,
    "Italic": True,
    "Subscript": True,
    "Superscript": True,
    "HardBreak": True,
    "Heading": {"levels": [2]},
    "BulletList": True,
    "OrderedList": {"enableListAttributes": False},
    "ListItem": True,
    "Blockquote": True,
    "Link": {
        "enableTarget": False,
        "autolink": False,  # names such as Booking.com are not links
        "find": reverse_lazy("admin:find"),
        "words": STORY_WORDS
        | {
            "choose": _("Link"),
            "search": _("Address, or words of a story of ours"),
            "help": _("https://…, mailto:…, tel:… or a path of this site that begins with /"),
        },
    },
    "History": True,
    "SpecialCharacters": True,
    "NoSpellCheck": False,
    "Picture": {
        "pick": reverse_lazy("admin:images_image_pick"),
        "layouts": {"text": _("As wide as the text"), "wide": _("Wider"), "full": _("Full width")},
        "words": PICTURE_WORDS,
    },
    "PullQuote": {
        "label": _("Pull quote"),
        "said": _("What was said, without marks"),
        "speaker": _("Who said it"),
    },
    "Infobox": {"label": _("Infobox"), "title": _("Title")},
    "Table": {
        "View": None,
        "words": {"table": _("Table"), "caption": _("Caption of the table"), "keep": _("Keep")},
        "labels": {
            "addRowAfter": _("Row below"),
            "deleteRow": _("Remove row"),
            "addColumnAfter": _("Column after"),
            "deleteColumn": _("Remove column"),
            "toggleHeaderColumn": _("First column heads"),
            "caption": _("Caption of the table"),
            "deleteTable": _("Remove table"),
        },
    },
    "TableRow": True,
    "TableHeader": True,
    "TableCell": True,
    "Embed": {
        "providers": {provider.name: provider.pattern_of_browsers for provider in PROVIDERS},
        "pick": reverse_lazy("admin:images_image_pick"),
        "pictureWords": PICTURE_WORDS,
        "words": {
            "embed": _("Post or film of others"),
            "choose": _("Post or film of others"),
            "search": _("Its address"),
            "help": format_lazy(
                _(
                    "Of {opened}: readers see a link, and a click shows it in the story. Of {linked}: they see a link to it."
                ),
                opened=", ".join(provider.name for provider in PROVIDERS if provider.opens),
                linked=", ".join(provider.name for provider in PROVIDERS if not provider.opens),
            ),
            "none": _("We show nothing from that address."),
            "close": _("Close"),
            "title": _("Title"),
            "picture": _("Picture for it"),
            "without": _("Without the picture"),
        },
    },
    "RelatedStories": {
        "field": "related",
        "find": reverse_lazy("admin:find"),
        "words": STORY_WORDS
        | {
            "label": _("Related stories"),
            "add": _("Add a story"),
            "choose": _("Add a related story"),
            "search": _("Words of its headline, or its address"),
            "none": _("No story that readers can open is like that."),
        },
    },
    "TickerBox": {
        "rows": "ticker_links",
        "label": _("Ticker line"),
        "empty": _("has no text yet"),
        "missing": _("is not among the ticker lines of this story"),
    },
    "DeskNote": {"label": _("Note, never published")},
    "Desk": {"labels": LABELS},
    "Menu": {
        "groups": [
            {"group": "blockType -lists"},
            {"group": "lists"},
            {"group": "nodes -blockType -lists"},
            {"group": "marks"},
            {"group": "link"},
            {"group": "desk"},
            {"group": "table"},
            {"group": "history"},
        ]
    },
}


class BodyWidget(ProseEditorWidget):
    """The text area that the editor takes the place of; without JavaScript it shows the HTML."""

    @property
    def media(self):
        # Without overrides.css, which is for any admin and hides where the focus is; desk/editor.css takes its place.
        after = "django_prose_editor/editor.css"  # named for the order
        own = Media(
            css={"all": [after, "desk/editor.css"]},
            js=[Script(module, type="module") for module in MODULES],
            importmap=ImportMap(SHARED | DESK),
        )
        return prose_editor_media(preset=self.preset) + own

    def get_config(self):
        return super().get_config() | {"js_modules": [static(module) for module in MODULES]}


class BodyField(ProseEditorFormField):
    """A body as typed in, a clean body as it comes out; links that would be lost are refused by name."""

    default_error_messages = {
        "lost_links": _(
            "This link leads nowhere: %(links)s. An address begins with https://, mailto:, tel: or, on this site, with /."
        ),
        "lost_embeds": _("Nothing can be shown from here: %(links)s. Make it a link."),
    }

    def __init__(self, **options):
        options = {"max_length": LONGEST, "widget": BodyWidget, "strip": False} | options
        super().__init__(extensions=EXTENSIONS, sanitize=body.clean, **options)

    def to_python(self, value):
        return super().to_python(value).replace("\x00", "")

    def validate(self, value):
        super().validate(value)
        if lost := body.lost_links(value):
            self._refuse("lost_links", lost)
        if lost := body.lost_embeds(value):
            self._refuse("lost_embeds", lost)

    def _refuse(self, code, links):
        raise ValidationError(self.error_messages[code], code=code, params={"links": ", ".join(links[:5])})

    def has_changed(self, initial, data):
        return not self.disabled and body.clean(initial) != body.clean(data)
