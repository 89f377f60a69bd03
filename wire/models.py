"""What an agency sent, as it came."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Item(models.Model):
    """
    One piece of copy, kept byte for byte. An item serves many stories and a story uses many items.

    The hash makes sending it twice harmless: the second time finds this row.
    """

    source = models.CharField(
        _("source"), max_length=40, blank=True, help_text=_("Code of the agency, if it is known.")
    )
    uri = models.CharField(
        _("identifier"), max_length=250, blank=True, help_text=_("As the agency numbers it.")
    )
    version = models.CharField(_("version"), max_length=40, blank=True)
    status = models.CharField(_("status"), max_length=40, default="usable")
    embargo_text = models.CharField(_("embargo as written"), max_length=250, blank=True)
    name = models.CharField(_("file name"), max_length=250, blank=True)
    raw = models.BinaryField(_("as it came"))
    sha256 = models.CharField(_("hash"), max_length=64, unique=True)
    encoding = models.CharField(_("encoding"), max_length=20)
    received_at = models.DateTimeField(_("received"))
    articles = models.ManyToManyField("articles.Article", related_name="items", verbose_name=_("stories"))

    class Meta:
        ordering = ["-id"]
        verbose_name = _("wire item")
        verbose_name_plural = _("wire items")

    def __str__(self):
        return self.name or self.sha256[:12]
