"""`manage.py newpassword USERNAME`: a random password, printed once; a pause after wrong ones ends."""

import secrets

from django.contrib.auth import get_user_model
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts import attempts, audit


class Command(BaseCommand):
    help = _("Gives an account a new random password and prints it, once.")

    def add_arguments(self, parser):
        parser.add_argument("username")

    def handle(self, *, username, **options):
        with transaction.atomic():
            user = get_user_model().objects.select_for_update().filter(username=username).first()
            if user is None:
                raise CommandError(_("There is no account “%s”.") % username)
            password = secrets.token_urlsafe(12)
            user.set_password(password)
            user.save(update_fields=["password"])
            attempts.forget(user)
            audit.record(user, "password", user)
        self.stdout.write(password)
