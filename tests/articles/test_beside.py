"""What Ben types beside the text, a note or a reason: an act that uses it empties it, and nothing else does."""

import json
from uuid import uuid4

import pytest
from lxml import html

from articles import workflow
from articles.forms.publishing import correcting
from articles.models import Article, Autosave, ConflictCopy
from tests.articles.test_admin import address, filled
from tests.factories import make_chief, make_content, make_published, make_revision
from tests.pages import said

pytestmark = pytest.mark.django_db
NOTE = {"correction_kind": "clarification", "wrong": "It cost 3 million.", "right": "It cost 2 million."}
NOTHING = {"correction_kind": "correction", "wrong": "", "right": "", "in_list": "on", "kind": "update"}
PAGE = NOTHING | {"reply": "", "later-at": ""}  # of a story that readers see
OFFER = "Beside the text stands something that you typed on"


@pytest.fixture
def desk(client, ben):
    """Ben's browser."""
    client.force_login(ben)
    return client


@pytest.fixture
def clara_(db):
    return make_chief()


def sent(desk, article, **fields):
    """Press a button of the story's form as a browser would, and return the page that follows."""
    page = desk.get(address(article))
    return desk.post(address(article), filled(page, tab=str(uuid4()), **fields), follow=True)


def shown(page):
    """Return {name: what the page has typed} of what stands beside the text; a box that is not ticked is None."""
    form = html.fromstring(page.content.decode()).xpath("//form[@data-story]")[0]
    fields = dict(form.form_values())
    names = [*NOTHING, "reply", "alone", "sent_back", "later-at"]
    found = {name: fields.get(name, "").strip() for name in names if name in form.fields}
    return found | ({} if "in_list" in fields else {"in_list": None})


def is_open(page, summary):
    tree = html.fromstring(page.content.decode())
    return tree.xpath(f"//details[summary='{summary}']/@open") != []


def offers(page):
    return page.content.decode().count(OFFER)


def test_a_note_stays_where_a_second_pair_of_eyes_is_missing(desk, ben, settings):
    settings.FOUR_EYES = True
    revision = make_revision(by=ben)
    workflow.publish(revision, by=ben, alone="Night shift")
    page = sent(desk, revision.article, headline="Trams return", act="correct", **NOTE)
    assert said(page)[0] == "Your text is saved as version 2."
    assert shown(page) == PAGE | NOTE | {"in_list": None, "alone": ""}
    assert is_open(page, "Publish it with a note of correction")
    assert "What you typed beside the text is here again; it is not done yet." in page.content.decode()
    # Done at last, it is gone, and nothing of it is offered again.
    data = filled(page, tab=str(uuid4()), act="correct", alone="Night shift", **NOTE)
    data |= {"taken": page.context["writing"]["taken"]}
    page = desk.post(address(revision.article), data, follow=True)
    assert said(page) == ["Published with a note of correction."]
    assert shown(page) == PAGE | {"alone": ""}
    assert (offers(page), Autosave.objects.filter(closed=False).count()) == (0, 0)
    note = revision.article.corrections.get()
    assert (note.kind, note.wrong, note.right, note.in_list) == (*NOTE.values(), False)


def test_a_note_stays_where_a_finding_stops_it(desk, ben):
    article = make_published(by=ben)
    page = sent(desk, article, headline="", act="correct", in_list="on", kind="typo", **NOTE)
    assert said(page)[1].startswith("This can't be published yet: ")
    assert shown(page) == PAGE | NOTE | {"kind": "typo"}


def test_a_note_stays_where_a_field_is_wrong(desk, ben):
    article = make_published(by=ben)
    page = sent(desk, article, canonical_url="nowhere at all", act="correct", **NOTE)
    assert said(page) == ["Nothing is saved yet: see the fields marked below."]
    assert shown(page) == PAGE | NOTE | {"in_list": None}


def test_a_note_waits_until_two_texts_are_joined(desk, ben, clara_):
    article = make_published(by=ben)
    form = filled(desk.get(address(article)), tab=str(uuid4()), headline="Ben's", act="correct", **NOTE)
    workflow.save(article, make_content(headline="Clara's"), by=clara_, base=1)
    page = desk.post(address(article), form, follow=True)
    assert said(page) == ["Nothing else is done yet: join the two texts first."]
    merge = f"/admin/articles/article/{article.pk}/merge/{ConflictCopy.objects.get().pk}/"
    page = desk.post(merge, {"theirs": 2, "everywhere": "mine"}, follow=True)
    assert said(page) == ["Both texts are joined and saved as version 3."]
    assert shown(page) == PAGE | NOTE | {"in_list": None}
    assert page.context["form"]["headline"].value() == "Ben's"
    assert page.context["form"]["base"].value() == 3


def test_nobody_else_finds_it_there(desk, ben, clara_, client):
    article = make_published(by=ben)
    sent(desk, article, act="save", **NOTE)
    assert offers(desk.get(address(article))) == 1
    kept = Autosave.objects.get(closed=False)
    client.force_login(clara_)
    page = client.get(f"{address(article)}?take={kept.pk}")
    assert (shown(page), offers(page)) == (PAGE, 0)


