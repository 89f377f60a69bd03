"""A copy made before words were taken out: put back, they are taken out again before anybody is served."""

import json
import os
import subprocess
import sys

import pytest

from newsroom import backup
from tests import planting
from tests.delivery.running import ROOT, Editor, newsroom, wait_until

STORY, NAME = "/politics/story-number-0-1/", "Zyqom Tarlan"
RECEIPTS = """
import django, json
django.setup()
from articles.models import Receipt
rows = Receipt.objects.filter(kind="redacted", closed_at__isnull=False).prefetch_related("lines")
print(json.dumps([[line.address, line.status, line.seen] for row in rows for line in row.lines.all()]))
"""


def redact(node, *more):
    """Have the words taken out as an operator would; return what was printed."""
    command = [sys.executable, "manage.py", "redact", "--by", "clara", "--reason", "Court order", *more]
    words = "Zyqom Tarlan\nTarlan*\n"
    done = subprocess.run(
        command, cwd=ROOT, env=node.environment, input=words, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def traces(node):
    """Return where a word stands: in files of the node and in rows."""
    parts = {
        str(path.relative_to(node.folder)): path
        for path in backup.files_in(node.folder)
        if path.suffix != ".log" and "static" not in path.parts
    }
    if node.environment["DATABASE_URL"].startswith("sqlite"):
        parts |= {path.name: path for path in node.folder.parent.glob("site.sqlite3*")}
    found = {
        name
        for name, path in parts.items()
        if b"arlan" in path.read_bytes() or planting.seen_in(path.read_bytes())
    }
    rows = json.loads(node.manage("dumpdata", "--all"))
    return found | {row["model"] for row in rows if "tarlan" in json.dumps(row, ensure_ascii=False).lower()}


def tasks(node):
    return json.loads(node.run(sys.executable, "-c", RECEIPTS))


@pytest.mark.slow
def test_words_stay_away_when_an_older_copy_is_put_back(tmp_path):
    with newsroom(tmp_path, stories=3) as [node]:
        Editor(node).publish(1, f"{NAME} opens the bridge")
        wait_until(lambda: NAME.encode() in node.get(STORY)[2], "the headline")
        assert NAME.encode() in node.get("/")[2]
        node.manage("backup", str(tmp_path / "copy"))
        assert "articles.Article: 1" in redact(node)
        assert NAME.encode() in node.get("/")[2]  # nothing was changed yet

        assert "The words are gone: X-1." in redact(node, "--with", "a man", "--yes")
        assert b"A man opens the bridge" in node.get("/")[2]
        assert traces(node) == set()
        asked = wait_until(lambda: tasks(node), "the receipt")
        assert len(asked) >= 15
        assert {(status in (200, 301, 404), seen) for _address, status, seen in asked} == {(True, "")}

        for name in ("web", "worker"):
            node.stop(name)
        (record,) = (node.folder / "redactions").iterdir()
        assert record.stat().st_mode & 0o777 == 0o600
        node.manage("restore", str(tmp_path / "copy"), "--yes")
        assert traces(node) == set()
        node.start("web")
        assert b"A man opens the bridge" in node.get(STORY)[2]
        assert b"Story number 1" in node.get("/")[2]

        node.stop("web")
        (node.folder / "redactions" / "unfinished").touch()
        started = subprocess.run(
            [sys.executable, "-c", "import newsroom.wsgi"],
            cwd=ROOT,
            env=node.environment,
            capture_output=True,
            text=True,
        )
        assert "A restore did not come to its end" in started.stderr
        node.manage("restore", str(tmp_path / "copy"), "--yes")
        assert os.listdir(node.folder / "redactions") == [record.name]
        assert traces(node) == set()
