"""The page of an agency's alarm: reached from the first page and the story's form, answered by plain forms."""

import pytest
from lxml import html

from articles import workflow
from articles.models import Article, ConflictCopy
from tests.factories import make_author, make_content, make_section, make_source, make_user
from tests.wire.test_alarms import COPY, CORRECTED, KILL, send
from wire import alarms
from wire.models import Alarm, Answer

pytestmark = pytest.mark.django_db


@pytest.fixture
def ben(client):
    make_author(), make_source(code="nwa")
    ben = make_user("ben", "editor", sections=[make_section()])
    client.force_login(ben)
    return ben


@pytest.fixture
def story(ben):
    made = send(COPY)
    workflow.publish(made.revision, by=ben)
    return Article.objects.get()


def page_of(client, address):
    return html.fromstring(client.get(address).content.decode())


def words(page, path):
    return [" ".join(found.text_content().split()) for found in page.xpath(path)]


def address():
    return f"/admin/agency/{Alarm.objects.get().pk}/"


def test_the_first_page_begins_with_what_agencies_want(client, story):
    assert page_of(client, "/admin/").xpath("//*[contains(@class, 'alarms-agency')]") == []
    send(KILL)
    page = page_of(client, "/admin/")
    (first, *_others) = page.xpath("//section[contains(@class, 'panel')]/h2")
    assert first.text == "Agencies want copy back or changed"
    ((link,),) = [page.xpath("//section[contains(@class, 'alarms-agency')]//li/a")]
    assert (link.text_content(), link.get("href")) == ("Harbour bridge reopens", address())
    assert words(page, "//section[contains(@class, 'alarms-agency')]//p")[0].startswith(
        "The agency kills it · nwa · "
    )


def test_the_story_s_form_says_it_above_the_text(client, story):
    form = f"/admin/articles/article/{story.pk}/change/"
    assert page_of(client, form).xpath("//p[contains(@class, 'agency-alarm')]") == []
    send(CORRECTED)
    send(KILL)
    told = words(page_of(client, form), "//p[contains(@class, 'agency-alarm')]/strong")
    assert told == ["The agency kills it", "The agency corrects it"]


def test_the_page_shows_what_the_agency_says_and_what_differs(client, story):
    send(CORRECTED)
    page = page_of(client, address())
    assert page.xpath("//pre[@class='copy']/text()") == [CORRECTED]
    assert (
        words(page, "//*[@class='sides side-changed']//del"),
        words(page, "//*[@class='sides side-changed']//ins"),
    ) == (["[taken out: two]"], ["[new: three]"])


def test_one_press_withdraws_and_readers_find_the_note(client, story):
    send(KILL)
    answer = client.post(
        address(), {"act": "withdraw", "withdraw-note": "The agency has withdrawn this report."}
    )
    assert answer.headers["Location"] == f"/admin/articles/article/{story.pk}/change/"
    public = client.get(story.get_absolute_url())
    assert (public.status_code, b"The agency has withdrawn this report." in public.content) == (410, True)
    assert Answer.objects.get().act == "withdrawn"


def test_nothing_is_done_with_a_reason_alone(client, story):
    send(KILL)
    page = client.post(address(), {"act": "nothing", "nothing-reason": " "})
    assert (page.status_code, Answer.objects.count()) == (200, 0)
    client.post(address(), {"act": "nothing", "nothing-reason": "Our own reporter saw it"})
    shown = page_of(client, address())
    (told,) = words(shown, "//p[@class='answered']")
    assert told.startswith("ben saw it and did nothing, ")
    assert told.endswith("Our own reporter saw it")
    assert shown.xpath("//div[@class='answers']") == []


