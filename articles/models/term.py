"""House style for words other than names, and which findings an editor chose to let stand."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class Term(models.Model):
    """``wrong`` is flagged wherever it stands as whole words; small letters match any case, capitals match as written."""

    class Severity(models.TextChoices):
        WARN = "warn", _("warning")
        INFO = "info", _("hint")

    wrong = models.CharField(_("wrong form"), max_length=120)
    right = models.CharField(_("right form"), max_length=120, blank=True)
    note = models.CharField(_("why"), max_length=250, blank=True)
    severity = models.CharField(_("severity"), max_length=10, choices=Severity, default=Severity.WARN)
    language = models.CharField(
        _("language"), max_length=10, blank=True, help_text=_("Empty: in every language.")
    )
    active = models.BooleanField(_("switched on"), default=True)

    class Meta:
        ordering = ["wrong"]
        verbose_name = _("style term")
        verbose_name_plural = _("style terms")
        constraints = [models.UniqueConstraint(fields=["wrong", "language"], name="term_once_a_language")]

    def __str__(self):
        return f"{self.wrong} → {self.right}" if self.right else self.wrong


class Waiver(models.Model):
    """An editor lets one finding stand, with a reason. It holds for that wording: another text is a new finding."""

    article = models.ForeignKey("articles.Article", models.CASCADE, related_name="waivers")
    code = models.CharField(max_length=40)
    quote = models.TextField()
    reason = models.CharField(_("reason"), max_length=500)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["article", "code", "quote"], name="waiver_once")]

    def __str__(self):
        return f"{self.code}: {self.quote[:60]}"
