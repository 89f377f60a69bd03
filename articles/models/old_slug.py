"""Addresses that sections, tags and authors once had: each leads to the present one in a single step."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from articles.slugs import LENGTH


class OldSlug(models.Model):
    """One former address of exactly one section, tag or author."""

    slug = models.SlugField(_("address"), max_length=LENGTH)
    section = models.ForeignKey("articles.Section", models.CASCADE, null=True, related_name="old_slugs")
    tag = models.ForeignKey("articles.Tag", models.CASCADE, null=True, related_name="old_slugs")
    author = models.ForeignKey("articles.Author", models.CASCADE, null=True, related_name="old_slugs")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["slug"], condition=Q(section__isnull=False), name="old_slug_of_one_section"
            ),
            models.UniqueConstraint(
                fields=["slug"], condition=Q(tag__isnull=False), name="old_slug_of_one_tag"
            ),
            models.UniqueConstraint(
                fields=["slug"], condition=Q(author__isnull=False), name="old_slug_of_one_author"
            ),
            models.CheckConstraint(
                condition=Q(section__isnull=False, tag__isnull=True, author__isnull=True)
                | Q(section__isnull=True, tag__isnull=False, author__isnull=True)
                | Q(section__isnull=True, tag__isnull=True, author__isnull=False),
                name="old_slug_of_exactly_one_thing",
            ),
        ]

    def __str__(self):
        return self.slug
