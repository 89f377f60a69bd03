"""Words of the desk: where a story stands, as a word and a colour."""

from django import template
from django.forms import CharField, URLField
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from articles.clock import on_the_clock
from articles.models import Article

register = template.Library()


def standings(story, at):
    """
    Return [(name, word)] of where ``story`` stands at the aware datetime ``at``: for readers, then the working copy.

    A story that was never published has its state alone; one that was has it only while it is no draft. One that is set
    for later says whether something holds it.
    """
    standing = story.standing(at)
    found = [] if standing == Article.Standing.NEVER else [(standing, standing.label)]
    if story.held_since is not None:
        found.append(("held", _("held")))
    if not found or story.state != Article.State.DRAFT:
        found.append((story.state, story.get_state_display()))
    return found


def standing_words(story, at):
    return [str(word) for _name, word in standings(story, at)]


@register.simple_tag
def story_status(story, at):
    """Return the words of `standings`, each marked with its name for a colour."""
    return format_html_join(" ", '<span class="status status-{}">{}</span>', standings(story, at))


@register.filter
def desk_time(moment, now):
    """
    Return a <time> as short as the desk can take it: the hour alone for today, the day before it, the year if another.

    moment, now: aware datetimes; the whole of it, with the zone, stands in the title. "" for no moment.
    """
    if moment is None:
        return ""
    local, today = timezone.localtime(moment), timezone.localtime(now)
    if local.date() == today.date():
        short = date_format(local, pgettext("time today", "H:i"))
    elif local.year == today.year:
        short = date_format(local, pgettext("time this year", "j M H:i"))
    else:
        short = date_format(local, pgettext("time in another year", "j M Y"))
    # The zone apart: Django's own letter for it is silent in the very hour that comes twice.
    whole = f"{date_format(local, pgettext('time in full', 'l, j F Y'))}, {on_the_clock(local)}"
    return format_html(
        '<time datetime="{}" title="{}">{}</time>', local.isoformat(timespec="minutes"), whole, short
    )


@register.filter
def typed(field):
    """Return the widget of a form's ``field``; what people type into it runs the way of its first letter."""
    runs_as_typed = isinstance(field.field, CharField) and not isinstance(field.field, URLField)
    return field.as_widget(attrs={"dir": "auto"}) if runs_as_typed else field.as_widget()
