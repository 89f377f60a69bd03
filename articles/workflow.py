"""
The acts of the desk: with those of `articles.clearance` and `articles.schedule` the only functions that change a story's
revisions, publication and state.

Each act is one transaction that also writes its purge rows, its PublishAct and its audit row (design rule 6). Each
asks the policy itself, so that a view, an admin action and a command can't differ. Saves are compare-and-swap on
`Article.version`: whoever saves on an old version is refused with both texts kept (rule 3).
"""

from datetime import timedelta
from itertools import chain, pairwise

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

import delivery
from accounts import audit
from articles import announcing, body, publication, revisions
from articles.checks import WAIVABLE, check
from articles.clearance import why_guarded, why_uncleared
from articles.models import (
    Article,
    ConflictCopy,
    Correction,
    PlannedChange,
    PublishAct,
    Receipt,
    Revision,
    Section,
    Waiver,
)
from articles.models.article import day_of
from articles.permissions import SIGNING, NotAllowed, editable_fields, has_section, may, may_move
from articles.publication import lock
from articles.removal import receipts, restrictions
from articles.slugs import fold


class Conflict(Exception):
    """Somebody saved since. ``article`` is the present row, ``copy`` the ConflictCopy that keeps the refused text."""

    def __init__(self, article, copy):
        self.article, self.copy = article, copy
        super().__init__(
            _("%(editor)s saved version %(number)d while you were writing; your text is kept.")
            % {"editor": article.edited_by, "number": article.version}
        )


WORDS = frozenset({"headline", "kicker", "standfirst", "body"})  # what somebody who changes it has read
# In it the same act of the same person is a double click, or a request sent again.
AGAIN = timedelta(minutes=1)
BREAKING = timedelta(hours=3)  # how long a flash stands in the breaking strip, unless an editor ends it


class SentBefore(Exception):
    """A form with this uuid came before; ``article`` is the story it made."""

    def __init__(self, article):
        self.article = article
        super().__init__(_("This form was sent before, for “%s”.") % article)


class Blocked(Exception):
    """Findings stand in the way of publishing; ``findings`` lists them."""

    def __init__(self, findings):
        self.findings = findings
        super().__init__(
            _("This can't be published yet: %s") % " ".join(str(found.message) for found in findings)
        )


# Writing


def create(content, *, by, kind=Article.Kind.STORY, revision_kind=Revision.Kind.SAVE, uuid=None):
    """
    Make a story whose first version is ``content`` (shape: `revisions.blank`); return that Revision.

    uuid: what the story will be called by, so that a form sent twice makes one. Raise SentBefore the second time.
    """
    if not may(by, "add"):
        raise NotAllowed(_("Only reporters and editors can start a story."))
    content, now = _cleaned(content), timezone.now()
    article = Article(kind=kind, created=now, created_by=by, edited_by=by, edited_at=now)
    article.uuid = uuid or article.uuid
    try:
        with transaction.atomic():
            article.save()
            revision = _add_revision(article, content, by=by, kind=revision_kind, base=None, at=now)
            audit.record(by, "create", article, at=now, revision=revision.number)
    except IntegrityError:
        if known := Article.objects.filter(uuid=article.uuid).first():
            raise SentBefore(known) from None
        raise
    return revision


def save(article, content, *, by, base, kind=Revision.Kind.SAVE):
    """
    Save ``content`` as the next version and return that Revision; the newest one again where nothing changed.

    base: number of the version it was written on. Raise Conflict if another was saved since (the refused text is
    kept as a ConflictCopy), NotAllowed where ``by`` may not change one of the changed fields. The same text sent again
    by whoever saved it is no second one.
    """
    content, now = _cleaned(content), timezone.now()  # before the lock: a long body takes its time
    with transaction.atomic():
        article = lock(article.pk)
        if article.version == base:
            return _save_on_top(article, content, by=by, kind=kind, at=now)
        latest = article.latest_revision
        if (latest.created_by_id, latest.base) == (by.pk, base) and not revisions.changed_fields(
            revisions.content_of(latest), content
        ):
            return latest
        if editable_fields(by, article) == set():
            raise NotAllowed(_("You can read this story but not change it; ask an editor of its section."))
        copy = ConflictCopy.objects.create(
            article=article,
            base=base,
            schema=revisions.SCHEMA,
            content=content,
            by=by,
            at=now,
        )
        audit.record(by, "conflict", article, at=now, base=base, version=article.version)
    raise Conflict(article, copy)


