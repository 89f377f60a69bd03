"""
The clock of the newsroom: what people type as a time there, and times written out with their zone.

Twice a year a clock is no good witness: in spring an hour does not come, in autumn one comes twice.
"""

from datetime import UTC

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import pgettext, pgettext_lazy

# What clocks of the site's time zone are called, where a language has names of its own.
ZONES = {
    "CET": pgettext_lazy("time zone", "CET"),
    "CEST": pgettext_lazy("time zone", "CEST"),
    "EET": pgettext_lazy("time zone", "EET"),
    "EEST": pgettext_lazy("time zone", "EEST"),
    "GMT": pgettext_lazy("time zone", "GMT"),
    "UTC": pgettext_lazy("time zone", "UTC"),
    "WET": pgettext_lazy("time zone", "WET"),
    "WEST": pgettext_lazy("time zone", "WEST"),
}


def time_and_zone(local):
    """Return {"time", "zone"} of ``local``, an aware datetime, the zone by the name that the language has for it."""
    zone = local.tzname()
    return {"time": date_format(local, pgettext("time", "H:i")), "zone": ZONES.get(zone, zone)}


def on_the_clock(local):
    """Return the time of ``local``, an aware datetime, with its zone, as short as a narrow column needs it: 09:10 EET."""
    return "{time} {zone}".format(**time_and_zone(local))


def moment_in_words(at):
    """Return the aware datetime ``at`` in the site's own time, with its zone: 09:10 EET, 4 May 2026."""
    local = timezone.localtime(at)
    return pgettext("time and date", "{time} {zone}, {date}").format(
        **time_and_zone(local), date=date_format(local, pgettext("date", "j F Y"))
    )


def moments(naive):
    """
    Return the moments, in UTC, at which the newsroom's clock shows ``naive``, a datetime without a zone.

    One as a rule; none in the hour that spring leaves out; two, the earlier first, in the hour that autumn repeats. In
    UTC, because in their own zone Python takes those two for one where it compares or subtracts them.
    """
    zone = timezone.get_default_timezone()
    found = [naive.replace(tzinfo=zone, fold=fold).astimezone(UTC) for fold in (0, 1)]
    shown = [at for at in found if at.astimezone(zone).replace(tzinfo=None) == naive]
    return list(dict.fromkeys(shown))


def after_the_gap(naive):
    """Return what the newsroom's clock shows instead of ``naive``, a time that it leaves out in spring."""
    zone = timezone.get_default_timezone()
    return naive.replace(tzinfo=zone, fold=0).astimezone(UTC).astimezone(zone)


def local(at):
    """Return the aware datetime ``at`` on the newsroom's clock, whatever the reader's is."""
    return timezone.localtime(at, timezone.get_default_timezone())


def told(at, now=None):
    """Return ``at`` in words, with the zone, in short where it is today: 06:00 EET; 06:00 EET on Monday, 23 November."""
    at, now = local(at), local(now or timezone.now())
    clock = on_the_clock(at)
    if at.date() == now.date():
        return clock
    return _("%(time)s on %(day)s") % {"time": clock, "day": day_told(at, now)}


def day_told(at, now=None):
    """Return the day of ``at`` in words: Monday, 23 November; with its year where that is another."""
    at, now = local(at), local(now or timezone.now())
    pattern = (
        pgettext("day of a plan", "l, j F") if at.year == now.year else pgettext("day of a plan", "l, j F Y")
    )
    return date_format(at, pattern)


def complaint(naive):
    """Return the sentence that says why ``naive`` names no single moment on the newsroom's clock, "" where it does."""
    found = moments(naive)
    said = {"time": date_format(naive, pgettext("time", "H:i")), "day": date_format(naive, "DATE_FORMAT")}
    if not found:
        said["instead"] = date_format(after_the_gap(naive), pgettext("time", "H:i"))
        return (
            _(
                "%(time)s does not come on %(day)s: clocks are put forward then. Choose %(instead)s or another time."
            )
            % said
        )
    if len(found) == 2:
        said |= dict(zip(("first", "second"), (on_the_clock(local(at)) for at in found), strict=True))
        return (
            _("%(time)s comes twice on %(day)s, when clocks are put back: choose %(first)s or %(second)s.")
            % said
        )
    return ""
