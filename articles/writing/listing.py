"""
The desk's list of stories: what was asked for, found along indexes, page after page without counting.

Pages are keyset pages: the address of the next or the one before names the story at its edge (when it was edited, and
its id), so that page 400 costs what page 1 costs and a story edited meanwhile makes nobody skip another.
"""

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from urllib.parse import urlencode

from django import forms
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from articles.models import Article, Section
from articles.models.article import day_of, visible
from articles.writing import asking
from images.models import Image
from images.pictures import thumbnail

SIZE = 50
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)


class ListForm(forms.Form):
    """What a list may be asked for. What is not understood is left out, never an error page."""

    q = forms.CharField(
        label=_("Search"),
        required=False,
        max_length=300,
        help_text=_(
            "Words of the headline, an id or an address; by:petrenko, in:city, tag:bridge; today, monday, 2026-05-04."
        ),
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

    def query(self, **more):
        """Return what was asked for and understood, and ``more``, as it stands in an address: q=bridge&state=review."""
        return urlencode({name: self.data[name] for name in self.wanted()} | more)

    def open_filters(self):
        """Whether something besides words was asked for: the drawer of filters then stands open."""
        return bool(self.wanted().keys() - {"q"})


@dataclass
class Listing:
    """One page of the list. newer, older: the cursors of the pages beside it, "" where there is none."""

    stories: list
    newer: str = ""
    older: str = ""


def find(wanted, *, user, after="", before="", at=None, size=SIZE):
    """
    Return the Listing of what `ListForm.wanted` says, last edited first; ahead of all a story whose id alone was typed.

    after, before: the cursor that the page shall follow, or come ahead of; one that can't be read means the first page.
    at: aware datetime, now if None.
    """
    stories = Article.objects.filter(_asked(wanted, user, at or timezone.now()))
    named = _named(stories, wanted)  # stands on the first page, whenever it was edited
    stories = stories.exclude(pk__in=named)
    if cursor := read_cursor(before):
        found = _ids(stories.filter(_beside(cursor, "gt")).order_by("edited_at", "id"), size)
        if len(found) >= size + len(named) and (rows := _rows(found[:size])):
            return Listing(rows, cursor_of(rows[0]) if len(found) > size else "", cursor_of(rows[-1]))
        # Less than a page is newer: that is the first page.
    cursor = read_cursor(after)
    if cursor:
        stories, named = stories.filter(_beside(cursor, "lt")), []
    size -= len(named)
    found = _ids(stories.order_by("-edited_at", "-id"), size)
    rows = _rows(named + found[:size])
    rows.sort(key=lambda row: row.pk not in named)
    older = cursor_of(rows[-1]) if rows and len(found) > size else ""
    return Listing(rows, cursor_of(rows[0]) if cursor and rows else "", older)


def _ids(stories, size):
    """Return the ids of a page and one more. Asked for alone, they and the words looked for come from one index."""
    return list(stories.values_list("pk", flat=True)[: size + 1])


def _named(stories, wanted):
    """Return [the id that is all that was typed], if it is that of one of ``stories``; else []."""
    number = asking.number_alone(wanted.get("q", ""))
    return list(stories.filter(pk=number).values_list("pk", flat=True)) if number else []


def _beside(cursor, side):
    """The stories before ("lt") or after ("gt") a cursor, in a form that databases answer along an index."""
    edited_at, pk = cursor
    further = Q((f"edited_at__{side}", edited_at)) | Q((f"id__{side}", pk), edited_at=edited_at)
    return Q((f"edited_at__{side}e", edited_at)) & further


def _rows(ids):
    """
    Return these stories, last edited first, with what a row shows: section, editor, names and lead picture of the
    working copy, no texts. ``thumbnail`` is the smallest Picture of the lead or None. Two queries.
    """
    rows = list(
        Article.objects.filter(pk__in=ids)
        .select_related("working_section", "edited_by")
        .defer("body", "standfirst")
        .annotate(
            signed=F("latest_revision__content__bylines"),
            lead=F("latest_revision__content__lead_image__id"),
        )
        .order_by("-edited_at", "-id")
    )
    images = Image.objects.in_bulk({row.lead for row in rows if row.lead})
    for row in rows:
        image = images.get(row.lead)
        row.thumbnail = image and thumbnail(image)
    return rows


def _asked(wanted, user, at):
    asked = Q()
    if "state" in wanted:
        asked &= _state(wanted["state"])
    if "kind" in wanted:
        ticker = wanted["kind"] == Article.Kind.TICKER
        asked &= _few(kind=wanted["kind"]) if ticker else Q(kind=wanted["kind"])
    if "section" in wanted:
        asked &= Q(working_section=wanted["section"])
    if "who" in wanted:
        asked &= Q(created_by=user) | Q(assignee=user)
    if "standing" in wanted:
        asked &= _standing(wanted["standing"], at)
    return asked & asking.condition(wanted.get("q", ""), day_of(at))


def _few(*conditions, **named):
    """The same as the conditions, but few stories are so: found first, rather than met on a way through all."""
    return Q(pk__in=Article.objects.filter(*conditions, **named).values("pk"))


def _state(state):
    """Nearly all stories are drafts, also those online: asked for by what they are not, lest SQLite look at each of them."""
    others = [other for other in Article.State.values if other != state]
    return ~Q(state__in=others) if state == Article.State.DRAFT else Q(state=state)


def _standing(standing, at):
    """The condition for `Article.standing`, which says the same of one story."""
    published = Q(live_revision__isnull=False, withdrawn_at=None)
    return {
        Article.Standing.NEVER: _few(live_revision=None, withdrawn_at=None),
        Article.Standing.SCHEDULED: _few(published, Q(visible_from=None) | Q(visible_from__gt=at)),
        Article.Standing.ONLINE: Q(withdrawn_at=None) & visible(at),
        Article.Standing.EXPIRED: published & Q(visible_from__lte=at, visible_until__lte=at),
        Article.Standing.WITHDRAWN: Q(withdrawn_at__isnull=False),
    }[standing]


def cursor_of(article):
    return f"{(article.edited_at - EPOCH) // MICROSECOND}-{article.pk}"


def read_cursor(text):
    """Return (edited_at, id) of a cursor, None for what is none."""
    found = re.fullmatch(r"(\d{1,16})-(\d{1,18})", text, re.ASCII)
    if not found:
        return None
    return EPOCH + int(found[1]) * MICROSECOND, int(found[2])
