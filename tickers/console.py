"""
What the console of a ticker asks and tells, all of it JSON: post an entry, act on one, and what is new.

Every answer is the same: {"seq", "entries": {id: HTML}, "parts": {name: HTML}}, so that an act shows its outcome and
what colleagues did in one round trip. An entry comes with the key (UUID) that the device gave it; however often it is
sent, it is one; an act with a key is done once. What can't be done answers 4xx with {"error": cause and cure} and
stores nothing.
"""

import json
from datetime import timedelta
from functools import wraps
from uuid import UUID

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Case, F, Q, When
from django.http import Http404, JsonResponse
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.html import escape
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts import audit
from articles import body
from articles.forms.fields import is_id
from articles.models import Author
from articles.permissions import NotAllowed
from images import library
from tickers import incoming, log, writing
from tickers.incoming import Wrong
from tickers.models import Done, Duty, Entry, Handover, Ticker
from tickers.permissions import get_ticker, may_change, may_restore, may_run
from tickers.showing import Pictures, zone_of

SHOWN = 50  # entries on the console at first, and as many more at each press of "Earlier entries"
TURNS = (Entry.State.WAITING, Entry.State.DELAYED, Entry.State.REFUSED)  # of what has not gone out
MOST_CHOSEN = 500  # entries of one story
ON_DUTY = timedelta(seconds=30)  # since somebody's console last asked
NOTED = timedelta(seconds=10)  # how often that is written down
PICTURE_FIELDS = {"alt", "credit"}
FIELDS = incoming.FIELDS | PICTURE_FIELDS | {"key", "author", "caption", "seq"}
ACT_FIELDS = incoming.FIELDS | {
    "act",
    "key",
    "entry",
    "base",
    "seq",
    "author",
    "correction",
    "status",
    "note",
}


def answers(view):
    """Let ``view``(request, ticker id) return (dict, status) and raise whatever says why it can't be done."""

    @wraps(view)
    def answer(request, pk):
        try:
            data, status = view(request, pk)
        except Wrong as error:
            data, status = {"error": str(error)}, error.status
        except log.Stale as error:
            data, status = {"error": str(error), "theirs": _theirs(error.entry)}, 409
        except log.SentBefore as error:
            data, status = {"error": str(error)}, 409
        except Http404 as error:
            data, status = {"error": str(error)}, 404
        except PermissionDenied as error:
            data, status = {"error": str(error)}, 403
        except (log.Refused, library.Refused) as error:
            data, status = {"error": str(error)}, 422
        response = JsonResponse(data, status=status, json_dumps_params={"ensure_ascii": False})
        response.headers["Cache-Control"] = "no-store"
        return response

    return answer


@require_safe
@answers
def news(request, pk):
    """
    What happened after event ``?seq=``; also what keeps this person on duty and signed in.

    With ``?before=`` also the entries before this number, and "earlier" as `gone_out` says it.
    """
    ticker = get_ticker(request.user, pk)
    _note_duty(ticker, request)
    answer = told(ticker, request.user, request.GET.get("seq", ""))
    if "before" in request.GET:
        entries, earlier = gone_out(ticker, request.GET["before"])
        answer["entries"] |= as_rows(ticker, entries, request.user)
        answer["earlier"] = earlier
    return answer, 200


@require_POST
@answers
def post(request, pk):
    """Add an entry: JSON, or a form with the JSON as "entry" and a file as "picture"."""
    ticker = get_ticker(request.user, pk)
    data = incoming.texts(_sent(request), FIELDS)
    key = _key(data.pop("key", ""))
    seq, known = data.pop("seq", ""), ticker.entries.filter(key=key).exists()
    if not known and ticker.status == Ticker.Status.ENDED:  # before a picture is stored for nothing
        raise Wrong(409, _("This ticker has ended; let an editor start it again first."))
    entry = _post(ticker, data, key=key, upload=request.FILES.get("picture"), by=request.user)
    told_of = {"entry": entry.pk, "state": entry.state}
    return told(ticker, request.user, seq) | told_of, 200 if known else 201


