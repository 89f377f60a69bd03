"""
The Chromium that browser tests drive: `python -m tests.browser` finds it, or installs it where that is possible.

CHROMIUM names a browser of your own choice. A page goes its own way between two lines of a test: what follows an act is
waited for, by Playwright's `expect` or by `becomes`, and never read at once.
"""

import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

import playwright

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
# As root the sandbox cannot be set up; the rest keeps the browser from calling home.
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
# What the browser itself says in its console when a page is answered so.
OWN_WORDS = tuple(
    f"Failed to load resource: the server responded with a status of {status}"
    for status in (404, 409, 410, 429, 500)
)
MISSING = (
    "No Chromium here: browser tests can't run. Install it (Debian: apt install chromium) or set CHROMIUM."
)
NO_DRIVER = "Playwright can't run here: browser tests will fail. Install its library (Debian: apt install libatomic1)."
# Writes down in `heard` what the live region at an address says from now on, "" where it falls silent.
HEAR = """(region) => {
  window.heard = []
  const place = document.querySelector(region)
  new MutationObserver(() => heard.push(place.textContent)).observe(place, { childList: true })
}"""
PATIENCE = 30_000  # milliseconds: how long a test waits for what must come, however busy the machine is


def becomes(page, read, expected):
    """Wait until ``read()`` returns ``expected``, exactly; meanwhile ``page`` hears what the test has to answer there."""
    deadline = time.monotonic() + PATIENCE / 1000
    while (found := read()) != expected and time.monotonic() < deadline:
        page.wait_for_timeout(50)
    assert found == expected


def let_settle(page):
    """
    Wait until the editor knows where the cursor is.

    It learns that from the browser, and takes the focus, by timers of 20 and 50 milliseconds and with the next frame: a
    timer that the page itself starts later ends after those, on a machine of any speed.
    """
    page.evaluate(
        "() => new Promise((done) => setTimeout(() => requestAnimationFrame(() => setTimeout(done)), 60))"
    )


def click_times(page, x, y, times):
    """Double or triple click in the editor as a hand does it, which is slower than the editor takes the focus."""
    page.mouse.click(x, y)
    for count in range(2, times + 1):
        let_settle(page)
        page.mouse.down(click_count=count)
        page.mouse.up(click_count=count)
    let_settle(page)


class Line:
    """
    What answers the requests of a page to an address; a test cuts and mends it by setting ``answer``.

    The route stays to the end: where one is taken away, Playwright itself lets through what is on its way, and the
    answer of the test is one too many, which ends the test.
    """

    def __init__(self, page, address, answer):
        self.answer = answer
        page.route(address, lambda route: self.answer(route))

    def mend(self):
        """From now on the server answers."""
        self.answer = lambda route: route.continue_()


def cut(route):
    """The answer of a net that is not there."""
    route.abort()


def find():
    """Return the path of an installed Chromium, or None."""
    return next(filter(None, map(shutil.which, filter(None, [os.environ.get("CHROMIUM"), *NAMES]))), None)


def apt_install(*packages):
    """Install Debian packages without a question; return whether that worked. Only root may."""
    if os.geteuid() != 0 or not shutil.which("apt-get"):
        return False
    quiet = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    steps = (["update", "-q"], ["install", "-y", "-q", "--no-install-recommends", *packages])
    return all(
        subprocess.run(["apt-get", *step], env=quiet, stdin=subprocess.DEVNULL).returncode == 0
        for step in steps
    )


def install():
    """Install Chromium, and letters for the languages of the samples, where root may; return its path or None."""
    return find() if apt_install("chromium", "fonts-noto-core") else None


def driver_runs():
    """Playwright speaks through a program of its own, which needs a library that a bare Debian lacks."""
    program = Path(playwright.__file__).parent / "driver" / "node"
    return subprocess.run([program, "--version"], stdout=subprocess.DEVNULL).returncode == 0


def under_ci():
    return os.environ.get("CI", "").lower() in {"1", "true"}


def main():
    path = find() or install()
    if path and (driver_runs() or (apt_install("libatomic1") and driver_runs())):
        print(f"Browser: {path}")
        return 0
    print(f"\n*** {NO_DRIVER if path else MISSING} ***\n", file=sys.stderr)
    return 1 if under_ci() else 0


if __name__ == "__main__":
    sys.exit(main())
