"""The demo newsroom that is judged: started as `make run` does, furnished with what the demo has none of."""

import contextlib
import json
import os
import signal
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from dataclasses import dataclass
from pathlib import Path

from tests.audit import CannotAudit
from tests.processes import free_port

ROOT = Path(__file__).resolve().parent.parent.parent
START_LIMIT = 180  # seconds
FURNISH = "from tests.audit import furnish; furnish.{}()"


@dataclass(frozen=True)
class Site:
    """
    A running newsroom. url: its address. environment: what a command needs to work in it. facts: what
    a function of `furnish` prints: {"cookie": {name: value} of who is signed in, "story" and "draft": ids,
    "article", "section", "author" and "tag": addresses} and what else the judges need.
    """

    url: str
    environment: dict
    facts: dict


@contextlib.contextmanager
def demo_site(furnish="main"):
    """Run a new demo newsroom, call a function of `furnish` in it and yield the Site; stop and remove it afterwards."""
    with tempfile.TemporaryDirectory(prefix="newsroom-audit-") as folder:
        port = free_port()
        kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
        environment = {**kept, "DATA_DIR": folder, "PORT": str(port)}
        log = Path(folder, "log")
        with log.open("wb") as output:
            process = subprocess.Popen(
                [sys.executable, "-m", "newsroom.start"],
                cwd=ROOT,
                env=environment,
                stdout=output,
                stderr=output,
                start_new_session=True,
            )
        try:
            url = f"http://127.0.0.1:{port}"
            wait_until_it_answers(process, url, log)
            facts = json.loads(run_in_site(environment, FURNISH.format(furnish)))
            yield Site(url, environment, facts)
        finally:
            process.send_signal(signal.SIGTERM)
            process.wait(20)


def wait_until_it_answers(process, url, log):
    deadline = time.monotonic() + START_LIMIT
    while time.monotonic() < deadline and process.poll() is None:
        with contextlib.suppress(OSError):
            urllib.request.urlopen(f"{url}/healthz", timeout=2)
            return
        time.sleep(0.2)
    raise CannotAudit(f"The demo newsroom did not start:\n{log.read_text(errors='replace')}")


def run_in_site(environment, code):
    """Run Python in the demo newsroom and return what it printed."""
    command = [sys.executable, "manage.py", "shell", "-v", "0", "-c", code]
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True)
    if done.returncode:
        raise CannotAudit(f"The demo newsroom could not be prepared:\n{done.stderr}")
    return done.stdout.strip()


def fetch(site, address, *, signed_in=False):
    """Return (status, content type, text) of a page of the site."""
    cookies = "; ".join(f"{name}={value}" for name, value in site.facts["cookie"].items())
    request = urllib.request.Request(site.url + address, headers={"Cookie": cookies} if signed_in else {})
    try:
        answer = urllib.request.urlopen(request, timeout=60)
    except urllib.error.HTTPError as error:
        answer = error
    with answer:
        return answer.status, answer.headers.get_content_type(), answer.read().decode(errors="replace")
