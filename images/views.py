"""
Renditions for readers, where no nginx or CDN serves them. Asks no database.

An address names content, so that an answer may be kept for ever, unless the picture's rights end: then until that
moment, and not a second longer here (see `library.write_end`). Nothing else in public storage has an address.
"""

from django.core.files.storage import default_storage
from django.http import Http404, HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

from images.library import read_end
from images.pictures import TYPES
from images.renditions import SUFFIXES

PATTERN = (
    r"^media/(?P<stem>renditions/(?P<shard>[0-9a-f]{2})/(?P=shard)[0-9a-f]{38})"
    r"-(?P<width>[1-9][0-9]{0,3})\.(?P<suffix>jpg|webp|avif)\Z"
)
CONTENT_TYPES = {SUFFIXES[name]: content_type for name, content_type in TYPES.items()}
FOREVER = "public, max-age=31536000, immutable"


@require_safe
def rendition(request, stem, shard, width, suffix):
    end = read_end(stem)
    seconds = end and int((end - timezone.now()).total_seconds())
    if end and seconds <= 0:
        raise Http404
    try:
        with default_storage.open(f"{stem}-{width}.{suffix}") as file:
            response = HttpResponse(file.read(), content_type=CONTENT_TYPES[suffix])
    except FileNotFoundError:
        raise Http404 from None
    response.headers["Cache-Control"] = f"public, max-age={seconds}" if end else FOREVER
    response.headers["ETag"] = f'"{stem[-40:]}-{width}-{suffix}"'
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Content-Security-Policy"] = "default-src 'none'"
    return response
