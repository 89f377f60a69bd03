"""
What is typed and not saved: kept every few seconds beside the line of versions, offered again, dropped once saved.

Nothing here touches a version or what readers see. A tab has a name of its own (a UUID that the page was given), so
that two tabs of one person never write over each other. Presence says who has a story open: advice, never a lock.
"""

import json
from datetime import timedelta
from uuid import UUID, uuid4, uuid5

from django.db.models import Exists, OuterRef
from django.http import QueryDict
from django.utils import timezone
from django.utils.formats import time_format
from django.utils.translation import gettext as _

from articles.models import Autosave, Presence

BEATING = timedelta(seconds=12)  # a tab that is looked at says so every few seconds
PRESENT = timedelta(seconds=75)  # one in the background does so once a minute, as browsers will have it
NOT_TYPED = {"csrfmiddlewaretoken", "act", "tab", "taken", "stamp", "age", "typed", "leave", "offers"}


def tab_of(data):
    """Return the tab that a posted form names, a UUID; None where it names none."""
    try:
        return UUID(data.get("tab", ""))
    except ValueError:
        return None


def number(text, largest):
    """Return ``text`` as a whole number from 0 to ``largest``; 0 for anything else."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 16 and int(text) <= largest else 0


def keep(user, article, data, *, at=None):
    """
    Keep the form that a tab sends and return its Autosave; one that is ``closed`` means that nothing was kept.

    article: None for a story that is not made yet. data: the posted QueryDict with ``tab``, ``base``, ``stamp`` (the
    browser's count of changes: an older one never takes the place of a newer) and ``age`` (seconds since it was typed).
    """
    now = at or timezone.now()
    stamp = number(data.get("stamp", ""), 10**15)
    kept = {
        "article": article,
        "base": max(number(data.get("base", ""), 2**31 - 1), int(article is not None)),
        "form": json.dumps({name: data.getlist(name) for name in data if name not in NOT_TYPED}),
        "stamp": stamp,
        "at": now - timedelta(seconds=number(data.get("age", ""), 90 * 86400)),
    }
    mine = Autosave.objects.filter(user=user, tab=tab_of(data))
    if not mine.filter(closed=False, stamp__lt=stamp).update(**kept):
        row, created = Autosave.objects.get_or_create(user=user, tab=tab_of(data), defaults=kept)
        if not created:
            return row
    if taken := number(data.get("taken", ""), 2**63 - 1):  # from now on it is kept as this tab's
        Autosave.objects.filter(user=user, pk=taken).exclude(tab=tab_of(data)).update(closed=True)
    return mine.get()


def has_begun(user, data):
    """Whether ``user`` wrote before in the tab that a posted form names: what is lost of a right takes no words away."""
    return Autosave.objects.filter(user=user, tab=tab_of(data)).exists()


def keep_beside(user, article, data, left):
    """
    Keep what was typed beside a text that is saved, ``left`` as {name: [texts]}; return its Autosave, None for nothing.

    data: the posted QueryDict. The same form sent again keeps it once.
    """
    if not left:
        return None
    tab = tab_of(data)
    kept = {"article": article, "base": 0, "form": json.dumps(left), "stamp": 0, "at": timezone.now()}
    where = {"user": user, "tab": uuid5(tab, "beside") if tab else uuid4()}
    return Autosave.objects.get_or_create(**where, defaults=kept)[0]


def beside(user, article):
    """Return the Autosave of what ``user`` typed beside the text last and did not do, None for nothing."""
    return Autosave.objects.filter(user=user, article=article, base=0, closed=False).first()


def typed(kept):
    """Return the form of an Autosave as a browser would post it: a QueryDict that can be changed."""
    data = QueryDict(mutable=True)
    for name, values in json.loads(kept.form).items():
        data.setlist(name, values)
    return data


def close(user, data):
    """The text of a posted form is saved: drop what was kept of its tab, and take nothing that arrives late for it."""
    if tab := tab_of(data):
        empty = {"base": 0, "form": "{}", "stamp": 0, "at": timezone.now()}
        Autosave.objects.update_or_create(
            user=user, tab=tab, defaults={"closed": True}, create_defaults={**empty, "closed": True}
        )
        Presence.objects.filter(user=user, tab=tab).delete()
    if taken := number(data.get("taken", ""), 2**63 - 1):
        throw_away(user, taken)


def throw_away(user, pk):
    """Offer a kept text no more; it is gone for good a day later. Return whether there was one."""
    return Autosave.objects.filter(user=user, pk=pk, closed=False).update(closed=True) == 1


def waiting(user, article, *, at=None):
    """
    Return the texts of ``user`` that wait to be taken up again, newest first; ``is_open``: whether another tab is at it.
    """
    rows = Autosave.objects.filter(user=user, article=article, closed=False).defer("form")
    beating = Presence.objects.filter(
        user=user, tab=OuterRef("tab"), seen_at__gt=(at or timezone.now()) - BEATING
    )
    return rows.annotate(is_open=Exists(beating))[:5]


# Presence


def beat(user, article, tab, *, at=None):
    """Note that ``user`` has ``article`` open in ``tab``."""
    now = at or timezone.now()
    if not Presence.objects.filter(user=user, tab=tab, article=article).update(seen_at=now):
        Presence.objects.update_or_create(
            user=user, tab=tab, defaults={"article": article, "since": now, "seen_at": now}
        )


def leave(user, tab):
    Presence.objects.filter(user=user, tab=tab).delete()


def others(user, article, tab=None, *, at=None):
    """Return sentences that say who else has ``article`` open and since when; each person once."""
    seen = Presence.objects.filter(article=article, seen_at__gt=(at or timezone.now()) - PRESENT)
    people = {}
    for row in seen.exclude(user=user, tab=tab).select_related("user"):
        people.setdefault(row.user_id, row)
    return [_here(user, row) for row in people.values()]


def _here(user, row):
    since = clock(row.since)
    if row.user_id == user.pk:
        return _("You have this open in another tab since %(time)s.") % {"time": since}
    return _("%(name)s has this open since %(time)s.") % {"name": row.user, "time": since}


def clock(at):
    """Return the time of day of an aware datetime, in the newsroom's zone."""
    return time_format(timezone.localtime(at), "TIME_FORMAT")
