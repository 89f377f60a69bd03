"""The desk's pages by form, as Ana and Ben use them: what a button does, what a refusal keeps."""

import re
from datetime import timedelta
from urllib.parse import urlencode

import pytest
from django.db import OperationalError, connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from lxml import html

from accounts.models import AuditEntry
from articles import revisions, workflow
from articles.models import Article, Author, ConflictCopy, OldSlug, PublishAct, Revision, Section, Source, Tag
from articles.writing.editor import LONGEST
from delivery.models import Purge
from tests.factories import (
    byline,
    make_author,
    make_chief,
    make_content,
    make_published,
    make_revision,
    make_section,
    make_source,
    make_tag,
    make_ticker,
    make_user,
    ticker_line,
)
from tests.pages import said

pytestmark = pytest.mark.django_db
FORM, SAVE = 25, 17  # queries, however long the lists of a story are


@pytest.fixture
def desk(client):
    """A function: desk(user) returns a client signed in as that user."""

    def signed_in(user):
        client.force_login(user)
        return client

    return signed_in


def address(article):
    return f"/admin/articles/article/{article.pk}/change/"


def filled(page, **typed):
    """Return what a browser would send for the form of ``page``, with ``typed`` typed over it."""
    story = page.context["story"]
    data = {}
    for part in [story.form, story.bylines.management_form, story.ticker_lines.management_form]:
        data |= _values(part)
    for rows in (story.bylines, story.ticker_lines):
        for row in rows:
            data |= _values(row)
    return data | typed


def _values(form):
    values = {field.html_name: field.value() for field in form}
    return {
        name: value
        for name, value in values.items()
        if value is not None and value is not False and value != []
    }


def in_words(changes):
    """Return [(label, words before, words after)] of a list of compare.Change with one row each."""
    return [
        (change.label, *("".join(piece.text for piece in side) for side in (row.before, row.after)))
        for change in changes
        for row in change.rows
        if row.kind != "same"
    ]


# Reading and saving


def test_the_form_shows_the_working_copy_and_saves_it_back_unchanged(ana, desk):
    ticker, other = make_ticker(), make_published()
    content = make_content(
        kicker="Transport",
        bylines=[byline(make_author(), place="Marrow"), byline(make_source())],
        tags=[revisions.reference(make_tag(name)) for name in ("Trams", "Bridges")],
        ticker_links=[ticker_line(article=ticker), ticker_line("Open still")],
        related=[revisions.reference(other)],
        sources=[{"source": "north-wire", "item": "nw:1", "version": "2"}],
        lead_caption="Kept although the form does not show it.",
        urgency=4,
    )
    revision = workflow.create(content, by=ana)
    client = desk(ana)
    page = client.get(address(revision.article))
    answer = client.post(address(revision.article), filled(page, act="save"), follow=True)
    assert said(answer) == ["Saved as version 1."]
    assert Article.objects.get(pk=revision.article_id).latest_revision == revision


@pytest.mark.parametrize(
    ("act", "told"),
    [
        ("save", ["Saved as version 2."]),
        ("publish", ["Published: update."]),
        ("correct", ["Published with a note of correction."]),
    ],
)
def test_a_button_pressed_twice_does_it_once_and_says_so_twice(ben, desk, act, told):
    article, client = make_published(by=ben), desk(ben)
    data = filled(client.get(address(article)), act=act, headline="Trams return", kind="update")
    data |= {"correction_kind": "correction", "wrong": "It was Tuesday.", "right": "It was Monday."}
    for _press in range(2):
        assert said(client.post(address(article), data, follow=True)) == told
    after = Article.objects.get()
    assert (after.version, after.live_revision.number) == (2, 1 if act == "save" else 2)
    assert ConflictCopy.objects.count() == 0
    assert PublishAct.objects.count() == (1 if act == "save" else 2)
    assert after.corrections.count() == (1 if act == "correct" else 0)


def test_a_new_story_is_signed_by_the_author_of_the_account(ana, desk):
    Author.objects.create(name="Ana Petrenko", slug="ana-petrenko", account=ana)
    client = desk(ana)
    page = client.get("/admin/articles/article/add/")
    answer = client.post(
        "/admin/articles/article/add/", filled(page, headline="Trams return", body="<p>Text.</p>")
    )
    article = Article.objects.get()
    assert answer.headers["Location"] == address(article)
    content = article.latest_revision.content
    assert (content["headline"], content["body"]) == ("Trams return", "<p>Text.</p>")
    assert [row["name"] for row in content["bylines"]] == ["Ana Petrenko"]


def test_rows_are_ordered_and_taken_out(ana, desk):
    people = [make_author(name) for name in ("Ana Petrenko", "Ivo Marsh", "Lea Roth")]
    revision = make_revision(by=ana, bylines=[byline(person) for person in people])
    client = desk(ana)
    data = filled(client.get(address(revision.article)))
    data |= {"bylines-0-ORDER": 3, "bylines-1-DELETE": "on", "bylines-2-ORDER": 1, "act": "save"}
    client.post(address(revision.article), data)
    saved = Revision.objects.get(number=2).content["bylines"]
    assert [row["name"] for row in saved] == ["Lea Roth", "Ana Petrenko"]


def test_a_form_that_nobody_touched_sends_lists_in_their_own_order(ana, desk):
    tags = [make_tag(name) for name in ("Zebra crossings", "Avenues", "Market")]
    stories = [make_published(headline=name) for name in ("Zinc", "Amber")]
    listed = {"tags": tags, "related": stories}
    revision = make_revision(
        by=ana, **{name: list(map(revisions.reference, rows)) for name, rows in listed.items()}
    )
    page = html.fromstring(desk(ana).get(address(revision.article)).content.decode())
    for name, rows in listed.items():
        chosen = page.xpath(f"//select[@name='{name}']/option[@selected]/@value")
        assert chosen == [str(row.pk) for row in rows]


