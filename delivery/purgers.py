"""
The caches outside that keep our pages for long, and how each of them is told that pages with a key are stale.

A purger is configured by the environment and has a `name` under which its errands stand. What it is told may be told
again without harm, so many errands are one request, and one that may have failed is sent once more.
"""

import json
from dataclasses import dataclass
from datetime import timedelta
from urllib.parse import urlsplit

from django.conf import settings

from delivery.outside import Request
from delivery.store import EVERYTHING


class Purger:
    """
    What all have in common. at_once: so many errands are worked off together. longest: the longest wait between tries.

    A purge is never refused for good, for a token can be mended; after a day of tries no copy is left that is older.
    """

    at_once = 500
    longest = timedelta(seconds=30)  # for as long readers may get what is stale, once it is back
    tries = tries_refused = 2880

    def requests(self, errands):
        """Yield the Requests that tell of ``errands``, whose `what` are lists of keys."""
        keys = sorted({key for errand in errands for key in errand.what})
        if EVERYTHING in keys:
            keys = [EVERYTHING]
        for start in range(0, len(keys), self.most):
            yield self.request(keys[start : start + self.most])


@dataclass(frozen=True)
class Varnish(Purger):
    """One Varnish with deploy/varnish.vcl. Source: vmod_xkey(3). address: where this machine reaches it."""

    address: str
    most = 150  # keys of one request: Varnish refuses header lines over 8 kB, and a key may have 47 letters

    @property
    def name(self):
        return f"varnish {urlsplit(self.address).netloc}"

    def request(self, keys):
        headers = {"Host": urlsplit(settings.SITE_URL).netloc, "xkey": " ".join(keys)}
        return Request(self.address, method="PURGE", headers=headers, inside=True)


@dataclass(frozen=True)
class Fastly(Purger):
    """Source: Fastly's API reference, "Purge multiple surrogate key tags": at most 256 keys in one request."""

    api: str
    service: str
    token: str
    most = 256
    name = "fastly"

    def request(self, keys):
        headers = {"Fastly-Key": self.token, "Content-Type": "application/json", "Accept": "application/json"}
        body = json.dumps({"surrogate_keys": keys}).encode()
        return Request(f"{self.api}/service/{self.service}/purge", body=body, headers=headers)


@dataclass(frozen=True)
class Cloudflare(Purger):
    """
    Source: Cloudflare's API reference, "Purge cached content by tag": 30 tags in one request, 100 on newer plans.

    It answers 200 with `success` false where it refused.
    """

    api: str
    zone: str
    token: str
    most: int
    name = "cloudflare"

    def request(self, keys):
        headers = {"Authorization": f"Bearer {self.token}", "Content-Type": "application/json"}
        body = json.dumps({"tags": keys}).encode()
        address = f"{self.api}/zones/{self.zone}/purge_cache"
        return Request(address, body=body, headers=headers, fits=_says_success)


def _says_success(body):
    try:
        return json.loads(body)["success"] is True
    except (ValueError, KeyError, TypeError):
        return False


def configured():
    """Return the purgers that the environment names, as a list."""
    found = [Varnish(address) for address in settings.VARNISH_URLS]
    if settings.FASTLY_SERVICE:
        found.append(Fastly(settings.FASTLY_URL, settings.FASTLY_SERVICE, settings.FASTLY_TOKEN))
    if settings.CLOUDFLARE_ZONE:
        found.append(
            Cloudflare(
                settings.CLOUDFLARE_URL,
                settings.CLOUDFLARE_ZONE,
                settings.CLOUDFLARE_TOKEN,
                settings.CLOUDFLARE_TAGS,
            )
        )
    return found
