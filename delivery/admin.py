"""What the desk can ask of stored pages: why does a reader see this, and how do I have it made anew."""

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.http import urlencode
from django.utils.text import capfirst
from django.utils.translation import gettext as _

import delivery
from delivery import health, log
from delivery.addresses import address_of_url
from delivery.models import Purge

SHOWN = 30  # purges


@admin.register(Purge)
class PagesAdmin(admin.ModelAdmin):
    """One page; the log itself is only read."""

    def get_urls(self):
        return [path("", self.admin_site.admin_view(self.pages), name="delivery_purge_changelist")]

    def has_change_permission(self, request, obj=None):
        return False

    has_delete_permission = has_change_permission

    def pages(self, request):
        """Tell of the page at ``?address=``; by POST have it made anew on all machines."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        asked = request.POST.get("address") or request.GET.get("address", "")
        address = address_of_url(asked)
        if request.method == "POST":
            return self._purge(request, asked, address)
        context = {
            **self.admin_site.each_context(request),
            "title": capfirst(self.opts.verbose_name_plural),
            "asked": asked,
            "address": address,
            "facts": health.facts(address) if asked and address else None,
            "may_purge": self.has_add_permission(request),
            "purges": Purge.objects.order_by("-id")[:SHOWN],
            "one_page": log.ADDRESS,
        }
        return TemplateResponse(request, "admin/delivery/pages.html", context)

    def _purge(self, request, asked, address):
        if not self.has_add_permission(request):
            raise PermissionDenied
        if address is not None:
            delivery.purge([log.address_key(address)])
            messages.success(request, _("The page is made anew for the next who asks for it."))
        query = urlencode({"address": asked})
        return HttpResponseRedirect(f"{reverse('admin:delivery_purge_changelist')}?{query}")