def test_tags_keep_the_order_in_which_they_were_chosen(ana, desk):
    first, second = make_tag("Zebra crossings"), make_tag("Avenues")
    revision = make_revision(by=ana)
    client = desk(ana)
    data = filled(client.get(address(revision.article)), tags=[first.pk, second.pk], act="save")
    client.post(address(revision.article), data)
    assert [tag["name"] for tag in Revision.objects.get(number=2).content["tags"]] == [
        "Zebra crossings",
        "Avenues",
    ]


@pytest.mark.parametrize(
    ("typed", "field", "message"),
    [
        ({"kicker": "x" * 81}, "kicker", "Ensure this value has at most 80 characters (it has 81)."),
        ({"dateline_places": "A, B, C, D"}, "dateline_places", "A dateline names at most three places."),
        (
            {"section": "999"},
            "section",
            "Select a valid choice. That choice is not one of the available choices.",
        ),
        ({"canonical_url": "javascript:alert(1)"}, "canonical_url", "Enter a valid URL."),
        ({"canonical_url": "ftp://files.example/"}, "canonical_url", "Enter a valid URL."),
        ({"tags": ["x"]}, "tags", "“x” is not a valid value."),
        ({"tags": ["9" * 30]}, "tags", "“99999999999999999999” is not a valid value."),
        ({"base": "9" * 12}, "base", "Ensure this value is less than or equal to 2147483647."),
    ],
)
def test_bad_input_is_named_and_nothing_is_saved(ana, desk, typed, field, message):
    revision = make_revision(by=ana)
    client = desk(ana)
    page = client.post(
        address(revision.article), filled(client.get(address(revision.article)), act="save", **typed)
    )
    assert page.context["form"].errors == {field: [message]}
    assert said(page) == ["Nothing is saved yet: see the fields marked below."]
    assert Revision.objects.count() == 1


@pytest.mark.parametrize("typed", [{"bylines-0-author": "9" * 30}, {"ticker_links-0-article": "x"}])
def test_a_row_that_names_no_row_of_the_database_is_shown_again_without_it(ana, desk, typed):
    revision = make_revision(by=ana)
    client = desk(ana)
    page = client.post(address(revision.article), filled(client.get(address(revision.article)), **typed))
    assert said(page) == ["Nothing is saved yet: see the fields marked below."]
    assert page.status_code == 200


def test_no_field_looks_wrong_by_its_name(ben, desk):
    article, client = make_published(by=ben), desk(ben)

    def classes(page, name):
        (field,) = html.fromstring(page.content.decode()).xpath(f"//*[@name='{name}']/..")
        return {*field.get("class").split()}

    page = client.get(address(article))
    refused = client.post(address(article), filled(page, canonical_url="nowhere at all"))
    (mark,) = classes(refused, "canonical_url") - classes(page, "canonical_url")
    assert mark not in classes(page, "wrong")


def test_lines_end_as_content_ends_them_and_a_headline_is_one(ana, desk):
    revision = make_revision(by=ana, standfirst="One.\nTwo.")
    client = desk(ana)
    data = filled(client.get(address(revision.article)), act="save") | {"standfirst": "One.\r\nTwo."}
    assert said(client.post(address(revision.article), data, follow=True)) == ["Saved as version 1."]
    client.post(address(revision.article), data | {"headline": "Trams\r\nreturn"})
    assert Revision.objects.get(number=2).content["headline"] == "Trams return"


def test_the_longest_body_is_taken_in_any_script(ana, desk):
    revision = make_revision(by=ana)
    client = desk(ana)
    longest = "<p>" + "я" * (LONGEST - 7) + "</p>"
    data = urlencode(filled(client.get(address(revision.article))) | {"body": longest}, doseq=True)
    form = "application/x-www-form-urlencoded"
    assert client.generic("POST", address(revision.article), data, content_type=form).status_code == 302
    assert Revision.objects.get(number=2).content["body"] == longest


@pytest.mark.parametrize("places", [["Washington, D.C."], ["Washington, D.C.", "Paris"], ["Kyiv", "Lviv"]])
def test_a_place_with_a_comma_stays_one_place(ana, desk, places):
    revision = make_revision(by=ana, datelines={"places": places, "date": None, "text": ""})
    client = desk(ana)
    data = filled(client.get(address(revision.article)), act="save")
    assert said(client.post(address(revision.article), data, follow=True)) == ["Saved as version 1."]


def test_a_copy_with_many_ticker_lines_can_be_saved(ana, desk):
    revision = make_revision(by=ana, ticker_links=[ticker_line(f"Line {n}") for n in range(30)])
    client = desk(ana)
    data = filled(client.get(address(revision.article)), headline="Trams return", act="save")
    assert said(client.post(address(revision.article), data, follow=True)) == ["Saved as version 2."]
    assert len(Revision.objects.get(number=2).content["ticker_links"]) == 30


def test_a_retired_source_is_not_offered_and_stays_where_it_is(ana, desk):
    used = make_source()
    make_source("south-wire", name="South Wire")
    revision = make_revision(by=ana, bylines=[byline(used)])
    Source.objects.update(retired_at=timezone.now())
    client = desk(ana)
    page = client.get(address(revision.article))
    shown = html.fromstring(page.content.decode())
    offered = [shown.xpath(f"//select[@name='bylines-{n}-source']/option/text()") for n in range(2)]
    assert offered == [["---------", "North Wire"], ["---------"]]
    assert said(client.post(address(revision.article), filled(page, act="save"), follow=True)) == [
        "Saved as version 1."
    ]


