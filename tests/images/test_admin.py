"""Pictures as they come in: refused by size and by content, never under a false name, never served."""

import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image as Pillow

from delivery.models import Moment
from images.models import Image
from tests.factories import make_user

pytestmark = pytest.mark.django_db


def picture(kind="JPEG", size=(8, 6)):
    data = io.BytesIO()
    Pillow.new("RGB", size, "red").save(data, kind)
    return data.getvalue()


@pytest.fixture
def petra(client):
    client.force_login(make_user("petra", "picture desk"))
    return client


def send(client, name, data, **fields):
    form = {"file": SimpleUploadedFile(name, data), "title": "Bridge", **fields}
    return client.post("/admin/images/image/add/", form)


@pytest.mark.parametrize(
    ("name", "kind"), [("a.jpg", "JPEG"), ("a.png", "PNG"), ("a.webp", "WEBP"), ("a.gif", "GIF")]
)
def test_a_picture_comes_in_with_its_size(petra, name, kind):
    assert send(petra, name, picture(kind)).status_code == 302
    image = Image.objects.get()
    assert (image.width, image.height, image.title) == (8, 6, "Bridge")
    page = petra.get(f"/admin/images/image/{image.pk}/change/")
    assert page.status_code == 200


@pytest.mark.parametrize(
    ("name", "data", "message"),
    [
        (
            "a.jpg",
            b"<svg onload=alert(1)>",
            "This is no picture that we can read: send JPEG, PNG, WebP, GIF or AVIF.",
        ),
        ("a.jpg", picture()[:20], "This is no picture that we can read: send JPEG, PNG, WebP, GIF or AVIF."),
        ("a.html", picture(), "The file is a JPEG picture but its name says otherwise; rename it."),
        ("a.jpg", picture("PNG"), "The file is a PNG picture but its name says otherwise; rename it."),
        ("a.tif", picture("TIFF"), "This is no picture that we can read: send JPEG, PNG, WebP, GIF or AVIF."),
    ],
)
def test_what_is_no_picture_is_refused_in_one_sentence(petra, name, data, message):
    page = send(petra, name, data)
    assert page.context["adminform"].form.errors == {"file": [message]}
    assert Image.objects.count() == 0


def test_a_picture_too_large_is_refused_before_it_is_read(petra, settings):
    settings.LARGEST_PICTURE = 100
    page = send(petra, "a.jpg", picture())
    assert page.context["adminform"].form.errors == {"file": ["The file is too large; 40 MB is the most."]}


def test_too_many_pixels_are_refused_before_they_are_decoded(petra):
    header = picture("PNG")
    huge = header[:16] + (20000).to_bytes(4, "big") * 2 + header[24:]
    assert send(petra, "a.png", huge).context["adminform"].form.errors["file"]
    assert Image.objects.count() == 0


def test_the_end_of_a_licence_is_a_moment(petra):
    send(petra, "a.jpg", picture(), licence_until_0="2040-01-01", licence_until_1="00:00")
    image = Image.objects.get()
    assert list(Moment.objects.values_list("key", "at")) == [(f"image:{image.pk}", image.licence_until)]


def test_an_original_has_no_address(petra):
    send(petra, "a.jpg", picture())
    with pytest.raises(ValueError, match="private and has no address"):
        Image.objects.get().file.url  # noqa: B018
