"""What goes around every answer: whose forwarded headers are believed, security policies, the language spoken."""

import secrets

from django.conf import settings
from django.http import HttpResponseBadRequest
from django.utils import translation
from django.utils.functional import SimpleLazyObject
from django.utils.translation import gettext as _

from accounts.languages import language_for

HEADER = "Content-Security-Policy"


FORWARDED = (
    "HTTP_X_FORWARDED_FOR",
    "HTTP_X_FORWARDED_HOST",
    "HTTP_X_FORWARDED_PORT",
    "HTTP_X_FORWARDED_PROTO",
)


class TrustedProxies:
    """Forget what a request says of being forwarded, unless it comes from an address in settings.TRUSTED_PROXIES."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        if request.META.get("REMOTE_ADDR") not in settings.TRUSTED_PROXIES:
            for name in FORWARDED:
                request.META.pop(name, None)
        return self.get_response(request)


class ContentSecurityPolicy:
    """
    Send settings.CONTENT_SECURITY_POLICY; below /admin/ the desk's, with `request.csp_nonce` filled in.

    Ours rather than django-csp, which joins its directives in the order of a set: two server processes then send two
    texts, while public pages have to be the same byte for byte. Django 6 has this built in.
    """

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        request.csp_nonce = SimpleLazyObject(lambda: secrets.token_urlsafe(16))
        response = self.get_response(request)
        if request.path_info.startswith("/admin/"):
            policy = settings.ADMIN_CONTENT_SECURITY_POLICY.format(nonce=request.csp_nonce)
        else:
            policy = settings.CONTENT_SECURITY_POLICY
        response.headers.setdefault(HEADER, policy)
        return response


class SpokenLanguage:
    """
    Speak the site's language to readers, to all of them alike, and below /admin/ that of the person who asks.

    Public pages must not differ by a header or a cookie, so Django's LocaleMiddleware is of no use here.
    """

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        at_desk = request.path_info.startswith("/admin/")
        with translation.override(language_for(request) if at_desk else settings.LANGUAGE_CODE):
            return self.get_response(request)


class RefuseNul:
    """
    Answer 400 to an address with NUL in it: no text of ours has one, and PostgreSQL stops at it with an error.

    Forms refuse it by themselves, and tell who typed.
    """

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        if "\x00" in request.path_info or "%00" in request.META.get("QUERY_STRING", ""):
            return HttpResponseBadRequest(_("This address holds a character (NUL) that no text can have."))
        return self.get_response(request)
