"""Tags and authors out as files and in again: the dry run tells what changes, a second run changes nothing."""

import csv
import io
import json
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.db.models.signals import post_save
from django.urls import reverse
from lxml import html

from accounts.models import AuditEntry
from articles.models import Author, NameForm, OldSlug, Tag
from articles.naming import exchange, vocabulary
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


def test_a_second_row_of_a_tag_that_is_there_changes_nothing_of_the_first(tom):
    make_tag("Harbour")
    rows = [{"slug": "harbour", "name": name} for name in ("Port", "Docks")]
    changes = exchange.plan(Tag, rows)
    assert told(changes) == [
        ("harbour", False, ["name"], ""),
        ("harbour", False, [], "The address “harbour” still leads to Port; choose another."),
    ]
    exchange.apply(changes, by=tom)
    assert Tag.objects.get().name == "Port"


def test_of_two_rows_with_one_name_and_kind_the_second_is_refused_and_so_is_the_name_of_another_tag(tom):
    make_tag("Pier", "place")
    rows = [
        {"slug": "ferry", "name": "Ferry", "kind": "topic"},
        {"slug": "boat", "name": "Ferry", "kind": "topic"},
        {"slug": "quay", "name": "Pier", "kind": "place"},
        {"slug": "pier-2", "name": "Pier", "kind": "event"},
    ]
    twin = "Tag with this Name and Kind already exists."
    changes = exchange.plan(Tag, rows)
    assert [change.refused for change in changes] == ["", twin, twin, ""]
    assert exchange.apply(changes, by=tom) == 2
    assert set(Tag.objects.values_list("slug", flat=True)) == {"pier", "ferry", "pier-2"}


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


LINKS = "https://a.example/one https://a.example/two\n\n https://a.example/three"
AS_KEPT = "https://a.example/one\nhttps://a.example/two\nhttps://a.example/three"


def brought(client, page, file):
    """Bring in ``file`` (bytes) in two steps, as a browser does; return the looks before the first and a second time."""

    def look():
        return client.post(page, {"file": SimpleUploadedFile("rows", file)})

    shown = look()
    # A browser ends each line of a textarea with two characters, whatever stood there.
    typed = "\r\n".join(html.fromstring(shown.content).xpath("string(//textarea)").splitlines())
    client.post(page, {"text": typed, "sure": "1"})
    return shown.context["changes"], look().context["changes"]


@pytest.mark.parametrize("ends", ["\n", "\r\n"])
@pytest.mark.parametrize("written", ["csv", "json"])
def test_a_file_with_several_lines_in_a_cell_changes_nothing_a_second_time(client, tom, written, ends):
    client.force_login(tom)
    texts = {"description": f"One.{ends}{ends}Two.", "links": LINKS.replace("\n", ends)}
    tags = {"slug": "harbour", "name": "Harbour", "kind": "place"} | texts
    people = {"slug": "ana", "name": "Ana", "links": texts["links"], "biography": texts["description"]}
    people["biographies"] = {"de": f"Eins.{ends}Zwei."}
    for model, row in ((Tag, tags), (Author, people)):
        file = json.dumps([row]) if written == "json" else in_cells(row, ends)
        page = reverse(f"admin:articles_{model._meta.model_name}_exchange")
        first, second = brought(client, page, file.encode())
        assert ([change.slug for change in first], told(second)) == ([row["slug"]], [])
    tag, author = Tag.objects.get(), Author.objects.get()
    assert (tag.description, tag.links) == ("One.\n\nTwo.", AS_KEPT)
    assert (author.biography, author.links) == ("One.\n\nTwo.", AS_KEPT)
    assert author.biographies == {"de": "Eins.\nZwei."}


def in_cells(row, ends):
    out = io.StringIO()
    writer = csv.writer(out, lineterminator=ends)
    writer.writerow(row)
    writer.writerow(json.dumps(cell) if isinstance(cell, dict) else cell for cell in row.values())
    return out.getvalue()


