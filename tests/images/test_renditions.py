"""Bytes and a spec in, bytes out: upright, in sRGB, without metadata, never larger than the original."""

import io
import struct

import pytest
from PIL import Image

from images.renditions import Refused, Spec, open_picture, render, specs, upright_size
from tests.images import files


def made(data, width=200, name="jpeg"):
    """The one rendition of ``data`` as PIL reads it."""
    [(_spec, _height, blob)] = render(data, [Spec(width, name)])
    return Image.open(io.BytesIO(blob))


def colour(image, x, y):
    """The nearest of a few colours at a place given in 0..1."""
    pixel = image.convert("RGB").getpixel((int(x * image.width), int(y * image.height)))
    named = {
        "red": (255, 0, 0),
        "blue": (0, 0, 255),
        "white": (255, 255, 255),
        "black": (0, 0, 0),
        "green": (0, 128, 0),
    }
    return min(named, key=lambda name: sum(abs(a - b) for a, b in zip(named[name], pixel, strict=True)))


def refused(data):
    with pytest.raises(Refused) as refusal:
        list(render(data, [Spec(200, "jpeg")]))
    return refusal.value.code, refusal.value.facts


@pytest.mark.parametrize(
    "width, widths",
    [
        (8, [8]),
        (320, [320]),
        (321, [320, 321]),
        (1000, [320, 480, 768, 1000]),
        (1920, [320, 480, 768, 1024, 1280, 1600, 1920]),
        (6000, [320, 480, 768, 1024, 1280, 1600, 1920]),
    ],
)
def test_no_width_is_above_the_original(width, widths):
    assert specs(width, ["webp"]) == [Spec(step, "webp") for step in widths]


@pytest.mark.parametrize("kind", files.KINDS)
@pytest.mark.parametrize("name, written", [("jpeg", "JPEG"), ("webp", "WEBP"), ("avif", "AVIF")])
def test_each_kind_comes_out_in_each_format(kind, name, written):
    image = made(files.halves(kind), name=name)
    assert (image.format, image.size, image.mode) == (written, (200, 100), "RGB")
    assert (colour(image, 0.2, 0.5), colour(image, 0.8, 0.5)) == ("red", "blue")


def test_a_jpeg_is_progressive():
    assert made(files.halves()).info["progressive"] == 1


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "AVIF"])
@pytest.mark.parametrize(
    "orientation, red, blue",
    [
        (1, (0.2, 0.5), (0.8, 0.5)),
        (2, (0.8, 0.5), (0.2, 0.5)),
        (3, (0.8, 0.5), (0.2, 0.5)),
        (4, (0.2, 0.5), (0.8, 0.5)),
        (5, (0.5, 0.2), (0.5, 0.8)),
        (6, (0.5, 0.2), (0.5, 0.8)),
        (7, (0.5, 0.8), (0.5, 0.2)),
        (8, (0.5, 0.8), (0.5, 0.2)),
    ],
)
def test_every_picture_stands_upright(kind, orientation, red, blue):
    data = files.halves(kind, orientation=orientation)
    size = (200, 400) if orientation > 4 else (400, 200)
    assert upright_size(open_picture(data)) == size
    image = made(data)
    assert image.size == ((200, 400) if orientation > 4 else (200, 100))
    assert (colour(image, *red), colour(image, *blue)) == ("red", "blue")


@pytest.mark.parametrize("name", ["jpeg", "webp", "avif"])
def test_no_metadata_goes_out(name):
    told = {"exif": files.exif(gps=True, Artist="Ana Petrenko"), "icc_profile": files.profile()}
    told["xmp"] = files.xmp(dc_rights=files.alt_text("Marrow Courier"))
    data = files.picture("JPEG", (400, 300), comment=b"From the harbour", **told)
    data = files.with_segment(data, files.iptc([(2, 80, b"Cem Yildiz")]))
    private = [
        b"Petrenko",
        b"Exif\x00",
        b"Marrow Courier",
        b"Cem",
        b"harbour",
        b"acspMSFT",
        b"ICC_PROFILE",
        b"xpacket",
    ]
    assert [text for text in private if text in data] != []
    assert Image.open(io.BytesIO(data)).getexif().get_ifd(0x8825) != {}
    [(_spec, _height, blob)] = render(data, [Spec(200, name)])
    assert [text for text in private if text in blob] == []
    out = Image.open(io.BytesIO(blob))
    assert dict(out.getexif()) == {}
    assert out.info.keys().isdisjoint({"exif", "icc_profile", "xmp", "comment", "photoshop"})


