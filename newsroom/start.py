"""
What `make run` does once packages are there: prepare the newsroom, then hand over to the processes of the Procfile.

Every step looks first whether it was done before, so a second start takes seconds and keeps all data. Demo stories
and the administrator come only into a database that has no administrator yet.
"""

import hashlib
import os
import re
import secrets
import socket
import sys
from pathlib import Path

from django.core.exceptions import ImproperlyConfigured

BASE_DIR = Path(__file__).resolve().parent.parent
ADMIN = "admin"


class CannotStart(Exception):
    """The message is one sentence: the cause and the cure."""


def free_port(text):
    """Return the port that ``text`` names; raise CannotStart unless a server can listen there on 127.0.0.1."""
    if not (text.isascii() and text.isdigit() and 0 < int(text) < 65536):
        raise CannotStart(f"PORT is {text!r}: give a number from 1 to 65535, such as `make run PORT=8001`.")
    port = int(text)
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # as servers do: a port just left is free
        try:
            probe.bind(("127.0.0.1", port))
        except PermissionError:
            raise CannotStart(
                f"Port {port} is for root only: choose a higher one, `make run PORT=8001`."
            ) from None
        except OSError:
            raise CannotStart(
                f"Port {port} is in use: stop what runs there, or choose another, `make run PORT={port + 1}`."
            ) from None
    return port


def write_env(path, port):
    """
    Write what settings need to ``path`` (mode 600), once; later only the port of our own address follows ``port``.

    Values of the environment are taken over, but for the secret key, which is the file's own.
    """
    here = f"http://127.0.0.1:{port}"
    if path.exists():
        text = path.read_text(encoding="utf-8")
        moved = re.sub(r"(?m)^SITE_URL=http://127\.0\.0\.1:\d+$", f"SITE_URL={here}", text)
        if moved == text:
            return
        text = moved
    else:
        values = {
            "SECRET_KEY": secrets.token_urlsafe(50),
            "ALLOWED_HOSTS": os.environ.get("ALLOWED_HOSTS") or "127.0.0.1,localhost,[::1]",
            "SITE_URL": os.environ.get("SITE_URL") or here,
        }
        text = "".join(f"{name}={value}\n" for name, value in values.items())
    path.parent.mkdir(parents=True, exist_ok=True)
    unfinished = path.with_name(f".env-{os.getpid()}")
    with os.fdopen(
        os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8"
    ) as file:
        file.write(text)
    unfinished.replace(path)


def prepare_database():
    """Bring the tables up to date; raise CannotStart where the database does not answer."""
    from django.core.management import call_command
    from django.db import OperationalError, connection

    try:
        connection.ensure_connection()
    except OperationalError as error:
        reason = " ".join(str(error).split())
        raise CannotStart(
            f"The database does not answer ({reason}): start it, or check DATABASE_URL."
        ) from None
    call_command("migrate", interactive=False, verbosity=0)


def furnish():
    """
    Give a new database the demo newsroom and an administrator, both or neither.

    Return the administrator's password, which is stored nowhere, or None where there is one already.
    """
    from django.contrib.auth import get_user_model
    from django.core.management import call_command
    from django.db import transaction

    people = get_user_model().objects
    if people.filter(is_superuser=True).exists():
        return None
    print("Loading the demo newsroom ...", flush=True)
    password = secrets.token_urlsafe(12)
    with transaction.atomic():
        call_command("load_demo", verbosity=0)
        people.create_superuser(ADMIN, password=password)
    return password


def static_state():
    """Return a digest that changes whenever a static file or the set of packages does."""
    from django.contrib.staticfiles.finders import get_finders

    digest = hashlib.sha256((BASE_DIR / "requirements.txt").read_bytes())
    for finder in get_finders():
        for name, storage in finder.list(None):
            facts = os.stat(storage.path(name))
            digest.update(f"{name} {facts.st_size} {facts.st_mtime_ns}\n".encode())
    return digest.hexdigest()


def collect_static(stamp):
    """Collect the static files unless ``stamp``, a file, says that these very ones were collected."""
    from django.conf import settings
    from django.core.management import call_command

    state = f"{settings.STATIC_ROOT} {static_state()}"
    if stamp.exists() and stamp.read_text(encoding="utf-8") == state:
        return
    print("Collecting static files ...", flush=True)
    call_command("collectstatic", interactive=False, verbosity=0)
    stamp.write_text(state, encoding="utf-8")


def offer_stream(port):
    """
    Tell readers' pages where the stream process of the Procfile listens, as nothing here hands it on.

    It is the third one, and honcho gives each its port a hundred after the one before. Whoever says another STREAM_URL,
    or has a server in front (SITE_URL is not ours), is left alone.
    """
    from django.conf import settings

    if settings.SITE_URL == f"http://127.0.0.1:{port}" and not settings.STREAM_URL:
        os.environ["STREAM_URL"] = f"http://127.0.0.1:{port + 200}"


def welcome(port, password):
    lines = [f"Readers:  http://127.0.0.1:{port}/", f"Desk:     http://127.0.0.1:{port}/admin/"]
    if password:
        lines += ["", f"Sign in as {ADMIN} with the password {password}", "It is shown only this once."]
    lines += [
        "",
        f"Password lost? .venv/bin/python manage.py newpassword {ADMIN}",
        "Ctrl+C stops everything.",
    ]
    print("", *(f"  {line}".rstrip() for line in lines), "", sep="\n", flush=True)


def main():
    import django

    os.chdir(BASE_DIR)
    port = free_port(os.environ.get("PORT") or "8000")
    data_dir = Path(
        os.environ.get("DATA_DIR") or BASE_DIR / "var"
    ).resolve()  # as settings.py, which needs the file
    write_env(data_dir / "env", port)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "newsroom.settings")
    django.setup()
    prepare_database()
    password = furnish()
    collect_static(data_dir / "static.state")
    welcome(port, password)
    offer_stream(port)
    os.environ["PYTHONUNBUFFERED"] = "1"
    honcho = [sys.executable, "-m", "honcho", "start", "--procfile", "Procfile", "--port", str(port)]
    os.execv(sys.executable, honcho)


if __name__ == "__main__":
    try:
        main()
    except (CannotStart, ImproperlyConfigured) as error:
        sys.exit(f"Newsroom cannot start. {error}")
