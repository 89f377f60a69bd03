"""
The one settings file. Everything that differs between machines is read from the environment, here at the top.

Where the environment is silent, DATA_DIR/env answers (written by `make run`: lines of NAME=value), so that a bare
`manage.py` finds the same newsroom. Without both, this is production and a missing name is an error that says so.
"""

import os
import re
from datetime import timedelta
from ipaddress import ip_network
from pathlib import Path
from urllib.parse import parse_qsl, unquote, urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import dj_database_url
from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext_lazy as _

BASE_DIR = Path(__file__).resolve().parent.parent
DATA_DIR = Path(os.environ.get("DATA_DIR") or BASE_DIR / "var").resolve()


def read_env_file(path):
    """Return {NAME: value} of a file of NAME=value lines; {} where there is none or it may not be read."""
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except OSError:
        return {}
    pairs = (line.split("=", 1) for line in lines if "=" in line and not line.lstrip().startswith("#"))
    return {name.strip(): value.strip() for name, value in pairs}


def made(folder):
    """Return ``folder``, made where it was missing; raise ImproperlyConfigured where that is not possible."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise ImproperlyConfigured(f"DATA_DIR is {folder}, which can't be made: {error.strerror}.") from None
    return folder


ENV = {**read_env_file(DATA_DIR / "env"), **{name: value for name, value in os.environ.items() if value}}


def required(name, cure):
    """Return the value of ``name``; raise ImproperlyConfigured with one sentence where it is missing."""
    if not ENV.get(name):
        raise ImproperlyConfigured(f"{name} is not set: {cure} (or let `make run` write DATA_DIR/env).")
    return ENV[name]


def words(value):
    return [word.strip() for word in value.split(",") if word.strip()]


def flag(name):
    return ENV.get(name, "").lower() in {"1", "true", "yes", "on"}


def contacts(value):
    """
    Return ``value``, mail addresses or addresses of pages parted by commas, as URIs.

    Raise ImproperlyConfigured for what a reader of security.txt could not use.
    """
    found = [f"mailto:{word}" if "@" in word and ":" not in word else word for word in words(value)]
    for uri in found:
        if not uri.startswith(("mailto:", "https://", "tel:")) or not uri.isprintable() or " " in uri:
            raise ImproperlyConfigured(
                f"SECURITY_CONTACT names {uri!r}: write a mail address or an address that begins with https://."
            )
    return found


DEBUG = flag("DEBUG")
SECRET_KEY = required("SECRET_KEY", "give it a long random text")
ALLOWED_HOSTS = words(required("ALLOWED_HOSTS", "name the hosts of this site, parted by commas"))
SITE_URL = required("SITE_URL", "give the public address of this site, such as https://news.example")
SITE_URL = SITE_URL.rstrip("/")
SITE_NAME = ENV.get("SITE_NAME", "Newsroom")
SECURITY_CONTACT = contacts(ENV.get("SECURITY_CONTACT", ""))
TRUSTED_PROXIES = words(ENV.get("TRUSTED_PROXIES", ""))

if urlsplit(SITE_URL).scheme not in {"http", "https"} or not urlsplit(SITE_URL).hostname:
    raise ImproperlyConfigured(
        f"SITE_URL is {SITE_URL!r}: it must be a whole address such as https://news.example."
    )


def addresses(name):
    """Return the addresses that ``name`` lists, parted by commas; raise ImproperlyConfigured for what is none."""
    found = [word.rstrip("/") if urlsplit(word).path == "/" else word for word in words(ENV.get(name, ""))]
    for word in found:
        if urlsplit(word).scheme not in {"http", "https"} or not urlsplit(word).hostname:
            raise ImproperlyConfigured(
                f"{name} names {word!r}: write whole addresses such as https://x.example/y."
            )
    return found


def number(name, default, least, most):
    """Return the whole number that ``name`` is; raise ImproperlyConfigured where it is none or out of bounds."""
    text = ENV.get(name, str(default))
    if not text.isdecimal() or not least <= int(text) <= most:
        raise ImproperlyConfigured(f"{name} is {text!r}: write a whole number from {least} to {most}.")
    return int(text)


def together(first, second):
    """Raise ImproperlyConfigured where ``first`` is set without ``second``, which it is of no use without."""
    if ENV.get(first) and not ENV.get(second):
        raise ImproperlyConfigured(f"{first} is set and {second} is not: set both, or none.")


# Caches outside that keep our pages and are told when one is stale; for how many seconds they may keep one at most.
VARNISH_URLS = addresses("VARNISH_URLS")
FASTLY_SERVICE, FASTLY_TOKEN = ENV.get("FASTLY_SERVICE", ""), ENV.get("FASTLY_TOKEN", "")
FASTLY_URL = ENV.get("FASTLY_URL", "https://api.fastly.com").rstrip("/")
CLOUDFLARE_ZONE, CLOUDFLARE_TOKEN = ENV.get("CLOUDFLARE_ZONE", ""), ENV.get("CLOUDFLARE_TOKEN", "")
CLOUDFLARE_URL = ENV.get("CLOUDFLARE_URL", "https://api.cloudflare.com/client/v4").rstrip("/")
CLOUDFLARE_TAGS = number("CLOUDFLARE_TAGS", 30, 1, 100)  # of one request; newer plans take 100
CDN_SECONDS = number("CDN_SECONDS", 3600, 5, 86400)
together("FASTLY_SERVICE", "FASTLY_TOKEN")
together("CLOUDFLARE_ZONE", "CLOUDFLARE_TOKEN")

# Who is told that a story came, changed or went; and hosts of our own that may be told although they are not public.
WEBHOOKS = addresses("WEBHOOKS")
WEBHOOK_SECRETS = words(ENV.get("WEBHOOK_SECRET", ""))  # two, the newer first, while receivers change
WEBSUB_HUBS = addresses("WEBSUB_HUBS")
INDEXNOW_KEY = ENV.get("INDEXNOW_KEY", "")
INDEXNOW_URL = ENV.get("INDEXNOW_URL", "https://api.indexnow.org/indexnow")
PRIVATE_HOSTS = [host.lower() for host in words(ENV.get("PRIVATE_HOSTS", ""))]
together("WEBHOOKS", "WEBHOOK_SECRET")
if any(re.search(r"^whsec_.*[^A-Za-z0-9+/=]", secret) for secret in WEBHOOK_SECRETS):
    raise ImproperlyConfigured("WEBHOOK_SECRET: what stands behind whsec_ has to be base64.")
if INDEXNOW_KEY and not re.fullmatch(r"[A-Za-z0-9-]{8,128}", INDEXNOW_KEY):
    raise ImproperlyConfigured("INDEXNOW_KEY has to be 8 to 128 letters a to z, digits and dashes.")

# Who wrote the text of a story last can't publish it without giving a reason, unless somebody else called it ready.
FOUR_EYES = flag("FOUR_EYES")
# Whoever writes makes tags by typing them; otherwise they are proposed to the tag desk.
WRITERS_MAKE_TAGS = flag("WRITERS_MAKE_TAGS")
TICKER_POLL_SECONDS = 10  # how often an open page of a live ticker asks where there is no stream
# Where an open page hears of entries: "" at this site's own address, which nginx hands to the stream process; "none"
# where no such process runs; else its address, whose answers say that pages of this site may read them.
STREAM_URL = ENV.get("STREAM_URL", "").rstrip("/")
if STREAM_URL not in {"", "none"} and not re.fullmatch(r"https?://[A-Za-z0-9.:\[\]-]+", STREAM_URL):
    raise ImproperlyConfigured(
        f"STREAM_URL is {STREAM_URL!r}: write an address such as https://stream.news.example, or none."
    )
# How many pages one stream process tells at once; each is an open file, so `ulimit -n` is the other bound.
STREAM_READERS = number("STREAM_READERS", 18_000, 1, 1_000_000)

INSTALLED_APPS = [
    "newsroom.apps.DeskAdminConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.sitemaps",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "taggit",
    "js_asset",
    "django_prose_editor",
    "accounts",
    "delivery",
    "images",
    "articles",
    "tickers",
    "wire",
    "fronts",
    "desk",
    "newsroom",
]

MIDDLEWARE = [
    "delivery.headers.PrivateUnlessStamped",
    "newsroom.logs.Requests",
    "newsroom.middleware.TrustedProxies",
    "django.middleware.security.SecurityMiddleware",
    "newsroom.middleware.ContentSecurityPolicy",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.middleware.http.ConditionalGetMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "newsroom.middleware.SpokenLanguage",
    "newsroom.middleware.RefuseNul",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]

ROOT_URLCONF = "newsroom.urls"
WSGI_APPLICATION = "newsroom.wsgi.application"
APPEND_SLASH = False  # an address is right or it is not; newsroom.urls says where a slash is forgiven

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ],
        },
    },
]

FORM_RENDERER = "newsroom.widgets.Renderer"

# Database: SQLite in DATA_DIR unless DATABASE_URL names another.
SQLITE_OPTIONS = {
    "transaction_mode": "IMMEDIATE",
    "timeout": 5,
    "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;",
}
POSTGRES_OPTIONS = {
    "connect_timeout": 2,
    # A machine that is lost refuses nothing, it is silent, and the system would wait for it for two hours. Whoever lives
    # answers these, however long a statement runs. Here, for our threads; at the server, for locks of ours.
    "keepalives_idle": 5,
    "keepalives_interval": 2,
    "keepalives_count": 3,
    "tcp_user_timeout": 10_000,  # milliseconds for what was sent to arrive
    # A merge join ends early where its statistics are right, and reads all stories where a small table's are of yesterday:
    # related stories of a new one took 42 ms among 100,000. What we ask for is few rows, found by their ids.
    "options": "-c lock_timeout=2000 -c enable_mergejoin=off"
    " -c tcp_keepalives_idle=5 -c tcp_keepalives_interval=2 -c tcp_keepalives_count=3",
    # Whoever asks after an outage has it connect at once: by itself it would try more and more rarely, up to a minute apart.
    "pool": {"min_size": 1, "max_size": 16, "timeout": 2, "reconnect_timeout": 2},
    "prepare_threshold": 2,  # for `delivery.prepared` alone: all others write values into the SQL, which can't be kept
}


def database(url):
    """Return Django's settings of the database at ``url``; raise ImproperlyConfigured where the address is wrong."""
    try:
        parsed = dj_database_url.parse(url)
    except (ValueError, KeyError) as error:
        raise ImproperlyConfigured(
            f"DATABASE_URL can't be read ({error}): write postgresql://user:password@host/name."
        ) from None
    engine = parsed["ENGINE"].rsplit(".", 1)[-1]
    if engine not in {"sqlite3", "postgresql"}:
        raise ImproperlyConfigured(f"DATABASE_URL asks for {engine}: this site runs on SQLite or PostgreSQL.")
    ours = SQLITE_OPTIONS if engine == "sqlite3" else POSTGRES_OPTIONS
    # A connection of the pool may have died with a server that is back since: it is tried before it is handed out.
    return {**parsed, "CONN_HEALTH_CHECKS": True, "OPTIONS": {**parsed.get("OPTIONS", {}), **ours}}


