"""Agencies and partners, and the line that their contracts ask for."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class Source(models.Model):
    """``credit_lines`` is {language code: sentence}; where a language has none, the site's own is used."""

    code = models.SlugField(_("code"), max_length=40, unique=True)
    name = models.CharField(_("name"), max_length=120)
    credit_lines = models.JSONField(
        _("credit lines"),
        default=dict,
        blank=True,
        help_text=_('By language: {"en": "With material from dpa"}.'),
    )
    contract = models.TextField(_("what the contract allows"), blank=True)
    retired_at = models.DateTimeField(_("retired"), null=True, blank=True, editable=False)

    class Meta:
        ordering = ["name"]
        verbose_name = _("source")
        verbose_name_plural = _("sources")

    def __str__(self):
        return self.name

    def credit_line(self, language):
        """Return the mandatory line in ``language``, else in the site's language, else ""."""
        return self.credit_lines.get(language) or self.credit_lines.get(settings.LANGUAGE_CODE, "")
