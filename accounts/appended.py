"""Rows that are only ever added. What a court orders out of them, `articles.removal.redaction` overwrites past this."""

from django.db import models


class UnchangedRows(models.QuerySet):
    """Rows that may go, such as versions that nobody needs any more, and never change."""

    def update(self, **values):
        raise TypeError("What is on record never changes; add to it.")

    async def aupdate(self, **values):
        self.update(**values)

    def bulk_update(self, objects, fields, batch_size=None):
        self.update()


class AppendedRows(UnchangedRows):
    def delete(self):
        raise TypeError("What is on record is never deleted.")

    delete.alters_data = True
    delete.queryset_only = True


class Appended(models.Model):
    """A row that can be added and read."""

    objects = AppendedRows.as_manager()

    class Meta:
        abstract = True

    def save(self, *args, **kwargs):
        if not self._state.adding:
            raise TypeError("What is on record never changes; add to it.")
        super().save(*args, **kwargs)

    def delete(self, *args, **kwargs):
        raise TypeError("What is on record is never deleted.")
