"""
How the log is written: lines for people, or one JSON object a line for machines, each with the id of its request.

The id is nginx's own where it comes through a proxy of ours, so that one line there and one here can be laid side by
side. What readers typed or sent is never logged, only where they went.
"""

import contextvars
import json
import logging
import re
import secrets
import time
from datetime import UTC, datetime

from django.conf import settings

request_id = contextvars.ContextVar("request_id", default="")
HEADER = "X-Request-ID"
GIVEN = re.compile(r"[A-Za-z0-9-]{8,64}")
log = logging.getLogger("newsroom.requests")


class JSON(logging.Formatter):
    """{"time", "level", "logger", "message", "request", "process"}, and what `extra={"facts": {}}` adds."""

    def format(self, record):
        told = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "message": record.getMessage(),
            "process": record.process,
        }
        if identity := request_id.get():
            told["request"] = identity
        told |= getattr(record, "facts", {})
        if record.exc_info:
            told["traceback"] = self.formatException(record.exc_info)
        return json.dumps(told, ensure_ascii=False, default=str)


class Line(logging.Formatter):
    """As people read it; the id of the request stands at the end."""

    def format(self, record):
        line = super().format(record)
        identity = request_id.get()
        return f"{line} [{identity}]" if identity else line


class NothingGone(logging.Filter):
    """Leaves out what Django warns of each 410: what was withdrawn answers so on purpose, to readers and to the worker."""

    def filter(self, record):
        return getattr(record, "status_code", None) != 410


class Requests:
    """
    Give each request that Django answers an id, and log it with how long it took.

    The desk gets the id back in a header, for whoever reports an error; readers' pages are the same for all.
    """

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        given = request.META.get("HTTP_X_REQUEST_ID", "")
        ours = request.META.get("REMOTE_ADDR") in settings.TRUSTED_PROXIES and GIVEN.fullmatch(given)
        token = request_id.set(given if ours else secrets.token_hex(8))
        began = time.perf_counter()
        try:
            response = self.get_response(request)
            milliseconds = round((time.perf_counter() - began) * 1000, 1)
            self._tell(request, response, milliseconds)
            if request.path_info.startswith("/admin/"):
                response.headers[HEADER] = request_id.get()
            return response
        finally:
            request_id.reset(token)

    def _tell(self, request, response, milliseconds):
        facts = {
            "method": request.method,
            "path": request.path_info,
            "status": response.status_code,
            "milliseconds": milliseconds,
        }
        log.info("%s %s %s", request.method, request.path_info, response.status_code, extra={"facts": facts})
