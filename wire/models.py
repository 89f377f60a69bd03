"""What an agency sent, as it came; the alarms that later copy raised about it, and how the desk answered."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.appended import Appended
from wire.notices import GRAVE


class Item(models.Model):
    """
    One piece of copy, kept byte for byte. An item serves many stories and a story uses many items.

    The hash makes sending it twice harmless: the second time finds this row.
    """

    source = models.CharField(
        _("source"), max_length=40, blank=True, help_text=_("Code of the agency, if it is known.")
    )
    uri = models.CharField(
        _("identifier"), max_length=250, blank=True, help_text=_("As the agency numbers it.")
    )
    version = models.CharField(_("version"), max_length=40, blank=True)
    status = models.CharField(_("status"), max_length=40, default="usable")
    embargo_text = models.CharField(_("embargo as written"), max_length=250, blank=True)
    name = models.CharField(_("file name"), max_length=250, blank=True)
    raw = models.BinaryField(_("as it came"))
    sha256 = models.CharField(_("hash"), max_length=64, unique=True)
    # What later copy finds this by, see `wire.alarms`: hashes, so that no word of a text stands here a second time.
    headline_hash = models.CharField(max_length=64, blank=True, editable=False)
    slugline_hash = models.CharField(max_length=64, blank=True, editable=False)
    encoding = models.CharField(_("encoding"), max_length=20)
    received_at = models.DateTimeField(_("received"))
    articles = models.ManyToManyField("articles.Article", related_name="items", verbose_name=_("stories"))

    class Meta:
        ordering = ["-id"]
        indexes = [
            models.Index(fields=["uri"], condition=~Q(uri=""), name="item_uri"),
            models.Index(fields=["headline_hash"], condition=~Q(headline_hash=""), name="item_headline"),
            models.Index(fields=["slugline_hash"], condition=~Q(slugline_hash=""), name="item_slugline"),
        ]
        verbose_name = _("wire item")
        verbose_name_plural = _("wire items")

    def __str__(self):
        return self.name or self.sha256[:12]


class Alarm(Appended):
    """
    ``item`` kills, holds or corrects ``earlier``, which ``article`` was made of; it stands until somebody answers.

    Where no earlier item could be found, ``earlier`` and ``article`` are empty and a person says which story is meant.
    """

    class Kind(models.TextChoices):
        KILL = "kill", _("The agency kills it")
        HOLD = "hold", _("The agency holds it")
        CORRECTION = "correction", _("The agency corrects it")
        UPDATE = "update", _("The agency sent a newer version")

    item = models.ForeignKey(Item, models.PROTECT, related_name="alarms")
    earlier = models.ForeignKey(Item, models.PROTECT, null=True, related_name="+")
    article = models.ForeignKey("articles.Article", models.CASCADE, null=True, related_name="agency_alarms")
    kind = models.CharField(_("kind"), max_length=12, choices=Kind)
    at = models.DateTimeField(_("at"))

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(fields=["item", "article"], name="alarm_once"),
            models.CheckConstraint(
                condition=Q(article=None, earlier=None) | Q(article__isnull=False), name="alarm_about_a_story"
            ),
        ]

    def __str__(self):
        return f"{self.get_kind_display()}: {self.item}"

    @property
    def source(self):
        """The code of the agency, as far as one of the two copies says it."""
        return self.item.source or (self.earlier.source if self.earlier else "")

    @property
    def is_grave(self):
        """Whether the copy may not stand as it is until somebody has decided."""
        return self.kind in GRAVE


class Taking(models.Model):
    """The change of ``alarm``, laid beside its story as ``copy``: the alarm is answered once that text is joined."""

    alarm = models.ForeignKey(Alarm, models.CASCADE, related_name="takings")
    copy = models.OneToOneField("articles.ConflictCopy", models.CASCADE, related_name="taking")

    def __str__(self):
        return f"{self.alarm}: {self.copy}"


class Answer(Appended):
    """What somebody did about an Alarm, once and for good."""

    class Act(models.TextChoices):
        WITHDRAWN = "withdrawn", _("withdrew the story")
        TAKEN = "taken", _("took the change over")
        NOTHING = "nothing", _("saw it and did nothing")
        FOUND = "found", _("found the story it is about")

    alarm = models.OneToOneField(Alarm, models.CASCADE, related_name="answer")
    act = models.CharField(max_length=12, choices=Act)
    reason = models.CharField(_("reason"), max_length=500, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=~Q(act="nothing") | ~Q(reason=""), name="answer_nothing_has_a_reason"
            ),
        ]

    def __str__(self):
        return f"{self.by}: {self.get_act_display()}"