def test_what_a_form_kept_with_two_characters_at_the_end_of_a_line_is_no_change(tom):
    tag = make_tag("Harbour", description="One.\r\nTwo.")
    make_author("Ana", biography="One.\r\nTwo.", biographies={"de": "Eins.\r\nZwei."})
    for model in (Tag, Author):
        for write in (exchange.as_csv, exchange.as_json):
            assert exchange.plan(model, exchange.read(write(model))) == []
    [change] = exchange.plan(Tag, exchange.read(exchange.as_csv(Tag).replace("Two", "Three")))
    exchange.apply([change], by=tom)
    tag.refresh_from_db()
    assert tag.description == "One.\nThree."


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
    rows = [
        {"slug": "port", "broader": "pier", "wikidata": "Q5"},
        {"slug": "pier", "broader": "port"},
        {"slug": "quay", "name": "Quay", "broader": "dock"},
        {"slug": "dock", "name": "Dock", "broader": "quay"},
        {"slug": "crane", "name": "Crane", "broader": "dock"},
    ]
    page = client.post(reverse("admin:articles_tag_exchange"), {"text": json.dumps(rows), "sure": "1"})
    assert told(page.context["changes"]) == [
        ("port", False, ["wikidata", "broader"], "“Pier” is a part of this tag."),
        ("quay", True, ["slug", "name", "broader"], "“Dock” is a part of this tag."),
        ("dock", True, ["slug", "name", "broader"], "There is no tag at “quay” to be broader."),
        ("crane", True, ["slug", "name", "broader"], "There is no tag at “dock” to be broader."),
    ]
    assert set(Tag.objects.values_list("slug", "broader__slug", "wikidata")) == {
        ("port", None, ""), ("pier", "port", ""),
    }  # fmt: skip


@pytest.mark.parametrize(
    ("row", "field"),
    [
        ({"name": "Sirko, Ivan"}, "name"),
        ({"sort_name": "Sirko, Ivan"}, "sort_name"),
        ({"email": "ivan.sirko@news.example"}, "email"),
        ({"links": "https://news.example/Ivan-Sirko/"}, "links"),
    ],
)
def test_no_file_says_the_name_that_a_pseudonym_hides(row, field, tom):
    owl = make_author("Night Owl", real_name="Ivan Sirko")
    make_author("Ana Petrenko")
    rows = [
        {"slug": "night-owl", "biography": "Writes at night."} | row,
        {"slug": "ana-petrenko", "email": "ivan.sirko@news.example"},
    ]
    changes = exchange.plan(Author, rows)
    assert [change.refused for change in changes] == [
        f"{field}: This says the real name; choose another.",
        "",
    ]
    assert exchange.apply(changes, by=tom) == 1
    owl.refresh_from_db()
    assert (owl.name, owl.sort_name, owl.email, owl.links, owl.biography) == ("Night Owl", "", "", "", "")
    [change] = exchange.plan(Author, [{"slug": "night-owl", "email": "owl@news.example"}])
    assert change.refused == ""


def test_the_look_before_names_whom_a_new_name_may_be_meant_for(client, tom, city):
    make_author("Ana Petrenko")
    make_author("Lea Roth")
    gone = make_author("Mara Quist")
    vocabulary.retire([gone], by=tom)
    names = ["Ана Петренко", "Mara Quist", "Petrenko, Ana", "Tom Holt"]
    rows = [{"slug": f"new-{number}", "name": name} for number, name in enumerate(names)]
    rows.append({"slug": "lea-roth", "name": "Lea Roth-Maar"})
    changes = exchange.plan(Author, rows)
    assert [change.near for change in changes] == [["Ana Petrenko"], [], ["Ana Petrenko"], [], []]
    client.force_login(tom)
    rows = [
        {"slug": "kiew", "name": "КИЇВ"},
        {"slug": "kiev", "name": "Kiev"},
        {"slug": "kyiv", "name": "Kyiv"},
    ]
    page = client.post(reverse("admin:articles_tag_exchange"), {"text": json.dumps(rows)})
    assert [change.near for change in page.context["changes"]] == [["Київ"], ["Київ"], []]
    told = html.fromstring(page.content.decode()).xpath("//ul[@class='changes']/li/div/text()")
    assert told == ["There is “Київ” already; if that is the same, take this row out of the file."] * 2


def numbered(count):
    forms = [{"kind": "wrong", "text": "Feri"}]
    return [
        {"slug": f"ferry-{n}", "name": f"Ferry {n}", "broader": "port", "forms": forms} for n in range(count)
    ]


