"""The pages about a story's versions, as Ana and Ben use them."""

import json

import pytest
from django.utils import timezone

from articles import revisions, workflow
from articles.models import Article, Autosave, ConflictCopy
from tests.factories import make_chief, make_content, make_published, make_revision, make_tag, make_user
from tests.pages import said

pytestmark = pytest.mark.django_db
ONE, TWO = "<p>One boat came to the harbour.</p>", "<p>Two trams went over the bridge.</p>"


def address(article, page, *more):
    return "/".join(["/admin/articles/article", str(article.pk), page, *map(str, more)]) + "/"


def told(changes):
    """Return [(label, words before, words after)] of a list of compare.Change."""
    return [
        (change.label, *("".join(piece.text for piece in side) for side in (row.before, row.after)))
        for change in changes
        for row in change.rows
        if row.before or row.after
    ]


@pytest.fixture
def signed_in(client):
    """A function: signed_in(user) returns a client that is that user."""

    def as_user(user):
        client.force_login(user)
        return client

    return as_user


def conflict(ana, ben, mine, theirs, **first):
    """Ben and Ana write on version 1 of Ana's story, and Ben saves first; return the story and the text that waits."""
    revision = make_revision(by=ana, body=ONE + TWO, **first)
    workflow.save(revision.article, revision.content | theirs, by=ben, base=1)
    with pytest.raises(workflow.Conflict) as caught:
        workflow.save(revision.article, revision.content | mine, by=ana, base=1)
    return revision.article, caught.value.copy


# Comparing


def test_without_a_choice_the_working_copy_stands_beside_what_readers_see(ben, signed_in):
    article = make_published(by=ben, headline="Bridge open")
    for words in ("Bridge half open", "Bridge shut"):
        workflow.save(article, make_content(headline=words), by=ben, base=Article.objects.get().version)
    page = signed_in(ben).get(address(article, "compare"))
    assert told(page.context["changes"]) == [("headline", "Bridge open", "Bridge shut")]
    text = page.content.decode()
    assert (
        '<del><span class="visually-hidden">[taken out: </span>open<span class="visually-hidden">]</span></del>'
        in text
    )
    assert (
        '<ins><span class="visually-hidden">[new: </span>shut<span class="visually-hidden">]</span></ins>'
        in text
    )


def test_any_two_versions_can_be_compared(ben, signed_in):
    article = make_revision(by=ben, headline="One").article
    for number, words in enumerate(("Two", "Three"), 1):
        workflow.save(article, make_content(headline=words), by=ben, base=number)
    client = signed_in(ben)
    page = client.get(address(article, "compare"), {"before": 3, "after": 1})
    assert told(page.context["changes"]) == [("headline", "Three", ""), ("headline", "", "One")] or told(
        page.context["changes"]
    ) == [("headline", "Three", "One")]
    assert told(client.get(address(article, "compare")).context["changes"]) == [("headline", "Two", "Three")]
    same = client.get(address(article, "compare"), {"before": 2, "after": 2})
    assert "There is no difference." in same.content.decode()


@pytest.mark.parametrize("wrong", ["99", "x", "unsaved-1", "unsaved-x", "9" * 30])
def test_a_version_that_is_not_there_is_not_found(wrong, ben, signed_in):
    article = make_revision(by=ben).article
    assert signed_in(ben).get(address(article, "compare"), {"before": wrong}).status_code == 404


def test_an_unsaved_text_is_compared_by_its_writer_alone(ana, ben, signed_in):
    article = make_revision(by=ana, headline="Bridge open").article
    data = {"headline": ["Bridge shut"], "genre": ["news"], "language": ["en"], "body": ["<p>X</p>"]}
    data |= {
        f"{rows}-{count}_FORMS": ["0"]
        for rows in ("bylines", "ticker_links")
        for count in ("TOTAL", "INITIAL")
    }
    kept = Autosave.objects.create(
        user=ana, tab="00000000-0000-0000-0000-000000000001", article=article, base=1, form=json.dumps(data), stamp=1, at=timezone.now()
    )  # fmt: skip
    chosen = {"before": 1, "after": f"unsaved-{kept.pk}"}
    page = signed_in(ana).get(address(article, "compare"), chosen)
    assert ("headline", "Bridge open", "Bridge shut") in told(page.context["changes"])
    Autosave.objects.update(form='{"headline": ["Bridge"]}')
    assert (
        "can&#x27;t be compared as it stands"
        in signed_in(ana).get(address(article, "compare"), chosen).content.decode()
    )
    assert signed_in(ben).get(address(article, "compare"), chosen).status_code == 404


