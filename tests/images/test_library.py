"""Taking in, rights, retiring; what the worker makes and what it takes offline."""

from datetime import date, timedelta

import pytest
from django.core.files.storage import default_storage
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import AuditEntry
from delivery.models import Moment, Purge
from images import jobs, library
from images.models import Image, Rendition, Use
from images.workshop import Refused
from tests.factories import make_section, make_user
from tests.images import files

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)
WIDE = files.halves("PNG", (1400, 700))
STEPS = [320, 480, 768, 1024, 1280, 1400]


@pytest.fixture
def petra():
    return make_user("petra", "picture desk")


def taken(petra, data=WIDE, name="bridge.png"):
    return Image.objects.get(pk=library.take_in(data, name=name, by=petra).pk)


def on_disk(image):
    """The names that lie beside each other for a picture."""
    _folders, names = default_storage.listdir(image.stem.rsplit("/", 1)[0])
    return sorted(name for name in names if image.stem.rsplit("/", 1)[1] in name)


def names(image, *endings):
    stem = image.stem.rsplit("/", 1)[1]
    return sorted(f"{stem}-{width}.{ending}" for ending in endings for width in STEPS)


def later(image, **fields):
    Image.objects.filter(pk=image.pk).update(**fields)
    return Image.objects.get(pk=image.pk)


def test_a_picture_comes_in_with_its_original_and_its_sizes(petra):
    image = taken(petra)
    assert (image.width, image.height, image.title, image.work) == (1400, 700, "bridge", "avif")
    assert image.file.name == f"{image.sha256[:2]}/{image.sha256}.png"
    assert image.file.read() == WIDE
    assert image.ladder == {"jpeg": STEPS, "webp": STEPS}
    assert on_disk(image) == names(image, "jpg", "webp")
    rows = Rendition.objects.order_by("-format", "-width").values_list("width", "height", "format", "name")
    assert rows[0] == (1400, 700, "webp", image.rendition_name(1400, "webp"))
    assert [default_storage.size(row.name) for row in Rendition.objects.all()] == [
        row.bytes for row in Rendition.objects.all()
    ]
    assert list(Purge.objects.values_list("key", flat=True)) == [image.page_key]
    assert [(entry.actor, entry.verb) for entry in AuditEntry.objects.all()] == [(petra, "add")]


def test_what_the_file_says_is_proposed(petra):
    records = [(2, 120, b"Trams again."), (2, 80, b"Ana Petrenko"), (2, 105, b"Bridge"), (2, 55, b"20260302")]
    data = files.with_segment(files.picture("JPEG", (30, 20)), files.iptc(records))
    image = taken(petra, data, "DSC_0001.JPG")
    assert (image.title, image.caption, image.credit, image.taken) == (
        "Bridge", "Trams again.", "Ana Petrenko", date(2026, 3, 2)
    )  # fmt: skip


def test_the_same_file_is_recognised_whatever_it_is_called(petra):
    image = taken(petra)
    with pytest.raises(library.Known) as known:
        library.take_in(WIDE, name="other.png", by=petra)
    assert (known.value.image, str(known.value)) == (image, "This picture is here already: “bridge”.")
    assert Image.objects.count() == 1


def test_what_is_refused_leaves_nothing_behind(petra):
    with pytest.raises(Refused):
        library.take_in(b"<svg>", name="a.jpg", by=petra)
    assert (Image.objects.count(), Purge.objects.count()) == (0, 0)


def test_the_worker_makes_avif_for_phones_first(petra):
    image = taken(petra)
    jobs.make_renditions()
    image.refresh_from_db()
    assert (image.ladder["avif"], image.work) == (STEPS[:-1], "avif")
    jobs.make_renditions()
    image.refresh_from_db()
    assert (image.ladder["avif"], image.work, image.claimed_at) == (STEPS, "", None)
    assert on_disk(image) == names(image, "avif", "jpg", "webp")
    assert Purge.objects.filter(key=image.page_key).count() == 3
    with CaptureQueriesContext(
        connection,
    ) as queries:
        jobs.make_renditions()
    assert len(queries) == 1


