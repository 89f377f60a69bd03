"""
The desk's list of stories: what was asked for, found along indexes, page after page without counting.

Pages are keyset pages: the address of the next one names the last story shown (when it was edited, and its id), so
that page 400 costs what page 1 costs and a story edited meanwhile makes nobody skip another.
"""

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from django import forms
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from articles.models import Article, Section
from articles.models.article import visible

SIZE = 50
LARGEST_ID = 2**63 - 1
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)


class ListForm(forms.Form):
    """What a list may be asked for. What is not understood is left out, never an error page."""

    q = forms.CharField(
        label=_("Search"),
        required=False,
        max_length=300,
        help_text=_("Words of the headline, an id, or the address of a page."),
    )
    state = forms.ChoiceField(
        label=_("State"), required=False, choices=[("", _("any")), *Article.State.choices]
    )
    standing = forms.ChoiceField(
        label=_("For readers"), required=False, choices=[("", _("any")), *Article.Standing.choices]
    )
    section = forms.ModelChoiceField(
        label=_("Section"), required=False, queryset=Section.objects.all(), empty_label=_("any")
    )
    kind = forms.ChoiceField(label=_("Kind"), required=False, choices=[("", _("any")), *Article.Kind.choices])
    who = forms.ChoiceField(
        label=_("Whose"), required=False, choices=[("", _("everybody's")), ("me", _("mine"))]
    )

    def wanted(self):
        """Return what was asked for and understood: {name: value}, without empty ones."""
        self.is_valid()
        return {name: value for name, value in self.cleaned_data.items() if value}

    def open_filters(self):
        """Whether something besides words was asked for: the drawer of filters then stands open."""
        return bool(self.wanted().keys() - {"q"})


@dataclass
class Listing:
    """One page of the list. after: the cursor of the next page, "" where this is the last."""

    stories: list
    after: str


def find(wanted, *, user, after="", at=None):
    """
    Return the Listing of what `ListForm.wanted` says, last edited first.

    after: the cursor that the page before ended with; one that can't be read means the first page. at: aware
    datetime, now if None.
    """
    stories = Article.objects.filter(_asked(wanted, user, at or timezone.now()))
    if cursor := read_cursor(after):
        edited_at, pk = cursor
        stories = stories.filter(
            Q(edited_at__lt=edited_at) | Q(edited_at=edited_at, pk__lt=pk), edited_at__lte=edited_at
        )
    rows = list(_with_what_a_row_shows(stories).order_by("-edited_at", "-id")[: SIZE + 1])
    more = len(rows) > SIZE
    return Listing(rows[:SIZE], cursor_of(rows[SIZE - 1]) if more else "")


def _with_what_a_row_shows(stories):
    """Section, editor and the names under the working copy; no texts."""
    names = F("latest_revision__content__bylines")
    return (
        stories.select_related("working_section", "edited_by")
        .defer("body", "standfirst")
        .annotate(signed=names)
    )


def _asked(wanted, user, at):
    asked = Q()
    for name in ("state", "kind"):
        if name in wanted:
            asked &= Q((name, wanted[name]))
    if "section" in wanted:
        asked &= Q(working_section=wanted["section"])
    if "who" in wanted:
        asked &= Q(created_by=user) | Q(assignee=user)
    if "standing" in wanted:
        asked &= _standing(wanted["standing"], at)
    return asked & _words(wanted.get("q", ""))


def _standing(standing, at):
    """The condition for `Article.standing`, which says the same of one story."""
    published = Q(live_revision__isnull=False, withdrawn_at=None)
    return {
        Article.Standing.NEVER: Q(live_revision=None, withdrawn_at=None),
        Article.Standing.SCHEDULED: published & (Q(visible_from=None) | Q(visible_from__gt=at)),
        Article.Standing.ONLINE: Q(withdrawn_at=None) & visible(at),
        Article.Standing.EXPIRED: published & Q(visible_from__lte=at, visible_until__lte=at),
        Article.Standing.WITHDRAWN: Q(withdrawn_at__isnull=False),
    }[standing]


def _words(text):
    """An id, an address of a story, or words that the headline holds, each somewhere."""
    text = text.strip()
    if pk := asked_id(text):
        return Q(pk=pk)
    asked = Q()
    for word in text.split()[:8]:
        asked &= Q(working_headline__icontains=word) | Q(slug__icontains=word)
    return asked


def asked_id(text):
    """Return the id that ``text`` names: a number alone, or the end of a story's address; else None."""
    found = re.fullmatch(r"#?(\d{1,19})|\S*/[^/\s]*-(\d{1,19})/?(?:[?#]\S*)?", text, re.ASCII)
    pk = found and int(found[1] or found[2])
    return pk if pk and pk <= LARGEST_ID else None


def cursor_of(article):
    return f"{(article.edited_at - EPOCH) // MICROSECOND}-{article.pk}"


def read_cursor(text):
    """Return (edited_at, id) of a cursor, None for what is none."""
    found = re.fullmatch(r"(\d{1,16})-(\d{1,18})", text, re.ASCII)
    if not found:
        return None
    return EPOCH + int(found[1]) * MICROSECOND, int(found[2])
