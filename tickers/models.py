"""
A running story's live ticker: its entries, their versions, and the log of what happened to them.

A ticker is an article of kind "ticker" with one row more, under the same number. Rule 8: the log is only ever added
to and its events hold no text, so that erasing an entry's text leaves none behind. `tickers.log` writes all of this.
"""

import hashlib
import secrets
import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from articles.addresses import path_of


class Ticker(models.Model):
    """
    ``head`` is the number of its newest event, ``made`` that of its newest entry; both are counted up in the
    transaction that writes the row, whose lock on this one makes the order of numbers the order of commits.
    """

    class Status(models.TextChoices):
        PLANNED = "planned", _("planned")
        LIVE = "live", _("live")
        PAUSED = "paused", _("paused")
        ENDED = "ended", _("ended")

    class Posting(models.TextChoices):
        DIRECT = "direct", _("what reporters write goes out at once")
        REVIEW = "review", _("what reporters write waits for an editor")
        DELAYED = "delayed", _("everything goes out some minutes late")

    article = models.OneToOneField(
        "articles.Article", models.PROTECT, primary_key=True, related_name="ticker", verbose_name=_("story")
    )
    status = models.CharField(_("status"), max_length=10, choices=Status, default=Status.PLANNED)
    starts = models.DateTimeField(_("starts"), null=True, blank=True)
    ends = models.DateTimeField(_("ends"), null=True, blank=True)
    time_zone = models.CharField(
        _("time zone"),
        max_length=50,
        blank=True,
        help_text=_("Where it happens, such as Europe/Lisbon; empty for the newsroom's own."),
    )
    summary = models.TextField(
        _("key points"), blank=True, help_text=_("One a line; they stand above the updates.")
    )
    continues = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="continued_by",
        verbose_name=_("continues"),
        help_text=_("The ticker of the day before."),
    )
    posting = models.CharField(_("posting"), max_length=10, choices=Posting, default=Posting.DIRECT)
    delay_minutes = models.PositiveSmallIntegerField(_("minutes late"), default=0)
    poll_seconds = models.PositiveSmallIntegerField(
        _("seconds between two looks"),
        null=True,
        blank=True,
        help_text=_("How often an open page asks for updates; 0 stops it, empty is the site's setting."),
    )
    phrases = models.TextField(
        _("phrases"), blank=True, help_text=_("One a line; a press writes one into the entry.")
    )
    head = models.PositiveBigIntegerField(default=0, editable=False)
    made = models.PositiveIntegerField(default=0, editable=False)

    class Meta:
        verbose_name = _("live ticker")
        verbose_name_plural = _("live tickers")
        indexes = [models.Index(fields=["status", "starts"], name="ticker_running")]
        constraints = [
            models.CheckConstraint(
                condition=Q(continues__isnull=True) | ~Q(continues=models.F("pk")),
                name="ticker_continues_another",
            )
        ]

    def __str__(self):
        return str(self.article)

    @property
    def name(self):
        """What its feed is called."""
        return self.article.headline

    @property
    def slug(self):
        """What its feed is found by."""
        return str(self.pk)

    @property
    def key(self):
        """Stamps what shows entries that may be edited or deleted: polls, entry pages."""
        return f"ticker:{self.pk}"

    @property
    def head_key(self):
        """Stamps what shows the newest of it: its page, the newest poll, boxes, home, feeds; needs its story fetched."""
        return self.article.head_key

    @property
    def is_running(self):
        return self.status in {self.Status.LIVE, self.Status.PAUSED}

    @property
    def points(self):
        """The key points as a list of texts."""
        return _lines(self.summary)

    @property
    def phrase_list(self):
        return _lines(self.phrases)


def _lines(text):
    return [line.strip() for line in text.splitlines() if line.strip()]


def give_ticker(sender, instance, created, raw, **kwargs):
    """Give every article of kind "ticker" its row, with the phrases of the one before, in the transaction that makes it."""
    if created and not raw and instance.kind == instance.Kind.TICKER:
        before = Ticker.objects.order_by("-pk").values_list("phrases", flat=True).first()
        Ticker.objects.get_or_create(article=instance, defaults={"phrases": before or ""})


def which_run(sender, tickers, **kwargs):
    """Return the set of those of the ids ``tickers`` that run now; answers `articles.writing.suggestions.running`."""
    states = [Ticker.Status.LIVE, Ticker.Status.PAUSED]
    return set(Ticker.objects.filter(pk__in=tickers, status__in=states).values_list("pk", flat=True))


