"""
The Chromium that browser tests drive: `python -m tests.browser` finds it, or installs it where that is possible.

CHROMIUM names a browser of your own choice.
"""

import os
import shutil
import subprocess
import sys

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
MISSING = (
    "No Chromium here: browser tests can't run. Install it (Debian: apt install chromium) or set CHROMIUM."
)


def find():
    """Return the path of an installed Chromium, or None."""
    return next(filter(None, map(shutil.which, filter(None, [os.environ.get("CHROMIUM"), *NAMES]))), None)


def install():
    """Install Chromium, and letters for all the languages of the samples, where root may do so; return its path or None."""
    if os.geteuid() != 0 or not shutil.which("apt-get"):
        return None
    quiet = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    for command in (
        ["apt-get", "update", "-q"],
        ["apt-get", "install", "-y", "-q", "--no-install-recommends", "chromium", "fonts-noto-core"],
    ):
        if subprocess.run(command, env=quiet, stdin=subprocess.DEVNULL).returncode:
            return None
    return find()


def under_ci():
    return os.environ.get("CI", "").lower() in {"1", "true"}


def main():
    path = find() or install()
    if path:
        print(f"Browser: {path}")
        return 0
    print(f"\n*** {MISSING} ***\n", file=sys.stderr)
    return 1 if under_ci() else 0


if __name__ == "__main__":
    sys.exit(main())
