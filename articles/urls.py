"""Authors, tags, corrections, and what machines read. Stories and sections stand in newsroom.urls and fronts.urls."""

from django.urls import path, register_converter

from articles.public import archive, converters, feeds, sitemaps, views
from articles.public.pages import address
from articles.writing import preview

register_converter(converters.FeedForm, "form")
register_converter(converters.Day, "day")

urlpatterns = [
    *address("authors/<slug:slug>", views.author, "author"),
    *address("tags/<slug:slug>", views.tag, "tag"),
    *address("corrections", views.corrections, "corrections"),
    *address("archive/<day:day>", archive.day, "day"),
    *address("feeds", feeds.index, "feeds"),
    path("feeds/all.<form:form>", feeds.newest, name="feed"),
    path("feeds/section/<slug:slug>.<form:form>", feeds.section, name="section_feed"),
    path("feeds/tag/<slug:slug>.<form:form>", feeds.tag, name="tag_feed"),
    path("feeds/author/<slug:slug>.<form:form>", feeds.author, name="author_feed"),
    path("preview/<str:token>/", preview.invited, name="preview"),
    path("sitemap.xml", sitemaps.index, name="sitemap"),
    path("news-sitemap.xml", sitemaps.news, name="news_sitemap"),
    path("sitemap-<slug:kind>-<int:number>.xml", sitemaps.part, name="sitemap_part"),
]
