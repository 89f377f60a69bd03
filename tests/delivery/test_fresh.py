"""
Whatever readers can see is changed, one public thing after the other, the way the desk changes it: after each change
every stored page is what Django would make now. Fields are read from the models, so that a new one is tested too.
"""

import re
import time
from datetime import timedelta
from html import unescape

import pytest
from django.apps import apps
from django.db import transaction
from django.utils import timezone

from articles import revisions, workflow
from articles.models import Article, Author, Correction, NameForm, Office, Section, Source, Tag
from articles.naming import merging, vocabulary
from articles.writing import translations
from delivery import store
from images import library
from images.models import Image
from tests.delivery.conftest import ask
from tests.factories import (
    BODY,
    byline,
    figure,
    make_author,
    make_chief,
    make_image,
    make_published,
    make_section,
    make_source,
    make_tag,
    make_ticker,
    ticker_line,
)
from tests.test_imports import BELOW
from tickers import log
from tickers.models import Entry, Ticker

LINK = re.compile(r"""(?:href="|<loc>|<link>|"url": ")(?:http://testserver)?(/[^"<#]*)""")
NOT_PAGES = ("/static/", "/media/", "/admin/", "/favicon.ico")
STARTS = [
    "/",
    "/robots.txt",
    "/sitemap.xml",
    "/news-sitemap.xml",
    "/feeds/",
    "/corrections/",
    "/manifest.webmanifest",
]


class Site:
    """A small paper in which one story is shown wherever a story can be shown."""

    def __init__(self, front):
        self.front, self.chief = front, make_chief()
        self.city, self.sport = make_section("City"), make_section("Sport")
        self.ana, self.ben = make_author("Ana Petrenko"), make_author("Ben Okafor")
        self.cleo = make_author("Cleo Marsh")  # signs an entry and nothing else
        self.bridge, self.trams = make_tag("Harbour bridge"), make_tag("Trams")
        self.wire, self.agency = make_source(), make_source("south-wire", name="South Wire")
        self.lead, self.inside, self.other = make_image("Lead"), make_image("Inside"), make_image("Other")
        self.ticker = make_ticker(section=revisions.reference(self.sport))
        signed = {"headline": "The square fills", "author": self.cleo}
        log.post(self.ticker.ticker, signed, by=self.chief)
        self.older = make_published(headline="The bridge closes", section=revisions.reference(self.city))
        self.story = make_published(**self.content())
        name = revisions.reference
        self.beside = make_published(
            headline="Trams wait",
            section=name(self.city),
            related=[name(self.story)],
            tags=[name(self.bridge)],
        )
        self.german = make_published(
            headline="Die Brücke",
            language="de",
            section=name(self.city),
            translation_of=name(self.story.live_revision),
        )

    def content(self, **changed):
        name = revisions.reference
        return {
            "headline": "Harbour bridge reopens",
            "standfirst": "Trams cross the river again.",
            "body": BODY + figure(self.inside),
            "section": name(self.city),
            "datelines": {"places": ["Marrow"], "date": "2026-03-02", "text": ""},
            "bylines": [byline(self.ana)],
            "tags": [name(self.bridge)],
            "lead_image": name(self.lead),
            "sources": [{"source": self.wire.code, "item": "", "version": ""}],
            "ticker_links": [ticker_line(article=self.ticker)],
            "related": [name(self.older)],
        } | changed

    def publish(self, **changed):
        """Change the story as a typing error is mended, which moves none of its times."""
        article = Article.objects.get(pk=self.story.pk)
        content = revisions.blank(**self.content(**changed))
        revision = workflow.save(article, content, by=self.chief, base=article.version)
        workflow.publish(revision, by=self.chief, kind="typo")

    def crawl(self):
        """Ask for every page that a reader can come to by links, each through the store; return their addresses."""
        found, waiting = (
            {},
            [*STARTS, *self.polls(), *(story.get_absolute_url() for story in Article.objects.published())],
        )
        while waiting:
            address = waiting.pop()
            if address in found or address.startswith(NOT_PAGES):
                continue
            answer = ask(self.front, *_parted(address))
            found[address] = answer.status
            if answer.status == 200:
                waiting += [unescape(link) for link in LINK.findall(answer.text)]
        return {address for address, status in found.items() if status != 404}

    def polls(self):
        """What open pages of the ticker ask for, which no link says."""
        ticker = Article.objects.get(pk=self.ticker.pk).ticker
        return [f"/live/{ticker.pk}/since/{number}.json" for number in range(ticker.head + 1)]

    def stale(self, addresses):
        """Return those whose stored page is not what Django answers now."""
        return sorted(address for address in addresses if self._is_stale(address))

    def _is_stale(self, address):
        page = self.front.store.find(store.name_of(address), "")
        if page is None:
            return False
        fresh = ask(self.front.django, *_parted(address))
        return (page.status[:3], page.body) != (str(fresh.status), fresh.body)

    def stale_after(self, acts):
        """
        Do one of ``acts`` after the other; return {its name: addresses that were stale after it}, without the others.

        acts: {name: function}. Before each, everything a reader can come to is stored.
        """
        found = {}
        for name, act in acts.items():
            addresses = self.crawl()
            assert len(addresses) > 25
            act()
            if stale := self.stale(addresses):
                found[name] = stale
        return found


