"""What agencies and cameras write into a picture, believed in the order XMP, IPTC, EXIF."""

from PIL import PngImagePlugin

from images.metadata import Facts, read
from images.renditions import open_picture
from tests.images import files
from tests.images.files import alt_text, iptc, with_segment, xmp


def facts(data):
    return read(open_picture(data))


def test_a_bare_picture_says_nothing():
    assert facts(files.picture()) == Facts()


def test_xmp_is_read_with_creator_and_agency_as_one_credit():
    packet = xmp(
        photoshop_Headline="Bridge reopens",
        dc_description=alt_text("Trams cross the Sule again &amp; again."),
        dc_creator=alt_text("Ana Petrenko", "Seq"),
        photoshop_Credit="North Wire",
        dc_rights=alt_text("© North Wire"),
        photoshop_DateCreated="2026-03-02T09:10:00+02:00",
        Iptc4xmpCore_AltTextAccessibility=alt_text("Two trams on a bridge"),
    )
    expected = Facts(
        title="Bridge reopens",
        caption="Trams cross the Sule again & again.",
        alt="Two trams on a bridge",
        credit="Ana Petrenko/North Wire",
        copyright="© North Wire",
        taken="2026-03-02",
    )
    in_png = PngImagePlugin.PngInfo()
    in_png.add_itxt("XML:com.adobe.xmp", packet.decode())
    assert facts(files.picture("PNG", pnginfo=in_png)) == expected
    for kind in ("JPEG", "WEBP", "AVIF"):
        assert facts(files.picture(kind, xmp=packet)) == expected, kind


def test_iptc_is_read_in_utf8_and_in_the_letters_of_windows():
    records = [
        (2, 120, "Straßenbahn in Kyjiw, Київ".encode()),
        (2, 80, b"Cem Yildiz"),
        (2, 110, b"Yildiz/North Wire"),
        (2, 116, b"North Wire"),
        (2, 55, b"20260302"),
        (2, 5, b"Tram"),
    ]
    assert facts(with_segment(files.picture(), iptc(records))) == Facts(
        title="Tram",
        caption="Straßenbahn in Kyjiw, Київ",
        credit="Cem Yildiz/Yildiz/North Wire",
        copyright="North Wire",
        taken="2026-03-02",
    )
    old = iptc([(2, 120, "Café “Süd”".encode("cp1252"))], utf8=False)
    assert facts(with_segment(files.picture(), old)).caption == "Café “Süd”"


def test_exif_is_read_last():
    exif = files.exif(
        ImageDescription="From EXIF",
        Artist="Eva Lund",
        Copyright="Lund",
        DateTimeOriginal="2026:03:01 10:00:00",
    )
    data = files.picture(exif=exif)
    assert facts(data) == Facts(caption="From EXIF", credit="Eva Lund", copyright="Lund", taken="2026-03-01")
    data = with_segment(data, iptc([(2, 120, b"From IPTC"), (2, 80, b"Cem")]))
    assert facts(data) == Facts(caption="From IPTC", credit="Cem", copyright="Lund", taken="2026-03-01")
    data = files.picture(exif=exif, xmp=xmp(dc_description=alt_text("From XMP")))
    data = with_segment(data, iptc([(2, 120, b"From IPTC"), (2, 80, b"Cem")]))
    assert facts(data) == Facts(caption="From XMP", credit="Cem", copyright="Lund", taken="2026-03-01")


def test_impossible_days_and_controls_are_left_out():
    data = files.picture(xmp=xmp(photoshop_DateCreated="2026-13-45", photoshop_Headline=" A\n\tB "))
    assert facts(data) == Facts(title="A B")


def test_entities_and_long_texts_do_no_harm():
    lines = dict(files.hostile(80))
    assert facts(lines["a JPEG with entities in its XMP"]) == Facts()
    assert facts(lines["a JPEG with a file in its XMP"]) == Facts()
    assert facts(lines["a JPEG with broken EXIF"]) == Facts()
    assert len(facts(files.picture(xmp=xmp(photoshop_Headline="x" * 9000))).title) == 250
