"""The web server goes on though one of its processes dies again and again; it ends where none can live."""

import os
import signal
import subprocess
import sys
import time

import pytest

from delivery import front
from newsroom import web
from tests.delivery.running import ROOT, children, get, wait_until
from tests.processes import free_port


def environment(folder, **more):
    kept = {name: value for name, value in os.environ.items() if name not in {"DATABASE_URL", "DEBUG"}}
    return {
        **kept, "DATA_DIR": str(folder), "SECRET_KEY": "only-for-tests", "ALLOWED_HOSTS": "127.0.0.1",
        "SITE_URL": "http://127.0.0.1:1", "DJANGO_SETTINGS_MODULE": "newsroom.settings", **more,
    }  # fmt: skip


def test_two_threads_are_left_for_stored_pages_whatever_django_does():
    assert (web.THREADS, front.IN_DJANGO + front.WAITING) == (10, 8)


def test_many_deaths_are_borne_and_too_many_are_not(monkeypatch):
    now = [100.0]
    monkeypatch.setattr(web.time, "monotonic", lambda: now[0])
    deaths = web.Deaths()
    deaths[0] = 99.0
    for _ in range(web.MOST):
        assert deaths.get(0, 0) == 0
    assert deaths.get(0, 0) == 100.0
    now[0] += web.SECONDS
    assert deaths.get(0, 0) == 0


@pytest.mark.slow
def test_a_process_that_is_killed_again_and_again_comes_back(tmp_path):
    port = free_port()
    server = subprocess.Popen(
        [sys.executable, "-m", "newsroom.web", "--port", str(port)], cwd=ROOT, env=environment(tmp_path)
    )
    try:
        wait_until(lambda: get(port, "/healthz")[0] == 200, "the server")
        for _ in range(6):
            wait_until(lambda: len(children(server)) == 2, "two processes")
            os.kill(children(server)[1], signal.SIGKILL)
            wait_until(lambda: get(port, "/healthz")[0] == 200, "an answer", 5)
            time.sleep(0.3)
        server.terminate()
        assert server.wait(30) == 0
    finally:
        server.kill()
