"""What stories are about: typed tags, and every way their names are written."""

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.db import models, transaction
from django.utils.translation import gettext_lazy as _
from taggit.models import ItemBase, TagBase

from articles.addresses import path_of
from articles.models.merging import Mergeable
from articles.slugs import LENGTH, plain_words, slugify

MOST_WORDS = 6  # of a name, from the beginning of each of which it is found


class TagKind(models.TextChoices):
    TOPIC = "topic", _("topic")
    PERSON = "person", _("person")
    PLACE = "place", _("place")
    ORGANISATION = "organisation", _("organisation")
    EVENT = "event", _("event")
    SERIES = "series", _("series")


class Named(models.QuerySet):
    """Rows that carry names of tags: what is written or deleted in bulk is found by its names at once, too."""

    def bulk_create(self, rows, *args, **kwargs):
        with transaction.atomic():
            made = super().bulk_create(rows, *args, **kwargs)
            TagName.write({row.named_tag_id for row in made})
        return made

    def delete(self):
        with transaction.atomic():
            tags = {row.named_tag_id for row in self}
            answer = super().delete()
            TagName.write(tags)
        return answer

    delete.alters_data = True
    delete.queryset_only = True


class Tag(Mergeable, TagBase):
    """
    A subject. Retired or merged, never deleted, once a story carries it.

    is_internal: for the desk's own sorting; readers never see such a tag. uses: published stories, as last counted by
    the worker, members included. links: web addresses of the same thing elsewhere, one a line.
    """

    name = models.CharField(_("name"), max_length=100)
    slug = models.SlugField(_("address"), max_length=LENGTH, unique=True)
    kind = models.CharField(
        _("kind"),
        max_length=20,
        choices=TagKind,
        default=TagKind.TOPIC,
        blank=True,
        help_text=_("Empty: nobody has said yet."),
    )
    description = models.TextField(_("description"), blank=True)
    is_internal = models.BooleanField(
        _("internal"), default=False, help_text=_("For the desk alone: readers never see this tag.")
    )
    picture = models.ForeignKey(
        "images.Image",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="pictured_tags",
        verbose_name=_("picture"),
        help_text=_("Shown on the tag's page."),
    )
    broader = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="narrower",
        verbose_name=_("broader tag"),
        help_text=_("What this is a part or a kind of."),
    )
    related = models.ManyToManyField("self", blank=True, verbose_name=_("related tags"))
    wikidata = models.CharField(
        "Wikidata",
        max_length=20,
        blank=True,
        validators=[RegexValidator(r"^Q[1-9][0-9]*\Z", _("Write the id as Wikidata does: Q and a number."))],
        help_text=_("The id there, such as Q1899."),
    )
    links = models.TextField(
        _("web addresses"), blank=True, help_text=_("Pages about the same thing elsewhere, one a line.")
    )
    uses = models.PositiveIntegerField(_("stories"), default=0, editable=False)

    objects = Named.as_manager()

    class Meta:
        ordering = ["name"]
        verbose_name = _("tag")
        verbose_name_plural = _("tags")
        indexes = [models.Index(fields=["-uses", "id"], name="tag_most_used")]
        constraints = [models.UniqueConstraint(fields=["name", "kind"], name="tag_name_once_a_kind")]

    def save(self, *args, **kwargs):
        with transaction.atomic():
            super().save(*args, **kwargs)
            TagName.write([self.pk])

    def clean(self):
        super().clean()
        self.refuse_loop()

    def refuse_loop(self):
        """Raise ValidationError where this tag would be a part of itself, or of its own parts."""
        above, seen = self.broader_id, set()
        while above and above not in seen:
            if above == self.pk:
                message = _("“%(name)s” is a part of this tag.")
                raise ValidationError({"broader": ValidationError(message, params={"name": self.broader})})
            seen.add(above)
            above = Tag.objects.filter(pk=above).values_list("broader", flat=True).first()

    def get_absolute_url(self):
        return path_of("tag", self.slug)

    @property
    def named_tag_id(self):
        return self.pk

    @property
    def web_addresses(self):
        """Where the same thing stands elsewhere, Wikidata first."""
        known = [f"https://www.wikidata.org/wiki/{self.wikidata}"] if self.wikidata else []
        return known + self.links.split()

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

    objects = Named.as_manager()

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

    def save(self, *args, **kwargs):
        with transaction.atomic():
            super().save(*args, **kwargs)
            TagName.write([self.tag_id])

    def delete(self, *args, **kwargs):
        with transaction.atomic():
            answer = super().delete(*args, **kwargs)
            TagName.write([self.tag_id])
        return answer

    @property
    def named_tag_id(self):
        return self.tag_id