def test_form_and_save_cost_the_same_with_one_row_in_each_list_and_with_three(
    ana, desk, django_assert_num_queries
):
    client = desk(ana)

    def story(rows):
        return make_revision(
            by=ana,
            bylines=[byline(make_author(f"Author {number}")) for number in range(rows)]
            + [byline(make_source(f"wire-{number}")) for number in range(rows)],
            ticker_links=[ticker_line(article=make_ticker(f"Live {number}")) for number in range(rows)],
        ).article

    def save(article, page, headline):
        data = filled(page, headline=headline, act="save")
        assert client.post(address(article), data).status_code == 302

    one, three = story(1), story(3)
    save(one, client.get(address(one)), "Trams return")
    with django_assert_num_queries(FORM):
        page = client.get(address(one))
    with django_assert_num_queries(FORM):
        longer = client.get(address(three))
    assert [len(longer.context["story"].bylines), len(longer.context["story"].ticker_lines)] == [7, 4]
    with django_assert_num_queries(SAVE):
        save(one, page, "Trams run")
    with django_assert_num_queries(SAVE):
        save(three, longer, "Trams run")


def test_a_row_with_both_author_and_source_is_refused(ana, desk):
    revision = make_revision(by=ana)
    client = desk(ana)
    data = filled(client.get(address(revision.article)))
    data |= {"bylines-0-source": make_source().pk, "act": "save"}
    page = client.post(address(revision.article), data)
    message = "Choose an author or a source, not both; add another row for the other."
    assert page.context["story"].bylines[0].non_field_errors() == [message]


@pytest.mark.parametrize(("typed", "place"), [("", 2), ("0", 0), ("3", 3)])
def test_a_ticker_line_stands_after_the_second_paragraph_unless_it_was_put_elsewhere(ben, desk, typed, place):
    article = make_revision(by=ben, body="<p>One.</p><p>Two.</p><p>Three.</p>").article
    client, line = desk(ben), "ticker_links-0-"
    added = {
        f"{line}text": "All in the ticker",
        f"{line}url": "https://ticker.example/",
        f"{line}after_block": typed,
    }
    client.post(address(article), filled(client.get(address(article)), **added))
    (row,) = Revision.objects.get(number=2).content["ticker_links"]
    assert (row["text"], row["after_block"]) == ("All in the ticker", place)
    shown = client.get(address(article)).context["story"].ticker_lines[0]["after_block"].value()
    assert shown == place
    client.post(address(article), filled(client.get(address(article)), headline="Trams return"))
    assert Revision.objects.get(number=3).content["ticker_links"] == [row]


@pytest.mark.parametrize("missing", ["base", "bylines-TOTAL_FORMS", "ticker_links-TOTAL_FORMS"])
def test_a_form_sent_in_part_saves_nothing_and_breaks_nothing(ana, desk, missing):
    revision = make_revision(by=ana)
    client = desk(ana)
    data = filled(client.get(address(revision.article)), headline="Half", act="save")
    del data[missing]
    assert client.post(address(revision.article), data).status_code == 200
    assert Revision.objects.count() == 1


def test_the_tag_desk_can_sign_and_tag_and_its_other_input_is_ignored(ana, desk):
    revision = make_revision(by=ana)
    tag = make_tag("Trams")
    client = desk(make_user("tom", "tag desk"))
    data = filled(client.get(address(revision.article)), tags=[tag.pk], headline="Tom's own", act="save")
    answer = client.post(address(revision.article), data, follow=True)
    assert said(answer) == ["Saved as version 2."]
    saved = Revision.objects.get(number=2).content
    assert (saved["headline"], saved["tags"]) == (revision.content["headline"], [revisions.reference(tag)])


# Conflicts


def test_a_late_save_is_refused_and_leads_to_where_both_texts_are_joined(ana, ben, desk):
    revision = make_revision(by=ana)
    client = desk(ana)
    mine = filled(client.get(address(revision.article)), headline="What Ana wrote", act="publish")
    workflow.save(revision.article, make_content(headline="What Ben wrote"), by=ben, base=1)
    page = client.post(address(revision.article), mine, follow=True)
    copy = ConflictCopy.objects.get()
    assert page.redirect_chain == [(f"/admin/articles/article/{revision.article_id}/merge/{copy.pk}/", 302)]
    assert said(page) == ["Nothing else is done yet: join the two texts first."]
    assert copy.content["headline"] == "What Ana wrote"
    assert Article.objects.get().version == 2


def test_who_did_not_touch_the_commissioned_length_takes_nobody_s_back(ana, ben, desk):
    article = make_revision(by=ana).article
    workflow.commission(article, 400, by=ben, shown=None)
    hers = filled(desk(ana).get(address(article)), kicker="Ana's", act="save")
    his = filled(desk(ben).get(address(article)), act="save", commissioned_length=800)
    assert said(desk(ben).post(address(article), his, follow=True)) == ["Saved as version 1."]
    assert said(desk(ana).post(address(article), hers, follow=True)) == ["Saved as version 2."]
    assert Article.objects.get().commissioned_length == 800
    # Who had the old one on the page and wrote another is told, and sees which stands.
    page = desk(ana).post(address(article), hers | {"commissioned_length": 1200}, follow=True)
    assert said(page) == [
        "Somebody set the commissioned length to 800 words in the meantime; yours, 1200, is not set.",
        "Saved as version 2.",
    ]
    assert page.context["form"]["commissioned_length"].value() == 800
    again = filled(page, act="save", commissioned_length="")
    assert said(desk(ana).post(address(article), again, follow=True)) == ["Saved as version 2."]
    assert Article.objects.get().commissioned_length is None


def test_a_commissioned_length_is_set_though_the_text_has_to_be_joined(ana, ben, desk):
    article = make_revision(by=ana).article
    hers = filled(desk(ana).get(address(article)), headline="Ana's", commissioned_length=1200, act="save")
    workflow.save(article, make_content(headline="Ben's"), by=ben, base=1)
    page = desk(ana).post(address(article), hers, follow=True)
    assert "/merge/" in page.redirect_chain[0][0]
    assert Article.objects.get().commissioned_length == 1200


