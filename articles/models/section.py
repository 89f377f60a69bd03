"""A department with its own front, and who edits it."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from articles.addresses import path_of
from articles.slugs import LENGTH, RESERVED, validate_section_slug


class Section(models.Model):
    """Rights over a section are its ``editors``. A section is retired, never deleted, once it was used."""

    name = models.CharField(_("name"), max_length=80)
    slug = models.SlugField(
        _("address"),
        max_length=LENGTH,
        unique=True,
        validators=[validate_section_slug],
        help_text=_("As in /politics/."),
    )
    description = models.TextField(_("description"), blank=True)
    position = models.PositiveSmallIntegerField(_("place in the navigation"), default=0)
    editors = models.ManyToManyField(
        settings.AUTH_USER_MODEL, blank=True, related_name="sections", verbose_name=_("editors")
    )
    retired_at = models.DateTimeField(_("retired"), null=True, blank=True, editable=False)

    class Meta:
        ordering = ["position", "name"]
        verbose_name = _("section")
        verbose_name_plural = _("sections")
        constraints = [
            models.CheckConstraint(
                condition=~models.Q(slug__in=sorted(RESERVED)), name="section_slug_not_reserved"
            ),
            models.CheckConstraint(
                condition=~models.Q(slug__regex=r"-[0-9]+$"), name="section_slug_not_a_story"
            ),
        ]

    def __str__(self):
        return self.name

    def get_absolute_url(self):
        return path_of("section", self.slug)

    @property
    def list_key(self):
        return f"list:section:{self.pk}"
