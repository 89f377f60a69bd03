"""
Fills the database with invented published stories, for measuring: the rows that the desk's own acts would leave.

Story number n has a uuid that says so, which is how a later run knows where the last one stopped. Written in batches,
each one transaction: a run that is killed leaves whole stories, and the next one goes on from there.
"""

import uuid
from datetime import UTC, datetime, timedelta
from functools import cache
from html import escape

from django.contrib.auth.hashers import make_password
from django.db import connection, transaction

import delivery
from accounts.models import AuditEntry, User
from articles import revisions
from articles.models import (
    Article,
    Author,
    Byline,
    Correction,
    PublishAct,
    Revision,
    Section,
    Tag,
    TaggedItem,
)
from articles.models.tag import TagKind
from articles.slugs import LENGTH, fold, slugify
from newsroom import bulk, corpus_text

BATCH = 500  # stories a transaction
USERNAME = "corpus"
# Version 8, numbered by one's own rule (RFC 9562, section 5.8).
UUID_BASE = 0x6E657773_726F_8000_8000_000000000000
UUID_SPACE = 1 << 48
UNTIL = datetime(2026, 1, 1, tzinfo=UTC)
LATEST = timedelta(days=1)  # before ``until``, so that there is room for a change after publication
SPAN = timedelta(days=6 * 365)
ELEMENTS = {"paragraph": "p", "crosshead": "h2"}
# In the order they are written.
MODELS = [Article, Revision, Byline, TaggedItem, PublishAct, Correction, AuditEntry]

# Versions of a story: (kind of the version, hours after publication, kind of the act that put it online or None).
WRITTEN_AT_ONCE = [("save", 0, "first")]
EDITED = [("save", -2, None), ("publish", 0, "first")]
CHANGED = [[*EDITED, ("publish", 3, kind)] for kind in ("update", "typo", "correction")]


def load(total, until=UNTIL, tell=lambda have: None):
    """
    Add stories until there are ``total``; return how many were added.

    until: aware datetime; each story added is older than that by at least a day. tell(have) is called after a batch.
    """
    before = have = count()
    while have < total:
        with transaction.atomic():
            Batch(range(have, min(have + BATCH, total)), until).write()
            delivery.purge(["site"])
        have = count()
        tell(have)
    if have > before and connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")  # which PostgreSQL does by itself within minutes
    return have - before


def count():
    """Return how many stories of the corpus there are."""
    ours = Article.objects.filter(uuid__gte=story_uuid(0), uuid__lt=story_uuid(UUID_SPACE - 1))
    last = ours.order_by("-uuid").values_list("uuid", flat=True).first()
    return 0 if last is None else last.int - UUID_BASE + 1


def story_uuid(number):
    return uuid.UUID(int=UUID_BASE + number)


def moment(number, until):
    """
    Return when story ``number`` was published: evenly spread over the years, however many stories there are.

    The bits of the number read backwards make a fraction (van der Corput's sequence), so that each next story falls
    into one of the widest gaps that the earlier ones left.
    """
    fraction = int(f"{number:032b}"[::-1], 2) / (1 << 32)
    return (until - LATEST - SPAN * fraction).replace(microsecond=0)


