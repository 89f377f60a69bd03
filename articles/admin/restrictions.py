"""The confidential table of names that may not be published, for legal and the chief editor alone."""

from django.contrib import admin

from accounts.admin import Audited
from articles.models import Restriction


@admin.register(Restriction)
class RestrictionAdmin(Audited, admin.ModelAdmin):
    """A restriction is ended by its date and never deleted; records name its number alone."""

    list_display = ["__str__", "name", "reason", "until"]
    fields = ["name", "variants", "reason", "until"]

    def has_delete_permission(self, request, obj=None):
        return False

    def save_model(self, request, obj, form, change):
        if not change:
            obj.made_by = request.user
        if {"name", "variants", "until"} & set(form.changed_data):
            obj.searched = None  # what is published is looked through anew
        super().save_model(request, obj, form, change)
