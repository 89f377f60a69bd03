"""What editors wrote, version by version; what stood online from when to when; and texts that came too late."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from accounts.appended import Appended, UnchangedRows


class Revision(models.Model):
    """
    An immutable snapshot of an article's content; the newest one is the working copy.

    ``content`` is a dict by field name in the shape of `articles.revisions.blank`, written under ``schema``.
    ``base`` is the number of the version it was written on.
    """

    class Kind(models.TextChoices):
        SAVE = "save", _("saved")
        PUBLISH = "publish", _("published")
        RESTORE = "restore", _("restored")
        IMPORT = "import", _("from copy")
        FLASH = "flash", _("flash")

    article = models.ForeignKey("articles.Article", models.CASCADE, related_name="revisions")
    number = models.PositiveIntegerField()
    schema = models.PositiveSmallIntegerField()
    content = models.JSONField()
    kind = models.CharField(max_length=10, choices=Kind, default=Kind.SAVE)
    base = models.PositiveIntegerField(null=True)
    created = models.DateTimeField()
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    objects = UnchangedRows.as_manager()

    class Meta:
        ordering = ["article", "-number"]
        verbose_name = _("version")
        verbose_name_plural = _("versions")
        constraints = [models.UniqueConstraint(fields=["article", "number"], name="revision_number_once")]

    def __str__(self):
        return _("version %(number)d") % {"number": self.number}

    def save(self, *args, **kwargs):
        if not self._state.adding:
            raise TypeError("A revision never changes; save a new one.")
        super().save(*args, **kwargs)


class PublishAct(Appended):
    """
    One version stood online from ``since`` until ``until`` (NULL: still stands), published by whom and why.

    Each act closes the one before; the database lets only one stay open. Nothing else of an act ever changes.
    """

    class Kind(models.TextChoices):
        FIRST = "first", _("first published")
        TYPO = "typo", _("typing error")
        UPDATE = "update", _("update")
        CORRECTION = "correction", _("correction")

    article = models.ForeignKey("articles.Article", models.CASCADE, related_name="publish_acts")
    revision = models.ForeignKey(Revision, models.PROTECT, related_name="publish_acts")
    kind = models.CharField(_("kind"), max_length=12, choices=Kind)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField(_("decided"))
    since = models.DateTimeField(_("online from"))
    until = models.DateTimeField(_("online until"), null=True)
    note = models.CharField(_("why"), max_length=500, blank=True)
    # Why it went out though nobody but its writer had read it, where the house wants a second pair of eyes.
    alone = models.CharField(_("published alone because"), max_length=500, blank=True)

    class Meta:
        ordering = ["article", "-at", "-id"]
        indexes = [models.Index(fields=["-at"], condition=~Q(alone=""), name="publish_act_alone")]
        constraints = [
            models.UniqueConstraint(
                fields=["article"], condition=Q(until__isnull=True), name="publish_act_one_open"
            ),
            models.CheckConstraint(
                condition=Q(until__isnull=True) | Q(until__gte=F("since")), name="publish_act_runs_forward"
            ),
        ]

    def __str__(self):
        return f"{self.get_kind_display()} {self.since:%Y-%m-%d %H:%M}"

    def save(self, *args, update_fields=None, **kwargs):
        if self._state.adding or update_fields != ["until"]:
            return super().save(*args, update_fields=update_fields, **kwargs)
        return models.Model.save(self, *args, update_fields=update_fields, **kwargs)


class ConflictCopy(models.Model):
    """
    A text that was refused because somebody else had saved since: kept whole, so that nothing typed is lost.

    It waits at its story until a person joins it with what stands or puts it aside, which is written by
    `articles.writing.conflicts` alone.
    """

    class Outcome(models.TextChoices):
        JOINED = "joined", _("joined it with what stood")
        ASIDE = "aside", _("put it aside")

    article = models.ForeignKey("articles.Article", models.CASCADE, related_name="conflict_copies")
    base = models.PositiveIntegerField()
    schema = models.PositiveSmallIntegerField()
    content = models.JSONField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField()
    # Of whose copy it takes a change over, as the desk calls that agency; empty where somebody typed it.
    agency = models.CharField(max_length=40, blank=True)
    outcome = models.CharField(max_length=8, choices=Outcome, blank=True)
    settled_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    settled_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["article", "-at"]
        constraints = [
            models.CheckConstraint(
                condition=Q(outcome="", settled_at=None) | ~Q(outcome="") & Q(settled_at__isnull=False),
                name="conflict_copy_settled_at_a_time",
            ),
        ]

    def __str__(self):
        return f"{self.by}, {self.at:%Y-%m-%d %H:%M}"