class EntryQuerySet(models.QuerySet):
    def live(self):
        """Return what readers may see of a ticker that they may see."""
        return self.filter(state=Entry.State.LIVE)

    def newest_first(self):
        return self.order_by("-number")


class Entry(models.Model):
    """
    One dated update. ``number`` is its place in the ticker and in its address, given when it first goes out.

    ``key`` is the name that the device gave it before it was sent, so that sending twice makes one. ``correction`` says
    to readers what was wrong until ``corrected``, the last time that something was.
    """

    class State(models.TextChoices):
        WAITING = "waiting", _("waits for an editor")
        DELAYED = "delayed", _("goes out later")
        LIVE = "live", _("online")
        REFUSED = "refused", _("sent back")
        DELETED = "deleted", _("deleted")

    class Kind(models.TextChoices):
        UPDATE = "update", _("Update")
        KEY = "key", _("Key event")
        QUOTE = "quote", _("Quotation")
        SCORE = "score", _("Score")
        FACTS = "facts", _("Facts")
        CORRECTION = "correction", _("Correction")

    class Verification(models.TextChoices):
        NONE = "", _("not said")
        CONFIRMED = "confirmed", _("confirmed")
        REPORTED = "reported", _("reported by others")
        UNCONFIRMED = "unconfirmed", _("unconfirmed")

    ticker = models.ForeignKey(Ticker, models.PROTECT, related_name="entries")
    number = models.PositiveIntegerField(null=True, editable=False)
    key = models.UUIDField(default=uuid.uuid4, editable=False)
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.WAITING)
    headline = models.CharField(_("headline"), max_length=200, blank=True)
    body = models.TextField(_("text"), blank=True)
    kind = models.CharField(_("kind"), max_length=12, choices=Kind, default=Kind.UPDATE)
    verification = models.CharField(
        _("verification"), max_length=12, choices=Verification, blank=True, default=Verification.NONE
    )
    reported_by = models.CharField(_("reported by"), max_length=120, blank=True)
    happened = models.DateTimeField(_("happened at"), null=True, blank=True)
    author = models.ForeignKey(
        "articles.Author", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("author")
    )
    initials = models.CharField(_("initials"), max_length=10, blank=True)
    pinned = models.BooleanField(_("pinned"), default=False)
    version = models.PositiveIntegerField(default=0, editable=False)
    due_at = models.DateTimeField(_("goes out at"), null=True, editable=False)
    posted = models.DateTimeField(_("posted"), null=True, editable=False)
    edited = models.DateTimeField(_("edited"), null=True, editable=False)
    corrected = models.DateTimeField(_("corrected"), null=True, editable=False)
    correction = models.CharField(_("what was corrected"), max_length=300, blank=True, editable=False)
    made_at = models.DateTimeField(_("written"), default=timezone.now, editable=False)
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", editable=False, verbose_name=_("by")
    )
    deleted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", editable=False
    )

    objects = EntryQuerySet.as_manager()

    class Meta:
        verbose_name = _("entry")
        verbose_name_plural = _("entries")
        indexes = [
            models.Index(fields=["state", "due_at"], name="entry_due", condition=Q(state="delayed")),
            models.Index(fields=["ticker", "state"], name="entry_waiting", condition=Q(state="waiting")),
            models.Index(fields=["ticker", "-number"], name="entry_pinned", condition=Q(pinned=True)),
            models.Index(fields=["ticker", "-number"], name="entry_key_event", condition=Q(kind="key")),
        ]
        constraints = [
            models.UniqueConstraint(fields=["ticker", "number"], name="entry_number_once"),
            models.UniqueConstraint(fields=["ticker", "key"], name="entry_sent_once"),
            models.CheckConstraint(
                condition=~Q(state="live") | Q(number__isnull=False, posted__isnull=False),
                name="entry_live_is_complete",
            ),
        ]

    def __str__(self):
        return self.headline or str(_("Entry %(number)s") % {"number": self.number or self.pk})

    def get_absolute_url(self):
        """Needs `ticker.article.section` fetched."""
        article = self.ticker.article
        return path_of("entry", article.section.slug, article.slug, article.pk, self.number)

    @property
    def is_live(self):
        return self.state == self.State.LIVE

    @property
    def edited_since(self):
        """When it was last edited where that was no correction, an aware datetime; None where it never was, or before one."""
        return self.edited if self.edited and (not self.corrected or self.edited > self.corrected) else None

    @property
    def changed(self):
        """When it last changed in a way that readers are told of, an aware datetime."""
        return max(filter(None, [self.posted, self.edited, self.corrected]), default=self.made_at)