def _parted(address):
    path, _, query = address.partition("?")
    return path, query


@pytest.fixture
def paper(front):
    return Site(front)


# Stories

OTHER = {
    "body": lambda paper: (
        "<p>The harbour bridge in Marrow reopens to trams and cyclists.</p>" + figure(paper.other)
    ),
    "slug": lambda paper: "another-slug",
    "label": lambda paper: Article.Label.SPONSORED,
    "genre": lambda paper: "analysis",
    "language": lambda paper: "fr",
    "canonical_url": lambda paper: "https://elsewhere.example/story/",
    "social_image": lambda paper: revisions.reference(paper.other),
    "lead_image": lambda paper: revisions.reference(paper.other),
    "section": lambda paper: revisions.reference(paper.sport),
    "translation_of": lambda paper: revisions.reference(paper.older.live_revision),
    "follows": lambda paper: revisions.reference(paper.older),
    "datelines": lambda paper: {"places": ["Kessing"], "date": "2026-03-03", "text": ""},
    "sources": lambda paper: [{"source": paper.agency.code, "item": "", "version": ""}],
    "urgency": lambda paper: 1,
    "lead_crop": lambda paper: {"x": 0.1, "y": 0.1, "width": 0.5, "height": 0.5},
    "noindex": lambda paper: True,
    "bylines": lambda paper: [byline(paper.ben)],
    "tags": lambda paper: [revisions.reference(paper.trams)],
    "ticker_links": lambda paper: [],
    "related": lambda paper: [],
}


def test_what_is_compared_would_differ_if_nothing_were_dropped(paper):
    addresses = paper.crawl()
    Article.objects.filter(pk=paper.story.pk).update(headline="Another headline")
    stale = set(paper.stale(addresses))
    assert {
        paper.story.get_absolute_url(),
        paper.beside.get_absolute_url(),
        "/",
        "/city/",
        "/feeds/all.rss",
    } <= stale
    assert len(stale) > 15


@pytest.mark.slow
def test_each_field_of_a_story(paper):
    values = {
        field: OTHER[field](paper) if field in OTHER else f"Other {field}" for field in revisions.blank()
    }
    acts = {field: lambda field=field: paper.publish(**{field: values[field]}) for field in values}
    assert paper.stale_after(acts) == {}


def test_each_act_on_a_story(paper):
    def withdraw():
        workflow.withdraw(Article.objects.get(pk=paper.story.pk), by=paper.chief, kind="legal", note="Gone.")

    def correct():
        article = Article.objects.get(pk=paper.story.pk)
        content = revisions.blank(**paper.content(standfirst="Trams cross the river since Monday."))
        revision = workflow.save(article, content, by=paper.chief, base=article.version)
        workflow.correct(revision, by=paper.chief, kind="correction", wrong="Tuesday", right="Monday")

    def breaking(until):
        workflow.set_breaking(Article.objects.get(pk=paper.story.pk), until, by=paper.chief)

    def reply():
        revision = Article.objects.get(pk=paper.story.pk).latest_revision
        workflow.correct(revision, by=paper.chief, kind="reply", wrong="", right="", reply=paper.beside)

    def withdraw_reply():
        workflow.withdraw(Article.objects.get(pk=paper.beside.pk), by=paper.chief, kind="error")

    def put_reply_back():
        workflow.publish(Article.objects.get(pk=paper.beside.pk).latest_revision, by=paper.chief)

    def listed(is_listed):
        workflow.list_correction(Correction.objects.get(kind="correction"), is_listed, by=paper.chief)

    acts = {
        "a new one": lambda: make_published(**paper.content(headline="A third bridge is planned")),
        "another headline": lambda: paper.publish(headline="The bridge is open"),
        "withdraw": withdraw,
        "put back": lambda: paper.publish(),
        "correct": correct,
        "leave out": lambda: listed(False),
        "list again": lambda: listed(True),
        "reply": reply,
        "withdraw the reply": withdraw_reply,
        "put the reply back": put_reply_back,
        "breaking": lambda: breaking(timezone.now() + timedelta(hours=1)),
        "not breaking": lambda: breaking(None),
        "withdraw the corrected": withdraw,
    }
    assert paper.stale_after(acts) == {}


