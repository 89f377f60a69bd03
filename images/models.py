"""
Pictures with their rights. The original is private and never served; readers get renditions.

A picture is shown while it is not retired and its licence lasts. Its renditions have names made of what the original
holds, so that an address never changes what it shows and may be kept for ever.
"""

import hashlib

from django.core.files.storage import storages
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from images.renditions import RECIPE, SUFFIXES


def originals():
    return storages["originals"]


def original_name(image, filename):
    """Where an original lies: by its content, so that no name that somebody chose reaches the disk."""
    return f"{image.sha256[:2]}/{image.sha256}.{filename.rsplit('.', 1)[-1]}"


class ImageQuerySet(models.QuerySet):
    def usable(self, at=None):
        """Return the pictures that may be shown at the aware datetime ``at`` (now)."""
        at = at or timezone.now()
        return self.filter(Q(licence_until=None) | Q(licence_until__gt=at), retired_at=None)

    def search(self, text):
        """Return the pictures in whose texts every word of ``text`` stands."""
        for word in text.split()[:10]:
            self = self.filter(
                Q(title__icontains=word)
                | Q(caption__icontains=word)
                | Q(alt__icontains=word)
                | Q(credit__icontains=word)
            )
        return self


class Image(models.Model):
    """A picture as it came, with who made it and until when it may be shown."""

    class Work(models.TextChoices):
        """What the worker still has to make."""

        NONE = "", _("complete")
        SIZES = "sizes", _("waits for all sizes")
        AVIF = "avif", _("waits for the smallest files")
        FAILED = "failed", _("can't be made smaller")

    file = models.FileField(_("file"), upload_to=original_name, max_length=100, storage=originals)
    sha256 = models.CharField(max_length=64, unique=True, null=True, editable=False)
    width = models.PositiveIntegerField(_("width"), editable=False, null=True)
    height = models.PositiveIntegerField(_("height"), editable=False, null=True)
    title = models.CharField(
        _("title"), max_length=250, help_text=_("For finding it again; readers never see it.")
    )
    caption = models.TextField(_("caption"), blank=True)
    alt = models.CharField(
        _("alt text"),
        max_length=500,
        blank=True,
        help_text=_("What the picture shows, for those who can't see it."),
    )
    credit = models.CharField(
        _("credit"), max_length=250, blank=True, help_text=_("Photographer and agency, as printed.")
    )
    copyright = models.CharField(_("copyright"), max_length=250, blank=True)
    taken = models.DateField(_("taken on"), null=True, blank=True)
    licence = models.TextField(
        _("licence"), blank=True, help_text=_("What the contract allows; readers never see it.")
    )
    licence_until = models.DateTimeField(
        _("licence ends"), null=True, blank=True, help_text=_("After this the picture goes off all pages.")
    )
    created = models.DateTimeField(_("added"), auto_now_add=True)
    retired_at = models.DateTimeField(_("retired"), null=True, blank=True, editable=False)
    # {"jpeg": [widths], …} of the renditions that are there, so that a page with ten pictures asks for no rows.
    ladder = models.JSONField(default=dict, editable=False)
    work = models.CharField(max_length=10, choices=Work, blank=True, default=Work.NONE, editable=False)
    claimed_at = models.DateTimeField(null=True, editable=False)
    tries = models.PositiveSmallIntegerField(default=0, editable=False)

    objects = ImageQuerySet.as_manager()

    class Meta:
        ordering = ["-id"]
        verbose_name = _("picture")
        verbose_name_plural = _("pictures")
        permissions = [("describe_image", _("Can write the words of every picture"))]
        indexes = [models.Index(fields=["work", "id"], condition=~Q(work=""), name="image_work_to_do")]

    def __str__(self):
        return self.title

    def may_be_shown(self, at):
        """Whether the licence covers the aware datetime ``at`` and nobody retired it."""
        return self.retired_at is None and (self.licence_until is None or at < self.licence_until)

    @property
    def ends(self):
        """The aware datetime from which it is off all pages, or None."""
        return min(filter(None, [self.retired_at, self.licence_until]), default=None)

    @property
    def page_key(self):
        return f"image:{self.pk}"

    @property
    def stem(self):
        """What the names of all its renditions begin with: made of the original's content and of our recipe."""
        digest = hashlib.sha256(f"{RECIPE} {self.sha256 or self.pk}".encode()).hexdigest()[:40]
        return f"renditions/{digest[:2]}/{digest}"

    def rendition_name(self, width, name):
        return f"{self.stem}-{width}.{SUFFIXES[name]}"


class Rendition(models.Model):
    """One encoded size of a picture, as it lies in public storage."""

    image = models.ForeignKey(Image, models.CASCADE, related_name="renditions")
    width = models.PositiveIntegerField()
    height = models.PositiveIntegerField()
    format = models.CharField(max_length=10, choices=[(name, name) for name in SUFFIXES])
    name = models.CharField(max_length=100, unique=True)
    bytes = models.PositiveIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["image", "format", "width"], name="rendition_once")]

    def __str__(self):
        return self.name


class Use(models.Model):
    """A thing in public that shows a picture; written by whoever publishes it. Its name is that of the time."""

    image = models.ForeignKey(Image, models.PROTECT, related_name="uses")
    target_type = models.CharField(max_length=60)
    target_id = models.BigIntegerField()
    target_name = models.CharField(max_length=250)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["target_type", "target_id", "image"], name="image_use_once")
        ]

    def __str__(self):
        return self.target_name
