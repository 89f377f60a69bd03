"""Pictures with their rights. The original is private: it is never served."""

from django.core.files.storage import storages
from django.db import models
from django.utils.translation import gettext_lazy as _


def originals():
    return storages["originals"]


class Image(models.Model):
    """A picture as it came, with who made it and until when it may be shown."""

    file = models.FileField(_("file"), upload_to="%Y/%m/", storage=originals)
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
    licence_until = models.DateTimeField(
        _("licence ends"), null=True, blank=True, help_text=_("After this the picture goes off all pages.")
    )
    created = models.DateTimeField(_("added"), auto_now_add=True)
    retired_at = models.DateTimeField(_("retired"), null=True, blank=True, editable=False)

    class Meta:
        ordering = ["-id"]
        verbose_name = _("picture")
        verbose_name_plural = _("pictures")

    def __str__(self):
        return self.title

    def may_be_shown(self, at):
        """Whether the licence covers the aware datetime ``at``."""
        return self.licence_until is None or at < self.licence_until
