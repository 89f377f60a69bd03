"""
What `make upgrade` does once the new code and its packages are there: a copy, the new tables, a try, or all back.

Each step is a process of its own. Where one fails, the database is put back as it was, and the old code goes on with
it: nobody may have written meanwhile, which is why the worker has to be stopped first. Pictures are never touched.
Static files stay where they were, the new ones beside them: which of them pages name is put back too.
"""

import os
import subprocess
import sys
import time
from datetime import UTC, datetime
from pathlib import Path

BASE_DIR = Path(__file__).resolve().parent.parent
AWAKE = 15  # seconds; a worker says that it is alive every five
NAMES, KEPT = "before-upgrade-20??-??-??T??-??-??", 3  # copies
CHECK, STEPS = "check", ["migrate --no-input -v1", "collectstatic --no-input -v0", "smoke"]


class Failed(Exception):
    """The message says in a sentence what failed and what stands now."""


def manage(arguments):
    """Run a command of manage.py; return whether it succeeded. What it says is seen."""
    return not subprocess.run([sys.executable, "manage.py", *arguments.split()], cwd=BASE_DIR).returncode


def upgrade():
    """Upgrade or raise Failed. Settings are those of the present environment."""
    from django.conf import settings

    from newsroom import backup, nightly

    if _is_worker_awake():
        raise Failed(
            "The worker is running: stop web, worker and stream first, so that nothing is written meanwhile."
        )
    if not manage(CHECK):
        raise Failed("The new code does not run here; nothing was changed.")
    folder = Path(settings.BACKUP_DIR or settings.DATA_DIR / "backups")
    copy = folder / f"before-upgrade-{datetime.now(UTC):%Y-%m-%dT%H-%M-%S}"
    print(f"Copying everything to {copy} ...", flush=True)
    try:
        backup.backup(copy, nightly.newest(folder))
    except (backup.Impossible, OSError) as error:
        raise Failed(f"There is no copy ({error}), so nothing was changed.") from None
    manifest = Path(settings.STATIC_ROOT) / "staticfiles.json"
    names = manifest.read_bytes() if manifest.exists() else None
    for step in STEPS:
        print(f"{step.split()[0]} ...", flush=True)
        if not manage(step):
            print("Putting the database back ...", flush=True)
            manifest.unlink(missing_ok=True) if names is None else manifest.write_bytes(names)
            backup.restore_database(copy)
            raise Failed(
                f"{step.split()[0]} failed, and the database is as it was: go back to the code of before,"
                f" `make packages`, and start web, worker and stream. The copy stays in {copy}."
            )
    nightly.prune(folder, NAMES, KEPT)
    print(f"All is well. Start web, worker and stream; the copy of before stays in {copy}.")


def _is_worker_awake():
    """Whether a worker runs: it goes on to say so, while one that was stopped just now has said so for the last time."""
    last = _last_word()
    if _is_fresh(last):
        print("A worker was alive a moment ago; looking whether it still is ...", flush=True)
    while _is_fresh(last):
        time.sleep(0.5)
        if _last_word() not in {last, None}:
            return True
    return False


def _is_fresh(at):
    return at is not None and (datetime.now(UTC) - at).total_seconds() < AWAKE


def _last_word():
    """Return when a worker last said that it is alive, or None. Asks past the models, which may be ahead of the tables."""
    from django.db import DatabaseError, connection

    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT max(at) FROM delivery_heartbeat WHERE name = 'worker'")
            (at,) = cursor.fetchone()
    except DatabaseError:
        return None  # no such table, or no database, which the next step says better
    finally:
        connection.close()
    if isinstance(at, str):  # SQLite
        at = datetime.fromisoformat(at).replace(tzinfo=UTC)
    return at


def main():
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "newsroom.settings")
    import django

    django.setup()
    upgrade()


if __name__ == "__main__":
    try:
        main()
    except Failed as failure:
        sys.exit(str(failure))
