"""The purge log, the moments ahead, and the worker's sign of life. This app knows keys, never articles."""

from django.db import models

KEY_LENGTH = 100


class Purge(models.Model):
    """ "Everything that shows ``key`` is stale since ``at``". Only added, pruned by the worker."""

    key = models.CharField(max_length=KEY_LENGTH)
    at = models.DateTimeField()

    class Meta:
        indexes = [
            models.Index(fields=["key", "id"], name="purge_by_key"),
            models.Index(fields=["at"], name="purge_by_age"),
        ]

    def __str__(self):
        return f"{self.key} at {self.at:%Y-%m-%d %H:%M:%S}"


class Moment(models.Model):
    """ "Everything that shows ``key`` changes at ``at``": no page that shows it may be kept for longer."""

    key = models.CharField(max_length=KEY_LENGTH)
    at = models.DateTimeField()

    class Meta:
        indexes = [
            models.Index(fields=["key", "at"], name="moment_by_key"),
            models.Index(fields=["at"], name="moment_by_age"),
        ]

    def __str__(self):
        return f"{self.key} at {self.at:%Y-%m-%d %H:%M:%S}"


class Heartbeat(models.Model):
    """When a process was last seen alive; /readyz asks for "worker"."""

    name = models.CharField(max_length=40, unique=True)
    at = models.DateTimeField()

    def __str__(self):
        return f"{self.name} {self.at:%Y-%m-%d %H:%M:%S}"
