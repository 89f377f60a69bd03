"""An upgrade that works, and ones that fail in the middle: with a migration that breaks, and with pages that break."""

import os
import shutil
import sqlite3
import subprocess
import sys

import psycopg
import pytest

from tests.delivery.running import ROOT, STORIES, own_database

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


def test_while_a_worker_runs_nothing_is_touched(house):
    assert (
        house.python(
            "-c", "import django; django.setup()\nfrom delivery.worker import beat; beat()"
        ).returncode
        == 0
    )
    house.add_migration()
    before = house.state()
    assert house.upgrade() == (
        1,
        "The worker is running: stop web and worker first, so that nothing is written meanwhile.\n",
    )
    assert (house.state(), copies(house)) == (before, [])
