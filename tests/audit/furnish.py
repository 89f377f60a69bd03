"""
What the demo has none of, made inside the newsroom that is judged: a corrected story, a withdrawn one, a story with
every block that a body may hold, a flash, a draft that has findings. Prints what the judges need, as JSON.
"""

import json
import time
from datetime import timedelta
from urllib.parse import urlsplit

from django.contrib import admin
from django.contrib.auth import get_user_model
from django.test import Client, RequestFactory
from django.urls import NoReverseMatch, get_resolver, reverse
from django.utils import timezone
from django.utils.module_loading import import_string

from articles import body, revisions, schedule, workflow
from articles.body.kinds.image import LAYOUTS
from articles.models import Article, Author, Correction, Section, Tag
from articles.naming import hygiene, proposals
from articles.removal import redaction
from articles.writing import invitations
from desk import notes
from images.models import Image
from tickers.models import Entry, Ticker
from wire.ingest import ingest

PICTURES_LIMIT = 180  # seconds
# One of each block, by the name of its kind; a kind without a sample stops the audit.
SAMPLES = {
    "paragraph": '<p>The harbour office moves to the <a href="/corrections/">old customs house</a> in spring. '
    "<strong>Doors open at nine</strong>, <em>rain or shine</em>; the water there is H<sub>2</sub>O, the hall "
    "120 m<sup>2</sup>.</p>",
    "crosshead": "<h2>A hall with two doors</h2>",
    "list": "<ul><li>Permits on the ground floor</li><li>Maps on the first floor</li></ul>"
    "<ol><li>Take a number</li><li>Wait for the bell</li></ol>",
    "quotation": "<blockquote><p>We had three rooms and one chair.</p><p>Now we have twelve rooms.</p></blockquote>",
    "ticker": '<aside data-block="ticker" data-link="0"></aside>',
    "image": "".join(
        f'<figure data-block="image" data-image="{{image}}" data-layout="{layout}">'
        "<figcaption>The customs house from the river.</figcaption></figure>"
        for layout in LAYOUTS
    ),
    "pullquote": '<figure data-block="pullquote"><blockquote><p>We had three rooms and one chair.</p></blockquote>'
    "<figcaption>Ada Krell, harbour office</figcaption></figure>",
    "infobox": '<aside data-block="infobox"><h2>The house</h2><p>Built in 1871 for the river customs.</p>'
    "<ul><li>Twelve rooms</li><li>Two doors</li></ul></aside>",
    "table": "<table><caption>Permits in a year</caption><thead><tr><th>Year</th><th>Fishing</th><th>Building</th></tr></thead>"
    "<tbody><tr><th>2024</th><td>1,204</td><td>88</td></tr><tr><th>2025</th><td>1,318</td><td>93</td></tr></tbody></table>",
    "embed": '<figure data-block="embed" data-image="{image}" data-url="https://www.youtube.com/watch?v=abcdefghijk">'
    "<figcaption>A walk through the empty house</figcaption></figure>",
    "related": '<aside data-block="related"></aside>',
    "note": '<aside data-block="note"><p>Ask the builder for the second date.</p></aside>',
}


def every_block(image):
    """Return a body with one of each block; ``image`` is shown by those that show one."""
    lacking = body.KINDS.keys() - SAMPLES.keys()
    assert not lacking, f"tests/audit/furnish.py has no sample of: {', '.join(sorted(lacking))}."
    text = "".join(
        SAMPLES[kind].replace("{image}", str(image.pk)) + SAMPLES["paragraph"] for kind in body.KINDS
    )
    return body.clean(text)


def make_story(by):
    """Publish the story with every block; return it."""
    image = Image.objects.usable().exclude(alt="").exclude(credit="").first()
    ticker = Article.objects.published().tickers().first()
    author, section = Author.objects.exclude(biography="").first(), Section.objects.first()
    others = Article.objects.published().exclude(kind="ticker").order_by("-pk")[:3]
    line = {
        "text": "Read it all in the live ticker",
        "article": revisions.reference(ticker),
        "url": "",
        "after_block": 1,
    }
    byline = {"author": revisions.reference(author), "source": None, "role": "text", "name": author.name}
    content = revisions.blank(
        headline="The harbour office gets a house of its own",
        kicker="Aldmouth",
        standfirst="Permits, maps and the lost property of forty years move into the old customs house.",
        body=every_block(image),
        section=revisions.reference(section),
        language="en",
        bylines=[byline | {"affiliation": "", "place": ""}],
        datelines={"places": ["Aldmouth"], "date": None, "text": ""},
        tags=[revisions.reference(tag) for tag in Tag.objects.all()[:3]],
        ticker_links=[line],
        related=[revisions.reference(story) for story in others],
        lead_image=revisions.reference(image),
    )
    revision = workflow.create(content, by=by)
    workflow.publish(revision, by=by)
    return Article.objects.get(pk=revision.article_id)


def make_flash(by):
    section = Section.objects.first()
    content = revisions.blank(
        headline="Old bridge closed to lorries",
        standfirst="Inspectors found a crack.",
        section=revisions.reference(section),
    )
    return workflow.flash(content, by=by)


