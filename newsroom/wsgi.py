"""What the web server runs: Django behind the page store; while templates are worked on, Django alone."""

import os

from django.conf import settings
from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "newsroom.settings")
application = get_wsgi_application()

from articles.removal import records  # noqa: E402

records.refuse_unfinished_restore()

if not settings.DEBUG:
    from delivery.front import Front
    from delivery.watch import Watch

    # The desk is nobody else's; files have a server of their own; health is asked for as it is now.
    application = Front(
        application,
        passes=["/admin/", settings.STATIC_URL, settings.MEDIA_URL, "/readyz", "/api/"],
        at_once=["/healthz"],  # a node whose stored pages go on is not dead
    )
    Watch().start()
