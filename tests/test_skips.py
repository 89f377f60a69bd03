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
    (tmp_path / "test_one.py").write_text(source)
    (tmp_path / "pytest.ini").write_text("[pytest]\nmarkers =\n    needs_outside_samples\n")

    plugins = [word for name in ("tests.skips", "no:django", "no:cacheprovider") for word in ("-p", name)]
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", *plugins, tmp_path],
        cwd=tmp_path,
        env={**os.environ, "CI": ci, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        timeout=60,
    )

    assert done.stdout.splitlines()[-1].startswith(last_words)
    assert done.returncode == status
