"""Notes of correction where readers meet them, replies linked both ways, and what the page of all leaves out."""

import json

import pytest
from django.db import IntegrityError, transaction
from lxml import etree, html

from accounts.models import AuditEntry
from articles import workflow
from articles.models import Article, Correction
from articles.permissions import NotAllowed
from articles.public.channels import feed_path
from articles.revisions import reference
from delivery.models import Purge
from tests.factories import make_chief, make_published, make_revision, make_section, make_user

pytestmark = pytest.mark.django_db
OBLIGED = "We are obliged to publish this reply whether or not what it says is true."


def correct(article, *, kind="correction", wrong="", right="", **more):
    return workflow.correct(
        article.latest_revision, by=make_chief(), kind=kind, wrong=wrong, right=right, **more
    )


def withdraw(article, kind="error"):
    workflow.withdraw(Article.objects.get(pk=article.pk), by=make_chief(), kind=kind)


def boxes(client, address):
    """Return the paragraphs and links of each note that a page shows, its heading left out."""
    page = html.fromstring(client.get(address).content.decode())
    return [
        [" ".join(part.text_content().split()) for part in box.xpath(".//p")]
        + [link.get("href") for link in box.xpath(".//a")]
        for box in page.xpath("//aside[@class='correction']")
    ]


def listed(client):
    page = html.fromstring(client.get("/corrections/").content.decode())
    return [
        [" ".join(part.text_content().split()) for part in card.xpath("h2 | p[not(@class='when')] | div/p")]
        + card.xpath(".//a/@href")
        for card in page.xpath("//article")
    ]


@pytest.fixture
def story():
    return make_published(headline="The mayor took a bribe")


@pytest.fixture
def reply():
    return make_published(headline="I took no bribe")


# Right of reply


def test_a_reply_is_linked_both_ways_under_fixed_wording(client, story, reply):
    correct(story, kind="reply", wrong="We said that the mayor took a bribe.", reply=reply)
    there, back = story.get_absolute_url(), reply.get_absolute_url()
    assert boxes(client, there) == [
        [OBLIGED, "We said that the mayor took a bribe.", "I took no bribe", back]
    ]
    assert boxes(client, back) == [
        ["This is a reply to our story: The mayor took a bribe", OBLIGED, there],
    ]
    assert listed(client) == [
        [
            "Right of reply: The mayor took a bribe",
            "We said that the mayor took a bribe.",
            OBLIGED,
            "I took no bribe",
            there,
            back,
        ]
    ]


def test_a_reply_without_a_story_of_its_own_stands_in_the_note(client, story):
    correct(story, kind="reply", right="I took no bribe.\n\nI never met the man.")
    assert boxes(client, story.get_absolute_url()) == [[OBLIGED, "I took no bribe.", "I never met the man."]]
    heading, wording, *said, _address = listed(client)[0]
    assert said == ["I took no bribe.", "I never met the man."]


def test_no_other_note_carries_the_wording_of_a_reply(client, story):
    correct(story, right="It was a gift.")
    assert boxes(client, story.get_absolute_url()) == [["It was a gift."]]


def test_the_wording_is_said_in_the_language_of_the_story(client):
    page = make_published(headline="Der Bürgermeister", language="de")
    correct(page, kind="reply", right="Ich nahm nichts.")
    text = client.get(page.get_absolute_url()).content.decode()
    assert "Right of reply" not in text and "Ich nahm nichts." in text


@pytest.mark.parametrize("kind", ["error", "deindex"])
def test_a_reply_that_readers_can_not_find_any_more_leaves_no_dead_link(kind, client, story, reply):
    correct(story, kind="reply", reply=reply)
    correct(story, kind="reply", wrong="A bribe.", right="It was a gift.", reply=reply)
    assert reply.headline in client.get(story.get_absolute_url()).content.decode()
    withdraw(reply, kind)
    assert boxes(client, story.get_absolute_url()) == [[OBLIGED, "A bribe.", "It was a gift."]]
    assert [card[0] for card in listed(client)] == ["Right of reply: The mayor took a bribe"]
    for address in (story.get_absolute_url(), "/corrections/", "/feeds/all.rss"):
        assert reply.headline not in client.get(address).content.decode()


def test_a_withdrawn_story_is_not_named_by_the_reply_to_it(client, story, reply):
    correct(story, kind="reply", reply=reply)
    withdraw(story)
    assert boxes(client, reply.get_absolute_url()) == [["This is a reply to a story of ours.", OBLIGED]]


