"""
Content security policies: one constant text for readers, one with a nonce for the desk.

Ours rather than django-csp, which joins its directives in the order of a set: two server processes then send two
texts, while public pages have to be the same byte for byte. Django 6 has this built in; only `nonce` need change then.
"""

import secrets

from django.conf import settings
from django.utils.functional import SimpleLazyObject

HEADER = "Content-Security-Policy"


class ContentSecurityPolicy:
    """Send settings.CONTENT_SECURITY_POLICY; below /admin/ the desk's, with `request.csp_nonce` filled in."""

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