def history(number):
    """Return the versions of story ``number``: 3 in 10 have one, 6 have two, 1 was changed after publication."""
    if number % 10 < 3:
        return WRITTEN_AT_ONCE
    return EDITED if number % 10 < 9 else CHANGED[number // 10 % 3]


class Batch:
    """Stories on their way into the database, row by row. ``rows`` is {model: [unsaved rows]}."""

    def __init__(self, numbers, until):
        self.until = until
        self.texts = {number: corpus_text.text(number) for number in numbers}
        self.user = ensure_user()
        self.sections = [ensure_section(position) for position in range(len(corpus_text.SECTIONS))]
        self.tags = ensure(Tag, [row for text in self.texts.values() for row in tag_rows(text)])
        self.authors = ensure(Author, [row for text in self.texts.values() for row in author_rows(text)])
        self.rows = {model: [] for model in MODELS}

    def fill(self):
        """Make the rows. Their keys are taken first, because articles and their versions point at each other."""
        articles = new_ids(Article, len(self.texts))
        versions = iter(new_ids(Revision, sum(len(history(number)) for number in self.texts)))
        online = [step for number in self.texts for step in history(number) if step[2]]
        acts = iter(new_ids(PublishAct, len(online)))
        for pk, number in zip(articles, self.texts, strict=True):
            self.add(pk, number, versions, acts)

    def write(self):
        self.fill()
        for model in MODELS:
            bulk.insert(self.rows[model])

    def add(self, pk, number, versions, acts):
        """Add the rows of story ``number``. versions and acts: iterators of unused primary keys."""
        published = moment(number, self.until)
        content = self.content(self.texts[number], published)
        article = Article(
            pk=pk,
            uuid=story_uuid(number),
            created_by_id=self.user.pk,
            edited_by_id=self.user.pk,
            working_headline=content["headline"],
            working_fold=fold(content["headline"]),
        )
        last = len(history(number))
        for version, (kind, hours, act) in enumerate(history(number), start=1):
            at = published + timedelta(hours=hours)
            text = content if version == last else content | {"body": without_ending(content["body"])}
            revision = self.add_version(article, next(versions), version, kind, text, at)
            if act:
                self.add_act(article, next(acts), revision, act, at)
        self.rows[Article].append(publish_columns(article, content, published))
        self.add_lists(article, content)

    def content(self, text, published):
        """Return the story's content in the shape of `revisions.blank`."""
        place = corpus_text.place_name(text.place)
        return revisions.blank(
            headline=text.headline,
            kicker=text.kicker,
            standfirst=text.standfirst,
            body=body_html(text.paragraphs),
            genre=text.genre,
            language="en",
            section=revisions.reference(self.sections[text.section]),
            datelines={"places": [place], "date": published.date().isoformat(), "text": ""},
            bylines=[self.byline(self.authors[row["slug"]]) for row in author_rows(text)],
            tags=[revisions.reference(self.tags[row["slug"]]) for row in tag_rows(text)],
        )

    @staticmethod
    def byline(author):
        names = {"name": author.name, "affiliation": "", "place": ""}
        return {"author": revisions.reference(author), "source": None, "role": "text", **names}

    def add_version(self, article, pk, number, kind, content, at):
        """Add a version, and to ``article`` what the desk's lists read of it."""
        revision = Revision(
            pk=pk,
            article_id=article.pk,
            number=number,
            schema=revisions.SCHEMA,
            content=content,
            kind=kind,
            base=number - 1 or None,
            created=at,
            created_by_id=self.user.pk,
        )
        self.rows[Revision].append(revision)
        article.version, article.latest_revision_id, article.edited_at = number, pk, at
        article.working_section_id = content["section"]["id"]
        if number == 1:
            article.created = at
            self.record("create", article, at, revision=1)
        else:
            self.record("save", article, at, revision=number, fields=["body"])
        return revision

    def add_act(self, article, pk, revision, kind, at):
        shared = {"article_id": article.pk, "revision_id": revision.pk, "by_id": self.user.pk}
        act = PublishAct(pk=pk, kind=kind, at=at, since=at, **shared)
        if kind == "first":
            article.first_published = article.updated = at
        else:
            self.rows[PublishAct][-1].until = at
        if kind == "update":
            article.updated = at
        if kind == "correction":
            article.corrected = at
            self.rows[Correction].append(correction_of(act))
            act.note = self.rows[Correction][-1].right
        article.live_revision_id = revision.pk
        self.rows[PublishAct].append(act)
        self.record("publish", article, at, revision=revision.number, kind=kind, note=act.note)

    def add_lists(self, article, content):
        for position, row in enumerate(content["tags"]):
            shared = {"position": position, "visible_from": article.visible_from}
            self.rows[TaggedItem].append(TaggedItem(content_object_id=article.pk, tag_id=row["id"], **shared))
        for position, row in enumerate(content["bylines"]):
            shared = {"position": position, "visible_from": article.visible_from}
            self.rows[Byline].append(
                Byline(article_id=article.pk, author_id=row["author"]["id"], name=row["name"], **shared)
            )

    def record(self, verb, article, at, **detail):
        self.rows[AuditEntry].append(
            AuditEntry(
                at=at,
                actor_id=self.user.pk,
                verb=verb,
                target_type=Article._meta.label_lower,
                target_id=article.pk,
                target_name=article.working_headline,
                detail=detail,
            )
        )


def publish_columns(article, content, published):
    """Fill the content and publication columns of ``article`` as publishing ``content`` at ``published`` would."""
    for name in [*revisions.TEXTS, *revisions.VALUES]:
        setattr(article, name, content[name])
    for name in revisions.REFERENCES:
        setattr(article, f"{name}_id", content[name] and content[name]["id"])
    article.slug = slugify(content["headline"], content["language"])[:LENGTH]
    article.publish_at = article.visible_from = published
    return article


def body_html(paragraphs):
    """As `body.from_paragraphs`, which reads what it wrote; that would be a third of all the work here."""
    return "".join(
        f"<{ELEMENTS[kind]}>{escape(text, quote=False)}</{ELEMENTS[kind]}>" for kind, text in paragraphs
    )


def without_ending(html):
    """Return ``html`` without its last paragraph: how far the writer had come."""
    return html[: html.rindex("<p>")]


def correction_of(act):
    return Correction(
        article_id=act.article_id,
        kind="correction",
        wrong="An earlier version of this story named a wrong figure.",
        right="The figure was put right.",
        at=act.at,
        by_id=act.by_id,
        act_id=act.pk,
    )


def tag_rows(text):
    """Return the story's tags as {slug, name, kind}, the most general first."""
    rows = [
        (TagKind.TOPIC, corpus_text.upper_first(corpus_text.topic_name(text.topic))),
        (TagKind.PLACE, corpus_text.place_name(text.place)),
        (TagKind.ORGANISATION, corpus_text.organisation_name(text.organisation)),
        (TagKind.PERSON, corpus_text.person_name(text.person)),
    ]
    return [{"slug": slug_of(name), "name": name, "kind": kind} for kind, name in rows]


def author_rows(text):
    names = [corpus_text.author_name(number) for number in text.authors]
    return [
        {"slug": slug_of(name), "name": name, "sort_name": ", ".join(reversed(name.split()))}
        for name in names
    ]


@cache
def slug_of(name):
    return slugify(name)


def ensure(model, wanted):
    """Return {slug: row} of tags or authors, making those that are missing. wanted: dicts of fields with "slug"."""
    wanted = {row["slug"]: row for row in wanted}
    found = {row.slug: row for row in model.objects.filter(slug__in=wanted)}
    missing = sorted(wanted.keys() - found.keys())
    rows = [
        model(pk=pk, canonical_id=pk, **wanted[slug])
        for pk, slug in zip(new_ids(model, len(missing)), missing, strict=True)
    ]
    model.objects.bulk_create(rows)
    return found | {row.slug: row for row in rows}


def ensure_user():
    """Return the account that all stories of the corpus belong to. Nobody can sign in with it."""
    fields = {"is_active": False, "last_name": "Corpus", "password": make_password(None)}
    return User.objects.get_or_create(username=USERNAME, defaults=fields)[0]


def ensure_section(position):
    name = corpus_text.SECTIONS[position]
    fields = {"name": name, "position": 100 + position}
    return Section.objects.get_or_create(slug=slugify(name), defaults=fields)[0]


def new_ids(model, count):
    """Return ``count`` primary keys that nothing else will get, in rising order; call it inside the transaction."""
    table = model._meta.db_table
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(
                "SELECT nextval(pg_get_serial_sequence(%s, 'id')) FROM generate_series(1, %s)", [table, count]
            )
            return sorted(pk for (pk,) in cursor.fetchall())
        cursor.execute("SELECT seq FROM sqlite_sequence WHERE name = %s", [table])
        last = (cursor.fetchone() or [0])[0]
    return range(last + 1, last + 1 + count)