def test_saving_the_text_empties_nothing_beside_it(desk, ben, ana):
    revision = make_revision(by=ana, body="<p>R.US President Someone spoke to the council of Marrow.</p>")
    workflow.set_state(revision.article, "review", by=ana)
    article = revision.article
    [key] = [row[0] for row in desk.get(address(article)).context["findings"] if row[1].code == "drop-cap"]
    typed = {"sent_back": "Who said\r\nso?", "later-at": "2040-05-04T06:00", f"reason-{key}": "Its name."}
    page = sent(desk, article, kicker="New", act="save", **typed)
    assert said(page) == ["Saved as version 2."]
    assert shown(page) == {"sent_back": "Who said\nso?", "later-at": "2040-05-04T06:00"} | {"in_list": None}
    assert page.context["beside"].reason(key) == "Its name."
    assert [is_open(page, name) for name in ("Send it back", "Publish later", "Let it stand")] == [True] * 3
    # What an act uses goes, and the rest stays.
    page = sent(desk, article, act=f"waive:{key}", **typed)
    assert said(page) == ["This wording may stand; your reason is kept."]
    assert json.loads(Autosave.objects.latest("pk").form) == {
        "sent_back": ["Who said\r\nso?"],
        "later-at": ["2040-05-04T06:00"],
    }
    page = sent(desk, article, act="send-back", **(typed | {"later-at": "", f"reason-{key}": ""}))
    assert said(page) == ["Sent back; its writer finds your reason on the dashboard and here."]
    assert "?take=" not in page.request["QUERY_STRING"]


def test_what_is_offered_is_taken_with_the_text_as_it_stands_by_then(desk, ben, clara_):
    article = make_published(by=ben)
    sent(desk, article, act="save", **NOTE)
    workflow.save(article, make_content(headline="Clara's"), by=clara_, base=1)
    page = desk.get(address(article))
    assert (offers(page), shown(page)) == (1, PAGE)
    kept = Autosave.objects.get(closed=False)
    assert f"unsaved-{kept.pk}" not in page.content.decode()
    page = desk.get(f"{address(article)}?take={kept.pk}")
    assert shown(page) == PAGE | NOTE | {"in_list": None}
    assert (page.context["form"]["headline"].value(), page.context["form"]["base"].value()) == ("Clara's", 2)
    desk.post(f"/admin/articles/article/unsaved/{kept.pk}/throw-away/")
    assert offers(desk.get(address(article))) == 0


def test_a_form_sent_twice_keeps_it_once(desk, ben):
    article = make_published(by=ben)
    form = filled(desk.get(address(article)), tab=str(uuid4()), headline="New", act="save", **NOTE)
    for _press in range(2):
        page = desk.post(address(article), form, follow=True)
        assert (said(page), shown(page)["right"]) == (["Saved as version 2."], NOTE["right"])
    assert Autosave.objects.filter(closed=False).count() == 1


def test_an_unsaved_text_is_taken_up_with_what_stands_beside_it(desk, ben):
    article = make_published(by=ben)
    form = filled(desk.get(address(article)), tab=str(uuid4()), headline="Half a head", **NOTE)
    desk.post(f"/admin/articles/article/{article.pk}/writing/", form | {"typed": "1", "stamp": 1})
    page = desk.get(f"{address(article)}?take={Autosave.objects.get().pk}")
    assert page.context["form"]["headline"].value() == "Half a head"
    assert shown(page) == PAGE | NOTE | {"in_list": None}


def test_what_an_agency_began_is_nobody_s_typing(desk, ben):
    def begun(sender, **kwargs):
        return {"wrong": "Two years.", "right": "Three years."}

    article = make_published(by=ben)
    correcting.connect(begun)
    try:
        words = NOTHING | {"wrong": "Two years.", "right": "Three years."}
        assert shown(sent(desk, article, act="save", **words))["right"] == "Three years."
        assert Autosave.objects.filter(closed=False).count() == 0
        page = sent(desk, article, act="save", **(words | {"right": ""}))
        assert (shown(page)["wrong"], shown(page)["right"]) == ("Two years.", "")
    finally:
        correcting.disconnect(begun)


def test_a_new_story_that_is_not_published_keeps_why_it_was_to_go_out_alone(desk, settings):
    settings.FOUR_EYES = True
    form = filled(desk.get("/admin/articles/article/add/"), headline="", body="<p>Text.</p>")
    form |= {"tab": str(uuid4()), "act": "publish", "alone": "Night shift"}
    page = desk.post("/admin/articles/article/add/", form, follow=True)
    assert Article.objects.get().live_revision is None
    assert shown(page)["alone"] == "Night shift"


def test_an_hour_that_comes_twice_is_asked_about_with_the_reason(desk, ben, settings):
    settings.FOUR_EYES = True
    article = make_revision(by=ben).article
    page = sent(desk, article, act="later", alone="Night shift", **{"later-at": "2027-10-31T03:30"})
    assert page.context["forms"]["later"]["alone"].value() == "Night shift"