DATABASES = {
    "default": database(ENV.get("DATABASE_URL") or f"sqlite:///{made(DATA_DIR) / 'newsroom.sqlite3'}")
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

AUTH_USER_MODEL = "accounts.User"
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in ("UserAttributeSimilarityValidator", "MinimumLengthValidator", "CommonPasswordValidator")
]
LOGIN_URL = "admin:login"

# Language and time.
# LANGUAGES are those of stories; the site speaks one of them, the desk whatever each person there chose.
LANGUAGE_CODE = ENV.get("LANGUAGE_CODE", "en")
LANGUAGES = [
    ("ar", _("Arabic")),
    ("de", _("German")),
    ("en", _("English")),
    ("es", _("Spanish")),
    ("fa", _("Persian")),
    ("fr", _("French")),
    ("he", _("Hebrew")),
    ("it", _("Italian")),
    ("pl", _("Polish")),
    ("ro", _("Romanian")),
    ("ru", _("Russian")),
    ("tr", _("Turkish")),
    ("uk", _("Ukrainian")),
]
if LANGUAGE_CODE not in dict(LANGUAGES):
    raise ImproperlyConfigured(
        f"LANGUAGE_CODE is {LANGUAGE_CODE!r}: write one of {', '.join(dict(LANGUAGES))}."
    )
