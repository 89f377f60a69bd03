"""Who works here: accounts, what each role was given, and the record of who did what."""

from django.apps import apps
from django.conf import settings
from django.contrib.auth.models import AbstractUser, Group
from django.core.exceptions import FieldDoesNotExist
from django.db import models
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _

from accounts.appended import Appended


class User(AbstractUser):
    """
    An account of the desk. Readers have none, and an author needs none.

    ``language`` is what the desk speaks to them, a code of settings.DESK_LANGUAGES; empty: as their browser asks.
    """

    language = models.CharField(_("language of the desk"), max_length=10, blank=True, editable=False)

    class Meta(AbstractUser.Meta):
        swappable = "AUTH_USER_MODEL"

    def __str__(self):
        return self.get_full_name() or self.username


class DefaultGrant(models.Model):
    """
    "This role was once given this permission."

    Written when `ensure_roles` hands it out, so that it is handed out once: what an administrator takes away later
    stays away, and a permission that comes with a newer release is still given.
    """

    group = models.ForeignKey(Group, models.CASCADE, related_name="+")
    permission = models.CharField(max_length=150)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["group", "permission"], name="default_grant_once")]

    def __str__(self):
        return f"{self.group}: {self.permission}"


class LoginAttempt(models.Model):
    """
    One attempt to log in that failed, or has not been answered yet; kept for a day (`accounts.attempts`).

    ``account`` is a hash of what was typed as a name, ``user`` who has that name. ``browser``: the number of one that
    logged in to this account before, else empty.
    """

    at = models.DateTimeField(_("at"), db_index=True)
    account = models.CharField(max_length=64, editable=False)
    user = models.ForeignKey(User, models.CASCADE, null=True, related_name="+", verbose_name=_("account"))
    address = models.CharField(_("from the address"), max_length=50)
    browser = models.CharField(max_length=32, editable=False)

    class Meta:
        ordering = ["-id"]
        indexes = [
            models.Index(fields=["account", "at"], name="attempts_at_account"),
            models.Index(fields=["address", "at"], name="attempts_from_address"),
        ]
        verbose_name = _("failed login")
        verbose_name_plural = _("failed logins")

    def __str__(self):
        return f"{self.user or '?'}, {self.address}"


# How the record's words for acts and their details are read out; what is not named here is read as it is.
ACTS = {
    "add": _("added"),
    "assign": _("gave it to somebody"),
    "agency": _("brought what its agency says of it"),
    "answer agency": _("answered the agency’s alarm"),
    "ask legal": _("asked legal"),
    "breaking": _("changed the breaking strip"),
    "call off": _("called off"),
    "change": _("changed"),
    "clear": _("cleared it legally"),
    "change embargo": _("changed the embargo"),
    "commission": _("commissioned a length"),
    "conflict": _("kept a text that collided"),
    "create": _("made"),
    "delete": _("deleted"),
    "held back": _("held back what was set for later"),
    "embargo": _("put under embargo"),
    "expiry": _("changed when it expires"),
    "hand out": _("handed out what stood online"),
    "hold": _("put on legal hold"),
    "invite": _("showed it to somebody outside"),
    "lift embargo": _("lifted the embargo"),
    "lift hold": _("lifted the legal hold"),
    "let go": _("let what was held go out at its time"),
    "leave out correction": _("left its note out of the page of all corrections"),
    "list correction": _("put its note back on the page of all corrections"),
    "let in": _("let log in again"),
    "load_demo": _("loaded with the demo"),
    "look": _("looked at it under embargo"),
    "make token": _("made a token"),
    "merge away": _("merged it into another"),
    "merge": _("merged others into it"),
    "not a duplicate": _("said that it is not a duplicate"),
    "take proposal": _("took a proposed tag"),
    "refuse proposal": _("refused a proposed tag"),
    "note": _("wrote a note"),
    "password": _("set a password"),
    "plan": _("planned"),
    "need no legal": _("said that it needs no clearance"),
    "publish": _("published"),
    "put aside": _("put a kept text aside"),
    "redact": _("had words taken out"),
    "relist": _("let it be found again"),
    "reopen note": _("reopened a note"),
    "reprint": _("had old stories print a new name"),
    "restore": _("brought back"),
    "retire token": _("retired a token"),
    "retire": _("retired"),
    "revoke": _("ended a preview"),
    "save": _("saved"),
    "send back": _("sent back"),
    "settings": _("changed the settings"),
    "settle note": _("settled a note"),
    "state": _("changed the state"),
    "status": _("changed the ticker's status"),
    "take off": _("took a restricted name from readers"),
    "take up": _("took a kept text up again"),
    "undo merge": _("undid a merge"),
    "waive": _("let a finding stand"),
    "withdraw": _("withdrew"),
}
DETAILS = {
    "after": _("after"),
    "alone": _("published alone because"),
    "base": _("written on version"),
    "before": _("before"),
    "code": _("finding"),
    "correction": _("correction"),
    "fields": _("fields"),
    "into": _("into"),
    "kind": _("kind"),
    "merged": _("merged"),
    "note": _("note"),
    "other": _("other"),
    "quote": _("words"),
    "reason": _("reason"),
    "redaction": _("redaction"),
    "revision": _("version"),
    "time": _("time"),
    "to": _("given to"),
    "stories": _("stories"),
    "until": _("until"),
    "version": _("version"),
    "what": _("what"),
    "writer": _("text of"),
}
# Values that a detail may have besides numbers and what people wrote.
VALUES = {
    "agency_kill": _("withdrawn by the agency"),
    "anonymise": _("a request to be anonymous"),
    "correction": _("correction"),
    "deindex": _("a request not to be found"),
    "draft": _("draft"),
    "ended": _("ended"),
    "error": _("an error"),
    "first": _("first published"),
    "found": _("the story found"),
    "hold": _("to be held"),
    "kill": _("to be killed"),
    "legal": _("legal reasons"),
    "live": _("live"),
    "nothing": _("nothing to do"),
    "paused": _("paused"),
    "planned": _("planned"),
    "ready": _("ready"),
    "review": _("in review"),
    "taken": _("the change taken over"),
    "typo": _("typing error"),
    "update": _("update"),
    "withdrawn": _("withdrawn"),
}
WITH_VALUES = {"after", "before", "kind"}
WITH_TIMES = {"after", "before", "time", "until"}
#: {kind of thing: function}: apps above say how the desk calls what a record names as a field and no column is.
FIELDS = {}


