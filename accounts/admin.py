"""Accounts and the record of acts, for administrators."""

from django.contrib import admin
from django.contrib.auth.admin import GroupAdmin, UserAdmin
from django.contrib.auth.forms import ReadOnlyPasswordHashField, ReadOnlyPasswordHashWidget, UserChangeForm
from django.contrib.auth.models import Group
from django.template.response import TemplateResponse
from django.utils.translation import gettext_lazy as _

from accounts import attempts, audit, roles
from accounts.forms import SeenForm
from accounts.models import ACTS, AuditEntry, LoginAttempt, User

admin.site.unregister(Group)


class Audited:
    """A ModelAdmin that writes an audit row wherever Django's admin notes an act, passwords and deletions included."""

    def log_addition(self, request, obj, message):
        audit.record(request.user, "add", obj, what=message)
        return super().log_addition(request, obj, message)

    def log_change(self, request, obj, message):
        audit.record(request.user, "change", obj, what=message)
        return super().log_change(request, obj, message)

    def log_deletions(self, request, queryset):
        for thing in queryset:
            audit.record(request.user, "delete", thing)
        return super().log_deletions(request, queryset)


@admin.register(Group)
class RoleAdmin(Audited, GroupAdmin):
    """What each role may do."""

    list_display = ["title"]

    @admin.display(description=_("role"), ordering="name")
    def title(self, group):
        return roles.title(group)

    def change_view(self, request, object_id, form_url="", extra_context=None):
        group = self.get_object(request, object_id)
        told = {"subtitle": roles.title(group)} if group else {}
        return super().change_view(request, object_id, form_url, told | (extra_context or {}))


class Fingerprint(ReadOnlyPasswordHashWidget):
    """Django's words on a password without the attributes that only what can be filled in may have."""

    def get_context(self, name, value, attrs):
        return super().get_context(name, value, {"id": attrs["id"]} if "id" in attrs else {})


class AccountForm(UserChangeForm):
    password = ReadOnlyPasswordHashField(label=_("Password"), widget=Fingerprint)


class RoleFilter(admin.RelatedFieldListFilter):
    """Django's filter, which says what the desk calls each role."""

    def field_choices(self, field, request, model_admin):
        return [(group.pk, roles.title(group)) for group in Group.objects.order_by("name")]


@admin.register(User)
class AccountAdmin(Audited, UserAdmin):
    """Django's own page; only somebody who has every right can hand out every right."""

    form = AccountForm
    list_display = ["username", "first_name", "last_name", "email", "is_staff", "is_active"]
    list_filter = [("groups", RoleFilter), "is_active"]

    def formfield_for_manytomany(self, db_field, request, **kwargs):
        field = super().formfield_for_manytomany(db_field, request, **kwargs)
        if db_field.name == "groups":
            field.label_from_instance = roles.title
        return field

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


class Seen:
    """A ModelAdmin whose form asks before it writes over what somebody else saved since; it prints that for them alone."""

    form = SeenForm

    def get_fields(self, request, obj=None):
        fields = [name for name in super().get_fields(request, obj) if name != "seen"]
        return [*fields, "seen"] if obj and self.has_change_permission(request, obj) else fields


class Pages:
    """A ModelAdmin that has pages of its own besides Django's."""

    def page(self, request, template, title, **context):
        """Return the page that ``template`` makes of ``context`` inside the frame of the desk."""
        frame = {**self.admin_site.each_context(request), "opts": self.opts, "title": title}
        return TemplateResponse(request, template, frame | context)


class Record(admin.ModelAdmin):
    """To be read, never written; long, so that nobody counts it."""

    show_full_result_count = False
    list_per_page = 100

    def has_add_permission(self, request):
        return False

    def has_change_permission(self, request, obj=None):
        return False

    def has_delete_permission(self, request, obj=None):
        return False


@admin.register(LoginAttempt)
class LoginAttemptAdmin(Record):
    """Which logins failed since yesterday. Who was paused by them is let in by an act over the list."""

    list_display = ["at", "user", "address", "place"]
    list_select_related = ["user"]
    search_fields = ["user__username", "address"]
    actions = ["let_in"]

    @admin.display(description=_("browser"))
    def place(self, attempt):
        return _("has logged in before") if attempt.browser else ""

    def has_let_in_permission(self, request):
        return request.user.has_perm("accounts.delete_loginattempt")

    @admin.action(description=_("Let these accounts and addresses log in again"), permissions=["let_in"])
    def let_in(self, request, chosen):
        attempts.let_in(chosen, by=request.user)
        self.message_user(request, _("They may log in again at once."))


class ActFilter(admin.SimpleListFilter):
    """What was done, in words; only what is on record is offered."""

    title, parameter_name = _("act"), "verb"

    def lookups(self, request, model_admin):
        verbs = AuditEntry.objects.order_by("verb").values_list("verb", flat=True).distinct()
        return sorted(((verb, ACTS.get(verb, verb)) for verb in verbs), key=lambda pair: str(pair[1]))

    def queryset(self, request, queryset):
        return queryset.filter(verb=self.value()) if self.value() else queryset


@admin.register(AuditEntry)
class AuditEntryAdmin(Record):
    """Who did what, newest first."""

    list_display = ["at", "actor", "act", "target_type", "target_name"]
    list_filter = [("at", admin.DateFieldListFilter), ActFilter, "target_type", "actor"]
    list_select_related = ["actor"]
    search_fields = ["target_name"]

    @admin.display(description=_("act"), ordering="verb")
    def act(self, entry):
        return entry.act
