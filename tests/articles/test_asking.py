"""The line that finds stories: what it says is understood or taken for words, and never an error."""

from datetime import UTC, date, datetime

import pytest
from django.db.models import Q
from django.utils import timezone, translation
from hypothesis import given
from hypothesis import strategies as st

from articles import revisions, workflow
from articles.models import Article
from articles.writing import asking
from articles.writing.asking import Line, asked_id, read
from articles.writing.listing import find
from tests.factories import (
    byline,
    make_author,
    make_chief,
    make_published,
    make_revision,
    make_section,
    make_source,
    make_tag,
    make_ticker,
    make_user,
)

MONDAY = date(2026, 5, 4)
THURSDAY = date(2026, 5, 7)


@pytest.mark.parametrize(
    ("text", "pk"),
    [
        ("#17", 17),
        ("/coast/a-story-17/", 17),
        ("https://news.example/coast/a-17", 17),
        ("https://news.example/coast/a-storm-live-17/entry/3/", 17),
        ("/coast/a-storm-live-17/entry/3/?utm_source=mail#top", 17),
        ("https://news.example/admin/articles/article/17/change/", 17),
        ("/admin/articles/article/17/", 17),
        ("/coast/a-storm-live-17/entry/", None),
        ("17", None),
        ("#", None),
        ("#a", None),
        ("a-17", None),
        ("17 years", None),
        ("#" + "9" * 19, None),
        ("#" + "9" * 40, None),
        ("#0", None),
        ("١٧", None),
    ],
)
def test_what_names_an_id(text, pk):
    assert asked_id(text) == pk


@pytest.mark.parametrize(
    ("text", "pk"), [("17", 17), (" 17 ", 17), ("#17", None), ("0", None), ("9" * 19, None), ("١٧", None)]
)
def test_what_may_be_an_id_or_a_word(text, pk):
    assert asking.number_alone(text) == pk


def days(start, end):
    return (date(2026, *start), date(2026, *end))


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("", Line()),
        ("bridge marrow", Line(words=["bridge", "marrow"])),
        ('"harbour bridge" ferry', Line(words=["harbour bridge", "ferry"])),
        ("„Brücke am Hafen“", Line(words=["Brücke am Hafen"])),
        ("by:petrenko bridge", Line(words=["bridge"], by=["petrenko"])),
        ('BY:"ana petrenko"', Line(by=["ana petrenko"])),
        ("in:city tag:bridge tag:trams", Line(within=["city"], tags=["bridge", "trams"])),
        ("today", Line(days=days((5, 7), (5, 8)))),
        ("Yesterday bridge", Line(words=["bridge"], days=days((5, 6), (5, 7)))),
        ("monday", Line(days=days((5, 4), (5, 5)))),
        ("thursday", Line(days=days((5, 7), (5, 8)))),
        ("friday", Line(days=days((5, 1), (5, 2)))),
        ("last week bridge", Line(words=["bridge"], days=days((4, 27), (5, 4)))),
        ("this week", Line(days=days((5, 4), (5, 11)))),
        ("last bridge", Line(words=["last", "bridge"])),
        ("2026-05-04", Line(days=days((5, 4), (5, 5)))),
        # What is no day, no keyword or stands in quotation marks is a word.
        ("2026-02-30", Line(words=["2026-02-30"])),
        ("0001-01-01 9999-12-31", Line(words=["0001-01-01", "9999-12-31"])),
        ('"today"', Line(words=["today"])),
        ("by:", Line(words=["by:"])),
        ("title__regex:x pk:1", Line(words=["title__regex:x", "pk:1"])),
        ("a b c d e f g h i j", Line(words=list("abcdefgh"))),
    ],
)
def test_what_a_line_says(text, line):
    assert read(text, THURSDAY) == line


def test_keywords_and_days_go_by_their_names_in_the_language_of_the_interface():
    with translation.override("de"):
        assert read("montag", THURSDAY) == read("monday", THURSDAY) == Line(days=days((5, 4), (5, 5)))


