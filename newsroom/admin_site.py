"""The admin as the desk sees it: its names, its first page, its order."""

from django.conf import settings
from django.contrib.admin import AdminSite
from django.contrib.admin.views.autocomplete import AutocompleteJsonView
from django.urls import path
from django.utils.functional import SimpleLazyObject
from django.utils.translation import gettext_lazy as _

from accounts import languages, login
from desk import agency, calendar, flash, note_pages, views


class Completing(AutocompleteJsonView):
    """A list that completes names says beside each what its ModelAdmin has to say of it."""

    def serialize_result(self, obj, to_field_name):
        told = getattr(self.model_admin, "completed_as", str)
        return super().serialize_result(obj, to_field_name) | {"text": told(obj)}


class DeskSite(AdminSite):
    site_header = site_title = settings.SITE_NAME
    index_title = _("Desk")
    enable_nav_sidebar = False
    login_form = login.LoginForm

    def login(self, request, extra_context=None):
        return login.finish(request, super().login(request, extra_context))

    def index(self, request, extra_context=None):
        return views.index(request, self, extra_context)

    def each_context(self, request):
        return super().each_context(request) | {"desk_languages": languages.choices()}

    def get_urls(self):
        own = [
            path("find/", self.admin_view(views.find), name="find"),
            path("filters/", self.admin_view(views.saved_filters), name="filters"),
            path(
                "alarms/",
                self.admin_view(lambda request: views.all_alarms(request, self)),
                name="desk_alarms",
            ),
            path("flash/", self.admin_view(lambda request: flash.flash(request, self)), name="flash"),
            path("flash/<int:pk>/end/", self.admin_view(flash.end), name="end_breaking"),
            path(
                "calendar/",
                self.admin_view(lambda request: calendar.calendar(request, self)),
                name="desk_calendar",
            ),
            path(
                "notes/<int:pk>/",
                self.admin_view(lambda request, pk: note_pages.story_notes(request, self, pk)),
                name="desk_notes",
            ),
            path("notes/<int:pk>/settle/", self.admin_view(note_pages.settle), name="desk_note_settle"),
            path(
                "agency/<int:pk>/",
                self.admin_view(lambda request, pk: agency.alarm(request, self, pk)),
                name="desk_agency",
            ),
            path("language/", self.admin_view(languages.choose), name="language"),
        ]
        return [*own, *super().get_urls()]

    def autocomplete_view(self, request):
        return Completing.as_view(admin_site=self)(request)

    def get_app_list(self, request, app_label=None):
        """Stories first, then what comes in, then the rest by name. Every page carries it, few show it: made only there."""
        first = ["articles", "wire", "images"]

        def place(app):
            return first.index(app["app_label"]) if app["app_label"] in first else len(first)

        inherited = super().get_app_list
        return SimpleLazyObject(lambda: sorted(inherited(request, app_label), key=place))
