"""
The purge log: what went stale, written in the transaction of the act it belongs to, read by every node.

A *token* is a place in the log: everything committed before it was taken is before it, everything else after it,
however the transactions overlapped. Take one, look at the database, and ask `since(token)` what you may have missed.

PostgreSQL: ids are given out before commit, so "all ids above the last" would miss a row that commits late. A row
holds the number of its transaction, a token is a snapshot, and a row is new where that snapshot can't see it. SQLite
has one writer at a time, so its token is the last id. Applying a row twice is harmless.
"""

import json
import re
import secrets
import uuid
from dataclasses import dataclass
from functools import partial

from django.db import connection, transaction
from django.db.models import Func, Max, Min
from django.utils import timezone

from delivery import errands, store
from delivery.models import Log, Moment, Purge

CHANNEL = "delivery_purge"
ADDRESS = "url:"  # how the key of one page begins


class Lost(Exception):
    """The log can't say what happened since a token: it is another log, or was pruned. Drop all pages."""


@dataclass(frozen=True)
class Token:
    """A place in the log called ``epoch``. place: a snapshot as PostgreSQL writes it, or the last id as a text."""

    epoch: str
    place: str


class CurrentTransaction(Func):
    """The number of the transaction that writes the row; 0 on SQLite, which needs none."""

    def as_postgresql(self, compiler, connection):
        return "pg_current_xact_id()::text::bigint", []

    def as_sqlite(self, compiler, connection):
        return "0", []


def purge(keys, at=None):
    """
    Record that everything showing one of ``keys`` is stale.

    keys: an iterable of short texts such as "article:7" or "list:section:2". at: None for now; an aware datetime
    ahead also records a moment: pages that show a key then end at ``at``, which is why they are purged now as well.
    Takes no lock. This node's pages go as soon as the transaction commits, other nodes' when they read the log, copies
    outside when the worker has told of it.
    Raise ValueError where ``at`` has no time zone.
    """
    if at is not None and timezone.is_naive(at):
        raise ValueError("A moment needs a time zone.")
    now = timezone.now()
    keys = sorted(set(keys))
    if not keys:
        return
    with transaction.atomic():
        Purge.objects.bulk_create(Purge(key=key, at=now, xact=CurrentTransaction()) for key in keys)
        if at is not None and at > now:
            Moment.objects.bulk_create(Moment(key=key, at=at) for key in keys)
        errands.purge(keys, now)
        if connection.vendor == "postgresql":
            with connection.cursor() as cursor:
                cursor.execute(f"NOTIFY {CHANNEL}")  # delivered on commit, once
        transaction.on_commit(partial(store.drop, keys), robust=True)


def address_key(address):
    """Return the key that the page at ``address`` (path and query) alone has."""
    return f"{ADDRESS}{store.name_of(address)}"


def next_moment(keys, after):
    """
    Return the earliest moment at which a page that shows ``keys`` changes by itself, or None.

    after: aware datetime at which making it began, for a moment may have come meanwhile.
    """
    ahead = Moment.objects.filter(key__in=keys, at__gt=after)
    return ahead.aggregate(first=Min("at"))["first"]


# Reading. The log has one row in `Log`; its epoch also names the table on PostgreSQL, where a restored dump makes
# the table anew, so that nobody has to remember to renew it.

EPOCH = {
    "sqlite": "replace(epoch, '-', '')",
    "postgresql": "md5(concat_ws('-', epoch, 'delivery_purge'::regclass::oid,"
    " (SELECT oid FROM pg_database WHERE datname = current_database())))",
}
PLACE = {
    "sqlite": "coalesce((SELECT seq FROM sqlite_sequence WHERE name = 'delivery_purge'), 0)",
    "postgresql": "pg_current_snapshot()",
}
SHAPE = {"sqlite": "[0-9]+", "postgresql": "[0-9]+:[0-9]+:[0-9,]*"}  # of a place as a text
KEYS_SINCE = {
    "sqlite": "SELECT json_group_array(DISTINCT key) FROM delivery_purge WHERE id > %(place)s",
    # The first condition is what the index answers, the second what is asked.
    "postgresql": "SELECT json_agg(DISTINCT key) FROM delivery_purge WHERE xact >= %(xmin)s"
    " AND NOT pg_visible_in_snapshot(xact::text::xid8, %(place)s::pg_snapshot)",
}
# Whether PostgreSQL shows rows of a transaction that is yet to come here: somebody loaded a dump of another server,
# where more had been written. Only our own transaction may be ahead of what we see.
STRANGE = """
    SELECT max(ahead) >= pg_snapshot_xmax(pg_current_snapshot())::text::bigint FROM (
        SELECT pruned AS ahead FROM delivery_log UNION ALL
        (SELECT xact FROM delivery_purge
         WHERE xact IS DISTINCT FROM pg_current_xact_id_if_assigned()::text::bigint ORDER BY xact DESC LIMIT 1)
    ) numbers"""
