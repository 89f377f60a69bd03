"""
The desk's room for live tickers: the list, a new one in a few acts, its settings, and the console.

ModelAdmin lends chrome and addresses. Who may do what is asked of tickers.permissions; every change is an act of
`tickers.log` or `tickers.starting`.
"""

from django.conf import settings
from django.contrib import admin, messages
from django.db.models import Count, Max, Q
from django.http import Http404, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import path, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe
from js_asset import Media

from accounts import audit
from accounts.admin import Pages
from articles import revisions, workflow
from articles.forms.fields import is_id
from articles.models import Author
from articles.permissions import NotAllowed, may, may_publish_in
from tickers import console, log, starting
from tickers.forms import EntryForm, NewTickerForm, SettingsForm
from tickers.models import Entry, Ticker, Token
from tickers.permissions import get_run_ticker, get_ticker, may_change, may_post, may_run
from tickers.showing import zone_of

LISTED = 100
AUTHORS_OFFERED = 40
ORDER = [Ticker.Status.LIVE, Ticker.Status.PAUSED, Ticker.Status.PLANNED, Ticker.Status.ENDED]


def authors_for(user, ticker):
    """Return the authors that sign in this ticker: this user's own, those of its story and of its entries."""
    signed = Entry.objects.filter(ticker=ticker, author__isnull=False).values("author")
    wanted = Q(account=user) | Q(bylines__article=ticker.pk) | Q(pk__in=signed)
    return Author.objects.filter(wanted, retired_at=None).distinct().order_by("sort_name")


