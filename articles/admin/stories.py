"""
The desk's room for stories.

ModelAdmin lends chrome and permissions. The story's own page is ours: a plain form over the working copy, whose
buttons call workflow functions (design rule 2). Nothing here decides who may do what; articles.permissions does.
"""

import hashlib

from django.conf import settings
from django.contrib import admin, messages
from django.db import OperationalError, transaction
from django.http import HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from js_asset import Media, Script

from accounts import audit
from articles import body, publication, revisions, stood, workflow
from articles.admin.keys import KEYS
from articles.admin.looking import LookingMixin
from articles.admin.planning import PlanningMixin, seen
from articles.admin.translating import TranslatingMixin
from articles.admin.unsaved import UnsavedMixin
from articles.admin.versions import VersionsMixin
from articles.checks import WAIVABLE, check
from articles.forms.beside import Beside
from articles.forms.fields import is_id
from articles.forms.publishing import CorrectForm, PublishForm, WithdrawForm
from articles.forms.stories import StoryForm
from articles.models import Article
from articles.models.article import day_of
from articles.naming import proposals
from articles.permissions import (
    MAY_RETAG,
    NotAllowed,
    editable_fields,
    get_article,
    get_editable_article,
    may,
    may_publish_in,
)
from articles.public.pictures import shown_on_the_desk
from articles.writing import asking, conflicts, suggestions, unsaved
from articles.writing.listing import ListForm, find
from articles.writing.outlook import outlook

LEAD = ["lead_image", "lead_alt", "lead_caption", "lead_credit"]
# Which fields stand in the side column, and which under "more"; the rest is the writing itself.
PLACING = [
    "dateline_places", "dateline_date", "dateline_text", "genre", "label", "language", "urgency", "commissioned_length",
]  # fmt: skip
MORE = [
    "slugline", "slug", "home_headline", "related", "translation_of", "byline_override", "seo_title", "social_title",
    "social_text", "social_image", "canonical_url", "noindex", "ai_use", "ednote",
]  # fmt: skip


PAGE_SCRIPTS = [
    "rows",
    "complete",
    "findings",
    "counter",
    "lead",
    "offers",
    "pictures",
    "autosave",
    "leaving",
    "keys",
    "review",
    "notes",
]


def finding_key(finding):
    """Return a short name for a finding that the page can send back: its code and its wording."""
    return f"{finding.code}-{hashlib.sha256(finding.quote.encode()).hexdigest()[:12]}"


def _nth(finding, content):
    """Return how often the finding's wording stands in its field ahead of it: the page looks for the next one."""
    words = revisions.in_words(finding.field, content[finding.field])
    return words[: finding.start].count(finding.quote) if finding.quote else 0