def test_a_refused_text_keeps_the_row_that_another_added_too(ana, ben, desk):
    first, second = make_author("Ana Petrenko"), make_author("Ivo Marsh")
    revision = make_revision(by=ana, bylines=[byline(first)])
    client = desk(ana)
    mine = filled(client.get(address(revision.article)), headline="Mine", act="save")
    mine |= {"bylines-1-author": second.pk, "bylines-1-name": "Ivo Marsh"}
    both = revision.content | {"bylines": [byline(first), byline(second)]}
    workflow.save(revision.article, both, by=ben, base=1)
    client.post(address(revision.article), mine)
    assert [row["name"] for row in ConflictCopy.objects.get().content["bylines"]] == [
        "Ana Petrenko",
        "Ivo Marsh",
    ]


def waiting(page):
    """Return what the page says of the texts that wait to be joined, as (in sight, below a fold)."""
    shown = html.fromstring(page.content.decode())
    found = shown.xpath("//div[@class='writing-state']/div[@class='kept']/span")
    folded = shown.xpath("//details[@class='older']//div[@class='kept']/span")
    texts = [[" ".join(each.text_content().split()) for each in every] for every in (found, folded)]
    return [[re.sub(r" of \d+ \w+ \d{4}, \d\d:\d\d,", ",", told) for told in every] for every in texts]


def refused_text(writer, article, headline="What Ana wrote", base=1):
    with pytest.raises(workflow.Conflict) as caught:
        workflow.save(article, make_content(headline=headline), by=writer, base=base)
    return caught.value.copy


def test_a_refused_text_waits_on_the_page_until_somebody_joins_it(ana, ben, desk):
    revision = make_revision(by=ana)
    workflow.save(revision.article, make_content(headline="What Ben wrote"), by=ben, base=1)
    copy = refused_text(ana, revision.article)
    # Its writer mends a word and saves; it waits on, for the others who may edit the story as well.
    workflow.save(revision.article, make_content(headline="What Ben writes"), by=ana, base=2)
    own = "Your text, written on version 1, is kept and not joined yet."
    assert waiting(desk(ana).get(address(revision.article))) == [[own], []]
    client = desk(ben)
    page = client.get(address(revision.article))
    assert waiting(page) == [["The text of ana, written on version 1, is kept and not joined yet."], []]
    join = f"/admin/articles/article/{revision.article_id}/merge/{copy.pk}/"
    assert f'href="{join}"' in page.content.decode()
    client.post(join, {"theirs": "3", "choice-headline": "mine"})
    assert waiting(client.get(address(revision.article))) == [[], []]
    copy.refresh_from_db()
    assert (copy.outcome, copy.settled_by, Article.objects.get().working_headline) == (
        "joined",
        ben,
        "What Ana wrote",
    )
    assert "ben joined it with what stood, " in client.get(join).content.decode()


def test_who_only_reads_is_not_asked_to_join(ana, ben, desk):
    article = make_revision(by=ben).article
    workflow.save(article, make_content(headline="Two"), by=ben, base=1)
    refused_text(ben, article, "Three")
    assert waiting(desk(ben).get(address(article)))[0] != []
    assert waiting(desk(ana).get(address(article))) == [[], []]


def test_a_text_that_is_not_needed_is_put_aside_on_record_and_taken_up_again(ana, ben, desk):
    article = make_revision(by=ana).article
    workflow.save(article, make_content(headline="What Ben wrote"), by=ben, base=1)
    copy = refused_text(ana, article)
    client = desk(ben)
    kept = f"/admin/articles/article/{article.pk}/kept/{copy.pk}/"
    assert f'action="{kept}"' in client.get(address(article)).content.decode()
    page = client.post(kept, {"act": "aside"}, follow=True)
    join = f"/admin/articles/article/{article.pk}/merge/{copy.pk}/"
    assert said(page) == [f'The text of ana is put aside. <a href="{join}">See it, or take it up again</a>']
    assert waiting(page) == [[], []]
    assert said(client.post(kept, {"act": "aside"}, follow=True)) == [
        "Somebody has joined this text or put it aside already."
    ]
    assert (AuditEntry.objects.first().verb, AuditEntry.objects.first().detail) == (
        "put aside",
        {"base": 1, "writer": "ana"},
    )
    shown = client.get(join).content.decode()
    assert ("ben put it aside, " in shown, f'action="{kept}"' in shown) == (True, True)
    page = client.post(kept, {"act": "take-up"}, follow=True)
    assert waiting(page) == [["The text of ana, written on version 1, is kept and not joined yet."], []]
    assert AuditEntry.objects.first().verb == "take up"


def test_who_may_only_tag_puts_nobody_s_text_aside(ana, ben, desk):
    tom = make_user("tom", "tag desk")
    article = make_revision(by=ana).article
    workflow.save(article, make_content(headline="What Ben wrote"), by=ben, base=1)
    copy = refused_text(ana, article)
    client = desk(tom)
    kept = f"/admin/articles/article/{article.pk}/kept/{copy.pk}/"
    page = client.get(address(article))
    assert (waiting(page)[0] != [], kept in page.content.decode()) == (True, False)
    assert said(client.post(kept, {"act": "aside"}, follow=True)) == [
        "Only who wrote this text or may change its story can put it aside."
    ]
    copy.refresh_from_db()
    assert copy.outcome == ""
    desk(ana).post(kept, {"act": "aside"})
    join = kept.replace("kept", "merge")
    pages = [desk(who).get(join).content.decode() for who in (ben, tom)]
    assert ["Take it up again" in page for page in pages] == [True, False]


def test_of_many_texts_three_are_in_sight_and_the_rest_below_a_fold(
    ana, ben, desk, django_assert_num_queries
):
    article = make_revision(by=ana).article
    workflow.save(article, make_content(headline="Two"), by=ben, base=1)
    client = desk(ana)
    client.get(address(article))
    with CaptureQueriesContext(connection) as without:
        client.get(address(article))
    for number in range(5):
        refused_text(ana, article, f"Ana {number}")
    with django_assert_num_queries(len(without)):
        page = client.get(address(article))
    assert [len(every) for every in waiting(page)] == [3, 2]
    assert "2 older texts wait to be joined" in page.content.decode()


# A new story sent twice