class TagName(models.Model):
    """
    What a tag is found by as somebody types: each of its names, in plain words, from the beginning of each word on.

    Drawn from Tag.name and NameForm.text alone and written anew with them, so that one walk along an index answers.
    """

    tag = models.ForeignKey(Tag, models.CASCADE, related_name="names")
    words = models.CharField(max_length=120, db_index=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["tag", "words"], name="tag_name_words_once")]

    def __str__(self):
        return self.words

    @classmethod
    def write(cls, tags):
        """Write the rows of the tags with these ids anew."""
        tags = sorted(tags)
        for start in range(0, len(tags), 500):
            batch = tags[start : start + 500]
            called = [*Tag.objects.filter(pk__in=batch).values_list("pk", "name").order_by()]
            called += NameForm.objects.filter(tag__in=batch).values_list("tag", "text").order_by()
            wanted = {(pk, words) for pk, name in called for words in beginnings(name)}
            present = {(row.tag_id, row.words): row.pk for row in cls.objects.filter(tag__in=batch)}
            cls.objects.filter(pk__in=[present[row] for row in present.keys() - wanted]).delete()
            cls.objects.bulk_create(cls(tag_id=pk, words=words) for pk, words in wanted - present.keys())


def beginnings(name):
    """Return ``name`` in plain words, from each of its first words to its end: "ana petrenko" and "petrenko"."""
    words = plain_words(name).split()
    return {" ".join(words[start:])[:120] for start in range(min(len(words), MOST_WORDS))}


class Office(models.Model):
    """What a person was in office as, from when to when; an open end is today, an open beginning nobody knows."""

    tag = models.ForeignKey(Tag, models.CASCADE, related_name="offices")
    title = models.CharField(
        _("office"), max_length=120, help_text=_("As a story writes it: president of Velland")
    )
    starts = models.DateField(_("from"), null=True, blank=True)
    ends = models.DateField(_("to"), null=True, blank=True)

    class Meta:
        ordering = ["tag", "-starts"]
        verbose_name = _("office")
        verbose_name_plural = _("offices")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(starts=None)
                | models.Q(ends=None)
                | models.Q(starts__lte=models.F("ends")),
                name="office_ends_after_it_starts",
                violation_error_message=_("An office ends after it starts."),
            )
        ]

    def __str__(self):
        return self.title

    def is_held(self, day):
        """Whether it is held on the date ``day``, its first and last day included."""
        return (self.starts is None or self.starts <= day) and (self.ends is None or day <= self.ends)


class TagPair(models.Model):
    """
    Two tags that may be one, as the worker found them; ``ways`` says how they are alike, parted by commas.

    Once somebody said that they are two, the pair stays with ``settled_at`` and is never proposed again.
    """

    first = models.ForeignKey(Tag, models.CASCADE, related_name="+")
    second = models.ForeignKey(Tag, models.CASCADE, related_name="+")
    ways = models.CharField(max_length=120)
    settled_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    settled_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["first", "second"], name="tag_pair_once"),
            models.CheckConstraint(
                condition=models.Q(first__lt=models.F("second")), name="tag_pair_in_order"
            ),
        ]

    def __str__(self):
        return f"{self.first_id} {self.second_id}"

    @property
    def tags(self):
        return self.first, self.second


class TagProposal(models.Model):
    """
    A name that somebody who can't make tags wants for a story. Settled with the ``tag`` it became, or without one,
    then with ``reason``.
    """

    name = models.CharField(_("name"), max_length=100)
    article = models.ForeignKey("articles.Article", models.CASCADE, related_name="tag_proposals")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField(auto_now_add=True)
    tag = models.ForeignKey(Tag, models.PROTECT, null=True, related_name="+")
    reason = models.CharField(max_length=250, blank=True)
    settled_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    settled_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["article", "name"],
                condition=models.Q(settled_at=None),
                name="tag_proposed_once_a_story",
            )
        ]

    def __str__(self):
        return self.name


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
