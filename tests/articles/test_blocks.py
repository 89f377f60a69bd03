"""The blocks of a body as readers see them: their HTML, what they refer to, what a click loads."""

import re
from datetime import timedelta

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from lxml import html
from playwright.sync_api import expect

from articles import body, workflow
from articles.revisions import reference
from images.models import Image
from tests.articles.test_body_kinds import BOX, FILM, PULL, RELATED, TABLE
from tests.browser import becomes
from tests.factories import BODY, make_chief, make_image, make_published, make_revision

pytestmark = pytest.mark.django_db
POST = (
    '<figure data-block="embed" data-url="https://mastodon.example/@ana/109876543210987654"><figcaption>Ana on the bridge'
    "</figcaption></figure>"
)


def squeezed(shown):
    return "".join(line.strip() for line in shown.splitlines())


def page_of(client, article):
    answer = client.get(article.get_absolute_url())
    assert answer.status_code == 200
    return html.fromstring(answer.content.decode())


def texts(page, path):
    return [" ".join(element.text_content().split()) for element in page.xpath(path)]


@pytest.mark.parametrize(
    ("stored", "shown"),
    [
        (
            PULL,
            '<figure class="pull"><blockquote><p>We <em>wait</em></p></blockquote><figcaption>Ana, harbour master</figcaption></figure>',
        ),
        (
            BOX,
            '<aside class="infobox" aria-label="The bridge"><h2>The bridge</h2><p>Built in 1911.</p><ul><li>Long: 84 m</li>'
            "<li>Wide: 9 m</li></ul><p>Closed since May.</p></aside>",
        ),
        ('<aside data-block="infobox"><p>a</p></aside>', '<aside class="infobox"><p>a</p></aside>'),
        (
            TABLE,
            '<div class="table" role="region" tabindex="0" aria-label="Votes by ward"><table><caption>Votes by ward</caption>'
            '<thead><tr><th scope="col">Ward</th><th scope="col">Yes</th><th scope="col">No</th></tr></thead>'
            '<tbody><tr><th scope="row">Old Town</th><td>12</td><td></td></tr><tr><th scope="row">Harbour</th>'
            "<td><strong>3</strong></td><td>9</td></tr></tbody></table></div>",
        ),
        (
            "<table><thead><tr><th></th><th>“A” &amp; B</th></tr></thead><tbody><tr><td>1</td><td>&lt;th&gt;</td></tr></tbody></table>",
            '<div class="table" role="region" tabindex="0" aria-label="Table"><table><thead><tr><td></td><th scope="col">“A” &amp; B</th></tr>'
            "</thead><tbody><tr><td>1</td><td>&lt;th&gt;</td></tr></tbody></table></div>",
        ),
        (
            FILM,
            '<figure class="embed" data-frame="https://www.youtube-nocookie.com/embed/dQw4w9WgXcQ" data-shape="film"><figcaption>'
            '<span class="kicker">YouTube</span><a href="https://www.youtube.com/watch?v=dQw4w9WgXcQ">The bridge opens</a>'
            '<p class="note" hidden><button type="button">Show it here</button> YouTube then learns that you read this.</p></figcaption></figure>',
        ),
        (
            POST,
            '<figure class="embed"><figcaption><span class="kicker">Mastodon</span>'
            '<a href="https://mastodon.example/@ana/109876543210987654">Ana on the bridge</a></figcaption></figure>',
        ),
        (RELATED, ""),
    ],
)
def test_a_block_is_shown_as_this(stored, shown):
    assert squeezed(body.render(stored)) == shown


def test_an_embed_without_a_title_is_called_by_its_provider():
    shown = html.fromstring(body.render(FILM.replace("The bridge opens", "")))
    assert texts(shown, "//a") == ["YouTube"]


# Related stories


@pytest.fixture
def others():
    """Four stories: one online, one withdrawn, one to come, one draft."""
    chief, now = make_chief(), timezone.now()
    online, withdrawn, later = (
        make_published(headline=name, by=chief) for name in ("Ferry runs", "Ferry sank", "Ferry to come")
    )
    workflow.withdraw(withdrawn, by=chief, kind="error", note="")
    later.publish_at = later.visible_from = now + timedelta(days=1)
    later.save()
    draft = make_revision(headline="Ferry, a draft", by=chief).article
    return [online, withdrawn, later, draft]


def test_related_stories_stand_where_the_text_has_them_and_only_those_that_readers_can_open(client, others):
    story = make_published(
        body=f"<p>First.</p>{RELATED}<p>Last.</p>", related=[reference(other) for other in others]
    )
    page = page_of(client, story)
    assert texts(page, "//div[@class='text']/*")[1:] == ["First.", "Related Ferry runs", "Last."]
    assert page.xpath("//aside//a/@href") == [others[0].get_absolute_url()]
    assert page.xpath("//section[@class='related']") == []
    assert not any(word in html.tostring(page, encoding="unicode") for word in ("sank", "to come", "a draft"))


