"""What the stream server runs: live tickers as server-sent events, and nothing else of the site."""

import os

from django import setup

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "newsroom.settings")
setup()

from articles.removal.records import refuse_unfinished_restore  # noqa: E402  (models can be imported only now)
from tickers.stream import Stream  # noqa: E402

refuse_unfinished_restore()
app = Stream()