def test_a_correction_is_taken_over_into_the_story_and_saved(client, story, ben):
    workflow.save(story, story.latest_revision.content | {"kicker": "Marrow"}, by=ben, base=1)
    send(CORRECTED)
    there = client.post(address(), {"act": "take"}).headers["Location"]
    assert there == f"/admin/articles/article/{story.pk}/merge/{ConflictCopy.objects.get().pk}/"
    # Up to the join the story says both: that the agency corrects it, and where its words wait.
    form = page_of(client, f"/admin/articles/article/{story.pk}/change/")
    assert words(form, "//p[contains(@class, 'agency-alarm')]/strong") == ["The agency corrects it"]
    (waits,) = words(form, "//div[@class='kept']/span")
    assert waits.startswith("The change that nwa sent, laid over version 1 by ben on ")
    (begun,) = words(
        page_of(client, address()), "//div[@class='answers']//form[.//button[@value='take']]/p[not(@class)]"
    )
    assert begun.startswith("ben laid it beside the story, ")
    assert client.post(address(), {"act": "take"}).headers["Location"] == there
    client.post(there, {"theirs": "2"})
    assert (Answer.objects.get().act, list(alarms.of(story))) == ("taken", [])
    latest = Article.objects.get().latest_revision
    assert (latest.number, latest.content["kicker"], "three years" in latest.content["body"]) == (
        3,
        "Marrow",
        True,
    )
    assert Article.objects.get().live_revision.number == 1  # nothing goes out before somebody publishes it
    page = page_of(client, f"/admin/articles/article/{story.pk}/change/")
    begun = page.xpath("//details[@open]//textarea[@name='wrong' or @name='right']")
    assert [text.text.strip()[-16:] for text in begun] == ["after two years.", "ter three years."]


@pytest.mark.parametrize(
    "typed",
    ["{}", "/politics/the-bridge-is-open-{}/", "https://desk.example/admin/articles/article/{}/change/"],
)
def test_a_person_says_which_story_is_meant(client, ben, typed):
    story = workflow.create(make_content(headline="The bridge is open"), by=ben).article
    send(KILL)
    answer = client.post(address(), {"act": "find", "find-story": typed.format(story.pk)})
    (alarm,) = alarms.of(story)
    assert answer.headers["Location"] == f"/admin/agency/{alarm.pk}/"


@pytest.mark.parametrize(
    ("typed", "told"),
    [("the bridge", "Give a story’s number, or its address."), ("999999", "There is no such story.")],
)
def test_a_story_that_is_not_there_is_not_found(client, ben, typed, told):
    send(KILL)
    page = html.fromstring(client.post(address(), {"act": "find", "find-story": typed}).content.decode())
    assert words(page, "//p[@role='alert']") == [told]


def test_who_may_only_read_sees_the_texts_and_no_button(client, story):
    send(KILL)
    client.force_login(make_user("rita", "reporter"))
    page = page_of(client, address())
    assert (words(page, "//h2")[-1], page.xpath("//div[@class='answers']")) == (
        "What differs from the earlier copy",
        [],
    )
    client.post(address(), {"act": "nothing", "nothing-reason": "x"})
    client.post(address(), {"act": "withdraw"})
    assert (Answer.objects.count(), Article.objects.get().withdrawn_at) == (0, None)


def test_copy_pasted_by_hand_leads_to_the_alarm(client, story):
    page = client.post("/admin/wire/item/new-from-copy/", {"text": KILL, "language": "en", "act": "make"})
    assert (page.status_code, page.headers.get("Location")) == (302, address())
    looked = client.post(
        "/admin/wire/item/new-from-copy/", {"text": CORRECTED, "language": "en", "act": "see"}
    )
    assert "It speaks of earlier copy" in looked.content.decode()


def test_the_first_page_costs_the_same_with_one_alarm_and_with_three(
    client, story, django_assert_max_num_queries
):
    send(KILL)
    client.get("/admin/")
    with django_assert_max_num_queries(100) as one:
        client.get("/admin/")
    for more in ("one", "two"):
        send(KILL + more)
    with django_assert_max_num_queries(len(one)):
        client.get("/admin/")
    assert Alarm.objects.count() == 3
