""" "New from copy": what a copy says is shown before anything is stored; then it becomes a draft. Items are read only."""

import html
import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from articles.models import Article
from tests.factories import make_section, make_ticker, make_user
from wire.forms import packed
from wire.models import Item

pytestmark = pytest.mark.django_db

ADDRESS = "/admin/wire/item/new-from-copy/"
COPY = "Bridge opens\nAfter two years.\nR.The bridge opened.\n>>> All about the bridge in the live ticker\nTrams run.\n"


@pytest.fixture
def desk(client):
    """A client signed in as Ana, who writes."""
    client.force_login(make_user("ana", "reporter"))
    return client


def post(client, act, **data):
    return client.post(ADDRESS, {"language": "en", "act": act} | data)


def words_of(response):
    """Return the visible words of a page, white space folded."""
    text = re.sub(r"<(script|style|head)\b.*?</\1>|<[^>]+>", " ", response.content.decode(), flags=re.S)
    return " ".join(html.unescape(text).split())


def hidden(response, name):
    return re.search(rf'name="{name}" value="([^"]*)"', response.content.decode())[1]


def test_the_address_is_known_by_name():
    assert reverse("admin:wire_item_new_from_copy") == ADDRESS


@pytest.mark.parametrize(
    ("role", "status"), [("reporter", 200), ("editor", 200), ("tag desk", 403), ("legal", 403)]
)
def test_who_may_start_a_story_may_make_one_of_copy(client, role, status):
    client.force_login(make_user("ben", role))
    assert client.get(ADDRESS).status_code == status
    assert post(client, "make", text=COPY).status_code == (302 if status == 200 else 403)
    assert Article.objects.count() == (status == 200)


def test_a_stranger_is_sent_to_sign_in(client):
    response = client.get(ADDRESS)
    assert (response.status_code, response.url) == (302, f"/admin/login/?next={ADDRESS}")


def test_a_look_shows_pieces_findings_and_what_is_taken_out_and_stores_nothing(desk):
    make_ticker("The bridge reopens: live")
    before = Article.objects.count()
    response = post(desk, "see", text=COPY)
    preview = response.context["preview"]
    assert [(kind, words) for _label, kind, words in preview["pieces"]] == [
        ("headline", "Bridge opens"),
        ("standfirst", "After two years."),
        ("paragraph", "R.The bridge opened."),
        ("scrap", ">>>"),
        ("ticker", "All about the bridge in the live ticker"),
        ("paragraph", "Trams run."),
    ]
    words = words_of(response)
    assert "Ticker line: All about the bridge in the live ticker Kept in: ticker lines" in words
    assert "Scrap: >>> Kept in: the original alone" in words
    assert "Tickers that may be meant The bridge reopens: live" in words
    assert "5 findings" in words
    assert re.findall(r'data-code="([^"]+)"', response.content.decode()) == [
        "missing-section",
        "missing-byline",
        "missing-provenance",
        "drop-cap",
        "ticker-unresolved",
    ]
    assert (Article.objects.count(), Item.objects.count()) == (before, 0)


def test_pasted_text_becomes_a_draft_of_the_one_who_pasted_it(desk):
    section = make_section("Coast")
    response = post(desk, "make", text=COPY.replace("\n", "\r\n"), section=section.pk, language="de")
    article = Article.objects.get()
    assert (response.status_code, response.url) == (302, f"/admin/articles/article/{article.pk}/change/")
    content = article.latest_revision.content
    assert (content["headline"], content["section"], content["language"]) == (
        "Bridge opens",
        {"id": section.pk, "name": "Coast"},
        "de",
    )
    assert article.created_by.username == "ana"
    # The line ends a browser adds are none of the copy's.
    assert bytes(Item.objects.get().raw) == COPY.encode()


def test_a_file_shown_once_is_made_into_a_draft_by_the_next_request(desk):
    data = COPY.replace("Bridge", "Brücke").encode("cp1252")
    seen = post(desk, "see", file=SimpleUploadedFile("brücke.txt", data), encoding="cp1252")
    assert "Chosen: brücke.txt" in words_of(seen)
    kept = {name: hidden(seen, name) for name in ("kept", "kept_name")}
    made = post(desk, "make", encoding="cp1252", **kept)
    item = Item.objects.get()
    assert made.status_code == 302
    assert (bytes(item.raw), item.name, item.encoding) == (data, "brücke.txt", "cp1252")
    assert item.articles.get().latest_revision.content["headline"] == "Brücke opens"


def test_text_pasted_after_a_file_replaces_it(desk):
    seen = post(desk, "see", text=COPY, kept=packed(b"Another story"), kept_name="other.txt")
    assert seen.context["preview"]["pieces"][0][2] == "Bridge opens"
    assert 'name="kept" value=' not in seen.content.decode()


def test_what_reading_was_not_sure_of_is_said_when_the_draft_is_made(desk):
    response = desk.post(
        ADDRESS,
        {"act": "make", "language": "en", "text": "Bridge opens\nBy Jo Velm\nAfter two years.\nA.\nB."},
        follow=True,
    )
    assert [str(message) for message in response.context["messages"]] == [
        "The draft is made of the copy.",
        "“By Jo Velm” names somebody who is no author here; add the author and sign the story, or drop the line. “By Jo Velm”",
    ]


