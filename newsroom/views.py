"""What belongs to no app: the address that stories and tickers share, robots, health, and pages for errors."""

import secrets

from django.conf import settings
from django.http import Http404, HttpResponse, HttpResponseNotFound, JsonResponse
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import override
from django.views.decorators.http import require_safe

import articles.public.views
import delivery
from accounts.attempts import asked_from
from articles.public.pages import absolute, frame
from delivery.headers import PRIVATE
from delivery.health import reasons_not_ready
from delivery.metrics import report


@require_safe
def story(request, section, slug, pk):
    """A story or a ticker: both have the same address, and a ticker reads as a story with entries."""
    return articles.public.views.detail(request, pk)


@require_safe
def robots(request):
    sitemaps = [absolute(reverse(name)) for name in ("sitemap", "news_sitemap")]
    text = render_to_string("robots.txt", {"sitemaps": sitemaps})
    return delivery.stamp(HttpResponse(text, content_type="text/plain; charset=utf-8"), ["site"])


# Health


@require_safe
def healthz(request):
    """Say that the process answers. Asks nothing else, so that a sick database restarts no web server."""
    return _unkept(HttpResponse("ok\n", content_type="text/plain; charset=utf-8"))


@require_safe
def readyz(request):
    """Say whether readers and desk can be served: 200, or 503 with the reasons in plain words."""
    reasons = reasons_not_ready(timezone.now())
    return _unkept(JsonResponse({"ready": not reasons, "reasons": reasons}, status=503 if reasons else 200))


@require_safe
def metrics(request):
    """For Prometheus, in settings.METRICS_ALLOWED or with settings.METRICS_TOKEN; for everybody else it is not there."""
    if not _may_measure(request):
        raise Http404
    kind = "text/plain; version=0.0.4; charset=utf-8"
    return _unkept(HttpResponse(report(timezone.now()), content_type=kind))


def _may_measure(request):
    token = request.headers.get("Authorization", "").removeprefix("Bearer ")
    if settings.METRICS_TOKEN and secrets.compare_digest(token.encode(), settings.METRICS_TOKEN.encode()):
        return True
    address = asked_from(request)
    return address is not None and any(address in network for network in settings.METRICS_ALLOWED)


# Errors


def missing(request, exception=None):
    """
    The one 404: the same bytes whatever was asked for, so that nobody learns which stories are being prepared.

    Asks no database, so that it stands when that is down.
    """
    with override(settings.LANGUAGE_CODE):
        return _unkept(HttpResponseNotFound(render_to_string("404.html", frame())))


def forbidden(request, exception=None):
    """403, for the desk: an error of ours names cause and cure, so its text is shown."""
    return _unkept(
        HttpResponse(render_to_string("403.html", {**frame(), "reason": str(exception or "")}), status=403)
    )


def broken(request):
    """500. Nothing here may fail for the reason that the page failed: no database, no request."""
    with override(settings.LANGUAGE_CODE):
        return _unkept(HttpResponse(render_to_string("500.html", frame()), status=500))


def _unkept(response):
    response.headers["Cache-Control"] = PRIVATE
    return response