PARTS = st.sampled_from(
    [
        "by:",
        "in:",
        "tag:",
        '"',
        "“",
        "today",
        "last week",
        "2026-05-04",
        "id__in:",
        "#",
        "/x-1/",
        "%",
        "\\",
        "_",
    ]
)


@given(st.text() | st.lists(PARTS | st.text(max_size=5)).map(" ".join) | st.lists(PARTS).map("".join))
def test_no_line_raises_or_reaches_a_column_that_was_not_meant(text):
    line = read(text, THURSDAY)
    assert len(line.words) + len(line.by) + len(line.within) + len(line.tags) <= asking.MOST_WORDS
    assert all(word.strip() for word in line.words + line.by + line.within + line.tags)


@pytest.mark.django_db
@pytest.mark.parametrize(
    "text",
    ["by:'; DROP TABLE--", "in:%", "tag:_", "by:\\", "password__startswith:a", "by:id=1", "in:" + "x" * 290, "2999-12-31", "1900-01-01", "ⅻ" * 100, "\ud7ff"],
)  # fmt: skip
def test_the_database_takes_every_line(text):
    make_published()
    assert list(Article.objects.filter(asking.condition(text, THURSDAY))) == []


@pytest.fixture
def chief(db):
    return make_chief()


def found(text, user):
    return [str(story) for story in find({"q": text}, user=user).stories]


def test_by_finds_what_somebody_signed_made_or_edits(chief):
    ana = make_user("ana", "reporter", first_name="Ana", last_name="Kovalenko")
    lina = make_author("Lina Marsh")
    make_published(headline="Signed", by=chief, bylines=[byline(lina)])
    make_published(headline="By another", by=chief)
    draft = workflow.create(revisions.blank(headline="Ana's draft"), by=ana)
    workflow.create(revisions.blank(headline="Given to Ana"), by=chief)
    Article.objects.filter(working_headline="Given to Ana").update(assignee=ana)
    assert found("by:lina", chief) == ["Signed"]
    assert found("by:MARSH", chief) == ["Signed"]
    for name in ("kovalenko", '"ana kovalenko"', '"Ana Koval"'):
        assert found(f"by:{name}", chief) == ["Given to Ana", str(draft.article)]
    assert found("by:nobody", chief) == []


def test_by_tells_nobody_whose_account_an_author_is(chief):
    """Of no author: the name of a pseudonym would find what the person behind it does under another."""
    ivan = make_user("ivan", "reporter", first_name="Ivan", last_name="Sirko")
    owl = make_author("Night Owl", real_name="Ivan Sirko", account=ivan)
    plain = make_author("Mara Quist", account=make_user("mq", "reporter"))
    make_published(headline="By the owl", by=chief, bylines=[byline(owl)])
    make_revision(headline="Under his own name", by=ivan, bylines=[byline(make_author("Ivan Sirko"))])
    make_revision(headline="Not signed", by=plain.account, bylines=[])
    for user in (chief, make_user("cem", "reporter")):
        assert found('by:"night owl"', user) == ["By the owl"]
        assert found("by:quist", user) == []
        assert found("by:sirko", user) == ["Under his own name"]
        assert found("by:mq", user) == ["Not signed"]


def work_of(status, by, **content):
    """Return a story with ``content`` of which readers see nothing, or something else."""
    published = make_published(by=by, headline=f"{status} before") if status == "changed" else None
    if published:
        whole = published.latest_revision.content | content | {"headline": status}
        return workflow.save(published, whole, by=by, base=1).article
    article = make_revision(by=by, **{"headline": status} | content).article
    return article if status == "draft" else workflow.set_state(article, status, by=by)


WORK = ["draft", "review", "ready", "changed"]


