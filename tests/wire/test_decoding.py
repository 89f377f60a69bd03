"""Bytes become text or a sentence that says what to do; nothing is guessed."""

import pytest

from wire.decoding import MAX_BYTES, decode
from wire.story import CopyError


def refusal(data, encoding=None):
    with pytest.raises(CopyError) as caught:
        decode(data, encoding)
    return str(caught.value)


@pytest.mark.parametrize(
    ("data", "encoding", "expected"),
    [
        ("Brücke offen".encode(), None, ("Brücke offen", "utf-8")),
        (b"\xef\xbb\xbf" + "Brücke offen".encode(), None, ("Brücke offen", "utf-8")),
        ("Міст відкрито".encode("utf-16"), None, ("Міст відкрито", "utf-16")),
        (b"\xfe\xff" + "Міст відкрито".encode("utf-16-be"), None, ("Міст відкрито", "utf-16")),
        ("Brücke „offen“".encode("cp1252"), "windows-1252", ("Brücke „offen“", "cp1252")),
        ("Міст відкрито".encode("koi8-u"), "KOI8-U", ("Міст відкрито", "koi8-u")),
        (b"\xef\xbb\xbfBridge", "utf-8-sig", ("Bridge", "utf-8")),
        ("Bridge".encode("utf-16-le"), "utf-16-le", ("Bridge", "utf-16-le")),
    ],
)
def test_copy_is_read_as_its_mark_or_its_sender_says(data, encoding, expected):
    assert decode(data, encoding) == expected


@pytest.mark.parametrize(
    ("data", "encoding", "message"),
    [
        (b"", None, "The copy is empty; send the file with its text."),
        (b" \r\n\t 12.30 \n***", None, "The copy holds no letter; send the file with its text."),
        (
            b"Bridge\0\0\1\2",
            None,
            "The copy holds NUL bytes, so it is binary or in another encoding; save it as plain text or name its encoding.",
        ),
        (
            b"a\1\2\3\4\5\6" * 20,
            None,
            "The copy is one tenth control characters, so it is no text; save it as plain text.",
        ),
        (b"%PDF-1.7 Bridge", None, "The copy is a PDF file; save it as plain text and send that."),
        (b"{\\rtf1 Bridge}", None, "The copy is a RTF file; save it as plain text and send that."),
        (
            "Brücke".encode("cp1252"),
            None,
            "The copy is not UTF-8 (byte 0xfc at position 2); name its encoding, for example cp1252.",
        ),
        (
            "Brücke".encode("cp1252"),
            "ascii",
            "The copy is not ASCII (byte 0xfc at position 2); name its encoding, for example cp1252.",
        ),
        (
            b"\xff\xfeB",
            None,
            "The copy is not UTF-16 (byte 0x42 at position 2); name its encoding, for example cp1252.",
        ),
        (
            "Bridge".encode("utf-16-le"),
            "utf-16",
            "The copy is said to be utf-16 but has no mark; name utf-16-le or utf-16-be.",
        ),
        (
            b"\xef\xbb\xbfBridge",
            "latin-1",
            "The copy carries the mark of UTF-8, but latin-1 was named; leave the encoding out.",
        ),
        (
            b"Bridge",
            "klingon",
            "There is no text encoding “klingon”; name one such as utf-8, cp1252 or koi8-u.",
        ),
        (
            b"Bridge",
            "base64",
            "There is no text encoding “base64”; name one such as utf-8, cp1252 or koi8-u.",
        ),
        (b"Bridge", "a\0b", "There is no text encoding “a\0b”; name one such as utf-8, cp1252 or koi8-u."),
        (
            b"Bridge \\ud800",
            "unicode_escape",
            "The copy is not UNICODE-ESCAPE; name its encoding, for example cp1252.",
        ),
        (b"B" * 3_500_000, None, "The copy has 3.5 MB and at most 2 MB are taken; send the text alone."),
    ],
)
def test_what_is_no_copy_is_refused_with_one_sentence(data, encoding, message):
    assert refusal(data, encoding) == message


def test_copy_of_exactly_two_megabytes_is_taken():
    assert decode(b"B" * MAX_BYTES) == ("B" * MAX_BYTES, "utf-8")
