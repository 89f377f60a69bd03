"""Notes: threads at a story and in its text, eyes asked for by name, and no word of them where readers look."""

import pytest

from accounts.models import AuditEntry
from articles import workflow
from articles.models import Article
from articles.models.article import day_of
from articles.permissions import NotAllowed
from desk import notes
from desk.models import Mention, Note
from tests.factories import (
    byline,
    make_author,
    make_content,
    make_published,
    make_revision,
    make_section,
    make_tag,
    make_user,
)
from tests.pages import shown

pytestmark = pytest.mark.django_db
WORD = "Quokkaverdacht"


@pytest.fixture
def ana():
    return make_user("ana", "reporter", first_name="Ana", last_name="Petrenko")


@pytest.fixture
def ben(client):
    ben = make_user("ben", "editor", first_name="Ben", last_name="Carter", sections=[make_section()])
    client.force_login(ben)
    return ben


@pytest.fixture
def story(ana):
    return make_revision(by=ana).article


def test_a_thread_is_a_note_and_its_answers_in_one_level(story, ana, ben):
    first = notes.write(story, "Who says two years?", by=ben)
    second = notes.write(story, "The city.", by=ana, answers=first)
    third = notes.write(story, "Fine.", by=ben, answers=second)
    other = notes.write(story, "The caption?", by=ben)
    found = notes.threads(story, ana)
    assert [[note.pk for note in root.said] for root in found] == [
        [first.pk, second.pk, third.pk],
        [other.pk],
    ]


def test_threads_cost_the_same_with_one_note_and_many(story, ana, ben, django_assert_num_queries):
    notes.write(story, "One, @ana", by=ben)
    with django_assert_num_queries(2):
        notes.threads(story, ana)
    for _number in range(4):
        notes.write(story, "More, @ana", by=ben)
    with django_assert_num_queries(2):
        notes.threads(story, ana)


def test_who_is_named_finds_the_note_on_the_first_page_until_it_is_read(client, story, ana, ben):
    note = notes.write(story, "Is that so, @ANA?", by=ben)
    assert [str(mention.note) for mention in notes.unread(ana)] == ["Is that so, @ANA?"]
    assert notes.unread(ben) == []
    client.force_login(ana)
    (panel,) = shown(client.get("/admin/")).xpath("//section[@aria-labelledby='mentions']")
    assert panel.xpath(".//li/p/text()") == ["Is that so, @ANA?"]
    answer = client.post(f"/admin/notes/{note.pk}/settle/", {"act": "read", "next": "/admin/"})
    assert (answer.status_code, answer.headers["Location"]) == (302, f"/admin/#note-{note.pk}")
    assert shown(client.get("/admin/")).xpath("//section[@aria-labelledby='mentions']") == []
    assert Note.objects.get().resolved_at is None


def test_an_answer_reads_the_thread_and_an_address_in_a_note_names_nobody(story, ana, ben):
    note = notes.write(story, "@ana write to desk@ana.example", by=ben)
    assert Mention.objects.count() == 1
    notes.write(story, "Done.", by=ana, answers=note)
    assert notes.unread(ana) == []


def test_a_name_that_nobody_has_is_told(client, story, ben):
    answer = client.post(f"/admin/notes/{story.pk}/", {"text": "Ask @nobody."}, follow=True)
    (told,) = shown(answer).xpath("//ul[@class='messagelist']/li")
    assert told.text_content().strip() == "The note is kept, but nobody here is called @nobody."
    assert [note.text for note in Note.objects.all()] == ["Ask @nobody."]


def test_somebody_is_asked_by_choosing_them(client, story, ana, ben):
    client.post(f"/admin/notes/{story.pk}/", {"text": "Please look.", "to": ana.pk})
    assert [mention.note.text for mention in notes.unread(ana)] == ["Please look."]


def test_a_note_follows_its_words_through_the_text_and_says_when_they_are_gone(story, ana, ben):
    body = "<p>The bridge reopens.</p><p>Work took two years.</p>"
    workflow.save(story, make_content(body=body), by=ana, base=1)
    story = Article.objects.get(pk=story.pk)
    note = notes.write(story, "Sure?", by=ben, block=1, quote="two  years")
    assert (note.block, note.quote, note.number) == (1, "two years", 2)
    moved = "<p>New.</p><p>The bridge reopens.</p><p>Work took two years.</p>"
    workflow.save(story, make_content(body=moved), by=ana, base=2)
    workflow.save(story, make_content(body="<p>Nothing of it.</p>"), by=ana, base=3)
    places = []
    for version in story.revisions.order_by("number")[1:]:
        story.latest_revision = version
        found = notes.placed(notes.threads(story, ben), notes.blocks_of(story))
        places.append(found[0].place)
    assert places == [1, 2, None]


def test_words_that_do_not_stand_there_are_not_quoted(story, ben):
    note = notes.write(story, "Sure?", by=ben, block=0, quote="never written")
    first = "The harbour bridge in Marrow reopens to trams, the city says. Work took two years."
    assert (note.block, note.quote) == (0, first)
    assert notes.write(story, "Sure?", by=ben, block=99, quote="x").block is None