def test_by_finds_what_is_signed_and_not_published_yet(chief):
    petrenko, other = make_author("Олена Petrenko"), make_author("Ben Okafor")
    initials = byline(make_author("L. M."), name="Lina Marsh")
    for status in WORK:
        work_of(status, chief, bylines=[byline(other), byline(petrenko)])
    work_of("draft", chief, headline="By another", bylines=[byline(other), byline(make_source())])
    work_of("draft", chief, headline="As printed", bylines=[initials])
    assert found("by:petrenko", chief) == found("by:ОЛЕНА", chief) == WORK[::-1]
    assert found("by:marsh", chief) == ["As printed"]
    assert found("by:petrenko review", chief) == ["review"]
    assert found("by:north", chief) == []


def test_tag_finds_what_is_tagged_and_not_published_yet(chief):
    bridge, span, trams = make_tag("Harbour bridge"), make_tag("The span"), make_tag("Trams")
    for status in WORK:
        work_of(status, chief, tags=[revisions.reference(trams), revisions.reference(span)])
    work_of("draft", chief, headline="Tagged otherwise", tags=[revisions.reference(trams)])
    assert found("tag:span", chief) == WORK[::-1]
    type(span).objects.filter(pk=span.pk).update(canonical=bridge, merged_into=bridge)
    assert found("tag:harbour", chief) == WORK[::-1]


def test_what_is_called_just_so_is_among_the_fifty_that_a_name_stands_for(chief):
    for number in range(asking.MOST_NAMED + 10):
        make_tag(f"Airport {number}", wrong=[f"Airprot {number}", f"Air port {number}"])
    make_published(headline="Ships wait", by=chief, tags=[revisions.reference(make_tag("Port"))])
    form = make_tag("Docks", wrong=["Air"])
    make_published(headline="Cranes turn", by=chief, tags=[revisions.reference(form)])
    assert found("tag:port", chief) == ["Ships wait"]
    assert found("tag:air", chief) == ["Cranes turn"]


def test_a_typed_address_is_found_before_it_is_published(chief):
    work_of("draft", chief, slug="the-span-opens")
    work_of("draft", chief, headline="Another", slug="ferries-wait")
    assert found("span-opens", chief) == ["draft"]
    assert found("the-span", chief) == ["draft"]


def test_finding_work_costs_the_same_with_one_and_with_three_drafts(chief, django_assert_num_queries):
    trams = make_tag("Trams")
    for number in range(3):
        work_of("draft", chief, tags=[revisions.reference(trams)], slug=f"a-tram-{number}")
        with django_assert_num_queries(9):
            assert len(found("by:petrenko tag:trams a-tram", chief)) == number + 1


def test_of_very_much_work_the_last_edited_is_looked_through(chief, monkeypatch):
    for number in range(4):
        work_of("draft", chief, headline=f"Tram {number}", slug="a-tram")
    monkeypatch.setattr(asking, "MOST_DRAFTS", 3)
    assert found("a-tram", chief) == ["Tram 3", "Tram 2", "Tram 1"]
    monkeypatch.setattr(asking, "MOST_MEANT", 2)
    assert found("a-tram", chief) == ["Tram 3", "Tram 2"]


def test_a_number_is_a_word_and_an_id(chief):
    story = make_published(headline="An old story", by=chief)
    words = [make_revision(headline=f"Plans for {story.pk}{n}", by=chief).article for n in range(3)]
    assert found(f"#{story.pk}", chief) == ["An old story"]
    assert found(str(story.pk), chief)[0] == "An old story"
    assert found(str(story.pk), chief) == ["An old story", *(str(word) for word in reversed(words))]
    nobody = f"{words[-1].pk + 1}"
    assert found(nobody, chief) == []
    make_revision(headline="The year 2030", by=chief)
    assert found("2030", chief) == ["The year 2030"]