def test_colours_are_converted_to_srgb():
    """A profile that swaps red and blue, told by the colorants of its matrix, changes what is seen."""
    profile = bytearray(files.profile())
    count = struct.unpack(">I", profile[128:132])[0]
    places = {
        bytes(profile[at : at + 4]): struct.unpack(">II", profile[at + 4 : at + 12])
        for at in range(132, 132 + 12 * count, 12)
    }
    (red, size), (blue, _) = places[b"rXYZ"], places[b"bXYZ"]
    profile[red : red + size], profile[blue : blue + size] = (
        profile[blue : blue + size],
        profile[red : red + size],
    )
    assert colour(made(files.picture("PNG", (40, 30), icc_profile=bytes(profile)), 40), 0.5, 0.5) == "blue"
    assert colour(made(files.picture("PNG", (40, 30), icc_profile=files.profile()), 40), 0.5, 0.5) == "red"


def test_a_profile_that_does_not_fit_is_left_out():
    for profile in (b"x" * 500, files.profile("LAB"), files.profile()[:200]):
        assert colour(made(files.picture("JPEG", (40, 30), icc_profile=profile), 40), 0.5, 0.5) == "red"


@pytest.mark.parametrize(
    "kind, mode, shade, expected",
    [
        ("PNG", "RGBA", (255, 0, 0, 0), "white"),
        ("PNG", "RGBA", (255, 0, 0, 255), "red"),
        ("PNG", "LA", (0, 0), "white"),
        ("PNG", "P", 0, "black"),
        ("PNG", "1", 1, "white"),
        ("PNG", "L", 255, "white"),
        ("PNG", "I;16", 65535, "white"),
        ("WEBP", "RGBA", (0, 0, 0, 0), "white"),
        ("AVIF", "RGBA", (0, 0, 0, 0), "white"),
        ("JPEG", "CMYK", (0, 255, 255, 0), "red"),
        ("JPEG", "L", 0, "black"),
    ],
)
def test_every_mode_is_shown_and_what_is_transparent_is_white(kind, mode, shade, expected):
    image = made(files.picture(kind, (40, 30), mode, shade), 40)
    assert (image.mode, colour(image, 0.5, 0.5)) == ("RGB", expected)


@pytest.mark.parametrize("kind", ["GIF", "WEBP", "AVIF", "PNG"])
def test_an_animation_is_shown_by_its_first_frame(kind):
    out = io.BytesIO()
    frames = [Image.new("RGB", (40, 30), name) for name in ("green", "blue", "red")]
    frames[0].save(out, kind, save_all=True, append_images=frames[1:], duration=100)
    assert colour(made(out.getvalue(), 40), 0.5, 0.5) == "green"


def test_one_original_gives_the_same_bytes_again():
    data = files.halves()
    assert list(render(data, specs(400, ["jpeg", "webp"]))) == list(
        render(data, specs(400, ["jpeg", "webp"]))
    )


def test_what_is_no_picture_of_ours_is_refused_by_content():
    assert refused(b"<svg onload=alert(1)>") == ("unknown", {})
    assert refused(files.picture("TIFF")) == ("unknown", {})
    assert refused(files.picture()[:40]) == ("broken", {})


def test_size_is_refused_before_a_pixel_is_decoded():
    assert refused(files.png_of(8001, 5000)) == ("pixels", {"kind": "PNG", "most": 40})
    assert refused(files.png_of(20000, 20000)) == ("pixels", {"kind": "PNG", "most": 40})
    assert refused(files.png_of(900, 100)) == ("slender", {"most": 8})
    assert refused(files.png_of(100, 900)) == ("slender", {"most": 8})
    assert refused(files.png_of(800, 100)) == ("broken", {})


def test_a_jpeg_of_a_hundred_passes_is_refused_unread():
    assert refused(files.picture() + b"\xff\xda" * 100) == ("broken", {})