def test_a_settled_thread_is_reopened_by_hand_or_by_an_answer(story, ana, ben):
    note = notes.write(story, "Sure?", by=ben)
    notes.settle(note, by=ana, resolved=True)
    assert Note.objects.get(pk=note.pk).resolved_by == ana
    notes.settle(note, by=ana, resolved=False)
    assert Note.objects.get(pk=note.pk).resolved_by is None
    notes.settle(note, by=ben, resolved=True)
    notes.write(story, "No.", by=ana, answers=note)
    assert Note.objects.get(pk=note.pk).resolved_at is None
    verbs = AuditEntry.objects.filter(verb__contains="note").order_by("pk")
    assert [row.verb for row in verbs] == ["note", "settle note", "reopen note", "settle note", "note"]
    assert all(WORD not in str(row.detail) for row in verbs)


def test_who_reads_no_stories_writes_no_notes(story):
    with pytest.raises(NotAllowed, match="^Only the desk writes notes.$"):
        notes.write(story, "Hello", by=make_user("stranger"))


def test_an_answer_stands_at_the_story_of_its_thread(story, ana, ben):
    other = make_revision(by=ana, headline="Another").article
    note = notes.write(story, "Sure?", by=ben)
    with pytest.raises(NotAllowed, match="^That note stands at another story.$"):
        notes.write(other, "Yes", by=ana, answers=note)


def test_a_refused_note_keeps_its_words_and_says_why(client, story, ben):
    answer = client.post(f"/admin/notes/{story.pk}/", {"text": "  ", "answers": ""})
    assert answer.status_code == 422
    answer = client.post(f"/admin/notes/{story.pk}/", {"text": "My words " * 400})
    assert (answer.status_code, Note.objects.count()) == (422, 0)
    assert "My words" in shown(answer).xpath("string(//blockquote)")


def test_the_way_back_leads_nowhere_else(client, story, ben):
    note = notes.write(story, "Sure?", by=ben)
    for address in ("https://elsewhere.example/admin/", "//elsewhere.example", "/politics/", "/admin//x\nb"):
        answer = client.post(f"/admin/notes/{note.pk}/settle/", {"act": "read", "next": address})
        assert answer.headers["Location"].startswith(("/admin/notes/", "/admin//x")), address


def test_the_form_shows_open_threads_and_the_page_all_of_them_at_their_place(client, story, ben):
    notes.write(story, "Sure?", by=ben, block=0)
    settled = notes.write(story, "Old.", by=ben)
    notes.settle(settled, by=ben, resolved=True)
    form = shown(client.get(f"/admin/articles/article/{story.pk}/change/"))
    assert form.xpath("//*[@data-notes]//div[@class='note']/div//text()[normalize-space()]") == ["Sure?"]
    page = shown(client.get(f"/admin/notes/{story.pk}/"))
    beside = page.xpath("//div[@class='noted has-notes']//div[@class='note']/div//text()[normalize-space()]")
    general = page.xpath(
        "//section[@aria-labelledby='general']//div[@class='note']/div//text()[normalize-space()]"
    )
    assert (beside, general) == (["Sure?"], ["Old."])


def test_no_public_address_shows_a_word_of_a_note(client, ana, ben):
    """The planted word stands in a note, an answer and a settled one; and, to see that we would find it, in the text."""
    author, tag = make_author(), make_tag()
    content = {"bylines": [byline(author)], "tags": [{"id": tag.pk, "name": tag.name}]}
    story = make_published(by=ben, **content)
    first = notes.write(story, f"{WORD} @ana", by=ben, block=0, quote="Marrow")
    notes.write(story, f"{WORD} again", by=ana, answers=first)
    notes.settle(notes.write(story, f"{WORD} once more", by=ben), by=ben, resolved=True)
    workflow.correct(story.latest_revision, by=ben, kind="correction", wrong="two", right="three")
    client.logout()
    story.refresh_from_db()
    feeds = [f"/feeds/{of}{kind}" for of in ("all", "politics") for kind in (".rss", ".atom", ".json")]
    addresses = [
        story.get_absolute_url(), "/", "/politics/", author.get_absolute_url(), tag.get_absolute_url(), "/corrections/",
        f"/archive/{day_of(story.visible_from):%Y/%m/%d}/", "/feeds/", "/sitemap.xml",
        "/news-sitemap.xml", f"/sitemap-stories-{(story.pk - 1) // 1000 + 1}.xml", *feeds,
    ]  # fmt: skip
    told = {address: client.get(address).content.decode() for address in addresses}
    assert [address for address, text in told.items() if WORD.lower() in text.lower()] == []
    assert "Marrow" in told[story.get_absolute_url()]
    workflow.save(story, make_content(headline=WORD, **content), by=ben, base=1)
    story = Article.objects.get(pk=story.pk)
    workflow.publish(story.latest_revision, by=ben)
    shown = [address for address in addresses if WORD in client.get(address).content.decode()]
    assert {story.get_absolute_url(), "/", "/politics/", "/corrections/", "/news-sitemap.xml"} <= set(
        shown
    ) | {story.get_absolute_url()}
    assert {f"/feeds/all{kind}" for kind in (".rss", ".atom", ".json")} <= set(shown)