@admin.register(Article)
class ArticleAdmin(
    LookingMixin, VersionsMixin, UnsavedMixin, PlanningMixin, TranslatingMixin, admin.ModelAdmin
):
    search_fields = [
        "working_headline"
    ]  # that there are autocompletes; what they find, `get_search_results` says
    ordering = ["-edited_at", "-id"]

    # Who comes in. The details are asked of the policy, row by row.

    def has_view_permission(self, request, obj=None):
        return may(request.user, "view", obj)

    def has_change_permission(self, request, obj=None):
        return obj is not None and editable_fields(request.user, obj) != set()

    def has_add_permission(self, request):
        return may(request.user, "add")

    def has_delete_permission(self, request, obj=None):
        return False

    def has_module_permission(self, request):
        return may(request.user, "view")

    def get_search_results(self, request, queryset, search_term):
        """
        For autocompletes, which understand what the search line does: words, an id, a pasted address.

        A ticker line asks for tickers, related stories and replies for what readers can see, a translation for any story.
        """
        asked = request.GET.get("field_name") if request.path.endswith("/autocomplete/") else None
        if asked == "ticker":
            queryset = queryset.tickers()
        elif asked in {"to", "reply"}:
            queryset = queryset.published()
        found = queryset.filter(asking.condition(search_term, day_of(timezone.now())))
        return asking.id_first(found, search_term), False

    # Pages

    def changelist_view(self, request, extra_context=None):
        if not self.has_view_permission(request):
            raise NotAllowed(_("Your account has no role yet; ask an administrator."))
        form = ListForm(request.GET)
        beside = {name: request.GET.get(name, "") for name in ("after", "before")}
        found = find(form.wanted(), user=request.user, **beside)
        context = {
            **self.admin_site.each_context(request), "opts": self.opts, "title": _("Stories"), "form": form,
            "stories": found.stories, "now": timezone.now(),
            "newer": found.newer and form.query(before=found.newer),
            "older": found.older and form.query(after=found.older),
            "may_retag": any(map(request.user.has_perm, MAY_RETAG)),
            "has_add_permission": self.has_add_permission(request), "filters_open": form.open_filters(),
        }  # fmt: skip
        return TemplateResponse(request, "admin/articles/article/list.html", context)

    def get_urls(self):
        own = [
            path("<int:pk>/withdraw/", self.admin_site.admin_view(self.withdraw_view), name="articles_article_withdraw"),
            path("<int:pk>/versions/<int:number>/", self.admin_site.admin_view(self.version_view), name="articles_article_version"),
        ]  # fmt: skip
        beside = self.looking_urls() + self.versions_urls() + self.unsaved_urls()
        beside += self.planning_urls() + self.translating_urls()
        return own + beside + super().get_urls()

    def add_view(self, request, form_url="", extra_context=None):
        if not may(request.user, "add"):
            raise NotAllowed(_("Only reporters and editors can start a story."))
        taken, kept = self._taken(request, None)
        story = taken or StoryForm.first(request.user, request.POST or None)
        if request.method == "POST" and story.is_valid():
            try:
                content, unknown = self._content(request, story)
                with transaction.atomic():  # sent again after a refusal, the form finds nothing half done
                    revision, is_new = self._make(request, content)
                    if is_new:
                        self._commission(request, revision.article, story)
                        self._propose(request, revision.article, unknown)
                if not is_new:
                    unsaved.close(request.user, request.POST)
                    messages.info(request, _("This form was sent before; here is the draft that it made."))
                    return self._to_story(revision.article_id)
            except (NotAllowed, revisions.Unfit, OperationalError) as refusal:
                messages.error(request, self._why(refusal))
            else:
                unsaved.close(request.user, request.POST)
                messages.success(request, _("The draft is made."))
                return self._answer_act(request, revision.article, revision, is_told=True)
        return self._page(request, story, article=None, kept=kept)

    @staticmethod
    def _make(request, content):
        """
        Return (the first version of the draft, whether it was made now).

        The tab names the form: sent again, by a second press or on a bad line, it makes no second draft. Other words
        that come from the same tab are another one.
        """
        try:
            return workflow.create(content, by=request.user, uuid=unsaved.tab_of(request.POST)), True
        except workflow.SentBefore as before:
            first = before.article.revisions.filter(number=1, created_by=request.user).first()
            if first is not None and revisions.content_of(first) == revisions.blank(**content):
                return first, False
            return workflow.create(content, by=request.user), True

    def change_view(self, request, object_id, form_url="", extra_context=None):
        if not is_id(object_id):
            return self._get_obj_does_not_exist_redirect(request, self.opts, object_id)
        if request.method == "POST":
            return self._save(request, get_editable_article(request.user, int(object_id)))
        article = get_article(request.user, int(object_id))
        taken, kept = self._taken(request, article)
        return self._page(request, taken or StoryForm.of(request.user, article), article, kept=kept)

    def _save(self, request, article):
        """Save what was typed, then do what the button said; what can't be done leaves the text saved."""
        story = StoryForm.of(request.user, article, request.POST)
        if not story.is_valid():
            messages.error(request, _("Nothing is saved yet: see the fields marked below."))
            return self._page(request, story, article)
        try:
            content, unknown = self._content(request, story)
            self._propose(request, article, unknown)
            revision = workflow.save(article, content, by=request.user, base=story.base)
            self._commission(request, article, story)
        except workflow.Conflict as conflict:
            self._commission(request, article, story)
            unsaved.close(request.user, request.POST)
            unsaved.keep_beside(request.user, article, request.POST, Beside(article, request.POST).left())
            if request.POST.get("act", "save") != "save":
                messages.warning(request, _("Nothing else is done yet: join the two texts first."))
            return self.to_merge(conflict)
        except (NotAllowed, revisions.Unfit, OperationalError) as refusal:
            messages.error(request, self._why(refusal))
            return self._page(request, story, article)
        unsaved.close(request.user, request.POST)
        return self._answer_act(request, revision.article, revision)

    @staticmethod
    def _content(request, story):
        """Return what was typed, with the tags that it calls by name, and the names that no tag has."""
        content = story.content()
        tags, unknown = proposals.sort_out(story.new_tags, by=request.user)
        has = set(revisions.ids(content, "tags"))
        content["tags"] = content["tags"] + [revisions.reference(tag) for tag in tags if tag.pk not in has]
        return content, unknown

    @staticmethod
    def _propose(request, article, names):
        if names:
            proposals.propose(article, names, by=request.user)
            messages.info(request, _("Proposed to the tag desk: %(names)s.") % {"names": ", ".join(names)})

    @staticmethod
    def _commission(request, article, story):
        """Note the length where it was changed here; it is no part of the text, whatever becomes of that."""
        shown, typed = story.lengths
        if typed == shown:
            return
        try:
            workflow.commission(article, typed, by=request.user, shown=shown)
        except NotAllowed as refusal:
            messages.warning(request, str(refusal))

    @staticmethod
    def _why(refusal):
        """A lock that others hold for too long is no reason to lose a text: say so, and keep the page as it is."""
        if isinstance(refusal, OperationalError):
            return _(
                "Somebody else's work keeps the database busy; your text is still here. Try again in a moment."
            )
        return str(refusal)

    def _answer_act(self, request, article, revision, is_told=False):
        """
        Do what the button said, and keep what was typed beside the text for anything else.

        is_told: whether the page says already that the text is saved.
        """
        beside, answer = Beside(article, request.POST), None
        act, _colon, detail = request.POST.get("act", "save").partition(":")
        acts = {
            "publish": self._publish,
            "later": self._publish_later,
            "instead": self._send_instead,
            "send-back": self._send_back,
            "correct": self._correct,
            "state": self._set_state,
            "waive": self._waive,
        }
        try:
            if act in acts:
                answer = acts[act](request, article, revision, detail)
            elif not is_told:
                messages.success(request, _("Saved as version %(number)d.") % {"number": revision.number})
        except (NotAllowed, workflow.Blocked, OperationalError) as refusal:
            messages.warning(
                request, _("Your text is saved as version %(number)d.") % {"number": revision.number}
            )
            messages.error(request, self._why(refusal))
            act = ""
        kept = unsaved.keep_beside(request.user, article, request.POST, beside.left(act, detail))
        return answer or self._to_story(article.pk, kept)

    def _publish(self, request, article, revision, detail):
        form = PublishForm(request.POST)
        kind = form.cleaned_data["kind"] if form.is_valid() else "update"
        alone = request.POST.get("alone", "")
        act = workflow.publish(revision, by=request.user, kind=kind, alone=alone)
        messages.success(request, _("Published: %(kind)s.") % {"kind": act.get_kind_display()})

    def _correct(self, request, article, revision, detail):
        form = CorrectForm(request.POST)
        if not form.is_valid():
            raise NotAllowed(_("Choose the kind of the note, and a story that is there."))
        data = form.cleaned_data
        workflow.correct(
            revision,
            by=request.user,
            kind=data["correction_kind"],
            wrong=data["wrong"],
            right=data["right"],
            reply=data["reply"],
            in_list=data["in_list"],
            alone=request.POST.get("alone", ""),
        )
        messages.success(request, _("Published with a note of correction."))

    def _set_state(self, request, article, revision, state):
        if state not in Article.State.values:
            raise NotAllowed(_("There is no such state."))
        article = workflow.set_state(article, state, by=request.user)
        messages.success(request, _("Now %(state)s.") % {"state": article.get_state_display()})

    def _waive(self, request, article, revision, key):
        for finding in check(revision):
            if finding_key(finding) == key:
                workflow.waive(
                    article, finding, by=request.user, reason=request.POST.get(f"reason-{key}", "")
                )
                messages.success(request, _("This wording may stand; your reason is kept."))
                return
        messages.info(request, _("That finding is gone already."))

    def withdraw_view(self, request, pk):
        article = get_article(request.user, pk)
        if not may(request.user, "withdraw", article):
            raise NotAllowed(_("Only an editor of its section can withdraw a story."))
        relists = request.POST.get("act") == "relist"
        form = WithdrawForm(None if relists else request.POST or None)
        if request.method == "POST" and (relists or form.is_valid()):
            if not relists and form.cleaned_data["kind"] == Article.Withdrawal.ANONYMISE:
                return HttpResponseRedirect(f"{reverse('admin:articles_redaction_add')}?story={pk}")
            try:
                told = (
                    self._relist(request, article)
                    if relists
                    else self._withdraw(request, article, **form.cleaned_data)
                )
            except NotAllowed as refusal:
                messages.error(request, str(refusal))
            else:
                messages.success(request, told)
            return HttpResponseRedirect(reverse("admin:articles_article_change", args=[pk]))
        context = {
            **self.admin_site.each_context(request), "opts": self.opts, "article": article, "form": form,
            "title": _("Withdraw this story"),
        }  # fmt: skip
        return TemplateResponse(request, "admin/articles/article/withdraw.html", context)

    def _relist(self, request, article):
        workflow.relist(article, by=request.user, reason=request.POST.get("reason", ""))
        return _("It can be found again.")

    def _withdraw(self, request, article, kind, note):
        workflow.withdraw(article, by=request.user, kind=kind, note=note)
        if kind == Article.Withdrawal.DEINDEX:
            return _("Readers find this story at its address alone.")
        return _("Withdrawn: readers no longer see this story.")

    def version_view(self, request, pk, number):
        """One version as it was written, for reading beside another."""
        article = get_article(request.user, pk)
        revision = article.revisions.select_related("created_by").filter(number=number).first()
        if revision is None:
            return self._get_obj_does_not_exist_redirect(request, self.opts, f"{pk}/{number}")
        content = revisions.content_of(revision)
        context = {
            **self.admin_site.each_context(request), "opts": self.opts, "article": article, "revision": revision,
            "content": content, "body": body.render(content["body"], pictures=shown_on_the_desk(content["body"])),
            "title": str(revision), "others": self._other_fields(content),
            "may_restore": editable_fields(request.user, article) != set(),
        }  # fmt: skip
        return TemplateResponse(request, "admin/articles/article/version.html", context)

    @staticmethod
    def _other_fields(content):
        """Everything that a version says besides its text: (label, words)."""
        shown = {"kicker", "headline", "standfirst", "body"}
        words = [(name, revisions.in_words(name, content[name])) for name in content if name not in shown]
        return [(revisions.label(name), told) for name, told in words if told]

    def history_view(self, request, object_id, extra_context=None):
        """Who did what to this story, when: the audit rows."""
        article = get_article(request.user, int(object_id) if is_id(object_id) else None)
        context = {
            **self.admin_site.each_context(request), "opts": self.opts, "article": article, "title": _("History"),
            "entries": audit.of(article)[:500], "stood": stood.stood(article)[::-1],
            "may_export": may(request.user, "publish", article), "may_hold": may(request.user, "hold", article),
        }  # fmt: skip
        return TemplateResponse(request, "admin/articles/article/history.html", context)

    def _page(self, request, story, article, kept=None):
        allowed = {
            act: article is not None and may(request.user, act, article)
            for act in ("publish", "withdraw", "correct", "waive")
        }
        media = Media.from_media(
            self.media
            + story.media
            + Media(js=[Script(f"desk/{name}.js", type="module") for name in PAGE_SCRIPTS]),
            nonce=str(request.csp_nonce),
        )
        live = article is not None and article.is_published()
        typed = request.POST if request.method == "POST" else kept and unsaved.typed(kept)
        beside = Beside(article, typed)
        may_save = article is None or editable_fields(request.user, article) != set()
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": str(article) if article else _("New story"),
            "article": article,
            "story": story,
            "form": story.form,
            "lead_fields": [story.form[name] for name in LEAD],
            "placing_fields": [story.form[name] for name in PLACING],
            "more_fields": [story.form[name] for name in MORE],
            "more_wrong": not story.form.errors.keys().isdisjoint(MORE),
            "media": media,
            "may": allowed,
            "may_save": may_save,
            "may_set_state": article is not None and may(request.user, "edit", article),
            "status": article and article.standing(),
            "outlook": article and outlook(article),
            "four_eyes": settings.FOUR_EYES,
            "live": live,
            "may_publish": allowed["publish"] or (article is None and may_publish_in(request.user).exists()),
            "may_add_pictures": request.user.has_perm("images.add_image"),
            "review_url": self._beside("review", article),
            "screens_url": self._beside("screens", article),
            "unsaved": may_save and (request.method == "POST" or kept is not None),
            "writing": self._writing(request, article, kept),
            "key_groups": KEYS,
            "findings": self._findings(article, beside),
            "suggested": self._suggested(request, story),
            "proposed": article and proposals.of_story(article),
            "beside": beside,
            "plan_seen": allowed["publish"] and seen(article, "later"),
            "earlier": allowed["publish"] and publication.last_version_before(article),
            "kept_copies": list(conflicts.waiting(article)) if article and may_save else [],
            "versions": article and article.revisions.select_related("created_by").defer("content")[:10],
        }
        return TemplateResponse(request, "admin/articles/article/edit.html", context)

    @staticmethod
    def _beside(page, article):
        name = f"admin:articles_article_{page}"
        return reverse(name, args=[article.pk]) if article else reverse(f"{name}_new")

    @staticmethod
    def _findings(article, beside):
        """Return what the page shows of each finding: key, itself, whether it may stand, which of its kind, the reason."""
        if article is None:
            return []
        latest = article.latest_revision
        content = revisions.content_of(latest)
        return [
            (
                key := finding_key(found),
                found,
                found.code in WAIVABLE,
                _nth(found, content),
                beside.reason(key),
            )
            for found in check(latest)
        ]

    @staticmethod
    def _suggested(request, story):
        """What the form offers for one press, by the list that it is for; from the text as the page was opened with."""
        content = story.before
        return {
            "tags": suggestions.tags_for(content),
            "tickers": suggestions.tickers_for(content),
            "authors": suggestions.authors_for(request.user, content),
        }
