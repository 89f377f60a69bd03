"""An agency's kill, hold or correction at the desk: what it says, what differs, and the acts that answer it."""

from django import forms
from django.contrib import messages
from django.db import OperationalError
from django.http import HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from articles.models import Article
from articles.permissions import NotAllowed, get_article, may
from articles.writing import compare
from wire import alarms
from wire.models import Alarm, Answer


class NothingForm(forms.Form):
    reason = forms.CharField(max_length=500, label=gettext_lazy("Nothing has to be done, because"))


class NoteForm(forms.Form):
    note = forms.CharField(
        required=False,
        label=gettext_lazy("Note that readers find in its place"),
        help_text=gettext_lazy("Empty: only that the story was withdrawn."),
        widget=forms.Textarea(attrs={"rows": 2}),
    )


class FindForm(forms.Form):
    """Which story an alarm is about; its number, as lists and addresses show it."""

    story = forms.RegexField(
        r"(?:\A|.*[-/])[0-9]{1,15}(?:/change)?/?\Z",
        label=gettext_lazy("number or address of the story"),
        error_messages={"invalid": gettext_lazy("Give a story’s number, or its address.")},
    )

    def clean_story(self):
        number = self.cleaned_data["story"].removesuffix("/").removesuffix("/change")
        found = Article.objects.filter(pk=int(number.replace("/", "-").rsplit("-", 1)[-1])).first()
        if found is None:
            raise forms.ValidationError(_("There is no such story."))
        return found


FORMS = {"withdraw": NoteForm, "nothing": NothingForm, "find": FindForm}


@require_http_methods(["GET", "HEAD", "POST"])
def alarm(request, site, pk):
    """What the agency says of a story's copy and what differs; by POST the alarm is answered."""
    if not may(request.user, "view"):
        raise NotAllowed(_("Your account has no role yet; ask an administrator."))
    shown = get_object_or_404(Alarm.objects.select_related("item", "earlier", "article", "answer__by"), pk=pk)
    if shown.article_id:
        shown.article = get_article(request.user, shown.article_id)
    act = request.POST.get("act", "")
    bound = {name: form(request.POST if name == act else None, prefix=name) for name, form in FORMS.items()}
    if request.method == "POST" and (act not in FORMS or bound[act].is_valid()):
        try:
            return HttpResponseRedirect(_answered(request, shown, act, bound))
        except (NotAllowed, OperationalError) as refusal:
            busy = isinstance(refusal, OperationalError)
            messages.error(
                request, _("The database is busy; try again in a moment.") if busy else str(refusal)
            )
    return _page(request, site, shown, bound)


def _answered(request, shown, act, bound):
    """Do what the button said; return where to go on."""
    by = request.user
    story = shown.article_id and reverse("admin:articles_article_change", args=[shown.article_id])
    if act == "find":
        found = alarms.find_story(shown, bound["find"].cleaned_data["story"], by=by)
        return reverse("admin:desk_agency", args=[found.pk])
    if act == "nothing":
        alarms.answer(shown, Answer.Act.NOTHING, by=by, reason=bound["nothing"].cleaned_data["reason"])
        messages.success(request, _("Your answer is kept with your name."))
        return story or reverse("admin:index")
    if shown.article is None:
        raise NotAllowed(_("Say first which story this is about."))
    if act == "withdraw":
        alarms.withdraw(shown, by=by, note=bound["withdraw"].cleaned_data["note"])
        messages.success(request, _("Withdrawn: readers no longer see this story."))
        return story
    if act == "take":
        copy = alarms.take_over(shown, by=by)
        messages.success(request, _("Here is the agency’s change beside the story; look at it, then save."))
        return reverse("admin:articles_article_merge", args=[shown.article_id, copy.pk])
    raise NotAllowed(_("There is no such act."))


def _page(request, site, shown, bound):
    before, after = alarms.texts_of(shown)
    article = shown.article
    answer = getattr(shown, "answer", None)
    is_out = article is not None and article.live_revision_id is not None and article.withdrawn_at is None
    context = {
        **site.each_context(request),
        "title": shown.get_kind_display(),
        "alarm": shown,
        "article": article,
        "answer": answer,
        "copy": alarms.copy_of(shown.item),
        "changes": compare.changes(before, after) if before and after else None,
        "forms": bound,
        "begun": alarms.begun(shown),
        "may_withdraw": not answer and is_out and may(request.user, "withdraw", article),
        "may_take": not answer
        and article is not None
        and not shown.is_grave
        and may(request.user, "edit", article)
        and bool(alarms.change_of(shown)),
        "may_find": not answer and article is None and may(request.user, "add"),
        "may_settle": not answer
        and (may(request.user, "edit", article) if article else may(request.user, "add")),
    }
    request.current_app = site.name
    return TemplateResponse(request, "desk/agency.html", context)