def test_a_picture_that_another_worker_has_is_left_to_it_for_a_while(petra):
    image = later(taken(petra), claimed_at=timezone.now())
    jobs.make_renditions()
    assert "avif" not in later(image).ladder
    later(image, claimed_at=timezone.now() - jobs.CLAIM)
    jobs.make_renditions()
    assert "avif" in later(image).ladder


def test_a_picture_that_fails_is_given_up_after_three_times(petra):
    image = later(taken(petra), work="sizes", ladder={})
    default = image.file.storage
    default.delete(image.file.name)
    for tries in (1, 2, 3):
        assert later(image).work == "sizes"
        later(image, claimed_at=None)
        jobs.make_renditions()
        assert later(image).tries == (tries if tries < 3 else 0)
    assert later(image).work == "failed"


def test_pictures_from_before_get_their_sizes_too(petra):
    image = taken(petra)
    library.remove_renditions(image)
    later(image, sha256=None, work="sizes")
    jobs.make_renditions()
    image.refresh_from_db()
    assert (len(image.sha256), image.ladder) == (64, {"jpeg": STEPS, "webp": STEPS})


def test_the_end_of_a_licence_takes_files_offline_and_a_new_one_brings_them_back(
    petra, django_capture_on_commit_callbacks
):
    now = timezone.now()
    with django_capture_on_commit_callbacks(execute=True):
        image = taken(petra)
    assert library.read_end(image.stem) is None
    with django_capture_on_commit_callbacks(execute=True):
        image.licence_until = now + HOUR
        image.save()
        library.changed(image)
    assert library.read_end(image.stem) == now + HOUR
    assert list(Moment.objects.values_list("key", "at")) == [(image.page_key, now + HOUR)]
    jobs.take_offline()
    assert len(on_disk(image)) == 13

    image = later(image, licence_until=now - HOUR)
    with django_capture_on_commit_callbacks(execute=True):
        jobs.take_offline()
    image.refresh_from_db()
    assert (image.ladder, image.work, Rendition.objects.count()) == ({}, "", 0)
    assert on_disk(image) == [f"{image.stem.rsplit('/', 1)[1]}.ends"]
    jobs.make_renditions()
    assert later(image).ladder == {}

    with django_capture_on_commit_callbacks(execute=True):
        image.licence_until = None
        image.save()
        library.changed(image)
    assert library.read_end(image.stem) is None
    jobs.make_renditions()
    assert later(image).ladder == {"jpeg": STEPS, "webp": STEPS}


def test_retiring_takes_off_at_once_and_can_be_undone(petra, django_capture_on_commit_callbacks):
    image = taken(petra)
    with django_capture_on_commit_callbacks(execute=True):
        assert library.retire(Image.objects.all(), by=petra) == 1
        assert library.retire(Image.objects.all(), by=petra) == 0
    image.refresh_from_db()
    assert (image.may_be_shown(timezone.now()), list(Image.objects.usable())) == (False, [])
    assert library.read_end(image.stem) == image.retired_at
    with django_capture_on_commit_callbacks(execute=True):
        assert library.restore(Image.objects.all(), by=petra) == 1
    assert (library.read_end(image.stem), list(Image.objects.usable())) == (None, [image])
    assert [entry.verb for entry in AuditEntry.objects.order_by("pk")] == ["add", "retire", "restore"]


def test_a_half_written_file_is_written_anew(petra):
    image = taken(petra)
    name = image.rendition_name(320, "jpeg")
    whole = default_storage.open(name).read()
    default_storage.delete(name)
    library.write(name, b"half")
    library.write(name, whole)
    assert default_storage.open(name).read() == whole


def test_search_wants_every_word_anywhere(petra):
    image = later(taken(petra), title="Bridge", caption="Trams in Marrow", credit="Ana Petrenko")
    assert [list(Image.objects.search(text)) for text in ("bridge marrow", "ana", "bridge snow", "")] == [
        [image], [image], [], [image]
    ]  # fmt: skip


def test_uses_are_noted_and_forgotten(petra):
    first, second = taken(petra), taken(petra, files.picture(), "b.jpg")
    section = make_section()
    library.note_uses(section, [first.pk, second.pk, 999_999])
    library.note_uses(section, [second.pk])
    assert list(Use.objects.values_list("image", "target_type", "target_id", "target_name")) == [
        (second.pk, "articles.section", section.pk, "Politics")
    ]
