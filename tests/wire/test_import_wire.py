"""The command says what it made, refuses what is no copy with one line each, and never shows a traceback."""

import io
import json
import os
import sys

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from articles.models import Article
from tests.factories import make_author, make_section
from wire.decoding import MAX_BYTES
from wire.models import Item

CLEAN = (
    "Harbour strike ends in Kessen\nCrane drivers accept the offer.\n"
    "KESSEN, March 11, 2025 (nwa) - Cranes move again in the harbour of Kessen.\nTalks took two nights.\n"
)
DIRTY = "Bridge opens\nAfter two years.\nR.The bridge opened.\n>>> All in the live ticker\nTrams run.\n"


@pytest.fixture
def run(capsys):
    """run(*arguments) -> (exit status, lines of stdout, lines of stderr)."""

    def command(*arguments):
        try:
            call_command("import_wire", *map(str, arguments))
            status = 0
        except SystemExit as left:
            status = left.code
        out, err = capsys.readouterr()
        return status, out.splitlines(), err.splitlines()

    return command


@pytest.fixture
def file(tmp_path):
    """file(name, text or bytes) -> path of a new file."""

    def write(name, content):
        path = tmp_path / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return path

    return write


class Pipe:
    """Standard input that holds ``data``; counts what was read of it."""

    closed = False

    def __init__(self, data):
        self.buffer = io.BytesIO(data)


@pytest.mark.django_db
def test_a_person_reads_what_was_made_taken_out_and_found(run, file):
    path = file("bridge.txt", DIRTY)
    status, out, err = run(path, "--section", make_section("Coast").slug)
    article = Article.objects.get()
    assert (status, err) == (0, [])
    assert out[:4] == [
        f"{path}: draft {article.pk} made: Bridge opens",
        "  taken out:",
        "    scrap: >>>",
        "    ticker: All in the live ticker",
    ]
    assert out[4] == "  findings:"
    assert [line.split(":")[0] for line in out[5:]] == [
        "    warn missing-byline (bylines)",
        "    warn missing-provenance (bylines)",
        "    block drop-cap (body) “R.The bridge opened.”",
        "    block ticker-unresolved (ticker_links) “All in the live ticker”",
    ]


@pytest.mark.django_db
def test_a_script_reads_one_object_a_copy(run, file):
    made, refused = file("bridge.txt", DIRTY), file("empty.txt", "")
    status, out, err = run(made, refused, "--json")
    first, second = map(json.loads, out)
    article = Article.objects.get()
    assert status == 1
    assert list(first) == ["file", "status", "article", "item", "revision", "removed", "findings", "error"]
    assert [first[name] for name in ("file", "status", "article", "item", "revision", "error")] == [
        str(made),
        "draft",
        article.pk,
        Item.objects.get().pk,
        article.latest_revision_id,
        "",
    ]
    assert first["removed"] == [
        {"kind": "scrap", "text": ">>>", "field": "", "count": 1},
        {"kind": "ticker", "text": "All in the live ticker", "field": "ticker_links", "count": 1},
    ]
    assert [(found["code"], found["severity"]) for found in first["findings"]] == [
        ("missing-section", "block"),
        ("missing-byline", "warn"),
        ("missing-provenance", "warn"),
        ("drop-cap", "block"),
        ("ticker-unresolved", "block"),
    ]
    error = "The copy is empty; send the file with its text."
    assert second == {
        "file": str(refused),
        "status": "refused",
        "article": None,
        "item": None,
        "revision": None,
        "removed": [],
        "findings": [],
        "error": error,
    }
    assert err == [f"{refused}: {error}"]


@pytest.mark.django_db
def test_a_copy_sent_twice_in_one_batch_is_one_draft(run, file):
    path = file("clean.txt", CLEAN)
    status, out, _err = run(path, path)
    assert status == 0
    assert [line for line in out if line.startswith(str(path))] == [
        f"{path}: draft {Article.objects.get().pk} made: Harbour strike ends in Kessen",
        f"{path}: sent before, is story {Article.objects.get().pk}: Harbour strike ends in Kessen",
    ]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("empty.txt", "", "The copy is empty; send the file with its text."),
        ("blank.txt", " \n 12\n", "The copy holds no letter; send the file with its text."),
        (
            "photo.txt",
            b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR",
            "The copy is a PNG file; save it as plain text and send that.",
        ),
        (
            "binary.txt",
            b"\x7fELF\0\1",
            "The copy holds NUL bytes, so it is binary or in another encoding; save it as plain text or name its encoding.",
        ),
        (
            "western.txt",
            "Brücke".encode("cp1252"),
            "The copy is not UTF-8 (byte 0xfc at position 2); name its encoding, for example cp1252.",
        ),
        (
            "long.txt",
            "B" * 301,
            "The first line has 301 characters and a headline at most 300; put the headline on a line of its own.",
        ),
        ("missing.txt", None, "There is no such file; check its name."),
        ("folder", ..., "This is a folder; name the files in it."),
    ],
)
def test_bad_input_is_one_line_and_the_rest_is_done(run, file, tmp_path, name, content, message):
    bad = tmp_path / name
    if content is ...:
        bad.mkdir()
    elif content is not None:
        file(name, content)
    status, out, err = run(bad, file("clean.txt", CLEAN))
    assert (status, err) == (1, [f"{bad}: {message}"])
    assert out[0].endswith("made: Harbour strike ends in Kessen")
    assert (Item.objects.count(), Article.objects.count()) == (1, 1)


