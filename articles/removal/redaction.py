"""
`redact`: words leave every text of every table, and the record of who, when and why stays (design rule 12).

Which columns hold text is asked of the models themselves, so that nobody can forget a new one: whatever is not named in
`KEPT`, with its reason, is looked through. The words are known by their hashes alone (`articles.removal.hidden`), so a record
can be carried out again after a restore, or after an open form brought the words back, and betrays nobody.

This is the one place where versions, acts and logs change: by the rows' number, past their models, text for text.
The work goes row by row, in slices, and goes on where it stopped: no lock is held for longer than one row, and a
process killed anywhere leaves some texts done and the rest to do.
"""

import time
from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cache, cached_property

from django.apps import apps
from django.contrib.auth import get_user_model
from django.contrib.sessions.models import Session
from django.db import IntegrityError, connection, models, transaction
from django.db.models import Q
from django.dispatch import Signal
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts import audit
from articles.models import Article, NameForm, Redaction, Tag, TagName
from articles.permissions import NotAllowed
from articles.removal import erasing, receipts, records
from articles.removal.hidden import Hidden
from images.models import Image

BATCH = 200  # rows read at once
SECONDS = 2.0  # of one slice
AGAIN = [timedelta(minutes=10), timedelta(hours=1), timedelta(days=1), timedelta(days=7)]
HELD = timedelta(days=1)  # and then each day while a legal hold keeps the words
REPLACEMENT = "[redacted]"

# row_redacted.send(model, pk=…, by=User or None): a text was changed, inside its transaction.
row_redacted = Signal()

# Columns that hold no words of anybody, with the reason.
KEPT = {
    "accounts.User.password": "a hash",
    "accounts.DefaultGrant.permission": "the name of a permission",
    "accounts.LoginAttempt.account": "a hash",
    "accounts.LoginAttempt.address": "where from, for a day",
    "accounts.LoginAttempt.browser": "a number of ours",
    "articles.Redaction.hidden": "hashes",
    "articles.Redaction.scope": "numbers",
    "articles.Redaction.place": "how far the work is",
    "articles.Redaction.changed": "counts by table",
    "articles.ReceiptLine.seen": "one of our words",
    "auth.Group.name": "what each role is found by",
    "delivery.Heartbeat.name": "one of our words",
    "delivery.Moment.key": "a key of ours",
    "delivery.Purge.key": "a key of ours",
    "images.Image.file": "named by the hash of its content",
    "images.Image.sha256": "a hash",
    "images.Image.ladder": "widths in pixels",
    "images.Rendition.name": "named by the hash of its content",
    "tickers.Token.digest": "a hash",
    "wire.Item.sha256": "the hash by which the same copy is known when it is sent again",
    "wire.Item.encoding": "the name of a character set",
    "wire.Item.headline_hash": "a hash",
    "wire.Item.slugline_hash": "a hash",
}
KEPT_APPS = {
    "auth": "permissions, and groups, which are roles",
    "contenttypes": "the names of our tables",
}
# Rows that say nothing any more without the words.
DROPPED = {"articles.NameForm", "articles.TagName", "articles.OldSlug"}
# What goes with a text that was changed: a restriction of "a man" or a style rule on it would be absurd.
BESIDE = {
    "articles.Restriction": lambda now: {"until": now},
    "articles.Term": lambda now: {"active": False},
}
VOCABULARY = {
    "accounts.User",
    "articles.Author",
    "articles.NameForm",
    "articles.Office",
    "articles.OldSlug",
    "articles.Restriction",
    "articles.Section",
    "articles.Source",
    "articles.Tag",
    "articles.TagName",
    "articles.TagProposal",
    "articles.Term",
}
ORDER = {
    "articles.Article": -1,
    "articles.TagName": 1,
}  # records name stories as they are; tags' words are drawn from others


def label(model):
    return f"{model._meta.app_label}.{model.__name__}"


