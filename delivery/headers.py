"""
What an answer says about how long it may be kept, and by which keys it can be called back.

Nobody can purge a browser, so browsers are told seconds. Caches in between that we purge may keep a page for long;
those that we don't know of are told no more than browsers.
"""

import re

from django.conf import settings
from django.utils import timezone

from delivery import purgers
from delivery.store import EVERYTHING

BROWSER_SECONDS = 5  # nobody can purge a browser
ERROR_SECONDS = 24 * 3600  # how long a CDN may answer with its copy while we are down
HEADER_BYTES = 7500  # Varnish refuses lines over 8 kB, Cloudflare reads 16 of them
PRIVATE = "private, no-store"

_SECONDS = re.compile(r"(max-age|s-maxage)=(\d+)")
_ON_ERROR = re.compile(r", stale-if-error=\d+")


def stamp(response, keys, until=None):
    """
    Mark ``response`` as the same for everyone and return it.

    keys: an iterable of texts, see `purge`. until: aware datetime at which it ends, or None.
    Sets Surrogate-Key, Cache-Tag, Cache-Control and Vary; the keys and the end also stay on the response
    (`page_keys`, `page_until`) for the page store. A page with more keys than a header holds could not be called back
    by all of them, so caches outside are told to keep it no longer than browsers do.
    """
    keys = sorted({*keys, EVERYTHING})
    response.page_keys = keys
    response.page_until = until
    fits = len(" ".join(keys)) <= HEADER_BYTES
    told = keys if fits else [EVERYTHING]
    response.headers["Surrogate-Key"] = " ".join(told)  # as Varnish and Fastly read them
    response.headers["Cache-Tag"] = ",".join(told)  # as Cloudflare does
    seconds = until and (until - timezone.now()).total_seconds()
    response.headers["Cache-Control"] = cache_control(seconds, purged=fits, lasting=keys == [EVERYTHING])
    response.headers["Vary"] = "Accept-Encoding"
    response.headers.setdefault("Content-Language", settings.LANGUAGE_CODE)
    return response


def cache_control(seconds=None, *, purged=False, lasting=False):
    """
    Return the header of a page that holds for ``seconds`` more, None for no known end.

    purged: whether it says by which keys it is called back. lasting: whether nothing on it can be taken from readers.
    Only a page that can be called back, or need not be, may stand in while we are down; none that ends by itself.
    """
    recalled = purged and bool(purgers.configured())
    text = (
        f"public, max-age={BROWSER_SECONDS}, s-maxage={settings.CDN_SECONDS if recalled else BROWSER_SECONDS}"
    )
    if seconds is not None:
        return clipped(text, seconds)
    return f"{text}, stale-if-error={ERROR_SECONDS}" if recalled or lasting else text


def clipped(value, seconds):
    """Return the Cache-Control ``value`` of a page that nobody may keep for longer than ``seconds``."""
    most = max(0, int(seconds))
    shorter = _SECONDS.sub(lambda found: f"{found[1]}={min(int(found[2]), most)}", value)
    return _ON_ERROR.sub("", shorter)


class PrivateUnlessStamped:
    """Middleware: an answer that says nothing of who may keep it is its reader's alone: errors, forms, the desk."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        response = self.get_response(request)
        response.headers.setdefault("Cache-Control", PRIVATE)
        return response
