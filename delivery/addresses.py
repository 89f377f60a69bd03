"""Under which address a page is stored: what readers may add to one without getting another page, and what not."""

import re
from urllib.parse import unquote_to_bytes, urlsplit

LONGEST = 2000  # characters
TRACKING = re.compile(r"(utm_[^=]*|fbclid|gclid)(=|\Z)")
PAGE = re.compile(r"page=([2-9]|[1-9][0-9]{1,3})")


def address_of(path, query):
    """
    Return the address under which a page may be stored, None where it passes by.

    path: decoded, as WSGI has it; query: as it came. Tracking parameters are dropped, and `page=N` in its one
    canonical form stays; nothing else is stored.
    """
    if "?" in path:
        return None
    if query:
        rest = [part for part in query.split("&") if part and not TRACKING.match(part)]
        if len(rest) > 1 or rest and not PAGE.fullmatch(rest[0]):
            return None
        path = f"{path}?{rest[0]}" if rest else path
    return path if len(path) <= LONGEST else None


def address_of_url(text):
    """Return the address of what a person copied from a browser, with or without the host; None where there is none."""
    try:
        parts = urlsplit(text.strip())
    except ValueError:
        return None
    path = unquote_to_bytes(parts.path or "/").decode("latin-1")
    return address_of(path, parts.query) if path.startswith("/") else None
