"""Who works here: accounts, what each role was given, and the record of who did what."""

from django.conf import settings
from django.contrib.auth.models import AbstractUser, Group
from django.db import models
from django.utils.translation import gettext_lazy as _


class User(AbstractUser):
    """
    An account of the desk. Readers have none, and an author needs none.

    ``language`` is what the desk speaks to them, a code of settings.DESK_LANGUAGES; empty: as their browser asks.
    """

    language = models.CharField(_("language of the desk"), max_length=10, blank=True, editable=False)

    class Meta(AbstractUser.Meta):
        swappable = "AUTH_USER_MODEL"

    def __str__(self):
        return self.get_full_name() or self.username


class DefaultGrant(models.Model):
    """
    "This role was once given this permission."

    Written when `ensure_roles` hands it out, so that it is handed out once: what an administrator takes away later
    stays away, and a permission that comes with a newer release is still given.
    """

    group = models.ForeignKey(Group, models.CASCADE, related_name="+")
    permission = models.CharField(max_length=150)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["group", "permission"], name="default_grant_once")]

    def __str__(self):
        return f"{self.group}: {self.permission}"


class AuditEntry(models.Model):
    """One act: who did what to which row, when. Only ever added (`accounts.audit.record`)."""

    at = models.DateTimeField(_("at"))
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("actor")
    )
    verb = models.CharField(_("act"), max_length=40)
    target_type = models.CharField(_("kind of thing"), max_length=80)
    target_id = models.BigIntegerField(_("its number"))
    target_name = models.CharField(_("its name then"), max_length=250)
    detail = models.JSONField(_("detail"), default=dict)

    class Meta:
        ordering = ["-id"]
        indexes = [models.Index(fields=["target_type", "target_id", "-id"], name="audit_by_target")]
        verbose_name = _("audit entry")
        verbose_name_plural = _("audit entries")

    def __str__(self):
        return f"{self.at:%Y-%m-%d %H:%M} {self.actor} {self.verb} {self.target_name}"
