"""`make run`, step by step: what it prepares, what it leaves alone, what it says when it can't."""

import os
import re
import socket
import stat
import time

import pytest
from django.contrib.auth import get_user_model
from django.core.management import get_commands

from newsroom import start


def listening():
    taken = socket.socket()
    taken.bind(("127.0.0.1", 0))
    taken.listen()
    return taken


def test_a_port_in_use_is_refused_in_one_sentence():
    with listening() as taken:
        port = taken.getsockname()[1]

        with pytest.raises(start.CannotStart) as refused:
            start.free_port(str(port))

    assert str(refused.value) == (
        f"Port {port} is in use: stop what runs there, or choose another, `make run PORT={port + 1}`."
    )
    assert start.free_port(str(port)) == port


@pytest.mark.parametrize("text", ["", "0", "65536", "-1", "http", "8000 ", "٨٠٠٠"])
def test_a_port_that_is_no_port_is_refused_in_one_sentence(text):
    with pytest.raises(start.CannotStart) as refused:
        start.free_port(text)

    assert (
        str(refused.value)
        == f"PORT is {text!r}: give a number from 1 to 65535, such as `make run PORT=8001`."
    )


@pytest.fixture
def bare_environment(monkeypatch):
    for name in ("SECRET_KEY", "ALLOWED_HOSTS", "SITE_URL"):
        monkeypatch.delenv(name, raising=False)


def test_without_a_server_in_front_pages_are_told_where_the_stream_listens(monkeypatch, settings):
    monkeypatch.setenv("STREAM_URL", "")
    for site, said, wanted in [
        ("http://127.0.0.1:8000", "", "http://127.0.0.1:8200"),
        ("http://127.0.0.1:8000", "none", ""),
        ("https://news.example", "", ""),
    ]:
        os.environ["STREAM_URL"], settings.SITE_URL, settings.STREAM_URL = "", site, said
        start.offer_stream(8000)
        assert os.environ["STREAM_URL"] == wanted


def read(path):
    return dict(line.split("=", 1) for line in path.read_text().splitlines())


def test_the_environment_file_is_for_its_owner_only(tmp_path, bare_environment):
    start.write_env(tmp_path / "new" / "env", 8000)

    path = tmp_path / "new" / "env"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert [child.name for child in path.parent.iterdir()] == ["env"]
    values = read(path)
    assert re.fullmatch(r"[\w-]{60,}", values.pop("SECRET_KEY"))
    assert values == {"ALLOWED_HOSTS": "127.0.0.1,localhost,[::1]", "SITE_URL": "http://127.0.0.1:8000"}


def test_a_second_start_keeps_the_secret_key_and_follows_the_port(tmp_path, bare_environment):
    path = tmp_path / "env"
    start.write_env(path, 8000)
    before = read(path)

    start.write_env(path, 8001)

    assert read(path) == {**before, "SITE_URL": "http://127.0.0.1:8001"}
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_what_somebody_wrote_into_the_file_stays(tmp_path, bare_environment):
    path = tmp_path / "env"
    path.write_text("SECRET_KEY=mine\nSITE_URL=https://news.example\nDATABASE_URL=postgresql:///news\n")

    start.write_env(path, 8001)

    assert path.read_text() == (
        "SECRET_KEY=mine\nSITE_URL=https://news.example\nDATABASE_URL=postgresql:///news\n"
    )


def test_addresses_of_the_environment_are_taken_over_but_its_secret_key_is_not(tmp_path, monkeypatch):
    monkeypatch.setenv("SECRET_KEY", "of the environment")
    monkeypatch.setenv("ALLOWED_HOSTS", "desk.example")
    monkeypatch.setenv("SITE_URL", "https://desk.example")

    start.write_env(tmp_path / "env", 8000)

    values = read(tmp_path / "env")
    assert values.pop("SECRET_KEY") != "of the environment"
    assert values == {"ALLOWED_HOSTS": "desk.example", "SITE_URL": "https://desk.example"}


@pytest.mark.django_db
def test_a_new_database_gets_an_administrator_whose_password_works():
    password = start.furnish()

    admin = get_user_model().objects.get(is_superuser=True)
    assert (admin.username, admin.is_staff, admin.is_active) == ("admin", True, True)
    assert re.fullmatch(r"[\w-]{16}", password)
    assert admin.check_password(password)


@pytest.mark.django_db
def test_a_database_with_an_administrator_is_left_alone():
    people = get_user_model().objects
    people.create_superuser("chief", password="chosen by hand")
    before = list(people.order_by("pk").values())

    assert start.furnish() is None

    assert list(people.order_by("pk").values()) == before
    assert people.get(username="chief").check_password("chosen by hand")


def test_static_files_are_collected_once_and_again_when_one_changes(tmp_path, settings, capsys):
    source = tmp_path / "source"
    source.mkdir()
    (source / "site.css").write_text("p { color: black }")
    settings.STATIC_ROOT = tmp_path / "static"
    settings.STATICFILES_DIRS = [source]
    settings.STATICFILES_FINDERS = ["django.contrib.staticfiles.finders.FileSystemFinder"]
    stamp = tmp_path / "static.state"
    said = []

    for hour, text in enumerate(["p { color: black }", "p { color: black }", "p { color: navy }"]):
        if (source / "site.css").read_text() != text:
            (source / "site.css").write_text(text)
            os.utime(source / "site.css", (time.time() + 3600 * hour,) * 2)
        start.collect_static(stamp)
        said.append(capsys.readouterr().out)

    assert said == ["Collecting static files ...\n", "", "Collecting static files ...\n"]
    assert (tmp_path / "static" / "site.css").read_text() == "p { color: navy }"


def test_who_lost_the_password_is_told_the_command_of_the_guide(capsys):
    start.welcome(8000, None)

    assert "Password lost? .venv/bin/python manage.py newpassword admin\n" in capsys.readouterr().out
    assert "newpassword" in get_commands()
