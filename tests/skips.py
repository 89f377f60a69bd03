"""Under CI=true a skipped test is a failed one, unless it says that it needs samples from outside the repository."""

import os

import pytest

from tests.browser import under_ci

ALLOWED, ON_POSTGRES = "needs_outside_samples", "on_postgres"


def fail_if_skipped(report):
    if under_ci() and report.skipped and not hasattr(report, "wasxfail"):
        report.outcome = "failed"
        report.longrepr = f"Skipped, which is a failure under CI: {report.longrepr}"


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item):
    report = yield
    if item.get_closest_marker(ALLOWED) is None:
        fail_if_skipped(report)
    return report


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report(collector):
    report = yield
    fail_if_skipped(report)
    return report


def pytest_collection_modifyitems(config, items):
    """Leave out of a run on SQLite what is said of PostgreSQL alone: the run on PostgreSQL has it."""
    if os.environ.get("DATABASE_URL", "").startswith("postgres"):
        return
    left_out = [item for item in items if item.get_closest_marker(ON_POSTGRES)]
    items[:] = [item for item in items if item not in left_out]
    config.hook.pytest_deselected(items=left_out)