DESK_LANGUAGES = ["en", "de", "uk"]  # those with a whole catalogue in locale/, and English itself
READER_LANGUAGES = [*DESK_LANGUAGES, "ar"]  # those in which locale/ has every word of public pages
LOCALE_PATHS = [BASE_DIR / "locale"]
FORMAT_MODULE_PATH = ["newsroom.formats"]  # how the desk writes dates
TIME_ZONE = ENV.get("TIME_ZONE", "Europe/Kyiv")
USE_TZ = True
try:
    ZoneInfo(TIME_ZONE)
except (ZoneInfoNotFoundError, ValueError):
    raise ImproperlyConfigured(f"TIME_ZONE is {TIME_ZONE!r}: write a name such as Europe/Kyiv.") from None

# Files. Originals of pictures are private: nothing serves DATA_DIR/originals.
STATIC_URL = "/static/"
STATIC_ROOT = DATA_DIR / "static"
STATICFILES_DIRS = [BASE_DIR / "static"]
MEDIA_ROOT = DATA_DIR / "media"
MEDIA_URL = "/media/"
# Of folders: the server that hands sizes of pictures out is another user, whatever our umask is.
MEDIA_MODE = 0o755
STORAGES = {
    "default": {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {"directory_permissions_mode": MEDIA_MODE},
    },
    "originals": {
        "BACKEND": "images.storage.PrivateStorage",
        "OPTIONS": {"location": DATA_DIR / "originals"},
    },
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
# Pictures of several machines lie on an S3-speaking store: https://KEY:SECRET@host/bucket?region=eu-central-1.
MEDIA_S3 = urlsplit(ENV.get("MEDIA_S3", ""))
if MEDIA_S3.geturl():
    if not (MEDIA_S3.hostname and MEDIA_S3.username and MEDIA_S3.password and MEDIA_S3.path.strip("/")):
        raise ImproperlyConfigured(
            "MEDIA_S3 has to be https://KEY:SECRET@host/bucket, perhaps with ?region=NAME."
        )
    _bucket = {
        "endpoint_url": f"{MEDIA_S3.scheme}://{MEDIA_S3.netloc.rpartition('@')[2]}",
        "access_key": unquote(MEDIA_S3.username),
        "secret_key": unquote(MEDIA_S3.password),
        "bucket_name": MEDIA_S3.path.strip("/"),
        "region_name": dict(parse_qsl(MEDIA_S3.query)).get("region", "us-east-1"),
        "addressing_style": "path",
        "default_acl": "private",
    }
    STORAGES["default"] = {"BACKEND": "images.s3.SharedStorage", "OPTIONS": {**_bucket, "location": "media"}}
    STORAGES["originals"] = {
        "BACKEND": "images.s3.SharedPrivateStorage",
        "OPTIONS": {**_bucket, "location": "originals", "file_overwrite": False},
    }
DATA_UPLOAD_MAX_MEMORY_SIZE = 20 * 1024 * 1024  # room for the longest body, six bytes a letter
DATA_UPLOAD_MAX_NUMBER_FIELDS = 10_000  # a name with hundreds of forms, a story with a hundred ticker lines
LARGEST_PICTURE = 40 * 1024 * 1024  # bytes

# The copy of every night (newsroom.nightly) goes to a folder, best on another disk; "off" is for who has another way.
BACKUP_DIR = {"off": None}.get(ENV.get("BACKUP_DIR", ""), ENV.get("BACKUP_DIR") or str(DATA_DIR / "backups"))

# Mail to the administrators, of what a person has to mend.
# Not Django's ADMINS, whom it would mail each error of each request.
ADMIN_MAIL = words(ENV.get("ADMIN_MAIL", ""))
DEFAULT_FROM_EMAIL = ENV.get("MAIL_FROM", f"newsroom@{urlsplit(SITE_URL).hostname}")
EMAIL_TIMEOUT = 10
MAIL_SERVER = urlsplit(ENV.get("MAIL_SERVER", "smtp://localhost"))
if MAIL_SERVER.scheme not in {"smtp", "smtps"} or not MAIL_SERVER.hostname:
    raise ImproperlyConfigured(
        "MAIL_SERVER has to be smtp://user:password@host:587, or smtps:// for port 465."
    )
EMAIL_USE_SSL = MAIL_SERVER.scheme == "smtps"
# A password never travels in the clear.
EMAIL_USE_TLS = MAIL_SERVER.scheme == "smtp" and bool(MAIL_SERVER.username)
EMAIL_HOST = MAIL_SERVER.hostname
EMAIL_PORT = MAIL_SERVER.port or (465 if EMAIL_USE_SSL else 587 if EMAIL_USE_TLS else 25)
EMAIL_HOST_USER = unquote(MAIL_SERVER.username or "")
EMAIL_HOST_PASSWORD = unquote(MAIL_SERVER.password or "")

# Watching. Figures for Prometheus are at /api/metrics, for these networks or with this token alone.
try:
    METRICS_ALLOWED = [ip_network(network) for network in words(ENV.get("METRICS_ALLOWED", ""))]
except ValueError as error:
    raise ImproperlyConfigured(f"METRICS_ALLOWED: {error}; write networks such as 10.0.0.0/8.") from None
METRICS_TOKEN = ENV.get("METRICS_TOKEN", "")

# Safety. Everything about https follows from the address of the site.
SECURE = SITE_URL.startswith("https://")
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SECURE_SSL_REDIRECT = SECURE
SECURE_HSTS_SECONDS = int(timedelta(days=365).total_seconds()) if SECURE else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = SECURE
if TRUSTED_PROXIES:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$"]  # asked from inside, without TLS
SECURE_REFERRER_POLICY = "strict-origin-when-cross-origin"
X_FRAME_OPTIONS = "DENY"
CSRF_TRUSTED_ORIGINS = [SITE_URL]
SESSION_COOKIE_SAMESITE = "Lax"

# One strict policy for readers, the same on every page; the desk's carries a nonce (newsroom.middleware). Frames open
# on a reader's click alone: their hosts are those of articles.body.providers.
CONTENT_SECURITY_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self'; "
    f"connect-src 'self'{' ' + STREAM_URL if '/' in STREAM_URL else ''}; "
    "manifest-src 'self'; frame-src https://www.youtube-nocookie.com https://player.vimeo.com https://embed.bsky.app "
    "https://platform.twitter.com https://www.instagram.com https://www.tiktok.com https://w.soundcloud.com "
    "https://datawrapper.dwcdn.net; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
ADMIN_CONTENT_SECURITY_POLICY = (
    "default-src 'none'; script-src 'self' 'nonce-{nonce}'; style-src 'self' 'nonce-{nonce}'; img-src 'self' data:; "
    "font-src 'self'; connect-src 'self'; frame-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)

TAGGIT_CASE_INSENSITIVE = True

# The log goes to the error output: lines for people, or LOG_FORMAT=json, which also has a line for each request.
LOG_FORMAT = ENV.get("LOG_FORMAT", "line")
if LOG_FORMAT not in {"line", "json"}:
    raise ImproperlyConfigured(f"LOG_FORMAT is {LOG_FORMAT!r}: write line or json.")
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "line": {"()": "newsroom.logs.Line", "format": "%(asctime)s %(levelname)s %(name)s %(message)s"},
        "json": {"()": "newsroom.logs.JSON"},
    },
    "filters": {"nothing_gone": {"()": "newsroom.logs.NothingGone"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": LOG_FORMAT}},
    "root": {"handlers": ["stderr"], "level": "INFO"},
    "loggers": {
        "django": {"handlers": [], "propagate": True},  # its own would mail each error, and say all twice
        "django.request": {"filters": ["nothing_gone"]},
        "newsroom.requests": {"level": "INFO" if LOG_FORMAT == "json" else "WARNING"},
    },
}

# Errors go to Sentry where it is named; neither what people typed nor the values of variables leave the house.
SENTRY_DSN = ENV.get("SENTRY_DSN", "")
if SENTRY_DSN:
    try:
        import sentry_sdk
    except ImportError:
        raise ImproperlyConfigured(
            "SENTRY_DSN is set and sentry-sdk is missing: pip install -r requirements-extras.txt."
        ) from None
    sentry_sdk.init(
        dsn=SENTRY_DSN,
        send_default_pii=False,
        include_local_variables=False,
        max_request_body_size="never",
        traces_sample_rate=0,
    )
