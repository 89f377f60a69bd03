"""Which addresses a link may carry, and the one way in which each is written."""

import re
from functools import lru_cache
from urllib.parse import quote

from articles.body.characters import SHAPELESS

LONGEST_ADDRESS = 2000  # characters of a link; longer ones are not links that people write

_HOST = rf"(?![.-])(?:[a-z0-9._-]|[^\x00-\xa0\u1680\u2000-\u200a\u202f\u205f\u3000{SHAPELESS}])+"
_ADDRESS = re.compile(
    rf"(?P<start>https?://(?:{_HOST}|\[[0-9a-f:.]+\])(?::[0-9]{{1,5}})?(?=[/?#]|$)"
    r"|mailto:[\w.+%'=~!$&*,@-]+@[\w.-]+(?=\?|$)"
    r"|tel:\+?[0-9][0-9().-]{1,39}(?:;ext=[0-9]{1,8})?$"
    r"|/(?![/\\]))(?P<rest>.*)",
    re.IGNORECASE | re.DOTALL,
)
_ESCAPED = re.compile(
    rf'[\x00-\x20"<>\\^`{{|}}\[\]\x7f-\xa0\u2000-\u200a\u202f{SHAPELESS}]|%(?![0-9A-Fa-f]{{2}})'
)


@lru_cache(maxsize=1024)
def address(value):
    """
    Return the address ``value`` as a link may carry it, or None where it is none.

    Accepted: http and https with a host (and no name or password before it), mailto with an address, tel, and paths of
    this site, which begin with exactly one slash. "www." gets its https. Characters that HTML forbids in an address
    are percent-encoded. Source: WHATWG URL, which drops tabs and newlines and takes a backslash for a slash.
    """
    if len(value) > 3 * LONGEST_ADDRESS:
        return None
    value = re.sub("[\t\n\r]", "", value).strip()
    if value[:4].lower() == "www.":
        value = "https://" + value
    if value[:4].lower() == "tel:":
        value = value.replace(" ", "")
    match = _ADDRESS.fullmatch(value)
    if not match:
        return None
    start, (rest, hash_sign, fragment) = match["start"], match["rest"].partition("#")
    if re.match("mailto:.*%0[ad]", value, re.IGNORECASE):
        return None  # a line break here would write headers of the mail
    scheme, colon, name = start.partition(":")
    rest = rest + hash_sign + fragment.replace("#", "%23")
    result = (
        scheme.lower() + colon + name + _ESCAPED.sub(lambda found: quote(found[0], errors="replace"), rest)
    )
    return result if len(result) <= LONGEST_ADDRESS else None
