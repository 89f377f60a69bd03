"""The purge log, the moments ahead, and the worker's sign of life. This app knows keys, never articles."""

import uuid

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

KEY_LENGTH = 100


class Log(models.Model):
    """
    One row about the purge log itself.

    epoch: another one means another log, of which no page made before knows anything. pruned: the last id (SQLite)
    or transaction (PostgreSQL) that was pruned.
    """

    epoch = models.UUIDField(default=uuid.uuid4)
    pruned = models.BigIntegerField(default=0)

    def __str__(self):
        return str(self.epoch)


class Purge(models.Model):
    """
    "Everything that shows ``key`` is stale since ``at``". Only added, pruned by the worker.

    xact: the transaction that wrote it, on PostgreSQL; 0 on SQLite.
    """

    key = models.CharField(_("key"), max_length=KEY_LENGTH)
    at = models.DateTimeField(_("at"))
    xact = models.BigIntegerField(default=0, editable=False)

    class Meta:
        verbose_name = _("purge")
        verbose_name_plural = _("stored pages")
        indexes = [
            models.Index(fields=["xact"], name="purge_by_transaction"),
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


class ErrandQuerySet(models.QuerySet):
    def waiting(self):
        return self.filter(sent_at=None, given_up_at=None)

    def given_up(self):
        return self.exclude(given_up_at=None)


class Errand(models.Model):
    """
    Something to tell an address outside, written with the act it tells of; see `delivery.errands`.

    to: the name of a purger or announcer. what: the keys of a purge, a list, or an event as `delivery.announcers` has
    it. subject: the key of what an event is about, "" for purges. at: when it happened or will. due_at: not told before. again: it is told a
    second time. Sent, given up, or waiting where neither is set.
    """

    uuid = models.UUIDField(default=uuid.uuid4, editable=False)
    to = models.CharField(pgettext_lazy("who is told", "to"), max_length=250)
    subject = models.CharField(max_length=KEY_LENGTH, blank=True)
    what = models.JSONField(_("what"))
    at = models.DateTimeField(_("since"))
    due_at = models.DateTimeField(_("next try"))
    again = models.BooleanField(default=False)
    tries = models.PositiveIntegerField(_("tries"), default=0)
    error = models.CharField(_("answer"), max_length=500, blank=True)
    sent_at = models.DateTimeField(_("sent"), null=True)
    given_up_at = models.DateTimeField(_("given up"), null=True)

    objects = ErrandQuerySet.as_manager()

    class Meta:
        verbose_name = _("message to the outside")
        verbose_name_plural = _("messages to the outside")
        indexes = [
            models.Index(
                fields=["to", "due_at"],
                name="errand_waiting",
                condition=models.Q(sent_at=None, given_up_at=None),
            ),
            models.Index(
                fields=["subject", "at"],
                name="errand_by_subject",
                condition=models.Q(sent_at=None, given_up_at=None),
            ),
            models.Index(fields=["sent_at"], name="errand_by_sending"),
        ]

    def __str__(self):
        return f"{self.to} {self.at:%Y-%m-%d %H:%M:%S}"
