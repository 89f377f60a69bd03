"""The picture desk's room: what comes in, what is refused in one sentence, what is found, used and retired."""

import json

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from lxml import html

from accounts.models import AuditEntry
from delivery.models import Moment
from images import library
from images.models import Image
from tests.articles.test_admin import filled_thing
from tests.factories import make_section, make_user
from tests.images import files

pytestmark = pytest.mark.django_db
UNKNOWN = "This is no picture that we can read: send JPEG, PNG, WebP, GIF or AVIF."
ADD = "/admin/images/image/add/"


@pytest.fixture
def petra(client):
    client.force_login(make_user("petra", "picture desk"))
    return client


def send(client, name, data, **headers):
    return client.post(ADD, {"file": SimpleUploadedFile(name, data)}, headers=headers)


def make(title="Bridge", kind="PNG", size=(400, 300), **fields):
    image = library.take_in(
        files.halves(kind, size), name=f"{title}.png", by=make_user("petra", "picture desk")
    )
    Image.objects.filter(pk=image.pk).update(title=title, **fields)
    return Image.objects.get(pk=image.pk)


def change(image):
    return f"/admin/images/image/{image.pk}/change/"


@pytest.mark.parametrize("kind", files.KINDS)
def test_a_picture_comes_in_and_its_page_opens(petra, kind):
    answer = send(petra, f"bridge.{files.SUFFIX[kind]}", files.picture(kind))
    image = Image.objects.get()
    assert (answer.status_code, answer.headers["Location"]) == (302, change(image))
    assert (image.width, image.height, image.title) == (8, 6, "bridge")
    page = html.fromstring(petra.get(change(image)).content.decode())
    [shown] = page.xpath("//img[@class='thumb']")
    assert (shown.get("src"), shown.get("width"), shown.get("height")) == (
        f"/media/{image.rendition_name(8, 'jpeg')}", "8", "6"
    )  # fmt: skip


@pytest.mark.parametrize(
    ("name", "data", "message"),
    [
        ("a.jpg", b"<svg onload=alert(1)>", UNKNOWN),
        ("a.tif", files.picture("TIFF"), UNKNOWN),
        ("a.jpg", b"", "The file is empty; send it again."),
        (
            "a.jpg",
            files.picture()[:30],
            "The picture is damaged and can't be read; save it again and send it once more.",
        ),
        (
            "a.png",
            files.png_of(20000, 20000),
            "The picture has too many pixels; as PNG, 40 million is the most.",
        ),
    ],
)
def test_what_is_refused_is_refused_in_one_sentence(petra, name, data, message):
    page = send(petra, name, data)
    assert (page.status_code, page.context["form"].errors) == (200, {"file": [message]})
    answer = send(petra, name, data, accept="application/json")
    assert (answer.status_code, answer.json()) == (400, {"error": message})
    assert Image.objects.count() == 0


def test_a_file_too_large_is_refused_before_it_is_read(petra, settings):
    settings.LARGEST_PICTURE = 100
    page = send(petra, "a.jpg", files.picture())
    assert page.context["form"].errors == {"file": ["The file is too large; 40 MB is the most."]}


def test_no_file_is_no_error_of_the_server(petra):
    assert petra.post(ADD).context["form"].errors == {}
    assert petra.post(ADD, headers={"accept": "application/json"}).json() == {"error": "Choose a file."}


def test_a_name_that_lies_changes_nothing(petra):
    send(petra, "../../etc/<b>.html", files.picture())
    image = Image.objects.get()
    assert (image.title, image.file.name) == ("<b>", f"{image.sha256[:2]}/{image.sha256}.jpg")
    assert (
        b"<b>" not in petra.get("/admin/images/image/").content.split(b"result_list")[1].split(b"</table>")[0]
    )


def test_the_script_gets_what_it_shows_and_the_same_file_is_recognised(petra):
    first = send(petra, "bridge.jpg", files.halves(), accept="application/json").json()
    image = Image.objects.get()
    assert first == {
        "address": change(image),
        "known": False,
        "id": image.pk,
        "title": "bridge",
        "caption": "",
        "alt": "",
        "credit": "",
        "usable": True,
        "thumb": {"src": f"/media/{image.rendition_name(320, 'jpeg')}", "width": 320, "height": 160},
    }
    again = send(petra, "other.jpg", files.halves(), accept="application/json").json()
    assert again == {**first, "known": True}
    answer = send(petra, "other.jpg", files.halves())
    assert answer.headers["Location"] == change(image)
    page = petra.get(change(image)).content.decode()
    assert "This picture is here already: “bridge”." in page


