"""
Pictures on an S3-speaking store instead of this machine's disk (settings.MEDIA_S3), for several machines that share them.

All objects are private: readers get renditions from the site's own addresses, so that an end of rights holds there
too, and originals have no address at all.
"""

from django.conf import settings
from storages.backends.s3 import S3Storage


class SharedStorage(S3Storage):
    """Renditions, below the same addresses as from a disk."""

    def url(self, name, *arguments, **options):
        return f"{settings.MEDIA_URL}{name}"


class SharedPrivateStorage(S3Storage):
    """Originals."""

    def url(self, name, *arguments, **options):
        raise ValueError("An original picture is private and has no address.")
