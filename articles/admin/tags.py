"""The tag desk's rooms: tags and authors, merged and parted, brought in and out; tags proposed and looked after."""

from django.contrib import admin, messages
from django.db.models import Q
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import path, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

import delivery
from accounts.admin import Pages
from articles.admin.vocabulary import KeptAdmin
from articles.forms.fields import is_id
from articles.forms.vocabulary import (
    AuthorForm,
    MergeForm,
    NameFormRows,
    ProposalForm,
    RetagForm,
    Rows,
    TagForm,
)
from articles.models import Article, Author, Byline, NameForm, Office, Tag, TaggedItem, TagPair
from articles.models.tag import TagKind
from articles.naming import charts, exchange, hygiene, merging, proposals, retagging, similarity, vocabulary
from articles.permissions import MAY_RETAG, NotAllowed
from articles.writing import asking

SHOWN = 50  # rows of each list of work
MOST_SHOWN = 500  # rows of a file that is brought in
EXPORTS = {"csv": ("text/csv", exchange.as_csv), "json": ("application/json", exchange.as_json)}
NEGLECTED = {
    "unused": gettext_lazy("Never used"),
    "once": gettext_lazy("Used once"),
    "kindless": gettext_lazy("Without a kind"),
    "undescribed": gettext_lazy("Without a description"),
}


class Standing(admin.SimpleListFilter):
    """Those in use, those retired, those merged into others."""

    title = gettext_lazy("standing")
    parameter_name = "standing"

    def lookups(self, request, model_admin):
        return [("used", _("in use")), ("retired", _("retired")), ("merged", _("merged"))]

    def queryset(self, request, queryset):
        asked = {
            "used": lambda: vocabulary.offered(queryset),
            "retired": lambda: queryset.exclude(retired_at=None),
            "merged": lambda: queryset.exclude(merged_into=None),
        }
        return asked.get(self.value(), lambda: queryset)()