def _sent(request):
    if request.content_type != "multipart/form-data" or "entry" not in request.POST:
        return incoming.read(request)
    if upload := request.FILES.get("picture"):
        if upload.size > settings.LARGEST_PICTURE:
            raise Wrong(413, _("A picture is at most %d MB.") % (settings.LARGEST_PICTURE // 1024**2))
    return request.POST.get("entry", "").encode()


def _key(text):
    try:
        return UUID(text)
    except ValueError:
        raise Wrong(400, _("An entry needs a key, a UUID of its own.")) from None


def _post(ticker, data, *, key, upload, by):
    words = {name: data.pop(name, "").strip() for name in ("alt", "credit", "caption")}
    content = _content(ticker, data)
    if upload:
        image = _picture(upload, words, by=by)
        content["body"] = content.get("body", "") + figure(image, words["caption"] or image.caption)
    return log.post(ticker, content, by=by, key=key)


def _content(ticker, data):
    content = incoming.content(data, zone_of(ticker))
    if "author" in content:
        content["author"] = _author(content["author"])
    return content


def _author(pk):
    if not pk:
        return None
    found = Author.objects.filter(pk=pk).first() if is_id(pk) else None
    if found is None:
        raise Wrong(422, _("This author is gone; choose another."))
    return found


def _picture(upload, words, *, by):
    """Return the library's Image of the file ``upload``, with credit and alt text as a story needs them (house rule)."""
    if not by.has_perm("images.add_image"):
        raise NotAllowed(_("You may not add pictures; ask the picture desk."))
    try:
        image = library.take_in(upload.read(), name=upload.name, by=by)
    except library.Known as known:
        image = known.image
    changed = [name for name in PICTURE_FIELDS if words[name] and not getattr(image, name)]
    for name in changed:
        setattr(image, name, words[name][: image._meta.get_field(name).max_length])
    if changed:
        image.save(update_fields=changed)
        library.changed(image)
        audit.record(by, "change", image, fields=sorted(changed))
    if not image.may_be_shown(timezone.now()):
        raise log.Refused(_("The licence of this picture has ended; choose another."))
    lacking = [
        str(word) for word, text in ((_("credit"), image.credit), (_("alt text"), image.alt)) if not text
    ]
    if lacking:
        raise log.Refused(_("The picture lacks %s; write it and send again.") % ", ".join(lacking))
    return image


def figure(image, caption):
    """Return the block of a picture as a body holds it."""
    head = f'<figure data-block="image" data-image="{image.pk}" data-layout="text">'
    return f"{head}<figcaption>{escape(caption)}</figcaption></figure>"


# Acts on what is there


@require_POST
@answers
def act(request, pk):
    """Do one of ACTS, {"act": name, "entry": its id, ...}; one with a "key" (UUID) once, however often it is sent."""
    ticker = get_ticker(request.user, pk)
    data = incoming.texts(incoming.read(request), ACT_FIELDS)
    name, seq = data.pop("act", ""), data.pop("seq", "")
    if name not in ACTS:
        raise Wrong(400, _("There is no act of this name."))
    key = _key(data.pop("key")) if "key" in data else None
    with transaction.atomic():
        if not key or Done.objects.get_or_create(ticker=ticker, key=key)[1]:
            ACTS[name](ticker, data, request.user)
    return told(ticker, request.user, seq), 200


def _entry(ticker, data):
    pk = data.pop("entry", "")
    found = ticker.entries.filter(pk=pk).first() if is_id(pk) else None
    if found is None:
        raise Wrong(404, _("This entry is not in this ticker."))
    found.ticker = ticker
    return found


def _on_entry(function, **options):
    return lambda ticker, data, user: function(_entry(ticker, data), by=user, **options)


def _edit(ticker, data, user):
    entry, correction = _entry(ticker, data), data.pop("correction", "")
    base = data.pop("base", "")
    if not is_id(base):
        raise Wrong(400, _("Say which version you changed."))
    content = _content(ticker, data)
    if "text" in data:
        text, pictures = writing.parted(entry.body)
        if text is None:
            raise Wrong(422, _("This text holds more than plain paragraphs; open it in the editor."))
        content["body"] += pictures
    log.edit(entry, content, by=user, base=int(base), correction=correction)


def _key_event(ticker, data, user):
    entry = _entry(ticker, data)
    log.edit(entry, {"kind": Entry.Kind.KEY}, by=user, base=entry.version)


def _no_key_event(ticker, data, user):
    """Let an entry be what it was before it was a key event."""
    entry = _entry(ticker, data)
    kinds = entry.versions.values_list("content__kind", flat=True)
    before = next((kind for kind in kinds if kind != Entry.Kind.KEY), Entry.Kind.UPDATE)
    log.edit(entry, {"kind": before}, by=user, base=entry.version)


def _status(ticker, data, user):
    log.set_status(ticker, data.get("status", ""), by=user)


def _hand_over(ticker, data, user):
    text = data.get("note", "").strip()
    if not text or len(text) > (limit := Handover._meta.get_field("text").max_length):
        raise Wrong(
            422, _("Write a note of at most %d characters.") % limit if text else _("Write the note first.")
        )
    Handover.objects.create(ticker=ticker, text=text, by=user)


def _read(ticker, data, user):
    """Whoever comes says that they have read the note; nobody does that for themselves."""
    newest = ticker.handovers.first()
    if newest and newest.by_id != user.pk:
        ticker.handovers.filter(pk=newest.pk, read_at=None).update(read_at=timezone.now(), read_by=user)


ACTS = {
    "edit": _edit,
    "delete": _on_entry(log.delete),
    "restore": _on_entry(log.restore),
    "pin": _on_entry(log.pin),
    "unpin": _on_entry(log.pin, pinned=False),
    "key": _key_event,
    "unkey": _no_key_event,
    "release": _on_entry(log.release),
    "refuse": _on_entry(log.refuse),
    "status": _status,
    "handover": _hand_over,
    "read": _read,
}


# What is told


def told(ticker, user, seq=""):
    """Return what the console shows of ``ticker`` after event ``seq`` (a text of digits; anything else is now)."""
    head = Ticker.objects.values_list("head", "status").get(pk=ticker.pk)
    seq = int(seq) if is_id(seq) else head[0]
    ticker.head, ticker.status = head
    entries, next_seq = _since(ticker, seq) if seq < ticker.head else ([], seq)
    return {
        "seq": next_seq,
        "entries": as_rows(ticker, entries, user),
        "parts": parts(ticker, user),
    }


def _since(ticker, seq):
    events = ticker.events.filter(seq__gt=seq).order_by("seq").values_list("seq", "entry")[: log.AT_ONCE]
    events = list(events)
    entries = ticker.entries.filter(pk__in={pk for _seq, pk in events if pk})
    return list(entries.select_related("author", "made_by")), events[-1][0] if events else seq


def gone_out(ticker, before=""):
    """
    Return (entries, earlier): the newest that went out, deleted ones too, for those who may bring them back.

    before: only those below this number, a text of digits; of anything else the newest of all. earlier: what to ask
    with for those before them, None where these are the first.
    """
    out = ticker.entries.exclude(number=None).select_related("author", "made_by")
    if is_id(before):
        out = out.filter(number__lt=before)
    found = list(out.newest_first()[: SHOWN + 1])
    return found[:SHOWN], found[SHOWN - 1].number if len(found) > SHOWN else None


def as_rows(ticker, entries, user):
    """Return {id: HTML} of ``entries``, with their author and who made them fetched, as ``user`` may act on them."""
    shown, zone, runs = Pictures.of(entries, timezone.now()), zone_of(ticker), may_run(user, ticker)
    rows = {}
    for entry in entries:
        entry.ticker = ticker
        context = {
            "entry": entry,
            "text": body.render(entry.body, pictures=shown.in_body),
            "zone": zone,
            "runs": runs,
            "may_change": runs or may_change(user, entry),
            "may_restore": runs or may_restore(user, entry),
            "fields": json.dumps(fields_of(entry), ensure_ascii=False),
        }
        rows[entry.pk] = _rendered("entry", context)
    return rows


def fields_of(entry):
    """Return what the small form in place needs of ``entry``; text is None where only the body editor will do."""
    fields = {
        name: getattr(entry, name) for name in ("headline", "kind", "verification", "reported_by", "initials")
    }
    happened = entry.happened and timezone.localtime(entry.happened, zone_of(entry.ticker))
    return fields | {
        "base": str(entry.version),
        "text": writing.parted(entry.body)[0],
        "author": str(entry.author_id or ""),
        "happened": happened.strftime("%Y-%m-%dT%H:%M") if happened else "",
    }


def _theirs(entry):
    """Return what stands now, for somebody whose own text was written on an older version."""
    newest_version = entry.versions.select_related("by").first()
    return fields_of(entry) | {
        "plain": "\n\n".join(filter(None, [entry.headline, body.plain(entry.body)])),
        "by": str(newest_version.by if newest_version else entry.made_by),
    }


def parts(ticker, user):
    """
    Return {name: HTML} of what stands around the entries: state, waiting, duty, handover.

    Four queries at most, five where more has not gone out than is shown.
    """
    now, runs = timezone.now(), may_run(user, ticker)
    waiting = _not_out(ticker, user)
    shown = list(waiting.select_related("author", "made_by")[:SHOWN])
    context = {
        "ticker": ticker,
        "runs": runs,
        "user": user,
        "waiting": as_rows(ticker, shown, user).values(),
        "waiting_count": len(shown) if len(shown) < SHOWN else waiting.count(),
        "duty": ticker.duties.filter(seen__gt=now - ON_DUTY)
        .select_related("user")
        .order_by("user__username"),
        "handover": ticker.handovers.select_related("by", "read_by").first(),
        "zone": zone_of(ticker),
    }
    names = ("state", "waiting", "duty", "handover")
    return {name: _rendered(name, context) for name in names}


def _not_out(ticker, user):
    """
    Return what has not gone out of ``ticker``: what an editor has to look at, what goes out by itself, what was sent back.

    In the order that it came, but what was sent back last stands before what its writers have left there for long.
    """
    waiting = ticker.entries.filter(number=None).exclude(state=Entry.State.DELETED)
    if not may_run(user, ticker):
        waiting = waiting.filter(Q(made_by=user) | ~Q(state=Entry.State.REFUSED))
    turn = Case(*(When(state=state, then=turn) for turn, state in enumerate(TURNS)))
    sent_back = Case(When(state=Entry.State.REFUSED, then=F("pk")))
    return waiting.order_by(turn, sent_back.desc(), "pk")


def _rendered(name, context):
    return mark_safe(render_to_string(f"admin/tickers/_{name}.html", context).strip())


def _note_duty(ticker, request):
    """Write down that this person is here, and renew the login once an hour, so that it lasts as long as the shift."""
    now = timezone.now()
    changed = Duty.objects.filter(ticker=ticker, user=request.user, seen__gt=now - NOTED)
    if not changed.exists():
        Duty.objects.update_or_create(ticker=ticker, user=request.user, defaults={"seen": now})
    hour = now.strftime("%Y-%m-%dT%H")
    if request.session.get("console") != hour:
        request.session["console"] = hour


# A story of chosen entries


def chosen(request, pk):
    """Return (ticker, its live entries that the form names, the oldest first); raise log.Refused for none or too many."""
    ticker = get_ticker(request.user, pk)
    ids = [pk for pk in request.POST.getlist("entry") if is_id(pk)]
    if len(ids) > MOST_CHOSEN:
        raise log.Refused(_("A story is made of at most %d entries; choose fewer.") % MOST_CHOSEN)
    entries = list(ticker.entries.live().filter(pk__in=ids).select_related("author").order_by("number"))
    if not entries:
        raise log.Refused(_("Choose the entries that the story is to be made of."))
    for entry in entries:
        entry.ticker = ticker
    return ticker, entries
