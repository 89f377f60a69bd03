"""`manage.py restore DIR --yes`: put a copy made by `backup` in the place of everything."""

from pathlib import Path

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext_lazy as _

from newsroom.backup import Impossible, restore


class Command(BaseCommand):
    help = _("Replaces database, pictures and originals by a copy. Stop web, worker and stream first.")

    def add_arguments(self, parser):
        parser.add_argument("folder", type=Path)
        parser.add_argument("--yes", action="store_true", help=_("yes, everything that is here now goes"))

    def handle(self, *, folder, yes, **options):
        if not yes:
            raise CommandError(_("Everything that is here now would go. If that is meant, say --yes."))
        try:
            restore(folder.absolute())
        except (Impossible, OSError) as error:
            raise CommandError(str(error)) from None
        self.stdout.write(_("Everything is as it was in %s.") % folder)
