"""The sheet of keyboard shortcuts that "?" opens. What presses do is in static/desk; this only tells of it."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

CTRL, SHIFT = pgettext_lazy("key", "Ctrl"), pgettext_lazy("key", "Shift")

KEYS = [
    (
        _("Story"),
        [
            ([CTRL, "S"], _("Save")),
            ([CTRL, "Enter"], _("Look at what publishing changes; Enter then publishes")),
            ([CTRL, SHIFT, "Enter"], _("Preview in a new tab")),
            (["F8"], _("Next finding in the text")),
            (["?"], _("This sheet; while you write, Ctrl /")),
        ],
    ),
    (
        _("Writing"),
        [
            ([CTRL, "B"], _("Bold")),
            ([CTRL, "I"], _("Italic")),
            ([CTRL, "K"], _("Link, on marked words")),
            ([CTRL, "Alt", "2"], _("Crosshead")),
            ([CTRL, SHIFT, "8"], _("List")),
            ([CTRL, SHIFT, "7"], _("Numbered list")),
            ([CTRL, SHIFT, "B"], _("Quotation")),
            ([CTRL, "Z"], _("Undo")),
            ([CTRL, SHIFT, "Z"], _("Redo")),
        ],
    ),
    (
        _("Blocks"),
        [
            ([CTRL, "Alt", "I"], _("Picture")),
            ([CTRL, "Alt", "Q"], _("Pull quote, of marked words")),
            ([CTRL, "Alt", "B"], _("Infobox")),
            ([CTRL, "Alt", "G"], _("Table; Tab and Enter go from cell to cell")),
            ([CTRL, "Alt", "E"], _("Post or film of others")),
            ([CTRL, "Alt", "R"], _("Related stories here")),
            ([CTRL, "Alt", "T"], _("Ticker line here")),
            ([CTRL, "Alt", "N"], _("Desk note")),
            ([CTRL, "Alt", "Enter"], _("Go on below the block")),
            (["Alt", "F10"], _("To the toolbar")),
        ],
    ),
    (
        _("Desk"),
        [
            ([CTRL, "K"], _("Find a story, from anywhere but marked words")),
            (["↑", "↓"], _("Choose in a list that opened")),
            (["Esc"], _("Close what opened")),
        ],
    ),
]