def test_the_story_of_a_number_heads_the_first_page_alone_and_no_page_loses_another(chief):
    story = make_published(headline="An old story", by=chief)
    expected = [
        str(make_revision(headline=f"Plans for {story.pk} {letter}", by=chief).article)
        for letter in "abcdefg"
    ][::-1]
    wanted, pages = {"q": str(story.pk)}, []
    page = find(wanted, user=chief, size=3)
    while True:
        pages.append(page)
        if not page.older:
            break
        page = find(wanted, user=chief, size=3, after=page.older)
    rows = [[str(row) for row in page.stories] for page in pages]
    assert rows == [["An old story", *expected[:2]], expected[2:5], expected[5:]]
    assert pages[0].newer == ""
    back = find(wanted, user=chief, size=3, before=pages[2].newer)
    assert [str(row) for row in back.stories] == expected[2:5]
    first = find(wanted, user=chief, size=3, before=back.newer)
    assert ([str(row) for row in first.stories], first.newer) == (rows[0], "")
    back = find(wanted, user=chief, size=2, before=pages[1].newer)
    assert [str(row) for row in back.stories] == ["An old story", expected[0]]


def test_the_address_of_an_entry_finds_its_ticker(chief):
    ticker = make_ticker("Storm live")
    entry = f"http://testserver{ticker.get_absolute_url()}entry/3/"
    assert found(entry, chief) == ["Storm live"]


def test_in_finds_a_section_and_tag_a_tag_with_those_merged_into_it(chief):
    sport = make_section("Sport")
    bridge, span = make_tag("Harbour bridge"), make_tag("The span")
    make_published(headline="A match", by=chief, section=revisions.reference(sport))
    make_published(headline="Tagged", by=chief, tags=[revisions.reference(bridge)])
    make_published(headline="Tagged before the merge", by=chief, tags=[revisions.reference(span)])
    type(span).objects.filter(pk=span.pk).update(canonical=bridge, merged_into=bridge)
    assert found("in:spo", chief) == ["A match"]
    assert found("in:politics tag:harbour", chief) == ["Tagged before the merge", "Tagged"]
    assert found("tag:span match", chief) == []


def test_words_in_any_script_are_found_however_they_are_written(chief):
    make_revision(headline="Міст у Марові відкрито", by=chief)
    make_revision(headline="Die Brücke", by=chief)
    assert found("МІСТ", chief) == found("міст марові", chief) == ["Міст у Марові відкрито"]
    assert found("BRÜCKE", chief) == found("brucke", chief) == ["Die Brücke"]
    assert found("%", chief) == found("_", chief) == []


def test_a_day_is_one_of_the_newsrooms_zone_also_when_the_clocks_change(chief, settings):
    # Kyiv, 29 March 2026: a day of 23 hours, from 22:00 UTC the evening before to 21:00 UTC.
    inside = [datetime(2026, 3, 28, 22, 0, tzinfo=UTC), datetime(2026, 3, 29, 20, 59, tzinfo=UTC)]
    outside = [datetime(2026, 3, 28, 21, 59, tzinfo=UTC), datetime(2026, 3, 29, 21, 0, tzinfo=UTC)]
    for at in inside + outside:
        article = make_revision(headline=f"{at:%H:%M}", by=chief).article
        Article.objects.filter(pk=article.pk).update(edited_at=at)
    assert found("2026-03-29", chief) == ["20:59", "22:00"]


def test_a_day_also_finds_what_readers_saw_from_then_on(chief):
    story = make_published(headline="Seen in May", by=chief)
    Article.objects.filter(pk=story.pk).update(visible_from=datetime(2026, 5, 4, 9, tzinfo=UTC))
    assert found("2026-05-04", chief) == ["Seen in May"]
    assert found("2026-05-05", chief) == []
    assert found("today", chief) == ["Seen in May"]  # edited


def test_an_empty_line_asks_for_nothing():
    assert asking.condition("  ", THURSDAY) == Q()
    assert timezone.get_default_timezone_name() == "Europe/Kyiv"