@pytest.mark.parametrize("count", [3, 400])
def test_a_look_at_a_long_file_asks_no_more_than_at_a_short_one(count, tom, django_assert_num_queries):
    make_tag("Port")
    make_author("Ana")
    rows = numbered(count)
    with django_assert_num_queries(7):
        changes = exchange.plan(Tag, rows)
    assert (len(changes), {change.refused for change in changes}) == (count, {""})
    Tag.objects.bulk_create(
        Tag(pk=pk, canonical_id=pk, slug=row["slug"], name=row["name"], kind="topic")
        for pk, row in enumerate(rows, 1000)
    )
    with django_assert_num_queries(4):
        changes = exchange.plan(Tag, rows)
    assert [change.fields for change in changes] == [["broader", "forms"]] * count
    rows = [{"slug": f"ana-{number}", "name": f"Ana {number}"} for number in range(count)]
    with django_assert_num_queries(4):
        assert len(exchange.plan(Author, rows)) == count


@pytest.mark.django_db(transaction=True)
def test_others_save_between_the_rows_of_a_long_file(tom, monkeypatch):
    monkeypatch.setattr(exchange, "AT_ONCE", 2)
    make_tag("Port")
    changes, seen = exchange.plan(Tag, numbered(5)), []

    def look(sender, instance, created, **kwargs):
        with ThreadPoolExecutor(1) as another:
            seen.append(another.submit(committed).result())

    post_save.connect(look, sender=Tag)
    try:
        assert exchange.apply(changes, by=tom) == 5
    finally:
        post_save.disconnect(look, sender=Tag)
    assert seen == [1, 1, 3, 3, 5]


def committed():
    try:
        return Tag.objects.count()
    finally:
        connection.close()


def test_what_time_did_not_suffice_for_is_brought_in_by_another_press(client, tom, monkeypatch):
    monkeypatch.setattr(exchange, "AT_ONCE", 2)
    monkeypatch.setattr(exchange, "SECONDS", 0)
    make_tag("Port")
    client.force_login(tom)
    page, text = reverse("admin:articles_tag_exchange"), json.dumps(numbered(5))
    for left in (3, 1):
        answer = client.post(page, {"text": text, "sure": "1"})
        assert [str(message) for message in answer.context["messages"]] == ["Rows brought in: 2."]
        assert len(answer.context["changes"]) == left
        shown = html.fromstring(answer.content.decode())
        assert shown.xpath("//button[@name='sure']/text()") == ["Bring it in"]
        text = shown.xpath("string(//textarea)")
    assert client.post(page, {"text": text, "sure": "1"}).status_code == 302
    assert exchange.plan(Tag, numbered(5)) == []


def test_what_does_not_fit_any_more_is_told_and_the_other_rows_come_in(client, tom):
    changes = exchange.plan(Tag, [{"slug": "ferry", "name": "Ferry"}, {"slug": "boat", "name": "Boat"}])
    OldSlug.objects.create(slug="ferry", tag=make_tag("Harbour"))
    assert exchange.apply(changes, by=tom) == 1
    assert [(change.is_saved, change.refused) for change in changes] == [
        (False, "The address “ferry” still leads to Harbour; choose another."),
        (True, ""),
    ]


def test_what_somebody_saved_of_a_tag_while_a_file_was_read_stays(city, tom):
    wrong = city.forms.get(text="Kiev")
    rows = [{"slug": "kyiv", "wikidata": "Q5", "forms": [
        {"kind": "wrong", "text": "Kiev", "language": "en", "note": "Russian spelling"}]}]  # fmt: skip
    changes = exchange.plan(Tag, rows)
    Tag.objects.filter(pk=city.pk).update(description="The capital")
    assert exchange.apply(changes, by=tom) == 1
    city.refresh_from_db()
    assert (city.wikidata, city.description) == ("Q5", "The capital")
    assert list(city.forms.values_list("pk", "text")) == [(wrong.pk, "Kiev")]


@pytest.mark.parametrize(
    ("forms", "refused"),
    [
        (["Kiev", "Kiev"], "This form stands there already."),
        (["Kiev", "Kiew"], "A name has one printed form in a language; call the others otherwise."),
    ],
)
def test_forms_that_one_tag_cannot_have_together_are_refused(forms, refused):
    row = {"slug": "kyiv", "name": "Kyiv", "forms": [{"kind": "printed", "text": text} for text in forms]}
    assert [change.refused for change in exchange.plan(Tag, [row])] == [refused]
