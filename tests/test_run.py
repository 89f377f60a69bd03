"""`make run` and `make` on a machine that has make and Python alone: a fresh clone, an empty home, a bare PATH."""

import contextlib
import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import pytest

from tests.postgres import hear_interrupts
from tests.processes import free_port

ROOT = Path(__file__).resolve().parent.parent
COPY = b"""Harbour wall holds through the night

The new sea wall at Kessing kept the autumn flood out of the old town.

Workers had finished the last section only on Friday, the harbour office said.
"""


def bare_environment(folder, python=True, **more):
    """Return an environment with an empty HOME and a PATH of system folders, plus this Python's where asked."""
    home = folder / "home"
    home.mkdir(exist_ok=True)
    path = ["/usr/bin", "/bin", f"{sys.base_prefix}/bin"] if python else [str(folder / "bin")]
    network = {
        name: value
        for name, value in os.environ.items()
        if name.startswith("PIP_") or "proxy" in name.lower()
    }
    return {**network, "PATH": ":".join(path), "HOME": str(home), "LANG": "C.UTF-8", **more}


@contextlib.contextmanager
def make_run(clone, environment, port):
    """Run `make run` and yield (the process, its output's path); stop it by its pid if it still runs."""
    output = clone.parent / f"output-{time.monotonic_ns()}"
    with output.open("wb") as file:
        process = subprocess.Popen(
            ["make", "run", f"PORT={port}"],
            cwd=clone,
            env=environment,
            stdout=file,
            stderr=file,
            start_new_session=True,
            preexec_fn=hear_interrupts,
        )
    try:
        yield process, output
    finally:
        if process.poll() is None:
            process.send_signal(signal.SIGTERM)
        process.wait(20)


def wait_for(port, path, process, output, limit):
    """Return (body, seconds it took) of the first answer 200; fail when ``process`` ends or ``limit`` passes."""
    start = time.monotonic()
    while time.monotonic() - start < limit and process.poll() is None:
        with (
            contextlib.suppress(OSError),
            urllib.request.urlopen(f"http://127.0.0.1:{port}{path}", timeout=5) as answer,
        ):
            return answer.read().decode(), time.monotonic() - start
        time.sleep(0.1)
    raise AssertionError(f"No answer within {limit} s:\n{output.read_text()}")


def assert_nobody_listens(port):
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        probe.bind(("127.0.0.1", port))


def manage(clone, environment, *arguments, **more):
    command = [".venv/bin/python", "manage.py", *arguments]
    return subprocess.run(command, cwd=clone, env=environment, capture_output=True, timeout=60, **more)


@pytest.fixture(scope="module")
def clone(tmp_path_factory):
    folder = tmp_path_factory.mktemp("fresh") / "newsroom"
    subprocess.run(["git", "-c", "safe.directory=*", "clone", "-q", ROOT, folder], check=True)
    return folder


@pytest.mark.slow
def test_a_fresh_clone_runs_keeps_its_data_and_stops_cleanly(clone):
    environment = bare_environment(clone.parent)
    port = free_port()

    with make_run(clone, environment, port) as (process, output):
        wait_for(port, "/healthz", process, output, limit=400)
        wait_for(port, "/readyz", process, output, limit=15)
        said = output.read_text()
        password = re.search(r"^  Sign in as admin with the password ([\w-]{16})$", said, re.MULTILINE)
        assert password, said
        assert said.count(password[1]) == 1

        made = manage(clone, environment, "import_wire", "--json", "-", input=COPY)
        assert made.returncode == 0, made.stderr
        first = json.loads(made.stdout)
        assert (first["status"], first["error"]) == ("draft", "")

        refused = subprocess.run(
            ["make", "run", f"PORT={port}"],
            cwd=clone,
            env=environment,
            capture_output=True,
            text=True,
            timeout=60,
        )
        assert refused.returncode != 0
        assert refused.stderr.splitlines()[0] == (
            f"Newsroom cannot start. Port {port} is in use: stop what runs there, or choose another, "
            f"`make run PORT={port + 1}`."
        )

        os.killpg(process.pid, signal.SIGINT)  # what Ctrl+C does
        process.wait(20)
    assert_nobody_listens(port)

    with make_run(clone, environment, port) as (process, output):
        _, seconds = wait_for(port, "/healthz", process, output, limit=60)
        front, _ = wait_for(port, "/", process, output, limit=15)
        assert seconds < 10
        assert "password is" not in output.read_text() and password[1] not in output.read_text()
        assert "<article" in front
        again = json.loads(manage(clone, environment, "import_wire", "--json", "-", input=COPY).stdout)
        assert again["article"] == first["article"]
        process.send_signal(signal.SIGTERM)
        process.wait(20)
    assert_nobody_listens(port)
    assert (clone / "var" / "env").stat().st_mode & 0o777 == 0o600


def make_in(folder, *programs):
    """Run deploy/venv.sh where PATH holds nothing but ``programs`` and what every machine has."""
    tools = folder / "bin"
    tools.mkdir()
    for name in ("sh", "cat", "cksum", "dirname", "grep"):
        (tools / name).symlink_to(shutil.which(name))
    for name, script in programs:
        (tools / name).write_text(f"#!/bin/sh\n{script}\n")
        (tools / name).chmod(0o755)
    project = folder / "project"
    (project / "deploy").mkdir(parents=True)
    shutil.copy(ROOT / "deploy" / "venv.sh", project / "deploy")
    (project / "requirements.txt").write_text("")
    return subprocess.run(
        ["sh", "deploy/venv.sh", "requirements.txt"],
        cwd=project,
        env=bare_environment(folder, python=False),
        capture_output=True,
        text=True,
    )


def test_without_python_one_sentence_names_the_packages(tmp_path):
    done = make_in(tmp_path)

    assert done.returncode == 1
    assert done.stderr == (
        "Newsroom needs Python 3.11 or newer with venv, and none is on PATH: install it "
        "(Debian and Ubuntu: apt install python3 python3-venv).\n"
    )


def test_a_python_that_is_too_old_is_no_python(tmp_path):
    done = make_in(tmp_path, ("python3", "exit 1"))

    assert done.stderr.startswith("Newsroom needs Python 3.11 or newer with venv, and none is on PATH")


def test_without_venv_one_sentence_names_the_package(tmp_path):
    no_venv = f'case "$2" in *ensurepip*) exit 1 ;; esac\nexec {sys.executable} "$@"'

    done = make_in(tmp_path, ("python3", no_venv))

    version = "{}.{}".format(*sys.version_info)
    assert done.returncode == 1
    assert done.stderr == (
        f"Python {version} is here but cannot make a virtual environment: install its venv package "
        "(Debian and Ubuntu: apt install python3-venv).\n"
    )


def test_a_python_without_venv_does_not_hide_one_that_has_it(tmp_path):
    no_venv = f'case "$2" in *ensurepip*) exit 1 ;; esac\nexec {sys.executable} "$@"'
    with_venv = f'exec {sys.executable} "$@"'

    done = make_in(tmp_path, ("python3.12", no_venv), ("python3", with_venv))

    assert done.returncode == 0, done.stderr
    assert (tmp_path / "project" / ".venv" / ".requirements.txt.installed").exists()
