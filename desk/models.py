"""What the desk keeps for itself: filters that somebody saved, and what the checks say of stories that wait."""

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
