"""Breaking news: a headline and a sentence go out from the desk's first page, and come out of the strip again."""

from django.contrib import messages
from django.http import HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import time_format
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from articles import revisions, workflow
from articles.forms.flash import FlashForm
from articles.models import Article
from articles.permissions import NotAllowed, get_article, may, may_publish_in


def panel(user):
    """Return {"form", "breaking"} for the desk's first page: for whom may publish somewhere; {} for others."""
    sections = may_publish_in(user)
    if not sections:
        return {}
    breaking = Article.objects.breaking(timezone.now()).select_related("section").defer("body")
    return {
        "form": FlashForm(sections=sections),
        "breaking": [story for story in breaking if may(user, "publish", story)],
    }


@require_http_methods(["GET", "HEAD", "POST"])
def flash(request, site):
    """The form by itself, which is where one that could not be sent out comes back with what is to be mended."""
    sections = may_publish_in(request.user)
    if not sections:
        raise NotAllowed(_("Only editors send out a flash; tell the editor of the section."))
    form = FlashForm(request.POST or None, sections=sections)
    if request.method == "POST" and form.is_valid():
        try:
            return _sent(
                request, workflow.flash(form.content(), by=request.user, uuid=form.cleaned_data["uuid"])
            )
        except workflow.SentBefore as before:
            if _is_the_same(before.article, form.content()):
                return HttpResponseRedirect(_desk_address(before.article))
            form = form.renewed()
            message = _("“%s” went out by this form already. Change that story, or send this as another one.")
            messages.warning(request, message % before.article)
        except (workflow.Blocked, NotAllowed, revisions.Unfit) as refusal:
            form.add_error(None, str(refusal))
    context = {**site.each_context(request), "title": _("Flash"), "form": form}
    return TemplateResponse(request, "desk/flash.html", context)


def _is_the_same(article, content):
    return article.revisions.get(number=1).content == content


def _sent(request, article):
    until = time_format(timezone.localtime(article.breaking_until), "H:i")
    message = _("Online, and in the breaking strip until %s. Write on here; the address stays.")
    messages.success(request, message % until)
    return HttpResponseRedirect(_desk_address(article))


def _desk_address(article):
    return reverse("admin:articles_article_change", args=[article.pk])


@require_POST
def end(request, pk):
    """Take a story out of the breaking strip."""
    article = get_article(request.user, pk)
    workflow.set_breaking(article, None, by=request.user)
    messages.success(request, _("“%s” is out of the breaking strip.") % article)
    return HttpResponseRedirect(reverse("admin:index"))
