"""
The acts on a ticker, and what happened since: the only writer of entries, their versions and the log (rule 8).

Each act is one transaction that first locks the ticker's row, so that sequence numbers have no gap and come in the
order of commits, and that writes its purge rows. Reading is one function, `since`, behind poll, stream and API: it
answers with the present state of the entries that events point at, never with what they said before.
"""

from dataclasses import dataclass, field
from datetime import timedelta

from django.db import IntegrityError, connection, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

import delivery
from accounts import audit
from articles import announcing, body, workflow
from articles.models import Author
from articles.permissions import NotAllowed
from articles.removal import restrictions
from articles.writing.asking import YEARS
from images import library
from tickers.models import Entry, EntryVersion, Event, Ticker
from tickers.permissions import may_change, may_post, may_restore, may_run

AT_ONCE = 100  # events in one answer
# What PostgreSQL tells listeners on, with the ticker's id, once the act is committed.
CHANNEL = "ticker_events"
LIST_KEY = "list:tickers"  # stamps what shows which tickers run and have entries
LONGEST = 60_000  # characters of an entry's text

# What a version keeps of an entry; "author" is {"id", "name"} there, times are ISO 8601.
CONTENT = ("headline", "body", "kind", "verification", "reported_by", "happened", "author", "initials")

# What an act needs of a ticker and its story: a story has some sixty columns, one of them its text.
LOCKED = (
    "status starts ends posting delay_minutes head made time_zone article__kind article__slug article__headline"
    " article__working_headline article__working_section article__live_revision article__assignee article__created_by"
    " article__language article__visible_from article__visible_until article__updated article__section__slug"
    " article__section__name"
).split()


class Refused(Exception):
    """An entry can't be taken as it is; the text names cause and cure."""


class SentBefore(Refused):
    """Something else came under this key before. Who took it back was too late, and did not hear of it."""


class Stale(Refused):
    """Somebody changed the entry since; ``entry`` is what it is now."""

    def __init__(self, entry):
        self.entry = entry
        super().__init__(_("Somebody changed this entry while you were writing; look at theirs first."))


# Writing


def post(ticker, content, *, by, key=None, at=None):
    """
    Add an entry and return it; the same one again where ``key`` (a UUID) was seen before, under which it said the same.

    content: {field of CONTENT: value}, what is missing is empty; "author" an Author or None, "happened" an aware
    datetime or None. at: aware datetime, now if None. It goes out at once, waits for an editor, or goes out later, as
    `Ticker.posting` says. Raise SentBefore, Refused or NotAllowed.
    """
    at, content = at or timezone.now(), _cleaned(content)
    try:
        with transaction.atomic():
            ticker = _lock(ticker.pk)
            if key and (known := ticker.entries.filter(key=key).first()):
                return _again(known, content)
            return _post(ticker, content, by=by, key=key, at=at)
    except IntegrityError:
        if key and (known := Entry.objects.filter(ticker=ticker.pk, key=key).first()):
            return _again(known, content)
        raise


def _again(known, content):
    """Return the entry ``known``, which came under its key before; raise SentBefore where it said anything else then."""
    first, now = known.versions.get(number=1).content, _content_of(Entry(**content))
    for said in (first, now):
        said["author"] = said["author"] and said["author"]["id"]  # whose name may be another by now
    if first != now:
        raise SentBefore(
            _("What you sent before is here already: change it there, or send this as another entry.")
        )
    return known


def _post(ticker, content, *, by, key, at):
    if not may_post(by, ticker):
        raise NotAllowed(_("Only reporters and editors can post in a live ticker."))
    if ticker.status == Ticker.Status.ENDED:
        raise Refused(_("This ticker has ended; let an editor start it again first."))
    entry = Entry(ticker=ticker, made_at=at, made_by=by, **content)
    if key:
        entry.key = key
    if ticker.posting == Ticker.Posting.REVIEW and not may_run(by, ticker):
        entry.state = Entry.State.WAITING
    elif ticker.posting == Ticker.Posting.DELAYED and ticker.delay_minutes:
        entry.state, entry.due_at = Entry.State.DELAYED, at + timedelta(minutes=ticker.delay_minutes)
    else:
        _number(ticker, entry, at)
    _write_version(entry, by=by, at=at)
    if entry.is_live:
        _record(ticker, Event.Kind.ADD, entry, by=by, at=at, is_new=True)
    return entry


