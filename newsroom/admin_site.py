"""The admin as the desk sees it: its names, nothing else."""

from django.conf import settings
from django.contrib.admin import AdminSite
from django.utils.translation import gettext_lazy as _


class DeskSite(AdminSite):
    site_header = site_title = settings.SITE_NAME
    index_title = _("Desk")
    enable_nav_sidebar = False