def test_comparing_costs_the_same_for_one_version_and_for_many(ben, signed_in, django_assert_num_queries):
    article = make_revision(by=ben).article
    client = signed_in(ben)
    client.get(address(article, "compare"))
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    counts = []
    for number in range(1, 4):
        with CaptureQueriesContext(
            connection,
        ) as queries:
            client.get(address(article, "compare"))
        counts.append(len(queries))
        workflow.save(article, make_content(headline=f"Version {number}"), by=ben, base=number)
    assert len(set(counts)) == 1


# Restoring, putting back, holding


def test_a_version_is_restored_by_a_button(ben, signed_in):
    article = make_revision(by=ben, headline="One").article
    workflow.save(article, make_content(headline="Two"), by=ben, base=1)
    client = signed_in(ben)
    page = client.get(address(article, "versions", 1))
    assert f'action="{address(article, "versions", 1, "restore")}"' in page.content.decode()
    answer = client.post(address(article, "versions", 1, "restore"), {"base": 2}, follow=True)
    assert said(answer) == ["Version 1 is the working copy again, as version 3."]
    assert Article.objects.get().working_headline == "One"
    again = client.post(address(article, "versions", 2, "restore"), {"base": 2}, follow=True)
    assert said(again) == ["ben saved version 3 in the meantime; look at that first."]
    assert said(client.post(address(article, "versions", 2, "restore"), follow=True)) == [
        "Open the version again, then restore it."
    ]


def test_the_last_version_is_put_back_after_one_question(ben, signed_in):
    article = make_published(by=ben, headline="Right")
    workflow.publish(workflow.save(article, make_content(headline="Wrong"), by=ben, base=1), by=ben)
    client = signed_in(ben)
    link = f'href="{address(article, "put-back")}"'
    assert link in client.get(address(article, "change")).content.decode()
    page = client.get(address(article, "put-back"))
    assert told(page.context["changes"])[0][0] == "headline"
    answer = client.post(address(article, "put-back"), {"live": 2}, follow=True)
    assert said(answer) == ["Readers see the earlier text again. Put back: version 1."]
    assert Article.objects.get().headline == "Right"
    late = client.post(address(article, "put-back"), {"live": 2}, follow=True)
    assert said(late) == ["What readers see has changed in the meantime; look at it first."]


def test_where_nothing_was_out_before_there_is_nothing_to_put_back(ben, signed_in):
    article = make_published(by=ben)
    client = signed_in(ben)
    assert "put-back" not in client.get(address(article, "change")).content.decode()
    assert said(client.get(address(article, "put-back"), follow=True)) == [
        "There is no earlier version that readers saw."
    ]


def test_legal_holds_a_story_on_its_history(ben, signed_in):
    article = make_revision(by=ben).article
    client = signed_in(make_user("lena", "legal"))
    assert address(article, "hold") in client.get(address(article, "history")).content.decode()
    answer = client.post(address(article, "hold"), {"held": "yes", "reason": "Letter"}, follow=True)
    assert said(answer) == ["This story is on legal hold."]
    assert Article.objects.get().legal_hold
    assert said(client.post(address(article, "hold"), {"held": "no", "reason": ""}, follow=True)) == [
        "Give a reason; it is kept with your name."
    ]
    seen = signed_in(ben).get(address(article, "history")).content.decode()
    assert "This story is on legal hold." in seen
    assert address(article, "hold") not in seen


# Joining two texts


def test_what_was_written_in_different_places_is_joined_by_one_press(ana, ben, signed_in):
    tag = revisions.reference(make_tag("Trams"))
    theirs = {"headline": "Ben's headline", "body": ONE + "<p>Two trams went home.</p>"}
    article, copy = conflict(ana, ben, {"body": "<p>One ship came.</p>" + TWO, "tags": [tag]}, theirs)
    client = signed_in(ana)
    page = client.get(address(article, "merge", copy.pk))
    assert "Nothing collides: both texts are joined." in page.content.decode()
    assert [change.name for change in page.context["from_theirs"]] == ["headline", "body"]
    assert [change.name for change in page.context["from_mine"]] == ["body", "tags"]
    answer = client.post(address(article, "merge", copy.pk), {"theirs": 2}, follow=True)
    assert said(answer) == ["Both texts are joined and saved as version 3."]
    latest = article.revisions.first()
    assert (latest.base, latest.kind, latest.created_by) == (2, "save", ana)
    assert (latest.content["headline"], latest.content["tags"]) == ("Ben's headline", [tag])
    assert latest.content["body"] == "<p>One ship came.</p><p>Two trams went home.</p>"


