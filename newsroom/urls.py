"""
Every address of the site.

A page's address ends in a slash; `articles.public.pages.address` also takes it without one and leads to the right address in
one step. Whatever stands first in an address and is not named here is a section's.
"""

from django.contrib import admin
from django.urls import include, path, re_path
from django.views.generic import RedirectView

from articles.public.pages import address
from images.views import PATTERN, rendition
from newsroom import views, wellknown

handler403 = "newsroom.views.forbidden"
handler404 = "newsroom.views.missing"
handler500 = "newsroom.views.broken"

urlpatterns = [
    path("robots.txt", views.robots, name="robots"),
    path(".well-known/security.txt", wellknown.security, name="security"),
    re_path(r"^(?P<key>[A-Za-z0-9-]{8,128})\.txt$", wellknown.indexnow, name="indexnow"),
    path("manifest.webmanifest", wellknown.manifest, name="manifest"),
    path("favicon.ico", wellknown.favicon, name="favicon"),
    path("healthz", views.healthz, name="healthz"),
    path("readyz", views.readyz, name="readyz"),
    path("api/metrics", views.metrics, name="metrics"),
    re_path(PATTERN, rendition, name="rendition"),  # renditions of pictures alone; originals have no address
    path("admin/", admin.site.urls),
    path("admin", RedirectView.as_view(pattern_name="admin:index", permanent=True)),
    # /authors/<slug>/, /tags/<slug>/, /corrections/, /archive/..., /feeds/..., /sitemap.xml
    path("", include("articles.urls")),
    # /live/<id>/... and /<section>/<slug>-<id>/entry/<n>/
    path("", include("tickers.urls")),
    *address("<str:section>/<str:slug>-<int:pk>", views.story, "story"),
    # / and /<section>/
    path("", include("fronts.urls")),
]
