"""
What the commonest jobs cost at the desk, counted in a real browser: clicks, shortcuts and fields that are filled.

The figures are exact, so that a press that creeps in is seen. `pytest tests/test_acts.py -s` prints each act.
"""

import os
from pathlib import Path

import pytest
from playwright.sync_api import expect

from articles.models import Article
from articles.naming import starter
from tests.acts import Person
from tests.browser import becomes
from tests.factories import (
    make_author,
    make_published,
    make_section,
    make_source,
    make_tag,
    make_ticker,
    make_user,
)
from tests.images import files

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

OUTSIDE = os.environ.get("OUTSIDE_SAMPLES", "")
OWN = Path(__file__).parent / "samples" / "acts" / "causeway.txt"


@pytest.fixture
def ben(page, site, sign_in, settings, tmp_path):
    """Ben edits one section and sits before the dashboard."""
    settings.MEDIA_ROOT = tmp_path / "media"
    user = make_user("ben", "editor", sections=[make_section("Coast")])
    make_author("Ana Petrenko")
    make_source(name="North Wire")
    sign_in(user)
    person = Person(page, site)
    person.open("/admin/")
    return person


def told(person, job):
    """Print what was done, for whoever reads the run with -s; return how many acts it took."""
    print(f"\n{job}: {len(person)} acts")
    for number, act in enumerate(person.acts, 1):
        print(f"  {number:2} {act}")
    return len(person)


def findings(page):
    return [item.get_attribute("data-code") for item in page.locator("[data-findings] .finding").all()]


def closed(text):
    return text + "”"


# --- Agency copy ----------------------------------------------------------------------------------------------------


def from_paste_to_public(ben, copy, *, opening, demand, speaker, parted):
    """The job, whatever the copy: ``opening``, ``demand`` and ``speaker`` are what Ben writes there instead."""
    page = ben.page
    ben.press("New from copy", role="link")
    ben.fill("Paste the text", copy)
    ben.fill("Sent by", "North Wire")
    ben.press("Make draft")
    page.locator(".ProseMirror[contenteditable=true] p").first.wait_for()
    ben.choose(".field-author", "Ana Petrenko")
    ben.fill("Dateline: date", "2026-03-06")
    ben.mend("drop-cap", opening)
    ben.mend("unattributed-demand", demand)
    ben.mend("speaker-missing", speaker)
    ben.mend("unbalanced-quotation", closed)
    ben.mend("long-paragraph", lambda text: text.replace(f" {parted}", f"\n{parted}"))
    page.locator("[data-apply-all]").click()
    ben.acts.append("press “Write all right forms”")
    page.locator("[data-offers=ticker_links] [data-take]").first.click()
    ben.acts.append("press the ticker that is meant")
    page.locator("[data-offers=tags] [data-take-all]").click()
    ben.acts.append("press “Take all” tags of the text")
    ben.publish()


def outside_copy():
    found = [path for path in Path(OUTSIDE).glob("*.txt") if path.read_text("utf-8").startswith("Putin sees")]
    return found[0].read_text("utf-8") if OUTSIDE and found else None


def published(page):
    article = Article.objects.get(pk=int(page.url.rstrip("/").split("/")[-2]))
    assert article.is_published()
    becomes(page, lambda: findings(page), [])
    return article


def test_agency_copy_goes_from_paste_to_public_in_16_acts(ben):
    ticker = make_ticker("The causeway to Sarn: live")
    make_tag("Sarn", kind="place", wrong=["Sarnn"])
    make_tag("Marrow", kind="place", wrong=["Marow"])
    make_tag("Mara Quist", kind="person")
    make_tag("Vola Zelen", kind="person", wrong=["Vola Zhelen"])
    from_paste_to_public(
        ben,
        OWN.read_text("utf-8"),
        opening="The harbour director of Velland, Mara Quist, speaks of “first stones” for the causeway.",
        demand="Quist says, the town is to",
        speaker="said on Friday, according to the Coastal agency",
        parted="In particular",
    )
    article = published(ben.page)
    assert told(ben, "Agency copy, from paste to public") == 16
    assert [byline.name for byline in article.bylines.all()] == ["Ana Petrenko"]
    assert [row["source"] for row in article.sources] == ["north-wire"]
    assert [link.ticker_id for link in article.ticker_links.all()] == [ticker.pk]
    assert [item.tag.name for item in article.tagged_items.order_by("position")] == [
        "Sarn",
        "Marrow",
        "Mara Quist",
        "Vola Zelen",
    ]
    assert "Sarnn" not in article.body
    assert article.body.count("<p>") == 6  # five came, one was parted


