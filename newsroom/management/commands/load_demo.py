"""Loads the demo newsroom: `manage.py load_demo`."""

from django.core.management.base import BaseCommand, CommandError
from django.db import IntegrityError
from django.utils.translation import gettext as _

from articles.permissions import NotAllowed
from articles.workflow import Blocked
from newsroom.demo import loader


class Command(BaseCommand):
    help = (
        "Load the demo newsroom: people, sections, tags and stories. What is there already is left as it is."
    )

    def add_arguments(self, parser):
        parser.add_argument(
            "--passwords",
            action="store_true",
            help="give each demo account that nobody has used yet a random password, and print it this once",
        )

    def handle(self, *, passwords, verbosity, **options):
        try:
            made = loader.load()
        except (NotAllowed, Blocked, IntegrityError) as error:
            raise CommandError(
                _("The demo newsroom does not fit in here, so nothing was loaded. %s") % error
            ) from error
        if verbosity:
            self.tell(made)
        if passwords:
            self.tell_passwords(loader.give_passwords())
        elif verbosity:
            self.hint(loader.without_password())

    def tell(self, made):
        if not made:
            self.stdout.write(_("The demo newsroom is here already; nothing was changed."))
            return
        counts = (f"{count} {named(model, count)}" for model, count in made.items() if count)
        self.stdout.write(_("Loaded the demo newsroom: %s.") % ", ".join(counts))

    def tell_passwords(self, given):
        if not given:
            self.stdout.write(_("Every demo account has a password already, or is not ours to open."))
        for username, password in given.items():
            self.stdout.write(f"{username}  {password}")

    def hint(self, usernames):
        if usernames:
            self.stdout.write(
                _(
                    "Nobody can sign in as %(names)s yet; to set a password: manage.py changepassword %(first)s"
                )
                % {"names": ", ".join(usernames), "first": usernames[0]}
            )


def named(model, count):
    return model._meta.verbose_name if count == 1 else model._meta.verbose_name_plural
