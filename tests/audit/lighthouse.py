"""
Lighthouse looks at home, a section and a story on a phone, three times each.

It comes from npm with everything it needs, is kept in .venv and drives the Chromium of the browser tests.
"""

import json
import os
import re
import shutil
import statistics
import subprocess
import sys
from pathlib import Path

from tests import browser
from tests.audit import CannotAudit
from tests.audit.findings import Findings

VERSION = "12.8.2"  # the newest that runs on the Node of Debian 12
FOLDER = Path(sys.prefix, "lighthouse")
PROGRAM = FOLDER / "node_modules" / "lighthouse" / "cli" / "index.js"
NODE = (18, 16)
NO_NODE = "Lighthouse needs Node 18.16 or newer with npm (Debian and Ubuntu: apt install nodejs npm)."
CATEGORIES = ("performance", "accessibility", "best-practices", "seo")
RUNS = 3
BEST = 100


def node_runs():
    """Whether there is a Node that is new enough, and npm."""
    if not (shutil.which("node") and shutil.which("npm")):
        return False
    said = subprocess.run(["node", "--version"], capture_output=True, text=True).stdout
    return tuple(map(int, re.findall(r"\d+", said)[:2])) >= NODE


def installed():
    """Return the version that is installed, or None."""
    try:
        return json.loads((PROGRAM.parent.parent / "package.json").read_text(encoding="utf-8"))["version"]
    except OSError:
        return None


def install():
    """Install Lighthouse unless it is there; Node too where root may. Raise CannotAudit where that is not possible."""
    if not node_runs():
        browser.apt_install("nodejs", "npm")
    if not node_runs():
        raise CannotAudit(NO_NODE)
    if installed() == VERSION:
        return
    print(f"Installing Lighthouse {VERSION} ...", flush=True)
    quiet = ["--no-package-lock", "--no-audit", "--no-fund", "--loglevel=error"]
    done = subprocess.run(["npm", "install", *quiet, "--prefix", str(FOLDER), f"lighthouse@{VERSION}"])
    if done.returncode or installed() != VERSION:
        raise CannotAudit(f"npm could not install lighthouse@{VERSION}.")


def judge(site):
    """Return the Findings on home, a section and the story with every block; its scores are medians per category."""
    found = Findings("Lighthouse")
    for address in ("/", site.facts["section"], site.facts["article"]):
        reports = [report(site.url + address) for _ in range(RUNS)]
        scores = [median(reports, category) for category in CATEGORIES]
        found.scores[address] = scores
        for category, score in zip(CATEGORIES, scores, strict=True):
            if score < BEST:
                found.add(f"{category} {score}: {', '.join(lost(reports[-1], category))}", address)
    found.pages = len(found.scores)
    return found


def report(url):
    """Return the report of one run, as Lighthouse writes it."""
    flags = ["--headless=new", *browser.FLAGS]
    command = ["node", str(PROGRAM), url, "--quiet", "--output=json", f"--chrome-flags={' '.join(flags)}"]
    command.append(f"--only-categories={','.join(CATEGORIES)}")
    environment = {**os.environ, "CHROME_PATH": browser.find()}
    done = subprocess.run(command, env=environment, capture_output=True, text=True)
    try:
        return json.loads(done.stdout)
    except ValueError:
        raise CannotAudit(f"Lighthouse failed:\n{done.stderr or done.stdout}") from None


def median(reports, category):
    """Return the median score of a category, in points of a hundred."""
    return round(100 * statistics.median(report["categories"][category]["score"] or 0 for report in reports))


def lost(report, category):
    """Return the audits that cost points of a category."""
    parts = report["categories"][category]["auditRefs"]
    audits = [report["audits"][part["id"]] for part in parts if part["weight"]]
    return [audit["id"] for audit in audits if audit["score"] is not None and audit["score"] < 1]
