"""The login of the desk: Django's own, with a pause after too many attempts, and browsers that an account knows."""

import math
import secrets

from django.contrib.admin.forms import AdminAuthenticationForm
from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import ngettext

from accounts import attempts

YEAR = 365 * 24 * 3600


def known_browser(request, name):
    """Return the number that this browser was given when it logged in to the account ``name``; "" before that."""
    key = attempts.account_key(name)
    return request.get_signed_cookie(_cookie(key), default="", salt=key, max_age=YEAR)


def _cookie(key):
    return f"known-{key[:16]}"


class LoginForm(AdminAuthenticationForm):
    """``seconds``: how long whoever asks has to wait; 0 where their attempt was taken."""

    seconds = 0

    def clean(self):
        name, password = self.cleaned_data.get("username"), self.cleaned_data.get("password")
        if not name or not password:
            return super().clean()
        browser = known_browser(self.request, name)
        try:
            attempt = attempts.begin(name, address=attempts.asked_from(self.request), browser=browser)
        except attempts.Paused as pause:
            raise self._wait(pause) from None
        cleaned = super().clean()
        attempts.succeeded(attempt)
        return cleaned

    def _wait(self, pause):
        self.seconds = max(1, math.ceil((pause.until - timezone.now()).total_seconds()))
        minutes = math.ceil(self.seconds / 60)
        sentence = ngettext(
            "Too many attempts to log in failed. Try again in %(minutes)d minute, or ask an administrator to let you in.",
            "Too many attempts to log in failed. Try again in %(minutes)d minutes, or ask an administrator to let you in.",
            minutes,
        )
        return ValidationError(sentence % {"minutes": minutes}, code="paused")


def finish(request, response):
    """Return the answer of the login page: 429 to whoever has to wait, a number for a browser that has logged in."""
    form = (getattr(response, "context_data", None) or {}).get("form")
    if form is not None and getattr(form, "seconds", 0):
        response.status_code = 429
        response.headers["Retry-After"] = form.seconds
    elif request.method == "POST" and form is None and request.user.is_authenticated:
        name = request.user.get_username()
        key = attempts.account_key(name)
        response.set_signed_cookie(
            _cookie(key),
            known_browser(request, name) or secrets.token_hex(16),
            salt=key,
            max_age=YEAR,
            path=reverse("admin:login"),
            secure=request.is_secure(),
            httponly=True,
            samesite="Lax",
        )
    return response