def sent_again(client, **typed):
    """Send the form of a new story, then the same form with ``typed``; return the pages that answer."""
    new = "/admin/articles/article/add/"
    page = client.get(new)
    data = filled(page, headline="Trams return", act="save", tab=page.context["writing"]["tab"])
    return [client.post(new, data | more, follow=True) for more in ({}, typed)]


def test_a_new_story_that_is_sent_twice_is_one_draft(ana, desk):
    first, second = sent_again(desk(ana))
    draft = Article.objects.get()
    assert (first.redirect_chain, second.redirect_chain) == ([(address(draft), 302)], [(address(draft), 302)])
    assert [said(first), said(second)] == [
        ["The draft is made."],
        ["This form was sent before; here is the draft that it made."],
    ]
    assert draft.version == 1


@pytest.mark.parametrize(
    ("act", "headline", "told"),
    [
        ("save", "Trams return", []),
        ("state:review", "Trams return", ["Now in review."]),
        ("publish", "", ["Your text is saved as version 1.", "This can't be published yet: There is no headline; write one."]),
    ],
)  # fmt: skip
def test_a_new_story_says_once_that_it_is_made_and_then_what_else_was_done(ben, desk, act, headline, told):
    client, new = desk(ben), "/admin/articles/article/add/"
    typed = {"headline": headline, "body": "<p>Trams run on Monday.</p>", "dateline_places": "Marrow"}
    data = filled(client.get(new), act=act, section=make_section().pk, **typed)
    data["bylines-0-author"] = make_author().pk
    assert said(client.post(new, data, follow=True)) == ["The draft is made.", *told]


def test_sending_it_again_opens_the_draft_and_publishes_nothing(ben, desk):
    _first, second = sent_again(desk(ben), act="publish")
    assert said(second) == ["This form was sent before; here is the draft that it made."]
    assert Article.objects.published().count() == 0


def test_other_words_from_the_same_tab_are_another_draft(ana, desk):
    sent_again(desk(ana), headline="Trams return, and ships")
    assert sorted(Article.objects.values_list("working_headline", flat=True)) == [
        "Trams return",
        "Trams return, and ships",
    ]


def test_a_new_story_that_a_busy_database_refused_half_way_is_made_whole_by_the_second_press(ben, desk):
    client, new, tries = desk(ben), "/admin/articles/article/add/", []
    page = client.get(new)
    typed = {"commissioned_length": "400", "new_tags": "Night trams", "act": "state:review"}
    data = filled(page, headline="Trams return", tab=page.context["writing"]["tab"]) | typed

    def busy(execute, sql, *rest):
        if sql.startswith("UPDATE") and '"commissioned_length"' in sql and not tries:
            tries.append(sql)
            raise OperationalError("database is locked")
        return execute(sql, *rest)

    with connection.execute_wrapper(busy):
        refused = client.post(new, data)
    assert (len(tries), refused.status_code, Article.objects.count()) == (1, 200, 0)
    client.post(new, data)
    draft = Article.objects.get()
    assert (draft.commissioned_length, draft.state) == (400, "review")
    assert [proposal.name for proposal in draft.tag_proposals.all()] == ["Night trams"]


def test_nobody_takes_the_draft_of_somebody_else_by_the_name_of_its_tab(ana, ben, desk):
    theirs = workflow.create(make_content(headline="Trams return"), by=ben).article
    client = desk(ana)
    page = client.get("/admin/articles/article/add/")
    data = filled(page, headline="Trams return", act="save", tab=theirs.uuid)
    told = said(client.post("/admin/articles/article/add/", data, follow=True))
    assert told == ["The draft is made."]
    assert set(Article.objects.values_list("created_by", flat=True)) == {ana.pk, ben.pk}


# Acts


def test_publish_saves_and_publishes(ben, desk):
    revision = make_revision(by=ben)
    client = desk(ben)
    data = filled(client.get(address(revision.article)), headline="Trams return", act="publish")
    assert said(client.post(address(revision.article), data, follow=True)) == ["Published: first published."]
    article = Article.objects.published().get()
    assert (article.headline, article.live_revision.number) == ("Trams return", 2)


def test_a_typing_error_moves_no_time(ben, desk):
    article = make_published(by=ben, at=timezone.now() - timedelta(hours=1))
    client = desk(ben)
    data = filled(client.get(address(article)), headline="Trams return", act="publish", kind="typo")
    assert said(client.post(address(article), data, follow=True)) == ["Published: typing error."]
    assert Article.objects.get().updated == article.updated


def test_what_blocks_publishing_leaves_the_text_saved(ben, desk):
    revision = make_revision(by=ben)
    client = desk(ben)
    data = filled(client.get(address(revision.article)), standfirst="Changed.", act="publish") | {
        "headline": ""
    }
    answer = client.post(address(revision.article), data, follow=True)
    assert said(answer)[0] == "Your text is saved as version 2."
    assert said(answer)[1].startswith("This can't be published yet: ")
    assert Article.objects.published().count() == 0


def test_a_reporter_s_publish_is_refused_and_the_text_saved(ana, desk):
    revision = make_revision(by=ana)
    client = desk(ana)
    data = filled(client.get(address(revision.article)), headline="Trams return", act="publish")
    assert said(client.post(address(revision.article), data, follow=True)) == [
        "Your text is saved as version 2.",
        "Only an editor can publish; send it to review instead.",
    ]
    assert Article.objects.published().count() == 0


def test_a_correction_goes_out_with_its_note(ben, desk):
    article = make_published(by=ben)
    client = desk(ben)
    data = filled(client.get(address(article)), headline="Bridge reopens after three years", act="correct")
    data |= {"correction_kind": "correction", "wrong": "two years", "right": "three years", "in_list": "on"}
    assert said(client.post(address(article), data, follow=True)) == ["Published with a note of correction."]
    note = article.corrections.get()
    assert (note.wrong, note.right, note.in_list) == ("two years", "three years", True)


