"""Each picture is worked on in a process of its own: nothing it does reaches the server but one sentence."""

import io
import threading
import time

import pytest
from PIL import Image

from images import workshop
from images.renditions import WIDTHS
from tests.images import files

SENTENCES = {
    "The file is empty; send it again.",
    "This is no picture that we can read: send JPEG, PNG, WebP, GIF or AVIF.",
    "The picture is damaged and can't be read; save it again and send it once more.",
    "The picture needs too much memory; save it in a smaller size.",
    "The picture is too long and narrow; one side may be 8 times the other.",
    *(
        f"The picture has too many pixels; as {kind}, {most} million is the most."
        for kind, most in [
            ("JPEG", 80),
            ("progressive JPEG", 40),
            ("PNG", 40),
            ("GIF", 40),
            ("WEBP", 25),
            ("AVIF", 25),
        ]
    ),
}
LIMIT = 10  # seconds for one file


def test_all_sizes_come_back_in_both_formats():
    work = workshop.make(files.halves("PNG", (2400, 1600)))
    assert (work.kind, work.width, work.height) == ("PNG", 2400, 1600)
    made = [(one.format, one.width, one.height) for one in work.renditions]
    expected = [(name, width, round(width / 1.5)) for name in ("jpeg", "webp") for width in reversed(WIDTHS)]
    assert made == expected
    for one in work.renditions:
        image = Image.open(io.BytesIO(one.data))
        assert (image.format.lower(), image.size) == (one.format, (one.width, one.height))


def test_a_chosen_size_is_made_alone():
    work = workshop.make(files.halves(), specs=[(320, "avif")])
    assert [(one.format, one.width, one.height) for one in work.renditions] == [("avif", 320, 160)]


def check_hostile(count):
    """Send ``count`` hostile files; each is answered in time by renditions of known formats or by one sentence."""
    outcomes = {"taken": 0, "refused": 0}
    for name, data in files.hostile(count):
        began = time.monotonic()
        try:
            work = workshop.make(data, specs=[(320, "jpeg"), (320, "webp")])
        except workshop.Refused as refusal:
            assert str(refusal) in SENTENCES, (name, str(refusal))
            outcomes["refused"] += 1
        else:
            kinds = [
                (Image.open(io.BytesIO(one.data)).format, files.SCRIPT in one.data) for one in work.renditions
            ]
            assert kinds == [("JPEG", False), ("WEBP", False)], name
            outcomes["taken"] += 1
        assert time.monotonic() - began < LIMIT, name
    assert sum(outcomes.values()) == count
    return outcomes


def test_seventy_hostile_files_are_refused_in_one_sentence_or_made_harmless():
    assert len({data for _, data in files.hostile(70)}) == 70
    outcomes = check_hostile(70)
    assert min(outcomes.values()) > 10


@pytest.mark.slow
def test_three_hundred_hostile_files_are_refused_in_one_sentence_or_made_harmless():
    assert len({data for _, data in files.hostile(300)}) == 300
    outcomes = check_hostile(300)
    assert min(outcomes.values()) > 50


def test_memory_is_bounded_by_the_system_itself(monkeypatch):
    data = files.picture("PNG", (6000, 5000), compress_level=1)
    assert workshop.MEMORY == 512 * 1024 * 1024
    assert workshop.make(data, specs=[(320, "jpeg")], seconds=60).width == 6000
    monkeypatch.setattr(workshop, "MEMORY", 128 * 1024 * 1024)
    with pytest.raises(workshop.Refused) as refusal:
        workshop.make(data, specs=[(320, "jpeg")], seconds=60)
    assert str(refusal.value) == "The picture needs too much memory; save it in a smaller size."


def test_what_takes_too_long_is_stopped():
    began = time.monotonic()
    with pytest.raises(workshop.Slow) as refusal:
        workshop.make(files.halves("PNG", (2400, 1600)), seconds=0.05)
    assert str(refusal.value) == "The picture takes too long to read; save it again in a smaller size."
    assert time.monotonic() - began < 5


def test_who_finds_no_free_place_is_told_so(monkeypatch):
    monkeypatch.setattr(workshop, "PLACES", threading.BoundedSemaphore(1))
    with workshop.PLACES, pytest.raises(workshop.Slow) as refusal:
        workshop.make(files.halves(), seconds=0.2)
    assert str(refusal.value) == "Other pictures are being worked on; send this one again in a moment."


def test_too_many_bytes_are_refused_unread(settings):
    settings.LARGEST_PICTURE = 100
    with pytest.raises(workshop.Refused) as refusal:
        workshop.make(b"x" * 101)
    assert str(refusal.value) == "The file is too large; 40 MB is the most."


def test_the_process_of_a_picture_knows_no_secret(monkeypatch):
    seen = {}
    monkeypatch.setattr(workshop.subprocess, "run", lambda *args, **options: seen.update(options) or 1 / 0)
    with pytest.raises(ZeroDivisionError):
        workshop.make(files.picture())
    assert seen["env"] == {}


def test_four_at_once_do_not_disturb_each_other():
    data, widths = files.halves("PNG", (800, 400)), []
    threads = [
        threading.Thread(target=lambda: widths.append(len(workshop.make(data, seconds=60).renditions)))
        for _ in range(4)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert widths == [8, 8, 8, 8]