def _save_on_top(article, content, *, by, kind, at):
    latest = article.latest_revision
    before = revisions.content_of(latest)
    changed = revisions.changed_fields(before, content)
    if not changed:
        return latest
    _refuse_forbidden(by, article, changed, content)
    revision = _add_revision(article, content, by=by, kind=kind, base=article.version, at=at)
    audit.record(by, "save", article, at=at, revision=revision.number, fields=changed)
    if article.state == Article.State.READY and not may(by, "publish", article) and may(by, "edit", article):
        # An editor called other words ready.
        set_state(article, Article.State.REVIEW, by=by)
    return revision


def _refuse_forbidden(user, article, changed, content):
    allowed = editable_fields(user, article)
    if allowed is not None and (forbidden := set(changed) - allowed):
        raise NotAllowed(
            _("You can't change this here: %s.")
            % ", ".join(map(str, map(revisions.label, sorted(forbidden))))
        )
    if "section" in changed and not may_move(user, article, content["section"] and content["section"]["id"]):
        raise NotAllowed(_("Moving a story needs rights in both sections; ask the chief editor."))


def _cleaned(content):
    """Return ``content`` complete, with a clean body; raise revisions.Unfit where a text is too long for its place."""
    content = revisions.blank(**content)
    content["body"] = body.clean(content["body"])
    revisions.refuse_unfit(content)
    return content


def _add_revision(article, content, *, by, kind, base, at):
    """Write the next version and what the desk's lists read of it; the caller holds the lock and cleaned ``content``."""
    revision = Revision.objects.create(
        article=article,
        number=article.version + 1,
        schema=revisions.SCHEMA,
        content=content,
        kind=kind,
        base=base,
        created=at,
        created_by=by,
    )
    article.version = revision.number
    article.latest_revision = revision
    article.working_headline = content["headline"][:300]
    article.working_fold = fold(content["headline"])[:300]
    article.working_section_id = content["section"] and content["section"]["id"]
    article.edited_at, article.edited_by = at, by
    claimed = Article.objects.filter(pk=article.pk, version=revision.number - 1).update(
        version=revision.number,
        latest_revision=revision,
        working_headline=article.working_headline,
        working_fold=article.working_fold,
        working_section=article.working_section_id,
        edited_at=at,
        edited_by=by,
    )
    if claimed != 1:  # two savers past one lock: impossible on PostgreSQL and with SQLite's one writer
        raise RuntimeError("Two versions claimed one number.")
    return revision


def set_state(article, state, *, by):
    """Move the working copy to draft, review or ready; a reporter can hand in and take back, an editor all."""
    with transaction.atomic():
        article = lock(article.pk)
        if not may(by, "edit", article) or (state == Article.State.READY and not may(by, "publish", article)):
            raise NotAllowed(
                _("Only an editor of its section can call a story ready; send it to review instead.")
            )
        if article.state != state or article.sent_back:
            audit.record(by, "state", article, before=article.state, after=state, revision=article.version)
            article.state, article.sent_back, article.sent_back_by = state, "", None
            article.save(update_fields=["state", "sent_back", "sent_back_by"])
    return article


def send_back(article, *, by, reason):
    """Give a story that was handed in back to its writer, who reads ``reason``; it is a draft again."""
    with transaction.atomic():
        article = lock(article.pk)
        if not may(by, "publish", article):
            raise NotAllowed(_("Only an editor of its section can send a story back."))
        if article.state == Article.State.DRAFT:
            raise NotAllowed(_("This story was not handed in, so it can't be sent back."))
        if not reason.strip():
            raise NotAllowed(_("Say what is to be done; its writer reads it."))
        reason = reason.strip()[:500]
        audit.record(by, "send back", article, before=article.state, reason=reason)
        article.state, article.sent_back, article.sent_back_by = Article.State.DRAFT, reason, by
        article.save(update_fields=["state", "sent_back", "sent_back_by"])
    return article


