"""Under CI=true a skipped test is a failed one, unless it says that it needs samples from outside the repository."""

import pytest

from tests.browser import under_ci

ALLOWED = "needs_outside_samples"


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
