"""What is typed and not saved: kept beside the versions, offered again, dropped once saved; and who is here."""

import json
from datetime import timedelta
from uuid import UUID

import pytest
from django.db import connection
from django.http import QueryDict
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from django.utils.formats import date_format
from lxml import html

from articles import workflow
from articles.models import Article, Autosave, ConflictCopy, Presence, Revision
from articles.writing import unsaved
from tests.articles.test_admin import filled, in_words
from tests.factories import make_chief, make_content, make_published, make_revision, make_user

pytestmark = pytest.mark.django_db
TABS = [f"00000000-0000-4000-8000-00000000000{number}" for number in range(1, 5)]
COUNTS = {
    f"{rows}-{count}_FORMS": "0" for rows in ("bylines", "ticker_links") for count in ("TOTAL", "INITIAL")
}


def address(article=None, page="writing"):
    return f"/admin/articles/article/{f'{article.pk}/' if article else ''}{page}/"


def story(article=None):
    return address(article, "change") if article else "/admin/articles/article/add/"


def typed(tab=TABS[0], stamp=1, base=1, **fields):
    form = COUNTS | {"genre": "news", "language": "en", "body": "<p>Typed.</p>", "typed": "1"}
    return form | {"tab": tab, "stamp": stamp, "base": base} | fields


@pytest.fixture
def desk():
    """A function: desk(user) returns a client of that user's own; two people are at the desk at once."""

    def signed_in(user):
        client = Client(headers={"accept": "application/json"})
        client.force_login(user)
        return client

    return signed_in


# Keeping


def test_what_is_typed_is_kept_and_no_version_is_made(ana, desk):
    article = make_published(by=make_chief())
    Article.objects.update(created_by=ana)
    before = Article.objects.values().get()
    answer = desk(ana).post(address(article), typed(headline="Half a head"))
    kept = Autosave.objects.get()
    assert answer.json() == {
        "user": ana.pk, "kept": unsaved.clock(kept.at), "closed": False, "refused": False, "others": [], "news": "",
        "waiting": [],
    }  # fmt: skip
    assert (kept.user, kept.article, kept.base, json.loads(kept.form)["headline"]) == (
        ana,
        article,
        1,
        ["Half a head"],
    )
    assert Article.objects.values().get() == before
    assert Revision.objects.count() == 1


def test_an_older_text_never_takes_the_place_of_a_newer(ana, desk):
    article, client = make_revision(by=ana).article, desk(ana)
    for stamp, words in [(2, "Second"), (1, "First"), (2, "Second again")]:
        client.post(address(article), typed(stamp=stamp, headline=words))
    assert json.loads(Autosave.objects.get().form)["headline"] == ["Second"]


def test_two_tabs_of_one_person_keep_two_texts(ana, desk):
    article, client = make_revision(by=ana).article, desk(ana)
    for tab, words in zip(TABS, ("Here", "There"), strict=False):
        client.post(address(article), typed(tab, headline=words))
    assert sorted(json.loads(row.form)["headline"][0] for row in Autosave.objects.all()) == ["Here", "There"]


def test_two_people_with_one_name_of_a_tab_keep_two_texts(ana, ben, desk):
    article = make_revision(by=ana).article
    for user in (ana, ben):
        desk(user).post(address(article), typed(headline=user.username))
    assert Autosave.objects.count() == 2


def test_what_was_typed_a_while_ago_on_a_device_without_connection_says_when(ana, desk):
    article = make_revision(by=ana).article
    desk(ana).post(address(article), typed(age=600))
    assert timedelta(seconds=599) < timezone.now() - Autosave.objects.get().at < timedelta(seconds=700)


@pytest.mark.parametrize(
    "wrong", [{"stamp": "x"}, {"base": "-1"}, {"age": "٣"}, {"taken": "9" * 30}, {"base": "9" * 15}]
)
def test_nonsense_breaks_nothing(wrong, ana, desk):
    article = make_revision(by=ana).article
    assert desk(ana).post(address(article), typed() | wrong).status_code == 200
    assert Autosave.objects.count() == 1


@pytest.mark.parametrize("tab", ["", "x", "0" * 100])
def test_a_tab_without_a_name_is_refused(tab, ana, desk):
    article = make_revision(by=ana).article
    assert desk(ana).post(address(article), typed(tab)).status_code == 422
    assert Autosave.objects.count() == 0


def test_letters_of_every_kind_are_kept(ana, desk):
    article = make_revision(by=ana).article
    words = "Міст «відкрито» 🚋 الجسر \x00 \n end"
    desk(ana).post(address(article), typed(headline=words))
    assert unsaved.typed(Autosave.objects.get())["headline"] == words


# Saving drops it


