"""
What the desk can ask of stored pages: why does a reader see this, and how do I have it made anew. And of what is told
to the outside: what went, what waits, what was given up and is sent again.
"""

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.http import urlencode
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

import delivery
from delivery import errands, health, log
from delivery.addresses import address_of_url
from delivery.models import Errand, Purge

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


class Standing(admin.SimpleListFilter):
    """Whether it went out, waits, has failed so far, or was given up."""

    title = gettext_lazy("standing")
    parameter_name = "standing"

    def lookups(self, request, model_admin):
        return [
            ("failing", _("waits after a failure")),
            ("waiting", _("waits")),
            ("given-up", _("given up")),
            ("sent", _("sent")),
        ]

    def queryset(self, request, queryset):
        return {
            "failing": queryset.waiting().exclude(error=""),
            "waiting": queryset.waiting(),
            "given-up": queryset.given_up(),
            "sent": queryset.exclude(sent_at=None),
        }.get(self.value(), queryset)


@admin.register(Errand)
class ErrandAdmin(admin.ModelAdmin):
    """Only read, and sent again by who may have pages made anew."""

    list_display = ["at", "to", "told", "standing", "tries", "error"]
    list_display_links = None
    list_filter = [Standing, "to"]
    list_per_page = 50
    ordering = ["-id"]
    show_full_result_count = False
    actions = ["send_again"]
    fields = readonly_fields = ["at", "to", "told", "standing", "tries", "due_at", "error"]

    def changelist_view(self, request, extra_context=None):
        title = capfirst(self.opts.verbose_name_plural)
        return super().changelist_view(request, {"title": title, **(extra_context or {})})

    @admin.display(description=gettext_lazy("message"))
    def told(self, errand):
        if isinstance(errand.what, list):
            return _("stale: %s") % ", ".join(errand.what[:8]) + (" …" if len(errand.what) > 8 else "")
        return " ".join(filter(None, [errand.what["event"], errand.what["url"]])) or ", ".join(
            errand.what["feeds"][:3]
        )

    @admin.display(description=gettext_lazy("standing"))
    def standing(self, errand):
        if errand.sent_at:
            return _("sent")
        if errand.given_up_at:
            return _("given up")
        return _("waits after a failure") if errand.error else _("waits")

    @admin.action(description=gettext_lazy("Send again"), permissions=["send"])
    def send_again(self, request, queryset):
        count = errands.send_again(queryset)
        said = ngettext("%d message is sent again now.", "%d messages are sent again now.", count)
        self.message_user(request, said % count, messages.SUCCESS)

    def has_send_permission(self, request):
        return request.user.has_perm("delivery.add_purge")

    def has_add_permission(self, request):
        return False

    def has_change_permission(self, request, obj=None):
        return False

    has_delete_permission = has_change_permission
