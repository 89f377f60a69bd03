"""
Puts the demo newsroom into the database, through the same acts as the desk uses, in one transaction.

Every piece is made once. An audit row "load_demo" names it, and what has such a row, or is here anyway under the same
address, is left exactly as it is: a second run changes nothing, and neither an old headline nor a house-style term
that somebody took out comes back.
"""

import secrets
from collections import Counter
from datetime import timedelta

from django.contrib.auth.hashers import make_password
from django.contrib.auth.models import Group
from django.db import transaction
from django.utils import timezone

import delivery
from accounts import audit
from accounts.models import AuditEntry, User
from accounts.roles import WIRE
from articles import revisions, workflow
from articles.models import Article, Author, NameForm, Revision, Section, Source, Tag, Term
from articles.naming import starter
from articles.permissions import NotAllowed
from images import library, workshop
from images.metadata import Facts
from images.models import Image
from newsroom import demo
from newsroom.demo import drawings
from tickers import log
from tickers.models import Handover, Ticker
from wire import ingest

VERB = "load_demo"
COPIED = (
    "lead_alt lead_caption lead_credit genre label kicker slug slugline home_headline seo_title social_title "
    "social_text urgency byline_override"
).split()
DATED = ["headline", "standfirst"]
NAMES = "starter names"

ALONE = "It is part of the demo."  # a house that wants four eyes can be looked at too


class Ledger:
    """
    What this run and earlier ones made or found here: {(kind of row, piece): its number}, kept as audit rows.

    ``ours`` holds those that were made, not found. ``made`` counts what this run made, by model. Two runs at once
    wait for each other here, so a Ledger is opened inside a transaction.
    """

    def __init__(self):
        self.actor = User.objects.select_for_update().get(username=WIRE)
        self.pieces, self.ours, self.made = {}, set(), Counter()
        for row in AuditEntry.objects.filter(verb=VERB):
            self._note((row.target_type, row.detail["piece"]), row.target_id, row.detail["made"])

    def _note(self, key, pk, made):
        self.pieces[key] = pk
        if made:
            self.ours.add(key)

    def holds(self, model, piece):
        return (model._meta.label_lower, piece) in self.pieces

    def made_here(self, model, piece):
        return (model._meta.label_lower, piece) in self.ours

    def row(self, model, piece):
        """Return the row that goes by ``piece``, whatever its name is now; None where there is none."""
        return model.objects.filter(pk=self.pieces.get((model._meta.label_lower, piece))).first()

    def add(self, row, piece, made=True):
        audit.record(self.actor, VERB, row, piece=piece, made=made)
        self._note((row._meta.label_lower, piece), row.pk, made)
        self.made[type(row)] += made

    def ensure(self, model, piece, *, known_by, **fields):
        """Make ``piece`` unless it was made before or a row is ``known_by`` the same fields; return whether it was."""
        if self.holds(model, piece):
            return False
        row, made = model.objects.get_or_create(**known_by, defaults=fields)
        self.add(row, piece, made)
        return made


def load(at=None):
    """
    Make what is missing of the demo newsroom; return a Counter of the rows made, by model.

    at: aware datetime from which the ages of stories count back, now if None. Raise workflow's NotAllowed or Blocked
    where this newsroom forbids a story; then nothing at all was made.
    """
    with transaction.atomic():
        ledger = Ledger()
        _load_pictures(ledger)
        _load_people(ledger)
        _load_vocabulary(ledger)
        desk = Desk(ledger, at or timezone.now())
        for story in demo.stories("stories") + demo.stories("drafts"):
            desk.write(story)
        desk.tell(**demo.table("entries"))
        for name, data in demo.wire_copy():
            desk.receive(name, data)
        if made := +ledger.made:
            delivery.purge(["site"])
    return made


def _load_people(ledger):
    people = demo.table("desk")
    for row in people["sections"]:
        _ensure(ledger, Section, row, "slug")
    for row in people["users"]:
        _load_user(ledger, **row)
    for row in people["authors"]:
        _load_author(ledger, row)
    for row in people["sources"]:
        _ensure(ledger, Source, row, "code")


def _ensure(ledger, model, row, *known_by):
    """Make a row of one of the tables; its piece is called by the first of the names in ``known_by``."""
    known = {name: row[name] for name in known_by}
    return ledger.ensure(
        model, row[known_by[0]], known_by=known, **{name: row[name] for name in row.keys() - known}
    )


