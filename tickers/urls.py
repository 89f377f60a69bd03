"""What a ticker has beside its page, which newsroom.urls hands over: polls, feeds, and a page for every entry."""

from django.urls import path, register_converter

from articles.public.pages import address
from tickers import api, converters, feeds, views

register_converter(converters.Sequence, "sequence")

urlpatterns = [
    path("live/<int:pk>/since/<sequence:seq>.json", views.since, name="since"),
    path("api/tickers/<int:pk>/entries", api.entries, name="post_entry"),
    path("feeds/ticker/<int:pk>.<form:form>", feeds.ticker, name="ticker_feed"),
    *address("<str:section>/<str:slug>-<int:pk>/entry/<sequence:number>", views.entry, "entry"),
]