def assign(article, *, by, assignee, due_at):
    """Give a story to ``assignee`` (User or None) until the aware datetime ``due_at`` (or None); return the Article."""
    with transaction.atomic():
        article = lock(article.pk)
        if not may(by, "assign", article):
            raise NotAllowed(_("Only an editor of its section can give a story to somebody."))
        if assignee is not None and not may(assignee, "add"):
            raise NotAllowed(_("%s writes no stories; choose somebody who does.") % assignee)
        if (article.assignee_id, article.due_at) != (assignee and assignee.pk, due_at):
            told = due_at and due_at.isoformat(timespec="minutes")
            audit.record(by, "assign", article, to=assignee and str(assignee), until=told)
            article.assignee, article.due_at = assignee, due_at
            article.save(update_fields=["assignee", "due_at"])
    return article


def commission(article, length, *, by, shown):
    """
    Note how many words were commissioned, None for none. Beside the line of versions: it is no part of a text.

    shown: what was commissioned as the person saw it. Raise NotAllowed if somebody set another since.
    """
    with transaction.atomic():
        article = lock(article.pk)
        if not may(by, "edit", article):
            raise NotAllowed(_("You can't change this here: %s.") % _("commissioned length"))
        if article.commissioned_length not in {shown, length}:
            raise NotAllowed(
                _(
                    "Somebody set the commissioned length to %(now)s words in the meantime; yours, %(typed)s, is not set."
                )
                % {"now": article.commissioned_length or "—", "typed": length or "—"}
            )
        if article.commissioned_length != length:
            audit.record(by, "commission", article, before=article.commissioned_length, after=length)
            article.commissioned_length = length
            article.save(update_fields=["commissioned_length"])
    return article


# Earlier versions


def restore(revision, *, by, base):
    """
    Make the text of ``revision`` the working copy again and return the Revision that it becomes.

    base: number of the version that stands now, as the person saw it. Raise NotAllowed if another was saved since.
    """
    content, now = _cleaned(revisions.content_of(revision)), timezone.now()
    with transaction.atomic():
        article = lock(revision.article_id)
        if article.version != base:
            raise NotAllowed(
                _("%(editor)s saved version %(number)d in the meantime; look at that first.")
                % {"editor": article.edited_by, "number": article.version}
            )
        return _save_on_top(article, content, by=by, kind=Revision.Kind.RESTORE, at=now)


def put_back(article, *, by, live):
    """
    Give readers the version back that they saw before the present one, in one act; return its PublishAct.

    live: number of the version that readers see, as the person saw it; raise NotAllowed if another went out since.
    A working copy on which nothing was written since is put back with it, so that the next change does not bring the
    unwanted text again. Raise Blocked with the findings where the earlier version may not stand any more.
    """
    with transaction.atomic():
        article = lock(article.pk)
        if not may(by, "publish", article):
            raise NotAllowed(_("Only an editor can publish; send it to review instead."))
        earlier = publication.last_version_before(article)
        if earlier is None or article.live_revision.number != live:
            raise NotAllowed(_("What readers see has changed in the meantime; look at it first."))
        note = _("Put back: version %(number)d") % {"number": earlier.number}
        if article.latest_revision_id == article.live_revision_id:
            content = _cleaned(revisions.content_of(earlier))
            earlier = _save_on_top(article, content, by=by, kind=Revision.Kind.RESTORE, at=timezone.now())
        return publish_locked(article, earlier, by=by, kind=PublishAct.Kind.UPDATE, note=note)


def hold(article, held, *, by, reason):
    """Put a legal hold on a story or lift it: while it stands, nothing of the story is thinned out or redacted."""
    with transaction.atomic():
        article = lock(article.pk)
        if not may(by, "hold", article):
            raise NotAllowed(_("Only legal can put a hold on a story or lift it."))
        if not reason.strip():
            raise NotAllowed(_("Give a reason; it is kept with your name."))
        if article.legal_hold != held:
            audit.record(by, "hold" if held else "lift hold", article, reason=reason.strip()[:500])
            article.legal_hold = held
            article.save(update_fields=["legal_hold"])
    return article


# Findings


