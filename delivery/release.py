"""The name of what this process runs: pages made by other code, templates, static files or settings are not ours."""

import hashlib
from functools import cache
from pathlib import Path

from django.conf import settings

KINDS = {".py", ".html", ".txt", ".xml", ".json", ".mo"}
SETTINGS = [
    "SITE_URL",
    "SITE_NAME",
    "LANGUAGE_CODE",
    "TIME_ZONE",
    "MEDIA_URL",
    "STATIC_URL",
    "SECURITY_CONTACT",
    "STREAM_URL",
    "VARNISH_URLS",
    "FASTLY_SERVICE",
    "CLOUDFLARE_ZONE",
    "CDN_SECONDS",
    "WEBSUB_HUBS",
    "INDEXNOW_KEY",
]


@cache
def release():
    """Return twelve hexadecimal digits, the same in every process that makes the same pages of the same rows."""
    digest = hashlib.sha256(_boot().encode())
    for name in SETTINGS:
        digest.update(f"{name}={getattr(settings, name)}\n".encode())
    for path in _files():
        digest.update(f"{path}\n".encode() + path.read_bytes())
    return digest.hexdigest()[:12]


def _files():
    """Yield what pages are made by, in a fixed order: code, templates, versions of packages, names of static files."""
    root = Path(settings.BASE_DIR)
    yield root / "requirements.txt"
    for folder in sorted(root.iterdir()):
        if folder.name in {"templates", "locale"} or (folder / "__init__.py").exists():
            yield from sorted(path for path in folder.rglob("*") if path.suffix in KINDS)
    manifest = Path(settings.STATIC_ROOT) / "staticfiles.json"
    if manifest.exists():
        yield manifest


def _boot():
    """Name this run of the machine, so that pages are written without waiting for the disk: after a crash they go."""
    try:
        return Path("/proc/sys/kernel/random/boot_id").read_text()
    except OSError:
        return ""