def test_what_the_file_says_stands_in_the_form(petra):
    data = files.with_segment(
        files.picture(), files.iptc([(2, 120, b"Trams again."), (2, 80, b"Ana Petrenko")])
    )
    send(petra, "a.jpg", data)
    form = petra.get(change(Image.objects.get())).context["adminform"].form
    assert (form["caption"].value(), form["credit"].value()) == ("Trams again.", "Ana Petrenko")


def test_saving_follows_the_licence_and_is_recorded(petra):
    image = make()
    data = {"title": "Bridge", "alt": "A bridge", "licence_until_0": "2040-01-01", "licence_until_1": "00:00"}
    assert petra.post(change(image), filled_thing(petra.get(change(image))) | data).status_code == 302
    image.refresh_from_db()
    assert list(Moment.objects.values_list("key", "at")) == [(f"image:{image.pk}", image.licence_until)]
    entry = AuditEntry.objects.latest("pk")
    assert (entry.verb, entry.detail) == ("change", {"fields": ["alt", "licence_until"]})


def test_the_list_says_what_stands_in_the_way(petra, django_assert_num_queries):
    make("Fine", size=(400, 300), alt="A", credit="B")
    make("Lacking", size=(400, 301))
    make("Ended", size=(400, 302), alt="A", credit="B", licence_until="2020-01-01T00:00Z")
    page = html.fromstring(petra.get("/admin/images/image/").content.decode())
    rows = {
        row.xpath("string(.//*[contains(@class,'field-title_or_file')])"): row.xpath(
            "string(td[@class='field-standing'])"
        )
        for row in page.xpath("//table[@id='result_list']/tbody/tr")
    }
    assert rows == {
        "Ended": "Licence has ended",
        "Lacking": "Lacks credit, alt text",
        "Fine": "May be printed",
    }
    for asked, titles in {
        "usable": ["Fine"],
        "lacking": ["Lacking"],
        "ended": ["Ended"],
        "retired": [],
    }.items():
        listed = petra.get("/admin/images/image/", {"rights": asked}).context["cl"].result_list
        assert [image.title for image in listed] == titles
    searched = petra.get("/admin/images/image/", {"q": "lack"}).context["cl"].result_list
    assert [image.title for image in searched] == ["Lacking"]


def test_the_list_costs_the_same_with_one_and_with_three(petra, django_assert_num_queries):
    make("One")
    with django_assert_num_queries(6):
        petra.get("/admin/images/image/")
    make("Two", size=(400, 301))
    make("Three", size=(400, 302))
    with django_assert_num_queries(6):
        petra.get("/admin/images/image/")


def test_where_it_is_used_is_linked(petra):
    image, section = make(), make_section()
    assert "Nothing that was published." in petra.get(change(image)).content.decode()
    library.note_uses(section, [image.pk])
    page = html.fromstring(petra.get(change(image)).content.decode())
    links = page.xpath("//div[contains(@class,'field-used_in')]//a")
    assert [(link.text, link.get("href")) for link in links] == [
        ("Politics", f"/admin/articles/section/{section.pk}/change/")
    ]


def test_the_picture_desk_retires_and_restores(petra):
    image = make()
    for act, retired in (("retire", True), ("restore", False)):
        petra.post("/admin/images/image/", {"action": act, "_selected_action": [image.pk]})
        image.refresh_from_db()
        assert (image.retired_at is not None) is retired


def test_who_writes_adds_pictures_and_changes_the_words_of_own_ones_alone(client):
    foreign = make()
    client.force_login(make_user("ana", "reporter"))
    words = {"title": "Ferry", "alt": "A ferry", "caption": "It sails.", "credit": "Ana", "licence": "All"}
    words |= {"copyright": "Mine", "licence_until_0": "2040-01-01", "licence_until_1": "00:00:00"}
    assert client.get(change(foreign)).status_code == 200
    assert client.post(change(foreign), words).status_code == 403
    client.post("/admin/images/image/", {"action": "retire", "_selected_action": [foreign.pk]})
    send(client, "own.png", files.halves("PNG", (400, 299)))
    own = Image.objects.exclude(pk=foreign.pk).get()
    assert client.post(change(own), filled_thing(client.get(change(own))) | words).status_code == 302
    own.refresh_from_db()
    foreign.refresh_from_db()
    assert (own.title, own.alt, own.caption, own.credit) == ("Ferry", "A ferry", "It sails.", "Ana")
    assert (own.licence, own.copyright, own.licence_until) == ("", "", None)
    assert (foreign.title, foreign.retired_at) == ("Bridge", None)


