"""`manage.py redact --by NAME --reason WHY`: words, one a line from standard input, leave every text of every table."""

import sys

from django.contrib.auth import get_user_model
from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from articles.permissions import NotAllowed
from articles.removal import erasing, redaction
from articles.removal.hidden import Hidden


class Command(BaseCommand):
    help = gettext_lazy(
        "Takes words out of every text here. Reads them from standard input, one a line, a star at the end for any"
        " ending, so that no shell remembers them. Says where they stand; with --yes takes them out, which can't be undone."
    )

    def add_arguments(self, parser):
        parser.add_argument("--by", required=True, help="the account that answers for it, a chief editor's")
        parser.add_argument("--reason", required=True, help="why; it is kept, without the words")
        parser.add_argument("--with", dest="replacement", default=redaction.REPLACEMENT, metavar="TEXT")
        parser.add_argument(
            "--story", type=int, action="append", default=[], metavar="ID", help="only this one"
        )
        parser.add_argument(
            "--leave-names", action="store_true", help="leave tags, authors and accounts as they are"
        )
        parser.add_argument("--yes", action="store_true", help="take them out")

    def handle(self, *, by, reason, replacement, story, leave_names, yes, verbosity, **options):
        words = [line.strip() for line in sys.stdin if line.strip()]
        try:
            redaction.refuse_unfit(words, replacement)
            if not yes:
                return self._look(words, replacement, story, leave_names)
            self._redact(words, by, reason, replacement, story, leave_names)
        except (NotAllowed, erasing.Unfinished) as refusal:
            raise CommandError(str(refusal)) from None

    def _look(self, words, replacement, story, leave_names):
        work = redaction.Work(Hidden.of(words), replacement, tuple(story), not leave_names)
        self._tell(redaction.look(work).rows)
        self.stdout.write(_("Nothing was changed. If that is meant, say --yes."))

    def _redact(self, words, by, reason, replacement, story, leave_names):
        user = get_user_model().objects.filter(username=by).first()
        if user is None:
            raise CommandError(_("There is no account “%s”.") % by)
        done = redaction.begin(
            words, by=user, reason=reason, replacement=replacement, stories=story, vocabulary=not leave_names
        )
        redaction.carry_on(done)
        redaction.finish(done)
        self._tell(done.changed)
        self.stdout.write(_("The words are gone: %s. The worker asks all addresses again.") % done)

    def _tell(self, rows):
        for table, number in sorted(rows.items()):
            self.stdout.write(f"{table}: {number}")
        self.stdout.write(_("%d rows.") % sum(rows.values()))
