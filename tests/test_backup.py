"""A copy of everything, and everything made of it again."""

import json
import os
import re
import shutil
import sys
import time

import psycopg
import pytest
from django.contrib.auth import get_user_model
from django.core.management import CommandError, call_command

from accounts.models import AuditEntry
from newsroom import backup
from tests.delivery.running import Editor, newsroom, stored_addresses, story_path, wait_until
from tests.factories import make_user
from tests.postgres import own_server

STORIES = int(os.environ.get("RESTORE_STORIES", 10_000))
PICTURES = STORIES
STORY = story_path(49)
# How many rows of every table there are, and a digest of them. The log of purges begins anew on purpose.
ROWS = """
import hashlib, json
import django; django.setup()
from django.apps import apps
never_equal = {"delivery.Log", "delivery.Heartbeat", "contenttypes.ContentType", "auth.Permission"}
found = {}
for model in apps.get_models(include_auto_created=True):
    if model._meta.label not in never_equal and model._meta.managed:
        digest, count = hashlib.sha256(), 0
        for row in model._base_manager.order_by("pk").values_list().iterator(2000):
            digest.update(repr(row).encode())
            count += 1
        found[model._meta.label] = [count, digest.hexdigest()]
print(json.dumps(found))
"""
# Pictures with originals and a size for readers, as rows and files; the first leads the story that is asked for.
DRAW = """
import hashlib, os, pathlib, sys
import django; django.setup()
from articles import revisions, workflow
from articles.models import Article
from images.models import Image, Rendition, original_name
from tests.factories import make_chief

def put(place, number, size):
    content = hashlib.shake_256(f"{place.parts[0]} {number}".encode()).digest(size)
    path = pathlib.Path(os.environ["DATA_DIR"]) / place
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)

images = []
for number in range(int(sys.argv[1])):
    image = Image(title=f"Picture {number}", alt="Boats", credit="Ana Petrenko", width=1400, height=700)
    image.sha256, image.ladder = hashlib.sha256(str(number).encode()).hexdigest(), {"jpeg": [640]}
    image.file.name = original_name(image, "boats.jpg")
    put(pathlib.Path("originals", image.file.name), number, 20_000)
    put(pathlib.Path("media", image.rendition_name(640, "jpeg")), number, 5_000)
    images.append(image)
images = Image.objects.bulk_create(images, batch_size=1000)
Rendition.objects.bulk_create([
    Rendition(image=image, width=640, height=320, format="jpeg", name=image.rendition_name(640, "jpeg"), bytes=5_000)
    for image in images
], batch_size=1000)
clara, story = make_chief(), Article.objects.get(pk=50)
content = {**story.latest_revision.content, "lead_image": revisions.reference(images[0])}
workflow.publish(workflow.save(story, content, by=clara, base=story.version), by=clara)
"""


def rows(node):
    return json.loads(node.run(sys.executable, "-c", ROWS))


def files(folder):
    return {str(path.relative_to(folder)): backup.digest_of(path) for path in backup.files_in(folder)}


@pytest.mark.slow
def test_everything_comes_back_and_no_page_of_before_is_served(tmp_path):
    """
    A site with thousands of stories is copied while it runs, goes on, loses everything, and is as it was at the copy.

    RESTORE_STORIES says how many.
    """
    with newsroom(tmp_path, stories=50) as [node]:
        node.manage("load_corpus", str(STORIES))
        node.run(sys.executable, "-c", DRAW, str(PICTURES))
        node.stop("worker")  # it thins out old versions and counts the uses of tags
        before = rows(node)
        kept = {name: files(node.folder / name) for name in backup.FOLDERS}
        assert before["articles.Article"][0] == STORIES + 50
        assert {name: len(found) for name, found in kept.items()} == dict.fromkeys(backup.FOLDERS, PICTURES)
        assert before["images.Image"][0] == before["images.Rendition"][0] == PICTURES
        picture = re.search(r"/media/renditions/[0-9a-f/]+-640\.jpg", node.get(STORY)[2].decode())[0]
        seen = node.get(picture)[::2]
        assert (seen[0], len(seen[1])) == (200, 5_000)
        began = time.monotonic()
        node.manage("backup", str(tmp_path / "copy"))
        copied = time.monotonic()

        editor = Editor(node)
        editor.publish(50, "Written after the copy")
        editor.close()
        assert b"Written after the copy" in node.get(STORY)[2]
        assert b"Written after the copy" in node.get("/")[2]
        shutil.rmtree(node.folder / "media")
        shutil.rmtree(node.folder / "originals")
        (node.folder / "originals").mkdir()
        (node.folder / "originals" / "later.jpg").write_bytes(b"later")
        node.manage("flush", "--no-input")  # no row is left
        assert rows(node)["articles.Article"][0] == 0
        stored = node.get(STORY)

        started = time.monotonic()
        node.manage("restore", str(tmp_path / "copy"), "--yes")
        restored = time.monotonic()
        assert (stored[0], b"Written after the copy" in stored[2]) in {(200, True), (404, False)}
        assert b"Story number 49" in node.get(STORY)[2]
        assert b"Written after the copy" not in node.get("/")[2]
        after = rows(node)
        assert {name for name in before if before[name] != after[name]} <= {"delivery.Purge"}
        assert {name: files(node.folder / name) for name in backup.FOLDERS} == kept
        node.start("worker")
        wait_until(lambda: node.get("/readyz")[0] == 200, "readiness")
        for path in (STORY, "/", "/politics/", "/feeds/all.rss"):
            status, _, body = node.get(path)
            assert (status, b"Written after the copy" in body) == (200, False)
        assert picture.encode() in node.get(STORY)[2]
        assert node.get(picture)[::2] == seen
    print(
        f"{STORIES} stories, {sum(count for count, _ in before.values())} rows, {2 * PICTURES} files of pictures:"
        f" copied in {copied - began:.1f} s, put back in {restored - started:.1f} s"
    )


