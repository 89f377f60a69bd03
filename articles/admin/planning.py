"""The page of a story's times and people: publish later, embargo, expiry, who has it until when, what legal says."""

from datetime import timedelta
from urllib.parse import urlencode

from django.contrib import messages
from django.db import OperationalError, transaction
from django.http import HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import path, reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from articles import clearance, clock, revisions, schedule, workflow
from articles.forms.fields import is_id
from articles.forms.planning import (
    AssignForm,
    EmbargoForm,
    ExpiryForm,
    InviteForm,
    LaterForm,
    LiftForm,
    ReasonForm,
)
from articles.models import PlannedChange
from articles.permissions import NotAllowed, get_article, may
from articles.writing import invitations, translations
from articles.writing.outlook import outlook

FORMS = {
    "later": LaterForm,
    "embargo": EmbargoForm,
    "lift": LiftForm,
    "expiry": ExpiryForm,
    "assign": AssignForm,
    "clear": ReasonForm,
    "invite": InviteForm,
}
# What a form changes that somebody else may have changed since it was opened: names of the article, and `waiting`.
PLAN = ("waiting", "publish_at", "live_revision_id")
SEEN = {
    "later": PLAN,
    "instead": PLAN,
    "call-off": PLAN,
    "embargo": ("embargo_until", "embargo_by_hand", "embargo_text"),
    "lift": ("embargo_until", "embargo_by_hand", "embargo_text"),
    "expiry": ("expires_at",),
    "assign": ("assignee_id", "due_at"),
}
PLANNERS = ("publish", "embargo", "lift", "assign", "flag", "clear")


class Overtaken(NotAllowed):
    """Somebody changed what a form is about after it was opened."""