def test_a_translation_begun_at_the_desk_and_its_original_name_each_other_at_once(paper):
    def alternates(article):
        page = ask(paper.front, Article.objects.get(pk=article.pk).get_absolute_url()).text
        return dict(
            re.findall(r'<link rel="alternate" hreflang="([^"]+)" href="http://testserver([^"]+)"', page)
        )

    def publish():
        content = begun.content | {"headline": "Міст відкрито"}
        revision = workflow.save(begun.article, content, by=paper.chief, base=1)
        workflow.publish(revision, by=paper.chief)

    begun = translations.begin(paper.older, "uk", by=paper.chief)
    assert alternates(paper.older) == {}
    assert paper.stale_after({"publish": publish}) == {}
    original, ours = paper.older.get_absolute_url(), f"/city/mist-vidkryto-{begun.article_id}/"
    expected = {"en": original, "uk": ours, "x-default": original}
    assert alternates(paper.older) == alternates(begun.article) == expected


def test_each_act_in_a_ticker(paper):
    def start():
        log.set_status(paper.ticker.ticker, "live", by=paper.chief)
        posts.append(log.post(paper.ticker.ticker, {"headline": "The first tram"}, by=paper.chief))

    def change(act, *arguments, **more):
        posts[0].refresh_from_db()
        act(posts[0], *arguments, by=paper.chief, **more)

    posts = []
    acts = {
        "start": start,
        "post": lambda: posts.append(
            log.post(paper.ticker.ticker, {"headline": "The second tram"}, by=paper.chief)
        ),
        "edit": lambda: change(log.edit, {"headline": "The very first tram"}, base=posts[0].version),
        "pin": lambda: change(log.pin),
        "delete": lambda: change(log.delete),
        "restore": lambda: change(log.restore),
        "end": lambda: log.set_status(paper.ticker.ticker, "ended", by=paper.chief),
    }
    assert paper.stale_after(acts) == {}


def test_merging_and_parting_again(paper):
    acts = {
        "who signs an entry": lambda: merging.merge([paper.cleo], into=paper.ben, by=paper.chief),
        "part who signs an entry": lambda: merging.undo(
            [Author.objects.get(pk=paper.cleo.pk)], by=paper.chief
        ),
        "tags": lambda: merging.merge([paper.bridge], into=paper.trams, by=paper.chief),
        "part tags": lambda: merging.undo([Tag.objects.get(pk=paper.bridge.pk)], by=paper.chief),
        "authors": lambda: merging.merge([paper.ana], into=paper.ben, by=paper.chief),
        "part authors": lambda: merging.undo([Author.objects.get(pk=paper.ana.pk)], by=paper.chief),
    }
    assert paper.stale_after(acts) == {}


@pytest.mark.slow
def test_a_story_set_for_later_comes_by_itself(paper):
    paper.crawl()
    at = timezone.now() + timedelta(seconds=10)
    make_published(**paper.content(headline="Seen soon"), at=at)
    addresses = paper.crawl()
    assert not any("seen-soon" in address for address in addresses)
    time.sleep(max(0, (at - timezone.now()).total_seconds()))
    assert paper.stale(addresses) == []
    assert any("seen-soon" in address for address in paper.crawl())


# What stories are sorted and signed by

VALUES = {
    "position": 9,
    "kind": "place",
    "credit_lines": {"en": "By another agency"},
    "code": "another-code",
    "licence_until": timezone.now() + timedelta(days=1),
    "taken": "2026-01-01",
}


def public_fields(model):
    """Names of the columns of ``model`` that a person fills in a form, and that no other test changes."""
    columns = [field for field in model._meta.concrete_fields if field.editable and not field.primary_key]
    return [
        field.name for field in columns if not field.is_relation and field.name not in {"file", "retired_at"}
    ]


def other(thing, field):
    """Return another value for ``field``: the address is nobody else's, and what was yes is no."""
    now = getattr(thing, field)
    if isinstance(now, bool):
        return not now
    return f"another-{now}" if field == "slug" else VALUES.get(field, "Changed")


