"""An address at which one named person outside the desk reads a story before it is published."""

from django.conf import settings
from django.core import signing
from django.db import models
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

SALT = "articles.preview"


class PreviewLink(models.Model):
    """Until ``until`` or until revoked, ``person`` reads the working copy of the story at an address that is signed."""

    article = models.ForeignKey("articles.Article", models.CASCADE, related_name="preview_links")
    person = models.CharField(_("for whom"), max_length=150)
    until = models.DateTimeField(_("until"))
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    made_at = models.DateTimeField(_("made"))
    revoked_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-made_at", "-id"]

    def __str__(self):
        return self.person

    def get_absolute_url(self):
        """Return its path. It can't be guessed: the number in it is signed with the site's key."""
        return reverse("preview", args=[signing.Signer(salt=SALT).sign(self.pk)])

    def is_valid(self, at=None):
        return self.revoked_at is None and (at or timezone.now()) < self.until


class PreviewOpening(models.Model):
    """Somebody opened the address of a PreviewLink."""

    link = models.ForeignKey(PreviewLink, models.CASCADE, related_name="openings")
    at = models.DateTimeField()
    version = models.PositiveIntegerField()  # number of the version that was shown

    class Meta:
        ordering = ["-at", "-id"]

    def __str__(self):
        return f"{self.link} {self.at:%Y-%m-%d %H:%M}"
