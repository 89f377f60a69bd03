"""What stories are about: typed tags, and every way their names are written."""

from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from taggit.models import ItemBase, TagBase

from articles.models.merging import Mergeable
from articles.slugs import LENGTH, slugify


class TagKind(models.TextChoices):
    TOPIC = "topic", _("topic")
    PERSON = "person", _("person")
    PLACE = "place", _("place")
    ORGANISATION = "organisation", _("organisation")
    EVENT = "event", _("event")
    SERIES = "series", _("series")


class Tag(Mergeable, TagBase):
    """A subject. Retired or merged, never deleted, once a story carries it."""

    name = models.CharField(_("name"), max_length=100)
    slug = models.SlugField(_("address"), max_length=LENGTH, unique=True)
    kind = models.CharField(_("kind"), max_length=20, choices=TagKind, default=TagKind.TOPIC)
    description = models.TextField(_("description"), blank=True)

    class Meta:
        ordering = ["name"]
        verbose_name = _("tag")
        verbose_name_plural = _("tags")
        constraints = [models.UniqueConstraint(fields=["name", "kind"], name="tag_name_once_a_kind")]

    def get_absolute_url(self):
        return reverse("tag", args=[self.slug])

    def slugify(self, tag, i=None):
        return slugify(tag)[: LENGTH - 6] + ("" if i is None else f"-{i}")


class NameForm(models.Model):
    """
    One way to write a tag's name: the one truth of the house style of names.

    printed: what we write in that language. wrong: flagged by the checks, with the printed form beside it.
    search: found but neither printed nor flagged. former: what it was once called, right in its time.
    """

    class Kind(models.TextChoices):
        PRINTED = "printed", _("printed")
        WRONG = "wrong", _("wrong")
        SEARCH = "search", _("search only")
        FORMER = "former", _("former")

    tag = models.ForeignKey(Tag, models.CASCADE, related_name="forms")
    kind = models.CharField(_("kind"), max_length=10, choices=Kind)
    text = models.CharField(_("form"), max_length=100)
    language = models.CharField(
        _("language"), max_length=10, blank=True, help_text=_("Empty: in every language.")
    )
    note = models.CharField(_("note"), max_length=250, blank=True)

    class Meta:
        ordering = ["tag", "kind", "text"]
        verbose_name = _("name form")
        verbose_name_plural = _("name forms")
        constraints = [
            models.UniqueConstraint(
                fields=["tag", "text", "language"],
                name="name_form_once",
                violation_error_message=_("This form stands there already."),
            ),
            models.UniqueConstraint(
                fields=["tag", "language"],
                condition=models.Q(kind="printed"),
                name="name_form_one_printed_a_language",
                violation_error_message=_(
                    "This tag has a printed form in that language already; change that one."
                ),
            ),
        ]

    def __str__(self):
        return self.text


class TaggedItem(ItemBase):
    """
    A story carries a tag. Written by publish alone, compared by tag id.

    ``visible_from`` copies the article's, NULL when withdrawn, so that a tag's list is one walk along an index.
    """

    tag = models.ForeignKey(Tag, models.PROTECT, related_name="items")
    content_object = models.ForeignKey("articles.Article", models.CASCADE, related_name="tagged_items")
    position = models.PositiveSmallIntegerField(default=0)
    visible_from = models.DateTimeField(null=True)

    natural_key_fields = ["tag", "content_object"]

    class Meta:
        ordering = ["content_object", "position"]
        indexes = [models.Index(fields=["tag", "-visible_from", "-content_object"], name="tagged_newest")]
        constraints = [models.UniqueConstraint(fields=["content_object", "tag"], name="tagged_once")]