THINGS = {"city": Section, "ana": Author, "cleo": Author, "bridge": Tag, "wire": Source}


@pytest.mark.slow
def test_each_field_of_what_stories_are_sorted_and_signed_by(paper):
    def edit(thing, field):
        setattr(thing, field, other(thing, field))
        vocabulary.keep(thing, by=paper.chief, created=False, fields=[field])

    things = {name: getattr(paper, name) for name in THINGS}
    fields = [(name, field) for name, model in THINGS.items() for field in public_fields(model)]
    acts = {f"{name} {field}": lambda n=name, f=field: edit(things[n], f) for name, field in fields}
    seen_again = {
        "bridge is_internal at first": lambda: edit(paper.bridge, "is_internal")
    }  # no longer, below
    acts = seen_again | acts
    for act in (vocabulary.retire, vocabulary.restore):
        acts |= {
            f"{act.__name__} {name}": lambda a=act, n=name: a([things[n]], by=paper.chief) for name in THINGS
        }
    assert paper.stale_after(acts) == {}


@pytest.mark.slow
def test_each_field_of_a_picture(paper):
    def edit(image, field):
        setattr(image, field, VALUES.get(field, "Changed"))
        image.save()
        library.changed(image)

    images = {"lead": paper.lead, "inside": paper.inside}
    acts = {f"{n} {f}": lambda n=n, f=f: edit(images[n], f) for n in images for f in public_fields(Image)}
    for name, image in images.items():
        rows = Image.objects.filter(pk=image.pk)
        acts[f"retire {name}"] = lambda rows=rows: library.retire(rows, by=paper.chief)
        acts[f"restore {name}"] = lambda rows=rows: library.restore(rows, by=paper.chief)
        acts[f"no sizes of {name}"] = lambda rows=rows: library.remove_renditions(rows.get())
    assert paper.stale_after(acts) == {}


# What stands beside a story: names, lines, entries, notes

ROWS = {
    "bylines": (
        lambda paper: byline(paper.ana),
        {
            "author": lambda paper: revisions.reference(paper.ben),
            "source": lambda paper: {"author": None, "source": revisions.reference(paper.agency)},
            "role": lambda paper: "photo",
            "name": lambda paper: "A. Petrenko",
            "affiliation": lambda paper: "The Marrow Gazette",
            "place": lambda paper: "Kessing",
        },
    ),
    "ticker_links": (
        lambda paper: ticker_line(article=paper.ticker),
        {
            "text": lambda paper: "All of it, as it happens",
            "article": lambda paper: {"article": None, "url": "https://elsewhere.example/live"},
            "url": lambda paper: {"article": None, "url": "https://elsewhere.example/other"},
            "after_block": lambda paper: 0,
        },
    ),
}


@pytest.mark.slow
def test_each_field_of_the_rows_of_a_story(paper):
    """Who signs and how, each line to a ticker, and the order of all."""

    def change(field, name, value):
        value = value if isinstance(value, dict) and name in value else {name: value}
        paper.publish(**{field: [ROWS[field][0](paper) | value]})

    acts = {
        f"{field} {name}": lambda f=field, n=name, v=values[name]: change(f, n, v(paper))
        for field, (_, values) in ROWS.items()
        for name in values
    }
    assert {field: set(row(paper)) for field, (row, _) in ROWS.items()} == {
        field: set(values) for field, (_, values) in ROWS.items()
    }
    name = revisions.reference
    for field, both in {
        "bylines": [byline(paper.ana), byline(paper.ben)],
        "tags": [name(paper.bridge), name(paper.trams)],
        "related": [name(paper.older), name(paper.beside)],
        "ticker_links": [ticker_line(article=paper.ticker), ticker_line("Next", article=paper.ticker)],
    }.items():
        acts[f"two {field}"] = lambda f=field, both=both: paper.publish(**{f: both})
        acts[f"order of {field}"] = lambda f=field, both=both: paper.publish(**{f: both[::-1]})
    assert paper.stale_after(acts) == {}


@pytest.mark.slow
def test_each_kind_of_note_that_corrects(paper):
    def correct(kind, in_list):
        article = Article.objects.get(pk=paper.story.pk)
        content = revisions.blank(**paper.content(standfirst=f"Corrected as {kind}, {in_list}."))
        revision = workflow.save(article, content, by=paper.chief, base=article.version)
        workflow.correct(revision, by=paper.chief, kind=kind, wrong="two", right="three", in_list=in_list)

    acts = {
        f"{kind} {in_list}": lambda k=kind, i=in_list: correct(k, i)
        for kind in Correction.Kind.values
        for in_list in (True, False)
    }
    assert paper.stale_after(acts) == {}


