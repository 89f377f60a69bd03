"""
How often somebody may try to log in, counted in the database: it holds over all processes and restarts.

A name that nobody has is counted and paused like any other, so that a pause tells nothing. Who has to wait is not
counted, so that every pause ends. A browser that logged in to an account before is counted for itself alone: whoever
guesses at that account from elsewhere, or behind the same address, does not keep it out.
"""

import ipaddress
import logging
import unicodedata
from datetime import timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.crypto import salted_hmac

from accounts import audit
from accounts.models import LoginAttempt, User

log = logging.getLogger(__name__)

WINDOW = timedelta(minutes=15)
KEPT = timedelta(days=1)  # so that an administrator sees what happened in the night
OF_A_PAIR = 5  # of one account from one address, or from one browser that it knows
OF_AN_ACCOUNT = 50  # from everywhere: twenty addresses together guess no faster than ten
OF_AN_ADDRESS = 50  # a whole house may stand behind one


class Paused(Exception):
    """Too many attempts failed. ``until``: when the next one is taken."""

    def __init__(self, until):
        super().__init__(f"Paused until {until}")
        self.until = until


def account_key(name):
    """Return the hash under which attempts at the account ``name`` are counted: people type passwords there too."""
    plain = unicodedata.normalize("NFKC", name).casefold()
    return salted_hmac("accounts.attempts", plain, algorithm="sha256").hexdigest()


def asked_from(request):
    """
    Return the ip_address that a request comes from, the nearest one that is no proxy of ours; None where there is none.

    What is left of X-Forwarded-For comes from such a proxy (newsroom.middleware).
    """
    chain = [*request.headers.get("X-Forwarded-For", "").split(","), request.META.get("REMOTE_ADDR", "")]
    hops = [hop.strip() for hop in reversed(chain) if hop.strip()]
    nearest = next((hop for hop in hops if hop not in settings.TRUSTED_PROXIES), hops[-1] if hops else "")
    try:
        return ipaddress.ip_address(nearest)
    except ValueError:
        return None


def _place(address):
    """Return the text under which ``address`` is counted: one customer's IPv6 network has millions of addresses."""
    if address is None or address.version == 4:
        return str(address or "")
    return str(address.ipv4_mapped or ipaddress.ip_network((address, 64), strict=False))


def begin(name, *, address, browser="", at=None):
    """
    Count an attempt to log in to the account ``name`` and return it, before its password is looked at.

    It stands as failed until `succeeded` takes it back, so that many at once do not slip through together.
    address: an ip_address or None. browser: the number of a browser that the account knows, or "". Raise Paused.
    """
    at = at or timezone.now()
    LoginAttempt.objects.filter(at__lt=at - KEPT).delete()
    attempt = LoginAttempt.objects.create(
        at=at,
        account=account_key(name),
        user=User.objects.filter(username=name).first(),
        address=_place(address),
        browser=browser,
    )
    ends = [end for end in _pauses(attempt) if end]
    if ends:
        attempt.delete()
        log.warning("Logging in is paused for %s until %s.", attempt, max(ends))
        raise Paused(max(ends))
    return attempt


def _pauses(attempt):
    """Yield for each limit that ``attempt`` is under when its pause ends; None where there is none."""
    others = LoginAttempt.objects.filter(at__gt=attempt.at - WINDOW, browser=attempt.browser)
    others = others.exclude(pk=attempt.pk)
    account, address = {"account": attempt.account}, {"address": attempt.address}
    if attempt.browser:
        yield _end(others.filter(**account), OF_A_PAIR)
    else:
        yield _end(others.filter(**account, **address), OF_A_PAIR)
        yield _end(others.filter(**account), OF_AN_ACCOUNT)
        yield _end(others.filter(**address), OF_AN_ADDRESS)


def _end(attempts, most):
    """Return when fewer than ``most`` of ``attempts`` are left in the window; None where that is so already."""
    last = attempts.order_by("-at").values_list("at", flat=True)[most - 1 : most]
    return next((at + WINDOW for at in last), None)


def succeeded(attempt):
    """Forget ``attempt`` and those that failed before it in the same place; others at the account stay counted."""
    LoginAttempt.objects.filter(
        account=attempt.account, address=attempt.address, browser=attempt.browser
    ).delete()


@transaction.atomic
def let_in(chosen, *, by):
    """End the pauses of the accounts and the addresses of ``chosen`` attempts, a QuerySet, and record it."""
    for attempt in {str(attempt): attempt for attempt in chosen.select_related("user")}.values():
        audit.record(by, "let in", attempt)
    of_these = chosen.values_list("account", "address")
    accounts, addresses = {account for account, _ in of_these}, {address for _, address in of_these}
    LoginAttempt.objects.filter(Q(account__in=accounts) | Q(address__in=addresses)).delete()


def forget(user):
    """Let ``user`` log in at once, from everywhere."""
    LoginAttempt.objects.filter(account=account_key(user.get_username())).delete()