def test_copy_that_came_before_leads_to_its_story(desk):
    post(desk, "make", text=COPY)
    article = Article.objects.get()
    seen = post(desk, "see", text=COPY)
    assert "The same copy was made into Bridge opens ; no second draft is made." in words_of(seen)
    again = post(desk, "make", text=COPY)
    assert again.url == f"/admin/articles/article/{article.pk}/change/"
    assert Article.objects.count() == 1


@pytest.mark.parametrize("act", ["see", "make"])
@pytest.mark.parametrize(
    ("data", "message"),
    [
        ({}, "There is no copy yet; paste its text or choose a file."),
        ({"text": " \n "}, "There is no copy yet; paste its text or choose a file."),
        ({"text": "12.30"}, "The copy holds no letter; send the file with its text."),
        (
            {"text": "B" * 301},
            "The first line has 301 characters and a headline at most 300; put the headline on a line of its own.",
        ),
        ({"file": b"%PDF-1.7"}, "The copy is a PDF file; save it as plain text and send that."),
        ({"file": b"B" * 2_000_001}, "The copy has 2.0 MB and at most 2 MB are taken; send the text alone."),
        (
            {"file": "Brücke".encode("cp1252")},
            "The copy is not UTF-8 (byte 0xfc at position 2); name its encoding, for example cp1252.",
        ),
        ({"kept": packed(b"Bridge opens")[:-12]}, "The file was lost on the way; choose it again."),
        ({"kept": "%%%"}, "The file was lost on the way; choose it again."),
        (
            {"kept": packed(b"B" * 9_000_000)},
            "The copy has 2.0 MB and at most 2 MB are taken; send the text alone.",
        ),
    ],
)
def test_what_is_no_copy_is_named_on_the_page_and_stored_nowhere(desk, act, data, message):
    if "file" in data:
        data = {"file": SimpleUploadedFile("copy.txt", data["file"])}
    response = post(desk, act, **data)
    assert response.status_code == 200
    assert message in words_of(response)
    assert response.context["preview"] is None
    assert (Article.objects.count(), Item.objects.count()) == (0, 0)


def test_copy_is_shown_as_text_whatever_it_holds(desk):
    response = post(desk, "see", text="<script>alert(1)</script> opens\nAfter.\x07\nTrams run.\nEnd.")
    page = response.content.decode()
    assert "<script>alert(1)" not in page
    assert "&lt;script&gt;alert(1)" in page
    assert ("scrap", "\\x07") in [
        (kind, words) for _label, kind, words in response.context["preview"]["pieces"]
    ]


def test_the_page_holds_nothing_inline(desk):
    page = post(desk, "see", text=COPY).content.decode()
    assert re.findall(r"\sstyle=|\son\w+=|<style", page) == []
    assert [
        tag for tag in re.findall(r"<script\b[^>]*>", page) if "src=" not in tag and "nonce=" not in tag
    ] == []
    assert page.count("desk/new_from_copy.js") == 1


def test_every_field_has_its_label(desk):
    page = desk.get(ADDRESS).content.decode()
    form = page[page.index('<form method="post" enctype') :].partition("</form>")[0]
    fields = re.findall(r'<(?:textarea|select|input)\b(?![^>]*type="hidden")[^>]*\bid="([^"]+)"', form)
    assert fields == ["id_text", "id_file", "id_section", "id_source", "id_language", "id_encoding"]
    assert [name for name in fields if f'<label for="{name}">' not in form] == []


# Items


def test_items_are_listed_and_shown_and_cannot_be_changed(desk):
    post(desk, "make", text=COPY)
    item = Item.objects.get()
    listed = desk.get("/admin/wire/item/")
    assert "New from copy" in words_of(listed)
    assert "Bridge opens" in words_of(listed)
    shown = desk.get(f"/admin/wire/item/{item.pk}/change/")
    assert "R.The bridge opened." in words_of(shown)
    assert 'name="_save"' not in shown.content.decode()
    assert desk.post(f"/admin/wire/item/{item.pk}/change/", {"name": "other"}).status_code == 403
    assert desk.get(f"/admin/wire/item/{item.pk}/delete/").status_code == 403
    assert desk.get("/admin/wire/item/add/").status_code == 403


def test_who_may_only_read_sees_items_and_no_way_to_make_drafts(desk, client):
    post(desk, "make", text=COPY)
    client.force_login(make_user("cem", "legal"))
    listed = words_of(client.get("/admin/wire/item/"))
    assert "Bridge opens" in listed
    assert "New from copy" not in listed


def test_the_list_of_items_costs_the_same_with_one_and_three(desk, django_assert_num_queries):
    post(desk, "make", text=COPY)
    desk.get("/admin/wire/item/")
    with django_assert_num_queries(7):
        desk.get("/admin/wire/item/")
    post(desk, "make", text=COPY + "One.")
    post(desk, "make", text=COPY + "Two.")
    with django_assert_num_queries(7):
        desk.get("/admin/wire/item/")
