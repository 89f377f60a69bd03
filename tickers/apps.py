from django.apps import AppConfig
from django.db.models.signals import post_save, pre_save
from django.utils.translation import gettext_lazy as _


class TickersConfig(AppConfig):
    name = "tickers"
    verbose_name = _("Live tickers")

    def ready(self):
        from articles import clearance
        from articles.models import Article, Author
        from articles.public import views
        from articles.removal.enforcement import searching
        from articles.removal.receipts import addresses
        from articles.removal.redaction import row_redacted
        from articles.writing.suggestions import running
        from tickers import jobs  # noqa: F401
        from tickers.log import refuse_signer, take_restricted, tell_redacted, why_restricted
        from tickers.models import Entry, give_ticker, which_run
        from tickers.views import add_entries, addresses_of

        views.KINDS[Article.Kind.TICKER] = add_entries
        clearance.GUARDS.append(why_restricted)
        addresses.connect(addresses_of, dispatch_uid="tickers.addresses_of")
        row_redacted.connect(tell_redacted, sender=Entry, dispatch_uid="tickers.tell_redacted")
        searching.connect(take_restricted, dispatch_uid="tickers.take_restricted")
        running.connect(which_run, dispatch_uid="tickers.which_run")
        pre_save.connect(refuse_signer, sender=Author, dispatch_uid="tickers.refuse_signer")
        post_save.connect(give_ticker, sender=Article, dispatch_uid="tickers.give_ticker")
