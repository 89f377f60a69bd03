"""The language that the desk speaks to each person: what they chose, or what their browser asks for."""

from django.conf import settings
from django.http import HttpResponseBadRequest, HttpResponseRedirect
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import get_language_info
from django.utils.translation.trans_real import parse_accept_lang_header
from django.views.decorators.http import require_POST


def language_for(request):
    """
    Return the code of the language to speak in the answer to ``request``.

    Where nothing better is known that is the site's, or English where the desk does not speak it.
    """
    known = settings.DESK_LANGUAGES
    if request.user.is_authenticated and request.user.language in known:
        return request.user.language
    asked = parse_accept_lang_header(request.headers.get("Accept-Language", "").lower())
    wanted = (code.split("-")[0] for code, _weight in asked)
    return next((code for code in (*wanted, settings.LANGUAGE_CODE) if code in known), known[0])


def choices():
    """Return (code, its name in itself) of every language that the desk speaks."""
    return [(code, get_language_info(code)["name_local"]) for code in settings.DESK_LANGUAGES]


@require_POST
def choose(request):
    """Keep the language that somebody of the desk chose and lead back to where they were; 400 for an unknown one."""
    language = request.POST.get("language")
    if language not in settings.DESK_LANGUAGES:
        return HttpResponseBadRequest()
    request.user.language = language
    request.user.save(update_fields=["language"])
    back = request.POST.get("next", "")
    if not url_has_allowed_host_and_scheme(back, {request.get_host()}, require_https=request.is_secure()):
        back = reverse("admin:index")
    return HttpResponseRedirect(back)
