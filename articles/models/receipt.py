"""Proof that what was taken from readers is gone: every address that showed it, asked again."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class Receipt(models.Model):
    """
    The addresses that showed a story before it was withdrawn, or the words of a redaction; exactly one of the two.

    It stays open until each was found clean. ``overtaken``: the story was published again before that.
    """

    class Kind(models.TextChoices):
        WITHDRAWN = "withdrawn", _("withdrawn")
        DEINDEXED = "deindexed", _("no longer to be found")
        REDACTED = "redacted", _("words taken out")

    kind = models.CharField(_("kind"), max_length=12, choices=Kind)
    article = models.ForeignKey(
        "articles.Article", models.PROTECT, null=True, related_name="receipts", verbose_name=_("story")
    )
    redaction = models.ForeignKey(
        "articles.Redaction", models.PROTECT, null=True, related_name="receipts", verbose_name=_("redaction")
    )
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("by")
    )
    opened_at = models.DateTimeField(_("since"))
    closed_at = models.DateTimeField(_("all clean"), null=True)
    overtaken = models.BooleanField(default=False)

    class Meta:
        ordering = ["-id"]
        verbose_name = _("receipt")
        verbose_name_plural = _("receipts")
        indexes = [models.Index(fields=["id"], condition=Q(closed_at=None), name="receipt_open")]
        constraints = [
            models.CheckConstraint(
                condition=Q(article__isnull=False, redaction__isnull=True)
                | Q(article__isnull=True, redaction__isnull=False),
                name="receipt_of_one_thing",
            )
        ]

    def __str__(self):
        return _("Receipt %(number)d") % {"number": self.pk or 0}


class ReceiptLine(models.Model):
    """
    One address and what it answered when it was asked last.

    node: name of the machine that asked its own application, page store included; other machines were not asked. status: the number of the answer. seen: what of it still stood there, "" for nothing, as a word of `receipts.SEEN`.
    """

    receipt = models.ForeignKey(Receipt, models.CASCADE, related_name="lines")
    address = models.CharField(_("address"), max_length=500)
    asked_at = models.DateTimeField(_("asked"), null=True)
    clean_at = models.DateTimeField(_("found clean"), null=True)
    status = models.PositiveSmallIntegerField(_("answer"), null=True)
    seen = models.CharField(max_length=20, blank=True)
    node = models.CharField(_("asked by"), max_length=253, blank=True)
    tries = models.PositiveIntegerField(default=0)

    class Meta:
        ordering = ["id"]
        constraints = [models.UniqueConstraint(fields=["receipt", "address"], name="receipt_line_once")]

    def __str__(self):
        return self.address
