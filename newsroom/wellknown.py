"""What programs look for at addresses of their own: security.txt, the web app manifest, the icon of old browsers."""

import json
from datetime import UTC, datetime

from django.conf import settings
from django.http import Http404, HttpResponse
from django.templatetags.static import static
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

import delivery
from articles.public.pages import absolute, frame, moved

PAPER = "#fbfaf7"  # as --paper in site.css
HOLDS_FOR = 7  # months: the standard asks for less than a year


@require_safe
def security(request):
    """
    Say where a weakness of this site can be reported; Http404 where settings.SECURITY_CONTACT names nobody.

    It expires on the first day of a month, so that the text stays the same until a month ends. Source: RFC 9116.
    """
    if not settings.SECURITY_CONTACT:
        raise Http404
    now = timezone.now()
    lines = [f"Contact: {contact}" for contact in settings.SECURITY_CONTACT]
    lines += [
        f"Expires: {first_of_month(now, HOLDS_FOR):%Y-%m-%dT%H:%M:%SZ}",
        f"Preferred-Languages: {settings.LANGUAGE_CODE}",
        f"Canonical: {absolute(reverse('security'))}",
    ]
    response = HttpResponse("\n".join(lines) + "\n", content_type="text/plain; charset=utf-8")
    return delivery.stamp(response, ["site"], until=first_of_month(now, 1))


def first_of_month(at, ahead):
    """Return the first moment, in UTC, of the month ``ahead`` months after that of the aware datetime ``at``."""
    at = at.astimezone(UTC)
    years, month = divmod(at.month - 1 + ahead, 12)
    return datetime(at.year + years, month + 1, 1, tzinfo=UTC)


@require_safe
def indexnow(request, key):
    """The key under which search engines are told of changes, at an address that only its owner could make."""
    if key != settings.INDEXNOW_KEY:
        raise Http404
    return delivery.stamp(HttpResponse(key, content_type="text/plain; charset=utf-8"), ["site"])


@require_safe
def manifest(request):
    """What a phone shows for the site on its home screen. Source: https://www.w3.org/TR/appmanifest/."""
    data = {
        "name": settings.SITE_NAME,
        "short_name": settings.SITE_NAME,
        "lang": settings.LANGUAGE_CODE,
        "dir": frame()["site_direction"],
        "id": "/",
        "start_url": "/",
        "scope": "/",
        "display": "minimal-ui",
        "background_color": PAPER,
        "theme_color": PAPER,
        "icons": [_icon(size) for size in (192, 512)],
    }
    body = json.dumps(data, ensure_ascii=False)
    response = HttpResponse(body, content_type="application/manifest+json; charset=utf-8")
    return delivery.stamp(response, ["site"])


def _icon(size):
    return {
        "src": static(f"icon-{size}.png"),
        "sizes": f"{size}x{size}",
        "type": "image/png",
        "purpose": "any maskable",
    }


@require_safe
def favicon(request):
    """Lead browsers that ask without having read a page to the icon's file."""
    return moved(static("icon-32.png"), keys=["site"])