def test_a_correction_without_what_is_right_is_refused(ben, desk):
    article = make_published(by=ben)
    client = desk(ben)
    data = filled(client.get(address(article)), act="correct", correction_kind="correction")
    assert said(client.post(address(article), data, follow=True)) == [
        "Your text is saved as version 1.",
        "Say what is right; readers see it in the note.",
    ]


def test_withdrawing_asks_why_and_takes_it_offline(ben, desk):
    article = make_published(by=ben, at=timezone.now() - timedelta(hours=1))
    client = desk(ben)
    page = f"/admin/articles/article/{article.pk}/withdraw/"
    assert "goes off every page" in client.get(page).content.decode()
    answer = client.post(page, {"kind": "error", "note": "We had it wrong."}, follow=True)
    assert said(answer) == ["Withdrawn: readers no longer see this story."]
    after = Article.objects.get()
    assert (after.standing(), after.withdrawal_note) == ("withdrawn", "We had it wrong.")


def test_an_editor_lets_a_drop_cap_stand_with_a_reason(ben, desk):
    revision = make_revision(by=ben, body="<p>R.US President Someone spoke to the council of Marrow.</p>")
    client = desk(ben)
    page = client.get(address(revision.article))
    [(key, finding, waivable, _nth, _reason)] = [
        row for row in page.context["findings"] if row[1].code == "drop-cap"
    ]
    assert waivable
    data = filled(page, act=f"waive:{key}", **{f"reason-{key}": "That is its name."})
    assert said(client.post(address(revision.article), data, follow=True)) == [
        "This wording may stand; your reason is kept."
    ]
    assert [row[1].code for row in client.get(address(revision.article)).context["findings"]] == []
    assert finding.quote == revision.article.waivers.get().quote


def test_a_story_goes_to_review_and_is_called_ready(ana, ben, desk):
    revision = make_revision(by=ana)
    client = desk(ana)
    data = filled(client.get(address(revision.article)), act="state:review")
    assert said(client.post(address(revision.article), data, follow=True)) == ["Now in review."]
    client = desk(ben)
    data = filled(client.get(address(revision.article)), act="state:ready")
    assert said(client.post(address(revision.article), data, follow=True)) == ["Now ready."]


def test_a_busy_database_after_the_save_is_told_and_the_text_is_saved(ben, desk, monkeypatch):
    def busy(*args, **kwargs):
        raise OperationalError("database is locked")

    revision = make_revision(by=ben)
    client = desk(ben)
    data = filled(client.get(address(revision.article)), headline="Trams return", act="publish")
    monkeypatch.setattr(workflow, "publish", busy)
    assert said(client.post(address(revision.article), data, follow=True)) == [
        "Your text is saved as version 2.",
        "Somebody else's work keeps the database busy; your text is still here. Try again in a moment.",
    ]


@pytest.mark.parametrize("number", ["²", "9" * 30, "9" * 5000])
def test_what_is_no_number_of_a_story_or_version_breaks_nothing(ben, desk, number):
    article = make_revision(by=ben).article
    client = desk(ben)
    assert client.get(f"/admin/articles/article/{number}/change/").status_code in {302, 404}
    assert client.get(f"/admin/articles/article/{number}/history/").status_code == 404
    client.post(address(article), filled(client.get(address(article)), headline="Trams", over=number))
    assert Article.objects.get().working_headline == "Trams"


@pytest.mark.parametrize("act", ["state:burnt", "dance", "waive:nothing"])
def test_an_act_that_is_none_breaks_nothing(ben, desk, act):
    revision = make_revision(by=ben)
    client = desk(ben)
    data = filled(client.get(address(revision.article)), act=act)
    assert client.post(address(revision.article), data, follow=True).status_code == 200
    assert Article.objects.get().state == "draft"


def test_a_version_can_be_read(ben, desk):
    revision = make_revision(by=ben)
    page = desk(ben).get(f"/admin/articles/article/{revision.article_id}/versions/1/")
    assert "The harbour bridge in Marrow reopens to trams" in page.content.decode()
    assert page.context["others"] == [
        ("genre", "News"),
        ("language", "English"),
        ("section", "Politics"),
        ("dateline", "Marrow, 2026-03-02"),
        ("bylines", "Ana Petrenko, text"),
    ]


def test_the_form_carries_a_nonce_and_no_inline_style(ben, desk):
    page = desk(ben).get(address(make_revision(by=ben).article))
    nonce = re.search(r"script-src 'self' 'nonce-([^']+)'", page.headers["Content-Security-Policy"])[1]
    text = page.content.decode()
    inline = re.findall(r"<script(?![^>]*\bsrc=)[^>]*>", text)
    assert all(f'nonce="{nonce}"' in tag or 'type="application/json"' in tag for tag in inline)
    assert re.findall(r"<[^>]+\sstyle=", text) == []
    assert re.findall(r"<[^>]+\son[a-z]+=", text) == []


# The list and what stories are sorted by


def test_the_list_costs_the_same_with_one_and_with_thirty_rows(ben, desk, django_assert_num_queries):
    client = desk(ben)
    make_revision(by=ben)
    client.get("/admin/articles/article/")
    with CaptureQueriesContext(connection) as one:
        client.get("/admin/articles/article/")
    for _ in range(29):
        make_revision(by=ben)
    with django_assert_num_queries(len(one)):
        client.get("/admin/articles/article/")


def test_autocomplete_offers_tickers_for_ticker_lines_and_published_stories_as_related(ben, desk):
    client = desk(ben)
    ticker, story = make_ticker("Bridge live"), make_published(headline="Bridge opens", by=ben)
    make_revision(by=ben, headline="Bridge draft")

    def offered(model, field):
        query = {"app_label": "articles", "model_name": model, "field_name": field, "term": "Bridge"}
        rows = client.get("/admin/autocomplete/", query).json()["results"]
        return {row["id"] for row in rows}

    assert offered("tickerlink", "ticker") == {str(ticker.pk)}
    assert offered("related", "to") == {str(ticker.pk), str(story.pk)}


