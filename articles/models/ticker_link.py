"""Rows that publish writes for readers: the line to a live ticker, and related stories."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class TickerLink(models.Model):
    """
    "Read it all in the live ticker": to one of our tickers, to an outside address, or to nothing yet.

    The third state is a finding and is never shown. ``position`` is the index in the story's `ticker_links`, which
    the ticker box of the body names; without a box the line stands behind block number ``after_block``.
    """

    article = models.ForeignKey("articles.Article", models.CASCADE, related_name="ticker_links")
    position = models.PositiveSmallIntegerField()
    text = models.CharField(_("text"), max_length=300)
    ticker = models.ForeignKey("articles.Article", models.PROTECT, null=True, related_name="linked_from")
    url = models.URLField(_("outside address"), max_length=500, blank=True)
    after_block = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["article", "position"]
        constraints = [
            models.UniqueConstraint(fields=["article", "position"], name="ticker_link_place_once"),
            models.CheckConstraint(
                condition=Q(ticker__isnull=True) | Q(url=""), name="ticker_link_one_target"
            ),
        ]

    def __str__(self):
        return self.text


class Related(models.Model):
    """A story named under another, in order."""

    article = models.ForeignKey("articles.Article", models.CASCADE, related_name="related_links")
    to = models.ForeignKey("articles.Article", models.PROTECT, related_name="+")
    position = models.PositiveSmallIntegerField()

    class Meta:
        ordering = ["article", "position"]
        constraints = [
            models.UniqueConstraint(fields=["article", "to"], name="related_once"),
            models.CheckConstraint(condition=~Q(article=models.F("to")), name="related_to_another"),
        ]

    def __str__(self):
        return str(self.to)
