from django.apps import AppConfig
from django.db.models.signals import post_save
from django.utils.translation import gettext_lazy as _


class TickersConfig(AppConfig):
    name = "tickers"
    verbose_name = _("Live tickers")

    def ready(self):
        from articles.models import Article
        from articles.removal.enforcement import searching
        from articles.removal.receipts import addresses
        from articles.removal.redaction import row_redacted
        from articles.writing.suggestions import running
        from tickers import jobs  # noqa: F401
        from tickers.log import take_restricted, tell_redacted
        from tickers.models import Entry, give_ticker, which_run
        from tickers.views import addresses_of

        addresses.connect(addresses_of, dispatch_uid="tickers.addresses_of")
        row_redacted.connect(tell_redacted, sender=Entry, dispatch_uid="tickers.tell_redacted")
        searching.connect(take_restricted, dispatch_uid="tickers.take_restricted")
        running.connect(which_run, dispatch_uid="tickers.which_run")
        post_save.connect(give_ticker, sender=Article, dispatch_uid="tickers.give_ticker")