def propose_tags(story, by):
    """Two names that the tag desk has to decide on, one of them nearly a tag's, and two tags that may be one."""
    tag = Tag.objects.order_by("pk").first()
    proposals.propose(story, ["Customs house", f"{tag.name} of old"], by=by)
    proposals.make(f"{tag.name}s", by=by)
    hygiene.count_uses()
    hygiene.find_pairs()


def make_alarm(by):
    """An agency corrects the copy that a story was made of; return the Alarm."""
    copy = "Ferry timetable changes\n\nThe first ferry leaves at six, the harbour office says.\n"
    made = ingest(copy.encode(), by=by, section=Section.objects.first())
    ingest(f"CORRECTION: {copy.replace('six', 'seven')}".encode(), by=by)
    return made.article.agency_alarms.get()


def make_days_ahead(story, by):
    """Put something of each kind into the calendar, a note at the story, a held embargo; return an outsider's address."""
    soon = timezone.now() + timedelta(hours=30)
    draft = Article.objects.filter(live_revision=None).order_by("pk").first()
    workflow.assign(draft, by=by, assignee=by, due_at=soon)
    schedule.set_embargo(draft, by=by, until=soon + timedelta(hours=5))
    content = story.latest_revision.content | {"kicker": "Aldmouth, the harbour"}
    version = workflow.save(story, content, by=by, base=story.version)
    schedule.publish_later(version, by=by, at=soon + timedelta(hours=1))
    schedule.set_expiry(story, by=by, at=soon + timedelta(hours=2))
    notes.write(story, "Who says that the doors open at nine?", by=by)
    link = invitations.invite(story, by=by, person="Ada Krell", until=soon)
    return urlsplit(invitations.address(link)).path


def wait_for_pictures():
    """The worker makes the sizes of the demo's pictures; a page judged before shows none."""
    deadline = time.monotonic() + PICTURES_LIMIT
    while Image.objects.filter(work=Image.Work.SIZES).exists() and time.monotonic() < deadline:
        time.sleep(0.5)


def desk_addresses():
    """Return the address of every page of the desk: each table's list, form, one of its rows, and its own pages."""
    found = set()
    for name in get_resolver().namespace_dict["admin"][1].reverse_dict:
        if isinstance(name, str):
            try:
                found.add(reverse(f"admin:{name}"))
            except NoReverseMatch:
                found |= row_address(name)
    return sorted(found)


def row_address(name):
    """Return {the address of the page ``name`` of the newest row of its table}, {} for what is not of one row."""
    for model in admin.site._registry:
        table = f"{model._meta.app_label}_{model._meta.model_name}"
        row = model._default_manager.order_by("-pk").first()
        if name.startswith(f"{table}_") and row:
            try:
                return {reverse(f"admin:{name}", args=[row.pk])}
            except NoReverseMatch:
                return set()
    return set()


def error_page():
    request = RequestFactory().get("/")
    return import_string(import_string("newsroom.urls.handler500"))(request).content.decode()


def facts_of(story, by):
    """Return what every judge needs to know; ``by`` is signed in."""
    client = Client()
    client.force_login(by)
    author = story.bylines.exclude(author=None).first().author
    ticker = Ticker.objects.filter(status=Ticker.Status.LIVE).order_by("pk").first()
    return {
        "cookie": {name: morsel.value for name, morsel in client.cookies.items()},
        "story": story.pk,
        "draft": Article.objects.filter(live_revision=None).order_by("pk").first().pk,
        "ticker": ticker.pk,
        "entry": Entry.objects.live().filter(ticker=ticker).newest_first().first().pk,
        "article": story.get_absolute_url(),
        "section": story.section.get_absolute_url(),
        "author": author.get_absolute_url(),
        "tag": story.tagged_items.first().tag.get_absolute_url(),
        "tags": [item.tag_id for item in story.tagged_items.all()[:2]],
        "signer": author.pk,
    }


def sign_in():
    """The demo as it comes, seen by its chief editor."""
    wait_for_pictures()
    stories = (
        Article.objects.published().filter(language="en").exclude(kind="ticker").exclude(lead_image=None)
    )
    by = get_user_model().objects.filter(groups__name="chief editor").first()
    print(json.dumps(facts_of(stories.order_by("-visible_from").first(), by)))


def main():
    """The demo with what it has none of, seen by the administrator."""
    by = get_user_model().objects.get(username="admin")
    wait_for_pictures()
    withdrawn, corrected = Article.objects.published().exclude(kind="ticker").order_by("pk")[:2]
    kind = Correction.Kind.CORRECTION
    workflow.correct(
        corrected.live_revision, by=by, kind=kind, wrong="The first figure.", right="The second figure."
    )
    workflow.withdraw(withdrawn, by=by, kind=Article.Withdrawal.ERROR, note="Withdrawn for the audit.")
    redaction.begin(["Nobody Atall"], by=by, reason="An exercise for the audit.")
    story, flash = make_story(by), make_flash(by)
    propose_tags(story, by)
    alarm, preview = make_alarm(by), make_days_ahead(story, by)
    facts = facts_of(story, by) | {
        "public": [page.get_absolute_url() for page in (withdrawn, corrected, story, flash)],
        "desk": desk_addresses(),
        "alarm": alarm.pk,
        "preview": preview,
        "error": error_page(),
    }
    print(json.dumps(facts))