def is_text(column):
    """Whether somebody's words may stand in a column: texts, JSON and bytes, but not what has fixed words to choose from."""
    kinds = (models.CharField, models.TextField, models.JSONField, models.BinaryField, models.FileField)
    return isinstance(column, kinds) and not column.choices


@cache
def tables():
    """Return {model: [its columns that are looked through]}, in the order of the work."""
    found = {}
    for model in apps.get_models(include_auto_created=True):
        if model is Session or model._meta.proxy or model._meta.app_label in KEPT_APPS:
            continue
        columns = [
            column
            for column in model._meta.concrete_fields
            if is_text(column) and f"{label(model)}.{column.name}" not in KEPT
        ]
        if columns:
            found[model] = columns
    return dict(sorted(found.items(), key=lambda item: ORDER.get(label(item[0]), 0)))


@cache
def story_of(model):
    """
    Return the path from ``model`` to the story that its rows belong to, "pk" for stories, None where there is none.

    The shortest way along keys that this row has; a wire item's stories are many.
    """
    if model is Article:
        return "pk"
    ways = [(model, "")]
    for _step in range(3):
        further = []
        for here, way in ways:
            for column in here._meta.get_fields():
                if not column.is_relation or column.auto_created or column.related_model is None:
                    continue
                if column.related_model is Article:
                    return f"{way}{column.name}"
                if column.many_to_one or column.one_to_one:
                    further.append((column.related_model, f"{way}{column.name}__"))
        ways = further
    return None


def _of_stories(model, stories):
    """Return the ids of the rows of ``model`` that belong to one of ``stories`` (ids or a query for them)."""
    way = story_of(model)
    return model._base_manager.filter(**{f"{way}__in": stories}).values("pk") if way else []


def _held():
    return Article.objects.filter(legal_hold=True).values("pk")


@dataclass
class Found:
    """What stands where: {table: rows}, the ids of stories it belongs to, and whether all was looked through."""

    rows: Counter = field(default_factory=Counter)
    stories: set = field(default_factory=set)
    is_all: bool = True

    @property
    def total(self):
        return sum(self.rows.values())


@dataclass
class Work:
    """One redaction as it is carried out. scope: ids of stories, empty for everything."""

    hidden: Hidden
    replacement: str = REPLACEMENT
    scope: tuple = ()
    vocabulary: bool = True
    by: object = None

    @classmethod
    def of(cls, redaction):
        return cls(
            Hidden.from_json(redaction.hidden),
            redaction.replacement,
            tuple(redaction.scope),
            redaction.vocabulary,
            redaction.by,
        )

    @cached_property
    def models(self):
        return [model for model in tables() if self._is_about(model)]

    def _is_about(self, model):
        if label(model) in VOCABULARY and (self.scope or not self.vocabulary):
            return False
        return not self.scope or story_of(model) is not None or label(model) == "accounts.AuditEntry"

    def rows(self, model):
        """Return the rows that it is about: one query, ordered, without what is on legal hold."""
        return self._rows(model).exclude(pk__in=_of_stories(model, _held()))

    def held_rows(self, model):
        """Return the rows that it would be about if they were not on legal hold."""
        return self._rows(model).filter(pk__in=_of_stories(model, _held()))

    def _rows(self, model):
        rows = model._base_manager.order_by("pk")
        if not self.scope:
            return rows
        if story_of(model):
            return rows.filter(pk__in=_of_stories(model, self.scope))
        return rows.filter(target_type=Article._meta.label_lower, target_id__in=self.scope)

    def changes(self, row, columns):
        """Return {column: text} of what has to change in a row."""
        found = {}
        for column in columns:
            value = getattr(row, column.attname)
            if value is None or value == "":
                continue
            redacted = self._redacted(row, column, value)
            if redacted != value:
                found[column.attname] = redacted
        return found

    def _redacted(self, row, column, value):
        if isinstance(column, models.BinaryField):
            return self.redact_bytes(bytes(value), getattr(row, "encoding", ""))
        address = isinstance(
            column, models.SlugField | models.URLField | models.EmailField | models.FileField
        )
        redacted = self.hidden.redact(value, self.replacement, address=address)
        if isinstance(redacted, str) and column.max_length:
            return redacted[: column.max_length]
        return redacted

    def redact_bytes(self, data, encoding=""):
        """Return ``data`` without the words, read in ``encoding`` or the first that fits; as it is where none does."""
        for name in filter(
            None,
            [encoding, "utf-8-sig" if data.startswith(b"\xef\xbb\xbf") else "utf-8", "utf-16", "latin-1"],
        ):
            try:
                text = data.decode(name)
                redacted = self.hidden.redact(text, self.replacement)
                return data if redacted == text else redacted.encode(name, "replace")
            except (UnicodeDecodeError, LookupError):
                continue
        return data


