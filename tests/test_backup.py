"""A copy of everything, and everything made of it again."""

import json
import os
import re
import shutil
import sys
import time

import pytest
from django.contrib.auth import get_user_model
from django.core.management import CommandError, call_command

from accounts.models import AuditEntry
from newsroom import backup
from tests.delivery.running import Editor, newsroom, story_path, wait_until
from tests.factories import make_user

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
