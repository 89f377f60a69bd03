"""What tests share: a strict CI, the browser, and people signed in to it."""

import os
import signal

import hypothesis
import pytest
from django.test import Client
from django.test.testcases import LiveServerThread
from playwright.sync_api import expect

from tests import browser, live
from tests.settings import remove_home
from tests.skips import (  # noqa: F401
    pytest_collection_modifyitems,
    pytest_make_collect_report,
    pytest_runtest_makereport,
)

# A busy machine is slow now and then; slowness is measured elsewhere. The gate tries the same examples each time, so
# that it judges the change at hand; everybody else's run looks for new ones.
hypothesis.settings.register_profile("newsroom", deadline=None, derandomize=os.environ.get("CI") == "true")
hypothesis.settings.load_profile("newsroom")

LiveServerThread.server_class = live.Server
expect.set_options(timeout=browser.PATIENCE)


def pytest_configure():
    """Whoever ends a run ends the servers of its tests too, as Ctrl+C does."""
    signal.signal(signal.SIGTERM, signal.default_int_handler)


def pytest_unconfigure():
    remove_home()  # the processes of a parallel run end without atexit


@pytest.fixture(scope="session")
def chromium():
    """A running Chromium; each test takes a fresh profile of it through ``page``."""
    path = browser.find()
    if path is None:
        pytest.skip(browser.MISSING)
    from playwright.sync_api import sync_playwright

    # Playwright runs an event loop in this thread, in which Django would refuse its synchronous database.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=path, args=browser.FLAGS)
        yield running
        running.close()


@pytest.fixture
def site(live_server, settings):
    """
    The address of the whole site, served for a browser; SITE_URL says the same.

    What browsers asked for last is answered before the database is emptied: whoever opens one here does it after this.
    """
    settings.SITE_URL = live_server.url
    settings.CSRF_TRUSTED_ORIGINS = [live_server.url]
    yield live_server.url
    live_server.thread.httpd.finish()


@pytest.fixture
def console_errors():
    """Errors in the browser's console, as texts. What a test means to provoke it takes out; the rest fails it."""
    return []


@pytest.fixture
def page(chromium, site, console_errors):
    """A page in a fresh profile, 1280 by 900 pixels. Fails the test where the console holds an error at its end."""

    def hear(message):
        if message.type == "error" and not message.text.startswith(browser.OWN_WORDS):
            console_errors.append(message.text)

    with chromium.new_context(viewport={"width": 1280, "height": 900}, locale="en-GB") as context:
        context.set_default_timeout(browser.PATIENCE)
        page = context.new_page()
        page.on("console", hear)
        page.on("pageerror", lambda error: console_errors.append(str(error)))
        yield page
        page.unroute_all(behavior="ignoreErrors")  # what is on its way may end after the page
    assert console_errors == []


@pytest.fixture
def sign_in(page, site, settings):
    """A function: sign_in(user) makes ``page`` that user's, without the login form."""

    def as_user(user):
        client = Client()
        client.force_login(user)
        name = settings.SESSION_COOKIE_NAME
        page.context.add_cookies([{"name": name, "value": client.cookies[name].value, "url": site}])

    return as_user


@pytest.fixture
def own_media(settings, tmp_path):
    """A public folder of the test's own."""
    settings.MEDIA_ROOT = tmp_path / "media"
