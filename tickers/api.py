"""
`POST /api/tickers/<id>/entries`: a machine, such as a feed of scores, posts an entry.

    Authorization: Bearer <token>        Idempotency-Key: <any text of at most 200 characters>
    {"headline": "1:0", "text": "Goal in the 12th minute.", "kind": "score", "happened": "2026-05-04T19:12:00+03:00"}

"text" is plain, its paragraphs parted by empty lines, addresses in it links; "body" may hold HTML instead. Answers 201
with number and address, 200 where the key was seen before, 202 where the entry waits for an editor or its minute, and
the 4xx that names cause and cure otherwise, 409 where the key was seen with something else; nothing is stored then.
No cookie is read, so no page of another site can use it.
"""

from uuid import NAMESPACE_URL, uuid5

from django.http import JsonResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from articles.permissions import NotAllowed
from articles.public.pages import absolute
from tickers import incoming, log
from tickers.incoming import Wrong
from tickers.models import Entry, Ticker, Token

LONGEST_KEY = 200


@csrf_exempt
@require_POST
def entries(request, pk):
    try:
        token = _token(request, pk)
        key = _key(request, token)
        content = incoming.content(incoming.texts(incoming.read(request), incoming.FIELDS))
        known = token.ticker.entries.filter(key=key).exists()
        entry = log.post(token.ticker, content, by=token.made_by, key=key)
    except Wrong as error:
        return _refused(error.status, error)
    except NotAllowed as error:
        return _refused(403, error)
    except log.Refused as error:
        late = isinstance(error, log.SentBefore) or token.ticker.status == Ticker.Status.ENDED
        return _refused(409 if late else 422, error)
    Token.objects.filter(pk=token.pk).update(used_at=timezone.now())
    return _told(entry, 200 if known else 201 if entry.is_live else 202)


def _token(request, pk):
    """Return the Token of the request, its ticker fetched; raise Wrong for any that does not fit."""
    if request.headers.get("Origin"):
        raise Wrong(403, _("Post from a program, not from a page in a browser."))
    scheme, _space, secret = request.headers.get("Authorization", "").partition(" ")
    tokens = Token.objects.select_related("ticker__article", "made_by").filter(retired_at=None)
    token = tokens.filter(digest=Token.digest_of(secret)).first() if scheme == "Bearer" else None
    if token is None:
        raise Wrong(401, _("Send “Authorization: Bearer” with a token of this ticker."))
    if token.ticker_id != pk:
        raise Wrong(404, _("This token belongs to another ticker, or there is none of this number."))
    return token


def _key(request, token):
    """Return the UUID that the entry is known by: from the request's key, and never that of another token's."""
    key = request.headers.get("Idempotency-Key", "").strip()
    if not key or len(key) > LONGEST_KEY:
        raise Wrong(
            400,
            _("Send “Idempotency-Key” with at most %d characters, a new one for each entry.") % LONGEST_KEY,
        )
    return uuid5(NAMESPACE_URL, f"token:{token.pk}:{key}")


def _told(entry, status):
    data = {"key": str(entry.key), "state": entry.state}
    if entry.state == Entry.State.LIVE and entry.ticker.article.is_published():
        data |= {"number": entry.number, "url": absolute(entry.get_absolute_url())}
    return _unkept(JsonResponse(data, status=status))


def _refused(status, error):
    return _unkept(JsonResponse({"error": str(error)}, status=status))


def _unkept(response):
    response.headers["Cache-Control"] = "no-store"
    return response