def release(entry, *, by, at=None):
    """Let an entry that waits go out now; return it. Nothing happens to one that is out already."""
    at = at or timezone.now()
    with transaction.atomic():
        ticker, entry = _lock_both(entry)
        if not may_run(by, ticker):
            raise NotAllowed(_("Only an editor of its section can let an entry go out."))
        if entry.state in {Entry.State.WAITING, Entry.State.DELAYED, Entry.State.REFUSED}:
            _go_out(ticker, entry, by=by, at=at)
    return entry


def release_due(at=None):
    """Let every delayed entry go out whose time has come; return how many. Safe to run in several processes at once."""
    at, done = at or timezone.now(), 0
    due = Entry.objects.filter(state=Entry.State.DELAYED, due_at__lte=at)
    for entry in due.exclude(ticker__status=Ticker.Status.ENDED).order_by("due_at", "pk"):
        with transaction.atomic():
            ticker, entry = _lock_both(entry)
            if entry.state != Entry.State.DELAYED or ticker.status == Ticker.Status.ENDED:
                continue
            try:
                _go_out(ticker, entry, by=entry.made_by, at=at)
                done += 1
            except Refused:  # for an editor to look at, once
                entry.state = Entry.State.WAITING
                entry.save(update_fields=["state"])
    return done


def refuse(entry, *, by):
    """Send back an entry that waits; its writer keeps it. Return it."""
    with transaction.atomic():
        ticker, entry = _lock_both(entry)
        if not may_run(by, ticker):
            raise NotAllowed(_("Only an editor of its section can send an entry back."))
        if entry.state in {Entry.State.WAITING, Entry.State.DELAYED}:
            entry.state = Entry.State.REFUSED
            entry.save(update_fields=["state"])
    return entry


def edit(entry, content, *, by, base, correction="", at=None):
    """
    Change an entry and return it.

    base: the version it was written on; raise Stale if another came since. correction: what was wrong, which readers see
    with the entry in the place of what they were told before; "" for a plain edit. content: as for `post`, but what is
    missing stays. Raise Refused or NotAllowed.
    """
    at, correction = at or timezone.now(), _line("correction", correction)
    if correction:
        _refuse_restricted(lambda: [correction])
    with transaction.atomic():
        ticker, entry = _lock_both(entry)
        if not may_change(by, entry):
            raise NotAllowed(_("Only who wrote an entry or an editor of its section can change it."))
        if entry.state == Entry.State.DELETED:
            raise Refused(_("This entry was deleted; bring it back first."))
        if entry.version != base:
            raise Stale(entry)
        before = _content_of(entry)
        for name, value in _cleaned({name: getattr(entry, name) for name in CONTENT} | content).items():
            setattr(entry, name, value)
        if entry.state == Entry.State.REFUSED:  # mended by its writer: the editor looks again
            entry.state = Entry.State.WAITING
            entry.save(update_fields=["state"])
        after = _content_of(entry)
        if after == before and not correction:
            return entry
        if entry.is_live:
            says_else = after != before | {"kind": after["kind"]}
            if correction or says_else:
                entry.edited = at
            if correction:
                entry.corrected, entry.correction = at, correction
        _write_version(entry, by=by, at=at, note=correction)
        if entry.is_live:
            _record(ticker, Event.Kind.EDIT, entry, by=by, at=at)
    return entry


def delete(entry, *, by, at=None):
    """Take an entry from readers; return it. Its number stays taken, and `restore` brings it back."""
    at = at or timezone.now()
    with transaction.atomic():
        ticker, entry = _lock_both(entry)
        if not may_change(by, entry):
            raise NotAllowed(_("Only who wrote an entry or an editor of its section can delete it."))
        _take_away(ticker, entry, by=by, at=at)
    return entry


def _take_away(ticker, entry, *, by, at):
    if entry.state != Entry.State.DELETED:
        was_live = entry.is_live
        entry.state, entry.pinned, entry.deleted_by = Entry.State.DELETED, False, by
        entry.save(update_fields=["state", "pinned", "deleted_by"])
        audit.record(by, "delete", entry, at=at, ticker=ticker.pk)
        if was_live:
            _record(ticker, Event.Kind.DELETE, entry, by=by, at=at)


