"""
Who outside is told that a story came, changed or went: webhooks, WebSub hubs, and search engines by IndexNow.

An announcer is configured by the environment and has a `name` under which its errands stand. What an errand says
(`Errand.what`) is {"event": "publish", "update" or "withdraw", or "" where only feeds changed, "id": the story's URI,
"version": its number, "url": its address, "urls": addresses for search engines to read again, "feeds": addresses of
the feeds that changed}.
"""

import base64
import binascii
import hashlib
import hmac
import json
import time
from dataclasses import dataclass
from datetime import UTC, timedelta
from urllib.parse import urlencode, urlsplit

from django.conf import settings

from delivery.outside import Request

WHSEC = "whsec_"


class Announcer:
    """What all have in common: a day of tries, and a few where the answer is that it will never be taken."""

    longest = timedelta(hours=1)
    tries, tries_refused = 36, 5


@dataclass(frozen=True)
class Webhook(Announcer):
    """
    An address that gets each event by itself, signed. Source: standardwebhooks.com, version 1.

    Events may come twice (the same webhook-id) and out of order (`version` tells).
    """

    address: str
    secrets: tuple
    at_once = 1

    @property
    def name(self):
        """Its host and a mark: the rest of the address may be a secret."""
        mark = hashlib.sha256(self.address.encode()).hexdigest()[:6]
        return f"webhook {urlsplit(self.address).hostname} {mark}"

    def wants(self, what):
        return bool(what["event"])

    def requests(self, errands):
        for errand in errands:
            data = {name: errand.what[name] for name in ("id", "url", "version")}
            at = errand.at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
            body = json.dumps(
                {"type": f"story.{errand.what['event']}", "timestamp": at, "data": data}
            ).encode()
            yield Request(self.address, body=body, headers=self._headers(str(errand.uuid), body))

    def _headers(self, name, body):
        sent = str(int(time.time()))
        signed = b".".join([name.encode(), sent.encode(), body])
        return {
            "Content-Type": "application/json",
            "webhook-id": name,
            "webhook-timestamp": sent,
            "webhook-signature": " ".join(f"v1,{signature(secret, signed)}" for secret in self.secrets),
        }


def signature(secret, signed):
    """Return the signature of the bytes ``signed`` under ``secret``, a text, in base64."""
    return base64.b64encode(hmac.digest(key_of(secret), signed, hashlib.sha256)).decode()


def key_of(secret):
    """Return the bytes of a secret: what stands in base64 behind whsec_, else the text itself; raise ValueError."""
    if not secret.startswith(WHSEC):
        return secret.encode()
    try:
        return base64.b64decode(secret.removeprefix(WHSEC), validate=True)
    except binascii.Error:
        raise ValueError("What stands behind whsec_ is not base64.") from None


@dataclass(frozen=True)
class Hub(Announcer):
    """A WebSub hub, told which feeds to fetch again. Source: PubSubHubbub 0.4, section 7.1, which hubs understand."""

    address: str
    at_once = 100

    @property
    def name(self):
        return f"websub {self.address}"[:250]

    def wants(self, what):
        return bool(what["feeds"])

    def requests(self, errands):
        feeds = sorted({feed for errand in errands for feed in errand.what["feeds"]})
        for start in range(0, len(feeds), 50):
            told = [("hub.mode", "publish"), *(("hub.url", feed) for feed in feeds[start : start + 50])]
            headers = {"Content-Type": "application/x-www-form-urlencoded"}
            yield Request(self.address, body=urlencode(told).encode(), headers=headers)


@dataclass(frozen=True)
class IndexNow(Announcer):
    """Search engines; one tells the others. Source: indexnow.org/documentation: at most 10,000 addresses at a time."""

    address: str
    key: str
    at_once = 1000
    name = "indexnow"

    def wants(self, what):
        return bool(what["urls"])

    def requests(self, errands):
        told = {
            "host": urlsplit(settings.SITE_URL).netloc,
            "key": self.key,
            "keyLocation": f"{settings.SITE_URL}/{self.key}.txt",
            "urlList": sorted({url for errand in errands for url in errand.what["urls"]}),
        }
        headers = {"Content-Type": "application/json; charset=utf-8"}
        yield Request(self.address, body=json.dumps(told).encode(), headers=headers)


def configured():
    """Return the announcers that the environment names, as a list."""
    found = [Webhook(address, tuple(settings.WEBHOOK_SECRETS)) for address in settings.WEBHOOKS]
    found += [Hub(address) for address in settings.WEBSUB_HUBS]
    if settings.INDEXNOW_KEY:
        found.append(IndexNow(settings.INDEXNOW_URL, settings.INDEXNOW_KEY))
    return found
