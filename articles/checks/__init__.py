"""
The copy desk's checks: what a sub-editor would mark before a story is published.

Each check is a small function that takes a `reading.Reading` and yields Findings. They show and suggest; nothing is
ever repaired. A check that cries wolf is switched off by the desk, so that in doubt a check is silent.
"""

from itertools import islice

from django.utils import timezone

from articles.checks import (
    attribution,
    dates,
    desk_notes,
    headlines,
    house_style,
    lengths,
    links,
    marks,
    missing,
    offices,
    people,
    pictures,
    repetition,
    restricted,
    scraps,
    tickers,
)
from articles.checks.finding import BLOCK, INFO, WAIVABLE, WARN, Finding
from articles.checks.reading import FIELDS, read
from articles.models import Waiver

__all__ = ["BLOCK", "CHECKS", "INFO", "WAIVABLE", "WARN", "Finding", "check"]

CHECKS = (
    restricted.names,
    missing.headline,
    missing.section,
    missing.text,
    missing.byline,
    missing.provenance,
    missing.standfirst,
    headlines.too_long,
    headlines.quotations,
    scraps.drop_cap,
    scraps.stray_punctuation,
    marks.quotations,
    marks.brackets,
    house_style.terms,
    house_style.names,
    people.near_names,
    people.titles,
    offices.held_by_another,
    repetition.words,
    repetition.spaces,
    repetition.standfirst,
    attribution.demands,
    attribution.speakers,
    lengths.paragraphs,
    links.internal,
    tickers.unresolved,
    tickers.mentioned,
    dates.relative_days,
    desk_notes.typed_notes,
    pictures.lead_credit,
    pictures.lead_alt,
    pictures.lead_alt_repeats,
    pictures.library_alt_repeats,
    pictures.social,
    pictures.licences,
    pictures.in_body,
)

MOST = 100  # findings of one check: who sees a hundred has seen enough, and hostile copy holds a million


def check(revision, at=None):
    """
    Return the Findings of ``revision``, from the top of the form to its end, without those that an editor waived;
    of each check the first hundred.

    revision: a Revision, also an unsaved one without an article. at: aware datetime, now if None.
    """
    reading = read(revision, at or timezone.now())
    findings = [finding for one in CHECKS for finding in islice(one(reading), MOST)]
    waived = _waived(revision, findings)
    kept = [finding for finding in findings if (finding.code, finding.wording) not in waived]
    return sorted(
        kept, key=lambda finding: (FIELDS.index(finding.field), finding.start, finding.end, finding.code)
    )


def _waived(revision, findings):
    """Return {(code, quote)} that an editor let stand in this story."""
    if revision.article_id is None or not any(finding.may_be_waived for finding in findings):
        return set()
    return set(
        Waiver.objects.filter(article=revision.article_id, code__in=WAIVABLE).values_list("code", "quote")
    )
