"""Settings, read by a fresh process each time: production says by name what it lacks and is safe when it has all."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

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
    (tmp_path / "env").write_text("\n".join(["# written by make run", *lines]))

    done = manage("diffsettings", "--output", "unified", data_dir=tmp_path)

    assert "+ SITE_URL = 'https://news.example'" in done.stdout
    assert "+ ALLOWED_HOSTS = ['news.example']" in done.stdout


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