class PlanningMixin:
    """One page of `ArticleAdmin`, and two acts of the story's form."""

    def planning_urls(self):
        view = self.admin_site.admin_view(self.planning_view)
        return [path("<int:pk>/planning/", view, name="articles_article_planning")]

    def planning_view(self, request, pk):
        article = get_article(request.user, pk)
        act, _colon, detail = request.POST.get("act", "").partition(":")
        forms = self._planning_forms(request, article, act)
        if request.method == "POST":
            if not any(may(request.user, right, article) for right in PLANNERS):
                raise NotAllowed(
                    _("You can read this story but not change it; ask an editor of its section.")
                )
            if (act not in FORMS or forms[act].is_valid()) and self._plan(
                request, article, act, detail, forms
            ):
                return HttpResponseRedirect(reverse("admin:articles_article_planning", args=[pk]))
        return self._planning_page(request, article, forms)

    @staticmethod
    def _planning_forms(request, article, act):
        """Return {act: its form}; bound is the one that was sent, or that the story's form sent here to be mended."""
        initial = {
            "embargo": {"at": article.embargo_until and clock.local(article.embargo_until)}
            | {"by_hand": article.embargo_by_hand, "text": article.embargo_text},
            "expiry": {"at": article.expires_at and clock.local(article.expires_at)},
            "assign": {"at": article.due_at and clock.local(article.due_at), "assignee": article.assignee_id},
        }
        sent = {act: request.POST}
        if "later-at" in request.GET:
            sent = {"later": request.GET} | sent
        return {
            name: form(sent.get(name), prefix=name, initial=initial.get(name)) for name, form in FORMS.items()
        }

    def _plan(self, request, article, act, detail, forms):
        """Do what the button said; return whether it was done."""
        acts = {
            "later": self._act_later,
            "instead": self._act_instead,
            "call-off": self._act_call_off,
            "let-out": self._act_let_out,
            "set-aside": self._act_set_aside,
            "embargo": self._act_embargo,
            "lift": self._act_lift,
            "expiry": self._act_expiry,
            "assign": self._act_assign,
            "legal": self._act_legal,
            "clear": self._act_clear,
            "invite": self._act_invite,
            "revoke": self._act_revoke,
        }
        if act not in acts:
            return False
        try:
            with transaction.atomic():
                refuse_overtaken(article, act, request.POST.get("seen"))
                told = acts[act](request, article, detail, forms.get(act))
        except (NotAllowed, workflow.Blocked, revisions.Unfit, OperationalError) as refusal:
            messages.error(request, self._why(refusal))
            return isinstance(refusal, Overtaken)  # the page then shows what stands instead of what was typed
        messages.success(request, told)
        return True

    # Acts: (request, article, what the button named, its valid form) -> what to tell

    @staticmethod
    def _act_later(request, article, detail, form):
        data = form.cleaned_data
        done = schedule.publish_later(
            _version(article, detail), by=request.user, at=form.moment, kind=data["kind"], alone=data["alone"]
        )
        return told_of(done)

    @staticmethod
    def _act_instead(request, article, detail, form):
        number = int(detail) if is_id(detail) and len(detail) < 10 else 0
        alone = request.POST.get("alone", "")
        return told_of(schedule.send_instead(article, by=request.user, number=number, alone=alone))

    @staticmethod
    def _act_call_off(request, article, detail, form):
        schedule.call_off(article, by=request.user)
        return _("Called off: the story is an unpublished draft again.")

    @staticmethod
    def _act_let_out(request, article, detail, form):
        number = int(detail) if is_id(detail) and len(detail) < 10 else 0
        act = schedule.let_out(article, by=request.user, number=number)
        return _("Published: %(kind)s.") % {"kind": act.get_kind_display()}

    @staticmethod
    def _act_set_aside(request, article, detail, form):
        pk = int(detail) if is_id(detail) else 0
        planned = get_object_or_404(PlannedChange.objects.select_related("revision"), pk=pk, article=article)
        schedule.set_aside(planned, by=request.user)
        return _("Called off; version %(number)d stays among the versions.") % {
            "number": planned.revision.number
        }

    @staticmethod
    def _act_embargo(request, article, detail, form):
        data = form.cleaned_data
        _article, followed, too_late = translations.set_embargo(
            article,
            by=request.user,
            until=None if data["by_hand"] else form.moment,
            by_hand=data["by_hand"],
            text=data["text"],
            reason=data["reason"],
        )
        told = [_("The embargo stands."), *_following(followed)]
        if too_late:
            why = _("A translation that readers saw already has to be withdrawn instead: %(stories)s.")
            told.append(why % {"stories": _listed(too_late)})
        return " ".join(told)

    @staticmethod
    def _act_lift(request, article, detail, form):
        reason = form.cleaned_data["reason"]
        article, followed, _too_late = translations.set_embargo(article, by=request.user, reason=reason)
        lifted = _("The embargo is lifted.")
        if article.is_published():
            lifted = _("The embargo is lifted: readers see the story now.")
        return " ".join([lifted, *_following(followed)])

    @staticmethod
    def _act_expiry(request, article, detail, form):
        schedule.set_expiry(article, by=request.user, at=form.moment)
        if form.moment is None:
            return _("The story does not expire.")
        return _("Readers see it until %(time)s.") % {"time": clock.told(form.moment)}

    @staticmethod
    def _act_assign(request, article, detail, form):
        workflow.assign(article, by=request.user, assignee=form.cleaned_data["assignee"], due_at=form.moment)
        return _("Noted.")

    @staticmethod
    def _act_legal(request, article, detail, form):
        needed = detail == "yes"
        clearance.require_legal(article, needed, by=request.user)
        return _("Legal has to clear it before it goes out.") if needed else _("It needs no clearance.")

    @staticmethod
    def _act_clear(request, article, detail, form):
        revision = _version(article, detail)
        clearance.clear(revision, by=request.user, note=form.cleaned_data["reason"])
        return _("Version %(number)d is cleared.") % {"number": revision.number}

    @staticmethod
    def _act_invite(request, article, detail, form):
        until = timezone.now() + timedelta(days=form.cleaned_data["days"])
        link = invitations.invite(article, by=request.user, person=form.cleaned_data["person"], until=until)
        return _("%s can read the story at the address below.") % link.person

    @staticmethod
    def _act_revoke(request, article, detail, form):
        pk = int(detail) if is_id(detail) else 0
        link = get_object_or_404(article.preview_links.select_related("article"), pk=pk)
        invitations.revoke(link, by=request.user)
        return _("The address shows nothing any more.")

    # Acts of the story's form: (request, article, the version just saved, what the button named) -> an answer or None

    def _publish_later(self, request, article, revision, detail):
        form = LaterForm(request.POST, prefix="later")
        if not form.is_valid():  # such as an hour that comes twice: the other page asks which
            messages.warning(
                request, _("Your text is saved as version %(number)d.") % {"number": revision.number}
            )
            asked = {"later-at": "later-at", "later-kind": "kind", "later-alone": "alone"}
            back = urlencode({there: request.POST.get(here, "") for there, here in asked.items()})
            address = reverse("admin:articles_article_planning", args=[article.pk])
            return HttpResponseRedirect(f"{address}?{back}")
        kind, alone = request.POST.get("kind") or "update", request.POST.get("alone", "")
        with transaction.atomic():
            refuse_overtaken(article, "later", request.POST.get("later-seen"))
            done = schedule.publish_later(revision, by=request.user, at=form.moment, kind=kind, alone=alone)
        return messages.success(request, told_of(done))

    def _send_instead(self, request, article, revision, detail):
        alone = request.POST.get("alone", "")
        with transaction.atomic():
            refuse_overtaken(article, "instead", request.POST.get("later-seen"))
            done = schedule.send_instead(article, by=request.user, number=revision.number, alone=alone)
        messages.success(request, told_of(done))

    def _send_back(self, request, article, revision, detail):
        workflow.send_back(article, by=request.user, reason=request.POST.get("sent_back", ""))
        messages.success(request, _("Sent back; its writer finds your reason on the dashboard and here."))

    def _planning_page(self, request, article, forms):
        latest = article.latest_revision
        given, last = clearance.clearance_of(article, revisions.content_of(latest))
        rights = {right: may(request.user, right, article) for right in PLANNERS}
        return self._versions_page(
            request, "planning", article, title=_("Times and people"), forms=forms, may=rights,
            outlook=outlook(article), stands=schedule.stands(article), live=article.is_published(),
            invited=rights["publish"] and [(link, invitations.address(link)) for link in invitations.links_of(article)],
            cleared=given, cleared_before=last, was_seen=article.was_seen(),
            seen={act: seen(article, act) for act in SEEN},
            wants_reason=workflow.wants_reason_alone(latest, request.user),
        )  # fmt: skip


