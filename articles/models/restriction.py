"""Names that may not be published. The table is confidential: whoever is not of legal or chief learns a number."""

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _

LEAST, LEAST_BEFORE_STAR = 2, 3  # letters of a spelling


class Restriction(models.Model):
    """
    A name that a court, a law or an agreement keeps out of print, as long as it stands.

    ``searched``: the worker has looked through the published stories down to this id, NULL where it has not begun; 0
    once it is through.
    """

    name = models.CharField(_("name"), max_length=200)
    variants = models.TextField(
        _("variants"),
        blank=True,
        help_text=_("One a line: other spellings and cases. A star stands for any ending: Petrenk*"),
    )
    reason = models.TextField(_("reason"))
    until = models.DateTimeField(
        _("until"), null=True, blank=True, help_text=_("Empty: until it is ended here.")
    )
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", editable=False)
    made_at = models.DateTimeField(_("made"), auto_now_add=True)
    searched = models.BigIntegerField(null=True, editable=False)

    class Meta:
        verbose_name = _("restricted name")
        verbose_name_plural = _("restricted names")
        ordering = ["-id"]

    def __str__(self):
        """Never the name: this is what logs, records and reporters read."""
        return f"R-{self.pk}"

    def clean(self):
        """Refuse a spelling so short that it would take nearly every story from readers."""
        for spelling in self.spellings:
            letters = sum(letter.isalnum() for letter in spelling)
            if letters < (LEAST_BEFORE_STAR if spelling.endswith("*") else LEAST):
                raise ValidationError(
                    _("“%s” would stand in nearly every story: write more of the name.") % spelling
                )

    @property
    def spellings(self):
        """Return the name and its variants, as somebody wrote them."""
        return [line.strip() for line in [self.name, *self.variants.splitlines()] if line.strip()]