class EntryVersion(models.Model):
    """What an entry said from one moment on: the fields of `tickers.log.CONTENT` by name. Text is erasable here."""

    entry = models.ForeignKey(Entry, models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField()
    content = models.JSONField()
    note = models.CharField(_("what was corrected"), max_length=300, blank=True)
    at = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    class Meta:
        ordering = ["entry", "-number"]
        constraints = [models.UniqueConstraint(fields=["entry", "number"], name="entry_version_once")]

    def __str__(self):
        return f"{self.entry} v{self.number}"


class Event(models.Model):
    """One line of a ticker's log: what happened to which entry, in which of its versions. Only ever added."""

    class Kind(models.TextChoices):
        ADD = "add"
        EDIT = "edit"
        DELETE = "delete"
        PIN = "pin"
        STATUS = "status"

    ticker = models.ForeignKey(Ticker, models.PROTECT, related_name="events")
    seq = models.PositiveBigIntegerField()
    kind = models.CharField(max_length=10, choices=Kind)
    entry = models.ForeignKey(Entry, models.PROTECT, null=True, related_name="events")
    version = models.PositiveIntegerField(null=True)
    at = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    class Meta:
        ordering = ["ticker", "seq"]
        constraints = [models.UniqueConstraint(fields=["ticker", "seq"], name="event_sequence_once")]

    def __str__(self):
        return f"{self.ticker_id}/{self.seq} {self.kind}"


class Duty(models.Model):
    """Who has a ticker's console open: ``seen`` is when it last asked what is new."""

    ticker = models.ForeignKey(Ticker, models.CASCADE, related_name="duties")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    seen = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["ticker", "user"], name="duty_once")]

    def __str__(self):
        return f"{self.user}, {self.ticker}"


class Handover(models.Model):
    """What whoever goes tells whoever comes. Staff alone read it; the newest one counts. Text is erasable here."""

    ticker = models.ForeignKey(Ticker, models.PROTECT, related_name="handovers")
    text = models.TextField(_("handover"), max_length=2000)
    at = models.DateTimeField(default=timezone.now)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    read_at = models.DateTimeField(null=True)
    read_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")

    class Meta:
        ordering = ["-id"]

    def __str__(self):
        return self.text[:60]


class Done(models.Model):
    """The key of an act that a console asked for: asked again after a lost answer, it is not done again. Kept a month."""

    ticker = models.ForeignKey(Ticker, models.CASCADE, related_name="done")
    key = models.UUIDField()
    at = models.DateTimeField(default=timezone.now, db_index=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["ticker", "key"], name="act_done_once")]

    def __str__(self):
        return str(self.key)


class Token(models.Model):
    """
    What a machine posts with, such as a feed of scores, into one ticker and in the name of the person who made it.

    The secret is shown once and kept as a digest. When its person may not post any more, neither may the machine.
    """

    ticker = models.ForeignKey(Ticker, models.CASCADE, related_name="tokens")
    name = models.CharField(
        _("name"), max_length=60, help_text=_("What it is for, such as Scores of the final.")
    )
    digest = models.CharField(max_length=64, unique=True, editable=False)
    made_at = models.DateTimeField(_("made"), default=timezone.now, editable=False)
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", editable=False, verbose_name=_("by")
    )
    used_at = models.DateTimeField(_("last used"), null=True, editable=False)
    retired_at = models.DateTimeField(_("retired"), null=True, editable=False)

    class Meta:
        ordering = ["-id"]
        verbose_name = _("token")
        verbose_name_plural = _("tokens")

    def __str__(self):
        return self.name

    @classmethod
    def digest_of(cls, secret):
        return hashlib.sha256(secret.encode()).hexdigest()

    @classmethod
    def make(cls, ticker, *, name, by):
        """Return (token, secret); the secret is known to nobody afterwards."""
        secret = secrets.token_urlsafe(32)
        return cls.objects.create(ticker=ticker, name=name, digest=cls.digest_of(secret), made_by=by), secret
