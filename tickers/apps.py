from django.apps import AppConfig
from django.db.models.signals import post_save
from django.utils.translation import gettext_lazy as _


class TickersConfig(AppConfig):
    name = "tickers"
    verbose_name = _("Live tickers")

    def ready(self):
        from articles.models import Article
        from articles.suggestions import running
        from tickers import jobs  # noqa: F401
        from tickers.models import give_ticker, which_run

        running.connect(which_run, dispatch_uid="tickers.which_run")
        post_save.connect(give_ticker, sender=Article, dispatch_uid="tickers.give_ticker")
