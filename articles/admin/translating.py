"""A story in other languages, at the desk: which there are, and another one begun."""

from django.contrib import messages
from django.db import OperationalError
from django.http import HttpResponseRedirect
from django.urls import path, reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from articles import revisions
from articles.forms.translating import TranslateForm
from articles.models import Article
from articles.permissions import NotAllowed, get_article, may
from articles.writing import translations


class TranslatingMixin:
    """A page of `ArticleAdmin`."""

    def translating_urls(self):
        view = self.admin_site.admin_view(self.translations_view)
        return [path("<int:pk>/translations/", view, name="articles_article_translations")]

    def translations_view(self, request, pk):
        article = get_article(request.user, pk)
        if request.method == "POST" and not may(request.user, "add"):
            raise NotAllowed(_("Only reporters and editors can start a story."))
        original = translations.original_of(article)
        others = translations.family(original)
        form = TranslateForm(request.POST or None, offered=translations.offered(original, others))
        if request.method == "POST" and form.is_valid():
            if answer := self._begin_translation(request, article, form):
                return answer
        return self._versions_page(
            request, "translations", article, title=_("Translations"), form=form, original=original,
            original_language=translations.language_of(original), others=others,
            now=timezone.now(), may_begin=may(request.user, "add") and article.kind == Article.Kind.STORY,
        )  # fmt: skip

    def _begin_translation(self, request, article, form):
        """Make the draft and go there; None, with the reason at the field, where it can't be made."""
        try:
            begun = translations.begin(article, form.cleaned_data["language"], by=request.user)
        except (NotAllowed, revisions.Unfit, OperationalError) as refusal:
            form.add_error("language", self._why(refusal))
            return None
        messages.success(
            request, _("The draft is made. Translate its headline and its text; the pictures are there.")
        )
        return HttpResponseRedirect(reverse("admin:articles_article_change", args=[begun.article_id]))