BUSY = """
DO $$ BEGIN FOR number IN 1..20000 LOOP PERFORM pg_current_xact_id(); COMMIT; END LOOP; END $$
"""


@pytest.mark.slow
@pytest.mark.on_postgres
def test_a_copy_put_back_on_a_server_that_has_written_less_has_its_pages_stored(tmp_path, monkeypatch):
    """What was purged on the old server came later there than anything on the new one; here it is long gone."""
    with own_server() as old, own_server() as new:
        monkeypatch.setenv("DATABASE_URL", f"{old.url}/postgres")
        (tmp_path / "old").mkdir()
        with newsroom(tmp_path / "old", start=()) as [node]:
            with psycopg.connect(node.environment["DATABASE_URL"], autocommit=True) as database:
                database.execute(BUSY)
            editor = Editor(node)
            editor.publish(1, "Purged late on the old server")
            editor.close()
            node.manage("backup", str(tmp_path / "copy"))
        monkeypatch.setenv("DATABASE_URL", f"{new.url}/postgres")
        (tmp_path / "new").mkdir()
        with newsroom(tmp_path / "new", stories=0, start=()) as [node]:
            node.manage("restore", str(tmp_path / "copy"), "--yes")
            for name in ("web", "worker"):
                node.start(name)
            wait_until(lambda: "/" in stored_addresses(node) or not node.get("/"), "storing the front", 20)
            said = json.loads(node.run(sys.executable, "-c", NEWS))
            assert (said, b"Purged late on the old server" in node.get("/")[2]) == ([[], 0], True)


NEWS = """
import json
import django; django.setup()
from delivery import log
from delivery.models import Log
print(json.dumps([sorted(log.since(log.token())[0]), Log.objects.get().pruned]))
"""


def put(folder, **contents):
    """Write {name: content} into ``folder``, a name's double underscores being slashes."""
    for name, content in contents.items():
        path = folder / name.replace("__", "/")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content)


def texts(folder):
    return {str(path.relative_to(folder)): path.read_text() for path in backup.files_in(folder)}


@pytest.fixture
def node(tmp_path):
    """A site with one story, a picture and its original, and a copy of it all; since then it has another picture."""
    with newsroom(tmp_path, stories=1, start=()) as [node]:
        put(node.folder, media__renditions__aa__one="small", originals__aa__one="large")
        node.manage("backup", str(tmp_path / "copy"))
        put(node.folder, media__renditions__aa__two="later", media__renditions__aa__one="changed")
        yield node


def headline(node):
    return json.loads(node.manage("dumpdata", "articles.article"))[0]["fields"]["headline"]


@pytest.mark.slow
def test_the_folders_stay_while_what_is_in_them_is_replaced(node, tmp_path):
    """A disk of its own can't be renamed, a link to one must stay a link, and who may read a folder is said once."""
    disk = tmp_path / "disk"
    (node.folder / "originals").rename(disk)
    (node.folder / "originals").symlink_to(disk)
    media = node.folder / "media"
    media.chmod(0o2751)
    put(media, **{"lost+found__file": "of the disk"})
    inode = media.stat().st_ino
    node.manage("restore", str(tmp_path / "copy"), "--yes")
    assert (media.stat().st_ino, media.stat().st_mode & 0o7777) == (inode, 0o2751)
    assert texts(media) == {"renditions/aa/one": "small", "lost+found/file": "of the disk"}
    assert (node.folder / "originals").readlink() == disk
    assert texts(disk) == {"aa/one": "large"}
    assert [*media.glob(".*"), *disk.glob(".*")] == []


