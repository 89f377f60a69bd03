"""Stories by month: counted once, in the newsroom's time zone, drawn and told in words."""

from datetime import UTC, date, datetime

import pytest
from django.urls import reverse
from lxml import html

from articles import revisions
from articles.models import Article, Byline, TaggedItem
from articles.naming import charts, merging
from tests.factories import byline, make_author, make_chief, make_published, make_tag, make_user

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 3, 20, 12, tzinfo=UTC)


def seen(story, *moment):
    """Let readers have seen ``story`` from that moment (UTC) on."""
    at = datetime(*moment, tzinfo=UTC)
    Article.objects.filter(pk=story.pk).update(visible_from=at)
    TaggedItem.objects.filter(content_object=story).update(visible_from=at)
    Byline.objects.filter(article=story).update(visible_from=at)


def test_months_end_with_the_present_one():
    assert charts.months_until(date(2026, 2, 28), 4) == [
        date(2025, 11, 1), date(2025, 12, 1), date(2026, 1, 1), date(2026, 2, 1),
    ]  # fmt: skip


def test_a_story_counts_once_in_the_month_of_the_newsroom_s_own_clock():
    kept, other, author = make_tag("Harbour"), make_tag("Harbor"), make_author()
    merging.merge([other], into=kept, by=make_chief())
    rows = {
        "tags": [revisions.reference(kept), revisions.reference(other)],
        "bylines": [byline(author), byline(author, "photo")],
    }
    stories = [make_published(**rows) for _ in range(5)]
    seen(stories[0], 2026, 2, 28, 21, 59)
    seen(stories[1], 2026, 2, 28, 22, 0)  # midnight in Kyiv
    seen(stories[2], 2026, 3, 1, 12)
    seen(stories[3], 2025, 12, 31, 21, 59)  # before the first of the months
    seen(stories[4], 2026, 3, 20, 12, 1)  # not seen yet
    for things, story in (
        (TaggedItem.objects.filter(tag__canonical=kept), "content_object"),
        (Byline.objects.filter(author__canonical=author), "article"),
    ):
        chart = charts.by_month(things, story, NOW, months=3)
        assert [(bar.month, bar.stories, bar.x, bar.y, bar.height) for bar in chart.bars] == [
            (date(2026, 1, 1), 0, 0, 80, 0.0),
            (date(2026, 2, 1), 1, 20, 40.0, 40.0),
            (date(2026, 3, 1), 2, 40, 0.0, 80.0),
        ]
        assert (chart.total, chart.most, chart.width) == (3, 2, 60)


def test_the_desk_sees_it_drawn_and_as_a_table_and_nothing_where_nothing_is(client):
    tag, author, spare = make_tag(), make_author("Vera Linn"), make_tag("Spare")
    make_published(tags=[revisions.reference(tag)], bylines=[byline(author)])
    client.force_login(make_user("tom", "tag desk"))
    for thing in (tag, author):
        page = client.get(reverse(f"admin:articles_{thing._meta.model_name}_change", args=[thing.pk]))
        [figure] = html.fromstring(page.content.decode()).xpath("//figure[@class='chart']")
        assert len(figure.xpath(".//*[local-name()='rect']")) == 1
        assert figure.xpath(".//tbody/tr/td/text()") == ["1", *["0"] * 23]
        assert len(figure.xpath(".//tbody/tr/th/text()")) == 24
        assert figure.xpath(".//*[local-name()='svg']/@aria-hidden") == ["true"]
    assert (
        'class="chart"'
        not in client.get(reverse("admin:articles_tag_change", args=[spare.pk])).content.decode()
    )
