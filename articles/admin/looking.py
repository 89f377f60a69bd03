"""Looks at a story before anything happens to it: the page as readers would get it, and what publishing would change."""

from django.conf import settings
from django.http import HttpResponseNotAllowed
from django.template.response import TemplateResponse
from django.urls import path
from django.utils.translation import gettext as _

from articles import revisions
from articles.forms.stories import StoryForm
from articles.permissions import NotAllowed, get_article, may
from articles.writing.preview import NotReady, at_desk
from articles.writing.review import review

POLICY = "Content-Security-Policy"
CSRF = "csrfmiddlewaretoken"


class LookingMixin:
    """Three pages of `ArticleAdmin`. All take the form as it is typed and store nothing of it."""

    def looking_urls(self):
        view = self.admin_site.admin_view
        return [
            path("screens/", view(self.screens_view), name="articles_article_screens_new"),
            path("preview/", view(self.preview_view), name="articles_article_preview_new"),
            path("review/", view(self.review_view), name="articles_article_review_new"),
            path("<int:pk>/screens/", view(self.screens_view), name="articles_article_screens"),
            path("<int:pk>/preview/", view(self.preview_view), name="articles_article_preview"),
            path("<int:pk>/review/", view(self.review_view), name="articles_article_review"),
        ]

    def screens_view(self, request, pk=None):
        """The preview on a phone and on a desktop, side by side; what is typed (by POST) is sent on to both."""
        article, typed = self._looked_at(request, pk), None
        if request.method == "POST":
            story = self._typed(request, article)
            if not story.is_valid():
                return self._unready(request, story.errors())
            sent = request.POST.lists()
            typed = [(name, value) for name, values in sent if name != CSRF for value in values]
        context = {
            **self.admin_site.each_context(request), "opts": self.opts, "article": article, "typed": typed,
            "title": _("Preview"), "preview_url": self._beside("preview", article),
        }  # fmt: skip
        return TemplateResponse(request, "admin/articles/article/screens.html", context)

    def preview_view(self, request, pk=None):
        """The public page of what is typed (by POST), or of the working copy as it was last saved."""
        response = self._preview(request, pk)
        policy = response.headers.get(POLICY, settings.CONTENT_SECURITY_POLICY)
        response.headers[POLICY] = policy.replace("frame-ancestors 'none'", "frame-ancestors 'self'")
        response.headers["X-Frame-Options"] = "SAMEORIGIN"  # our own page of screens shows it
        return response

    def _preview(self, request, pk):
        article = self._looked_at(request, pk)
        if request.method == "POST":
            story = self._typed(request, article)
            if not story.is_valid():
                return self._unready(request, story.errors())
            content = story.content()
        else:
            content = revisions.content_of(article.latest_revision)
        try:
            return at_desk(content, article=article, by=request.user)
        except NotReady as refusal:
            return self._unready(request, [str(refusal)])

    def review_view(self, request, pk=None):
        """A part of a page: what publishing would change for readers, where it would stand, which findings stand."""
        article = self._looked_at(request, pk)
        if request.method != "POST":
            return HttpResponseNotAllowed(["POST"])
        story = self._typed(request, article)
        if not story.is_valid():
            return self._unready(request, story.errors())
        context = {"review": review(story.content(), article=article)}
        return TemplateResponse(request, "admin/articles/article/_review.html", context)

    @staticmethod
    def _looked_at(request, pk):
        if pk is not None:
            return get_article(request.user, pk)
        if request.method != "POST" or not may(request.user, "add"):
            raise NotAllowed(_("Only reporters and editors can start a story."))
        return None

    @staticmethod
    def _typed(request, article):
        if article is None:
            return StoryForm.first(request.user, request.POST)
        return StoryForm.of(request.user, article, request.POST)

    @staticmethod
    def _unready(request, errors):
        return TemplateResponse(
            request, "admin/articles/article/_unready.html", {"errors": errors}, status=422
        )