def test_both_pages_are_purged_and_stamped_with_each_other(client, story, reply):
    Purge.objects.all().delete()
    correct(story, kind="reply", reply=reply)
    assert {story.page_key, reply.page_key, "list:corrections"} <= {row.key for row in Purge.objects.all()}
    assert reply.page_key in client.get(story.get_absolute_url()).page_keys
    assert story.page_key in client.get(reply.get_absolute_url()).page_keys


def test_a_reply_that_can_be_found_again_is_told_again_everywhere(client, story):
    reply = make_published(headline="I took no bribe", section=reference(make_section("Culture")))
    correct(story, kind="reply", reply=reply)
    withdraw(reply, "deindex")
    pages = ["/corrections/", "/feeds/all.rss", feed_path("rss", story.section)]
    shown = {address: client.get(address) for address in pages}
    assert [reply.headline.encode() in answer.content for answer in shown.values()] == [False] * 3
    Purge.objects.all().delete()
    workflow.relist(Article.objects.get(pk=reply.pk), by=make_chief(), reason="A mistake.")
    purged = {row.key for row in Purge.objects.all()}
    assert [address for address, answer in shown.items() if not purged & set(answer.page_keys)] == []


def test_two_replies_without_words_of_their_own_are_two_notes(story, reply):
    other = make_published(headline="Nor did I")
    correct(story, kind="reply", reply=reply), correct(story, kind="reply", reply=other)
    assert [note.reply for note in story.corrections.order_by("pk")] == [reply, other]


def test_only_the_page_of_a_reply_asks_a_query_more(client, story, reply, django_assert_num_queries):
    there, back = story.get_absolute_url(), reply.get_absolute_url()
    with django_assert_num_queries(7):
        client.get(there)
    correct(story, kind="reply", reply=reply)
    with django_assert_num_queries(7):
        client.get(there)
    with django_assert_num_queries(8):
        client.get(back)


def test_what_can_not_carry_a_reply_is_refused(story, reply):
    draft = make_revision(headline="Not out").article
    for named, kind, why in (
        (draft, "reply", "Readers can't find the story that carries the reply"),
        (story, "reply", "A story does not reply to itself"),
        (reply, "correction", "Only a right of reply names a story that carries it."),
    ):
        with pytest.raises(NotAllowed, match=why):
            correct(story, kind=kind, right="x", reply=named)
    with pytest.raises(NotAllowed, match="Say what is right"):
        correct(story, kind="reply")
    assert Correction.objects.count() == 0


def test_the_reply_stands_in_a_section_of_the_editor(story):
    ben = make_user("ben", "editor", sections=[Article.objects.get(pk=story.pk).section])
    other = make_published(headline="Elsewhere", section=reference(make_section("Sport")))
    with pytest.raises(NotAllowed, match="stands in a section that is not yours"):
        workflow.correct(story.latest_revision, by=ben, kind="reply", wrong="", right="", reply=other)


def test_the_database_lets_no_other_kind_name_a_reply(story, reply):
    note = correct(story, right="It was a gift.")
    with pytest.raises(IntegrityError), transaction.atomic():
        Correction.objects.filter(pk=note.pk).update(reply=reply)


def test_an_editor_chooses_the_reply_in_the_form_of_the_story(client, story, reply):
    chief = make_chief()
    client.force_login(chief)
    address = f"/admin/articles/article/{story.pk}/change/"
    form = html.fromstring(client.get(address).content.decode()).xpath("//form[contains(@class, 'story')]")[0]
    data = {name: value for name, value in form.form_values() if name != "act"}
    data |= {"act": "correct", "correction_kind": "reply", "reply": reply.pk, "right": "", "in_list": "on"}
    client.post(address, data)
    assert Correction.objects.get().reply == reply
    found = client.get(
        "/admin/autocomplete/?app_label=articles&model_name=correction&field_name=reply&term=bribe"
    ).json()
    assert {row["text"] for row in found["results"]} == {story.headline, reply.headline}


# For machines


def feed_texts(client):
    """Return the text of the first item in each form."""
    rss = etree.fromstring(client.get("/feeds/all.rss").content).findtext("channel/item/description")
    atom = etree.fromstring(client.get("/feeds/all.atom").content)
    summary = atom.findtext("{*}entry/{*}summary")
    return rss, summary, json.loads(client.get("/feeds/all.json").content)["items"][0]["content_text"]


