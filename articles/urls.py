"""Authors, tags, corrections, and what machines read. Stories and sections stand in newsroom.urls and fronts.urls."""

from django.urls import path
from django.views.decorators.http import require_safe

from articles import sitemaps, views
from articles.feeds import NewestFeed
from articles.pages import address

urlpatterns = [
    *address("authors/<slug:slug>", views.author, "author"),
    *address("tags/<slug:slug>", views.tag, "tag"),
    *address("corrections", views.corrections, "corrections"),
    path("feeds/all.rss", require_safe(NewestFeed()), name="feed"),
    path("sitemap.xml", sitemaps.index, name="sitemap"),
    path("sitemap-<slug:kind>-<int:number>.xml", sitemaps.part, name="sitemap_part"),
]