def waive(article, finding, *, by, reason):
    """Let ``finding`` stand, with a reason; return the Waiver. It sticks to that wording and to this story."""
    if not may(by, "waive", article):
        raise NotAllowed(_("Only an editor of its section can let a finding stand."))
    if finding.code not in WAIVABLE:
        raise NotAllowed(_("This has to be mended; it can't be ignored."))
    reason = reason.replace("\0", "").strip()
    if not reason:
        raise NotAllowed(_("Give a reason for ignoring it."))
    with transaction.atomic():
        waiver, created = Waiver.objects.get_or_create(
            article=article,
            code=finding.code,
            quote=finding.wording,
            defaults={"reason": reason[:500], "by": by, "at": timezone.now()},
        )
        if created:
            audit.record(by, "waive", article, code=finding.code, quote=waiver.quote, reason=waiver.reason)
    return waiver


# Publishing


def publish(revision, *, by, at=None, kind=PublishAct.Kind.UPDATE, note="", alone=""):
    """
    Put ``revision`` online and return its PublishAct.

    at: aware datetime from which readers see it, now if None; a change to a story already online is planned for later
    by `articles.schedule`. kind: "typo" moves no time, "update" moves `updated`, "correction" moves `corrected` (use
    `correct`); a first publication is always "first". alone: why nobody else read it, where the house wants four
    eyes. Raise NotAllowed, or Blocked with the findings that stand in the way. Sent again it is no second act.
    """
    with transaction.atomic():
        article = lock(revision.article_id)
        if not may(by, "publish", article):
            raise NotAllowed(_("Only an editor can publish; send it to review instead."))
        if at is None and (act := _sent_before(article, revision, by=by, kind=kind)):
            return act
        alone = reason_alone(revision, by, alone)
        return publish_locked(article, revision, by=by, at=at, kind=kind, note=note, alone=alone)


def _sent_before(article, revision, *, by, kind):
    """Return the PublishAct by which ``by`` has just put ``revision`` online in the same way, None where there is none."""
    if article.live_revision_id != revision.pk or not article.is_published():
        return None
    act = publication.last_act(article)
    same = act.by_id == by.pk and act.kind in {kind, PublishAct.Kind.FIRST}
    return act if same and timezone.now() - act.at < AGAIN else None


def publish_locked(article, revision, *, by, at=None, kind, note="", alone=""):
    """As `publish`, for who holds the lock on ``article`` and has asked whether ``by`` may."""
    now = timezone.now()
    first = not article.was_seen(now)
    starts = at or now
    content = revisions.content_of(revision)
    # An older version may stand elsewhere.
    if not has_section(by, content["section"] and content["section"]["id"]):
        raise NotAllowed(_("This version stands in another section; only an editor of that can publish it."))
    _refuse_unpublishable(article, revision, content, kind, first=first, starts=starts, now=now)
    if why := why_uncleared(article, content):
        raise NotAllowed(why)
    stale, before = article.stale_keys(), announcing.address_now(article, now)
    publication.close_act(article, now)
    publication.write_content(article, content, first=first)
    publication.write_times(article, starts=starts, now=now, kind=kind, first=first)
    article.live_revision = revision
    if revision.pk == article.latest_revision_id:
        # This work is done; what comes next begins anew.
        article.state, article.sent_back, article.sent_back_by = Article.State.DRAFT, "", None
    desk = ["state", "sent_back", "sent_back_by"]
    article.save(update_fields=[*publication.COLUMNS, *sorted(revisions.CONTENT), *desk])
    publication.write_rows(article, content)
    kind = _act_kind(kind, first)
    act = publication.write_act(article, revision, by=by, at=now, kind=kind, note=note, alone=alone)
    keys = stale | article.stale_keys()
    delivery.purge(keys)
    for moment in publication.moments_ahead(article, now):
        delivery.purge(keys, at=moment)
    announcing.tell(article, before=before, keys=keys, now=now)
    audit.record(
        by, "publish", article, at=now, revision=revision.number, kind=act.kind, note=note, alone=alone
    )
    return act


def _act_kind(kind, first):
    """The first time is the first time, whatever it was called; no later one is."""
    if first:
        return PublishAct.Kind.FIRST
    return PublishAct.Kind.UPDATE if kind == PublishAct.Kind.FIRST else kind


