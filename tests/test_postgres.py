"""The PostgreSQL that tests start for themselves: it answers while the command runs and is gone afterwards."""

import contextlib
import os
import signal
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from tests.postgres import hear_interrupts

ROOT = Path(__file__).resolve().parent.parent
ASK = """
import os, psycopg
with psycopg.connect(os.environ["DATABASE_URL"].removesuffix("newsroom") + "postgres") as connection:
    print(connection.execute("SELECT lower('ÄÖІЇ'), current_setting('server_encoding')").fetchone(), flush=True)
"""
WAIT = "import time; print('waiting', flush=True); time.sleep(20)"


def start(folder, code, **environment):
    """Start tests.postgres in its own process group, its temporary folder inside ``folder``."""
    kept = {
        name: value for name, value in os.environ.items() if name not in {"DATABASE_URL", "TEST_DATABASE_URL"}
    }
    return subprocess.Popen(
        [sys.executable, "-m", "tests.postgres", sys.executable, "-c", code],
        cwd=ROOT,
        env={**kept, "TMPDIR": str(folder), **environment},
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        start_new_session=True,
        preexec_fn=hear_interrupts,
    )


@pytest.fixture
def folder():
    """A folder with a short path, for a socket's may hold 107 characters only; open to the server's own account."""
    with tempfile.TemporaryDirectory(prefix="newsroom-") as path:
        os.chmod(path, 0o755)
        yield Path(path)


def servers_in(folder):
    """Return the process numbers of servers whose data lie in ``folder``."""
    found = []
    for path in Path("/proc").glob("[0-9]*/cmdline"):
        with contextlib.suppress(OSError):
            if f"-D\0{folder}" in path.read_text(errors="replace"):
                found.append(int(path.parent.name))
    return found


def test_the_command_gets_a_database_that_knows_all_letters_and_its_exit_status_is_passed_on(folder):
    with start(folder, f"{ASK}\nraise SystemExit(7)") as process:
        said = process.stdout.read().splitlines()

    assert said[0].startswith("Database: PostgreSQL ")
    assert said[1:] == ["('äöії', 'UTF8')"]
    assert process.returncode == 7
    assert list(folder.iterdir()) == []


@pytest.mark.parametrize("stop", [signal.SIGINT, signal.SIGTERM])
def test_nothing_stays_behind_when_the_run_is_stopped(folder, stop):
    with start(folder, WAIT) as process:
        process.stdout.readline()
        assert process.stdout.readline() == "waiting\n"
        assert servers_in(folder) != []
        if stop == signal.SIGINT:
            os.killpg(process.pid, stop)  # what Ctrl+C does
        else:
            process.send_signal(stop)

    assert process.returncode != 0
    assert servers_in(folder) == []
    assert list(folder.iterdir()) == []


def test_a_given_server_is_used_as_it_is(folder):
    with start(
        folder, "import os; print(os.environ['DATABASE_URL'])", TEST_DATABASE_URL="postgresql://db.example/x"
    ) as process:
        said = process.stdout.read().splitlines()

    assert said == ["Database: the PostgreSQL of TEST_DATABASE_URL", "postgresql://db.example/x"]
