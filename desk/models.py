"""What the desk keeps for itself: saved filters, what the checks say of stories that wait, and notes about stories."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class SavedFilter(models.Model):
    """A question to the list of stories under a name, for one person or for the whole desk."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="saved_filters")
    name = models.CharField(_("name"), max_length=60)
    query = models.CharField(max_length=500)  # as in the list's address: state=review&q=bridge
    shared = models.BooleanField(_("for everybody"), default=False)

    class Meta:
        ordering = ["name", "id"]
        constraints = [models.UniqueConstraint(fields=["user", "name"], name="saved_filter_once")]

    def __str__(self):
        return self.name

    @classmethod
    def of(cls, user):
        """Return the filters that ``user`` sees: their own and those that others share."""
        return cls.objects.filter(Q(user=user) | Q(shared=True)).select_related("user")


class Verdict(models.Model):
    """
    How many findings keep the newest version of a waiting story from being published.

    Written by the worker (desk.jobs), because a page can't run all checks on every story it lists. It holds for
    ``revision`` as of ``at``; whoever reads it compares that with the story's newest version.
    """

    article = models.OneToOneField("articles.Article", models.CASCADE, related_name="verdict")
    revision = models.ForeignKey("articles.Revision", models.CASCADE, related_name="+")
    blocking = models.PositiveSmallIntegerField()
    first = models.CharField(max_length=500)  # the sentence of the first that blocks
    at = models.DateTimeField()

    def __str__(self):
        return f"{self.article}: {self.blocking}"

    @property
    def more(self):
        """How many block besides the first."""
        return self.blocking - 1


class Note(models.Model):
    """
    What somebody of the desk says of a story, to the desk alone; ``answers`` is the note it answers, which has none.

    It may stand at a place in the text: ``block``, counted from 0 in the version ``number``, and the words there. Notes
    are never changed; what is settled is marked so.
    """

    article = models.ForeignKey("articles.Article", models.CASCADE, related_name="notes")
    answers = models.ForeignKey("self", models.CASCADE, null=True, related_name="replies")
    text = models.TextField(_("note"))
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField()
    number = models.PositiveIntegerField()
    block = models.PositiveIntegerField(null=True)
    quote = models.CharField(max_length=300, blank=True)
    resolved_at = models.DateTimeField(null=True)
    resolved_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")

    class Meta:
        ordering = ["at", "id"]
        indexes = [models.Index(fields=["article", "at", "id"], name="note_of_article")]
        constraints = [
            models.CheckConstraint(
                condition=Q(resolved_at=None, resolved_by=None)
                | Q(resolved_at__isnull=False, resolved_by__isnull=False, answers=None),
                name="note_resolved_by_whom",
            ),
            models.CheckConstraint(
                condition=Q(answers=None) | Q(block=None), name="note_answer_has_no_place"
            ),
        ]

    def __str__(self):
        return self.text[:60]


class Mention(models.Model):
    """A note asks for the eyes of ``user``, until ``read_at``."""

    note = models.ForeignKey(Note, models.CASCADE, related_name="mentions")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="mentions")
    read_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["note", "user"], name="mention_once")]
        indexes = [models.Index(fields=["user"], condition=Q(read_at=None), name="mention_unread")]

    def __str__(self):
        return f"@{self.user.username}"
