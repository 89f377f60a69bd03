"""
Pictures of a demo newsroom: `make screenshots` draws the README's, `python -m tests.audit.screenshots --all FOLDER`
every page at which a person should look, at four widths, light and dark.
"""

import argparse
import io
import sys
from dataclasses import dataclass
from pathlib import Path

from PIL import Image

from tests import browser
from tests.audit import CannotAudit
from tests.audit.looks import open_page, signed_in
from tests.audit.site import ROOT, demo_site

FOLDER = ROOT / "docs" / "pictures"
WIDTHS = (360, 768, 1280, 1920)
SCHEMES = ("light", "dark")
DESK, PHONE = (1280, 800), (360, 720)
QUALITY = 82  # of WebP: letters stay sharp, a picture stays below 150 kB


@dataclass(frozen=True)
class Shot:
    """name: of the file, without ending. page: one of `addresses`. size: of the window, in CSS pixels."""

    name: str
    page: str
    size: tuple[int, int]


README = [
    Shot("home", "home", DESK),
    Shot("article", "article", DESK),
    Shot("dashboard", "dashboard", DESK),
    Shot("form", "form", DESK),
    Shot("home-phone", "home", PHONE),
    Shot("article-phone", "article", PHONE),
    Shot("form-phone", "form", PHONE),
]


def addresses(facts):
    """Return {name: address} of what is drawn."""
    form = "/admin/articles/article/{}/change/"
    return {
        "home": "/",
        "section": facts["section"],
        "article": facts["article"],
        "author": facts["author"],
        "tag": facts["tag"],
        "dashboard": "/admin/",
        "list": "/admin/articles/article/",
        "form": form.format(facts["draft"]),
        "form-blocks": form.format(facts["story"]),
        "login": "/admin/login/",
    }


def draw(view, address, *, whole):
    """Return an address as a Pillow image: what the window shows, or the ``whole`` page."""
    open_page(view, address)
    return Image.open(io.BytesIO(view.screenshot(full_page=whole)))


def draw_readme(site, chromium):
    FOLDER.mkdir(parents=True, exist_ok=True)
    pages = addresses(site.facts)
    for shot in README:
        with signed_in(site, chromium, shot.size, "light") as context:
            picture = draw(context.new_page(), site.url + pages[shot.page], whole=False)
        path = FOLDER / f"{shot.name}.webp"
        picture.convert("RGB").save(path, quality=QUALITY, method=6)
        print(f"{path.relative_to(ROOT)}: {path.stat().st_size // 1000} kB")


def draw_all(site, chromium, folder):
    folder.mkdir(parents=True, exist_ok=True)
    for scheme in SCHEMES:
        for width in WIDTHS:
            size = (width, 800 if width > 360 else 720)
            for name, address in addresses(site.facts).items():
                stranger = name == "login"
                with signed_in(site, chromium, size, scheme, stranger=stranger) as context:
                    picture = draw(context.new_page(), site.url + address, whole=True)
                picture.save(folder / f"{name}-{width}-{scheme}.png")
            print(f"{width} px, {scheme}", flush=True)


def main():
    from playwright.sync_api import sync_playwright

    parser = argparse.ArgumentParser(prog="python -m tests.audit.screenshots")
    parser.add_argument(
        "--all", type=Path, metavar="FOLDER", help="draw every page at four widths into FOLDER"
    )
    asked = parser.parse_args()
    if not browser.find():
        raise CannotAudit(browser.MISSING)
    with demo_site("main" if asked.all else "sign_in") as site, sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=browser.find(), args=browser.FLAGS)
        if asked.all:
            draw_all(site, chromium, asked.all)
        else:
            draw_readme(site, chromium)
        chromium.close()


if __name__ == "__main__":
    try:
        main()
    except CannotAudit as error:
        sys.exit(str(error))
