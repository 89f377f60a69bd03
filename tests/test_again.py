"""What fails in a run is asked once more, alone; what fails twice fails the run."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
ONCE = """
from pathlib import Path

def test_once():
    tried = Path("tried")
    before = tried.exists()
    tried.touch()
    assert before
"""
SOUND = "\ndef test_sound():\n    pass\n"
NEVER = "\ndef test_never():\n    assert False\n"
MANY = "\nimport pytest\n\n@pytest.mark.parametrize('number', range(4))\ndef test_many(number):\n    assert False\n"
PASSED = "*** Failed among others and passed alone, find out why: test_one.py::test_once ***"


@pytest.mark.parametrize(
    ("source", "tries", "passed_alone", "status"),
    [
        (SOUND, ["1 passed"], False, 0),
        (SOUND + ONCE, ["1 failed, 1 passed", "1 passed"], True, 0),
        (SOUND + NEVER, ["1 failed, 1 passed", "1 failed"], False, 1),
        (ONCE + NEVER, ["2 failed", "1 failed, 1 passed"], False, 1),
        (MANY, ["4 failed"], False, 1),
        ("\nimport nothing_of_that_name\n", ["1 error"], False, 2),
    ],
)
def test_what_fails_is_asked_once_more_alone(tmp_path, source, tries, passed_alone, status):
    (tmp_path / "test_one.py").write_text(source)
    (tmp_path / "pytest.ini").write_text("[pytest]\nmarkers =\n    slow\n")
    done = subprocess.run(
        [sys.executable, "-m", "tests.again", "-q"],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(ROOT), "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"},
        capture_output=True,
        text=True,
        timeout=120,
    )
    lines = done.stdout.splitlines()
    ends = [
        line.strip("= ").split(" in ")[0] for line in lines if " in " in line and line.endswith(("s", "="))
    ]
    assert (ends, PASSED in lines, done.returncode) == (tries, passed_alone, status)
