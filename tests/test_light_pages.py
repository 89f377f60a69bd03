"""A story's page is light, whole without JavaScript, and asks nothing of other sites before a reader does."""

from urllib.parse import urlsplit

import pytest
from django.core.management import call_command
from django.test import Client
from lxml import html
from playwright.sync_api import expect

from articles import body, revisions
from articles.models import Correction
from articles.workflow import correct
from delivery.encodings import encoded
from newsroom import demo
from tests.browser import becomes
from tests.factories import make_author, make_chief, make_published, make_tag, make_ticker, ticker_line

LIMIT = 15_000  # bytes of HTML, CSS and JavaScript as they travel with gzip
FILM = (
    '<figure data-block="embed" data-image="" data-url="https://www.youtube.com/watch?v=abcdefghijk">'
    "<figcaption>A walk through the empty house</figcaption></figure>"
)
FURNITURE = (
    '<aside data-block="ticker" data-link="0"></aside>'
    '<figure data-block="pullquote"><blockquote><p>We had one chair.</p></blockquote>'
    "<figcaption>Ada Krell</figcaption></figure>"
    "<table><caption>Permits</caption><thead><tr><th>Year</th><th>Fishing</th></tr></thead>"
    "<tbody><tr><th>2024</th><td>1,204</td></tr><tr><th>2025</th><td>1,318</td></tr></tbody></table>"
    '<aside data-block="infobox"><h2>The house</h2><p>Built in 1871.</p></aside>'
    + FILM
    + '<aside data-block="related"></aside>'
)


def make_long_story():
    """The longest plain story of the demo without its pictures, with one of each block, four related, a correction."""
    english = [story.text for story in demo.stories() if story.language == "en" and story.is_published]
    text = max((text for text in english if "[embed" not in text), key=len)
    others = [make_published(headline=f"Harbour works, part {number}") for number in range(4)]
    story = make_published(
        headline="The harbour office gets a house of its own",
        standfirst="Permits, maps and the lost property of forty years move.",
        body=demo.body_html(text) + FURNITURE,
        tags=[revisions.reference(make_tag(name)) for name in ("Harbour", "Aldmouth", "Permits")],
        ticker_links=[ticker_line(article=make_ticker())],
        related=[revisions.reference(other) for other in others],
        bylines=[
            {"author": revisions.reference(make_author(name)), "source": None, "role": "text", "name": name}
            | {"affiliation": "", "place": ""}
            for name in ("Ana Petrenko", "Ben Ostrander")
        ],
    )
    correct(
        story.live_revision,
        by=make_chief(),
        kind=Correction.Kind.CORRECTION,
        wrong="Two rooms.",
        right="Three.",
    )
    return story


@pytest.fixture
def collected(settings, tmp_path):
    """The folder of our own static files as a server has them: hashed names, compressed."""
    settings.STATICFILES_FINDERS = ["django.contrib.staticfiles.finders.FileSystemFinder"]
    settings.STATIC_ROOT = tmp_path / "static"
    settings.STORAGES = settings.STORAGES | {
        "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"}
    }
    call_command("collectstatic", interactive=False, verbosity=0)
    return settings.STATIC_ROOT


@pytest.mark.django_db
def test_a_story_without_pictures_travels_in_fifteen_kilobytes(collected):
    answer = Client().get(make_long_story().get_absolute_url())
    page = html.fromstring(answer.content.decode())
    files = page.xpath("//link[@rel='stylesheet']/@href | //script/@src | //link[@rel='modulepreload']/@href")
    assert len(page.xpath("//article//table | //article//figure[@data-frame]")) == 2
    parts = {"page": len(encoded(answer.content, answer.headers["Content-Type"], "gzip")[0])}
    for name in files:
        path = collected / name.removeprefix("/static/")
        packed = path.with_name(f"{path.name}.gz")  # a file too small to gain has none
        parts[name] = (packed if packed.exists() else path).stat().st_size
    assert len(parts) >= 3, parts
    assert sum(parts.values()) <= LIMIT, parts


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
def test_nothing_is_asked_of_other_sites_before_a_click(page, site):
    asked = []
    page.route(
        "**/*", lambda route: route.continue_() if route.request.url.startswith(site) else route.abort()
    )
    page.on("request", lambda request: asked.append(urlsplit(request.url).netloc))
    page.goto(site + make_long_story().get_absolute_url(), wait_until="networkidle")
    page.mouse.wheel(0, 20_000)
    page.wait_for_load_state("networkidle")
    assert set(asked) == {urlsplit(site).netloc}
    page.get_by_role("button", name="Show it here").click()
    expect(page.locator("figure iframe")).to_be_visible()
    becomes(page, lambda: set(asked) - {urlsplit(site).netloc}, {"www.youtube-nocookie.com"})


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
def test_the_whole_text_is_there_without_javascript(chromium, site):
    story = make_long_story()
    with chromium.new_context(java_script_enabled=False) as context:
        page = context.new_page()
        page.goto(site + story.get_absolute_url())
        shown = " ".join(page.locator("main").inner_text().split())
        film = page.get_by_role("link", name="A walk through the empty house")
        assert film.get_attribute("href") == "https://www.youtube.com/watch?v=abcdefghijk"
        expect(page.get_by_role("button")).to_have_count(0)
    texts = [
        line
        for block in body.blocks(story.body)
        for cell in block.text.split("\n")
        for line in cell.split("\t")
    ]
    assert len(texts) > 20
    assert [text for text in texts if " ".join(text.split()) not in shown] == []
    for text in ("Follow it all in the live ticker", "Harbour works, part 3", "Three."):
        assert text in shown