@pytest.mark.needs_outside_samples
def test_the_real_copy_goes_from_paste_to_public_in_16_acts(ben):
    copy = outside_copy()
    if copy is None:
        pytest.skip("No real copy here: OUTSIDE_SAMPLES names no folder that holds it.")
    starter.load_names()
    ticker = make_ticker("War in Ukraine: live")
    from_paste_to_public(
        ben,
        copy,
        opening="Russian President Vladimir Putin speaks of “positive changes” in the talks with Ukraine.",
        demand="West, he said, had to comply",
        speaker="said on Friday, according to the Interfax agency",
        parted="In particular",
    )
    article = published(ben.page)
    assert told(ben, "The real agency copy, from paste to public") == 16
    assert [link.ticker_id for link in article.ticker_links.all()] == [ticker.pk]
    assert article.bylines.count() == 1
    assert article.tagged_items.count() > 3


# --- Own copy -------------------------------------------------------------------------------------------------------

TEXT = (
    "<p>The ferry to Sarn sails again from Monday, the harbour authority says.</p>"
    "<p>Its new engine came by rail. Trials took nine days.</p>"
)


def harbour_picture(tmp_path):
    """A picture whose file tells caption, credit and what it shows."""
    told = files.iptc(
        [(2, 120, b"The ferry in Marrow harbour."), (2, 80, b"Ana Petrenko"), (2, 110, b"North Wire")]
    )
    path = tmp_path / "ferry.jpg"
    path.write_bytes(files.with_segment(files.halves(size=(1600, 900)), told))
    return path


def test_a_clean_story_with_a_picture_an_author_and_two_tags_takes_12_acts(ben, tmp_path):
    make_tag("Ferries")
    make_tag("Sarn", kind="place")
    page = ben.page
    ben.press("New story", role="link")
    page.locator(".ProseMirror[contenteditable=true]").wait_for()
    ben.fill("Headline", "Ferry to Sarn sails again")
    ben.fill("Standfirst", "The boat that the storm broke has a new engine.")
    ben.paste(TEXT)
    ben.choose(".field-author", "Ana Petrenko")
    ben.upload("Add a picture", harbour_picture(tmp_path))
    page.locator(".lead-thumb").wait_for()
    ben.fill("Alt text", "A white ferry beside a crane")
    ben.choose(".field-tags", "Ferries")
    ben.choose(".field-tags", "Sarn")
    ben.fill("Dateline: date", "2026-03-06")
    ben.publish()
    article = published(page)
    assert told(ben, "Clean copy with a picture, an author and two tags") == 12
    assert article.body == TEXT
    assert (article.section.name, article.lead_alt) == ("Coast", "A white ferry beside a crane")
    image = article.lead_image
    assert (image.caption, image.credit) == ("The ferry in Marrow harbour.", "Ana Petrenko/North Wire")
    assert [item.tag.name for item in article.tagged_items.order_by("position")] == ["Ferries", "Sarn"]


# --- What stands already --------------------------------------------------------------------------------------------


@pytest.fixture
def live(ben):
    """Three stories online; the fixture's value is the newest."""
    section = {"id": make_section("Coast").pk, "name": "Coast"}
    for headline in ("Harbour bridge reopens", "Sarn counts its boats"):
        make_published(headline=headline, section=section)
    return make_published(headline="Ferry to Sarn sails again", section=section, body=TEXT)


def test_a_word_of_a_live_story_changes_in_5_acts(ben, live):
    ben.open("/admin/")
    ben.press("Ferry to Sarn sails again", role="link")
    ben.mark("nine")
    ben.type("ten")
    ben.publish()
    assert told(ben, "A word of a live story") == 5
    assert Article.objects.get(pk=live.pk).body == TEXT.replace("nine", "ten")


def test_a_story_is_found_by_two_words_in_3_acts(ben, live):
    ben.open("/admin/")
    ben.key("Control+k")
    ben.type("ferry sails")
    with ben.page.expect_navigation():
        ben.key("Enter")
    assert told(ben, "A story found by two words") == 3
    expect(ben.page).to_have_url(f"{ben.site}/admin/articles/article/{live.pk}/change/")


# --- Breaking news --------------------------------------------------------------------------------------------------


def test_a_flash_is_online_in_4_acts(ben):
    page = ben.page
    page.locator(".flash summary").click()
    ben.acts.append("press “Flash”")
    ben.fill("Headline", "Ferry to Sarn runs aground")
    ben.fill("What is known, in one sentence", "Nobody is hurt, the harbour authority says.")
    with page.expect_navigation():
        ben.press("Publish the flash")
    assert told(ben, "A flash") == 4
    article = Article.objects.get(headline="Ferry to Sarn runs aground")
    assert article.is_published()
    for address in ("/", article.section.get_absolute_url()):
        assert "Ferry to Sarn runs aground" in page.request.get(ben.site + address).text()