def _load_user(ledger, *, username, group, sections=(), **names):
    """An account begins without a usable password: nobody can sign in before somebody sets one."""
    row = {"username": username, "password": make_password(None), "is_staff": True, **names}
    if _ensure(ledger, User, row, "username"):
        user = ledger.row(User, username)
        user.groups.add(*Group.objects.filter(name=group))
        user.sections.add(*(ledger.row(Section, slug) for slug in sections))


def _load_author(ledger, row):
    row = row | {
        "account": _free_account(ledger, row.get("account")),
        "portrait": ledger.row(Image, row["portrait"]),
    }
    if _ensure(ledger, Author, row, "slug") and row["portrait"]:
        library.note_uses(ledger.row(Author, row["slug"]), [row["portrait"].pk])


def _free_account(ledger, username):
    """Return the account called ``username`` unless another author has it already."""
    user = username and ledger.row(User, username)
    return user if user and not hasattr(user, "author") else None


def _load_vocabulary(ledger):
    for row in demo.table("tags")["tags"]:
        forms = row.pop("forms", [])
        if _ensure(ledger, Tag, row, "slug"):
            NameForm.objects.bulk_create(NameForm(tag=ledger.row(Tag, row["slug"]), **form) for form in forms)
    for row in demo.table("terms")["terms"]:
        _ensure(ledger, Term, {"language": ""} | row, "wrong", "language")
    if not ledger.holds(User, NAMES):
        starter.load_names()
        ledger.add(ledger.actor, NAMES, made=False)


def _load_pictures(ledger):
    """Put the drawings into the library; the worker makes their sizes, so that loading takes no longer."""
    for row in demo.table("pictures")["pictures"]:
        drawing = row.pop("drawing")
        if ledger.holds(Image, drawing):
            continue
        work = workshop.Work("PNG", *drawings.size(drawing), Facts(), [])
        try:
            image, made = library.keep(drawings.png(drawing), work, by=ledger.actor, **row), True
        except library.Known as known:
            image, made = known.image, False
        ledger.add(image, drawing, made)