def refuse_unfit(words, replacement):
    """Raise NotAllowed where nothing is to go, or what is to stand there would bring it back."""
    if not [word for word in words if any(letter.isalnum() for letter in word)]:
        raise NotAllowed(_("Say which words are to go, one a line."))
    if any(len(word.strip("* ")) < 3 for word in words):
        raise NotAllowed(_("A word of fewer than three letters stands everywhere; write the whole name."))
    if not replacement.strip() or set(replacement) & set("<>&\"'\\{}%"):
        raise NotAllowed(_("In its place can stand letters, digits, spaces and brackets, such as “a man”."))
    if Hidden.of(words).stands_in(replacement):
        raise NotAllowed(_("What is to stand there holds the very words."))


def look(work, *, seconds=None):
    """Return Found: where the words stand now, the newest rows of each table first; at most for so many seconds."""
    ends = time.monotonic() + seconds if seconds is not None else None
    found = Found()
    for model in work.models:
        columns, way = tables()[model], story_of(model)
        wanted = ["pk", *(column.attname for column in columns), *_more(model)]
        for row in work.rows(model).order_by("-pk").only(*wanted).iterator(BATCH):
            if work.changes(row, columns):
                found.rows[label(model)] += 1
                found.stories |= _stories(model, row.pk, way)
            if ends is not None and time.monotonic() > ends:
                found.is_all = False
                return found
    return found


def on_hold(work):
    """Return the stories on legal hold that hold the words in any text that `carry_on` would change: they forbid it."""
    held = set(_held().values_list("pk", flat=True))
    found = set()
    for model in work.models if held else ():
        columns, way = tables()[model], story_of(model)
        wanted = ["pk", *(column.attname for column in columns), *_more(model)]
        for row in work.held_rows(model).only(*wanted).iterator(BATCH):
            if work.changes(row, columns):
                found |= _stories(model, row.pk, way) & held
    return list(Article.objects.filter(pk__in=found).order_by("pk"))


def begin(words, *, by, reason, replacement=REPLACEMENT, stories=(), vocabulary=True):
    """
    Record that ``words`` are to go and return the Redaction; `carry_on` and the worker do it.

    words: spellings, a star at the end for any ending. stories: ids of those it is about, none for everything. Raise
    NotAllowed where ``by`` may not, a reason is missing, or a story on legal hold has the words.
    """
    words = [word.strip() for word in words if word.strip()]
    if not (by.is_active and by.has_perm("articles.add_redaction")):
        raise NotAllowed(_("Only the chief editor can have words taken out everywhere."))
    refuse_unfit(words, replacement)
    if not reason.strip():
        raise NotAllowed(_("Give a reason; it is kept with your name."))
    hidden = Hidden.of(words)
    work = Work(hidden, replacement.strip(), tuple(stories), vocabulary)
    if held := on_hold(work):
        numbers = ", ".join(str(article.pk) for article in held)
        raise NotAllowed(
            _("These stories are on legal hold, so nothing of them may go: %s. Legal can lift it.") % numbers
        )
    with transaction.atomic():
        redaction = Redaction.objects.create(
            hidden=hidden.as_json(),
            replacement=replacement.strip(),
            scope=sorted(stories),
            vocabulary=vocabulary,
            reason=hidden.redact(reason.strip(), replacement.strip())[:500],
            by=by,
            by_name=hidden.redact(by.username, REPLACEMENT)[:150],
            at=timezone.now(),
        )
        audit.record(by, "redact", redaction, at=redaction.at, reason=redaction.reason)
        records.keep(redaction)  # before the first text changes
    return redaction


