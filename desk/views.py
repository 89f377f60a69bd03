"""The desk's own pages in the admin."""

from django.template.response import TemplateResponse

from articles.permissions import may
from desk import dashboard


def index(request, site, extra_context=None):
    """The dashboard, as the admin's first page; below it stands the admin's list of tables."""
    context = {
        **site.each_context(request),
        "title": site.index_title,
        "app_list": site.get_app_list(request),
        "may_start": may(request.user, "add"),
        "panels": dashboard.panels(request.user),
        "pictures": dashboard.pictures_without_rights(request.user),
        **(extra_context or {}),
    }
    request.current_app = site.name
    return TemplateResponse(request, "desk/dashboard.html", context)
