"""Accounts and the record of acts, for administrators."""

from django.contrib import admin
from django.contrib.auth.admin import UserAdmin
from django.utils.translation import gettext_lazy as _

from accounts import audit
from accounts.models import AuditEntry, User


@admin.register(User)
class AccountAdmin(UserAdmin):
    """Django's own page; only somebody who has every right can hand out every right."""

    list_display = ["username", "first_name", "last_name", "email", "is_staff", "is_active"]
    list_filter = ["groups", "is_active"]

    def get_readonly_fields(self, request, obj=None):
        if request.user.is_superuser:
            return self.readonly_fields
        return [*self.readonly_fields, "is_superuser", "user_permissions", "last_login", "date_joined"]

    def has_change_permission(self, request, obj=None):
        """A superuser's account, password included, is changed by a superuser alone."""
        if obj is not None and obj.is_superuser and not request.user.is_superuser:
            return False
        return super().has_change_permission(request, obj)

    def has_delete_permission(self, request, obj=None):
        return False  # acts name their actor for good: an account is switched off instead

    def save_model(self, request, obj, form, change):
        super().save_model(request, obj, form, change)
        audit.record(request.user, "change" if change else "add", obj, fields=form.changed_data)


@admin.register(AuditEntry)
class AuditEntryAdmin(admin.ModelAdmin):
    """To be read, never written."""

    list_display = ["at", "actor", "verb", "target_type", "target_name"]
    list_filter = ["verb", "target_type"]
    list_select_related = ["actor"]
    search_fields = ["target_name"]
    search_help_text = _("The name of the thing.")
    show_full_result_count = False
    list_per_page = 100

    def has_add_permission(self, request):
        return False

    def has_change_permission(self, request, obj=None):
        return False

    def has_delete_permission(self, request, obj=None):
        return False