def take_restricted(sender, article, restriction, **kwargs):
    """Take from readers the entries and key points of a ticker that hold a restricted name (`articles.removal.enforcement`)."""
    if article.kind != article.Kind.TICKER:
        return

    def is_named(texts):
        return restrictions.is_named(restriction, restrictions.words_of(texts))

    by, at = restriction.made_by, timezone.now()
    for entry in Entry.objects.live().filter(ticker=article.pk):
        if is_named(_printed(entry)):
            with transaction.atomic():
                _take_away(*_lock_both(entry), by=by, at=at)
    with transaction.atomic():
        ticker = _lock(article.pk)
        kept = [point for point in ticker.points if not is_named([point])]
        if len(kept) < len(ticker.points):
            ticker.summary = "\n".join(kept)
            ticker.save(update_fields=["summary"])
            audit.record(by, "settings", article, at=at, fields=["summary"])
            _record(ticker, Event.Kind.STATUS, None, by=by, at=at)


def why_restricted(article):
    """
    Return why a ticker may not go out, "" where it may: an entry or key point holds a name restricted since it was posted.

    The worker takes such entries away (`take_restricted`); nobody is to see them before it has come by. Where readers
    see the ticker already, keeping it back would help nobody.
    """
    if article.kind != article.Kind.TICKER or article.is_published():
        return ""
    named = restrictions.named_in(lambda: _texts_shown(article))
    return _("Restriction %(number)s, call legal.") % {"number": named[0]} if named else ""


def _texts_shown(article):
    yield from Ticker.objects.get(pk=article.pk).points
    for entry in Entry.objects.live().filter(ticker=article.pk).select_related("author"):
        yield from _printed(entry)


def restore(entry, *, by, at=None):
    """Bring a deleted entry back to where it stood; return it."""
    at = at or timezone.now()
    with transaction.atomic():
        ticker, entry = _lock_both(entry)
        is_gone = entry.state == Entry.State.DELETED
        if not (may_restore if is_gone else may_change)(by, entry):
            raise NotAllowed(_("Only who deleted an entry or an editor of its section can bring it back."))
        if is_gone:
            _refuse_restricted(lambda: _printed(entry))
            entry.state = Entry.State.LIVE if entry.number else Entry.State.WAITING
            entry.deleted_by = None
            entry.save(update_fields=["state", "deleted_by"])
            audit.record(by, "restore", entry, at=at, ticker=ticker.pk)
            if entry.is_live:
                _record(ticker, Event.Kind.ADD, entry, by=by, at=at)
    return entry


def pin(entry, pinned=True, *, by, at=None):
    """Keep an entry above the others, or no longer; return it."""
    at = at or timezone.now()
    with transaction.atomic():
        ticker, entry = _lock_both(entry)
        if not may_run(by, ticker):
            raise NotAllowed(_("Only an editor of its section can pin an entry."))
        if not entry.is_live:
            raise Refused(_("Only an entry that readers see can be pinned."))
        if entry.pinned != pinned:
            entry.pinned = pinned
            entry.save(update_fields=["pinned"])
            _record(ticker, Event.Kind.PIN, entry, by=by, at=at)
    return entry


def set_status(ticker, status, *, by, at=None):
    """Say that a ticker is planned, live, paused or ended; return it."""
    at = at or timezone.now()
    if status not in Ticker.Status.values:
        raise Refused(_("There is no status of this name: %s.") % status)
    with transaction.atomic():
        ticker = _lock(ticker.pk)
        if not may_run(by, ticker):
            raise NotAllowed(_("Only an editor of its section can start and end a ticker."))
        if ticker.status != status:
            audit.record(by, "status", ticker.article, at=at, before=ticker.status, after=status)
            ticker.status = status
            if status == Ticker.Status.LIVE and ticker.starts is None:
                ticker.starts = at
            if status == Ticker.Status.ENDED:
                ticker.ends = at
            elif ticker.ends and ticker.ends <= at:  # it goes on after all; an end that is planned stays
                ticker.ends = None
            ticker.save(update_fields=["status", "starts", "ends"])
            _record(ticker, Event.Kind.STATUS, None, by=by, at=at)
    return ticker


# What somebody who runs a ticker may set beside its status.
SETTINGS = frozenset(
    "starts ends time_zone summary continues posting delay_minutes poll_seconds phrases".split()
)


