"""An upgrade that works, and ones that fail in the middle: with a migration that breaks, and with pages that break."""

import json
import os
import shutil
import sqlite3
import subprocess
import sys

import psycopg
import pytest

from tests.delivery.running import ROOT, STORIES, own_database, wait_until

pytestmark = pytest.mark.slow
ADDED = """
from django.db import migrations

def after(apps, editor):
    {after}

class Migration(migrations.Migration):
    dependencies = [("tickers", "{last}")]
    operations = [
        migrations.RunSQL("CREATE TABLE added (id integer)", "DROP TABLE added"),
        migrations.RunPython(after, migrations.RunPython.noop),
    ]
"""
BROKEN = """
from django.db import migrations

def fail(apps, editor):
    raise ValueError("This migration breaks.")

class Migration(migrations.Migration):
    dependencies = [("tickers", "9998_added")]
    operations = [migrations.RunPython(fail)]
"""


class House:
    """An installation of its own: a copy of the code, a database with three stories."""

    def __init__(self, folder, database):
        self.folder, self.database = folder, database
        ignored = shutil.ignore_patterns(".git", ".venv", "var", "__pycache__", "docs", ".pytest_cache")
        shutil.copytree(ROOT, folder / "code", ignore=ignored)
        kept = {name: value for name, value in os.environ.items() if name not in {"DEBUG", "DATABASE_URL"}}
        self.environment = {
            **kept, "DATABASE_URL": database, "DATA_DIR": str(folder / "data"), "SECRET_KEY": "only-for-tests",
            "SITE_URL": "http://127.0.0.1:1", "ALLOWED_HOSTS": "127.0.0.1", "DJANGO_SETTINGS_MODULE": "newsroom.settings",
        }  # fmt: skip
        for command in (["manage.py", "migrate", "-v0"], ["-c", STORIES.format(count=3)]):
            assert self.python(*command).returncode == 0

    def python(self, *command):
        return subprocess.run(
            [sys.executable, *command],
            cwd=self.folder / "code",
            env=self.environment,
            capture_output=True,
            text=True,
        )

    def write(self, path, text):
        (self.folder / "code" / path).write_text(text)

    def add_migration(self, after="pass"):
        last = max(path.stem for path in (ROOT / "tickers" / "migrations").glob("0*.py"))
        self.write("tickers/migrations/9998_added.py", ADDED.format(last=last, after=after))

    def ask(self, sql):
        """Return the rows of a query, past Django."""
        if self.database.startswith("sqlite"):
            connection = sqlite3.connect(self.database.removeprefix("sqlite:///"))
        else:
            connection = psycopg.connect(self.database)
        rows = connection.execute(sql).fetchall()
        connection.close()
        return [tuple(row) for row in rows]

    def state(self):
        """Return what must be as before: migrations applied, stories, whether the new table is there."""
        try:
            added = self.ask("SELECT count(*) FROM added")
        except (sqlite3.OperationalError, psycopg.errors.UndefinedTable):
            added = None
        stories = self.ask("SELECT id, headline, version FROM articles_article ORDER BY id")
        return self.ask("SELECT count(*) FROM django_migrations"), stories, added

    def upgrade(self):
        done = self.python("-m", "newsroom.upgrade")
        return done.returncode, done.stdout + done.stderr


@pytest.fixture
def house(tmp_path):
    (tmp_path / "data").mkdir()
    with own_database(tmp_path) as database:
        yield House(tmp_path, database)


def copies(house):
    return sorted(path.name for path in (house.folder / "data" / "backups").glob("*"))


def test_new_tables_come_and_everything_stays(house):
    (before,), stories, added = house.state()
    assert added is None and len(stories) == 3
    house.add_migration()
    status, said = house.upgrade()
    assert (status, "All is well." in said) == (0, True), said
    assert house.state() == ([(before[0] + 1,)], stories, [(0,)])
    assert [name.startswith("before-upgrade-") for name in copies(house)] == [True]


