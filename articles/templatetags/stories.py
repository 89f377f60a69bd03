"""How stories are written out: kickers, names, times. Nothing here asks the database; views fetch before."""

from datetime import date
from unicodedata import bidirectional

from django import template
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import conditional_escape, escape, format_html
from django.utils.safestring import mark_safe
from django.utils.text import capfirst, get_text_list
from django.utils.translation import (
    get_language,
    get_language_info,
    gettext,
    override,
    pgettext,
)

from articles.clock import moment_in_words, on_the_clock
from articles.languages import direction, spoken_beside
from articles.models.byline import BylineRole
from articles.public import labels

register = template.Library()
register.filter("tone", labels.tone)
register.filter("signature", labels.signature)
register.filter("fixed_wording", labels.fixed_wording)
register.simple_tag(labels.obliged)

STRONG = {"L": "ltr", "R": "rtl", "AL": "rtl"}


@register.simple_tag
def kicker(article):
    """The line above a headline, inside its heading; a hidden colon parts the two for those who hear it."""
    label, words = labels.kicker(article)
    if label and (said := _attributes_inside(spoken_beside(article.language), article.language)):
        label = format_html("<span{}>{}</span>", said, label)
    parts = [part for part in (label, words) if part]
    if not parts:
        return ""
    joined = mark_safe(" · ".join(map(conditional_escape, parts)))
    return format_html('<span class="kicker">{}<span class="hidden">: </span></span>', joined)


@register.simple_tag
def front_headline(article):
    """The headline as fronts and lists print it."""
    return article.home_headline or article.headline


@register.filter
def moment(at):
    """A <time> with the zone in its visible text, in the site's own time: 09:10 EET, 4 May 2026."""
    return _time(timezone.localtime(at).isoformat(timespec="minutes"), moment_in_words(at))


@register.filter
def hour(at):
    """A <time> without its day, in the site's own time: 09:10 EET."""
    local = timezone.localtime(at)
    return _time(local.isoformat(timespec="minutes"), on_the_clock(local))


def _time(machine, text):
    return format_html('<time datetime="{}">{}</time>', machine, text)


@register.filter
def names(bylines, is_unlisted=False):
    """
    The line of names, those with pages linked: By Ana Petrenko and Cem Yildiz in Kharkiv. Pictures: Ben Marsh.

    bylines: a list with `author__canonical` fetched. is_unlisted: of a story that links to no list.
    """
    wrote = [_name(byline, is_unlisted) for byline in bylines if byline.role == BylineRole.TEXT]
    sentences = [gettext("By {names}").format(names=_joined(wrote))] if wrote else []
    for role in [role for role in BylineRole if role != BylineRole.TEXT]:
        if people := [_name(byline, is_unlisted) for byline in bylines if byline.role == role]:
            sentences.append(
                gettext("{role}: {names}").format(role=escape(capfirst(role.label)), names=_joined(people))
            )
    return mark_safe(" · ".join(sentences))  # each part was escaped where it was made


def _joined(people):
    return get_text_list(people, gettext("and"))


def _name(byline, is_unlisted):
    name = escape(byline.name)
    if byline.author_id and not is_unlisted:
        name = format_html(
            '<a rel="author" href="{}">{}</a>', byline.author.canonical.get_absolute_url(), byline.name
        )
    whole = format_html(_shape(byline), name=name, affiliation=byline.affiliation, place=byline.place)
    return format_html("<bdi>{}</bdi>", whole) if _runs_against_the_line(byline.name) else whole


def _shape(byline):
    """How the language joins a name, whom it writes for and where from; some bend the name of a place and can't."""
    if byline.affiliation and byline.place:
        return pgettext("who signs", "{name} ({affiliation}) in {place}")
    if byline.place:
        return pgettext("who signs", "{name} in {place}")
    return "{name} ({affiliation})" if byline.affiliation else "{name}"


def _runs_against_the_line(name):
    """Whether the letters of ``name`` run otherwise than the line's: the commas around it would then lead astray."""
    first = next((STRONG[kind] for kind in map(bidirectional, name) if kind in STRONG), None)
    return first is not None and first != direction(get_language())


@register.filter
def kind(note):
    """What a correction is called in the language of its story, whose headline stands behind it."""
    with override(spoken_beside(note.article.language)):
        return note.get_kind_display()


@register.filter
def dateline(value):
    """The places and the day a story was written: "Kyiv, Lviv, 4 May", or the line as somebody wrote it; "" for none."""
    if not value:
        return ""
    if value.get("text"):
        return value["text"].rstrip(" -–—")  # copy runs on after its dateline, the page begins a new line
    parts = list(value.get("places") or [])
    if parts and value.get("date"):
        parts.append(date_format(date.fromisoformat(value["date"]), pgettext("day in a dateline", "j F")))
    return pgettext("between the places of a dateline", ", ").join(parts)


@register.simple_tag(takes_context=True)
def written_in(context, language, inside=None):
    """The lang and dir attributes of a text in ``language``; nothing where what is around it (the page) is in it too."""
    return _attributes_inside(language, inside or context["site_language"])


@register.filter
def language_name(language):
    """The name of ``language``, a code, in that language: Deutsch, Українська; the code where nobody knows it."""
    try:
        return get_language_info(language)["name_local"]
    except KeyError:
        return language


def _attributes_inside(language, around):
    if language == around:
        return ""
    return format_html(' lang="{}" dir="{}"', language, direction(language))