def seen(article, act):
    """Return what stands of what ``act`` changes, as one text: the form brings it back."""
    words = " ".join(
        str(_waiting(article) if name == "waiting" else getattr(article, name)) for name in SEEN[act]
    )
    return " ".join(words.split())  # a browser would change the ends of lines


def _waiting(article):
    """Return the id of the planned change that waits for its time, None for none."""
    waiting = article.planned_changes.filter(state=PlannedChange.State.WAITING)
    return waiting.values_list("pk", flat=True).first()


def refuse_overtaken(article, act, was):
    """Raise Overtaken unless a form that says what it showed showed what stands; holds the lock until its caller is done."""
    if act in SEEN and was is not None and was != seen(workflow.lock(article.pk), act):
        raise Overtaken(_("Somebody changed this in the meantime: see how it stands now."))


def _following(followed):
    """Return what to tell of the translations ``followed`` that an embargo reached as well, as a list of one sentence or of none."""
    follow = _("Its translations follow: %(stories)s.")
    return [follow % {"stories": _listed(followed)}] if followed else []


def _listed(stories):
    return ", ".join(f"“{story}”" for story in stories)


def _version(article, detail):
    """Return the version that a button names: the one that the person saw, whatever was saved since."""
    number = int(detail) if is_id(detail) and len(detail) < 10 else 0
    return get_object_or_404(article.revisions, number=number)


def told_of(done):
    """Return what to tell of a publication that was set for later: a PublishAct or a PlannedChange."""
    at = done.at if isinstance(done, PlannedChange) else done.since
    return _("%(time)s publishes version %(number)d.") % {
        "time": clock.told(at),
        "number": done.revision.number,
    }
