"""
What readers get of a picture: bytes and a spec in, bytes out. No Django, no files, no database.

Whatever comes in is hostile until it is decoded: content decides what it is, sizes are checked before pixels are
made, and every error of a decoder is a Refused with a short code. Run it in a process of its own (`images.workshop`).
A rendition is upright, in sRGB, without transparency and without any metadata; of an animation it is the first frame.
"""

import contextlib
import io
import warnings
from dataclasses import dataclass

from PIL import (  # the plugins are named, so that no other is ever loaded
    AvifImagePlugin,  # noqa: F401
    GifImagePlugin,  # noqa: F401
    Image,
    ImageCms,
    JpegImagePlugin,  # noqa: F401
    PngImagePlugin,  # noqa: F401
    WebPImagePlugin,  # noqa: F401
)

RECIPE = 1  # raise it when the same original gives other bytes: names of renditions hold it
WIDTHS = (320, 480, 768, 1024, 1280, 1600, 1920)
SUFFIXES = {"jpeg": "jpg", "webp": "webp", "avif": "avif"}
OPTIONS = {
    "jpeg": {"format": "JPEG", "quality": 80, "progressive": True, "optimize": True},
    "webp": {"format": "WEBP", "quality": 78, "method": 3},
    "avif": {"format": "AVIF", "quality": 60, "speed": 6, "max_threads": 2},
}
# Pixels that each decoder can hold in half a gigabyte. A JPEG is made smaller while it is decoded.
MOST_PIXELS = {
    "JPEG": 80_000_000,
    "progressive JPEG": 40_000_000,  # kept whole until its last pass
    "PNG": 40_000_000,
    "GIF": 40_000_000,
    "WEBP": 25_000_000,
    "AVIF": 25_000_000,
}
MOST_SCANS = 100  # passes of a progressive JPEG; real ones have about ten, a hostile one has thousands
SLENDEREST = 8  # width to height or the other way round
ORIENTATION = 0x0112
TURNS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
SIDEWAYS = {5, 6, 7, 8}


class Refused(ValueError):
    """A file that is no picture for us; ``code`` is unknown, broken, pixels or slender, ``facts`` what it is about."""

    def __init__(self, code, **facts):
        super().__init__(code)
        self.code, self.facts = code, facts


@dataclass(frozen=True)
class Spec:
    """width: in pixels. format: "jpeg", "webp" or "avif"."""

    width: int
    format: str


def kind_of(data):
    """Return "JPEG", "PNG", "GIF", "WEBP" or "AVIF" by the first bytes of ``data``; None for anything else."""
    if data[:3] == b"\xff\xd8\xff":
        return "JPEG"
    if data[:8] == b"\x89PNG\r\n\x1a\n":
        return "PNG"
    if data[:6] in (b"GIF87a", b"GIF89a"):
        return "GIF"
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return "WEBP"
    if data[4:8] == b"ftyp" and any(brand in data[8:64] for brand in (b"avif", b"avis")):
        return "AVIF"
    return None


def open_picture(data):
    """
    Return the PIL image of ``data``, not decoded yet, its size checked; raise Refused.

    Sizes are those of the file: see `upright_size` for what readers see.
    """
    kind = kind_of(data)
    if kind is None:
        raise Refused("unknown")
    if kind == "JPEG" and data.count(b"\xff\xda") > MOST_SCANS:
        raise Refused("broken")
    with _decoding(kind):
        picture = Image.open(io.BytesIO(data), formats=[kind])
    width, height = picture.size
    kind = "progressive JPEG" if kind == "JPEG" and picture.info.get("progressive") else kind
    if width * height > MOST_PIXELS[kind]:
        raise _too_many_pixels(kind)
    if not 1 / SLENDEREST <= width / height <= SLENDEREST:
        raise Refused("slender", most=SLENDEREST)
    return picture