def _refuse_unpublishable(article, revision, content, kind, *, first, starts, now):
    if kind not in PublishAct.Kind.values:
        raise NotAllowed(_("There is no publishing of this kind: %s.") % kind)
    if why := why_guarded(article):
        raise NotAllowed(why)
    if article.embargo_by_hand:
        raise NotAllowed(
            _("This story is embargoed until it is released by hand; the chief editor can release it.")
        )
    if not first and article.is_published(now) and starts > now:
        raise NotAllowed(
            _("Readers already see this story, so a change can't be set for later; publish it now.")
        )
    seen_from = max(filter(None, [now, starts, article.embargo_until]))
    if article.expires_at is not None and article.expires_at <= seen_from:
        raise NotAllowed(_("This story expires before it would be seen; change when it expires first."))
    if missing := revisions.missing(content):
        raise NotAllowed(_("These are gone: %s. Take them out or choose others.") % ", ".join(missing))
    restrictions.refuse_redacted(article, content)
    section = content["section"] and Section.objects.filter(pk=content["section"]["id"]).first()
    if section and section.retired_at and not (article.was_seen(now) and section.pk == article.section_id):
        raise NotAllowed(_("The section %s is retired; choose another.") % section)
    if blocking := [found for found in check(revision) if found.severity == "block"]:
        raise Blocked(blocking)


def wants_reason_alone(revision, by):
    """
    Whether the house wants a second pair of eyes and nobody but ``by`` has read what is new in ``revision``.

    New is what changed since the version that readers saw last; bylines and tags are signed, not read. Who changes its
    words afterwards has read it, and so has who calls it ready or sets it for a time.
    """
    if not settings.FOUR_EYES:
        return False
    number = _written_last(revision, by)
    return number is not None and not _read_by_another(revision, by, number)


def _written_last(revision, by):
    """Return the number of the last version that ``by`` wrote and in whose words nobody else wrote since; None for none."""
    article = Article.objects.select_related("live_revision").get(pk=revision.article_id)
    seen = article.live_revision if article.was_seen() else None
    begins = seen.number if seen and seen.number <= revision.number else 0
    line = article.revisions.filter(number__gte=begins, number__lte=revision.number).order_by("-number")
    for after, before in pairwise(chain(line.iterator(chunk_size=10), [] if begins else [None])):
        content = revisions.content_of(before) if before else revisions.blank()
        changed = {*revisions.changed_fields(content, revisions.content_of(after))}
        if after.created_by_id == by.pk and changed - SIGNING:
            return after.number
        if after.created_by_id != by.pk and changed & WORDS:
            return None
    return None


def _read_by_another(revision, by, number):
    """Whether another set version ``number``, or one since, for a time, or said of it last of all that it is ready."""
    since = {"article": revision.article_id, "revision__number__range": (number, revision.number)}
    if any(model.objects.filter(**since).exclude(by=by).exists() for model in (PublishAct, PlannedChange)):
        return True
    said = audit.of(revision.article).filter(verb__in=["state", "send back"]).exclude(actor=by).first()
    if said is None or said.detail.get("after") != Article.State.READY:
        return False
    return number <= said.detail.get("revision", 0) <= revision.number


def reason_alone(revision, by, alone):
    """Return the reason to keep for publishing alone, "" where none is needed; raise NotAllowed where it is missing."""
    if not wants_reason_alone(revision, by):
        return ""
    if not alone.strip():
        raise NotAllowed(
            _(
                "Nobody else has read what you wrote: let somebody else publish it, or say why you publish it alone."
            )
        )
    return alone.strip()[:500]


def correct(revision, *, by, kind, wrong, right, reply=None, in_list=True, alone=""):
    """
    Publish ``revision`` with a dated public note of what was wrong and what is right; return the Correction.

    kind: one of Correction.Kind. reply: the story that carries a right of reply, None where ``right`` is the reply.
    alone: as in `publish`. Raise NotAllowed where the story is not online or the note says nothing.
    """
    if kind not in Correction.Kind.values:
        raise NotAllowed(_("There is no correction of this kind: %s.") % kind)
    if reply is not None and kind != Correction.Kind.RIGHT_OF_REPLY:
        raise NotAllowed(_("Only a right of reply names a story that carries it."))
    if not right.strip() and reply is None:
        raise NotAllowed(_("Say what is right; readers see it in the note."))
    restrictions.refuse([wrong, right])
    with transaction.atomic():
        article = lock(revision.article_id)
        if not may(by, "correct", article):
            raise NotAllowed(_("Only an editor of its section can correct a story."))
        if not article.is_published():
            raise NotAllowed(_("Only a story that readers see can be corrected; publish it instead."))
        if sent := _sent_before(article, revision, by=by, kind=PublishAct.Kind.CORRECTION):
            noted = article.corrections.filter(act=sent, kind=kind, wrong=wrong.strip(), right=right.strip())
            if correction := noted.filter(reply=reply).first():
                return correction
        if reply is not None:
            _refuse_reply(reply, article, by=by)
        act = publish_locked(
            article,
            revision,
            by=by,
            kind=PublishAct.Kind.CORRECTION,
            note=(right.strip() or reply.headline)[:500],
            alone=reason_alone(revision, by, alone),
        )
        correction = Correction.objects.create(
            article=article,
            kind=kind,
            wrong=wrong.strip(),
            right=right.strip(),
            reply=reply,
            at=act.at,
            by=by,
            act=act,
            in_list=in_list,
        )
        delivery.purge({"list:corrections"} | ({reply.page_key} if reply else set()))
    return correction