def test_without_a_place_in_the_text_they_stand_below_it(client, others):
    page = page_of(client, make_published(body=BODY, related=[reference(other) for other in others]))
    assert texts(page, "//section[@class='related']//h3") == ["Ferry runs"]
    assert page.xpath("//aside[@class='also']") == []


def test_a_place_for_related_stories_shows_nothing_where_there_are_none(client, others):
    story = make_published(body=f"<p>First.</p>{RELATED}", related=[reference(other) for other in others[1:]])
    page = page_of(client, story)
    assert texts(page, "//div[@class='text']/*")[1:] == ["First."]


def test_blocks_of_every_kind_cost_no_query(client, others, django_assert_num_queries):
    plain = make_published(body=BODY, related=[reference(others[0])])
    full = make_published(
        body=BODY + PULL + BOX + TABLE + FILM + POST + RELATED, related=[reference(others[0])]
    )
    with CaptureQueriesContext(connection) as asked:
        client.get(plain.get_absolute_url())
    with django_assert_num_queries(len(asked)):
        client.get(full.get_absolute_url())


# Embeds


def test_the_script_comes_only_with_an_embed(client):
    with_one, without = make_published(body=BODY + FILM), make_published(body=BODY + PULL)
    assert page_of(client, with_one).xpath("//script[@type='module']/@src") == ["/static/js/embed.js"]
    assert page_of(client, without).xpath("//script[@type='module']/@src") == []


def test_a_picture_of_ours_stands_for_an_embed_until_its_rights_end(client):
    image = make_image(alt="The bridge from above")
    story = make_published(body=BODY + FILM.replace(" data-url", f' data-image="{image.pk}" data-url'))
    page = page_of(client, story)
    assert page.xpath("//figure[@class='embed']//img/@alt") == ["The bridge from above"]
    assert texts(page, "//figure[@class='embed']//small") == ["Ana Petrenko/North Wire"]
    Image.objects.update(licence_until=timezone.now() - timedelta(hours=1))
    page = page_of(client, story)
    assert page.xpath("//figure[@class='embed']//img") == []
    assert texts(page, "//figure[@class='embed']//a") == ["The bridge opens"]


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
def test_a_click_opens_the_frame_and_nothing_of_theirs_was_asked_for_before(page, site):
    asked = []
    page.route(
        re.compile("^https://"),
        lambda route: (
            asked.append(route.request.url),
            route.fulfill(body="<p>film</p>", content_type="text/html"),
        ),
    )
    page.goto(site + make_published(body=BODY + FILM + POST).get_absolute_url())
    button = page.get_by_role("button", name="Show it here")
    expect(button).to_have_count(1)
    assert asked == []
    button.focus()
    page.keyboard.press("Enter")
    frame = page.locator("iframe")
    expect(frame).to_have_count(1)
    assert {
        name: frame.get_attribute(name) for name in ("src", "title", "referrerpolicy", "allow", "sandbox")
    } == {
        "src": "https://www.youtube-nocookie.com/embed/dQw4w9WgXcQ",
        "title": "The bridge opens",
        "referrerpolicy": "strict-origin-when-cross-origin",
        "allow": "autoplay; encrypted-media; fullscreen; picture-in-picture",
        "sandbox": "allow-scripts allow-same-origin allow-popups allow-popups-to-escape-sandbox allow-presentation",
    }
    expect(page.frame_locator("iframe").get_by_text("film")).to_be_visible()
    assert asked == ["https://www.youtube-nocookie.com/embed/dQw4w9WgXcQ"]
    expect(page.get_by_role("link", name="The bridge opens")).to_be_visible()


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_on_a_phone_a_wide_table_scrolls_by_itself_and_everything_can_be_read(page, site, scheme):
    cells = "".join(f"<th>Year {number}</th>" for number in range(12))
    wide = (
        f"<table><thead><tr>{cells}</tr></thead><tbody><tr>{cells.replace('th', 'td')}</tr></tbody></table>"
    )
    page.set_viewport_size({"width": 320, "height": 700})
    page.emulate_media(color_scheme=scheme)
    page.goto(site + make_published(body=BODY + PULL + BOX + wide + TABLE + FILM + POST).get_absolute_url())
    assert page.evaluate("document.documentElement.scrollWidth") == 320
    region = page.get_by_role("region", name="Table")
    region.focus()
    page.keyboard.press("ArrowRight")
    becomes(page, lambda: region.evaluate("(table) => table.scrollLeft") > 0, True)  # it scrolls smoothly
    found = Axe().run(page, context=".text")
    assert [violation["id"] for violation in found.response["violations"]] == []


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("language", ["en", "de", "uk", "ar"])
def test_the_marks_of_a_pull_quote_are_drawn_in_the_way_of_the_storys_language(page, site, language):
    page.goto(site + make_published(body=BODY + PULL, language=language).get_absolute_url())
    drawn = page.locator(".pull p").evaluate(
        """(text) => [text.closest("[lang]").lang, getComputedStyle(text).quotes,
        ...["::before", "::after"].map((each) => getComputedStyle(text, each).content)]"""
    )
    assert drawn == [language, "auto", "open-quote", "close-quote"]
