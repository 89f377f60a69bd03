"""`python -m tests.audit [judge ...] [--only PATTERN] [--quick]`: ask all judges or those named, print a table."""

import argparse
import re
import signal
import sys
from collections import Counter

from tests import browser
from tests.audit import CannotAudit, lighthouse, looks, markup
from tests.audit.pages import broken, collect
from tests.audit.site import demo_site

JUDGES = ("markup", "looks", "lighthouse")


def main():
    parser = argparse.ArgumentParser(prog="python -m tests.audit")
    parser.add_argument("judges", nargs="*", choices=[*JUDGES, []], help="all, if none is named")
    parser.add_argument("--only", default="", metavar="PATTERN", help="judge pages whose name matches alone")
    parser.add_argument("--quick", action="store_true", help="look in two windows rather than four")
    asked = parser.parse_args()
    judges = asked.judges or JUDGES
    checker = markup.find_checker() if "markup" in judges else None
    if not browser.find():
        raise CannotAudit(browser.MISSING)
    if "lighthouse" in judges:
        lighthouse.install()
    with demo_site() as site:
        pages = [page for page in collect(site) if re.search(asked.only, page.name)]
        found = []
        for findings in ask(judges, site, pages, checker, asked.quick):
            for line in findings.lines():
                print(line, flush=True)
            found.append(findings)
    print_table(pages, found)
    return 1 if any(findings for findings in found if findings.fails) else 0


def ask(judges, site, pages, checker, quick):
    """Yield the Findings of each judge as it speaks."""
    yield broken(pages)
    if "markup" in judges:
        yield from markup.judge(pages, checker)
    if "lighthouse" in judges:
        yield lighthouse.judge(site)
    if "looks" in judges:
        yield from look(site, pages, quick)


def look(site, pages, quick):
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=browser.find(), args=browser.FLAGS)
        try:
            return looks.judge(site, pages, chromium, quick)
        finally:
            chromium.close()


def print_table(pages, found):
    counted = Counter((page.room, page.status) for page in pages)
    kinds = ", ".join(f"{count} {room} {status}" for (room, status), count in sorted(counted.items()))
    print(f"\n{len(pages)} pages: {kinds}")
    print(f"\n{'judge':26}{'pages':>7}{'findings':>10}")
    for findings in found:
        print(f"{findings.judge:26}{findings.pages:7}{len(findings):10}")
    for findings in found:
        if findings.scores:
            print(f"\n{'Lighthouse, phone':40}" + "".join(f"{name:>16}" for name in lighthouse.CATEGORIES))
        for address, points in findings.scores.items():
            print(f"{address[:38]:40}" + "".join(f"{point:16}" for point in points))


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, lambda *_: sys.exit("The audit was ended."))  # its newsroom ends with it
    try:
        sys.exit(main())
    except CannotAudit as error:
        sys.exit(str(error))