def _refuse_reply(reply, article, *, by):
    """Its page will say to what it replies, so that it takes the same rights as correcting it."""
    if reply.pk == article.pk:
        raise NotAllowed(_("A story does not reply to itself; choose the one that carries the reply."))
    if not reply.is_listed():
        raise NotAllowed(_("Readers can't find the story that carries the reply; publish that first."))
    if not may(by, "correct", reply):
        raise NotAllowed(_("The story that carries the reply stands in a section that is not yours."))


def list_correction(correction, listed, *, by):
    """Name a note on the page of all corrections, or leave it out so as not to repeat a harm; its story keeps it."""
    with transaction.atomic():
        article = lock(correction.article_id)
        if not may(by, "correct", article):
            raise NotAllowed(_("Only an editor of its section can correct a story."))
        if Correction.objects.filter(pk=correction.pk, in_list=not listed).update(in_list=listed):
            delivery.purge(["list:corrections"])
            verb = "list correction" if listed else "leave out correction"
            audit.record(by, verb, article, correction=correction.pk)


def withdraw(article, *, by, kind, note=""):
    """
    Take a story offline; its address answers 410 with ``note``, or 404 where no reader ever saw it.

    kind: one of Article.Withdrawal. "deindex" leaves it at its address and takes it out of lists, feeds, sitemaps and
    search engines; "anonymise" is what `articles.removal.redaction` does. Raise NotAllowed where it is not published.
    """
    if kind not in Article.Withdrawal.values:
        raise NotAllowed(_("There is no withdrawal of this kind: %s.") % kind)
    if kind == Article.Withdrawal.ANONYMISE:
        raise NotAllowed(_("The story can stay: have the name taken out of it instead."))
    if kind == Article.Withdrawal.DEINDEX:
        return _deindex(article, by=by, note=note)
    restrictions.refuse([note])
    now = timezone.now()
    with transaction.atomic():
        article = lock(article.pk)
        if not may(by, "withdraw", article):
            raise NotAllowed(_("Only an editor of its section can withdraw a story."))
        if article.live_revision_id is None or article.withdrawn_at is not None:
            raise NotAllowed(_("This story is not published, so there is nothing to withdraw."))
        _withdraw(article, by=by, kind=kind, told=note.strip(), note=note, now=now)
    return article


def withdraw_by_law(article, *, by, note):
    """Take a story from readers whose text a restriction forbids; nobody is asked, and readers are told no reason."""
    now = timezone.now()
    with transaction.atomic():
        article = lock(article.pk)
        if article.live_revision_id is not None and article.withdrawn_at is None:
            _withdraw(article, by=by, kind=Article.Withdrawal.LEGAL, told="", note=note, now=now)


def _withdraw(article, *, by, kind, told, note, now):
    stale, seen = article.stale_keys(), article.was_seen(now)
    before = announcing.address_now(article, now)
    addresses = receipts.addresses_of(article) if seen else []
    _end(article, now)
    article.withdrawn_at, article.withdrawal, article.withdrawal_note = now, kind, told
    article.save(update_fields=publication.COLUMNS)
    publication.copy_visible_from(article, None)
    publication.close_act(article, now)
    delivery.purge(stale | article.stale_keys())
    announcing.tell(article, before=before, keys=stale, now=now)
    audit.record(by, "withdraw", article, at=now, kind=kind, note=note)
    ended = _end_previews(article, by=by, now=now)
    if seen:
        addresses = [*ended, *addresses]
        receipts.open_for(article, Receipt.Kind.WITHDRAWN, by=by, at=now, addresses=addresses)