def test_where_a_migration_fails_what_ran_before_it_is_taken_back_too(house):
    before = house.state()
    house.add_migration('apps.get_model("articles", "Article").objects.update(headline="Lost")')
    house.write("tickers/migrations/9999_broken.py", BROKEN)
    status, said = house.upgrade()
    assert status == 1
    assert "This migration breaks." in said and "migrate failed, and the database is as it was" in said
    assert house.state() == before
    (house.folder / "code" / "tickers" / "migrations" / "9999_broken.py").unlink()  # mended
    house.add_migration()
    assert house.upgrade()[0] == 0
    assert house.state()[2] == [(0,)]


def test_where_a_page_breaks_the_database_is_put_back(house):
    before = house.state()
    house.add_migration()
    base = house.folder / "code" / "templates" / "base.html"
    base.write_text("{% no_such_tag %}" + base.read_text())
    status, said = house.upgrade()
    assert status == 1
    assert "/ breaks: Invalid block tag" in said and "smoke failed, and the database is as it was" in said
    assert house.state() == before


def test_where_the_server_can_not_start_the_database_is_put_back(house):
    before = house.state()
    house.add_migration()
    house.write("newsroom/wsgi.py", "raise SystemExit('No.')")
    status, said = house.upgrade()
    assert (status, "The web server does not start" in said) == (1, True), said
    assert house.state() == before


def test_where_a_page_breaks_the_old_code_finds_the_static_files_that_it_names(house):
    """The new code lacks a picture that its pages name, and has another style sheet."""
    assert house.python("manage.py", "collectstatic", "--no-input", "-v0").returncode == 0
    collected, code = house.folder / "data" / "static", house.folder / "code"
    names = (collected / "staticfiles.json").read_bytes()
    icon, style = (code / "static" / name for name in ("icon-32.png", "css/site.css"))
    present = {path: path.read_bytes() for path in (icon, style)}
    hashed = json.loads(names)["paths"]["css/site.css"]
    icon.unlink()
    style.write_text("body { color: green }")
    status, said = house.upgrade()
    assert (status, "icon-32.png" in said, "smoke failed" in said) == (1, True, True), said
    assert (collected / "staticfiles.json").read_bytes() == names
    for path, content in present.items():  # back to the code of before
        path.write_bytes(content)
    done = house.python("manage.py", "smoke")
    assert (done.returncode, done.stderr) == (0, "")
    assert (collected / hashed).exists()


LOOKING = "A worker was alive a moment ago; looking whether it still is ...\n"


def test_while_a_worker_runs_nothing_is_touched_and_once_it_was_stopped_no_minute_is_lost(house):
    worker = subprocess.Popen(
        [sys.executable, "manage.py", "worker"], cwd=house.folder / "code", env=house.environment
    )
    try:
        wait_until(lambda: house.ask("SELECT name FROM delivery_heartbeat"), "the worker")
        house.add_migration()
        before = house.state()
        assert house.upgrade() == (
            1,
            f"{LOOKING}The worker is running: stop web, worker and stream first, so that nothing is written meanwhile.\n",
        )
        assert (house.state(), copies(house)) == (before, [])
        worker.terminate()
        assert worker.wait(20) == 0
    finally:
        worker.kill()
    status, said = house.upgrade()
    assert (status, said.startswith(LOOKING), "All is well." in said) == (0, True, True), said


def test_of_the_copies_made_before_upgrades_three_are_kept(house):
    folder = house.folder / "data" / "backups"
    old = [f"before-upgrade-2024-01-0{number}T00-00-00" for number in range(1, 6)]
    for name in [*old, f"{old[0]}.unfinished", "before-upgrade-of-mine"]:
        (folder / name).mkdir(parents=True)
    assert house.upgrade()[0] == 0
    [new] = set(copies(house)) - {*old, "before-upgrade-of-mine"}
    assert copies(house) == [*old[-2:], new, "before-upgrade-of-mine"]
