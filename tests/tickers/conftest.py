import pytest

from tests.factories import make_chief, make_section, make_ticker, make_user
from tickers import log


@pytest.fixture
def ben(db):
    """Who runs tickers in Politics."""
    return make_user("ben", "editor", sections=[make_section()])


@pytest.fixture
def ana(db):
    return make_user("ana", "reporter")


@pytest.fixture
def ticker(ben):
    """A ticker that runs and has no entries; its log holds its start."""
    article = make_ticker(by=make_chief())
    return log.set_status(article.ticker, "live", by=ben)


@pytest.fixture
def console(page, site, sign_in, ben, ticker):
    """The console as Ben, who runs the ticker, sees it."""
    sign_in(ben)
    page.goto(f"{site}/admin/tickers/ticker/{ticker.pk}/console/")
    return page
