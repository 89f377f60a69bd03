"""How many stories each month brought to a tag or an author, as bars that a template draws as SVG and tells as a table."""

from dataclasses import dataclass
from datetime import date, datetime, time

from django.db.models import Count
from django.db.models.functions import TruncMonth
from django.utils import timezone

from articles.models.article import day_of, visible

MONTHS = 24
HEIGHT, STEP, WIDTH = 80, 20, 14  # of the highest bar, from bar to bar, of a bar; in the drawing's own units


@dataclass
class Bar:
    """The stories of one month; ``x``, ``y`` and ``height`` in the drawing, which has y 0 at its top."""

    month: date
    stories: int
    x: int
    y: float
    height: float

    @property
    def is_january(self):
        return self.month.month == 1


@dataclass
class Chart:
    """bars: one a month, the oldest first. most: the stories of the fullest month."""

    bars: list
    most: int

    @property
    def total(self):
        return sum(bar.stories for bar in self.bars)

    @property
    def width(self):
        return STEP * len(self.bars)

    height = HEIGHT
    bar_width = WIDTH


def months_until(day, count):
    """Return the first days of the ``count`` months that end with the one of ``day``, the oldest first."""
    last = day.year * 12 + day.month - 1
    return [date(number // 12, number % 12 + 1, 1) for number in range(last - count + 1, last + 1)]


def by_month(rows, story, at, months=MONTHS):
    """
    Return the Chart of the stories that readers can open, by the month in which they were first seen.

    rows: TaggedItems or Bylines, whose key to the story is called ``story``. at: aware datetime. A story counts once,
    in the newsroom's own time zone; one query.
    """
    present = months_until(day_of(at), months)
    zone = timezone.get_default_timezone()
    starts = datetime.combine(present[0], time(), tzinfo=zone)
    seen = rows.filter(visible(at, end=f"{story}__visible_until"), visible_from__gte=starts).order_by()
    by = seen.annotate(month=TruncMonth("visible_from", tzinfo=zone)).values("month")
    counted = {
        moment.date(): stories
        for moment, stories in by.annotate(stories=Count(story, distinct=True)).values_list(
            "month", "stories"
        )
    }
    most = max(counted.values(), default=0)
    bars = []
    for number, month in enumerate(present):
        stories = counted.get(month, 0)
        height = round(HEIGHT * stories / most, 1) if most else 0
        bars.append(Bar(month, stories, number * STEP, HEIGHT - height, height))
    return Chart(bars, most)