def configure(ticker, values, *, by, at=None):
    """Set some of SETTINGS, {name: value}, and let open pages follow; return the ticker. Raise Refused or NotAllowed."""
    at = at or timezone.now()
    if unknown := set(values) - SETTINGS:
        raise Refused(_("A ticker has no setting %s.") % ", ".join(sorted(unknown)))
    _refuse_restricted(lambda: [values.get("summary", "")])
    with transaction.atomic():
        ticker = _lock(ticker.pk)
        if not may_run(by, ticker):
            raise NotAllowed(_("Only an editor of its section can run this ticker."))
        for name, value in values.items():
            setattr(ticker, name, value)
        ticker.save(update_fields=sorted(values))
        audit.record(by, "settings", ticker.article, at=at, fields=sorted(values))
        _record(ticker, Event.Kind.STATUS, None, by=by, at=at)
    return ticker


def _lock(pk):
    """Return the ticker, locked until the transaction ends (SQLite has one writer at a time anyway)."""
    Ticker.objects.select_for_update().only("pk").get(pk=pk)
    return Ticker.objects.select_related("article__section").only(*LOCKED).get(pk=pk)


def _lock_both(entry):
    ticker = _lock(entry.ticker_id)
    entry = Entry.objects.select_related("author", "made_by").get(pk=entry.pk)
    entry.ticker = ticker
    return ticker, entry


def _cleaned(content):
    """Return ``content`` complete and clean; raise Refused for what no reader could use."""
    whole = {"kind": Entry.Kind.UPDATE, "happened": None, "author": None} | dict(content)
    if unknown := set(whole) - set(CONTENT):
        raise Refused(_("An entry has no field %s.") % ", ".join(sorted(unknown)))
    for name in ("headline", "verification", "reported_by", "initials"):
        whole[name] = _line(name, whole.get(name))
    if len(whole.get("body") or "") > LONGEST:
        raise Refused(_("The text is longer than %d characters; part it into several entries.") % LONGEST)
    whole["body"] = body.clean(whole.get("body"))
    if whole["kind"] not in Entry.Kind.values or whole["verification"] not in Entry.Verification.values:
        raise Refused(_("An entry of this kind or verification does not exist."))
    if whole["happened"] and whole["happened"].year not in YEARS:
        raise Refused(_("“happened” is a time such as 2026-05-04T19:12:00+03:00."))
    if not (whole["headline"] or body.strip_notes(whole["body"])):
        raise Refused(_("An entry needs a headline, a text or a picture."))
    _refuse_restricted(lambda: _texts_of(whole))
    return whole


def _line(name, text):
    """Return ``text`` as one line for the field ``name``; raise Refused where it is too long."""
    text = " ".join(str(text or "").replace("\0", "").split())
    if len(text) > (limit := Entry._meta.get_field(name).max_length):
        raise Refused(_("%(field)s is longer than %(limit)d characters.") % {"field": name, "limit": limit})
    return text


def _printed(entry):
    """Return the texts that readers get of ``entry``; as `_texts_of`."""
    return [*_texts_of(_content_of(entry)), entry.correction]


def _texts_of(content):
    """Return what readers get of the fields of CONTENT and of the pictures in it; one query where it has any."""
    texts = [content[name] for name in ("headline", "reported_by", "initials")]
    if author := content["author"]:
        texts.append(author.name if isinstance(author, Author) else author["name"])
    texts += restrictions.said_in_pictures(body.picture_ids(content["body"]))
    return [*texts, *restrictions.texts_of_html(body.strip_notes(content["body"]))]


def _refuse_restricted(texts):
    """Raise Refused where a name may not be published; it says a number, never the name. texts: as `named_in` takes."""
    if named := restrictions.named_in(texts):
        raise Refused(_("Restriction %(number)s, call legal.") % {"number": named[0]})


def refuse_signer(sender, instance, raw=False, **kwargs):
    """Raise NotAllowed where an author's new name would put a restricted one under entries that readers see."""
    if raw or instance.pk is None:
        return
    named = restrictions.named_in(lambda: [instance.name])
    if named and Entry.objects.live().filter(author=instance.pk).exists():
        raise NotAllowed(_("Restriction %(number)s, call legal.") % {"number": named[0]})


