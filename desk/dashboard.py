"""
The first page of the desk: what waits, what comes, what just went out.

Each panel is one query along an index, cut to a few rows, so that the page costs the same with ten stories and with a
million. Who may read stories sees all panels; nobody else sees any.
"""

from dataclasses import dataclass
from urllib.parse import urlencode

from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from articles.models import Article
from articles.permissions import may
from images.models import Image

ROWS = 8


@dataclass
class Panel:
    """A titled list of stories. more: the address of the whole list, "" for none. when: which time stands beside."""

    name: str
    title: str
    stories: list
    more: str
    when: str
    empty: str


def panels(user, at=None):
    """Return the panels of ``user`` at the aware datetime ``at`` (now), in reading order; [] for strangers."""
    if not may(user, "view"):
        return []
    at = at or timezone.now()
    return [
        _panel("mine", _("Waiting for me"), _mine(user), "edited_at", _("Nothing waits for you."), who="me"),
        _panel(
            "review",
            _("In review"),
            _in_state("review"),
            "edited_at",
            _("Nobody asks for a look."),
            state="review",
        ),
        _panel("ready", _("Ready"), _in_state("ready"), "edited_at", _("Nothing is ready."), state="ready"),
        _panel(
            "drafts",
            _("Drafts"),
            _in_state("draft").filter(live_revision=None),
            "edited_at",
            _("No draft is open."),
            standing="never",
        ),
        _panel(
            "scheduled",
            _("Scheduled"),
            _scheduled(at),
            "visible_from",
            _("Nothing is scheduled."),
            standing="scheduled",
        ),
        _panel(
            "published",
            _("Just published"),
            _published(at),
            "visible_from",
            _("Nothing is online."),
            standing="online",
        ),
        _panel(
            "tickers",
            _("Running tickers"),
            _published(at).tickers(),
            "visible_from",
            _("No ticker runs."),
            kind="ticker",
        ),
    ]


def pictures_without_rights(user, at=None):
    """Return the newest pictures that lack a credit or an alt text or whose licence has ended, for who may mend them."""
    if not user.has_perm("images.change_image"):
        return []
    lacking = Q(credit="") | Q(alt="") | Q(licence_until__lte=at or timezone.now())
    return list(Image.objects.filter(lacking, retired_at=None)[:ROWS])


def _panel(name, title, stories, when, empty, **wanted):
    rows = list(stories.select_related("working_section", "edited_by")[:ROWS])
    more = f"{reverse('admin:articles_article_changelist')}?{urlencode(wanted)}"
    return Panel(name, title, rows, more, when, empty)


def _desk():
    """Stories as the desk lists them: last edited first, without their texts."""
    return Article.objects.defer("body", "standfirst").order_by("-edited_at", "-id")


def _mine(user):
    """What was given to ``user``, and own stories that are not online as they are written."""
    open_work = Q(live_revision=None) | ~Q(live_revision=F("latest_revision"))
    return _desk().filter(Q(assignee=user) | Q(created_by=user), open_work, withdrawn_at=None)


def _in_state(state):
    return _desk().filter(state=state, withdrawn_at=None)


def _scheduled(at):
    return _desk().filter(visible_from__gt=at).order_by("visible_from", "id")


def _published(at):
    return Article.objects.published(at).defer("body", "standfirst").newest_first()
