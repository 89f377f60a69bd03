"""The project package as an app: it is the top layer, so it owns what joins the others."""

from django.apps import AppConfig
from django.contrib.admin import apps as admin_apps
from django.utils.translation import gettext_lazy as _


class NewsroomConfig(AppConfig):
    name = "newsroom"
    verbose_name = _("Newsroom")

    def ready(self):
        from newsroom import nightly  # noqa: F401


class DeskAdminConfig(admin_apps.AdminConfig):
    default = False
    default_site = "newsroom.admin_site.DeskSite"