ENTRY = {
    "headline": "The second tram",
    "body": "<p>It was late.</p>",
    "kind": "key",
    "verification": "unconfirmed",
    "reported_by": "North Wire",
    "happened": timezone.now() - timedelta(hours=1),
    "initials": "bo",
}
TICKER = {
    "starts": timezone.now() - timedelta(hours=2),
    "ends": timezone.now() + timedelta(hours=2),
    "time_zone": "Europe/Lisbon",
    "summary": "Trams run again.",
    "posting": "delayed",
    "delay_minutes": 3,
    "poll_seconds": 20,
    "phrases": "Goal",
}


@pytest.mark.slow
def test_each_field_of_an_entry_and_of_its_ticker(paper):
    ticker = log.set_status(paper.ticker.ticker, "live", by=paper.chief)
    entry = log.post(ticker, {"headline": "The first tram"}, by=paper.chief)
    older = make_ticker(headline="The ticker of yesterday", section=revisions.reference(paper.sport)).ticker
    values = ENTRY | {"author": paper.ben}
    settings = TICKER | {"continues": older}
    assert (set(values), set(settings)) == (set(log.CONTENT), set(log.SETTINGS))

    def edit(field, correction=""):
        entry.refresh_from_db()
        log.edit(entry, {field: values[field]}, by=paper.chief, base=entry.version, correction=correction)

    acts = {f"entry {field}": lambda f=field: edit(f) for field in values}
    acts["entry corrected"] = lambda: log.edit(
        Entry.objects.get(pk=entry.pk),
        {"headline": "The third tram"},
        by=paper.chief,
        base=Entry.objects.get(pk=entry.pk).version,
        correction="It was not the second.",
    )
    for name in settings:
        acts[f"ticker {name}"] = lambda n=name: log.configure(
            Ticker.objects.get(pk=ticker.pk), {n: settings[n]}, by=paper.chief
        )
    assert paper.stale_after(acts) == {}


@pytest.mark.slow
def test_each_relation_of_tags_and_authors(paper):
    """As their forms save them: the row by `keep`, its relations in the same transaction."""

    def keep(thing, field, change):
        with transaction.atomic():
            thing = type(thing).objects.get(pk=thing.pk)
            change(thing)
            vocabulary.keep(thing, by=paper.chief, created=False, fields=[field])

    def form_of(kind, text, language=""):
        return lambda tag: NameForm.objects.create(tag=tag, kind=kind, text=text, language=language)

    changes = {
        (paper.ana, "portrait"): lambda author: setattr(author, "portrait", paper.other),
        (paper.ana, "biographies"): lambda author: setattr(
            author, "biographies", {"de": "Schreibt über Häfen."}
        ),
        (paper.bridge, "picture"): lambda tag: setattr(tag, "picture", paper.other),
        (paper.bridge, "broader"): lambda tag: setattr(tag, "broader", paper.trams),
        (paper.bridge, "related"): lambda tag: tag.related.add(paper.trams),
        (paper.bridge, "a printed form"): form_of("printed", "Hafenbrücke", "de"),
        (paper.bridge, "a former name"): form_of("former", "Customs bridge"),
        (paper.bridge, "its language"): lambda tag: tag.forms.filter(kind="printed").update(language="fr"),
        (paper.bridge, "its text"): lambda tag: tag.forms.filter(kind="printed").update(text="Pont du port"),
        (paper.bridge, "an office"): lambda tag: Office.objects.create(tag=tag, title="mayor"),
        (paper.bridge, "no form"): lambda tag: tag.forms.all().delete(),
        (paper.bridge, "unrelated"): lambda tag: tag.related.clear(),
    }
    acts = {
        f"{thing} {field}": lambda t=thing, f=field, c=change: keep(t, f, c)
        for (thing, field), change in changes.items()
    }
    assert paper.stale_after(acts) == {}


# Every field of every model: changed above, or seen by no reader