def _end_previews(article, *, by, now):
    """
    Let no address that was made for somebody outside show a withdrawn story any longer; return those that did.

    The desk may make new ones, for whoever has to read it all the same.
    """
    standing = list(article.preview_links.filter(revoked_at=None, until__gt=now))
    article.preview_links.filter(pk__in=[link.pk for link in standing]).update(revoked_at=now)
    for link in standing:
        audit.record(by, "revoke", article, at=now, to=link.person)
    return [link.get_absolute_url() for link in standing]


def _deindex(article, *, by, note):
    now = timezone.now()
    with transaction.atomic():
        article = lock(article.pk)
        if not may(by, "withdraw", article):
            raise NotAllowed(_("Only an editor of its section can withdraw a story."))
        if not article.is_published(now):
            raise NotAllowed(_("Readers do not see this story, so there is nothing to be found."))
        if article.deindexed_at is None:
            addresses = receipts.addresses_of(article)
            _set_deindexed(article, now)
            audit.record(by, "withdraw", article, at=now, kind=Article.Withdrawal.DEINDEX.value, note=note)
            receipts.open_for(article, Receipt.Kind.DEINDEXED, by=by, at=now, addresses=addresses)
    return article


def relist(article, *, by, reason):
    """Let a story be found again: it stands in lists, feeds and sitemaps as if it had never left them."""
    with transaction.atomic():
        article = lock(article.pk)
        if not may(by, "withdraw", article):
            raise NotAllowed(_("Only an editor of its section can let a story be found again."))
        if not reason.strip():
            raise NotAllowed(_("Give a reason; it is kept with your name."))
        if article.deindexed_at is not None:
            _set_deindexed(article, None)
            audit.record(by, "relist", article, reason=reason.strip()[:500])
    return article


def _set_deindexed(article, at):
    article.deindexed_at = at
    article.save(update_fields=["deindexed_at"])
    publication.copy_visible_from(article, None if article.withdrawn_at else article.visible_from)
    keys, now = article.stale_keys(), timezone.now()
    delivery.purge(keys | {"list:corrections"})
    announcing.tell(article, before=announcing.address_now(article, now), keys=keys, now=now)


def _end(article, now):
    """Nobody sees the story from ``now`` on. What readers saw once stays known as that, whatever was set for later."""
    article.breaking_until = article.held_since = None
    if not article.was_seen(now):
        article.visible_from = article.first_published = article.publish_at = None
        return
    if article.visible_from is None or article.visible_from > now:
        article.visible_from = article.publish_at = article.first_published
    article.visible_until = min(article.visible_until, now)


def touch(article, at):
    """Let a published story's `updated` be ``at``: what stands beside its text, such as a ticker's entries, is newer."""
    touched = Article.objects.filter(pk=article.pk, first_published__lte=at).update(updated=at)
    if touched and day_of(article.updated) != day_of(at):
        delivery.purge(["list:stories"])  # the sitemap says on which day each was changed


# Breaking news


def flash(content, *, by, uuid=None):
    """
    Put a story online that is a headline and a sentence so far, into the breaking strip too; return the Article.

    uuid: what the story will be called by, so that a form sent twice makes one. Raise SentBefore the second time,
    NotAllowed or Blocked as `publish` does; then nothing was made.
    """
    with transaction.atomic():
        revision = create(content, by=by, revision_kind=Revision.Kind.FLASH, uuid=uuid)
        alone = _("Breaking news goes out before a second pair of eyes has read it.")
        publish(revision, by=by, alone=alone)
        return set_breaking(revision.article, timezone.now() + BREAKING, by=by)


def set_breaking(article, until, *, by):
    """Keep a story in the breaking strip ``until`` an aware datetime, or take it out with None; return the Article."""
    with transaction.atomic():
        article = lock(article.pk)
        if not may(by, "publish", article):
            raise NotAllowed(_("Only an editor of its section can say what stands in the breaking strip."))
        if article.breaking_until != until:
            article.breaking_until = until
            article.save(update_fields=["breaking_until"])
            keys = article.stale_keys()
            delivery.purge(keys)
            if until:
                delivery.purge(keys, at=until)
            audit.record(by, "breaking", article, until=until and until.isoformat())
    return article
