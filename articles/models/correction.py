"""What was wrong and what is right: a dated public note."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class Correction(models.Model):
    """``in_list`` is off where repeating the wrong wording on /corrections/ would do the harm again."""

    class Kind(models.TextChoices):
        CORRECTION = "correction", _("Correction")
        CLARIFICATION = "clarification", _("Clarification")
        EDITORS_NOTE = "note", _("Editor’s note")
        RETRACTION = "retraction", _("Retraction")
        RIGHT_OF_REPLY = "reply", _("Right of reply")

    article = models.ForeignKey("articles.Article", models.CASCADE, related_name="corrections")
    kind = models.CharField(_("kind"), max_length=20, choices=Kind, default=Kind.CORRECTION)
    wrong = models.TextField(_("what was wrong"), blank=True)
    right = models.TextField(_("what is right"))
    at = models.DateTimeField(_("at"))
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("by"))
    act = models.OneToOneField("articles.PublishAct", models.PROTECT, related_name="correction")
    in_list = models.BooleanField(_("in the list of corrections"), default=True)

    class Meta:
        ordering = ["-at", "-id"]
        verbose_name = _("correction")
        verbose_name_plural = _("corrections")
        indexes = [models.Index(fields=["-at", "-id"], name="correction_newest")]

    def __str__(self):
        return f"{self.get_kind_display()}: {self.right[:80]}"