IN_ROWS = {
    "article",
    "content_object",
    "visible_from",
}  # whose row it is, and a copy of when that is seen; not all have all
CHANGED = {
    "articles.Article": {*revisions.blank(), "withdrawn_at", "withdrawal", "withdrawal_note", "deindexed_at"}
    | {"live_revision", "updated", "corrected", "breaking_until", "visible_until"}
    | {"publish_at", "visible_from", "first_published"},
    "articles.Section": {*public_fields(Section), "retired_at"},
    "articles.Source": {*public_fields(Source), "retired_at"},
    "articles.Author": {
        *public_fields(Author),
        "retired_at",
        "portrait",
        "biographies",
        "canonical",
        "merged_into",
    },
    "articles.Tag": {*public_fields(Tag), "retired_at", "picture", "broader", "canonical", "merged_into"},
    "articles.Byline": {"author", "source", "position", "role", "name", "affiliation", "place"} | IN_ROWS,
    "articles.TaggedItem": {"tag", "position"} | IN_ROWS,
    "articles.TickerLink": {"position", "text", "ticker", "url", "after_block"} | IN_ROWS,
    "articles.Related": {"to", "position"} | IN_ROWS,
    "articles.NameForm": {"kind", "text", "language", "tag"},
    "articles.Office": {"title", "tag"},
    "articles.OldSlug": {"slug", "section", "tag", "author"},
    "articles.Correction": {"kind", "wrong", "right", "reply", "at", "in_list", "act"} | IN_ROWS,
    "images.Image": {*public_fields(Image), "retired_at"},
    "images.Rendition": {"image", "width", "height", "format", "name", "bytes"},
    "tickers.Ticker": {*log.SETTINGS, "status", "head", "made"},
    "tickers.Entry": {*log.CONTENT, "state", "pinned", "number", "edited", "corrected", "correction"}
    | {"version", "ticker"},
    "tickers.Event": {"ticker", "seq", "kind", "entry", "version", "at"},
}
FIXED = {  # public, and never another once it is there
    "articles.Article": {"uuid", "kind"},
    "images.Image": {"file", "width", "height", "ladder"},
    "tickers.Entry": {"key", "posted"},
}
DESK = {  # columns that no public page reads, beside public ones
    "articles.Article": set(revisions.DESK)
    | {"created", "created_by", "legal_hold"}
    | {
        "embargo_until",
        "embargo_by_hand",
        "held_since",
        "embargo_text",
        "expires_at",
    },  # read through visible_from and _until
    "articles.Author": {"merged_at", "reprints", "account"},
    "articles.Tag": {"merged_at", "uses"},
    "articles.NameForm": {"note"},
    "articles.Office": {"starts", "ends"},  # for a check of copy
    "articles.Correction": {"by"},
    "images.Image": {"sha256", "created", "work", "claimed_at", "tries"},
    "tickers.Entry": {"due_at", "made_at", "made_by", "deleted_by"},
    "tickers.Event": {"by"},
    "tickers.Ticker": {"article"},
}
NO_READER = set(
    """accounts.User accounts.DefaultGrant accounts.AuditEntry accounts.LoginAttempt delivery.Log delivery.Purge
    delivery.Moment delivery.Heartbeat delivery.Errand images.Use articles.TagName articles.TagPair articles.TagProposal
    articles.Autosave articles.Presence articles.Revision articles.PublishAct articles.ConflictCopy
    articles.PlannedChange articles.Clearance articles.PreviewLink articles.PreviewOpening articles.Receipt
    articles.ReceiptLine articles.Redaction articles.Restriction articles.Term articles.Waiver
    tickers.EntryVersion tickers.Duty tickers.Handover tickers.Done tickers.Token wire.Item wire.Alarm wire.Taking wire.Answer
    desk.SavedFilter desk.Verdict desk.Note desk.Mention""".split()
)


def test_each_field_of_each_model_is_changed_here_or_seen_by_no_reader():
    """A new column fails this until somebody has said how readers come to see it, or that they don't."""
    told = {label: CHANGED[label] | FIXED.get(label, set()) | DESK.get(label, set()) for label in CHANGED}
    found = {
        model._meta.label: {field.name for field in model._meta.concrete_fields if not field.auto_created}
        for model in apps.get_models()
        if model.__module__.split(".")[0] in BELOW
    }
    assert found.keys() - told.keys() == NO_READER
    unsaid = {label: fields - told[label] for label, fields in found.items() if label in told}
    assert {label: fields for label, fields in unsaid.items() if fields} == {}
    gone = {label: told[label] - found[label] - IN_ROWS for label in told}
    gone["articles.Article"] -= set(revisions.blank())  # some of a content's fields are rows of their own
    assert {label: fields for label, fields in gone.items() if fields} == {}
