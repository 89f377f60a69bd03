"""
`python -m tests.again ARGS` runs pytest with ARGS, then what failed once more, alone: what fails twice fails the run.

Four tests at a time share the cores of a machine with their browsers and servers, and one in thousands meets a race. It
stays a thing to be found: its failure is printed whole, and the last lines of the run name what passed at the second
try alone. More than ``AT_MOST`` failures are no race, and not asked again.
"""

import subprocess
import sys

import pytest

AT_MOST = 3


class Failures:
    """The tests of a run that failed, in any of their phases, as a set of ids."""

    def __init__(self):
        self.ids = set()

    def pytest_runtest_logreport(self, report):
        if report.failed:
            self.ids.add(report.nodeid)


def main(words):
    failures = Failures()
    status = pytest.main(words, plugins=[failures])
    if status != pytest.ExitCode.TESTS_FAILED or not 0 < len(failures.ids) <= AT_MOST:
        return int(status)
    names = sorted(failures.ids)
    print(f"\n*** Once more, alone: {', '.join(names)} ***\n", flush=True)
    again = subprocess.run([sys.executable, "-m", "pytest", "-m", "slow or not slow", *names]).returncode
    if again == 0:
        print(
            f"\n*** Failed among others and passed alone, find out why: {', '.join(names)} ***\n", flush=True
        )
    return again


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
