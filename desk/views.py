"""The desk's own pages in the admin."""

from django.contrib import messages
from django.db.models import prefetch_related_objects
from django.http import HttpResponseRedirect, JsonResponse
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from articles.forms.fields import is_id
from articles.permissions import NotAllowed, may
from articles.templatetags.desk_words import standing_words
from articles.writing.listing import ListForm
from articles.writing.listing import find as find_stories
from desk import dashboard, filters, flash, notes
from desk.alarms import alarms


def index(request, site, extra_context=None):
    """The dashboard, as the admin's first page; below it stands the admin's list of tables."""
    context = {
        **site.each_context(request),
        "title": site.index_title,
        "app_list": site.get_app_list(request),
        "may_start": may(request.user, "add"),
        "alarms": alarms(request.user),
        "panels": dashboard.panels(request.user),
        "flash": flash.panel(request.user),
        "mentions": notes.unread(request.user),
        "pictures": dashboard.pictures_without_rights(request.user),
        "proposed_tags": dashboard.proposed_tags(request.user),
        "unread_copy": dashboard.unread_copy(request.user),
        "house": dashboard.house(request.user),
        "now": timezone.now(),
        **(extra_context or {}),
    }
    request.current_app = site.name
    return TemplateResponse(request, "desk/dashboard.html", context)


@require_safe
def all_alarms(request, site):
    """The lists that the first page begins with, in full."""
    if not may(request.user, "view"):
        raise NotAllowed(_("Your account has no role yet; ask an administrator."))
    title = _("What the desk must know")
    context = {**site.each_context(request), "title": title, "alarms": alarms(request.user)}
    request.current_app = site.name
    return TemplateResponse(request, "desk/alarms.html", context)


FOUND = 8


@require_safe
def find(request):
    """
    The stories that a line of words, an id or an address finds, last edited first, as JSON.

    {"stories": [{"headline", "note", "url", "id", "path"}]}, at most eight; none for an empty line. path: where readers
    find it, "" for what they can't open.
    """
    if not may(request.user, "view"):
        raise NotAllowed(_("Your account has no role yet; ask an administrator."))
    at = timezone.now()
    words = ListForm({"q": request.GET.get("q", "")}).wanted()
    stories = find_stories(words, user=request.user, at=at, size=FOUND).stories if words else []
    prefetch_related_objects(stories, "section")
    return JsonResponse({"stories": [_row(story, at) for story in stories]})


def _row(story, at):
    note = [*standing_words(story, at), story.working_section and str(story.working_section)]
    return {
        "headline": str(story),
        "note": " · ".join(filter(None, note)),
        "url": reverse("admin:articles_article_change", args=[story.pk]),
        "id": story.pk,
        "path": story.get_absolute_url() if story.is_published(at) else "",
    }


@require_POST
def saved_filters(request):
    """Save what the list shows under a name, or forget an own filter; back to the list."""
    if not may(request.user, "view"):
        raise NotAllowed(_("Your account has no role yet; ask an administrator."))
    address = reverse("admin:articles_article_changelist")
    forget = request.POST.get("forget", "")
    if is_id(forget):
        filters.forget(request.user, int(forget))
        return HttpResponseRedirect(address)
    asked = {name: request.POST.get(name, "") for name in ("name", "query", "shared")}
    try:
        saved = filters.save(request.user, **asked)
    except NotAllowed as refusal:
        messages.error(request, str(refusal))
        return HttpResponseRedirect(address)
    messages.success(request, _("“%s” is saved.") % saved)
    return HttpResponseRedirect(f"{address}?{saved.query}")
