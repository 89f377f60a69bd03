"""`manage.py backup DIR`: a copy of database, pictures and originals, with checksums."""

from pathlib import Path

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext_lazy as _

from newsroom.backup import Impossible, backup


class Command(BaseCommand):
    help = _(
        "Copies database, pictures and originals into a new folder, with checksums. The site may go on meanwhile."
    )

    def add_arguments(self, parser):
        parser.add_argument("folder", type=Path)
        parser.add_argument(
            "--like",
            type=Path,
            metavar="COPY",
            help=_("an earlier copy: files that did not change are linked to it, which takes no room"),
        )

    def handle(self, *, folder, like, **options):
        try:
            backup(folder.absolute(), like and like.absolute())
        except (Impossible, OSError) as error:
            raise CommandError(str(error)) from None
        self.stdout.write(_("Everything is in %s.") % folder)
