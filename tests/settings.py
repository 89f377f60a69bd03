"""
The settings of tests: an environment of their own, then the one settings file.

DATABASE_URL alone is taken from outside: `make test` runs everything on SQLite, then on PostgreSQL. Each process of a
run has a DATA_DIR of its own, removed when it ends.
"""

import atexit
import os
import shutil
import tempfile

HOME = tempfile.mkdtemp(prefix="newsroom-tests-")
OWNER = os.getpid()


def remove_home():
    """Remove DATA_DIR, unless a forked child asks that ends before the process that made it."""
    if os.getpid() == OWNER:
        shutil.rmtree(HOME, ignore_errors=True)


atexit.register(remove_home)

os.environ.update(
    {
        "SECRET_KEY": "only-for-tests",
        "ALLOWED_HOSTS": "testserver,localhost,127.0.0.1",
        "SITE_URL": "http://testserver",
        "SITE_NAME": "The Test Courier",
        "TIME_ZONE": "Europe/Kyiv",
        "LANGUAGE_CODE": "en",
        "TRUSTED_PROXIES": "",
        "SECURITY_CONTACT": "",
        **dict.fromkeys(
            "VARNISH_URLS FASTLY_SERVICE CLOUDFLARE_ZONE CDN_SECONDS WEBHOOKS WEBSUB_HUBS INDEXNOW_KEY PRIVATE_HOSTS".split(),
            "",
        ),
        "DEBUG": "",
        "DATA_DIR": HOME,
    }
)

from newsroom.settings import *  # noqa: E402

STATIC_ROOT.mkdir(parents=True, exist_ok=True)  # empty: the static files of a test come from the finders
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}

if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    # A file, as in real life: threads that share a database in memory get "table is locked" instead of waiting.
    DATABASES["default"]["TEST"] = {"NAME": f"{HOME}/test.sqlite3"}