class Desk:
    """Writes the stories. ``at``: aware datetime from which their ages count back."""

    def __init__(self, ledger, at):
        self.ledger, self.at = ledger, at.replace(second=0, microsecond=0)

    def write(self, story):
        """Make, publish and correct ``story`` unless that was done before."""
        if self.ledger.holds(Article, story.key):
            return
        moment = self.at - story.age
        content = self.content(story, timezone.localtime(moment).date())
        first = workflow.create(
            _as_first_printed(content, story),
            by=self.user(story, "writer"),
            kind=_kind(story),
            revision_kind=Revision.Kind.FLASH if story.facts.get("flash") else Revision.Kind.SAVE,
        )
        article = first.article
        if story.is_published:
            workflow.publish(first, by=self.user(story, "publisher"), at=moment, alone=ALONE)
        for correction in story.facts.get("corrections", []):
            self.correct(article, content, correction, by=self.user(story, "publisher"))
        if story.facts.get("flash"):
            workflow.set_breaking(article, moment + workflow.BREAKING, by=self.user(story, "publisher"))
        if "withdrawn" in story.facts:
            workflow.withdraw(article, by=self.user(story, "publisher"), **story.facts["withdrawn"])
        if "state" in story.facts:
            workflow.set_state(article, story.facts["state"], by=self.user(story, "writer"))
        self.ledger.add(article, story.key)

    def correct(self, article, content, correction, *, by):
        revision = workflow.save(article, content, by=by, base=1)
        told = {name: correction[name] for name in ("kind", "wrong", "right")}
        workflow.correct(revision, by=by, alone=ALONE, **told)

    def tell(self, *, ticker, publisher, entries, handover, **settings):
        """Start the live ticker of the story ``ticker`` and post its entries, unless it was made elsewhere or before."""
        article, publisher = self.ledger.row(Article, ticker), self.ledger.row(User, publisher)
        if self.ledger.holds(Ticker, ticker) or not self.ledger.made_here(Article, ticker):
            return
        running = log.set_status(article.ticker, Ticker.Status.LIVE, by=publisher, at=article.first_published)
        lines = {name: text.strip() for name, text in settings.items()}
        log.configure(running, lines, by=publisher, at=article.first_published)
        for entry in entries:
            self.post(running, publisher=publisher, **entry)
        Handover.objects.create(ticker=running, text=handover, by=publisher, at=self.at)
        self.ledger.add(running, ticker, made=False)  # counted as a story already

    def post(
        self, ticker, *, by, publisher, minutes_ago, text="", author=None, picture=None, pinned=False, **facts
    ):
        at, by = self.at - timedelta(minutes=minutes_ago), self.ledger.row(User, by)
        corrected, correction = facts.pop("corrected", ""), facts.pop("correction", "")
        content = {"author": self.ledger.row(Author, author), "body": demo.body_html(text)}
        if "list" in facts:
            content["body"] += demo.list_html(facts.pop("list"))
        if "happened_minutes_ago" in facts:
            content["happened"] = self.at - timedelta(minutes=facts.pop("happened_minutes_ago"))
        if picture:
            image = self.ledger.row(Image, picture)
            content["body"] += demo.picture_html(image and image.pk, "text", facts.pop("caption"))
        entry = log.post(ticker, content | facts, by=by, at=at)
        if corrected:
            changed = {"body": demo.body_html(corrected)}
            log.edit(entry, changed, by=by, base=1, correction=correction, at=at + timedelta(minutes=9))
        if pinned:
            log.pin(entry, by=publisher, at=at)

    def receive(self, name, data):
        """Take in a piece of agency copy as a draft."""
        if self.ledger.holds(Article, name):
            return
        city = self.ledger.row(Section, "city")
        result = ingest.ingest(data, name=name, section=city, language="en", by=self.ledger.actor)
        if result.article is None:
            raise NotAllowed(result.error)
        self.ledger.add(result.article, name)

    def user(self, story, part):
        return self.ledger.row(User, story.facts[part])

    def content(self, story, day):
        """Return the story's content in the shape of `revisions.blank`, dated ``day``."""
        facts = story.facts
        content = {name: facts[name] for name in COPIED if name in facts}
        content |= {name: demo.dated(facts[name], day, story.language) for name in DATED if name in facts}
        return revisions.blank(
            **content,
            language=story.language,
            body=demo.body_html(demo.dated(story.text, day, story.language), self.pictures()),
            lead_image=self.name(Image, facts.get("picture")),
            section=self.name(Section, facts["section"]),
            datelines={"places": facts["places"], "date": day.isoformat(), "text": ""},
            sources=facts.get("sources", []),
            bylines=[self.byline(**row) for row in facts["bylines"]],
            tags=self.names(Tag, facts["tags"]),
            ticker_links=self.ticker_lines(story),
            related=self.names(Article, facts.get("related", [])),
            follows=self.name(Article, facts.get("follows")),
            translation_of=self.translated(facts.get("translation_of")),
        )

    def byline(self, author=None, source=None, role="text", place=""):
        author, source = self.ledger.row(Author, author), self.ledger.row(Source, source)
        row = {"author": revisions.reference(author), "source": revisions.reference(source), "role": role}
        return row | {"name": (author or source).name, "affiliation": "", "place": place}

    def ticker_lines(self, story):
        """The box of the body says where a line stands; the line says it too, for whoever drops the box."""
        places = demo.box_places(story.text)
        return [
            {
                "text": row["text"],
                "article": self.name(Article, row["ticker"]),
                "url": "",
                "after_block": places[index],
            }
            for index, row in enumerate(story.facts.get("ticker_lines", []))
        ]

    def translated(self, key):
        article = self.ledger.row(Article, key)
        return revisions.reference(article and article.live_revision)

    def pictures(self):
        """Return {name of the drawing: id} of the pictures that are here."""
        drawn = (row["drawing"] for row in demo.table("pictures")["pictures"])
        return {name: image.pk for name in drawn if (image := self.ledger.row(Image, name))}

    def name(self, model, key):
        return revisions.reference(self.ledger.row(model, key))

    def names(self, model, keys):
        return [name for key in keys if (name := self.name(model, key))]


def _as_first_printed(content, story):
    """Return ``content`` with the mistakes that the story's corrections put right."""
    body = content["body"]
    for correction in story.facts.get("corrections", []):
        body = body.replace(correction["now"], correction["was"])
    return content | {"body": body}


def _kind(story):
    return story.facts.get("kind", Article.Kind.STORY)


def give_passwords():
    """Give each account that `load` made and nobody ever used a random password; return {username: password}."""
    given = {}
    with transaction.atomic():
        ledger = Ledger()
        for user in _locked_accounts(ledger):
            given[user.username] = secrets.token_urlsafe(12)
            user.set_password(given[user.username])
            user.save(update_fields=["password"])
            audit.record(ledger.actor, "password", user)
    return given


def without_password():
    """Return the usernames of accounts that `load` made and nobody can sign in to yet."""
    with transaction.atomic():
        return [user.username for user in _locked_accounts(Ledger())]


def _locked_accounts(ledger):
    names = [row["username"] for row in demo.table("desk")["users"]]
    users = [ledger.row(User, name) for name in names if ledger.made_here(User, name)]
    return [
        user
        for user in users
        if user.is_active and user.last_login is None and not user.has_usable_password()
    ]
