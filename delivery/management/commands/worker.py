"""`manage.py worker`: the jobs beside the web server, until SIGTERM."""

from django.core.management.base import BaseCommand
from django.utils.translation import gettext_lazy as _

from delivery.worker import Worker


class Command(BaseCommand):
    help = _("Runs the newsroom's background jobs until it is told to stop.")

    def handle(self, **options):
        Worker().run()
