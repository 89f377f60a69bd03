"""What is sent to a ticker as JSON, by machines and by the console: read, measured, and refused with a reason."""

import json

from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _

from tickers.writing import as_body

LARGEST = 64 * 1024  # bytes of an entry
FIELDS = {"headline", "text", "body", "kind", "verification", "reported_by", "happened", "initials"}


class Wrong(Exception):
    """The request can't be answered; ``status`` and the text say why."""

    def __init__(self, status, text):
        self.status = status
        super().__init__(text)


def read(request):
    """Return the JSON that is the body of ``request`` as bytes; raise Wrong where it is none or too long."""
    if request.content_type != "application/json":
        raise Wrong(415, _("Send JSON, and “Content-Type: application/json”."))
    try:
        length = int(request.headers.get("Content-Length") or 0)
    except ValueError:
        length = 0
    if length > LARGEST:
        raise too_large()
    return request.read(LARGEST + 1)


def too_large():
    return Wrong(413, _("An entry is at most %d bytes.") % LARGEST)


def texts(raw, fields):
    """
    Return {name: text} of the JSON ``raw``, of some of ``fields``; a missing or null one is left out.

    Databases take neither halves of surrogate pairs, which are refused, nor NUL, which goes.
    """
    if len(raw) > LARGEST:
        raise too_large()
    try:
        data = json.loads(raw)
    except (ValueError, RecursionError):
        raise Wrong(400, _("This is no JSON.")) from None
    if not isinstance(data, dict) or set(data) - fields:
        raise Wrong(400, _("Send an object with some of these: %s.") % ", ".join(sorted(fields)))
    data = {name: value for name, value in data.items() if value is not None}
    if not all(isinstance(value, str) for value in data.values()):
        raise Wrong(400, _("Every value is a text."))
    try:
        "".join(data.values()).encode()
    except UnicodeEncodeError:
        raise Wrong(400, _("This is no JSON.")) from None
    return {name: value.replace("\0", "") for name, value in data.items()}


def content(data, zone=None):
    """
    Return ``data`` as `log.post` takes it: "text" is typed text, "body" HTML, "happened" an ISO time.

    zone: the tzinfo of a time that names none; without it such a time is refused.
    """
    whole = {name: value for name, value in data.items() if name not in {"text", "happened"}}
    if "text" in data:
        whole["body"] = as_body(data["text"])
    if "happened" in data:
        whole["happened"] = _moment(data["happened"], zone)
    return whole


def _moment(text, zone):
    if not text:
        return None
    try:
        at = parse_datetime(text)
    except ValueError:
        at = None
    if at is not None and at.tzinfo is None and zone:
        at = at.replace(tzinfo=zone)
    if at is None or at.tzinfo is None:
        raise Wrong(400, _("“happened” is a time such as 2026-05-04T19:12:00+03:00."))
    return at
