"""The desk's list: found by words, id or address; page after page without counting; the same cost at any length."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from articles import revisions, workflow
from articles.models import Article
from articles.writing import listing
from articles.writing.listing import ListForm, cursor_of, find, read_cursor
from images.models import Image
from tests.factories import (
    make_chief,
    make_image,
    make_published,
    make_revision,
    make_section,
    make_ticker,
    make_user,
)

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
        "before=nonsense",
    ],
)
def test_what_is_not_understood_is_left_out(client, chief, query):
    draft("A draft")
    page = client.get(f"{LIST}?{query}")
    assert (page.status_code, headlines(page)) == (200, ["A draft"])


def many(number):
    """Make drafts, most of them edited at one moment: there the id decides."""
    at = timezone.now()
    made = [draft(f"Story {one}") for one in range(number)]
    Article.objects.filter(pk__in=[story.pk for story in made[10:90]]).update(edited_at=at)
    return made


def test_pages_follow_each_other_without_a_gap_or_a_double(client, chief):
    made = many(listing.SIZE * 2 + 7)
    seen, address = [], LIST
    while address:
        page = client.get(address)
        seen += [story.pk for story in page.context["stories"]]
        address = page.context["older"] and f"{LIST}?{page.context['older']}"
    assert sorted(seen) == sorted(story.pk for story in made)
    assert len(seen) == len(set(seen))


def test_the_way_back_shows_the_same_pages(client, chief):
    many(listing.SIZE * 2 + 7)
    first = client.get(LIST)
    second = client.get(f"{LIST}?{first.context['older']}")
    third = client.get(f"{LIST}?{second.context['older']}")
    assert third.context["older"] == first.context["newer"] == ""
    back = client.get(f"{LIST}?{third.context['newer']}")
    assert headlines(back) == headlines(second)
    assert back.context["older"] == second.context["older"]
    front = client.get(f"{LIST}?{back.context['newer']}")
    assert (headlines(front), front.context["newer"]) == (headlines(first), "")


def test_where_less_than_a_page_is_newer_the_first_page_is_shown(client, chief):
    made = many(listing.SIZE + 3)
    cursor = cursor_of(Article.objects.get(pk=made[-4].pk))
    page = client.get(LIST, {"before": cursor})
    assert headlines(page) == headlines(client.get(LIST))
    assert page.context["newer"] == ""


def test_the_pages_beside_keep_what_was_asked(client, chief):
    many(listing.SIZE + 3)
    page = client.get(LIST, {"q": "story", "state": "draft", "section": "nonsense"})
    last = page.context["stories"][-1]
    assert page.context["older"] == f"q=story&state=draft&after={cursor_of(last)}"


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
        '<td class="section">Politics</td>',
        '<p class="help">Ana Petrenko</p>',
        "</time>, clara</td>",
    ):
        assert words in text


def test_a_row_shows_the_lead_of_the_working_copy_small_at_the_same_cost_for_many(client, chief):
    client.get(LIST)
    queries, sources = [], []
    for titles in (["Harbour"], ["Bridge", "Ferry"]):
        for title in titles:
            draft(title, lead_image=revisions.reference(make_image(title)))
        draft("Without")
        with CaptureQueriesContext(connection) as asked:
            page = client.get(LIST)
        queries.append(len(asked))
        sources = [story.thumbnail and story.thumbnail.src for story in page.context["stories"]]
    assert queries[0] == queries[1]
    wanted = [image and f"/media/{image.rendition_name(320, 'jpeg')}" for image in (
        None, Image.objects.get(title="Ferry"), Image.objects.get(title="Bridge"), None, Image.objects.get(title="Harbour")
    )]  # fmt: skip
    assert sources == wanted
    assert page.content.decode().count("<img src=") == 3


def test_the_form_keeps_what_was_asked(client, chief):
    page = client.get(LIST, {"q": "bridge", "state": "review"})
    assert isinstance(page.context["form"], ListForm)
    assert 'value="bridge"' in page.content.decode()
    assert '<option value="review" selected>' in page.content.decode()