def test_an_editor_writes_the_words_of_any_picture_and_leaves_its_rights_alone(client):
    """At night nobody of the picture desk is there, and a story must not wait for an alt text."""
    image = make("Bridge", alt="", credit="", licence="Web alone")
    ben = make_user("ben", "editor")
    client.force_login(ben)
    form = client.get(change(image)).context["adminform"].form
    assert [*form.fields] == ["title", "alt", "caption", "credit", "taken", "seen"]
    words = filled_thing(client.get(change(image))) | {
        "alt": "A ferry",
        "caption": "It sails.",
        "credit": "Ana",
    }
    rights = {
        "copyright": "Mine",
        "licence": "All",
        "licence_until_0": "2040-01-01",
        "licence_until_1": "00:00:00",
    }
    assert client.post(change(image), words | rights).status_code == 302
    client.post("/admin/images/image/", {"action": "retire", "_selected_action": [image.pk]})
    image.refresh_from_db()
    assert (image.alt, image.caption, image.credit) == ("A ferry", "It sails.", "Ana")
    assert (image.licence, image.copyright, image.licence_until, image.retired_at) == (
        "Web alone",
        "",
        None,
        None,
    )
    act = AuditEntry.objects.latest("pk")
    assert (act.actor, act.verb, act.detail) == (ben, "change", {"fields": ["alt", "caption", "credit"]})


# Two at one picture


def test_a_form_that_was_opened_earlier_empties_no_words_written_since(petra):
    image = make("Bridge", alt="", credit="")
    old = filled_thing(petra.get(change(image)))
    new = filled_thing(petra.get(change(image))) | {"alt": "A ferry", "credit": "Ana"}
    assert petra.post(change(image), new).status_code == 302
    late = petra.post(change(image), old | {"caption": "It sails."})
    assert late.context["adminform"].form.non_field_errors() == [
        "Somebody saved this while you were writing. There now: Alt text: A ferry; Caption: ; Credit: Ana."
        " Save again to write over it."
    ]
    image.refresh_from_db()
    assert (image.alt, image.caption, image.credit) == ("A ferry", "", "Ana")
    again = filled_thing(late) | {"alt": "A ferry", "credit": "Ana"}
    assert petra.post(change(image), again).status_code == 302
    image.refresh_from_db()
    assert (image.alt, image.caption, image.credit) == ("A ferry", "It sails.", "Ana")


def test_a_save_writes_nothing_but_what_was_typed(petra):
    """The worker notes sizes in the same row, and a form opened before knows nothing of them."""
    image = make("Bridge")
    typed = filled_thing(petra.get(change(image))) | {"alt": "A ferry"}
    written = []

    def note(execute, sql, params, many, context):
        if sql.startswith("UPDATE") and "images_image" in sql:
            written.append(sql)
        return execute(sql, params, many, context)

    with connection.execute_wrapper(note):
        petra.post(change(image), typed)
    assert ['"alt" = ' in sql and '"ladder"' not in sql for sql in written] == [True]


def test_who_may_only_look_is_asked_nothing(client):
    image = make()
    client.force_login(make_user("rita", "reporter"))
    page = client.get(change(image)).content.decode()
    assert "Bridge" in page
    assert 'name="seen"' not in page


def test_pictures_to_choose_from_are_the_newest_that_may_be_printed(petra):
    first, second = make("Bridge", caption="Trams"), make("Harbour", size=(400, 301))
    ended = make("Old", size=(400, 302), licence_until="2020-01-01T00:00Z")

    def picked(**asked):
        return [
            row["title"]
            for row in json.loads(petra.get("/admin/images/image/pick/", asked).content)["pictures"]
        ]

    assert picked() == ["Harbour", "Bridge"]
    assert picked(q="tram") == ["Bridge"]
    assert picked(ids=f"{first.pk},{ended.pk},x,{'9' * 40}") == ["Old", "Bridge"]
    row = petra.get("/admin/images/image/pick/", {"ids": ended.pk}).json()["pictures"][0]
    assert row["usable"] is False
    assert second.title == "Harbour"


def test_strangers_get_no_pictures_to_choose_from(client):
    client.force_login(make_user("sam"))
    assert client.get("/admin/images/image/pick/").status_code == 403


def test_an_original_has_no_address(petra):
    with pytest.raises(ValueError, match="private and has no address"):
        make().file.url  # noqa: B018