def field_word(kind, name):
    """Return how the desk calls field ``name`` of a kind of thing ("articles.tag"); the name where it has no word."""
    if kind in FIELDS:
        return FIELDS[kind](name)
    try:
        return getattr(apps.get_model(kind)._meta.get_field(name), "verbose_name", name)
    except (LookupError, FieldDoesNotExist):
        return name


def _moment(value):
    """Return the aware datetime that a detail says as text, None for any other."""
    try:
        at = parse_datetime(value)
    except (TypeError, ValueError):
        return None
    return at if at and timezone.is_aware(at) else None


class AuditEntry(Appended):
    """One act: who did what to which row, when. Only ever added (`accounts.audit.record`)."""

    at = models.DateTimeField(_("at"))
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("actor")
    )
    verb = models.CharField(_("act"), max_length=40)
    target_type = models.CharField(_("kind of thing"), max_length=80)
    target_id = models.BigIntegerField(_("its number"))
    target_name = models.CharField(_("its name then"), max_length=250)
    detail = models.JSONField(_("detail"), default=dict)

    class Meta:
        ordering = ["-id"]
        indexes = [models.Index(fields=["target_type", "target_id", "-id"], name="audit_by_target")]
        verbose_name = _("audit entry")
        verbose_name_plural = _("audit entries")

    def __str__(self):
        return f"{self.at:%Y-%m-%d %H:%M} {self.actor} {self.verb} {self.target_name}"

    @property
    def act(self):
        """What was done, in the language of whom reads it."""
        return ACTS.get(self.verb, self.verb)

    @property
    def details(self):
        """Return [(word, value)] of what the record says besides, empty values left out."""
        shown = {name: value for name, value in self.detail.items() if value not in ("", None, [])}
        return [(DETAILS.get(name, name), self._read_out(name, value)) for name, value in shown.items()]

    def _read_out(self, name, value):
        if name in WITH_TIMES and (at := _moment(value)):
            at = timezone.localtime(at, timezone.get_default_timezone())
            return f"{date_format(at, 'SHORT_DATETIME_FORMAT')} {at.tzname()}"
        if name == "fields":
            value = [field_word(self.target_type, field) for field in value]
        if isinstance(value, list):
            return ", ".join(map(str, value))
        return VALUES.get(value, value) if name in WITH_VALUES else value
