"""Saved filters: a question to the list under a name, one's own or for everybody."""

import pytest

from articles.permissions import NotAllowed
from desk import filters
from desk.models import SavedFilter
from tests.factories import make_chief, make_revision, make_user

pytestmark = pytest.mark.django_db
LIST = "/admin/articles/article/"


@pytest.fixture
def ana(client):
    user = make_user("ana", "reporter")
    client.force_login(user)
    return user


def test_what_the_list_shows_is_saved_under_a_name_and_stands_in_its_drawer(client, ana):
    make_revision(headline="Bridge", by=ana)
    page = client.get(f"{LIST}?q=bridge&state=draft&after=1-1&junk=1").content.decode()
    assert '<input type="hidden" name="query" value="q=bridge&amp;state=draft">' in page
    answer = client.post("/admin/filters/", {"name": "  My \n bridges ", "query": "q=bridge&state=draft"})
    assert answer.headers["Location"] == f"{LIST}?q=bridge&state=draft"
    page = client.get(answer.headers["Location"]).content.decode()
    assert f'<a href="{LIST}?q=bridge&amp;state=draft" aria-current="true">My bridges</a>' in page
    assert f'<a href="{LIST}?q=bridge&amp;state=draft">My bridges</a>' in client.get(LIST).content.decode()


def test_only_what_the_list_understands_is_kept(ana):
    saved = filters.save(ana, name="x", query="q=bridge&state=burnt&section=99&next=https://evil.example")
    assert saved.query == "q=bridge"
    for query in ("", "state=burnt", "javascript:alert(1)", "after=1-1"):
        with pytest.raises(NotAllowed, match="Choose some filters"):
            filters.save(ana, name="x", query=query)
    with pytest.raises(NotAllowed, match="Choose some filters"):
        filters.save(ana, name=" \0 ", query="q=bridge")


def test_a_name_used_again_means_the_newer_filter(ana):
    filters.save(ana, name="Mine", query="q=bridge")
    filters.save(ana, name="Mine", query="q=ferry")
    assert [(one.name, one.query) for one in SavedFilter.of(ana)] == [("Mine", "q=ferry")]


def test_an_editor_shares_and_a_reporter_can_not(client, ana):
    clara = make_chief()
    filters.save(clara, name="For all", query="state=review", shared=True)
    filters.save(clara, name="For Clara", query="state=ready")
    filters.save(ana, name="By Ana", query="q=x", shared=True)
    assert {one.name for one in SavedFilter.of(ana)} == {"By Ana", "For all"}
    assert {one.name for one in SavedFilter.of(clara)} == {"For all", "For Clara"}
    assert 'name="shared"' not in client.get(f"{LIST}?q=x").content.decode()
    client.force_login(clara)
    assert 'name="shared"' in client.get(f"{LIST}?q=x").content.decode()


def test_one_removes_own_filters_only(client, ana):
    mine = filters.save(ana, name="Mine", query="q=bridge")
    theirs = filters.save(make_chief(), name="Theirs", query="q=ferry", shared=True)
    page = client.get(LIST).content.decode()
    assert (f'value="{mine.pk}"' in page, f'value="{theirs.pk}"' in page) == (True, False)
    for pk in (mine.pk, theirs.pk, "x", "٣", "9" * 30):
        client.post("/admin/filters/", {"forget": pk})
    assert list(SavedFilter.objects.all()) == [theirs]


def test_there_is_an_end_to_saving(ana):
    for number in range(filters.MOST):
        filters.save(ana, name=f"{number}", query="q=x")
    filters.save(ana, name="7", query="q=y")
    with pytest.raises(NotAllowed, match="You have 30 saved filters; remove one first."):
        filters.save(ana, name="One more", query="q=x")
    with pytest.raises(NotAllowed, match="too long"):
        filters.save(ana, name="7", query="q=" + "ж" * 300)


def test_who_has_no_role_saves_nothing(client):
    client.force_login(make_user("stranger"))
    assert client.post("/admin/filters/", {"name": "x", "query": "q=x"}).status_code == 403
    assert not SavedFilter.objects.exists()
