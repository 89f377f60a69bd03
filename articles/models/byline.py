"""Who signs: authors, who need no account, and their ordered place under a story."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from articles.addresses import path_of
from articles.models.merging import Mergeable
from articles.slugs import LENGTH


class AuthorKind(models.TextChoices):
    STAFF = "staff", pgettext_lazy("author", "staff")
    FREELANCE = "freelance", pgettext_lazy("author", "freelance")
    GUEST = "guest", pgettext_lazy("author", "guest")


class Author(Mergeable):
    """
    Somebody who signs stories. Retired or merged, never deleted, once a story carries the name.

    biographies: {language code: text} beside ``biography``, which is in the site's own language. real_name: whom a
    pseudonym hides; no page, feed, search or export knows it. links: web addresses, one a line. reprints: {a former
    name: what is printed instead} of those whose old stories were to print the new name.
    """

    name = models.CharField(_("name"), max_length=120)
    slug = models.SlugField(_("address"), max_length=LENGTH, unique=True)
    sort_name = models.CharField(_("sorted as"), max_length=120, blank=True, help_text=_("Petrenko, Ana"))
    initials = models.CharField(_("initials"), max_length=8, blank=True)
    kind = models.CharField(_("kind"), max_length=10, choices=AuthorKind, default=AuthorKind.STAFF)
    real_name = models.CharField(
        _("real name"),
        max_length=120,
        blank=True,
        help_text=_(
            "Only of somebody who signs under a pseudonym. Readers never see it, nor does any export."
        ),
    )
    email = models.EmailField(_("public mail address"), blank=True, help_text=_("Readers see it."))
    links = models.TextField(
        _("web addresses"), blank=True, help_text=_("Pages of the same person elsewhere, one a line.")
    )
    biography = models.TextField(_("biography"), blank=True)
    biographies = models.JSONField(default=dict, blank=True, editable=False)
    reprints = models.JSONField(default=dict, blank=True, editable=False)
    portrait = models.ForeignKey(
        "images.Image",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="portrayed_authors",
        verbose_name=_("portrait"),
        help_text=_("Shown on the author's page and beside what they argue."),
    )
    account = models.OneToOneField(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="author",
        verbose_name=_("account"),
    )

    class Meta:
        ordering = ["sort_name", "name"]
        verbose_name = _("author")
        verbose_name_plural = _("authors")

    def __str__(self):
        return self.name

    def get_absolute_url(self):
        return path_of("author", self.slug)

    @property
    def web_addresses(self):
        return self.links.split()


class BylineRole(models.TextChoices):
    TEXT = "text", pgettext_lazy("done for a story", "text")
    PHOTO = "photo", pgettext_lazy("done for a story", "pictures")
    REPORTING = "reporting", pgettext_lazy("done for a story", "reporting")
    TRANSLATION = "translation", pgettext_lazy("done for a story", "translation")
    EDITING = "editing", pgettext_lazy("done for a story", "editing")


class Byline(models.Model):
    """
    One place in a story's line of names, as printed when it was published. Written by publish alone; a name anew by
    `vocabulary.reprint`, too, which publish then follows.

    ``visible_from`` copies the article's, NULL when withdrawn, so that an author's list is one walk along an index.
    """

    article = models.ForeignKey("articles.Article", models.CASCADE, related_name="bylines")
    author = models.ForeignKey(Author, models.PROTECT, null=True, related_name="bylines")
    source = models.ForeignKey("articles.Source", models.PROTECT, null=True, related_name="bylines")
    position = models.PositiveSmallIntegerField()
    role = models.CharField(max_length=20, choices=BylineRole, default=BylineRole.TEXT)
    name = models.CharField(max_length=120)
    affiliation = models.CharField(max_length=120, blank=True)
    place = models.CharField(max_length=120, blank=True)
    visible_from = models.DateTimeField(null=True)

    class Meta:
        ordering = ["article", "position"]
        indexes = [models.Index(fields=["author", "-visible_from", "-article"], name="byline_author_newest")]
        constraints = [
            models.UniqueConstraint(fields=["article", "position"], name="byline_place_once"),
            models.CheckConstraint(
                condition=Q(author__isnull=False, source__isnull=True)
                | Q(author__isnull=True, source__isnull=False),
                name="byline_author_or_source",
            ),
        ]

    def __str__(self):
        return self.name