def carry_on(redaction, *, seconds=None):
    """
    Go on with it for so many seconds (to its end if None); return whether every text was gone through.

    Several may be at it at once: each row is done by whoever comes first.
    """
    work = Work.of(redaction)
    ends = time.monotonic() + seconds if seconds is not None else None
    secure()
    place = redaction.place
    while place is not None:
        place = _slice(redaction, work, place)
        Redaction.objects.filter(pk=redaction.pk).update(place=place)
        redaction.place = place
        if ends is not None and time.monotonic() > ends:
            break
    return place is None


def _slice(redaction, work, place):
    """Do the next rows after ``place``, [number of the table, last pk] or []; return the next place, None at the end."""
    number, last = place or [0, None]
    if number >= len(work.models):
        _drop_sessions(work)
        return None
    model = work.models[number]
    columns = tables()[model]
    rows = work.rows(model).only("pk", *(column.attname for column in columns), *_more(model))
    rows = list((rows if last is None else rows.filter(pk__gt=last))[:BATCH])
    for row in rows:
        if work.changes(row, columns):
            _redact_row(redaction, work, model, row.pk)
    if len(rows) < BATCH:
        return [number + 1, None]
    return [number, rows[-1].pk]


def _more(model):
    """What else a row has to be read with."""
    return ["encoding"] if label(model) == "wire.Item" else []


def _redact_row(redaction, work, model, pk):
    with transaction.atomic():
        row = model._base_manager.select_for_update().filter(pk=pk).first()
        changes = row and work.changes(row, tables()[model])
        if not changes:
            return
        stories = _stories(model, pk, story_of(model))
        if label(model) in DROPPED:
            _drop(model, row)
        else:
            beside = BESIDE[label(model)](timezone.now()) if label(model) in BESIDE else {}
            _write(model, pk, changes, beside)
            _follow(model, pk, work)
        row_redacted.send(model, pk=pk, by=work.by)
        _note(redaction, label(model), stories)


def _drop(model, row):
    model._base_manager.filter(pk=row.pk).delete()
    if model is NameForm:
        TagName.write([row.tag_id])


def _follow(model, pk, work):
    """What is drawn from a row goes the same way."""
    if model is Tag:
        TagName.write([pk])
    if model is Image:
        erasing.scrub_original(Image.objects.get(pk=pk), work.hidden)


def _write(model, pk, changes, beside):
    """Write the row past its model; where another row has that very text already, with the row's number behind it."""
    rows = model._base_manager.filter(pk=pk)
    try:
        with transaction.atomic():
            rows.update(**changes, **beside)
    except IntegrityError:
        rows.update(**{name: _numbered(model, name, text, pk) for name, text in changes.items()}, **beside)


def _numbered(model, name, text, pk):
    column = model._meta.get_field(name)
    if not isinstance(text, str) or isinstance(column, models.TextField):
        return text
    end = f"-r{pk}" if isinstance(column, models.SlugField) or " " not in text else f" {pk}"
    return text[: (column.max_length or 500) - len(end)] + end


def _stories(model, pk, way):
    if way is None:
        return set()
    return set(model._base_manager.filter(pk=pk).values_list(way, flat=True)) - {None}