@pytest.mark.slow
def test_a_restore_that_was_killed_is_done_again_and_its_leavings_are_in_no_copy(node, tmp_path):
    """Killed while pictures moved: some of before lie aside, some of the copy are not in their place yet."""
    aside = node.folder / "media" / ".restore"
    put(aside, old__renditions__aa__one="changed", new__renditions__aa__one="small")
    shutil.rmtree(node.folder / "media" / "renditions")
    node.manage("backup", str(tmp_path / "between"))
    assert [path.name for path in (tmp_path / "between").iterdir() if path.is_dir()] == ["originals"]
    node.manage("restore", str(tmp_path / "copy"), "--yes")
    assert texts(node.folder / "media") == {"renditions/aa/one": "small"}
    assert texts(node.folder / "originals") == {"aa/one": "large"}


@pytest.mark.slow
def test_pictures_that_were_put_back_are_for_every_user_and_originals_for_the_site_alone(node, tmp_path):
    """The server that hands pictures out is another user, to whom the umask of our units grants nothing."""
    manage = ["sh", "-c", 'umask 0027; exec "$@"', "sh", sys.executable, "manage.py"]
    node.run(*manage, "backup", str(tmp_path / "strict"))
    assert modes(tmp_path / "strict" / "media") == {".": 0o750, "renditions": 0o750, "renditions/aa": 0o750}
    for lost in ((), backup.FOLDERS):
        for name in lost:
            shutil.rmtree(node.folder / name)
        node.run(*manage, "restore", str(tmp_path / "strict"), "--yes")
        assert modes(node.folder / "media") == {".": 0o755, "renditions": 0o755, "renditions/aa": 0o755}
        assert modes(node.folder / "originals")["aa"] == 0o750


def modes(top):
    """Return the modes of all folders from ``top`` down, by their names from there."""
    return {
        os.path.relpath(folder, top): os.stat(folder).st_mode & 0o777
        for folder, _names, _files in os.walk(top)
    }


@pytest.mark.slow
def test_where_a_folder_can_not_be_replaced_the_database_stays_as_it_was(node, tmp_path):
    shutil.rmtree(node.folder / "originals")
    (node.folder / "originals").write_text("a file where a folder should be")
    editor = Editor(node)
    editor.publish(1, "Written after the copy")
    editor.close()
    with pytest.raises(AssertionError, match="originals can't be replaced, so nothing was changed"):
        node.manage("restore", str(tmp_path / "copy"), "--yes")
    assert headline(node) == "Written after the copy"
    assert texts(node.folder / "media") == {"renditions/aa/one": "changed", "renditions/aa/two": "later"}
    assert not (node.folder / "redactions" / "unfinished").exists()
    (node.folder / "originals").unlink()
    node.manage("restore", str(tmp_path / "copy"), "--yes")
    assert headline(node) == "Story number 0"
    assert texts(node.folder / "originals") == {"aa/one": "large"}


def test_a_copy_that_was_changed_is_refused(tmp_path):
    (tmp_path / "database.sqlite3").write_bytes(b"rows")
    digest = backup.digest_of(tmp_path / "database.sqlite3")
    (tmp_path / backup.SUMS).write_text(f"{digest}  database.sqlite3\n")
    backup.refuse_broken(tmp_path)
    (tmp_path / "more").write_bytes(b"")
    with pytest.raises(backup.Impossible, match="more is not as it was written"):
        backup.refuse_broken(tmp_path)
    (tmp_path / "more").unlink()
    (tmp_path / "database.sqlite3").write_bytes(b"other")
    with pytest.raises(backup.Impossible, match="database.sqlite3 is not as it was written"):
        backup.refuse_broken(tmp_path)


def test_nothing_is_overwritten_unasked(tmp_path):
    (tmp_path / "file").write_text("mine")
    with pytest.raises(CommandError, match="is there already: name a new folder"):
        call_command("backup", str(tmp_path))
    with pytest.raises(CommandError, match="say --yes"):
        call_command("restore", str(tmp_path))
    with pytest.raises(CommandError, match="is no copy"):
        call_command("restore", str(tmp_path), "--yes")
    assert (tmp_path / "file").read_text() == "mine"


@pytest.mark.django_db
def test_a_new_password_is_printed_and_works(capsys):
    make_user("ana", "reporter")
    call_command("newpassword", "ana")
    password = capsys.readouterr().out.strip()
    assert len(password) == 16
    assert get_user_model().objects.get(username="ana").check_password(password)
    assert AuditEntry.objects.filter(verb="password").count() == 1
    with pytest.raises(CommandError, match="There is no account “bob”"):
        call_command("newpassword", "bob")
