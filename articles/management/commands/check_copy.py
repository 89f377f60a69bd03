"""`manage.py check_copy ID`: what the copy desk would mark in the newest version of a story."""

import json
import sys
from dataclasses import asdict

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from articles.checks import check
from articles.models import Article


class Command(BaseCommand):
    help = "Lists what the copy desk would mark in the newest version of a story; exits with 1 if something blocks publishing."

    def add_arguments(self, parser):
        parser.add_argument("id", help="the story's number, as its address ends with it")
        parser.add_argument("--json", action="store_true", help="print the findings as one JSON list")

    def handle(self, *, id, **options):
        findings = check(_story(id).latest_revision)
        self.stdout.write(
            _as_json(findings) if options["json"] else "\n".join(map(_line, findings)),
            ending="\n" if findings or options["json"] else "",
        )
        if any(finding.blocks for finding in findings):
            sys.exit(1)


def _story(number):
    """Return the article of that number with its newest version; raise CommandError where there is none."""
    if not (number.isascii() and number.isdigit() and len(number) < 19):
        raise CommandError(
            _("“%s” is no story's number; give the digits at the end of its address.") % number, returncode=2
        )
    story = (
        Article.objects.select_related("latest_revision")
        .filter(pk=number, latest_revision__isnull=False)
        .first()
    )
    if story is None:
        raise CommandError(_("There is no story with the number %s.") % number, returncode=2)
    return story


def _as_json(findings):
    told = [{name: value for name, value in asdict(one).items() if value is not None} for one in findings]
    return json.dumps(told, ensure_ascii=False, indent=2)


def _line(finding):
    """Return on one line: warn name-form body:482 "Kiev" -> "Kyiv": message."""
    place = f"{finding.field}:{finding.start}"
    quote = f' "{" ".join(finding.quote.split())}"' if finding.quote else ""
    suggestion = f' -> "{finding.suggestion}"' if finding.suggestion else ""
    return f"{finding.severity} {finding.code} {place}{quote}{suggestion}: {finding.message}"
