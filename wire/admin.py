"""The wire room of the admin: what came in, to read only, and "New from copy"."""

from django.contrib import admin, messages
from django.http import HttpResponseRedirect
from django.urls import path, reverse
from django.utils.html import format_html, format_html_join
from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.admin import Pages, Record
from articles import revisions
from articles.models import Revision
from articles.permissions import NotAllowed, may
from wire import notices
from wire.contents import content_of
from wire.forms import CopyForm
from wire.ingest import findings_on, ingest, item_of, known, removed_from, tickers_for
from wire.models import Item
from wire.parsers import text
from wire.story import CopyError

KINDS = {
    "header": gettext_lazy("Header"),
    "headline": gettext_lazy("Headline"),
    "standfirst": gettext_lazy("Standfirst"),
    "dateline": gettext_lazy("Dateline"),
    "byline": gettext_lazy("Byline line"),
    "crosshead": gettext_lazy("Crosshead"),
    "paragraph": gettext_lazy("Paragraph"),
    "ticker": gettext_lazy("Ticker line"),
    "byline_note": gettext_lazy("Byline note"),
    "scrap": gettext_lazy("Scrap"),
}
FIELDS = {
    "datelines": gettext_lazy("dateline"),
    "bylines": gettext_lazy("bylines"),
    "ticker_links": gettext_lazy("ticker lines"),
    "byline_note": gettext_lazy("byline note, which is never published"),
    "": gettext_lazy("the original alone"),
}


@admin.register(Item)
class ItemAdmin(Pages, Record):
    """Copy as it came. Nobody changes it; stories are made of it."""

    list_display = ["__str__", "source", "encoding", "received_at", "stories"]
    list_per_page = 50
    search_fields = ["name", "uri", "sha256"]
    fields = [
        "name",
        "source",
        "uri",
        "version",
        "status",
        "embargo_text",
        "encoding",
        "received_at",
        "sha256",
        "stories",
        "copy",
    ]
    readonly_fields = ["stories", "copy"]

    def get_queryset(self, request):
        return super().get_queryset(request).defer("raw").prefetch_related("articles")

    @admin.display(description=gettext_lazy("stories made of it"))
    def stories(self, item):
        rows = [
            (reverse("admin:articles_article_change", args=[story.pk]), story)
            for story in item.articles.all()
        ]
        return format_html_join(", ", '<a href="{}">{}</a>', rows)

    @admin.display(description=gettext_lazy("as it came"))
    def copy(self, item):
        return format_html(
            '<pre class="copy" dir="auto">{}</pre>', bytes(item.raw).decode(item.encoding, "replace")
        )

    # New from copy

    def get_urls(self):
        view = self.admin_site.admin_view(self.new_from_copy)
        return [path("new-from-copy/", view, name="wire_item_new_from_copy"), *super().get_urls()]

    def changelist_view(self, request, extra_context=None):
        may_add = {"may_make_drafts": may(request.user, "add")}
        return super().changelist_view(request, may_add | (extra_context or {}))

    def new_from_copy(self, request):
        """Show what a copy says, then make a draft of it."""
        if not may(request.user, "add"):
            raise NotAllowed(_("Only reporters and editors can start a story."))
        sent = (request.POST, request.FILES) if request.method == "POST" else ()
        form = CopyForm(*sent, by=request.user)
        preview = None
        if form.is_bound and form.is_valid():
            if request.POST.get("act") == "make":
                result = ingest(form.copy, by=request.user, **form.ingest_options())
                if result.article:
                    return self._go_to(request, result)
                form.add_error(None, result.error)
            else:
                preview = self._preview(form)
        return self._page(request, form, preview)

    def _go_to(self, request, result):
        if result.status == "alarm" or not result.article:
            messages.warning(request, _("This copy speaks of earlier copy: no draft is made of it."))
            raised = next((alarm for alarm in result.alarms if alarm.article), None)
            if raised:
                return HttpResponseRedirect(reverse("admin:desk_agency", args=[raised.pk]))
            return HttpResponseRedirect(reverse("admin:wire_item_change", args=[result.item.pk]))
        if result.status == "known":
            messages.warning(request, _("This copy came in before; here is the story that was made of it."))
        else:
            messages.success(request, _("The draft is made of the copy."))
        for doubt in result.doubts:
            quote = Truncator(doubt.quote).chars(80)
            messages.warning(
                request, _("%(message)s “%(quote)s”") % {"message": doubt.message, "quote": quote}
            )
        return HttpResponseRedirect(reverse("admin:articles_article_change", args=[result.article.pk]))

    def _preview(self, form):
        """Return what the page shows of a copy without storing anything; None, with the error on the form, if it is none."""
        try:
            story = text.parse(form.copy, form.encoding)
        except CopyError as refused:
            form.add_error(None, str(refused))
            return None
        options = form.ingest_options()
        del options["name"], options["encoding"]
        content, doubts = content_of(story, **options)
        unsaved = Revision(content=content, schema=revisions.SCHEMA, kind=Revision.Kind.IMPORT)
        return {
            "pieces": [(KINDS[piece.kind], piece.kind, shown(story, piece)) for piece in story.pieces],
            "removed": [(KINDS[out.kind], out, FIELDS[out.field]) for out in removed_from(story, content)],
            "findings": findings_on(unsaved, doubts),
            "tickers": tickers_for(story),
            "known": known(item_of(form.copy)),
            "notice": notices.read(story),
        }

    def _page(self, request, form, preview):
        if preview:
            form.keep_file()
        title = _("New from copy")
        return self.page(request, "admin/wire/new_from_copy.html", title, form=form, preview=preview)


def shown(story, piece):
    """Return the words of a piece; characters that nobody sees as escapes."""
    words = story.text[piece.start : piece.end]
    return words if any(map(str.isprintable, words)) else text.escaped(words)
