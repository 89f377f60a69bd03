"""
One story. Its columns come in four kinds, each listed in `articles.revisions`; who writes which is design rule 2.

Content columns hold what readers see and stay NULL until first published. Drafts live in revisions only.
"""

import uuid
from datetime import UTC, datetime

from django.conf import settings
from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from taggit.managers import TaggableManager

from articles.addresses import path_of
from articles.models.byline import Byline
from articles.models.tag import TaggedItem
from articles.slugs import LENGTH

FOREVER = datetime(9999, 1, 1, tzinfo=UTC)


# The columns that a card in a list or a feed shows.
CARD = (
    "uuid kind headline home_headline kicker standfirst slug section genre label language byline_override urgency "
    "deindexed_at lead_image lead_alt lead_caption lead_credit lead_crop first_published updated corrected visible_from visible_until "
    "translation_of"
).split()


def visible(at, *, start="visible_from", end="visible_until"):
    """
    Return the condition that readers may see a story at the aware datetime ``at``: the only place where this is said.

    start, end: the paths to the two columns from another model; a tag's or author's row has a copy of the first.
    """
    return Q(**{f"{start}__lte": at, f"{end}__gt": at})


def open_work():
    """Return the condition that a story is not online as it is written: few among many, along an index of their own."""
    return Q(live_revision=None) | ~Q(live_revision=F("latest_revision"))


def day_of(at):
    """Return the date of the aware datetime ``at`` in the site's time zone: the archive's day of what appeared then."""
    return timezone.localtime(at, timezone.get_default_timezone()).date()


def day_key(day):
    """Return the key of the archive's list of ``day``, a date."""
    return f"list:day:{day.isoformat()}"


class ArticleQuerySet(models.QuerySet):
    def published(self, at=None):
        """Return what readers may see at the aware datetime ``at`` (now)."""
        return self.filter(visible(at or timezone.now()))

    def listed(self, at=None):
        """Return what readers may see at ``at`` and meet in lists: what nobody asked not to be found by."""
        return self.published(at).filter(deindexed_at=None)

    def breaking(self, at):
        """Return what stands in the breaking strip at the aware datetime ``at``, the latest first, by its own index."""
        return self.listed(at).filter(breaking_until__gt=at).order_by("-breaking_until", "-id")

    def newest_first(self):
        return self.order_by("-visible_from", "-id")

    def in_section(self, section):
        return self.filter(section=section)

    def tickers(self):
        return self.filter(kind=Article.Kind.TICKER)

    def with_languages(self):
        """With ``original_id``, the story that each is a translation of, and ``is_translated``: whether it has any."""
        translations = Article.objects.filter(translation_of__article=OuterRef("pk"))
        return self.annotate(original_id=F("translation_of__article"), is_translated=Exists(translations))

    def for_cards(self, *more):
        """With what a card in a list or a feed shows, and ``more`` columns: half of a page's time is reading columns."""
        return self.select_related("section", "lead_image").only(*CARD, *more)


