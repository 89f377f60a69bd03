"""The desk's rooms for what is kept and retired, for house style, and for looking up corrections; tags.py has more."""

from django.contrib import admin, messages
from django.contrib.auth import get_permission_codename
from django.urls import path
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.admin import Audited, Pages, Record, Seen
from articles import workflow
from articles.checks.archive import try_term
from articles.forms.fields import Completed
from articles.forms.vocabulary import KeptForm, SourceForm
from articles.models import Correction, Section, Source, Term
from articles.naming import vocabulary
from articles.permissions import NotAllowed, may

# On forms alone: prints and questions, and what is nobody's business but the tag desk's. An account says who hides behind
# a pseudonym; left out of pseudonyms alone it would say which name is one.
FOR_CHANGERS = {"seen", "sure", "reprint", "real_name", "account", "upload", "upload_credit"}


class KeptAdmin(admin.ModelAdmin):
    """Things that are retired and not deleted, saved through articles.naming.vocabulary."""

    form = KeptForm
    actions = ["retire", "restore"]
    list_per_page = 100
    show_full_result_count = False

    def has_delete_permission(self, request, obj=None):
        return False

    def get_fields(self, request, obj=None):
        """Who may only look needs no print of what was seen."""
        fields = super().get_fields(request, obj)
        if obj is None or self.has_change_permission(request, obj):
            return fields
        return [name for name in fields if name not in FOR_CHANGERS]

    def formfield_for_foreignkey(self, db_field, request, **kwargs):
        if db_field.name in self.get_autocomplete_fields(request):
            kwargs["widget"] = Completed(db_field.model, db_field.name)
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def save_model(self, request, obj, form, change):
        vocabulary.keep(obj, by=request.user, created=not change, fields=form.changed_data)

    def get_search_results(self, request, queryset, search_term):
        """What is retired or merged is found in its list, and not offered for stories."""
        if request.path.endswith("/autocomplete/"):
            queryset = vocabulary.offered(queryset)
        return super().get_search_results(request, queryset, search_term)

    def has_retire_permission(self, request):
        return request.user.has_perm(f"{self.opts.app_label}.{get_permission_codename('change', self.opts)}")

    @admin.action(description=gettext_lazy("Retire the chosen"), permissions=["retire"])
    def retire(self, request, queryset):
        count = vocabulary.retire(queryset, by=request.user)
        messages.success(request, _("%(count)d retired.") % {"count": count})

    @admin.action(description=gettext_lazy("Take the chosen out of retirement"), permissions=["retire"])
    def restore(self, request, queryset):
        count = vocabulary.restore(queryset, by=request.user)
        messages.success(request, _("%(count)d back.") % {"count": count})


@admin.register(Section)
class SectionAdmin(KeptAdmin):
    list_display = ["name", "slug", "position", "retired_at"]
    prepopulated_fields = {"slug": ["name"]}
    filter_horizontal = ["editors"]  # completing names is for those who may read all accounts


@admin.register(Source)
class SourceAdmin(KeptAdmin):
    form = SourceForm
    list_display = ["name", "code", "retired_at"]
    search_fields = ["name", "code"]

    def get_readonly_fields(self, request, obj=None):
        return ["code"] if obj else []  # stories name it: another code would take their credit line away


@admin.register(Term)
class TermAdmin(Audited, Seen, Pages, admin.ModelAdmin):
    list_display = ["wrong", "right", "severity", "language", "active"]
    list_filter = ["active", "language"]
    search_fields = ["wrong", "right"]

    def get_urls(self):
        trial = path("try/", self.admin_site.admin_view(self.try_view), name="articles_term_try")
        return [trial, *super().get_urls()]

    def try_view(self, request):
        """What a term would find in the stories online, before it is switched on; nothing is saved, by POST neither."""
        if not self.has_view_or_change_permission(request):
            raise NotAllowed(_("Your account has no right to see style terms."))
        asked = request.POST or request.GET
        words = {name: asked.get(name, "").strip()[:120] for name in ("wrong", "right", "language")}
        return self.page(
            request,
            "admin/articles/term/try.html",
            _("Try it on the archive"),
            words=words,
            trial=words["wrong"] and try_term(Term(**words)),
            has_add_permission=self.has_add_permission(request),
        )


@admin.register(Correction)
class CorrectionAdmin(Record):
    """For looking up, and for leaving a note out of the page of all; it is written by `workflow.correct` alone."""

    list_display = ["at", "kind", "story", "by", "in_list"]
    list_filter = ["kind", "in_list"]
    list_select_related = ["article", "by"]
    readonly_fields = ["story", "kind", "wrong", "right", "replying", "at", "by"]
    fields = ["story", "kind", "wrong", "right", "replying", "at", "by", "in_list"]

    @admin.display(description=gettext_lazy("story"), ordering="article")
    def story(self, note):
        return note.article

    @admin.display(description=gettext_lazy("story that carries the reply"))
    def replying(self, note):
        return note.reply

    def has_change_permission(self, request, obj=None):
        return obj is not None and may(request.user, "correct", obj.article)

    def save_model(self, request, obj, form, change):
        workflow.list_correction(obj, obj.in_list, by=request.user)
