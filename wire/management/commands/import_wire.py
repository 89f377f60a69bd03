"""Make drafts of agency copy from files or standard input, and say what was made, taken out and found."""

import json
import logging
import os
import stat
import sys
from pathlib import Path

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import Error as DatabaseError
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.roles import WIRE
from articles.models import Section
from wire.decoding import MAX_BYTES, known_encoding, refuse_size
from wire.ingest import Result, ingest
from wire.story import CopyError

STANDARD_INPUT = "-"
MADE = {"draft", "published", "blocked", "known", "alarm"}


class Command(BaseCommand):
    help = __doc__

    def add_arguments(self, parser):
        parser.add_argument(
            "files", nargs="+", metavar="FILE", help="plain-text copy; - reads standard input"
        )
        parser.add_argument(
            "--encoding", help="of the copy, where it is neither UTF-8 nor UTF-16 with a mark"
        )
        parser.add_argument("--section", metavar="SLUG", help="where the stories belong")
        parser.add_argument(
            "--language", default="", help="of the copy, such as uk; the site's where it is not said"
        )
        parser.add_argument("--json", action="store_true", help="print one JSON object a copy")
        parser.add_argument(
            "--publish", action="store_true", help="publish what has no blocking finding, as user wire"
        )

    def handle(self, *, files, **options):
        speak_any_letter()
        logging.getLogger("psycopg.pool").setLevel(logging.ERROR)  # one sentence below says it all
        try:
            self.prepare(options)
            went_well = [self.take(file, options) for file in files]
        except DatabaseError as error:
            reason = str(error).strip().splitlines()[0] if str(error).strip() else type(error).__name__
            raise CommandError(
                _(
                    "The database does not answer as it should (%s); try again, then check DATABASE_URL and run migrate."
                )
                % reason
            ) from error
        if not all(went_well):
            sys.exit(1)

    def prepare(self, options):
        """Look up what all copies share; raise CommandError if a name is unknown."""
        try:
            self.encoding = options["encoding"] and known_encoding(options["encoding"])
        except CopyError as refused:
            raise CommandError(str(refused)) from refused
        self.section = section_called(options["section"])
        self.language = language_called(options["language"])
        self.by = User.objects.filter(username=WIRE).first()
        if self.by is None:
            raise CommandError(_("The system user “%s” is missing; run migrate, which makes it.") % WIRE)

    def take(self, file, options):
        """Make a draft of one input and report it; return whether all went as asked."""
        name = printable(file)
        try:
            result = ingest(
                read(file),
                name=Path(name).name,
                encoding=self.encoding,
                section=self.section,
                language=self.language,
                by=self.by,
                publish=options["publish"],
            )
        except CopyError as refused:
            result = Result(name, "refused", error=str(refused))
        result.file = name
        if options["json"]:
            say(self.stdout, json.dumps(result.as_json(), ensure_ascii=False))
        elif result.status in MADE:
            say(self.stdout, "\n".join(report(result)))
        if result.error:
            say(self.stderr, f"{name}: {result.error}")
        return not result.error


def say(stream, words):
    """Write to a stream; nobody listening any more is no reason to leave the rest of the batch undone."""
    try:
        stream.write(words)
        stream.flush()
    except BrokenPipeError:
        # What is still in the buffer would be tried again, and fail again, when Python ends.
        os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())
    except AttributeError:
        # Python has no stream at all where it was closed before the start.
        return


def speak_any_letter():
    """Let a terminal that knows few letters print the rest as escapes instead of failing."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")


def printable(file):
    """Return a file name as text that can be stored and printed, whatever bytes the file system holds."""
    return os.fsencode(file).decode("utf-8", "replace")


def section_called(slug):
    """Return the Section in use with that address, None for no slug; raise CommandError with those there are."""
    if not slug:
        return None
    sections = Section.objects.filter(retired_at=None)
    section = sections.filter(slug=slug).first()
    if section is None:
        known = ", ".join(sections.values_list("slug", flat=True)) or _("none yet")
        raise CommandError(
            _("There is no section “%(slug)s”; there are: %(known)s.") % {"slug": slug, "known": known}
        )
    return section


def language_called(code):
    """Return the language code if stories can have it; raise CommandError with those there are."""
    codes = [known for known, _name in settings.LANGUAGES]
    if code and code not in codes:
        message = _("There is no language “%(code)s” here; there are: %(known)s.")
        raise CommandError(message % {"code": code, "known": ", ".join(codes)})
    return code


# Reading


def read(file) -> bytes:
    """Return the bytes of a file or of standard input; raise CopyError for what can't be read, before reading 2 MB."""
    try:
        if not file:
            raise FileNotFoundError
        return read_standard_input() if file == STANDARD_INPUT else read_file(Path(file))
    except FileNotFoundError as error:
        raise CopyError(_("There is no such file; check its name.")) from error
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise CopyError(_("It can't be read (%s); check that it is a file you may read.") % reason) from error


def read_standard_input():
    """Return what standard input holds; raise CopyError if it is closed or holds more than a copy may."""
    if sys.stdin is None or sys.stdin.closed:
        raise CopyError(_("Standard input is closed; pipe the copy into the command or name a file."))
    data = sys.stdin.buffer.read(MAX_BYTES + 1)
    refuse_size(len(data), more=True)
    return data


def read_file(path):
    """Return what a file holds, refused by its size before it is read."""
    found = path.stat()
    if stat.S_ISDIR(found.st_mode):
        raise CopyError(_("This is a folder; name the files in it."))
    refuse_size(found.st_size)
    with path.open("rb") as opened:
        data = opened.read(MAX_BYTES + 1)  # a file that grows or a device has no size to ask for
    refuse_size(len(data), more=True)
    return data


# Reporting


def report(result):
    """Yield the lines that tell a person what became of one copy."""
    yield headline(result)
    yield from section_of_report(
        _("taken out"), [f"{removed.kind}{times(removed)}: {removed.text}" for removed in result.removed]
    )
    yield from section_of_report(
        _("tickers that may be meant"),
        [f"{ticker.pk}: {ticker.working_headline}" for ticker in result.tickers],
    )
    yield from section_of_report(_("findings"), [line_of(finding) for finding in result.findings])


def headline(result):
    """Return the line that says what was made."""
    said = {
        "draft": _("draft %(id)s made"),
        "published": _("story %(id)s published"),
        "blocked": _("draft %(id)s made, not published"),
        "known": _("sent before, is story %(id)s"),
        "alarm": _("speaks of earlier copy, of which story %(id)s was made"),
    }[result.status if result.article else "alarm"] % {"id": result.article.pk if result.article else "–"}
    return f"{result.file}: {said}: {result.revision.content['headline'] if result.revision else result.item}"


def section_of_report(title, lines):
    """Yield a title and its lines, nothing where there are none."""
    if lines:
        yield f"  {title}:"
        yield from (f"    {line}" for line in lines)


def times(removed):
    return f" ({removed.count}×)" if removed.count > 1 else ""


def line_of(finding):
    """Return a finding on one line: severity, code, field, quote, message and the right wording if there is one."""
    quote = f" “{finding.quote}”" if finding.quote else ""
    right = f" → {finding.suggestion}" if finding.suggestion else ""
    return f"{finding.severity} {finding.code} ({finding.field}){quote}: {finding.message}{right}"