@pytest.mark.django_db
def test_fifty_megabytes_are_refused_unread(run, tmp_path):
    path = tmp_path / "huge.txt"
    with path.open("wb") as huge:
        huge.truncate(50_000_000)
    path.chmod(0o000)  # whoever is not root could not even open it
    assert run(path) == (
        1,
        [],
        [f"{path}: The copy has 50.0 MB and at most 2 MB are taken; send the text alone."],
    )


@pytest.mark.django_db
def test_a_device_without_an_end_is_refused_after_the_limit(run):
    assert run("/dev/zero") == (1, [], ["/dev/zero: The copy has over 2 MB; send the text alone."])


@pytest.mark.django_db
def test_copy_comes_through_standard_input(run, monkeypatch):
    monkeypatch.setattr(sys, "stdin", Pipe(CLEAN.encode("cp1252")))
    status, out, err = run("-", "--encoding", "cp1252")
    assert (status, err) == (0, [])
    assert out[0] == f"-: draft {Article.objects.get().pk} made: Harbour strike ends in Kessen"


@pytest.mark.django_db
def test_standard_input_is_read_no_further_than_one_byte_over_the_limit(run, monkeypatch):
    pipe = Pipe(b"B" * (MAX_BYTES + 1000))
    monkeypatch.setattr(sys, "stdin", pipe)
    assert run("-") == (1, [], ["-: The copy has over 2 MB; send the text alone."])
    assert pipe.buffer.tell() == MAX_BYTES + 1


@pytest.mark.django_db
def test_closed_standard_input_is_one_line(run, monkeypatch):
    monkeypatch.setattr(sys, "stdin", None)
    assert run("-") == (
        1,
        [],
        ["-: Standard input is closed; pipe the copy into the command or name a file."],
    )


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["--section", "nowhere"], "There is no section “nowhere”; there are: coast."),
        (
            ["--encoding", "klingon"],
            "There is no text encoding “klingon”; name one such as utf-8, cp1252 or koi8-u.",
        ),
        (
            ["--language", "xx"],
            "There is no language “xx” here; there are: ar, de, en, es, fa, fr, he, it, pl, ro, ru, tr, uk.",
        ),
    ],
)
def test_an_unknown_name_is_refused_before_anything_is_read(file, options, message):
    make_section("Coast")
    with pytest.raises(CommandError) as refused:
        call_command("import_wire", str(file("clean.txt", CLEAN)), *options)
    assert str(refused.value) == message
    assert Item.objects.count() == 0


@pytest.mark.django_db
def test_publish_puts_clean_copy_online(run, file):
    make_author()
    path = file("clean.txt", CLEAN)
    status, out, err = run(path, "--section", make_section("Coast").slug, "--publish")
    article = Article.objects.published().get()
    assert (status, err) == (0, [])
    assert out[0] == f"{path}: story {article.pk} published: Harbour strike ends in Kessen"


@pytest.mark.django_db
def test_publish_keeps_a_draft_that_a_finding_blocks_and_says_so(run, file):
    path = file("clean.txt", CLEAN)
    status, out, err = run(path, "--publish")
    assert status == 1
    assert (
        out[0]
        == f"{path}: draft {Article.objects.get().pk} made, not published: Harbour strike ends in Kessen"
    )
    assert err == [f"{path}: This can't be published yet: The story belongs to no section; choose one."]
    assert not Article.objects.published().exists()


@pytest.mark.django_db
def test_a_name_that_is_no_text_is_stored_readably(run, tmp_path):
    path = os.fsencode(tmp_path) + b"/caf\xe9.txt"
    with open(path, "wb") as opened:
        opened.write(CLEAN.encode())
    status, _out, _err = run(os.fsdecode(path))
    assert (status, Item.objects.get().name) == (0, "caf\ufffd.txt")


@pytest.mark.django_db(transaction=True)
def test_a_database_without_tables_is_one_sentence(file):
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE wire_item RENAME TO wire_item_away")
    try:
        with pytest.raises(CommandError) as refused:
            call_command("import_wire", str(file("clean.txt", CLEAN)))
    finally:
        with connection.cursor() as cursor:
            cursor.execute("ALTER TABLE wire_item_away RENAME TO wire_item")
    assert str(refused.value).startswith("The database does not answer as it should (")
    assert str(refused.value).endswith("); try again, then check DATABASE_URL and run migrate.")
    assert "\n" not in str(refused.value)
