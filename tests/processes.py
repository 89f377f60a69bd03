"""Programs of the site as processes of their own, on the database of the running test."""

import os
import socket
import subprocess
import sys
import time
from contextlib import contextmanager

from django.db import connection


def database_url():
    """Return the address of the test's own database, as DATABASE_URL names it."""
    name = connection.settings_dict["NAME"]
    if connection.vendor == "sqlite":
        return f"sqlite:///{name}"
    return f"{os.environ['DATABASE_URL'].rpartition('/')[0]}/{name}"


def surroundings():
    """Return the environment of a process on the test's database."""
    return {**os.environ, "DATABASE_URL": database_url(), "DJANGO_SETTINGS_MODULE": "tests.settings"}


def free_port():
    """Return a port of 127.0.0.1 on which nothing listens, for a program that is about to."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def start(*command, stdout=None, cwd=None, **environment):
    """Start ``command``, a Python program with arguments, on the test's database and return its Popen."""
    environment = surroundings() | environment
    return subprocess.Popen([sys.executable, *command], env=environment, stdout=stdout, cwd=cwd, text=True)


def stop(process):
    process.terminate()
    try:
        process.wait(20)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def wait_for_port(port, seconds=60):
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        try:
            return socket.create_connection(("127.0.0.1", port), 1).close()
        except OSError:
            time.sleep(0.1)
    raise AssertionError(f"Nothing answers on port {port}.")


@contextmanager
def running(*command, port, **environment):
    """Run ``command`` until the block ends, from when ``port`` answers."""
    process = start(*command, **environment)
    try:
        wait_for_port(port)
        yield process
    finally:
        stop(process)
