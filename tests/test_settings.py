"""Settings, read by a fresh process each time: production says by name what it lacks and is safe when it has all."""

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.postgres import CARELESS, own_server

ROOT = Path(__file__).resolve().parent.parent
PRODUCTION = {
    "SECRET_KEY": "k7Vq-2mZ_9xwP4sLd8rTnB6yHf3jCg1uE0aRiXoMQzWNvKtY5b",
    "ALLOWED_HOSTS": "news.example",
    "SITE_URL": "https://news.example",
}


def manage(*arguments, data_dir, **environment):
    """Run manage.py in an environment that holds nothing else; return the finished process."""
    return subprocess.run(
        [sys.executable, "manage.py", *arguments],
        cwd=ROOT,
        env={"PATH": os.environ["PATH"], "DATA_DIR": str(data_dir), **environment},
        capture_output=True,
        text=True,
        timeout=60,
    )


def test_check_deploy_finds_nothing_in_production(tmp_path):
    done = manage("check", "--deploy", "--fail-level", "INFO", data_dir=tmp_path, **PRODUCTION)

    assert (done.stdout, done.stderr, done.returncode) == (
        "System check identified no issues (0 silenced).\n",
        "",
        0,
    )


@pytest.mark.parametrize(
    "name, sentence",
    [
        ("SECRET_KEY", "SECRET_KEY is not set: give it a long random text"),
        ("ALLOWED_HOSTS", "ALLOWED_HOSTS is not set: name the hosts of this site, parted by commas"),
        (
            "SITE_URL",
            "SITE_URL is not set: give the public address of this site, such as https://news.example",
        ),
    ],
)
@pytest.mark.parametrize("given", [{}, {"DEBUG": "1"}])
def test_without_one_of_its_names_nothing_starts_and_the_error_names_it(tmp_path, name, sentence, given):
    environment = {**PRODUCTION, **given}
    del environment[name]

    done = manage("check", data_dir=tmp_path, **environment)

    assert done.returncode == 1
    assert done.stderr == f"{sentence} (or let `make run` write DATA_DIR/env).\n"


@pytest.mark.parametrize(
    "name, value, sentence",
    [
        (
            "STREAM_URL",
            "stream.news.example",
            "write an address such as https://stream.news.example, or none.",
        ),
        ("SITE_URL", "news.example", "it must be a whole address such as https://news.example."),
        ("TIME_ZONE", "Europe/Atlantis", "TIME_ZONE is 'Europe/Atlantis': write a name such as Europe/Kyiv."),
        (
            "LANGUAGE_CODE",
            "xx",
            "LANGUAGE_CODE is 'xx': write one of ar, de, en, es, fa, fr, he, it, pl, ro, ru, tr, uk.",
        ),
        ("DATABASE_URL", "mysql://news@127.0.0.1/news", "this site runs on SQLite or PostgreSQL."),
        ("VARNISH_URLS", "10.0.0.5:6081", "write whole addresses such as https://x.example/y."),
        ("CDN_SECONDS", "week", "CDN_SECONDS is 'week': write a whole number from 5 to 86400."),
        ("STREAM_READERS", "many", "STREAM_READERS is 'many': write a whole number from 1 to 1000000."),
        ("CLOUDFLARE_ZONE", "abc", "CLOUDFLARE_ZONE is set and CLOUDFLARE_TOKEN is not: set both, or none."),
        ("WEBHOOKS", "https://a.example/", "WEBHOOKS is set and WEBHOOK_SECRET is not: set both, or none."),
        ("WEBHOOK_SECRET", "whsec_%", "what stands behind whsec_ has to be base64."),
        ("INDEXNOW_KEY", "short", "INDEXNOW_KEY has to be 8 to 128 letters a to z, digits and dashes."),
        ("DATA_DIR", "/dev/null/news", "which can't be made: Not a directory."),
    ],
)
def test_a_value_that_cannot_be_right_is_refused_in_one_sentence(tmp_path, name, value, sentence):
    done = manage("check", data_dir=tmp_path, **{**PRODUCTION, name: value})

    assert done.returncode == 1
    assert len(done.stderr.splitlines()) == 1
    assert done.stderr.startswith(name)
    assert done.stderr.endswith(f"{sentence}\n")


def test_a_bare_command_reads_what_make_run_wrote(tmp_path):
    lines = [f"{name}={value}" for name, value in PRODUCTION.items()]
    (tmp_path / "env").write_text("\n".join(["# written by make run", *lines, "STREAM_READERS=500"]))

    done = manage("diffsettings", "--output", "unified", data_dir=tmp_path)

    assert "+ SITE_URL = 'https://news.example'" in done.stdout
    assert "+ ALLOWED_HOSTS = ['news.example']" in done.stdout
    assert "+ STREAM_READERS = 500" in done.stdout