def _content_of(entry):
    """Return the fields of CONTENT as a version keeps them."""
    author = entry.author and {"id": entry.author_id, "name": entry.author.name}
    happened = entry.happened and entry.happened.isoformat()
    return {name: getattr(entry, name) for name in CONTENT} | {"author": author, "happened": happened}


def _write_version(entry, *, by, at, note=""):
    entry.version += 1
    entry.save()
    EntryVersion.objects.create(
        entry=entry, number=entry.version, content=_content_of(entry), note=note, at=at, by=by
    )


def _go_out(ticker, entry, *, by, at):
    _refuse_restricted(lambda: _printed(entry))  # it may have waited for long
    _number(ticker, entry, at)
    entry.save(update_fields=["state", "number", "posted", "due_at"])
    _record(ticker, Event.Kind.ADD, entry, by=by, at=at, is_new=True)


def _number(ticker, entry, at):
    """Make ``entry`` live under the ticker's next number."""
    ticker.made += 1
    entry.number, entry.posted, entry.state, entry.due_at = ticker.made, at, Entry.State.LIVE, None


def _record(ticker, kind, entry, *, by, at, is_new=False):
    """
    Write the event and what it makes stale; the caller holds the ticker's lock.

    is_new: the entry goes out for the first time, so that only what shows the newest changes: full polls and the pages
    of older entries stay.
    """
    ticker.head += 1
    ticker.save(update_fields=["head", "made"])
    version = entry and entry.version
    Event.objects.create(
        ticker=ticker, seq=ticker.head, kind=kind, entry=entry, version=version, at=at, by=by
    )
    keys = {ticker.head_key} if is_new else {ticker.head_key, ticker.key}
    if kind == Event.Kind.STATUS or (kind == Event.Kind.ADD and _is_alone(entry)):
        keys.add(LIST_KEY)
    delivery.purge(keys)
    if ticker.article.is_published(at):
        announcing.tell_feeds(ticker, key=ticker.key, now=at)
    if entry:
        _note_pictures(entry, kind)
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_notify(%s, %s)", [CHANNEL, str(ticker.pk)])
    if kind in {Event.Kind.ADD, Event.Kind.EDIT}:
        workflow.touch(ticker.article, at)


def _is_alone(entry):
    """Whether readers see no other entry of its ticker: with the first one home begins to show it, if it runs."""
    return not Entry.objects.live().filter(ticker=entry.ticker_id).exclude(pk=entry.pk).exists()


def tell_redacted(sender, pk, by, **kwargs):
    """Words were taken out of an entry (`articles.removal.redaction`): pages that are open hear of it as of any edit."""
    entry = Entry.objects.get(pk=pk)
    ticker = _lock(entry.ticker_id)
    if entry.is_live:
        _record(ticker, Event.Kind.EDIT, entry, by=by or entry.made_by, at=timezone.now())


def _note_pictures(entry, kind):
    """Let the library know which pictures readers see in ``entry``; no query for one that never had any."""
    shown = body.picture_ids(entry.body) if entry.is_live else []
    if shown or kind in {Event.Kind.EDIT, Event.Kind.DELETE}:
        library.note_uses(entry, shown)


# Reading


@dataclass
class Changes:
    """
    What happened after a sequence number. entries: {number: Entry as it is now} of all that the events name, deleted
    ones left out. next_seq: ask with it next. at_head: nothing more has happened.
    """

    events: list = field(default_factory=list)
    entries: dict = field(default_factory=dict)
    next_seq: int = 0
    at_head: bool = True


def since(ticker, seq):
    """Return the Changes of ``ticker`` after event number ``seq``, at most AT_ONCE; two queries."""
    events = list(
        ticker.events.filter(seq__gt=seq)
        .order_by("seq")
        .values_list("seq", "kind", "entry__number", "entry")[: AT_ONCE + 1]
    )
    events, at_head = events[:AT_ONCE], len(events) <= AT_ONCE
    ids = {pk for *_, pk in events if pk}
    found = Entry.objects.live().filter(pk__in=ids).select_related("author") if ids else []
    return Changes(
        events=[{"seq": seq, "kind": kind, "entry": number} for seq, kind, number, _pk in events],
        entries={entry.number: entry for entry in found},
        next_seq=events[-1][0] if events else seq,
        at_head=at_head,
    )
