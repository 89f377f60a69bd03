"""Tags and authors out as files and in again: the dry run tells what changes, a second run changes nothing."""

import json

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from accounts.models import AuditEntry
from articles.models import Author, NameForm, OldSlug, Tag
from articles.naming import exchange
from tests.factories import make_author, make_tag, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def tom():
    return make_user("tom", "tag desk")


def told(changes):
    return [(change.slug, change.is_new, change.fields, change.refused) for change in changes]


@pytest.fixture
def city():
    country = make_tag("Velland", "place")
    tag = make_tag("Київ", "place", slug="kyiv", wikidata="Q1899", description="=1+1", broader=country)
    NameForm.objects.create(tag=tag, kind="wrong", text="Kiev", language="en", note="Russian spelling")
    NameForm.objects.create(tag=tag, kind="search", text="Kyjiw")
    return tag


@pytest.mark.parametrize("write", [exchange.as_json, exchange.as_csv])
def test_what_goes_out_comes_in_as_it_was_and_a_second_time_changes_nothing(write, city, tom):
    make_author(
        "Ana Petrenko", biographies={"uk": "Пише"}, email="ana@news.example", real_name="Nobody Knows"
    )
    for model in (Tag, Author):
        text = write(model)
        assert "Nobody Knows" not in text
        assert told(exchange.plan(model, exchange.read(text))) == []
    files = {model: write(model) for model in (Tag, Author)}
    NameForm.objects.all().delete()
    Tag.objects.update(description="", wikidata="", broader=None)
    Author.objects.update(biographies={}, email="")
    changes = exchange.plan(Tag, exchange.read(files[Tag]))
    assert told(changes) == [("kyiv", False, ["description", "wikidata", "broader", "forms"], "")]
    assert exchange.apply(changes, by=tom) == 1
    changes = exchange.plan(Author, exchange.read(files[Author]))
    assert told(changes) == [("ana-petrenko", False, ["email", "biographies"], "")]
    exchange.apply(changes, by=tom)
    assert {model: write(model) for model in (Tag, Author)} == files
    assert all(exchange.plan(model, exchange.read(files[model])) == [] for model in files)


def test_no_cell_is_run_by_a_spreadsheet(city):
    assert "'=1+1" in exchange.as_csv(Tag)


@pytest.mark.parametrize(
    ("row", "refused"),
    [
        ({"slug": "new", "name": "New", "kind": "animal"}, "Value 'animal' is not a valid choice."),
        ({"slug": "new", "name": "New", "wikidata": "5"}, "Write the id as Wikidata does: Q and a number."),
        ({"slug": "new", "name": 5}, "“name” is no such value."),
        ({"slug": "new", "name": "New", "forms": ["x"]}, "“forms” is no such value."),
        ({"slug": "new", "name": "New", "broader": "gone"}, "There is no tag at “gone” to be broader."),
        ({"slug": "old", "name": "New"}, "The address “old” still leads to Harbour; choose another."),
        ({"slug": "new", "name": "New", "links": "javascript:alert(1)"}, "Enter a valid URL."),
    ],
)
def test_a_row_that_does_not_fit_is_refused_with_a_reason_and_the_others_come_in(row, refused, tom):
    OldSlug.objects.create(slug="old", tag=make_tag("Harbour"))
    changes = exchange.plan(Tag, [row, {"slug": "ferry", "name": "Ferry"}])
    assert [change.refused for change in changes] == [refused, ""]
    assert exchange.apply(changes, by=tom) == 1
    assert set(Tag.objects.values_list("slug", flat=True)) == {"harbour", "ferry"}


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[",
        "[5]",
        '[{"name": "x"}]',
        "name\nx",
        "{}",
        '[{"slug": "x", "name": "a\\u0000b"}]',
        '[{"slug": "\\ud83d"}]',
        'slug,forms\nx,"["',
        "slug\nx,y",
    ],
)
def test_what_is_no_list_of_rows_is_refused(text):
    with pytest.raises(exchange.Unreadable):
        exchange.read(text)


def test_of_two_rows_with_one_address_the_second_is_refused(tom):
    rows = [{"slug": "ferry", "name": name, "kind": "topic"} for name in ("Ferry", "Boat")]
    changes = exchange.plan(Tag, rows)
    assert [change.refused for change in changes] == [
        "",
        "The address “ferry” still leads to Ferry; choose another.",
    ]
    assert exchange.apply(changes, by=tom) == 1


