"""A story's versions at the desk: two side by side, one restored, the last put back, two texts joined, a legal hold."""

from django.contrib import messages
from django.db import OperationalError
from django.http import Http404, HttpResponse, HttpResponseNotAllowed, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _

from articles import publication, revisions, stood, workflow
from articles.forms.fields import is_id
from articles.forms.unsaved import Unreadable, unsaved_content
from articles.models import Autosave, ConflictCopy
from articles.permissions import NotAllowed, get_article, get_editable_article, may
from articles.writing import compare, conflicts, unsaved
from articles.writing.merge import BOTH, MINE, THEIRS, Merge, Undecided

SHOWN = 100  # versions offered for comparison
UNSAVED = "unsaved-"


class VersionsMixin:
    """Pages of `ArticleAdmin` about what was written before."""

    def versions_urls(self):
        view = self.admin_site.admin_view
        return [
            path("<int:pk>/compare/", view(self.compare_view), name="articles_article_compare"),
            path("<int:pk>/merge/<int:copy>/", view(self.merge_view), name="articles_article_merge"),
            path("<int:pk>/kept/<int:copy>/", view(self.kept_view), name="articles_article_kept"),
            path("<int:pk>/put-back/", view(self.put_back_view), name="articles_article_put_back"),
            path("<int:pk>/stood/", view(self.stood_view), name="articles_article_stood"),
            path("<int:pk>/hold/", view(self.hold_view), name="articles_article_hold"),
            path(
                "<int:pk>/versions/<int:number>/restore/",
                view(self.restore_view),
                name="articles_article_restore",
            ),
        ]

    def _to_story(self, pk, kept=None):
        """Return the way to the story's form, with the Autosave ``kept`` taken up in it."""
        address = reverse("admin:articles_article_change", args=[pk])
        return HttpResponseRedirect(f"{address}?take={kept.pk}" if kept else address)

    def _versions_page(self, request, template, article, **context):
        context |= {**self.admin_site.each_context(request), "opts": self.opts, "article": article}
        return TemplateResponse(request, f"admin/articles/article/{template}.html", context)

    # Two versions side by side

    def compare_view(self, request, pk):
        """Any two texts; without a choice the working copy with what readers see, or with the version before it."""
        article = get_article(request.user, pk)
        offered = list(article.revisions.select_related("created_by")[:SHOWN])
        before, after = request.GET.get("before", ""), request.GET.get("after", "")
        before = before or str(self._first_choice(article, offered))
        after = after or str(article.version)
        error = ""
        try:
            texts = [self._chosen(request, article, name) for name in (before, after)]
            changes = compare.changes(*texts, compare.picture_names(*texts))
        except Unreadable as refusal:
            changes, error = [], str(refusal)
        return self._versions_page(
            request, "compare", article, title=_("Compare versions"), offered=offered, changes=changes, error=error,
            choosers=[("before", before, _("Before")), ("after", after, _("After"))], live=article.live_revision,
            unsaved=next((name for name in (before, after) if name.startswith(UNSAVED)), ""),
            left=_named(before), right=_named(after),
        )  # fmt: skip

    @staticmethod
    def _first_choice(article, offered):
        live = article.live_revision
        if live and live.number != article.version:
            return live.number
        return offered[1].number if len(offered) > 1 else article.version

    @staticmethod
    def _chosen(request, article, name):
        """Return the content that the page's address names: a number of a version, or one's own unsaved text."""
        if name.startswith(UNSAVED) and is_id(name.removeprefix(UNSAVED)):
            pk = int(name.removeprefix(UNSAVED))
            kept = get_object_or_404(Autosave, pk=pk, article=article, user=request.user, closed=False)
            return unsaved_content(request.user, article, kept)
        number = int(name) if is_id(name) and len(name) < 10 else 0
        return revisions.content_of(get_object_or_404(article.revisions, number=number))

    def restore_view(self, request, pk, number):
        article = get_editable_article(request.user, pk)
        if request.method != "POST":
            return HttpResponseNotAllowed(["POST"])
        revision = get_object_or_404(article.revisions.select_related("article"), number=number)
        base = request.POST.get("base", "")
        try:
            if not (is_id(base) and len(base) < 10):
                raise NotAllowed(_("Open the version again, then restore it."))
            restored = workflow.restore(revision, by=request.user, base=int(base))
        except (NotAllowed, revisions.Unfit, OperationalError) as refusal:
            messages.error(request, self._why(refusal))
        else:
            messages.success(
                request,
                _("Version %(number)d is the working copy again, as version %(new)d.")
                % {"number": number, "new": restored.number},
            )
        return self._to_story(pk)

    def put_back_view(self, request, pk):
        """What readers would see change, and one button."""
        article = get_article(request.user, pk)
        if not may(request.user, "publish", article):
            raise NotAllowed(_("Only an editor can publish; send it to review instead."))
        earlier = publication.last_version_before(article)
        if request.method == "POST":
            return self._put_back(request, article)
        if earlier is None:
            messages.info(request, _("There is no earlier version that readers saw."))
            return self._to_story(pk)
        texts = [revisions.content_of(revision) for revision in (article.live_revision, earlier)]
        return self._versions_page(
            request, "put_back", article, title=_("Put the last version back"), earlier=earlier,
            changes=compare.changes(*texts, compare.picture_names(*texts)),
            stays=article.latest_revision_id != article.live_revision_id,
            act=article.publish_acts.filter(until=None).select_related("by").first(),
        )  # fmt: skip

    def _put_back(self, request, article):
        live = request.POST.get("live", "")
        try:
            act = workflow.put_back(article, by=request.user, live=int(live) if is_id(live) else 0)
        except (NotAllowed, workflow.Blocked, revisions.Unfit, OperationalError) as refusal:
            messages.error(request, self._why(refusal))
        else:
            messages.success(request, _("Readers see the earlier text again. %(note)s.") % {"note": act.note})
        return self._to_story(article.pk)

    def hold_view(self, request, pk):
        article = get_article(request.user, pk)
        if not may(request.user, "hold", article):
            raise NotAllowed(_("Only legal can put a hold on a story or lift it."))
        if request.method != "POST":
            return HttpResponseNotAllowed(["POST"])
        try:
            held = request.POST.get("held") == "yes"
            workflow.hold(article, held, by=request.user, reason=request.POST.get("reason", ""))
        except (NotAllowed, OperationalError) as refusal:
            messages.error(request, self._why(refusal))
        else:
            told = _("This story is on legal hold.") if held else _("The legal hold is lifted.")
            messages.success(request, told)
        return HttpResponseRedirect(reverse("admin:articles_article_history", args=[pk]))

    def stood_view(self, request, pk):
        """The file of what stood online, by POST: that it was handed out is on record."""
        article = get_article(request.user, pk)
        if not may(request.user, "publish", article):
            raise NotAllowed(_("Only an editor of its section can hand out what stood online."))
        if request.method != "POST":
            return HttpResponseNotAllowed(["POST"])
        name, text = stood.export(article, by=request.user)
        return HttpResponse(text, headers={"Content-Disposition": f'attachment; filename="{name}"'})

    # Two texts joined

    def merge_view(self, request, pk, copy):
        """What two people wrote on one version: joined where they wrote in different places, side by side where not."""
        article = get_editable_article(request.user, pk)
        kept = get_object_or_404(
            ConflictCopy.objects.select_related("by", "settled_by"), pk=copy, article=article
        )
        base = article.revisions.filter(number__lte=kept.base).first()
        if base is None:
            raise Http404
        texts = {
            "base": revisions.content_of(base),
            MINE: revisions.content_of(kept),
            THEIRS: revisions.content_of(article.latest_revision),
        }
        merge = Merge(*texts.values())
        choices = self._choices(request, merge)
        if request.method == "POST":
            if request.POST.get("theirs") != str(article.version):
                messages.warning(
                    request, _("Another version was saved in the meantime; this is how it stands now.")
                )
                choices = {}
            elif answer := self._save_joined(request, article, kept, merge, choices):
                return answer
        return self._merge_page(request, article, kept, base, texts, merge, choices)

    @staticmethod
    def _choices(request, merge):
        everywhere = request.POST.get("everywhere", "")
        return {
            each.key: everywhere or request.POST.get(f"choice-{each.key}", "") for each in merge.collisions
        }

    def _save_joined(self, request, article, copy, merge, choices):
        """Save what was decided and return the way on; None where the page has to be shown again."""
        try:
            content = merge.content(choices)
            revision = conflicts.join(copy, content, by=request.user, base=article.version)
        except Undecided as open_:
            messages.error(request, _("Choose for each place first: %d left.") % len(open_.collisions))
        except workflow.Conflict as conflict:
            return self.to_merge(conflict)
        except (NotAllowed, revisions.Unfit, OperationalError) as refusal:
            messages.error(request, self._why(refusal))
        else:
            messages.success(
                request,
                _("Both texts are joined and saved as version %(number)d.") % {"number": revision.number},
            )
            return self._to_story(article.pk, unsaved.beside(request.user, article))
        return None

    def kept_view(self, request, pk, copy):
        """Put a text that waits to be joined aside, or take it up again, by POST."""
        article = get_editable_article(request.user, pk)
        kept = get_object_or_404(ConflictCopy.objects.select_related("by"), pk=copy, article=article)
        if request.method != "POST":
            return HttpResponseNotAllowed(["POST"])
        page = reverse("admin:articles_article_merge", args=[pk, copy])
        try:
            if request.POST.get("act") == "take-up":
                conflicts.take_up(kept, by=request.user)
                messages.success(request, _("The text waits to be joined again."))
            else:
                conflicts.put_aside(kept, by=request.user)
                told = _("The text of %(writer)s is put aside.") % {"writer": kept.by}
                link = format_html('{} <a href="{}">{}</a>', told, page, _("See it, or take it up again"))
                messages.success(request, link)
        except (NotAllowed, OperationalError) as refusal:
            messages.error(request, self._why(refusal))
        return self._to_story(pk)

    @staticmethod
    def to_merge(conflict):
        """Return the way to the page that joins the text which was refused with the one that stands."""
        place = [conflict.article.pk, conflict.copy.pk]
        return HttpResponseRedirect(reverse("admin:articles_article_merge", args=place))

    def _merge_page(self, request, article, kept, base, texts, merge, choices):
        names = compare.picture_names(*texts.values())
        theirs, own = article.latest_revision, kept.by_id == request.user.pk
        return self._versions_page(
            request, "merge", article, title=_("Join two texts"), kept=kept, base=base, theirs=theirs,
            own=own, may_take_up=own or may(request.user, "edit", article), left=_("Version %(number)d, %(editor)s") % {"number": theirs.number, "editor": theirs.created_by},
            right=_("Your text") if own else _("The text of %(writer)s") % {"writer": kept.by},
            places=[_place(each, choices.get(each.key), names) for each in merge.collisions],
            from_theirs=compare.changes(texts["base"], texts[THEIRS], names),
            from_mine=compare.changes(texts["base"], texts[MINE], names),
            next_number=article.version + 1,
        )  # fmt: skip