def test_what_collides_stands_side_by_side_and_nothing_is_chosen_for_anybody(ana, ben, signed_in):
    article, copy = conflict(
        ana, ben, {"headline": "Ana's", "kicker": "Trams"}, {"headline": "Ben's", "genre": "analysis"}
    )
    client = signed_in(ana)
    page = client.get(address(article, "merge", copy.pk))
    text = page.content.decode()
    assert [place["key"] for place in page.context["places"]] == ["headline"]
    assert 'name="choice-headline"' in text
    assert "checked" not in text.split('class="merge"')[1]
    refused = client.post(address(article, "merge", copy.pk), {"theirs": 2})
    assert said(refused) == ["Choose for each place first: 1 left."]
    assert Article.objects.get().version == 2
    client.post(address(article, "merge", copy.pk), {"theirs": 2, "choice-headline": "mine"})
    content = article.revisions.first().content
    assert (content["headline"], content["kicker"], content["genre"]) == ("Ana's", "Trams", "analysis")


@pytest.mark.parametrize(
    ("side", "expected"), [("theirs", ("Ben's", "Bridges")), ("mine", ("Ana's", "Trams"))]
)
def test_one_button_takes_one_side_everywhere(side, expected, ana, ben, signed_in):
    article, copy = conflict(
        ana, ben, {"headline": "Ana's", "kicker": "Trams"}, {"headline": "Ben's", "kicker": "Bridges"}
    )
    signed_in(ana).post(address(article, "merge", copy.pk), {"theirs": 2, "everywhere": side})
    content = article.revisions.first().content
    assert (content["headline"], content["kicker"]) == expected


def test_a_third_version_that_came_while_choosing_is_shown_before_anything_is_saved(ana, ben, signed_in):
    article, copy = conflict(ana, ben, {"headline": "Ana's"}, {"headline": "Ben's"})
    client = signed_in(ana)
    workflow.save(article, make_content(headline="Ben's second"), by=ben, base=2)
    page = client.post(address(article, "merge", copy.pk), {"theirs": 2, "choice-headline": "mine"})
    assert said(page) == ["Another version was saved in the meantime; this is how it stands now."]
    assert Article.objects.get().version == 3
    client.post(address(article, "merge", copy.pk), {"theirs": 3, "choice-headline": "mine"})
    assert (Article.objects.get().version, Article.objects.get().working_headline) == (4, "Ana's")


def test_two_tabs_of_one_person_are_joined_the_same_way(ana, signed_in):
    article, copy = conflict(
        ana, ana, {"body": "<p>From the second tab.</p>" + TWO}, {"headline": "From the first tab"}
    )
    client = signed_in(ana)
    assert "Nothing collides" in client.get(address(article, "merge", copy.pk)).content.decode()
    client.post(address(article, "merge", copy.pk), {"theirs": 2})
    content = article.revisions.first().content
    assert (content["headline"], content["body"]) == (
        "From the first tab",
        "<p>From the second tab.</p>" + TWO,
    )


def test_an_editor_can_save_the_text_of_somebody_who_went_home(ana, ben, signed_in):
    article, copy = conflict(ana, ben, {"kicker": "Ana's"}, {"headline": "Ben's"})
    page = signed_in(ben).get(address(article, "merge", copy.pk))
    assert "The text of ana" in page.content.decode()
    client = signed_in(make_user("rita", "reporter"))
    assert client.get(address(article, "merge", copy.pk)).status_code == 403


def test_a_text_of_another_story_is_not_found_here(ana, ben, signed_in):
    _article, copy = conflict(ana, ben, {"kicker": "Ana's"}, {"headline": "Ben's"})
    other = make_revision(by=ana).article
    assert signed_in(ana).get(address(other, "merge", copy.pk)).status_code == 404


def test_a_base_that_is_gone_is_stood_in_for_by_the_one_before(ana, ben, signed_in):
    article = make_revision(by=ana, headline="One").article
    workflow.save(article, make_content(headline="Two"), by=ben, base=1)
    workflow.save(article, make_content(headline="Three"), by=ben, base=2)
    with pytest.raises(workflow.Conflict) as caught:
        workflow.save(article, make_content(headline="Ana's"), by=ana, base=2)
    article.revisions.filter(number=2).delete()
    page = signed_in(ana).get(address(article, "merge", caught.value.copy.pk))
    assert "The version it was written on is gone; version 1 stands in for it." in page.content.decode()


def test_what_is_joined_is_as_clean_as_what_is_typed(ana, signed_in):
    chief = make_chief()
    article, copy = conflict(ana, chief, {"headline": "Ana's"}, {"kicker": "Theirs"})
    ConflictCopy.objects.filter(pk=copy.pk).update(
        content=copy.content | {"body": '<p onclick="x()">One</p><script>x</script>'}
    )
    signed_in(ana).post(address(article, "merge", copy.pk), {"theirs": 2})
    assert article.revisions.first().content["body"] == "<p>One</p>"
