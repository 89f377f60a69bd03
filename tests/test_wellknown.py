import json
from datetime import UTC, datetime

import pytest
from django.contrib.staticfiles import finders
from django.core.exceptions import ImproperlyConfigured
from lxml import html
from PIL import Image

from newsroom import wellknown
from newsroom.settings import contacts

SECURITY = "/.well-known/security.txt"


# security.txt


@pytest.fixture
def today(monkeypatch):
    """A function that sets the clock, to a day at noon."""

    def be(*day):
        monkeypatch.setattr(wellknown.timezone, "now", lambda: datetime(*day, 12, tzinfo=UTC))

    be(2026, 3, 9)
    return be


def test_it_says_whom_to_tell_and_until_when_that_holds(client, settings, today):
    settings.SITE_URL = "https://courier.example"
    settings.SECURITY_CONTACT = ["mailto:desk@courier.example", "https://courier.example/report"]
    answer = client.get(SECURITY)
    assert answer.headers["Content-Type"] == "text/plain; charset=utf-8"
    assert answer.content.decode() == (
        "Contact: mailto:desk@courier.example\n"
        "Contact: https://courier.example/report\n"
        "Expires: 2026-10-01T00:00:00Z\n"
        "Preferred-Languages: en\n"
        "Canonical: https://courier.example/.well-known/security.txt\n"
    )
    assert answer.page_until == datetime(2026, 4, 1, tzinfo=UTC)


def test_it_stays_the_same_for_a_month_and_never_claims_a_year(client, settings, today):
    settings.SECURITY_CONTACT = ["mailto:desk@courier.example"]
    said = []
    for day in ((2026, 3, 1), (2026, 3, 31), (2026, 6, 30), (2026, 12, 31)):
        today(*day)
        said.append(client.get(SECURITY).content.decode().split("Expires: ")[1][:10])
    assert said == ["2026-10-01", "2026-10-01", "2027-01-01", "2027-07-01"]


def test_nobody_to_tell_is_no_page(client, settings):
    settings.SECURITY_CONTACT = []
    answer = client.get(SECURITY)
    assert (answer.status_code, answer.content) == (404, client.get("/nowhere/at/all").content)


def test_a_contact_is_a_mail_address_or_a_uri():
    assert contacts("desk@courier.example, https://courier.example/report,tel:+380-44-000") == [
        "mailto:desk@courier.example",
        "https://courier.example/report",
        "tel:+380-44-000",
    ]
    assert contacts("") == []


@pytest.mark.parametrize(
    "value", ["desk", "http://courier.example", "desk@courier.example\nContact: x", "a b@c"]
)
def test_a_contact_that_nobody_could_use_is_refused_by_name(value):
    with pytest.raises(ImproperlyConfigured, match="SECURITY_CONTACT names .*: write a mail address"):
        contacts(value)


# The manifest and icons


def test_the_manifest_names_the_site_and_icons_of_the_size_they_claim(client, settings):
    settings.SITE_NAME = "Harbour & Town"
    answer = client.get("/manifest.webmanifest")
    assert answer.headers["Content-Type"] == "application/manifest+json; charset=utf-8"
    data = json.loads(answer.content)
    icons = data.pop("icons")
    assert data == {
        "name": "Harbour & Town",
        "short_name": "Harbour & Town",
        "lang": "en",
        "dir": "ltr",
        "id": "/",
        "start_url": "/",
        "scope": "/",
        "display": "minimal-ui",
        "background_color": "#fbfaf7",
        "theme_color": "#fbfaf7",
    }
    for icon in icons:
        width, height = Image.open(finders.find(icon["src"].removeprefix("/static/"))).size
        assert (icon["sizes"], icon["type"], icon["purpose"]) == (
            f"{width}x{height}",
            "image/png",
            "any maskable",
        )
    assert [icon["sizes"] for icon in icons] == ["192x192", "512x512"]


def test_pages_name_manifest_icons_and_the_colour_of_either_scheme(client):
    page = html.fromstring(client.get("/nowhere/at/all").content.decode())
    named = {
        (link.get("rel"), link.get("href"), link.get("sizes"))
        for link in page.xpath("//link[contains(@rel, 'icon') or @rel='manifest']")
    }
    assert named == {
        ("icon", "/static/icon-32.png", "32x32"),
        ("icon", "/static/icon.svg", "any"),
        ("apple-touch-icon", "/static/icon-180.png", None),
        ("manifest", "/manifest.webmanifest", None),
    }
    colours = page.xpath("//meta[@name='theme-color']")
    assert [(meta.get("content"), meta.get("media")) for meta in colours] == [
        ("#fbfaf7", "(prefers-color-scheme: light)"),
        ("#121416", "(prefers-color-scheme: dark)"),
    ]
    assert Image.open(finders.find("icon-180.png")).size == (180, 180)


def test_a_browser_that_asks_for_the_old_icon_is_led_to_a_file(client):
    answer = client.get("/favicon.ico")
    assert (answer.status_code, answer.headers["Location"]) == (301, "/static/icon-32.png")
    assert answer.page_keys == ["site"]
