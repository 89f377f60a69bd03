"""The record of words that were taken out everywhere: rule 12. It is only added to, and names the words to nobody."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class Redaction(models.Model):
    """
    Somebody had words taken out of every text, and what stands in their place.

    hidden: what finds the words again without telling them, in the shape of `articles.removal.hidden.Hidden.as_json`. scope:
    ids of the stories it is about; empty means everything that is here. vocabulary: whether tags, authors, sections,
    sources and accounts are among it. place: how far the worker is, NULL once it is through. changed: {table: rows},
    passes: how often all was gone through; ``again_at`` is when it will be once more, for a form that was open
    meanwhile may bring the words back. erased_at: when no file of the database and no stored page held them any more,
    NULL while a legal hold keeps some; unerased: a text was changed since.
    """

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    hidden = models.JSONField(editable=False)
    replacement = models.CharField(_("in its place"), max_length=60)
    scope = models.JSONField(default=list, editable=False)
    vocabulary = models.BooleanField(_("also in tags, authors and other names of the house"), default=True)
    reason = models.CharField(_("reason"), max_length=500)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("by")
    )
    by_name = models.CharField(max_length=150)  # for a restore older than the account
    at = models.DateTimeField(_("at"))
    place = models.JSONField(null=True, default=list, editable=False)
    changed = models.JSONField(default=dict, editable=False)
    passes = models.PositiveSmallIntegerField(default=0, editable=False)
    again_at = models.DateTimeField(null=True, editable=False)
    unerased = models.BooleanField(default=False, editable=False)
    erased_at = models.DateTimeField(_("gone for good"), null=True, editable=False)
    articles = models.ManyToManyField(
        "articles.Article", related_name="redactions", verbose_name=_("stories")
    )

    class Meta:
        ordering = ["-id"]
        verbose_name = _("redaction")
        verbose_name_plural = _("redactions")
        indexes = [
            models.Index(fields=["id"], condition=Q(place__isnull=False), name="redaction_under_way"),
            models.Index(fields=["again_at"], condition=Q(again_at__isnull=False), name="redaction_again"),
        ]

    def __str__(self):
        """Never the words: this is what logs and records name."""
        return f"X-{self.pk}"

    def save(self, *args, **kwargs):
        if not self._state.adding:
            raise TypeError("The record of a redaction never changes.")
        super().save(*args, **kwargs)

    def delete(self, *args, **kwargs):
        raise TypeError("The record of a redaction stays.")
