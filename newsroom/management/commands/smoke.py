"""`manage.py smoke`: whether this code runs on this database at all."""

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext_lazy as _

from newsroom import smoke


class Command(BaseCommand):
    help = _(
        "Asks for a handful of pages and starts the web server once, on a port of its own; changes nothing."
    )

    def handle(self, **options):
        if wrong := smoke.wrong():
            raise CommandError(" ".join(wrong))
        self.stdout.write(_("Pages are made and the web server starts."))
