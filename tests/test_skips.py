"""A skipped test is a failure under CI, so that a missing browser or database can't pass for a green run."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
SKIPPED = "import pytest\n\n\ndef test_a_thing():\n    pytest.skip('no such machine')\n"
SKIPPED_MODULE = "import pytest\n\npytest.skip('no such machine', allow_module_level=True)\n"
ALLOWED = (
    "import pytest\n\n\n@pytest.mark.needs_outside_samples\ndef test_a_thing():\n    pytest.skip('none')\n"
)
OF_POSTGRES = (
    "import pytest\n\n\n@pytest.mark.on_postgres\ndef test_a():\n    pass\n\n\ndef test_b():\n    pass\n"
)
EXPECTED = "import pytest\n\n\n@pytest.mark.xfail\ndef test_a_thing():\n    assert False\n"


@pytest.mark.parametrize(
    "source, ci, last_words, status",
    [
        (SKIPPED, "", "1 skipped", 0),
        (SKIPPED, "true", "1 failed", 1),
        (SKIPPED_MODULE, "true", "1 error", 2),
        (ALLOWED, "true", "1 skipped", 0),
        (EXPECTED, "true", "1 xfailed", 0),
    ],
)
def test_a_skip_fails_the_run_under_ci_alone(tmp_path, source, ci, last_words, status):
    assert run(tmp_path, source, CI=ci) == (last_words, status)


@pytest.mark.parametrize(
    "database, last_words",
    [
        ("", "1 passed, 1 deselected"),
        ("sqlite:///a", "1 passed, 1 deselected"),
        ("postgresql://a/b", "2 passed"),
    ],
)
def test_what_is_said_of_postgresql_alone_is_no_skip_on_sqlite(tmp_path, database, last_words):
    assert run(tmp_path, OF_POSTGRES, CI="true", DATABASE_URL=database) == (last_words, 0)


def run(tmp_path, source, **environment):
    """Run a file of tests; return (its last words without the time it took, exit status)."""
    (tmp_path / "test_one.py").write_text(source)
    (tmp_path / "pytest.ini").write_text("[pytest]\nmarkers =\n    needs_outside_samples\n    on_postgres\n")
    plugins = [word for name in ("tests.skips", "no:django", "no:cacheprovider") for word in ("-p", name)]
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", *plugins, tmp_path],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(ROOT), **environment},
        capture_output=True,
        text=True,
        timeout=60,
    )
    return done.stdout.splitlines()[-1].split(" in ")[0], done.returncode
