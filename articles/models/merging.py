"""Things that can be merged: a merge is a pointer, never a rewrite, so that it can be undone."""

from django.db import models, transaction
from django.utils.translation import gettext_lazy as _

NOT_YET = 0  # stands in `canonical` between the two statements of a first save, inside one transaction


class Mergeable(models.Model):
    """
    ``canonical`` is never NULL: the row itself, or the root it was merged into. ``merged_into`` keeps the history:
    `canonical` is where the chain of `merged_into` ends. What one act merged shares its ``merged_at``.

    Assignments stay as they were made; lists ask for all `members` of a root.
    """

    canonical = models.ForeignKey("self", models.PROTECT, related_name="members", editable=False)
    merged_into = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="merged_from",
        editable=False,
        verbose_name=_("merged into"),
    )
    merged_at = models.DateTimeField(null=True, blank=True, editable=False)
    retired_at = models.DateTimeField(_("retired"), null=True, blank=True, editable=False)

    class Meta:
        abstract = True

    def save(self, *args, **kwargs):
        if self.canonical_id is not None:
            return super().save(*args, **kwargs)
        with transaction.atomic():
            self.canonical_id = self.pk or NOT_YET
            super().save(*args, **kwargs)
            if self.canonical_id == NOT_YET:
                self.canonical_id = self.pk
                type(self)._base_manager.filter(pk=self.pk).update(canonical_id=self.pk)

    @property
    def is_canonical(self):
        return self.canonical_id == self.pk

    @property
    def page_key(self):
        return f"{self._meta.model_name}:{self.canonical_id}"

    @property
    def list_key(self):
        return f"list:{self._meta.model_name}:{self.canonical_id}"
