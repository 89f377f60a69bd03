"""A copy of everything, and everything made of it again."""

import json
import sys

import pytest
from django.contrib.auth import get_user_model
from django.core.management import CommandError, call_command

from accounts.models import AuditEntry
from newsroom import backup
from tests.delivery.running import newsroom
from tests.factories import make_user

NEVER_EQUAL = {"delivery.log", "delivery.heartbeat", "contenttypes.contenttype", "auth.permission"}
STORY = "/politics/story-number-49-50/"


def rows(node):
    """Every row of every table, in a fixed order."""
    found = json.loads(node.manage("dumpdata", "--all"))
    return sorted(json.dumps(row, sort_keys=True) for row in found if row["model"] not in NEVER_EQUAL)


def files(folder):
    return {str(path.relative_to(folder)): path.read_bytes() for path in backup.files_in(folder)}


@pytest.mark.slow
def test_everything_comes_back_and_no_page_of_before_is_served(tmp_path):
    with newsroom(tmp_path, stories=50) as [node]:
        for name in ("media/renditions/ab", "originals/ab"):
            (node.folder / name).mkdir(parents=True)
            (node.folder / name / "picture.jpg").write_bytes(name.encode())
        for name in ("worker", "web"):
            node.stop(name)
        before = rows(node)
        kept = {name: files(node.folder / name) for name in backup.FOLDERS}
        assert len(before) > 500
        node.start("web")
        node.start("worker")
        node.manage("backup", str(tmp_path / "copy"))

        node.run(
            sys.executable,
            "-c",
            "import django; django.setup()\n"
            "from articles import workflow\nfrom articles.models import Article\nfrom tests.factories import make_chief\n"
            "article = Article.objects.get(pk=50); clara = make_chief()\n"
            "content = {**article.latest_revision.content, 'headline': 'Written after the copy'}\n"
            "workflow.publish(workflow.save(article, content, by=clara, base=article.version), by=clara)\n",
        )
        assert b"Written after the copy" in node.get(STORY)[2]
        assert b"Written after the copy" in node.get("/")[2]
        (node.folder / "media" / "renditions" / "ab" / "picture.jpg").unlink()
        (node.folder / "originals" / "later.jpg").write_bytes(b"later")

        node.stop("worker")
        node.manage("restore", str(tmp_path / "copy"), "--yes")
        assert b"Story number 49" in node.get(STORY)[2]
        assert b"Written after the copy" not in node.get("/")[2]
        assert rows(node) == before
        assert {name: files(node.folder / name) for name in backup.FOLDERS} == kept


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
