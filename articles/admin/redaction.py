"""Taking words out of everything, for the chief editor alone; and the receipts that say that what was taken is gone."""

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters

from accounts.admin import Pages, Record
from articles.forms.redaction import RedactionForm
from articles.models import Article, Presence, Receipt, Redaction
from articles.permissions import NotAllowed
from articles.removal import redaction
from articles.removal.hidden import Hidden
from articles.removal.receipts import SEEN

LOOK_SECONDS = 10.0
SHOWN = 100  # stories


class PageOfItsOwn(Pages, Record):
    """A record whose page is ours."""

    def _row(self, request, object_id):
        """Return the row with this id for who may read it, None for none."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        return self.get_object(request, object_id)


@admin.register(Redaction)
class RedactionAdmin(PageOfItsOwn):
    list_display = ["__str__", "at", "by_name", "reason", "replacement", "erased_at"]
    has_add_permission = admin.ModelAdmin.has_add_permission

    @method_decorator(sensitive_post_parameters("words"))
    def add_view(self, request, form_url="", extra_context=None):
        """Ask, look where the words stand, and only then take them out."""
        if not self.has_add_permission(request):
            raise NotAllowed(_("Only the chief editor can have words taken out everywhere."))
        form = RedactionForm(request.POST or None, initial={"stories": request.GET.get("story", "")})
        told = {"form": form}
        if request.method == "POST" and form.is_valid():
            data = form.cleaned_data
            try:
                if request.POST.get("act") == "redact":
                    return self._redact(request, data)
                told |= self._look(data)
            except NotAllowed as refusal:
                messages.error(request, str(refusal))
        title = _("Take words out of everything")
        return self.page(request, "admin/articles/redaction/add.html", title, **told)

    def _look(self, data):
        hidden = Hidden.of(data["words"])
        work = redaction.Work(hidden, data["replacement"], tuple(data["stories"]), data["vocabulary"])
        found = redaction.look(work, seconds=LOOK_SECONDS)
        stories = Article.objects.filter(pk__in=sorted(found.stories, reverse=True)[:SHOWN])
        return {
            "found": found,
            "tables": in_words(found.rows),
            "stories": stories.defer("body", "standfirst").order_by("-pk"),
            "held": redaction.on_hold(work),
            "open": Presence.objects.filter(article__in=found.stories).select_related("user", "article"),
        }

    def _redact(self, request, data):
        done = redaction.begin(
            data["words"],
            by=request.user,
            reason=data["reason"],
            replacement=data["replacement"],
            stories=data["stories"],
            vocabulary=data["vocabulary"],
        )
        messages.success(
            request, _("The words are being taken out; this page says when they are gone for good.")
        )
        return HttpResponseRedirect(reverse("admin:articles_redaction_change", args=[done.pk]))

    def change_view(self, request, object_id, form_url="", extra_context=None):
        row = self._row(request, object_id)
        if row is None:
            return self._get_obj_does_not_exist_redirect(request, self.opts, object_id)
        return self.page(
            request,
            "admin/articles/redaction/record.html",
            _("Redaction %s") % row,
            row=row,
            tables=in_words(row.changed),
            stories=row.articles.defer("body", "standfirst").order_by("-pk")[:SHOWN],
            receipts=row.receipts.all(),
            is_under_way=row.place is not None,
        )


def in_words(rows):
    """Return [(what a table holds, number of rows)] of {table: rows}, most first."""
    named = {redaction.label(model): model._meta.verbose_name_plural for model in redaction.tables()}
    return [
        (capfirst(named.get(table, table)), rows[table]) for table in sorted(rows, key=rows.get, reverse=True)
    ]


@admin.register(Receipt)
class ReceiptAdmin(PageOfItsOwn):
    list_display = ["__str__", "kind", "article", "redaction", "opened_at", "closed_at"]
    list_select_related = ["article", "redaction"]

    def change_view(self, request, object_id, form_url="", extra_context=None):
        row = self._row(request, object_id)
        if row is None:
            return self._get_obj_does_not_exist_redirect(request, self.opts, object_id)
        lines = list(row.lines.all())
        for line in lines:
            line.told = SEEN.get(line.seen, "")
        return self.page(
            request,
            "admin/articles/receipt/receipt.html",
            str(row),
            row=row,
            lines=sorted(lines, key=lambda line: line.clean_at is not None),
            clean=sum(line.clean_at is not None for line in lines),
            now=timezone.now(),
        )
