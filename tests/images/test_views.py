"""What is served to readers: renditions by their exact names, for as long as their rights last, and nothing else."""

from datetime import timedelta

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.utils import timezone

from images import library
from images.models import Image
from tests.factories import make_user
from tests.images import files

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)


@pytest.fixture
def image():
    return library.take_in(
        files.halves("PNG", (400, 300)), name="a.png", by=make_user("petra", "picture desk")
    )


def address(image, width=320, name="jpeg"):
    return f"/media/{image.rendition_name(width, name)}"


@pytest.mark.parametrize("name, content_type", [("jpeg", "image/jpeg"), ("webp", "image/webp")])
def test_a_rendition_is_served_to_be_kept_for_ever(
    client, image, name, content_type, django_assert_num_queries
):
    with django_assert_num_queries(0):
        answer = client.get(address(image, name=name))
    assert answer.content == default_storage.open(image.rendition_name(320, name)).read()
    suffix = {"jpeg": "jpg"}.get(name, name)
    told = (
        "Content-Type",
        "Cache-Control",
        "X-Content-Type-Options",
        "Content-Security-Policy",
        "ETag",
        "Vary",
    )
    assert [answer.headers.get(header) for header in told] == [
        content_type,
        "public, max-age=31536000, immutable",
        "nosniff",
        "default-src 'none'",
        f'"{image.stem[-40:]}-320-{suffix}"',
        None,
    ]
    assert dict(answer.cookies) == {}
    again = client.get(address(image, name=name), headers={"if-none-match": answer.headers["ETag"]})
    assert (again.status_code, again.content) == (304, b"")


def test_the_end_of_a_licence_is_the_end_of_its_files_at_once(
    client, image, monkeypatch, django_assert_num_queries
):
    now = timezone.now()
    image.licence_until = now + HOUR
    library.write_end(image)
    answer = client.get(address(image))
    kept, seconds = answer.headers["Cache-Control"].split("=")
    assert (answer.status_code, kept) == (200, "public, max-age")
    assert 3590 <= int(seconds) <= 3600
    monkeypatch.setattr("images.views.timezone.now", lambda: now + HOUR)
    with django_assert_num_queries(0):
        assert client.get(address(image)).status_code == 404


def test_a_retired_picture_is_gone_at_once_and_back_when_restored(
    client, image, django_capture_on_commit_callbacks
):
    for act, status in ((library.retire, 404), (library.restore, 200)):
        with django_capture_on_commit_callbacks(execute=True):
            act(Image.objects.all(), by=make_user("petra", "picture desk"))
        assert client.get(address(image)).status_code == status


def test_nothing_else_in_public_storage_has_an_address(client, image):
    stem = image.stem
    for name in ("page.html", f"{stem}-320.html", f"{stem}-320.svg", f"{stem}.jpg", "renditions/x.jpg"):
        default_storage.save(name, ContentFile(b"<script>alert(1)</script>"))
        assert client.get(f"/media/{name}").status_code == 404, name
    library.write_end(image)
    right = address(image)
    wrong = [
        right.upper(),
        right + "/",
        right + "%0A",
        right.replace("-320", "-0320"),
        right.replace("-320", "-321"),
        right.replace("/renditions/", "/renditions/../renditions/"),
        right.replace("/renditions/", "/renditions//"),
        right.replace(stem[11:13] + "/", "zz/", 1),
        "/media/renditions/" + "../" * 5 + "etc/passwd",
        "/media/",
        f"/media/{stem}.ends",
        f"/media/{image.file.name}",
        f"/originals/{image.file.name}",
    ]
    missing = client.get("/nowhere/").content
    for name in wrong:
        answer = client.get(name)
        assert (answer.status_code, answer.content) == (404, missing), name
    assert client.get(right).status_code == 200


def test_only_reading_is_answered(client, image):
    assert client.post(address(image)).status_code == 405
    assert client.head(address(image)).status_code == 200
