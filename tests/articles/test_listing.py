"""The desk's list: found by words, id or address; page after page without counting; the same cost at any length."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from articles import listing, revisions, workflow
from articles.listing import ListForm, asked_id, cursor_of, find, read_cursor
from articles.models import Article
from tests.factories import make_chief, make_published, make_revision, make_section, make_ticker, make_user

pytestmark = pytest.mark.django_db
LIST = "/admin/articles/article/"


@pytest.fixture
def chief(client):
    user = make_chief()
    client.force_login(user)
    return user


def headlines(page):
    return [str(story) for story in page.context["stories"]]


def draft(headline, **content):
    return make_revision(headline=headline, **content).article


def test_the_story_edited_last_stands_first(client, chief):
    for headline in ("One", "Two", "Three"):
        draft(headline)
    assert headlines(client.get(LIST)) == ["Three", "Two", "One"]


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ("bridge", ["Bridge of Marrow reopens", "The bridge falls"]),
        ("BRIDGE marrow", ["Bridge of Marrow reopens"]),
        ("ferry", []),
        ("%", []),
        ("", ["Bridge of Marrow reopens", "The bridge falls"]),
    ],
)
def test_words_are_found_anywhere_in_the_headline(client, chief, asked, found):
    draft("The bridge falls")
    draft("Bridge of Marrow reopens")
    assert headlines(client.get(LIST, {"q": asked})) == found


def test_a_pasted_address_or_an_id_finds_its_story(client, chief):
    wanted = make_published(headline="Bridge reopens")
    make_published(headline="Another")
    address = f"https://news.example{wanted.get_absolute_url()}"
    for asked in (
        str(wanted.pk),
        f"#{wanted.pk}",
        address,
        f"{address}?utm_source=x",
        wanted.get_absolute_url(),
    ):
        assert headlines(client.get(LIST, {"q": asked})) == ["Bridge reopens"]


@pytest.mark.parametrize(
    ("text", "pk"),
    [
        ("17", 17),
        ("#17", 17),
        ("/coast/a-story-17/", 17),
        ("https://news.example/coast/a-17", 17),
        ("a-17", None),
        ("17 years", None),
        ("9" * 19, None),
        ("9" * 40, None),
        ("١٧", None),
    ],
)
def test_what_names_an_id(text, pk):
    assert asked_id(text) == pk


def test_each_filter_narrows_the_list(client, chief):
    sport = make_section("Sport")
    draft("A draft")
    workflow.set_state(draft("In review"), "review", by=chief)
    draft("A match", section=revisions.reference(sport))
    make_published(headline="Online")
    make_published(headline="Tomorrow", at=timezone.now() + timedelta(days=1))
    workflow.withdraw(make_published(headline="Withdrawn"), by=chief, kind="error")
    expired = make_published(headline="Expired", at=timezone.now() - timedelta(hours=2))
    ends = timezone.now() - timedelta(hours=1)
    Article.objects.filter(pk=expired.pk).update(expires_at=ends, visible_until=ends)
    make_ticker("Live")
    workflow.create(revisions.blank(headline="Ana's own"), by=make_user("ana", "reporter"))
    asked = {
        "state=review": ["In review"],
        "standing=never": ["Ana's own", "A match", "In review", "A draft"],
        "standing=scheduled": ["Tomorrow"],
        "standing=online": ["Live", "Online"],
        "standing=withdrawn": ["Withdrawn"],
        "standing=expired": ["Expired"],
        f"section={sport.pk}": ["A match"],
        "kind=ticker": ["Live"],
        "who=me&kind=ticker": ["Live"],
    }
    assert {query: headlines(client.get(f"{LIST}?{query}")) for query in asked} == asked


def test_a_standing_filter_says_what_the_story_says(chief):
    at = timezone.now()
    made = [
        draft("A draft"),
        make_published(headline="Online"),
        make_published(headline="Later", at=at + timedelta(days=1)),
        workflow.withdraw(make_published(headline="Gone"), by=chief, kind="error"),
    ]
    for standing in Article.Standing:
        found = find({"standing": standing}, user=chief).stories
        assert {story.pk for story in found} == {story.pk for story in made if story.standing() == standing}


@pytest.mark.parametrize(
    "query",
    [
        "state=burnt",
        "section=x",
        "section=999999",
        "who=them",
        "q=" + "x" * 400,
        "after=nonsense",
        "kind=%00",
    ],
)
def test_what_is_not_understood_is_left_out(client, chief, query):
    draft("A draft")
    page = client.get(f"{LIST}?{query}")
    assert (page.status_code, headlines(page)) == (200, ["A draft"])


def test_pages_follow_each_other_without_a_gap_or_a_double(client, chief):
    at = timezone.now()
    numbers = range(listing.SIZE * 2 + 7)
    made = [draft(f"Story {number}") for number in numbers]
    # Many at one moment: the id decides.
    Article.objects.filter(pk__in=[story.pk for story in made[10:90]]).update(edited_at=at)
    seen, address = [], LIST
    while address:
        page = client.get(address)
        seen += [story.pk for story in page.context["stories"]]
        address = page.context["next"] and f"{LIST}?{page.context['next']}"
    assert sorted(seen) == sorted(story.pk for story in made)
    assert len(seen) == len(set(seen))


def test_a_cursor_reads_back_to_the_microsecond():
    article = draft("One")
    article = Article.objects.get(pk=article.pk)
    assert read_cursor(cursor_of(article)) == (article.edited_at, article.pk)
    assert [read_cursor(text) for text in ("", "x", "1", "1-", "-1", "1-1-1", "٣-٣", "9" * 30 + "-1")] == [
        None
    ] * 8


def test_a_year_far_ahead_is_a_cursor_or_none_but_never_an_error(client, chief):
    draft("One")
    assert headlines(client.get(LIST, {"after": "9" * 16 + "-1"})) == ["One"]


def test_the_list_never_counts_and_costs_the_same_at_any_length(client, chief):
    draft("One")
    client.get(LIST)
    with CaptureQueriesContext(connection) as one:
        client.get(LIST)
    for number in range(listing.SIZE + 5):
        draft(f"Story {number}")
    with CaptureQueriesContext(connection) as many:
        client.get(LIST)
    assert len(many) == len(one)
    assert [query["sql"] for query in many if "COUNT(" in query["sql"]] == []


def test_a_row_says_status_section_names_and_editor(client, chief):
    article = make_published(headline="Bridge reopens")
    workflow.set_state(article, "review", by=chief)
    text = client.get(LIST).content.decode()
    for words in (
        '<span class="status status-online">online</span> <span class="status status-review">in review</span>',
        "<td>Politics</td>",
        "<td>Ana Petrenko</td>",
        "clara",
    ):
        assert words in text


def test_the_form_keeps_what_was_asked(client, chief):
    page = client.get(LIST, {"q": "bridge", "state": "review"})
    assert isinstance(page.context["form"], ListForm)
    assert 'value="bridge"' in page.content.decode()
    assert '<option value="review" selected>' in page.content.decode()