def test_a_save_drops_what_was_kept_and_takes_nothing_that_arrives_late(ana, desk):
    article, client = make_revision(by=ana).article, desk(ana)
    page = client.get(story(article))
    tab = str(page.context["writing"]["tab"])
    client.post(address(article), typed(tab, headline="Typed"))
    client.post(story(article), filled(page, headline="Typed", tab=tab, act="save"))
    assert Article.objects.get().version == 2
    late = client.post(address(article), typed(tab, stamp=9, headline="Late")).json()
    assert late["closed"]
    assert json.loads(Autosave.objects.get().form)["headline"] == ["Typed"]
    assert list(client.get(story(article)).context["writing"]["waiting"]) == []


def test_a_save_that_is_refused_for_a_wrong_field_keeps_the_tab(ana, desk):
    article, client = make_revision(by=ana).article, desk(ana)
    page = client.get(story(article))
    client.post(address(article), typed(headline="Typed"))
    wrong = client.post(story(article), filled(page, canonical_url="nowhere at all", tab=TABS[0], act="save"))
    assert str(wrong.context["writing"]["tab"]) == TABS[0]
    assert not Autosave.objects.get().closed


def test_a_text_that_came_too_late_is_kept_as_a_copy_and_no_more_as_unsaved(ana, ben, desk):
    article, client = make_revision(by=ana).article, desk(ana)
    page = client.get(story(article))
    client.post(address(article), typed(headline="Ana's"))
    workflow.save(article, make_content(headline="Ben's"), by=ben, base=1)
    client.post(story(article), filled(page, headline="Ana's", tab=TABS[0], act="save"))
    assert (Autosave.objects.get().closed, ConflictCopy.objects.count()) == (True, 1)


def test_a_new_story_is_kept_before_it_is_made_and_dropped_then(ana, desk):
    client = desk(ana)
    page = client.get(story())
    assert client.post(address(), typed(base=0, headline="New")).json()["kept"]
    assert Autosave.objects.get().article is None
    client.post(story(), filled(page, headline="New", tab=TABS[0], act="save"))
    assert (Article.objects.count(), Autosave.objects.get().closed) == (1, True)


# Taking it up again


def waiting(page):
    return [row.pk for row in page.context["writing"]["waiting"] if not row.is_open]


def test_an_unsaved_text_is_offered_and_taken_up_as_it_was_typed(ana, ben, desk):
    article, client = make_revision(by=ana).article, desk(ana)
    client.post(address(article), typed(headline="Half", canonical_url="not yet an addr"))
    client.post(address(article), {"tab": TABS[0], "leave": "1"})
    workflow.save(article, make_content(headline="Ben's", kicker="Ben's"), by=ben, base=1)
    kept = Autosave.objects.get()
    page = client.get(story(article))
    assert waiting(page) == [kept.pk]
    text = page.content.decode()
    assert f'href="?take={kept.pk}"' in text
    assert f'href="{address(article, "compare")}?after=unsaved-{kept.pk}"' in text
    assert "written on version 1." in text
    taken = client.get(f"{story(article)}?take={kept.pk}")
    assert taken.context["form"]["headline"].value() == "Half"
    assert taken.context["form"]["canonical_url"].value() == "not yet an addr"
    assert taken.context["form"]["base"].value() == "1"
    assert (
        "It was written on version 1, and now version 2 stands: saving joins the two."
        in taken.content.decode()
    )
    # Saved, it meets what Ben wrote meanwhile.
    form = filled(taken, canonical_url="", tab=TABS[1], taken=kept.pk, act="save")
    answer = client.post(story(article), form, follow=True)
    assert "/merge/" in answer.redirect_chain[0][0]
    assert waiting(client.get(story(article))) == []


def test_a_text_taken_up_is_kept_as_the_new_tab_s(ana, desk):
    article, client = make_revision(by=ana).article, desk(ana)
    client.post(address(article), typed(TABS[0], headline="Half"))
    kept = Autosave.objects.get()
    client.post(address(article), typed(TABS[1], taken=kept.pk, headline="Half and more"))
    assert list(Autosave.objects.filter(closed=False).values_list("tab", flat=True)) == [UUID(TABS[1])]


def test_an_unsaved_text_can_be_thrown_away(ana, ben, desk):
    article, client = make_revision(by=ana).article, desk(ana)
    client.post(address(article), typed())
    throw = f"/admin/articles/article/unsaved/{Autosave.objects.get().pk}/throw-away/"
    assert desk(ben).post(throw).status_code == 404
    assert client.get(throw).status_code == 405
    assert not Autosave.objects.get().closed
    assert client.post(throw).headers["Location"] == story(article)
    assert Autosave.objects.get().closed