# Whether the log still has everything since the token, and whether the token is of its past at all.
HOLDS = {
    "sqlite": "pruned <= %(place)s AND %(place)s <= (" + PLACE["sqlite"] + ")",
    "postgresql": "pruned < %(xmin)s"
    " AND pg_snapshot_xmax(%(place)s::pg_snapshot) <= pg_snapshot_xmax(pg_current_snapshot())"
    " AND NOT (" + STRANGE + ")",
}


def token():
    """Return the Token of this moment; one query."""
    vendor = connection.vendor
    row = _one(f"SELECT {EPOCH[vendor]}, {PLACE[vendor]} FROM delivery_log") or _begin()
    return Token(row[0], str(row[1]))


def since(token, keys=None):
    """
    Return (the set of keys purged after ``token``, the Token up to which that holds); one query, one snapshot.

    keys: only look for these. Raise Lost where the log can't tell.
    """
    vendor = connection.vendor
    if not re.fullmatch(SHAPE[vendor], token.place):  # saved while the site was on another engine
        raise Lost
    wanted = KEYS_SINCE[vendor]
    params = {"epoch": token.epoch, "place": token.place}
    if vendor == "postgresql":
        params["xmin"] = int(token.place.split(":")[0])
    else:
        params["place"] = int(token.place)
    if keys is not None:
        names = {f"key{number}": key for number, key in enumerate(keys)}
        wanted += f" AND key IN ({', '.join(f'%({name})s' for name in names)})"
        params |= names
    row = _one(
        f"SELECT {EPOCH[vendor]} = %(epoch)s AND {HOLDS[vendor]}, {PLACE[vendor]}, ({wanted}) FROM delivery_log",
        params,
    )
    if row is None or not row[0]:
        raise Lost
    found = json.loads(row[2]) if isinstance(row[2], str) else row[2]
    return set(found or ()), Token(token.epoch, str(row[1]))


def _one(sql, params=None):
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        return cursor.fetchone()


def _begin():
    """Make the log's one row, which a new or an emptied database lacks; return what `token` asks for."""
    Log.objects.get_or_create(pk=1)
    vendor = connection.vendor
    return _one(f"SELECT {EPOCH[vendor]}, {PLACE[vendor]} FROM delivery_log")


def renew():
    """Begin another epoch, so that every node drops its pages: for whoever changes tables past the log."""
    Log.objects.update_or_create(pk=1, defaults={"epoch": uuid.uuid4()})


def begin_anew():
    """Empty the log as well: for a database whose rows came from elsewhere, with the transactions of another server."""
    with transaction.atomic():
        Log.objects.update_or_create(pk=1, defaults={"epoch": uuid.uuid4(), "pruned": 0})
        Purge.objects.all().delete()


def mend():
    """Begin the log anew where it holds transactions of another server; of several nodes that come to it the first does."""
    if connection.vendor != "postgresql":
        return
    with transaction.atomic():
        Log.objects.select_for_update().filter(pk=1).first()
        if _one(STRANGE)[0]:
            begin_anew()


# The token up to which this node has applied the log. Whoever saves one has applied all before it.


def saved_token():
    """Return the Token that was saved last, or None."""
    try:
        return Token(**json.loads((store.folder() / "token").read_text()))
    except (OSError, ValueError, TypeError):
        return None


def save_token(token):
    new = store.folder() / f"token.{secrets.token_hex(8)}"
    try:
        new.write_text(json.dumps({"epoch": token.epoch, "place": token.place}))
        new.replace(store.folder() / "token")
    finally:
        new.unlink(missing_ok=True)  # a full disk leaves no more behind than there was


def prune(before):
    """Drop the purges older than the aware datetime ``before``, and note how far, for followers left behind."""
    column = "xact" if connection.vendor == "postgresql" else "id"
    with transaction.atomic():
        old = Purge.objects.filter(at__lt=before)
        last = old.aggregate(last=Max(column))["last"]
        if last is not None:
            Log.objects.get_or_create(pk=1)
            Log.objects.filter(pk=1, pruned__lt=last).update(pruned=last)
            old.delete()
