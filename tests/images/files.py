"""Picture files as tests send them: honest ones with all that cameras and agencies write, and hostile ones."""

import functools
import io
import random
import struct
import zlib

from PIL import ExifTags, Image, ImageCms, ImageDraw, PngImagePlugin

KINDS = ("JPEG", "PNG", "WEBP", "GIF", "AVIF")
SUFFIX = {"JPEG": "jpg", "PNG": "png", "WEBP": "webp", "GIF": "gif", "AVIF": "avif"}


@functools.cache
def picture(kind="JPEG", size=(8, 6), mode="RGB", colour="red", **options):
    """Return the bytes of a picture in one colour."""
    out = io.BytesIO()
    Image.new(mode, size, colour).save(out, kind, **options)
    return out.getvalue()


@functools.cache
def halves(kind="JPEG", size=(400, 200), orientation=1):
    """A picture whose stored left half is red and right half blue, with an EXIF orientation."""
    image = Image.new("RGB", size, "red")
    ImageDraw.Draw(image).rectangle((size[0] // 2, 0, *size), fill="blue")
    exif = Image.Exif()
    exif[ExifTags.Base.Orientation] = orientation
    out = io.BytesIO()
    options = {"quality": 100} if kind == "AVIF" else {}
    image.save(out, kind, exif=exif, **options)
    return out.getvalue()


def exif(gps=False, **texts):
    """Return EXIF bytes with texts by tag name, and a place in GPS if asked."""
    made = Image.Exif()
    for name, value in texts.items():
        if name == "DateTimeOriginal":
            made.get_ifd(ExifTags.IFD.Exif)[ExifTags.Base.DateTimeOriginal] = value
        else:
            made[ExifTags.Base[name]] = value
    if gps:
        made.get_ifd(ExifTags.IFD.GPSInfo).update(
            {1: "N", 2: (50.0, 27.0, 0.0), 3: "E", 4: (30.0, 31.0, 0.0)}
        )
    return made.tobytes()


def xmp(description="", **properties):
    """Return an XMP packet; ``properties`` by name with "_" for ":"."""
    names = "".join(
        f"<{name.replace('_', ':')}>{value}</{name.replace('_', ':')}>" for name, value in properties.items()
    )
    return (
        '<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?><x:xmpmeta xmlns:x="adobe:ns:meta/">'
        '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><rdf:Description rdf:about=""'
        ' xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:photoshop="http://ns.adobe.com/photoshop/1.0/"'
        ' xmlns:Iptc4xmpCore="http://iptc.org/std/Iptc4xmpCore/1.0/xmlns/">'
        f'{names}</rdf:Description></rdf:RDF></x:xmpmeta><?xpacket end="w"?>'
    ).encode()


def alt_text(text, kind="Alt"):
    lang = ' xml:lang="x-default"' if kind == "Alt" else ""
    return f"<rdf:{kind}><rdf:li{lang}>{text}</rdf:li></rdf:{kind}>"


def iptc(records, utf8=True):
    """Return the APP13 segment with ``records`` = [(record, number, bytes)]."""
    body = b"".join(
        struct.pack(">BBBH", 0x1C, record, number, len(value)) + value
        for record, number, value in ([(1, 90, b"\x1b%G")] if utf8 else []) + list(records)
    )
    resource = b"8BIM" + struct.pack(">HBBI", 0x0404, 0, 0, len(body)) + body + b"\x00" * (len(body) % 2)
    payload = b"Photoshop 3.0\x00" + resource
    return b"\xff\xed" + struct.pack(">H", len(payload) + 2) + payload


def with_segment(jpeg, segment):
    return jpeg[:2] + segment + jpeg[2:]


def profile(name="sRGB"):
    return ImageCms.ImageCmsProfile(ImageCms.createProfile(name)).tobytes()


# --- Hostile and broken ---------------------------------------------------------------------------------------------

SCRIPT = b"<script>alert(document.domain)</script>"


def chunk(name, data):
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))


