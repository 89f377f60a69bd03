"""How a page travels: which encoding a browser takes, and the bytes in each."""

import gzip
from functools import lru_cache

import brotli

BEST_FIRST = ("br", "gzip")
# Once for each version of a page, so dearer than a server would choose for each answer.
ENCODE = {
    "br": lambda body: brotli.compress(body, mode=brotli.MODE_TEXT, quality=6),
    "gzip": lambda body: gzip.compress(body, 6, mtime=0),
}
PLAIN = ("text/", "application/json", "application/xml", "application/rss", "application/atom", "application/feed",
         "application/manifest")  # fmt: skip


@lru_cache(maxsize=512)
def chosen(accepted):
    """Return "br", "gzip" or "" for an Accept-Encoding header. Source: RFC 9110, section 12.5.3."""
    wanted = {}
    for part in accepted.lower().split(","):
        name, _, parameter = part.partition(";")
        wanted[name.strip()] = parameter.replace(" ", "") not in {"q=0", "q=0.0", "q=0.00", "q=0.000"}
    return next((name for name in BEST_FIRST if wanted.get(name, wanted.get("*", False))), "")


def encoded(body, content_type, encoding):
    """Return (the bytes, the Content-Encoding header or ""); as it is where that would not make it smaller."""
    if encoding and content_type.startswith(PLAIN):
        smaller = ENCODE[encoding](body)
        if len(smaller) < len(body):
            return smaller, encoding
    return body, ""
