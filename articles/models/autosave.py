"""What is being written and not saved yet, beside the line of versions; and who is at it."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class Autosave(models.Model):
    """
    The form as one person typed it in one tab: never a version, never seen by readers.

    ``form``: the typed fields as JSON, {name: [texts]}, since half a text need not be a whole content.
    ``base``: number of the version it was opened on, 0 for a story that is not made yet and for what was typed beside
    the text alone. ``stamp``: the browser's count of changes; an older one never takes the place of a newer.
    ``closed``: the text was saved or thrown away, and what arrives late for that tab is not taken.
    """

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    tab = models.UUIDField()
    article = models.ForeignKey("articles.Article", models.CASCADE, null=True, related_name="autosaves")
    base = models.PositiveIntegerField()
    form = models.TextField()
    stamp = models.BigIntegerField()
    at = models.DateTimeField()
    closed = models.BooleanField(default=False)

    class Meta:
        ordering = ["-at", "-id"]
        constraints = [models.UniqueConstraint(fields=["user", "tab"], name="autosave_once_a_tab")]
        indexes = [
            models.Index(fields=["article", "base"], name="autosave_base", condition=Q(closed=False)),
            models.Index(fields=["at"], name="autosave_at"),
        ]

    def __str__(self):
        return f"{self.user}, {self.at:%Y-%m-%d %H:%M}"

    @property
    def is_beside(self):
        """Whether it holds no text, but what was typed beside one for an act that is not done."""
        return self.base == 0 and self.article_id is not None


class Presence(models.Model):
    """Somebody has a story open in one tab, since when, and when that tab last said so. Advice, never a lock."""

    article = models.ForeignKey("articles.Article", models.CASCADE, related_name="presences")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    tab = models.UUIDField()
    since = models.DateTimeField(_("open since"))
    seen_at = models.DateTimeField()

    class Meta:
        ordering = ["since", "id"]
        constraints = [models.UniqueConstraint(fields=["user", "tab"], name="presence_once_a_tab")]
        indexes = [models.Index(fields=["seen_at"], name="presence_seen")]

    def __str__(self):
        return f"{self.user}, {self.since:%H:%M}"