@pytest.mark.parametrize(("model", "make"), [(Section, make_section), (Tag, make_tag), (Author, make_author)])
def test_a_new_address_leaves_the_old_one_as_a_redirect(desk, model, make):
    thing = make("Harbour")
    client = desk(make_chief())
    page = client.get(f"/admin/articles/{model._meta.model_name}/{thing.pk}/change/")
    data = _values(page.context["adminform"].form) | {"slug": "port"}
    for inline in page.context["inline_admin_formsets"]:
        data |= _values(inline.formset.management_form)
    client.post(f"/admin/articles/{model._meta.model_name}/{thing.pk}/change/", data)
    assert model.objects.get(pk=thing.pk).slug == "port"
    assert list(OldSlug.objects.values_list("slug", model._meta.model_name)) == [("harbour", thing.pk)]
    assert f"list:{model._meta.model_name}:{thing.pk}" in set(Purge.objects.values_list("key", flat=True))


def filled_thing(page):
    """Return what a browser would send for the form of a section, source, author or tag, its name forms included."""
    data = _values(page.context["adminform"].form)
    for inline in page.context["inline_admin_formsets"]:
        for form in [inline.formset.management_form, *inline.formset.forms]:
            data |= _values(form)
    return data


@pytest.mark.parametrize(("model", "make"), [(Section, make_section), (Tag, make_tag), (Author, make_author)])
def test_an_address_that_still_leads_elsewhere_is_refused_with_all_that_was_typed(desk, model, make):
    name = model._meta.model_name
    thing, other = make("Harbour"), make("Port")
    OldSlug.objects.create(slug="docks", **{name: other})
    client = desk(make_chief())
    address = f"/admin/articles/{name}/{thing.pk}/change/"
    page = client.post(address, filled_thing(client.get(address)) | {"slug": "docks", "name": "Docks"})
    form = page.context["adminform"].form
    assert form.errors == {"slug": ["The address “docks” still leads to Port; choose another."]}
    assert form["name"].value() == "Docks"
    assert model.objects.get(pk=thing.pk).slug == "harbour"


@pytest.mark.parametrize(("model", "make"), [(Section, make_section), (Tag, make_tag), (Author, make_author)])
def test_a_late_save_of_a_thing_is_refused_with_both_texts_and_can_be_repeated(desk, model, make):
    thing = make("Harbour")
    client = desk(make_chief())
    address = f"/admin/articles/{model._meta.model_name}/{thing.pk}/change/"
    mine = filled_thing(client.get(address)) | {"name": "Docks"}
    model.objects.filter(pk=thing.pk).update(name="Port")
    page = client.post(address, mine)
    form = page.context["adminform"].form
    message = (
        "Somebody saved this while you were writing. There now: Name: Port. Save again to write over it."
    )
    assert form.non_field_errors() == [message]
    assert form["name"].value() == "Docks"
    assert model.objects.get().name == "Port"
    client.post(address, filled_thing(page))
    assert model.objects.get().name == "Docks"


def test_an_editor_named_meanwhile_is_not_taken_out_unsaid(ben, desk):
    sport = make_section("Sport")
    client = desk(make_chief())
    address = f"/admin/articles/section/{sport.pk}/change/"
    mine = filled_thing(client.get(address)) | {"name": "Sports"}
    sport.editors.add(ben)
    client.post(address, mine)
    assert list(sport.editors.all()) == [ben]


def test_two_printed_forms_in_one_language_are_refused_in_a_sentence(desk):
    tag = make_tag("Kyiv", "place")
    client = desk(make_chief())
    address = f"/admin/articles/tag/{tag.pk}/change/"
    data = filled_thing(client.get(address)) | {"forms-TOTAL_FORMS": 2}
    for number, text in enumerate(["Kyiv", "Kyïv"]):
        row = {"kind": "printed", "text": text, "language": "en"}
        data |= {f"forms-{number}-{name}": value for name, value in row.items()}
    [inline] = client.post(address, data).context["inline_admin_formsets"]
    message = "A name has one printed form in a language; call the others otherwise."
    assert inline.formset.non_form_errors() == [message]
    client.post(address, data | {"forms-1-kind": "search"})
    assert list(tag.forms.values_list("kind", "text")) == [("printed", "Kyiv"), ("search", "Kyïv")]


def test_a_name_with_hundreds_of_forms_is_saved(desk):
    tag = make_tag("Kyiv", "place", wrong=[f"Kiev {number}" for number in range(300)])
    client = desk(make_chief())
    address = f"/admin/articles/tag/{tag.pk}/change/"
    data = filled_thing(client.get(address)) | {"forms-299-DELETE": "on"}
    assert client.post(address, data).status_code == 302
    assert tag.forms.count() == 299


@pytest.mark.parametrize(
    "lines", ['["x"]', '"x"', "5", '{"en": 5}', '{"en": " "}', '{"en": {"a": "b"}}', '{"en": "\\u0000"}']
)
def test_credit_lines_that_no_page_could_print_are_refused(desk, lines):
    source = make_source()
    client = desk(make_chief())
    address = f"/admin/articles/source/{source.pk}/change/"
    page = client.post(address, filled_thing(client.get(address)) | {"credit_lines": lines})
    message = 'Write one sentence for each language, such as {"en": "With material from dpa"}.'
    assert page.context["adminform"].form.errors == {"credit_lines": [message]}


@pytest.mark.parametrize("lines", ["", "null", "{}"])
def test_a_source_may_ask_for_no_credit_line(desk, lines):
    source = make_source()
    client = desk(make_chief())
    address = f"/admin/articles/source/{source.pk}/change/"
    client.post(address, filled_thing(client.get(address)) | {"credit_lines": lines})
    assert Source.objects.get().credit_lines == {}


def test_the_code_that_stories_name_a_source_by_stays(desk):
    source = make_source()
    client = desk(make_chief())
    address = f"/admin/articles/source/{source.pk}/change/"
    client.post(address, filled_thing(client.get(address)) | {"code": "south-wire", "name": "South Wire"})
    assert Source.objects.values_list("code", "name").get() == ("north-wire", "South Wire")