@admin.register(Ticker)
class TickerAdmin(Pages, admin.ModelAdmin):
    def has_view_permission(self, request, obj=None):
        return may(request.user, "view")

    def has_change_permission(self, request, obj=None):
        return obj is not None and may_run(request.user, obj)

    def has_add_permission(self, request):
        return bool(may_publish_in(request.user))

    def has_delete_permission(self, request, obj=None):
        return False

    def has_module_permission(self, request):
        return self.has_view_permission(request)

    def get_urls(self):
        wrap = self.admin_site.admin_view
        own = [
            ("<int:pk>/console/", self.console_view, "tickers_ticker_console"),
            ("<int:pk>/console/news/", console.news, "tickers_ticker_news"),
            ("<int:pk>/console/post/", console.post, "tickers_ticker_post"),
            ("<int:pk>/console/act/", console.act, "tickers_ticker_act"),
            ("<int:pk>/story/", require_POST(self.story_view), "tickers_ticker_story"),
            ("<int:pk>/tokens/", require_POST(self.tokens_view), "tickers_ticker_tokens"),
            ("entry/<int:pk>/", self.entry_view, "tickers_entry_change"),
        ]
        return [path(route, wrap(view), name=name) for route, view, name in own] + super().get_urls()

    def _page(self, request, template, title, **context):
        return self.page(request, f"admin/tickers/{template}.html", title, **context)

    # The list, and a new one

    def changelist_view(self, request, extra_context=None):
        if not self.has_view_permission(request):
            raise NotAllowed(_("Your account has no role yet; ask an administrator."))
        tickers = Ticker.objects.select_related("article__working_section").defer("article__body")
        tickers = sorted(tickers.order_by("-pk")[:LISTED], key=lambda ticker: ORDER.index(ticker.status))
        rows = self._counted(tickers)
        for ticker in tickers:
            ticker.runs, ticker.posts = may_run(request.user, ticker), may_post(request.user, ticker)
            ticker.counted = rows.get(ticker.pk)
        may_add = self.has_add_permission(request)
        return self._page(
            request, "list", _("Live tickers"), tickers=tickers, now=timezone.now(), may_add=may_add
        )

    @staticmethod
    def _counted(tickers):
        """Return {ticker: {"waiting", "last"}}: how many entries wait for an editor, and when the newest went out."""
        running = [ticker.pk for ticker in tickers if ticker.status != Ticker.Status.ENDED]
        counted = Entry.objects.filter(ticker__in=running).values("ticker").order_by()
        waiting = Count("pk", filter=Q(state=Entry.State.WAITING))
        return {row["ticker"]: row for row in counted.annotate(waiting=waiting, last=Max("posted"))}

    def add_view(self, request, form_url="", extra_context=None):
        sections = may_publish_in(request.user)
        if not sections:
            raise NotAllowed(_("Only editors start a ticker; tell the editor of the section."))
        form = NewTickerForm(request.POST or None, sections=sections)
        if request.method == "POST" and form.is_valid():
            typed = form.cleaned_data
            try:
                ticker = starting.start(form.content(), by=request.user, uuid=typed["uuid"], now=typed["now"])
            except workflow.SentBefore as before:
                return self._to("console", before.article.pk)
            except (workflow.Blocked, NotAllowed, revisions.Unfit) as refusal:
                form.add_error(None, str(refusal))
            else:
                return self._to("console", ticker.pk)
        return self._page(request, "new", _("New live ticker"), form=form)

    @staticmethod
    def _to(page, pk):
        return HttpResponseRedirect(reverse(f"admin:tickers_ticker_{page}", args=[pk]))

    # One ticker

    def change_view(self, request, object_id, form_url="", extra_context=None):
        """Its settings."""
        if not is_id(object_id):
            raise Http404
        ticker = get_run_ticker(request.user, int(object_id))
        form = SettingsForm(request.POST or None, instance=ticker)
        with timezone.override(form.zone):
            if request.method == "POST" and form.is_valid():
                try:
                    if changes := form.changes():
                        log.configure(ticker, changes, by=request.user)
                except log.Refused as refusal:
                    form.add_error("summary", str(refusal))
                else:
                    messages.success(request, _("Saved; open pages follow."))
                    return self._to("change", ticker.pk)
        tokens = ticker.tokens.filter(retired_at=None).select_related("made_by")
        return self._page(request, "settings", _("Settings"), ticker=ticker, form=form, tokens=tokens)

    @staticmethod
    def _address(name, *args):
        return reverse(f"admin:{name}", args=args)

    def console_view(self, request, pk):
        return require_safe(self._console)(request, pk)

    def _console(self, request, pk):
        ticker = get_ticker(request.user, pk)
        before = request.GET.get("before", "")
        entries, earlier = console.gone_out(ticker, before)
        own = Author.objects.filter(account=request.user, retired_at=None).first()
        return self._page(
            request,
            "console",
            str(ticker),
            ticker=ticker,
            runs=may_run(request.user, ticker),
            rows=console.as_rows(ticker, entries, request.user).values(),
            before=before if is_id(before) else "",
            earlier=earlier,
            parts=console.parts(ticker, request.user),
            authors=authors_for(request.user, ticker)[:AUTHORS_OFFERED],
            own=own,
            kinds=Entry.Kind.choices,
            verifications=Entry.Verification.choices,
            zone_name=timezone.localtime(timezone.now(), zone_of(ticker)).tzname(),
            largest=settings.LARGEST_PICTURE,
        )

    def story_view(self, request, pk):
        """Make a draft of the chosen entries."""
        try:
            ticker, entries = console.chosen(request, pk)
        except log.Refused as refusal:
            messages.error(request, str(refusal))
            return self._to("console", pk)
        revision = starting.make_story(ticker, entries, by=request.user)
        messages.success(request, _("The draft is made. Its desk notes say where each piece comes from."))
        return HttpResponseRedirect(self._address("articles_article_change", revision.article_id))

    def tokens_view(self, request, pk):
        """Make a token, whose secret is on this one answer and nowhere else, or retire one."""
        ticker = get_run_ticker(request.user, pk)
        retired = request.POST.get("retire", "")
        if is_id(retired):
            if ticker.tokens.filter(pk=retired, retired_at=None).update(retired_at=timezone.now()):
                audit.record(request.user, "retire token", ticker.article, token=int(retired))
            messages.success(request, _("The token is retired; what uses it is refused from now on."))
            return self._to("change", pk)
        name = " ".join(request.POST.get("name", "").replace("\0", "").split())
        if not name or len(name) > Token._meta.get_field("name").max_length:
            messages.error(request, _("Say in at most 60 characters what the token is for."))
            return self._to("change", pk)
        token, secret = Token.make(ticker, name=name, by=request.user)
        audit.record(request.user, "make token", ticker.article, token=token.pk)
        return self._page(request, "token", _("A token"), ticker=ticker, token=token, secret=secret)

    # One entry, with the body editor

    def entry_view(self, request, pk):
        entry = get_object_or_404(Entry.objects.select_related("author", "made_by"), pk=pk)
        entry.ticker = get_ticker(request.user, entry.ticker_id)
        if not may_change(request.user, entry):
            raise NotAllowed(_("Only who wrote an entry or an editor of its section can change it."))
        authors = authors_for(request.user, entry.ticker)
        with timezone.override(zone_of(entry.ticker)):
            form = EntryForm.of(entry, request.POST or None, authors=authors)
            theirs = None
            if request.method == "POST" and form.is_valid():
                try:
                    self._change(request, entry, form)
                    return self._to("console", entry.ticker_id)
                except log.Stale as stale:
                    theirs = stale.entry
                    form.add_error(None, str(stale))
                    form.data = form.data.copy()
                    form.data["base"] = theirs.version
                except (log.Refused, NotAllowed) as refusal:
                    form.add_error(None, str(refusal))
            media = Media.from_media(form.media, nonce=str(request.csp_nonce))
            context = {"ticker": entry.ticker, "entry": entry, "form": form, "theirs": theirs, "media": media}
            response = self._page(request, "entry", str(entry), **context)
            return response.render()

    @staticmethod
    def _change(request, entry, form):
        typed = form.cleaned_data
        log.edit(entry, form.content(), by=request.user, base=typed["base"], correction=typed["correction"])
        messages.success(request, _("Saved."))
