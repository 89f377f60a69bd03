"""The home page and one front for every section. Included last: any first word of an address may be a section's."""

from django.urls import path

from articles.public.pages import address
from fronts import views

urlpatterns = [
    path("", views.home, name="home"),
    *address("<slug:slug>", views.section, "section"),
]