def png_of(width, height, data=b"", depth=8, colour=2, before=b""):
    header = struct.pack(">IIBBBBB", width, height, depth, colour, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + before + chunk(b"IDAT", data) + chunk(b"IEND", b"")


def _bomb(width=6300, height=6300):
    """40 million pixels in some 40 kB."""
    packer = zlib.compressobj(9)
    line = b"\x00" * (3 * width + 1)
    return png_of(width, height, b"".join(packer.compress(line) for _ in range(height)) + packer.flush())


def _scans(count=5000):
    """A progressive JPEG whose last pass is repeated: each repetition costs a walk over all pixels."""
    image = io.BytesIO()
    Image.new("RGB", (3000, 2000), "red").save(image, "JPEG", progressive=True)
    data = image.getvalue()
    last = data.rfind(b"\xff\xda")
    return data[:last] + data[last:-2] * count + b"\xff\xd9"


def _gif_frame_outside():
    data = bytearray(picture("GIF"))
    at = data.index(b"\x2c", 13)
    data[at + 5 : at + 9] = struct.pack("<HH", 65535, 65535)
    return bytes(data)


def _named():
    """{what it is: bytes}: made by hand, each for a reason."""
    png, jpeg, gif, webp, avif = (picture(kind) for kind in ("PNG", "JPEG", "GIF", "WEBP", "AVIF"))
    comment = PngImagePlugin.PngInfo()
    comment.add_text("Comment", SCRIPT.decode())
    text = io.BytesIO()
    Image.new("RGB", (8, 6)).save(text, "PNG", pnginfo=comment)
    bomb_text = b"Comment\x00\x00" + zlib.compress(b"a" * 200_000_000, 9)
    entities = b'<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa">' + b"".join(
        b'<!ENTITY %c "%s">' % (98 + n, b"&%c;" % (97 + n) * 10) for n in range(9)
    )
    entities += b']><x:xmpmeta xmlns:x="adobe:ns:meta/">&j;</x:xmpmeta>'
    xxe = b'<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]><x>&a;</x>'
    app1 = b"http://ns.adobe.com/xap/1.0/\x00"
    return {
        "nothing": b"",
        "one byte": b"\x00",
        "text": b"The harbour bridge reopens.",
        "a page": b"<!doctype html>" + SCRIPT,
        "a drawing with a script": b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>',
        "XML": b'<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg"/>',
        "PDF": b"%PDF-1.7\n1 0 obj\n<</JS(app.alert(1))>>",
        "PostScript": b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n(/etc/passwd) run",
        "TIFF": picture("TIFF"),
        "BMP": picture("BMP"),
        "ICO": picture("ICO", size=(16, 16)),
        "PPM": picture("PPM"),
        "TGA": picture("TGA"),
        "JPEG 2000": b"\x00\x00\x00\x0cjP  \r\n\x87\n" + b"\x00" * 100,
        "HEIC": b"\x00\x00\x00\x18ftypheic\x00\x00\x00\x00heicmif1" + b"\x00" * 100,
        "MP4": b"\x00\x00\x00\x18ftypisom\x00\x00\x00\x00isomavc1" + b"\x00" * 100,
        "ZIP": b"PK\x03\x04" + b"\x00" * 100,
        "ELF": b"\x7fELF" + b"\x00" * 100,
        "Flash": b"FWS\x09" + b"\x00" * 100,
        "the head of a JPEG": jpeg[:3],
        "the head of a PNG": png[:8],
        "the head of a GIF": gif[:6],
        "the head of a WebP": webp[:12],
        "the head of an AVIF": avif[:32],
        "a PNG of 20,000 by 20,000": png_of(20000, 20000, zlib.compress(b"")),
        "a PNG of no width": png_of(0, 100, zlib.compress(b"")),
        "a PNG of the greatest size": png_of(2**31 - 1, 2**31 - 1, zlib.compress(b"")),
        "a PNG of negative size": png_of(2**32 - 1, 1, zlib.compress(b"")),
        "a bomb of 40 million pixels": _bomb(),
        "a PNG with a text of 200 MB": png_of(
            8, 6, zlib.compress(b"\x00" * 150), before=chunk(b"zTXt", bomb_text)
        ),
        "a PNG with a profile of 200 MB": png_of(
            8, 6, zlib.compress(b"\x00" * 150), before=chunk(b"iCCP", b"x\x00\x00" + bomb_text[9:])
        ),
        "a PNG of an unknown depth": png_of(8, 6, zlib.compress(b"\x00" * 150), depth=7),
        "a PNG with a wrong sum": png[:30] + b"\x00\x00" + png[32:],
        "a PNG without pixels": png_of(8, 6),
        "a PNG with too few pixels": png_of(800, 600, zlib.compress(b"\x00" * 150)),
        "a PNG with a chunk of 4 GB": png[:33] + b"\xff\xff\xff\xffIDAT" + b"\x00" * 50,
        "a PNG one pixel high and 20,000 wide": png_of(20000, 1, zlib.compress(b"\x00" * 60001)),
        "a PNG with a script in its text": text.getvalue(),
        "a PNG with a script behind its end": png + SCRIPT,
        "a JPEG with a script behind its end": jpeg + SCRIPT,
        "a JPEG with a script as comment": with_segment(
            jpeg, b"\xff\xfe" + struct.pack(">H", len(SCRIPT) + 2) + SCRIPT
        ),
        "a GIF with a script behind its end": gif + SCRIPT,
        "a GIF that is also JavaScript": b"GIF89a/*" + gif[8:] + b"*/=1;alert(1)",
        "a JPEG that is also a PDF": jpeg[:2] + b"\xff\xfe\x00\x10%PDF-1.7 trailer" + jpeg[2:],
        "a JPEG that is also a ZIP": jpeg + b"PK\x03\x04" + b"\x00" * 64 + b"PK\x05\x06" + b"\x00" * 18,
        "a JPEG of 65,500 by 65,500": jpeg.replace(
            struct.pack(">HH", 6, 8), struct.pack(">HH", 65500, 65500), 1
        ),
        "a JPEG of no height": jpeg.replace(struct.pack(">HH", 6, 8), struct.pack(">HH", 0, 8), 1),
        "a JPEG of 5,000 passes": _scans(),
        "a JPEG with entities in its XMP": picture("JPEG", xmp=entities),
        "a JPEG with a file in its XMP": picture("JPEG", xmp=xxe),
        "a JPEG with a script as caption": picture(
            "JPEG", xmp=xmp(dc_description=alt_text("&lt;script&gt;alert(1)&lt;/script&gt;"))
        ),
        "a JPEG with broken XMP": picture("JPEG", xmp=b"<x:xmpmeta"),
        "a JPEG with broken EXIF": with_segment(jpeg, b"\xff\xe1\x00\x10Exif\x00\x00MM\x00*\xff\xff\xff\xff"),
        "a JPEG whose EXIF is a ring": with_segment(
            jpeg,
            b"\xff\xe1\x00\x22Exif\x00\x00II*\x00\x08\x00\x00\x00\x01\x00\x69\x87\x04\x00\x01\x00\x00\x00\x08\x00\x00\x00\x08\x00\x00\x00",
        ),
        "a JPEG with broken IPTC": with_segment(jpeg, iptc([(2, 120, b"\xff" * 50)])[:-30] + b"\x00" * 30),
        "a JPEG with a broken profile": picture("JPEG", icc_profile=b"x" * 500),
        "a JPEG with half a profile": picture("JPEG", icc_profile=profile()[:200]),
        "a JPEG with a Lab profile": picture("JPEG", icc_profile=profile("LAB")),
        "a JPEG with a segment without end": with_segment(jpeg, b"\xff\xe1\xff\xff"),
        "XMP alone": b"\xff\xd8\xff\xe1" + struct.pack(">H", len(app1) + 2) + app1,
        "a GIF with a frame of 65,535 by 65,535": _gif_frame_outside(),
        "a GIF of no size": gif[:6] + b"\x00" * 4 + gif[10:],
        "a GIF of 65,535 by 65,535": gif[:6] + b"\xff" * 4 + gif[10:],
        "a WebP that claims 4 GB": webp[:4] + b"\xff" * 4 + webp[8:],
        "a WebP of 16,383 by 16,383": webp[:26] + struct.pack("<HH", 16383, 16383) + webp[30:],
        "a WebP without pixels": webp[:20],
        "an AVIF of zeros": avif[:32] + b"\x00" * 200,
        "an AVIF that is a film": avif.replace(b"avif", b"avis"),
        "an AVIF of 65,535 by 65,535": avif.replace(
            struct.pack(">II", 8, 6), struct.pack(">II", 65535, 65535)
        ),
        "a RIFF that is sound": b"RIFF\x24\x00\x00\x00WAVEfmt " + b"\x00" * 24,
    }


@functools.cache
def _subjects():
    """One honest picture of each kind, large enough that damage hits pixels as well as heads."""
    noise = Image.effect_noise((96, 64), 80).convert("RGB")
    subjects = {}
    for kind in KINDS:
        out = io.BytesIO()
        noise.save(out, kind, **({"progressive": True} if kind == "JPEG" else {}))
        subjects[kind] = out.getvalue()
    return subjects


def _damaged(number):
    """The ``number``-th damaged file: (what it is, bytes); the same one in every run."""
    chance = random.Random(number)
    kind = KINDS[number % len(KINDS)]
    data = bytearray(_subjects()[kind])
    act = ("cut", "flipped", "filled", "doubled", "swapped")[number // len(KINDS) % 5]
    at = chance.randrange(12, len(data))
    if act == "cut":
        del data[at:]
    elif act == "flipped":
        for _ in range(1 + number % 40):
            data[chance.randrange(12, len(data))] ^= 1 << chance.randrange(8)
    elif act == "filled":
        data[at : at + 16] = bytes([chance.choice((0, 255))]) * len(data[at : at + 16])
    elif act == "doubled":
        data[at:at] = data[12:at]
    else:
        other = chance.randrange(12, len(data) - 8)
        at = min(at, len(data) - 8)
        data[at : at + 8], data[other : other + 8] = data[other : other + 8], data[at : at + 8]
    return f"{kind} {act} {number}", bytes(data)


def hostile(count):
    """Return [(what it is, bytes)], ``count`` files: those made by hand first, then damaged ones."""
    files = list(_named().items())
    files += [_damaged(number) for number in range(max(0, count - len(files)))]
    return files[:count]