def test_two_rows_with_one_name_are_told_and_bring_nothing_in(client, tom):
    rows = [{"slug": slug, "name": "Ferry", "kind": "topic"} for slug in ("ferry", "boat")]
    client.force_login(tom)
    answer = client.post(reverse("admin:articles_tag_exchange"), {"text": json.dumps(rows), "sure": "1"})
    assert answer.context["problem"].startswith("This can't be read: ")
    assert not Tag.objects.exists()


def test_the_desk_sees_what_would_change_before_it_does(client, tom):
    make_tag("Harbour")
    client.force_login(tom)
    page = reverse("admin:articles_tag_exchange")
    file = SimpleUploadedFile("tags.json", json.dumps([{"slug": "harbour", "name": "Port"}]).encode())
    shown = client.post(page, {"file": file})
    assert told(shown.context["changes"]) == [("harbour", False, ["name"], "")]
    assert '<dt>name</dt><dd dir="auto"><del>Harbour</del> <ins>Port</ins></dd>' in shown.content.decode()
    assert Tag.objects.get().name == "Harbour"
    client.post(page, {"text": shown.context["text"], "sure": "1"})
    assert Tag.objects.get().name == "Port"
    assert AuditEntry.objects.filter(verb="change").get().detail == {"fields": ["name"]}
    answer = client.get(page, {"as": "json"})
    assert answer.headers["Content-Disposition"] == 'attachment; filename="tags.json"'
    assert [row["name"] for row in json.loads(answer.content)] == ["Port"]


def test_the_look_before_shows_each_form_that_goes_and_comes_and_what_is_left_out_stays(city, tom):
    kept = {"kind": "wrong", "text": "Kiev", "language": "en", "note": "Russian spelling"}
    row = {
        "slug": "kyiv",
        "forms": [kept, {"kind": "printed", "text": "Kyjiw", "language": "de"}],
        "broader": "",
    }
    [change] = exchange.plan(Tag, [row])
    assert change.told == [
        ("broader", "velland", ""),
        ("forms", "search “Kyjiw”", ""),
        ("forms", "", "printed “Kyjiw” de"),
    ]
    exchange.apply([change], by=tom)
    after = Tag.objects.get(slug="kyiv")
    assert set(after.forms.values_list("kind", "text", "language", "note")) == {
        ("wrong", "Kiev", "en", "Russian spelling"), ("printed", "Kyjiw", "de", ""),
    }  # fmt: skip
    assert (after.broader, after.wikidata, after.name) == (None, "Q1899", "Київ")
    assert exchange.plan(Tag, [row]) == []


def test_a_new_tag_may_be_a_part_of_one_that_the_same_file_brings(tom):
    rows = [
        {"slug": "pier", "name": "Pier", "broader": "port"},
        {"slug": "port", "name": "Port", "kind": "place"},
    ]
    changes = exchange.plan(Tag, rows)
    assert [(change.is_new, change.told) for change in changes] == [
        (True, [("slug", "", "pier"), ("name", "", "Pier"), ("broader", "", "port")]),
        (True, [("slug", "", "port"), ("name", "", "Port"), ("kind", "", "place")]),
    ]
    assert exchange.apply(changes, by=tom) == 2
    assert (Tag.objects.get(slug="pier").broader.slug, Tag.objects.get(slug="pier").kind) == ("port", "")
    assert exchange.plan(Tag, rows) == []


def test_no_file_makes_a_tag_a_part_of_itself(client, tom):
    port = make_tag("Port")
    pier = make_tag("Pier", broader=port)
    [change] = exchange.plan(Tag, [{"slug": "port", "broader": "pier"}])
    assert change.refused == "“Pier” is a part of this tag."
    Tag.objects.filter(pk=pier.pk).update(broader=None)
    client.force_login(tom)
    text = json.dumps(
        [{"slug": "port", "broader": "pier", "wikidata": "Q5"}, {"slug": "pier", "broader": "port"}]
    )
    page = client.post(reverse("admin:articles_tag_exchange"), {"text": text, "sure": "1"})
    assert page.context["problem"] == "Port: “Pier” is a part of this tag."
    assert list(Tag.objects.values_list("broader", "wikidata")) == [(None, "")] * 2