def test_nobody_is_offered_the_text_of_another(ana, ben, desk):
    article = make_revision(by=ana).article
    desk(ana).post(address(article), typed(headline="Ana's secret"))
    desk(ana).post(address(article), {"tab": TABS[0], "leave": "1"})
    kept = Autosave.objects.get()
    page = desk(ben).get(f"{story(article)}?take={kept.pk}")
    assert waiting(page) == []
    assert "Ana&#x27;s secret" not in page.content.decode()


def test_a_text_that_is_being_typed_right_now_is_not_offered(ana, desk):
    article, client = make_revision(by=ana).article, desk(ana)
    client.post(address(article), typed())
    page = client.get(story(article))
    assert waiting(page) == []
    assert page.context["writing"]["others"][0].startswith("You have this open in another tab since ")
    Presence.objects.update(seen_at=timezone.now() - timedelta(seconds=13))
    assert waiting(client.get(story(article))) == [Autosave.objects.get().pk]
    beat = {"tab": TABS[1], "base": 1, "offers": "1"}
    assert client.post(address(article), beat).json()["waiting"] == [Autosave.objects.get().pk]


@pytest.mark.parametrize("take", ["x", "0", "99", "9" * 40])
def test_a_text_that_is_not_there_is_not_taken(take, ana, desk):
    article = make_revision(by=ana).article
    page = desk(ana).get(f"{story(article)}?take={take}")
    assert page.context["form"]["headline"].value() == "Harbour bridge reopens after two years"


# Who is here


def test_two_people_see_each_other(ana, ben, desk):
    article = make_revision(by=ana).article
    desk(ana).post(address(article), {"tab": TABS[0], "base": 1})
    answer = desk(ben).post(address(article), {"tab": TABS[1], "base": 1}).json()
    since = unsaved.clock(Presence.objects.get(user=ana).since)
    assert answer["others"] == [f"ana has this open since {since}."]
    assert desk(ben).get(story(article)).context["writing"]["others"][0] == answer["others"][0]
    desk(ana).post(address(article), {"tab": TABS[0], "leave": "1"})
    assert desk(ben).post(address(article), {"tab": TABS[1], "base": 1}).json()["others"] == []


def test_a_tab_that_is_silent_is_gone_after_a_while(ana, ben):
    article, now = make_revision(by=ana).article, timezone.now()
    unsaved.beat(ana, article, UUID(TABS[0]), at=now)
    unsaved.beat(ana, article, UUID(TABS[0]), at=now + timedelta(seconds=30))
    assert len(unsaved.others(ben, article, at=now + timedelta(seconds=100))) == 1
    assert unsaved.others(ben, article, at=now + timedelta(seconds=106)) == []
    assert Presence.objects.get().since == now


def test_a_tab_says_that_another_version_was_saved_since(ana, ben, desk):
    article = make_revision(by=ana).article
    workflow.save(article, make_content(headline="Ben's"), by=ben, base=1)
    at = unsaved.clock(Article.objects.get().edited_at)
    assert desk(ana).post(address(article), {"tab": TABS[0], "base": 1}).json()["news"] == (
        f"ben saved version 2 at {at}. Write on: saving joins the two texts."
    )


def test_taking_over_breaks_nothing_that_the_other_has(ana, ben, desk):
    article = make_revision(by=ana).article
    desk(ana).post(address(article), typed(TABS[0], headline="Ana's"))
    desk(ben).post(address(article), typed(TABS[1], headline="Ben's"))
    workflow.save(article, make_content(headline="Ben's"), by=ben, base=1)
    desk(ana).post(address(article), typed(TABS[0], stamp=2, headline="Ana's, more"))
    assert json.loads(Autosave.objects.get(user=ana).form)["headline"] == ["Ana's, more"]


# Who may


def test_who_may_only_read_is_seen_and_keeps_nothing(ana, desk):

    article, rita = make_revision(by=ana).article, make_user("rita", "reporter")
    answer = desk(rita).post(address(article), typed()).json()
    assert (answer["kept"], answer["refused"]) == ("", True)
    assert (Autosave.objects.count(), Presence.objects.count()) == (0, 1)


@pytest.fixture
def given_and_taken(ben, desk):
    """(Rita's browser, a story that she was given, wrote in and may only read by now)."""
    rita, article = (
        make_user("rita", "reporter"),
        make_revision(by=ben, body="<p>The bridge opens.</p>").article,
    )
    workflow.assign(article, by=ben, assignee=rita, due_at=None)
    client = desk(rita)
    page = client.get(story(article))
    words = {"headline": "Rita's headline", "kicker": "", "body": "<p>The bridge opens. <em>Rita's</em></p>"}
    form = filled(page, tab=TABS[0], typed="1", stamp=1, **words)
    client.post(address(article), form)
    workflow.assign(article, by=ben, assignee=None, due_at=None)
    answer = client.post(address(article), form | {"stamp": 2, "standfirst": "Typed on by Rita."}).json()
    assert (answer["kept"], answer["refused"]) == (unsaved.clock(Autosave.objects.get().at), True)
    client.post(address(article), {"tab": TABS[0], "leave": "1"})
    return client, article


