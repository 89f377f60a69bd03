"""
Notes: what the desk says of a story to itself, in threads, also at a place in its text.

Nothing public reads these rows; they are part of no version and no body. Who may read a story at the desk may read its
notes, write one, and settle or reopen a thread.
"""

import re

from django.contrib.auth import get_user_model
from django.db import transaction
from django.db.models import Prefetch
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts import audit
from articles import body, revisions
from articles.permissions import NotAllowed, may
from desk.models import Mention, Note

LONGEST = 2000
ROWS = 20  # notes for one person on the dashboard
NAMED = re.compile(r"(?<![\w@.+-])@([\w.@+-]+)")


def people():
    """Return the accounts that read stories at the desk, by name."""
    backend = "django.contrib.auth.backends.ModelBackend"
    found = get_user_model().objects.with_perm("articles.view_article", backend=backend)
    return found.filter(is_staff=True).order_by("first_name", "last_name", "username")


def named_in(text):
    """
    Return ({User}, [name]) of the @names in ``text``: who they are, and those that nobody has, in the text's order.

    A dot behind a name may end the sentence; capitals do not matter.
    """
    names = dict.fromkeys(name.rstrip(".@+-").lower() for name in NAMED.findall(text))
    if not names:
        return set(), []
    known = {user.username.lower(): user for user in people()}
    return {known[name] for name in names if name in known}, [
        name for name in names if name and name not in known
    ]


# Acts


def write(article, text, *, by, to=(), answers=None, block=None, quote=""):
    """
    Write a note and return it; ``to``: Users it asks to look, besides those named in it by @name.

    answers: the Note it answers; an answer to an answer stands in the same thread. block, quote: its place, counted
    from 0 in the working copy, and the words there. Raise NotAllowed.
    """
    text = text.replace("\0", "").strip()
    if not may(by, "view", article):
        raise NotAllowed(_("Only the desk writes notes."))
    if not text:
        raise NotAllowed(_("The note says nothing yet."))
    if len(text) > LONGEST:
        raise NotAllowed(_("A note has room for %d characters.") % LONGEST)
    root = answers and (answers.answers or answers)
    if root and root.article_id != article.pk:
        raise NotAllowed(_("That note stands at another story."))
    place = {} if root else _place(article, block, quote)
    now = timezone.now()
    with transaction.atomic():
        note = Note.objects.create(
            article=article, answers=root, text=text, by=by, at=now, number=article.version, **place
        )
        for user in ({*to} | named_in(text)[0]) - {by}:
            Mention.objects.create(note=note, user=user)
        if root:
            _read_thread(root, by, now)
            Note.objects.filter(pk=root.pk).update(resolved_at=None, resolved_by=None)
        audit.record(by, "note", article, at=now, note=note.pk)
    return note


def _place(article, block, quote):
    """Return the columns of a place; a block that is not there is none, and the words are those that stand there."""
    blocks = blocks_of(article)
    if block is None or not 0 <= block < len(blocks):
        return {}
    quote = " ".join(quote.replace("\0", "").split())[:300]
    words = " ".join(blocks[block].text.split())
    return {"block": block, "quote": quote if quote and quote in words else words[:300]}


def settle(note, *, by, resolved):
    """Call a thread settled, or reopen it; who settles it has read it. Raise NotAllowed."""
    if not may(by, "view", note.article):
        raise NotAllowed(_("Only the desk writes notes."))
    root, now = note.answers or note, timezone.now()
    with transaction.atomic():
        columns = (
            {"resolved_at": now, "resolved_by": by}
            if resolved
            else {"resolved_at": None, "resolved_by": None}
        )
        changed = Note.objects.filter(pk=root.pk, resolved_at__isnull=resolved).update(**columns)
        _read_thread(root, by, now)
        if changed:
            audit.record(by, "settle note" if resolved else "reopen note", root.article, at=now, note=root.pk)


def read(note, *, by):
    """Take a thread that asked for ``by`` from their dashboard."""
    _read_thread(note.answers or note, by, timezone.now())


def _read_thread(root, user, now):
    unread = Mention.objects.filter(user=user, read_at=None)
    unread.filter(note=root).update(read_at=now)
    unread.filter(note__answers=root).update(read_at=now)


# What is shown


def blocks_of(article):
    """Return the blocks of the working copy."""
    latest = article.latest_revision
    return body.blocks(revisions.content_of(latest)["body"])


def threads(article, user):
    """
    Return the threads of ``article``, oldest first, open ones ahead, in two queries.

    Each is a Note with `said` ([Note], itself and its answers), `is_unread` (it asks ``user``), and on each of those
    `asked`, the Users it asks.
    """
    mentions = Prefetch("mentions", Mention.objects.select_related("user"))
    notes = list(article.notes.select_related("by", "resolved_by").prefetch_related(mentions))
    roots = {note.pk: note for note in notes if note.answers_id is None}
    for root in roots.values():
        root.said, root.is_unread = [], False
    for note in notes:
        note.asked = [mention.user for mention in note.mentions.all()]
        root = roots[note.answers_id or note.pk]
        root.said.append(note)
        root.is_unread |= any(row.user_id == user.pk and row.read_at is None for row in note.mentions.all())
    return sorted(roots.values(), key=lambda root: root.resolved_at is not None)


def placed(found, blocks):
    """
    Give each of the threads ``found`` its `place`: the index of the block that it stands at now, None for none.

    The words are looked for in the block they were written at, then in the one nearest to it; text moves.
    """
    texts = [" ".join(block.text.split()) for block in blocks]
    for root in found:
        root.place = _place_now(root, texts)
    return found


def _place_now(root, texts):
    if root.block is None:
        return None
    if not root.quote:  # a picture without words, say
        return root.block if root.block < len(texts) else None
    nearest_first = sorted(range(len(texts)), key=lambda index: abs(index - root.block))
    return next((index for index in nearest_first if root.quote in texts[index]), None)


def unread(user):
    """Return the Mentions that wait for ``user``, the latest first, those of stories that they may read."""
    if not may(user, "view"):
        return []
    rows = Mention.objects.filter(user=user, read_at=None).select_related("note__article", "note__by")
    return list(
        rows.defer("note__article__body", "note__article__standfirst").order_by("-note__at", "-id")[:ROWS]
    )