class Article(models.Model):
    class Kind(models.TextChoices):
        STORY = "article", _("story")
        TICKER = "ticker", _("live ticker")

    class State(models.TextChoices):
        DRAFT = "draft", _("draft")
        REVIEW = "review", _("in review")
        READY = "ready", _("ready")

    class Genre(models.TextChoices):
        NEWS = "news", _("News")
        ANALYSIS = "analysis", _("Analysis")
        BACKGROUND = "background", _("Background")
        INTERVIEW = "interview", _("Interview")
        REPORTAGE = "reportage", _("Reportage")
        OPINION = "opinion", _("Opinion")
        SATIRE = "satire", _("Satire")

    class Label(models.TextChoices):
        SPONSORED = "sponsored", _("Sponsored")
        EXCLUSIVE = "exclusive", _("Exclusive")
        LIVE = "live", _("Live")

    class Withdrawal(models.TextChoices):
        ERROR = "error", _("an error")
        LEGAL = "legal", _("legal reasons")
        AGENCY_KILL = "agency_kill", _("withdrawn by the agency")
        DEINDEX = "deindex", _("a request not to be found")
        ANONYMISE = "anonymise", _("a request to be anonymous")

    class Standing(models.TextChoices):
        """Where the published text stands; derived from the times, never stored."""

        NEVER = "never", _("never published")
        SCHEDULED = "scheduled", _("scheduled")
        ONLINE = "online", _("online")
        EXPIRED = "expired", _("expired")
        WITHDRAWN = "withdrawn", _("withdrawn")

    # Identity: never changes.
    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    kind = models.CharField(_("kind"), max_length=10, choices=Kind, default=Kind.STORY, editable=False)
    created = models.DateTimeField(_("made"), default=timezone.now, editable=False)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("made by")
    )

    # Content: what readers see. Written only by publish, from a revision.
    headline = models.CharField(_("headline"), max_length=300, null=True)
    kicker = models.CharField(_("kicker"), max_length=80, null=True)
    standfirst = models.TextField(_("standfirst"), null=True)
    body = models.TextField(_("body"), null=True)
    slug = models.SlugField(_("address"), max_length=LENGTH, null=True)
    slugline = models.CharField(_("slugline"), max_length=80, null=True)
    home_headline = models.CharField(_("headline on fronts"), max_length=150, null=True)
    seo_title = models.CharField(_("title for search engines"), max_length=150, null=True)
    social_title = models.CharField(_("title for social media"), max_length=150, null=True)
    social_text = models.CharField(_("text for social media"), max_length=300, null=True)
    social_image = models.ForeignKey("images.Image", models.PROTECT, null=True, related_name="+")
    section = models.ForeignKey("articles.Section", models.PROTECT, null=True, related_name="articles")
    genre = models.CharField(_("genre"), max_length=20, choices=Genre, null=True)
    label = models.CharField(_("label"), max_length=20, choices=Label, null=True)
    byline_override = models.CharField(_("free byline"), max_length=250, null=True)
    datelines = models.JSONField(_("dateline"), null=True)
    language = models.CharField(_("language"), max_length=10, null=True)
    translation_of = models.ForeignKey(
        "articles.Revision", models.PROTECT, null=True, related_name="translations"
    )
    follows = models.ForeignKey("self", models.PROTECT, null=True, related_name="followed_by")
    sources = models.JSONField(_("sources"), null=True)
    urgency = models.PositiveSmallIntegerField(_("urgency"), null=True)
    ednote = models.TextField(_("note to partners"), null=True)
    lead_image = models.ForeignKey("images.Image", models.PROTECT, null=True, related_name="led_articles")
    lead_caption = models.TextField(_("caption"), null=True)
    lead_alt = models.CharField(_("alt text"), max_length=500, null=True)
    lead_credit = models.CharField(_("credit"), max_length=250, null=True)
    lead_crop = models.JSONField(_("crop"), null=True)
    canonical_url = models.URLField(_("canonical address"), max_length=500, null=True)
    noindex = models.BooleanField(_("hide from search engines"), null=True)
    ai_use = models.CharField(_("use of AI"), max_length=250, null=True)
    tags = TaggableManager(through=TaggedItem, blank=True, verbose_name=_("tags"))
    authors = models.ManyToManyField("articles.Author", through=Byline, related_name="articles")

    # Publication: when readers see it. Written only by workflow functions.
    publish_at = models.DateTimeField(_("publish at"), null=True)
    embargo_until = models.DateTimeField(_("embargoed until"), null=True)
    embargo_by_hand = models.BooleanField(_("embargoed until released by hand"), default=False)
    embargo_text = models.CharField(_("embargo as written"), max_length=250, blank=True)
    expires_at = models.DateTimeField(_("expires"), null=True)
    visible_from = models.DateTimeField(null=True)
    visible_until = models.DateTimeField(default=FOREVER)
    withdrawn_at = models.DateTimeField(_("withdrawn"), null=True)
    withdrawal = models.CharField(_("withdrawn for"), max_length=20, choices=Withdrawal, blank=True)
    withdrawal_note = models.TextField(_("note in its place"), blank=True)
    deindexed_at = models.DateTimeField(_("no longer to be found since"), null=True)
    live_revision = models.ForeignKey("articles.Revision", models.PROTECT, null=True, related_name="+")
    first_published = models.DateTimeField(_("first published"), null=True)
    updated = models.DateTimeField(_("updated"), null=True)
    corrected = models.DateTimeField(_("corrected"), null=True)
    breaking_until = models.DateTimeField(_("in the breaking strip until"), null=True)
    # Set for a time and kept from readers beyond it, until what stands in the way is settled.
    held_since = models.DateTimeField(_("held since"), null=True)

    # Desk: the working copy's place in the house. Never public.
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.DRAFT)
    version = models.PositiveIntegerField(default=0)
    latest_revision = models.ForeignKey("articles.Revision", models.PROTECT, null=True, related_name="+")
    working_headline = models.CharField(_("headline"), max_length=300, blank=True)
    working_fold = models.CharField(max_length=300, blank=True, editable=False)  # as `slugs.fold` leaves it
    working_section = models.ForeignKey(
        "articles.Section", models.PROTECT, null=True, related_name="working_articles"
    )
    assignee = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="assigned"
    )
    due_at = models.DateTimeField(_("due"), null=True)
    commissioned_length = models.PositiveIntegerField(_("commissioned length in words"), null=True)
    sent_back = models.CharField(_("sent back because"), max_length=500, blank=True)
    sent_back_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    needs_legal = models.BooleanField(_("needs legal clearance"), default=False)
    legal_hold = models.BooleanField(_("on legal hold: nothing of it may go"), default=False)
    edited_at = models.DateTimeField(_("edited"), default=timezone.now)
    edited_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    objects = ArticleQuerySet.as_manager()
    picture = portrait = None  # what a card shows of it, given by the view

    class Meta:
        verbose_name = _("story")
        verbose_name_plural = _("stories")
        indexes = [
            models.Index(fields=["-visible_from", "-id"], name="article_newest"),
            models.Index(fields=["section", "-visible_from", "-id"], name="article_section_newest"),
            # With the words that the desk searches: going through all stories then reads no story.
            models.Index(fields=["-edited_at", "-id", "working_fold", "slug"], name="article_desk_find"),
            models.Index(fields=["state", "-edited_at", "-id"], name="article_desk_state"),
            # Work that is not online as it is written: few among many.
            models.Index(
                fields=["-edited_at", "-id"],
                condition=Q(live_revision=None) | ~Q(live_revision=F("latest_revision")),
                name="article_desk_open",
            ),
            models.Index(fields=["-visible_from", "-id"], condition=Q(kind="ticker"), name="article_tickers"),
            models.Index(fields=["working_section", "-edited_at", "-id"], name="article_desk_section"),
            # What waits for legal, what was sent back: few among many as well.
            models.Index(
                fields=["-edited_at", "-id"], condition=Q(needs_legal=True), name="article_desk_legal"
            ),
            models.Index(
                fields=["-edited_at", "-id"], condition=~Q(sent_back=""), name="article_desk_sent_back"
            ),
            models.Index(
                fields=["breaking_until"],
                condition=Q(breaking_until__isnull=False),
                name="article_breaking",
            ),
            models.Index(
                fields=["-visible_from", "-id"],
                condition=Q(genre="opinion"),
                name="article_opinion_newest",
            ),
            models.Index(
                fields=["expires_at"], condition=Q(expires_at__isnull=False), name="article_expires"
            ),
            models.Index(
                fields=["-held_since"], condition=Q(held_since__isnull=False), name="article_held_since"
            ),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(visible_from__isnull=True)
                | Q(
                    headline__isnull=False,
                    slug__isnull=False,
                    section__isnull=False,
                    body__isnull=False,
                    language__isnull=False,
                    live_revision__isnull=False,
                    first_published__isnull=False,
                    visible_from__lte=F("visible_until"),
                ),
                name="article_visible_is_complete",
            ),
            models.CheckConstraint(
                condition=Q(embargo_by_hand=False) | Q(visible_from__isnull=True),
                name="article_held_is_not_visible",
            ),
            models.CheckConstraint(
                condition=Q(held_since__isnull=True) | Q(visible_from__isnull=True),
                name="article_held_since_is_not_visible",
            ),
            models.CheckConstraint(
                condition=Q(withdrawn_at__isnull=True)
                | Q(visible_from__isnull=True)
                | Q(visible_until__lte=F("withdrawn_at")),
                name="article_withdrawn_is_not_visible",
            ),
            models.CheckConstraint(
                condition=Q(urgency__isnull=True) | Q(urgency__range=(1, 9)),
                name="article_urgency_one_to_nine",
            ),
            models.CheckConstraint(
                condition=Q(withdrawn_at__isnull=True) | ~Q(withdrawal=""), name="article_withdrawn_why"
            ),
        ]
        permissions = [
            ("edit_section", _("Can edit all stories of own sections")),
            ("publish_article", _("Can publish in own sections")),
            ("every_section", _("Has rights in every section")),
            ("clear_article", _("Can clear stories legally")),
            ("lift_embargo", _("Can change and lift embargoes")),
            ("edit_signing", _("Can change bylines and tags of every story")),
            ("edit_pictures", _("Can change pictures of every story")),
        ]

    def __str__(self):
        return self.working_headline or str(_("Untitled"))

    def get_absolute_url(self):
        return path_of("story", self.section.slug, self.slug, self.pk)

    # What follows from the times. ``at`` is an aware datetime, now if None.
    def is_published(self, at=None):
        at = at or timezone.now()
        return self.visible_from is not None and self.visible_from <= at < self.visible_until

    def is_listed(self, at=None):
        """Whether lists, feeds and other stories may name it."""
        return self.is_published(at) and self.deindexed_at is None

    @property
    def listed_from(self):
        """When lists begin to name it; None where they do not. Tags and bylines carry a copy."""
        return None if self.deindexed_at else self.visible_from

    @property
    def goes_out_at(self):
        """When readers are to see what is set for later, whatever holds it; None where nothing says when."""
        return max(filter(None, [self.publish_at, self.embargo_until]), default=None)

    @property
    def is_kept_out(self):
        """Whether search engines are asked to leave it out."""
        return bool(self.noindex or self.deindexed_at)

    def was_visible(self, at=None):
        """Whether readers saw it before and see it no more: its address then answers 410."""
        at = at or timezone.now()
        return self.visible_from is not None and self.visible_from < self.visible_until <= at

    def was_seen(self, at=None):
        """Whether it has been in public at least once: from then on its address and its first date stay."""
        return self.first_published is not None and self.first_published <= (at or timezone.now())

    def standing(self, at=None):
        """Return the Standing of what was published, at the aware datetime ``at``."""
        at = at or timezone.now()
        if self.withdrawn_at is not None:
            return self.Standing.WITHDRAWN
        if self.live_revision_id is None:
            return self.Standing.NEVER
        if self.visible_from is None or at < self.visible_from:
            return self.Standing.SCHEDULED
        return self.Standing.ONLINE if at < self.visible_until else self.Standing.EXPIRED

    @property
    def changed(self):
        """When it last changed in a way that readers are told of; an aware datetime, None before it is published."""
        return max(filter(None, [self.first_published, self.updated, self.corrected]), default=None)

    @property
    def page_key(self):
        return f"article:{self.pk}"

    @property
    def head_key(self):
        """Stamps what shows a ticker's newest entries, or when it was updated, which is with each of them."""
        return f"ticker-head:{self.pk}"

    def stale_keys(self):
        """
        Return the keys of every page that shows this story as it is published in the database now.

        Acts purge the union of this before and after: the story itself, and the lists that hold it.
        """
        if self.live_revision_id is None:
            return set()
        keys = {self.page_key, "list:all", f"list:section:{self.section_id}"}
        if self.translation_of_id is not None:  # shown by the original, and by other translations beside it
            keys.add(f"article:{self.translation_of.article_id}")
        if self.visible_from is not None:
            keys.add(day_key(day_of(self.visible_from)))
        keys |= {f"list:tag:{pk}" for pk in self.tagged_items.values_list("tag__canonical", flat=True)}
        keys |= {f"list:author:{pk}" for pk in self.bylines.values_list("author__canonical", flat=True) if pk}
        return keys | ({"list:corrections"} if self.corrections.exists() else set())