def test_feeds_say_what_was_corrected_and_what_the_reader_should_know_first(client):
    story = make_published(headline="Trams", standfirst="They < run.")
    correct(story, wrong="Three.", right="Two & a half.", in_list=False)
    correct(story, kind="retraction", right="None of it.")
    Correction.objects.update(at="2026-03-02T12:10:00+00:00")
    told = [
        "Retraction, 14:10 EET, 2 March 2026: None of it.",
        "They < run.",
        "Correction, 14:10 EET, 2 March 2026: Three. Two & a half.",
    ]
    rss, atom, plain = feed_texts(client)
    assert plain == "\n\n".join(told)
    assert rss == atom
    assert html.fromstring(f"<div>{rss}</div>").xpath("//p/text()") == told


def test_feeds_lead_to_the_reply_and_are_stamped_with_it(client, story, reply, settings):
    settings.SITE_URL = "https://courier.example"
    correct(story, kind="reply", reply=reply)
    withdraw(make_published(headline="Gone"))
    answer = client.get("/feeds/all.json")
    (text,) = [
        item["content_text"]
        for item in json.loads(answer.content)["items"]
        if item["title"] == "The mayor took a bribe"
    ]
    words = f"{OBLIGED} I took no bribe https://courier.example{reply.get_absolute_url()}"
    assert text.endswith(words) and "Right of reply, " in text
    assert reply.page_key in answer.page_keys


def test_a_feed_costs_the_same_with_one_correction_and_three(client, django_assert_num_queries):
    for number in range(3):
        correct(make_published(), right=f"{number}.")
        with django_assert_num_queries(4):
            client.get("/feeds/all.rss")


def test_data_in_the_head_name_the_reply(client, story, reply, settings):
    settings.SITE_URL = "https://courier.example"
    note = correct(story, kind="reply", reply=reply)
    page = html.fromstring(client.get(story.get_absolute_url()).content.decode())
    data = json.loads(page.xpath("//script[@type='application/ld+json']")[0].text)
    assert data["correction"] == [
        {
            "@type": "Comment",
            "text": "I took no bribe",
            "datePublished": note.at.isoformat(),
            "url": f"https://courier.example{reply.get_absolute_url()}",
        }
    ]


# The page of all corrections


def test_an_editor_leaves_a_note_out_of_the_page_of_all_and_puts_it_back(client, story):
    note = correct(story, wrong="He took a bribe.", right="He did not.")
    chief = make_chief()
    client.force_login(chief)
    page = f"/admin/articles/correction/{note.pk}/change/"
    for data, shown, verb in (
        ({}, [], "leave out correction"),
        ({"in_list": "on"}, ["He took a bribe."], "list correction"),
    ):
        Purge.objects.all().delete()
        client.post(page, {"right": "Forged", **data})
        assert [card[1] for card in listed(client)] == shown
        entry = AuditEntry.objects.first()
        assert (entry.verb, entry.actor, entry.target_id, entry.detail) == (
            verb, chief, story.pk, {"correction": note.pk},
        )  # fmt: skip
        assert [row.key for row in Purge.objects.all()] == ["list:corrections"]
        assert boxes(client, story.get_absolute_url()) == [["He took a bribe.", "He did not."]]
    note.refresh_from_db()
    assert note.right == "He did not."


def test_only_who_may_correct_the_story_changes_where_its_note_stands(client, story):
    note = correct(story, right="He did not.")
    reporter = make_user("ana", "reporter")
    client.force_login(reporter)
    page = f"/admin/articles/correction/{note.pk}/change/"
    assert client.get(page).status_code == 200
    assert client.post(page, {}).status_code == 403
    with pytest.raises(NotAllowed, match="Only an editor of its section can correct a story."):
        workflow.list_correction(note, False, by=reporter)
    assert Correction.objects.get().in_list is True


def test_the_form_of_a_corrected_story_leads_to_its_notes(client, story):
    client.force_login(make_chief())
    form = f"/admin/articles/article/{story.pk}/change/"
    link = f"/admin/articles/correction/?article={story.pk}"
    assert link not in client.get(form).content.decode()
    correct(story, right="He did not.")
    correct(make_published(headline="Another"), right="Not this one.")
    assert link in client.get(form).content.decode()
    page = html.fromstring(client.get(link).content.decode())
    assert [row.text for row in page.xpath("//td[@class='field-story']")] == ["The mayor took a bribe"]
