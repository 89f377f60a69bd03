"""The sheet of keyboard shortcuts that "?" opens. What presses do is in static/desk; this only tells of it."""

from django.utils.translation import gettext_lazy as _

KEYS = [
    (
        _("Story"),
        [
            (["Ctrl", "S"], _("Save")),
            (["Ctrl", "Enter"], _("Look at what publishing changes; Enter then publishes")),
            (["Ctrl", "Shift", "Enter"], _("Preview in a new tab")),
            (["F8"], _("Next finding in the text")),
            (["?"], _("This sheet; while you write, Ctrl /")),
        ],
    ),
    (
        _("Writing"),
        [
            (["Ctrl", "B"], _("Bold")),
            (["Ctrl", "I"], _("Italic")),
            (["Ctrl", "K"], _("Link, on marked words")),
            (["Ctrl", "Alt", "2"], _("Crosshead")),
            (["Ctrl", "Shift", "8"], _("List")),
            (["Ctrl", "Shift", "7"], _("Numbered list")),
            (["Ctrl", "Shift", "B"], _("Quotation")),
            (["Ctrl", "Z"], _("Undo")),
            (["Ctrl", "Shift", "Z"], _("Redo")),
        ],
    ),
    (
        _("Blocks"),
        [
            (["Ctrl", "Alt", "I"], _("Picture")),
            (["Ctrl", "Alt", "Q"], _("Pull quote, of marked words")),
            (["Ctrl", "Alt", "B"], _("Infobox")),
            (["Ctrl", "Alt", "G"], _("Table; Tab and Enter go from cell to cell")),
            (["Ctrl", "Alt", "E"], _("Post or film of others")),
            (["Ctrl", "Alt", "R"], _("Related stories here")),
            (["Ctrl", "Alt", "T"], _("Ticker line here")),
            (["Ctrl", "Alt", "N"], _("Desk note")),
            (["Ctrl", "Alt", "Enter"], _("Go on below the block")),
            (["Alt", "F10"], _("To the toolbar")),
        ],
    ),
    (
        _("Desk"),
        [
            (["Ctrl", "K"], _("Find a story, from anywhere but marked words")),
            (["↑", "↓"], _("Choose in a list that opened")),
            (["Esc"], _("Close what opened")),
        ],
    ),
]
