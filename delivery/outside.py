"""
Requests to addresses outside: within ten seconds, no redirect followed, and no way round to machines inside.

The address is looked up once, judged, and that very one is connected to, so that a name which answers differently the
second time leads nowhere else.
"""

import contextlib
import http.client
import ipaddress
import socket
import ssl
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from django.conf import settings

CONNECT_SECONDS, ALL_SECONDS = 3, 10
READ_BYTES = 64 * 1024
AGENT = "Newsroom"


class Failed(Exception):
    """
    A request that did not do what it was to do. refused: it was answered, and the same again will be answered alike.

    retry_after: seconds that whoever answered asks to wait, or None.
    """

    def __init__(self, why, *, refused=False, retry_after=None):
        super().__init__(why)
        self.refused, self.retry_after = refused, retry_after


@dataclass(frozen=True)
class Request:
    """
    What to send. inside: the address is one of our own machines, so it need not be public.

    fits: what the body of a good answer (bytes) has to satisfy as well.
    """

    url: str
    method: str = "POST"
    body: bytes = b""
    headers: dict = field(default_factory=dict)
    inside: bool = False
    fits: Callable = lambda body: True


def send(request):
    """Send ``request``; return the body of its answer (bytes), raise Failed unless that is 2xx and fits."""
    parts = urlsplit(request.url)
    try:
        places = _places(parts, request.inside)
        with contextlib.closing(_Connection(parts, places)) as connection, _limit(connection):
            path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
            headers = {"User-Agent": AGENT, **request.headers, "Connection": "close"}
            connection.request(request.method, path, request.body, headers)
            answer = connection.getresponse()
            body = answer.read(READ_BYTES)
    except (OSError, http.client.HTTPException, ValueError) as error:
        raise Failed(f"{type(error).__name__}: {error}") from error
    if not 200 <= answer.status < 300 or not request.fits(body):
        raise _failure(answer, body)
    return body


def _failure(answer, body):
    waits = answer.headers.get("Retry-After", "")
    refused = 300 <= answer.status < 500 and answer.status not in {408, 425, 429}
    said = " ".join(body[:500].decode("utf-8", "replace").split())[:200]
    return Failed(
        f"{answer.status} {answer.reason}: {said}",
        refused=refused,
        retry_after=int(waits) if waits.isdecimal() and len(waits) < 6 else None,
    )


def _port(parts):
    return parts.port or (443 if parts.scheme == "https" else 80)


def _places(parts, inside):
    """Return where ``parts`` is found, [(family, sockaddr)]; raise Failed where one of them is not for us to ask."""
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise Failed(f"{parts.geturl()} is no address of the web.", refused=True)
    found = socket.getaddrinfo(parts.hostname, _port(parts), type=socket.SOCK_STREAM)
    if not inside and parts.hostname not in settings.PRIVATE_HOSTS:
        for *_, place in found:
            if not is_public(place[0]):
                raise Failed(f"{parts.hostname} is {place[0]}, which is not a public address.", refused=True)
    return [(family, place) for family, *_, place in found]


def is_public(text):
    """Whether an IP address is one that anybody on the internet can reach, in whatever form it hides another one."""
    address = ipaddress.ip_address(text.partition("%")[0])
    if address.version == 6:
        hidden = address.ipv4_mapped or address.sixtofour or (address.teredo and address.teredo[1])
        nat64 = address in ipaddress.ip_network("64:ff9b::/96")
        hidden = ipaddress.IPv4Address(int(address) & 0xFFFFFFFF) if nat64 else hidden
        if hidden:
            return is_public(str(hidden))
    return address.is_global and not address.is_multicast and not address.is_reserved


class _Connection(http.client.HTTPConnection):
    """A connection to one of ``places`` that asks for the host of ``parts``, with TLS where the address says so."""

    def __init__(self, parts, places):
        super().__init__(parts.hostname, _port(parts))
        self.default_port = 443 if parts.scheme == "https" else 80  # so that Host names any other
        self.parts, self.places = parts, places
        self.held = None  # the socket, which the answer takes over

    def connect(self):
        for last, (family, address) in enumerate(self.places, start=1):
            self.held = self.sock = socket.socket(family, socket.SOCK_STREAM)
            self.sock.settimeout(CONNECT_SECONDS)
            try:
                self.sock.connect(address)
                break
            except OSError:
                self.sock.close()
                if last == len(self.places):
                    raise
        self.sock.settimeout(ALL_SECONDS)
        if self.parts.scheme == "https":
            context = ssl.create_default_context()
            self.held = self.sock = context.wrap_socket(self.sock, server_hostname=self.parts.hostname)


@contextlib.contextmanager
def _limit(connection):
    """End the connection after ALL_SECONDS, however slowly the other side goes on talking."""

    def cut():
        with contextlib.suppress(OSError, AttributeError):
            connection.held.shutdown(socket.SHUT_RDWR)

    timer = threading.Timer(ALL_SECONDS, cut)
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()
