"""What the stream server runs: live tickers as server-sent events, and nothing else of the site."""

import os

from django import setup

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "newsroom.settings")
setup()

from tickers.stream import Stream  # noqa: E402  (models can be imported only now)

app = Stream()
