"""What an answer says about how long it may be kept, and by which keys it can be called back."""

from django.conf import settings
from django.utils import timezone

BROWSER_SECONDS = 5  # nobody can purge a browser


def stamp(response, keys, until=None):
    """
    Mark ``response`` as the same for everyone and return it.

    keys: an iterable of texts, see `purge`. until: aware datetime at which it ends, or None.
    Sets Surrogate-Key, Cache-Tag, Cache-Control and Vary; the keys and the end also stay on the response
    (`page_keys`, `page_until`) for the page store. Rule: browsers are told at most five seconds.
    """
    keys = sorted({*keys, "site"})
    response.page_keys = keys
    response.page_until = until
    response.headers["Surrogate-Key"] = " ".join(keys)
    response.headers["Cache-Tag"] = ",".join(keys)
    response.headers["Cache-Control"] = cache_control(until and (until - timezone.now()).total_seconds())
    response.headers["Vary"] = "Accept-Encoding"
    response.headers.setdefault("Content-Language", settings.LANGUAGE_CODE)
    return response


def cache_control(seconds=None):
    """Return the header of a page that holds for ``seconds`` more, None for no known end."""
    left = BROWSER_SECONDS if seconds is None else max(0, min(BROWSER_SECONDS, int(seconds)))
    return f"public, max-age={left}"