def _named(chosen):
    """Return what a text is called that the address of the comparison names."""
    if chosen.startswith(UNSAVED):
        return _("Your unsaved text")
    return _("Version %(number)s") % {"number": chosen}


def _place(collision, chosen, names):
    """Return what the page shows of a Collision: its key, label, both texts in Pieces, its choices and the chosen one."""
    theirs, mine = (
        _value_in_words(collision.field, value, names) for value in (collision.theirs, collision.mine)
    )
    row = compare.changed_row(theirs, mine)
    return {
        "key": collision.key, "label": revisions.label(collision.field), "note": row.note,
        "theirs": _otherwise(row.before), "mine": _otherwise(row.after), "theirs_gone": collision.theirs is None,
        "mine_gone": collision.mine is None, "has_both": BOTH in collision.choices, "chosen": chosen,
    }  # fmt: skip


def _otherwise(pieces):
    """Return ``pieces`` with what differs marked alike on both sides: neither text is the old one."""
    return [piece if piece.kind == "same" else piece._replace(kind="other") for piece in pieces]


def _value_in_words(field, value, names):
    if value is None:
        return ""
    if field == "body":
        return compare.body_in_words(value, names)
    if field in compare.ROW_LISTS:
        return revisions.row_in_words(field, value)
    return revisions.in_words(field, value)
