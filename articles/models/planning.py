"""What is to happen to a story that readers see already, and what legal said of it."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from articles.models.revision import PublishAct, Revision


class PlannedChange(models.Model):
    """
    A version that is to take the place of what readers see at ``at``; the worker applies it.

    It was planned while readers saw ``based_on``. If they see another version by then it is held, never applied, and
    stays before the desk's eyes until somebody sets it aside.
    """

    class State(models.TextChoices):
        WAITING = "waiting", _("waiting")
        APPLIED = "applied", _("published")
        HELD = "held", _("held")
        CANCELLED = "cancelled", _("called off")

    article = models.ForeignKey("articles.Article", models.CASCADE, related_name="planned_changes")
    revision = models.ForeignKey(Revision, models.PROTECT, related_name="+")
    based_on = models.ForeignKey(Revision, models.PROTECT, related_name="+")
    at = models.DateTimeField(_("goes online"))
    kind = models.CharField(_("kind"), max_length=12, choices=PublishAct.Kind)
    alone = models.CharField(max_length=500, blank=True)  # as in PublishAct
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    made_at = models.DateTimeField(_("planned"))
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.WAITING)
    settled_at = models.DateTimeField(null=True)
    why = models.CharField(_("why"), max_length=500, blank=True)  # why it was held or called off

    class Meta:
        ordering = ["at", "id"]
        indexes = [
            models.Index(fields=["at"], condition=Q(state="waiting"), name="planned_due"),
            models.Index(fields=["-at"], condition=Q(state="held"), name="planned_held"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["article"], condition=Q(state="waiting"), name="planned_one_waiting"
            ),
            models.CheckConstraint(
                condition=Q(state="waiting", settled_at=None)
                | (~Q(state="waiting") & Q(settled_at__isnull=False)),
                name="planned_settled_when",
            ),
        ]

    def __str__(self):
        return f"{self.revision} {self.at:%Y-%m-%d %H:%M}"


class Clearance(models.Model):
    """Legal has read ``revision`` and lets it go out. It says nothing of any other text."""

    article = models.ForeignKey("articles.Article", models.CASCADE, related_name="clearances")
    revision = models.ForeignKey(Revision, models.PROTECT, related_name="clearances")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField()
    note = models.CharField(_("note"), max_length=500, blank=True)

    class Meta:
        ordering = ["-at", "-id"]
        constraints = [models.UniqueConstraint(fields=["revision"], name="clearance_once")]

    def __str__(self):
        return f"{self.revision}, {self.by}"
