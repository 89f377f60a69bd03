"""What granian runs for the yardstick of `cached_settings`."""

import os

from django.core.wsgi import get_wsgi_application

os.environ["DJANGO_SETTINGS_MODULE"] = "benchmarks.cached_settings"
application = get_wsgi_application()
