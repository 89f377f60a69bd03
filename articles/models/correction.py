"""What was wrong and what is right: a dated public note."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class Correction(models.Model):
    """
    ``in_list`` is off where repeating the wrong wording on /corrections/ would do the harm again.

    A right of reply is either the reply itself, in ``right``, or names the story that carries it.
    """

    class Kind(models.TextChoices):
        CORRECTION = "correction", _("Correction")
        CLARIFICATION = "clarification", _("Clarification")
        EDITORS_NOTE = "note", _("Editor’s note")
        RETRACTION = "retraction", _("Retraction")
        RIGHT_OF_REPLY = "reply", _("Right of reply")

    article = models.ForeignKey("articles.Article", models.CASCADE, related_name="corrections")
    kind = models.CharField(_("kind"), max_length=20, choices=Kind, default=Kind.CORRECTION)
    wrong = models.TextField(_("what was wrong"), blank=True)
    right = models.TextField(_("what is right"), blank=True)
    reply = models.ForeignKey(
        "articles.Article",
        models.PROTECT,
        null=True,
        blank=True,
        db_index=False,
        related_name="replies_to",
        verbose_name=_("story that carries the reply"),
    )
    at = models.DateTimeField(_("at"))
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("by"))
    act = models.OneToOneField("articles.PublishAct", models.PROTECT, related_name="correction")
    in_list = models.BooleanField(
        _("in the list of corrections"),
        default=True,
        help_text=_("Off, it stands at its story alone: the page of all corrections repeats nothing of it."),
    )
    carried_by = None  # the story in `reply` while readers can open it: articles.public.notes

    class Meta:
        ordering = ["-at", "-id"]
        verbose_name = _("correction")
        verbose_name_plural = _("corrections")
        indexes = [
            models.Index(fields=["-at", "-id"], name="correction_newest"),
            models.Index(fields=["reply"], condition=Q(reply__isnull=False), name="correction_reply"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(reply__isnull=True) | Q(kind="reply"), name="correction_reply_is_a_reply"
            )
        ]

    def __str__(self):
        return ": ".join(filter(None, [self.get_kind_display(), (self.right or self.wrong)[:80]]))