def test_the_environment_wins_over_the_file(tmp_path):
    (tmp_path / "env").write_text("SITE_URL=http://127.0.0.1:8000\n")

    done = manage("diffsettings", "--output", "unified", data_dir=tmp_path, **PRODUCTION)

    assert "+ SITE_URL = 'https://news.example'" in done.stdout


@pytest.mark.parametrize("address, safe", [("https://news.example", True), ("http://127.0.0.1:8000", False)])
def test_everything_about_https_follows_from_the_address_of_the_site(tmp_path, address, safe):
    names = ["SESSION_COOKIE_SECURE", "CSRF_COOKIE_SECURE", "SECURE_SSL_REDIRECT", "SECURE_HSTS_SECONDS"]
    code = f"from django.conf import settings; print([getattr(settings, name) for name in {names}])"

    done = manage("shell", "-v", "0", "-c", code, data_dir=tmp_path, **{**PRODUCTION, "SITE_URL": address})

    assert done.stdout == f"{[safe, safe, safe, 31_536_000 if safe else 0]}\n"


def test_a_command_that_finds_no_database_says_so_in_one_sentence(tmp_path):
    away = {**PRODUCTION, "DATABASE_URL": "postgresql://news@127.0.0.1:1/news"}
    done = manage("migrate", data_dir=tmp_path, **away)

    assert done.returncode == 1
    assert done.stderr.splitlines()[-1].startswith("The database does not answer as it should (")
    assert done.stderr.endswith("); check DATABASE_URL and run migrate.\n")
    assert "Traceback" not in done.stderr


ASKED = """
import socket
from django.db import connection

connection.ensure_connection()
ours = socket.socket(fileno=connection.connection.pgconn.socket)
names = ["TCP_KEEPIDLE", "TCP_KEEPINTVL", "TCP_KEEPCNT", "TCP_USER_TIMEOUT"]
kept = [ours.getsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE)]
kept += [ours.getsockopt(socket.IPPROTO_TCP, getattr(socket, name)) for name in names]
ours.detach()
with connection.cursor() as cursor:
    for name in ("idle", "interval", "count"):
        cursor.execute(f"SHOW tcp_keepalives_{name}")
        kept += cursor.fetchone()
print(*kept)
"""


@pytest.mark.on_postgres
def test_neither_side_waits_for_hours_for_a_machine_that_was_lost(tmp_path):
    """A lost host refuses nothing: only what the system asks it on its own tells that nobody is there."""
    with own_server([*CARELESS, "listen_addresses=127.83.61.7"]) as server:
        given = {**PRODUCTION, "DATABASE_URL": "postgresql://newsroom@127.83.61.7/postgres"}
        there = manage("shell", "-v", "0", "-c", ASKED, data_dir=tmp_path, **given)
        assert (there.stdout, there.stderr) == ("1 5 2 3 10000 5 2 3\n", "")
        given["DATABASE_URL"] = f"{server.url}/postgres"
        socket = manage("shell", "-v", "0", "-c", "from delivery import log; log._one('SELECT 1')", data_dir=tmp_path, **given)  # fmt: skip
        assert (socket.returncode, socket.stderr) == (0, "")


OUTAGE = """
import sys, time
import django
django.setup()
from django.db import Error, connection

def ask():
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
        return "answered"
    except Error:
        return "refused"
    finally:
        connection.close()

print(ask(), flush=True)
for line in sys.stdin:  # a word for each question
    print(ask(), flush=True)
"""


@pytest.mark.slow
def test_after_an_outage_of_half_a_minute_the_first_who_asks_is_answered(tmp_path):
    with own_server(CARELESS) as server:
        environment = {
            "DATABASE_URL": f"{server.url}/postgres",
            "DJANGO_SETTINGS_MODULE": "newsroom.settings",
        }
        with subprocess.Popen(
            [sys.executable, "-c", OUTAGE],
            cwd=ROOT,
            env={"PATH": os.environ["PATH"], "DATA_DIR": str(tmp_path), **PRODUCTION, **environment},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        ) as process:

            def ask():
                process.stdin.write("now\n")
                process.stdin.flush()
                return process.stdout.readline()

            assert process.stdout.readline() == "answered\n"
            server.kill()
            deadline = time.monotonic() + 30
            while time.monotonic() < deadline:
                assert ask() == "refused\n"
            server.start()
            assert ask() == "answered\n"
            process.stdin.close()
