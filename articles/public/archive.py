"""The archive: a page for every day on which a story appeared, in the site's own time."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from django.http import Http404
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import pgettext
from django.views.decorators.http import require_safe

from articles.models import Article
from articles.models.article import day_key, day_of
from articles.public import pages
from articles.public.structured import as_scripts, breadcrumbs, collection_page

FIRST = date(1900, 1, 1)  # nothing here is older; years near 1 can't be told in UTC
NEAR = timedelta(days=31)


@dataclass(frozen=True)
class Day:
    """A day of the site's calendar, its address and its name."""

    date: date

    @property
    def path(self):
        return reverse("day", args=[self.date])

    @property
    def name(self):
        return date_format(self.date, pgettext("date", "j F Y"))


def bounds(day):
    """
    Return the aware datetimes at which the date ``day`` begins and ends in the site's time zone.

    A day is not always 24 hours long; where midnight is skipped it begins with the first hour there is.
    """
    zone = timezone.get_default_timezone()
    midnights = (datetime.combine(midnight, time(), zone) for midnight in (day, day + timedelta(days=1)))
    return tuple(midnight.astimezone(UTC) for midnight in midnights)


@require_safe
def day(request, day):
    """The stories that readers have seen since some hour of ``day`` (a date), newest first, and the days around it."""
    at, number = timezone.now(), pages.page_number(request)
    if not FIRST <= day <= day_of(at):
        raise Http404
    start, end = bounds(day)
    published = Article.objects.listed(at)
    page = pages.newest(published.filter(visible_from__gte=start, visible_from__lt=end), number)
    if not page.stories:
        raise Http404
    path = reverse("day", args=[day])
    if request.path != path:
        return pages.moved(path + page.query, keys={day_key(day)}, until=page.until)
    earlier = _day_of_first(published.filter(visible_from__lt=start).newest_first())
    later = _day_of_first(published.filter(visible_from__gte=end).order_by("visible_from", "id"))
    shown = Day(day)
    context = {
        "day": shown,
        "earlier": earlier and Day(earlier),
        "later": later and Day(later),
        "page": page,
        "path": path + page.query,
        "structured": as_scripts(
            collection_page(shown.name, "", path + page.query), breadcrumbs((shown.name, path))
        ),
    }
    keys = page.keys | keys_around(earlier, day, later)
    return pages.render("articles/day.html", context, keys=keys, until=page.until)


def _day_of_first(stories):
    appeared = stories.values_list("visible_from", flat=True).first()
    return appeared and day_of(appeared)


def keys_around(earlier, day, later):
    """
    Return the keys of the lists that the page of ``day`` draws from: all days from the one before to the one after.

    A story on a day between them is a new neighbour. Where there is no end, or the gap is long, every story may be.
    """
    if earlier is None or later is None or later - earlier > NEAR:
        return {"list:all", day_key(day)}
    return {day_key(earlier + timedelta(days=number)) for number in range((later - earlier).days + 1)}