def _too_many_pixels(kind):
    return Refused("pixels", kind=kind, most=MOST_PIXELS[kind] // 1_000_000)


@contextlib.contextmanager
def _decoding(kind):
    """Turn whatever a decoder raises, or warns of as a bomb, into Refused. For a process with one thread."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            yield
    except (Refused, MemoryError):
        raise
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise _too_many_pixels(kind) from error
    except Exception as error:  # decoders raise whatever a broken file makes them
        raise Refused("broken") from error


def orientation(picture):
    """Return the EXIF orientation, 1 to 8; 1 where there is none that can be read."""
    try:
        found = picture.getexif().get(ORIENTATION, 1)
    except Exception:  # broken EXIF is no reason to refuse a picture
        return 1
    return found if isinstance(found, int) and 1 <= found <= 8 else 1


def upright_size(picture):
    """Return (width, height) as readers see it."""
    width, height = picture.size
    return (height, width) if orientation(picture) in SIDEWAYS else (width, height)


def specs(width, formats):
    """Return the Specs of a picture ``width`` pixels wide, smallest first; none is wider than the picture."""
    widths = [step for step in WIDTHS if step < width] + ([width] if width <= WIDTHS[-1] else [])
    return [Spec(step, name) for name in formats for step in widths]


def render(data, wanted):
    """
    Yield (Spec, height, bytes) for each of the Specs ``wanted``; raise Refused.

    Decodes once. A spec wider than the picture gives the picture's own width.
    """
    wanted = sorted(wanted, key=lambda spec: (spec.format, -spec.width))
    upright = _decode(data, max(spec.width for spec in wanted))
    sized = {}
    for spec in wanted:
        if spec.width not in sized:
            height = max(1, round(upright.height * spec.width / upright.width))
            sized[spec.width] = upright.resize((spec.width, height), Image.Resampling.LANCZOS)
        yield spec, sized[spec.width].height, _encode(sized[spec.width], spec.format)


def _encode(picture, name):
    picture.info.clear()  # some encoders write what they find here: profiles, comments, XMP
    out = io.BytesIO()
    picture.save(out, **OPTIONS[name])
    return out.getvalue()


def _decode(data, width):
    """Return the picture as a PIL image in RGB: upright, sRGB, at most ``width`` wide (or as wide as it is)."""
    picture = open_picture(data)
    with _decoding(kind_of(data)):
        turn = orientation(picture)
        scale = min(1, width / upright_size(picture)[0])
        size = tuple(max(1, round(side * scale)) for side in picture.size)
        picture.draft(None, size)
        picture.load()
        turn = orientation(picture) if turn == 1 else turn  # PNG may say it after the pixels
        profile = picture.info.get("icc_profile")
        picture = _plain_mode(picture)
        if picture.size != size:
            picture = picture.resize(size, Image.Resampling.LANCZOS, reducing_gap=3.0)
        if turn in TURNS:
            picture = picture.transpose(TURNS[turn])
        return _on_white(_in_srgb(picture, profile))


def _plain_mode(picture):
    """Return the picture in a mode that can be made smaller without loss: L, RGB, RGBA or CMYK."""
    if picture.mode in ("L", "RGB", "RGBA", "CMYK") and "transparency" not in picture.info:
        return picture
    if picture.mode.startswith("I"):  # 16 bits of grey
        return picture.convert("I").point(lambda value: value / 257).convert("L")
    if picture.mode in ("1", "F"):
        return picture.convert("L")
    return picture.convert("RGBA" if picture.has_transparency_data else "RGB")


def _in_srgb(picture, profile):
    """Return the picture with its colours as sRGB means them. A profile that can't be used is left out."""
    alpha = picture.getchannel("A") if picture.mode == "RGBA" else None
    colours = picture.convert("RGB") if alpha else picture
    if profile:
        with contextlib.suppress(ImageCms.PyCMSError, OSError, ValueError, TypeError):
            source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
            colours = ImageCms.profileToProfile(
                colours, source, ImageCms.createProfile("sRGB"), outputMode="RGB"
            )
    colours = colours.convert("RGB")
    if alpha:
        colours.putalpha(alpha)
    return colours


def _on_white(picture):
    if picture.mode != "RGBA":
        return picture
    paper = Image.new("RGB", picture.size, "white")
    paper.paste(picture, mask=picture.getchannel("A"))
    return paper
