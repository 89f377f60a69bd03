#!/usr/bin/env python
"""The door to every command: `.venv/bin/python manage.py help`."""

import logging
import os
import sys


def main():
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "newsroom.settings")
    from django.core.exceptions import ImproperlyConfigured
    from django.core.management import execute_from_command_line
    from django.db import OperationalError

    try:
        execute_from_command_line(sys.argv)
    except ImproperlyConfigured as error:
        sys.exit(str(error))  # a sentence that names the setting; a traceback would bury it
    except OperationalError as error:
        # The pool's threads go on trying, and would talk on behind the last word.
        logging.getLogger("psycopg.pool").disabled = True
        sys.exit(
            f"The database does not answer as it should ({str(error).strip()}); check DATABASE_URL and run migrate."
        )


if __name__ == "__main__":
    main()