def test_a_chief_editor_names_the_editors_of_a_section_and_sees_no_accounts(ben, desk):
    sport = make_section("Sport")
    client = desk(make_chief())
    address = f"/admin/articles/section/{sport.pk}/change/"
    client.post(address, filled_thing(client.get(address)) | {"editors": [ben.pk]})
    assert list(sport.editors.all()) == [ben]
    assert client.get("/admin/accounts/user/").status_code == 403


@pytest.mark.parametrize(
    ("through", "field", "make"), [("taggeditem", "tag", make_tag), ("byline", "author", make_author)]
)
def test_what_is_retired_or_merged_is_not_offered_and_found_in_its_list(desk, through, field, make):
    kept, retired, merged = make("Harbour"), make("Harbour old"), make("Harbour twin")
    type(kept).objects.filter(pk=retired.pk).update(retired_at=timezone.now())
    type(kept).objects.filter(pk=merged.pk).update(canonical=kept)
    client = desk(make_chief())
    query = {"app_label": "articles", "model_name": through, "field_name": field, "term": "Harbour"}
    rows = client.get("/admin/autocomplete/", query).json()["results"]
    assert [row["id"] for row in rows] == [str(kept.pk)]
    page = client.get(f"/admin/articles/{field}/", {"q": "Harbour"})
    assert set(page.context["cl"].result_list) == {kept, retired, merged}


def test_retiring_keeps_the_row_and_can_be_taken_back(desk):
    tag = make_tag("Harbour")
    client = desk(make_chief())
    for action, message in (("retire", "1 retired."), ("restore", "1 back.")):
        answer = client.post(
            "/admin/articles/tag/", {"action": action, "_selected_action": [tag.pk]}, follow=True
        )
        assert said(answer) == [message]
        assert (Tag.objects.get().retired_at is not None) == (action == "retire")


def test_before_publishing_the_desk_is_told_what_readers_will_see_change(ben, desk):
    article = make_published(by=ben)
    client = desk(ben)
    page = client.get(address(article))
    review = address(article).replace("/change/", "/review/")
    assert in_words(client.post(review, filled(page)).context["review"].changes) == []
    answer = client.post(review, filled(page, headline="Trams return"))
    assert in_words(answer.context["review"].changes) == [
        ("headline", "Harbour bridge reopens after two years", "Trams return")
    ]
    assert "<ins>Trams return</ins>" in answer.content.decode()
    assert Article.objects.get(pk=article.pk).version == 1


def looked_at(client, article, **typed):
    """Return (the Review of ``article`` with ``typed`` in its form, the panel's own words line by line)."""
    here = address(article)
    answer = client.post(here.replace("/change/", "/review/"), filled(client.get(here), **typed))
    told = html.fromstring(f"<div>{answer.content.decode()}</div>").text_content().splitlines()
    return answer.context["review"], list(filter(None, map(str.strip, told)))


def test_what_readers_never_see_is_no_change_for_them_and_told_apart(ben, desk):
    sorting, trams = make_tag("Ask Cem", is_internal=True), make_tag("Trams")
    paragraphs, note = (
        "<p>Trams run on Monday.</p>",
        '<aside data-block="note"><p>Ask the lawyer about Petrenko.</p></aside>',
    )
    line = {"ticker_links": [ticker_line(article=make_ticker(), after_block=1)]}
    article = make_published(by=ben, body=paragraphs, tags=[revisions.reference(trams)], **line)
    before = article.version
    whole = revisions.content_of(article.latest_revision)
    noted = revisions.reference(sorting)
    only_desk = {
        "body": note + paragraphs,
        "slugline": "bridge-7",
        "urgency": 2,
        "ednote": "Partners: hold it.",
    }
    line = {"ticker_links": [whole["ticker_links"][0] | {"after_block": 2}]}
    workflow.save(article, whole | only_desk | line | {"tags": [*whole["tags"], noted]}, by=ben, base=before)
    article.refresh_from_db()
    review, told = looked_at(desk(ben), article, slug="another-address")
    assert review.changes == []
    desk_only = "address, slugline, urgency, note to partners, desk notes, internal tags"
    assert ", ".join(review.desk_only) == desk_only
    assert told == [
        "Where readers find it", "FrontsFront page, PoliticsTagsTramsAuthorsAna Petrenko",
        "What changes for readers", "Nothing: readers see these very words already.",
        f"Only the desk sees: {desk_only}.", "0 findings",
    ]  # fmt: skip
    review, _told = looked_at(desk(ben), article, standfirst="Trams cross again.")
    assert [change.name for change in review.changes] == ["standfirst"]


def test_a_story_asked_not_to_be_found_stands_in_no_list_and_the_panel_says_so(ben, desk):
    article = make_published(by=ben, tags=[revisions.reference(make_tag("Trams"))])
    assert looked_at(desk(ben), article)[0].places == [
        ("Fronts", ["Front page", "Politics"]), ("Tags", ["Trams"]), ("Authors", ["Ana Petrenko"]),
    ]  # fmt: skip
    workflow.withdraw(article, by=make_chief(), kind="deindex", note="The person asked.")
    review, told = looked_at(desk(ben), article)
    assert review.places == []
    assert told[:3] == [
        "Where readers find it",
        "Readers find this story at its address alone.",
        "What changes for readers",
    ]


def test_a_translation_is_not_promised_the_front_page(ben, desk):
    original = make_published(by=ben)
    told = {"translation_of": revisions.reference(original.live_revision), "headline": "Die Brücke ist offen"}
    article = make_revision(by=ben, language="de", **told).article
    assert looked_at(desk(ben), article)[0].places == [
        ("Fronts", ["Politics"]),
        ("Authors", ["Ana Petrenko"]),
    ]
    assert [story.headline for story in Article.objects.published()] == [original.headline]