class MergedAdmin(Pages, KeptAdmin):
    """
    Tags and authors: several are merged into one after a look at what that does, and parted again by one press.

    ``through``: the model and its key that a list to complete names from needs.
    """

    actions = ["merge_chosen", "retire", "restore"]
    through = None

    def get_urls(self):
        base, guarded = f"{self.opts.app_label}_{self.opts.model_name}", self.admin_site.admin_view
        own = [
            path("merge/", guarded(self.merge_view), name=f"{base}_merge"),
            path("exchange/", guarded(self.exchange_view), name=f"{base}_exchange"),
            path("unmerge/", guarded(require_POST(self.unmerge_view)), name=f"{base}_unmerge"),
        ]
        return [*own, *super().get_urls()]

    @admin.action(description=gettext_lazy("Merge the chosen …"), permissions=["retire"])
    def merge_chosen(self, request, queryset):
        chosen = "&".join(f"chosen={pk}" for pk in queryset.values_list("pk", flat=True))
        return HttpResponseRedirect(f"{self._address('merge')}?{chosen}")

    def _address(self, page, *args):
        return reverse(f"admin:{self.opts.app_label}_{self.opts.model_name}_{page}", args=args)

    def _may_merge(self, request):
        if not self.has_change_permission(request):
            raise NotAllowed(_("Your account has no right to merge these; ask the tag desk."))

    def merge_view(self, request):
        """What merging the chosen would do; by POST it is done."""
        self._may_merge(request)
        form = MergeForm(self.model, self.through, request.POST or None, asked=request.GET)
        if request.method == "POST" and form.is_valid() and not form.cleaned_data["other"]:
            try:
                root = merging.merge(form.others(), into=form.cleaned_data["into"], by=request.user)
            except (merging.Refused, NotAllowed) as refused:
                form.add_error(None, str(refused))
            else:
                names = ", ".join(thing.name for thing in form.others())
                messages.success(
                    request, _("Merged into %(root)s: %(names)s.") % {"root": root.name, "names": names}
                )
                return HttpResponseRedirect(self._page_of(root))
        return self.page(
            request,
            "admin/articles/tag/merge.html",
            _("Merge"),
            form=form,
            media=self.media + form.media,
            preview=form.chosen and merging.preview(form.chosen),
        )

    def exchange_view(self, request):
        """All of them as a file; a file brought in, which by a second press is saved."""
        self._may_merge(request)
        if request.GET.get("as") in EXPORTS:
            kind, write = EXPORTS[request.GET["as"]]
            answer = HttpResponse(write(self.model), content_type=f"{kind}; charset=utf-8")
            name = f"{self.opts.model_name}s.{request.GET['as']}"
            answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
            return answer
        told = {"changes": None}
        if request.method == "POST":
            try:
                text = self._brought(request)
                changes = exchange.plan(self.model, exchange.read(text))
            except exchange.Unreadable as problem:
                told["problem"] = str(problem)
            else:
                if request.POST.get("sure"):
                    count = exchange.apply(changes, by=request.user)
                    messages.success(request, _("Rows brought in: %(count)d.") % {"count": count})
                    changes = [change for change in changes if not change.is_saved]
                    if not changes:
                        return HttpResponseRedirect(request.path)
                told |= {"text": text, "changes": changes, "shown": changes[:MOST_SHOWN]}
        return self.page(request, "admin/articles/tag/exchange.html", _("Import and export"), **told)

    @staticmethod
    def _brought(request):
        """Return the text of the file, as it came or as it stood on the page."""
        if file := request.FILES.get("file"):
            try:
                return file.read().decode("utf-8-sig")
            except UnicodeDecodeError:
                raise exchange.Unreadable(_("This is no text in UTF-8.")) from None
        return request.POST.get("text", "")

    def unmerge_view(self, request):
        self._may_merge(request)
        pks = [pk for pk in request.POST.getlist("chosen") if is_id(pk)]
        things = list(self.model.objects.filter(pk__in=pks).order_by("pk"))
        root = things and things[0].merged_into
        try:
            merging.undo(things, by=request.user)
        except (merging.Refused, NotAllowed) as refused:
            messages.error(request, str(refused))
        else:
            names = ", ".join(thing.name for thing in things)
            messages.success(request, _("On their own again: %(names)s.") % {"names": names})
        return HttpResponseRedirect(self._page_of(root) if root else self._address("changelist"))

    def changelist_view(self, request, extra_context=None):
        context = {"may_merge": self.has_change_permission(request), **(extra_context or {})}
        return super().changelist_view(request, context)

    def get_form(self, request, obj=None, change=False, **kwargs):
        form = super().get_form(request, obj, change, **kwargs)
        return type(form.__name__, (form,), {"by": request.user})

    def get_fields(self, request, obj=None):
        """A new picture stands beside the one from the library."""
        fields = super().get_fields(request, obj)
        new = [name for name in ("upload", "upload_credit") if name in fields]
        fields = [name for name in fields if name not in new]
        if new:
            place = fields.index(self.form.pictured) + 1
            fields[place:place] = new
        return fields

    def _page_of(self, thing):
        return self._address("change", thing.pk)

    def changeform_view(self, request, object_id=None, form_url="", extra_context=None):
        thing = self.get_object(request, object_id) if object_id else None
        context = {}
        if thing is not None and self.has_view_or_change_permission(request, thing):
            rows, key = self.through
            story = merging.NAMED_IN[self.opts.model_name][2]
            context = {
                "chart": charts.by_month(
                    rows.objects.filter(**{f"{key}__canonical": thing.canonical_id}), story, timezone.now()
                ),
                "acts_into": merging.acts_into(thing),
                "may_merge": self.has_change_permission(request, thing),
            }
        return super().changeform_view(request, object_id, form_url, {**context, **(extra_context or {})})


