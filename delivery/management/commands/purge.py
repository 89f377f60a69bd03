"""`manage.py purge KEY|URL...|--all`: have pages made anew, on all nodes."""

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext_lazy as _

import delivery
from delivery import log, store
from delivery.addresses import address_of_url


class Command(BaseCommand):
    help = _("Has stored pages made anew: all that show a key such as article:7, one by its address, or all.")

    def add_arguments(self, parser):
        parser.add_argument("what", nargs="*", metavar="KEY|URL")
        parser.add_argument("--all", action="store_true", help=_("all pages"))

    def handle(self, *, what, **options):
        keys = [store.EVERYTHING] if options["all"] else [key_of(text) for text in what]
        if not keys:
            raise CommandError(_("Name keys such as article:7, addresses such as /city/, or --all."))
        delivery.purge(keys)
        self.stdout.write(_("Purged: %s") % " ".join(keys))


def key_of(text):
    """Return the key that ``text`` is, or the key of the page at the address that it is."""
    if not text.startswith("/") and "://" not in text:
        return text
    address = address_of_url(text)
    if address is None:
        raise CommandError(_("Pages with such an address are never stored: %s") % text)
    return log.address_key(address)