def test_who_may_not_write_any_more_reads_and_copies_what_they_wrote(given_and_taken):
    client, article = given_and_taken
    page, kept = client.get(story(article)), Autosave.objects.get()
    tree = html.fromstring(page.content.decode())
    assert tree.xpath(f"//form[@data-offer='{kept.pk}']/a/text()") == ["Read it", "Compare"]
    page = client.get(f"{story(article)}?take={kept.pk}")
    tree = html.fromstring(page.content.decode())
    told = " ".join(tree.xpath("string(//p[@class='kept' and not(@hidden)])").split())
    assert told == (
        f"This is your unsaved text of {date_format(timezone.localtime(kept.at), 'DATETIME_FORMAT')}; it is not saved yet. "
        "You can’t change this story any more: copy what you need, or ask an editor of its section."
    )
    fields = tree.xpath("//form[@data-story]")[0].fields
    wanted = {
        "headline": "Rita's headline",
        "standfirst": "Typed on by Rita.",
        "body": "<p>The bridge opens. <em>Rita's</em></p>",
    }
    assert {name: fields[name].strip() for name in wanted} == wanted
    shut = {node.get("name") for node in tree.xpath("//form[@data-story]//*[@name][@readonly or @disabled]")}
    rows = {field.html_name for row in page.context["story"].bylines for field in row}
    assert ({*page.context["form"].fields} - {"byline_note"}) | rows <= shut  # that is not on the page
    assert tree.xpath("//button[@name='act']") == []


def test_who_may_not_write_any_more_compares_what_they_wrote(given_and_taken):
    client, article = given_and_taken
    page = client.get(f"{address(article, 'compare')}?before=1&after=unsaved-{Autosave.objects.get().pk}")
    after = {label: words for label, _before, words in in_words(page.context["changes"])}
    assert (after["headline"], after["standfirst"]) == ("Rita's headline", "Typed on by Rita.")


def test_who_may_not_write_any_more_can_save_nothing(given_and_taken):
    client, article = given_and_taken
    kept = Autosave.objects.get()
    form = filled(client.get(f"{story(article)}?take={kept.pk}"), tab=TABS[1], taken=kept.pk, act="save")
    assert client.post(story(article), form).status_code == 403
    assert (Article.objects.get().version, Autosave.objects.get().closed) == (1, False)


def test_a_note_that_its_writer_may_not_publish_any_more_can_be_copied(ben, desk):
    article = make_published(by=ben)
    client = desk(ben)
    form = filled(client.get(story(article)), tab=TABS[0], act="save")
    client.post(
        story(article), form | {"correction_kind": "correction", "wrong": "3 million", "right": "2 million"}
    )
    ben.sections.clear()
    kept = Autosave.objects.get(closed=False)
    page = client.get(f"{story(article)}?take={kept.pk}")
    tree = html.fromstring(page.content.decode())
    told = tree.xpath("string(//p[@class='kept' and not(@hidden)])").strip()
    assert told == "What you typed beside the text is here again; it is not done yet."
    assert tree.xpath("//blockquote/text()") == ["3 million", "2 million"]


def test_a_login_that_ended_is_said_in_a_word_and_leads_nowhere(ana):
    article = make_revision(by=ana).article
    answer = Client().post(address(article), typed())
    assert (answer.status_code, answer.json()) == (401, {"login": True})
    assert Autosave.objects.count() == 0


def test_a_beat_is_short_and_reads_no_text(ana, ben, desk):
    article, client = make_published(by=ben), desk(ben)
    client.post(address(article), {"tab": TABS[0], "base": 1})
    with CaptureQueriesContext(
        connection,
    ) as queries:
        client.post(address(article), {"tab": TABS[0], "base": 1})
    read = " ".join(query["sql"] for query in queries)
    assert '"body"' not in read and '"content"' not in read
    assert len(queries) <= 8


def test_a_form_as_typed_is_read_back_as_a_browser_would_post_it(ana):
    data = QueryDict(f"tab={TABS[0]}&tags=1&tags=2&headline=A%26B&csrfmiddlewaretoken=x&act=publish&typed=1")
    kept = unsaved.keep(ana, None, data)
    assert unsaved.typed(kept).urlencode() == "tags=1&tags=2&headline=A%26B"