@admin.register(Author)
class AuthorAdmin(MergedAdmin):
    form = AuthorForm
    through = (Byline, "author")
    autocomplete_fields = ["portrait"]
    list_display = ["name", "sort_name", "initials", "merged_into", "retired_at"]
    list_filter = [Standing]
    list_select_related = ["merged_into"]
    search_fields = ["name", "initials", "members__name"]
    prepopulated_fields = {"slug": ["name"]}

    def get_fields(self, request, obj=None):
        fields = [name for name in super().get_fields(request, obj) if obj or name != "reprint"]
        first = ["name", *(["reprint"] if "reprint" in fields else [])]
        return first + [name for name in fields if name not in first]

    def save_model(self, request, obj, form, change):
        former = form.former_name
        super().save_model(request, obj, form, change)
        if former and form.cleaned_data["reprint"] == "all":
            count = vocabulary.reprint(obj, former, by=request.user)
            messages.success(request, _("Stories that print the new name now: %(count)d.") % {"count": count})


class OfficeInline(admin.TabularInline):
    model = Office
    formset = Rows
    extra = 0


class NameFormInline(admin.TabularInline):
    model = NameForm
    formset = NameFormRows
    extra = 0
    fields = ["kind", "text", "language", "note"]


@admin.register(Tag)
class TagAdmin(MergedAdmin):
    form = TagForm
    autocomplete_fields = ["picture", "broader", "related"]
    through = (TaggedItem, "tag")
    list_display = ["name", "kind", "slug", "uses", "merged_into", "retired_at"]
    list_filter = ["kind", Standing]
    list_select_related = ["merged_into"]
    search_fields = ["name", "forms__text"]
    prepopulated_fields = {"slug": ["name"]}
    inlines = [NameFormInline, OfficeInline]

    def get_urls(self):
        guarded = self.admin_site.admin_view
        own = [
            path("care/", guarded(self.care_view), name="articles_tag_care"),
            path("retag/", guarded(self.retag_view), name="articles_tag_retag"),
            path("proposals/", guarded(self.proposals_view), name="articles_tag_proposals"),
        ]
        return [*own, *super().get_urls()]

    def retag_view(self, request):
        """
        Stories found by a line of search, to be given a tag or relieved of one.

        ``split`` in the address is the id of a tag that is two: its own stories are listed, a line finds some of them.
        """
        if not any(map(request.user.has_perm, MAY_RETAG)):
            raise NotAllowed(_("Your account may not change the tags of stories."))
        asked = request.POST if request.method == "POST" else request.GET
        line = asked.get("q", "").replace("\0", "").strip()[:200]
        outcomes, ticked = None, {int(pk) for pk in asked.getlist("story") if is_id(pk)}
        split = Tag.objects.filter(pk=asked["split"]).first() if is_id(asked.get("split", "")) else None
        form = RetagForm(request.POST or None, initial={"remove": split})
        if request.method == "POST" and form.is_valid():
            chosen = list(Article.objects.filter(pk__in=ticked).order_by("-pk"))
            outcomes = retagging.retag(chosen, **form.cleaned_data, by=request.user)
        asked_for = asking.carrying([split.pk]) if split else Q()
        if line or not split:
            asked_for &= asking.condition(line, timezone.localdate()) if line else Q(pk__in=ticked)
        stories = Article.objects.filter(asked_for).defer("body", "standfirst")
        return self.page(
            request,
            "admin/articles/tag/retag.html",
            _("Retag stories"),
            form=form,
            media=self.media + form.media,
            asked=line,
            split=split,
            stories=stories.order_by("-edited_at")[: retagging.MOST],
            ticked=ticked,
            is_narrow=bool(line or ticked or split),
            outcomes=outcomes,
            online=sum(one.is_online for one in outcomes or []),
        )

    def proposals_view(self, request):
        """Names that stories wait for; by POST one is taken into a tag, made one, or refused with a reason."""
        self._may_merge(request)
        outcomes = []
        if request.method == "POST":
            form = ProposalForm(request.POST)
            if form.is_valid():
                outcomes = self._settle(request, form.cleaned_data)
            else:
                for errors in form.errors.values():
                    messages.error(request, " ".join(errors))
        wanted = proposals.wanted()
        shown = proposals.look_around(wanted[:SHOWN])
        for number, one in enumerate(shown):
            one.form = ProposalForm(auto_id=f"proposal-{number}-%s")
        return self.page(
            request,
            "admin/articles/tag/proposals.html",
            _("Proposed tags"),
            wanted=shown,
            outcomes=outcomes,
            online=sum(one.is_online for one in outcomes),
            media=self.media + ProposalForm().media,
        )

    @staticmethod
    def _settle(request, data):
        """Do what the pressed button says; return the Outcomes of stories that have their tag now, or not yet."""
        name, by = data["name"], request.user
        if "refuse" in request.POST:
            count = proposals.refuse(name, data["reason"], by=by)
            messages.success(
                request, _("Refused: %(name)s, for %(count)d stories.") % {"name": name, "count": count}
            )
            return []
        if not (tag := data["tag"] or data["other"]):
            if "make" not in request.POST:
                return []
            try:
                tag = proposals.make(name, data["kind"], by=by)
            except proposals.NameTaken as taken:
                messages.error(request, str(taken))
                return []
        outcomes = proposals.accept(name, tag, by=by)
        messages.success(request, _("%(name)s is %(tag)s now.") % {"name": name, "tag": tag.name})
        return outcomes

    def get_inlines(self, request, obj):
        """Offices are people's."""
        return [
            one for one in self.inlines if one is not OfficeInline or (obj and obj.kind == TagKind.PERSON)
        ]

    def get_search_results(self, request, queryset, search_term):
        """While somebody types, tags are found by the beginning of any word of any of their names, in any script."""
        if request.path.endswith("/autocomplete/") and search_term.strip():
            found = queryset.filter(pk__in=vocabulary.tags_called(search_term))
            return found.order_by("-uses", "name"), False
        return super().get_search_results(request, queryset, search_term)

    @staticmethod
    def completed_as(tag):
        return f"{tag.name} ({', '.join(filter(None, [tag.get_kind_display(), str(tag.uses)]))})"

    def save_related(self, request, form, formsets, change):
        """Relations are shown on both tags' pages."""
        super().save_related(request, form, formsets, change)
        delivery.purge(f"tag:{pk}" for pk in form.instance.related.values_list("canonical", flat=True))

    def care_view(self, request):
        """The work list: likely duplicates and neglected tags; by POST two are told apart, or a tag is retired."""
        self._may_merge(request)
        if request.method == "POST":
            self._care(request.POST, by=request.user)
            return HttpResponseRedirect(request.get_full_path())
        pairs, neglected = hygiene.open_pairs(), hygiene.neglected()
        return self.page(
            request,
            "admin/articles/tag/care.html",
            _("Looking after tags"),
            kinds=TagKind.choices,
            waiting=proposals.number_wanted(),
            count=pairs.count(),
            pairs=[(pair, similarity.WAYS[pair.ways]) for pair in pairs[:SHOWN]],
            lists=[(code, NEGLECTED[code], tags.count(), tags[:SHOWN]) for code, tags in neglected.items()],
        )

    @staticmethod
    def _care(asked, *, by):
        """Do what the pressed button says of a pair, or of a tag."""
        if is_id(asked.get("pair", "")):
            for pair in TagPair.objects.filter(pk=asked["pair"]):
                hygiene.settle(pair, by=by)
        if is_id(asked.get("retire", "")):
            vocabulary.retire(Tag.objects.filter(pk=asked["retire"]), by=by)
        if is_id(asked.get("tag", "")) and asked.get("kind") in TagKind.values:
            hygiene.set_kind(Tag.objects.filter(pk=asked["tag"]), asked["kind"], by=by)
