"""What the form says every few seconds: what is typed, and that somebody is here."""

from uuid import uuid4

from django.db import OperationalError
from django.http import Http404, HttpResponse, HttpResponseNotAllowed, HttpResponseRedirect, JsonResponse
from django.shortcuts import get_object_or_404
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from articles.forms.fields import is_id
from articles.forms.unsaved import unsaved_form
from articles.models import Article, Autosave
from articles.permissions import NotAllowed, editable_fields, may
from articles.writing import unsaved

# What a tab is told of a story, and what the policy asks.
ASKED = "version edited_at edited_by__username edited_by__first_name edited_by__last_name".split()
ASKED += "working_section section live_revision created_by assignee".split()


class UnsavedMixin:
    """Keeps what is typed in the form of `ArticleAdmin`, and offers it again."""

    def unsaved_urls(self):
        # Not behind the login page: a script asks, and takes no for an answer.
        view = never_cache(self.writing_view)
        throw_away = self.admin_site.admin_view(self.throw_away_view)
        return [
            path("writing/", view, name="articles_article_writing_new"),
            path("<int:pk>/writing/", view, name="articles_article_writing"),
            path("unsaved/<int:kept>/throw-away/", throw_away, name="articles_article_throw_away"),
        ]

    def writing_view(self, request, pk=None):
        """
        Take what a tab says, by POST, and answer as JSON. 401: the login has ended. 422: no tab is named.

        With ``leave`` the tab is closed; with ``typed`` the form is kept. The answer: {user, kept: time of day or "",
        closed: whether the text was saved or thrown away, refused: whether this person may not change the story,
        others: sentences, news: a sentence or "", waiting: ids of texts that no other tab is at any more, where
        ``offers`` asks for them}. Who may not change it any more has their own words kept on, in the tab they began in.
        """
        if request.method != "POST":
            return HttpResponseNotAllowed(["POST"])
        if not self.admin_site.has_permission(request):
            return JsonResponse({"login": True}, status=401)
        article = self._opened(request, pk) if pk else self._new_story(request)
        tab = unsaved.tab_of(request.POST)
        if tab is None:
            return JsonResponse({}, status=422)
        if "leave" in request.POST:
            unsaved.leave(request.user, tab)
            return HttpResponse(status=204)
        try:
            return JsonResponse(self._heard(request, article, tab))
        except OperationalError:  # the database is busy; the tab says it again in a moment
            return JsonResponse({"busy": True}, status=503)

    @staticmethod
    def _opened(request, pk):
        """As `get_article`, without the texts: this is asked every few seconds."""
        article = Article.objects.select_related("edited_by").only(*ASKED).filter(pk=pk).first()
        if article is None or not may(request.user, "view", article):
            raise Http404
        return article

    @staticmethod
    def _new_story(request):
        if not may(request.user, "add"):
            raise NotAllowed(_("Only reporters and editors can start a story."))
        return None

    @staticmethod
    def _heard(request, article, tab):
        user, kept = request.user, None
        refused = article is not None and editable_fields(user, article) == set()
        if "typed" in request.POST and (not refused or unsaved.has_begun(user, request.POST)):
            kept = unsaved.keep(user, article, request.POST)
        answer = {
            "user": user.pk,
            "kept": unsaved.clock(kept.at) if kept else "",
            "closed": bool(kept and kept.closed),
            "refused": refused,
            "others": [],
            "news": "",
            "waiting": [],
        }
        if "offers" in request.POST:
            answer["waiting"] = [row.pk for row in unsaved.waiting(user, article) if not row.is_open]
        if article is not None:
            unsaved.beat(user, article, tab)
            answer["others"] = unsaved.others(user, article, tab)
            answer["news"] = _news(request, article)
        return answer

    def throw_away_view(self, request, kept):
        if request.method != "POST":
            return HttpResponseNotAllowed(["POST"])
        row = get_object_or_404(Autosave.objects.filter(user=request.user).defer("form"), pk=kept)
        unsaved.throw_away(request.user, row.pk)
        page = ("change", [row.article_id]) if row.article_id else ("add", [])
        return HttpResponseRedirect(reverse(f"admin:articles_article_{page[0]}", args=page[1]))

    @staticmethod
    def _taken(request, article):
        """Return (the form over the unsaved text that the address asks for, its Autosave); (None, None) otherwise."""
        wanted = request.GET.get("take", "")
        kept = (
            is_id(wanted)
            and Autosave.objects.filter(pk=wanted, user=request.user, article=article, closed=False).first()
        )
        return (unsaved_form(request.user, article, kept), kept) if kept else (None, None)

    @staticmethod
    def _writing(request, article, kept):
        """Return what the form's page needs to keep what is typed."""
        user = request.user
        name = "admin:articles_article_writing"
        return {
            "tab": unsaved.tab_of(request.POST) or uuid4(),
            "taken": kept.pk if kept else request.POST.get("taken", ""),
            "kept": kept,
            "waiting": [] if kept or request.method == "POST" else unsaved.waiting(user, article),
            "others": unsaved.others(user, article) if article else [],
            "url": reverse(name, args=[article.pk]) if article else reverse(f"{name}_new"),
        }


def _news(request, article):
    """Return a sentence if another version was saved since the form was opened, "" otherwise."""
    base = unsaved.number(request.POST.get("base", ""), 2**31 - 1)
    if article.version == base:
        return ""
    return _("%(editor)s saved version %(number)d at %(time)s. Write on: saving joins the two texts.") % {
        "editor": article.edited_by,
        "number": article.version,
        "time": unsaved.clock(article.edited_at),
    }