def _note(redaction, table, stories):
    """Count the row; each story that something of was changed says so in its own record, once a redaction."""
    changed = dict(Redaction.objects.filter(pk=redaction.pk).values_list("changed", flat=True)[0])
    changed[table] = changed.get(table, 0) + 1
    Redaction.objects.filter(pk=redaction.pk).update(changed=changed, unerased=True)
    known = set(redaction.articles.filter(pk__in=stories).values_list("pk", flat=True))
    for article in Article.objects.filter(pk__in=stories - known):
        redaction.articles.add(article)
        audit.record(
            redaction.by or _nobody(), "redact", article, reason=redaction.reason, redaction=str(redaction)
        )


def _nobody():
    """Whoever stands for an act whose person the restored database does not know: the system's own user."""
    return get_user_model().objects.get(username="wire")


def _drop_sessions(work):
    """End the logins in which a word stands, such as in a message not shown yet."""
    if work.scope:
        return
    for session in Session.objects.iterator(BATCH):
        if work.hidden.stands_in(session.get_decoded()):
            session.delete()


def secure():
    """Have SQLite overwrite with zeros what this connection takes out of a page."""
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA secure_delete = ON")


def finish(redaction, *, at=None):
    """
    Once every text was gone through: the words leave files, stored pages and what databases keep of old rows.

    A story that came on legal hold meanwhile keeps them: then they are not gone, and it is tried again each day. Raise
    erasing.Unfinished where that has to be tried again.
    """
    at, work = at or timezone.now(), Work.of(redaction)
    redaction.refresh_from_db()
    stored, is_new = [], redaction.unerased or redaction.passes == 0
    if is_new:
        stored = receipts.stored_addresses(
            [f"article:{pk}" for pk in redaction.articles.values_list("pk", flat=True)]
        )
        erasing.scrub_files(work)
        erasing.drop_pages()
        erasing.rewrite_database({model for model in tables() if label(model) in redaction.changed})
    passes, is_held = redaction.passes + 1, bool(on_hold(work))
    wait = AGAIN[passes - 1] if passes <= len(AGAIN) else HELD if is_held else None
    erased_at = None if is_held else redaction.erased_at or at
    claimed = Redaction.objects.filter(pk=redaction.pk, passes=redaction.passes).update(
        passes=passes, again_at=wait and at + wait, erased_at=erased_at, unerased=False
    )
    if claimed and is_new:  # another worker may have come first
        receipts.open_for_redaction(redaction, at=at, stored=stored)
    redaction.refresh_from_db()


def under_way(at):
    """Return the redactions that have something left to do at the aware datetime ``at``, the first made first."""
    waits = Q(place__isnull=False) | Q(passes=0) | Q(unerased=True) | Q(again_at__lte=at)
    return Redaction.objects.filter(waits).select_related("by").order_by("pk")


def work_on(*, seconds, at=None):
    """Go on with the first redaction that has something to do, for the worker; return it, None where nothing is to do."""
    at = at or timezone.now()
    redaction = under_way(at).first()
    if redaction is None:
        return None
    if redaction.place is None and redaction.again_at and redaction.again_at <= at:
        redaction.place = []
    if carry_on(redaction, seconds=seconds):
        finish(redaction, at=at)
    return redaction


# After a restore


def carry_out_again(record):
    """Take the words of a record out of a database that is older than it."""
    if redaction := _take_up(record):
        records.keep(redaction)
        carry_on(redaction)
        finish(redaction)


def _take_up(record):
    """Return the Redaction of a record, made anew in a database that is older than it; None where it was carried out."""
    known = Redaction.objects.filter(uuid=record["uuid"]).first()
    if known is not None:
        return None if known.erased_at else known
    by = get_user_model().objects.filter(username=record["by"]).first()
    kept = {name: record[name] for name in ("uuid", "hidden", "replacement", "scope", "vocabulary", "reason")}
    at = datetime.fromisoformat(record["at"])
    return Redaction.objects.create(**kept, by=by, by_name=record["by"], at=at)
